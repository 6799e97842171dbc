"""Control charts: which points, and which runs of points, are more than the usual variation?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.runs import anhoej, run_of, some_of, steps_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CHARTS = ("c", "u", "u_prime", "p", "p_prime", "g", "i", "i_prime")
_PER_N = ("u", "u_prime", "p", "p_prime", "i_prime")
_MOVING_RANGE = 1.128  # mean range of two independent normal values, in standard deviations
_SCREEN = 3.267  # a moving range above this many times their mean is a jump, not variation (Nelson 1982)
REPHASE_RUN = 8
REPHASE_BASELINE = 12


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A series with centre line and limits per part.

    `points` has one row per point: ``x y n part baseline`` (was it used for the limits), ``centre lower upper`` (3
    sigma), ``lower_2s upper_2s``, and the rules ``outside two_of_three four_of_five run_of_eight six_in_a_row``.
    `parts` has one row per part: ``part start end points centre n_useful longest_run longest_run_max n_crossings
    n_crossings_min runs_signal``.

    Examples
    --------
    >>> from kunskapsbaserat.trends import control_chart
    >>> chart = control_chart([9, 12, 8, 11, 10, 7, 13, 9, 11, 26])
    >>> chart.signal
    True
    >>> chart.points.loc[chart.points["outside"], ["x", "y", "centre", "upper"]].round(1)
       x     y  centre  upper
    9  9  26.0    11.6   21.8
    >>> chart.parts[["points", "longest_run", "n_crossings", "runs_signal"]]
       points  longest_run  n_crossings  runs_signal
    0      10            4            5        False
    """

    chart: str
    points: pd.DataFrame
    parts: pd.DataFrame

    @property
    def signal(self) -> bool:
        """A point outside the limits, or a shift by Anhøj's tests, in the last part."""
        last = self.points[self.points["part"] == self.points["part"].iat[-1]]
        return bool(last["outside"].any() or self.parts["runs_signal"].iat[-1])

    def to_frame(self) -> pd.DataFrame:
        return self.points

    def summary(self, name: str | None = None, *, language: str = "sv") -> str:
        """What it says, in Swedish or English; `name` is what is counted, in words."""
        from kunskapsbaserat.trends import words

        return words.control_chart(self, words.NAMES.get(language, "") if name is None else name, language)

    def summary_frame(self) -> pd.DataFrame:
        """The parts, a row each."""
        return self.parts

    def conf_int(self) -> pd.DataFrame:
        """The limits of usual variation (three sigma) at every point: ``lower upper``, by `x`."""
        return self.points.set_index("x")[["lower", "upper"]]

    def _repr_html_(self) -> str:
        from kunskapsbaserat.trends.shown import control_chart_html

        return control_chart_html(self)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """See `plots.control_chart`."""
        from kunskapsbaserat import plots

        return plots.control_chart(self, ax, **options)


