"""Workbooks as rows of cells: which kind of binary file it is, whether it is whole, and what its cells hold."""

from __future__ import annotations

import datetime as dt
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kunskapsbaserat.data import biff, extent, unreadable
from kunskapsbaserat.errors import FileError

MAX_UNPACKED = 1_000_000_000
"""Bytes that a packed workbook may unfold to: a small file can be made to fill the memory."""

Rows = list[list[object]]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = {
    b"%PDF": "en PDF-fil",
    b"\x89PNG": "en bild",
    b"\xff\xd8\xff": "en bild",
    b"GIF8": "en bild",
    b"7z\xbc\xaf": "en packad mapp",
    b"Rar!": "en packad mapp",
    b"\x1f\x8b": "en packad fil",
    b"PAR1": "en Parquet-fil",
    b"{\\rtf": "ett textdokument",
}
_SAVE_AS = "Öppna den i Excel, välj Spara som och Excel-arbetsbok (.xlsx), och försök igen."


def kind(content: bytes, path: Path) -> str | None:
    """ "xls", "xlsx" or "ods"; None when the content may be text. Anything else is refused by name."""
    for start, what in _OTHER.items():
        if content.startswith(start):
            raise not_a_table(path, what)
    if any(whole.startswith(content) for whole in (_OLE, b"PK\x03\x04")):
        raise corrupt(path, "shorter than its signature")
    if content.startswith(_OLE):
        return _ole_kind(content, path)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(content, path)
    return None


def sheets(content: bytes, kind: str, path: Path) -> tuple[list[tuple[str, Rows]], list[str]]:
    """Name and rows of every sheet, hidden ones too, and the codes of what should be said about the file."""
    import python_calamine

    codes = ["macros"] * _has_macros(content, kind) + ["pictures"] * _has_pictures(content, kind)
    hidden, reach = _before_unfolding(content, kind, path)
    if reach is not None:
        raise _too_far(path, *reach)
    found = []
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            about = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
            for sheet in about:
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                found.append((sheet.name, [[_cell(value) for value in row] for row in rows]))
    except python_calamine.PasswordError as error:
        raise protected(path) from error
    except BaseException as error:
        # A damaged file can make the reader panic, which pyo3 raises outside Exception so that it is not swallowed.
        if isinstance(error, python_calamine.CalamineError) or type(error).__name__ == "PanicException":
            raise corrupt(path, str(error).split("\n")[0]) from error
        raise
    _show_unreadable(found, hidden)
    if any(sheet.visible != python_calamine.SheetVisibleEnum.Visible for sheet in about):
        codes.append("hidden_sheet")
    return found, codes


def _before_unfolding(
    content: bytes, kind: str, path: Path
) -> tuple[dict[str, dict[tuple[int, int], str]], tuple[int, int] | None]:
    """The errors and the formulas without a result by sheet and place, and how far out a sheet reaches when it is too far."""
    try:
        if kind == "xls":  # ends at row 65 536 and column 256
            return biff.errors_of(content), None
        if kind == "ods":
            tables = unreadable.ods_tables(content)
            return unreadable.cells_of_ods(tables), extent.too_far_ods(tables)
        return unreadable.cells_of(content), extent.too_far(content)
    except (ValueError, KeyError, IndexError, StopIteration, struct.error, ElementTree.ParseError) as error:
        raise corrupt(path, str(error)) from error


def _show_unreadable(sheets: list[tuple[str, Rows]], hidden: dict[str, dict[tuple[int, int], str]]) -> None:
    """Put what is unreadable where it stands, so that whoever needs the cell refuses it."""
    for name, rows in sheets:
        for (row, column), shown in hidden.get(name, {}).items():
            rows.extend([] for _ in range(row + 1 - len(rows)))
            rows[row].extend([None] * (column + 1 - len(rows[row])))
            rows[row][column] = shown


def _cell(value: Any) -> object:
    if value.__class__ is float:  # most cells of a large workbook
        return int(value) if value.is_integer() else value  # a workbook keeps every number as a float
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value
    if isinstance(value, (int, float, dt.date)):
        return value
    return str(value)


def _ole_kind(content: bytes, path: Path) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise protected(path)
    _refuse_cut_ole(content, path)
    if "WordDocument".encode("utf-16-le") in content:
        raise not_a_table(path, "ett Worddokument")
    if "PowerPoint Document".encode("utf-16-le") in content:
        raise not_a_table(path, "en presentation")
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise not_a_table(path, "ett dokument från ett annat Officeprogram")
    return "xls"


