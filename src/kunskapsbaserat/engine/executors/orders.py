"""The jobs that an executor is given: all at once, or one after another while others are made."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from kunskapsbaserat.engine.job import Job
from kunskapsbaserat.engine.warm import Warmth

_IDLE = 600.0


class Orders:
    """Jobs that wait, and where more of them come from.

    Over the connection come jobs, and the rooms of jobs that are taken back; it is `open` until nobody holds its other end.

    Parameters
    ----------
    jobs : sequence of Job
        There from the beginning.
    warmth : Warmth, optional
        What the jobs need; default what those that are there need.
    connection : Connection, optional
        Where more come from.
    """

    def __init__(self, jobs: Sequence[Job] = (), *, warmth: Warmth | None = None, connection: Connection | None = None) -> None:
        self.waiting = deque(jobs)
        self.warmth = Warmth.of(jobs) if warmth is None else warmth
        self.connection = connection
        self.taken_back: set[Path] = set()
        self.open = connection is not None

    @property
    def patience(self) -> float | None:
        """Seconds that a process with nothing to do waits for more; a warm one holds hundreds of megabytes."""
        return _IDLE if self.open and not self.waiting else None

    def read(self) -> None:
        """Take in what has come."""
        try:
            while self.open and self.connection is not None and self.connection.poll():
                order: Job | Path = self.connection.recv()
                if isinstance(order, Job):
                    self.waiting.append(order)
                else:
                    self.taken_back.add(order)
        except (EOFError, OSError):
            self.open = False
            self.waiting.clear()
