"""The table of the analyst's layer: still a DataFrame, compared with periods as people write them, drawn, and sent on."""

from __future__ import annotations

import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import openpyxl
import pandas as pd
import polars as pl
import pytest
from matplotlib.figure import Figure

import kunskapsbaserat as kb
from kunskapsbaserat.analys.table import Tabell
from kunskapsbaserat.errors import FileError, FileLocked, OptionError, TableError


@pytest.fixture(scope="module")
def tal() -> Tabell:
    return kb.brott(["Köping", "Arboga"], "totalt")


@pytest.mark.parametrize(
    ("expression", "years"),
    [
        ("period == '2024'", [2024]),
        ("period == 2024", [2024]),
        ("'2024' == period", [2024]),
        ("period != '2024' and ar > 2022", [2023, 2025]),
        ("period >= '2024'", [2024, 2025]),
        ("2024 < period", [2025]),
        ("period in ['2023', 2025]", [2023, 2025]),
        ("period not in ['2023', '2024'] and ar > 2022", [2025]),
        ("period == ['2023', '2024']", [2023, 2024]),
        ("period == @text", [2024]),
        ("period >= @number", [2024, 2025]),
        ("period == @period_", [2024]),
        ("period in @several", [2023, 2024]),
        ("@text == period", [2024]),
        ("period.dt.year == 2024", [2024]),
        ("ar == 2024 and kommun == 'Köping'", [2024]),
        ("(period == '2024') | (period == '2025')", [2024, 2025]),
    ],
)
def test_a_query_finds_the_period_that_was_written(tal: Tabell, expression: str, years: list[int]):
    text, number, period_, several = "2024", 2024, pd.Period("2024"), ["2023", "2024"]
    assert (text, number, str(period_), several) is not None  # read by the query, through @
    assert sorted(tal.query(expression)["ar"].unique()) == years


@pytest.mark.parametrize(
    "expression", ["period == '2024-01'", "period == 'hej'", "period in ['2024', '2024Q1']", "period > ''"]
)
def test_a_text_that_is_no_such_period_is_refused(tal: Tabell, expression: str):
    with pytest.raises(TableError) as error:
        tal.query(expression)
    assert "ar == 2024" in error.value.svenska


def test_months_are_compared_with_months():
    months = kb.brott("Falun", "bilbrott_2013", freq="månad")
    assert len(months.query("period >= '2016-07'")) == 6
    with pytest.raises(TableError, match="months"):
        months.query("period == '2016'")
    assert len(months.query("ar == 2016")) == 12


def test_it_is_a_dataframe_all_the_way(tal: Tabell):
    chosen = tal.query("ar > 2020").sort_values("antal").assign(andel=lambda t: t["antal"] / t["folkmangd"])
    assert isinstance(chosen, Tabell)
    assert chosen.kallor == tal.kallor
    again = pickle.loads(pickle.dumps(tal))
    pd.testing.assert_frame_equal(again, tal)
    assert again.kallor == tal.kallor
    assert pd.concat([tal, tal]).shape == (64, 16)
    assert tal.groupby("kommun")["antal"].sum().index.tolist() == ["Arboga", "Köping"]
    assert len(tal) == 32


