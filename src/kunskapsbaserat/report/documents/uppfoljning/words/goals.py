"""Sentences about goals. Whether a goal was reached, whether the level has changed, and whether a measure did it are three answers.

"Ledde till" is written in one place only, `effect`, and only for a result that may be claimed.
"""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.effects import EffectResult
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.plan.chain import condition
from kunskapsbaserat.plan.goals import Visibility, other_unit
from kunskapsbaserat.plan.model import Mal, Villkor
from kunskapsbaserat.plan.outcome import GoalOutcome, GoalStatus
from kunskapsbaserat.report.page.common_words import CHANGE
from kunskapsbaserat.swedish import MISSING, NBSP, limits, number, percent, rounded_up, word, years
from kunskapsbaserat.trends import Change

STATUS = {
    GoalStatus.NATT: ("finns", "nått i siffror"),
    GoalStatus.INTE_NATT: ("inte_natt", "inte nått"),
    GoalStatus.KAN_INTE_BEDOMAS: ("saknas", "kan inte bedömas"),
}
ACTIVITY_STATUS = {
    GoalStatus.NATT: ("finns", "gjort"),
    GoalStatus.INTE_NATT: ("inte_natt", "inte allt gjort"),
    GoalStatus.KAN_INTE_BEDOMAS: ("saknas", "kan inte bedömas"),
}
STATUS_REASONS = {
    "future": "målåret har inte kommit, eller dess siffror finns inte än",
    "no_figures": "siffran för målåret saknas",
    "no_target": "målet har inget målvärde",
    "no_condition": "det framgår inte om målvärdet är det högsta eller lägsta",
    "no_indicator": "det framgår inte vad målet mäts med",
    "hidden": "talet visas inte",
    "other_unit": "målvärdet är i en annan enhet än siffrorna",
}
CHANGE_REASONS = {
    "series_break": "nya brottskoder gör att åren inte kan jämföras",
    "missing_years": "år saknas",
    "few": "så få brott bedöms inte",
    "too_early": "åren efter åtgärdernas start finns inte än",
    "single_figure": "ett enda tal visar inte hur mycket det brukar variera",
    "activity": "att något är gjort säger inget om brotten",
    "one_survey": "bara en undersökning kan användas",
    "no_upper_limit": "talen är för små",
}
LADDER = {
    1: "bara om det är gjort",
    2: "före och efter",
    3: "före och efter, med hänsyn till trenden",
    4: "jämfört med områden utan åtgärden",
    5: "lottade områden",
}
DIRECTION = {"ner": "ner", "upp": "upp", "oklar": "oklar"}
HELPED = "Hjälpte åtgärderna?"
UNKNOWN = "Det kan vi inte veta. Vi jämför bara före och efter, utan jämförelseområde."


def own_sources(outcomes: Sequence[GoalOutcome]) -> str:
    """Where the outcomes that the kommun has filled in come from."""
    named = dict.fromkeys(o.goal.utfall_kalla.rstrip(".") for o in outcomes if o.kind == "own" and o.goal.utfall_kalla)
    return f"Kommunens egna utfall: {'; '.join(named)}." if named else ""


def status_mark(o: GoalOutcome) -> tuple[str, str]:
    return (ACTIVITY_STATUS if o.kind == "activity" else STATUS)[o.status]


def change_mark(o: GoalOutcome) -> tuple[str, str]:
    return CHANGE[o.change]


def headline(o: GoalOutcome) -> str:
    """ "Färre bostadsinbrott – inte nått, och en säkerställd ökning"."""
    return f"{o.goal.namn} – {_verdict(o)}"


