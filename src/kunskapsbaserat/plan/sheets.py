"""The workbook's sheets: every column with its meaning, once, for who writes the workbook and for who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from kunskapsbaserat.data.folder import PLAN
from kunskapsbaserat.forms.columns import EXAMPLE as EXAMPLE
from kunskapsbaserat.forms.columns import EXPLANATION as EXPLANATION
from kunskapsbaserat.forms.columns import Column as Column
from kunskapsbaserat.plan import model, work_sheets
from kunskapsbaserat.plan.sheet_names import AKTIVITETER as AKTIVITETER
from kunskapsbaserat.plan.sheet_names import ATGARDER as ATGARDER
from kunskapsbaserat.plan.sheet_names import FOKUS as FOKUS
from kunskapsbaserat.plan.sheet_names import GRANNSAMVERKAN as GRANNSAMVERKAN
from kunskapsbaserat.plan.sheet_names import KOMMUN as KOMMUN
from kunskapsbaserat.plan.sheet_names import KONTROLLER as KONTROLLER
from kunskapsbaserat.plan.sheet_names import LOFTEN as LOFTEN
from kunskapsbaserat.plan.sheet_names import MAL as MAL
from kunskapsbaserat.plan.sheet_names import ORSAKER as ORSAKER
from kunskapsbaserat.plan.sheet_names import PLATSER as PLATSER
from kunskapsbaserat.plan.sheet_names import PROBLEM as PROBLEM
from kunskapsbaserat.plan.sheet_names import PROCESSTAL as PROCESSTAL

FILE = PLAN
ANSWERS = 6
FIELD, ANSWER = "Uppgift", "Svar"


def _choices(**labels: StrEnum) -> Mapping[str, StrEnum]:
    return MappingProxyType({label.replace("_", " "): value for label, value in labels.items()})


STALLNING = _choices(åtgärdas=model.Stallning.ATGARDAS, ingen_åtgärd=model.Stallning.INGEN_ATGARD)
BELAGG = _choices(siffror=model.Belagg.DATA, erfarenhet=model.Belagg.ERFARENHET, antagande=model.Belagg.ANTAGANDE)
TRIANGEL = MappingProxyType(
    {
        "den som begår brottet": model.Triangel.GARNINGSPERSON,
        "den eller det som utsätts": model.Triangel.UTSATT,
        "platsen och den som kan skydda": model.Triangel.PLATS,
    }
)
TYP = _choices(situationell=model.Typ.SITUATIONELL, social=model.Typ.SOCIAL, båda=model.Typ.BADA)
VEMS = _choices(kommunens=model.Vems.EGEN, annan_aktörs=model.Vems.ANNAN)
LAGE = _choices(
    ej_startad=model.Lage.EJ_STARTAD, pågår=model.Lage.PAGAR, genomförd=model.Lage.GENOMFORD, avbruten=model.Lage.AVBRUTEN
)
FOLJSAMHET = _choices(
    som_planerat=model.Foljsamhet.SOM_PLANERAT, delvis=model.Foljsamhet.DELVIS, inte_som_planerat=model.Foljsamhet.INTE
)
VIDARE = _choices(fortsätt=model.Vidare.FORTSATT, ändra=model.Vidare.ANDRA, avsluta=model.Vidare.AVSLUTA)
MALSLAG = _choices(effektmål=model.Malslag.EFFEKT, aktivitetsmål=model.Malslag.AKTIVITET)
RIKTNING = _choices(ner=model.Riktning.NER, upp=model.Riktning.UPP, oklar=model.Riktning.OKLAR)
VILLKOR = _choices(högst=model.Villkor.HOGST, minst=model.Villkor.MINST)
HALLET = _choices(ja=model.Hallet.JA, delvis=model.Hallet.DELVIS, nej=model.Hallet.NEJ, pågår=model.Hallet.PAGAR)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet Kommun. `many` answers stand beside each other; one that came `later` is
    not missed in a workbook from before."""

    head: str
    name: str
    kind: str
    explanation: str
    many: bool = False
    required: bool = False
    example: str = ""
    later: bool = False

    @property
    def column(self) -> Column:
        """The column that its answers are read as."""
        refers = {"ok_fokus": FOKUS, "kf_mal": MAL}.get(self.name, "")
        return Column(self.head, self.name, self.kind, self.explanation, self.required, refers=refers)


