"""One table of spellings, with the fate of each in every dialect: a value, missing with its reason, or refused with a code."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from kunskapsbaserat import cells, kommun
from kunskapsbaserat.cells import BRA, COORDINATE, DIALECTS, FORM, PANEL, PUBLISHER, Place, Refused
from kunskapsbaserat.cells.dialect import MONTH_FIRST, Dialect
from kunskapsbaserat.data import files
from kunskapsbaserat.errors import TableError

PLACE = Place(Path("fil.csv"), "Blad1", 7, "Antal")
NBSP, NARROW, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"


def fate(read: Any, *args: Any, **options: Any) -> object:
    """The value, the reason of a missing one as "saknas: reason", or the code of the refusal as "nej: code"."""
    try:
        value = read(*args, **options)
    except Refused as refused:
        return f"nej: {refused.code}" if refused.fel and refused.forvantat else "nej: without a word"
    if isinstance(value, cells.Number):
        return f"saknas: {value.reason}" if value.value is None else value.value
    return value


# ---- numbers ---------------------------------------------------------------------------------------------------------

AMBIGUOUS, NO, EMPTY, ERROR = "nej: ambiguous", "nej: not_a_number", "saknas: empty", "nej: error_cell"
GONE, HIDDEN = "saknas: not_available", "saknas: suppressed"

# spelling: fate in a publisher's file, in Brå's, in a panel, in a form; one fate where all agree
NUMBERS: list[tuple[object, tuple[object, ...]]] = [
    ("1234", (1234.0,)),
    ("1 234", (1234.0,)),
    (f"1{NBSP}234", (1234.0,)),
    (f"1{NARROW}234", (1234.0,)),
    (f"1{THIN}234", (1234.0,)),
    ("1 234 567,8", (1234567.8,)),
    ("12 34", (NO,)),
    ("1.234", (AMBIGUOUS,)),
    ("-1.234", (AMBIGUOUS,)),
    ("1.234.567", (AMBIGUOUS,)),
    ("1,234,567", (AMBIGUOUS,)),
    ("1,234", (1.234,)),
    ("0.125", (0.125,)),
    ("1234.567", (1234.567,)),
    ("3,5", (3.5,)),
    ("3.5", (3.5,)),
    ("3,5,1", (NO,)),
    ("1'234", (NO,)),
    ("12 st", (NO, NO, NO, 12.0)),
    ("12 stycken", (NO, NO, NO, 12.0)),
    ("150 000 kr", (NO, NO, NO, 150000.0)),
    ("20 tkr", (NO,)),
    ("ca 12", ("nej: approximate",)),
    ("minst 12", ("nej: approximate",)),
    ("tolv", (NO,)),
    ("12 (prel.)", (NO,)),
    ("<5", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("≤4", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("1-4", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("1–4", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("x", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("X", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("*", (HIDDEN, HIDDEN, HIDDEN, NO)),
    ("..", (GONE,)),
    ("…", (GONE,)),
    ("...", (GONE,)),
    (".", ("saknas: not_applicable",)),
    ("-", ("nej: dash", "saknas: dropout", "nej: dash", "saknas: dropout")),
    ("–", ("nej: dash", "saknas: dropout", "nej: dash", "saknas: dropout")),
    ("NA", (GONE,)),
    ("NaN", (GONE,)),
    ("", (EMPTY,)),
    ("   ", (EMPTY,)),
    (NBSP, (EMPTY,)),
    (None, (EMPTY,)),
    ("#REF!", (ERROR,)),
    ("#N/A", (ERROR,)),
    ("#SAKNAS!", (ERROR,)),
    ("#DIVISION/0!", (ERROR,)),
    ("#NAMN?", (ERROR,)),
    ("########", (ERROR,)),
    (cells.UNCALCULATED, ("nej: formula_without_value",)),
    ("2026 prel.", (NO,)),
    ("2026K1", (NO,)),
    ("33 %", (33.0,)),
    ("33%", (33.0,)),
    ("0,33", (0.33,)),
    (33.0, (33.0,)),
    (33, (33.0,)),
    (np.int64(33), (33.0,)),
    (np.float64(0.5), (0.5,)),
    (float("nan"), (GONE,)),
    (float("inf"), ("nej: not_finite",)),
    ("9" * 400, ("nej: not_finite",)),
    ("inf", (NO,)),
    (True, (NO,)),
    ("SANT", (NO,)),
    (-3, (-3.0, "nej: negative", -3.0, "nej: negative")),
    ("-3", (-3.0, "nej: negative", -3.0, "nej: negative")),
    ("−3", (-3.0, "nej: negative", -3.0, "nej: negative")),
    ("1e3", (1000.0, "nej: power", 1000.0, "nej: power")),
    ("1E+05", (100000.0, "nej: power", 100000.0, "nej: power")),
    ("'0114", (114.0,)),
    ('="0114"', (114.0,)),
    ("0114", (114.0,)),
    ("٣", (NO,)),
    ("²", (NO,)),
    (dt.date(2026, 1, 3), ("nej: is_date",)),
    (dt.time(22, 0), ("nej: is_date",)),
]


@pytest.mark.parametrize(("cell", "fates"), NUMBERS, ids=[repr(cell)[:20] for cell, _ in NUMBERS])
def test_a_number_has_one_fate_in_every_dialect(cell: object, fates: tuple[object, ...]):
    assert [d.name for d in DIALECTS] == ["publisher", "bra", "panel", "form"]
    assert [fate(cells.read_number, cell, d) for d in DIALECTS] == list(fates * 4 if len(fates) == 1 else fates)


def test_the_table_is_long_enough():
    assert len({repr(cell) for cell, _ in NUMBERS}) >= 60


@pytest.mark.parametrize(("cell", "expected"), [("12.345", 12.345), ("1,234", AMBIGUOUS), ("0,125", 0.125), ("1e-05", 1e-5)])
def test_where_commas_split_the_cells_the_point_is_the_decimal_sign(cell: str, expected: object, tmp_path: Path):
    (tmp_path / "r.csv").write_text("kommun,antal\nAle,1\n", encoding="utf-8")
    dialect = PUBLISHER.of(files.read_file(tmp_path / "r.csv"))
    assert fate(cells.read_number, cell, dialect) == expected


def test_a_dash_is_nothing_or_unknown_as_the_publisher_says():
    assert cells.read_number("-", PUBLISHER.with_dash("zero")).value == 0
    assert cells.read_number("-", PUBLISHER.with_dash("missing")).reason == "dropout"


def test_a_coordinate_has_any_number_of_decimals():
    assert [cells.read_number(c, COORDINATE).value for c in ("14.503", "14,503", "60.605")] == [14.503, 14.503, 60.605]


def test_percent_is_remembered():
    assert cells.read_number("12,5 %") == cells.Number(12.5, None, percent=True)


@given(st.integers(0, 10**9), st.sampled_from([" ", NBSP, NARROW, THIN]))
def test_every_whole_number_with_spaces_is_itself(value: int, space: str):
    text = f"{value:,}".replace(",", space)
    assert {cells.read_number(text, d).value for d in DIALECTS} == {float(value)}


@given(st.text(max_size=12))
def test_no_text_is_lost(text: str):
    """Whatever stands in a cell is a number, missing with a reason, or refused: nothing else, and never an error of ours."""
    for dialect in DIALECTS:
        answer = fate(cells.read_number, text, dialect)
        assert isinstance(answer, (float, str))


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1.234", "Tecknet kan betyda både tusental och decimal"),
        ("#REF!", "cellen är ett fel i Excel"),
        (cells.UNCALCULATED, "en formel utan sparat värde. Öppna filen i Excel, spara den"),
        (dt.date(2026, 1, 3), "Hämta filen på nytt från källan"),
    ],
)
def test_a_refusal_says_where_what_and_what_now(cell: object, says: str):
    with pytest.raises(TableError) as caught:
        cells.number(cell, PLACE)
    assert caught.value.svenska.startswith("fil.csv, blad ”Blad1”, rad 7, kolumn ”Antal”: väntade ett tal")
    assert says in caught.value.svenska


def test_a_long_or_personal_cell_is_not_repeated():
    with pytest.raises(TableError) as caught:
        cells.number("750101-1234 ringde", PLACE)
    assert "750101" not in str(caught.value) + caught.value.svenska


# ---- periods ---------------------------------------------------------------------------------------------------------

PERIODS: list[tuple[object, str, str | None]] = [
    ("2025", "Y", "2025"),
    (2025, "Y", "2025"),
    (2025.0, "Y", "2025"),
    ("år 2025", "Y", "2025"),
    ("2026 prel.", "Y", "2026"),
    ("2026 (preliminär)", "Y", "2026"),
    ("2024-2025", "Y", None),
    ("20251", "Y", None),
    (dt.date(2025, 1, 1), "Y", None),
    ("2026K1", "Q", "2026Q1"),
    ("2025-Q3", "Q", "2025Q3"),
    ("Kvartal 3 2025", "Q", "2025Q3"),
    ("kv 3 2025", "Q", "2025Q3"),
    ("2025K5", "Q", None),
    ("2025", "Q", None),
    ("2026-01", "M", "2026-01"),
    ("2025M09", "M", "2025-09"),
    ("202509", "M", "2025-09"),
    ("2025M13", "M", None),
    ("2025-09-14", "M", "2025-09"),
    ("2024-02-29", "M", "2024-02"),
    ("2025-02-29", "M", None),
    ("2025-04-31", "M", None),
    ("2025-04-31 00:00:00", "M", None),
    ("januari 2026", "M", "2026-01"),
    ("Januari, 2026 prel.", "M", "2026-01"),
    ("sep 2025", "M", "2025-09"),
    ("sept. 2025", "M", "2025-09"),
    ("maj-2025", "M", "2025-05"),
    ("2025 maj", "M", "2025-05"),
    ("jan-26", "M", "2026-01"),
    ("26-jan", "M", None),
    ("ma 2025", "M", None),
    (dt.date(2026, 1, 31), "M", "2026-01"),
    ("2025", "M", None),
    (46023, "M", None),
    ("46023", "M", None),
    ("#REF!", "M", None),
    ("", "M", None),
    (None, "Y", None),
    (True, "Y", None),
]


@pytest.mark.parametrize(("cell", "frequency", "expected"), PERIODS, ids=[repr(p[0])[:20] + p[1] for p in PERIODS])
def test_periods(cell: object, frequency: str, expected: str | None):
    assert cells.is_period(cell, frequency) is (expected is not None)
    if expected is None:
        with pytest.raises(TableError, match="row 7"):
            cells.period(cell, PLACE, frequency)
    else:
        assert cells.period(cell, PLACE, frequency) == pd.Period(expected, freq=frequency)


def test_a_day_is_a_month_in_a_panel_and_nothing_in_a_heading_of_bras():
    assert cells.when("2025-09-14", PANEL) == cells.When(2025, "M", 9)
    assert cells.when("2025-09-14", BRA) is None
    assert cells.when("2025-09-01", BRA) == cells.When(2025, "M", 9)


def test_preliminary_is_remembered():
    assert cells.when("2026 prel.") == cells.When(2026, preliminary=True)


def test_spans_of_years():
    assert cells.years("2023–2024", PLACE) == cells.years("2023/24", PLACE) == (2023, 2024)
    assert cells.years("2025 prel.", PLACE) == cells.years(2025.0, PLACE) == (2025, 2025)
    with pytest.raises(TableError):
        cells.years("2023 och 2024", PLACE)
    with pytest.raises(TableError, match="a span of years"):
        cells.years("2025-02", PLACE)  # a month, not the years from 2025 to 2002


# ---- days and times of day ---------------------------------------------------------------------------------------------

MONTHS_FIRST = Dialect("american", order=MONTH_FIRST)
# spelling: fate in a publisher's file, in a form, and where the month stands first
DAYS: list[tuple[object, tuple[str, ...]]] = [
    (dt.date(2026, 3, 1), ("2026-03-01",)),
    (dt.datetime(2026, 3, 1, 14, 30), ("2026-03-01 14:30",)),
    ("2026-03-01", ("2026-03-01",)),
    ("2026-3-1", ("2026-03-01",)),
    ("20260301", ("2026-03-01",)),
    (20260301, ("2026-03-01",)),
    ("2026-03-01 8:05", ("2026-03-01 08:05",)),
    ("2026-03-01 kl. 14.30", ("2026-03-01 14:30",)),
    ("2026-03-01 24:00", ("2026-03-02 00:00",)),
    ("2026-02-30", ("nej: no_such_date",)),
    ("1 mars 2026", ("2026-03-01",)),
    ("8 nov 2026", ("2026-11-08",)),
    ("MÅNDAG den 2 november 2026 kl 7", ("2026-11-02 07:00",)),
    ("8/11 2026", ("2026-11-08", "2026-11-08", "2026-08-11")),
    ("08/11 2026", ("2026-11-08", "2026-11-08", "2026-08-11")),
    ("den 08/12 2025", ("2025-12-08", "2025-12-08", "2025-08-12")),
    ("8.11.2026", ("2026-11-08", "2026-11-08", "2026-08-11")),
    ("08/11/2026", ("nej: two_dates", "2026-11-08", "2026-08-11")),
    ("31/1/2026", ("2026-01-31", "2026-01-31", "nej: no_such_date")),
    ("mars 2026", ("nej: no_date",)),
    ("2026", ("nej: no_date",)),
    ("i mars", ("nej: no_date",)),
    (46082, ("nej: date_as_number",)),
    ("1912-12-12", ("nej: no_date",)),
    ("2026-11-06T22:00:00Z", ("2026-11-06 23:00",)),
    ("2026-11-06T22:00+01:00", ("2026-11-06 22:00",)),
    ("2026-07-06T22:00+0200", ("2026-07-06 22:00",)),
    ("2026-11-06T22:00-05:00", ("nej: no_date",)),
    ("2026-11-06 22:00-02:00", ("nej: no_date",)),
    ("1793629800000", ("2026-11-02 15:30",)),
    ("#REF!", ("nej: error_cell",)),
    (True, ("nej: no_date",)),
]


@pytest.mark.parametrize(("cell", "fates"), DAYS, ids=[repr(cell)[:24] for cell, _ in DAYS])
def test_days_and_moments(cell: object, fates: tuple[str, ...]):
    shown = []
    for dialect in (PUBLISHER, FORM, MONTHS_FIRST):
        answer = fate(cells.read_moment, cell, dialect)
        if isinstance(answer, tuple):
            moment, clock = answer
            shown.append(moment.strftime("%Y-%m-%d %H:%M" if clock else "%Y-%m-%d"))
        else:
            shown.append(answer)
    assert shown == list(fates * 3 if len(fates) == 1 else fates)


def test_nothing_is_no_day():
    assert cells.read_date(None) is cells.read_date(" ") is None


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("22:00", 1320),
        ("kl 22", 1320),
        ("klockan 7", 420),
        ("9.30", 570),
        ("0930", 570),
        (930, 570),
        ("24:00", 1440),
        (dt.time(23, 15), 1395),
        ("25:10", "nej: no_clock"),
        ("22:75", "nej: no_clock"),
        ("sent", "nej: no_clock"),
        ("#REF!", "nej: error_cell"),
        (dt.date(2026, 1, 1), "nej: no_clock"),
        ("", None),
    ],
)
def test_times_of_day(cell: object, minutes: object):
    assert fate(cells.read_clock, cell) == minutes


# ---- areas, yes and no ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "area"),
    [
        ("2081 Borlänge", ("2081", "kommun")),
        ("2081", ("2081", "kommun")),
        (2081.0, ("2081", "kommun")),
        (114, ("0114", "kommun")),
        ("'0114", ("0114", "kommun")),
        ('="0114"', ("0114", "kommun")),
        ("Falu kommun", ("2080", "kommun")),
        ("Borlänges", ("2081", "kommun")),
        ("Malung", ("2023", "kommun")),
        ("20 Dalarnas län", ("20", "lan")),
        ("Hela landet", ("00", "riket")),
        ("2081A0010", ("2081A0010", "deso")),
        ("2081R001", ("2081R001", "regso")),
        ("2081 Falun", "nej: two_areas"),
        ("Springfield", "nej: unknown_area"),
        ("9999", "nej: unknown_area"),
        ("", "nej: no_area"),
        (None, "nej: no_area"),
        (True, "nej: no_area"),
        ("#N/A", "nej: error_cell"),
    ],
)
def test_areas(cell: object, area: object):
    assert fate(cells.read_area, cell) == area


@pytest.mark.parametrize("place", kommun.all_kommuner(), ids=lambda k: k.slug)
def test_every_kommun_under_every_name(place: kommun.Kommun):
    names = [place.name, f"{place.name} kommun", f"{place.genitive} kommun", place.name.upper()]
    names += [unicodedata.normalize("NFD", place.name), f"{place.code} {place.name}", f" {place.name}{NBSP}"]
    assert {cells.read_area(name) for name in names} == {(place.code, "kommun")}


@pytest.mark.parametrize(
    ("cell", "publisher", "form"),
    [
        ("ja", True, True),
        ("Nej ", False, False),
        ("SANT", True, True),
        (1, True, True),
        (1.0, True, True),
        (0, False, False),
        (True, True, True),
        ("x", "nej: bad_choice", True),
        ("yes", "nej: bad_choice", True),
        ("kanske", "nej: bad_choice", "nej: bad_choice"),
        ("#REF!", "nej: error_cell", "nej: error_cell"),
        ("", None, None),
    ],
)
def test_yes_and_no(cell: object, publisher: object, form: object):
    assert [fate(cells.read_yes_no, cell, d) for d in (PUBLISHER, FORM)] == [publisher, form]


# ---- workbooks: what the file itself says about a cell -------------------------------------------------------------------


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_a_date_is_the_same_day_in_both_date_systems(epoch: dt.datetime, tmp_path: Path):
    book = openpyxl.Workbook()
    book.epoch = epoch
    book.active.append(["dag", dt.date(2026, 3, 1)])
    book.save(tmp_path / "d.xlsx")
    assert cells.read_date(files.read_sheets(tmp_path / "d.xlsx")[0].rows[0][1]) == dt.date(2026, 3, 1)


def broken_workbook(path: Path, *, prefix: str = "") -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("Första", "Andra & tredje"):
        sheet = book.create_sheet(name)
        sheet.append(["Kommun", "Antal", "Summa"])
        sheet.append(["Ale", 1, "=B2*2"])
        sheet.append(["Boden", "#REF!", 4])
        sheet["B3"].data_type = "e"
    book.create_sheet("Tom")
    book["Första"]["E7"] = "=1+1"  # beyond everything else
    book.save(path)
    if prefix:
        _with_prefix(path, prefix)


def _with_prefix(path: Path, prefix: str) -> None:
    """The same workbook as programs of Microsoft's own write it, with a prefix before every tag."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            text = content.decode().replace("</", f"</{prefix}:")
            text = text.replace(f"</{prefix}:", "\x00").replace("<", f"<{prefix}:").replace("\x00", f"</{prefix}:")
            parts[name] = text.replace("xmlns=", f"xmlns:{prefix}=").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(out.getvalue())


@pytest.mark.parametrize("prefix", ["", "x"])
def test_errors_and_formulas_without_a_result_are_seen(tmp_path: Path, prefix: str):
    broken_workbook(tmp_path / "b.xlsx", prefix=prefix)
    first, second, empty = files.read_sheets(tmp_path / "b.xlsx")
    for sheet in (first, second):
        assert sheet.rows[1][:3] == ("Ale", 1, cells.UNCALCULATED)
        assert sheet.rows[2][:3] == ("Boden", "#REF!", 4)
    assert first.rows[6][4] == cells.UNCALCULATED
    assert empty.rows == ()


def test_a_formula_with_a_result_is_its_result(tmp_path: Path):
    """Excel keeps the result beside the formula; an empty text is a result too."""
    path = tmp_path / "f.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "=1+1", '=IF(A1="a","","b")', 3])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = sheet.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>").replace("<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    sheet = sheet.replace('<c r="C1"', '<c r="C1" t="str"')
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert files.read_sheets(path)[0].rows[0][1] == 2
    assert not any(cells.is_error(cell) for cell in files.read_sheets(path)[0].rows[0])
