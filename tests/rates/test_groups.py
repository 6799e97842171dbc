"""Comparison groups by choice, the place among them, exposure by offence."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import catalogue, kommun
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates import comparison_group, exposure_for, exposure_sensitivity, nearest_kommuner, place_in_group
from kunskapsbaserat.tables import EXPOSURE_KINDS

EVERYONE = [k.code for k in kommun.all_kommuner()]


def covariates() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"area": EVERYONE, "year": 2024, "population": np.exp(rng.normal(10, 1, 290)), "young": rng.normal(0.2, 0.02, 290)}
    )


def test_chosen_groups():
    borlange = kommun.get("Borlänge")
    skr = comparison_group("Borlänge", EVERYONE, kind="skr_grupp")
    assert (skr.kind, skr.wanted_year) == ("skr_grupp", 2023)
    assert {kommun.get(c).skr_code for c in skr.members} == {borlange.skr_code}
    assert borlange.code not in skr.members
    social = comparison_group("Borlänge", EVERYONE, kind="socioekonomi")
    assert social.members == kommun.liknande("Borlänge", "socioekonomi").members
    lan = comparison_group("Borlänge", ["2081", "2080", "0180"], kind="lan")
    assert lan.members == ("2080",)
    assert len(lan.without_figures) == 13
    with pytest.raises(OptionError, match="kind"):
        comparison_group("Borlänge", EVERYONE, kind="stora")


def test_nearest_by_hand():
    table = covariates()
    group = nearest_kommuner(table, "Borlänge", columns=["population", "young"], log=["population"], members=5)
    assert (group.kind, group.wanted_year, len(group.members)) == ("kovariater", 2024, 5)
    size, young = np.log(table["population"]), table["young"]
    own = EVERYONE.index("2081")
    away = {
        code: np.hypot((size[i] - size[own]) / np.std(size), (young[i] - young[own]) / np.std(young))
        for i, code in enumerate(EVERYONE)
        if code != "2081"
    }
    assert list(group.members) == sorted(away, key=away.get)[:5]
    scaled = nearest_kommuner(
        table.assign(young=table["young"] * 100), "Borlänge", columns=["population", "young"], log=["population"], members=5
    )
    assert scaled.members == group.members


def test_nearest_refuses_what_it_cannot_compare():
    table = covariates()
    with pytest.raises(TableError, match="a number for every kommun"):
        nearest_kommuner(table.assign(young=table["young"].where(table["area"] != "0114")), "Borlänge", columns=["young"])
    with pytest.raises(OptionError, match="at least one covariate"):
        nearest_kommuner(table, "Borlänge", columns=[])
    with pytest.raises(TableError, match="a row for 2081"):
        nearest_kommuner(table[table["area"] != "2081"], "Borlänge", columns=["young"])
    with pytest.raises(TableError, match="above 0"):
        nearest_kommuner(table.assign(young=0.0), "Borlänge", columns=["young"], log=["young"])


def rates(events: list, people: list, names: list | None = None) -> pd.DataFrame:
    return pd.DataFrame({"area": names or [str(i) for i in range(len(events))], "count": events, "exposure": people})


def test_place_and_band():
    row = place_in_group(rates([30, 10, 20, 30, 40], [1000.0] * 5), area="0", members="1234").iloc[0]
    assert (row["median"], row["lower_quartile"], row["upper_quartile"]) == (2500, 1750, 3250)
    assert row["percentile"] == pytest.approx(2.5 / 4)
    assert (row["position"], row["members_with_value"], row["members"]) == ("inom", 4, 4)
    assert row["percentile_lower"] <= row["percentile"] <= row["percentile_upper"]


def test_the_range_of_places_by_enumeration():
    """The share of others below, by drawing many sets of rates (a slow second way)."""
    events, people = [12, 5, 9, 15, 11, 30], [1000.0, 800, 900, 1500, 700, 1600]
    row = place_in_group(rates(events, people), area="0", members="12345").iloc[0]
    rng = np.random.default_rng(2)
    drawn = rng.gamma(np.array(events) + 0.5, 1 / np.array(people), (200_000, 6))
    below = (drawn[:, 1:] < drawn[:, :1]).mean(axis=1)
    assert (row["percentile_lower"], row["percentile_upper"]) == tuple(
        np.quantile(below, [0.025, 0.975], method="inverted_cdf")
    )


def test_more_people_or_less_variation_make_a_surer_place():
    width = {}
    for name, scale, dispersion in (("few", 1, 1), ("many", 100, 1), ("varying", 100, 20)):
        table = rates([v * scale for v in (30, 10, 20, 35, 40)], [1000.0 * scale] * 5)
        row = place_in_group(table, area="0", members="1234", dispersion=dispersion).iloc[0]
        width[name] = row["percentile_upper"] - row["percentile_lower"]
    assert width["many"] < width["few"]
    assert width["many"] < width["varying"]


def test_places_say_why_they_are_missing():
    table = pd.concat(
        [
            rates([1, 2, 3, 4], [10.0] * 4).assign(offence="fine"),
            rates([2, 3, 4], [10.0] * 3, ["1", "2", "3"]).assign(offence="no_row"),
            rates([None, 2, 3, 4], [10.0] * 4).assign(offence="no_count"),
            rates([1, 2, 3, 4], [0.0, 10, 10, 10]).assign(offence="no_exposure"),
            rates([1, 2, None, None], [10.0] * 4).assign(offence="few_members"),
        ]
    )
    found = place_in_group(table, area="0", members="123", by=["offence"]).set_index("offence")
    assert found["reason"].to_dict() == {o: None if o == "fine" else o for o in found.index}
    assert found.drop(index="fine")[["percentile", "percentile_lower"]].isna().all(axis=None)
    with pytest.raises(TableError, match="once"):
        place_in_group(pd.concat([table, table]), area="0", members="123", by=["offence"])


def test_every_offence_has_an_exposure_with_a_reason():
    for offence in catalogue.offences():
        choice = exposure_for(offence.id)
        assert choice.kind in EXPOSURE_KINDS
        assert len(choice.reason) > 20
        assert not choice.is_fallback
    burglary = exposure_for("bostadsinbrott", available=["residents"])
    assert (burglary.kind, burglary.wanted, burglary.is_fallback) == ("residents", "dwellings", True)
    with pytest.raises(OptionError):
        exposure_for("snatteri_i_rymden")


@pytest.mark.parametrize("offence", catalogue.offences(), ids=lambda o: o.id)
def test_the_reason_says_that_figures_are_missing_only_where_they_are(offence: catalogue.Offence):
    missing = "finns inte i underlaget"
    assert missing not in exposure_for(offence.id).reason
    assert missing not in exposure_for(offence.id, available=[offence.exposure]).reason
    alone = exposure_for(offence.id, available=["residents"])
    assert (missing in alone.reason) == alone.is_fallback


def test_sensitivity_to_the_choice():
    """A kommun with many cottages: over the middle half per resident, inside it per dwelling."""
    areas = ["2081", "2080", "2082", "2083", "2084"]
    people = dict.fromkeys(areas, 10_000) | {"2081": 5_000}
    dwellings = dict.fromkeys(areas, 4_000)
    exposure = pd.DataFrame(
        [
            (area, "kommun", kind, year, float(size[area]))
            for (kind, size), area, year in itertools.product(
                (("residents", people), ("dwellings", dwellings)), areas, (2023, 2024)
            )
        ],
        columns=["area", "area_level", "kind", "year", "value"],
    )
    counts = pd.DataFrame(
        {
            "area": areas,
            "area_level": "kommun",
            "offence": "bostadsinbrott",
            "sex": "alla",
            "period": pd.PeriodIndex(["2024"] * 5, freq="Y"),
            "count": [20, 18, 19, 21, 22],
        }
    )
    found = exposure_sensitivity(counts, exposure, area="2081", members=areas[1:]).set_index("kind")
    assert found["position"].to_dict() == {"residents": "over", "dwellings": "inom"}
    assert found["recommended"].to_dict() == {"residents": False, "dwellings": True}
    assert found["agrees"].to_dict() == {"residents": True, "dwellings": False}
    assert found.loc["residents", "ratio_to_median"] == pytest.approx(2)
    partly = exposure_sensitivity(
        counts, exposure.query("kind == 'residents' or area == '2081'"), area="2081", members=areas[1:]
    )
    assert partly.set_index("kind").loc["dwellings", "reason"] == "few_members"
