"""The follow-up's own words: titles, the first page, the chain, what was not the plan's doing, the look back, the method."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kunskapsbaserat.catalogue.indikatorer import Indicator
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.plan.duties import Duty, State
from kunskapsbaserat.plan.model import Atgard, Lage, Mal, Organisation, Plan, Vidare
from kunskapsbaserat.plan.outcome import GoalOutcome, GoalStatus
from kunskapsbaserat.report.documents.uppfoljning.words import goals
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.own_texts.markdown import Texts
from kunskapsbaserat.report.page.common_words import LAW
from kunskapsbaserat.report.statements import measures
from kunskapsbaserat.swedish import NBSP, day, listed, lower, number, word, years
from kunskapsbaserat.trends import Change

EXAMPLE = "EXEMPEL: problem, åtgärder, mål och löften är påhittade. Brotts- och trygghetssiffrorna är verkliga."
EXAMPLE_SHORT = "EXEMPEL"

TOPIC_CHAIN, TOPIC_MEASURES, TOPIC_GOALS, TOPIC_SIDE, TOPIC_DUTIES, TOPIC_NEXT, TOPIC_BACK, TOPIC_PROMISES = (
    "Kedjan",
    "Åtgärderna",
    "Målen",
    "Bieffekter och annat som hänt",
    "Lagens uppgifter",
    "Bedömning",
    "Återblick",
    "Medborgarlöften",
)
GOAL_TOPICS = {
    "brott": "Målen: brott",
    "skada": "Målen: skador och kostnader",
    "trygghet": "Målen: trygghet",
    "arbete": "Målen: det egna arbetet",
}
KORTHET, DECIDE, REMAINING, GOALS_HEADING = (
    "Uppföljningen i korthet",
    "Förslag till beslut",
    "Återstår för kommunen",
    "Så gick det med målen",
)
MARKS = "Så läser du märkena"
MARKS_EXPLAINED = (
    (("finns",), "Nått i siffror", "utfallet är på rätt sida om målvärdet. Det säger inte varför"),
    (("inte_natt",), "Inte nått", "utfallet är på fel sida"),
    (("okning", "minskning"), "Säkerställd ökning eller minskning", "mer än vanlig variation mellan år"),
    (("ingen",), "Ingen säkerställd skillnad", "kan vara slump, men inte säkert oförändrat"),
    (("fa",), "För få brott", "i snitt under 20 anmälda per år, de jämförda åren"),
    (("saknas", "kan"), "Kan inte bedömas", "siffror saknas eller åren går inte att jämföra"),
    (("finns",), "Gjort", "aktivitetsmålet är uppfyllt. Det säger inget om brotten"),
)
SEE = "Se bedömningen"
GOAL_HEADS = ("Mål", "Före", "Målvärde", "Utfall", "Mot målet", "Förändring")
GOALS_CAPTION = "Målen: utfall och förändring är två olika svar"


NO_GOALS = "Planen har inga mål. Utan mål går det inte att säga om åtgärderna har lett dit kommunen ville."
AGAINST_GOAL, MOVED = "Mot målet:", "Förändring:"  # before two marks that stand beside each other
COUNTED = "Antal anmälda per år."


def with_goal(unit: str) -> str:
    """What the dashed line of a goal's figure is."""
    return f"{unit} Streckad linje: målet, med en ring vid målåret."


def target_name(year: int) -> str:
    """Beside the goal's line in its figure, over its value."""
    return f"Mål {year}"


def first_goals(of: int, most: int, where: str) -> str:
    """Said where not all goals have room on the sheet: how many stand there, which, and where the others are."""
    return (
        f"Planen har {word(of)} mål, och alla får inte plats på en sida. Här står {word(most)}: först de med säkerställd förändring, "
        f"sedan de som inte är nådda. Alla finns i {where}."
    )


IN_SECTION, IN_REPORT = "avsnittet om målen", "hela uppföljningen"


def sections_of(of: int, most: int) -> str:
    """Which goals have a section with a figure, where not all have."""
    return (
        f"{word(most, capital=True)} av {word(of)} mål har ett eget avsnitt: först de med säkerställd förändring, sedan de som inte är "
        "nådda. De andra står bara i tabellen."
    )


def marks(outcomes: Sequence[GoalOutcome]) -> list[tuple[Sequence[str], str, str]]:
    """The marks that stand on the page, explained; the others are only in the way."""
    shown = set()
    for o in outcomes:
        done = o.kind == "activity"
        shown.add("Gjort" if done and o.status is GoalStatus.NATT else goals.status_mark(o)[0])
        shown |= set() if done else {goals.change_mark(o)[0]}
    return [entry for entry in MARKS_EXPLAINED if (entry[1] in shown if entry[1] == "Gjort" else shown & set(entry[0]))]


