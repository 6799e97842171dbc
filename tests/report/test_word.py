"""The Word document against the page it is made from, and against the rules of the format."""

from __future__ import annotations

import copy
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
from bs4 import BeautifulSoup, NavigableString, Tag
from documents import WP, A, R, W, names, part, style, text, word, words
from hypothesis import given
from hypothesis import strategies as st
from pages import page, soup
from PIL import Image
from pypdf import PdfReader

from kunskapsbaserat.errors import FileLocked, RenderError
from kunskapsbaserat.report import html
from kunskapsbaserat.report import word as word_file
from kunskapsbaserat.report.own import markdown_to_html
from kunskapsbaserat.report.text import word as office_words
from kunskapsbaserat.report.word import styles, tables
from kunskapsbaserat.report.word.blocks import RULES
from kunskapsbaserat.report.word.document import document_bytes
from kunskapsbaserat.report.word.inline import Piece, pieces
from kunskapsbaserat.report.word.writer import MARGIN, PAPER

pytestmark = pytest.mark.xdist_group("word")  # each page and document is made once
KINDS = ["Borlänge", "Vansbro", "Ystad"]
INLINE = {"a", "b", "strong", "em", "code", "del"}
TEXT_WIDTH = [(side - 2 * MARGIN) / 25.4 * 1440 for side in PAPER]


def page_words(of: str) -> list[str]:
    """What a reader meets on a page, in order, read in another way: every element but those within a sentence parts words."""
    body = BeautifulSoup(of, "html.parser").body
    assert body is not None
    for gone in body.select("a.hoppa, svg, summary, dl.fakta, caption.dold"):
        gone.decompose()
    for nav in body.find_all("nav"):
        nav.insert(0, NavigableString(str(nav["aria-label"])))
    for tag in body.find_all(True):
        apart = tag.name not in INLINE and not (tag.name == "span" and "liten" in tag.get_attribute_list("class"))
        if apart or tag.parent.name == "figcaption":
            tag.insert_before(NavigableString(" "))
            tag.insert_after(NavigableString(" "))
    return words(body.get_text(""))


def document_words(data: bytes) -> list[str]:
    body = copy.deepcopy(part(data).find(f"{W}body"))
    facts = next(t for t in body if t.tag == f"{W}tbl")
    body.remove(facts)
    return words(text(body))


@pytest.mark.parametrize("kommun", KINDS)
def test_every_word_of_the_page_once_and_in_order(kommun: str):
    assert document_words(word(kommun)) == page_words(page(kommun))


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
    assert len(places) == len(soup("Borlänge").select("div.tom")) > 10
    for place in places:
        assert place.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
        assert style(place.find(f"{W}sdtContent/{W}p")) == "EgenText"
        assert "".join(t.text for t in place.iter(f"{W}t")) == office_words.WRITE_HERE
    fields = [s for s in part(data).iter(f"{W}sdt") if s.find(f"{W}sdtContent/{W}r") is not None]
    assert len(fields) == len(soup("Borlänge").select("span.fyll")) > 10
    names_of_fields = [f.find(f"{W}sdtPr/{W}alias").get(f"{W}val") for f in fields]
    assert "Allvarlighet: Bostadsinbrott" in names_of_fields


@pytest.mark.parametrize("kommun", KINDS)
def test_links_lead_somewhere_and_numbers_are_unique(kommun: str):
    root = part(word(kommun))
    targets = [b.get(f"{W}name") for b in root.iter(f"{W}bookmarkStart")]
    anchors = {h.get(f"{W}anchor") for h in root.iter(f"{W}hyperlink")} - {None}
    assert anchors == set(targets)
    assert len(anchors) >= 8
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


def test_the_same_page_gives_the_same_bytes_without_times():
    data = word("Ystad")
    assert document_bytes(page("Ystad")) == data
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


def with_part(extra: str) -> str:
    return page("Ystad").replace("</main>", f"{extra}</main>")


def test_all_of_markdown_comes_along():
    of = with_part(html.own_text(markdown_to_html(MARKDOWN)))
    data = document_bytes(of)
    assert document_words(data) == page_words(of)
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
        "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
        '<ul class="fynd">löst<li>a</li></ul>',
        "<p>text <kbd>x</kbd></p>",
        '<p>text <span class="ny">x</span></p>',
        '<div class="bred"><table><tr><td rowspan="2">a</td></tr></table></div>',
        '<svg class="ny"><path d="M0 0"/></svg>',
    ],
)
def test_an_unknown_element_stops_the_document(extra: str, tmp_path: Path):
    with pytest.raises(RenderError, match="no rule for") as caught:
        word_file.write(with_part(f'<div class="kb">{extra}</div>'), tmp_path / "report.docx")
    assert "går inte att föra över" in caught.value.svenska
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kommun", KINDS)
def test_every_class_on_the_page_has_its_rule(kommun: str):
    """A class without a rule loses no text, but nobody has thought of how it should look."""
    body = copy.copy(soup(kommun).body)
    assert body is not None
    for drawing in body.select("svg, table *, dl *, caption, span, .skarm"):
        drawing.decompose()
    known = {f"{tag.name}.{css}" for tag in body.find_all(True) for css in tag.get_attribute_list("class") if css}
    known -= {
        "section.lang",
        "div.huvud",
        "main.yta",
        "footer.sidfot",
        "nav.kb",
    }  # beside a class that has one, or the page's frame
    assert known - set(RULES) == set()


