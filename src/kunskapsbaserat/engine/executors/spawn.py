"""Fresh interpreters that make one report after another (every platform), or that drive a real kernel."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Sequence

from kunskapsbaserat.engine.environment import ONE_THREAD
from kunskapsbaserat.engine.executors.orders import Orders
from kunskapsbaserat.engine.executors.starting import started
from kunskapsbaserat.engine.executors.supervisor import Worker, supervise
from kunskapsbaserat.engine.job import Ended, Job


class SpawnExecutor:
    """Reused processes. One that has failed, or has run a notebook that is not the package's own, is not used again.

    Examples
    --------
    >>> from kunskapsbaserat.engine import SpawnExecutor
    >>> SpawnExecutor().name, SpawnExecutor().kernel
    ('spawn', False)
    """

    name = "spawn"
    kernel = False

    def run(self, jobs: Sequence[Job], *, workers: int | None, limit: float | None) -> Generator[Ended]:
        """See `Executor.run`."""
        yield from self.serve(Orders(jobs), workers=workers, limit=limit)

    def serve(self, orders: Orders, *, workers: int | None, limit: float | None) -> Generator[Ended]:
        """The same for jobs that may come one after another."""

        def start(job: Job, limit: float | None) -> Worker:
            return started(multiprocessing.get_context("spawn").Process, ONE_THREAD, job, limit, kernel=self.kernel)

        yield from supervise(orders, start, workers=workers, limit=limit)


class KernelExecutor(SpawnExecutor):
    """A real kernel for each report, as papermill and JupyterLab use it: slow, and what the others are compared with.

    Examples
    --------
    >>> from kunskapsbaserat.engine import KernelExecutor
    >>> KernelExecutor().name, KernelExecutor().kernel
    ('kernel', True)
    """

    name = "kernel"
    kernel = True