def kicker() -> str:
    return f"Uppföljning enligt 6 § {LAW}"


def draft(texts: Texts) -> str:
    """Whether it is decided."""
    return texts.line("beslut") or "Utkast: ännu inte beslutat"


def title(kommun: Kommun, o: Organisation) -> str:
    return f"Uppföljning av åtgärdsplanen {period(o)}, {kommun.name}"


def period(o: Organisation) -> str:
    return years(o.plan_fran.year, o.plan_till.year)


def foot(kommun: Kommun, plan: Plan, kind: str) -> str:
    """At the foot of every printed page."""
    start = f"{EXAMPLE_SHORT} (påhittad plan) · " if plan.example else ""
    number_ = plan.organisation.diarienummer or "diarienummer fylls i"
    return f"{start}{kind} {kommun.name} {period(plan.organisation)} · {number_}"


def facts(plan: Plan, as_of: date, counts_to: str, asked_to: str) -> list[tuple[str, str]]:
    o = plan.organisation
    return [
        ("Planen gäller", period(o)),
        ("Beslutad", day(o.plan_beslut) if o.plan_beslut else "fylls i"),
        ("Ansvarig", o.namnd or "fylls i"),
        ("Diarienummer", o.diarienummer or "fylls i"),
        ("Siffror till och med", ", ".join(filter(None, (counts_to, asked_to and f"NTU {asked_to}"))) or "uppgifter saknas"),
        ("Uppföljningen avser", day(as_of)),
    ]


# ---- the first page ------------------------------------------------------------------------------------------------------


NAMED = 4  # measures or goals named in a sentence that is read aloud; of more, how many they are
LETTERS = 70  # of a title in a sentence


def decisions(
    plan: Plan, outcomes: Sequence[GoalOutcome], unseen: Sequence[Mal], *, most: int = NAMED, letters: int = LETTERS
) -> list[str]:
    """The proposal: what the kommun has judged about its measures, goals to replace, and how to know more next time.

    At most so many are named in a sentence (or one more), each by so many letters of its title.
    """

    def named(chosen: Sequence[Atgard]) -> str:
        return _some([short(lower(a.namn), letters) for a in chosen], "åtgärder till", most)

    found = []
    for chosen, verb in ((Vidare.FORTSATT, "Fortsätt med"), (Vidare.ANDRA, "Ändra"), (Vidare.AVSLUTA, "Avsluta")):
        if judged := [a for a in plan.atgarder if a.vidare is chosen and not measures.is_finished(a)]:
            found.append(f"{verb} {named(judged)}.")
    if finished := [a for a in plan.atgarder if measures.is_finished(a)]:
        found.append(f"Klart, görs inte om: {named(finished)}.")
    if undecided := [a for a in plan.atgarder if a.vidare is None]:
        found.append(f"Ta ställning till {named(undecided)}: fortsätt, ändra eller avsluta?")
    if unseen:
        replaced = _some([f"”{short(m.namn, letters)}”" for m in unseen], "mål till", most)
        what = "målet" if len(unseen) == 1 else "målen"
        found.append(f"Byt {what} {replaced}: en sådan förändring syns knappast bland så få brott.")
    if any(o.design_step < 4 and o.kind != "activity" for o in outcomes):
        found.append("Välj jämförelseområde innan nästa åtgärd börjar.")
    return found or ["Inget förslag går att läsa ut av planen. Kommunens bedömning behövs."]


def _some(names: Sequence[str], more: str, most: int) -> str:
    """The first of many names, and how many more there are; one too many is named, as it is no longer than its number."""
    return listed(names) if len(names) <= most + 1 else f"{', '.join(names[:most])} och {word(len(names) - most)} {more}"


def short(title: str, most: int = LETTERS) -> str:
    """A title short enough for a sentence: cut between two words, and seen to be cut.

    >>> short("Fler vuxna ute på kvällarna", 20)
    'Fler vuxna ute på …'
    """
    return title if len(title) <= most else f"{title[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:–-')} …"


