"""The workbook ``koncern.xlsx``: the units, what they have lost month by month, and the price index."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kunskapsbaserat.data.filled_book import Form
from kunskapsbaserat.data.folder.layout import LOSSES as LOSSES_BOOK
from kunskapsbaserat.forms.columns import Column

FILE = LOSSES_BOOK
UNITS, LOSSES, PRICES = "Enheter", "Förluster", "Prisindex"
FORVALTNING, BOLAG = "förvaltning", "bolag"
NOTHING = "inga förluster"
TYPES_OF_LOSS = (
    *("skadegörelse", "klotter", "inbrott", "stöld", "brand", "vattenskada", "bedrägeri", "störning"),
    *("annat", NOTHING),
)


def _words(*words: str) -> Mapping[str, str]:
    return MappingProxyType({word: word for word in words})


# fmt: off
SHEETS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        UNITS: (
            Column("Enhet", "enhet", "id", "En skola, en anläggning, ett kontor. Aldrig en bostad.", True, example="EXEMPEL Norra skolan", width=30),
            Column("Förvaltning eller bolag", "agare", "text", "Vem enheten hör till. Skriv likadant på varje rad.", True, example="Barn- och utbildningsförvaltningen", width=36),
            Column("Slag", "slag", "choice", "Förvaltning eller bolag.", True, choices=_words(FORVALTNING, BOLAG), example=FORVALTNING, width=14),
            Column("Nämnd eller styrelse", "namnd", "text", "Som i åtgärdsplanens kolumn Ansvarig. Då hittas åtgärderna.", example="Barn- och utbildningsnämnden", width=34),
        ),
        LOSSES: (
            Column("Enhet", "enhet", "ref", "Ur bladet Enheter.", True, refers=UNITS, example="EXEMPEL Norra skolan", width=30),
            Column("Månad", "manad", "month", "När det hände: 2026-03 eller mars 2026.", True, example="2026-03", width=12),
            Column("Typ", "typ", "choice", "Vad det gäller. En månad utan förluster: välj inga förluster och skriv 0.", True, choices=_words(*TYPES_OF_LOSS), example="skadegörelse", width=20),
            Column("Antal", "antal", "whole", "Antal händelser. En stor händelse på en egen rad med antal 1.", True, example=3, width=10),
            Column("Kronor", "kronor", "kronor", "Vad det har kostat, i hela kronor och månadens priser. Tomt om det inte är känt.", example=24000, width=14),
        ),
        PRICES: (
            Column("Månad", "manad", "month", "2026-03 eller mars 2026.", True, example="EXEMPEL 2026-03", width=18),
            Column("KPI", "kpi", "number", "SCB:s konsumentprisindex, fastställda tal. Samma serie hela vägen.", True, example=400, width=12),
        ),
    }
)
# fmt: on

FORM = Form(
    file=FILE,
    title="Koncernens förluster",
    command="kunskap ny --koncern KOMMUN MAPP",
    sheets=SHEETS,
    introduction=(
        "Här samlas störningar och egendomsförluster i hela koncernen: förvaltningar och bolag.",
        "Enheter: en rad för varje enhet. Förluster: en rad för varje enhet, månad och typ.",
        "Skriv också månader utan förluster: välj inga förluster och antal 0. En månad utan rad räknas som att ingen har rapporterat.",
        "En stor händelse, till exempel en brand, får en egen rad med antal 1. Då kan rapporten visa summan med och utan den.",
        "Prisindex: SCB:s konsumentprisindex räknar om kronorna till samma penningvärde. Talen i bladet är SCB:s. Fyll på nya månader ur samma tabell: scb.se, sök på KPI fastställda tal. Blanda inte tal med olika basår.",
        "Raderna som börjar med EXEMPEL visar hur det kan se ut. De läses inte. Ändra inte bladens namn eller rubrikerna.",
        "Skriv inget om personer. Enheter med färre än fem händelser visas inte var för sig i rapporten.",
        "Kör ”kunskap rapport koncern --data MAPP” när du har sparat. Alla fel visas på en gång, med blad och rad.",
    ),
    optional=(PRICES,),
    named=("enhet", "agare", "namnd"),
)
