"""How concentrated crime is to a few places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import TableError
from kunskapsbaserat.rates.checks import Floats, amounts, counts, reasons, refuse
from kunskapsbaserat.rates.keys import keyed, keys_once


@dataclass(frozen=True, slots=True)
class Gini:
    """Concentration of events over places, made by `gini`: 0 when as even as it can be, near 1 when all is in one place.

    Attributes
    ----------
    value : float or None
        Corrected for few events (Bernasco and Steenbeek 2017). None, with a `reason`, when there are no events.
    uncorrected : float or None
        The ordinary index, which calls any spread of 10 events over 100 places concentrated.
    events, places : int
        How many there are.
    reason : str or None
        "no_events", or None.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> spread = rates.gini(pd.DataFrame({"count": [1] * 10 + [0] * 90}))  # ten events at ten of a hundred places
    >>> round(spread.uncorrected, 2), round(spread.value, 2), spread.events, spread.places
    (0.9, 0.0, 10, 100)
    """

    value: float | None
    uncorrected: float | None
    events: int
    places: int
    reason: str | None = None


@keyed(df=("area?",))
def gini(df: pd.DataFrame, *, count: str = "count") -> Gini:
    """The Gini coefficient of events over places, with the correction for fewer events than places.

    Parameters
    ----------
    df : DataFrame
        One row per place; the places without events too.
    count : str
        Column of events.

    Returns
    -------
    Gini

    Raises
    ------
    TableError
        A count is missing, negative or not whole, or there are no places.

    References
    ----------
    Bernasco W, Steenbeek W (2017). More places than crimes: implications for evaluating the law of crime
    concentration at place. Journal of Quantitative Criminology 33, 451-467.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> stairwells = pd.DataFrame({"count": [14, 3, 2, 1, 0, 0, 0, 0, 0, 0]})
    >>> round(rates.gini(stairwells).value, 2)
    0.8
    """
    events = _known(df, count)
    places, total = len(events), float(events.sum())
    if total == 0:
        return Gini(None, None, 0, places, "no_events")
    share = np.sort(events) / total
    spread = 2 * float(np.sum(np.arange(1, places + 1) * share)) - places - 1
    corrected = max(1 / total, 1 / places) * spread - max(places / total, 1.0) + 1
    return Gini(max(corrected, 0.0), spread / places, int(total), places)


@keyed(df=("area?",))
def lorenz(df: pd.DataFrame, *, count: str = "count") -> pd.DataFrame:
    """The Lorenz curve, with the line of the most even spread that so many events allow.

    Parameters
    ----------
    df : DataFrame
        One row per place; the places without events too.
    count : str
        Column of events.

    Returns
    -------
    DataFrame
        One row per place and a first row of zeros, places with most events first: ``places events share_places
        share_events`` and ``even_share`` (with fewer events than places, one event each; else all alike).

    Raises
    ------
    TableError
        A count is missing, negative or not whole, there are no places, or there are no events.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> rates.lorenz(pd.DataFrame({"count": [14, 3, 2, 1, 0]}))[["share_places", "share_events", "even_share"]].round(2)
       share_places  share_events  even_share
    0           0.0          0.00         0.0
    1           0.2          0.70         0.2
    2           0.4          0.85         0.4
    3           0.6          0.95         0.6
    4           0.8          1.00         0.8
    5           1.0          1.00         1.0
    """
    events = _known(df, count)
    total = float(events.sum())
    if total == 0:
        raise TableError("at least one event", forvantat="minst en händelse", column=count)
    summed = np.concatenate([[0.0], np.cumsum(np.sort(events)[::-1])])
    places = np.arange(len(events) + 1)
    return pd.DataFrame(
        {
            "places": places,
            "events": summed.astype(int),
            "share_places": places / len(events),
            "share_events": summed / total,
            "even_share": np.minimum(places / min(total, len(events)), 1.0),
        }
    )


@keyed(df=("area?",))
def pai(df: pd.DataFrame, *, count: str = "count", predicted: str = "predicted", size: str | None = None) -> pd.DataFrame:
    """How well a prediction finds the places: the accuracy (PAI), efficiency (PEI) and recovery (RRI) indices.

    Places are taken from the highest predicted density (prediction over size) down; where two are equal, the one with
    fewer events first, so that no luck is counted.

    Parameters
    ----------
    df : DataFrame
        One row per place, all places of the area.
    count, predicted : str
        Columns of events that happened and events (or a score, 0 or more) that were predicted.
    size : str, optional
        Column of area or street length, above 0; default all places alike.

    Returns
    -------
    DataFrame
        The rows of `df` in that order, plus ``order cumulative_count cumulative_predicted cumulative_size share_count
        share_size pai pei rri reason``. `pai` is share_count / share_size; `pei` is pai over the best possible one at
        as many places; `rri` is predicted over observed. Reasons: "no_events" (no events at all), "no_events_yet"
        (`rri` would divide by 0).

    Raises
    ------
    TableError
        A count is missing, negative or not whole, a prediction is missing or negative, or a size is not above 0.

    References
    ----------
    Chainey S, Tompson L, Uhlig S (2008). The utility of hotspot mapping for predicting spatial patterns of crime.
    Security Journal 21, 4-28. Wheeler AP, Steenbeek W (2021). Mapping the risk terrain for crime using machine
    learning. Journal of Quantitative Criminology 37, 445-480.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import rates
    >>> squares = pd.DataFrame({"place": list("abcdef"), "count": [6, 7, 3, 2, 1, 0], "predicted": [8, 4, 4, 2, 1, 0]})
    >>> rates.pai(squares)[["place", "share_count", "share_size", "pai", "pei"]].head(3).round(2)
      place  share_count  share_size   pai   pei
    0     a         0.32        0.17  1.89  0.86
    2     c         0.47        0.33  1.42  0.69
    1     b         0.84        0.50  1.68  1.00
    """
    events = _known(df, count)
    score = amounts(df, predicted, "a prediction", "en förutsägelse")
    refuse(df, np.isnan(score), predicted, "a prediction, 0 or more", "en förutsägelse, noll eller mer")
    sizes = np.ones(len(df)) if size is None else amounts(df, size, "a size", "en storlek")
    if size is not None:
        refuse(df, ~(sizes > 0), size, "a size above 0", "en storlek över noll")
    order = np.lexsort((events, -score / sizes))
    captured, guessed, covered = (np.cumsum(values[order]) for values in (events, score, sizes))
    best = np.argsort(-events / sizes, kind="stable")
    with np.errstate(divide="ignore", invalid="ignore"):
        share, area = captured / events.sum(), covered / sizes.sum()
        perfect = np.cumsum(events[best]) / events.sum() / (np.cumsum(sizes[best]) / sizes.sum())
        index = share / area
        recovery = np.where(captured > 0, guessed / captured, np.nan)
    ordered = df.iloc[order]
    none = np.full(len(df), events.sum() == 0)
    return ordered.assign(
        order=np.arange(1, len(df) + 1),
        cumulative_count=captured,
        cumulative_predicted=guessed,
        cumulative_size=covered,
        share_count=share,
        share_size=area,
        pai=index,
        pei=index / perfect,
        rri=recovery,
        reason=reasons(ordered.index, (none, "no_events"), (captured == 0, "no_events_yet")),
    )


def _known(df: pd.DataFrame, count: str) -> Floats:
    keys_once(df, None, besides=(count,))
    events = counts(df, count)
    refuse(df, np.isnan(events), count, "a whole number, 0 for a place without events", "ett heltal, noll eller mer")
    if not len(events):
        raise TableError("at least one place", forvantat="minst en plats", column=count)
    return events
