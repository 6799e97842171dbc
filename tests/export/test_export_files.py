"""The files: PC-Axis that a strict reader reads back, a workbook to count in, the description, and what a failure leaves."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import handed_over
import openpyxl
import pandas as pd
import px_reader
import pytest
from click.testing import CliRunner
from rdflib import DCAT, DCTERMS, FOAF, RDF, BNode, Graph, URIRef

from kunskapsbaserat import cli, kommun
from kunskapsbaserat.errors import FileError, FileLocked, KunskapError
from kunskapsbaserat.export import Wanted, books, dcat, excel, exporting, facts, placing, powerbi, px
from kunskapsbaserat.forms import writing

pytestmark = pytest.mark.xdist_group("export")

ABOUT = {
    "name": "Köpings kommun",
    "uri": "http://dataportal.se/organisation/SE2120002114",
    "email": "oppnadata@koping.se",
    "base": "https://www.koping.se/oppnadata",
}


# PC-Axis --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cube", px.CUBES, ids=lambda c: c.name)
def test_a_strict_reader_reads_every_figure_back(cube: px.Cube):
    made = handed_over.made()
    content = px.files(made).get(f"{cube.name}.px")
    rows = px._rows(cube, made)
    if rows.empty:
        assert content is None
        assert cube.name == "anmalda_brott_manad"
        return
    assert content is not None
    read = px_reader.read(content)
    assert read.variables == [*cube.stub, "tabellinnehåll", cube.time]
    keys = [about[0] for about in cube.stub.values()]
    numbers = 0
    for row in rows.to_dict("records"):
        for about in cube.contents:
            cell = read.cells[(*(row[k] for k in keys), about.column, row["tid_id"])]
            if pd.isna(row[about.column]):
                assert cell in ('".."', '"..."')
            else:
                scale = 100 if about.unit == "procent" else 1
                assert float(cell) == pytest.approx(row[about.column] * scale, abs=0.5 * 10**-about.decimals + 1e-9)
                assert about.decimals or cell == str(int(row[about.column] * scale))
                numbers += 1
    assert sum(not cell.startswith('"') for cell in read.cells.values()) == numbers > 100


def test_times_sources_and_signs_are_said_as_the_format_wants():
    files = {name: px_reader.read(content) for name, content in px.files(handed_over.made()).items()}
    quarters = files["anmalda_brott_kvartal.px"]
    said = quarters.words["TIMEVAL", ("kvartal",)]
    assert said.startswith('TLIST(Q1),"20141","20142"')
    assert len(px_reader.quoted(said.partition("),")[2].replace("\r\n", ""))) == len(quarters.codes["kvartal"])
    groups = files["anmalda_brott_grupper.px"]
    assert groups.words["TIMEVAL", ("år",)].startswith('TLIST(A1),"2010"')
    assert "Brottsförebyggande rådet" in groups.values("SOURCE")[0]
    assert groups.values("LANGUAGE") == ["sv"]
    assert [groups.values(f"DATASYMBOL{n}")[0] for n in (1, 2, 3)] == [".", "..", "..."]
    assert "visas inte" in "".join(groups.values("NOTE"))
    assert all(len(cube.values("MATRIX")[0]) <= 8 for cube in files.values())
    kinds = [set(files[f"anmalda_brott_{part}.px"].codes["brott"]) for part in ("grupper", "indikatorer")]
    assert not kinds[0] & kinds[1]


def test_hidden_and_unpublished_have_signs_of_their_own():
    about = px.Content("antal", "Anmälda brott", "antal", 0)
    cells = [px._cell({"antal": value, "orsak": why}, about) for value, why in ((0, None), (pd.NA, facts.HIDDEN), (pd.NA, "x"))]
    assert [*cells, px._cell(None, about)] == ["0", '"..."', '".."', '"."']


def test_long_lists_and_quotation_marks_keep_within_the_format():
    names = [f'Kommun "{n}" i ett långt namn' for n in range(60)]
    line = px._words("VALUES", [px._plain(n) for n in names], "kommun")
    assert all(len(part) <= 256 for part in line.split("\r\n"))
    assert px_reader.quoted(line.partition("=")[2].rstrip(";\r\n")) == [n.replace('"', "'") for n in names]
    note = px._word("NOTE", "å" * 700)
    assert "".join(px_reader.quoted(note.partition("=")[2].rstrip(";\r\n"))) == "å" * 700


# Excel ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book() -> Any:
    return openpyxl.load_workbook(io.BytesIO(excel.workbook(handed_over.gathered(), handed_over.made())))


def test_the_workbook_is_one_an_analyst_can_count_in(book: Any):
    assert book.sheetnames[:2] == [excel.ABOUT, excel.TIDY]
    assert {excel.VERDICTS, excel.SURVEY, excel.QUARTERS, excel.COMPARISONS} <= set(book.sheetnames)
    tidy = book[excel.TIDY]
    heads = [cell.value for cell in tidy[1]]
    assert tidy.freeze_panes == "B2"
    assert tidy.auto_filter.ref == tidy.dimensions
    rows = [dict(zip(heads, row, strict=True)) for row in tidy.iter_rows(min_row=2, values_only=True)]
    years = handed_over.made().tables["fakta_brott_ar"]
    assert sum(row["Anmälda brott"] or 0 for row in rows) == years["antal"].sum()
    assert all(isinstance(row["Anmälda brott"], (int, type(None))) and isinstance(row["År"], int) for row in rows)
    assert {row["Kommunkod"] for row in rows} == {"1983", "2081", "2506"}
    assert tidy.cell(2, heads.index("Anmälda brott") + 1).number_format == "#,##0"
    assert tidy.cell(2, heads.index("År") + 1).number_format == "0"
    text = " ".join(str(row[0].value) for row in book[excel.ABOUT].iter_rows())
    assert "Källa: Brottsförebyggande rådet" in text
    assert "inte noll" in text


def test_each_offence_has_a_wide_sheet_with_the_same_figures(book: Any):
    offences = handed_over.made().tables["dim_brott"]
    known = {excel.ABOUT, *(title for title, *_ in excel._SHEETS)}
    wide = [name for name in book.sheetnames if name not in known]
    assert len(wide) == len(offences)
    assert all(len(name) <= 31 for name in wide)
    sheet = book[wide[0]]
    heads = [cell.value for cell in sheet[1]]
    by_kommun = {row[1].value: row for row in sheet.iter_rows(min_row=2)}
    years = handed_over.made().tables["fakta_brott_ar"].query("brott_id == 'totalt'").set_index(["kommun_id", "tid_id"])
    assert by_kommun["2081"][heads.index("Antal, 2025")].value == years.loc[("2081", "2025"), "antal"]
    assert by_kommun["1983"][heads.index("Per 100 000, 2010")].value == years.loc[("1983", "2010"), "per_100000"]


def test_titles_of_sheets_are_such_as_excel_takes():
    taken: list[str] = []
    for text in (
        "Våld: [inne]/ute*?",
        "Ett mycket långt namn på ett brott i hemmet",
        "ett mycket långt namn på ett brott i hemmet",
        "'",
    ):
        taken.append(books.sheet_title(text, taken))
    assert all(0 < len(title) <= 31 and not re.search(r"[\[\]:*?/\\]", title) for title in taken)
    assert len({title.casefold() for title in taken}) == 4


def test_text_that_begins_as_a_formula_stays_text():
    frame = pd.DataFrame({"a": ["=1+1", "+46", "\x07ring"], "b": pd.array([1, pd.NA, 3], dtype="Int64")})
    content = books.content([books.Sheet("Blad", frame, ["a", "b"])], title="t")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Blad"]
    assert [(c.value, c.data_type) for c in sheet["A"][1:]] == [("=1+1", "s"), ("+46", "s"), ("ring", "s")]
    assert [c.value for c in sheet["B"]] == ["b", 1, None, 3]


def test_workbooks_do_not_say_when_they_were_written(monkeypatch: pytest.MonkeyPatch):
    """openpyxl writes the clock into the properties and at every file of the archive."""
    import time

    def made() -> bytes:
        book = writing.new_book(["A"])
        book["A"]["A1"] = 1
        return writing.content_of(book, "t")

    first, now = made(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400 * 400)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(now + 86_400 * 400))
    assert made() == first
    assert (
        b"2026-01-01T00:00:00Z"
        in openpyxl.load_workbook(io.BytesIO(first))
        .properties.to_tree()
        .find("{http://purl.org/dc/terms/}modified")
        .text.encode()
    )


# Sveriges dataportal --------------------------------------------------------------------------------------------------


def _described(syntax: str = ".rdf", **more: Any) -> Graph:
    files = {"powerbi/kunskapsbaserat.xlsx": b"x", "px/a b.px": b"1", "px/c.px": b"2", "powerbi/LASMIG.md": b"#"}
    about = dcat.publisher(**(ABOUT | more))
    content = dcat.description(handed_over.gathered(), handed_over.made(), about, files, syntax=syntax)
    return Graph().parse(data=content, format="xml" if syntax == ".rdf" else "turtle")


MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, DCTERMS.license),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Distribution: (DCAT.accessURL,),
    FOAF.Agent: (FOAF.name,),
}
RECOMMENDED = {
    DCAT.Catalog: (DCTERMS.language, DCTERMS.modified, DCAT.themeTaxonomy),
    DCAT.Dataset: (
        *(DCAT.contactPoint, DCAT.distribution, DCAT.keyword, DCAT.theme, DCTERMS.accessRights, DCTERMS.spatial),
        *(DCTERMS.temporal, DCTERMS.accrualPeriodicity, DCTERMS.modified),
    ),
    DCAT.Distribution: (DCTERMS.description, DCTERMS.format, DCTERMS.license, DCAT.downloadURL),
    FOAF.Agent: (DCTERMS.type,),
}


def test_the_description_has_what_the_profile_asks_for():
    graph = _described()
    for wanted in (MANDATORY, RECOMMENDED):
        for kind, names in wanted.items():
            nodes = list(graph.subjects(RDF.type, kind))
            assert nodes, kind
            missing = [(node, name) for node in nodes for name in names if (node, name, None) not in graph]
            assert not missing
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    assert str(graph.value(catalogue, DCTERMS.license)) == dcat.CC0
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]
    assert all(
        str(node).startswith(("http://", "https://", "mailto:")) for t in graph for node in t if isinstance(node, URIRef)
    )
    period = graph.value(predicate=RDF.type, object=DCTERMS.PeriodOfTime)
    assert graph.value(period, DCAT.startDate).toPython() == date(2010, 1, 1)
    assert graph.value(period, DCAT.endDate).toPython() == date(2026, 6, 30)


def test_files_of_one_kind_are_one_distribution_with_encoded_addresses():
    graph = _described(".ttl", licence="cc0", place="http://sws.geonames.org/2701223", issued=date(2026, 12, 1))
    found = {str(f): sorted(map(str, graph.objects(d, DCAT.downloadURL))) for d, f in graph.subject_objects(DCTERMS.format)}
    assert found["text/x-pcaxis"] == ["https://www.koping.se/oppnadata/px/a%20b.px", "https://www.koping.se/oppnadata/px/c.px"]
    assert len(found) == 2
    assert {str(o) for o in graph.objects(None, DCTERMS.issued)} == {"2026-12-01"}
    assert (None, DCTERMS.spatial, URIRef("http://sws.geonames.org/2701223")) in graph
    assert {str(o) for o in graph.objects(None, DCTERMS.license)} == {dcat.CC0}
    assert set(graph) == set(
        _described(".ttl", licence="cc0", place="http://sws.geonames.org/2701223", issued=date(2026, 12, 1))
    )


def test_the_description_is_the_same_in_every_process():
    """rdflib keeps triples in sets, whose order follows the process: ours come sorted, nodes and what is said of them."""
    files = {"a.xlsx": b"1", "px/a.px": b"2"}
    content = dcat.description(handed_over.gathered(), handed_over.made(), dcat.publisher(**ABOUT), files, syntax=".rdf")
    nodes = re.findall(r'<rdf:Description rdf:about="([^"]+)">(.*?)</rdf:Description>', content.decode(), re.DOTALL)
    assert [name for name, _ in nodes] == sorted(name for name, _ in nodes)
    names = [re.findall(r"^    <(\w+):", inside, re.MULTILINE) for _, inside in nodes]
    assert all(len(found) > 1 for found in names)
    dataset = next(inside for name, inside in nodes if name.endswith("#datamangd"))
    words = re.findall(r"<dcat:keyword[^>]*>([^<]+)<", dataset)
    assert words == sorted(words)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"uri": None}, "Lägg till --utgivare-uri ("),
        ({"name": " ", "email": ""}, "Lägg till --utgivare (kommunens namn"),
        ({"email": "koping.se"}, "--kontakt: ”koping.se” går inte att använda. Skriv en e-postadress."),
        ({"base": "www.koping.se/data"}, "--adress: ”www.koping.se/data” går inte att använda. Skriv en hel webbadress"),
        ({"uri": "SE2120002114"}, "--utgivare-uri: ”SE2120002114” går inte att använda"),
        ({"base": "https://koping.se/a b"}, "saknar mellanslag"),
        ({"base": "https://koping.se/a#b"}, "--adress"),
        ({"place": "Köping"}, "--plats"),
    ],
)
def test_what_only_the_kommun_knows_is_asked_for(change: dict[str, Any], message: str):
    with pytest.raises(dcat.NotDescribed) as caught:
        dcat.publisher(**(ABOUT | change))
    assert message in caught.value.svenska


# Together -------------------------------------------------------------------------------------------------------------


def _all(folder: Path) -> Wanted:
    return Wanted(folder / "powerbi", folder / "a.xlsx", folder / "px", folder / "dcat.rdf", dcat.publisher(**ABOUT))


def _content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_everything_in_one_call_and_the_same_bytes_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exporting, "gather", lambda *_, **__: handed_over.smallest())
    written = exporting.export([], _all(tmp_path / "a"))
    first = _content(tmp_path / "a")
    assert len(written) == len(first) == len(set(written))
    assert {
        "powerbi/LASMIG.md",
        "powerbi/matt.dax",
        "powerbi/matt.csv",
        "a.xlsx",
        "dcat.rdf",
        "px/anmalda_brott_grupper.px",
    } <= set(first)
    (tmp_path / "a" / "a.xlsx").write_bytes(b"gammal")
    exporting.export([], _all(tmp_path / "a"))
    assert _content(tmp_path / "a") == first


@pytest.mark.parametrize("which", ["a.xlsx", "dcat.rdf", "powerbi/matt.csv"])
def test_a_file_that_is_open_leaves_all_as_they_were(which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    files = {tmp_path / name: b"ny" for name in ("a.xlsx", "dcat.rdf", "powerbi/matt.csv", "powerbi/ny.csv")}
    (tmp_path / "powerbi").mkdir()
    for path in list(files)[:3]:
        path.write_bytes(b"gammal")
    opened = Path.open

    def held(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self == tmp_path / which and args[:1] == ("r+b",):
            raise PermissionError(13, "in use", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(FileLocked) as caught:
        placing.place(files)
    assert caught.value.exit_code == 7
    assert "Är filen öppen i Excel eller Power BI" in caught.value.svenska
    monkeypatch.undo()
    assert _content(tmp_path) == {"a.xlsx": b"gammal", "dcat.rdf": b"gammal", "powerbi/matt.csv": b"gammal"}


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(self: Path, _: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(FileLocked) as caught:
        placing.place({tmp_path / "a.xlsx": b"x"})
    assert "saknar du rätt att skriva i mappen" in caught.value.svenska
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_a_file_should_be_and_the_other_way(tmp_path: Path):
    (tmp_path / "fil").write_text("x", encoding="utf-8")
    (tmp_path / "mapp.xlsx").mkdir()
    for path, message in ((tmp_path / "fil" / "a.px", "är en fil, ingen mapp"), (tmp_path / "mapp.xlsx", "är en mapp")):
        with pytest.raises(FileError) as caught:
            placing.place({tmp_path / "ny.px": b"1", path: b"2"})
        assert message in caught.value.svenska
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fil", "mapp.xlsx"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Välj vad som ska skrivas: --powerbi MAPP, --excel FIL"),
        (["--excel", "a.xlsx"], "KOMMUN saknas. Exempel: kunskap export"),
        (["--excel", "a.xlsx", "Köping", "--alla"], "Välj kommuner på ett sätt"),
        (["--excel", "a.xlsx", "Kopng"], "Menade du Köping (1983)"),
        (["--excel", "a.csv", "Köping"], "a.csv måste heta något som slutar på .xlsx."),
        (
            [
                "--px",
                "p",
                "--dcat",
                "a.json",
                *("--utgivare", "K", "--utgivare-uri", "http://k.se"),
                "--kontakt",
                "a@k.se",
                "--adress",
                "http://k.se",
                "Köping",
            ],
            "slutar på .rdf eller .ttl",
        ),
        (["--px", "p", "--dcat", "a.rdf", "Köping"], "uppgifter som bara kommunen har"),
        (["--px", "p", "--dcat", "a.rdf", "Köping", "--utgiven", "igår"], "--utgiven: ”igår” är ingen dag"),
        (
            [
                "--dcat",
                "a.rdf",
                *("--utgivare", "K", "--utgivare-uri", "http://k.se"),
                "--kontakt",
                "a@k.se",
                "--adress",
                "http://k.se",
                "Köping",
            ],
            "--dcat beskriver de filer som skrivs i samma kommando",
        ),
        (["--excel", "a.xlsx", "--data", "finns-inte"], "finns-inte"),
    ],
)
def test_mistakes_on_the_command_line(words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.cli, ["export", *words])
    said = done.exception.svenska if isinstance(done.exception, KunskapError) else done.output
    assert done.exit_code != 0
    assert message in said
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_and_says_what(tmp_path: Path):
    done = CliRunner().invoke(cli.cli, ["export", "--px", str(tmp_path), "Upplands", "Väsby"], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.output.split() == [str(tmp_path / name) for name in ("anmalda_brott_grupper.px", "anmalda_brott_kvartal.px")]
    assert px_reader.read((tmp_path / "anmalda_brott_grupper.px").read_bytes()).codes["kommun"] == [kommun.get("0114").code]


def test_parquet_of_a_table_without_rows_keeps_dates_and_text():
    times = handed_over.made().tables["dim_tid"]
    bare = pd.read_parquet(io.BytesIO(powerbi.parquet(times.iloc[:0])), dtype_backend="pyarrow").dtypes
    full = pd.read_parquet(io.BytesIO(powerbi.parquet(times)), dtype_backend="pyarrow").dtypes
    assert bare.equals(full)
    assert str(full["forsta_dag"]).startswith("date32")
