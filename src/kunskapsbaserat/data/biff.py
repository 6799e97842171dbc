"""The records of an old workbook (.xls): errors in its cells, which its reader takes for nothing, and cells too far out."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAX_COLUMNS = 256
"""Of an old workbook, by its own format: a cell beyond is a damaged file, and would be given memory for all before it."""

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUNDSHEET, _BOF, _FORMULA, _BOOLERR, _MULRK = 0x0085, 0x0809, 0x0006, 0x0205, 0x00BD
_CELLS = {0x0203, 0x0204, 0x027E, 0x00FD, _FORMULA, _BOOLERR, _MULRK}
_END = 0xFFFFFFFA  # from here on the numbers of sectors mean "none"


def errors_of(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The errors of Excel's in an .xls, by sheet and by row and column (0 is the first).

    Raises
    ------
    ValueError, struct.error, IndexError
        Its parts cannot be read, or a cell lies beyond the last column that the format has.
    """
    stream = _workbook(content)
    names: dict[int, str] = {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    sheet = ""
    for at, kind, body in _records(stream):
        if kind == _BOUNDSHEET:
            names[struct.unpack_from("<I", body)[0]] = _name(body)
        elif kind == _BOF:
            sheet = names.get(at, sheet)
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            if column >= MAX_COLUMNS:
                raise ValueError(f"a cell in column {column + 1}, beyond the last that the format has")
            if (shown := _error(kind, body)) is not None:
                found.setdefault(sheet, {})[row, column] = shown
    return found


def _error(kind: int, body: bytes) -> str | None:
    if kind == _BOOLERR and body[7] == 1:
        return _ERRORS.get(body[6], "#REF!")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return _ERRORS.get(body[8], "#REF!")
    return None


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == 0 and length == 0:
            return  # the filling after the last sheet
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _name(body: bytes) -> str:
    count, wide = body[6], body[7] & 1
    return body[8 : 8 + count * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _workbook(content: bytes) -> bytes:
    """The stream "Workbook" of the compound file; empty for the books of Excel 5, which have another stream."""
    shift = struct.unpack_from("<H", content, 30)[0]
    size = 1 << shift
    table = _table(content, size)
    directory = _chain(content, table, struct.unpack_from("<I", content, 48)[0], size)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = next(entry for entry in entries if entry[66] == 5)
    book = next((entry for entry in entries if _entry_name(entry) == "Workbook"), None)
    if book is None:
        return b""
    start, length = struct.unpack_from("<II", book, 116)
    if length >= struct.unpack_from("<I", content, 56)[0]:
        return _chain(content, table, start, size)[:length]
    mini = _chain(content, table, struct.unpack_from("<I", root, 116)[0], size)
    raw = _chain(content, table, struct.unpack_from("<I", content, 60)[0], size)
    return _chain(mini, struct.unpack(f"<{len(raw) // 4}I", raw), start, 64, first=0)[:length]


def _entry_name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(length - 2, 0)].decode("utf-16-le", "replace")


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """What follows each sector: kept in sectors that the header lists, and in further lists when these are many."""
    listed = list(struct.unpack_from("<109I", content, 76))
    more, count = struct.unpack_from("<II", content, 68)
    for _ in range(count):
        part = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        listed, more = listed + list(part[:-1]), part[-1]
    table: list[int] = []
    for sector in listed:
        if sector < _END:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return tuple(table)


def _chain(content: bytes, table: tuple[int, ...], sector: int, size: int, *, first: int = 1) -> bytes:
    parts: list[bytes] = []
    while sector < _END:
        if len(parts) > len(table):
            raise ValueError("sectors that lead in a ring")
        parts.append(content[(sector + first) * size : (sector + first + 1) * size])
        sector = table[sector]
    return b"".join(parts)
