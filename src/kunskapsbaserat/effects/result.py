"""What an evaluation found: one answer with its interval, how it was reached, and whether an effect may be claimed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.tables import PER_YEAR
from kunskapsbaserat.trends import Change

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

ROUNDING = 1e-12  # 1 - 0.95 is more than 0.05 in floating point, and placebos give p-values of exactly 0.05
EFFECT_MAY_BE_CLAIMED_FROM = 4  # the step of the design ladder: a comparison area or more


def codes_that_hold(**conditions: bool) -> tuple[str, ...]:
    """The names of the conditions that hold, such as cautions."""
    return tuple(code for code, holds in conditions.items() if holds)


class Scale(StrEnum):
    """Of the estimate: the logarithm of a ratio of counts, or a difference between shares or numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Scale, relative_effect_size
    >>> found = relative_effect_size(treated_before=50, treated_after=30, control_before=60, control_after=55).effect()
    >>> found.scale is Scale.LOG_RATIO, round(100 * np.expm1(found.estimate))  # per cent
    (True, -35)
    """

    LOG_RATIO = "log_ratio"
    DIFFERENCE = "difference"


class Unit(StrEnum):
    """What the outcome is counted in, and so how a difference is said.

    Examples
    --------
    >>> from kunskapsbaserat.effects import Unit, wdd
    >>> wdd(treated_before=20, treated_after=10, control_before=20, control_after=20).effect().unit is Unit.EVENTS
    True
    >>> [str(unit) for unit in Unit]
    ['events', 'share', 'index']
    """

    EVENTS = "events"
    SHARE = "share"  # between 0 and 1: differences are percentage points
    INDEX = "index"  # any number


class Inference(StrEnum):
    """Where interval and p-value come from.

    Examples
    --------
    >>> from kunskapsbaserat.effects import Inference, wdd
    >>> answer = wdd(treated_before=20, treated_after=10, control_before=20, control_after=20).effect()
    >>> answer.inference is Inference.MODEL, answer.may_claim  # the model's own error is no ground for a claim
    (True, False)
    >>> [str(kind) for kind in Inference]
    ['placebo', 'model', 'autocorrelation', 'cluster']
    """

    PLACEBO = "placebo"  # the same comparison for all areas without the measure
    MODEL = "model"  # the model's own error
    AUTOCORRELATION = "autocorrelation"  # the model's error, widened for months that resemble their neighbours
    CLUSTER = "cluster"  # areas as clusters; only with ten or more treated


CALIBRATED = frozenset({Inference.PLACEBO})  # holds its error rates with few treated areas (benchmarks/effect_calibration.txt)


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """How the answer was reached. What a method has no use for is None.

    Attributes
    ----------
    n_treated, n_placebo : int
        Areas with the measure, and areas (or groups of areas) in the placebo distribution.
    p_floor : float
        The smallest p-value that so many placebos can give.
    series : DataFrame
        One row per period: ``period``, ``observed``, ``counterfactual`` (what the comparison says without the measure),
        ``gap`` (observed minus counterfactual), ``after`` (bool) and ``left_out`` (bool, the phase-in).
    placebo_distribution : array (n_placebo,)
        Standardised statistics of the placebos; `statistic` is the same for the treated.
    weights : Series
        By comparison area, summing to 1; `effective_donors` is one over the sum of their squares.
    pre_rmspe : float
        Root mean square of the gap before the start, relative to the mean.
    details : mapping
        The method's own figures (coefficients, dispersion, variance law and so on).

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, did
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> behind = did(Design(panel, outcome="count", treated=treated, start="2024-01")).diagnostics
    >>> behind.n_treated, behind.n_placebo, behind.p_floor
    (3, 1999, 0.0005)
    >>> behind.series.loc[behind.series["after"], ["observed", "counterfactual"]].head(2).round(0)
        observed  counterfactual
    36      11.0            22.0
    37       9.0            17.0
    """

    n_treated: int = 1
    n_placebo: int = 0
    p_floor: float | None = None
    series: pd.DataFrame | None = field(default=None, repr=False)
    placebo_distribution: Floats | None = field(default=None, repr=False)
    statistic: float | None = None
    weights: pd.Series | None = field(default=None, repr=False)
    effective_donors: float | None = None
    pre_rmspe: float | None = None
    details: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)


@dataclass(frozen=True, slots=True)
class EffectResult:
    """The answer of an evaluation.

    Attributes
    ----------
    method : str
        Such as "did", "its" or "wdd".
    scale : Scale
        Of `estimate`, `lower`, `upper` and `mde`.
    estimate, lower, upper : float
        Log rate ratio (minus is fewer), or difference. NaN where nothing could be estimated, with its `reason`. A limit that
        the data do not give is NaN.
    confidence, p_value : float
        Of the interval; two-sided.
    inference : Inference
        Where the two come from.
    design_step : int
        1 activity only, 2 before and after, 3 before and after with trend, 4 with comparison areas, 5 drawn by lot.
    events : tuple of three floats
        Events averted during the period after the start (negative: more events), with limits.
    mde : float
        Smallest fall that would have been found with probability 0.8, on `scale`; NaN when not even that can be told.
    mde_increase : float
        The same for a rise.
    cautions : tuple of str
        Codes; `effects.words` has a sentence for each.
    failed_checks : tuple of str
        Codes of checks whose failure forbids speaking of an effect.
    reason : str or None
        Why there is no verdict.
    few : bool
        The reason is that the events are too few.
    registered : str or None
        "followed" or "departed" when a design was written down before the start, and what departed stands in `departures`.
    checked : bool
        Whether the checks of `Design.check` were made (by `evaluate`); without them no effect may be claimed.
    unit : Unit
        Of the outcome. Default events on the log-ratio scale, shares on the difference scale.

    Examples
    --------
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, evaluate
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> rng = np.random.default_rng(5)
    >>> panel = effect_panels(rng, 1, units=60, months_before=36, effect=-0.5, n_treated=3, choice="large").table()
    >>> treated = panel.loc[panel["treated"], "area"].unique().tolist()
    >>> answer = evaluate(Design(panel, outcome="count", treated=treated, start="2024-01"))
    >>> np.exp([answer.estimate, answer.lower, answer.upper]).round(2).tolist()  # rate ratio; the true one is 0.5
    [0.52, 0.4, 0.66]
    >>> [round(number) for number in answer.events]  # averted, with limits
    [103, 59, 172]
    >>> print(answer.verdict, answer.may_claim, answer.design_step, answer.inference)
    sakerstalld_minskning True 4 placebo
    >>> answer.cautions
    ('not_registered',)
    """

    method: str
    scale: Scale
    estimate: float
    lower: float
    upper: float
    confidence: float
    p_value: float
    inference: Inference
    design_step: int
    outcome: str = ""
    events: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    mde: float = np.nan
    mde_increase: float = np.nan
    cautions: tuple[str, ...] = ()
    failed_checks: tuple[str, ...] = ()
    reason: str | None = None
    few: bool = False
    registered: str | None = None
    departures: tuple[str, ...] = ()
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    checked: bool = False
    unit: Unit | None = None

    def __post_init__(self) -> None:
        if self.unit is None:
            object.__setattr__(self, "unit", Unit.EVENTS if self.scale is Scale.LOG_RATIO else Unit.SHARE)

    @property
    def certain(self) -> bool:
        """Whether the p-value is below 1 - `confidence` (not exactly that): then the interval does not hold 0."""
        return self.p_value < 1 - self.confidence - ROUNDING

    @property
    def verdict(self) -> Change:
        """Whether the outcome differs from what the comparison says, by more than chance and usual variation."""
        if self.reason is not None:
            return Change.FOR_FA_BROTT if self.few else Change.KAN_INTE_BEDOMAS
        if not self.certain:
            return Change.INGEN_SAKERSTALLD_SKILLNAD
        return Change.SAKERSTALLD_MINSKNING if self.estimate < 0 else Change.SAKERSTALLD_OKNING

    @property
    def may_claim(self) -> bool:
        """Whether words as "effekt av" are allowed: design step, calibrated inference, checks made and passed, and verdict."""
        return (
            self.checked
            and self.method != "displacement"
            and self.design_step >= EFFECT_MAY_BE_CLAIMED_FROM
            and self.inference in CALIBRATED
            and not self.failed_checks
            and self.registered != "departed"
            and self.verdict in (Change.SAKERSTALLD_MINSKNING, Change.SAKERSTALLD_OKNING)
        )

    @property
    def pct_change(self) -> float:
        """Per cent against the counterfactual; of a difference NaN."""
        return 100 * float(np.expm1(self.estimate)) if self.scale is Scale.LOG_RATIO else np.nan

    @property
    def fit(self) -> Any:
        """The fitted model of a single series (statsmodels' results where that fitted it); None for comparisons of areas."""
        return self.diagnostics.details.get("fit")

    def conf_int(self) -> pd.DataFrame:
        """The interval, named as statsmodels names it: one row, columns ``lower`` and ``upper``, on `scale`."""
        return pd.DataFrame({"lower": [self.lower], "upper": [self.upper]}, index=["effect"])

    def summary_frame(self) -> pd.DataFrame:
        """The estimate as a row of a model's table: ``estimate lower upper p_value confidence scale inference``."""
        names = ("estimate", "lower", "upper", "p_value", "confidence", "scale", "inference")
        return pd.DataFrame({name: [getattr(self, name)] for name in names}, index=["effect"])

    @property
    def drift(self) -> float:
        """How much a year the treated must have drifted from the comparison all the time to explain the whole estimate.

        On `scale`: the estimate over the years from the middle of the time before the start to the middle of that after it.
        NaN without a series by period.
        """
        series = self.diagnostics.series
        if series is None or not isinstance(series["period"].dtype, pd.PeriodDtype) or not np.isfinite(self.estimate):
            return np.nan
        place = series["period"].astype("int64").where(~series["left_out"]).groupby(series["after"]).mean()
        per_year = PER_YEAR[series["period"].dt.freq.freqstr[:1]]
        return float(self.estimate / (place[True] - place[False]) * per_year)

    @property
    def events_averted(self) -> float:
        """Events that did not happen after the start, compared with the counterfactual."""
        return self.events[0]

    def summary(self, name: str | None = None, *, language: str = "sv") -> str:
        """The answer in Swedish, or for researchers in English; `name` is the outcome in words.

        The words are chosen by the result alone, by the same rules in both languages; see `effects.words.summary`.

        Examples
        --------
        >>> from kunskapsbaserat import effects
        >>> found = effects.wdd(treated_before=40, treated_after=25, control_before=38, control_after=37)
        >>> found.effect().summary(language="en").split(". ")[0]
        'Reported crimes: The difference is not statistically certain'
        """
        from kunskapsbaserat.effects.words import summary

        return summary(self, name, language=language)

    def _repr_html_(self) -> str:
        from kunskapsbaserat.effects.shown import effect_html

        return effect_html(self)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """The series beside its counterfactual (or the estimate alone); see `plots.effect`."""
        from kunskapsbaserat import plots

        return plots.effect(self, ax, **options)

    def to_frame(self) -> pd.DataFrame:
        """One row with every figure, so that results of many evaluations stand under each other."""
        names = ("method", "outcome", "scale", "estimate", "lower", "upper", "confidence", "p_value", "inference")
        row: dict[str, Any] = {name: getattr(self, name) for name in names}
        row |= dict(zip(("events_averted", "events_lower", "events_upper"), self.events, strict=True))
        row |= {"pct_change": self.pct_change, "mde": self.mde, "mde_increase": self.mde_increase}
        row |= {"design_step": self.design_step, "verdict": self.verdict, "may_claim": self.may_claim}
        row |= {"cautions": self.cautions, "failed_checks": self.failed_checks, "reason": self.reason}
        row["checked"], row["drift"] = self.checked, self.drift
        row |= {"registered": self.registered, "departures": self.departures}
        row |= {"n_treated": self.diagnostics.n_treated, "n_placebo": self.diagnostics.n_placebo}
        return pd.DataFrame([row])
