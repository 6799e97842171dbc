"""End a process with everything it has started, on every platform."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

import psutil

from kunskapsbaserat import interruption

_PATIENCE = 5.0
_MOST_ON_WINDOWS = 61  # a process waits for at most so many others there


def usable_cores() -> int:
    """Cores that this process may run on, and never more than it can wait for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return at_most(cores)


def at_most(workers: int) -> int:
    """So many processes, or as many as the system lets one process wait for."""
    return min(workers, _MOST_ON_WINDOWS) if sys.platform == "win32" else workers


def lead_own_group() -> None:
    """Make this process the leader of a session of its own, where there are such: Ctrl-C does not reach it, and it can be
    ended with its children."""
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()
    interruption.hear_again()


def end_after(seconds: float | None) -> None:
    """Let the system end this process after so long, should the one that watches it be gone. Off with None."""
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(0 if seconds is None else max(1, round(seconds)))


def end_tree(pid: int) -> None:
    """End a process, its children and its process group, at once and for certain."""
    children: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        children = process.children(recursive=True)
        process.kill()
    if hasattr(os, "killpg") and pid != os.getpgrp():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    for child in children:
        with contextlib.suppress(psutil.Error):
            child.kill()
    psutil.wait_procs(children, timeout=_PATIENCE)


def end_children() -> tuple[str, ...]:
    """End what this process has started and left; their names."""
    names = []
    children = psutil.Process().children(recursive=True)
    for child in children:
        with contextlib.suppress(psutil.Error):
            names.append(child.name())
            child.kill()
    psutil.wait_procs(children, timeout=_PATIENCE)
    return tuple(names)
