"""What is wrong on the sheets beside the chain, and what the plan has to be reminded of: what ends, and what leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from kunskapsbaserat.catalogue import processer
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.plan import indicators, sheets
from kunskapsbaserat.plan.chain import column_of, no_such, rows_of, unknown_indicators
from kunskapsbaserat.plan.duties import SOON, add_months
from kunskapsbaserat.plan.faults import error, warning
from kunskapsbaserat.plan.model import Hallet, Medborgarlofte, Plan
from kunskapsbaserat.plan.work import Fokus, Processtal
from kunskapsbaserat.swedish import day, listed


def faults(plan: Plan, *, unread: Collection[str] = ()) -> list[Finding]:
    """What makes the sheets beside the chain unusable. `unread` are the sheets that could not be read.

    Ids and indicators that do not exist, days in the wrong order, parts that are more than their whole.
    """
    return [*_ids(plan, unread), *_indicators(plan), *_days(plan), *_parts(plan)]


def _ids(plan: Plan, unread: Collection[str]) -> Iterable[Finding]:
    focus, goals = {f.id for f in plan.fokus}, {g.id for g in plan.mal}
    said = [
        ("Överenskommelse: fokus", sheets.FOKUS, focus, ids) for ids in (a.fokus for a in plan.organisation.overenskommelser)
    ]
    said += [("Fullmäktiges mål: planens mål", sheets.MAL, goals, g.planens) for g in plan.organisation.kf_mal]
    for head, sheet, known, ids in said:
        missing = [one for one in ids if one not in known and sheet not in unread]
        for one in missing:
            fault = no_such(sheets.KOMMUN, 0, head, one, sheet, sorted(k for k in known if k is not None))
            yield error(fault.code, sheets.KOMMUN, None, None, f"”{head}”: {fault.svenska}")


def _indicators(plan: Plan) -> Iterable[Finding]:
    for focus in plan.fokus:
        yield from unknown_indicators(sheets.FOKUS, focus.row, "indikator", [focus.indikator])
    for promise in plan.loften:
        yield from unknown_indicators(sheets.LOFTEN, promise.row, "trygghet", [promise.trygghet])
        found = indicators.find(promise.trygghet) if promise.trygghet else None
        if found is not None and found.about != "trygghet":
            head = column_of(sheets.LOFTEN, "trygghet")
            text = f"”{found.label}” är ingen fråga om trygghet. Välj en trygghetsfråga: brott och trygghet hålls isär."
            yield error("not_trygghet", sheets.LOFTEN, promise.row, head, text)


def _days(plan: Plan) -> Iterable[Finding]:
    times: list[tuple[str, str, int, str, date | None, date | None]] = [
        *((sheets.FOKUS, f.id, f.row, "till", f.fran, f.till) for f in plan.fokus),
        *((sheets.PROCESSTAL, t.id, t.row, "till", t.fran, t.till) for t in plan.processtal),
        *((sheets.KONTROLLER, k.id, k.row, "till", k.fran, k.till) for k in plan.kontroller),
        *((sheets.PLATSER, s.id, s.row, "fore_till", s.fore_fran, s.fore_till) for s in plan.platser),
        *((sheets.PLATSER, s.id, s.row, "efter_till", s.efter_fran, s.efter_till) for s in plan.platser),
    ]
    for sheet, name, row, column, first, last in times:
        if first is not None and last is not None and last < first:
            yield error("ends_before_start", sheet, row, column_of(sheet, column), f"{name} slutar {last} men börjar {first}.")
    for s in plan.platser:
        if s.fore_till is not None and s.efter_fran is not None and s.efter_fran <= s.fore_till:
            head = column_of(sheets.PLATSER, "efter_fran")
            yield error("times_overlap", sheets.PLATSER, s.row, head, f"{s.id}: tiden efter börjar innan tiden före är slut.")


def _parts(plan: Plan) -> Iterable[Finding]:
    for area in plan.grannsamverkan:
        if area.med is not None and area.hushall is not None and area.med > area.hushall:
            text = f"{area.id} {area.omrade}: fler hushåll är med än vad som finns i området."
            yield error("more_than_all", sheets.GRANNSAMVERKAN, area.row, column_of(sheets.GRANNSAMVERKAN, "med"), text)
    seen: dict[tuple[str, date | None, date | None], Processtal] = {}
    for figure in plan.processtal:
        if figure.matt is None or figure.fran is None or figure.till is None:
            continue  # the cell has a fault of its own
        key = (figure.matt, figure.fran, figure.till)
        if key in seen:
            text = f"{figure.id}: samma mått och tid står också på rad {seen[key].row}."
            yield error("doubled_figure", sheets.PROCESSTAL, figure.row, column_of(sheets.PROCESSTAL, "matt"), text)
        seen.setdefault(key, figure)
    for figure in seen.values():
        about = processer.measure(figure.matt)
        whole = seen.get((f"{about.work}.{about.of}", figure.fran, figure.till))
        if whole is not None and None not in (whole.antal, figure.antal) and (figure.antal or 0) > (whole.antal or 0):
            text = f"{figure.id}: fler {about.name} än {processer.measure(whole.matt).name} samma tid (rad {whole.row})."
            yield error("more_than_all", sheets.PROCESSTAL, figure.row, column_of(sheets.PROCESSTAL, "antal"), text)


# ---- reminders -----------------------------------------------------------------------------------------------------------


def reminders(plan: Plan, *, as_of: date) -> list[Finding]:
    """What ends or has ended, and what a focus area, a promise or a goal of fullmäktige's lacks to lead anywhere."""
    found = [f for focus in plan.fokus for f in _focus(plan, focus, as_of)]
    found += [f for promise in plan.loften for f in _promise(promise)]
    found += [*_council(plan, as_of), *_faults_above_checks(plan)]
    return found + list(few_in_words(plan))


