"""Which sources are held against each other, and the words for what they say together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kunskapsbaserat.report.documents.lagesbild.words.own_figures import series_name
from kunskapsbaserat.report.material.agreement import Pair, Picture, Signal, answered, asked, certain_of, registered, reported
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.own_series import OUTSIDE, OwnSeries
from kunskapsbaserat.report.material.own_shares import Question
from kunskapsbaserat.report.material.selection import HEADLINE_MEASURE
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page.common_words import CHANGE, COMPARISON
from kunskapsbaserat.report.statements.comparison import place
from kunskapsbaserat.swedish import number, percent, word
from kunskapsbaserat.trends import Change

CAPTION = "Två källor mot varandra"
HEADS = ("Problem", "Den ena källan", "Den andra källan", "Samlat")
COLUMNS = ["problem", "kalla", "annan_kalla", "samlat"]
RULE = (
    "Regel: samma bild när båda visar en säkerställd skillnad åt samma håll, olika bild när de visar den åt olika håll. Nivå "
    "ställs mot nivå, ändring mot ändring. Annars kan de inte jämföras."
)
REPORTED, NTU, EST, TALKS, WALKS = "Anmälda brott", "Frågor i NTU", "EST-rapporter", "Medborgardialog", "Trygghetsvandring"
DAMAGE_OFFENCES = ("skadegorelse", "skadegorelse_kap12")  # the first that the kommun has
_DAMAGE = re.compile(r"skadeg|klotter|åverkan|vandal", re.IGNORECASE)
_UNSAFE = re.compile(r"otrygg|trygg|rädd|oro\b|mörk|belys|ljus", re.IGNORECASE)
_UNSAFE_QUESTION = re.compile(r"otrygg|rädd|orol?ig", re.IGNORECASE)
_SHOWN = {
    Picture.SAMMA: "Samma bild",
    Picture.OLIKA: "Olika bild",
    Picture.DELVIS: "Både samma och olika bild",
    Picture.KAN_INTE_JAMFORAS: "Kan inte jämföras",
}
_WHY_NOT = {
    "ordning": "EST visar vad som rapporteras oftast, inte om det ökar.",
    "de_som_kom": "De som kom till dialogen är inget urval av invånarna.",
    "platser": "En vandring visar platser, inte hur många som är otrygga.",
    "kontroller": "Talet följer hur mycket polisen kontrollerar.",
}


def heading(pairs: list[Pair]) -> str:
    """How many pairs say something together."""
    sure = certain_of(pairs)
    if not sure:
        return "Källorna: inget par går att jämföra säkert"
    same = sum(p.picture is Picture.SAMMA for p in sure)
    if same == len(sure):
        return "Två källor ger samma bild" if same == 1 else f"{word(same, capital=True)} par av källor ger samma bild"
    return "Källorna ger inte alltid samma bild"


def together(pair: Pair) -> tuple[str, str]:
    """The verdict on a pair, and its reason."""
    if pair.picture is not Picture.KAN_INTE_JAMFORAS:
        kinds = [name for name, sign in (("nivån", pair.level), ("ändringen", pair.change)) if sign]
        return _SHOWN[pair.picture], f"om {' och '.join(kinds)}"
    return _SHOWN[pair.picture], _reason(pair)


def _reason(pair: Pair) -> str:
    for signal in (pair.other, pair.one):
        if signal.why_not:
            return _WHY_NOT[signal.why_not]
    if not pair.comparable:
        return "Den ena källan kan inte bedömas än, eller så mäter de olika saker."
    return "Slumpen kan förklara skillnaden i minst en av dem."


def pairs(u: Underlag) -> list[Pair]:
    """Every pair that exists; of reports and NTU only those that say something together, since most kommuner have eight."""
    both = [
        Pair(f.facet.short, _reported(f), _asked(s, f"{NTU}: {s.measure.short[:1].lower()}{s.measure.short[1:]}"))
        for f in u.count_findings
        for s in u.survey_findings
        if s.measure.twin == f.offence.id
    ]
    return [*certain_of(both), *_damage(u), *_unsafe(u)]


def _damage(u: Underlag) -> Iterator[Pair]:
    """Reported damage beside what it costs the kommun, what its registers hold and what EST tells."""
    f = next((f for key in DAMAGE_OFFENCES for f in u.count_findings if f.offence.id == key), None)
    if f is None:
        return
    own, known = _reported(f), u.knowledge
    for register in known.figures.registers:
        about = register.file.read.title
        for s in register.series:
            if s.sex == "alla" and s.points and (_DAMAGE.search(s.name) or (register.money and _DAMAGE.search(about))):
                yield Pair(f.facet.short, own, registered(s, about, _registered(s)))
    named = [name for name in known.est.categories if _DAMAGE.search(name)] if known.est else []
    if named and known.est is not None:
        first = named[0] == known.est.categories[0]
        text = f"{named[0][:1].lower()}{named[0][1:]} är {'vanligast' if first else 'bland det vanligaste'}"
        yield Pair(f.facet.short, own, Signal(EST, text, why_not="ordning"))


def _unsafe(u: Underlag) -> Iterator[Pair]:
    """Insecurity in NTU beside the school survey, the dialogues and the walks."""
    s = u.measure(HEADLINE_MEASURE)
    if s is None:
        return
    own, known = _asked(s), u.knowledge
    for survey in known.figures.surveys:
        for q in survey.questions:
            if _UNSAFE_QUESTION.search(q.name):
                yield Pair(s.measure.short, own, answered(q, survey.file.read.title, _answered(q)))
    themes = [t for t in known.talks.themes if _UNSAFE.search(t.name)] if known.talks else []
    if themes:
        how = "" if themes[0].people is None else f", {number(themes[0].people)} av {number(themes[0].of)}"
        text = f"{themes[0].name[:1].lower()}{themes[0].name[1:]}{how}"
        yield Pair(s.measure.short, own, Signal(TALKS, text, why_not="de_som_kom"))
    if known.walks:
        about = " och ".join(name for name, _ in known.walks.about[:2]) or "platser att åtgärda"
        yield Pair(s.measure.short, own, Signal(WALKS, about, why_not="platser"))


def _reported(f: CountFinding) -> Signal:
    level = f"{place(f)}, " if f.position else ""
    return reported(f, REPORTED, f"{level}{_change(f.judgement.change)}")


def _asked(s: SurveyFinding, source: str = NTU) -> Signal:
    against = COMPARISON[s.comparison][1].format(other="länet")
    return asked(s, source, f"{against}, {_change(s.change)}")


def _registered(s: OwnSeries) -> str:
    if s.usual is not None:
        return f"{series_name(s)}: {'utanför' if s.usual == OUTSIDE else 'inom'} det vanliga"
    return f"{series_name(s)}: {'för få år för att bedöma' if s.change is None else _change(s.change)}"


def _answered(q: Question) -> str:
    return f"{q.name}: {percent(q.latest.share)}, {_change(q.change)}"


def _change(of: Change) -> str:
    return {Change.INGEN_SAKERSTALLD_SKILLNAD: "ändringen är osäker", Change.FOR_FA_BROTT: "för få för att bedöma"}.get(
        of, CHANGE[of][1]
    )
