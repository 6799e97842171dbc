"""Every cell of the embedded tables against what is known from elsewhere. What does not agree is listed, never repaired.

Run by `build_embedded.py`; its output is committed as ``embedded_checks.txt``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat.data.embedded import storage
from kunskapsbaserat.kommun import get
from kunskapsbaserat.rates import mean_population

OTHER_DENOMINATOR = (
    "Brå's rates of 2024 in this table divide by a population up to 0.4 % from SCB's year-ends (Brå's own indicators of 2024 divide by "
    "the year-ends): the published rate is shown as published, and one table a measure is used on a page"
)
SHOWN = 12  # disagreements listed by name; the rest are counted
GROUP = {
    "person": "brott_mot_person",
    "theft": "stold_ran_kap8",
    "vandalism": "skadegorelse_kap12",
    "drugs_weapons": "narkotika_och_vapen",
}


def report(source: Path | None, target: Path) -> str:
    """What was checked, how many agreed, and which did not; without `source` what needs the tables alone."""
    tables = {path.name.partition(".")[0]: storage.table(path.read_bytes()) for path in sorted(target.glob("*.csv.gz"))}
    lines: list[str] = []
    for check in CHECKS:
        if source is not None or check not in NEED_FILES:
            lines += list(check(source, tables))
    return "\n".join(lines)


def _line(what: str, agree: pd.Series | np.ndarray, names: list[str], reason: str = "") -> Iterator[str]:
    good = np.asarray(agree, dtype=bool)
    yield f"{what}: {good.sum()} of {good.size} agree"
    wrong = [name for name, ok in zip(names, good, strict=True) if not ok]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        yield f"    differ: {'; '.join(wrong[:SHOWN])}{more}" + (f"\n    reason: {reason}" if reason else "")


def _years(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["counts_groups"].assign(year=lambda t: t["period"].dt.year)


def _span(rows: pd.DataFrame) -> str:
    first, last = rows["year"].min(), rows["year"].max()
    return str(first) if first == last else f"{first}-{last}"


def _names(rows: pd.DataFrame) -> list[str]:
    return [
        f"{get(area).name} {year} {offence}"
        for area, year, offence in zip(rows["area"], rows["year"], rows["offence"], strict=True)
    ]


def counts_against_rates(_: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """A count over person-years is the published rate within its rounding and that of the person-years."""
    rows = _years(tables)
    exposure = pd.concat([tables["exposure"], tables["mean_residents"]])
    people = mean_population(exposure).set_index(["area", "year"])["exposure"]
    size = people.reindex(pd.MultiIndex.from_frame(rows[["area", "year"]])).to_numpy(dtype=float)
    rate = rows["count"].to_numpy(dtype=float) / size * 100_000
    published = rows["rate_published"].to_numpy(dtype=float)
    total = rows[rows["offence"] == "totalt"].set_index(["area", "year"])["rate_published"]
    around = 0.5 / total.reindex(pd.MultiIndex.from_frame(rows[["area", "year"]])).to_numpy(dtype=float)
    rounded = np.where(rows["offence"] == "narkotika_och_vapen", 2, 1)  # a sum of two published rows is rounded twice
    margin = 0.5 * rounded + published * around + 1e-6  # and the total that the person-years come from is rounded too
    yield from _line("counts against published rates", np.abs(rate - published) <= margin, _names(rows), OTHER_DENOMINATOR)


def implied_against_registered(_: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """The population that a rate implies, where SCB's is at hand."""
    implied = tables["mean_residents"].rename(columns={"value": "implied"})
    both = mean_population(tables["exposure"]).merge(implied, on=["area", "area_level", "year"])
    off = (both["implied"] / both["exposure"] - 1).abs()
    rate = _years(tables).query("offence == 'totalt'")[["area", "year", "rate_published"]]
    margin = both.merge(rate, on=["area", "year"])["rate_published"].rdiv(0.5) + 0.5 / both["exposure"]
    names = [f"{get(area).name} {year}" for area, year in zip(both["area"], both["year"], strict=True)]
    yield from _line("implied mean population against SCB's year-ends", (off <= margin).to_numpy(), names, OTHER_DENOMINATOR)


