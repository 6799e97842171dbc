"""Several kinds of crime weighed by their harm: one displacement difference of them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.four_counts import NormalChange
from kunskapsbaserat.effects.wdd import WddEstimate
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import positive
from kunskapsbaserat.rates.keys import keyed


@dataclass(frozen=True, slots=True)
class HarmEstimate(NormalChange):
    """Weighed sum of the changes of several kinds of crime, in the unit of the weights (days in prison, points).

    Attributes
    ----------
    change, standard_error : float
        Of the harm; minus is less.
    parts : DataFrame
        By kind: ``kind weight change harm standard_error`` (of the harm).
    confidence : float
        Of the interval.
    cautions : tuple of str
        Those of the parts, each once.

    Examples
    --------
    >>> from kunskapsbaserat.effects import harm_weighted_wdd, wdd
    >>> robbery = wdd(treated_before=20, treated_after=10, control_before=20, control_after=20)
    >>> theft = wdd(treated_before=70, treated_after=20, control_before=80, control_after=60)
    >>> harm = harm_weighted_wdd({"rån": robbery, "stöld": theft}, {"rån": 10, "stöld": 1})
    >>> harm.parts.round(1)
        kind  weight  change   harm  standard_error
    0    rån    10.0   -10.0 -100.0            83.7
    1  stöld     1.0   -30.0  -30.0            15.2
    >>> tuple(round(limit) for limit in harm.interval)
    (-297, 37)
    """

    parts: pd.DataFrame
    cautions: tuple[str, ...] = ()

    def conf_int(self) -> pd.DataFrame:
        """The interval: one row, ``lower`` and ``upper``."""
        return pd.DataFrame([self.interval], columns=["lower", "upper"], index=["harm"])

    def summary_frame(self) -> pd.DataFrame:
        """One row: ``change standard_error lower upper z p_value confidence``."""
        lower, upper = self.interval
        figures = {"change": self.change, "standard_error": self.standard_error, "lower": lower, "upper": upper}
        return pd.DataFrame(figures | {"z": self.z, "p_value": self.p_value, "confidence": self.confidence}, index=["harm"])


@keyed()
def harm_weighted_wdd(
    estimates: Mapping[str, WddEstimate], weights: Mapping[str, float], *, confidence: float = 0.95
) -> HarmEstimate:
    """Weighted displacement differences of several kinds of crime, each times its harm, added together (Wheeler 2020).

    One robbery is no bicycle: adding events lets the common and light decide. What the weights are (penalty values, a harm
    index) is a choice that belongs beside the figure.

    Parameters
    ----------
    estimates : mapping of str to WddEstimate
        By kind of crime, of the same areas, times and sizes; no event stands under two kinds.
    weights : mapping of str to float
        Harm of one event of each kind, above 0; the same kinds.
    confidence : float
        Of the interval.

    Returns
    -------
    HarmEstimate
        The kinds are taken as independent of each other, as in the published test; kinds that rise and fall together make the
        interval too narrow.

    Raises
    ------
    OptionError
        A kind lacks a weight or an estimate, or a weight is not above 0.

    References
    ----------
    Wheeler AP (2020). Amending the WDD test to incorporate harm weights. andrewpwheeler.com, 2020-11-19.

    Examples
    --------
    >>> from kunskapsbaserat.effects import wdd
    >>> robbery = wdd(treated_before=20, treated_after=10, control_before=20, control_after=20)
    >>> theft = wdd(treated_before=70, treated_after=20, control_before=80, control_after=60)
    >>> harm_weighted_wdd({"rån": robbery, "stöld": theft}, {"rån": 10, "stöld": 1}).change
    -130.0
    """
    if not estimates:
        raise OptionError("estimates", {}, ("at least one kind",), tillatna=("minst ett slags brott",))
    if set(estimates) != set(weights):
        raise OptionError("weights", tuple(weights), tuple(str(kind) for kind in estimates))
    wrong = next((kind for kind, estimate in estimates.items() if not isinstance(estimate, WddEstimate)), None)
    if wrong is not None:
        raise OptionError("estimates", wrong, ("WddEstimate, from wdd",), tillatna=("WddEstimate, från wdd",))
    scale = np.array([positive(f"weights[{kind!r}]", weights[kind]) for kind in estimates])
    changes = np.array([estimate.change for estimate in estimates.values()])
    errors = scale * np.array([estimate.standard_error for estimate in estimates.values()])
    parts = pd.DataFrame({"kind": list(estimates), "weight": scale, "change": changes, "harm": scale * changes})
    cautions = dict.fromkeys(caution for estimate in estimates.values() for caution in estimate.cautions)
    return HarmEstimate(
        change=float(scale @ changes),
        standard_error=float(np.sqrt(np.sum(errors**2))),
        parts=parts.assign(standard_error=errors),
        confidence=confidence,
        cautions=tuple(cautions),
    )
