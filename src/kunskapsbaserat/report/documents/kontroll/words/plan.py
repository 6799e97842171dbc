"""What `kunskap kontroll` says about the åtgärdsplan."""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.catalogue.evidens import Evidence
from kunskapsbaserat.findings import MARKS, Finding
from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.chain import column_of
from kunskapsbaserat.plan.duties import Duty, State
from kunskapsbaserat.plan.goals import Visibility
from kunskapsbaserat.plan.indicators import ASKED, find
from kunskapsbaserat.plan.model import Aktivitet, Atgard, Mal, Problem, Villkor
from kunskapsbaserat.plan.protected import FEW, Shown
from kunskapsbaserat.plan.work import Fokus, Grannomrade, Kontroll, Plats, Processtal
from kunskapsbaserat.report.statements import duties, evidence
from kunskapsbaserat.swedish import WORD_JOINER, number, percent, years

ERROR, REMARK, INFO = MARKS["error"], MARKS["warning"], MARKS["info"]
NOT_MADE = "Ingen åtgärdsplan i mappen. Kör ”kunskap ny KOMMUN MAPP” så skrivs en att fylla i; inget skrivs över."
EMPTY = "Inte ifylld än."
KINDS, REMINDERS = "Typ av åtgärd mot orsak", "Fokus, löften och det fullmäktige har bestämt"
CHAIN, VAGUE, WITHHELD, CONTRADICTIONS, SEEN, DUTIES, SUPPORT = (
    "Kedjan problem, orsak, åtgärd, mål",
    "Mål som inte går att följa upp",
    "Tal som inte visas i rapporten",
    "Uppgifter som säger emot varandra",
    "Kan vi se det?",
    "Lagens frister och uppgifter",
    "Stöd i forskning",
)
EMPTY_CHAIN = "Inget problem och ingen åtgärd är ifylld än."
OK_CHAIN = "Kedjan håller: inget hänger löst."


def plain(text: str) -> str:
    """For a terminal: without the marks that keep words on one line."""
    return text.replace(WORD_JOINER, "").replace("\u00a0", " ")


def heading(name: str) -> list[str]:
    return ["", name]


def fault(found: Finding) -> str:
    return f"{MARKS[found.level]} {found}"


_SHEETS = {
    Mal: sheets.MAL,
    Aktivitet: sheets.AKTIVITETER,
    Fokus: sheets.FOKUS,
    Processtal: sheets.PROCESSTAL,
    Kontroll: sheets.KONTROLLER,
    Grannomrade: sheets.GRANNSAMVERKAN,
    Plats: sheets.PLATSER,
}
_WITHHELD = {
    "utfall": "utfallet",
    "utgangsvarde": "utgångsvärdet",
    "malvarde": "målvärdet",
    "natt": "antalet nådda",
    "malgrupp": "målgruppens storlek",
    "genomfort": "det som är genomfört",
}


def withheld(item: Shown, name: str, mark: str) -> str:
    """A figure of the plan that no page will show, said before anything is rendered; never the figure itself."""
    where = f"blad {_SHEETS[type(item)]}, rad {item.row}: " if item.row else ""
    what = _WITHHELD.get(name) or f"”{column_of(_SHEETS[type(item)], name)}”"
    if name == "kronor":
        return f"{REMARK} {where}{item.id} {item.namn}: ”Kronor” visas inte, eftersom felen är färre än fem."
    why = "är under fem" if mark == FEW else "döljs för att ett tal under fem annars gick att räkna ut"
    tip = " Skriv inte heller ut talet i namn eller text." if mark == FEW else ""
    return f"{REMARK} {where}{item.id} {item.namn}: {what} {why}, och det kan gälla enskilda. I rapporten står {mark if mark == FEW else f'”{mark}”'}.{tip}"


def visible(found: Visibility) -> str:
    """Whether the goal could be seen, and a goal that could."""
    goal = f"{found.goal.id} {found.goal.namn}"
    unit = " procent" if _asked(found.goal) else " per år"
    if found.seen is None:
        return (
            f"{INFO} {goal}: det går inte att säga om målet kan synas ({_REASONS.get(found.reason or '', 'siffror saknas')})."
        )
    if found.seen:
        return f"{INFO} {goal}: en så stor förändring skulle troligen synas."
    chance = f" Chansen att den skulle bli säkerställd är {percent(found.chance)}." if found.chance == found.chance else ""
    size = "inte ens en så stor förändring skulle säkert synas" if found.large else "en så liten förändring går knappast att se"
    text = f"{REMARK} {goal}: {size}.{chance}"
    if found.better is None:
        these = "de här svaren" if _asked(found.goal) else "de här siffrorna"
        return f"{text} Inget rimligt mål går att följa med {these}. Använd flera år eller en annan indikator."
    word = "minst" if found.goal.villkor is Villkor.MINST else "högst"
    return f"{text} Ett mål på {word} {number(found.better)}{unit} hade troligen synts."


def _asked(goal: Mal) -> bool:
    indicator = find(goal.indikator) if goal.indikator else None
    return indicator is not None and indicator.kind == ASKED


_REASONS = {
    "no_figures": "siffror saknas i underlaget",
    "missing_years": "något av utgångsåren saknas",
    "no_events": "inga brott anmäldes under utgångsåren",
    "no_change": "målet är lika med utgångsvärdet",
    "one_survey": "bara en undersökning finns",
    "few": "under 20 brott per år bedöms inte",
    "few_years": "ett enda utgångsår räcker inte",
}


def differs(goal: Mal, mean: float, compared: tuple[int, int]) -> str:
    stated = goal.utgangsvarde or 0
    what = f"utgångsvärdet är {_plain(stated)}, men siffrorna ger {_plain(mean)} per år {years(*compared)}"
    own = "" if goal.utgang_fran is not None else " Ange utgångsåren om det är andra år som menas."
    return f"{REMARK} {goal.id} {goal.namn}: {what}.{own}"


def _plain(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


def duty(found: Duty) -> str | None:
    """Only what is late, near, missing or half done."""
    if found.state in (State.KLART, State.EJ_AKTUELLT):
        return None
    last = f" Frist: {duties.due(found)}." if found.due is not None else ""
    mark = REMARK if found.state in (State.FORSENAT, State.SAKNAS) else INFO
    return f"{mark} {duties.NAMES[found.code]}: {duties.STATES[found.state][1].lower()}.{last} {duties.text(found)}"


def support(measure: Atgard, found: Evidence) -> str | None:
    """What a kommun has to know about the support it has chosen: harm, side effects, gaps."""
    if found.warning:
        return f"{REMARK} {measure.id} {measure.namn}: {found.warning}"
    if found.newer:
        return f"{INFO} {measure.id} {measure.namn}: en nyare översikt finns på bladet Forskning."
    if found.gap:
        return f"{INFO} {measure.id} {measure.namn}: kunskapslucka. Planera hur åtgärden ska utvärderas."
    return None


def suggested(problem: Problem, found: Sequence[Evidence]) -> list[str]:
    """What is known about measures against a problem that has none."""
    return [
        f"{INFO} {problem.id} {problem.namn}: åtgärder som har studerats:",
        *(f"    {evidence.suggestion(e)}" for e in found),
    ]
