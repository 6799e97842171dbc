"""Ask several hosts at the same time, and each of them one question at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")
Task = tuple[str, Callable[[], _T]]


def at_once(tasks: Sequence[Task[_T]], stop: threading.Event) -> list[_T]:
    """The result of each task, in their order; those of one host after one another, those of different hosts side by side.

    Parameters
    ----------
    tasks : sequence of (host, task)
        What is to be done, and at which host.
    stop : Event
        Set when nothing more should be asked: one task failed, or a person interrupted. The tasks see to it themselves.
    """
    results: list[Future[_T]] = [Future() for _ in tasks]

    def work(host: str) -> None:
        for (where, task), result in zip(tasks, results, strict=True):
            if where == host:
                try:
                    result.set_result(task())
                except BaseException as error:  # raised again where the result is asked for
                    result.set_exception(error)
                    stop.set()

    # Threads of a pool would be waited for at Ctrl-C, and a slow publisher may take minutes.
    for host in dict.fromkeys(host for host, _ in tasks):
        threading.Thread(target=work, args=(host,), daemon=True).start()
    try:
        failed = [error for result in results if (error := result.exception()) is not None and not isinstance(error, Stopped)]
    except BaseException:
        stop.set()
        raise
    if failed:
        raise failed[0]
    return [result.result() for result in results]


class Stopped(Exception):
    """Another task failed or a person interrupted, so that this one was not finished."""
