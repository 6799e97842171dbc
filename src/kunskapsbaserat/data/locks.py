"""One program at a time: a lock of the operating system's, which lets go of it also when the program is killed."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


def take(path: Path, *, patience: float) -> BaseFileLock | None:
    """The lock of a file, held until it is released; None on a disk without locks, as some network shares are.

    Parameters
    ----------
    path : Path
        The file that is locked; it is made, and stays.
    patience : float
        Seconds to wait for another program.

    Raises
    ------
    TimeoutError
        Another program holds it.
    OSError
        The file cannot be made.
    """
    import filelock

    lock = filelock.FileLock(path, timeout=patience)
    try:
        lock.acquire()
    except NotImplementedError:
        return None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise
    return lock


@contextlib.contextmanager
def held(path: Path, *, patience: float) -> Iterator[None]:
    """The lock for a block, as `take` gives it; on a disk without locks nothing is held."""
    lock = take(path, patience=patience)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()
