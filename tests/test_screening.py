"""The two halves of `screen` joined: the same rows, nothing lost, columns that do not hide each other."""

from __future__ import annotations

from html import unescape

import pandas as pd
import pytest

import kunskapsbaserat as kb
from kunskapsbaserat import rates, trends
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.swedish import number


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
    months = embedded.counts_month()
    months = months[months["area"].isin(["2081", "2080", "2021"])]
    found = kb.screen(months[months["period"] < pd.Period("2014-07", freq="M")], embedded.exposure())
    assert set(found["period"].astype(str)) == {"2013"}  # 2014 has six months
    first = found[(found["area"] == "2081") & (found["offence"] == "totalt")].iloc[0]
    assert first["count"] == 6022  # Brå's final figure of the year, published by year too


def test_progress_is_told_or_drawn():
    counts, exposure = kommun_counts(), embedded.exposure()
    steps: list[tuple[str, int, int]] = []
    kb.screen(counts, exposure, progress=lambda *told: steps.append(told))
    assert steps
    assert all(0 <= done <= of for _, done, of in steps)
    kb.screen(counts, exposure, progress=True)


def test_no_whole_year_is_an_error():
    months = embedded.counts_month()
    with pytest.raises(TableError):
        kb.screen(months[months["period"] < pd.Period("2013-05", freq="M")], embedded.exposure())


@pytest.fixture(scope="module")
def everyone() -> pd.DataFrame:
    return kb.screen(embedded.counts(), embedded.exposure())


def test_all_290_have_the_groups_and_few_the_indicators(everyone: pd.DataFrame):
    """Every offence among those who have it and to its own last year; län and riket, which the table has too, are no rows."""
    assert set(everyone["area_level"]) == {"kommun"}
    latest = everyone.groupby("offence").agg(kommuner=("area", "nunique"), year=("period", "max"))
    national = ["totalt", "brott_mot_person", "stold_ran_kap8", "skadegorelse_kap12", "narkotika_och_vapen"]
    assert (latest.loc[national, "kommuner"] == 290).all()
    assert set(latest.loc[national, "year"].astype(str)) == {"2025"}
    indicators = latest.drop(national)
    assert (indicators["kommuner"] == 15).all()
    assert set(indicators["year"].astype(str)) == {"2024"}
    assert (everyone["latest_to"] == everyone["offence"].map(latest["year"].dt.year)).all()


def test_the_rates_are_those_that_are_published(everyone: pd.DataFrame):
    key = ["area", "offence", "sex", "period"]
    both = everyone.merge(embedded.counts(), on=key, validate="one_to_one", suffixes=("", "_bra"))
    away = (both["rate"] - both["rate_published"]).abs()
    assert away.notna().all()
    # Half a unit of its own rounding, half of the total's, out of which person-years come; one rounding more in a sum.
    allowed = both["offence"].map({"narkotika_och_vapen": 1.5}).fillna(1.0)
    # Brå's two tables of Dalarna divide by different populations in 2024: its indicators by those that `screen` uses.
    in_dalarna = both["area"].str.startswith("20") & (both["period"] == pd.Period("2024"))
    assert (away <= allowed)[~in_dalarna].all()
    assert (away <= 0.004 * both["rate_published"] + allowed)[in_dalarna].all()


def test_most_of_what_is_judged_is_usual(everyone: pd.DataFrame):
    """Every kommun has a verdict on level and on change for the groups. Among 1 450 changes at once none is säkerställd."""
    last = everyone[(everyone["period"] == pd.Period("2025")) & (everyone["offence"] == "totalt")]
    assert len(last) == 290
    for name in ("comparison", "change"):
        assert not last[name].isin(["kan_inte_bedomas"]).any()
    assert 0.5 < (last["comparison"] == "ingen_sakerstalld_skillnad").mean() < 1
    assert (last["change"] == "ingen_sakerstalld_skillnad").all()
    assert (last["funnel_class"] == "inom").mean() > 0.9


def test_the_screen_says_what_it_found_and_chosen_rows_are_a_plain_table(everyone: pd.DataFrame):
    words, shown = everyone.summary(), everyone._repr_html_()
    higher, lower = ((everyone["comparison"] == kind).sum() for kind in ("hogre", "lagre"))
    assert f"är {number(higher)} tal säkerställt högre och {number(lower)} säkerställt lägre" in words
    assert "statistical certainty" in everyone.summary("en")
    assert words in unescape(shown)
    assert len(shown) < 8_000
    assert type(everyone[everyone["area"] == "2081"]) is pd.DataFrame
    assert list(everyone.conf_int().columns) == ["lower", "upper"]
    assert len(everyone.summary_frame().columns) < 15
