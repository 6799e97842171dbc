"""Tables of several files as one: each figure once, contradictions told, and the total held against what is known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.kommun import Kommun

TOTAL_TOLERANCE = 0.06
"""Between two ways of dividing by population, and a preliminary and a final figure."""


def exposure(parts: Sequence[pd.DataFrame], problems: list[Finding]) -> pd.DataFrame:
    """The exposure contract of some tables, each with a column ``file``."""
    return tables.exposure(agreed(parts, tables.EXPOSURE_KEY, problems)) if parts else embedded.exposure().iloc[:0]


def agreed(parts: Sequence[pd.DataFrame], key: list[str], problems: list[Finding]) -> pd.DataFrame:
    """All rows, each key once; files that contradict each other are a problem of the folder."""
    rows = pd.concat(parts, ignore_index=True)
    value = "value" if "value" in rows else "share"
    known = rows.dropna(subset=[value])
    spread = known.groupby(key)[value]
    differ = spread.min() != spread.max()
    if differ.any():
        first = differ[differ].index[0]
        places = known[(known[key] == list(first)).all(axis=1)]
        said = " och ".join(f"{row[value]:g} ({row['file']})" for row in places.to_dict("records"))
        what = f"{_shown(str(first[0]))} {first[-1]}" + (f", {first[2]}" if value == "share" else "")
        many = f"{int(differ.sum())} tal finns i flera filer med olika värden."
        text = f"{many} Det första, {what}: {said}. Ta bort den fil som är inaktuell."
        problems.append(Finding("error", "contradiction", text, "mappen"))
    kept = rows.sort_values(value, na_position="last").drop_duplicates(key).sort_values(key, ignore_index=True)
    return kept.drop(columns="file")


def first(parts: Sequence[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Rows of the first part that has each key."""
    filled = [p for p in parts if len(p)]
    return pd.concat(filled, ignore_index=True).drop_duplicates(key).reset_index(drop=True)


def against_total(counts: pd.DataFrame, population: pd.DataFrame, kommun: Kommun) -> list[Finding]:
    """All offences of the latest year against Brå's total for the same kommun that the package carries."""
    known = embedded.total_rate().set_index("area")
    if kommun.code not in known.index:
        return []
    year, rate = int(known.at[kommun.code, "year"]), float(known.at[kommun.code, "rate"])
    rows = counts[(counts["area"] == kommun.code) & (counts["offence"] == "totalt") & (counts["period"].dt.year == year)]
    people = first([population, embedded.exposure()], tables.EXPOSURE_KEY)
    people = people[(people["area"] == kommun.code) & (people["year"] == year) & (people["kind"] == "residents")]["value"]
    if rows.empty or people.empty or pd.isna(rows["count"].iat[0]):
        return []
    found = float(rows["count"].iat[0]) / float(people.iat[0]) * 100_000
    if abs(found / rate - 1) <= TOTAL_TOLERANCE:
        return []
    text = (
        f"Alla anmälda brott {year} blir {found:.0f} per 100 000 invånare, men Brå anger {rate:.0f} för {kommun.name} (Kolada, "
        "N07540). Kontrollera att filen gäller rätt kommun och att kolumnen är antal."
    )
    return [Finding("error", "total_differs", text, "mappen")]


def _shown(code: str) -> str:
    return kommuner.get(code).name if len(code) == 4 and code.isdigit() else code
