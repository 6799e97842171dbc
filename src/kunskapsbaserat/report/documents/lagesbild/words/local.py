"""Words about what a kommun's own folder adds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from kunskapsbaserat.disclosure.own import FEW, HIDDEN
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.swedish import NBSP, capital, percent_limits, percent_sign, span, word, years
from kunskapsbaserat.trends import Change

if TYPE_CHECKING:
    from kunskapsbaserat.data.imported import Imported

WHAT = "Uppgift"
MORE = (
    "Tabellen visar de brottstyper ur Brås databas som finns i kommunens mapp. En del är summor av andra rader, så raderna får inte "
    "läggas ihop."
)
RATES_ONLY = (
    f"För de här brottstyperna finns bara tal per 100{NBSP}000 invånare i kommunens mapp, och ingen folkmängd att räkna ut antalen med. Om "
    "något har ändrats går inte att bedöma: välj också ”Antal” när filen hämtas ur Brås databas."
)
RATES_ONLY_NOTE = "Linjen visar talet per invånare år för år. Enstaka år svänger, mest för ovanliga brott. Jämför nivåer över flera år, inte två år i rad."
_CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


NOT_SHOWN = f"Tal som inte visas ({HIDDEN}) är under fem, eller döljs för att ett sådant tal annars gick att räkna ut."


def more_caption(kommun: Kommun) -> str:
    return f"Fler brottstyper {kommun.where}"


def more_heading(found: Sequence[CountFinding]) -> str:
    certain = sum(f.judgement.change in _CERTAIN for f in found)
    if all(f.judgement.change in (Change.KAN_INTE_BEDOMAS, Change.FOR_FA_BROTT) for f in found):
        return "Fler brottstyper: utvecklingen går inte att bedöma"
    if not certain:
        return "Fler brottstyper: ingen säkerställd förändring"
    return f"Fler brottstyper: {'en säkerställd förändring' if certain == 1 else f'{word(certain)} säkerställda förändringar'}"


def rates_only_caption(kommun: Kommun) -> str:
    return f"Anmälda brott per 100{NBSP}000 invånare {kommun.where}"


def rates_only_heading(offences: int) -> str:
    return f"{word(offences, capital=True)} brottstyp{'' if offences == 1 else 'er'} har bara tal per invånare"


def rates_only_source(first: int, last: int) -> str:
    return f"Källa: Brå, anmälda brott {years(first, last)}, filer i kommunens mapp."


def scope(found: Imported, marks: Collection[str] = ()) -> str:
    """Unit of the figures, where it is one, what the marks stand for, and whether they may change."""
    units = sorted(set(found.table["unit"].dropna())) if "unit" in found.table else []
    parts = [f"{capital(', '.join(units))}."] if units else []
    if found.contract == "counts":
        parts.append("Antal." if set(marks) == {HIDDEN} else f"Antal. Tal under fem visas som {FEW}.")
    if found.contract == "survey":
        parts.append(
            f"Andel i procent, med källans intervall där det finns. Andelar utan uppgift om antal svarande visas inte ({HIDDEN})."
        )
    if found.contract == "indicator" and FEW in marks:
        parts.append(f"Tal under fem visas som {FEW}.")
    if found.contract != "survey" and HIDDEN in marks:
        parts.append(NOT_SHOWN)
    if found.status == "preliminary":
        parts.append("Preliminära uppgifter.")
    return " ".join(parts)


def survey_scope(stated: bool) -> str:
    """Whose the limits are."""
    return f"Andel i procent, med {'källans' if stated else 'ett beräknat'} 95-procentigt intervall."


def source(found: Imported) -> str:
    return f"Källa: {found.publisher}, {found.title}; fil i kommunens mapp."


def period(row: dict[str, Any]) -> str:
    """A year, a quarter or a month as it is written in a column head."""
    if "period" not in row:
        first, last = int(row["start_year"]), int(row["end_year"])
        return str(last) if first == last else span(first, last)
    when = row["period"]
    frequency = when.freqstr[0]
    if frequency == "Q":
        return f"{when.year} kv {when.quarter}"
    return str(when.year) if frequency in "YA" else f"{when.year}-{when.month:02d}"


def share(row: dict[str, Any]) -> str:
    text = percent_sign(float(row["share"]), 1)
    if row["lower"] == row["lower"] and row["lower"] is not None:
        return f"{text} ({percent_limits(float(row['lower']), float(row['upper']), 1)})"
    return text
