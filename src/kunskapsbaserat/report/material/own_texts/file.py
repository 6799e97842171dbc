"""The kommun's own words in `texter.md`: one heading for every place in a report, read strictly so that nothing gets lost."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from kunskapsbaserat.data import screen
from kunskapsbaserat.data.files import Sheet, read_bytes
from kunskapsbaserat.data.textfile import decode
from kunskapsbaserat.errors import PersonalDataError, TableError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.report.material.own_texts import places
from kunskapsbaserat.report.material.own_texts.markdown import Texts as Texts
from kunskapsbaserat.report.material.own_texts.markdown import references
from kunskapsbaserat.report.material.own_texts.pictures import MAX_TOTAL, NoPicture, Picture, load

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
    shown = {key: body for key, body in written.items() if body}
    pictures, findings = _pictures(path, shown, text)
    return Texts(MappingProxyType(shown), hidden, MappingProxyType(pictures), tuple(findings))


def _pictures(path: Path, sections: Mapping[str, str], text: str) -> tuple[dict[str, Picture], list[Finding]]:
    """The pictures that can be shown, by address, and what will not be seen: other pictures, and links to no web page."""
    pictures: dict[str, Picture] = {}
    findings: list[Finding] = []
    for body in sections.values():
        shown, dropped = references(body)
        for address, alternative in shown:
            try:
                pictures[address] = _picture(path.parent, address, alternative, pictures)
            except NoPicture as refused:
                said = f"Bilden ”{unquote(address)}” {refused.svenska} Nu syns bara dess beskrivning."
                findings.append(Finding("warning", "picture", said, path.name, row=_row_of(text, address)))
        for address in dropped:
            said = "En länk leder inte till en webbsida (https://) och blir vanlig text i rapporten."
            findings.append(Finding("warning", "link", said, path.name, row=_row_of(text, address)))
        findings += [
            Finding("warning", "picture", _SPACED, path.name, row=_row_of(text, spaced)) for spaced in _WITH_SPACE.findall(body)
        ]
    return pictures, findings


def _picture(folder: Path, address: str, alternative: str, before: Mapping[str, Picture]) -> Picture:
    if not alternative.strip():
        raise NoPicture("saknar beskrivning. Skriv vad den visar mellan hakparenteserna: ![Karta över ...](namn.png).")
    picture = before.get(address) or load(folder, address)
    if sum(len(p.content) for a, p in before.items() if a != address) + len(picture.content) > MAX_TOTAL:
        raise NoPicture(
            f"får inte plats: bilderna är tillsammans över {MAX_TOTAL // 1000} kB. Ta bort någon, eller gör dem mindre."
        )
    return picture


# Markdown takes a name with spaces for no picture at all, and shows the signs as they stand.
_WITH_SPACE = re.compile(r"!\[[^\]]*\]\((?!<)([^()\s\"]+ [^()\"]*\.(?:png|jpe?g|svg))\s*\)", re.IGNORECASE)
_SPACED = "Bildens namn har mellanslag. Döp om filen så att namnet saknar mellanslag, eller skriv <namn> inom parentesen."


def _row_of(text: str, address: str) -> int | None:
    """The first line that holds an address, as it was written."""
    names = {address, unquote(address)}
    return next((n for n, line in enumerate(text.splitlines(), 1) if any(name in line for name in names)), None)


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
        tips=f"Lägg tillbaka raden ”## {shown}”. Utan rubriken hamnar texten under den på fel ställe",
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
        tips=f"{hint}Underrubriker börjar med ###",
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
