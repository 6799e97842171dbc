"""CSV for Swedish Excel and for machines: what is written comes back, nothing runs, nothing is half-written."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat.data import export, files
from kunskapsbaserat.errors import FileLocked

TABLE = pd.DataFrame(
    {
        "område": ["0114", "2081"],
        "namn": ["Upplands Väsby", "Borlänge; kommun"],
        "år": pd.PeriodIndex(["2024", "2025"], freq="Y"),
        "antal": pd.array([1234, None], dtype="Int64"),
        "andel": [0.125, -3.5],
        "hög": [True, False],
    }
)


def test_excel_version_letter_by_letter():
    assert export.excel_csv(TABLE).split("\r\n") == [
        "område;namn;år;antal;andel;hög",
        "0114;Upplands Väsby;2024;1234;0,125;SANT",
        '2081;"Borlänge; kommun";2025;;-3,5;FALSKT',
        "",
    ]


def test_machine_version_letter_by_letter():
    assert export.machine_csv(TABLE) == (
        "område,namn,år,antal,andel,hög\n0114,Upplands Väsby,2024,1234,0.125,True\n2081,Borlänge; kommun,2025,,-3.5,False\n"
    )


def test_files_have_bom_and_line_ends(tmp_path: Path):
    folder = tmp_path / "Rapport åäö" / "tables"
    written = export.write({"brott": TABLE}, folder)
    assert written == [folder / "brott.csv", folder / "maskin" / "brott.csv"]
    excel, machine = (path.read_bytes() for path in written)
    assert excel.startswith(b"\xef\xbb\xbf")
    assert excel.count(b"\r\n") == 3
    assert not machine.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in machine
    assert sorted(p.name for p in folder.rglob("*")) == ["brott.csv", "brott.csv", "maskin"]


def test_our_own_reader_reads_it(tmp_path: Path):
    path, _ = export.write({"brott": TABLE}, tmp_path)
    file = files.read_file(path)
    assert (file.delimiter, file.encoding, file.notes) == (";", "utf-8-sig", ())
    assert file.sheets[0].rows[1] == ("0114", "Upplands Väsby", "2024", "1234", "0,125", "SANT")


@pytest.mark.parametrize("text", ["=1+1", "+46", "-x", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", "＝1+1", "'=1"])
def test_nothing_runs_in_excel(text: str):
    table = pd.DataFrame({"not": [text], "=rubrik": ["x"]})
    head, row = list(csv.reader(io.StringIO(export.excel_csv(table), newline=""), delimiter=";"))
    assert row[0] == f"'{text}"
    assert head[1] == "'=rubrik"
    assert export.unguarded(row[0]) == text
    assert text in export.machine_csv(table)


def test_negative_numbers_are_no_formulas():
    assert export.excel_csv(pd.DataFrame({"a": [-1.5], "b": ["-2"], "c": ["–"]})) == "a;b;c\r\n-1,5;-2;–\r\n"


def test_text_that_looks_like_a_number_keeps_its_point():
    table = pd.DataFrame({"version": ["1.2", "1.3"], "andel": [1.2, 1.3]})
    assert export.excel_csv(table) == "version;andel\r\n1.2;1,2\r\n1.3;1,3\r\n"


def test_counts_beside_a_missing_value_stay_whole():
    """Read back through pandas they would be 12,0, and 0114 would be 114."""
    text = "kommun,antal,andel\n0114,12,0.5\n0115,,\n"
    assert export.excel_from_machine(text) == "kommun;antal;andel\r\n0114;12;0,5\r\n0115;;\r\n"


def test_an_empty_table_keeps_its_headings():
    assert export.excel_csv(TABLE.iloc[:0]) == "område;namn;år;antal;andel;hög\r\n"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=10).filter(
    lambda t: t not in ("True", "False")
)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            TEXT, st.none() | st.integers(-(10**12), 10**12), st.none() | st.floats(allow_nan=False, allow_infinity=False)
        )
    ),
)
def test_round_trip(rows: list[tuple[str, int | None, float | None]]):
    table = pd.DataFrame(rows, columns=["text", "antal", "tal"]).astype({"text": "str", "antal": "Int64", "tal": "Float64"})
    types = {"text": "str", "antal": "Int64"}
    machine = pd.read_csv(
        io.StringIO(export.machine_csv(table)),
        dtype=types | {"tal": "Float64"},
        keep_default_na=False,
        na_values={"antal": "", "tal": ""},
    )
    pd.testing.assert_frame_equal(machine, table, check_exact=True)
    cells = list(csv.reader(io.StringIO(export.excel_csv(table), newline=""), delimiter=";"))[1:]
    back = [(export.unguarded(a), int(b) if b else None, float(c.replace(",", ".")) if c else None) for a, b, c in cells]
    assert back == [(a, b, c) for a, b, c in rows]


def test_a_file_open_in_excel_keeps_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "b.csv").write_text("gammal", encoding="utf-8")
    replace = Path.replace

    def locked(self: Path, target: Path) -> Path:
        if Path(target).name == "b.csv":
            raise PermissionError(13, "used by another process")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(FileLocked) as caught:
        export.write({"a": TABLE, "b": TABLE}, tmp_path)
    assert "Stäng filen i Excel" in caught.value.svenska
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "gammal"
    assert (tmp_path / "maskin" / "a.csv").exists()
    assert not list(tmp_path.rglob(".*"))


def test_nothing_is_left_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.csv").write_text("gammal", encoding="utf-8")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as handle:
            handle.write(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        export.write({"a": TABLE}, tmp_path)
    assert [p.name for p in tmp_path.rglob("*")] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "gammal"


_CELLS = {
    "float64": st.one_of(st.none(), st.floats(allow_nan=False)),
    "int64": st.integers(-(2**62), 2**62),
    "bool": st.booleans(),
    "Int64": st.one_of(st.none(), st.integers(-(2**62), 2**62)),
    "Float64": st.one_of(st.none(), st.floats(allow_nan=False)),
    "boolean": st.one_of(st.none(), st.booleans()),
    "str": st.one_of(st.none(), st.text(alphabet='aå,;"\n\r .5')),
    "object": st.one_of(st.none(), st.text(alphabet='a,"'), st.integers(), st.floats(allow_nan=False), st.just(("a", "b"))),
    "float32": st.floats(width=32, allow_nan=False),
}


@given(st.data(), st.lists(st.sampled_from(sorted(_CELLS)), min_size=1, max_size=4), st.integers(0, 5))
def test_the_machine_version_is_what_pandas_writes(data: st.DataObject, kinds: list[str], size: int):
    columns = {
        f"{at} {kind}": pd.Series(data.draw(st.lists(_CELLS[kind], min_size=size, max_size=size)), dtype=kind)
        for at, kind in enumerate(kinds)
    }
    table = pd.DataFrame(columns)
    assert export.machine_csv(table) == table.to_csv(index=False, lineterminator="\n")
