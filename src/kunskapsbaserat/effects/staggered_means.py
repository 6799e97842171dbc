"""Means of the effects by cohort and period: over all, by cohort, by time since the start, by period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.effects.staggered import FEWEST_TREATED, AttGt, limits_of
from kunskapsbaserat.errors import DesignError, OptionError

Floats = NDArray[np.float64]

KINDS = ("simple", "group", "dynamic", "calendar")
_KEY = {"simple": "all", "group": "cohort", "dynamic": "since_start", "calendar": "period"}


@dataclass(frozen=True, eq=False, slots=True)
class MeanEffects:
    """Means of the effects of `AttGt`.

    Attributes
    ----------
    kind : {"simple", "group", "dynamic", "calendar"}
        What the means are by.
    rows : DataFrame
        ``by``: the cohort ("group"), periods since the start ("dynamic"), the period ("calendar") or "all" ("simple"); then
        ``att standard_error lower upper band_lower band_upper n_treated reason``.
    overall : DataFrame
        One row, the same columns: of everything after the starts.
    influence : array (areas, rows)
        As in `AttGt`.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import aggregate_effects, att_gt
    >>> years = pd.period_range("2021", periods=4, freq="Y")
    >>> table = pd.DataFrame({"area": np.repeat(list("abcd"), 4), "period": np.tile(years, 4)})
    >>> table["y"] = [5, 6, 4, 3, 8, 9, 7, 6, 5, 6, 7, 8, 9, 10, 11, 12]
    >>> mean = aggregate_effects(att_gt(table, outcome="y", starts={"a": "2023", "b": "2023"}), "calendar")
    >>> mean.kind, mean.rows["by"].astype(str).tolist(), mean.rows["att"].tolist()
    ('calendar', ['2023', '2024'], [-3.0, -5.0])
    >>> mean.overall[["att", "n_treated", "reason"]].to_dict("records")
    [{'att': -4.0, 'n_treated': 2, 'reason': 'few_treated'}]
    """

    kind: str
    rows: pd.DataFrame
    overall: pd.DataFrame
    influence: Floats


def aggregate_effects(effects: AttGt, kind: str = "simple", *, draws: int = 999) -> MeanEffects:
    """Means of the effects, weighted by the cohorts' numbers of areas.

    Parameters
    ----------
    effects : AttGt
        From `att_gt`. Rows without an estimate are left out (their reasons stand there).
    kind : {"simple", "group", "dynamic", "calendar"}
        Of all cohorts and periods after the starts; by cohort; by time since the start (before it too); by period.
    draws : int
        Of the multiplier bootstrap behind the bands.

    Returns
    -------
    MeanEffects
        The overall mean: simple as it is, group weighted by the cohorts' sizes, dynamic and calendar the plain mean of the rows
        after the start. No error with fewer than 10 treated areas (`reason` "few_treated").

    Raises
    ------
    OptionError
        An unknown kind.
    DesignError
        "no_estimate": no row after a start has one.

    References
    ----------
    Callaway B, Sant'Anna PHC (2021). Journal of Econometrics 225(2), 200-230, section 3. Errors include that of the weights.

    Examples
    --------
    Twelve areas get the measure in 2022 and twelve in 2023; each then has 1.0 less than it would have had, of a noise of 0.1:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from kunskapsbaserat.effects import aggregate_effects, att_gt
    >>> years = pd.period_range("2019", periods=6, freq="Y")
    >>> first = np.repeat([2022, 2023, 9999], 12)  # the last twelve never
    >>> noise = np.random.default_rng(1).normal(0, 0.1, (36, 6))
    >>> table = pd.DataFrame({"area": np.repeat(np.arange(36).astype(str), 6), "period": np.tile(years, 36)})
    >>> table["y"] = (noise - 1.0 * (years.year.to_numpy() >= first[:, None])).ravel()
    >>> starts = {str(area): str(year) for area, year in enumerate(first) if year < 9999}
    >>> mean = aggregate_effects(att_gt(table, outcome="y", starts=starts), "group")
    >>> mean.rows[["by", "att", "lower", "upper", "n_treated"]].round({"att": 1, "lower": 1, "upper": 1})
         by  att  lower  upper  n_treated
    0  2022 -1.0   -1.1   -1.0         12
    1  2023 -1.0   -1.1   -0.9         12
    >>> mean.overall["att"].round(2).tolist()
    [-1.04]
    """
    if kind not in KINDS:
        raise OptionError("kind", kind, KINDS)
    rows = effects.rows[effects.rows["att"].notna()].reset_index()
    late = rows["since_start"] >= 0
    if not late.any():
        raise DesignError(
            "no_estimate",
            "no cohort has an effect to take the mean of; the rows say why",
            needed="a period before the start, and areas to compare with",
            svenska="Ingen grupp har en uppmätt effekt; raderna säger varför.",
            behovs="Det behövs en period före starten och områden att jämföra med.",
        )
    chosen = rows if kind == "dynamic" else rows[late]
    groups = [("all", chosen)] if kind == "simple" else list(chosen.groupby(_KEY[kind]))
    means = [_mean(effects, part, weighted=kind != "group") for _, part in groups]
    att, influence = np.array([m[0] for m in means]), np.column_stack([m[1] for m in means])
    treated = np.array([int(part.drop_duplicates("cohort")["n_treated"].sum()) for _, part in groups])
    table = _table([key for key, _ in groups], att, influence, treated, effects.confidence, draws)
    if kind == "simple":
        return MeanEffects(kind, table, table.copy(), influence)
    if kind == "group":
        sizes = np.array([part["n_treated"].iat[0] for _, part in groups]) / len(effects.cohorts)
        cohorts = np.array([effects.periods.get_loc(key) for key, _ in groups])
        whole, moved = _weighted(att, influence, sizes, cohorts, effects.cohorts)
    else:
        after = np.array([kind != "dynamic" or bool((part["since_start"] >= 0).all()) for _, part in groups])
        whole, moved = float(att[after].mean()), influence[:, after].mean(axis=1)
    everyone = np.array([int((effects.cohorts >= 0).sum())])
    overall = _table(["all"], np.array([whole]), moved[:, None], everyone, effects.confidence, draws)
    return MeanEffects(kind, table, overall, influence)


def _mean(effects: AttGt, part: pd.DataFrame, *, weighted: bool) -> tuple[float, Floats]:
    """Of some rows, by the cohorts' sizes or plain, with its influence function."""
    att, influence = part["att"].to_numpy(dtype=float), effects.influence[:, part["index"].to_numpy()]
    if not weighted:
        return float(att.mean()), influence.mean(axis=1)
    sizes = part["n_treated"].to_numpy() / len(effects.cohorts)
    return _weighted(att, influence, sizes, effects.periods.get_indexer(part["cohort"]), effects.cohorts)


def _weighted(
    att: Floats, influence: Floats, sizes: Floats, cohorts: NDArray[np.intp], of_area: NDArray[np.intp]
) -> tuple[float, Floats]:
    """Mean weighted by the cohorts' shares of all areas, which are estimates too."""
    total = sizes.sum()
    member = (of_area[:, None] == cohorts) - sizes
    of_weights = member / total - sizes / total**2 * member.sum(axis=1, keepdims=True)
    return float(att @ sizes / total), influence @ (sizes / total) + of_weights @ att


def _table(
    keys: list[object], att: Floats, influence: Floats, treated: NDArray[np.int_], confidence: float, draws: int
) -> pd.DataFrame:
    few = treated < FEWEST_TREATED
    error = np.where(few, np.nan, np.sqrt((influence**2).sum(axis=0)) / len(influence))
    limits = limits_of(att, error, influence, confidence, draws)
    reason = pd.Series(["few_treated" if f else None for f in few], dtype=object)
    return pd.DataFrame({"by": keys, "att": att, **limits, "n_treated": treated, "reason": reason})