@keyed(series=("y", "n"))
def control_chart(
    y: ArrayLike,
    n: ArrayLike | None = None,
    *,
    chart: str = "c",
    per: float = 1.0,
    part: int | Sequence[int] = (),
    freeze: int | Sequence[int] = (),
    exclude: Sequence[int] = (),
    rephase: bool = False,
    screen: bool = True,
    centre: float | None = None,
) -> ControlChart:
    """Centre line, limits at two and three sigma, and the rules for signals.

    Parameters
    ----------
    y : array_like or Series, shape (m,)
        Counts in time order (for "g" the number between events, for "i" any figure); the index of a Series becomes `x`.
    n : array_like, shape (m,)
        For "u" and "p" and their primes, and "i_prime": the exposure of each count (bed days, inhabitants, cases), above 0.
    chart : {"c", "u", "u_prime", "p", "p_prime", "g", "i", "i_prime"}
        Counts; counts per exposure; the same with Laney's correction for more or less variation than chance; shares;
        shares with Laney's correction; numbers between rare events; individual values; the same of figures that rest on more or
        less (Taylor's normalised individuals: the variance goes as 1/n, and the figures say how large it is).
    per : float
        Rates are given per this many units of exposure.
    part : int or sequence of int
        A new part begins after this many points. Each part has its own line and limits.
    freeze : int or sequence of int
        In the part that holds this point, only the points up to it make the limits; works together with `part`.
    exclude : sequence of int
        Points (from 0) that are drawn but used neither for the limits nor for the runs.
    rephase : bool
        Begin a new part where 8 points in a row lie on one side of a line drawn by the 12 first points of a part, so that
        a known shift is not signalled for ever. A rule to be said beside the chart; it adds to `part`.
    screen : bool
        Leave out moving ranges above 3.267 times their mean ("i" and the primes), as qicharts2 can; other programs do not.
    centre : float
        A centre line known beforehand, in the units of the chart.

    Returns
    -------
    ControlChart

    Raises
    ------
    TableError
        A negative count, an exposure that is missing or not above 0, or a share above 1.
    OptionError
        An unknown chart, or a part or freeze outside the series.

    References
    ----------
    Montgomery DC (2009). Introduction to statistical quality control, 6th ed. Laney DB (2002). Improved control charts for
    attributes. Quality Engineering 14, 531-537. Nelson LS (1982). Control charts for individual measurements. J Qual
    Technol 14, 172-173. Taylor WA (2018). Normalized individuals (IN) control chart. variation.com.

    Examples
    --------
    Reported thefts a month in Borlänge. They vary more than a c chart allows and have a season: 20 of 48 months fall outside.
    Laney's u' takes its limits from the variation that is there:

    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import control_chart, series
    >>> thefts = series(embedded.counts_month(), area="2081", offence="stold_2013")
    >>> plain = control_chart(thefts)
    >>> laney = control_chart(thefts, [50_000] * len(thefts), chart="u_prime", per=1_000)
    >>> int(plain.points["outside"].sum()), int(laney.points["outside"].sum())
    (20, 6)
    >>> laney.points[["centre", "lower", "upper"]].iloc[-1].round(2).to_dict()
    {'centre': 4.37, 'lower': 2.72, 'upper': 6.01}
    """
    if chart not in CHARTS:
        raise OptionError("chart", chart, CHARTS)
    counts, sizes = _checked(y, n, chart)
    values = counts / sizes
    used = np.ones(len(values), dtype=bool)
    used[list(exclude)] = False
    used &= ~np.isnan(values)
    starts = _positions("part", part, len(values))
    frozen = _positions("freeze", freeze, len(values))
    middle = None if centre is None else centre / per
    if rephase:
        starts = _rephased(counts, sizes, used, starts, chart, screen)
    edges = [0, *starts, len(values)]
    frames = []
    for number, (start, end) in enumerate(itertools.pairwise(edges), start=1):
        baseline = used[start:end].copy()
        for point in frozen:
            if start < point < end:
                baseline[point - start :] = False
        rows = slice(start, end)
        frames.append(_part(counts[rows], sizes[rows], baseline, used[rows], chart, per, screen, middle).assign(part=number))
    points = pd.concat(frames, ignore_index=True)
    points.insert(0, "x", y.index if isinstance(y, pd.Series) else np.arange(len(values)))
    return ControlChart(chart, points, _parts(points, used))


def _checked(y: ArrayLike, n: ArrayLike | None, chart: str) -> tuple[Floats, Floats]:
    counts = np.asarray(y, dtype=float)
    if chart in _PER_N and n is None:
        raise TableError(f"the exposure n of a {chart} chart", forvantat="nämnaren n för varje punkt")
    sizes = np.asarray(n, dtype=float) if chart in _PER_N else np.ones(len(counts))
    if counts.ndim != 1 or sizes.shape != counts.shape:
        raise TableError("one exposure for each count", forvantat="en nämnare för varje tal", got=(counts.shape, sizes.shape))
    if not chart.startswith("i") and (counts < 0).any():
        raise TableError("counts of 0 or more", forvantat="tal som är noll eller mer", got=float(np.nanmin(counts)))
    if not (sizes > 0).all():
        raise TableError("an exposure above 0 for each point", forvantat="en nämnare över noll för varje punkt")
    if chart.startswith("p") and (counts > sizes).any():
        raise TableError("counts of at most n", forvantat="tal som är högst n", column="y")
    return counts, sizes


def _positions(name: str, positions: int | Sequence[int], length: int) -> list[int]:
    points = sorted({positions} if isinstance(positions, int) else {int(p) for p in positions})
    if any(not 0 < p < length for p in points):
        raise OptionError(
            name,
            positions,
            (f"a number of points between 1 and {length - 1}",),
            tillatna=(f"ett antal punkter mellan 1 och {length - 1}",),
        )
    return points


