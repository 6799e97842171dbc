"""Weighted displacement difference: the published examples, its parts, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kunskapsbaserat.effects import Inference, Scale, wdd
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.trends import Change

# Wheeler and Ratcliffe (2018), Crime Science 7:11, table 3
PAPER = {
    "control_before": 308,
    "control_after": 318,
    "treated_before": 207,
    "treated_after": 110,
    "displacement_control_before": 150,
    "displacement_control_after": 140,
    "displacement_treated_before": 178,
    "displacement_treated_after": 157,
}


def test_the_paper():
    found = wdd(**PAPER)
    assert found.change == -118
    assert_allclose(found.standard_error, np.sqrt(1568))
    assert round(found.z, 2) == -2.98
    assert tuple(round(limit) for limit in found.interval) == (-196, -40)
    assert (found.local, found.displacement) == (-107, -11)
    assert_allclose((found.local_error, found.displacement_error), (np.sqrt(943), 25))


def test_times_of_different_length():
    # andrewpwheeler.com, 2021-01-09: two years before, one after
    found = wdd(control_before=100, control_after=50, treated_before=80, treated_after=20, periods=(2, 1))
    assert_allclose((found.change, found.standard_error), (-20, np.sqrt(115)))
    assert "different_period_lengths" in found.cautions


def test_areas_of_different_size():
    # andrewpwheeler.com, 2021-02-23
    found = wdd(**PAPER, control_size=0.9, treated_size=1.2, displacement_control_size=1.6, displacement_treated_size=1.5)
    got = (found.change, found.standard_error, found.z, *found.interval)
    assert_allclose(got, (-99.69444444, 35.4280755, -2.813995483, -169.1321965, -30.25669241), rtol=1e-8)
    assert "different_sizes" in found.cautions
    assert np.isnan(found.effect().events).all()  # no one size to multiply with


def test_rows():
    frame = wdd(**PAPER).to_frame().set_index("part")
    assert frame["change"].to_dict() == {"local": -107, "displacement": -11, "total": -118}
    assert_allclose(frame.loc["total", ["lower", "upper"]].astype(float), wdd(**PAPER).interval)
    assert list(frame["cautions"]) == [("uncalibrated",)] * 3


def test_the_answer_never_claims_an_effect():
    answer = wdd(**PAPER).effect(outcome="skadegorelse")
    assert (answer.scale, answer.inference, answer.design_step) == (Scale.DIFFERENCE, Inference.MODEL, 4)
    assert answer.verdict is Change.SAKERSTALLD_MINSKNING
    assert not answer.may_claim
    assert_allclose(answer.events, (118, 40.389386, 195.610614), rtol=1e-6)
    assert np.isnan(answer.pct_change)


def test_dispersion_widens():
    plain, wide = wdd(**PAPER), wdd(**PAPER, dispersion=2.25)
    assert_allclose((wide.standard_error, wide.change), (1.5 * plain.standard_error, plain.change))
    rates = [one.effect().diagnostics.details["false_alarms"]["one_large"] for one in (plain, wide)]
    assert rates[0] > 0.25 > 0.1 > rates[1]
    with pytest.raises(OptionError, match="dispersion"):
        wdd(**PAPER, dispersion=0.9)


def test_few_events_are_not_judged():
    answer = wdd(treated_before=4, treated_after=0, control_before=30, control_after=31).effect()
    assert answer.verdict is Change.FOR_FA_BROTT
    nothing = wdd(treated_before=0, treated_after=0, control_before=0, control_after=0)
    assert (nothing.z, nothing.p_value, nothing.interval) == (0, 1, (0, 0))
    assert nothing.effect().verdict is Change.FOR_FA_BROTT


@pytest.mark.parametrize("bad", [-1, 2.5, np.nan, np.inf, True, "7", None])
def test_a_count_is_whole(bad: object):
    with pytest.raises(TableError, match="control_after"):
        wdd(treated_before=20, treated_after=10, control_before=20, control_after=bad)


def test_lengths_and_sizes_are_above_zero():
    counts = {"treated_before": 20, "treated_after": 10, "control_before": 20, "control_after": 20}
    for bad in ({"periods": (1, 0)}, {"treated_size": -1.0}, {"confidence": 1.0}):
        with pytest.raises(OptionError):
            wdd(**counts, **bad)
    with pytest.raises(TableError, match="periods"):
        wdd(**counts, periods=(1, 1, 1))


def test_intervals_hold_independent_poisson_counts():
    """95 % of 4 000 intervals hold the truth, to within three Monte-Carlo errors; of counts twice as variable far fewer do."""
    rng = np.random.default_rng(1)
    means = np.array([60.0, 45.0, 80.0, 70.0])  # the truth is -15 - -10 = -5

    def covered(counts: np.ndarray) -> float:
        names = ("treated_before", "treated_after", "control_before", "control_after")
        intervals = [wdd(**dict(zip(names, row, strict=True))).interval for row in counts]
        return float(np.mean([low <= -5 <= high for low, high in intervals]))

    assert abs(covered(rng.poisson(means, (4000, 4))) - 0.95) < 0.0105
    assert covered(2 * rng.poisson(means / 2, (1000, 4))) < 0.9