_FEW_PERSONS = re.compile(
    r"\b(?:[1-4]|tv[åa]|tre|fyra)\s+(?:\w+\s)?(?:brottsaktiv\w*|personer|individer|ungdomar|unga|barn|elever|familjer|kvinnor|män|"
    r"flickor|pojkar|avhoppare|ärenden)\b",
    re.IGNORECASE,
)


def few_in_words(plan: Plan) -> Iterable[Finding]:
    """Cells whose words say a number of persons under five: the gate looks at numbers, and these are read as they stand."""
    for sheet, rows in rows_of(plan).items():
        texts = [column for column in sheets.SHEETS[sheet] if column.kind == "text"]
        for row in rows:
            for column in texts:
                said = getattr(row, column.name)
                if isinstance(said, str) and _FEW_PERSONS.search(said):
                    text = f"{row.id}: texten säger hur många, och de är färre än fem. Skriv ”färre än fem” i stället."
                    yield warning("few_in_words", sheet, row.row, column.head, text)


def ending(last: date | None, as_of: date) -> str:
    """ "gick ut 31 mars 2026", "går ut 30 juni 2027"; empty when it is more than half a year away."""
    if last is None or last > add_months(as_of, SOON):
        return ""
    return f"gick ut {day(last)}" if last < as_of else f"går ut {day(last)}"


def carried(plan: Plan, focus: Fokus) -> dict[str, bool]:
    """Into what a focus area is carried: agreement, promise, EST."""
    return {
        "samverkansavtal": any(focus.id in a.fokus for a in plan.organisation.overenskommelser),
        "medborgarlöfte": any(x.fokus == focus.id for x in plan.loften),
        "EST": bool(focus.est),
    }


