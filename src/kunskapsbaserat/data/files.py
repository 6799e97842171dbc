"""Any file that a kommun downloads, as rows of cells: the one door through which data files come in.

A file is known by its content, never by its name: Brå's ".xls" can be HTML inside, and a workbook can have been given
the wrong ending. Whatever cannot be read in full ends in an error that says in Swedish what to do; whatever was read in
another way than the name promises is said in `DataFile.notes`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from kunskapsbaserat.data import textfile, workbook
from kunskapsbaserat.errors import FileError, FileLocked
from kunskapsbaserat.findings import Finding

MAX_BYTES = 100_000_000
"""A file above this is refused unread: the largest export of the publishers' databases is below a tenth of it."""

_ENDINGS = {
    "xls": {".xls"},
    "xlsx": {".xlsx", ".xlsm"},
    "ods": {".ods"},
    "csv": {".csv", ".txt", ".tsv"},
    "html": {".html", ".htm"},
}
_SKIPPED = ("~$", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, one table of a page, or the whole of a text file.

    Row `i` of `rows` is row ``i + 1`` in Excel. A cell is None (nothing to be seen), str, int, float or
    datetime.date. Numbers in text files and pages stay text, as written.

    Examples
    --------
    >>> from kunskapsbaserat.data.files import Sheet
    >>> sheet = Sheet("Blad1", (("Kommun", "Antal"), ("Borlänge", 12)))
    >>> sheet.rows[1][1]  # what Excel calls B2
    12
    """

    name: str
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class DataFile:
    r"""A file as it was read, with the sha256 of the very bytes that were read.

    Attributes
    ----------
    path : Path
        Of the file.
    kind : str
        By its content: "xlsx", "xls", "ods", "csv" or "html".
    sha256, size : str, int
        Of its bytes.
    sheets : tuple of Sheet
        Its sheets; a text file has one.
    encoding, delimiter : str or None
        Of a text file.
    notes : tuple of Finding
        What a person should know of how it was read.
    screened : bool
        Whether `screen.safe_file` has found no personal data in it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import files
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "tal.xls"
    >>> _ = path.write_text("Kommun;Antal\nBorlänge;12\n", encoding="utf-8")
    >>> file = files.read_file(path)
    >>> file.kind, [note.svenska for note in file.notes if note.code == "renamed"]
    ('csv', ['tal.xls heter .xls men innehåller text, och lästes som det.'])
    >>> folder.cleanup()
    """

    path: Path
    kind: str
    sha256: str
    size: int
    sheets: tuple[Sheet, ...]
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[Finding, ...] = field(default=())
    screened: bool = False  # `screen.safe_file` has found no personal data in it


def read_sheets(path: str | Path) -> tuple[Sheet, ...]:
    r"""The sheets of a file; see `read_file`, which also tells how they were read.

    Parameters
    ----------
    path : str or Path
        As for `read_file`.

    Returns
    -------
    tuple of Sheet

    Raises
    ------
    FileLocked, FileError
        As `read_file`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import files
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "tal.csv"
    >>> _ = path.write_text("Kommun;Antal\nBorlänge;12\n", encoding="utf-8")
    >>> [len(sheet.rows) for sheet in files.read_sheets(path)]
    [2]
    >>> folder.cleanup()
    """
    return read_file(path).sheets


def read_file(path: str | Path) -> DataFile:
    r"""A workbook (.xls, .xlsx, .xlsm, .ods), text table (.csv, .txt, .tsv) or page of tables (.html).

    Parameters
    ----------
    path : str or Path
        .xlsx, .xls, .ods, .csv, .txt, .tsv or .html; known by its content and not by its name.

    Returns
    -------
    DataFile
        `kind` is "xls", "xlsx", "ods", "csv" or "html", found in the content. `notes` has the codes ``renamed``, ``macros``
        (there are macros; none is run), ``pictures``, ``hidden_sheet``, ``no_last_newline`` (the last row may be cut),
        ``several_tables``,
        ``no_checksum`` (an old workbook).

    Raises
    ------
    FileLocked
        The file is open in another program.
    FileError
        The file is missing, a folder, empty, too large, protected by a password, cut off, in an unknown encoding, or
        no table at all; `reason` has the code.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import files
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "tal.csv"
    >>> _ = path.write_bytes("Kommun;Antal\nBorlänge;1 234\n".encode("cp1252"))
    >>> file = files.read_file(path)
    >>> file.kind, file.encoding, file.delimiter, file.sheets[0].rows
    ('csv', 'cp1252', ';', (('Kommun', 'Antal'), ('Borlänge', '1 234')))
    >>> folder.cleanup()
    """
    path = Path(path)
    content = read_bytes(path)
    kind = workbook.kind(content, path) or textfile.kind(content, path)
    encoding = delimiter = None
    if kind in ("csv", "html"):
        text, encoding = textfile.decode(content, path)
        if kind == "html":
            found, codes = textfile.html_tables(text, path)
        else:
            found, delimiter, codes = textfile.delimited(text, path)
    else:
        found, codes = workbook.sheets(content, kind, path)
    sheets = tuple(Sheet(name, tuple(tuple(row) for row in rows)) for name, rows in found)
    if not any(cell is not None for sheet in sheets for row in sheet.rows for cell in row):
        raise _empty(path)
    _refuse_garbled(sheets, path)
    codes = [*codes, *(["no_checksum"] if kind == "xls" else [])]
    notes = [Finding("info", code, _NOTES[code].format(name=path.name)) for code in codes]
    if path.suffix.casefold() not in _ENDINGS[kind]:
        what = (
            f"{path.name} heter {path.suffix or 'något utan filändelse'} men innehåller {_SVENSKA[kind]}, och lästes som det."
        )
        notes.insert(0, Finding("info", "renamed", what))
    digest = hashlib.sha256(content).hexdigest()
    return DataFile(path, kind, digest, len(content), sheets, encoding, delimiter, tuple(notes))


def data_files(folder: str | Path) -> tuple[Path, ...]:
    """The files of a folder in name order, without Excel's lock files (``~$``) and the system's own.

    Parameters
    ----------
    folder : str or Path
        Not its sub-folders.

    Returns
    -------
    tuple of Path

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import files
    >>> folder = tempfile.TemporaryDirectory()
    >>> for name in ("b.csv", "a.xlsx", "~$a.xlsx"):
    ...     (Path(folder.name) / name).touch()
    >>> [path.name for path in files.data_files(folder.name)]
    ['a.xlsx', 'b.csv']
    >>> folder.cleanup()
    """
    folder = Path(folder)
    return tuple(sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith(_SKIPPED)))


def read_bytes(path: str | Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of at most `limit` bytes, or the error that tells why they cannot be had.

    Raises
    ------
    FileLocked, FileError
        As `read_file`.
    """
    path = Path(path)
    if path.name.startswith("~$"):
        raise FileError(
            "lock_file",
            path,
            "is the lock file that Excel leaves while a workbook is open, not data",
            f"är Excels låsfil, inte data. Läs {path.name[2:]} i stället.",
        )
    try:
        if path.is_dir():
            raise FileError("folder", path, "is a folder", "är en mapp. Ange en fil i mappen.")
        size = path.stat().st_size
        if size > limit:
            raise FileError(
                "too_large",
                path,
                f"has {size} bytes, more than {limit}",
                f"är {size // 1_000_000} MB. Gränsen är {limit // 1_000_000} MB. Gör ett mindre urval "
                "(färre år, områden eller brottstyper) och hämta på nytt.",
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FileError("missing", path, "does not exist", "finns inte. Kontrollera namnet och mappen.") from error
    except PermissionError as error:
        raise FileLocked(path, reading=True) from error
    except OSError as error:
        raise FileError(
            "unreadable",
            path,
            f"could not be read ({error.strerror})",
            "går inte att läsa. Ligger den i OneDrive eller på en nätverksdisk? Kopiera den till datorn och försök igen.",
        ) from error
    if not content.strip(b"\x00\t\n\r \xa0"):
        raise _empty(path)
    return content


_SVENSKA = {
    "xls": "en Excelbok (.xls)",
    "xlsx": "en Excelbok (.xlsx)",
    "ods": "ett kalkylark (.ods)",
    "csv": "text",
    "html": "en webbsida",
}
_NOTES = {
    "macros": "{name} innehåller makron. De körs inte; bara cellerna läses.",
    "pictures": "{name} har bilder. De läses inte: siffror i en bild skrivs in i celler.",
    "hidden_sheet": "{name} har dolda blad. De läses och granskas som de andra.",
    "no_last_newline": "{name} slutar mitt i en rad: sista raden kan vara avklippt. Hämta filen på nytt om något saknas.",
    "no_checksum": (
        "{name} är en gammal Excelbok (.xls) utan kontrollsumma: ett skadat tal märks bara när filens andra tal säger emot. "
        "Välj .xlsx där det går, både när filen hämtas och när den sparas."
    ),
    "several_tables": "{name} har flera tabeller. Var och en läses som ett eget blad.",
}


def _empty(path: Path) -> FileError:
    return FileError("empty", path, "is empty", "är tom. Hämta filen på nytt, eller ur en säkerhetskopia.")


# å, ä, ö, Å, Ä, Ö and é in UTF-8, read as Latin-1 or cp1252 and saved again; and the mark of a letter already lost.
_GARBLED = re.compile("Ã[¥¤¶\x85\x84\x96…„–©]|\N{REPLACEMENT CHARACTER}")


def _refuse_garbled(sheets: tuple[Sheet, ...], path: Path) -> None:
    for sheet in sheets:
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row, start=1):
                if isinstance(cell, str) and _GARBLED.search(cell):
                    raise FileError(
                        "garbled",
                        path,
                        f"has garbled letters on sheet {sheet.name!r}, row {number}, column {column}: it was once opened "
                        "in the wrong encoding and saved",
                        f"har förvanskade bokstäver (å, ä, ö) på blad ”{sheet.name}”, rad {number}, kolumn {column}. "
                        "Filen har öppnats med fel teckenkodning och sparats. Hämta den på nytt och öppna den inte i Excel.",
                    )
