"""Taylor's normalised individuals: the limits of R's qic(chart = "ip") from their definition, and what they reduce to."""

from __future__ import annotations

import numpy as np
import pytest

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.trends import control_chart

Y = np.array([12.0, 15, 9, 30, 22, 18, 25, 11])
N = np.array([100.0, 130, 90, 260, 200, 150, 210, 95])


@pytest.mark.parametrize("screen", [True, False])
def test_with_equal_sizes_it_is_the_individuals_chart(screen: bool):
    rng = np.random.default_rng(1)
    y = rng.normal(50, 4, 30)
    plain = control_chart(y, chart="i", screen=screen).points
    found = control_chart(5 * y, np.full(30, 5.0), chart="i_prime", screen=screen).points
    for column in ("y", "centre", "lower", "upper", "lower_2s", "upper_2s"):
        # the individuals chart divides by 1.128, rounded from 2 over the root of pi
        np.testing.assert_allclose(found[column], plain[column], rtol=2e-3)


def test_the_limits_by_the_definition():
    rates = Y / N
    centre = Y.sum() / N.sum()
    steps = [abs(rates[i + 1] - rates[i]) / np.sqrt(1 / N[i] + 1 / N[i + 1]) for i in range(7)]
    unit = np.sqrt(np.pi / 2) * np.mean(steps)
    points = control_chart(Y, N, chart="i_prime", per=1000, screen=False).points
    np.testing.assert_allclose(points["centre"], 1000 * centre)
    np.testing.assert_allclose(points["upper"], 1000 * (centre + 3 * unit / np.sqrt(N)))
    np.testing.assert_allclose(points["lower_2s"], 1000 * (centre - 2 * unit / np.sqrt(N)))


def test_few_points_lie_outside_when_nothing_happens():
    rng = np.random.default_rng(2)
    sizes = rng.uniform(50, 500, (200, 40))
    values = 3 + rng.normal(size=(200, 40)) / np.sqrt(sizes)
    outside = [control_chart(v * s, s, chart="i_prime").points["outside"].mean() for v, s in zip(values, sizes, strict=True)]
    assert np.mean(outside) < 0.012  # 0.0027 with known limits; these are estimated from 40 points


def test_figures_may_be_negative_and_sizes_may_not():
    assert np.isfinite(control_chart(Y - 20, N, chart="i_prime").points["lower"]).all()
    for sizes in (None, N - 90, N[:-1]):
        with pytest.raises(TableError):
            control_chart(Y, sizes, chart="i_prime")
