"""What was not read, and where: file, sheet, row, column and a code. Never what stood there."""

from __future__ import annotations

from collections.abc import Iterable

from kunskapsbaserat.findings import Finding

REASONS = {
    "no_start": "tid saknas eller går inte att läsa",
    "bad_end": "sluttiden går inte att läsa eller är före starttiden",
    "no_category": "kategori saknas eller finns inte i listan",
    "misspelt": "kategorin är felstavad och läses som den enda som liknar",
    "future": "tiden ligger efter rapporteringen",
    "repeated": "samma id står två gånger",
    "outside": "koordinaterna ligger inte i Sverige",
    "unknown_place": "platsen finns inte i bladet Platser",
    "unknown_reporter": "rapportören finns inte i bladet Rapportörer",
    "unread_column": "kolumnen hör inte till händelsen och läses inte",
    "unread_sheet": "bladet har också händelser men läses inte: spara varje blad som en egen fil",
    "personal": "verkar handla om en person eller en bostad och visas inte",
    "bad_date": "är inget datum",
    "bad_number": "är inget tal",
    "bad_choice": "finns inte i listan",
    "error_cell": "visar ett fel i Excel",
    "formula_without_value": "är en formel utan sparat värde: öppna filen i Excel och spara den",
    "missing": "måste fyllas i",
    "missing_sheet": "bladet saknas",
    "unread_walks": "arbetsboken för trygghetsvandringar går inte att läsa, så ingen vandring är med. Kör kunskap kontroll",
    "missing_column": "en kolumn saknas",
    "unknown_setting": "inställningen går inte att läsa",
    "doubled": "står två gånger i registret; den första raden används",
    "unknown_ref": "pekar på något som inte finns",
    "personal_word": "liknar en person, en adress eller en bostad och används inte: skriv om texten utan den",
    "not_public": (
        "ska vara offentlig, men texten är inte godkänd i bladet Offentliga ord: raden står bara på gruppens egna sidor"
    ),
    "unnamed_place": "platsen är inte godkänd i bladet Offentliga ord och nämns inte i den offentliga versionen",
    "unnamed_theme": "temat är inte godkänt i bladet Offentliga ord och nämns inte i lägesbilden",
    "no_public_words": (
        "bladet Offentliga ord saknas, så inget offentligt nämner platser, åtgärder, kommande händelser eller teman. "
        "Gör en ny mapp med ”kunskap ny KOMMUN MAPP”, kopiera bladet därifrån till den här boken och fyll i det"
    ),
}
"""Code of a remark and what it means, in Swedish."""

NOT_COUNTED = ("no_start", "bad_end", "no_category", "future", "repeated")
"""Remarks of events that were left out of everything."""


SHOWN = 5


def remark(code: str, rows: Iterable[int] = (), *, file: str = "", sheet: str = "", column: str = "") -> Finding:
    """The finding for these rows: the first of them by number, and how many there are."""
    listed = [int(row) for row in rows]
    first, more = (listed[0], tuple(listed[1:SHOWN])) if listed else (None, ())
    return Finding("warning", code, REASONS[code], file, sheet, first, column or None, more_rows=more, count=len(listed) or 1)
