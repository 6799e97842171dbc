"""The errors a caller treats differently, each with a message for programmers and one in Swedish.

``str(error)`` is English and meant for a traceback; ``error.svenska`` is the same content in Swedish, and is
all that the command line prints. Every class has its own exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class KunskapError(Exception):
    """Base of every error raised on purpose by this library.

    Parameters
    ----------
    message : str
        What is wrong, where and what now, in English.
    svenska : str, optional
        The same in Swedish. Default the English one.

    Attributes
    ----------
    svenska : str
        What the command line and the widgets show.
    exit_code : int
        What the command line ends with, one for each class.

    Examples
    --------
    >>> from kunskapsbaserat import errors, kommun
    >>> try:
    ...     kommun.get("Atlantis")
    ... except errors.KunskapError as error:  # whatever it was
    ...     print(error.svenska, error.exit_code)
    Det finns ingen kommun som heter ”Atlantis”. Skriv namnet eller den fyrsiffriga kommunkoden. 3
    """

    exit_code = 1

    def __init__(self, message: str, *, svenska: str | None = None) -> None:
        super().__init__(message)
        self.svenska = svenska or message


class OptionError(KunskapError, ValueError):
    """An option has a value that is not among the allowed ones.

    Parameters
    ----------
    name : str
        Of the option.
    got : object
        What it was.
    allowed : sequence
        Values to type, the same in both languages, or prose ("a number above 0").
    tillatna : sequence of str, optional
        The prose in Swedish.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> print(errors.OptionError("freq", "W", ["Y", "Q", "M"]).svenska)
    freq: ”W” går inte att välja. Välj Y, Q eller M.
    >>> raise errors.OptionError("window", 0, ["a whole number above 0"], tillatna=["ett heltal över noll"])
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.OptionError: window: expected a whole number above 0, got 0
    """

    exit_code = 2

    def __init__(self, name: str, got: object, allowed: Sequence[object], *, tillatna: Sequence[str] | None = None) -> None:
        listed = f"one of {', '.join(repr(value) for value in allowed)}" if tillatna is None else " or ".join(map(str, allowed))
        super().__init__(
            f"{name}: expected {listed}, got {got!r}",
            svenska=f"{name}: ”{got}” går inte att välja. Välj {_eller([str(value) for value in tillatna or allowed])}.",
        )


class UnknownKommun(KunskapError, LookupError):
    """No kommun has that name or code.

    Parameters
    ----------
    got : object
        What was asked for.
    nearest : sequence of str
        Names like it.
    lan : str, optional
        The län of that name, when it is one.

    Attributes
    ----------
    got, nearest
        As given.

    Examples
    --------
    >>> from kunskapsbaserat import errors, kommun
    >>> try:
    ...     kommun.get("Dalarna")
    ... except errors.UnknownKommun as error:
    ...     print(error.svenska)
    ”Dalarna” är ett län (Dalarnas län), inte en kommun. Skriv namnet på en kommun i länet.
    """

    exit_code = 3

    def __init__(self, got: object, nearest: Sequence[str] = (), *, lan: str | None = None) -> None:
        hint = f"; nearest: {', '.join(nearest)}" if nearest else ""
        fraga = f"Menade du {_eller(nearest)}?" if nearest else "Skriv namnet eller den fyrsiffriga kommunkoden."
        fel = "Ingen kommun är vald." if got in (None, "") else f"Det finns ingen kommun som heter ”{got}”."
        if lan:
            named = "" if str(got).casefold() == lan.casefold() else f" ({lan})"
            fel, fraga = f"”{got}” är ett län{named}, inte en kommun.", "Skriv namnet på en kommun i länet."
        super().__init__(f"unknown kommun {got!r}{hint}", svenska=f"{fel} {fraga}")
        self.got = got
        self.nearest = tuple(nearest)


class Withheld:
    """What stands in a message instead of a text that is not repeated: how long it was.

    Parameters
    ----------
    length : int
        Of the text, in characters.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> errors.Withheld(42), errors.Withheld(42).svenska
    (a text of 42 characters, 'en text på 42 tecken')
    """

    def __init__(self, length: int) -> None:
        self.length = length
        self.svenska = f"en text på {length} tecken"

    def __repr__(self) -> str:
        return f"a text of {self.length} characters"


class TableError(KunskapError, ValueError):
    """A table breaks its contract: which file, row and column, what was expected, what was found.

    Parameters
    ----------
    expected, forvantat : str
        What should have stood there, in English and in Swedish.
    file, sheet, column : str, optional
        Where.
    row : optional
        The number a person sees in the file (or the index label of a table in memory).
    got : optional
        What stands there.
    hint, tips : str, optional
        What to do, in English and in Swedish.

    Attributes
    ----------
    file, sheet, row, column, got
        As given.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> error = errors.TableError("a whole number", forvantat="ett heltal", file="uttag.csv", row=214, column="count", got="..")
    >>> print(error)
    uttag.csv, row 214, column 'count': expected a whole number, got '..'
    >>> print(error.svenska, error.row)
    uttag.csv, rad 214, kolumn ”count”: väntade ett heltal, men där står ”..”. 214
    """

    exit_code = 4

    def __init__(
        self,
        expected: str,
        *,
        forvantat: str | None = None,
        file: str | Path | None = None,
        sheet: str | None = None,
        row: object = None,
        column: str | None = None,
        got: object = None,
        hint: str | None = None,
        tips: str | None = None,
    ) -> None:
        name = Path(file).name if file is not None else "table"
        got = got.item() if hasattr(got, "item") else got  # a number from a table shows as a number
        english = (
            [name]
            + [f"sheet {sheet!r}"] * (sheet is not None)
            + [f"row {row}"] * (row is not None)
            + [f"column {column!r}"] * (column is not None)
        )
        swedish = [name if file is not None else "tabellen"]
        swedish += (
            [f"blad ”{sheet}”"] * (sheet is not None)
            + [f"rad {row}"] * (row is not None)
            + [f"kolumn ”{column}”"] * (column is not None)
        )
        found, fann = (f", got {got!r}", f", men där står {_in_swedish(got)}") if got is not None else ("", "")
        super().__init__(
            f"{', '.join(english)}: expected {expected}{found}" + (f"\n({hint})" if hint else ""),
            svenska=f"{', '.join(swedish)}: väntade {forvantat or expected}{fann}." + (f"\n({tips})" if tips else ""),
        )
        self.file, self.sheet, self.row, self.column, self.got = file, sheet, row, column, got


class DesignError(KunskapError, ValueError):
    """An evaluation cannot be made this way.

    Parameters
    ----------
    reason : str
        A code, kept as an attribute.
    message, svenska : str
        What cannot be done, in English and in Swedish.
    needed, behovs : str
        What would be needed instead, in both languages.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> words = {"needed": "at least 6", "svenska": "2 månader före starten.", "behovs": "Det behövs minst 6."}
    >>> error = errors.DesignError("few_months", "2 months before the start", **words)
    >>> error.reason, error.svenska
    ('few_months', '2 månader före starten. Det behövs minst 6.')
    """

    exit_code = 4

    def __init__(self, reason: str, message: str, *, needed: str, svenska: str, behovs: str) -> None:
        super().__init__(f"{message} ({needed})", svenska=f"{svenska} {behovs}")
        self.reason = reason


class SnapshotError(KunskapError):
    """A data file or its sidecar is missing, or the bytes are not those that were registered.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import snapshot
    >>> snapshot.read(Path("saknas.csv"))
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.SnapshotError: saknas.csv: the file or its sidecar saknas.csv.json is missing
    """

    exit_code = 4


class FileError(KunskapError):
    """A file cannot be read as data.

    Parameters
    ----------
    reason : str
        A code such as "empty", "protected", "corrupt" or "not_a_table".
    path : str or Path
        The file; its name stands in the message.
    message, svenska : str
        What is wrong, in English and in Swedish.

    Attributes
    ----------
    reason, path
        As given.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> error = errors.FileError("empty", "mapp/tom.csv", "holds no rows", "är tom. Spara filen på nytt.")
    >>> error.reason, str(error), error.svenska
    ('empty', 'tom.csv: holds no rows', 'tom.csv är tom. Spara filen på nytt.')
    """

    exit_code = 4

    def __init__(self, reason: str, path: str | Path, message: str, svenska: str) -> None:
        name = Path(path).name or Path(path).absolute().name  # the folder that one stands in has no name of its own
        super().__init__(f"{name}: {message}", svenska=f"{name} {svenska}")
        self.reason, self.path = reason, Path(path)


class RowsLost(KunskapError):
    """A reader has lost rows of a file: a fault of the library's own, and nothing of the file is used.

    Parameters
    ----------
    path : str or Path
        The file.
    sheet : str
        Its sheet.
    rows : sequence of int
        The rows that are lost, as a person sees them in the file.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> error = errors.RowsLost("uttag.xlsx", "2024", [5, 9])
    >>> print(str(error).partition(";")[0])
    uttag.xlsx, sheet '2024': rows 5, 9 became neither a value, a missing value, a finding nor a note
    """

    exit_code = 9

    def __init__(self, path: str | Path, sheet: str, rows: Sequence[int]) -> None:
        name = Path(path).name
        shown = ", ".join(map(str, rows[:5]))
        more, fler = (f" and {len(rows) - 5} more", f" och {len(rows) - 5} till") if len(rows) > 5 else ("", "")
        super().__init__(
            f"{name}, sheet {sheet!r}: rows {shown}{more} became neither a value, a missing value, a finding nor a note; "
            "this is a fault of the library",
            svenska=f"{name}, blad ”{sheet}”: rad {shown}{fler} blev varken tal, saknat värde eller anmärkning. "
            "Det är ett fel i programmet, inte i filen. Inget ur filen används. Anmäl felet, gärna med filens rubriker.",
        )
        self.path, self.sheet, self.rows = Path(path), sheet, tuple(rows)


class DisclosureError(KunskapError):
    """A table may not be published as it is, or nobody has said what it holds.

    Examples
    --------
    >>> import pandas as pd
    >>> from kunskapsbaserat import disclosure, errors
    >>> try:
    ...     disclosure.release(pd.DataFrame({"namn": ["a"]}), name="ärenden", contents="local", sources=["kommunen"])
    ... except errors.DisclosureError as error:
    ...     print(error.svenska)
    ärenden: går inte att bedöma utan count. Inget har publicerats.
    """

    exit_code = 5


class PersonalDataError(DisclosureError):
    """A file seems to hold personal data. What was found is not repeated, only its kind and place.

    Parameters
    ----------
    path : str or Path
        The file.
    found : int
        How many places.
    where, var : sequence of str
        The first places and what kind, in English and in Swedish; never what stands there.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> print(errors.PersonalDataError("lista.csv", 1, ["row 4: a personnummer"], ["rad 4: ett personnummer"]))
    lista.csv seems to hold personal data and is not read: row 4: a personnummer
    """

    def __init__(self, path: str | Path, found: int, where: Sequence[str], var: Sequence[str]) -> None:
        name = Path(path).name
        more, fler = (f" and {found - len(where)} more", f" och {found - len(where)} till") if found > len(where) else ("", "")
        super().__init__(
            f"{name} seems to hold personal data and is not read: {'; '.join(where)}{more}",
            svenska=f"{name} verkar innehålla personuppgifter och läses inte: {'; '.join(var)}{fler}. "
            "Ta bort dem ur filen (eller be om en fil utan dem) och försök igen. Lägg inte filen i kommunens mapp.",
        )
        self.path, self.found = Path(path), found


class RenderError(KunskapError):
    """A report could not be rendered; nothing was left half-written.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> raise errors.RenderError("2080-falun: the notebook stopped in cell 3", svenska="Falun: rapporten blev inte färdig.")
    Traceback (most recent call last):
        ...
    kunskapsbaserat.errors.RenderError: 2080-falun: the notebook stopped in cell 3
    """

    exit_code = 6


class FileLocked(KunskapError, PermissionError):
    """A file is open in another program (Excel, Word) and cannot be read or replaced.

    Parameters
    ----------
    path : str or Path
        The file.
    reading : bool
        Whether it was to be read; else it was to be written.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> print(errors.FileLocked("plan.xlsx", reading=True).svenska)
    Det går inte att läsa plan.xlsx. Är filen öppen? Stäng filen i Excel och försök igen.
    """

    exit_code = 7

    def __init__(self, path: str | Path, *, reading: bool = False) -> None:
        name = Path(path).name
        program = {".docx": "Word", ".pdf": "PDF-läsaren"}.get(Path(path).suffix, "Excel eller webbläsaren")
        if reading:
            super().__init__(
                f"{name} is open in another program or may not be read",
                svenska=f"Det går inte att läsa {path}. Är filen öppen? Stäng filen i Excel och försök igen.",
            )
            return
        super().__init__(
            f"{name} is open in another program or may not be written",
            svenska=f"Det går inte att skriva {path}. Är filen öppen? Stäng filen i {program} "
            "och försök igen, eller välj en annan mapp med --ut.",
        )


class FetchError(KunskapError):
    """A publisher's service did not answer, or not with what was asked for. Nothing of the answer was kept.

    Parameters
    ----------
    source, reason, request : str
        See the attributes.
    message, svenska : str
        What happened, in English and in Swedish.
    gor : str
        What to do now, in Swedish.

    Attributes
    ----------
    source : str
        The publisher's service, as a person calls it.
    reason : str
        A code such as "no_network", "proxy", "status", "cut", "too_large", "not_json", "paging" or "not_in_store".
    request : str
        Method and address of what was asked.

    Examples
    --------
    >>> from kunskapsbaserat import errors
    >>> words = {"svenska": "inget svar", "gor": "Försök igen senare, eller lägg filen i mappen själv."}
    >>> error = errors.FetchError("Kolada", "no_network", "GET https://api.kolada.se/v3", "no answer", **words)
    >>> error.exit_code, error.reason
    (8, 'no_network')
    >>> print(error.svenska)
    Kolada: inget svar (GET https://api.kolada.se/v3). Försök igen senare, eller lägg filen i mappen själv.
    """

    exit_code = 8

    def __init__(self, source: str, reason: str, request: str, message: str, *, svenska: str, gor: str) -> None:
        super().__init__(f"{source}: {message} ({request})", svenska=f"{source}: {svenska} ({request}). {gor}")
        self.source, self.reason, self.request = source, reason, request


def _in_swedish(got: object) -> str:
    """What a cell holds, for a Swedish message: text in Swedish quotation marks, with what cannot be seen written out."""
    if isinstance(got, Withheld):
        return got.svenska
    if isinstance(got, str):
        return f"”{repr(got)[1:-1]}”"
    return str(got).replace(".", ",") if isinstance(got, float) else str(got)


def _eller(names: Sequence[str]) -> str:
    return " eller ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
