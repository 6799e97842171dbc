"""One process a report, each a copy of a parent that has everything loaded. Linux and macOS."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Sequence

from kunskapsbaserat import interruption
from kunskapsbaserat.engine import warm
from kunskapsbaserat.engine.executors.environment import ONE_THREAD, environment
from kunskapsbaserat.engine.executors.orders import Orders
from kunskapsbaserat.engine.executors.supervisor import Worker, supervise
from kunskapsbaserat.engine.job import Ended, Job
from kunskapsbaserat.engine.worker import make_one


class ForkserverExecutor:
    """The standard library's forkserver with preload; no report sees what another has done.

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
            mine, theirs = context.Pipe()
            process = context.Process(target=make_one, args=(theirs, job, limit), name=f"kunskap {job.subject.code}")
            with environment(variables), interruption.unheard_by_children():  # the first process starts the forkserver
                process.start()
            theirs.close()
            return Worker(process, mine, job=job)

        yield from supervise(orders, start, workers=workers, limit=limit, reuse=False)
