"""The workbook of indicators and the open yearly file, the door, and each check on a file with its fault.

No original of the workbook or of the open file has been at hand: these fixtures follow descriptions of them.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from sol_sheets import data_file

from kunskapsbaserat import kommun, tables
from kunskapsbaserat.data import bra
from kunskapsbaserat.data.bra import sol, table
from kunskapsbaserat.errors import FileError, KunskapError, OptionError, TableError

YEARS = (2022, 2023, 2024)


def workbook(path: Path) -> Path:
    """Avesta's workbook: two indicators, one NTU measure, the number of respondents and a sheet of text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, title, base in (
        ("Bostadsinbrott (anmälda)", "Bostadsinbrott", 40),
        ("Våld pojkar (anmälda)", "Våld i offentlig miljö mot barn och unga, pojkar", 5),
    ):
        sheet = book.create_sheet(name[:31])
        sheet.append([title])
        sheet.merge_cells("A1:G1")
        sheet.append([])
        sheet.append([None, *(f"Antal {y}" for y in YEARS), *(f"Antal per 100 000 inv {y}" for y in YEARS)])
        for i, region in enumerate(("Avesta", "Dalarnas län", "Hela landet")):
            sheet.append([region, *(base * 10**i + y - 2022 for y in YEARS), 170, 171, ".."])
    sheet = book.create_sheet("Otrygghet")
    sheet.append(["Otrygghet vid utevistelse sent på kvällen i det egna bostadsområdet"])
    sheet.append([None, "Avesta", None, None, "Hela landet", None, None])
    sheet.append([None, *["Andel", "KI undre", "KI övre"] * 2])
    for y in YEARS:
        sheet.append([y, 30.5, 25.0, 36.0, 24.0, 23.5, 24.5])
    sheet = book.create_sheet("Antal svarande i NTU.")
    sheet.append(["Antal svarande i NTU."])
    sheet.append([None, *YEARS])
    for region, n in (("Avesta", 150), ("Hela landet", 70_000)):
        sheet.append([region, *[n] * 3])
    book.create_sheet("Om filen").append(["Uppgifterna kommer från Brå."])
    book.save(path)
    return path


def test_workbook_of_indicators(tmp_path: Path):
    export = bra.read(workbook(tmp_path / "Avesta kommun.xlsx"))
    assert export.kind == "indikatorer"
    assert not export.verified
    assert "unverified" in {f.code for f in export.findings}
    counts = bra.counts([export]).set_index(["area", "offence", "sex", "period"])
    assert counts.loc[("2084", "bostadsinbrott", "alla", pd.Period("2023")), "count"] == 41
    assert counts.loc[("20", "vald_offentlig_barn", "man", pd.Period("2022")), "count"] == 50
    assert counts.loc[("2084", "bostadsinbrott", "alla", pd.Period("2023")), "rate_published"] == 171
    assert counts["rate_published"].isna().sum() == 6
    first = export.survey.set_index(["area", "measure", "end_year"]).loc[("2084", "otrygg_kvall", 2024)]
    assert (first["share"], first["lower"], first["upper"], first["n"]) == (0.305, 0.25, 0.36, 150)


def official() -> bytes:
    """The open yearly file as it is described: BOM, semicolon, CRLF, a space in the thousands, names without codes."""
    lines = ["Region;Antal;Antal per 100 000 inv", "Hela landet;1 489 319;14 090"]
    lines += [f"{k.name} kommun;2 {i:03};{9_000 + i}" for i, k in enumerate(kommun.all_kommuner())]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()


def test_open_yearly_file(tmp_path: Path):
    path = tmp_path / "Anmälda brott kommunerna 2024.csv"
    path.write_bytes(official())
    export = bra.read(path)
    assert export.kind == "oppen_csv"
    assert not export.verified
    f = export.frame.set_index(["area", "measure"])["value"]
    assert (f["00", "count"], f["00", "rate"], f["0114", "count"]) == (1_489_319, 14_090, 2_000)
    assert set(export.frame["period"]) == {pd.Period("2024")}
    assert not [x for x in bra.check(export) if x.level == "error"]


def test_the_year_must_be_told(tmp_path: Path):
    path = tmp_path / "brott.csv"
    path.write_bytes(official())
    with pytest.raises(TableError, match="a year"):
        bra.read(path)
    assert set(bra.read(path, year=2024).frame["period"]) == {pd.Period("2024")}


def test_a_cut_list_of_kommuner(tmp_path: Path):
    path = tmp_path / "Anmälda brott kommunerna 2024.csv"
    path.write_bytes(official()[:6_000])
    with pytest.raises(KunskapError) as error:
        bra.counts([export_or_raise(path)])
    assert "saknas" in error.value.svenska or "heltal" in error.value.svenska or "tal" in error.value.svenska


