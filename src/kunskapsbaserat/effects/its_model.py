"""The segmented regression of one series: design, fit, and what it would have been without the step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kunskapsbaserat.effects.its_input import ItsSeries
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.trends.glm import GlmFit, fit_glm, fit_negative_binomial

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Segmented:
    """A fitted segmented regression, over all periods of the series."""

    names: tuple[str, ...]
    design: Floats  # (periods, p)
    without: Floats  # (periods, p), the same with step and slope change at 0
    used: Bools
    y: Floats  # outcome of the model at the used periods: counts, or shares of the treated among both
    trials: Floats  # at the used periods: 1, or events of both
    fit: GlmFit
    theta: float
    multiplier: Floats  # (periods,), from exp(linear predictor) to the treated's counts
    cautions: tuple[str, ...]

    @property
    def gaussian(self) -> bool:
        return self.fit.family == "gaussian"

    def expected(self, design: Floats) -> Floats:
        """The treated's counts by the model, (periods,)."""
        linear = design @ self.fit.coefficients
        return linear if self.gaussian else np.asarray(self.multiplier * np.exp(linear))

    def effect(self, after: Bools) -> tuple[float, Floats]:
        """Logarithm of fitted over counterfactual events after the start (or mean difference), and its gradient (p,)."""
        if self.gaussian:
            gradient = (self.design - self.without)[after].mean(axis=0)
            return float(gradient @ self.fit.coefficients), gradient
        fitted, alone = self.expected(self.design)[after], self.expected(self.without)[after]
        gradient = fitted @ self.design[after] / fitted.sum() - alone @ self.without[after] / alone.sum()
        return float(np.log(fitted.sum() / alone.sum())), gradient

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Residuals, variance at dispersion 1, and change of the mean with the linear predictor, at the used periods."""
        fit, mean = self.fit, self.fit.mean
        residuals = self.trials * (self.y - mean)
        if self.gaussian:
            return residuals, np.ones_like(mean), np.ones_like(mean)
        if fit.family == "binomial":
            spread = self.trials * mean * (1 - mean)
            return residuals, spread, spread
        return residuals, mean + fit.alpha * mean**2, mean


def segmented(series: ItsSeries, *, family: str, control_as: str, trend: bool, slope_change: bool, harmonics: int) -> Segmented:
    """Fit the model of `its`; the treated's share of both series' events when the control is a second series."""
    columns = _columns(series, trend, slope_change, harmonics)
    gaussian = family == "gaussian"
    used = ~series.left_out
    offset = np.zeros(len(used)) if gaussian else np.log(series.exposure)
    y, trials, multiplier = series.observed, np.ones(len(used)), np.exp(offset)
    second = series.control is not None and control_as == "second"
    if second:
        assert series.control is not None
        offset = offset - np.log(series.control_exposure)
        trials = np.where(used, series.observed + series.control, 0.0)
        used = used & (trials > 0)
        y = np.divide(series.observed, trials, out=np.zeros_like(trials), where=used)
        multiplier = np.where(used, series.control, np.nan) * np.exp(offset)
    elif series.control is not None:
        columns["control"] = series.control if gaussian else _log_rate(series)
    names, design = tuple(columns), np.column_stack(list(columns.values()))
    changed = [i for i, name in enumerate(names) if name in ("step", "slope_change")]
    without = design.copy()
    without[:, changed] = 0.0
    _refuse_saturated(design[used], int(used[: series.first].sum()), len(changed))
    fit, theta, cautions = _fit(design[used], y[used], offset[used], trials[used], "second" if second else family)
    return Segmented(names, design, without, used, y[used], trials[used], fit, theta, multiplier, cautions)


def _fit(x: Floats, y: Floats, offset: Floats, trials: Floats, family: str) -> tuple[GlmFit, float, tuple[str, ...]]:
    if family == "negative_binomial":
        fit, theta, _ = fit_negative_binomial(x, y, offset=offset)
        return fit, theta, () if np.isfinite(theta) else ("nb_fallback",)
    kind = {"second": "binomial", "gaussian": "gaussian"}.get(family, "poisson")
    fit = fit_glm(x, y, family=kind, offset=offset, weights=trials if kind == "binomial" else None)
    return fit, np.inf, ()


def _columns(series: ItsSeries, trend: bool, slope_change: bool, harmonics: int) -> dict[str, Floats]:
    place = np.arange(len(series.observed), dtype=float)
    since = (place - series.first) / series.per_year  # years from the start
    columns = {"(Intercept)": np.ones(len(place))}
    if trend:
        columns["trend"] = since
    for wave in range(1, min(harmonics, series.per_year // 2) + 1):
        angle = 2 * np.pi * wave * place / series.per_year
        if 2 * wave < series.per_year:
            columns[f"sin{wave}"] = np.sin(angle)
        columns[f"cos{wave}"] = np.cos(angle)
    columns["step"] = (place >= series.first).astype(float)
    if slope_change:
        columns["slope_change"] = np.maximum(since, 0.0)
    return columns


def _log_rate(series: ItsSeries) -> Floats:
    """Logarithm of the control's counts per exposure; half an event where there is none."""
    assert series.control is not None
    counts = np.where(series.control > 0, series.control, 0.5)
    rate = np.log(counts / series.control_exposure)
    return np.where(np.isnan(rate), 0.0, rate - np.nanmean(rate))


def _refuse_saturated(design: Floats, before: int, n_changes: int) -> None:
    terms = design.shape[1] - n_changes
    if before < terms + 4:
        raise DesignError(
            "too_short",
            f"{before} periods before the start for {terms} coefficients",
            needed=f"at least {terms + 4} periods before, or a simpler season",
            svenska=f"Det finns tal för {before} perioder före starten, vilket är för få för modellen.",
            behovs=f"Det behövs minst {terms + 4}, eller en enklare säsong.",
        )
