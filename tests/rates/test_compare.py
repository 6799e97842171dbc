from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded
from kunskapsbaserat.rates import Position, band, comparison_group, position
from kunskapsbaserat.rates.compare import band_of_each

EVERYONE = {k.code for k in kommun.all_kommuner()}
DALARNA = {k.code for k in kommun.in_lan("20")}


def test_liknande_kommuner_when_they_have_figures():
    group = comparison_group("Borlänge", EVERYONE)
    assert (group.kind, group.wanted_year) == ("liknande", 2025)
    assert group.members == kommun.liknande("Borlänge").members
    assert group.without_figures == ()


def test_borlange_falls_back_to_the_lan():
    """None of Borlänge's seven liknande kommuner is among the 15 with figures by offence."""
    group = comparison_group("2081", DALARNA)
    assert group.kind == "lan"
    assert set(group.members) == DALARNA - {"2081"}
    assert set(group.without_figures) == set(group.wanted)
    assert len(group.without_figures) == 7


def test_five_of_seven_are_enough_and_four_are_not():
    alike = kommun.liknande("Borlänge").members
    assert comparison_group("Borlänge", set(alike[:5])).kind == "liknande"
    assert comparison_group("Borlänge", set(alike[:4])).kind == "ingen"


def test_all_with_figures_when_the_lan_has_too_few():
    available = {k.code for k in kommun.all_kommuner() if k.lan_code in ("12", "14")} - set(kommun.liknande("Gotland").members)
    group = comparison_group("Gotland", available)
    assert group.kind == "alla"
    assert len(group.members) == len(available)


def test_nobody_is_compared_with_itself():
    for k in kommun.all_kommuner():
        assert k.code not in comparison_group(k, EVERYONE).members
    assert comparison_group("Borlänge", {"2081"}).kind == "ingen"


def test_band_is_the_middle_half():
    """Borlänge 2024: the 14 others have residential burglary between 147 and 266 per 100 000 in their middle half."""
    counts = embedded.counts_year().query("offence == 'bostadsinbrott' and period.dt.year == 2024")
    table = band(counts, members=DALARNA - {"2081"}, by=["offence"], value="rate_published")
    row = table.iloc[0]
    values = counts[counts["area"].isin(DALARNA - {"2081"})]["rate_published"].astype(float)
    assert (row["lower_quartile"], row["median"], row["upper_quartile"]) == tuple(np.percentile(values, [25, 50, 75]))
    assert [round(row[c] + 1e-9) for c in ("lower_quartile", "median", "upper_quartile")] == [147, 178, 266]
    assert row["members_with_value"] == 14


def test_band_needs_half_of_its_members():
    rates = pd.DataFrame({"area": list("abcdef"), "year": 2024, "rate": [1.0, 2, 3, None, None, None]})
    assert len(band(rates, members=list("abcdef"), by=["year"])) == 1
    assert len(band(rates, members=list("abcdefg"), by=["year"])) == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [(267, Position.OVER), (266, Position.INOM), (147, Position.INOM), (146, Position.UNDER), (float("nan"), None)],
)
def test_position(value: float, expected: Position | None):
    assert position(value, 147, 266) is expected


def test_the_middle_half_of_several_is_that_of_each():
    counts = embedded.counts_year().assign(year=lambda t: t["period"].dt.year)
    members = {"2081": sorted(DALARNA - {"2081"}), "2021": ["2023", "2026", "2029"], "0180": [], "1480": ["1440"]}
    together = band_of_each(counts, members=members, by=["offence", "sex", "year"], value="rate_published")
    for area, codes in members.items():
        alone = band(counts, members=codes, by=["offence", "sex", "year"], value="rate_published")
        mine = together[together["beside"] == area].drop(columns="beside").reset_index(drop=True)
        assert mine.astype(object).equals(alone.astype(object)), area
    assert set(together["beside"]) == {"2081", "2021"}