def remaining(empty: Sequence[str], loose: Sequence[Finding], duties: Sequence[Duty]) -> str:
    """Own texts that are missing, loose links, duties that are late or missing."""
    texts = []
    if empty:
        texts.append(f"Inte ifyllt: {listed([lower(e) for e in empty])}.")
    if loose:
        texts.append(
            f"{'En sak hänger' if len(loose) == 1 else f'{word(len(loose), capital=True)} saker hänger'} löst i planen."
        )
    late = [d for d in duties if d.state is State.FORSENAT]
    missing = [d for d in duties if d.state in (State.SAKNAS, State.DELVIS)]
    if late:
        texts.append(f"Försenat enligt lagen: {listed(list(dict.fromkeys(f'{d.paragraph}{NBSP}§' for d in late)))}.")
    if missing:
        texts.append(
            f"Saknas eller är ofullständigt enligt lagen: {listed(list(dict.fromkeys(f'{d.paragraph}{NBSP}§' for d in missing)))}."
        )
    return " ".join(texts) or "Allt är ifyllt."


def helped(outcomes: Sequence[GoalOutcome]) -> str:
    """ "Hjälpte åtgärderna?" for all goals together."""
    judged = [o for o in outcomes if o.effect is not None]
    if not judged:
        return goals.UNKNOWN
    credited = [o for o in judged if o.credited]
    rest = len([o for o in outcomes if o.kind != "activity"]) - len(credited)
    if not credited:
        return "Det går inte att säga. En jämförelse med områden utan åtgärden är gjord, men den visar ingen säkerställd skillnad som kan tillskrivas åtgärderna."
    named = " ".join(f"{short(o.goal.namn)}: {goals.effect(o)}" for o in credited)
    more = " För övriga mål kan vi inte veta: där jämförs bara före och efter." if rest else ""
    return f"{named}{more}"


# ---- the chain -----------------------------------------------------------------------------------------------------------

BASIS = "Underlag"
CHAIN_HEADS = ("Problem", "Orsak (belägg)", "Åtgärd", "Mål", "Indikator")
CHAIN_CAPTION = "Från problem till mål"
CHAIN_SCOPE = "Varje åtgärd ska gå att följa tillbaka till ett problem i lägesbilden (3 och 5 §§)."
LOOSE = "Det som hänger löst"
NOTHING_LOOSE = "Inget hänger löst: varje problem har en orsak och en åtgärd, och varje åtgärd har ett mål och en aktivitet."
MISSING_LINK = "saknas"
NO_MEASURE = "ingen åtgärd"


def chain_heading(loose: Sequence[Finding]) -> str:
    if not loose:
        return "Alla åtgärder hör ihop med ett problem och ett mål"
    return "En sak hänger löst i planen" if len(loose) == 1 else f"{word(len(loose), capital=True)} saker hänger löst i planen"


def loose(found: Finding) -> str:
    return found.svenska


# ---- measures and goals --------------------------------------------------------------------------------------------------


def measures_heading(chosen: Sequence[Atgard]) -> str:
    return measures.count_line(chosen).rstrip(".")


def goals_heading(found: Sequence[GoalOutcome]) -> str:
    return goals.count_line(found).rstrip(".")


GOAL_TABLE_HEADS = ("Mål", "Önskad riktning", "Jämförda kommuner, samma år", "Hur vi vet det", "Hjälpte åtgärderna?")
GOAL_TABLE_CAPTION = "Vad bedömningen av målen bygger på"
READ_THIS = (
    "Om målet är nått och om nivån har ändrats är två olika frågor. Ett mål kan nås av en slump, och en nivå kan ändras utan att målet "
    "nås. Inget av svaren säger att åtgärderna är orsaken."
)


DETECTION = "Talet följer hur mycket polisen kontrollerar. Läs det bredvid andra mått, till exempel olyckor och uppmätt hastighet i trafiken."


def own_limits(indicator: Indicator) -> str:
    return f"{indicator.limits} Källa: {indicator.source}."


def beside(indicator: Indicator, names: Sequence[str]) -> str:
    del indicator
    return f"Läs bredvid: {listed(list(names))}." if names else ""


# ---- side effects and what is not the plan's ------------------------------------------------------------------------------

SIDE_HEADING = "Har något flyttat, eller hänt vid sidan av planen?"
SIDE_HEADS = ("Åtgärd", "Det kommunen har sett")
SIDE_CAPTION = "Bieffekter och förflyttning"
NOT_SEEN = "inte ifyllt"
NO_BUFFER = "Om brott har flyttat till områden intill går inte att se i kommunens siffror. Det kräver uppgifter för områdena runt om, valda i förväg."
ELSEWHERE_HEAD = "Säkerställda förändringar som inte hör till planens mål"


