"""Nothing that a person wrote freely, and nobody's name, telephone, address or number, reaches any output."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import random
import re
from pathlib import Path

import openpyxl
import pytest
from folders import LAST, made_folder

from kunskapsbaserat import engine
from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.est import duplicates, reader, sheets
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.documents.est import document as est
from kunskapsbaserat.report.documents.kontroll.folder import inspect

GIVEN = ("Xylia", "Torbjörg", "Zacharoula", "Anna", "Mohammed", "Quintus", "Östen")
FAMILY = ("Qvarnbro", "Al-Zubaidi", "Andersson", "Wrzesniewski", "Hjortsparre", "Nguyen")
STREETS = ("Björkbacksvägen", "Hyacintgatan", "Tallriksstigen", "Storgatan")
KNOWN = ("Stationen", "Stadsparken", "Kyrkskolan", "Skadegörelse")
HEADS = [
    "Nr",
    "Skapad",
    "När",
    "Till",
    "Vad",
    "Plats",
    "Long",
    "Lat",
    "Vem",
    "Beskrivning",
    "Anmälare",
    "Status",
    "Polis",
    "Typ",
    "Grad",
]
MAPPING = {
    "handelse_id": "Nr",
    "rapporterad": "Skapad",
    "start": "När",
    "slut": "Till",
    "kategori": "Vad",
    "plats": "Plats",
    "x": "Long",
    "y": "Lat",
    "rapportor": "Vem",
    "polisanmald": "Polis",
    "platstyp": "Typ",
    "allvarlighet": "Grad",
}


class Planted:
    """Makes personal texts and remembers every one."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = itertools.count(1)
        self.texts: set[str] = set()

    def _kept(self, *texts: str) -> str:
        self.texts |= set(texts)
        return texts[0]

    def person(self) -> str:
        given, family = self.random.choice(GIVEN), self.random.choice(FAMILY)
        return self._kept(f"{given} {family}", given, family)

    def pnr(self) -> str:
        day = dt.date(1950, 1, 1) + dt.timedelta(days=self.random.randrange(20_000))
        tail = f"{self.random.randrange(10_000):04}"
        return self._kept(f"{day:%y%m%d}-{tail}", f"{day:%Y%m%d}{tail}", f"{day:%y%m%d}{tail}")

    def phone(self) -> str:
        digits = f"07{self.random.choice('0236')}{self.random.randrange(10**7):07}"
        return self._kept(f"{digits[:3]}-{digits[3:6]} {digits[6:8]} {digits[8:]}", digits, f"{digits[:3]}-{digits[3:]}")

    def address(self) -> str:
        return self._kept(f"{self.random.choice(STREETS)} {self.random.randrange(1, 99)} {self.random.choice('ABC')}")

    def email(self) -> str:
        return self._kept(f"{self.random.choice(GIVEN).lower()}{next(self.number)}@exempelpost.se")

    def any(self) -> str:
        return self.random.choice((self.person, self.pnr, self.phone, self.address, self.email))()

    def note(self) -> str:
        return (
            self._kept(f"Fritext{next(self.number):05}zq")
            + f": {self.person()} ({self.pnr()}, {self.phone()}) bor på {self.address()}"
        )

    def found_in(self, text: str) -> list[str]:
        """Which of the texts stand in another; those whose beginning stands nowhere need no search."""
        beginnings = {text[at : at + 8] for at in range(len(text))}
        words = set(re.findall(r"[\w-]+", text))  # "Anna" is no part of "Annan"
        long = (t for t in self.texts if len(t) >= 8 and t[:8] in beginnings and t in text)
        return sorted([*long, *(t for t in self.texts if len(t) < 8 and t in words)])


