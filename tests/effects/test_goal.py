"""Can the goal be seen? Against `change` itself, and against what happens when goals are reached."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.effects import kan_vi_se_det
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.simulate import counts_table
from kunskapsbaserat.trends import Baseline, change

BASELINE = [120, 131, 98, 150, 125]


def test_smallest_visible_is_that_of_change():
    """With latest years that repeat the baseline's mean and spread, `change` prints the same smallest visible changes."""
    alike = [120, 130, 120, 130, 125]
    found = kan_vi_se_det(0.8, alike, years_after=2)
    row = change(counts_table([[*alike, 125, 125]], last="2024", freq="Y"), baseline=Baseline(2, 5), breaks={}).iloc[0]
    assert row["dispersion"] == 1  # both at the Poisson floor, so that the two are the same comparison
    assert found.smallest_decrease == pytest.approx(row["visible_decrease"], rel=1e-9)
    assert found.smallest_increase == pytest.approx(row["visible_increase"], rel=1e-9)


@pytest.mark.thorough
@pytest.mark.parametrize(("goal", "mean"), [(0.8, 300), (0.7, 150), (1.4, 80)])
def test_the_chance_is_the_share_of_reached_goals_that_are_found(goal: float, mean: float):
    rng = np.random.default_rng(7)
    runs = 600
    counts = np.column_stack([rng.poisson(mean, (runs, 5)), rng.poisson(goal * mean, (runs, 2))])
    table = counts_table(counts, last="2024", freq="Y", areas=[f"{i:04}" for i in range(runs)])
    verdicts = change(table, baseline=Baseline(2, 5), breaks={})["change"].astype(str)
    seen = verdicts.str.endswith("minskning" if goal < 1 else "okning").mean()
    promised = np.mean([kan_vi_se_det(goal, row[:5]).chance for row in counts[:40]])
    assert seen == pytest.approx(promised, abs=0.12)  # the dispersion is estimated: the promise is a little too good


def test_a_goal_that_cannot_be_seen_gets_a_better_one_that_can():
    found = kan_vi_se_det(0.9, BASELINE)
    assert not found.can_be_seen
    assert found.better_goal is not None
    assert found.better_goal < 0.9
    assert kan_vi_se_det(found.better_goal, BASELINE).can_be_seen
    assert not kan_vi_se_det(found.better_goal + 0.05, BASELINE).can_be_seen
    more = kan_vi_se_det(1.05, BASELINE)
    assert more.better_goal is not None
    assert kan_vi_se_det(more.better_goal, BASELINE).can_be_seen


def test_years_that_vary_more_hide_more():
    calm, wild = kan_vi_se_det(0.7, [100, 101, 99, 100, 100]), kan_vi_se_det(0.7, [85, 115, 95, 110, 95])
    assert wild.chance < calm.chance
    assert wild.smallest_decrease < calm.smallest_decrease


def test_more_years_and_more_events_show_more():
    assert kan_vi_se_det(0.8, BASELINE, years_after=4).chance > kan_vi_se_det(0.8, BASELINE).chance
    assert kan_vi_se_det(0.8, [1200] * 5).chance > kan_vi_se_det(0.8, [120] * 5).chance


def test_what_can_not_be_asked():
    assert kan_vi_se_det(0.5, [3, 0, 4, 2, 1]).reason == "few"
    assert kan_vi_se_det(0.5, [0, 0, 0]).reason == "few"
    assert kan_vi_se_det(1, BASELINE).reason == "no_change"
    assert not kan_vi_se_det(1, BASELINE).can_be_seen
    with pytest.raises(OptionError, match="goal"):
        kan_vi_se_det(0, BASELINE)
    with pytest.raises(OptionError, match="years_after"):
        kan_vi_se_det(0.8, BASELINE, years_after=0)
    with pytest.raises(TableError, match="two years"):
        kan_vi_se_det(0.8, [120])
    with pytest.raises(TableError, match="0 or more"):
        kan_vi_se_det(0.8, [120, -3])
    with pytest.raises(TableError, match="0 or more"):
        kan_vi_se_det(0.8, pd.array([120, None], dtype="Float64").to_numpy(dtype=float, na_value=np.nan))
