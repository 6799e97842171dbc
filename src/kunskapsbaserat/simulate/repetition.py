"""The same simulation many times, on as many machines as there are: a calibration is the mean of its rows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from kunskapsbaserat.errors import OptionError

_TASKS = 200  # pieces that the runs are shared in: enough for a cluster, and each is worth the way there


class Mapper(Protocol):
    """What can call a function many times: an executor of `concurrent.futures`, of Dask (`Client.get_executor`), or
    `engine.DaskExecutor`.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from kunskapsbaserat import simulate
    >>> with ThreadPoolExecutor(2) as executor:
    ...     found = simulate.repeated(lambda rng: {"below": rng.random() < 0.3}, 1000, seed=1, executor=executor)
    >>> float(found["below"].mean().round(1))
    0.3
    """

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterable[Any]:
        """What the function gives for each, in their order."""
        ...


def repeated(
    simulation: Callable[..., Mapping[str, Any]],
    runs: int,
    *,
    seed: int,
    executor: Mapper | None = None,
    options: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """A simulation `runs` times, each with random numbers of its own.

    Run number i draws from ``SeedSequence(seed).spawn(runs)[i]``, whatever is run beside it: the table is the same without an
    executor, with any, and with any number of workers, and the first 100 of 1 000 runs are those of 100.

    Parameters
    ----------
    simulation : callable
        Called as ``simulation(rng, **options)``; gives what is to be known of one run by name. For other processes it has to
        be a function of a module.
    runs : int
        How often, at least 1.
    seed : int
        Of all random numbers, at least 0.
    executor : Mapper, optional
        What makes the runs, such as a ``ProcessPoolExecutor``, ``client.get_executor()`` or ``engine.DaskExecutor``; default
        this process.
    options : mapping, optional
        Further arguments of the simulation.

    Returns
    -------
    DataFrame
        One row per run, in their order: ``run`` (from 0) and what the simulation gives.

    Raises
    ------
    OptionError
        `runs` or `seed` is too small.

    References
    ----------
    Morris TP, White IR, Crowther MJ (2019). Using simulation studies to evaluate statistical methods. Statistics in Medicine
    38, 2074-2102.

    Examples
    --------
    How often does a test for trend call one in twelve years without any? Less than one time in twenty:

    >>> from kunskapsbaserat import simulate, trends
    >>> def without_trend(rng, mean):
    ...     return {"called": trends.mann_kendall(rng.poisson(mean, 12)).p_value < 0.05}
    >>> found = simulate.repeated(without_trend, 400, seed=1, options={"mean": 20})
    >>> float(found["called"].mean().round(2))
    0.04
    """
    for name, value, least in (("runs", runs, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise OptionError(name, value, (f"a whole number of {least} or more",), tillatna=(f"heltal från {least}",))
    some = functools.partial(_some, simulation, int(seed), dict(options or {}))
    size = -(-runs // _TASKS)
    starts = range(0, runs, size)
    ends = [min(start + size, runs) for start in starts]
    rows = (executor.map if executor is not None else map)(some, starts, ends)
    return pd.DataFrame([row for part in rows for row in part])


def _some(
    simulation: Callable[..., Mapping[str, Any]], seed: int, options: Mapping[str, Any], start: int, end: int
) -> list[Any]:
    return [
        {"run": run, **simulation(np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(run,))), **options)}
        for run in range(start, end)
    ]
