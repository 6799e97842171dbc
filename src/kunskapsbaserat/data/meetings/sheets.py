"""The workbook ``moten.xlsx``: when the forums meet, what they have to decide, and which units came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from kunskapsbaserat.data.filled_book import Form
from kunskapsbaserat.data.folder.layout import MEETINGS as MEETINGS_BOOK
from kunskapsbaserat.forms.columns import Column

FILE = MEETINGS_BOOK
MEETINGS, MATTERS, ATTENDANCE = "Möten", "Ärenden", "Närvaro"
COUNCIL, LEADERSHIP, GROUP = "rådet", "KLG", "EST-gruppen"
PROPOSED, DECIDED, REFUSED = "förslag", "beslutat", "avslaget"


def _words(*words: str) -> Mapping[str, str]:
    return MappingProxyType({word.casefold(): word for word in words})


FORUMS = _words(COUNCIL, LEADERSHIP, GROUP, "operativa gruppen", "stora samverkansgruppen", "trygghetsvandring", "annat")
STATES = _words(PROPOSED, DECIDED, REFUSED)
YES_NO = MappingProxyType({"ja": True, "nej": False})

# fmt: off
SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        MEETINGS: (
            Column("Id", "id", "id", "Kort och unikt, till exempel M1.", True, example="EXEMPEL M1", width=14),
            Column("Forum", "forum", "choice", "Vilka som möts.", True, choices=FORUMS, example=COUNCIL, width=24),
            Column("Dag", "dag", "date", "Mötets dag.", True, example=date(2026, 12, 8), width=13),
            Column("Börjar", "start", "clock", "Klockslag. Tomt om det inte är bestämt.", example="13:00", width=10),
            Column("Slutar", "slut", "clock", "Klockslag.", example="15:00", width=10),
            Column("Lokal", "lokal", "text", "Var mötet hålls.", example="Stadshuset, sal B", width=30),
        ),
        MATTERS: (
            Column("Id", "id", "id", "Kort och unikt, till exempel Ä1.", True, example="EXEMPEL Ä1", width=14),
            Column("Forum", "forum", "choice", "Vilka som ska ta ställning.", True, choices=FORUMS, example=COUNCIL, width=24),
            Column("Ärende", "arende", "text", "Vad som föreslås eller har beslutats. Aldrig om en person.", True, example="Trygghetsvandring vid stationen i januari", width=50),
            Column("Skäl", "skal", "text", "Varför, gärna med vilka siffror.", example="Fler inrapporterade händelser två kvartal i rad", width=40),
            Column("Ansvarig funktion", "ansvarig", "text", "Funktion, aldrig namn.", example="trygghetssamordnaren", width=26),
            Column("Läge", "lage", "choice", "Tomt betyder förslag.", choices=STATES, example=PROPOSED, width=13),
            Column("Beslutat", "dag", "date", "Dagen för beslutet. Tomt för ett förslag.", width=13),
        ),
        ATTENDANCE: (
            Column("Möte", "mote", "ref", "Mötets id.", True, refers=MEETINGS, example="EXEMPEL M1", width=14),
            Column("Enhet", "enhet", "text", "Förvaltning, bolag eller annan enhet. Aldrig namn.", True, example="Socialförvaltningen", width=34),
            Column("Deltog", "deltog", "choice", "Ja om någon från enheten var med.", True, choices=YES_NO, example="ja", width=10),
        ),
    }
)
# fmt: on

FORM = Form(
    file=FILE,
    title="Möten, ärenden och närvaro",
    command="kunskap ny --moten KOMMUN MAPP",
    sheets=SHEETS,
    introduction=(
        "Här står när forumen möts, vad de ska ta ställning till och vilka enheter som kom.",
        "Bladet Möten ger kalendern (kunskap kalender) och datumen på sidorna till råd och ledningsgrupp.",
        "Bladet Ärenden ger förslagen och besluten på kunskap rapport rad och kunskap rapport klg.",
        "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ändra inte bladens namn eller rubrikerna.",
        "Skriv funktioner och enheter, aldrig namn. Skriv inget om enskilda personer.",
    ),
    optional=(ATTENDANCE,),
    named=("enhet", "lokal"),
)