# fmt: off
ORGANISATION = (
    Line("Planen gäller från", "plan_fran", "date", "Första dagen som åtgärdsplanen gäller.", required=True),
    Line("Planen gäller till", "plan_till", "date", "Sista dagen som åtgärdsplanen gäller.", required=True),
    Line(
        "Ansvarig nämnd", "namnd", "text", "13 §: kommunstyrelsen, eller den nämnd som fullmäktige bestämmer.", example="Kommunstyrelsen"
    ),
    Line("Fullmäktiges beslut om ansvarig nämnd", "namnd_beslut", "text", "Behövs bara om det inte är kommunstyrelsen: datum och paragraf."),
    Line("Senast rapporterat till fullmäktige", "rapporterat", "date", "13 §: nämnden rapporterar löpande till fullmäktige."),
    Line("Lägesbilden beslutad eller uppdaterad", "lagesbild_datum", "date", "4 och 6 §§: senaste gången."),
    Line("Åtgärdsplanen beslutad", "plan_beslut", "date", "5 §: beslutsdatum. Fristen på 24 månader räknas härifrån."),
    Line("Åtgärdsplanen beslutad av", "plan_beslutad_av", "text", "5 §: vem som beslutade.", example="Kommunfullmäktige"),
    Line("Paragraf i protokollet", "plan_paragraf", "text", "Till exempel § 87."),
    Line("Diarienummer", "diarienummer", "text", "Till exempel KS 2026/123. Står i foten på varje sida."),
    Line("Åtgärdsplanen senast följd upp", "uppfoljd", "date", "6 §: datum för förra uppföljningen, om det har funnits en."),
    Line("Den här uppföljningen skrivs", "uppfoljning_datum", "date", "Datum som fristerna räknas mot. Tomt: dagen då de senaste siffrorna hämtades."),
    Line("Överenskommelse: part", "ok_part", "text", "9 §: en överenskommelse i varje svarskolumn. Till exempel lokalpolisområdet.", many=True),
    Line("Överenskommelse: syfte", "ok_syfte", "text", "9 §: måste stå i överenskommelsen.", many=True),
    Line("Överenskommelse: områden", "ok_omraden", "text", "9 §: områden för samverkan måste stå i överenskommelsen.", many=True),
    Line("Överenskommelse: gäller från", "ok_fran", "date", "Datum.", many=True),
    Line("Överenskommelse: gäller till", "ok_till", "date", "Datum.", many=True),
    Line("Överenskommelse: fokus", "ok_fokus", "refs", "Id för fokusområdena på bladet Fokus som överenskommelsen gäller, med semikolon mellan.", many=True, later=True),
    Line("Rådets namn", "rad", "text", "10 §: det strategiska rådet (kallas ofta lokalt brå)."),
    Line("Rådet leds av", "rad_leds_av", "text", "10 §: kommunen leder rådet. Skriv funktion, inte person.", example="Kommunen"),
    Line("Rådets senaste möte", "rad_mote", "date", "Datum."),
    Line("Rådets medlem: organisation", "medlem", "text", "10 §: en medlem i varje svarskolumn. Organisation, inte person.", many=True),
    Line("Rådets medlem: ledande befattning", "medlem_ledande", "yes", "10 §: ja om den som kommer har en ledande befattning, annars nej.", many=True),
    Line("Samordningsfunktion", "samordningsfunktion", "text", "11 §: funktionens namn och var den hör hemma, inte en person."),
    Line("Kontakt utåt", "kontakt", "text", "11 §: funktionsadress och telefon till växeln. Står i invånarnas version."),
    Line("Information till invånarna", "information", "text", "12 §: var invånarna kan läsa mer."),
    Line("Fullmäktiges egna mål", "fullmaktiges_mal", "text", "Ett mål i varje svarskolumn.", many=True),
    Line("Fullmäktiges mål: planens mål", "kf_mal", "refs", "Id för målen på bladet Mål som visar hur det går med fullmäktiges mål, med semikolon mellan.", many=True, later=True),
    Line("Fullmäktiges mål: gäller till", "kf_till", "date", "Sista dagen som målet gäller.", many=True, later=True),
    Line("Delegation: vad", "del_vad", "text", "Det som fullmäktige har lämnat över, till exempel att följa upp riktlinjen. En i varje svarskolumn.", many=True, later=True),
    Line("Delegation: till", "del_till", "text", "Nämnd eller funktion, inte person.", many=True, later=True),
    Line("Delegation: beslut", "del_beslut", "text", "Datum och paragraf.", many=True, later=True),
    Line("Delegation: gäller till", "del_slut", "date", "Sista dagen. Kontroll påminner ett halvår innan.", many=True, later=True),
    Line("Andra statliga bidrag", "statliga_bidrag", "text", "För ansökan om statsbidrag: vilka bidrag insatserna redan har, eller inga."),
)

SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        PROBLEM: (
            Column("Id", "id", "id", "Kort och unikt, till exempel P1.", True, example="EXEMPEL P1", width=12),
            Column("Problem", "namn", "text", "Problemet i några ord.", True, example="Inbrott i villor på dagtid", width=34),
            Column("Beskrivning", "beskrivning", "text", "Vad, var, när, mot vem. Aldrig om enskilda personer.", example="Flest inbrott vardagar 9–15, i områden vid infarterna.", width=44),
            Column("Plats", "plats", "text", "Område eller plats.", example="Villaområden vid väg 50"),
            Column("Indikator", "indikator", "indicator", "Brottet eller frågan som problemet syns i. Välj i listan.", example="Bostadsinbrott, anmälda", width=34),
            Column("I lägesbilden", "lagesbild", "text", "3 och 5 §§: var i lägesbilden problemet pekas ut.", example="Slutsats 1", width=20),
            Column("Ställningstagande", "stallning", "choice", "3 §: om problemet ska åtgärdas. Tomt betyder åtgärdas.", choices=STALLNING, example="åtgärdas"),
            Column("Skäl", "skal", "text", "Varför, särskilt om ingen åtgärd behövs.", example="Säkerställd ökning, och möjligt att påverka.", width=34),
            Column("Annan lagstadgad plan", "annan_plan", "text", "7 §: om problemet hanteras i en annan plan som lag kräver.", example=None),
        ),
        ORSAKER: (
            Column("Id", "id", "id", "Kort och unikt, till exempel O1.", True, example="EXEMPEL O1", width=12),
            Column("Problem", "problem", "ref", "Problemets id.", True, refers=PROBLEM, example="EXEMPEL P1", width=12),
            Column("Orsak", "namn", "text", "Den troliga orsaken.", True, example="Tomma hus syns från gatan", width=40),
            Column("Under orsak", "under", "ref", "Id för orsaken som den här är en del av.", refers=ORSAKER, width=14),
            Column("Belägg", "belagg", "choice", "Vad som stöder orsaken.", True, choices=BELAGG, example="erfarenhet"),
            Column("Del av brottet", "triangel", "choice", "Brottstriangeln: vad orsaken handlar om.", choices=TRIANGEL, example="platsen och den som kan skydda", width=32),
            Column("Underlag", "underlag", "text", "Källa eller vem som har erfarenheten (funktion).", example="Polisens genomgång 2025", width=34),
        ),
        ATGARDER: (
            Column("Id", "id", "id", "Kort och unikt, till exempel Å1.", True, example="EXEMPEL Å1", width=12),
            Column("Åtgärd", "namn", "text", "Vad som ska göras.", True, example="Grannsamverkan med märkning och säkerhetsbesök", width=44),
            Column("Orsaker", "orsaker", "refs", "Id för orsakerna som åtgärden ska påverka, med semikolon mellan.", refers=ORSAKER, example="EXEMPEL O1", width=14),
            Column("Så ska den fungera", "logik", "text", "Hur åtgärden ska påverka orsaken.", example="Fler ögon på gatan gör det svårare att ta sig in obemärkt.", width=44),
            Column("Typ", "typ", "choice", "Situationell om orsaken finns i situationen, social om den är social.", choices=TYP, example="situationell"),
            Column("Vems", "vems", "choice", "5 §: kommunens egen, eller en annan aktörs. Tomt betyder kommunens.", choices=VEMS, example="kommunens"),
            Column("Ansvarig", "ansvarig", "text", "Nämnd eller aktör, inte person.", example="Samhällsbyggnadsnämnden", width=26),
            Column("Samverkar med", "samverkar", "text", "Andra som deltar.", example="Polisen, villaägarna", width=26),
            Column("Start", "start", "date", "Första dagen.", example=date(2026, 3, 1), width=13),
            Column("Slut", "slut", "date", "Sista dagen. Tomt om den fortsätter.", example=date(2027, 12, 31), width=13),
            Column("Läge", "lage", "choice", "Hur långt åtgärden har kommit. Tomt betyder ej startad.", choices=LAGE, example="pågår", width=13),
            Column("Månader till effekt", "tid_till_effekt", "whole", "Hur många månader efter start effekten kan väntas. Sociala åtgärder tar lång tid.", example=12, width=12),
            Column("Områden", "omraden", "list", "Koder eller namn på områdena där åtgärden görs, med semikolon mellan.", width=22),
            Column("Jämförelseområden", "jamforelse", "list", "Liknande områden utan åtgärden, valda i förväg.", width=22),
            Column("Brott den riktas mot", "brott", "indicators", "Indikatorer ur listan, med semikolon mellan.", example="Bostadsinbrott, anmälda", width=34),
            Column("Startad efter ett ovanligt dåligt år", "efter_ovanligt_ar", "yes", "Ja om just ett dåligt år var skälet. Nästa år blir då ofta bättre ändå.", example="nej", width=16),
            Column("Stöd i forskning", "evidens", "evidence", "Välj i listan. Se bladet Forskning.", width=40),
            Column("Egen erfarenhet", "erfarenhet", "text", "Vad kommunen själv har sett av åtgärden tidigare.", width=34),
            Column("Kostnad", "kostnad", "kronor", "Planerad kostnad i hela kronor, till exempel 150000.", example=150000, width=13),
            Column("Kostnad hittills", "utfall_kostnad", "kronor", "Utfall i hela kronor.", example=90000, width=13),
            Column("Gjord som planerat", "foljsamhet", "choice", "Om åtgärden har gjorts på det sätt som var tänkt.", choices=FOLJSAMHET, example="delvis"),
            Column("Avvikelser", "avvikelse", "text", "Vad som blev annorlunda och varför.", width=34),
            Column("Bieffekter och förflyttning", "bieffekter", "text", "Det ni har sett: brott som flyttat, andra följder. Skriv också när ni inget sett.", width=34),
            Column("Annan lagstadgad plan", "annan_plan", "text", "7 §: till exempel skolans plan mot kränkande behandling.", width=26),
            Column("Kamerabevakning", "kamera", "yes", "14 §: ja om åtgärden innebär kamerabevakning.", example="nej", width=14),
            Column("Kamera: behov", "kamera_behov", "text", "Varför bevakningen behövs.", width=26),
            Column("Kamera: alternativ", "kamera_alternativ", "text", "Vilka andra åtgärder som har prövats eller övervägts.", width=26),
            Column("Kamera: uppföljning", "kamera_uppfoljning", "text", "Hur och när behovet prövas på nytt.", width=26),
            Column("Förslag", "vidare", "choice", "Kommunens bedömning vid uppföljningen.", choices=VIDARE, width=13),
            Column("Motivering", "motivering", "text", "Varför.", width=34),
        ),
        MAL: (
            Column("Id", "id", "id", "Kort och unikt, till exempel M1.", True, example="EXEMPEL M1", width=12),
            Column("Mål", "namn", "text", "Målet i ord.", True, example="Färre bostadsinbrott", width=36),
            Column("Åtgärder", "atgarder", "refs", "Id för åtgärderna som ska nå målet, med semikolon mellan.", refers=ATGARDER, example="EXEMPEL Å1", width=14),
            Column("Slag", "slag", "choice", "Effektmål: det ska bli skillnad. Aktivitetsmål: något ska göras. Tomt betyder effektmål.", choices=MALSLAG, example="effektmål"),
            Column("Indikator", "indikator", "indicator", "Det målet mäts med: välj i listan. Aktivitetsmål: aktivitetens id.", example="Bostadsinbrott, anmälda", width=34),
            Column("Önskad riktning", "riktning", "choice", "Ner, upp eller oklar. Fler anmälningar kan vara bra. Tomt: indikatorns egen.", choices=RIKTNING, example="ner"),
            Column("Villkor", "villkor", "choice", "Om målvärdet är det högsta eller det minsta som räknas som nått.", choices=VILLKOR, example="högst", width=12),
            Column("Utgångsvärde", "utgangsvarde", "level", "Nivån före: snitt per år, eller andel i procent.", example=161, width=14),
            Column("Utgångsår från", "utgang_fran", "year", "Första året i utgångsvärdet. Bestäm det i förväg.", example=2021, width=12),
            Column("Utgångsår till", "utgang_till", "year", "Sista året i utgångsvärdet, före åtgärdernas start.", example=2025, width=12),
            Column("Målvärde", "malvarde", "level", "Samma enhet som utgångsvärdet.", example=115, width=12),
            Column("Enhet", "enhet", "text", "Bara för egna tal: vad de räknas i, till exempel fel, ärenden, kronor. Tomt betyder indikatorns egen.", width=14, later=True),
            Column("Målår", "malar", "year", "Året som målet gäller.", example=2027, width=10),
            Column("Utfall", "utfall", "level", "Fylls bara i för egna indikatorer; Brås siffror hämtas av programmet.", width=12),
            Column("Utfallets källa", "utfall_kalla", "text", "Varifrån utfallet kommer.", width=26),
        ),
        AKTIVITETER: (
            Column("Id", "id", "id", "Kort och unikt, till exempel V1.", True, example="EXEMPEL V1", width=12),
            Column("Åtgärd", "atgard", "ref", "Åtgärdens id.", True, refers=ATGARDER, example="EXEMPEL Å1", width=12),
            Column("Aktivitet", "namn", "text", "Det som görs.", True, example="Säkerhetsbesök", width=34),
            Column("Enhet", "enhet", "text", "Vad som räknas: besök, timmar, hushåll.", example="besök", width=16),
            Column("Planerat", "planerat", "number", "Hur många som var planerade.", example=200, width=12),
            Column("Genomfört", "genomfort", "number", "Hur många som är gjorda.", example=120, width=12),
            Column("Nådda", "natt", "number", "Hur många ur målgruppen som har nåtts.", example=115, width=12),
            Column("Målgrupp", "malgrupp", "number", "Hur många målgruppen är.", example=900, width=12),
            Column("Ansvarig", "ansvarig", "text", "Funktion, inte person.", example="Trygghetssamordnare", width=26),
        ),
        LOFTEN: (
            Column("Id", "id", "id", "Kort och unikt, till exempel L1.", True, example="EXEMPEL L1", width=12),
            Column("Löfte", "lofte", "text", "Det som har lovats invånarna.", True, example="Polis och kommun finns på torget fredagskvällar i juni–augusti.", width=60),
            Column("Från", "fran", "date", "Första dagen.", example=date(2026, 6, 1), width=13),
            Column("Till", "till", "date", "Sista dagen.", example=date(2026, 8, 31), width=13),
            Column("Tillsammans med", "tillsammans", "text", "Vanligen lokalpolisområdet.", example="Lokalpolisområdet", width=26),
            Column("Problem", "problem", "ref", "Problemets id, om löftet hör till ett.", refers=PROBLEM, width=12),
            Column("Hållet", "hallet", "choice", "Har löftet hållits?", choices=HALLET, example="ja", width=12),
            Column("Resultat", "resultat", "text", "Vad som gjordes, räknat.", example="11 av 13 fredagar", width=44),
            Column("Fokus", "fokus", "ref", "Fokusområdets id, om löftet hör till ett.", refers=FOKUS, width=12, later=True),
            Column("Aktiviteter", "aktiviteter", "refs", "Id för aktiviteterna som löftet hålls med, med semikolon mellan.", refers=AKTIVITETER, width=14, later=True),
            Column("Trygghetsmått", "trygghet", "indicator", "Trygghetsfrågan som löftet hör till. Den följs bredvid, den bevisar inget.", width=34, later=True),
        ),
        **work_sheets.SHEETS,
    }
)
# fmt: on

LATER = frozenset(work_sheets.SHEETS)
"""Sheets that are not missed in a workbook from before, and that may be taken out."""

MODELS = MappingProxyType(
    {
        PROBLEM: model.Problem,
        ORSAKER: model.Orsak,
        ATGARDER: model.Atgard,
        MAL: model.Mal,
        AKTIVITETER: model.Aktivitet,
        LOFTEN: model.Medborgarlofte,
        **work_sheets.MODELS,
    }
)
