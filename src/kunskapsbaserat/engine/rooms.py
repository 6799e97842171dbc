"""Folders for what is not finished, beside the reports: gone when a batch ends; the next one sweeps those of a killed one."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kunskapsbaserat import interruption
from kunskapsbaserat.data import locks

if TYPE_CHECKING:
    from filelock import BaseFileLock

PREFIX = ".kunskap-"
_IN_USE = ".anvands"  # locked as long as the batch runs; a killed program's locks are let go by the system
_DOOR = ".rum"  # held while rooms are made and swept, so that nobody sweeps one that is just being made


class _Owner:
    """Somebody whose end can be waited for."""


@contextlib.contextmanager
def rooms(out: Path, logs: Path) -> Iterator[Path]:
    """A folder in `out` for what is not finished; it is gone afterwards, wherever an interruption comes.

    Parameters
    ----------
    out : Path
        The folder of all reports. Rooms that killed batches have left in it are removed.
    logs : Path
        Where the lock that keeps two batches from sweeping each other's rooms is kept.
    """
    owner = _Owner()
    with interruption.held():
        with _door(logs) as may_sweep:
            if may_sweep:
                _sweep(out)
            room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=out))
            lock = _taken(room / _IN_USE)
        # also called when this function is left before it has come to the last line
        remove = weakref.finalize(owner, _remove, room, lock)
    try:
        yield room
    finally:
        with interruption.held():
            remove()


def _sweep(out: Path) -> None:
    for room in out.glob(f"{PREFIX}*"):
        if (room / _IN_USE).is_file() and (lock := _taken(room / _IN_USE)) is not None:
            _remove(room, lock)


def _remove(room: Path, lock: BaseFileLock | None) -> None:
    if lock is not None:
        lock.release()  # Windows removes no open file
    shutil.rmtree(room, ignore_errors=True)


@contextlib.contextmanager
def _door(logs: Path) -> Iterator[bool]:
    """While rooms are made and swept: may they be swept? Not where nobody can tell which are in use."""
    lock = _taken(logs / _DOOR, patience=60)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            lock.release()


def _taken(path: Path, *, patience: float = 0) -> BaseFileLock | None:
    """The lock, or None where another program holds it or the disk has no locks."""
    try:
        return locks.take(path, patience=patience)
    except OSError:  # TimeoutError among them
        return None
