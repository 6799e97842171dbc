"""LASMIG.md: what the folder for Power BI holds, and how it is read in, step by step."""

from __future__ import annotations

from kunskapsbaserat.export.gathered import Gathered
from kunskapsbaserat.export.measures import Measure
from kunskapsbaserat.export.star_schema import KEYS, Star

MEANS = {
    "dim_kommun": "kommun, län och SKR:s kommungrupp",
    "dim_brott": "brott: Brås grupp eller indikator, önskad riktning, om det styrs av polisens arbete, seriebrott",
    "dim_tid": "år, kvartal och månader; `forsta_dag` är ett datum",
    "dim_kon": "kön",
    "dim_matt": "frågor i NTU, och mått i Öppna jämförelser",
    "dim_kalla": "källor: utgivare, titel, licens, hämtad dag, kontrollsumma",
    "bro_overlapp": "par av brott som aldrig får läggas ihop, med skäl",
    "fakta_brott_ar": "anmälda brott per år, med personår",
    "fakta_brott_kvartal": "anmälda brott per kvartal",
    "fakta_brott_manad": "anmälda brott per månad, ur kommunens egen mapp",
    "fakta_bedomning_brott": "lägesbildens bedömningar av nivå och förändring, en rad per kommun och brott",
    "fakta_trygghet": "andelar ur NTU med Brås eget intervall",
    "fakta_bedomning_trygghet": "lägesbildens bedömningar av frågorna i NTU",
    "fakta_oppna_jamforelser": "Öppna jämförelser, per 1 000 invånare och år",
    "fakta_egna_tal": "tal ur kommunens egna filer, i långt format",
}

_STEPS = """\
## Så läser du in det i Power BI Desktop

1. **Start > Hämta data > Excel-arbetsbok.** Välj `kunskapsbaserat.xlsx`.
2. I Navigatören finns varje namn två gånger: som blad och som tabell. Kryssa för **tabellerna** (ikonen med blå rubrikrad).
   Välj **Läs in**.{parquet}
3. Kontrollera i **Power Query** att nycklarna `kommun_id`, `tid_id` och `lan_id` är **text**. Blir 0114 till 114 tappas
   Stockholms län.
4. **Modellvyn:** ta bort relationer som Power BI har gissat och dra dem som står nedan. Alla är många-till-en, med filter
   i en riktning, från dimension till fakta. `bro_overlapp` ska inte ha någon relation.
5. **Sortera etiketter:** markera kolumnen (`kommun`, `brott`, `etikett`, `kon`, `matt`) och välj
   **Sortera efter kolumn > ordning**.
6. **Måtten:** öppna **DAX-frågevyn**, klistra in `matt.dax` och välj **Uppdatera modell med ändringar**. Saknas vyn, skapa
   måtten ett i taget ur `matt.csv` (**Nytt mått**). Formatet står i samma fil.
7. Dölj kolumnerna `antal`, `personar` och `per_100000` i faktatabellerna, så att ingen drar in dem och summerar fel.
8. **Nästa gång:** kör samma kommando till samma mapp och välj **Uppdatera**. Namn och nycklar är desamma."""

_RULES = """\
## Det här måste den veta som ritar

- **Summera aldrig överlappande brott.** Totalen innehåller grupperna. Brås grupper och Brås indikatorer räknar på olika sätt.
  Uppdelningen på kön ingår i ”alla”. Paren står i `bro_overlapp`, och måttet `Anmälda brott` blir tomt när ett
  sådant par är valt.
- **Summera aldrig år, kvartal och månader.** De ligger i var sin tabell.
- **Tal per invånare räknas om, de läggs inte ihop.** Måttet `Anmälda brott per 100 000 och år` delar antal med personår.
- **En tom cell är inte noll.** Kolumnen `orsak` säger varför den är tom. Byt inte ut tomma celler mot 0.
- **Bedömningen är lägesbildens.** Räkna inte fram ”ökat” eller ”minskat” ur två år.
- **Kommuner rangordnas inte** på sidor som invånare ser: skillnaden mellan platser i en lista är oftast slump.
- Kommunerna summerar inte till riket: brott utan känd kommun finns bara i riket."""


_FASTER = " Med många kommuner går Parquet fortare: **Hämta data > Parquet**, en fil i mappen `parquet` i taget."
_COULD_BE = " Parquet-filer, som går fortare med många kommuner, skrivs också där programmets tillägg `parquet` är installerat."


def text(gathered: Gathered, star: Star, measures: list[Measure], *, parquet: bool) -> str:
    """The whole page, in Markdown; `parquet` says if the tables were written as that too."""
    parts = [
        "# Kunskapsbaserat i Power BI",
        _about(gathered),
        "## Tabellerna\n\n" + _tables(star, parquet=parquet),
        _STEPS.format(parquet=_FASTER if parquet else _COULD_BE),
        "## Relationerna\n\n" + _relations(star),
        _RULES,
        "## Måtten\n\n" + _measures(measures),
        "## Källor\n\n" + _sources(star),
    ]
    return "\n\n".join(parts) + "\n"


def _about(gathered: Gathered) -> str:
    names = [k.name for k in gathered.kommuner]
    whom = ", ".join(names) if len(names) <= 20 else f"{len(names)} kommuner"
    own = ", ".join(k.name for k in gathered.folders)
    said = f" Egna filer är med för {own}; övriga tal är programmets egna." if own else ""
    return (
        f"Stjärnschema för {whom}, skapat av programmet kunskapsbaserat.{said} Talen är desamma som i kommunernas lägesbilder, "
        "och har passerat samma spärr: det som inte får visas är tomt."
    )


def _tables(star: Star, *, parquet: bool) -> str:
    rows = ["| tabell | innehåll | nyckel | rader |", "| --- | --- | --- | ---: |"]
    for name, table in star.filled.items():
        rows.append(f"| `{name}` | {MEANS[name]} | {', '.join(f'`{k}`' for k in KEYS[name])} | {len(table)} |")
    if star.empty:
        empty = ", ".join(f"`{name}` ({MEANS[name]})" for name in star.empty)
        where = "bara som tom Parquet-fil" if parquet else "inte som blad"
        rows += ["", f"Utan rader för de här kommunerna, och därför {where}: {empty}."]
    return "\n".join(rows)


def _relations(star: Star) -> str:
    rows = ["| från (många) | till (en) |", "| --- | --- |"]
    return "\n".join(rows + [f"| `{fact}[{key}]` | `{dimension}[{key}]` |" for fact, dimension, key in star.relations()])


def _measures(measures: list[Measure]) -> str:
    return "\n".join(f"- **{m.name}.** {m.means}" for m in measures)


def _sources(star: Star) -> str:
    return "\n".join(
        f"- {row['utgivare']}: {row['titel']}. Hämtad {row['hamtad']}. {row['licens']}."
        for row in star.tables["dim_kalla"].fillna("okänd licens").to_dict("records")
    )
