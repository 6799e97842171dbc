"""The measures for Power BI: DAX that a model starts from, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

WHOLE, ONE, SHARE, TEXT = "#,0", "#,0.0", "0 %", ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: `of` names the fact table it is about, and it is left out where that table has no rows."""

    name: str
    of: str
    dax: str
    format: str
    means: str


def _pairs(fact: str) -> str:
    """How many pairs of the chosen offences overlap: of those that have rows in the fact, so that no choice is needed there."""
    return f"""\
VAR valda = VALUES ( {fact}[brott_id] )
VAR par =
    FILTER (
        bro_overlapp,
        bro_overlapp[brott_id_a] IN valda && bro_overlapp[brott_id_b] IN valda
    )"""


def _guarded_sum(fact: str) -> str:
    return f"{_pairs(fact)}\nRETURN\n    IF ( ISEMPTY ( par ), SUM ( {fact}[antal] ) )"


_OFFENCES = "fakta_brott_ar"

MEASURES = (
    Measure(
        "Otillåtna par",
        _OFFENCES,
        f"{_pairs(_OFFENCES)}\nRETURN\n    COUNTROWS ( par ) + 0",
        WHOLE,
        "Hur många par av de valda brotten som inte får läggas ihop. Aldrig summera överlappande brott: totalen, Brås grupper, "
        "Brås indikatorer och uppdelningen på kön räknar delvis samma händelser.",
    ),
    Measure("Får summeras", _OFFENCES, "[Otillåtna par] = 0", TEXT, "Sant när inget av de valda brotten överlappar ett annat."),
    Measure(
        "Anmälda brott",
        _OFFENCES,
        _guarded_sum(_OFFENCES),
        WHOLE,
        "Anmälda brott under de valda åren i de valda kommunerna. Tomt när valda brott överlappar: välj ett brott.",
    ),
    Measure(
        "Personår",
        _OFFENCES,
        """\
SUMX (
    SUMMARIZE (
        FILTER ( fakta_brott_ar, NOT ISBLANK ( fakta_brott_ar[antal] ) ),
        fakta_brott_ar[kommun_id],
        fakta_brott_ar[tid_id],
        fakta_brott_ar[personar]
    ),
    fakta_brott_ar[personar]
)""",
        WHOLE,
        "Medelfolkmängden, varje kommun och år en gång, för de år som har ett antal.",
    ),
    Measure(
        "Anmälda brott per 100 000 och år",
        _OFFENCES,
        """\
VAR rader =
    FILTER (
        fakta_brott_ar,
        NOT ISBLANK ( fakta_brott_ar[antal] ) && NOT ISBLANK ( fakta_brott_ar[personar] )
    )
RETURN
    IF (
        HASONEVALUE ( dim_brott[brott_id] ),
        DIVIDE ( SUMX ( rader, fakta_brott_ar[antal] ), SUMX ( rader, fakta_brott_ar[personar] ) ) * 100000
    )""",
        ONE,
        "Antal delat med personår: blir rätt också för flera år och flera kommuner tillsammans. Ett brott i taget. Ta aldrig "
        "medelvärdet av kolumnen per_100000: en liten kommun väger då lika mycket som en stor.",
    ),
    Measure(
        "Utan tal",
        _OFFENCES,
        "COUNTBLANK ( fakta_brott_ar[antal] )",
        WHOLE,
        "Hur många av raderna som saknar antal; skälet står i kolumnen orsak. En summa är då för låg: saknat är inte noll.",
    ),
    Measure(
        "Jämförbara år",
        _OFFENCES,
        'COUNTROWS ( FILTER ( fakta_brott_ar, fakta_brott_ar[jamforbart] = "nej" ) ) + 0 = 0',
        TEXT,
        "Sant när inget av åren ligger före ett byte av hur brottet räknas.",
    ),
    Measure(
        "Anmälda brott, kvartal",
        "fakta_brott_kvartal",
        _guarded_sum("fakta_brott_kvartal"),
        WHOLE,
        "Anmälda brott under de valda kvartalen. Jämför ett kvartal med samma kvartal tidigare år: brott följer årstiden.",
    ),
    Measure(
        "Anmälda brott, månad",
        "fakta_brott_manad",
        _guarded_sum("fakta_brott_manad"),
        WHOLE,
        "Anmälda brott under de valda månaderna, ur kommunens egen mapp.",
    ),
    Measure(
        "Bedömd förändring",
        "fakta_bedomning_brott",
        "SELECTEDVALUE ( fakta_bedomning_brott[forandring] )",
        TEXT,
        "Lägesbildens bedömning av ett brott i en kommun. Räkna inte fram en egen ur två år: vanlig variation är inte borta.",
    ),
    Measure(
        "Säkerställda förändringar",
        "fakta_bedomning_brott",
        """\
COUNTROWS (
    FILTER (
        fakta_bedomning_brott,
        fakta_bedomning_brott[forandring] IN { "säkerställd ökning", "säkerställd minskning" }
    )
) + 0""",
        WHOLE,
        "Hur många av de valda bedömningarna som är säkerställda.",
    ),
    Measure(
        "Andel, NTU",
        "fakta_trygghet",
        "SELECTEDVALUE ( fakta_trygghet[andel] )",
        SHARE,
        "Andelen av de svarande, ett mått i en kommun ett år. Andelar läggs inte ihop. Visa alltid undre och övre gräns.",
    ),
)


def for_tables(filled: set[str]) -> list[Measure]:
    """The measures whose table has rows."""
    return [m for m in MEASURES if m.of in filled]


def dax_script(measures: list[Measure]) -> str:
    """A script for DAX-frågevyn in Power BI Desktop: define all measures, then "Uppdatera modell med ändringar"."""
    lines = [
        "// Mått till kunskapsbaserats stjärnschema. Öppna i DAX-frågevyn och välj ”Uppdatera modell med ändringar”.",
        "DEFINE",
    ]
    for m in measures:
        lines += [f"    // {m.means}", f"    MEASURE {m.of}[{m.name}] ="]
        lines += [f"        {line}" for line in m.dax.splitlines()]
        lines.append("")
    return "\n".join([*lines, "EVALUATE", "    ROW ( " + ", ".join(f'"{m.name}", [{m.name}]' for m in measures) + " )", ""])


def listed(measures: list[Measure]) -> pd.DataFrame:
    """Name, table, expression, format and meaning, one measure a row."""
    return pd.DataFrame(
        {
            "namn": [m.name for m in measures],
            "tabell": [m.of for m in measures],
            "dax": [" ".join(m.dax.split()) for m in measures],
            "format": [m.format for m in measures],
            "betyder": [m.means for m in measures],
        }
    )