def rows(planted: Planted, count: int) -> list[list[object]]:
    """Events of a year; every tenth cell that is not free text has something personal in it too."""
    rng = planted.random
    out: list[list[object]] = []
    for number in range(1, count + 1):
        happened = dt.datetime.combine(LAST, dt.time(12)) - dt.timedelta(days=rng.randrange(380), hours=rng.randrange(12))
        row: list[object] = [
            f"H{number}",
            f"{happened + dt.timedelta(hours=3):%Y-%m-%d %H:%M}",
            f"{happened:%Y-%m-%d %H:%M}",
            f"{happened + dt.timedelta(hours=rng.choice((0, 0, 5))):%Y-%m-%d %H:%M}",
            rng.choice(("Skadegörelse", "Klotter", "våld/bråk", "Våld i nära relation", "Oro för barn och unga")),
            rng.choice(("Stationen", "Stadsparken", "", planted.address())),
            rng.choice((f"{15.40 + rng.random() / 20:.5f}".replace(".", ","), "")),
            f"{60.47 + rng.random() / 40:.5f}".replace(".", ","),
            rng.choice(("Kyrkskolan", "Vaktbolaget", "Polisen", planted.email(), planted.person())),
            planted.note(),
            planted.person(),
            planted.any(),
            rng.choice(("ja", "nej", planted.person())),
            rng.choice(("Park", "Torg", planted.address())),
            rng.choice(("1", "2 Tydlig", planted.pnr())),
        ]
        if rng.random() < 0.1:
            row[rng.randrange(9)] = planted.any()
        out.append(row)
    return out


