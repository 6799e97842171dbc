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
from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.rates import checks
from kunskapsbaserat.rates.keys import keyed
from kunskapsbaserat.trends.correlation import USUAL, Shape, correlation_of, shape
from kunskapsbaserat.trends.course import Course, along, courses_of

Floats = NDArray[np.float64]
T = TypeVar("T")

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
        keys = zip(offence, sex, strict=True)
        effect = np.array([self.effects.get(key, self.overall) for key in keys], dtype=float)
        return pd.Series(expected_dispersion(effect, self.slope, mean.to_numpy(dtype=float)), index=mean.index)


def expected_dispersion(effect: Floats, slope: float | Floats, mean: Floats) -> Floats:
    """What the law of a `Spread` says of series of this size, at least 1."""
    return np.asarray(np.maximum(np.exp(effect + slope * np.log(np.maximum(mean, 1) / 100)), 1))


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


Typical: TypeAlias = TypicalVariation | Mapping[str, TypicalVariation]
"""What series are held against: one for all of them, or one for each area."""


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
    return SeriesPool.of(cells).variation()


@dataclass(frozen=True, eq=False)
class SeriesPool:
    """Series whose variation can be pooled, as arrays: read once, and pooled without each of many kommuner in turn.

    `kinds` numbers the offence and sex of each series among `names`; `counts` has no columns where they are not known.
    """

    areas: NDArray[np.object_]
    kinds: NDArray[np.intp]
    names: Sequence[tuple[str, str]]
    mean: Floats
    own_dispersion: Floats
    own_df: float
    counts: Floats
    first: NDArray[np.int64]
    latest: int

    @classmethod
    def of(cls, cells: pd.DataFrame) -> SeriesPool:
        """Those of a table as `typical_variation` takes it; no series may be one that cannot be judged."""
        counts = year_counts(cells)
        carried = counts.shape[1] > 0 and len(cells) > 0
        if carried:
            cells = _with_years(cells, counts.shape[1])
        kinds, names = pd.factorize(pd.Series(list(zip(cells["offence"], cells["sex"], strict=True)), dtype=object))
        return cls(
            areas=cells["area"].to_numpy(dtype=object),
            kinds=kinds,
            names=list(names),
            mean=cells["mean"].to_numpy(dtype=float),
            own_dispersion=cells["own_dispersion"].to_numpy(dtype=float),
            own_df=float(cells["own_df"].iat[0]) if len(cells) else 0.0,
            counts=counts,
            first=cells["earlier_from"].to_numpy(dtype=np.int64) if carried else np.zeros(len(cells), dtype=np.int64),
            latest=int(cells["latest_to"].iat[0] - cells["latest_from"].iat[0]) + 1 if carried else 1,
        )

    def without(self, areas: Collection[str]) -> SeriesPool:
        """All but those of some areas."""
        kept = ~np.isin(self.areas, list(areas))
        arrays = ("areas", "kinds", "mean", "own_dispersion", "counts", "first")
        return replace(self, **{name: getattr(self, name)[kept] for name in arrays})

    def variation(self) -> TypicalVariation | None:
        """What `typical_variation` gives."""
        if len(self.mean) < MIN_CELLS or self.own_df == 0:
            return None
        counts, years = self.counts, self.counts.shape[1]
        alone, usual = self._pooled(self.own_dispersion)
        courses: Mapping[tuple[str, str], Course] = {}
        beside = alone
        if years:
            fitted = along(counts, np.ones_like(counts), self.latest)
            alone = replace(alone, correlation=correlation_of(counts, fitted, usual, self.latest))
            courses = courses_of(self._places(), self.first, counts, usual)
            fitted = along(counts, self._through(courses), self.latest)
            beside, usual = self._pooled(pearson(counts, fitted))
            beside = replace(beside, correlation=correlation_of(counts, fitted, usual, self.latest))
            inflation = shape(self.latest, years - self.latest, beside.correlation).inflation
            courses = {key: replace(course, noise=course.noise * inflation) for key, course in courses.items()}
        return TypicalVariation(
            alone.effects,
            alone.overall,
            alone.slope,
            alone.df,
            alone.correlation,
            beside=beside,
            courses=courses,
            within=shape(self.latest, int(self.own_df) + 2 - self.latest, beside.correlation).within,
            cells=len(self.mean),
            areas=len(set(self.areas)),
        )

    def _places(self) -> Mapping[tuple[str, str], NDArray[np.intp]]:
        """Where the series of each offence and sex stand, in the order in which they first come."""
        order = np.argsort(self.kinds, kind="stable")
        present, starts = np.unique(self.kinds[order], return_index=True)
        places = np.split(order, starts[1:])
        first = np.argsort([at[0] for at in places])
        return {self.names[present[i]]: places[i] for i in first}

    def _through(self, courses: Mapping[tuple[str, str], Course]) -> Floats:
        """Each series' course over its own years; without one nothing moves."""
        table = {"earlier_from": self.first, "latest_to": self.first + self.counts.shape[1] - 1}
        return course_through([self.names[kind] for kind in self.kinds], table, [courses] * len(self.kinds))

    def _pooled(self, own: Floats) -> tuple[Spread, Floats]:
        """The law of the dispersions `own`, and what it says for each series; the correlation is not known yet."""
        df = self.own_df
        unbiased = np.log(own.clip(_SMALLEST)) - scipy.special.digamma(df / 2) + np.log(df / 2)
        places = self._places()
        groups = np.empty(len(own), dtype=np.intp)
        for number, at in enumerate(places.values()):
            groups[at] = number
        fitted, slope, left, spare = _within(groups, np.log(self.mean / 100), unbiased)
        residual = float(np.sum(left**2) / spare) if spare > 0 else np.inf
        beyond_chance = residual - float(scipy.special.polygamma(1, df / 2))
        prior_df = min(2 * _inverse_trigamma(beyond_chance), MAX_DF) if beyond_chance > 0 else MAX_DF
        if not np.isfinite(residual):
            prior_df = 0.0
        shift = scipy.special.digamma(prior_df / 2) - np.log(prior_df / 2) if prior_df else 0.0
        effects, overall = _shrunk(fitted + shift, np.bincount(groups), residual)
        spread = Spread(dict(zip(places, effects.tolist(), strict=True)), overall, slope, prior_df, USUAL)
        return spread, expected_dispersion(effects[groups], slope, self.mean)


