from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates import gini, inequality_slopes, lorenz, pai


def places(*events: int) -> pd.DataFrame:
    return pd.DataFrame({"count": events})


def test_gini_at_its_ends():
    assert gini(places(5, 5, 5, 5)).value == pytest.approx(0)
    assert gini(places(*[0] * 99, 100)).value == pytest.approx(0.99)
    few = gini(places(*[1] * 10, *[0] * 90))
    assert few.uncorrected == pytest.approx(0.9)  # looks concentrated
    assert few.value == pytest.approx(0)  # and is as even as ten events over a hundred places can be
    assert (few.events, few.places) == (10, 100)
    empty = gini(places(0, 0))
    assert (empty.value, empty.reason) == (None, "no_events")


@settings(max_examples=60)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=40).filter(any))
def test_gini_is_the_area_between_the_curves(events: list[int]):
    """A slow second way: twice the area between the Lorenz curve and the most even line, trapezoid by trapezoid."""
    found = gini(places(*events))
    curve = lorenz(places(*events))
    if sum(events) >= len(events):
        step = 1 / len(events)
        between = curve["share_events"] - curve["share_places"]
        area = (between.to_numpy()[1:] + between.to_numpy()[:-1]).sum() / 2 * step
        assert found.value == pytest.approx(2 * area, abs=1e-9)
    else:  # with fewer events only as many places as there are events can differ from the even line
        n, c = len(events), sum(events)
        area = sum((a + b) / 2 for a, b in zip(curve["share_events"], curve["share_events"][1:], strict=False))
        even = sum((a + b) / 2 for a, b in zip(curve["even_share"], curve["even_share"][1:], strict=False))
        assert found.value == pytest.approx(2 * (area - even) / c, abs=1e-9)
        assert n > c
    assert 0 <= found.value <= 1
    assert curve["share_events"].is_monotonic_increasing
    assert (curve["share_events"] >= curve["even_share"] - 1e-12).all()


def test_published_pai_table():
    """ptools' own example: six equal places; of the two predicted alike, the one with fewer events comes first."""
    rows = pd.DataFrame({"id": range(1, 7), "count": [6, 7, 3, 2, 1, 0], "predicted": [8, 4, 4, 2, 1, 0]})
    found = pai(rows)
    assert found["id"].tolist() == [1, 3, 2, 4, 5, 6]
    np.testing.assert_allclose(found["pai"], [1.894736842, 1.421052632, 1.684210526, 1.421052632, 1.2, 1])
    np.testing.assert_allclose(found["pei"], [0.857142857, 0.692307692, 1, 1, 1, 1])
    np.testing.assert_allclose(found["rri"], [4 / 3, 4 / 3, 1, 1, 1, 1])


def test_pai_by_size_and_without_events():
    rows = pd.DataFrame({"count": [4, 4], "predicted": [5, 4], "size": [10.0, 2.0]})
    found = pai(rows, size="size")
    assert found.index.tolist() == [1, 0]
    assert found["pai"].iat[0] == pytest.approx(0.5 / (2 / 12))
    none = pai(rows.assign(count=0))
    assert none["reason"].tolist() == ["no_events"] * 2
    assert none[["pai", "rri"]].isna().all(axis=None)
    late = pai(rows.assign(count=[0, 1]))
    assert late["reason"].tolist() == ["no_events_yet", None]


def test_places_must_all_be_known():
    with pytest.raises(TableError, match="0 for a place without events"):
        gini(pd.DataFrame({"count": [1, None]}))
    with pytest.raises(TableError, match="at least one event"):
        lorenz(places(0, 0))
    with pytest.raises(TableError, match="a size above 0"):
        pai(pd.DataFrame({"count": [1, 2], "predicted": [1, 2], "size": [1, 0]}), size="size")


def deciles(values: list[float], people: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"quantile": range(len(values)), "population": people, "value": values})


def test_slopes_against_least_squares():
    rng = np.random.default_rng(1)
    people, values, errors = rng.uniform(100, 900, 10), rng.uniform(2, 6, 10), rng.uniform(0.1, 0.3, 10)
    share = people / people.sum()
    middle = np.cumsum(share) - share / 2
    for transform, forth, back in (("none", lambda v: v, lambda v: v), ("log", np.log, np.exp)):
        slope, start = np.polyfit(middle, forth(values), 1, w=np.sqrt(share))
        found = inequality_slopes(deciles(values, people).assign(se=errors), transform=transform, standard_error="se").iloc[0]
        ends = back(start), back(start + slope)
        assert (found["intercept"], found["sii"], found["rii"]) == pytest.approx(
            (ends[0], ends[1] - ends[0], ends[1] / ends[0])
        )
        drawn = rng.normal(values, errors, (4000, 10))
        fits = np.array([np.polyfit(middle, forth(row), 1, w=np.sqrt(share)) for row in drawn])
        spread = back(fits.sum(axis=1)) - back(fits[:, 1])
        assert found["sii_upper"] - found["sii_lower"] == pytest.approx(2 * 1.96 * spread.std(), rel=0.06)
        ratio = np.log(back(fits.sum(axis=1)) / back(fits[:, 1]))
        assert np.log(found["rii_upper"] / found["rii_lower"]) == pytest.approx(2 * 1.96 * ratio.std(), rel=0.06)


def test_slopes_say_why_they_are_missing():
    rows = pd.concat(
        [
            deciles([1, 2, 3], [1, 1, 1]).assign(area="no_standard_error"),
            deciles([1, 2], [1, 1]).assign(area="few_groups"),
            deciles([1, np.nan, 3], [1, 1, 1]).assign(area="no_value"),
            deciles([1, 2, 3], [1, 0, 1]).assign(area="no_population"),
            deciles([-3, 0, 4], [1, 1, 1]).assign(area="no_ratio"),
        ]
    )
    found = inequality_slopes(rows, by="area").set_index("area")
    assert found["reason"].to_dict() == {a: a for a in found.index}
    assert found.loc["no_standard_error", "sii"] == pytest.approx(3)
    with pytest.raises(TableError, match="above 0"):
        inequality_slopes(deciles([0, 1, 2], [1, 1, 1]), transform="log")
    with pytest.raises(TableError, match="once"):
        inequality_slopes(deciles([0, 1, 2], [1, 1, 1]).assign(quantile=1))
