"""What the batch asks of an executor."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

from kunskapsbaserat.engine.job import Ended, Job


class Executor(Protocol):
    """Runs jobs, and says of each how it ended; a job never takes another down.

    Closing the iterator before its end (Ctrl-C does) ends every process that it has started.

    Examples
    --------
    >>> from kunskapsbaserat.engine import SpawnExecutor
    >>> executor = SpawnExecutor()
    >>> executor.name, list(executor.run([], workers=1, limit=None))  # no jobs, no processes
    ('spawn', [])
    """

    name: str

    def run(self, jobs: Sequence[Job], *, workers: int | None, limit: float | None) -> Generator[Ended]:
        """Yield each job once, in the order in which they end.

        Parameters
        ----------
        jobs : sequence of Job
            Their rooms exist and are empty.
        workers : int
            How many reports are made at the same time; None is as many as there is room for.
        limit : float
            Seconds a report may take; None is without limit.
        """
        ...