def _verdict(o: GoalOutcome) -> str:
    if o.kind == "activity":
        done = {GoalStatus.NATT: "gjort som planerat", GoalStatus.INTE_NATT: "inte gjort så mycket som planerat"}
        return done.get(o.status, "går inte att bedöma än")
    if o.status is GoalStatus.KAN_INTE_BEDOMAS:
        return "går inte att bedöma än" if o.status_reason == "future" else "går inte att bedöma"
    reached = "nått i siffror" if o.status is GoalStatus.NATT else "inte nått"
    if o.met_before:
        reached = f"{reached}, men nått redan före"
    if o.change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING):
        moved = "ökning" if o.change is Change.SAKERSTALLD_OKNING else "minskning"
        joined = (
            "och"
            if o.met_before
            else "men"
            if (o.status is GoalStatus.NATT) != bool(o.improved) and o.improved is not None
            else "och"
        )
        return f"{reached}, {joined} en säkerställd {moved}"
    if o.status is GoalStatus.INTE_NATT:
        return reached
    if o.met_before:
        return reached
    return {
        Change.INGEN_SAKERSTALLD_SKILLNAD: f"{reached}, men ingen säkerställd förändring",
        Change.FOR_FA_BROTT: f"{reached}, men för få brott för att bedöma",
    }.get(o.change, reached)


def target(goal: Mal) -> str:
    """ "högst 145 anmälda 2024"; a small target of persons is not told."""
    if mark := dict(goal.dolda).get("malvarde"):
        return f"{mark} {goal.malar}" if goal.malar else mark
    if goal.malvarde is None:
        return MISSING
    # A number before a year reads as a number of years: "minst 15 år 2027".
    apart = _unit(goal) in ("", "år")
    when = "" if not goal.malar else f" (år {goal.malar})" if apart else f" {goal.malar}"
    return f"{_how(goal)}{_amount(goal, goal.malvarde)}{when}"


def target_value(goal: Mal) -> str:
    """ "högst 145": beside the goal's line in a figure whose unit is said."""
    value = goal.malvarde or 0.0
    return f"{_how(goal)}{number(value, 0 if float(value).is_integer() else 1)}"


def _how(goal: Mal) -> str:
    found = condition(goal)
    return {Villkor.HOGST: "högst ", Villkor.MINST: "minst "}[found] if found else ""


def _amount(goal: Mal, value: float) -> str:
    """A value with the goal's unit."""
    decimals = 0 if float(value).is_integer() else 1
    unit = _unit(goal)
    return f"{number(value, decimals)}{NBSP}{unit}" if unit else number(value, decimals)


def _unit(goal: Mal) -> str:
    """What the goal's numbers are counted in, as far as it is known: a publisher's unit, else the plan's own word for it."""
    indicator = indicators.find(goal.indikator) if goal.indikator else None
    known = {"antal": "", "procent": "procent", "andel": "procent", "kronor": "kronor"}.get(
        indicator.unit if indicator else "", ""
    )
    if indicator is None or indicator.kind == indicators.OWN:
        return goal.enhet or known
    if other_unit(goal):
        return goal.enhet or ""
    return "anmälda" if indicator.kind == indicators.REPORTED else known


def outcome(o: GoalOutcome) -> str:
    """ "226", "33 procent"; what stands instead of a number that is not shown, as "färre än fem"."""
    if o.hidden is not None:
        return o.hidden
    if o.value != o.value:
        return MISSING
    value = round(o.value, 1)
    if o.kind == indicators.REPORTED:
        return number(value)
    return _percent(value) if o.kind == indicators.ASKED else _amount(o.goal, value)


def _percent(value: float) -> str:
    return f"{number(value, 0 if value.is_integer() else 1)}{NBSP}procent"


def outcome_limits(o: GoalOutcome) -> str:
    """The publisher's interval of a survey share; nothing for counts, which are all there are."""
    return f"({limits(o.lower, o.upper)})" if o.kind == indicators.ASKED and o.lower == o.lower else ""


def baseline(o: GoalOutcome) -> str:
    """ "161 per år 2018–2022", "36 procent 2022"."""
    if mark := dict(o.goal.dolda).get("utgangsvarde"):
        return mark
    if o.earlier is None or o.mean_earlier != o.mean_earlier:
        return _amount(o.goal, o.goal.utgangsvarde) if o.goal.utgangsvarde is not None else MISSING
    if o.kind == indicators.ASKED:
        return f"{number(o.mean_earlier)}{NBSP}procent {o.earlier[0]}"
    return f"{_mean(o.mean_earlier)} per år {years(*o.earlier)}"