def _part(
    counts: Floats, sizes: Floats, baseline: Flags, used: Flags, chart: str, per: float, screen: bool, centre: float | None
) -> pd.DataFrame:
    values = counts / sizes
    if not baseline.any():
        raise TableError("at least one point to draw limits by in each part", forvantat="minst en punkt i varje del")
    middle = centre if centre is not None else float(counts[baseline].sum() / sizes[baseline].sum())
    sigma = _sigma(values, sizes, baseline, chart, middle, screen)
    limits = [middle + step * sigma for step in (-3, 3, -2, 2, -1, 1)]
    if not chart.startswith("i"):
        limits = [np.maximum(limit, 0) for limit in limits]
    if chart.startswith("p"):
        limits = [np.minimum(limit, 1) for limit in limits]
    lower, upper, lower2, upper2, lower1, upper1 = limits
    if chart == "g":  # so skewed that runs need the middle value; a line given beforehand is the mean, of which 0.693 is it
        middle = float(np.median(values[baseline])) if centre is None else np.log(2) * middle
    shown = np.where(used, values, np.nan)
    above2, below2, above1, below1 = shown > upper2, shown < lower2, shown > upper1, shown < lower1
    return pd.DataFrame(
        {
            "y": values * per,
            "n": sizes,
            "baseline": baseline,
            "centre": middle * per,
            "lower": lower * per,
            "upper": upper * per,
            "lower_2s": lower2 * per,
            "upper_2s": upper2 * per,
            "outside": (values > upper) | (values < lower),
            "two_of_three": some_of(above2, 2, 3) | some_of(below2, 2, 3),
            "four_of_five": some_of(above1, 4, 5) | some_of(below1, 4, 5),
            "run_of_eight": run_of(shown, middle),
            "six_in_a_row": steps_of(shown),
        }
    )


def _sigma(values: Floats, sizes: Floats, baseline: Flags, chart: str, middle: float, screen: bool) -> Floats:
    """The standard deviation of each point when nothing but the usual variation is at work."""
    if chart == "i":
        return np.full(len(values), _from_moving_ranges(values[baseline], screen))
    if chart == "i_prime":
        return _normalised_individuals(values, sizes, baseline, screen)
    if chart == "g":
        return np.full(len(values), np.sqrt(middle * (middle + 1)))
    chance = np.sqrt(middle * (1 - middle) / sizes if chart.startswith("p") else middle / sizes)
    if not chart.endswith("prime"):
        return chance
    here = chance[baseline]
    scores = np.divide(values[baseline] - middle, here, out=np.zeros(len(here)), where=here > 0)
    return chance * _from_moving_ranges(scores, screen)


def _normalised_individuals(values: Floats, sizes: Floats, baseline: Flags, screen: bool) -> Floats:
    """Of values whose variance is that of one unit over `sizes`: from each step in units of its own error."""
    kept, weights = values[baseline], sizes[baseline]
    if len(kept) < 2:
        return np.full(len(values), np.nan)
    steps = np.abs(np.diff(kept)) / np.sqrt(1 / weights[:-1] + 1 / weights[1:])
    steps = steps[steps < _SCREEN * steps.mean()] if screen else steps
    unit = np.sqrt(np.pi / 2) * steps.mean() if len(steps) else 0.0
    return np.asarray(unit / np.sqrt(sizes))


def _from_moving_ranges(values: Floats, screen: bool) -> float:
    ranges = np.abs(np.diff(values))
    if len(ranges) == 0:
        return np.nan
    kept = ranges[ranges < _SCREEN * ranges.mean()] if screen else ranges
    return float(kept.mean() / _MOVING_RANGE) if len(kept) else 0.0


def _rephased(counts: Floats, sizes: Floats, used: Flags, starts: list[int], chart: str, screen: bool) -> list[int]:
    """Add a start wherever a run of eight lies off the line that the part's first twelve points draw."""
    new_starts: list[int] = []
    edges = [0, *starts, len(counts)]
    for start, end in itertools.pairwise(edges):
        while end - start >= REPHASE_BASELINE + REPHASE_RUN:
            baseline = used[start:end].copy()
            baseline[REPHASE_BASELINE:] = False
            rows = slice(start, end)
            part = _part(counts[rows], sizes[rows], baseline, used[rows], chart, 1.0, screen, None)
            later = part["run_of_eight"].to_numpy() & (np.arange(end - start) >= REPHASE_BASELINE)
            if not later.any():
                break
            start += int(later.argmax())
            new_starts.append(start)
    return sorted({*starts, *new_starts})


def _parts(points: pd.DataFrame, used: Flags) -> pd.DataFrame:
    rows = []
    for number, part in points.groupby("part"):
        runs = anhoej(part["y"].where(used[part.index]).to_numpy(), part["centre"].to_numpy())
        rows.append(
            {
                "part": number,
                "start": part["x"].iat[0],
                "end": part["x"].iat[-1],
                "points": len(part),
                "centre": part["centre"].iat[0],
                "n_useful": runs.n_useful,
                "longest_run": runs.longest_run,
                "longest_run_max": runs.longest_run_max,
                "n_crossings": runs.n_crossings,
                "n_crossings_min": runs.n_crossings_min,
                "runs_signal": runs.signal,
            }
        )
    return pd.DataFrame(rows)
