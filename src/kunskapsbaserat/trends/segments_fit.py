"""Straight lines joined at known points: slopes, their covariance and per cent changes with limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import confidence_level

Floats = NDArray[np.float64]

DF_RULES = ("joinpoints_estimated", "joinpoints_known")
SCALES = ("log", "linear")


@dataclass(frozen=True, slots=True)
class SegmentFit:
    """Least squares through joined straight lines; `slopes` per segment with their unscaled covariance."""

    x: Floats
    scale: str
    joinpoints: tuple[float, ...]
    fitted: Floats  # on the scale that was fitted
    slopes: Floats
    unscaled: Floats
    sse: float

    def df(self, rule: str) -> int:
        """Residual degrees of freedom: n - 2k - 2 with the joinpoints counted as estimated, n - k - 2 with them as known."""
        if rule not in DF_RULES:
            raise OptionError("df", rule, DF_RULES)
        k = len(self.joinpoints)
        return len(self.x) - (2 * k if rule == "joinpoints_estimated" else k) - 2

    def covariance(self, rule: str) -> Floats:
        df = self.df(rule)
        return self.unscaled * (self.sse / df if df > 0 else np.nan)

    def segments(self, *, confidence: float = 0.95, df: str = "joinpoints_estimated") -> pd.DataFrame:
        """One row per segment.

        Returns
        -------
        DataFrame
            ``start end`` (values of x; a joinpoint belongs to both its segments), ``slope standard_error`` (per unit of
            x on the fitted scale), ``apc lower upper`` (per cent a year on the log scale, units of y on the linear),
            ``p_value confidence df``. The limits are missing when `df` is 0 or less.
        """
        errors = np.sqrt(np.diag(self.covariance(df)))
        edges = [float(self.x[0]), *self.joinpoints, float(self.x[-1])]
        rows = [self._effect(slope, error, confidence, df) for slope, error in zip(self.slopes, errors, strict=True)]
        table = pd.DataFrame(rows).assign(start=edges[:-1], end=edges[1:], confidence=confidence, df=self.df(df))
        return table[["start", "end", "slope", "standard_error", "apc", "lower", "upper", "p_value", "confidence", "df"]]

    def average(
        self,
        start: float | None = None,
        end: float | None = None,
        *,
        confidence: float = 0.95,
        df: str = "joinpoints_estimated",
    ) -> dict[str, float]:
        """AAPC over [start, end] (default the whole series): the slopes weighted by how long each one lasted.

        Returns ``start end slope standard_error aapc lower upper p_value``; the error uses the slopes' covariance.
        """
        first = float(self.x[0]) if start is None else start
        last = float(self.x[-1]) if end is None else end
        if not self.x[0] <= first < last <= self.x[-1]:
            raise OptionError(
                "start, end",
                (start, end),
                (f"an interval within {self.x[0]:g} to {self.x[-1]:g}",),
                tillatna=(f"ett intervall inom {self.x[0]:g} till {self.x[-1]:g}",),
            )
        edges = np.array([self.x[0], *self.joinpoints, self.x[-1]])
        length = np.clip(np.minimum(edges[1:], last) - np.maximum(edges[:-1], first), 0, None)
        weights = length / length.sum()
        error = float(np.sqrt(weights @ self.covariance(df) @ weights))
        effect = self._effect(float(weights @ self.slopes), error, confidence, df)
        return {"start": first, "end": last, **{("aapc" if k == "apc" else k): v for k, v in effect.items()}}

    def _effect(self, slope: float, error: float, confidence: float, rule: str) -> dict[str, float]:
        df = self.df(rule)
        quantile = scipy.special.stdtrit(df, 0.5 + confidence_level(confidence) / 2) if df > 0 else np.nan
        values = np.array([slope, slope - quantile * error, slope + quantile * error])
        change = 100 * np.expm1(values) if self.scale == "log" else values
        p = 2 * scipy.special.stdtr(df, -abs(slope) / error) if df > 0 and error > 0 else np.nan
        named = dict(zip(("apc", "lower", "upper"), change.tolist(), strict=True))
        return {"slope": slope, "standard_error": error, **named, "p_value": float(p)}


def fit_segments(
    y: Floats, x: Floats, joinpoints: Sequence[float], *, scale: str = "log", root_weights: Floats | None = None
) -> SegmentFit:
    """Fit joined lines with the joinpoints given; `y` already on the scale that is fitted."""
    if scale not in SCALES:
        raise OptionError("scale", scale, SCALES)
    root = np.ones(len(x)) if root_weights is None else root_weights
    middle = x.mean()
    design = np.column_stack([np.ones(len(x)), x - middle, *(np.maximum(0, x - point) for point in joinpoints)])
    q, r = np.linalg.qr(design * root[:, None])
    beta = np.linalg.solve(r, q.T @ (y * root))
    fitted = design @ beta
    inverse = np.linalg.inv(r)
    sums = np.tril(np.ones((len(joinpoints) + 1,) * 2))  # a slope is the first one plus the bends before it
    unscaled = sums @ (inverse @ inverse.T)[1:, 1:] @ sums.T
    sse = float(np.sum(np.square((y - fitted) * root)))
    return SegmentFit(x, scale, tuple(float(p) for p in joinpoints), fitted, sums @ beta[1:], unscaled, sse)
