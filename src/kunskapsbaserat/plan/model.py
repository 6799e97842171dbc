"""What an åtgärdsplan is made of: problem, orsak, åtgärd, mål, aktivitet and medborgarlöfte, and who is responsible.

The names are those of the act and of the workbook that a kommun fills in. Every part knows the row it was read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kunskapsbaserat.plan.work import Fokus, Grannomrade, Grannsumma, Kontroll, Plats, Processtal


class Stallning(StrEnum):
    """What the kommun has decided about a problem: § 3 asks for a position, and no measure is a position too."""

    ATGARDAS = "atgardas"
    INGEN_ATGARD = "ingen_atgard"


class Belagg(StrEnum):
    """What supports a cause."""

    DATA = "data"
    ERFARENHET = "erfarenhet"
    ANTAGANDE = "antagande"


class Triangel(StrEnum):
    """The side of the crime triangle that a cause belongs to."""

    GARNINGSPERSON = "garningsperson"
    UTSATT = "utsatt"
    PLATS = "plats"


class Typ(StrEnum):
    SITUATIONELL = "situationell"
    SOCIAL = "social"
    BADA = "bada"


class Vems(StrEnum):
    """Whose measure it is: the plan of § 5 holds those that the kommun itself intends to take."""

    EGEN = "egen"
    ANNAN = "annan"


class Lage(StrEnum):
    EJ_STARTAD = "ej_startad"
    PAGAR = "pagar"
    GENOMFORD = "genomford"
    AVBRUTEN = "avbruten"


class Foljsamhet(StrEnum):
    """Was it done as it was meant to be done?"""

    SOM_PLANERAT = "som_planerat"
    DELVIS = "delvis"
    INTE = "inte"


class Vidare(StrEnum):
    """The kommun's own judgement of what happens next."""

    FORTSATT = "fortsatt"
    ANDRA = "andra"
    AVSLUTA = "avsluta"


class Malslag(StrEnum):
    EFFEKT = "effekt"
    AKTIVITET = "aktivitet"


class Riktning(StrEnum):
    """Which way the indicator ought to move. More reports can be what is wanted."""

    NER = "ner"
    UPP = "upp"
    OKLAR = "oklar"


class Villkor(StrEnum):
    HOGST = "hogst"
    MINST = "minst"


class Hallet(StrEnum):
    JA = "ja"
    DELVIS = "delvis"
    NEJ = "nej"
    PAGAR = "pagar"


@dataclass(frozen=True, slots=True)
class Overenskommelse:
    """A written agreement (§ 9): with whom, for what purpose, in which areas, and how long."""

    part: str
    syfte: str | None
    omraden: str | None
    fran: date | None
    till: date | None
    fokus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KfMal:
    """A goal of fullmäktige's own: the ids of the plan's goals that show how it goes, and its last day."""

    mal: str
    planens: tuple[str, ...] = ()
    till: date | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """What fullmäktige has handed over: what, to whom (a board or a function), by which decision, and until when."""

    vad: str
    till: str | None = None
    beslut: str | None = None
    slut: date | None = None


