"""What the bytes of an answer are read as: whole JSON, a page, a workbook, an archive."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kunskapsbaserat.data.workbook import whole_zip

_MOST_DIGITS = 18  # more than a 64-bit number has room for, and no figure of a publisher's


@dataclass(frozen=True, slots=True)
class Kind:
    """What an answer is read as: `read` raises ValueError for bytes that are something else.

    `name` is in Swedish, as an error says it; `suffix` is that of the file in the store.
    """

    name: str
    suffix: str
    read: Callable[[bytes], Any]


def whole_json(body: bytes) -> Any:
    """JSON in UTF-8, with or without a mark; NaN, a name that stands twice and a number beyond every count are no JSON.

    Raises
    ------
    ValueError
        It is something else, or cut off.
    """
    return json.loads(
        body.decode("utf-8-sig"), parse_constant=_no_number, parse_int=_whole, parse_float=_finite, object_pairs_hook=_once
    )


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:_MOST_DIGITS]} is too large")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("a name stands twice")
    return table


def _text(encoding: str) -> Callable[[bytes], str]:
    return lambda body: body.decode(encoding)


def _zipped(body: bytes) -> bytes:
    whole_zip(body)
    return body


def _workbook(body: bytes) -> bytes:
    """Not cut off; the reader of workbooks makes every other check."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        raise ValueError("no zip archive, or cut off")
    return body


JSON = Kind("hel JSON i UTF-8", "json", whole_json)
PAGE = Kind("en webbsida i UTF-8", "html", _text("utf-8-sig"))
WORKBOOK = Kind("en hel Excel-fil", "xlsx", _workbook)
ARCHIVE = Kind("en hel zip-fil", "zip", _zipped)
# An older server of Brå's; every byte is a letter in it, so that what is wrong shows in the text.
LATIN_PAGE = Kind("en webbsida", "html", _text("iso-8859-1"))
LATIN_TEXT = Kind("en textfil", "txt", _text("iso-8859-1"))
