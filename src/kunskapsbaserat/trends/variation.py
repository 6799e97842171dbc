"""How much a yearly count usually varies between years, over and above pure chance.

Seven years of one kommun say little about how much its counts vary: with five degrees of freedom the estimate is off
by a factor of two as often as not, and an interval built on it alone calls chance a change. The other kommuner have
the same offences and vary in much the same way, so their dispersions are pooled and each kommun's own is moderated
towards the pool, as is done for gene expression counts. Years also follow each other, and the two periods that are compared
then differ by more than the years within them: the part of the dispersion beyond chance is multiplied accordingly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.rates import checks
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.comparison import Columns, Floats, floats, judged, objects
from kunskapsbaserat.trends.correlation import USUAL, Shape, correlation_of, shape
from kunskapsbaserat.trends.course import Course, NumberedSeries, along, courses_of

# A hundred series tell badly how alike they are: the estimate runs from 10 to 1000 where the truth is 20. A pool worth more
# than 12 degrees of freedom is not believed; that keeps the rate of false findings at 5 % (benchmarks/change_calibration.txt).
MAX_DF = 12.0
MIN_CELLS = 10
_NO_SPREAD = 1e-12
_SMALLEST = 0.05  # a dispersion of 0 (all years alike) has no logarithm


@dataclass(frozen=True, slots=True)
class Spread:
    """The pooled dispersion (variance over mean) of yearly counts around their period, as a function of offence and size.

    ``log(dispersion) = effect of the offence + slope * log(mean yearly count / 100)``; `df` says how many degrees of
    freedom the pool is worth beside a kommun's own, `correlation` how much neighbouring years resemble each other beyond
    chance (see `trends.correlation`).
    """

    effects: Mapping[tuple[str, str], float]
    overall: float
    slope: float
    df: float
    correlation: float

    def dispersion(self, offence: pd.Series, sex: pd.Series, mean: pd.Series) -> pd.Series:
        """Expected variance over mean of yearly counts, at least 1 (Poisson); an unseen offence gets the overall one."""
        return pd.Series(self.of_rows({"offence": offence, "sex": sex, "mean": mean}), index=mean.index)

    def of_rows(self, rows: Columns) -> Floats:
        """As `dispersion`, for the rows of a comparison."""
        keys = zip(objects(rows, "offence"), objects(rows, "sex"), strict=True)
        return self.expected(np.array([self.effects.get(key, self.overall) for key in keys]), *floats(rows, "mean"))

    def expected(self, effect: Floats, mean: Floats) -> Floats:
        """As `dispersion`, given the offences' own effects."""
        dispersion: Floats = np.exp(effect + self.slope * np.log(np.maximum(mean, 1) / 100))
        return np.maximum(dispersion, 1)


@dataclass(frozen=True, slots=True)
class TypicalVariation(Spread):
    """How the other kommuner's counts vary: by themselves, and around the course that they have in common.

    What it says of a kommun's own counts are the fields of `Spread`: ``log(dispersion) = effect of the offence + slope *
    log(mean yearly count / 100)``.

    Attributes
    ----------
    effects, overall, slope : mapping, float, float
        By offence and sex; for an offence that is not there; see above.
    df : float
        Degrees of freedom that the pool is worth beside a kommun's own.
    correlation : float
        How much neighbouring years resemble each other beyond chance (see `trends.correlation`).
    beside : Spread
        The same about the counts held against the common course.
    courses : mapping
        That course by offence and sex (see `trends.course`).
    within : float
        The part of the extra variation between years that the years of one period show (see `trends.correlation.shape`).
    cells, areas : int
        Series and kommuner that were pooled.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> from kunskapsbaserat.trends import variation_of
    >>> usual = variation_of(embedded.counts_groups().query("area.str.startswith('20') and area != '2081'"))
    >>> usual.areas, usual.cells  # kommuner and series pooled
    (14, 70)
    >>> round(usual.correlation, 1), round(usual.df)  # between years; how many years' worth of knowledge
    (0.5, 12)
    """

    beside: Spread
    courses: Mapping[tuple[str, str], Course]
    within: float
    cells: int
    areas: int