def stated(o: GoalOutcome) -> str:
    """ "(planen: 41)": the plan's own level before, where the figures give another."""
    return f"(planen: {_amount(o.goal, o.goal.utgangsvarde or 0).replace(f'{NBSP}anmälda', '')})" if o.stated_differs else ""


def before(o: GoalOutcome) -> str:
    """What has to be known about the level before: another than the plan states, or one that met the target already."""
    texts = []
    if o.stated_differs:
        said = _amount(o.goal, o.goal.utgangsvarde or 0).replace(f"{NBSP}anmälda", "")
        texts.append(f"Planen anger utgångsvärdet {said}, men siffrorna ger {baseline(o)}.")
    if o.met_before:
        level = f"Nivån före, {baseline(o)}, var redan på rätt sida om målvärdet"
        texts.append(f"{level}, så att målet är nått visar ingen förbättring.{_worse(o)}")
    return " ".join(texts)


def _worse(o: GoalOutcome) -> str:
    """Said where the level has moved away from a target that it still meets; whether by chance is another sentence."""
    if o.mean_latest != o.mean_latest or o.mean_latest == o.mean_earlier or o.wanted not in ("ner", "upp"):
        return ""
    higher = o.mean_latest > o.mean_earlier
    if higher == (o.wanted == "upp") or o.latest is None:
        return ""
    now = f"{number(o.mean_latest)} procent" if o.kind == indicators.ASKED else f"i snitt {_mean(o.mean_latest)} per år"
    return f" Sedan dess är talet {'högre' if higher else 'lägre'}: {now} {years(*o.latest)}."


def _mean(value: float) -> str:
    return number(value, 1) if value < 20 and value != int(value) else number(value)


def paragraph(o: GoalOutcome, *, seen: Visibility | None = None) -> str:
    """Target, outcome, change with its certainty; then what must not be read into it."""
    parts = [aim(o), changed(o)]
    parts += [regression(o)] if o.peak and o.status is not GoalStatus.KAN_INTE_BEDOMAS else []
    if seen is not None and seen.seen is False and o.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        size = "inte ens en så stor förändring syns säkert" if seen.large else "så små förändringar syns inte"
        parts.append(f"Målet gick knappast att följa: {size} bland så få brott." if o.kind != indicators.ASKED else "")
    return " ".join(p for p in parts if p)


def aim(o: GoalOutcome) -> str:
    if o.status is GoalStatus.KAN_INTE_BEDOMAS:
        why = STATUS_REASONS.get(o.status_reason or "", "uppgifter saknas")
        now = f" Senast kända: {outcome(o)} ({o.value_year})." if o.status_reason == "future" and o.value == o.value else ""
        said = f"Mål: {target(o.goal)}. Det går inte att säga om det är nått: {why}.{now}"
        return " ".join(x for x in (said, before(o)) if x)
    still = " (preliminärt)" if o.preliminary else ""
    likely = f", troligen mellan {number(o.lower)} och {number(o.upper)}" if o.kind == indicators.ASKED else ""
    said = f"Mål: {target(o.goal)}. Utfall: {outcome(o)}{likely}{still}."
    return " ".join(x for x in (said, before(o)) if x)


def changed(o: GoalOutcome) -> str:
    """The verdict on the level, with what would have been seen where nothing is säkerställt."""
    if o.kind == "activity":
        return "Det säger vad som har gjorts, inte vad det har betytt för brotten eller tryggheten."
    if o.kind == indicators.ASKED:
        return _share_changed(o)
    if o.change is Change.KAN_INTE_BEDOMAS:
        return f"Om nivån har ändrats går inte att bedöma: {CHANGE_REASONS.get(o.change_reason or '', 'uppgifter saknas')}."
    assert o.latest is not None
    means = f"I snitt anmäldes {_mean(o.mean_latest)} per år {years(*o.latest)}, mot {_mean(o.mean_earlier)} per år {years(*o.earlier or (0, 0))}"
    if o.change is Change.FOR_FA_BROTT:
        return f"{means}. Det är för få brott för att säga om nivån har ändrats."
    if o.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return f"{means}: ingen säkerställd skillnad. {_visible(o)}"
    what = "Ökningen" if o.change is Change.SAKERSTALLD_OKNING else "Minskningen"
    return f"{means}. {what} är säkerställd{_way(o)}."


