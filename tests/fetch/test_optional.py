"""The optional sources: what comes is kept as it is, and what is wrong is said with how to get it by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import one_source
import pandas as pd
import pytest
import replica as r
import replica_files
from replica import Fault
from world import world

from conftest import QUICK, Serving
from kunskapsbaserat import kommun
from kunskapsbaserat.data import fetched, folder, maps, workbook
from kunskapsbaserat.data.fetch import alike, bra, kinds, polygons, run, sources, vulnerable
from kunskapsbaserat.engine import fetching
from kunskapsbaserat.errors import FetchError, FileError, OptionError
from kunskapsbaserat.report.documents.lagesbild.words import background, situation
from kunskapsbaserat.report.material import people, underlag
from kunskapsbaserat.swedish import number, percent

pytestmark = pytest.mark.usefixtures("small")
PLACE = one_source.PLACE
OPTIONAL = ("scb_delar", "kolada_liknande", "bra_indikatorer", "bra_tabell120", "scb_geo", "polisen")


@pytest.mark.parametrize("key", OPTIONAL)
def test_what_came_is_read_again_without_the_network(
    key: str, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with serving():
        came = one_source.ask(key, tmp_path, QUICK)
    monkeypatch.delenv("KUNSKAP_KALLOR")
    again = one_source.ask(key, tmp_path, QUICK, offline=True)
    assert set(came) == set(again) == set(one_source.BY_KEY[key].names)
    for name, file in came.items():
        other = again[name]
        if isinstance(file, bytes) or isinstance(other, bytes):
            assert file == other
        else:
            assert file[0].equals(other[0])
            assert file[1] == other[1]


def test_areas_and_ages(serving: Serving, tmp_path: Path):
    with serving() as server:
        came = one_source.ask("scb_delar", tmp_path, QUICK)
    areas, ages = came[sources.PARTS][0], came[sources.AGES][0]
    people = world().people[PLACE.code]
    assert set(areas["area_level"]) == {"deso", "regso"}
    assert set(areas["area"]) == {f"{PLACE.code}A0010", f"{PLACE.code}A0020", f"{PLACE.code}R001"}  # of one division
    assert dict(zip(areas["area_level"], areas["name"], strict=True)) == {"deso": "", "regso": "Tätorten med omnejd"}
    deso = areas[(areas["area_level"] == "deso") & (areas["year"] == 2024)]
    assert deso["value"].sum() == people[2024]
    assert set(ages["year"]) == {2025}
    assert set(ages["sex"]) == {"man", "kvinna"}
    assert set(ages["age"]) == {"0-17 år", "18-44 år", "45-64 år", "65+ år"}
    asked = [a for a in server.asked if a.body]
    assert len(asked) == 2
    assert all(
        len(chosen["valueCodes"]) == len(set(chosen["valueCodes"])) for a in asked for chosen in json.loads(a.body)["selection"]
    )


def test_liknande_kommuner_of_a_newer_year_are_said(serving: Serving, tmp_path: Path):
    found = world()
    year, members = found.alike[PLACE.code, "overgripande"]
    found.alike[PLACE.code, "overgripande"] = (year + 1, ("0180", *members[1:]))
    with serving(found=found):
        table = one_source.ask("kolada_liknande", tmp_path, QUICK)[sources.ALIKE][0]
    assert set(table["kind"]) == {"overgripande", "socioekonomi"}
    assert table["members"].str.split().str.len().tolist() == [7, 7]
    assert alike.changed(table, PLACE) == [
        f"Liknande kommuner (overgripande) {year + 1}: Stockholm är nya sedan paketets {year}."
    ]


def test_the_workbook_is_kept_byte_for_byte(serving: Serving, tmp_path: Path):
    with serving():
        came = one_source.ask("bra_indikatorer", tmp_path, QUICK)
    assert came[sources.WORKBOOK] == replica_files.workbook(PLACE.name)
    kept = list((tmp_path / "bra_indikatorer").glob("*.xlsx"))
    assert [path.read_bytes() for path in kept] == [came[sources.WORKBOOK]]


def test_table_120_is_sought_where_the_kommun_most_likely_is(serving: Serving, tmp_path: Path):
    with serving() as server:
        table = one_source.ask("bra_tabell120", tmp_path, QUICK)[sources.COUNTS_120][0]
    assert table["period"].dt.year.unique().tolist() == [2025]
    mine = table[table["offence"] == "totalt"]
    assert mine["count"].tolist() == [world().database["totalt"][PLACE.code][2025]]
    assert len(server.asked) == 2


def test_table_120_is_read_again_though_the_newest_year_was_not_out(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    newest = dt.datetime.now(dt.UTC).year - 1
    with serving(r.of_path(f"-{newest}.html", r.status(404))) as server:
        came = one_source.ask("bra_tabell120", tmp_path, QUICK)[sources.COUNTS_120][0]
    assert came["period"].dt.year.unique().tolist() == [newest - 1]
    assert len(server.asked) == 3
    monkeypatch.delenv("KUNSKAP_KALLOR")
    again = one_source.ask("bra_tabell120", tmp_path, QUICK, offline=True)[sources.COUNTS_120][0]
    assert again.equals(came)
    with pytest.raises(FetchError) as caught:  # of another region, which nobody asked for then
        one_source.ask("bra_tabell120", tmp_path, QUICK, offline=True, place=kommun.get("Malmö"))
    assert caught.value.reason == "not_in_store"


def test_a_kommun_in_another_workbook_is_found_and_the_search_ends(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    orders = dict(replica_files.REGION_OF)
    orders["Rn02"], orders["Rn01"] = orders["Rn01"], orders["Rn02"]
    monkeypatch.setattr(replica_files, "REGION_OF", orders)
    with serving() as server:
        assert len(one_source.ask("bra_tabell120", tmp_path, QUICK)[sources.COUNTS_120][0])
    assert len(server.asked) <= 2 * bra.MOST_REGIONS
    orders["Rn01"] = orders["Rn07"]
    with serving() as server, pytest.raises(FetchError, match="no sheet for Köping"):
        one_source.ask("bra_tabell120", tmp_path, QUICK)
    assert len(server.asked) <= 2 * bra.MOST_REGIONS + 1


def test_maps_are_shapes_in_metres(serving: Serving, tmp_path: Path):
    home = tmp_path / "koping"
    with serving():
        for key in ("scb_geo", "polisen"):
            for name, content in one_source.ask(key, tmp_path / "lager", QUICK).items():
                (home / fetched.FOLDER).mkdir(parents=True, exist_ok=True)
                assert isinstance(content, bytes)
                (home / fetched.FOLDER / name).write_bytes(content)
    deso = maps.read(home, "deso")
    assert sorted(deso) == [f"{PLACE.code}A0010", f"{PLACE.code}A0020"]
    assert sum(shape.area for shape in deso.values()) == pytest.approx(2_000_000)
    assert list(maps.read(home, "tatorter")) == [f"Ort {PLACE.code}"]
    assert len(maps.read(home, "utsatta_omraden")) == 65
    with pytest.raises(FileError, match="kunskap hamta"):
        maps.read(tmp_path, "deso")


def test_polygons_of_many_kommuner_come_out_of_the_store(serving: Serving, tmp_path: Path):
    other = kommun.get("Heby")
    with serving():
        for place in (PLACE, other):
            one_source.ask("scb_geo", tmp_path, QUICK, place=place)
    areas = polygons.in_store(tmp_path)
    assert [(area.kommun, area.code) for area in areas] == [(p, f"{p.code}A00{n}0") for p in (other, PLACE) for n in (1, 2)]
    assert {area.name for area in polygons.in_store(tmp_path, "tatorter", places=[other])} == {f"Ort {other.code}"}
    assert {place: shape.area for place, shape in polygons.outlines(areas).items()} == {other: 2_000_000, PLACE: 2_000_000}
    with pytest.raises(FileError, match="kunskap hamta"):
        polygons.in_store(tmp_path / "annan")
    with pytest.raises(OptionError, match="deso"):
        polygons.in_store(tmp_path, "regso")


def geo(change: Callable[[dict[str, Any]], Any]) -> Fault:
    return r.of("scb_geo", r.document(change))


def swap(document: dict[str, Any]) -> None:
    for feature in document["features"]:
        polygon = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[point[::-1] for point in ring] for ring in polygon]


def test_north_before_east_is_turned(serving: Serving, tmp_path: Path):
    with serving():
        right = one_source.ask("scb_geo", tmp_path / "a", QUICK)
    with serving(geo(swap)):
        assert one_source.ask("scb_geo", tmp_path / "b", QUICK) == right


def zipped(method: int = zipfile.ZIP_STORED, **files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for name, inside in files.items():
            packed.writestr(name.replace("_", "."), inside)
    return content.getvalue()


def answer(ending: str, content: bytes) -> Fault:
    return r.of_path(ending, r.body(lambda _: content, Content_Type="application/octet-stream"))


def features(*kinds: str) -> bytes:
    found = json.loads(zipfile.ZipFile(io.BytesIO(replica_files.archive())).read("uso_2025.geojson"))["features"]
    for feature, kind in zip(found, kinds, strict=False):
        feature["properties"]["KATEGORI"] = kind
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def parts_data(change: Callable[[dict[str, Any]], Any]) -> Fault:
    return r.of("scb", r.document(change, when=lambda asked: asked.path.endswith("TAB6574/data")))


SAID: dict[str, tuple[str, Fault, str]] = {
    "parts: a value too few": ("scb_delar", parts_data(lambda d: d["value"].pop()), "inte alla tal"),
    "parts: thousands": (
        "scb_delar",
        parts_data(lambda d: d.update(value=[v // 1000 for v in d["value"]])),
        "invånare, kommunen",
    ),
    "parts: a thousand times too many": (
        "scb_delar",
        parts_data(lambda d: d.update(value=[v * 1000 for v in d["value"]])),
        "invånare, kommunen",
    ),
    "parts: all missing": ("scb_delar", parts_data(lambda d: d.update(value=[None] * len(d["value"]))), "saknar tal"),
    "parts: text": ("scb_delar", parts_data(lambda d: d["value"].__setitem__(0, "9")), "inget tal"),
    "parts: other codes": (
        "scb_delar",
        parts_data(lambda d: d["dimension"]["Tid"]["category"].update(index={"1999": 0}, label={"1999": "1999"})),
        "storlek",
    ),
    "parts: a code without a label": (
        "scb_delar",
        parts_data(lambda d: d["dimension"]["Tid"]["category"].update(index={"1999": 0})),
        "saknar koder",
    ),
    "parts: no areas": (
        "scb_delar",
        r.of("scb", r.document(lambda d: d["dimension"]["Region"]["category"].update(index={"1983": 0}))),
        "saknar delområden",
    ),
    "alike: six of them": (
        "kolada_liknande",
        r.document(lambda d: [item["members"].pop() for item in d["values"] if len(item["members"]) > 1]),
        "inte sju",
    ),
    "alike: none": ("kolada_liknande", r.document(lambda d: d.update(values=[], count=0)), "inte sju"),
    "alike: members without codes": (
        "kolada_liknande",
        r.document(lambda d: [item.update(members=[{"title": "x"}]) for item in d["values"]]),
        "saknar kommuner",
    ),
    "alike: a region among them": (
        "kolada_liknande",
        r.document(lambda d: [item["members"][0].update(member_id="0001") for item in d["values"]]),
        "saknar kommuner",
    ),
    "workbook: no link": ("bra_indikatorer", answer("lagesbild", b"<html>Inga tr\xc3\xa4ffar</html>"), "ingen länk"),
    "workbook: of another kommun": (
        "bra_indikatorer",
        answer(".xlsx", replica_files.workbook("Arboga")),
        "är inte Brås indikatorer",
    ),
    "workbook: a page": ("bra_indikatorer", answer(".xlsx", b"<html>Logga in"), "webbsida"),
    "workbook: cut": ("bra_indikatorer", answer(".xlsx", replica_files.workbook("Köping")[:3000]), "inte en hel Excel-fil"),
    "workbook: another zip": ("bra_indikatorer", answer(".xlsx", zipped(a_txt=b"1")), "Brås indikatorfil: "),
    "table 120: a page": ("bra_tabell120", answer(".xlsx", b"<html>Underh\xc3\xa5ll"), "webbsida"),
    "table 120: no pages": ("bra_tabell120", r.of_path(".html", r.status(404)), "blad för Köping"),
    "table 120: an error": ("bra_tabell120", r.of_path(".html", r.status(500)), "svar 500"),
    "table 120: another workbook": ("bra_tabell120", answer(".xlsx", replica_files.workbook("Köping")), "inte Brås tabell 120"),
    "maps: an exception": (
        "scb_geo",
        r.status(400, b"<ExceptionReport>Illegal property name</ExceptionReport>"),
        "Illegal property",
    ),
    "maps: none": ("scb_geo", geo(lambda d: d.update(features=[], numberMatched=0)), "inga områden"),
    "maps: one of two": ("scb_geo", geo(lambda d: d["features"].pop()), "1 av 2 områden"),
    "maps: another kommun": ("scb_geo", geo(lambda d: d["features"][0]["properties"].update(kommunkod="0180")), "annan kommun"),
    "maps: a point": (
        "scb_geo",
        geo(lambda d: d["features"][0].update(geometry={"type": "Point", "coordinates": [1, 2]})),
        "polygon",
    ),
    "maps: degrees": (
        "scb_geo",
        geo(lambda d: d["features"][0]["geometry"].update(coordinates=[[[16.0, 59.5]] * 4])),
        "utanför Sverige",
    ),
    "maps: an open ring": ("scb_geo", geo(lambda d: d["features"][0]["geometry"]["coordinates"][0].pop()), "sluten linje"),
    "maps: no coordinates": (
        "scb_geo",
        geo(lambda d: d["features"][0]["geometry"].update(coordinates=None)),
        "inga koordinater",
    ),
    "maps: twice": (
        "scb_geo",
        geo(lambda d: d.update(features=d["features"] * 2, numberMatched=2 * len(d["features"]))),
        "två gånger",
    ),
    "polisen: no link": ("polisen", answer("/utsatta-omraden/", b"<html>Sidan har flyttat</html>"), "ingen länk"),
    "polisen: another host": (
        "polisen",
        answer("/utsatta-omraden/", b'<a href="https://cdn.example/uso_2026_geojson.zip">'),
        "annan server",
    ),
    "polisen: no zip": ("polisen", answer(".zip", b"\x00" * 500), "inte en hel zip-fil"),
    "polisen: cut": ("polisen", answer(".zip", replica_files.archive()[:-200]), "inte en hel zip-fil"),
    "polisen: packed with LZMA and damaged": (
        "polisen",
        answer(".zip", zipped(zipfile.ZIP_LZMA, uso_geojson=features()).replace(b"\x5d\x00\x00\x80\x00", b"\xff" * 5, 1)),
        "inte en hel zip-fil",
    ),
    "polisen: empty": ("polisen", answer(".zip", zipped()), "0 kartor"),
    "polisen: no map": ("polisen", answer(".zip", zipped(uso_geojson=b"{")), "ingen hel GeoJSON"),
    "polisen: few": ("polisen", answer(".zip", zipped(uso_geojson=b'{"features": []}')), "färre än"),
    "polisen: a new class": ("polisen", answer(".zip", zipped(uso_geojson=features("Riskområde"))), "”Riskområde”"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_is_said_and_no_file_made(name: str, serving: Serving, tmp_path: Path):
    key, fault, about = SAID[name]
    with serving(fault), pytest.raises(FetchError) as caught:
        one_source.ask(key, tmp_path, QUICK)
    assert about in caught.value.svenska
    assert caught.value.svenska.startswith(f"{one_source.BY_KEY[key].name}: ")
    assert caught.value.svenska.rstrip().endswith(".")


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    content = zipped(zipfile.ZIP_DEFLATED, uso_geojson=b" " * 10_000)
    workbook.whole_zip(content)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 9_999)
    with pytest.raises(workbook.TooLarge):
        kinds.ARCHIVE.read(content)


def test_the_map_inside_a_small_archive_may_not_be_huge(serving: Serving, tmp_path: Path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("uso.geojson", b" " * (65 << 20))
    with serving(answer(".zip", content.getvalue())), pytest.raises(FetchError, match="too large"):
        one_source.ask("polisen", tmp_path, QUICK)


def test_optional_sources_that_fail_are_named_with_what_to_do_and_the_code_is_zero(serving: Serving, tmp_path: Path):
    home = tmp_path / "koping"
    folder.create(home, PLACE, {})
    with serving(r.of("bra", r.status(503)), r.of("polisen", r.status(403))):
        summary = run.fetch({PLACE: home}, home / "lager", limits=QUICK)
    assert summary.enough
    said = "\n".join(fetching.summary_lines(summary))
    assert "SAKNAS Brås indikatorfil: tjänsten har ett fel (svar 503" in said
    assert "lägg filen i mappen bra" in said
    assert "SAKNAS Polisen: tjänsten släppte inte in frågan" in said
    assert not (home / fetched.FOLDER / sources.WORKBOOK).exists()
    read = folder.read(home)
    assert read.errors == ()
    assert len(read.areas)
    assert len(read.ages)
    assert len(read.months)
    assert read.snapshots["hamtat/brott_manad.csv"].status == "preliminary"
    assert not {"hamtat/alder_kon.csv", "hamtat/delomraden.csv", "hamtat/liknande.csv"} & set(read.sources)
    mine = read.counts[(read.counts["area"] == PLACE.code) & (read.counts["offence"] == "totalt")]
    assert set(mine["source"]) == {"bra_sol"}  # Brå's own before Kolada's
    require_facts_of_what_was_fetched(read)


def require_facts_of_what_was_fetched(read: folder.Folder) -> None:
    """The page has a row for ages and for parts, and says it when Kolada's newest group is another."""
    u = underlag.load(data=read)
    facts = dict(situation.kommun_facts(u))
    children = read.ages.loc[read.ages["age"] == "0-17 år", "value"].sum() / read.ages["value"].sum()
    assert facts["Åldrar"] == f"{percent(children)} är under 18 år den 31 december {read.ages['year'].max()}. Källa: SCB."
    whole = number(world().people[PLACE.code][2025] + 1)  # with SCB's noise
    assert facts["Delområden"].startswith(f"1 RegSO med {whole} invånare (Tätorten med omnejd) och 2 DeSO med ")
    assert "i stället" not in facts["Liknande kommuner"]
    row = read.alike[read.alike["kind"] == "overgripande"].iloc[0]
    other = next(k for k in kommun.all_kommuner() if k.code not in {*row["members"].split(), PLACE.code})
    gone, *rest = row["members"].split()
    newer = read.alike.assign(year=u.alike.wanted_year + 1, members=" ".join([other.code, *rest]))
    u = dataclasses.replace(u, own=dataclasses.replace(read, alike=newer))
    said = dict(situation.kommun_facts(u))["Liknande kommuner"]
    assert f"har i stället {other.name} och inte längre {kommun.get(gone).name}" in said
    assert set(dict(situation.kommun_facts(underlag.load(PLACE)))) == set(facts) - {"Åldrar", "Delområden"}