@keyed(cells=("area", "offence", "sex", "mean#", "own_dispersion#", "own_df#"))
def typical_variation(cells: pd.DataFrame) -> TypicalVariation | None:
    """Pool the variation of many series.

    Parameters
    ----------
    cells : DataFrame
        One row per series: `area`, `offence`, `sex`, `mean` (yearly count), `own_dispersion` (Pearson chi-square over
        its degrees of freedom) and `own_df`, the same in all rows; and the counts that they come from, ``count_0 count_1``
        and so on, with ``earlier_from latest_from latest_to`` (years). Without the counts there is no common course, and the
        correlation between years is the national one, 0.5.

    Returns
    -------
    TypicalVariation, or None with fewer than 10 series: then each series has to stand on its own.

    Raises
    ------
    TableError
        A column is missing, or holds no numbers.

    References
    ----------
    Smyth GK (2004). Linear models and empirical Bayes methods. Stat Appl Genet Mol Biol 3(1), section 6.2.
    Lund SP et al. (2012). Detecting differential expression using quasi-likelihood. Stat Appl Genet Mol Biol 11(5).

    Examples
    --------
    Twelve series of about 100 events a year, whose yearly counts vary one to three times as much as chance:

    >>> import pandas as pd
    >>> from kunskapsbaserat.trends import typical_variation
    >>> cells = pd.DataFrame({"area": [f"{number:04}" for number in range(12)], "offence": "bilbrott", "sex": "alla"})
    >>> cells = cells.assign(mean=100.0, own_dispersion=[1.0, 1.5, 2.0, 2.5, 3.0, 1.2] * 2, own_df=5.0)
    >>> usual = typical_variation(cells)
    >>> usual.areas, usual.dispersion(pd.Series(["bilbrott"]), pd.Series(["alla"]), pd.Series([100.0])).round(1).tolist()
    (12, [2.0])
    """
    return None if _too_little(len(cells), cells["own_df"]) else Pool.of(cells).typical()


def _too_little(cells: int, own_df: pd.Series | Floats) -> bool:
    """Too few series to pool, or without any years that tell how they vary."""
    return cells < MIN_CELLS or np.asarray(own_df)[0] == 0


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The series of many kommuner that `typical_variation` pools, as arrays: those beside one kommun are soon taken out.

    `areas` are numbers into `names`; `years` are the first and last compared year and the first of the latest period.
    """

    areas: NDArray[np.intp]
    names: Sequence[str]
    series: NumberedSeries
    mean: Floats
    own_dispersion: Floats
    own_df: Floats
    counts: Floats
    years: NDArray[np.int64]

    @classmethod
    def of(cls, cells: pd.DataFrame) -> Pool:
        areas, names = pd.factorize(cells["area"])
        mean, own_dispersion, own_df = (cells[name].to_numpy(dtype=float) for name in ("mean", "own_dispersion", "own_df"))
        for name in year_columns(cells):
            checks.numbers(cells, name)
        counts = year_counts(cells)
        years = _whole_years(cells, counts.shape[1]) if counts.shape[1] else np.empty((len(cells), 0), dtype=np.int64)
        return cls(areas, names.tolist(), _numbered(cells), mean, own_dispersion, own_df, counts, years)

    def beside(self, judged: Collection[str]) -> Pool:
        """The series of all other kommuner."""
        kept = ~np.isin(self.areas, [at for at, name in enumerate(self.names) if name in judged])
        numbers, known = pd.factorize(self.series.numbers[kept])
        series = NumberedSeries(numbers, [self.series.keys[at] for at in known.tolist()])
        rows = (self.mean[kept], self.own_dispersion[kept], self.own_df[kept], self.counts[kept], self.years[kept])
        return Pool(self.areas[kept], self.names, series, *rows)

    def typical(self) -> TypicalVariation | None:
        """What `typical_variation` gives."""
        if _too_little(len(self.mean), self.own_df):
            return None
        alone, usual = _pooled(self, self.own_dispersion)
        counts, carried = self.counts, self.counts.shape[1] > 0
        latest = int(self.years[0, 2] - self.years[0, 1]) + 1 if carried else 1
        courses: Mapping[tuple[str, str], Course] = {}
        beside = alone
        if carried:
            fitted = along(counts, np.ones_like(counts), latest)
            alone = replace(alone, correlation=correlation_of(counts, fitted, usual, latest))
            first, last = self.years[:, 0], self.years[:, 2]
            courses = courses_of(self.series, first, counts, usual)
            fitted = along(counts, _courses_through(self.series, first, last, courses), latest)
            beside, usual = _pooled(self, pearson(counts, fitted))
            beside = replace(beside, correlation=correlation_of(counts, fitted, usual, latest))
            inflation = shape(latest, counts.shape[1] - latest, beside.correlation).inflation
            courses = {key: replace(course, noise=course.noise * inflation) for key, course in courses.items()}
        return TypicalVariation(
            alone.effects,
            alone.overall,
            alone.slope,
            alone.df,
            alone.correlation,
            beside=beside,
            courses=courses,
            within=shape(latest, int(self.own_df[0]) + 2 - latest, beside.correlation).within,
            cells=len(self.mean),
            areas=len(np.unique(self.areas)),
        )


def _whole_years(table: pd.DataFrame, width: int) -> NDArray[np.int64]:
    """First year, first of the latest period and last year of each row, as many as there are counts: (m, 3)."""
    years = {name: checks.counts(table, name) for name in ("earlier_from", "latest_from", "latest_to")}
    for name, values in years.items():
        checks.refuse(table, np.isnan(values), name, "a year in every row", "ett år på varje rad")
    other = years["latest_to"] - years["earlier_from"] + 1 != width
    checks.refuse(table, other, "latest_to", f"{width} years, one for each count", f"{width} år, ett för varje antal")
    return np.column_stack(list(years.values())).astype(np.int64)


def year_columns(rows: Columns) -> list[str]:
    """The columns with the counts of the compared years, oldest first; none when the rows do not carry them."""
    return [name for name in rows if str(name).startswith("count_") and str(name)[6:].isdigit()]


def year_counts(rows: Columns) -> Floats:
    """The counts of the compared years: (m, years)."""
    names = year_columns(rows)
    return np.column_stack(floats(rows, *names)) if names else np.empty((len(rows["offence"]), 0))


def course_through(rows: Columns, courses: Mapping[tuple[str, str], Course], *, missing: float = 1.0) -> Floats:
    """Each series' course over its own compared years, `missing` (no movement) where the others have none: (m, years)."""
    first, last = (np.asarray(rows[name], dtype=np.int64) for name in ("earlier_from", "latest_to"))
    return _courses_through(_numbered(rows), first, last, courses, missing)