def elsewhere(found: Sequence[CountFinding]) -> list[str]:
    """Offences that have changed but are no goal of the plan: said, and credited to nobody."""
    texts = []
    for f in found:
        j = f.judgement
        way = "fler" if j.change is Change.SAKERSTALLD_OKNING else "färre"
        texts.append(
            f"{f.facet.name}: säkerställt {way}, i snitt {_mean(j.mean_latest)} per år {years(*j.latest)} mot {_mean(j.mean_earlier)} "
            f"{years(*j.earlier)}. Inget i planen siktade på det."
        )
    return texts or ["Ingen säkerställd förändring utanför planens mål."]


def _mean(value: float) -> str:
    return number(value, 1) if value < 20 and value != int(value) else number(value)


# ---- duties, next, promises ------------------------------------------------------------------------------------------------


def duties_heading(found: Sequence[Duty]) -> str:
    late = sum(d.state is State.FORSENAT for d in found)
    missing = sum(d.state in (State.SAKNAS, State.DELVIS) for d in found)
    if late:
        return f"{'En uppgift är försenad' if late == 1 else f'{word(late, capital=True)} uppgifter är försenade'} enligt lagen"
    if missing:
        return f"{'En uppgift är' if missing == 1 else f'{word(missing, capital=True)} uppgifter är'} inte klar{'' if missing == 1 else 'a'} enligt lagen"
    return "Lagens uppgifter är gjorda"


DUTIES_TEXT = (
    "Fristerna är 24 månader från kommunens egna beslut. Lagen har inga bestämmelser om tillsyn eller påföljd, och den säger inte vilka "
    "indikatorer som ska användas."
)
NEXT_HEADS = ("Åtgärd", "Kommunens bedömning", "Motivering")
NEXT_CAPTION = "Fortsätt, ändra eller avsluta"
NEXT_HEADING = "Vad händer med åtgärderna?"
FULLMAKTIGE_GOALS = "Fullmäktiges egna mål"
PROMISES_NOTE = (
    "Ett löfte som hålls visar att arbetet är gjort. Det visar inte att brotten eller tryggheten har ändrats av det."
)


# ---- look back -------------------------------------------------------------------------------------------------------------

BACK_HEADS = ("Problem", "Förslag då", "Nivå då", "Bedömning då", "Nivå nu", "Bedömning nu")
BACK_CAPTION = "Det som den förra lägesbilden lyfte fram"
BACK_NONE = "Det finns inga siffror från tiden för den förra lägesbilden att se tillbaka på."


def back_heading(year: int | None) -> str:
    return (
        f"Vad sa lägesbilden med siffror till och med {year}, och hur gick det?"
        if year
        else "Återblick på den förra lägesbilden"
    )


def back_lead(year: int, *, kept: bool) -> str:
    if kept:
        return f"Tabellen bygger på den sparade lägesbilden med siffror till och med {year}."
    return (
        f"Den förra lägesbilden finns inte sparad i mappen. Tabellen är räknad på nytt med de siffror som fanns till och med {year}, efter "
        "samma regler som nu. Siffror som har rättats efteråt är de rättade."
    )


def level(value: float, first: int, last: int, *, percent: bool) -> str:
    """ "278 per år (2023–2024)", "33 procent (2025)"."""
    amount = f"{number(value)}{NBSP}procent" if percent else f"{_mean(value)} per år"
    return f"{amount} ({years(first, last)})"


# ---- method ----------------------------------------------------------------------------------------------------------------


def method(plan: Plan, outcomes: Sequence[GoalOutcome]) -> list[tuple[str, str]]:
    counted = [o for o in outcomes if o.kind == "counts" and o.earlier and o.latest]
    rule = "Utgångsåren är de som planen anger, bestämda i förväg. Saknas de jämförs de två senaste åren till och med målåret med de fem åren före."
    items = [
        ("Nått eller inte", "Utfallet för målåret jämförs med målvärdet. Inget annat vägs in."),
        (
            "Säkerställd förändring",
            f"{rule} Förändringen kallas säkerställd när den är större än vanlig variation mellan år, med hänsyn till att alla anmälda "
            "brottstyper prövas samtidigt. Samma regel gäller i lägesbilden, så att de två aldrig säger olika.",
        ),
        (
            "Hjälpte åtgärderna",
            "Det svaras bara ja när områden med åtgärden har jämförts med områden utan den, jämförelsen håller för prövning mot områden där "
            "inget gjordes, och skillnaden är säkerställd. Med hela kommunens årssiffror går det inte.",
        ),
        (
            "Trappan",
            "Hur vi vet det, i fem steg: "
            + ", ".join(f"{step} {text}" for step, text in goals.LADDER.items())
            + ". Bara steg 4 och 5 kan visa att en åtgärd är orsaken.",
        ),
        (
            "För få brott",
            "Är de anmälda brotten i snitt under 20 per år görs ingen bedömning av förändringen, och inga procent skrivs.",
        ),
        (
            "Kommunens uppgifter",
            "Åtgärder, aktiviteter, kostnader och löften är kommunens egna uppgifter ur åtgärdsplanens arbetsbok. De har inte prövats här."
            + (" I det här exemplet är de påhittade." if plan.example else ""),
        ),
        (
            "Vad forskningen säger",
            "Varje studie redovisas med sitt eget mått. Mått läggs aldrig ihop. Där studien inte anger hur stor effekten är, eller talet inte är "
            "kontrollerat, skrivs inget tal.",
        ),
        (
            "Vad som inte syns",
            "Anmälda brott är det som kommit till polisens kännedom. Många brott anmäls aldrig. Narkotika- och trafikbrott följer hur mycket "
            "polisen kontrollerar. Trygghet är något annat än brott och redovisas för sig.",
        ),
    ]
    if not counted:
        items = [item for item in items if item[0] != "För få brott"]
    return items


