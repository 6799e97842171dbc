"""Pictures in an analyst's Markdown cells: attached to the cell, or files beside the notebook, attached before it is run.

An attached picture goes wherever the notebook goes, so that a page, a Word document and the next rendering have the same.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from kunskapsbaserat import spellings
from kunskapsbaserat.engine.notebook_format import NotebookNode
from kunskapsbaserat.report.material.own_texts.markdown import references
from kunskapsbaserat.report.material.own_texts.pictures import MAX_TOTAL, NoPicture, Picture, clean, load

ATTACHED = "attachment:"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_NO_WORDS = "saknar beskrivning. Skriv vad den visar mellan hakparenteserna: ![Karta över ...](namn.png)."
_ELSEWHERE = (
    "är varken bifogad i cellen eller en fil bredvid anteckningsboken. Dra in bilden i cellen, eller lägg filen i samma mapp."
)


def pictures_of(cell: NotebookNode) -> tuple[dict[str, Picture], list[str]]:
    """The pictures that a cell can show, by address, and what is said of the others."""
    pictures: dict[str, Picture] = {}
    refused: list[str] = []
    for address, words in references(cell.source)[0]:
        try:
            if not words.strip():
                raise NoPicture(_NO_WORDS)
            pictures[address] = pictures.get(address) or _attached(cell, address)
            if sum(len(p.content) for p in pictures.values()) > MAX_TOTAL:
                del pictures[address]
                raise NoPicture(f"får inte plats: cellens bilder är tillsammans över {MAX_TOTAL // 1000} kB. Gör dem mindre.")
        except NoPicture as why:
            refused.append(f"Bilden ”{unquote(address.removeprefix(ATTACHED))}” {why.svenska}")
    return pictures, refused


def _attached(cell: NotebookNode, address: str) -> Picture:
    """The attached picture, cleaned: no place, camera or time goes along."""
    attached: Mapping[str, Mapping[str, str]] = cell.get("attachments", {})
    found = attached.get(unquote(address.removeprefix(ATTACHED))) or attached.get(address)
    if not found or not (address.startswith(ATTACHED) or address in attached):
        raise NoPicture(_ELSEWHERE)
    try:
        content = base64.b64decode("".join(next(iter(found.values()))), validate=False)
    except (binascii.Error, ValueError) as error:
        raise NoPicture("är skadad. Bifoga den på nytt.") from error
    return clean(content)


def papermill_folder(notebook: NotebookNode) -> Path | None:
    """Where the notebook lay that papermill has run: the pictures are there, wherever it wrote what came out."""
    path = notebook.metadata.get("papermill", {}).get("input_path")
    return Path(path).parent if isinstance(path, str) and "://" not in path else None


def attach_files(notebook: NotebookNode, folder: str | Path | None) -> None:
    """Attach the files beside the notebook that its own cells show, and let the text point at what is attached.

    Then the notebook shows them wherever it is opened or converted. A file that cannot be shown is left where it is;
    `pictures_of` says so when the page is made.
    """
    if folder is None:
        return
    for cell in notebook.cells:
        for address, _ in references(cell.source)[0] if cell.cell_type == "markdown" else ():
            if address.startswith(ATTACHED) or address in cell.get("attachments", {}):
                continue
            try:
                picture = load(Path(folder), address)
            except NoPicture:
                continue
            name = _pointed_at(cell, address)
            kept = {picture.kind: base64.b64encode(picture.content).decode()}
            cell["attachments"] = type(cell)({**cell.get("attachments", {}), name: type(cell)(kept)})


def _pointed_at(cell: NotebookNode, address: str) -> str:
    """The attachment's name after the cell's text has been pointed at it: plain letters, which every converter can look up.

    An address that is written in another way than in the place of the picture stays, and is the attachment's name.
    """
    plain = _NOT_PLAIN.sub("-", spellings.in_ascii(unquote(address)))
    taken = cell.get("attachments", {})
    name = next(one for number in itertools.count() if (one := f"{number}-{plain}" if number else plain) not in taken)
    written = "|".join(re.escape(one) for one in {address, unquote(address)})
    cell.source, many = re.subn(
        rf"(!\[[^\]]*\]\(\s*)(?:<(?:{written})>|(?:{written})(?=[\s)]))", rf"\g<1>{ATTACHED}{name}", cell.source
    )
    return name if many else address


def files_digest(notebook: NotebookNode, folder: Path) -> dict[str, str]:
    """sha256 of the files beside a notebook that it shows: a report is made of them too."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files_beside(notebook, folder).items()}


def files_beside(notebook: NotebookNode, folder: Path) -> dict[str, Path]:
    """The files beside a notebook that it shows, by the address that they have in its text."""
    found = {}
    for cell in notebook.cells:
        for address, _ in references(cell.source)[0] if cell.cell_type == "markdown" else ():
            path = folder / unquote(address)
            if ":" not in address and path.is_file():
                found[address] = path
    return found
