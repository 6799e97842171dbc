"""The kommun's own words in `texter.md`: one heading for every place in a report, read strictly so that nothing gets lost."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from types import MappingProxyType

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet, read_bytes
from kunskapsbaserat.data.textfile import decode
from kunskapsbaserat.errors import PersonalDataError, TableError
from kunskapsbaserat.report.material.own_texts import places
from kunskapsbaserat.report.material.own_texts.markdown import Texts as Texts

_HEADING = re.compile(r"##\s+(.+?)\s*#*\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FORBIDDEN = ("personnummer", "email", "phone", "vehicle")  # names may stand: a report names who has decided it


def read(path: str | Path) -> Texts:
    """The texts of a kommun's folder; none when the file does not exist.

    Instructions in HTML comments are left out. Every heading of the second degree must be one that the report has a place
    for, each once, and nothing may stand before the first: a text that no report would show is an error, not a loss.

    Raises
    ------
    TableError
        An unknown or doubled heading, or text outside every heading, with its line.
    PersonalDataError
        A line seems to hold a personnummer, an e-mail address, a telephone or a registration number. (The place for contact may
        hold e-mail and telephone.)
    """
    path = Path(path)
    if not path.exists():
        return Texts()
    text, _ = decode(read_bytes(path), path)
    hidden = _comments(path, text)
    text = _COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
    known = {_folded(heading): key for key, heading in places.headings().items()}
    sections: dict[str, list[str]] = {}
    current: str | None = None
    contact: set[int] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _HEADING.match(line):
            current = known.get(_folded(match[1]))
            if current is None:
                raise _unknown(path, number, match[1], list(places.headings().values()))
            if current in sections:
                raise _refused(path, number, "each heading once", "varje rubrik en gång", match[1])
            sections[current] = []
        elif _folded(line.strip("#*_ \t")) in known:
            heading = f"## {line.strip('#*_ ')}"
            raise _refused(path, number, f"the heading as {heading}", f"rubriken som ”{heading}”", line.strip())
        elif current is not None:
            sections[current].append(line)
            contact |= {number} if current == "kontakt" else set()
        elif line.strip() and not line.startswith("# "):
            raise _refused(
                path, number, "text under a heading that begins with ##", "text under en rubrik som börjar med ##", line[:40]
            )
    _screen(path, text, contact)
    optional = frozenset[str]().union(*(keys for keys in places.added_later() if not keys & sections.keys()))
    if absent := [h for key, h in places.headings().items() if key not in sections and key not in optional]:
        raise _absent(path, absent)
    written = {key: "\n".join(lines).strip() for key, lines in sections.items()}
    return Texts(MappingProxyType({key: body for key, body in written.items() if body}), hidden)


def _comments(path: Path, text: str) -> tuple[int, ...]:
    """Lines in comments that are not the file's own instructions; a comment that swallows a heading is an error."""
    own = {line.strip() for line in places.instructions().splitlines()}
    hidden: list[int] = []
    for match in _COMMENT.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        for number, line in enumerate(match.group().splitlines(), start=first):
            if _HEADING.match(line):
                raise _refused(
                    path,
                    number,
                    "a --> before the heading",
                    "tecknen --> före rubriken; annars göms den och texten under den",
                    line,
                )
            if line.strip(" \t-<>!") and line.strip() not in own:
                hidden.append(number)
    if "<!--" in (rest := _COMMENT.sub("", text)):
        number = text.count("\n", 0, text.rindex("<!--")) + 1
        raise _refused(
            path, number, "a --> after the instruction", "tecknen --> efter anvisningen", rest[rest.index("<!--") :][:20]
        )
    return tuple(hidden)


def _absent(path: Path, headings: list[str]) -> TableError:
    shown = "”, ”## ".join(headings[:3])
    return TableError(
        f"every heading; missing: {', '.join(headings)}",
        forvantat=f"alla rubriker, men det saknas {len(headings)}",
        file=path,
        rad=f"Lägg tillbaka raden ”## {shown}”. Utan rubriken hamnar texten under den på fel ställe",
    )


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split())


def _unknown(path: Path, number: int, got: str, headings: list[str]) -> TableError:
    near = difflib.get_close_matches(got, headings, n=1, cutoff=0.5)
    hint = f"Menade du ”{near[0]}”? " if near else ""
    return TableError(
        "a heading that the report has a place for",
        forvantat="en rubrik som rapporten har plats för",
        file=path,
        row=number,
        got=got,
        rad=f"{hint}Underrubriker börjar med ###",
    )


def _refused(path: Path, number: int, expected: str, forvantat: str, got: str) -> TableError:
    return TableError(expected, forvantat=forvantat, file=path, row=number, got=got)


def _screen(path: Path, text: str, contact: set[int]) -> None:
    rows = tuple((line,) for line in text.splitlines())
    found = [f for f in screen.find([Sheet(path.stem, rows)]) if f.kind in _FORBIDDEN]
    found = [f for f in found if not (f.row in contact and f.kind in ("email", "phone"))]
    if found:
        shown = found[: screen.SHOWN]
        raise PersonalDataError(
            path,
            len(found),
            [f"{f.kind} (line {f.row})" for f in shown],
            [f"{screen.KINDS[f.kind]} (rad {f.row})" for f in shown],
        )