def _focus(plan: Plan, focus: Fokus, as_of: date) -> Iterable[Finding]:
    def says(code: str, column: str, text: str) -> Finding:
        head = column_of(sheets.FOKUS, column)
        return warning(code, sheets.FOKUS, focus.row, head, f"{focus.id} {focus.namn}: {text}")

    if focus.indikator is None and focus.storlek is None:
        yield says(
            "focus_without_figure",
            "indikator",
            "inget tal visar hur stort problemet är. Välj en indikator, eller skriv storleken.",
        )
    if not focus.problem:
        yield says("focus_without_problem", "problem", "det framgår inte vilket problem i lägesbilden fokus bygger på.")
    if focus.till is None:
        yield says("focus_without_end", "till", "slutdagen saknas, så ingen påminns om att välja på nytt.")
    elif when := ending(focus.till, as_of):
        yield says(
            "focus_ends", "till", f"{when}. Välj fokus på nytt ur lägesbilden, och ändra avtal, löfte och EST samtidigt."
        )
    if missing := [name for name, there in carried(plan, focus).items() if not there]:
        yield says("focus_not_carried", "namn", f"finns inte i {listed(missing)}.")
    for agreement in plan.organisation.overenskommelser:
        if focus.id in agreement.fokus and agreement.till and focus.till and agreement.till < focus.till:
            yield says(
                "agreement_ends_first", "till", f"avtalet med {agreement.part} slutar {day(agreement.till)}, före fokusområdet."
            )


_COUNTED = re.compile(
    r"\d|\b(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|inga?|noll|alla|hälften)\b", re.IGNORECASE
)


def _promise(x: Medborgarlofte) -> Iterable[Finding]:
    def says(code: str, column: str, text: str) -> Finding:
        return warning(code, sheets.LOFTEN, x.row, column_of(sheets.LOFTEN, column), f"{x.id} {x.lofte}: {text}")

    decided = x.hallet in (Hallet.JA, Hallet.DELVIS, Hallet.NEJ)
    if decided and (x.resultat is None or not _COUNTED.search(x.resultat)):
        yield says(
            "promise_not_counted",
            "resultat",
            "det framgår inte hur mycket som gjordes. Skriv det räknat, till exempel 11 av 13 fredagar.",
        )
    if (x.fokus or x.aktiviteter or x.trygghet) and not (x.aktiviteter and x.trygghet):
        missing = [name for name, there in (("en aktivitet", x.aktiviteter), ("ett trygghetsmått", x.trygghet)) if not there]
        yield says("promise_not_linked", "aktiviteter", f"löftet leder inte till {listed(missing)}.")


def _council(plan: Plan, as_of: date) -> Iterable[Finding]:
    for goal in plan.organisation.kf_mal:
        if not goal.planens:
            text = f"Fullmäktiges mål ”{goal.mal}”: inget mål i planen visar hur det går. Lägg till ett som går att mäta."
            yield warning("council_goal_without_goal", sheets.KOMMUN, None, None, text)
        if when := ending(goal.till, as_of):
            yield warning("council_goal_ends", sheets.KOMMUN, None, None, f"Fullmäktiges mål ”{goal.mal}” {when}.")
    for one in plan.organisation.delegationer:
        if when := ending(one.slut, as_of):
            yield warning(
                "delegation_ends",
                sheets.KOMMUN,
                None,
                None,
                f"Delegationen ”{one.vad}” {when}. Be fullmäktige om ett nytt beslut.",
            )
        if missing := [
            name for name, said in (("till vem", one.till), ("beslutet", one.beslut), ("slutdagen", one.slut)) if not said
        ]:
            yield warning(
                "delegation_incomplete",
                sheets.KOMMUN,
                None,
                None,
                f"Delegationen ”{one.vad}”: {listed(missing)} är inte ifyllt.",
            )


def _faults_above_checks(plan: Plan) -> Iterable[Finding]:
    for k in plan.kontroller:
        if k.fel is not None and k.kontrollerade is None:
            head = column_of(sheets.KONTROLLER, "kontrollerade")
            text = f"{k.id} {k.process}: fel utan antal kontrollerade går inte att jämföra mellan år."
            yield warning("faults_without_checks", sheets.KONTROLLER, k.row, head, text)
        if None not in (k.fel, k.kontrollerade) and (k.fel or 0) > (k.kontrollerade or 0):
            head = column_of(sheets.KONTROLLER, "fel")
            text = f"{k.id} {k.process}: fler fel än kontrollerade. Räknas fel per ärende eller per rad?"
            yield warning("more_faults_than_checks", sheets.KONTROLLER, k.row, head, text)