def as_csv(table: list[list[object]], heads: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([heads, *table])
    return ("\ufeff" + out.getvalue()).encode()


def outputs(*places: Path) -> dict[str, str]:
    files = [p for place in places for p in ([place] if place.is_file() else place.rglob("*")) if p.is_file()]
    # The map is a database: its texts stand in it as they are, between bytes that are none.
    return {p.name: p.read_text(encoding="utf-8", errors="strict" if p.suffix != ".gpkg" else "replace") for p in files}


@pytest.fixture(scope="module")
def planted_folder(tmp_path_factory: pytest.TempPathFactory):
    """A folder with 5 000 events full of persons, and registers with persons in them."""
    planted = Planted(11)
    registers = {
        sheets.REPORTERS: [["Anna Andersson", "Skola", None]],
        sheets.PLACES: [["Storgatan 12", "Centrum", "Trapphus", 15.43, 60.48, 50, 1, "Viss"]],
        sheets.PROBLEMS: [["P1", "Mohammed Nguyen stör i parken", "Stadsparken", "Klotter", dt.date(2026, 11, 3)]],
        sheets.MEASURES: [
            ["Å1", "Ring 070-123 45 67", "Stationen", None, dt.date(2026, 11, 3), "Skolan", dt.date(2026, 11, 10), "Pågår"],
            ["Å2", "Byt lampor", "Stationen", None, dt.date(2026, 11, 3), "Anna Andersson", dt.date(2026, 11, 10), "Pågår"],
            ["Å3", "Sätt upp räcke", "Stationen", None, dt.date(2026, 11, 3), "Gata och park", dt.date(2026, 11, 10), "Pågår"],
        ],
        sheets.DECISIONS: [["B1", dt.date(2026, 11, 10), "Skriv till 811228-9874", "Skolan"]],
        sheets.COMING: [["K1", dt.date(2026, 11, 20), None, "Fest på Storgatan 12", None, "nej"]],
        sheets.SILENT: [["Anna Andersson", dt.date(2026, 11, 6)]],
        sheets.EVENTS: [
            [
                "E1",
                "2026-11-10",
                "2026-11-09",
                None,
                "Klotter",
                "Stationen",
                None,
                None,
                None,
                None,
                "Kyrkskolan",
                None,
                planted.note(),
            ]
        ],
    }
    folder = made_folder(tmp_path_factory.mktemp("personer å ä ö") / "borlänge", registers)
    for text in ("Mohammed", "Nguyen", "070-123 45 67", "811228-9874", "Anna", "Andersson"):
        planted.texts.add(text)
    name = f"uttag {planted.person()}.csv"
    heads = [*HEADS, planted.note()]
    (folder / "est" / name).write_bytes(as_csv([[*row, planted.note()] for row in rows(planted, 5000)], heads))
    (folder / "est" / f"{name}.mappning.csv").write_bytes(as_csv([list(x) for x in MAPPING.items()], ["fält", "värde"]))
    return folder, planted


@pytest.mark.xdist_group("kernel")
def test_no_person_reaches_any_file(planted_folder, tmp_path: Path):
    """The whole way: kontroll, the engine's kernel, page, notebook, tables, manifest, ledger and duplicates."""
    folder, planted = planted_folder
    said = "\n".join(inspect(folders.read(folder)).lines)
    done = engine.render("est", "Borlänge", out=tmp_path, data=folder)
    written = outputs(done.folder, folder / duplicates.FILE, folder / LEDGER)
    assert {
        "report.html",
        "offentlig.html",
        "kvartal.html",
        "ar.html",
        "est.ipynb",
        "manifest.json",
        duplicates.FILE,
    } <= written.keys()
    assert len(planted.texts) > 20_000
    for name, text in written.items():
        assert planted.found_in(text) == [], name
    assert planted.found_in(said) == []
    # The reports are not empty: the events and what may be shown are there.
    assert "Sätt upp räcke" in written["report.html"]
    assert all(word in written["report.html"] for word in KNOWN if word != "Kyrkskolan")
    assert "visas inte" in said


def test_the_table_has_no_column_for_it(planted_folder):
    folder, planted = planted_folder
    found = ests.read(folder)
    assert len(found.reports) > 4000
    assert list(found.reports.columns) == list(reader.COLUMNS)
    assert planted.found_in(found.reports.to_csv()) == []
    assert planted.found_in(repr(found)) == []
    assert planted.found_in("\n".join(str(r) for r in found.remarks)) == []
    material = est.load(data=folder)
    assert planted.found_in(repr(material)) == []


def test_no_place_or_hour_of_what_happens_in_homes(planted_folder):
    folder, _ = planted_folder
    m = est.load(data=folder).m
    assert set(m.events["category"]) >= {"vald_nara", "oro_barn"}
    assert not {"vald_nara", "oro_barn"} & set(m.placeable["category"])
    public = est.load(data=folder).bilagor().record["pages"]["offentlig.html"]
    table = public.split("<table")[1].split("</table>")[0]
    assert "nära relation" not in table
    assert "Oro för barn" not in table


def as_workbook(table: list[list[object]], heads: list[str], title: str) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title[:31]
    for row in [heads, *table]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_geojson(table: list[list[object]], heads: list[str]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": dict(zip(heads, row, strict=True)),
            "geometry": {"type": "Point", "coordinates": [15.4, 60.5]},
        }
        for row in table
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


@pytest.mark.parametrize("kind", ["xlsx", "geojson", "csv"])
def test_every_format(kind: str, tmp_path: Path):
    planted = Planted(5)
    table = rows(planted, 300)
    content = {
        "xlsx": lambda: as_workbook(table, HEADS, planted.person()),
        "geojson": lambda: as_geojson(table, HEADS),
        "csv": lambda: as_csv(table, HEADS),
    }[kind]()
    path = tmp_path / f"lista.{kind}"
    path.write_bytes(content)
    (tmp_path / f"lista.{kind}.mappning.csv").write_bytes(as_csv([list(x) for x in MAPPING.items()], ["fält", "värde"]))
    found = reader.read(path)
    assert len(found.table) > 150
    assert planted.found_in(found.table.to_csv()) == []
    assert planted.found_in("\n".join(str(r).replace(r.sheet or "\0", "") for r in found.remarks)) == []


@pytest.mark.parametrize(
    "content",
    [
        b'Anna Andersson;"811228-9874\n070-1234567;;;"x',
        b"Anna Andersson;811228-9874\n1;2\n",
        b'{"features": [{"properties": "Anna Andersson 811228-9874"}]}',
        b'{"Anna Andersson": 811228}',
        b"Anna Andersson \xff\xfe 811228-9874",
        b"GlobalID;CreationDate;Kategori\nAnna Andersson;811228-9874;x\n",
    ],
)
def test_no_error_repeats_what_stands_in_a_list(content: bytes, tmp_path: Path):
    for ending in ("csv", "geojson", "xlsx"):
        path = tmp_path / f"lista.{ending}"
        path.write_bytes(content)
        with pytest.raises(KunskapError) as caught:
            reader.read(path)
        for said in (str(caught.value), caught.value.svenska, repr(caught.value)):
            assert not any(text in said for text in ("Anna", "811228", "070-"))
