"""A warm process beside another, which makes a report for each order: where a Dask worker has its reports made.

A Dask worker may start no processes by `multiprocessing`, has threads and has loaded what Dask needs; what is forked from this
one has what a report needs and nothing else. It stays warm between orders and ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import threading
from concurrent.futures import Future
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from kunskapsbaserat.engine.executors.orders import Orders
from kunskapsbaserat.engine.job import Ended, Job
from kunskapsbaserat.engine.warm import Warmth

_RUN = f"from {__name__} import serve; serve()"  # with -c: a module run by -m is imported anew by every report's process


class WorkshopLost(RuntimeError):
    """The process has ended with orders unfinished: killed, or out of memory."""


class Workshop:
    """The process, seen from the one that gives the orders; several threads may.

    Parameters
    ----------
    warmth : Warmth
        What to load ahead.
    limit : float or None
        Seconds a report may take.
    """

    def __init__(self, warmth: Warmth, limit: float | None) -> None:
        key = secrets.token_bytes(32)
        # Ctrl-C in a terminal is for the program that asked; it takes its orders back.
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            process.stdin.write(f"{key.hex()}\n")
            process.stdin.flush()
            address = process.stdout.readline().strip()
        if not address:
            raise WorkshopLost(f"the process that makes reports did not start: exit code {process.wait()}")
        self._process = process
        self._connection: Connection = Client(address, authkey=key)
        self._connection.send((warmth, limit))
        self._given: dict[Path, Future[Ended]] = {}
        self._lock, self.lost = threading.Lock(), False
        threading.Thread(target=self._listen, name="kunskap-workshop", daemon=True).start()

    def make(self, job: Job) -> Future[Ended]:
        """Give an order: its room is there and empty. What comes of it, or `WorkshopLost`."""
        future: Future[Ended] = Future()
        with self._lock:
            self._given[job.room] = future
            try:
                self._connection.send(job)
            except OSError:
                self.lost = True
            if self.lost:
                del self._given[job.room]
                raise WorkshopLost("the process that makes reports has ended")
        return future

    def take_back(self, job: Job) -> None:
        """End the process that makes the report, if it is not done; the order then ends too."""
        with self._lock, contextlib.suppress(OSError):
            self._connection.send(job.room)

    def close(self) -> None:
        """End it with everything that it is making."""
        with self._lock:
            self._connection.close()
        self._process.wait()

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                ended: Ended = self._connection.recv()
                with self._lock:
                    future = self._given.pop(ended.job.room)
                future.set_result(ended)
        with self._lock:
            self.lost = True
            unfinished = list(self._given.values())
            self._given.clear()
        for future in unfinished:
            future.set_exception(WorkshopLost("the process that makes reports has ended"))
        self._process.wait()


_OPEN: dict[tuple[Warmth, float | None], Workshop] = {}
_OPENING = threading.Lock()


def workshop(warmth: Warmth, limit: float | None) -> Workshop:
    """The one of this process for such reports: the one that is there already, or a new one."""
    with _OPENING:
        found = _OPEN.get((warmth, limit))
        if found is None or found.lost:
            found = _OPEN[warmth, limit] = Workshop(warmth, limit)
        return found


def serve() -> None:
    """The process itself: the key on standard input, its address on standard output, then orders until nobody gives any."""
    from kunskapsbaserat.engine.executors import default_executor

    with Listener(authkey=bytes.fromhex(sys.stdin.readline())) as listener:
        print(listener.address, flush=True)
        connection = listener.accept()
    os.dup2(2, 1)  # what is said from now on is for the log of the one that started this
    warmth, limit = connection.recv()
    with contextlib.suppress(OSError):  # nobody listens any more
        for ended in default_executor().serve(Orders(warmth=warmth, connection=connection), workers=None, limit=limit):
            connection.send(ended)
