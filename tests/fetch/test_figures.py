"""From the services to the kommun's folder: right figures under the right name, or a reason; never a wrong table."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import replica as r
import world as worlds
from replica import Fault
from world import World, world

from conftest import QUICK, SOME, Serving
from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded, fetched, folder
from kunskapsbaserat.data.fetch import kolada, run, sources
from kunskapsbaserat.data.fetch.run import Summary
from kunskapsbaserat.data.fetch.store import Store
from kunskapsbaserat.errors import FetchError, FileError

PLACE = kommun.get("Köping")
TOTAL, THEFT, BURGLARY = "N07540", "U07417", "N07546"


def fetch(room: Path, **choices: Any) -> Summary:
    home = room / "koping"
    if not home.exists():
        folder.create(home, PLACE, {})
    return run.fetch({PLACE: home}, home / "lager", limits=QUICK, **choices)


def table(room: Path, name: str) -> pd.DataFrame:
    return fetched.read(room / "koping" / fetched.FOLDER / name)[0].table


def names(summary: Summary) -> dict[str, str]:
    """What each nyckeltal stands for, or why it does not."""
    return {judged.kpi: judged.stands_for or judged.reason for judged in summary.judged}


def files(room: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((room / "koping" / fetched.FOLDER).iterdir())}


def require_true(room: Path, found: World) -> None:
    """Every count under Brå's name is the one that the publisher counted, and every population its own."""
    kpi_of = {offence: about.kpi for about in kolada.offence_kpis() for offence in about.may_be}
    counts = table(room, sources.COUNTS)
    known = counts[counts["count"].notna()]
    wrong = [
        (row.area, row.offence, row.period.year)
        for row in known.itertuples()
        if row.count != worlds.count(found, kpi_of[row.offence], row.area, row.period.year)
    ]
    assert wrong == []
    people = table(room, sources.PEOPLE_KOLADA)
    assert all(found.people[row.area if row.area != "00" else "0000"][row.year] == row.value for row in people.itertuples())


def test_everything_comes_and_stands_for_what_it_is(serving: Serving, tmp_path: Path):
    with serving() as server:
        summary = fetch(tmp_path)
    assert summary.enough
    assert len(server.asked) <= 60
    assert {
        k: v for k, v in names(summary).items() if k in (TOTAL, THEFT, "U07452", BURGLARY, "N07547", "N07544", "N07548")
    } == {
        TOTAL: "totalt",
        THEFT: "stold_ran_kap8",
        "U07452": "skadegorelse_kap12",
        BURGLARY: "bostadsinbrott",
        "N07547": "bilbrott",
        "N07544": "narkotika",
        "N07548": "trafikbrott",
    }
    assert sum(bool(j.stands_for) for j in summary.judged) == 27 + 10
    assert [came.name for came in summary.services if came.error] == []
    assert {path.name for path in (tmp_path / "koping" / fetched.FOLDER).iterdir()} == {
        name for source in sources.SOURCES for name in source.names
    }
    assert "inga tal av Brås att pröva det mot" in names(summary)["N07403"]
    require_true(tmp_path, world())
    counts = table(tmp_path, sources.COUNTS)
    assert counts["count"].notna().all()
    assert set(counts["source"]) == {"kolada"}
    mine = table(tmp_path, sources.INDICATORS)
    assert set(mine["area"]) == {PLACE.code}
    assert mine["indicator"].str.fullmatch(r".*\([NU]\d{5}\)").all()
    survey = table(tmp_path, sources.SURVEY)
    assert (survey["upper"] - survey["share"]).max() == pytest.approx(0.04)  # as far as the uncertainty says


@pytest.mark.usefixtures("few")
def test_the_folder_uses_them_without_another_word(serving: Serving, tmp_path: Path):
    with serving(found=worlds.next_year()):
        fetch(tmp_path)
    home = folder.read(tmp_path / "koping")
    assert home.errors == ()
    mine = home.counts[(home.counts["area"] == PLACE.code) & (home.counts["offence"] == "bostadsinbrott")]
    assert mine["period"].dt.year.tolist() == list(range(2017, 2027))
    assert set(home.survey.loc[home.survey["area"] == PLACE.code, "measure"]) == {a.measure for a in kolada.survey_kpis()}
    assert home.snapshots["hamtat/brott.csv"].publisher.startswith("Rådet för främjande")
    assert [found.contract for found in home.local] == ["indicator"]
    joined = folder.join(home.counts, embedded.counts()).table
    total = joined[(joined["area"] == PLACE.code) & (joined["offence"] == "totalt")]
    assert total["period"].dt.year.tolist() == list(range(2010, 2027))