@dataclass(frozen=True, slots=True)
class Medlem:
    """Somebody in the council (§ 10): an organisation and the level of who comes, never a person."""

    organisation: str
    ledande: bool | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The sheet Kommun: who is responsible, what has been decided, and when.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> who = example().organisation
    >>> who.namnd, who.plan_fran.year, who.plan_till.year
    ('Kommunstyrelsen', 2023, 2024)
    >>> [member.organisation for member in who.medlemmar if member.ledande]
    ['Lokalpolisområdet', 'Socialförvaltningen', 'Bostadsbolaget']
    """

    plan_fran: date
    plan_till: date
    namnd: str | None = None
    namnd_beslut: str | None = None
    rapporterat: date | None = None
    lagesbild_datum: date | None = None
    plan_beslut: date | None = None
    plan_beslutad_av: str | None = None
    plan_paragraf: str | None = None
    diarienummer: str | None = None
    uppfoljd: date | None = None
    uppfoljning_datum: date | None = None
    rad: str | None = None
    rad_leds_av: str | None = None
    rad_mote: date | None = None
    medlemmar: tuple[Medlem, ...] = ()
    overenskommelser: tuple[Overenskommelse, ...] = ()
    samordningsfunktion: str | None = None
    kontakt: str | None = None
    information: str | None = None
    fullmaktiges_mal: tuple[str, ...] = ()
    kf_mal: tuple[KfMal, ...] = ()
    delegationer: tuple[Delegation, ...] = ()
    statliga_bidrag: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the lägesbild points out, and the kommun's stand on it.

    `indikator` is a key of the catalogue, `stallning` whether it is to be acted on, with the reason in `skal`.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> problem = example().problem[0]
    >>> print(problem.id, problem.namn, problem.indikator, problem.stallning)
    P1 Inbrott i villor och lägenheter bostadsinbrott atgardas
    """

    id: str
    namn: str
    beskrivning: str | None = None
    plats: str | None = None
    indikator: str | None = None
    lagesbild: str | None = None
    stallning: Stallning = Stallning.ATGARDAS
    skal: str | None = None
    annan_plan: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Orsak:
    """Why a problem is there. `under` is the cause that it is a part of.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> cause = example().orsaker[0]
    >>> print(cause.problem, cause.namn, cause.belagg)  # what it rests on: data, research or experience
    P1 Ingen ser när hus står tomma på dagen erfarenhet
    """

    id: str
    problem: str
    namn: str
    belagg: Belagg
    under: str | None = None
    triangel: Triangel | None = None
    underlag: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Atgard:
    """A measure. Costs in kronor, `tid_till_effekt` in months from the start, `omraden` and `jamforelse` codes or names.

    `efter_ovanligt_ar`: was it started because of an unusually bad year?

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> measure = example().atgarder[0]
    >>> print(measure.namn, measure.start, measure.lage)
    Grannsamverkan i tre villaområden 2023-03-01 genomford
    >>> measure.kostnad, measure.utfall_kostnad  # planned and actual, in kronor
    (180000, 171000)
    >>> measure.orsaker, measure.omraden
    (('O1',), ('Område A', 'Område B', 'Område C'))
    """

    id: str
    namn: str
    orsaker: tuple[str, ...] = ()
    logik: str | None = None
    typ: Typ | None = None
    vems: Vems = Vems.EGEN
    ansvarig: str | None = None
    samverkar: str | None = None
    start: date | None = None
    slut: date | None = None
    lage: Lage = Lage.EJ_STARTAD
    tid_till_effekt: int | None = None
    omraden: tuple[str, ...] = ()
    jamforelse: tuple[str, ...] = ()
    brott: tuple[str, ...] = ()
    efter_ovanligt_ar: bool | None = None
    evidens: str | None = None
    erfarenhet: str | None = None
    kostnad: float | None = None
    utfall_kostnad: float | None = None
    foljsamhet: Foljsamhet | None = None
    avvikelse: str | None = None
    bieffekter: str | None = None
    annan_plan: str | None = None
    kamera: bool | None = None
    kamera_behov: str | None = None
    kamera_alternativ: str | None = None
    kamera_uppfoljning: str | None = None
    vidare: Vidare | None = None
    motivering: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Mal:
    """A goal. `malvarde` and `utgangsvarde` in the indicator's unit (antal, procent, kronor), or for own figures in `enhet`.

    `utgang_fran` to `utgang_till` are the years of the baseline when the kommun fixed them beforehand. `dolda` are the fields
    that `plan.protected` has emptied, each with what stands instead.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> goal = example().mal[0]
    >>> print(goal.namn, "från", goal.utgangsvarde, "till", goal.villkor, goal.malvarde, goal.malar)
    Färre bostadsinbrott från 161 till hogst 145 2024
    """

    id: str
    namn: str
    atgarder: tuple[str, ...] = ()
    slag: Malslag = Malslag.EFFEKT
    indikator: str | None = None
    riktning: Riktning | None = None
    villkor: Villkor | None = None
    utgangsvarde: float | None = None
    utgang_fran: int | None = None
    utgang_till: int | None = None
    malvarde: float | None = None
    enhet: str | None = None
    malar: int | None = None
    utfall: float | None = None
    utfall_kalla: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Aktivitet:
    """What was to be done and what was done, in `enhet`; `natt` of `malgrupp` is the reach; `dolda` as for `Mal`.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> visits = example().aktiviteter[1]
    >>> visits.namn, visits.planerat, visits.genomfort, visits.enhet
    ('Besök efter inbrott', 300, 184, 'besök')
    >>> print(f"nådde {visits.natt} av {visits.malgrupp}")
    nådde 171 av 555
    """

    id: str
    atgard: str
    namn: str
    enhet: str | None = None
    planerat: float | None = None
    genomfort: float | None = None
    natt: float | None = None
    malgrupp: float | None = None
    ansvarig: str | None = None
    row: int = 0
    dolda: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Medborgarlofte:
    """What police and kommun have promised the inhabitants, from when to when, and whether it was kept.

    `problem`, `fokus` and `aktiviteter` are ids in the same plan, `trygghet` the survey question that it is meant to move.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> promise = example().loften[1]
    >>> print(promise.lofte, promise.hallet, promise.resultat)
    Trasig belysning på gångstråken lagas inom fem dagar. ja 212 av 218 fel lagades i tid
    """

    id: str
    lofte: str
    fran: date | None = None
    till: date | None = None
    tillsammans: str | None = None
    problem: str | None = None
    hallet: Hallet | None = None
    resultat: str | None = None
    fokus: str | None = None
    aktiviteter: tuple[str, ...] = ()
    trygghet: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole åtgärdsplan. `example` is the invented one; `sha256` of the workbook it was read from; `grannsummor` are
    worked out by `plan.protected`.

    Examples
    --------
    >>> from kunskapsbaserat.plan.example import example
    >>> plan = example()  # Borlänge's, invented
    >>> plan.example, len(plan.problem), len(plan.atgarder), len(plan.mal)
    (True, 4, 8, 3)
    >>> measure = plan.atgarder[0]
    >>> [problem.namn for problem in plan.problems_of(measure)], [goal.namn for goal in plan.goals_of(measure)]
    (['Inbrott i villor och lägenheter'], ['Färre bostadsinbrott'])
    """

    kommun: str
    organisation: Organisation
    problem: tuple[Problem, ...] = ()
    orsaker: tuple[Orsak, ...] = ()
    atgarder: tuple[Atgard, ...] = ()
    mal: tuple[Mal, ...] = ()
    aktiviteter: tuple[Aktivitet, ...] = ()
    loften: tuple[Medborgarlofte, ...] = ()
    fokus: tuple[Fokus, ...] = ()
    processtal: tuple[Processtal, ...] = ()
    kontroller: tuple[Kontroll, ...] = ()
    grannsamverkan: tuple[Grannomrade, ...] = ()
    platser: tuple[Plats, ...] = ()
    grannsummor: tuple[Grannsumma, ...] = ()
    example: bool = False
    sha256: str = ""

    def problems_of(self, atgard: Atgard) -> tuple[Problem, ...]:
        """The problems that a measure is aimed at, by way of its causes."""
        wanted = {o.problem for o in self.orsaker if o.id in atgard.orsaker}
        return tuple(p for p in self.problem if p.id in wanted)

    def measures_of(self, problem: Problem) -> tuple[Atgard, ...]:
        return tuple(a for a in self.atgarder if problem in self.problems_of(a))

    def goals_of(self, atgard: Atgard) -> tuple[Mal, ...]:
        return tuple(m for m in self.mal if atgard.id in m.atgarder)

    def measures_for(self, goal: Mal) -> tuple[Atgard, ...]:
        return tuple(a for a in self.atgarder if a.id in goal.atgarder)

    def activities_of(self, atgard: Atgard) -> tuple[Aktivitet, ...]:
        return tuple(v for v in self.aktiviteter if v.atgard == atgard.id)
