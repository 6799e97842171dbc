"""Several kinds of crime weighed by their harm: the figures of R's ptools for Wheeler's example."""

from __future__ import annotations

import pytest

from kunskapsbaserat.effects import harm_weighted_wdd, wdd
from kunskapsbaserat.errors import OptionError

# ptools, tests/testthat/test-wdd.R, "Cumulative Harm": control before and after, treated before and after, weight
KINDS = {
    "vehicle": (133, 91, 130, 74, 3),
    "theft": (388, 305, 327, 202, 2),
    "burglary": (148, 97, 398, 190, 5),
    "robbery": (86, 64, 144, 92, 7),
    "assault": (94, 67, 183, 96, 10),
}
ESTIMATES = {
    kind: wdd(control_before=a, control_after=b, treated_before=c, treated_after=d) for kind, (a, b, c, d, _) in KINDS.items()
}
WEIGHTS = {kind: row[-1] for kind, row in KINDS.items()}


def test_the_published_harm():
    found = harm_weighted_wdd(ESTIMATES, WEIGHTS)
    assert found.change == pytest.approx(-1721)
    assert found.standard_error == pytest.approx(304.10360077)
    assert found.z == pytest.approx(-5.65925558)
    assert found.interval == pytest.approx((-2317.03210507, -1124.96789493))
    assert found.conf_int().loc["harm"].tolist() == list(found.interval)
    assert found.summary_frame().at["harm", "p_value"] == found.p_value < 1e-7
    assert found.parts["harm"].sum() == pytest.approx(found.change)


def test_one_kind_is_its_own_difference_times_its_weight():
    own = ESTIMATES["robbery"]
    found = harm_weighted_wdd({"robbery": own}, {"robbery": 7}, confidence=0.9)
    assert found.change == 7 * own.change
    assert found.standard_error == pytest.approx(7 * own.standard_error)
    assert found.z == pytest.approx(own.z)
    assert found.cautions == own.cautions


def test_wrong_input_is_refused():
    for weights in ({}, WEIGHTS | {"fraud": 1}, {k: v for k, v in WEIGHTS.items() if k != "theft"}, WEIGHTS | {"theft": 0}):
        with pytest.raises(OptionError, match="weights"):
            harm_weighted_wdd(ESTIMATES, weights)
    with pytest.raises(OptionError, match="estimates: expected at least one kind"):
        harm_weighted_wdd({}, {})
    with pytest.raises(OptionError, match="estimates"):
        harm_weighted_wdd({"theft": -125.0}, {"theft": 2})
