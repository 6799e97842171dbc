"""What is published as files and maps: Brå's workbooks behind changing links, SCB's polygons, Polisens archive."""

from __future__ import annotations

import functools
import io
import json
import re
import zipfile
from typing import Any
from urllib.parse import quote

import openpyxl
from world import World

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded

STAMP = "18.4e1f/1760000000000"
CLASSES = ("Utsatt område",) * 46 + ("Särskilt utsatt område",) * 19
NOT_FOUND = b"<html><h1>404</h1></html>"
REGION_OF = {"Rn01": "25", "Rn02": "19", "Rn03": "05", "Rn04": "14", "Rn05": "12", "Rn06": "01", "Rn07": "20"}


def bra(world: World, path: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
    """Status and body of a page or a file at bra.se."""
    if path.endswith("/indikatorer-for-kommuners-lagesbild"):
        name = query.get("query", [""])[0]
        link = f"/download/{STAMP}/{quote(name)}.xlsx"
        return 200, f'<html><p>1 träff för {name}</p><a href="{link}">Excel</a></html>'.encode()
    if found := re.search(r"/statistik_sidor/120/(\d{4})/120(Rn0\d)-\d{4}\.html$", path):
        if int(found[1]) > 2025:
            return 404, NOT_FOUND
        return 200, f'<html><a href="/download/{STAMP}/120{found[2]}-{found[1]}.xlsx">Tabell</a></html>'.encode()
    if found := re.search(r"/download/.*/120(Rn0\d)-(\d{4})\.xlsx$", path):
        return 200, table_120(world, found[1], int(found[2]))
    if found := re.search(r"/download/.*/([^/]+)\.xlsx$", path):
        return 200, workbook(found[1])
    return 404, NOT_FOUND


@functools.lru_cache(maxsize=64)
def workbook(name: str) -> bytes:
    """Two sheets of offences for a kommun, its län and the country, with invented figures that fit their populations."""
    place = kommuner.get(name)
    known = embedded.exposure().query("kind == 'residents' and area_level == 'kommun'").set_index(["year", "area"])["value"]
    lan = {k.code for k in kommuner.in_lan(place.lan_code)}
    book = openpyxl.Workbook()
    book.remove(book.active)
    years = (2017, 2018, 2019)
    for offence, per in (("Bostadsinbrott", 400), ("Skadegörelsebrott", 1500)):
        sheet = book.create_sheet(f"{offence} (anmälda)")
        sheet.append([f"{offence} (anmälda brott) i kommunen, länet och riket 2017–2019"])
        sheet.append([None, *(f"Antal {y}" for y in years), *(f"Antal per 100 000 inv {y}" for y in years)])
        for area, members in ((place.name, {place.code}), (place.lan, lan), ("Hela landet", set(known.loc[2017].index))):
            people = [sum(known.loc[y].reindex(list(members)).fillna(0)) for y in years]
            counts = [round(n * per / 100_000) for n in people]
            sheet.append([area, *counts, *(round(c / n * 100_000) for c, n in zip(counts, people, strict=True))])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def table_120(world: World, region: str, year: int) -> bytes:
    """One sheet a kommun of a län that stands for the police region."""
    codes = [k.code for k in kommuner.in_lan(REGION_OF[region])]
    figures = tuple((code, world.database["totalt"].get(code, {}).get(year)) for code in codes)
    return _table_120(figures, year)


@functools.lru_cache(maxsize=64)
def _table_120(figures: tuple[tuple[str, int | None], ...], year: int) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Information"
    book.active["A1"] = "Tabell 120"
    for code, count in figures:
        name = kommuner.get(code).name
        sheet = book.create_sheet(name)
        sheet.append([f"Tabell 120. Anmälda brott, {name} kommun, {year}. Slutlig statistik"])
        sheet.append(["Brottstyp", "Antal anmälda brott, totalt", "Antal brott per 100 000 invånare"])
        sheet.append(["Samtliga brott", count, None])
        sheet.append(["Misshandel inkl. grov (5, 6 §)", 7, None])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def shapes(query: dict[str, list[str]]) -> dict[str, Any]:
    """Squares in SWEREF 99 TM: two DeSO or one tätort of the kommun that is asked for."""
    layer = query["typeNames"][0]
    found = re.fullmatch(r"(kommunkod|kommun)='(\d{4})'", query["CQL_FILTER"][0])
    assert found, query
    code = found[2]
    east, north = 300_000 + int(code) * 200, 6_200_000 + int(code) * 300
    if layer == "stat:DeSO_2025":
        assert found[1] == "kommunkod"
        about = [{"desokod": f"{code}A00{n}0", "regsokod": f"{code}R001", "kommunkod": code} for n in (1, 2)]
    else:
        assert layer == "stat:Tatorter_2023"
        about = [{"tatortskod": f"T{code}", "tatort": f"Ort {code}", "kommun": code, "bef": 4000}]
    features = [
        {"type": "Feature", "id": f"{at}", "geometry": _square(east + 1000 * at, north, 1000), "properties": properties}
        for at, properties in enumerate(about)
    ]
    return {"type": "FeatureCollection", "features": features, "numberMatched": len(features), "numberReturned": len(features)}


def _square(east: float, north: float, side: float) -> dict[str, Any]:
    ring = [[east, north], [east + side, north], [east + side, north + side], [east, north + side], [east, north]]
    return {"type": "Polygon", "coordinates": [ring]}


def polisen(path: str) -> tuple[int, bytes]:
    """The page with the link, or the archive."""
    if path.endswith("/utsatta-omraden/"):
        return 200, b'<html><a href="/0af3/contentassets/9c/uso_2025_geojson.zip">Karta</a></html>'
    return (200, archive()) if path.endswith(".zip") else (404, NOT_FOUND)


@functools.cache
def archive() -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"NAMN": f"Omr\xe5de {at}", "KATEGORI": kind, "ORT": "Ort"},
            "geometry": _square(500_000 + 2000 * at, 6_600_000, 900),
        }
        for at, kind in enumerate(CLASSES)
    ]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("uso_2025.geojson", json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return content.getvalue()
