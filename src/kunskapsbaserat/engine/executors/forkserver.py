"""One process a report, each a copy of a parent that has everything loaded. Linux and macOS."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Sequence

from kunskapsbaserat import interruption
from kunskapsbaserat.engine import warm
from kunskapsbaserat.engine.executors.environment import ONE_THREAD, environment
from kunskapsbaserat.engine.executors.supervisor import Worker, supervise
from kunskapsbaserat.engine.job import Ended, Job
from kunskapsbaserat.engine.worker import make_one

_WORTH_REHEARSING = 6  # a rehearsal takes about as long as it saves on so many reports


class ForkserverExecutor:
    """The standard library's forkserver with preload; no report sees what another has done.

    Examples
    --------
    >>> from kunskapsbaserat.engine import ForkserverExecutor
    >>> ForkserverExecutor().name  # given to `render_many` as `executor`
    'forkserver'
    """

    name = "forkserver"

    def run(self, jobs: Sequence[Job], *, workers: int, limit: float | None) -> Generator[Ended]:
        """See `Executor.run`."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([warm.__name__])
        told = {
            warm.TEMPLATES: {job.template for job in jobs if job.ours},
            warm.REHEARSED: _worth_rehearsing(jobs),
            warm.SUBJECTS: {job.subject.code for job in jobs},
        }
        variables = ONE_THREAD | {name: ",".join(sorted(values)) for name, values in told.items()}

        def start(job: Job, limit: float | None) -> Worker:
            mine, theirs = context.Pipe()
            process = context.Process(target=make_one, args=(theirs, job, limit), name=f"kunskap {job.subject.code}")
            with environment(variables), interruption.unheard_by_children():  # the first process starts the forkserver
                process.start()
            theirs.close()
            return Worker(process, mine, job=job)

        yield from supervise(jobs, start, workers=workers, limit=limit, reuse=False)


def _worth_rehearsing(jobs: Sequence[Job]) -> set[str]:
    """Our own templates that many of the jobs use; a notebook of somebody's own is never run unasked."""
    used = [job.template for job in jobs if job.ours]
    return {name for name in used if used.count(name) >= _WORTH_REHEARSING}