def _courses_through(
    series: NumberedSeries,
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    courses: Mapping[tuple[str, str], Course],
    missing: float = 1.0,
) -> Floats:
    spans, numbers = pd.factorize((series.numbers * _YEARS + first) * _YEARS + last)
    found = []
    for number in numbers.tolist():
        key, start, end = series.keys[number // _YEARS**2], number // _YEARS % _YEARS, number % _YEARS
        course = courses[key].over(start, end) if key in courses else None
        found.append(np.full(end - start + 1, missing) if course is None else course)
    courses_of_rows: Floats = np.array(found)[spans]
    return courses_of_rows


def pearson(counts: Floats, fitted: Floats, df: Floats | None = None) -> Floats:
    """Pearson's chi-square of the years around what is fitted, over its degrees of freedom; 1 where there are none.

    They are those of a level in each of two periods, unless `df` (m,) says otherwise, as where a year is missing.
    """
    freedom = np.full(len(counts), counts.shape[1] - 2.0) if df is None else df
    chi_square = np.sum((counts - fitted) ** 2 / np.where(fitted > 0, fitted, 1), axis=1)
    dispersion: Floats = np.divide(chi_square, freedom, out=np.ones(len(counts)), where=freedom > 0)
    return dispersion


def moderated(rows: Columns, typical: Spread | None) -> tuple[Floats, Floats]:
    """The dispersion of the difference between the two periods, and its degrees of freedom.

    A series' own dispersion is weighed with the typical one by their degrees of freedom; what goes beyond chance is then
    multiplied by what correlated years do to a difference between periods. `share` and `own_df` tell how many years there are.
    Without `typical` the series stands alone, with the national correlation.
    """
    share, own_df, weighed = floats(rows, "share", "own_df", "own_dispersion")
    correlation = USUAL if typical is None else typical.correlation
    shapes = [_shape(*row, correlation) for row in zip(share.tolist(), own_df.tolist(), strict=True)]
    inflation, worth = (np.array([getattr(s, name) for s in shapes], dtype=float) for name in ("inflation", "df"))
    if typical is not None:
        weighed = (typical.df * typical.of_rows(rows) + own_df * weighed) / (typical.df + own_df)
        worth = worth + typical.df
    dispersion = 1 + inflation * (np.maximum(weighed, 1) - 1)
    to_judge = judged(rows)
    return np.where(to_judge, dispersion, np.nan), np.where(to_judge, worth, np.nan)


def _shape(share: float, own_df: float, correlation: float) -> Shape:
    """That of a series whose latest period has this share of the years."""
    years = int(own_df) + 2
    latest = min(max(round(share * years), 1), years - 1) if share == share else 1
    return shape(latest, years - latest, correlation)


_YEARS = 10_000  # more than any year: an offence and two years in one number


def _numbered(rows: Columns) -> NumberedSeries:
    """The offence and sex of each row as a number, in the order in which they first stand."""
    (offences, names), (sexes, facets) = (pd.factorize(rows[name]) for name in ("offence", "sex"))
    numbers, pairs = pd.factorize(offences * len(facets) + sexes)
    return NumberedSeries(numbers, [(names[pair // len(facets)], facets[pair % len(facets)]) for pair in pairs.tolist()])


def _pooled(pool: Pool, own: Floats) -> tuple[Spread, Floats]:
    """The law of the dispersions `own`, and what it says for each series; the correlation is not known yet."""
    df = float(pool.own_df[0])
    unbiased = np.log(own.clip(_SMALLEST)) - scipy.special.digamma(df / 2) + np.log(df / 2)
    mean, groups = pool.mean, pool.series.numbers
    fitted, slope, left, spare = _within(groups, np.log(mean / 100), unbiased)
    residual = float(np.sum(left**2) / spare) if spare > 0 else np.inf
    beyond_chance = residual - float(scipy.special.polygamma(1, df / 2))
    prior_df = min(2 * _inverse_trigamma(beyond_chance), MAX_DF) if beyond_chance > 0 else MAX_DF
    if not np.isfinite(residual):
        prior_df = 0.0
    shift = scipy.special.digamma(prior_df / 2) - np.log(prior_df / 2) if prior_df else 0.0
    effects, overall = _shrunk(fitted + shift, np.bincount(groups), residual)
    spread = Spread(dict(zip(pool.series.keys, effects.tolist(), strict=True)), overall, slope, prior_df, USUAL)
    return spread, spread.expected(effects[groups], mean)


def _within(groups: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float, np.ndarray, int]:
    """Least squares with one intercept a group and a common slope: intercepts, slope, residuals and their degrees of freedom.

    The slope is that of the deviations from the groups' means; 0 when `x` does not vary within any group.
    """
    sizes = np.bincount(groups)
    mean_x, mean_y = (np.bincount(groups, weights=values) / sizes for values in (x, y))
    around_x, around_y = x - mean_x[groups], y - mean_y[groups]
    spread = float(around_x @ around_x)
    sloped = spread > _NO_SPREAD * max(1.0, float(x @ x))
    slope = float(around_x @ around_y) / spread if sloped else 0.0
    return mean_y - slope * mean_x, slope, around_y - slope * around_x, len(x) - len(sizes) - int(sloped)


def _shrunk(effects: np.ndarray, sizes: np.ndarray, residual: float) -> tuple[np.ndarray, float]:
    """Offence effects drawn towards their mean, most where an offence has few series (one-way random effects)."""
    noise = residual / sizes
    overall = float(np.average(effects, weights=sizes))
    between = max(0.0, float(np.var(effects, ddof=1) - noise.mean())) if len(effects) > 1 else 0.0
    weight = between / (between + noise) if between > 0 else np.zeros(len(effects))
    return weight * effects + (1 - weight) * overall, overall


def _inverse_trigamma(y: float) -> float:
    """x with trigamma(x) = y, by Newton's method on 1/trigamma, which is nearly linear (Smyth 2004, appendix)."""
    x = 0.5 + 1 / y
    for _ in range(50):
        value = float(scipy.special.polygamma(1, x))
        step = value * (1 - value / y) / float(scipy.special.polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x
