"""Tables of several files as one: each figure once, contradictions told, and the total held against what is known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.folder.figures import none_of
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.kommun import Kommun

TOTAL_TOLERANCE = 0.06
"""Between a preliminary and a final figure."""


def exposure(parts: Sequence[pd.DataFrame], problems: list[Finding]) -> pd.DataFrame:
    """The exposure contract of some tables, each with a column ``file``."""
    return tables.exposure(agreed(parts, tables.EXPOSURE_KEY, problems)) if parts else none_of(embedded.exposure)


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


def against_total(counts: pd.DataFrame, kommun: Kommun) -> list[Finding]:
    """All offences of every year against Brå's total for the same kommun that the package carries."""
    known = _totals(embedded.counts_groups(), kommun)
    own = _totals(counts, kommun)
    both = pd.concat({"own": own, "known": known}, axis=1, join="inner").dropna()
    wrong = both[(both["own"] / both["known"] - 1).abs() > TOTAL_TOLERANCE]
    if wrong.empty:
        return []
    year, row = wrong.index[-1], wrong.iloc[-1]
    text = (
        f"Anmälda brott {year} är {row['own']:.0f} i filerna, men Brå anger {row['known']:.0f} för {kommun.name}. Kontrollera "
        "att filen gäller rätt kommun och att kolumnen är antal."
    )
    return [Finding("error", "total_differs", text, "mappen")]


def _totals(counts: pd.DataFrame, kommun: Kommun) -> pd.Series:
    rows = counts[(counts["area"] == kommun.code) & (counts["offence"] == "totalt")].dropna(subset=["count"])
    return rows.set_index(rows["period"].dt.year)["count"].astype(float)


def _shown(code: str) -> str:
    return kommuner.get(code).name if len(code) == 4 and code.isdigit() else code