def test_it_is_saved_and_read_as_parquet(tal: Tabell, tmp_path: Path):
    tal.to_parquet(tmp_path / "tal.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "tal.parquet"), pd.DataFrame(tal))


def test_a_table_draws_its_own_figure_and_pandas_draws_the_rest(tal: Tabell):
    ax = tal.plot(ax=Figure().subplots())
    assert ax.get_title(loc="left") == "Anmälda brott totalt per 100 000 invånare"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Köping", "Arboga"]
    assert tal.plot(ax=Figure().subplots(), value="antal").get_ylabel() == "Anmälda brott"
    assert kb.funnel("Köping", "totalt").plot(ax=Figure().subplots()).get_xlabel().startswith("Väntat antal")
    wide = tal.pivot(index="ar", columns="kommun", values="antal")
    assert [line.get_label() for line in wide.plot().lines] == ["Arboga", "Köping"]
    assert len(tal.plot.bar(x="ar", y="antal").patches) == 32
    with pytest.raises(TableError, match="one row for each"):
        kb.brott(["Falun", "Borlänge"]).plot(ax=Figure().subplots())
    plt.close("all")


def test_the_workbook_has_swedish_headers_names_and_sources(tal: Tabell, tmp_path: Path):
    path = tal.to_excel(tmp_path / "å ä ö.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Tabell", "Källor"]
    sheet = book["Tabell"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["Kommun", "Kommunkod", "Brott"]
    assert "Per 100 000 invånare" in heads
    assert (sheet["A2"].value, sheet["B2"].value) == ("Köping", "1983")
    assert sheet.cell(2, heads.index("År") + 1).number_format == "0"
    assert sheet.cell(2, heads.index("Period") + 1).value == "2010"
    widths = {sheet.cell(1, i + 1).column_letter: len(max(str(head).split(), key=len)) for i, head in enumerate(heads)}
    assert all(sheet.column_dimensions[letter].width > longest for letter, longest in widths.items())
    told = " ".join(str(row[0].value) for row in book["Källor"])
    assert all(line in told for line in tal.kallor)


def test_any_table_and_any_cell_can_be_written(tmp_path: Path):
    odd = pd.DataFrame(
        {
            "kommun": ["=1+1", "Köping\x07", None],
            "antal": pd.array([1, None, 3], dtype="Int64"),
            "tid": pd.to_datetime(["2024-01-01", None, "2024-03-01"]).tz_localize("Europe/Stockholm"),
            "ja": [True, False, True],
            "tal": [float("inf"), 0.5, float("nan")],
            "lista": [[1], (2,), None],
        },
        index=pd.Index(["a", "b", "c"], name="nyckel"),
    )
    sheet = openpyxl.load_workbook(kb.till_excel(odd, tmp_path / "x.xlsx"))["Tabell"]
    assert [cell.value for cell in sheet[1]][:2] == ["nyckel", "Kommun"]
    assert sheet["B2"].value == "=1+1"
    assert sheet["B2"].data_type == "s"
    assert sheet["B3"].value == "Köping"
    assert [sheet["C3"].value, sheet["D3"].value, sheet["F2"].value, sheet["E2"].value] == [None, None, None, "ja"]
    wide = kb.brott("Köping", "totalt").pivot_table(index="ar", columns=["kommun", "status"], values="antal")
    heads = [c.value for c in openpyxl.load_workbook(kb.till_excel(wide, tmp_path / "y.xlsx"))["Tabell"][1]]
    assert heads == ["År", "Köping slutlig"]
    empty = openpyxl.load_workbook(kb.till_excel(odd.iloc[:0], tmp_path / "z.xlsx"))
    assert empty["Tabell"].max_row == 1
    from_polars = kb.till_excel(pl.DataFrame({"kommun": ["Falun"]}), tmp_path / "p.xlsx")
    assert openpyxl.load_workbook(from_polars)["Tabell"]["A2"].value == "Falun"


def test_what_cannot_be_written_is_said(tal: Tabell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(FileError) as error:
        tal.to_excel(tmp_path / "tal.xls")
    assert "xlsx" in error.value.svenska
    with pytest.raises(OptionError, match="DataFrame"):
        kb.till_excel([1, 2], tmp_path / "tal.xlsx")

    def locked(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(FileLocked) as held:
        tal.to_excel(tmp_path / "tal.xlsx")
    assert "Stäng filen i Excel" in held.value.svenska


def test_more_than_a_path_is_pandas_own(tal: Tabell, tmp_path: Path):
    with pd.ExcelWriter(tmp_path / "egen.xlsx") as writer:
        tal.to_excel(writer, sheet_name="mitt", index=False)
    assert openpyxl.load_workbook(tmp_path / "egen.xlsx")["mitt"]["A1"].value == "kommun"
