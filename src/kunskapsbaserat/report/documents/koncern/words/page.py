"""The sentences of the koncern's page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat.data.koncern import prices, sheets
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.koncern.material import FEWEST_MONTHS, FEWEST_UNITS, RECENT, Material, Owner
from kunskapsbaserat.swedish import MISSING, NBSP, capital, listed, lower, month_name, number, span, word
from kunskapsbaserat.trends import ControlChart

HEADING, KICKER = "Förlusterna i korthet", "Störningar och egendomsförluster i koncernen"
FOUND, TO_RAISE, REMAINING = "Det här syns", "Att ta upp", "Luckor i underlaget"
TOTAL, LARGEST, OVER_TIME, HIDDEN = "Totalt", "Den största händelsen", "Över tid", "Små tal"
TOPICS = {
    "over_tid": "Över tid",
    "enheterna": "Enheterna",
    "typerna": "Typerna",
    "agendan": "Agendan",
    "luckor": "Luckor",
    "metod": "Så är sidan gjord",
}
YEAR, UNIT, TYPE = "År", "Enhet", "Typ"
AGENDA_HEADS = ("Bolag eller förvaltning", "Slag", "Händelser", "Åtgärder i planen", "Att ta upp")
GAP_HEADS = ("Enhet", "Månader utan rapport", f"Varav de senaste {RECENT}", "Senaste rapport")
MONTH_HEADS = ("Månad", "Händelser", "Enheter som rapporterade", "Nedre gräns", "Övre gräns")
YEARS, UNITS, TYPES, AGENDA, GAPS = (
    "Förluster per år",
    "Förluster per enhet",
    "Förluster per typ",
    "Agenda för bolag och förvaltningar",
    "Enheter som inte har rapporterat varje månad",
)
HIDDEN_NOTE = (
    "Två punkter (..): färre än fem händelser, eller ett tal som annars hade gjort ett sådant möjligt att räkna ut. Det gäller också "
    "kronorna."
)
NO_GAPS = "Alla enheter har rapporterat varje månad."
NO_PLAN = "Åtgärdsplanen är inte ifylld i mappen. Därför syns inga åtgärder här."
NOTHING = "inget"
TOO_FEW = "Färre än fem händelser är rapporterade i hela koncernen. Så små tal visas inte."
TOO_SHORT = f"Det behövs minst {FEWEST_MONTHS} månader där minst {word(FEWEST_UNITS)} enheter har rapporterat för att visa hur talen brukar variera."
SOURCE = "Källa: koncern.xlsx, kommunens egna uppgifter"


def month(value: pd.Period) -> str:
    return f"{month_name(value.month)} {value.year}"


def short_month(value: pd.Period) -> str:
    """A label under a chart: "jun 22"."""
    return f"{month_name(value.month)[:3]} {value.year % 100:02}"


def period(m: Material) -> str:
    first, last = m.span
    return month(first) if first == last else span(month(first), month(last))


def kronor(value: float) -> str:
    """ "4 200 000 kronor", to the nearest hundred: more is not known."""
    return f"{number(100 * round(value / 100))}{NBSP}kronor"


def events(count: int) -> str:
    return "en händelse" if count == 1 else f"{word(count)} händelser"


def title(kommun: Kommun, m: Material) -> str:
    return f"Koncernens förluster {period(m)}, {kommun.name}"


def foot(kommun: Kommun, m: Material) -> str:
    return f"Koncernens förluster, {kommun.name} · {period(m)}"


# ---- the first page ------------------------------------------------------------------------------------------------------


def lead(m: Material) -> str:
    if m.too_few:
        return TOO_FEW
    if not m.events:
        return f"Inga förluster är rapporterade {period(m)}. {unit_line(m)}"
    return f"{capital(events(m.events))} är rapporterade {period(m)}. {unit_line(m)}"


def unit_line(m: Material) -> str:
    units, owners = len(m.losses.units), len(m.owners)
    of = "en enhet" if units == 1 else f"{word(units)} enheter"
    by = "ett bolag eller en förvaltning" if owners == 1 else f"{word(owners)} bolag och förvaltningar"
    return f"Underlaget gäller {of} i {by}."


def total(m: Material) -> str:
    """The total, with and without the largest loss, and what is not in it."""
    if m.too_few:
        return TOO_FEW
    said = f"{kronor(m.amount)} {money(m)}."
    if m.largest is not None:
        said += f" Utan den största händelsen: {kronor(m.amount - m.largest.kronor)}."
    return f"{said}{_not_converted(m)}{_unknown(m)}"


def money(m: Material) -> str:
    return "i löpande priser" if m.level is None else f"i priserna för {month(m.level)}"


def _not_converted(m: Material) -> str:
    """Why amounts stand in the money of their own months."""
    away = m.without_index
    if not away:
        return ""
    n = "en månad" if len(away) == 1 else f"{word(len(away))} månader, från {month(away[0])}"
    return f" Prisindex saknas för {n}: fyll på bladet {sheets.PRICES}, så räknas alla belopp om till samma penningvärde."


def _unknown(m: Material) -> str:
    if not m.without_amount:
        return ""
    verb = "saknar belopp"
    return f" {capital(events(m.without_amount))} {verb} och är inte med i kronorna."


def largest(m: Material) -> str:
    found = m.largest
    if m.too_few:
        return TOO_FEW
    if found is None:
        return "Ingen rad gäller en enda händelse med känt belopp. Därför går det inte att räkna bort den största."
    share = found.kronor / m.amount if m.amount else 0
    of = f", {number(100 * share)}{NBSP}procent av alla kronor" if m.events >= 20 else ""
    return f"{capital(found.type)} i {month(found.month)}: {kronor(found.kronor)}{of}. En stor händelse är ingen trend."


def over_time(m: Material) -> str:
    if m.too_few:
        return TOO_FEW
    if m.chart is None:
        return TOO_SHORT if m.events else "Inga händelser att följa över tid."
    return finding(m.chart, [month(p) for p in m.monthly["month"]], "antalet händelser per enhet")


def finding(chart: ControlChart, months: Sequence[str], what: str) -> str:
    """Which months lie outside what is usual, and whether the level has shifted; never why."""
    points = chart.points
    over = [months[i] for i in points.index[points["outside"] & (points["y"] > points["centre"])]]
    under = [months[i] for i in points.index[points["outside"] & (points["y"] < points["centre"])]]
    texts = [
        f"{listed(some)} ligger {where} gränserna för {what}." for some, where in ((over, "över"), (under, "under")) if some
    ]
    if not texts:
        texts.append(f"Ingen månad ligger utanför gränserna för hur {what} brukar variera.")
    if bool(chart.parts["runs_signal"].iat[-1]):
        texts.append("Talen ligger länge på samma sida om mitten, eller växlar sällan: nivån kan ha ändrats.")
    return " ".join(capital(text) for text in texts)


def units_heading(m: Material) -> str:
    units = len(m.losses.units)
    return "En enhet" if units == 1 else f"{word(units, capital=True)} enheter i {word(len(m.owners))} bolag och förvaltningar"


def hidden(m: Material) -> str:
    away = int(m.tree.frame["suppressed"].notna().sum())
    if not away:
        return "Inga tal i tabellen över enheter är dolda."
    return f"{'Ett tal' if away == 1 else f'{word(away, capital=True)} tal'} i tabellen över enheter är dolda. {HIDDEN_NOTE}"


def remaining(m: Material) -> str:
    if m.gaps.empty:
        return NO_GAPS
    units = len(m.gaps)
    who = "En enhet har" if units == 1 else f"{word(units, capital=True)} enheter har"
    return f"{who} månader utan rapport. En månad utan rapport är inte en månad utan förluster."


# ---- tables --------------------------------------------------------------------------------------------------------------


def price_line(m: Material) -> str:
    if m.level is None:
        return f"Löpande priser.{_not_converted(m)}"
    return f"Fasta priser: kronorna är omräknade till {month(m.level)}."


def price_month(m: Material) -> str:
    return "löpande" if m.level is None else month(m.level)


def heads(m: Material, first: str) -> tuple[str, str, str]:
    return first, "Händelser", kronor_head(m)


def kronor_head(m: Material) -> str:
    return "Kronor, löpande priser" if m.level is None else "Kronor, fasta priser"


def kronor_heads(m: Material) -> tuple[str, str, str, str]:
    return "Månad", kronor_head(m), "Nedre gräns", "Övre gräns"


def kronor_unit(m: Material) -> str:
    return f"{kronor_head(m)}. Fältet är hur talen brukar variera från månad till månad."


def count(value: float, suppressed: object) -> str:
    return str(suppressed) if isinstance(suppressed, str) else "–" if value == 0 else number(value)


def amount(value: float, suppressed: object) -> str:
    return str(suppressed) if isinstance(suppressed, str) else "–" if value == 0 else number(100 * round(value / 100))


def to_raise(m: Material, owner: Owner) -> list[str]:
    """What a bolag or a förvaltning has to answer, by the printed rule."""
    recent = m.gaps[m.gaps["unit"].isin(owner.units) & (m.gaps["recent"] > 0)]
    found = []
    if len(recent):
        units = "en enhet" if len(recent) == 1 else f"{word(len(recent))} enheter"
        found.append(f"rapporter saknas från {units} de senaste {RECENT} månaderna")
    if m.work.plan is not None and not owner.measures:
        found.append("ingen åtgärd i planen")
    if owner.late:
        found.append(f"försenat: {listed([lower(a.namn) for a in owner.late])}")
    return found


def agenda_line(owner: Owner, texts: Sequence[str]) -> str:
    return f"{owner.name}: {listed(list(texts))}."


def more_raised(count_: int) -> str:
    return f"{capital('en' if count_ == 1 else word(count_))} till i agendan."


def measures(m: Material, owner: Owner) -> str:
    """The measures of the plan; two dots where there is no plan."""
    return MISSING if m.work.plan is None else "; ".join(a.namn for a in owner.measures) or NOTHING


def agenda_heading(count_: int) -> str:
    if not count_:
        return "Inget bolag och ingen förvaltning har något kvar att svara på"
    return "En punkt på agendan" if count_ == 1 else f"{word(count_, capital=True)} har något att svara på"


def gaps_heading(m: Material) -> str:
    return "Inga luckor" if m.gaps.empty else remaining(m).split(".")[0]


# ---- figures -------------------------------------------------------------------------------------------------------------

COUNT_CAPTION = "Händelser per månad"
COUNT_UNIT = "Antal. Fältet är hur talen brukar variera, efter hur många enheter som rapporterade."
WITH, WITHOUT = "Kronor per månad, alla händelser", "Kronor per månad, utan den största händelsen"


def in_thousands(value: float) -> str:
    """On an axis: "4 200 tkr"."""
    return "0" if value == 0 else f"{number(value / 1000)}{NBSP}tkr"


def chart_title(what: str, m: Material) -> str:
    return f"Linjediagram: {lower(what)} {period(m)}."


def beside(m: Material) -> str:
    if not m.unseen_months:
        return ""
    n = "En månad är" if m.unseen_months == 1 else f"{word(m.unseen_months, capital=True)} månader är"
    return f"{n} inte med: färre än {word(FEWEST_UNITS)} enheter rapporterade."


def method(m: Material) -> list[tuple[str, str]]:
    index = "kommunens eget blad Prisindex" if m.losses.own_prices else "det som finns i programmet"
    return [
        (
            "Fasta priser",
            f"Kronorna är omräknade med {prices.SOURCE} ({prices.ADDRESS}), {index}. {price_line(m)} Saknar någon månad med belopp prisindex räknas inget belopp om: kronor i olika penningvärde läggs aldrig ihop.",
        ),
        (
            "Den största händelsen",
            "Raden med antal 1 och högst belopp; av två lika den första. Enheten nämns inte.",
        ),
        (
            "Över tid",
            f"Antal per enhet som rapporterat (u-diagram med Laneys korrigering) och kronor per månad (diagram för enskilda värden). Gränserna är tre standardavvikelser, och för kronorna räknade utan månaden med den största händelsen. Minst {FEWEST_MONTHS} månader behövs, och minst {word(FEWEST_UNITS)} enheter som rapporterat i varje månad. Diagrammen säger vad som är ovanligt, aldrig varför.",
        ),
        ("Små tal", f"{HIDDEN_NOTE} Hela koncernens summa visas, utom när den själv är färre än fem."),
        ("Saknat är inte noll", "En månad utan rad räknas som att enheten inte har rapporterat. Noll är en månad med antal 0."),
        (
            "Agendan",
            "Bolag först, sedan förvaltningar. Åtgärder räknas dit när planens kolumn Ansvarig är samma namn som bolaget, förvaltningen, nämnden eller styrelsen. Att ta upp: rapporter som saknas, ingen åtgärd i planen, försenade åtgärder.",
        ),
    ]
