"""Where reports are made: processes on this machine, kernels, or many machines; all by one protocol."""

from __future__ import annotations

import multiprocessing

from kunskapsbaserat.engine.executors.dask import DaskExecutor
from kunskapsbaserat.engine.executors.forkserver import ForkserverExecutor
from kunskapsbaserat.engine.executors.protocol import Executor
from kunskapsbaserat.engine.executors.spawn import KernelExecutor, SpawnExecutor

__all__ = ["DaskExecutor", "Executor", "ForkserverExecutor", "KernelExecutor", "SpawnExecutor", "default_executor"]


def default_executor() -> ForkserverExecutor | SpawnExecutor:
    """The forkserver where the platform has one (Linux, macOS), else spawned processes (Windows).

    Returns
    -------
    Executor

    Examples
    --------
    >>> import multiprocessing
    >>> from kunskapsbaserat.engine import default_executor
    >>> has_forkserver = "forkserver" in multiprocessing.get_all_start_methods()
    >>> default_executor().name == ("forkserver" if has_forkserver else "spawn")
    True
    """
    return ForkserverExecutor() if "forkserver" in multiprocessing.get_all_start_methods() else SpawnExecutor()