@pytest.mark.usefixtures("few")
def test_offline_gives_the_same_bytes_and_asks_nobody(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(r, "PER_PAGE", 300)  # the links between pages hold the address of then
    with serving():
        fetch(tmp_path)
    before = files(tmp_path)
    for path in (tmp_path / "koping" / fetched.FOLDER).iterdir():
        path.unlink()

    def nobody(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket.socket, "connect", nobody)
    monkeypatch.delenv("KUNSKAP_KALLOR")  # nor does the address matter
    assert fetch(tmp_path, offline=True).enough
    assert files(tmp_path) == before


@pytest.mark.usefixtures("few")
def test_offline_with_nothing_kept_says_so(tmp_path: Path):
    summary = fetch(tmp_path, offline=True)
    assert not summary.enough
    assert all("utan --offline" in came.error.svenska for came in summary.services if came.error)


@pytest.mark.usefixtures("few")
def test_a_run_that_stopped_in_the_middle_is_not_read_again(serving: Serving, tmp_path: Path):
    with serving():
        fetch(tmp_path)
    before = files(tmp_path)
    with serving(r.at(5, r.status(500)), found=worlds.next_year()):
        summary = fetch(tmp_path)
    assert not summary.enough
    assert [came.error is not None for came in summary.services] == [True, True]
    assert files(tmp_path) == before
    assert len(Store(tmp_path / "koping" / "lager").closed_runs("kolada")) == 1


@pytest.mark.usefixtures("few")
def test_scb_alone_may_fail(serving: Serving, tmp_path: Path):
    with serving(r.of("scb", r.status(503))):
        summary = fetch(tmp_path)
    assert summary.enough
    assert [came.name for came in summary.services if came.error] == ["SCB"]
    assert sources.PEOPLE_SCB not in files(tmp_path)


def scaled(kpi: str, factor: float, since: int = 0, unit: str | None = None) -> Callable[[World], None]:
    def change(found: World) -> None:
        for code, series in found.figures[kpi].items():
            for year in series:
                if year >= since and unit in (None, code):
                    series[year] = float(series[year] or 0) * factor

    return change


def swapped(found: World) -> None:
    for kpi in (TOTAL, THEFT):
        units = found.figures[kpi]
        for one, other in zip(SOME[::2], SOME[1::2], strict=False):
            units[one], units[other] = units[other], units[one]


def rounded(places: int) -> Callable[[World], None]:
    def change(found: World) -> None:
        for series in found.figures[TOTAL].values():
            for year in series:
                series[year] = round(float(series[year] or 0), places)

    return change


def another_population(found: World) -> None:
    """The rates of one year were divided by something else."""
    for code, series in found.figures[TOTAL].items():
        series[2020] = float(series[2020] or 0) * (1 + 0.0003 * (1 + int(code) % 7))


def titled(kpi: str, text: str) -> Callable[[World], None]:
    return lambda found: found.titles.__setitem__(kpi, text)


def per_thousand(found: World) -> None:
    found.titles[THEFT] = "Anmälda stöld- och tillgreppsbrott, antal/1000 inv"
    scaled(THEFT, 0.01)(found)


def gone(kpi: str) -> Callable[[World], None]:
    return lambda found: found.titles.pop(kpi) and None


def shifted(found: World) -> None:
    """Two years pooled under the name of the last: Kolada's NTU where Brå's is of one year."""
    for about in kolada.survey_kpis():
        for series in found.figures[about.kpi].values():
            before = dict(series)
            for year in series:
                series[year] = (float(before[year] or 0) + float(before.get(year - 1, before[year]) or 0)) / 2 + 0.7


HELD: dict[str, tuple[Callable[[World], None], dict[str, str]]] = {
    "three per cent more": (scaled(THEFT, 1.03), {THEFT: "tal är inte Brås"}),
    "a thousand times too large": (scaled(TOTAL, 1000), {TOTAL: "fler brott än invånare"}),
    "a hundred times too small": (scaled(TOTAL, 0.01), {TOTAL: "tal är inte Brås"}),
    "a title with per 1 000 but not the figures": (
        titled(THEFT, "Anmälda stöld- och tillgreppsbrott, antal/1000 inv"),
        {THEFT: "fler brott än invånare"},
    ),
    "per 1 000 in both": (per_thousand, {THEFT: "stold_ran_kap8"}),
    "no unit": (titled(TOTAL, "Anmälda brott totalt, antal"), {TOTAL: "enheten går inte att läsa"}),
    "another name": (titled(BURGLARY, "Anmälda fickstölder, antal/100 000 inv"), {BURGLARY: "heter nu"}),
    "gone": (gone(BURGLARY), {BURGLARY: "finns inte längre"}),
    "rows that changed places": (swapped, {TOTAL: "tal är inte Brås", THEFT: "tal är inte Brås"}),
    "two years pooled": (shifted, {"N07609": "tal är inte Brås", "N07634": "tal är inte Brås"}),
    "uncertainty of another question": (
        titled("N07657", "Osäkerhetstal - Något annat, andel (%)"),
        {"N07609": "hör inte till samma fråga"},
    ),
    "a share over 100": (scaled("N07609", 10), {"N07609": "större än 100"}),
    "more decimals than needed": (rounded(4), {TOTAL: "totalt"}),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", HELD)
@pytest.mark.usefixtures("few")
def test_only_what_gives_back_the_known_figures_bears_their_name(name: str, serving: Serving, tmp_path: Path):
    change, expected = HELD[name]
    found = world()
    change(found)
    with serving(found=found):
        summary = fetch(tmp_path)
    assert {kpi: about in names(summary)[kpi] for kpi, about in expected.items()} == dict.fromkeys(expected, True)
    if name != "per 1 000 in both":
        require_true(tmp_path, world())
    offences = set(table(tmp_path, sources.COUNTS)["offence"])
    refused = {
        kpi for kpi, about in expected.items() if names(summary)[kpi] not in offences and kpi in (TOTAL, THEFT, BURGLARY)
    }
    assert not offences & {offence for about in kolada.offence_kpis() if about.kpi in refused for offence in about.may_be}
    assert summary.enough is (TOTAL not in refused)


@pytest.mark.usefixtures("few")
def test_a_year_divided_by_another_population_stays_a_rate(serving: Serving, tmp_path: Path):
    found = world()
    another_population(found)
    with serving(found=found):
        summary = fetch(tmp_path)
    counts = table(tmp_path, sources.COUNTS)
    total = counts[counts["offence"] == "totalt"]
    # 17 kommuner x 16 years: the rates of one year differ by less than the package's rounding, and none becomes a count.
    assert names(summary)[TOTAL] in ("totalt", "17 av 272 tal är inte Brås")
    if len(total):
        assert total.loc[total["period"].dt.year == 2020, "count"].isna().all()
        assert total.loc[total["period"].dt.year == 2019, "count"].notna().all()


def without_total(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["kpi"] == BURGLARY:
            row["values"] = [{"gender": g, "value": 1.0, "count": 1, "status": ""} for g in "KM"]


def withdrawn(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["kpi"] == BURGLARY and row["municipality"] == PLACE.code:
            row["values"] = [v | {"isdeleted": True} for v in row["values"]]


def next_page(link: str | None) -> Fault:
    def change(document: dict[str, Any]) -> None:
        if document["values"]:
            document["next_url"] = link

    return r.of("kolada", r.document(change, when=r.is_data))


def set_first(name: str, value: object) -> Fault:
    return r.kolada_data(lambda rows: rows[0].__setitem__(name, value))


def set_value(value: object) -> Fault:
    return r.kolada_data(lambda rows: rows[0]["values"][-1].__setitem__("value", value))


def scb_data(change: Callable[[dict[str, Any]], Any]) -> Fault:
    return r.of("scb", r.document(change, when=r.is_data))


SAID: dict[str, tuple[Fault, str]] = {
    "pages in a circle": (next_page("/v3/data/kpi/N01951/municipality/0114?page=1"), "cirkel"),
    "a page at another host": (next_page("https://example.com/v3/data"), "en annan server"),
    "a page that is no address": (next_page(7), "ingen adress"),
    "fewer than it says": (
        r.of("kolada", r.document(lambda d: d["values"] and d["values"].pop(), when=r.is_data)),
        "poster men säger",
    ),
    "nothing at all": (r.kolada_data(list.clear), "poster men säger"),
    "another kommun": (set_first("municipality", "0180"), "ingen frågade efter"),
    "another nyckeltal": (set_first("kpi", "N00945"), "ingen frågade efter"),
    "a year that is text": (set_first("period", "2024"), "år eller värden saknas"),
    "a year that is none": (set_first("period", 24), "år eller värden saknas"),
    "no values": (set_first("values", None), "år eller värden saknas"),
    "a value that is text": (set_value("11,3"), "inget tal"),
    "a value that is true": (set_value(True), "inget tal"),
    "a value below zero": (set_value(-1), "inget tal"),
    "a value that is a list": (set_value([1]), "inget tal"),
    "figures revised between two pages": (
        r.kolada_data(lambda rows: rows.__setitem__(1, {**rows[0], "values": [{"gender": "T", "value": 7}]})),
        "ändrades under hämtningen",
    ),
    "population a thousand times too large": (
        r.kolada_data(
            lambda rows: [
                v.__setitem__("value", v["value"] * 1000) for row in rows if row["kpi"] == "N01951" for v in row["values"]
            ]
        ),
        "folkmängden är fel",
    ),
    "half of the kommuner lost": (
        r.of("kolada", r.document(lambda d: d.update(values=d["values"][::2], count=len(d["values"][::2])), when=r.is_data)),
        "saknas i",
    ),
    "SCB: a value too few": (scb_data(lambda d: d["value"].pop()), "inte alla tal"),
    "SCB: another size": (scb_data(lambda d: d["size"].reverse()), "storlek"),
    "SCB: a value that is text": (scb_data(lambda d: d["value"].__setitem__(0, "12")), "inget tal"),
    "SCB: missing": (scb_data(lambda d: d.__setitem__("value", [None] * len(d["value"]))), "SCB"),
    "SCB: thousands": (scb_data(lambda d: d.__setitem__("value", [v // 1000 for v in d["value"]])), "tusental"),
    "SCB: no class": (scb_data(lambda d: d.pop("class")), "json-stat2"),
    "SCB: without time": (scb_data(lambda d: d["dimension"].pop("Tid")), "SCB"),
}


@pytest.mark.parametrize("name", SAID)
@pytest.mark.usefixtures("few")
def test_an_answer_that_is_not_what_was_asked_for_is_said_and_nothing_of_it_used(name: str, serving: Serving, tmp_path: Path):
    fault, about = SAID[name]
    with serving(fault):
        summary = fetch(tmp_path)
    failed = [came.error for came in summary.services if came.error is not None]
    assert len(failed) == 1
    assert about in failed[0].svenska
    assert "(GET http" in failed[0].svenska
    room = tmp_path / "koping" / fetched.FOLDER
    if failed[0].source == "Kolada":
        assert not summary.enough
        assert not (room / sources.COUNTS).exists()
    else:
        assert summary.enough
        assert not (room / sources.PEOPLE_SCB).exists()
        require_true(tmp_path, world())


PASSES: dict[str, Fault] = {
    "the sexes but no total": r.kolada_data(without_total),
    "withdrawn": r.kolada_data(withdrawn),
    "every row twice": r.of(
        "kolada", r.document(lambda d: d.update(values=d["values"] * 2, count=2 * len(d["values"])), when=r.is_data)
    ),
}


@pytest.mark.parametrize("name", PASSES)
@pytest.mark.usefixtures("few")
def test_what_is_missing_stays_missing(name: str, serving: Serving, tmp_path: Path):
    with serving(PASSES[name]):
        summary = fetch(tmp_path)
    assert summary.enough
    require_true(tmp_path, world())
    mine = table(tmp_path, sources.COUNTS).query(f"offence == 'bostadsinbrott' and area == '{PLACE.code}'")
    assert len(mine) == (9 if name == "every row twice" else 0)


@pytest.mark.parametrize("link", ["whole", "from the host", "at the publisher's own host"])
@pytest.mark.usefixtures("few")
def test_many_pages(link: str, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(r, "PER_PAGE", 300)

    def change(document: dict[str, Any]) -> None:
        if document["next_url"] and link != "whole":
            start = "" if link == "from the host" else "http://api.kolada.se"
            document["next_url"] = start + document["next_url"][document["next_url"].index("/v3/") :]

    with serving(r.of("kolada", r.document(change))) as server:
        assert fetch(tmp_path).enough
    assert any("page" in asked.query for asked in server.asked)
    require_true(tmp_path, world())


@pytest.mark.usefixtures("few")
def test_a_full_disk_leaves_the_earlier_tables(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with serving():
        fetch(tmp_path)
        before = files(tmp_path)

        def full(_: Path, content: bytes) -> None:  # noqa: ARG001
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("kunskapsbaserat.data.fetch.store._write_whole", full)
        with serving(found=worlds.next_year()), pytest.raises(FileError, match="No space left"):
            fetch(tmp_path)
    assert files(tmp_path) == before


@pytest.mark.usefixtures("few")
def test_a_table_that_somebody_changed_is_not_used_and_mended_by_the_next_fetch(serving: Serving, tmp_path: Path):
    with serving():
        fetch(tmp_path)
    before = files(tmp_path)
    path = tmp_path / "koping" / fetched.FOLDER / sources.COUNTS
    path.write_bytes(path.read_bytes().replace(b",final,", b",preliminary,", 1))
    home = folder.read(tmp_path / "koping")
    assert [f.file for f in home.errors] == ["hamtat/brott.csv"]
    assert "kunskap hamta" in home.errors[0].svenska
    assert fetch(tmp_path, offline=True).placed[0].revised == 0
    assert files(tmp_path) == before


def test_an_error_has_its_own_code():
    assert FetchError.exit_code == 8
