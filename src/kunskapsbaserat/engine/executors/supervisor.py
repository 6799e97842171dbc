"""Watch the processes that make reports: hand out jobs, keep deadlines, end what hangs, and tell how each one ended."""

from __future__ import annotations

import contextlib
import multiprocessing.connection
import signal
import time
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from kunskapsbaserat import interruption
from kunskapsbaserat.engine.executors.orders import Orders
from kunskapsbaserat.engine.job import Ended, Failure, Job, Message, Status
from kunskapsbaserat.engine.processes import end_tree, usable_cores

_EXIT_PATIENCE = 10.0
_START_PATIENCE = 120.0
_REPORTS_A_PROCESS = 200  # each leaves a third of a megabyte in what is kept for the next, and 10 000 would fill a machine
_TAKEN_BACK = Failure("taken back", "Rapporten togs tillbaka innan den var klar.")


class Worker:
    """A process with the connection to it, and the job it has."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process, self.connection = process, connection
        self.job: Job | None = None
        self.since, self.begun = time.monotonic(), False
        self.reports = 0

    def give(self, job: Job, limit: float | None) -> None:
        """Hand a job to a process that waits for one."""
        self.job, self.since, self.begun = job, time.monotonic(), False
        self.reports += 1
        with contextlib.suppress(OSError):  # a process that has died is found by its sentinel
            self.connection.send((job, limit))

    def left(self, limit: float | None) -> float | None:
        """Seconds that the job may still take; a process that has not begun also gets the time to load."""
        if limit is None:
            return None
        return self.since + limit + (0 if self.begun else _START_PATIENCE) - time.monotonic()

    def end(self) -> None:
        """End the process and everything it has started."""
        if self.process.pid is not None:
            end_tree(self.process.pid)
        self.process.join(_EXIT_PATIENCE)
        self.connection.close()
        if self.process.exitcode is not None:
            self.process.close()


def supervise(
    orders: Orders,
    start: Callable[[Job, float | None], Worker],
    *,
    workers: int | None,
    limit: float | None,
) -> Generator[Ended]:
    """Run the jobs by processes that `start` makes, each with its first job; see `Executor.run`.

    A process that ended a job of one of the package's own notebooks well is given the next one, up to a limit. Jobs that come
    over a connection are begun as they come, however many they are; when it closes, or nothing comes for long, all processes
    end.
    """
    most = None if orders.open else workers or usable_cores()
    waiting, busy, idle = orders.waiting, list[Worker](), list[Worker]()
    try:
        while waiting or busy or orders.open:
            while waiting and (most is None or len(busy) < most):
                with interruption.held():  # a process that was just started must be known before it can be ended
                    busy.append(_given(waiting.popleft(), idle, start, limit))
            came = _wait(busy, limit, orders)
            orders.read()
            if (not busy and not came) or (orders.connection is not None and not orders.open):
                return
            for worker in list(busy):
                ended, again = _look(worker, limit)
                if ended is None and worker.job is not None and worker.job.room in orders.taken_back:
                    ended = Ended(worker.job, "died", 0.0, failure=_TAKEN_BACK)
                if ended is None:
                    continue
                orders.taken_back.discard(ended.job.room)
                busy.remove(worker)
                if again and ended.job.ours and worker.reports < _REPORTS_A_PROCESS and (waiting or orders.open):
                    idle.append(worker)
                else:
                    with interruption.held():
                        worker.end()
                yield ended
    finally:
        with interruption.held():
            for worker in [*busy, *idle]:
                worker.end()


def _given(job: Job, idle: list[Worker], start: Callable[[Job, float | None], Worker], limit: float | None) -> Worker:
    """A process that has the job: one that waits for work, or a new one."""
    while idle:
        worker = idle.pop()
        if worker.process.is_alive():
            worker.give(job, limit)
            return worker
        worker.end()
    return start(job, limit)


def _wait(busy: Sequence[Worker], limit: float | None, orders: Orders) -> bool:
    """Until a process speaks, ends or has had its time, or an order comes; False when nothing has happened for long."""
    things: list[Connection | int] = [w.connection for w in busy]
    things += [w.process.sentinel for w in busy]
    things += [orders.connection] if orders.connection is not None and orders.open else []
    left = [seconds for w in busy if (seconds := w.left(limit)) is not None] if busy else [orders.patience or 0.0]
    return bool(multiprocessing.connection.wait(things, max(0.0, min(left)) if left else None))


def _look(worker: Worker, limit: float | None) -> tuple[Ended | None, bool]:
    """How the worker's job ended, if it has; and whether the process may be used again."""
    job, seconds = worker.job, time.monotonic() - worker.since
    assert job is not None
    gone = not worker.process.is_alive()
    try:
        if worker.connection.poll():
            message: Message | str = worker.connection.recv()
            if isinstance(message, str):
                worker.since, worker.begun = time.monotonic(), True
                return None, False
            status: Status = "done" if message.completion else "failed"
            return Ended(job, status, seconds, message.completion, message.failure), message.reusable
    except (EOFError, OSError):
        gone = True
    if gone:
        worker.process.join(_EXIT_PATIENCE)
        return Ended(job, "died", seconds, failure=_death(worker.process.exitcode)), False
    left = worker.left(limit)
    if left is not None and left <= 0:
        text = f"{limit:g}"
        failure = Failure(f"took more than {text} seconds", f"Rapporten tog mer än {text} sekunder och avbröts (--tid).")
        return Ended(job, "deadline", seconds, failure=failure), False
    return None, False


def _death(code: int | None) -> Failure:
    """A process that ended without a completion record, whatever its exit code says."""
    name, namn = f"exit code {code}", f"felkod {code}"
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            name = namn = signal.Signals(-code).name
    return Failure(
        f"the process ended before the report was finished ({name})",
        f"Processen dog innan rapporten var klar ({namn}). Se loggen.",
    )