def export_or_raise(path: Path) -> bra.Export:
    export = bra.read(path)
    errors = tuple(f for f in bra.check(export) if f.level == "error")
    return bra.Export(export.path, export.kind, export.sha256, export.frame, findings=errors)


def test_a_code_that_is_not_the_names_is_refused(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("kommunkod,kommun,ar,antal\n2084,Avesta,2024,5\n2081,Falun,2024,6\n", encoding="utf-8")
    with pytest.raises(TableError) as error:
        bra.read(path)
    assert "rad 3" in error.value.svenska
    assert "2080" in error.value.svenska


def test_not_bras(tmp_path: Path):
    other = tmp_path / "elever.csv"
    other.write_text("Namn;Klass\nA;1\n", encoding="utf-8")
    with pytest.raises(FileError) as error:
        bra.read(other)
    assert error.value.reason == "not_bra"
    assert "Namn" in error.value.svenska
    records = tmp_path / "polisen.csv"
    records.write_text("Brottskod;Inskrivningsdatum;desokod\n0801;2024-01-01;x\n", encoding="utf-8")
    with pytest.raises(FileError) as error:
        bra.read(records)
    assert error.value.reason == "records"


def test_sol_through_excel_and_as_text(tmp_path: Path):
    """The same rows by way of a workbook with merged headers, and of a Latin-1 text file with entities."""
    rows = [
        ["Anmälda brott", None, "Brottsförebyggande rådet"],
        [None, "2024", None],
        [None, "Antal", "/100 000 inv"],
        ["Malung-Sälens kommun", None, None],
        ["Totalt antal brott", 1234, 12345],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("B2:C2")
    book.save(tmp_path / "å ä ö uttag.xlsx")
    text = (
        "Anmälda brott;Brottsförebyggande "
        "rådet\n;2024;2024;\n;Antal;/100&nbsp;000&nbsp;inv;\nMalung-Sälens kommun;;;\nTotalt antal brott;1234;12345;\n"
    )
    (tmp_path / "uttag.txt").write_bytes(text.encode("latin-1"))
    for name in ("å ä ö uttag.xlsx", "uttag.txt"):
        f = bra.read(tmp_path / name).frame
        assert f[["area", "measure", "value"]].to_numpy().tolist() == [["2023", "count", 1234], ["2023", "rate", 12345]]


def grid(*rows: list[object]) -> bra.Export:
    export = sol.read(data_file([list(r) for r in rows]))
    assert export is not None
    return export


def people(**values: int) -> pd.DataFrame:
    return pd.DataFrame(
        [{"area": a[1:], "kind": "residents", "year": y, "value": v} for a, v in values.items() for y in (2023, 2024)]
    )


def codes(export: bra.Export, **options: object) -> list[str]:
    return [f.code for f in bra.check(export, **options) if f.level == "error"]


HEAD = ([None, "2024", "2024"], [None, "Antal", "/100 000 inv"])


def test_check_a_rate_column_named_count():
    good = grid([None, "2024"], [None, "Antal"], ["Bjurholm kommun", None], ["Totalt antal brott", 188])
    bad = grid([None, "2024"], [None, "Antal"], ["Bjurholm kommun", None], ["Totalt antal brott", 7886])
    assert codes(good, population=people(_2403=2_400)) == []
    assert codes(bad, population=people(_2403=2_400)) == ["rate_as_count"]


def test_check_columns_that_changed_places():
    bad = grid(*HEAD, ["Avesta kommun", None, None], ["Totalt antal brott", 10_481, 2_421])
    assert codes(bad, population=people(_2084=23_000)) == ["implied_population"]


def test_check_parts_that_do_not_sum():
    months = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec", "Helår"]
    rows = [[None, *["2024"] * 13], [None, *months], [None, *["Antal"] * 13], ["Avesta kommun", *[None] * 13]]
    assert codes(grid(*rows, ["Totalt antal brott", *[5] * 12, 60])) == []
    assert codes(grid(*rows, ["Totalt antal brott", *[5] * 12, 61])) == ["parts_do_not_sum"]
    assert codes(grid(*rows, ["Totalt antal brott", *[5] * 11, "..", 61])) == []


def test_check_a_child_above_its_parent():
    bad = grid(
        [None, "2024"],
        [None, "Antal"],
        ["Avesta kommun", None],
        ["3-7 kap. Brott mot person", 90],
        ["3-7 kap. Brott mot person", None],
        ["6 kap. Sexualbrott", 91],
    )
    assert codes(bad) == ["child_above_parent"]


def test_check_another_kommun():
    export = grid([None, "2024"], [None, "Antal"], ["Stadsdelsområde Bromma (Sthlm)", None], ["Totalt antal brott", 90])
    assert codes(export, kommun="Stockholm") == []
    assert codes(export, kommun="Avesta") == ["other_kommun"]


def test_check_breaks_and_jumps():
    rows = [[None, "2023", "2024"], [None, "Antal", "Antal"], ["Avesta kommun", None, None]]
    known = bra.check(grid(*rows, ["Lag om straff för smuggling", 10, 400]))
    jump = bra.check(grid(*rows, ["Vapenlagen", 100, 400]))
    calm = bra.check(grid(*rows, ["Vapenlagen", 2, 8]))
    assert [[f.code for f in found] for found in (known, jump, calm)] == [["series_break"], ["jump"], []]


def test_overlaps_that_disagree_name_both_places():
    one = grid([None, "2024"], [None, "Antal"], ["Avesta kommun", None], ["Totalt antal brott", 90])
    two = grid([None, "2023", "2024"], [None, "Antal", "Antal"], ["Avesta kommun", None, None], ["Totalt antal brott", 80, 91])
    with pytest.raises(TableError) as error:
        bra.counts([one, two])
    assert "rad 4 kolumn B: 90" in error.value.svenska
    assert "rad 4 kolumn C: 91" in error.value.svenska


def test_two_frequencies_need_a_choice():
    export = grid(
        [None, "2024", "2024"],
        [None, "Dec", "Helår"],
        [None, "Antal", "Antal"],
        ["Avesta kommun", None, None],
        ["Totalt antal brott", 9, 90],
    )
    with pytest.raises(OptionError):
        bra.counts([export])
    assert bra.counts([export], frequency="Y")["count"].tolist() == [90]


def test_computed_indicators():
    """Bilbrott is a sum and stöld a difference of SOL's rows; a missing part leaves the indicator out."""
    chain = ["8-12 kap. Brott mot förmögenhet", "8 kap. Stöld, rån m.m."]
    rows: list[list[object]] = [[None, "2023", "2024 prel."], [None, "Antal", "Antal"], ["Avesta kommun", None, None]]
    for path, values in (
        (chain, [500, 520]),
        ([*chain, "därav biltillgrepp"], [30, ".."]),
        ([*chain, "därav stöld ur och från motordrivet fordon"], [70, 75]),
        ([*chain, "därav rån, inkl. grovt"], [9, 10]),
    ):
        rows += [[p, None, None] for p in path[:-1]] + [[path[-1], *values]]
    table_ = bra.selections.derive(bra.counts([grid(*rows)]))
    found = table_[table_["source"] == "bra_sol_bearbetad"]
    values = {
        (o, p.year): (c, s)
        for o, p, c, s in zip(found["offence"], found["period"], found["count"], found["status"], strict=True)
    }
    assert values == {
        ("bilbrott", 2023): (100, "final"),
        ("stold_totalt", 2023): (491, "final"),
        ("stold_totalt", 2024): (510, "preliminary"),
    }


def test_selections_cover_bras_fifteen_and_say_what_sol_lacks():
    from kunskapsbaserat import catalogue

    fifteen = {(o.id, sex) for o in catalogue.offences("bra_indikatorer") for sex in o.labels("bra_indikatorer")}
    assert {(s.offence, s.sex) for s in bra.selections.SELECTIONS} == fifteen
    assert len(bra.selections.SELECTIONS) == 15
    assert {s.offence for s in bra.selections.missing()} == {
        "vald_offentlig_vuxna",
        "vald_offentlig_barn",
        "vald_inomhus_barn",
        "vald_nara_relation",
        "ran_unga",
        "skadegorelse",
    }
    assert ("8-12 kap. Brott mot förmögenhet", "12 kap. Skadegörelsebrott") in bra.selections.paths()
    from kunskapsbaserat.data.bra import labels

    assert all(labels.offence(path) for path in bra.selections.paths())
    assert bra.selections.extracts(regions=3, periods=10) == 1
    assert bra.selections.extracts(regions=290, periods=10) > 20


def test_describe():
    about = bra.describe(grid(*HEAD, ["Avesta kommun", None, None], ["Totalt antal brott", 90, ".."], ["Sjöröveri", 1, 2]))
    assert about["title"] == "Uttag ur Brås databas (SOL)"
    assert about["periods"] == {"Y": ("2024", "2024")}
    assert (about["values"], about["missing"], about["regions"], about["offences"]) == (3, 1, ["Avesta kommun"], ["totalt"])
    assert about["unknown_offences"] == ["Sjöröveri"]
    assert about["status"] == ["slutliga"]


def test_the_table_reader_leaves_other_tables_alone():
    assert table.read(data_file([["Kommun", "Invånare"], ["Avesta", 5]])) is None
    assert list(tables.counts(bra.counts([grid(*HEAD, ["Avesta kommun", None, None], ["Totalt antal brott", 1, 2])])))[:2] == [
        "area",
        "area_level",
    ]