def quarters_against_years(_: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    quarters = tables["counts_quarter"].assign(year=lambda t: t["period"].dt.year)
    summed = quarters.groupby(["area", "year"])["count"].agg(["sum", "size"]).query("size == 4").reset_index()
    total = _years(tables).query("offence == 'totalt'")[["area", "year", "offence", "count"]]
    both = summed.merge(total, on=["area", "year"])
    yield from _line(f"four quarters against the year's total, {_span(both)}", both["sum"] == both["count"], _names(both))


def months_against_years(_: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    months = tables["counts_month"].query("offence == 'totalt'").assign(year=lambda t: t["period"].dt.year)
    summed = months.groupby(["area", "year", "status"])["count"].agg(["sum", "size"]).query("size == 12").reset_index()
    total = _years(tables).query("offence == 'totalt'")[["area", "year", "offence", "count"]]
    both = summed.merge(total, on=["area", "year"])
    final, early = both[both["status"] == "final"], both[both["status"] == "preliminary"]
    yield from _line(f"twelve months against the year's total, {_span(final)}", final["sum"] == final["count"], _names(final))
    share = early["count"].sum() / early["sum"].sum() - 1
    yield f"twelve months of {_span(early)} (preliminary) against the final year: the final is {100 * share:+.2f} % in all"


def against_kolada(source: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    assert source is not None
    raw = pd.read_csv(source / "kolada/kolada_N07540_N01951_2025_290.csv", dtype={"kommunkod": str})
    rate = raw.set_index("kommunkod")["anmalda_brott_per_100k_2025_N07540"]
    rows = _years(tables).query("offence == 'totalt' and year == 2025")
    known = rate.reindex(rows["area"]).to_numpy()
    yield from _line(
        "totals of 2025 against Kolada N07540", np.abs(rows["rate_published"].astype(float) - known) <= 0.5 + 1e-9, _names(rows)
    )


def against_2021(source: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Preliminary figures of 2021, whose owner had changed Stockholm's name and swapped two rows."""
    assert source is not None
    raw = pd.read_csv(source / "bra/anmalda_brott_kommuner_2021.csv", sep=";", encoding="utf-8-sig")
    raw["area"] = [get(name.removesuffix(" kommun")).code for name in raw["name"]]
    rows = _years(tables).query("offence == 'totalt' and year == 2021").merge(raw[["area", "numCrimes"]], on="area")
    ratio = rows["count"].astype(float) / rows["numCrimes"]
    reason = "the rows of Mark and Markaryd are swapped in that file; other differences are the final count's"
    yield from _line("totals of 2021 within 5 % of the preliminary ones", ratio.between(0.95, 1.05), _names(rows), reason)


def against_the_older_transcription(source: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    assert source is not None
    raw = pd.read_csv(source / "bra/sol_upplandsvasby_vallentuna_ar_1996_2025.csv", dtype={"kommunkod": str})
    raw = raw.assign(offence=raw["nyckel"].map(GROUP | {"total": "totalt"})).dropna(subset=["offence"])
    rows = _years(tables).merge(raw, left_on=["area", "year", "offence"], right_on=["kommunkod", "ar", "offence"])
    assert len(rows), "no overlap with the older transcription"
    yield from _line("Upplands Väsby and Vallentuna against 1996-2025", rows["count"] == rows["antal"], _names(rows))


def against_the_indicators(_: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Dalarna: the total is the same measure; chapters 8 and 12 are wider than the indicators with nearly the same names."""
    indicators = (
        tables["counts_year"].query("area_level == 'kommun' and sex == 'alla'").assign(year=lambda t: t["period"].dt.year)
    )
    groups = _years(tables)
    for group, indicator, reason in (
        ("totalt", "totalt", ""),
        ("skadegorelse_kap12", "skadegorelse", "the chapter holds more than the indicator: two measures"),
        ("stold_ran_kap8", "stold_totalt", "the chapter holds robbery, the indicator does not: two measures"),
    ):
        both = groups.query("offence == @group").merge(
            indicators.query("offence == @indicator"), on=["area", "year"], suffixes=("", "_i")
        )
        yield from _line(
            f"{group} against Dalarna's indicator {indicator}", both["count"] == both["count_i"], _names(both), reason
        )
        ratio = (both["count"] / both["count_i"]).astype(float)
        yield f"    ratio {ratio.min():.3f} to {ratio.max():.3f}"


def coverage(_: Path | None, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    rows = _years(tables)
    each = [sorted(rows[name].unique()) for name in ("area", "year", "offence")]
    whole = pd.MultiIndex.from_product(each)
    missing = whole.difference(pd.MultiIndex.from_frame(rows[["area", "year", "offence"]]))
    yield f"cells of {' x '.join(str(len(some)) for some in each)} that the source lacks: {', '.join(map(str, missing)) or 'none'}"
    yield f"kommuner: {rows['area'].nunique()}; zero counts: {int((rows['count'] == 0).sum())}"


CHECKS = (
    coverage,
    counts_against_rates,
    implied_against_registered,
    quarters_against_years,
    months_against_years,
    against_kolada,
    against_2021,
    against_the_older_transcription,
    against_the_indicators,
)
NEED_FILES = (against_kolada, against_2021, against_the_older_transcription)
"""Checks against files that only `--source` has."""
