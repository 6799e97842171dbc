"""Figures of one file that contradict each other: an old workbook (.xls) has no checksum, so one damaged bit is another figure.

Count and rate of all offences of an area and time are of the same inhabitants, and a heading is the sum of its parts wherever
else the file has both. What agrees with neither is said, and the file is not used.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kunskapsbaserat.data.bra.export import Export
from kunskapsbaserat.findings import Finding

MOSTLY = 0.9
"""Share of the cases that agree, from which one that does not is damage and no other way of counting."""
FEWEST = 3
"""Cases that have to agree before one is called wrong."""
_EXACT, _ANY = 1e-12, 12  # of a number that Excel keeps; decimals of one that was never rounded
SAID = 6
"""Findings of one kind: many more are no damage of single cells, and the first show what it is."""


def contradictions(export: Export) -> Iterator[Finding]:
    """Rates that were not written so, or do not go with their counts, and parts that do not make their heading."""
    if export.path.suffix.casefold() != ".xls":
        return
    figures = export.frame[export.frame["value"].notna() & export.frame["region"].notna() & export.frame["label"].notna()]
    figures = figures.assign(value=figures["value"].astype(float), time=figures["period"].astype(str))
    yield from _said(export, _finer(figures))
    yield from _said(export, _rates(figures))
    yield from _said(export, _sums(figures))


def _said(export: Export, found: pd.DataFrame) -> Iterator[Finding]:
    for row in found.head(SAID).to_dict("records"):
        column = None if row["column"] is None or pd.isna(row["column"]) else str(row["column"])
        yield Finding(
            row["level"],
            str(row["code"]),
            str(row["text"]),
            export.path.name,
            row["sheet"],
            int(row["row"]),
            column,
            "siffror som stämmer med varandra: hämta filen igen",
        )


def _finer(figures: pd.DataFrame) -> pd.DataFrame:
    """Rates with more decimals than the file's others: nobody publishes 93.0039 beside 93."""
    rates = figures[figures["measure"] == "rate"]
    usual = _decimals(rates["value"])
    finer = rates[(rates["value"] - rates["value"].round(usual)).abs() > _EXACT * rates["value"].abs()]
    text = [
        f"{r.region}, ”{r.label}” {r.time}: {r.value:.10g} per 100 000 har fler decimaler än filens andra tal. Talet är skadat."
        for r in finer.itertuples()
    ]
    return finer.assign(level="error", code="finer", text=text)


# ---- count and rate ------------------------------------------------------------------------------------------------------


def _rates(figures: pd.DataFrame) -> pd.DataFrame:
    """Pairs of count and rate that mean another number of inhabitants than the other pairs of their area and time."""
    key = ["region", "time", "label"]
    counts = figures[figures["measure"] == "count"].drop_duplicates(key)
    rates = figures.loc[figures["measure"] == "rate", [*key, "value"]].drop_duplicates(key)
    both = counts.merge(rates.rename(columns={"value": "rate"}), on=key)
    both = both[(both["value"] > 0) | (both["rate"] > 0)].reset_index(drop=True)
    if both.empty:
        return both
    grain = 0.5 * 10.0 ** -_decimals(both["rate"]) + 1e-9
    low = both["value"] * 1e5 / (both["rate"] + grain)
    high = np.where(both["rate"] > grain, both["value"] * 1e5 / (both["rate"] - grain).clip(lower=1e-9), np.inf)
    both = both.assign(low=low, high=high)
    # A label that mostly does not fit is per something else than inhabitants (women, pupils): it is no damage and no witness.
    fits = _fitting(both, least=0.5)
    of_inhabitants = fits.groupby(both["label"]).transform("mean") >= 0.5
    both = both[of_inhabitants].reset_index(drop=True)
    wrong = both[_fitting(both, least=MOSTLY).eq(0.0)]
    text = [
        f"{r.region}, ”{r.label}” {r.time}: antal {r.value:g} och {r.rate:g} per 100 000 passar inte ihop med de andra brotten "
        "i samma område. Ett av talen är skadat."
        for r in wrong.itertuples()
    ]
    return wrong.assign(level="error", code="rate_and_count", text=text)


def _fitting(both: pd.DataFrame, *, least: float) -> pd.Series:
    """1 where a pair goes with the others of its area and time, 0 where it does not, missing where too few go together.

    All pairs but one, or the share `least` of them, have to mean the same inhabitants.
    """
    fits = np.full(len(both), np.nan)
    low, high = both["low"].to_numpy(), both["high"].to_numpy()
    for places in both.groupby(["region", "time"], sort=False).indices.values():
        people = _inhabitants(low[places], high[places])
        inside = (low[places] <= people) & (people <= high[places])
        if inside.sum() >= FEWEST and inside.sum() >= min(least * len(places), len(places) - 1):
            fits[places] = inside
    return pd.Series(fits, index=both.index)


def _decimals(rates: pd.Series) -> int:
    """How many decimals nearly all rates are given with; `_ANY` when they are as a computer had them. 0 has any number."""
    rates = rates[rates != 0]
    for decimals in range(4):
        fits = (rates - rates.round(decimals)).abs() <= _EXACT * rates.abs()
        if fits.sum() >= FEWEST and fits.mean() >= MOSTLY:
            return decimals
    return _ANY


def _inhabitants(low: np.ndarray, high: np.ndarray) -> float:
    """A number of inhabitants that lies in as many of the intervals as any does."""
    ends = np.sort(low)
    inside = np.searchsorted(ends, ends, side="right") - np.searchsorted(np.sort(high), ends, side="left")
    return float(ends[inside.argmax()])


# ---- parts and heading ---------------------------------------------------------------------------------------------------


def _sums(figures: pd.DataFrame) -> pd.DataFrame:
    """Headings that are not the sum of their parts, where they are in nearly all other areas and times of the file."""
    counts = figures[figures["measure"] == "count"].drop_duplicates(["region", "time", "label"])
    wide = counts.pivot(index=["region", "time"], columns="label", values="value")
    at = counts.set_index(["label", "region", "time"])
    found = []
    for heading, parts in _trees(list(wide.columns)).items():
        if len(parts) < 2:
            continue
        whole = wide[[heading, *parts]].dropna()
        rest = whole[heading] - whole[parts].sum(axis=1)
        whole, rest = whole[whole[heading] > 0], rest[whole[heading] > 0]
        wrong = rest[rest != 0]
        agree = len(rest) - len(wrong)
        if agree < FEWEST or agree < MOSTLY * (len(rest) - 1):
            continue
        for (region, time), off in wrong.items():
            row = at.loc[(heading, region, time)]
            total = whole.loc[(region, time), heading]
            # More than its parts a heading may be, where the file lacks a seldom part; less it never is.
            why = "Är en sällsynt del inte med i uttaget är det i sin ordning, annars är ett av talen skadat."
            text = (
                f"{region}, {time}: ”{heading}” är {total:g} men delarna blir {total - off:g}. I resten av filen stämmer de. "
                + (why if off > 0 else "Ett av talen är skadat.")
            )
            level = "warning" if off > 0 else "error"
            place = row[["sheet", "row", "column"]].to_dict()
            found.append({**place, "level": level, "code": "parts_and_heading", "text": text})
    return pd.DataFrame(found, columns=["sheet", "row", "column", "level", "code", "text"])


def _trees(labels: list[str]) -> dict[str, list[str]]:
    """Each heading with the parts directly under it."""
    found: dict[str, list[str]] = {}
    for label in labels:
        above, divided, _ = label.rpartition(" > ")
        if divided and above in labels:
            found.setdefault(above, []).append(label)
    return found
