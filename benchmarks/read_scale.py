"""How long it takes, and how much memory, to read a workbook of a million rows, and to refuse what is made to hurt.

    uv run python benchmarks/read_scale.py > benchmarks/read_scale.txt

Each file is read in a process of its own. Limits: 20 s and 1.5 GB for the workbook, 10 s for each file that has to be refused.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

READ = """
import json, resource, sys, time
from kunskapsbaserat.data.files import read_file
from kunskapsbaserat.errors import KunskapError
start = time.perf_counter()
try:
    said = f"{sum(len(sheet.rows) for sheet in read_file(sys.argv[1]).sheets)} rows read"
except KunskapError as error:
    said = error.svenska
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, said]))
"""
OPC, OX = "http://schemas.openxmlformats.org/package/2006", "http://schemas.openxmlformats.org"
DOC, MAIN = f"{OX}/officeDocument/2006/relationships", f"{OX}/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats"


def relation(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{DOC}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{OPC}/relationships">{one}</Relationships>'


PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{OPC}/content-types">'
    f'<Default Extension="rels" ContentType="{TYPE}-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": relation("worksheet", "worksheets/sheet1.xml"),
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOC}">'
    '<sheets><sheet name="B" sheetId="1" r:id="rId1"/></sheets></workbook>',
}
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'


def book(path: Path, rows: int, columns: int, *, before: str = "") -> None:
    from openpyxl.utils import get_column_letter

    letters = [get_column_letter(at + 1) for at in range(columns)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((before + HEAD).encode())
            for row in range(1, rows + 1):
                cells = "".join(f'<c r="{letter}{row}"><v>{row % 977}</v></c>' for letter in letters)
                sheet.write(f'<row r="{row}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(2_000):
                sheet.write(b" " * 1_000_000)


def nuls(path: Path, megabytes: int = 200) -> None:
    with path.open("wb") as file:
        file.write(b"kommun;antal\n")
        for _ in range(megabytes):
            file.write(b"Ale;\x00\x00\x00" * 142_857)


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a million rows of 6 columns": ("million.xlsx", lambda path: book(path, 1_000_000, 6)),
    "10 000 columns": ("columns.xlsx", lambda path: book(path, 30, 10_000)),
    "a zip bomb of 2 GB": ("bomb.xlsx", bomb),
    "a DTD with entities": ("dtd.xlsx", lambda path: book(path, 3, 3, before='<!DOCTYPE a [<!ENTITY b "c">]>')),
    "a CSV of 200 MB with NULs": ("nuls.csv", nuls),
    "a CSV of 90 MB with NULs": (
        "nuls90.csv",
        lambda path: path.write_bytes(b"kommun;antal\n" + b"Ale;\x00\x00\x00\n" * 11_250_000),
    ),
}

if __name__ == "__main__":
    print(f"{dt.date.today()}, Python {platform.python_version()}, uv run python benchmarks/read_scale.py")
    for what, (name, make) in FILES.items():
        with tempfile.TemporaryDirectory() as room:
            path = Path(room) / name
            make(path)
            run = subprocess.run(
                [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=300, check=False
            )
            if run.returncode:
                print(f"{what}: ended with {run.returncode}, {run.stderr[-200:]}")
                continue
            seconds, gigabytes, said = json.loads(run.stdout)
            print(f"{what}: {seconds:.1f} s, {gigabytes:.2f} GB. {said}")
