"""Pictures in the kommun's own texts: shown where they can be, cleaned, and said by name where they cannot."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from kunskapsbaserat import kommun
from kunskapsbaserat.data.folder import layout
from kunskapsbaserat.report.material.own_texts import file as texts
from kunskapsbaserat.report.material.own_texts import places, svg
from kunskapsbaserat.report.material.own_texts.pictures import MAX_BYTES, NoPicture, load

PLACE = "Brottens konsekvenser"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h9"/>{}</svg>'


def png(size: tuple[int, int] = (40, 30), secret: str = "") -> bytes:
    about = PngInfo()
    about.add_text("Author", secret)
    out = io.BytesIO()
    Image.new("RGB", size, "#3b6").save(out, "PNG", pnginfo=about)
    return out.getvalue()


def jpeg(*, turned: bool = False, progressive: bool = False) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Kamera hemma"
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG", exif=exif.tobytes(), comment="hemligt", progressive=progressive)
    return out.getvalue() + b"mer efter bilden"


def written(folder: Path, body: str) -> texts.Texts:
    whole = places.starting_texts(kommun.get("2081")).replace(f"## {PLACE}\n", f"## {PLACE}\n\n{body}\n", 1)
    (folder / "texter.md").write_text(whole, encoding="utf-8")
    return texts.read(folder / "texter.md")


def shown(said: texts.Texts) -> str:
    return "".join(said.html(key) or "" for key in said.sections)


def test_a_picture_stands_in_the_page_without_what_it_tells_of_itself(tmp_path: Path):
    (tmp_path / "karta.png").write_bytes(png(secret="Anna Andersson"))
    said = written(tmp_path, 'Se kartan.\n\n![Karta över "torget" & <stationen>](karta.png)\n')
    page = shown(said)
    assert said.findings == ()
    assert 'alt="Karta över &quot;torget&quot; &amp; &lt;stationen&gt;"' in page
    assert 'width="40" height="30"' in page
    content = base64.b64decode(re.search(r'src="data:image/png;base64,([^"]+)"', page)[1])
    assert b"Anna" not in content
    assert Image.open(io.BytesIO(content)).getpixel((3, 3)) == (51, 187, 102)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_photo_loses_its_exif_and_nothing_that_is_seen(tmp_path: Path, progressive: bool):
    original = jpeg(progressive=progressive)
    (tmp_path / "torget.jpg").write_bytes(original)
    picture = load(tmp_path, "torget.jpg")
    assert b"Kamera" not in picture.content
    assert b"hemligt" not in picture.content
    assert b"efter bilden" not in picture.content
    assert (picture.width, picture.height) == (256, 256)
    assert Image.open(io.BytesIO(picture.content)).tobytes() == Image.open(io.BytesIO(original)).tobytes()


SCRIPTS = (
    "<script>alert(1)</script>",
    '<a href="https://example.org/x"><path d="M1 1"/></a>',
    '<path d="M0 0" onclick="alert(1)"/>',
    '<path d="M0 0" fill="url(https://example.org/f)"/>',
    '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="https://example.org/a.svg#b"/>',
    '<x:note xmlns:x="http://example.org/ns">hemligt</x:note>',
)


@settings(max_examples=30)
@given(st.lists(st.sampled_from(SCRIPTS)))
def test_a_drawing_is_kept_without_what_runs_or_loads(parts: list[str]):
    cleaned, width, height = svg.clean(DRAWING.format("".join(parts)).encode())
    assert (width, height) == (40, 20)
    assert b'd="M0 0h9"' in cleaned
    assert not re.search(rb"script|onclick|example\.org|hemligt", cleaned)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (DRAWING.format('<image href="#a"/>').encode(), "inlagd bild"),
        (DRAWING.format("<style>path{fill:red}</style>").encode(), "stilmall"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWING.format("&a;").encode(), "DTD"),
        (b"<svg", "skadad"),
        (png()[:60], "skadad"),
        (png((5000, 4100)), "bildpunkter"),
        (b"GIF89a", "ingen PNG"),
        (jpeg(turned=True), "vridas"),
        (jpeg()[:300], "skadad"),
    ],
    ids=["image", "style", "entity", "not ended", "cut png", "huge", "gif", "turned", "cut jpeg"],  # not the bytes themselves
)
def test_a_picture_that_cannot_be_shown_says_why(tmp_path: Path, content: bytes, why: str):
    (tmp_path / "b.png").write_bytes(content)
    with pytest.raises(NoPicture) as caught:
        load(tmp_path, "b.png")
    assert why in caught.value.svenska


@pytest.mark.parametrize("address", ["https://a.se/b.png", "../b.png", "/etc/b.png", "file:///b.png", "//a/b.png", "länk.png"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, address: str):
    folder = tmp_path / "mapp"
    folder.mkdir()
    (tmp_path / "b.png").write_bytes(png())
    (folder / "länk.png").symlink_to(tmp_path / "b.png")
    with pytest.raises(NoPicture, match="mappen"):
        load(folder, address)


def test_what_is_not_seen_is_said_with_its_line(tmp_path: Path):
    noise = Image.effect_noise((600, 600), 80)
    noise.save(tmp_path / "stor.png")
    assert (tmp_path / "stor.png").stat().st_size > MAX_BYTES
    (tmp_path / "a.png").write_bytes(png())
    body = "![](a.png)\n\n![Karta](saknas.png)\n\n![Karta](stor.png)\n\n![Karta](min karta.png)\n\n[protokoll](file:///a)"
    said = written(tmp_path, body)
    lines = (tmp_path / "texter.md").read_text(encoding="utf-8").splitlines()
    where = {lines[f.row - 1]: f.svenska for f in said.findings if f.row}
    assert len(where) == len(said.findings) == 5
    assert "saknar beskrivning" in where["![](a.png)"]
    assert "finns inte" in where["![Karta](saknas.png)"]
    assert "Gränsen är 100 kB" in where["![Karta](stor.png)"]
    assert "mellanslag" in where["![Karta](min karta.png)"]
    assert "webbsida" in where["[protokoll](file:///a)"]
    assert "<img" not in shown(said)


def test_a_picture_is_no_file_of_figures(tmp_path: Path):
    (tmp_path / "karta.png").write_bytes(png())
    assert layout.data_paths(tmp_path) == ()
    assert layout.pictures(tmp_path) == (tmp_path / "karta.png",)


def test_the_texts_are_others_when_a_picture_is(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(png())
    before = written(tmp_path, "![Karta](a.png)").digest
    (tmp_path / "a.png").write_bytes(png((41, 30)))
    assert written(tmp_path, "![Karta](a.png)").digest != before


@pytest.mark.parametrize("name", ["a.png", "b.jpg", "c.svg"])
def test_word_has_the_picture_with_its_words(tmp_path: Path, name: str):
    from docx import Document

    from kunskapsbaserat.report.page.word import own_html
    from kunskapsbaserat.report.page.word.styles import install
    from kunskapsbaserat.report.page.word.writer import Writer

    (tmp_path / name).write_bytes({"a": png((3000, 300)), "b": jpeg(), "c": DRAWING.format("").encode()}[name[0]])
    document = Document()
    install(document)
    own_html.write(shown(written(tmp_path, f"Se ![Karta över torget]({name}) här.")), Writer(document))
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "Karta över torget"
    assert picture.width.mm <= 170.1
