"""The pictures of pages in docs/, from the pages as they are today. Needs a Chromium, as the browser's tests do.

    python tools/build_pictures.py            # all of them
    python tools/build_pictures.py rapport    # those whose name begins so

Those of the widgets are made by their own tests: `PICTURES=docs python -m uv run pytest tests/browser/test_widgets.py`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COLOURS = 128  # a page has few


@dataclass(frozen=True, slots=True)
class Picture:
    """A page seen through a window of so many pixels, from its top or from a place on it."""

    kommun: str
    file: str = ""
    width: int = 1120
    height: int = 1440
    dark: bool = False
    document: str = "lagesbild"
    place: str = ""


PICTURES: Mapping[str, Picture] = {
    "rapport": Picture("Borlänge"),
    "rapport-koping": Picture("Köping"),
    "rapport-mork": Picture("Borlänge", dark=True),
    "rapport-telefon": Picture("Borlänge", width=390, height=1440),
    "beslut-koping": Picture("Köping", "beslut.html"),
    "uppfoljning-mal": Picture("Borlänge", "report.html", height=1000, place="#mal-1", document="uppfoljning"),
    "uppfoljning-fullmaktige": Picture("Borlänge", "fullmaktige.html", height=1300, document="uppfoljning"),
}


def html_of(picture: Picture) -> str:
    from pages import page as page_of
    from test_followup import pages as pages_of_followup

    if picture.document == "uppfoljning":
        return pages_of_followup()[picture.file]
    return page_of(picture.kommun, file=picture.file)


def draw(picture: Picture, browser: Browser, folder: Path) -> bytes:
    file = folder / "sida.html"
    file.write_text(html_of(picture), encoding="utf-8")
    window = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=window, color_scheme="dark" if picture.dark else "light")
    page.goto(file.as_uri())
    if picture.place:
        page.locator(picture.place).evaluate("e => e.scrollIntoView()")
    content = page.screenshot()
    page.close()
    small = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    sys.path[:0] = [str(ROOT / "tests"), *(str(ROOT / "tests" / part) for part in ("browser", "report", "plan"))]
    from chromium import launch

    start = sys.argv[1] if len(sys.argv) > 1 else ""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = launch(playwright)
        for name, picture in PICTURES.items():
            if name.startswith(start):
                content = draw(picture, browser, Path(folder))
                (DOCS / f"{name}.png").write_bytes(content)
                print(f"docs/{name}.png  {len(content) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
