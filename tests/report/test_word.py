"""The Word document against the page of the same blocks, and against the rules of the format."""

from __future__ import annotations

import dataclasses
import importlib.util
import io
import itertools
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from bs4 import BeautifulSoup, Tag
from documents import WP, A, R, W, document_words, manuscript, names, page_words, part, style, text, word, words
from hypothesis import given
from hypothesis import strategies as st
from pages import ANNEX, DECISION, REPORT, page, report, soup
from PIL import Image
from pypdf import PdfReader

from kunskapsbaserat import extras
from kunskapsbaserat.errors import FileLocked, RenderError
from kunskapsbaserat.report.material.own_texts.markdown import markdown_to_html
from kunskapsbaserat.report.page import blocks, html, part_data
from kunskapsbaserat.report.page import word as word_file
from kunskapsbaserat.report.page.blocks import Blank, Column, OwnText, Paragraph, Part, Section, Table
from kunskapsbaserat.report.page.word import Manuscript, inline, styles, tables
from kunskapsbaserat.report.page.word import words as office_words
from kunskapsbaserat.report.page.word.blocks import write
from kunskapsbaserat.report.page.word.document import document_bytes
from kunskapsbaserat.report.page.word.grid import Cell, Grid, layout
from kunskapsbaserat.report.page.word.inline import Piece
from kunskapsbaserat.report.page.word.own_html import pieces
from kunskapsbaserat.report.page.word.writer import MARGIN, PAPER, Writer

pytestmark = pytest.mark.xdist_group("word")  # each page and document is made once
KINDS = ["Borlänge", "Vansbro", "Ystad"]
TEXT_WIDTH = [(side - 2 * MARGIN) / 25.4 * 1440 for side in PAPER]


@pytest.mark.parametrize(
    ("kommun", "file"), [*((kommun, REPORT) for kommun in KINDS), *(("Ystad", f) for f in (DECISION, ANNEX))]
)
def test_every_word_of_the_page_once_and_in_order(kommun: str, file: str):
    assert document_words(word(kommun, file)) == page_words(page(kommun, file=file))


@pytest.mark.parametrize("kommun", KINDS)
def test_the_facts_of_the_masthead(kommun: str):
    head, row = part(word(kommun)).find(f".//{W}tbl").findall(f"{W}tr")
    found = [(" ".join(words(text(a))), " ".join(words(text(b)))) for a, b in zip(head[1:], row[1:], strict=True)]
    pairs = soup(kommun).select("dl.fakta > div")
    assert found == [(" ".join(words(p.dt.get_text())), " ".join(words(p.dd.get_text()))) for p in pairs]


@pytest.mark.parametrize("kommun", KINDS)
def test_headings_keep_their_level(kommun: str):
    found = [(style(p), words(text(p))) for p in part(word(kommun)).iter(f"{W}p") if style(p).startswith("Heading")]
    shown = soup(kommun).find_all(re.compile("^h[1-6]$"))
    spaced = [(f"Heading{h.name[1]}", words(h.get_text(" "))) for h in shown]
    assert found == spaced
    assert [level for level, _ in found].count("Heading1") == 1


