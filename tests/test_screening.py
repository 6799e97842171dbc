"""The two halves of `screen` joined: the same rows, nothing lost, columns that do not hide each other."""

from __future__ import annotations

import pandas as pd
import pytest

import kunskapsbaserat as kb
from kunskapsbaserat import rates, trends
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import TableError


def kommun_counts() -> pd.DataFrame:
    counts = embedded.counts_year()
    return counts[(counts["area_level"] == "kommun") & counts["area"].isin(["2081", "2080", "2021", "2061", "2083"])]


def test_every_row_of_the_first_half_has_its_series_trend():
    counts, exposure = kommun_counts(), embedded.exposure()
    both, level = kb.screen(counts, exposure), rates.screen(counts, exposure)
    pd.testing.assert_frame_equal(both[level.columns], level.reset_index(drop=True))
    people = rates.mean_population(exposure).rename(columns={"exposure": "value"})[["area", "year", "value"]]
    moved = trends.trend_panel(counts, people).set_index(["area", "offence", "sex"])
    row = both[(both["area"] == "2081") & (both["offence"] == "bostadsinbrott")].iloc[0]
    series = moved.loc[("2081", "bostadsinbrott", "alla")]
    assert row["change"] == series["change"]
    assert row["change_q_value"] == pytest.approx(series["q_value"])
    assert row["trend_per_year"] == pytest.approx(series["trend_per_year"], nan_ok=True)
    assert both["change"].notna().all()


def test_months_are_rated_by_whole_years_and_followed_as_months():
    months = embedded.counts_month_2013()
    months = months[months["area"].isin(["2081", "2080", "2021"])]
    two = pd.concat([months, months.assign(period=months["period"] + 12)], ignore_index=True)
    short = two[two["period"] < pd.Period("2014-07", freq="M")]
    found = kb.screen(short, embedded.exposure())
    assert set(found["period"].astype(str)) == {"2013"}  # 2014 has six months
    first = found[(found["area"] == "2081") & (found["offence"] == "totalt")].iloc[0]
    assert first["count"] == 5986


def test_progress_is_told_or_drawn():
    counts, exposure = kommun_counts(), embedded.exposure()
    steps: list[tuple[str, int, int]] = []
    kb.screen(counts, exposure, progress=lambda *told: steps.append(told))
    assert steps
    assert all(0 <= done <= of for _, done, of in steps)
    kb.screen(counts, exposure, progress=True)


def test_no_whole_year_is_an_error():
    months = embedded.counts_month_2013()
    with pytest.raises(TableError):
        kb.screen(months[months["period"] < pd.Period("2013-05", freq="M")], embedded.exposure())
