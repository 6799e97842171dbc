"""What was not read, and where: file, sheet, row, column and a code. Never what stood there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

REASONS = {
    "no_start": "tid saknas eller går inte att läsa",
    "bad_end": "sluttiden går inte att läsa eller är före starttiden",
    "no_category": "kategori saknas eller finns inte i listan",
    "future": "tiden ligger efter rapporteringen",
    "repeated": "samma id står två gånger",
    "outside": "koordinaterna ligger inte i Sverige",
    "unknown_place": "platsen finns inte i bladet Platser",
    "unknown_reporter": "rapportören finns inte i bladet Rapportörer",
    "unread_column": "kolumnen hör inte till händelsen och läses inte",
    "personal": "verkar handla om en person eller en bostad och visas inte",
    "bad_date": "är inget datum",
    "bad_number": "är inget tal",
    "bad_choice": "finns inte i listan",
    "missing": "måste fyllas i",
    "missing_sheet": "bladet saknas",
    "missing_column": "en kolumn saknas",
    "unknown_setting": "inställningen går inte att läsa",
    "unknown_ref": "pekar på något som inte finns",
}
"""Code of a remark and what it means, in Swedish."""

NOT_COUNTED = ("no_start", "bad_end", "no_category", "future", "repeated")
"""Remarks of events that were left out of everything."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing that was not read or not shown. `rows` are as Excel shows them; `count` is how many there are in all."""

    file: str
    sheet: str
    column: str
    code: str
    rows: tuple[int, ...]
    count: int

    @property
    def svenska(self) -> str:
        where = [self.file] if self.file else []
        where += [f"blad {self.sheet}"] if self.sheet else []
        where += [f"kolumn {self.column}"] if self.column else []
        if self.rows:
            more = f" och {self.count - len(self.rows)} till" if self.count > len(self.rows) else ""
            where.append(f"rad {', '.join(map(str, self.rows))}{more}")
        return f"{', '.join(where)}: {REASONS[self.code]}"


SHOWN = 5


def remark(code: str, rows: Iterable[int] = (), *, file: str = "", sheet: str = "", column: str = "") -> Remark:
    listed = [int(row) for row in rows]
    return Remark(file, sheet, column, code, tuple(listed[:SHOWN]), len(listed) or 1)
