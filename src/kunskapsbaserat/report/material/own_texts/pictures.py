"""A picture that the kommun has put into its texts: found in the folder, cleaned, and carried in the page."""

from __future__ import annotations

import base64
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from kunskapsbaserat.report.material.own_texts import svg

MAX_BYTES = 100_000
"""Of one picture, cleaned: a page has to open on a slow line, and base64 makes it a third larger."""
MAX_TOTAL = 300_000
"""Of all pictures of a kommun's texts together."""
MAX_PIXELS = 20_000_000
"""A small file can unfold to a picture that fills the memory of whoever opens the page."""
MAX_READ = 30_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"}
_JPEG_KEPT = {0xC4, 0xDB, 0xDD, 0xE0, 0xEE}  # tables, JFIF and Adobe's mark of how colours are kept
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}  # what every browser and Word shows


@dataclass(frozen=True, slots=True)
class Picture:
    """A cleaned picture: its bytes, their kind ("image/png") and its size on the page in pixels."""

    content: bytes
    kind: str
    width: int
    height: int

    @property
    def src(self) -> str:
        """The whole picture as an address, so that the page loads nothing."""
        return f"data:{self.kind};base64,{base64.b64encode(self.content).decode()}"


class NoPicture(Exception):
    """A picture that cannot be shown; `svenska` says why and what to do, without its name."""

    def __init__(self, svenska: str) -> None:
        super().__init__(svenska)
        self.svenska = svenska


def load(folder: Path, address: str) -> Picture:
    """The picture at an address in a text, cleaned.

    Parameters
    ----------
    folder : Path
        The kommun's own: nothing outside it is read.
    address : str
        As written in the text: "karta.png", "bilder/torget.jpg".

    Raises
    ------
    NoPicture
        It is not a PNG, JPEG or SVG in the folder, is damaged or too large, or has what cannot be cleaned.
    """
    return clean(_bytes(folder, address))


def clean(content: bytes) -> Picture:
    """A picture without all that does not draw: no place, camera or time.

    Raises
    ------
    NoPicture
        It is not a PNG, JPEG or SVG, is damaged or too large, or has what cannot be cleaned.
    """
    kind, cleaned = _kind(content)
    try:
        picture = cleaned(content)
    except (struct.error, IndexError, ValueError, RecursionError) as error:
        raise NoPicture(f"är skadad eller av ett slag som inte går att läsa. Spara den på nytt som {kind}.") from error
    if not 0 < picture.width * picture.height <= MAX_PIXELS:
        raise NoPicture("har för många bildpunkter. Spara en mindre kopia, högst 1 600 punkter bred.")
    if len(picture.content) > MAX_BYTES:
        size = f"är {len(picture.content) // 1000} kB. Gränsen är {MAX_BYTES // 1000} kB, så att sidan öppnas fort."
        raise NoPicture(f"{size} Spara en mindre kopia, till exempel 1 000 punkter bred.")
    return picture


def _bytes(folder: Path, address: str) -> bytes:
    if re.match(r"[a-z][a-z0-9+.-]*:|//|[\\/]", address, re.IGNORECASE):
        raise NoPicture("ligger inte i mappen. Spara bilden bredvid texter.md och skriv bara dess namn.")
    path = _same_name(folder / unquote(address).replace("\\", "/"))
    if not path.resolve().is_relative_to(folder.resolve()):
        raise NoPicture("ligger inte i mappen. Spara bilden bredvid texter.md och skriv bara dess namn.")
    try:
        if path.stat().st_size > MAX_READ:
            raise NoPicture(f"är {path.stat().st_size // 1_000_000} MB. Spara en mindre kopia, högst {MAX_BYTES // 1000} kB.")
        return path.read_bytes()
    except OSError as error:
        raise NoPicture("finns inte i mappen. Kontrollera namnet, och att det inte har mellanslag.") from error


def _same_name(path: Path) -> Path:
    """The file, however å, ä and ö are kept in its name."""
    forms = (path, *(path.with_name(unicodedata.normalize(form, path.name)) for form in ("NFC", "NFD")))
    return next((form for form in forms if form.exists()), path)


def _kind(content: bytes) -> tuple[str, Callable[[bytes], Picture]]:
    if content.startswith(_PNG):
        return "PNG", _png
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG", _jpeg
    if b"<svg" in content[:5000] or b":svg" in content[:5000]:
        return "SVG", _svg
    raise NoPicture("är ingen PNG, JPEG eller SVG. Spara den som en sådan.")


def _png(content: bytes) -> Picture:
    """The chunks that draw, and none of those that tell: text, EXIF, time, other programs' own."""
    kept, at = [_PNG], len(_PNG)
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        whole = content[at : at + 12 + length]
        if len(whole) != 12 + length or zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise ValueError("a damaged chunk")
        if name in _PNG_KEPT:
            kept.append(whole)
        at += len(whole)
        if name == b"IEND":
            break
    width, height = struct.unpack_from(">II", content, 16)
    return Picture(b"".join(kept), "image/png", width, height)


def _jpeg(content: bytes) -> Picture:
    """The segments that draw: no EXIF, so no place, camera or time, no comments, and nothing after the picture's end."""
    kept, size = [b"\xff\xd8"], (0, 0)
    for marker, segment in _segments(content):
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            size = (width, height)
        elif marker == 0xE1 and _turned(segment):
            raise NoPicture("ska vridas när den visas. Öppna bilden, vrid den rätt, spara och försök igen.")
        if marker in _JPEG_KEPT | _JPEG_FRAMES | {0xDA}:
            kept.append(segment)
    return Picture(b"".join([*kept, b"\xff\xd9"]), "image/jpeg", *size)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment with its marker up to the end of the picture; a scan with the data that follows it."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xD9:
            return
        if marker == 0xFF:  # filling
            at += 1
            continue
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if marker == 0xDA:
            after = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL).search(content, end)
            if after is None:
                raise ValueError("cut off")
            end = after.start()
        if end > len(content):
            raise ValueError("cut off")
        yield marker, content[at:end]
        at = end


def _turned(exif: bytes) -> bool:
    """Whether the camera was held in another way than the picture is kept: the mark goes when EXIF does."""
    if exif[4:10] != b"Exif\x00\x00":
        return False
    tiff = exif[10:]
    order = "<" if tiff[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", tiff, 4)[0]
    for entry in range(struct.unpack_from(f"{order}H", tiff, start)[0]):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
        if tag == 0x0112:
            return bool(value > 1)
    return False


def _svg(content: bytes) -> Picture:
    try:
        cleaned, width, height = svg.clean(content)
    except svg.NotSafe as error:
        raise NoPicture(error.svenska) from error
    return Picture(cleaned, "image/svg+xml", width, height)
