from __future__ import annotations

import pandas as pd
import pytest

from kunskapsbaserat.data import embedded
from kunskapsbaserat.trends import Change, survey_change


def test_borlange_insecurity_has_not_changed_for_certain_since_2017():
    row = survey_change(embedded.survey(), area="2081").set_index("measure").loc["otrygg_kvall"]
    assert (row["from_year"], row["to_year"], row["from_share"], row["to_share"]) == (2017, 2025, 0.34, 0.33)
    assert row["change"] is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert 0.08 < row["visible"] < 0.15


def two(first: tuple[int, int], second: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": "2081",
            "area_level": "kommun",
            "measure": "otrygg_kvall",
            "start_year": [first[0], second[0]],
            "end_year": [first[1], second[1]],
            "share": [0.50, 0.20],
            "lower": [0.46, 0.17],
            "upper": [0.54, 0.23],
            "n": 500,
            "source": "bra_ntu",
        }
    )


def test_a_clear_fall_is_certain():
    assert survey_change(two((2017, 2017), (2025, 2025)), area="2081")["change"].iat[0] is Change.SAKERSTALLD_MINSKNING


def test_overlapping_windows_are_not_compared():
    """2018-19 against 2019-20 share a year of answers."""
    found = survey_change(two((2018, 2019), (2019, 2020)), area="2081")
    assert found["change"].iat[0] is Change.KAN_INTE_BEDOMAS
    assert pd.isna(found["p_value"].iat[0])
    assert survey_change(two((2017, 2018), (2019, 2020)), area="2081")["change"].iat[0] is Change.SAKERSTALLD_MINSKNING


def test_a_single_survey_cannot_be_judged():
    assert survey_change(two((2017, 2017), (2025, 2025)).iloc[:1], area="2081")["change"].iat[0] is Change.KAN_INTE_BEDOMAS


@pytest.mark.parametrize("area", ["2081", "2021", "20", "00"])
def test_every_measure_gets_a_verdict(area: str):
    found = survey_change(embedded.survey(), area=area)
    assert len(found) == 20
    assert found["change"].map(type).eq(Change).all()