@pytest.mark.parametrize("kommun", KINDS)
def test_tables_are_tables(kommun: str):
    """Same cells in the same places, a head that is repeated, and widths within the margins."""
    found = part(word(kommun)).findall(f".//{W}tbl")[1:]
    shown = BeautifulSoup(page(kommun).replace("<br>", " "), "html.parser").find_all("table")
    assert len(found) == len(shown) > 5
    for made, table in zip(found, shown, strict=True):
        cells = [[words(text(c)) for c in row.findall(f"{W}tc")] for row in made.findall(f"{W}tr")]
        assert cells == [[words(c.get_text("")) for c in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        repeated = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in made.findall(f"{W}tr")]
        assert repeated == [True] + [False] * (len(cells) - 1)
        widths = [int(c.get(f"{W}w")) for c in made.findall(f"{W}tblGrid/{W}gridCol")]
        assert sum(widths) <= TEXT_WIDTH[0] + len(widths) / 2  # each is rounded to a whole number
        caption = table.caption.find(string=True, recursive=False)
        assert words(made.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")) == words(caption)


@pytest.mark.parametrize("kommun", KINDS)
def test_figures_say_their_finding_and_small_drawings_nothing(kommun: str):
    drawn = list(part(word(kommun)).iter(f"{WP}docPr"))
    said = [(d.get("title"), d.get("descr")) for d in drawn if d.get("descr")]
    figures = soup(kommun).select('svg[role="img"]')
    assert said == [(f.title.get_text(), f.desc.get_text()) for f in figures]
    silent = [d for d in drawn if not d.get("descr")]
    assert all(next(d.iter(f"{A}ext"))[0].get("val") == "1" for d in silent)
    small = [svg for svg in soup(kommun).select('svg[aria-hidden="true"]') if svg.get("viewbox")]
    assert len(silent) == len(small)


def test_figures_are_sharp_and_drawn():
    data = word("Borlänge")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = {r.get("Id"): r.get("Target") for r in part(data, "word/_rels/document.xml.rels")}
        figures = [i for i in part(data).iter(f"{WP}inline") if i.find(f"{WP}docPr").get("descr")]
        for inline in figures:
            target = relations[next(inline.iter(f"{A}blip")).get(f"{R}embed")]
            picture = Image.open(io.BytesIO(archive.read(f"word/{target}"))).convert("RGB")
            inches = int(inline.find(f"{WP}extent").get("cx")) / 914400
            assert picture.width / inches >= 290
            colours = {colour for _, colour in picture.getcolors(1 << 20)}
            assert {(0xFF, 0xFF, 0xFF), (0x00, 0x51, 0x8A)} <= colours, target


def test_open_places_are_paragraphs_to_write_in():
    data = word("Borlänge")
    places = [s for s in part(data).iter(f"{W}sdt") if s.find(f"{W}sdtContent/{W}p") is not None]
    assert len(places) == len(soup("Borlänge").select("div.tom")) == 10
    for place in places:
        assert place.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
        assert style(place.find(f"{W}sdtContent/{W}p")) == "EgenText"
        assert "".join(t.text for t in place.iter(f"{W}t")) == office_words.WRITE_HERE


@pytest.mark.parametrize("kommun", KINDS)
def test_links_lead_somewhere_and_numbers_are_unique(kommun: str):
    root = part(word(kommun))
    targets = [b.get(f"{W}name") for b in root.iter(f"{W}bookmarkStart")]
    anchors = {h.get(f"{W}anchor") for h in root.iter(f"{W}hyperlink")} - {None}
    assert anchors <= set(targets)
    assert len(anchors) >= 5
    for unique in (
        targets,
        [b.get(f"{W}id") for b in root.iter(f"{W}bookmarkStart")],
        [d.get("id") for d in root.iter(f"{WP}docPr")],
        [i.get(f"{W}val") for i in root.iter(f"{W}id")],
    ):
        assert len(set(unique)) == len(unique)
    relations = {r.get("Id") for r in part(word(kommun), "word/_rels/document.xml.rels")}
    used = {value for node in root.iter() for key, value in node.attrib.items() if key.startswith(R)}
    assert used <= relations


def test_the_same_report_gives_the_same_bytes_without_times():
    data = word("Ystad")
    assert document_bytes(manuscript("Ystad")) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names(data)[0] == "[Content_Types].xml"
    assert not any("docProps/app" in name or "thumbnail" in name for name in names(data))
    assert {node.tag.split("}")[1] for node in part(data, "docProps/core.xml")} == {"title", "creator", "language"}


def test_properties_language_and_paper():
    document = docx.Document(io.BytesIO(word("Borlänge")))
    assert document.core_properties.title == "Lägesbild 2026: brott och otrygghet i Borlänge"
    assert document.core_properties.author == "Borlänge, Dalarnas län"
    assert document.core_properties.language == "sv-SE"
    assert [round(s.page_width.mm) for s in document.sections] == [210]
    defaults = document.styles.element.find(f"{W}docDefaults")
    assert defaults.find(f".//{W}lang").get(f"{W}val") == "sv-SE"
    modes = [s.get(f"{W}val") for s in document.settings.element.iter(f"{W}compatSetting") if "Mode" in s.get(f"{W}name")]
    assert modes == ["15"]


def test_a_draft_says_so_on_every_page():
    section = docx.Document(io.BytesIO(word("Borlänge"))).sections[0]
    header = [p.text for p in section.header.paragraphs]
    assert header[0].startswith("Lägesbild Borlänge 2026 · diarienummer")
    assert header[1].startswith("Utkast: ")
    assert [p.text for p in section.first_page_header.paragraphs] == [""]
    for foot in (section.footer, section.first_page_footer):
        assert re.findall(r"PAGE|NUMPAGES", "".join(foot.paragraphs[0]._p.itertext())) == ["PAGE", "NUMPAGES"]


# The order that the schema of ECMA-376 (part 1, annex A) asks for, as far as we write it
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd suppressAutoHyphens spacing ind jc "
    "outlineLvl sectPr",
    "rPr": "rStyle rFonts b i strike color sz szCs u bdr shd lang",
    "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW gridSpan tcBorders vAlign",
    "pBdr": "top left bottom right",
    "tbl": "tblPr tblGrid tr",
    "sdtPr": "alias id showingPlcHdr text",
    "style": "name basedOn next uiPriority semiHidden unhideWhenUsed qFormat pPr rPr tblPr tcPr tblStylePr",
    "lvl": "start numFmt pStyle lvlText lvlJc pPr",
    "numbering": "abstractNum num",
}


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/header1.xml"])
def test_elements_stand_in_the_order_of_the_schema(name: str):
    for node in part(word("Borlänge"), name).iter():
        order = ORDER.get(node.tag.removeprefix(W))
        if order:
            places = [order.split().index(child.tag.removeprefix(W)) for child in node]
            assert places == sorted(places), ([c.tag for c in node], node.tag)


def test_every_style_in_use_is_there():
    known = {s.get(f"{W}styleId") for s in part(word("Borlänge"), "word/styles.xml").iter(f"{W}style")}
    kinds = ("pStyle", "rStyle", "tblStyle")
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/numbering.xml", "word/styles.xml"):
        used = {n.get(f"{W}val") for kind in kinds for n in part(word("Borlänge"), name).iter(f"{W}{kind}")}
        assert used <= known, name


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_can_be_read():
    grounds = [(m.colour, m.fill or ground) for m in styles.MARKS if m.colour for ground in ("FFFFFF", styles.TINT)]
    grounds += [(s.colour, styles.TINT) for s in styles.PARAGRAPHS if s.colour]
    for ink, ground in grounds:
        light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


MARKDOWN = """
# Rubrik

Stycke med **fet**, *kursiv*, ~~struken~~ och `kod` samt [länk](https://bra.se/å?a=1&b=2), rad  
ny rad.

- punkt
    - inre punkt
        1. innerst
- punkt två

    andra stycket

1. ett
2. två

Text emellan.

1. ett igen

> citat **fet**

    kod  med   mellanrum

| Plats | Antal |
|-------|------:|
| Torget | 12 |

---

Slut.
"""  # noqa: W291 - two spaces are a line break


def with_blocks(*added: blocks.Block) -> tuple[str, Manuscript]:
    """The page and the manuscript of a report with one more section."""
    new = Part("ny", "", [Section("ny", "Nytt", "Ny rubrik", added)])
    of = manuscript("Ystad")
    shown = page("Ystad").replace("</main>", f"{new.to_html()}</main>")
    return shown, dataclasses.replace(of, parts=[*of.parts, new])


def own(safe_html: str) -> OwnText:
    return OwnText("egen", "Kommunens bedömning", (), text_html=safe_html)


def test_all_of_markdown_comes_along():
    shown, of = with_blocks(own(markdown_to_html(MARKDOWN)))
    data = document_bytes(of)
    assert document_words(data) == page_words(shown)
    root = part(data)
    inside = {style(p) for p in root.iter(f"{W}p")}
    assert {"Heading4", "ListBullet", "ListBullet2", "ListNumber3", "ListNumber", "Quote", "Kod", "EgenText"} <= inside
    relations = [r.get("Target") for r in part(data, "word/_rels/document.xml.rels") if r.get("TargetMode") == "External"]
    assert relations == ["https://bra.se/%C3%A5?a=1&b=2"]
    numbered = [p for p in root.iter(f"{W}p") if style(p) == "ListNumber" and words(text(p))[0] in ("ett", "två")]
    lists = [p.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val") for p in numbered]
    assert lists[0] == lists[1] != lists[2]
    assert [t.text for t in root.iter(f"{W}t") if "mellanrum" in (t.text or "")] == ["kod  med   mellanrum"]


@pytest.mark.parametrize(
    "extra",
    [
        "<video>film</video>",
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<ul><li><p>text <kbd>x</kbd></p></li></ul>",
        "<p>text <span>x</span></p>",
        "<p>text <img src='x'></p>",
        '<svg class="ny"><path d="M0 0"/></svg>',
    ],
)
def test_an_unknown_element_in_an_own_text_stops_the_document(extra: str, tmp_path: Path):
    with pytest.raises(RenderError, match="no rule for") as caught:
        word_file.write(with_blocks(own(extra))[1], tmp_path / "report.docx")
    assert "går inte att föra över" in caught.value.svenska
    assert list(tmp_path.iterdir()) == []


def kinds(alias: str) -> set[type]:
    """The classes of a union of blocks that is written as text."""
    return {vars(blocks).get(name, str) for name in alias.split(" | ")}


def test_every_block_and_every_cell_has_its_writer():
    """A new class among the blocks is a block, a cell, or a part of one of them; each of the first two has its function."""
    assert kinds(blocks.Block) | {Part, Section, blocks.Masthead} <= set(write.registry)
    assert kinds(blocks.Cell) <= set(inline.pieces.registry)
    classes = {c for c in vars(blocks).values() if dataclasses.is_dataclass(c) and c.__module__ == blocks.__name__}
    fields = " ".join(str(f.type) for c in classes for f in dataclasses.fields(c))
    loose = {
        c.__name__ for c in classes - set(write.registry) if not re.search(rf"\b{c.__name__}\b", f"{fields} {blocks.Cell}")
    }
    assert loose == set()


def test_a_block_without_a_writer_stops_the_document(tmp_path: Path):
    class Film:
        pass

    of = dataclasses.replace(manuscript("Ystad"), parts=[Part("ny", "", [Section("ny", "", "Ny", [Film()])])])
    with pytest.raises(RenderError, match="no Word writer for Film") as caught:
        word_file.write(of, tmp_path / "report.docx")
    assert "delen Film går inte att föra över" in caught.value.svenska
    assert list(tmp_path.iterdir()) == []


def test_every_symbol_of_the_page_has_its_character():
    drawn = (Path(html.__file__).parent / "symboler.svg").read_text(encoding="utf-8")
    assert set(inline.SYMBOLS) == set(re.findall(r'id="i-(\w+)"', drawn))


@pytest.mark.parametrize("kommun", KINDS)
def test_a_part_kept_as_data_is_the_same_part(kommun: str):
    document = report(kommun)
    for one in (*document.parts(), document.bilagor().part):
        bundle = part_data.bundle(one)
        kept = part_data.read(bundle)
        assert kept.to_html() == one.to_html()
        assert part_data.bundle(kept) == bundle


@pytest.mark.parametrize(
    "bundle",
    [
        {"key": "x"},
        {"part": '{"_":"Film"}'},
        {"part": '{"_":"Paragraph","text":"x"}'},
        {"part": '{"_":"Part","ny":1}'},
        {"part": "{"},
    ],
)
def test_a_part_of_another_version_is_not_guessed(bundle: dict):
    with pytest.raises(RenderError, match="cannot be read") as caught:
        part_data.read(bundle)
    assert "Kör alla celler igen" in caught.value.svenska


def table(columns: int, **more: str) -> Table:
    heads = [Column(f"Kolumnrubrik{i}", right=i > 0) for i in range(columns)]
    return Table("Bred", heads, [[str(i * 1000) for i in range(columns)]], (), **more)


def test_a_wide_table_lies_and_the_rest_stands():
    shown, of = with_blocks(Paragraph("före"), table(13), Paragraph("efter"))
    data = document_bytes(of)
    document = docx.Document(io.BytesIO(data))
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]
    assert sizes == [(210, 297), (297, 210), (210, 297)]
    assert [s.different_first_page_header_footer for s in document.sections] == [True, False, False]
    last = part(data).findall(f".//{W}tbl")[-1]
    assert TEXT_WIDTH[0] < sum(int(c.get(f"{W}w")) for c in last.iter(f"{W}gridCol")) <= TEXT_WIDTH[1] + 13 / 2
    assert document_words(data) == page_words(shown)


def test_what_introduces_a_table_stands_on_its_page():
    _, of = with_blocks(Paragraph("före"), table(2, source="Källa: Brå."), Paragraph("efter"))
    kept = {text(p).strip(): p.find(f"{W}pPr/{W}keepNext") is not None for p in part(document_bytes(of)).iter(f"{W}p")}
    assert (kept["före"], kept["1000"], kept["Källa: Brå."], kept["efter"]) == (True, True, False, False)


def test_two_tables_do_not_run_into_one():
    bare = table(2, layout="law")
    body = list(part(document_bytes(with_blocks(bare, bare)[1])).find(f"{W}body"))
    assert not any(a.tag == b.tag == f"{W}tbl" for a, b in itertools.pairwise(body))


def test_a_cell_alone_in_its_row_is_a_heading_over_the_next_rows():
    document = docx.Document()
    rows = [["Brott", "Antal"], ["Våld"], ["Rån", "12"]]
    cells = [[Cell([Piece("text", content)], head=place == 0) for place, content in enumerate(row)] for row in rows]
    tables.write(Grid(cells, heads=1), Writer(document))
    _, group, row = document.element.body.find(f"{W}tbl").findall(f"{W}tr")
    assert group.find(f"{W}tc/{W}tcPr/{W}gridSpan").get(f"{W}val") == "2"
    assert style(group.find(f"{W}tc/{W}p")) == "Tabellhuvud"
    assert group.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") is not None
    assert group.find(f"{W}trPr/{W}tblHeader") is None
    widths = [int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) for cell in (*group.findall(f"{W}tc"), *row.findall(f"{W}tc"))]
    assert widths[0] == pytest.approx(sum(widths[1:]), abs=1)


