"""Augmented synthetic control: what the weighted mean still misses before the start is taken out by a ridge regression.

The weights of a synthetic control are 0 or more, so that it may miss a treated area at the edge of the others. Here they are
moved as little as is worth while to follow the course before the start, and may then be below 0. Conformal limits compare the
gap of a period after the start with the gaps before it, all periods fitted together under the hypothesis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.design import Design, ended, for_design
from kunskapsbaserat.effects.simplex import one_thread, weights_of
from kunskapsbaserat.errors import DesignError, OptionError
from kunskapsbaserat.rates.keys import keyed

Floats = NDArray[np.float64]

PENALTIES = 21  # from the largest squared singular value down to 1e-8 of it
SMALLEST = 1e-8
HYPOTHESES = 121
REACH = 6.0  # root mean squares of the gaps after the start, on either side of the estimate
COLUMNS = ["period", "observed", "expected", "effect", "lower", "upper", "p_value", "reason"]


@dataclass(frozen=True, eq=False, slots=True)
class AugmentedControl:
    """A treated area beside its augmented synthetic control.

    Attributes
    ----------
    rows : DataFrame
        Every period: ``period observed expected effect lower upper p_value reason``; the limits and p-values after the start
        alone, each period for itself. Reasons: "before_start"; "p_floor" (no limits: with so few periods before the start no
        p-value can be below 1 - confidence); "wide" (no limits: every effect within reach is accepted on some side).
    mean_effect : float
        Over the periods after the start.
    joint_p : float
        That nothing happened after the start: the mean absolute gap there among those of all stretches as long, the series
        taken as a ring.
    weights : Series
        By area, summing to one; below 0 where the area is used to extrapolate.
    penalty : float or None
        Of the ridge; None without augmentation.
    imbalance, improvement : float
        Root of the summed squared gaps before the start, and its share that equal weights have and these do not.
    confidence : float
        Of the limits.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import Design, augmented_synthetic_control
    >>> rng, years = np.random.default_rng(1), pd.period_range("2000", periods=20, freq="Y")
    >>> course = rng.normal(size=(8, 1)) + 0.1 * rng.normal(size=(8, 20)) + np.linspace(0, 1, 20)
    >>> course[0] = course[1:4].mean(axis=0) + 0.05 * rng.normal(size=20) - 2.0 * (np.arange(20) >= 16)
    >>> table = pd.DataFrame({"area": np.repeat(list("abcdefgh"), 20), "period": np.tile(years, 8), "y": course.ravel()})
    >>> found = augmented_synthetic_control(Design(table, outcome="y", treated="a", start="2016", kind="index"), confidence=0.9)
    >>> found.summary_frame()["effect"].round().tolist()  # 2016 to 2019
    [-2.0, -2.0, -2.0, -2.0]
    >>> round(float(found.weights.sum()), 6), bool(found.joint_p <= 0.1)
    (1.0, True)
    """

    rows: pd.DataFrame
    mean_effect: float
    joint_p: float
    weights: pd.Series
    penalty: float | None
    imbalance: float
    improvement: float
    confidence: float

    def conf_int(self) -> pd.DataFrame:
        """Limits of the effect in each period after the start, by period: ``lower upper``."""
        return self.summary_frame()[["lower", "upper"]]

    def summary_frame(self) -> pd.DataFrame:
        """The periods after the start, by period: ``effect lower upper p_value``."""
        late = self.rows[self.rows["p_value"].notna()]
        return late.set_index("period")[["effect", "lower", "upper", "p_value"]]


@for_design
@keyed()
def augmented_synthetic_control(
    design: Design, *, penalty: float | str | None = "cv", confidence: float = 0.95
) -> AugmentedControl:
    """One treated area against a weighted mean of the others, augmented by a ridge regression (Ben-Michael and others 2021).

    Parameters
    ----------
    design : Design
        With one treated area, no time left out around the start, of shares or other numbers (`kind` "share" or "index"); of
        events take the logarithm of the rate as an index.
    penalty : float, "cv" or None
        Of the ridge. "cv": each period before the start but the last is predicted from the others, and the largest penalty
        whose mean squared error is within one standard error of the smallest is taken. None: the plain synthetic control.
    confidence : float
        Of the limits, in each period.

    Returns
    -------
    AugmentedControl

    Raises
    ------
    DesignError
        Of events, with several treated areas, fewer than 10 periods before the start or fewer than 2 complete areas beside.
    OptionError
        A penalty that is none.

    Notes
    -----
    The penalty is chosen once, before the start. The limits rest on gaps that are exchangeable over time, which a trend or an
    autocorrelation breaks: they are no ground for a claim (see `synthetic_control` for the place among all areas).

    References
    ----------
    Ben-Michael E, Feller A, Rothstein J (2021). The augmented synthetic control method. JASA 116(536), 1789-1803.
    Chernozhukov V, Wüthrich K, Zhu Y (2021). An exact and robust conformal inference method. JASA 116(536), 1849-1864.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng, years = np.random.default_rng(1), pd.period_range("2000", periods=20, freq="Y")
    >>> course = rng.normal(size=(8, 1)) + 0.1 * rng.normal(size=(8, 20)) + np.linspace(0, 1, 20)
    >>> course[0] = course[1:4].mean(axis=0) + 0.05 * rng.normal(size=20) - 2.0 * (np.arange(20) >= 16)
    >>> table = pd.DataFrame({"area": np.repeat(list("abcdefgh"), 20), "period": np.tile(years, 8), "y": course.ravel()})
    >>> design = Design(table, outcome="y", treated="a", start="2016", kind="index")
    >>> found = augmented_synthetic_control(design, confidence=0.9)
    >>> round(found.mean_effect), bool((found.conf_int()["upper"] < 0).all())
    (-2, True)
    """
    alpha = 1 - confidence
    donors, treated = _series(design)
    early = design.before
    with one_thread():
        chosen = _penalty(penalty, donors[:, early], treated[early])
        weights = _weights(donors[:, early], treated[None, early], chosen)[0]
        expected = weights @ donors
        gap = treated - expected
        limits = [_limits(donors, treated, early, int(place), gap, chosen, alpha) for place in np.flatnonzero(design.after)]
        joint_p = _joint(donors, treated, early, chosen)
    rows = pd.DataFrame({"period": design.data.periods, "observed": treated, "expected": expected, "effect": gap})
    for name, values in zip(COLUMNS[4:7], np.array([found[:3] for found in limits]).T, strict=True):
        rows.loc[design.after, name] = values
    reasons = np.full(len(rows), "before_start", dtype=object)
    reasons[design.after] = [found[3] for found in limits]
    rows["reason"] = reasons
    names = [unit for unit, used in zip(design.data.units, design.comparable, strict=True) if used]
    uniform = treated[early] - donors[:, early].mean(axis=0)
    imbalance = float(np.linalg.norm(gap[early]))
    return AugmentedControl(
        rows=rows[COLUMNS],
        mean_effect=float(gap[design.after].mean()),
        joint_p=joint_p,
        weights=pd.Series(weights, index=names, name="weight"),
        penalty=chosen,
        imbalance=imbalance,
        improvement=1 - imbalance / float(np.linalg.norm(uniform)),
        confidence=confidence,
    )


def _series(design: Design) -> tuple[Floats, Floats]:
    """The others (areas, periods) and the treated (periods,)."""
    kept = design.before | design.after
    if ended(design).kind == "events" or len(design.rows) != 1 or design.before.sum() < 10 or not kept.all():
        raise DesignError(
            "not_augmented",
            "one treated area with shares or an index, 10 periods before the start and none left out",
            needed="for events or several areas: synthetic_control",
            svenska="Detta räknas ut för ett område med andelar eller index, minst 10 perioder före starten.",
            behovs="För antal brott eller flera områden finns synthetic_control.",
        )
    donors = design.data.observed[design.comparable]
    if len(donors) < 2 or np.isnan(donors).any() or np.isnan(design.data.observed[design.rows]).any():
        raise DesignError(
            "no_comparison",
            f"{len(donors)} areas to compare with, or missing figures",
            needed="at least 2 complete areas beside the treated",
            svenska="Det finns för få områden att jämföra med, eller så saknas tal.",
            behovs="Det behövs minst 2 områden med hela serier.",
        )
    return donors, design.data.observed[design.rows[0]]


def _weights(donors: Floats, targets: Floats, penalty: float | None) -> Floats:
    """Weights (targets, areas): on the simplex, then moved by the ridge."""
    mean = donors.mean(axis=0)
    series, wanted = donors - mean, targets - mean  # weights that sum to one: nothing is changed
    gram = series @ series.T
    weights = weights_of(gram, wanted @ series.T, np.ones((len(targets), len(donors)), dtype=bool))
    if penalty is None:
        return weights
    missed = (wanted - weights @ series) @ series.T
    moved: Floats = weights + np.linalg.solve(gram + penalty * np.eye(len(gram)), missed.T).T
    return moved


def _penalty(penalty: float | str | None, donors: Floats, treated: Floats) -> float | None:
    if penalty is None:
        return None
    if penalty != "cv":
        if isinstance(penalty, str) or not 0 < penalty < np.inf:
            prose = ("a number above 0", "cv", "None")
            raise OptionError("penalty", penalty, prose, tillatna=("ett tal över noll", "cv", "None"))
        return float(penalty)
    series = donors - donors.mean(axis=0)
    largest = float(np.linalg.svd(series, compute_uv=False)[0] ** 2)
    penalties = largest * SMALLEST ** (np.arange(PENALTIES) / (PENALTIES - 1))
    errors = np.array([_held_out(donors, treated, place, penalties) for place in range(len(treated) - 1)])
    mean = errors.mean(axis=0)
    slack = errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    best = int(mean.argmin())
    return float(penalties[mean <= mean[best] + slack[best]].max())


def _held_out(donors: Floats, treated: Floats, place: int, penalties: Floats) -> Floats:
    """Squared error in one period of the weights from the others, for each penalty."""
    kept = np.arange(len(treated)) != place
    centre = donors.mean(axis=0)
    series, wanted = (donors - centre)[:, kept], (treated - centre)[kept]
    gram = series @ series.T
    weights = weights_of(gram, (wanted @ series.T)[None], np.ones((1, len(donors)), dtype=bool))[0]
    values, vectors = np.linalg.eigh(gram)
    missed = vectors.T @ (series @ (wanted - weights @ series))
    moved = weights + (missed / (values + penalties[:, None])) @ vectors.T
    errors: Floats = ((treated - centre)[place] - moved @ (donors - centre)[:, place]) ** 2
    return errors


def _limits(
    donors: Floats, treated: Floats, early: NDArray[np.bool_], place: int, gap: Floats, penalty: float | None, alpha: float
) -> tuple[float, float, float, str | None]:
    """Lower and upper limit, p-value and reason of one period: its gap's place among those before, under each hypothesis."""
    fitted = early.copy()
    fitted[place] = True
    late = np.flatnonzero(np.flatnonzero(fitted) == place)[0]
    reach = REACH * float(np.sqrt((gap[~early] ** 2).mean()))
    effects = np.append(np.linspace(gap[place] - reach, gap[place] + reach, HYPOTHESES), 0.0)
    targets = np.tile(treated[fitted], (len(effects), 1))
    targets[:, late] -= effects
    left = np.abs(targets - _weights(donors[:, fitted], targets, penalty) @ donors[:, fitted])
    p_values = (left >= left[:, [late]] * (1 - 1e-9)).mean(axis=1)
    accepted = p_values[:-1] > alpha
    if fitted.sum() * alpha < 1:
        return np.nan, np.nan, float(p_values[-1]), "p_floor"
    if accepted[0] or accepted[-1] or not accepted.any():
        return np.nan, np.nan, float(p_values[-1]), "wide"
    inside = effects[:-1][accepted]
    return float(inside.min()), float(inside.max()), float(p_values[-1]), None


def _joint(donors: Floats, treated: Floats, early: NDArray[np.bool_], penalty: float | None) -> float:
    left = np.abs(treated - _weights(donors, treated[None], penalty)[0] @ donors)
    late = ~early
    stretches = np.array([np.roll(left, shift)[late].mean() for shift in range(len(left))])
    return float((stretches >= left[late].mean() * (1 - 1e-9)).mean())
