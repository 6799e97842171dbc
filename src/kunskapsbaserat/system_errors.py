"""What the computer refused, in Swedish: it says it in the language of the system, or in English."""

from __future__ import annotations

import errno
from pathlib import Path

_OF_THE_COMPUTER = {
    errno.ENOSPC: "disken är full. Frigör plats och försök igen",
    errno.EDQUOT: "kvoten på disken är full. Frigör plats och försök igen",
    errno.EROFS: "disken går bara att läsa. Välj en annan mapp",
    errno.EACCES: "du får inte läsa eller skriva där. Stäng programmet som har filen öppen, eller välj en annan mapp",
    errno.EPERM: "du får inte läsa eller skriva där. Stäng programmet som har filen öppen, eller välj en annan mapp",
    errno.ENOENT: "filen eller mappen finns inte. Kontrollera namnet",
    errno.ENAMETOOLONG: "sökvägen är för lång. Välj en mapp med kortare väg dit, till exempel direkt under C:",
    errno.ENOTDIR: "en del av vägen dit är en fil, ingen mapp. Välj en annan mapp",
    errno.EISDIR: "det är en mapp, ingen fil. Ta bort eller byt namn på den",
}


def os_reason(error: OSError) -> str:
    """Why the computer refused, and what now, as a part of a Swedish sentence.

    Parameters
    ----------
    error : OSError
        As it came.

    Returns
    -------
    str
        Without a full stop, and without saying where.

    Examples
    --------
    >>> import errno
    >>> from kunskapsbaserat import system_errors
    >>> print(system_errors.os_reason(OSError(errno.EROFS, "Read-only file system")))
    disken går bara att läsa. Välj en annan mapp
    """
    told = f"datorn kunde inte läsa eller skriva ({error.strerror or error}). Försök igen, eller välj en annan mapp"
    return _OF_THE_COMPUTER.get(error.errno or 0, told)


def os_fault(error: OSError, path: str | Path | None = None) -> str:
    """What the computer refused, in Swedish: it says it in the language of the system, or in English.

    Parameters
    ----------
    error : OSError
        As it came.
    path : path, optional
        Where, if the error does not say it.

    Returns
    -------
    str
        Where, what, and what now.

    Examples
    --------
    >>> import errno
    >>> from kunskapsbaserat import system_errors
    >>> print(system_errors.os_fault(OSError(errno.ENOSPC, "No space left on device", "reports")))
    reports: disken är full. Frigör plats och försök igen.
    """
    return f"{error.filename or path or 'Filen'}: {os_reason(error)}."