# ---- three lengths and the grant ------------------------------------------------------------------------------------------

FULL, COUNCIL, PUBLIC, GRANT = (
    "Uppföljning",
    "Uppföljning till fullmäktige",
    "Uppföljning för invånarna",
    "Underlag för statsbidragsansökan",
)
PUBLIC_TITLE = "Vad har kommunen gjort mot brott och otrygghet?"
CONTACT_HEADING = "Kontakt och mer att läsa"
CONTACT_MISSING = "Kontaktuppgift enligt 11 § är inte ifylld."
CERTAIN_MEANS = "”Säkerställd” betyder att förändringen är större än den vanliga variationen mellan år. ”Ingen säkerställd” betyder inte att allt är som förut, bara att det inte går att se."
PUBLIC_DONE, PUBLIC_GOALS, PUBLIC_PROMISES, PUBLIC_NEXT = (
    "Det här har vi gjort",
    "Så gick det",
    "Det här lovade vi",
    "Det här händer nu",
)


def public_lead(kommun: Kommun, plan: Plan) -> str:
    return (
        f"{kommun.name} har en plan mot brott för {period(plan.organisation)}. Minst vartannat år ska kommunen följa upp den och berätta hur det "
        "har gått. Det här är den korta versionen."
    )


def public_measure(a: Atgard, done: str) -> str:
    state = {"genomford": "klart", "pagar": "pågår", "ej_startad": "inte startat", "avbruten": "avbrutet"}[a.lage.value]
    if done and a.lage is Lage.EJ_STARTAD:
        state = "läget är inte uppdaterat"
    return f"{a.namn}: {state}{f' ({done})' if done else ''}."


def public_next(plan: Plan) -> list[str]:
    found = []
    for chosen, verb in (
        (Vidare.FORTSATT, "Vi föreslår att fortsätta med"),
        (Vidare.ANDRA, "Vi vill ändra"),
        (Vidare.AVSLUTA, "Vi vill avsluta"),
    ):
        named = [lower(a.namn) for a in plan.atgarder if a.vidare is chosen and not measures.is_finished(a)]
        if named:
            found.append(f"{verb} {listed(named)}.")
    if finished := [lower(a.namn) for a in plan.atgarder if measures.is_finished(a)]:
        found.append(f"Det här är klart och görs inte om: {listed(finished)}.")
    return found or ["Kommunen har inte bestämt än."]


def contact(o: Organisation) -> list[tuple[str, str]]:
    return [
        ("Kontakt", o.kontakt or CONTACT_MISSING),
        *([("Samordnas av", o.samordningsfunktion)] if o.samordningsfunktion else []),
        ("Läs mer", o.information or "Var hela uppföljningen finns är inte ifyllt."),
        ("Ansvarig", f"{o.namnd or 'Ansvarig nämnd är inte ifylld'}. Planen följs upp enligt 6 § {LAW}."),
    ]


def source(counts_from: int | None, counts_to: int | None, asked: str) -> str:
    parts = [f"Brå, anmälda brott {years(counts_from, counts_to)}"] if counts_from and counts_to else []
    parts += [f"NTU {asked}"] if asked else []
    return f"Källa: {', '.join([*parts, 'kommunens åtgärdsplan'])}; bearbetning."


def appendix_lead(files: Sequence[str]) -> str:
    return (
        f"Tabellerna ligger också som CSV bredvid rapporten, för Excel och i mappen maskin för program: {listed(list(files))}. "
        "Där finns även de andra versionerna: fullmaktige.html, invanare.html, personal.html och statsbidrag.html."
    )
