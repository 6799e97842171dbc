"""Pages that stand at the project's root are parts of the site as well; nothing is written twice.

A link is written as it is read in the source, from a file to a file. On the site it leads to the page that came of the file;
a file that is no page is named instead.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGES = {"GLOSSARY.md": "ordlista.md", "CHANGELOG.md": "andringar.md", "CONTRIBUTING.md": "bidra.md", "README.md": "index.md"}
EXAMPLES = "exempel"  # a notebook with its files, run while the site is built: its pictures are today's
COPIED = ("GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md")
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")


def with_links(text: str, *, written_in: Path, shown_in: Path, docs: Path) -> str:
    """The text with links from the file it was written in (`written_in`) made into links from the page that shows it."""

    def moved(match: re.Match[str]) -> str:
        words, place, anchor = match[1], match[2], match[3] or ""
        target = (written_in.parent / place).resolve()
        if target.parent == docs.parent and target.name in PAGES:
            target = docs / PAGES[target.name]
        if target.parent == docs.parent / "notebooks" / EXAMPLES:
            target = docs / EXAMPLES / target.name
        if target.is_relative_to(docs) and target.suffix in {".md", ".rst", ".ipynb"}:
            return f"[{words}]({Path(os.path.relpath(target, shown_in.parent)).as_posix()}{anchor})"
        name = place.removeprefix("../")
        return f"`{name}`" if words.strip("`") in (place, name) else f"{words} (`{name}`)"

    return _LINK.sub(moved, text)


def write(docs: Path) -> None:
    """Copies of the pages at the root, for the build alone."""
    for name in COPIED:
        source, copy = docs.parent / name, docs / PAGES[name]
        text = with_links(source.read_text(encoding="utf-8"), written_in=source, shown_in=copy, docs=docs)
        if not copy.exists() or copy.read_text(encoding="utf-8") != text:
            copy.write_text(text, encoding="utf-8", newline="\n")


def write_examples(docs: Path) -> None:
    """The notebooks with examples, each figure with a text for those who do not see it."""
    folder = docs / EXAMPLES
    folder.mkdir(exist_ok=True)
    for path in sorted((docs.parent / "notebooks" / EXAMPLES).iterdir()):
        if path.suffix == ".ipynb":
            (folder / path.name).write_text(with_texts(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        elif path.suffix == ".csv":
            shutil.copyfile(path, folder / path.name)


def with_texts(notebook: str) -> str:
    """The notebook, its figures told by the question they answer."""
    whole = json.loads(notebook)
    question = ""
    for cell in whole["cells"]:
        heads = (
            re.findall(r"^## (?:\d+\. )?(.+)$", "".join(cell["source"]), re.MULTILINE)
            if cell["cell_type"] == "markdown"
            else []
        )
        question = heads[-1] if heads else question
        if cell["cell_type"] == "code":
            cell["metadata"]["mystnb"] = {
                "image": {"alt": f"Figur som svarar på frågan: {question} Talen ges av cellerna ovanför."}
            }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _write_all(app: Sphinx) -> None:
    docs = Path(app.srcdir).resolve()
    write(docs)
    write_examples(docs)


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    page = Path(app.env.doc2path(docname)).resolve()
    if page.suffix == ".md":
        source[0] = with_links(source[0], written_in=page, shown_in=page, docs=Path(app.srcdir).resolve())


def setup(app: Sphinx) -> dict[str, Any]:
    """Told to Sphinx by its list of extensions."""
    app.connect("builder-inited", _write_all)
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