@pytest.mark.parametrize(
    ("labels", "first", "last", "share"),
    [
        (["0-14 år", "15-24 år", "25+ år"], 15, 24, 0.1),
        (["0–14", "15–24", "25 år och äldre"], 15, 24, 0.1),
        (["0-14 år", "15-24 år", "25+ år"], 0, 24, 0.3),
        (["0-14 år", "15-24 år", "25+ år"], 15, 19, None),  # a group is never divided
        (["0-14 år", "16-24 år", "25+ år"], 16, 24, None),  # a year is missing
        (["0-15 år", "15-24 år", "25+ år"], 15, 24, None),  # a year stands twice
        (["0-14 år", "15-24 år", "okänd"], 15, 24, None),
        (["0 år", "1-17 år", "18+ år"], 0, 17, 0.3),
    ],
)
def test_a_share_is_of_whole_age_groups(labels: list[str], first: int, last: int, share: float | None):
    ages = pd.DataFrame({"age": labels, "year": 2025, "value": [20.0, 10.0, 70.0]})
    found = people.share_of_ages(ages, first, last)
    assert found == (None if share is None else (pytest.approx(share), 2025))
    assert people.share_of_ages(ages.iloc[:0], first, last) is None


def test_what_one_kommun_lacks_the_others_have(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of each source that is asked for a kommun at a time; what came for it earlier stays."""
    keys = ("bra_indikatorer", "bra_tabell120", "scb_geo")
    monkeypatch.setattr(run, "SOURCES", tuple(s for s in sources.SOURCES if s.key in keys))
    other = kommun.get("Arboga")
    homes, parent = fetching.homes([PLACE, other], tmp_path / "alla", many=True)
    tabell = replica_files._table_120(((PLACE.code, 1234),), 2025)
    faults = (
        r.of_path("Arboga.xlsx", r.body(lambda _: b"<html>Underh\xc3\xa5ll")),
        r.of_path("-2025.xlsx", r.body(lambda _: tabell)),
        r.of("scb_geo", r.document(lambda d: d.update(features=[]), when=lambda a: other.code in a.query["CQL_FILTER"][0])),
    )
    with serving(*faults):
        summary = fetching.fetch(homes, parent)
    assert [list(came.lacking) for came in summary.services] == [[other]] * 3
    assert {path.name for path in (homes[PLACE] / fetched.FOLDER).iterdir()} == {
        name for key in keys for name in one_source.BY_KEY[key].names
    }
    assert not (homes[other] / fetched.FOLDER).exists()
    said = fetching.summary_lines(summary)
    assert "SAKNAS för Arboga: Brås tabell 120: ingen av filerna har ett blad för Arboga" in said[1]
    assert "välj Tabell 120" in said[1]
    with serving():
        assert not any(came.lacking for came in fetching.fetch(homes, parent).services)
    before = {path.name: path.read_bytes() for path in (homes[other] / fetched.FOLDER).iterdir()}
    with serving(*faults):
        fetching.fetch(homes, parent)
    assert {path.name: path.read_bytes() for path in (homes[other] / fetched.FOLDER).iterdir()} == before


def test_a_stored_run_that_no_longer_passes_the_checks_stops_nothing_else(
    serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = tmp_path / "koping"
    folder.create(home, PLACE, {})
    monkeypatch.setattr(run, "SOURCES", tuple(s for s in sources.SOURCES if s.key in ("polisen", "kolada")))
    with serving():
        run.fetch({PLACE: home}, home / "lager", limits=QUICK)
    monkeypatch.setattr(vulnerable, "FEWEST", 1000)
    summary = run.fetch({PLACE: home}, home / "lager", limits=QUICK, offline=True)
    kolada, polisen = summary.services
    assert summary.enough
    assert kolada.error is None
    assert polisen.retrieved is None
    assert polisen.error is not None
    assert "färre än 1000 områden" in polisen.error.svenska


def test_kommuner_one_at_a_time_are_not_asked_for_by_the_hundred():
    few = {source.key for source in sources.SOURCES if source.one_by_one}
    assert few == {"bra_indikatorer", "scb_geo"}
    assert kommun.get("Köping") == PLACE


@pytest.mark.parametrize(
    ("sizes", "names", "said"),
    [
        ([980, 2100, 1500], ["Sör", "Centrum", "Norr"], "med 980 (Sör) till 2 100 (Centrum) invånare"),
        ([980, 2100, 980], ["Sör", "Centrum", "Norr"], "med 980–2 100 invånare"),  # two are the smallest
        ([980, 2100], ["", ""], "med 980–2 100 invånare"),
        ([2100], ["Centrum"], "med 2 100 invånare (Centrum)"),
        ([2100, 2100], ["Norr", "Centrum"], "med 2 100 invånare"),
    ],
)
def test_the_smallest_and_largest_area_are_named_when_they_are_alone(sizes: list[int], names: list[str], said: str):
    """An older year, and a file from before there were names, are no hindrance."""
    table = pd.DataFrame({"area": "x", "area_level": "regso", "kind": "residents", "year": 2025, "value": map(float, sizes)})
    older = table.assign(year=2024, value=1.0)
    found = people.parts(pd.concat([older, table.assign(name=names)]).fillna({"name": ""}), "regso")
    assert plain(background._inhabitants(found)) == said
    unnamed = people.parts(table, "regso")
    assert (unnamed.number, unnamed.smallest, unnamed.smallest_name) == (len(sizes), min(sizes), "")


def plain(text: str) -> str:
    return text.replace("\u2060", "").replace("\u00a0", " ").replace("\u202f", " ")
