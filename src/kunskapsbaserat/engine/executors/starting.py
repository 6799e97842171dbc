"""Start a process that makes reports, by whichever method, and hand it its first one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess

from kunskapsbaserat import interruption
from kunskapsbaserat.engine.environment import environment
from kunskapsbaserat.engine.executors.supervisor import Worker
from kunskapsbaserat.engine.job import Job
from kunskapsbaserat.engine.worker import make_many


def started(
    process_of: Callable[..., BaseProcess],
    variables: Mapping[str, str],
    job: Job,
    limit: float | None,
    *,
    kernel: bool = False,
) -> Worker:
    """A process, made by a start method's class, that begins with this job.

    It sees the variables, as does a forkserver that it is the first to need.
    """
    mine, theirs = multiprocessing.Pipe()
    process = process_of(target=make_many, args=(theirs, kernel), name="kunskap", daemon=False)
    with environment(variables), interruption.unheard_by_children():
        process.start()
    theirs.close()
    worker = Worker(process, mine)
    worker.give(job, limit)
    return worker