def test_an_empty_place_is_called_by_its_column_and_row():
    asked = Table("Att fylla i", [Column("Brott"), Column("Allvar")], [["Rån", Blank("fylls i")]], ())
    fields = part(document_bytes(with_blocks(asked)[1])).findall(f".//{W}tc/{W}p/{W}sdt/{W}sdtPr/{W}alias")
    assert [f.get(f"{W}val") for f in fields].count("Allvar: Rån") == 1


@given(st.lists(st.lists(st.text("abcåäö 0123", min_size=0, max_size=30), min_size=3, max_size=3), min_size=1, max_size=6))
def test_columns_share_the_room(rows: list[list[str]]):
    cells = [[Cell([Piece("text", content)]) for content in row] for row in rows]
    plan = layout(Grid(cells, heads=1), 480, 730)
    assert min(plan.widths) > 0
    assert sum(plan.widths) <= (730 if plan.lying else 480) + 1e-6
    for place, width in enumerate(plan.widths):
        longest = max(len(w) for row in rows for w in (*row[place].split(" "), ""))
        assert width >= longest * plan.size * 0.29 or plan.size == 7.5


@given(st.lists(st.tuples(st.sampled_from(["", "strong", "em"]), st.text("a \n\tå\u00a0", max_size=6)), max_size=8))
def test_white_space_is_what_a_browser_shows(parts: list[tuple[str, str]]):
    markup = "".join(f"<{tag}>{content}</{tag}>" if tag else content for tag, content in parts)
    paragraph = BeautifulSoup(f"<p>{markup}</p>", "html.parser").p
    assert isinstance(paragraph, Tag)
    expected = re.sub(r"[ \n\t]+", " ", "".join(content for _, content in parts)).strip(" ")
    assert "".join(piece.text for piece in pieces(paragraph.children)) == expected


def test_missing_libraries_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(RenderError, match="docx and resvg_py") as caught:
        word_file.write(manuscript("Ystad"), tmp_path / "report.docx")
    assert extras.command("office") in caught.value.svenska


def test_a_document_open_in_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def locked(self: Path, _data: bytes) -> int:
        raise PermissionError(13, "used by another process", str(self))

    monkeypatch.setattr(Path, "write_bytes", locked)
    with pytest.raises(FileLocked) as caught:
        word_file.write(manuscript("Ystad"), tmp_path / "report.docx")
    assert "Stäng filen i Word" in caught.value.svenska


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
@pytest.mark.parametrize("kommun", ["Borlänge", "Ystad"])
def test_libreoffice_opens_it_and_shows_every_word(kommun: str, tmp_path: Path):
    file = tmp_path / "rapport å ä ö.docx"
    word_file.write(manuscript(kommun), file)
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    reader = PdfReader(file.with_suffix(".pdf"))
    assert 5 <= len(reader.pages) <= 35
    shown = re.sub(r"\s|\u2060", "", "".join(p.extract_text() for p in reader.pages))
    for heading in soup(kommun).find_all("h2"):
        assert re.sub(r"\s|\u2060", "", heading.get_text()) in shown
