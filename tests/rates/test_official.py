"""Every one of Brå's published rates is reproduced with Brå's own denominators."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates import crude_rate, mean_population, sum_areas

DALARNA = [k.code for k in kommun.in_lan("20")]
EVERYONE = [k.code for k in kommun.all_kommuner()]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """SCB's population of the kommuner, of Dalarnas län and of riket, where all parts are known; nothing that rates imply."""
    kommuner = embedded.exposure().query("kind == 'residents'")
    lan = sum_areas(kommuner, DALARNA, area="20", area_level="lan")
    riket = sum_areas(kommuner[kommuner["year"] <= 2021], EVERYONE, area="00", area_level="riket")
    return pd.concat([kommuner, lan, riket])


def rounds_to(rate: pd.Series, published: pd.Series) -> pd.Series:
    """Brå rounds to whole offences per 100 000; an exact half may go either way."""
    return (rate - published.astype(float)).abs() <= 0.5 + 1e-9


def test_final_rates_of_dalarna_and_riket(people: pd.DataFrame):
    counts = embedded.counts_year()
    rows = counts.assign(year=counts["period"].dt.year).merge(
        mean_population(people), on=["area", "area_level", "year"], validate="many_to_one"
    )
    compared = rows.groupby(["area_level", "year"]).size().unstack(0)
    assert compared["kommun"].to_dict() == dict.fromkeys((2017, 2018, 2019, 2022, 2023, 2024), 15 * 15)
    assert compared["lan"].to_dict() == dict.fromkeys((2017, 2018, 2019, 2022, 2023, 2024), 15)
    assert compared["riket"].dropna().to_dict() == dict.fromkeys((2017, 2018, 2019), 15)
    found = crude_rate(rows)
    assert rounds_to(found["rate"], found["rate_published"]).all()


def test_final_rates_of_all_kommuner_2010_to_2019(people: pd.DataFrame):
    """Four groups in 290 kommuner and ten years. The fifth is a sum of two published rates, each rounded."""
    counts = embedded.counts_groups().query("area_level == 'kommun' and period.dt.year <= 2019")
    counts = counts[counts["offence"] != "narkotika_och_vapen"]
    rows = counts.assign(year=counts["period"].dt.year).merge(
        mean_population(people), on=["area", "area_level", "year"], validate="many_to_one"
    )
    assert len(rows) == 290 * 4 * 10
    assert rounds_to(crude_rate(rows)["rate"], rows["rate_published"]).all()


def test_year_end_population_does_not_reproduce_bra(people: pd.DataFrame):
    """The trap: the rule matters, a rate with the year-end population misses."""
    counts = embedded.counts_year()
    year_end = people[people["kind"] == "residents"].rename(columns={"value": "exposure"})
    rows = counts.assign(year=counts["period"].dt.year).merge(year_end, on=["area", "area_level", "year"])
    assert not rounds_to(crude_rate(rows)["rate"], rows["rate_published"]).all()


def test_2020_and_2021_have_no_denominator_of_scb(people: pd.DataFrame):
    """Population 2020 is missing, so SCB gives these years none; the published rates do."""
    years = set(mean_population(people).query("area == '2081'")["year"])
    assert {2020, 2021}.isdisjoint(years)
    assert {2019, 2022} <= years
    assert {2020, 2021} <= set(mean_population(embedded.exposure()).query("area == '2081'")["year"])


def test_a_gap_in_one_part_is_a_gap_in_the_sum():
    without = embedded.exposure().query("not (area == '2085' and year == 2023)")
    assert 2023 not in set(sum_areas(without, DALARNA, area="20", area_level="lan")["year"])


def test_rest_of_dalarna_2024():
    """The 14 other kommuner of Dalarna: 18 679 offences, 7 938 per 100 000. Brå's rounded rates imply 235 310 inhabitants."""
    others = [c for c in DALARNA if c != "2081"]
    counts = embedded.counts_year().query("offence == 'totalt' and period.dt.year == 2024")
    counts = counts[counts["area"].isin(others)]
    years = mean_population(embedded.exposure()).query("year == 2024")
    years = years[years["area"].isin(others)]
    assert counts["count"].sum() == 18679
    assert years["exposure"].sum() == pytest.approx(235310, rel=1e-4)
    assert round(18679 / years["exposure"].sum() * 1e5) == 7938


def test_person_years_do_not_depend_on_offences():
    """A kommun without offences, or with offences in 3 of 12 months, keeps all its person-years."""
    exposure = pd.DataFrame(
        {"area": ["2021"] * 2, "area_level": "kommun", "kind": "residents", "year": [2023, 2024], "value": [6800.0, 6750.0]}
    )
    years = mean_population(exposure)
    rows = pd.DataFrame({"area": ["2021"], "area_level": "kommun", "year": [2024], "count": [0]}).merge(years)
    assert rows["exposure"].tolist() == [6775.0]
    assert crude_rate(rows)["rate"].tolist() == [0.0]


def test_an_unknown_status_lists_the_allowed():
    with pytest.raises(OptionError, match="preliminary"):
        mean_population(embedded.exposure(), status="slutlig")
