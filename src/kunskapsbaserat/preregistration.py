"""Write a design to a file before the measure starts, and read it back afterwards."""

from __future__ import annotations

import datetime
from pathlib import Path

from kunskapsbaserat.effects import Design, Registration, registration_of
from kunskapsbaserat.effects.registration import USUAL_METHOD, read
from kunskapsbaserat.errors import FileError


def preregister(
    design: Design,
    path: str | Path,
    *,
    months_after: int,
    confidence: float = 0.95,
    method: str = USUAL_METHOD,
    written: datetime.date | None = None,
) -> Registration:
    """Write down how a measure will be evaluated. A file that is there is never overwritten.

    Parameters
    ----------
    design : Design
        Usually planned: its start lies after the panel.
    path : str or Path
        Of the file to be made, such as "upplagg.json".
    months_after : int
        How long after the start it will be evaluated.
    confidence : float
        Of the verdict.
    method : {"did", "synthetic_control", "sdid"}
        That the evaluation will be made by.
    written : date, optional
        Default today.

    Returns
    -------
    Registration
        What was written.

    Raises
    ------
    FileError
        There is a file already, or it cannot be written.
    OptionError
        As `effects.registration_of`.

    Examples
    --------
    >>> import datetime
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design
    >>> from kunskapsbaserat.preregistration import preregister, read_registration
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=30, months_before=36).table()
    >>> planned = Design(panel, outcome="count", treated=["0180"], start="2025-01", name="Belysning")
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name) / "upplagg.json"
    >>> made = preregister(planned, file, months_after=12, written=datetime.date(2024, 12, 1))
    >>> made.before_start, read_registration(file) == made
    (True, True)
    >>> folder.cleanup()
    """
    target = Path(path)
    registration = registration_of(
        design, months_after=months_after, written=written or datetime.date.today(), confidence=confidence, method=method
    )
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(registration.text())
    except FileExistsError:
        raise FileError(
            "exists",
            target,
            "is there already: a registration is never overwritten; choose another name",
            "finns redan. Ett registrerat upplägg skrivs aldrig över. Välj ett annat namn.",
        ) from None
    except OSError as error:
        raise FileError(
            "cannot_write",
            target,
            f"cannot be written ({error.strerror})",
            "går inte att skriva. Finns mappen, och får du skriva i den?",
        ) from None
    return registration


def read_registration(path: str | Path) -> Registration:
    """The registration in a file.

    Parameters
    ----------
    path : str or Path
        As `preregister` wrote it.

    Returns
    -------
    Registration
        To give `effects.evaluate` as `registered`.

    Raises
    ------
    FileError
        It cannot be read.
    TableError
        It is no registration, or was changed after it was written.

    Examples
    --------
    A registration that somebody has changed afterwards is refused:

    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design
    >>> from kunskapsbaserat.errors import TableError
    >>> from kunskapsbaserat.preregistration import preregister, read_registration
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=30, months_before=36).table()
    >>> planned = Design(panel, outcome="count", treated=["0180"], start="2025-01")
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name) / "upplagg.json"
    >>> made = preregister(planned, file, months_after=12)
    >>> read_registration(file).choices["treated"]
    ['0180']
    >>> changed = file.write_text(file.read_text().replace("0180", "0181"))
    >>> try:
    ...     read_registration(file)
    ... except TableError as error:
    ...     print(error.svenska)
    upplagg.json: väntade ett registrerat upplägg som ingen har ändrat: kontrollsumman stämmer inte.
    >>> folder.cleanup()
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise FileError("cannot_read", source, "cannot be read", "går inte att läsa.") from None
    return read(text, name=source.name)
