"""Ctrl-C: held back while something must not be left half-done, and kept from the processes that are being started."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

EXIT_CODE = 130  # what a shell shows for a program that Ctrl-C ended


@contextlib.contextmanager
def noted() -> Iterator[list[int]]:
    """The interruptions that come inside, also those whose exception is lost.

    Python only prints a KeyboardInterrupt that strikes in a destructor or in a callback of its import system, and goes on.
    """
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield came
        return

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Hold an interruption back until the block has ended; it then comes, also when the block failed.

    A program that ignores interruptions (started with ``nohup`` or ``&`` in a script) goes on ignoring them. Only the main
    thread is ever interrupted, so in another thread this does nothing.
    """
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if main else None
    if not callable(before):
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(*came[0])


@contextlib.contextmanager
def unheard_by_children() -> Iterator[None]:
    """Processes started inside do not hear Ctrl-C until they say `lead_own_group`; the terminal sends it to every one of them.

    Else one that has not yet left the group dies of it, although the program that started it may be ignoring it. Where there
    are no signal masks (Windows) the child ignores it itself as soon as it runs.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    # It lets SIGINT through again when it starts its own process, so that has to be done before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def hear_again() -> None:
    """In a child that leads its own group: forget what came meanwhile, and hear what is sent to this process."""
    if threading.current_thread() is not threading.main_thread():
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # drops what waits behind the mask
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, signal.default_int_handler)
