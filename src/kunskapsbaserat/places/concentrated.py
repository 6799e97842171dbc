"""How few places hold how large a share of the events, and how much of that is chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.rates.checks import columns, refuse
from kunskapsbaserat.rates.concentration import gini
from kunskapsbaserat.rates.keys import keyed


@dataclass(frozen=True, eq=False, slots=True)
class PlaceConcentration:
    """Concentration of events at places. Made by `concentration`.

    Attributes
    ----------
    top : DataFrame
        One row per share asked for: ``share_places places share_events chance chance_lower chance_upper p_value``; `chance` is
        the mean share that equally many events hold when every place is as likely, with the middle 95 %; `p_value` one-sided.
    events, places : int
        How many there are.
    half : int
        The smallest number of places that hold half of the events.
    half_chance : float
        The same by chance.
    repeat_share, repeat_chance : float
        The share of events at a place that already had one, and the same by chance.
    gini : float
        Corrected for few events, see `rates.gini`.
    runs : int
        Of the simulation.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"place": ["torget"] * 14 + ["stationen"] * 9 + [f"gata {i}" for i in range(27)]})
    >>> found = places.concentration(events, places=400)
    >>> found.half, round(found.half_chance), round(found.repeat_share, 2), round(found.repeat_chance, 2)
    (4, 22, 0.42, 0.06)
    """

    top: pd.DataFrame
    events: int
    places: int
    half: int
    half_chance: float
    repeat_share: float
    repeat_chance: float
    gini: float
    runs: int


@keyed(events=())
def concentration(
    events: pd.DataFrame,
    *,
    place: str = "place",
    places: int,
    top: Sequence[float] = (0.01, 0.05, 0.1),
    runs: int = 499,
    seed: int = 0,
) -> PlaceConcentration:
    """Share of the events at the places with most of them.

    With 50 events and 1 000 places at least 95 % of the places are empty whatever happens: the figures are therefore given
    beside what chance alone gives.

    Parameters
    ----------
    events : DataFrame
        One row per event.
    place : str
        Column: the place.
    places : int
        How many places there are, with and without events. A list of only the places where something happened says nothing of
        concentration.
    top : sequence of float
        Shares of the places, between 0 and 1.
    runs, seed : int
        Of the simulation, at least 99 runs.

    Returns
    -------
    PlaceConcentration

    Raises
    ------
    TableError
        There are no events, a place is missing, or fewer places than have events.
    OptionError

    References
    ----------
    Weisburd D (2015). The law of crime concentration and the criminology of place. Criminology 53, 133-157. Bernasco W,
    Steenbeek W (2017). More places than crimes. Journal of Quantitative Criminology 33, 451-467.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import places
    >>> events = pd.DataFrame({"place": ["torget"] * 14 + ["stationen"] * 9 + [f"gata {i}" for i in range(27)]})
    >>> found = places.concentration(events, places=400, top=[0.01])
    >>> found.top[["share_places", "places", "share_events", "chance"]].round(2)
       share_places  places  share_events  chance
    0          0.01       4           0.5    0.13
    """
    counts = _counts(events, place, places)
    if runs < 99 or not all(0 < share < 1 for share in top):
        raise OptionError(
            "runs, top",
            (runs, tuple(top)),
            ("99 runs or more, and shares between 0 and 1",),
            tillatna=("minst 99 omgångar, och andelar mellan 0 och 1",),
        )
    number = np.array([max(1, round(share * places)) for share in top])
    every = np.concatenate([counts, np.zeros(places - len(counts), dtype=counts.dtype)])
    total = int(counts.sum())
    chance, halves = _by_chance(total, places, number, runs, seed)
    held = np.cumsum(np.sort(every)[::-1])
    share = held[number - 1] / total
    table = pd.DataFrame(
        {
            "share_places": list(top),
            "places": number,
            "share_events": share,
            "chance": chance.mean(axis=0),
            "chance_lower": np.quantile(chance, 0.025, axis=0),
            "chance_upper": np.quantile(chance, 0.975, axis=0),
            "p_value": (1 + (chance >= share - 1e-12).sum(axis=0)) / (runs + 1),
        }
    )
    return PlaceConcentration(
        top=table,
        events=total,
        places=places,
        half=_half(held, total),
        half_chance=float(halves.mean()),
        repeat_share=(total - len(counts)) / total,
        repeat_chance=float((total + places * np.expm1(total * np.log1p(-1 / places))) / total)
        if places > 1
        else (total - 1) / total,
        gini=float(gini(pd.DataFrame({"count": every})).value or 0.0),
        runs=runs,
    )


def _half(held: np.ndarray, total: int) -> int:
    return int(np.searchsorted(held, total / 2, side="left")) + 1


def _counts(events: pd.DataFrame, place: str, places: int) -> np.ndarray:
    """Events of each place that has any."""
    columns(events, [place])
    refuse(events, events[place].isna().to_numpy(dtype=bool), place, "a place in every row", "en plats i varje rad")
    if not len(events):
        raise TableError("at least one event", forvantat="minst en händelse", column=place)
    counts: np.ndarray = events[place].value_counts().to_numpy()
    if places < len(counts):
        raise TableError(
            "at least as many places as have events",
            forvantat="minst så många platser som har händelser",
            column="places",
            got=places,
        )
    return counts


def _by_chance(total: int, places: int, number: np.ndarray, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """With every place as likely: the share at the places with most (runs, shares), and how many hold half (runs,)."""
    rng = np.random.default_rng(seed)
    chance, halves = np.empty((runs, len(number))), np.empty(runs)
    for run in range(runs):
        dealt = np.bincount(rng.integers(places, size=total), minlength=places)
        held = np.cumsum(np.sort(dealt)[::-1])
        chance[run], halves[run] = held[number - 1] / total, _half(held, total)
    return chance, halves
