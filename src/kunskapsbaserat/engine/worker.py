"""The process that makes reports: its own group, its own log, its last words on a connection.

Written for every start method: what is here is imported by a new interpreter on Windows as well.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from kunskapsbaserat import orphans
from kunskapsbaserat.engine import processes, warm
from kunskapsbaserat.engine.job import BEGUN, Failure, Job, Message

_RARELY = (50_000, 20, 20)  # a process that makes one page is gone before its few cycles weigh anything
_GRACE = 30.0  # seconds after the deadline that a process ends by itself when neither its watcher nor its parent's end reach it


def make_many(connection: Connection, kernel: bool) -> None:
    """Reports one after another, as they come over the connection, until it closes or one may have left traces."""
    processes.lead_own_group()
    orphans.end_with_parent(processes.end_children)
    gc.set_threshold(*_RARELY)
    with contextlib.suppress(EOFError, OSError):
        while (order := connection.recv()) is not None:
            job, limit = order
            _say(connection, work(connection, job, limit, kernel=kernel))
    os._exit(0)


def _say(connection: Connection, message: Message) -> None:
    with contextlib.suppress(OSError):
        connection.send(message)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def work(connection: Connection, job: Job, limit: float | None, *, kernel: bool = False) -> Message:
    """Make the report of a job; whatever goes wrong becomes a failure with its reason.

    `BEGUN` is sent when everything is loaded: the time limit is the report's, not the import's.
    """
    processes.end_after(None if limit is None else limit + _GRACE)
    with _logged(job.log), _somewhere(job.room):
        try:
            was_warm = _warmed(kernel)
            connection.send(BEGUN)
            message = _produced(job, kernel, was_warm)
        except Exception as error:
            traceback.print_exc()
            text = f"{type(error).__name__}: {error}"
            swedish = getattr(error, "svenska", text)
            message = Message(failure=Failure(text, f"Rapporten kunde inte skapas. {swedish}"), reusable=False)
        left = processes.end_children()
        if left:
            print(f"ended what the cells had left running: {', '.join(left)}", file=sys.stderr)
    processes.end_after(None)
    return message


def _warmed(kernel: bool) -> bool:
    """Was everything loaded already? If not, it is now."""
    was_warm = warm.was_warm()
    if warm.trouble():
        print(f"the process was not warm: {warm.trouble()}", file=sys.stderr)
    if not kernel:
        warm.warm()
    return was_warm


def _produced(job: Job, kernel: bool, was_warm: bool) -> Message:
    from kunskapsbaserat.data import embedded
    from kunskapsbaserat.engine.produce import produce, run_here, run_in_kernel

    made = produce(job, run=run_in_kernel if kernel else run_here, warm=was_warm)
    if isinstance(made, Failure):
        return Message(failure=made, reusable=False)
    if embedded.altered():
        return Message(
            failure=Failure(
                "a cell changed a table that all reports share",
                "Rapporten kunde inte skapas. En cell ändrade en tabell som alla rapporter delar; ändra i en kopia i stället.",
            ),
            reusable=False,
        )
    return Message(completion=made)


@contextlib.contextmanager
def _logged(log: Path) -> Iterator[None]:
    """Everything this process says goes to the report's own log, also what C code writes."""
    kept = [os.dup(number) for number in (0, 1, 2)]
    streams = sys.stdin, sys.stdout, sys.stderr
    with log.open("ab", buffering=0) as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", write_through=True)
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(), text, text
        try:
            with warnings.catch_warnings():
                yield
        finally:
            sys.stdin, sys.stdout, sys.stderr = streams
            text.detach()
            for number, descriptor in enumerate(kept):
                os.dup2(descriptor, number)
                os.close(descriptor)


@contextlib.contextmanager
def _somewhere(room: Path) -> Iterator[None]:
    """Cells run in the report's own room, so that files they drop go with it; the environment is put back."""
    before, environment = Path.cwd(), dict(os.environ)
    os.chdir(room)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)