def _with_years(table: pd.DataFrame, width: int) -> pd.DataFrame:
    """The table with whole years, as many as there are counts."""
    years = {name: checks.counts(table, name) for name in ("earlier_from", "latest_from", "latest_to")}
    for name, values in years.items():
        checks.refuse(table, np.isnan(values), name, "a year in every row", "ett år på varje rad")
    other = years["latest_to"] - years["earlier_from"] + 1 != width
    checks.refuse(table, other, "latest_to", f"{width} years, one for each count", f"{width} år, ett för varje antal")
    return table.assign(**{name: values.astype(np.int64) for name, values in years.items()})


def year_counts(table: pd.DataFrame) -> Floats:
    """The counts of the compared years, oldest first: (m, years); no columns when the table does not carry them."""
    names = [name for name in table if str(name).startswith("count_") and str(name)[6:].isdigit()]
    return np.column_stack([checks.numbers(table, name) for name in names]) if names else np.empty((len(table), 0))


def course_through(
    keys: Sequence[tuple[str, str]],
    years: Mapping[str, NDArray[np.int64]],
    courses: Sequence[Mapping[tuple[str, str], Course]],
    *,
    missing: float = 1.0,
) -> Floats:
    """Each series' course over its own compared years, `missing` (no movement) where the others have none: (m, years).

    Parameters
    ----------
    keys : sequence
        Offence and sex of each series.
    years : mapping
        ``earlier_from`` and ``latest_to`` of each.
    courses : sequence of mapping
        What each is held against; often the same for all.
    missing : float
        Stands where there is no course.
    """
    spans = zip(keys, years["earlier_from"].tolist(), years["latest_to"].tolist(), courses, strict=True)
    known: dict[tuple[object, ...], Floats] = {}
    rows = []
    for key, first, last, of in spans:
        at = (id(of), key, first, last)
        if at not in known:
            course = of[key].over(first, last) if key in of else None
            known[at] = np.full(last - first + 1, missing) if course is None else course
        rows.append(known[at])
    return np.array(rows)


def pearson(counts: Floats, fitted: Floats, df: Floats | None = None) -> Floats:
    """Pearson's chi-square of the years around what is fitted, over its degrees of freedom; 1 where there are none.

    They are those of a level in each of two periods, unless `df` (m,) says otherwise, as where a year is missing.
    """
    freedom = np.full(len(counts), counts.shape[1] - 2.0) if df is None else df
    chi_square = np.sum((counts - fitted) ** 2 / np.where(fitted > 0, fitted, 1), axis=1)
    dispersion: Floats = np.divide(chi_square, freedom, out=np.ones(len(counts)), where=freedom > 0)
    return dispersion


def each(table: pd.DataFrame, typical: T | Mapping[str, T], *, by: str = "area") -> list[T]:
    """What each row is held against: one for all, or that of the area in the column `by`."""
    return [typical[area] for area in table[by]] if isinstance(typical, Mapping) else [typical] * len(table)


def moderated(table: pd.DataFrame, typical: Spread | Mapping[str, Spread] | None) -> tuple[pd.Series, pd.Series]:
    """The dispersion of the difference between the two periods, and its degrees of freedom.

    A series' own dispersion is weighed with the typical one by their degrees of freedom; what goes beyond chance is then
    multiplied by what correlated years do to a difference between periods. `share` and `own_df` tell how many years there are.
    Without `typical` the series stands alone, with the national correlation.
    """
    judged = table["reason"].isna().to_numpy()
    own_df, weighed = (table[name].to_numpy(dtype=float) for name in ("own_df", "own_dispersion"))
    usual = [] if typical is None else each(table, typical)
    correlations = [spread.correlation for spread in usual] or [USUAL] * len(table)
    shapes = [_shape(*row) for row in zip(table["share"], own_df, correlations, strict=True)]
    inflation, worth = (np.array([getattr(s, name) for s in shapes], dtype=float) for name in ("inflation", "df"))
    if usual:
        prior = np.array([spread.df for spread in usual])
        weighed = (prior * expected(table, usual, table["mean"].to_numpy(dtype=float)) + own_df * weighed) / (prior + own_df)
        worth = worth + prior
    dispersion = 1 + inflation * (np.maximum(weighed, 1) - 1)
    found = (pd.Series(np.where(judged, values, np.nan), index=table.index) for values in (dispersion, worth))
    return next(found), next(found)


def expected(table: pd.DataFrame, usual: Sequence[Spread], mean: Floats) -> Floats:
    """`Spread.dispersion` of every row's offence and sex, by its own law."""
    keys = zip(table["offence"], table["sex"], usual, strict=True)
    effect = np.array([spread.effects.get((offence, sex), spread.overall) for offence, sex, spread in keys], dtype=float)
    return expected_dispersion(effect, np.array([spread.slope for spread in usual]), mean)


def _shape(share: float, own_df: float, correlation: float) -> Shape:
    """That of a series whose latest period has this share of the years."""
    years = int(own_df) + 2
    latest = min(max(round(share * years), 1), years - 1) if share == share else 1
    return shape(latest, years - latest, correlation)


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
