"""Processes that are copies of a parent that has everything loaded, and make one report after another. Linux and macOS."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Sequence

from kunskapsbaserat.engine import warm
from kunskapsbaserat.engine.environment import ONE_THREAD
from kunskapsbaserat.engine.executors.orders import Orders
from kunskapsbaserat.engine.executors.starting import started
from kunskapsbaserat.engine.executors.supervisor import Worker, supervise
from kunskapsbaserat.engine.job import Ended, Job


class ForkserverExecutor:
    """The standard library's forkserver with preload. A process that has failed, or has run a notebook that is not the
    package's own, is not used again: to copy a large parent costs a fifth of a report.

    Examples
    --------
    >>> from kunskapsbaserat.engine import ForkserverExecutor
    >>> ForkserverExecutor().name  # given to `render_many` as `executor`
    'forkserver'
    """

    name = "forkserver"

    def run(self, jobs: Sequence[Job], *, workers: int | None, limit: float | None) -> Generator[Ended]:
        """See `Executor.run`."""
        yield from self.serve(Orders(jobs), workers=workers, limit=limit)

    def serve(self, orders: Orders, *, workers: int | None, limit: float | None) -> Generator[Ended]:
        """The same for jobs that may come one after another."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([warm.__name__])
        variables = ONE_THREAD | orders.warmth.variables()

        def start(job: Job, limit: float | None) -> Worker:
            return started(context.Process, variables, job, limit)

        yield from supervise(orders, start, workers=workers, limit=limit)