def _way(o: GoalOutcome) -> str:
    """Whether the change went the wanted way; unclear where more reports may be what is wanted."""
    if o.wanted == "oklar":
        return ". Om det är bra eller dåligt går inte att säga av talet: fler anmälningar kan vara det som önskas"
    return ", åt det håll planen ville" if o.improved else ", åt fel håll"


def _visible(o: GoalOutcome) -> str:
    """Which change would probably have been seen, in the wanted direction; numbers, not per cent, for small counts."""
    if o.wanted == "upp":
        if o.visible_increase != o.visible_increase:
            return "Så få brott kan inte visa någon förändring."
        if not o.percent_ok or o.visible_increase >= 1.95:
            return f"En ökning till {number(rounded_up(o.mean_earlier * o.visible_increase))} per år hade troligen synts."
        return f"En ökning på {percent(rounded_up(o.visible_increase - 1, 2))} eller mer hade troligen synts."
    if o.visible_decrease != o.visible_decrease or o.visible_decrease < 0.05:
        return "Så få brott kan inte visa någon minskning."
    if not o.percent_ok:
        return f"En minskning till {number(int(o.mean_earlier * o.visible_decrease))} per år hade troligen synts."
    return f"En minskning på {percent(rounded_up(1 - o.visible_decrease, 2))} eller mer hade troligen synts."


def _share_changed(o: GoalOutcome) -> str:
    if o.change is Change.KAN_INTE_BEDOMAS:
        return f"Om andelen har ändrats går inte att bedöma: {CHANGE_REASONS.get(o.change_reason or '', 'uppgifter saknas')}."
    assert o.earlier is not None
    before = f"År {o.earlier[0]} var andelen {number(o.mean_earlier)} procent, troligen mellan {number(o.earlier_lower)} och {number(o.earlier_upper)}"
    if o.change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        points = number(rounded_up(o.visible_decrease))
        return (
            f"{before}. Skillnaden är inte säkerställd; en förändring på {points} procentenheter eller mer hade troligen synts."
        )
    what = "Ökningen" if o.change is Change.SAKERSTALLD_OKNING else "Minskningen"
    return f"{before}. {what} är säkerställd{_way(o)}."


def regression(o: GoalOutcome) -> str:
    """A year after an unusually high one is often lower anyway."""
    assert o.peak is not None
    year, count = o.peak
    return f"Nedgången från {number(count)}{NBSP}anmälda {year} visar inte att åtgärderna hjälpt: efter ett ovanligt högt år blir nästa ofta lägre ändå."


def others(o: GoalOutcome) -> str:
    """The same years elsewhere: a description."""
    if o.others is None:
        return "Någon jämförelse med andra kommuner över samma år går inte att göra."
    x = o.others
    return (
        f"I {word(x.kommuner)} jämförda kommuner tillsammans gick antalet under samma år från {number(x.mean_earlier)} till {number(x.mean_latest)} per år. "
        "Det beskriver läget på andra håll, men är ingen prövning av åtgärderna."
    )


def others_short(o: GoalOutcome) -> str:
    if o.others is None:
        return MISSING
    return f"{number(o.others.mean_earlier)} till {number(o.others.mean_latest)} per år"


def design(o: GoalOutcome) -> str:
    """ "steg 2 av 5: före och efter"."""
    return f"steg {o.design_step} av 5: {LADDER[o.design_step]}"


