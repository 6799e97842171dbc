"""Workbooks of walks, made up for tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from PIL import Image

from fresh import fresh_folder
from kunskapsbaserat.data.walks import sheets, template

Values = dict[str, object]
KOMMUN = "Köping"


def seen(number: int, walk: str = "V1", **about: object) -> Values:
    """An observation with everything that has to be filled in."""
    start: Values = {"id": f"I{number}", "vandring": walk, "plats": f"Plats {number}", "tema": "belysning"}
    return start | {"namn": f"Lampa {number} är släckt", "ansvarig": "Gata och park"} | about


def walk(key: str = "V1", day: date = date(2026, 3, 10), **about: object) -> Values:
    return {"id": key, "datum": day, "start": "18:30", "ljus": "mörkt", "plats": "Stationsområdet", **about}


def twelve() -> dict[str, list[Values]]:
    """A walk in March with twelve observations, three of them refused and three done."""
    refused = [
        seen(n, lage="nekad", beslutad=date(2026, 4, 2), varfor=why)
        for n, why in ((10, "Häcken är skyddad"), (11, "Torget byggs om 2028"), (12, "Marken är privat"))
    ]
    done = [seen(n, lage="klar", klar=date(2026, day, 1)) for n, day in ((7, 4), (8, 5), (9, 11))]
    waiting = [seen(n, lage="pågår", atgard="Armaturen byts", beslutad=date(2026, 4, 2)) for n in range(1, 5)]
    later = [seen(5, "V2", atgard="Skylten sätts upp", klar_senast=date(2027, 1, 1)), seen(6, "V2")]
    return {
        sheets.WALKS: [walk(), walk("V2", date(2026, 10, 14))],
        sheets.PARTICIPANTS: [
            {"vandring": "V1", "organisation": "Gata och park", "antal": 3},
            {"vandring": "V1", "organisation": "Boende", "antal": 14},
        ],
        sheets.SEEN: [*waiting, *later, *done, *refused],
    }


def write(folder: Path, filled: Mapping[str, Sequence[Values]]) -> Path:
    """A kommun's folder with this workbook."""
    if not folder.exists():
        fresh_folder(folder, KOMMUN)
    path = template.path_in(folder)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(template.workbook(KOMMUN, filled))
    return folder


def with_observations(*rows: Values) -> dict[str, list[Values]]:
    return {sheets.WALKS: [walk()], sheets.SEEN: list(rows)}


def photo(path: Path, size: tuple[int, int] = (1600, 1200), *, turned: int = 1) -> Path:
    """A telephone's picture: its left half red, with place, time, camera and a comment in the file."""
    image = Image.new("RGB", size, "white")
    image.paste((200, 20, 20), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = turned, "HEMLIGKAMERA", "2026:10:14 18:42:00"
    exif.get_ifd(0x8825)[2] = (59.0, 30.0, 36.0)
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"HEMLIGKOMMENTAR", quality=90)
    path.write_bytes(out.getvalue())
    return path
