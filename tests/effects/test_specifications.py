"""All combinations side by side, in an order that no result decides."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from panels import design

from kunskapsbaserat.effects import compare, did, plot_comparisons, synthetic_control
from kunskapsbaserat.effects.compare import ALIKE
from kunskapsbaserat.errors import OptionError


def test_every_combination_is_there_in_the_order_of_the_choices():
    made = design(4, effect=-0.3, choice="large", units=60)
    table = compare(made)
    expected = [(m, p, n) for m in ("did", "synthetic_control", "sdid") for p in ("all", "alike") for n in (60, 48, 36)]
    assert list(table[["method", "pool", "months_before"]].itertuples(index=False, name=None)) == expected
    whole = table.iloc[0]
    same = did(made)
    assert (whole["estimate"], whole["lower"], whole["p_value"]) == pytest.approx((same.estimate, same.lower, same.p_value))
    assert table.iloc[6]["estimate"] == pytest.approx(synthetic_control(made).estimate)
    assert "best" not in table.columns


def test_areas_alike_are_alike():
    made = design(4, choice="large", units=60)
    table = compare(made, methods=["did"], months_before=[60])
    before = np.where(made.before, made.data.observed, 0).sum(axis=1)
    own = before[made.rows].mean()
    alike = made.comparable & (before <= ALIKE * own) & (before >= own / ALIKE) & (before >= 120)
    assert table["n_compared"].tolist() == [(made.comparable & (before >= 120)).sum(), alike.sum()]


def test_the_figure_shows_all():
    table = compare(design(4, units=60), methods=["did", "sdid"], months_before=[60, 36], pools=["all"])
    ax = plot_comparisons(table, ax=Figure().add_subplot())
    shown = sum(len(line.get_xdata()) for line in ax.get_lines() if line.get_label() in ("Säkerställd", "Inte säkerställd"))
    crossed = sum(len(line.get_xdata()) for line in ax.get_lines() if line.get_label() == "Går inte att bedöma")
    assert shown + crossed == 4
    assert len(ax.get_yticklabels()) == 4
    assert ax.get_xlabel().startswith("Förändring")


@pytest.mark.parametrize("options", [{"methods": ["its"]}, {"pools": ["some"]}, {"months_before": [12]}])
def test_options_are_checked(options: dict):
    with pytest.raises(OptionError):
        compare(design(4, units=60), **options)