def effect(o: GoalOutcome) -> str:
    """The evaluation with comparison areas, if there is one. The only place where an effect is spoken of."""
    e = o.effect
    if e is None:
        return UNKNOWN if o.kind != "activity" else "Det kan vi inte veta. Målet mäter bara vad som har gjorts."
    if e.may_claim:
        return _claim(o, e)
    if e.verdict in (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING):
        fewer = "färre" if e.verdict is Change.SAKERSTALLD_MINSKNING else "fler"
        return f"Brotten blev säkerställt {fewer} än jämförelsen säger, men uppläggningen räcker inte för att säga att åtgärden är orsaken."
    if e.verdict is Change.INGEN_SAKERSTALLD_SKILLNAD:
        return "Det syns ingen säkerställd skillnad mot områdena utan åtgärden. Det betyder inte att den saknar betydelse, bara att ingen går att visa."
    return "En jämförelse med områden utan åtgärden är gjord, men den räcker inte för ett svar."


def _claim(o: GoalOutcome, e: EffectResult) -> str:
    """In numbers of crimes, never per cent: they are few in single areas."""
    averted, low, high = e.events
    less = e.verdict is Change.SAKERSTALLD_MINSKNING
    wrong = "" if o.credited else " Det är inte det håll som planen ville." if o.wanted in ("ner", "upp") else ""
    if averted != averted:
        return f"Åtgärden ledde till en säkerställd {'minskning' if less else 'ökning'} jämfört med områden utan den.{wrong}"
    likely = ""
    if low == low and high == high:
        small, large = sorted((abs(low), abs(high)))
        likely = f" (troligen {limits(small, large)})"
    return f"Åtgärden ledde till ungefär {number(abs(averted))} {'färre' if less else 'fler'} anmälda brott{likely}, jämfört med områden utan den.{wrong}"


def count_line(found: Sequence[GoalOutcome]) -> str:
    """ "Tre mål: två inte nådda, ett nått i siffror. Ett aktivitetsmål: gjort."."""
    if not found:
        return "Planen har inga mål."
    activities = [o for o in found if o.kind == "activity"]
    lines = [_outcomes(effects)] if (effects := [o for o in found if o.kind != "activity"]) else []
    return " ".join([*lines, *([_done(activities)] if activities else [])])


def _done(found: Sequence[GoalOutcome]) -> str:
    """Goals for the work itself, counted by themselves: they are done or not, never reached in figures."""
    texts = []
    for status, (_, text) in ACTIVITY_STATUS.items():
        n = sum(o.status is status for o in found)
        texts += (
            [text if len(found) == n == 1 else f"{word(n)} {text.replace('gjort', 'gjorda') if n > 1 else text}"] if n else []
        )
    return f"{word(len(found), capital=True)} aktivitetsmål: {', '.join(texts)}."


def _outcomes(found: Sequence[GoalOutcome]) -> str:
    groups = [
        (GoalStatus.INTE_NATT, "inte nått", "inte nådda"),
        (GoalStatus.NATT, "nått i siffror", "nådda i siffror"),
        (GoalStatus.KAN_INTE_BEDOMAS, "går inte att bedöma", "går inte att bedöma"),
    ]
    texts = []
    for status, one, many in groups:
        n = sum(o.status is status for o in found)
        if n:
            texts.append(f"{word(n)} {one if n == 1 else many}{_of_which(found) if status is GoalStatus.NATT else ''}")
    return f"{word(len(found), capital=True)} mål: {', '.join(texts)}."


def _of_which(found: Sequence[GoalOutcome]) -> str:
    n = sum(o.met_before for o in found)
    return f" (varav {word(n)} redan före)" if n else ""


def helped_short(o: GoalOutcome) -> str:
    """A few words for a table: never yes unless the result may be claimed."""
    if o.effect is None:
        return "går inte att säga"
    if o.effect.may_claim:
        return (
            "ja, säkerställt"
            if o.credited
            else "nej, säkerställt åt fel håll"
            if o.wanted != "oklar"
            else "säkerställd skillnad"
        )
    return "ingen säkerställd skillnad" if o.effect.verdict is Change.INGEN_SAKERSTALLD_SKILLNAD else "går inte att säga"


def public(o: GoalOutcome) -> str:
    """Goal, outcome and certainty in three sentences."""
    start = f"{headline(o)}."
    if o.status is GoalStatus.KAN_INTE_BEDOMAS or o.kind == "activity":
        return f"{start} {aim(o)}"
    return f"{start} {aim(o)} {changed(o)}"
