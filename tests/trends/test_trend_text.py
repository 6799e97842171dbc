"""What the sentences claim, and that every result can be drawn."""

from __future__ import annotations

import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import plots, simulate, trends
from kunskapsbaserat.report.statements import trends as text

mpl.use("Agg")

INDEX = pd.period_range("2015-01", periods=120, freq="M")
METHODS = re.compile(
    r"poisson|joinpoint|farrington|anhøj|stl|kendall|regression|p-värde|signifikant|konfidens|ledde till", re.IGNORECASE
)


def monthly(growth: float = 1.0, mean: float = 240) -> pd.Series:
    means = simulate.month_means([mean], years=10, season=0.4) * growth ** (np.arange(120) / 12)
    return pd.Series(simulate.autocorrelated_counts(np.random.default_rng(2), means)[0], index=INDEX)


def verdict(counts: np.ndarray, **more: object) -> pd.Series:
    table = simulate.counts_table(counts, last="2024-12").assign(**more)
    return trends.change(table, breaks={}).iloc[0]


def sentences() -> dict[str, str]:
    flat, up = monthly(), monthly(1.08)
    years = pd.Series(np.exp(np.r_[np.linspace(5, 4, 12), np.linspace(4, 4.8, 8)]), index=range(2005, 2025))
    years *= np.exp(np.random.default_rng(1).normal(scale=0.02, size=20))
    return {
        "flat": text.change(verdict(np.full((1, 72), 10)), "skadegörelse"),
        "up": text.change(verdict(np.r_[np.full(60, 10), np.full(12, 25)][None]), "skadegörelse"),
        "small": text.change(verdict(np.r_[np.tile([1, 0], 30), np.full(12, 3)][None]), "rån"),
        "few": text.change(verdict(np.r_[np.zeros(71, int), 3][None]), "rån"),
        "trend": text.count_trend(trends.count_trend(up), "skadegörelse"),
        "no_trend": text.count_trend(trends.count_trend(flat), "skadegörelse"),
        "joinpoint": text.joinpoint(trends.joinpoint(years), "bilbrott"),
        "warning": text.early_warning(trends.farrington(flat.where(flat.index < INDEX[-1], 90)).iloc[0], "rån", "i december"),
        "calm": text.early_warning(trends.farrington(flat).iloc[0], "rån", "i december"),
        "chart": text.control_chart(trends.control_chart(flat.where(flat.index != INDEX[-1], 90), chart="i"), "rån"),
        "runs": text.run_chart(trends.run_chart(np.r_[np.zeros(12), np.ones(12)]), "rån"),
        "season": text.seasonal(trends.seasonal(flat, scale="log"), "skadegörelse"),
        "shift": text.change_points(
            trends.change_points(np.r_[np.zeros(12), np.full(12, 9.0)] + 0.1 * np.arange(24) % 1), "rån"
        ),
        "direction": text.monotone_trend(trends.mann_kendall(np.arange(12.0)), "rån"),
        "coming": text.expected_range(trends.expected_range(flat), "skadegörelse"),
    }


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    return sentences()


def test_no_sentence_names_a_method_or_claims_a_cause(said: dict[str, str]):
    for name, sentence in said.items():
        assert not METHODS.search(sentence), name
        assert sentence.endswith("."), name
        assert sentence[0].isupper(), name
        assert "nan" not in sentence.lower(), name


def test_the_verdict_is_said_with_its_figures(said: dict[str, str]):
    assert said["flat"].startswith("Skadegörelse: 120 de senaste tolv månaderna, mot 120 per år samma månader tidigare.")
    assert "inte säkerställd" in said["flat"]
    assert "hade synts" in said["flat"]
    assert "säkerställd ökning med 150\u00a0procent" in said["up"]
    assert "säkerställd ökning." in said["small"]
    assert "procent" not in said["small"]
    assert "för få brott" in said["few"]


def test_direction_follows_the_result(said: dict[str, str]):
    assert "Skadegörelse ökade med i snitt" in said["trend"]
    assert "ingen säkerställd trend" in said["no_trend"]
    assert "2005" in said["joinpoint"]
    assert "säkerställd minskning med" in said["joinpoint"]
    assert "säkerställd ökning med" in said["joinpoint"]
    assert "fler än väntat" in said["warning"]
    assert "inom det väntade" in said["calm"]
    assert "avviker" in said["chart"]
    assert "förskjutits" in said["runs"]
    assert "flest i april" in said["season"] or "flest i mars" in said["season"]
    assert "nivån skiftade efter" in said["shift"]
    assert "uppgång" in said["direction"]
    assert "kommande tolv månader" in said["coming"]


def test_cautions_are_said():
    spike = np.full((1, 72), 10)
    spike[0, -3] = 300
    row = verdict(spike, status="preliminary")
    sentence = text.change(row.copy(), "bedrägeri")
    assert "preliminära" in sentence
    assert "fylls fortfarande på" in sentence
    row["cautions"] = ("one_month_decides",)
    assert "enskilt ärende" in text.change(row, "bedrägeri")


def test_every_result_draws_itself():
    from matplotlib import pyplot as plt
    from matplotlib.axes import Axes

    flat = monthly()
    flat.attrs["breaks"] = [2018]
    results = [
        trends.count_trend(flat),
        trends.joinpoint(np.arange(1.0, 20), selection="bic3"),
        trends.control_chart(flat, part=60),
        trends.run_chart(flat),
        trends.seasonal(flat),
        trends.change_points(pd.Series(np.arange(12.0), index=list("abcdefghijkl"))),
        trends.expected_range(flat),
    ]
    for result in results:
        ax = result.plot()
        assert isinstance(ax, Axes)
        assert ax.lines
        assert result.plot(ax) is ax
        plt.close("all")
    ax = plots.counts(flat)
    assert len(ax.lines) == 3  # two pieces and the line between them
    assert ax.get_legend() is not None
    plt.close("all")


def test_results_are_said_in_english_with_the_same_figures_and_shown_in_a_notebook():
    years = np.r_[np.arange(10.0, 20), np.arange(20.0, 10, -1)]
    peaks = monthly().where(lambda counts: counts.index.month != 3, 900)
    results = [
        (trends.joinpoint(years, selection="bic3"), "the trend bent", "säkerställd minskning"),
        (trends.count_trend(monthly()), "a year", "per år"),
        (trends.control_chart(peaks), "outside the usual variation", "avviker"),
    ]
    for result, english, swedish in results:
        both = result.summary("rån"), result.summary("robberies", language="en")
        assert swedish in both[0]
        assert english in both[1]
        assert "significant" not in both[1]
        shown = result._repr_html_()
        assert "color" not in shown
        assert result.summary().split(":")[0] in shown
        assert list(result.conf_int().columns) == ["lower", "upper"]
        assert len(result.summary_frame())