def test_an_unknown_class_loses_no_text():
    of = with_part('<div class="kb"><div class="ny"><p class="ny">ett</p><ul class="ny"><li>två</li></ul></div></div>')
    assert document_words(document_bytes(of)) == page_words(of)


def wide_table(columns: int) -> str:
    head = "".join(f"<th>Kolumnrubrik{i}</th>" for i in range(columns))
    row = "".join(f"<td>{i * 1000}</td>" for i in range(columns))
    rows = f"<thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody>"
    return f'<div class="bred"><table><caption>Bred</caption>{rows}</table></div>'


def test_a_wide_table_lies_and_the_rest_stands():
    of = with_part(f'<div class="kb"><p>före</p>{wide_table(13)}<p>efter</p></div>')
    document = docx.Document(io.BytesIO(document_bytes(of)))
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in document.sections]
    assert sizes == [(210, 297), (297, 210), (210, 297)]
    assert [s.different_first_page_header_footer for s in document.sections] == [True, False, False]
    last = part(document_bytes(of)).findall(f".//{W}tbl")[-1]
    assert TEXT_WIDTH[0] < sum(int(c.get(f"{W}w")) for c in last.iter(f"{W}gridCol")) <= TEXT_WIDTH[1] + 13 / 2
    assert document_words(document_bytes(of)) == page_words(of)


def test_two_tables_do_not_run_into_one():
    bare = wide_table(2).replace("<caption>Bred</caption>", "")
    body = list(part(document_bytes(with_part(f'<div class="kb">{bare}{bare}</div>'))).find(f"{W}body"))
    kinds = [node.tag for node in body]
    assert not any(a == b == f"{W}tbl" for a, b in itertools.pairwise(kinds))


@given(st.lists(st.lists(st.text("abcåäö 0123", min_size=0, max_size=30), min_size=3, max_size=3), min_size=1, max_size=6))
def test_columns_share_the_room(rows: list[list[str]]):
    cells = [[tables.Cell([Piece("text", content)], False, False, 1) for content in row] for row in rows]
    plan = tables.layout(tables.Grid(cells, 1, (), (), False), 480, 730)
    assert min(plan.widths) > 0
    assert sum(plan.widths) <= (730 if plan.lying else 480) + 1e-6
    for place, width in enumerate(plan.widths):
        longest = max(len(w) for row in rows for w in (*row[place].split(" "), ""))
        assert width >= longest * plan.size * 0.29 or plan.size == 7.5


@given(st.lists(st.tuples(st.sampled_from(["", "b", "em"]), st.text("a \n\tå\u00a0", max_size=6)), max_size=8))
def test_white_space_is_what_a_browser_shows(parts: list[tuple[str, str]]):
    markup = "".join(f"<{tag}>{content}</{tag}>" if tag else content for tag, content in parts)
    paragraph = BeautifulSoup(f"<p>{markup}</p>", "html.parser").p
    assert isinstance(paragraph, Tag)
    expected = re.sub(r"[ \n\t]+", " ", "".join(content for _, content in parts)).strip(" ")
    assert "".join(piece.text for piece in pieces(paragraph.children)) == expected


def test_missing_libraries_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(RenderError, match="docx and resvg_py") as caught:
        word_file.write(page("Ystad"), tmp_path / "report.docx")
    assert 'pip install "kunskapsbaserat[office]"' in caught.value.svenska


def test_a_document_open_in_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def locked(self: Path, _data: bytes) -> int:
        raise PermissionError(13, "used by another process", str(self))

    monkeypatch.setattr(Path, "write_bytes", locked)
    with pytest.raises(FileLocked) as caught:
        word_file.write(page("Ystad"), tmp_path / "report.docx")
    assert "Stäng filen i Word" in caught.value.svenska


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
@pytest.mark.parametrize("kommun", ["Borlänge", "Ystad"])
def test_libreoffice_opens_it_and_shows_every_word(kommun: str, tmp_path: Path):
    file = tmp_path / "rapport å ä ö.docx"
    word_file.write(page(kommun), file)
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    reader = PdfReader(file.with_suffix(".pdf"))
    assert 5 <= len(reader.pages) <= 35
    shown = re.sub(r"\s|\u2060", "", "".join(p.extract_text() for p in reader.pages))
    for heading in soup(kommun).find_all("h2"):
        assert re.sub(r"\s|\u2060", "", heading.get_text()) in shown
