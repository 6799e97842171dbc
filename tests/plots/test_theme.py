"""The look: told apart by everybody, light and dark, put and taken back, loaded when something is drawn."""

from __future__ import annotations

import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from test_palette import contrast

from kunskapsbaserat import plots
from kunskapsbaserat.colours import PALETTE, SERIES
from kunskapsbaserat.errors import OptionError

mpl.use("Agg")

# Machado, Oliveira and Fernandes (2009), severity 1: what the three kinds of colour blindness see of linear RGB.
SEEN_BY = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 25.0  # CIE76: 2.3 is just seen of two fields side by side; lines are thin and their key lies elsewhere
BACKGROUND = {colour.name: colour for colour in PALETTE}["bg"]


def lab(colour: str, seen_by: str = "all") -> np.ndarray:
    """CIELAB of a colour as it is seen."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = XYZ @ np.clip(np.array(SEEN_BY[seen_by]) @ linear, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_measure_is_cielab():
    assert lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)  # Lindbloom's calculator
    assert np.linalg.norm(lab("#ff0000", "deuteranopia") - lab("#00c000", "deuteranopia")) < 60  # red and green draw near


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("seen_by", SEEN_BY)
def test_series_are_told_apart_by_everybody(mode: str, seen_by: str):
    colours = plots.colours(mode)
    distances = {(a, b): np.linalg.norm(lab(a, seen_by) - lab(b, seen_by)) for a, b in itertools.combinations(colours, 2)}
    assert {pair: round(d, 1) for pair, d in distances.items() if d < APART} == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_series_are_seen_on_the_page(mode: str):
    """WCAG 1.4.11."""
    measured = {c.name: contrast(getattr(c, mode), getattr(BACKGROUND, mode)) for c in SERIES}
    assert {name: round(value, 2) for name, value in measured.items() if value < 3} == {}


def test_the_kommuns_own_colour_is_the_first():
    own = {colour.name: colour for colour in PALETTE}["kommun"]
    assert (SERIES[0].light, SERIES[0].dark) == (own.light, own.dark)


def test_the_theme_is_put_and_taken_back():
    before = dict(mpl.rcParams)
    kept = plots.theme("dark")
    try:
        assert mpl.rcParams["axes.facecolor"] == BACKGROUND.dark
        with plots.theme():
            assert mpl.rcParams["axes.facecolor"] == BACKGROUND.light
        assert mpl.rcParams["axes.facecolor"] == BACKGROUND.dark
    finally:
        kept.__exit__(None, None, None)
    assert dict(mpl.rcParams) == before
    with pytest.raises(OptionError, match="mode"):
        plots.theme("mork")


ROWS = pd.DataFrame({"ar": [2022, 2023] * 2, "antal": [5.5, 7.0, 3.0, 4.0], "kommun": ["Köping"] * 2 + ["Arboga"] * 2})


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_seaborns_own_functions_look_the_same(mode: str):
    import seaborn as sns

    with plots.theme(mode):
        theirs, ours = Figure().subplots(), Figure().subplots()
        sns.lineplot(ROWS, x="ar", y="antal", hue="kommun", ax=theirs)
        plots.finish(theirs, ylabel="Antal", from_zero=True)
        plots.counts(ROWS, ax=ours)
        plt.close("all")
    first = [[to_hex(line.get_color()) for line in ax.get_lines() if len(line.get_xdata())] for ax in (theirs, ours)]
    assert first[0] == first[1] == plots.colours(mode)[:2]
    for ax in (theirs, ours):
        assert to_hex(ax.get_facecolor()) == getattr(BACKGROUND, mode)
        assert [name for name in ax.spines if ax.spines[name].get_visible()] == ["bottom"]
        assert [ax.xaxis.get_major_formatter()(x) for x in (2022.0,)] == ["2022"]
        assert ax.yaxis.get_major_formatter()(5.5) == "5,5"
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Köping", "Arboga"]
        ax.figure.draw_without_rendering()
        assert ax.get_legend().get_window_extent().y0 >= ax.get_window_extent().y1 - 1
        low, high = ax.get_xlim()
        assert {x for x in ax.get_xticks() if low <= x <= high} == {2022.0, 2023.0}


def test_a_dark_figure_gets_dark_colours_without_a_theme():
    ax = Figure(facecolor="#000000").subplots()
    ax.set_facecolor("none")
    plots.counts(ROWS[ROWS["kommun"] == "Köping"], ax=ax)
    line = next(line for line in ax.get_lines() if len(line.get_xdata()))
    assert to_hex(line.get_color()) == SERIES[0].dark


def test_names_on_an_axis_are_left_as_they_are():
    import seaborn as sns

    ax = Figure().subplots()
    sns.barplot(ROWS, x="kommun", y="antal", errorbar=None, ax=ax)
    plots.finish(ax)
    ax.figure.draw_without_rendering()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Köping", "Arboga"]
