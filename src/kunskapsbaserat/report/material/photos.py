"""A photo that somebody took on the spot: turned the right way, made small, and with nothing left of where, when and with what.

The picture is drawn anew, point by point, so that no segment of the old file comes along: no EXIF, no place, no thumbnail of
what was cut away, no comment.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from kunskapsbaserat.report.material.own_texts.pictures import MAX_READ, NoPicture, Picture

LONGEST = 1000
"""Pixels of the longer side on the page."""
MAX_BYTES = 60_000
"""Of one photo: a walk may have twelve, and the page has to open on a slow line."""
MAX_PIXELS = 80_000_000
"""Of the file: more would fill the memory, and no telephone takes so many."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_TRIES = ((LONGEST, 80), (LONGEST, 68), (800, 62), (640, 55), (480, 45), (320, 40))
_DPI = (200, 200)  # in Word a photo is then 13 cm wide


def load(folder: Path, name: str) -> Picture:
    """The photo of that name in the folder, cleaned.

    Raises
    ------
    NoPicture
        It is not there, is no JPEG, PNG or WebP, is damaged or too large. The message does not repeat its name, which may be
        a person's.
    """
    image = _opened(_bytes(folder, name))
    for longest, quality in _TRIES:
        content = _written(image, longest, quality)
        if len(content) <= MAX_BYTES:
            with Image.open(io.BytesIO(content)) as written:
                return Picture(content, "image/jpeg", *written.size)
    raise NoPicture("går inte att göra så liten att sidan öppnas fort. Beskär den och försök igen.")


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    if Path(name).name != name or not path.resolve().is_relative_to(folder.resolve()):
        raise NoPicture("ligger inte i mappen bilder. Lägg den där och skriv bara filens namn.")
    try:
        if path.stat().st_size > MAX_READ:
            raise NoPicture(f"är {path.stat().st_size // 1_000_000} MB. Spara en mindre kopia.")
        return path.read_bytes()
    except OSError as error:
        raise NoPicture("finns inte i mappen bilder. Kontrollera namnet, med punkt och ändelse.") from error


def _opened(content: bytes) -> Image.Image:
    """The picture as it was seen, in plain colours on white."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise NoPicture("har för många bildpunkter. Spara en mindre kopia.")
                image.draft("RGB", (LONGEST, LONGEST))
                turned = ImageOps.exif_transpose(image)
                turned.thumbnail((LONGEST, LONGEST))
                return _on_white(turned)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        told = "är ingen JPEG, PNG eller WebP, eller är alldeles för stor. Spara den som JPEG (telefonens HEIC går inte)."
        raise NoPicture(told) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise NoPicture("är skadad. Hämta den på nytt ur telefonen eller kameran.") from error


def _on_white(image: Image.Image) -> Image.Image:
    seen = image.convert("RGBA")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    return plain


def _written(image: Image.Image, longest: int, quality: int) -> bytes:
    small = image.copy()
    small.thumbnail((longest, longest))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality, optimize=True, dpi=_DPI)
    return out.getvalue()