def _refuse_cut_ole(content: bytes, path: Path) -> None:
    """An old workbook is a chain of sectors, and its allocation table says how many there must be."""
    if len(content) < 512:
        raise corrupt(path, "shorter than its header")
    shift = struct.unpack_from("<H", content, 30)[0]
    tables = struct.unpack_from("<I", content, 44)[0]
    if shift not in (9, 12):
        raise corrupt(path, "unknown sector size")
    size = 1 << shift
    used = -1
    for index, sector in enumerate(struct.unpack_from("<109I", content, 76)[: min(tables, 109)]):
        start = (sector + 1) * size
        if start + size > len(content):
            raise corrupt(path, "cut before its allocation table")
        entries = struct.unpack_from(f"<{size // 4}I", content, start)
        taken = [at for at, entry in enumerate(entries) if entry != 0xFFFFFFFF]
        used = max(used, index * (size // 4) + taken[-1]) if taken else used
    if len(content) < (used + 2) * size or len(content) % 512:
        raise corrupt(path, f"{len(content)} bytes of {(used + 2) * size}")


_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError)
"""What a damaged archive makes zipfile raise."""


class TooLarge(ValueError):
    """An archive that unpacks to more than `MAX_UNPACKED`."""


class Encrypted(ValueError):
    """An archive with a part that needs a password."""


def whole_zip(content: bytes) -> None:
    """Every part of a zip archive can be unpacked, into no more than `MAX_UNPACKED` bytes, and is what was packed.

    Raises
    ------
    ValueError
        It is something else: `TooLarge`, `Encrypted`, or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise TooLarge(f"unpacks to more than {MAX_UNPACKED} bytes")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Encrypted("has a part with a password")
            if (broken := archive.testzip()) is not None:
                raise ValueError(f"{broken} is damaged")
    except _DAMAGED as error:
        raise ValueError(str(error)) from error


def _zip_kind(content: bytes, path: Path) -> str:
    try:
        whole_zip(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(b"<!DOCTYPE" in _head(archive, entry) for entry in archive.infolist() if entry.filename.endswith(".xml")):
                raise corrupt(path, "a part of it has a DTD, which no workbook has")
            mimetype = archive.read("mimetype") if "mimetype" in names else b""
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except TooLarge as error:
        raise FileError(
            "too_large", path, str(error), "blir orimligt stor när den packas upp. Gör ett mindre urval och hämta på nytt."
        ) from error
    except Encrypted as error:
        raise protected(path) from error
    except (ValueError, *_DAMAGED) as error:
        raise corrupt(path, str(error)) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        if b"encryption-data" in manifest:
            raise protected(path)
        return "ods"
    if "xl/workbook.bin" in names:
        raise FileError("not_a_table", path, "is a binary workbook (.xlsb)", f"är en binär Excelbok (.xlsb). {_SAVE_AS}")
    if any(name.startswith("word/") for name in names):
        raise not_a_table(path, "ett Worddokument")
    if any(name.startswith("ppt/") for name in names):
        raise not_a_table(path, "en presentation")
    raise FileError(
        "not_a_table", path, "is a zip archive", "är en packad mapp (zip). Packa upp den och lägg filerna i mappen var för sig."
    )


def _head(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as part:
        return part.read(4000)


def _has_macros(content: bytes, kind: str) -> bool:
    if kind == "xls":
        return "_VBA_PROJECT_CUR".encode("utf-16-le") in content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _any_macro(archive.namelist())


def _has_pictures(content: bytes, kind: str) -> bool:
    """Pictures and drawn text in it, which hold figures as often as a logotype; of the old .xls nothing is known."""
    if kind == "xls":
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(name.startswith(("xl/media/", "Pictures/")) for name in archive.namelist())


def _any_macro(names: Iterable[str]) -> bool:
    return any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names)


def _too_far(path: Path, rows: int, columns: int) -> FileError:
    return FileError(
        "too_large",
        path,
        f"has a sheet that reaches to row {rows} and column {columns}",
        f"har ett blad som når till rad {rows} och kolumn {columns}. Något kan stå långt utanför tabellen: tryck "
        "Ctrl+End i Excel, ta bort raderna "
        "och kolumnerna efter tabellen, spara och försök igen. Är tabellen så stor: gör ett mindre urval.",
    )


def not_a_table(path: Path, what: str) -> FileError:
    return FileError(
        "not_a_table",
        path,
        f"is not a table ({what})",
        f"är {what}, inte en tabell. Hämta uppgifterna som Excel eller CSV från källan.",
    )


def protected(path: Path) -> FileError:
    return FileError(
        "protected",
        path,
        "is protected by a password",
        "är skyddad med lösenord. Öppna den i Excel, välj Arkiv, Info, Skydda arbetsbok, Kryptera med lösenord, "
        "töm rutan och spara.",
    )


def corrupt(path: Path, detail: str) -> FileError:
    return FileError(
        "corrupt",
        path,
        f"is damaged or cut off ({detail})",
        "är skadad eller avklippt: hämtningen kan ha avbrutits. Hämta filen på nytt. Går den att öppna i Excel, "
        "spara den då som Excel-arbetsbok (.xlsx).",
    )
