"""A strict reader of PC-Axis files, written from the specification (AXIS-VERSION 2013) and not from the writer."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

MANDATORY = (
    "CHARSET",
    "AXIS-VERSION",
    "MATRIX",
    "SUBJECT-CODE",
    "SUBJECT-AREA",
    "TITLE",
    "CONTENTS",
    "UNITS",
    "DECIMALS",
    "DATA",
)
_LONGEST = 256
_WORD = re.compile(r'([A-Z][A-Z0-9-]*)(?:\[(\w+)\])?(?:\(("[^"]*"(?:,"[^"]*")*)\))?=')
_CELL = re.compile(r'-?\d+(?:\.\d+)?|"\.{1,6}"|"-"')


@dataclass(frozen=True)
class Cube:
    words: dict[tuple[str, tuple[str, ...]], str]
    variables: list[str]
    codes: dict[str, list[str]]
    cells: dict[tuple[str, ...], str]

    def values(self, keyword: str, *of: str) -> list[str]:
        return quoted(self.words[keyword, of])


def quoted(text: str) -> list[str]:
    text = re.sub(r'"\s*\r\n"', "", text)  # a long text goes on in the next line, in quotation marks of its own
    assert re.fullmatch(r'"[^"]*"(?:,\s*"[^"]*")*', text, re.DOTALL), text
    return re.findall(r'"([^"]*)"', text)


def statements(text: str) -> list[str]:
    """The text at each semicolon that stands outside quotation marks."""
    found, start, inside = [], 0, False
    for at, letter in enumerate(text):
        inside ^= letter == '"'
        if letter == ";" and not inside:
            found.append(text[start:at])
            start = at + 1
    assert not inside
    assert text[start:].strip() == ""
    return found


def read(content: bytes) -> Cube:
    start = content.decode("ascii", errors="replace")
    codepage = re.search(r'CODEPAGE="([^"]+)"', start)
    assert start.startswith('CHARSET="ANSI";')
    assert codepage is not None
    text = content.decode(codepage[1])
    lines = text.split("\r\n")
    data_at = lines.index("DATA=")
    assert all(len(line) <= _LONGEST for line in lines[:data_at])
    words: dict[tuple[str, tuple[str, ...]], str] = {}
    for statement in statements(text):
        match = _WORD.match(statement.strip())
        assert match is not None, statement[:60]
        key = (match[1], tuple(quoted(match[3])) if match[3] else ())
        assert key not in words, key
        words[key] = statement.strip()[match.end() :]
    assert not [word for word in MANDATORY if (word, ()) not in words]
    assert list(words)[-1] == ("DATA", ())
    return _cube(words)


def _cube(words: dict[tuple[str, tuple[str, ...]], str]) -> Cube:
    variables = [*quoted(words["STUB", ()]), *quoted(words["HEADING", ()])]
    codes = {}
    for name in variables:
        codes[name] = quoted(words["CODES", (name,)])
        assert len(codes[name]) == len(quoted(words["VALUES", (name,)])) == len(set(codes[name]))
        assert len(set(quoted(words["VALUES", (name,)]))) == len(codes[name])
    cells = words["DATA", ()].split()
    assert all(_CELL.fullmatch(cell) for cell in cells)
    keys = list(itertools.product(*(codes[name] for name in variables)))
    assert len(cells) == len(keys)
    return Cube(words, variables, codes, dict(zip(keys, cells, strict=True)))
