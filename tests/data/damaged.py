"""Damaged files: each ends in one of the library's own errors or is read, within ten seconds.

Seeds are made here in formats that are read. A mutant has bytes changed, cut, doubled, deleted or put in. Beside them one cell
of a text table is damaged alone, and all other figures must be what they were.
"""

from __future__ import annotations

import contextlib
import io
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from kunskapsbaserat.data import bra, scb
from kunskapsbaserat.data.files import read_file
from kunskapsbaserat.data.panel import read_panel
from kunskapsbaserat.errors import KunskapError, RowsLost

LIMIT = 10
FINE = ("read", "refused", "read, others unchanged")
ROWS = [["Kommun", "Brottstyp", "År", "Antal"]] + [
    [area, "Totalt antal brott", year, 100 * at + year % 100]
    for at, area in enumerate(("Ale", "Borlänge", "Falun", "Orsa"), start=1)
    for year in range(2019, 2025)
]
SOL = [
    ["Anmälda brott", None, "Brottsförebyggande rådet"],
    [None, "2023", "2024"],
    [None, "Antal", "Antal"],
    ["Borlänge kommun", None, None],
    ["Totalt antal brott", 6424, 6500],
    ["Avesta kommun", None, None],
    ["Totalt antal brott", 2421, 2300],
]
JSON = (
    '{"class":"dataset","label":"Folkmängd 31 december","id":["Region","Tid"],"size":[2,2],"value":[52000,52100,60000,60100],'
    '"dimension":{"Region":{"label":"region","category":{"index":{"2081":0,"2080":1}}},'
    '"Tid":{"label":"år","category":{"index":{"2022":0,"2023":1}}}},"role":{"time":["Tid"],"geo":["Region"]}}'
)


def workbook(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def text(rows: list[list[object]], delimiter: str) -> bytes:
    return "\n".join(delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows).encode() + b"\n"


def page(rows: list[list[object]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{'' if c is None else c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<html><body><table>{body}</table></body></html>".encode()


SEEDS = {
    "lang.csv": text(ROWS, ";"),
    "lang.txt": text(ROWS, "\t"),
    "sol.csv": text(SOL, ";"),
    "sol.html": page(SOL),
    "lang.xlsx": workbook(ROWS),
    "sol.xlsx": workbook(SOL),
    "folk.json": JSON.encode(),
}


def mutate(content: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, end = sorted((rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)))
        end = min(end, at + rng.choice((1, 2, 20, 500)))
        part = content[at:end]
        change = rng.choice(("bytes", "cut", "double", "delete", "insert", "bits"))
        if change == "bytes":
            content = content[:at] + rng.randbytes(len(part)) + content[end:]
        elif change == "cut":
            content = content[: max(at, 1)]
        elif change == "double":
            content = content[:at] + part + part + content[end:]
        elif change == "delete":
            content = content[:at] + content[end:] or b"x"
        elif change == "insert":
            extra = rng.choice(
                (b"\x00", b'"', b";", b"#REF!", b"..", b"-1", b"9" * 400, b"nan", b"1e999", b"<table>", b"\xff\xfe")
            )
            content = content[:at] + extra + content[at:]
        else:
            content = content[:at] + bytes(byte ^ (1 << rng.randrange(8)) for byte in part) + content[end:]
    return content


class Hang(Exception):
    """Reading took more than `LIMIT` seconds."""


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT)
    yield
    signal.alarm(0)


def outcome(path: Path) -> str:
    """What came of reading a file in every way that a folder or an evaluation would."""
    readers = (scb.population,) if path.suffix == ".json" else (read_file, bra.read, scb.population, read_panel)
    said = "refused"
    for reader in readers:
        try:
            with in_time():
                reader(path)
            said = "read"
        except RowsLost:
            return "ROWS LOST"
        except KunskapError:
            continue
        except Hang:
            return f"HANG in {reader.__module__}.{reader.__name__}"
        except Exception as error:  # the very thing that is looked for
            return f"{type(error).__name__} in {reader.__module__}.{reader.__name__}: {str(error)[:80]}"
        finally:
            signal.alarm(0)
    return said


def one_cell(rng: random.Random, room: Path) -> str:
    """One figure of a text table damaged: it is refused, or every other figure is what it was."""
    rows = [list(row) for row in ROWS]
    at = rng.randrange(1, len(rows))
    rows[at][3] = mutate(str(rows[at][3]).encode(), rng).decode("latin-1").translate({ord(c): None for c in ';"\n\r\x00'})
    path = room / "en cell.csv"
    path.write_bytes(text(rows, ";"))
    try:
        frame = bra.read(path).frame
    except KunskapError:
        return "refused"
    other = {(row["row"], row["value"]) for _, row in frame.iterrows() if row["row"] != at + 1}
    wanted = {(n, float(row[3])) for n, row in enumerate(ROWS, start=1) if n not in (1, at + 1)}
    return "read, others unchanged" if other == wanted else "ANOTHER FIGURE CHANGED"
