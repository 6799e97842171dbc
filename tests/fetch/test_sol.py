"""Brå's database: every cell that was asked for comes, and is the right one, or an error says what is wrong."""

from __future__ import annotations

import dataclasses
import re
import ssl
from collections.abc import Callable
from pathlib import Path

import one_source
import pandas as pd
import pytest
import replica as r
import replica_sol
import trustme
from replica import Fault, Replica, running
from world import World, month_counts, next_year, world

from conftest import QUICK, Serving
from kunskapsbaserat import kommun
from kunskapsbaserat.data.fetch import addresses, database, selection, sol, sources
from kunskapsbaserat.data.fetch.asking import WrongShape
from kunskapsbaserat.errors import FetchError, FileError

pytestmark = pytest.mark.usefixtures("small")
PLACE = one_source.PLACE


def years(store: Path) -> pd.DataFrame:
    return one_source.ask("sol", store, QUICK)[sources.COUNTS_BRA][0]


def require_true(rows: pd.DataFrame, found: World) -> None:
    own = rows[rows["source"] == "bra_sol"]
    truth = [found.database[row.offence][row.area].get(row.period.year) for row in own.itertuples()]
    assert truth == [None if pd.isna(n) else n for n in own["count"]]
    assert own["count"].notna().sum() > 250


def test_every_count_is_the_one_that_bra_has(serving: Serving, tmp_path: Path):
    with serving() as server:
        rows = years(tmp_path)
    assert server.database.commas == 0
    assert set(rows["offence"]) == {*(offence for offence, _ in database.offences()), "bilbrott", "stold_totalt"}
    assert set(rows["area"]) == set(server_areas())
    require_true(rows, world())
    assert rows["period"].dt.year.min() == 2010
    mine = rows[(rows["area"] == PLACE.code) & (rows["offence"] == "totalt")]
    assert mine["rate_published"].notna().all()
    assert set(rows["status"]) == {"final"}
    calls = [asked.path.rsplit("/", 1)[-1] for asked in server.asked]
    assert calls == ["start", "urval", "vantapopup", "sok", "dbfil"]


def server_areas() -> list[str]:
    from conftest import SOME

    return SOME


def test_months_come_with_the_preliminary_year(serving: Serving, tmp_path: Path):
    with serving():
        rows = one_source.ask("sol_manad", tmp_path, QUICK)[sources.MONTHS][0]
    mine = rows[(rows["area"] == PLACE.code) & (rows["offence"] == "totalt")].set_index("period")["count"]
    assert mine.loc["2025-03"] == month_counts(world().database["totalt"][PLACE.code][2025])[2]
    assert str(mine.index.min()) == "2021-01"
    assert str(mine.index.max()) == "2026-08"
    late = rows[rows["period"].dt.year == 2026]
    assert set(late["status"]) == {"preliminary"}
    assert rows["rate_published"].isna().all()


def test_offline_reads_the_same_bytes(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sol, "CELLS", 700)  # so that one address is asked many times, and only what was chosen tells them apart
    with serving() as server:
        came = years(tmp_path)
    assert sum(asked.path.endswith("/dbfil") for asked in server.asked) > 5
    monkeypatch.delenv(addresses.VARIABLE)
    again = one_source.ask("sol", tmp_path, QUICK, offline=True)[sources.COUNTS_BRA][0]
    pd.testing.assert_frame_equal(again, came)


@pytest.mark.parametrize("cells", [10_000, 3_000, 700, 64])
def test_a_question_too_large_is_divided_with_the_same_result(
    cells: int, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sol, "CELLS", cells)
    monkeypatch.setattr(replica_sol, "CELLS", cells)
    monkeypatch.setattr(database, "offences", lambda: [("totalt", "alla"), ("stold_ran_kap8", "alla")])
    with serving():
        rows = years(tmp_path)
    require_true(rows, world())
    assert len(rows[rows["offence"] == "totalt"]) == 17 * 16


def test_a_kommun_that_stands_twice_is_the_one_of_today():
    page = replica_sol.Sol(world()).page("101")
    found = selection.read(page, by_month=False)
    assert len(found.regions) == 291  # the kommuner and riket
    assert found.regions["0331"] == next(row for row in page.split('"') if "fr.o.m. 2007" in row).split("*")[0]
    assert found.crimes["stold_ran_kap8", "alla"].heading == "8 kap. Stöld, rån m.m."
    assert found.crimes["bostadsinbrott", "alla"].heading == "Inbrottsstöld i bostad m.m."
    assert [period.period.year for period in found.periods][:2] == [1996, 1997]


@pytest.mark.parametrize(
    ("change", "about"),
    [
        (lambda page: page.replace("arrayPeriod", "arrayTid"), "arrayPeriod"),
        (lambda page: page.replace('="5000*', '="5000'), "utan namn"),
        (lambda page: page.replace("*Brott mot narkotikastrafflagen", "*Totalt antal brott"), "två gånger"),
        (lambda page: re.sub(r"\*([^*]*)Ale kommun", r"*\1Alingsås kommun", page, count=1), "två gånger"),
    ],
)
def test_a_selection_page_that_has_changed_is_said(change: Callable[[str], str], about: str):
    page = change(replica_sol.Sol(world()).page("101"))
    with pytest.raises(WrongShape) as caught:
        selection.read(page, by_month=False)
    assert about in caught.value.svenska


def test_two_offences_with_one_heading_are_never_mixed(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = selection.read

    def doubled(text: str, *, by_month: bool) -> selection.Vocabulary:
        page = whole(text, by_month=by_month)
        other = dataclasses.replace(page.crimes["ran", "alla"], heading=page.crimes["totalt", "alla"].heading.upper())
        return dataclasses.replace(page, crimes=page.crimes | {("ran", "alla"): other})

    monkeypatch.setattr(selection, "read", doubled)
    with serving(), pytest.raises(FetchError, match="two offences with one heading"):
        years(tmp_path)


def lines(change: Callable[[list[str]], list[str]]) -> Fault:
    """The file, with other rows below its headings."""
    return r.text(lambda text: "\r\n".join([text.splitlines()[0], *change(text.splitlines()[1:])]) + "\r\n", at="/dbfil")


def in_values(change: Callable[[str], str]) -> Fault:
    """The last row that has figures, changed."""
    return lines(lambda rows: [*rows[:-1], change(rows[-1])])


SAID: dict[str, tuple[Fault, str, str]] = {
    "no session at all": (r.of_path("/start", r.body(lambda _: b"")), "session", "tappade sökningen"),
    "a session that is always lost": (r.text(lambda _: replica_sol.LOST, at="/sok"), "session", "tappade sökningen"),
    "refused in Brå's words": (
        r.text(lambda _: "<html>Felmeddelande: Ett tekniskt fel har inträffat.</html>", at="/sok"),
        "refused",
        "nekade frågan: ”Ett tekniskt fel har inträffat.”",
    ),
    "refused without words": (r.text(lambda _: "<html>Fel/Error</html>", at="/vantapopup"), "refused", "Fel/Error"),
    "refused in the file": (r.text(lambda _: "<html>Felmeddelande: Nej</html>", at="/dbfil"), "refused", "Nej"),
    "a login page": (r.text(lambda _: "<html><title>Logga in</title>", at="/dbfil"), "shape", "webbsida"),
    "a page of maintenance": (r.text(lambda _: "<html>" + "Underhåll " * 300, at="/urval"), "shape", "arrayNivaett"),
    "without rates": (r.text(lambda t: t.replace(";/100 000 inv", ";per tusen"), at="/dbfil"), "shape", "saknar kolumnen"),
    "one kommun short": (lines(lambda rows: [row for row in rows if "Köping" not in row]), "shape", "saknar"),
    "the last row cut off": (in_values(lambda row: row[: len(row) // 2]), "shape", "inte hel"),
    "half of the file": (lines(lambda rows: rows[: len(rows) // 2]), "shape", "saknar"),
    "only the headings": (lines(lambda _: []), "shape", "saknar"),
    "another kommun": (in_values(lambda row: re.sub("^[^;]*", "Ale kommun", row)), "shape", "ingen frågade efter"),
    "no place": (in_values(lambda row: re.sub("^[^;]*", "Uppgift saknas", row)), "shape", "ingen frågade efter"),
    "a figure that is text": (in_values(lambda row: re.sub(r"\d+;(\d+);$", r"många;\1;", row)), "shape", "inget tal"),
    "half an event": (in_values(lambda row: re.sub(r"\d+;(\d+);$", r"1,5;\1;", row)), "shape", "inget antal"),
    "less than nothing": (in_values(lambda row: re.sub(r"\d+;(\d+);$", r"-5;\1;", row)), "shape", ""),
    "two figures for one cell": (
        lines(lambda rows: [*rows, re.sub(r"\d+;(\d+);$", r"7;\1;", rows[-1])]),
        "shape",
        "två olika tal",
    ),
    "a year that nobody asked for": (
        lines(lambda rows: [*rows, re.sub(r";År;\d+;", ";År;1996;", rows[-1])]),
        "shape",
        "ingen frågade efter",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_is_said_and_no_table_made(name: str, serving: Serving, tmp_path: Path):
    fault, reason, about = SAID[name]
    with serving(fault), pytest.raises(FetchError) as caught:
        years(tmp_path)
    assert caught.value.reason == reason
    assert about in caught.value.svenska
    assert caught.value.svenska.startswith("Brås databas: ")
    assert re.search(r"\((GET|POST) http", caught.value.svenska)


PASSES: dict[str, Fault] = {
    "the session is lost once": r.once(r.of_path("/sok", r.forget_sessions)),
    "lost before the choice": r.once(r.of_path("/urval", r.forget_sessions)),
    "500 once": r.once(r.of_path("/vantapopup", r.status(500))),
    "reset once": r.once(r.of_path("/dbfil", r.reset)),
    "cut once": r.once(r.of_path("/dbfil", r.cut)),
    "no-break spaces": r.text(lambda t: re.sub(r"(?<=;\d{4};)(\d)(\d{3});", r"\1&nbsp;\2;", t), at="/dbfil"),
    "every row twice": lines(lambda rows: rows * 2),
    "a blank last row": lines(lambda rows: [*rows, ""]),
}


@pytest.mark.parametrize("name", PASSES)
def test_what_passes_ends_in_the_right_table(name: str, serving: Serving, tmp_path: Path):
    with serving(PASSES[name]):
        require_true(years(tmp_path), world())


def test_a_cell_that_bra_does_not_have_stays_missing(serving: Serving, tmp_path: Path):
    found = world()
    del found.database["totalt"][PLACE.code][2013]
    with serving(found=found):
        rows = years(tmp_path)
    mine = rows[(rows["area"] == PLACE.code) & (rows["offence"] == "totalt") & (rows["period"].dt.year == 2013)]
    assert mine["count"].isna().tolist() == [True]


@pytest.mark.parametrize("wrong", ["places swapped", "a thousand times too large"])
def test_a_row_that_does_not_give_back_the_known_figures_is_left_out(wrong: str, serving: Serving, tmp_path: Path):
    found = world()
    total = found.database["totalt"]
    if wrong == "places swapped":
        total["2080"], total["2081"] = total["2081"], total["2080"]
    else:
        found.database["totalt"] = {area: {y: 1000 * n for y, n in series.items()} for area, series in total.items()}
    with serving(found=found):
        rows = years(tmp_path)
    assert "totalt" not in set(rows["offence"])
    assert "stold_ran_kap8" in set(rows["offence"])


def test_a_newer_year_and_a_few_revised_figures_are_taken(serving: Serving, tmp_path: Path):
    found = next_year()
    found.database["totalt"][PLACE.code][2025] += 3
    with serving(found=found):
        rows = years(tmp_path)
    own = rows[(rows["area"] == PLACE.code) & (rows["offence"] == "totalt")]
    mine = dict(zip(own["period"].dt.year, own["count"], strict=True))
    assert max(mine) == 2026
    assert mine[2025] == found.database["totalt"][PLACE.code][2025]


def test_the_missing_intermediate_is_there_and_nothing_else_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A server that leaves out its intermediate: refused without the file, taken with it, and never for another host."""
    authority = trustme.CA()
    middle = authority.create_child_ca()
    authority.cert_pem.write_to_path(tmp_path / "rot.pem")
    middle.cert_pem.write_to_path(tmp_path / "mellan.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "rot.pem"))
    outcomes = {}
    for name in ("127.0.0.1", "annan.example"):
        leaf = middle.issue_cert(name)
        (tmp_path / "blad.pem").write_bytes(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "blad.pem")  # the leaf alone
        with running(Replica(world()), tls=context) as server:
            for file in ("", 'certifikat = "mellan.pem"\n'):
                (tmp_path / "k.toml").write_text(f'[sol]\nbas = "{server.address}/solwebb"\n{file}')
                monkeypatch.setenv(addresses.VARIABLE, str(tmp_path / "k.toml"))
                try:
                    years(tmp_path / "lager")
                    outcomes[name, bool(file)] = "right"
                except FetchError as error:
                    outcomes[name, bool(file)] = error.reason
    assert outcomes == {
        ("127.0.0.1", False): "certificate",
        ("127.0.0.1", True): "right",
        ("annan.example", False): "certificate",
        ("annan.example", True): "certificate",
    }


def test_the_certificate_of_the_package_is_the_one_that_it_says_it_is():
    """Its signature is followed to a root that certifi carries, and it is good for years."""
    import datetime as dt

    import certifi
    from cryptography import x509

    mine = x509.load_pem_x509_certificate(addresses.SOL_INTERMEDIATE.read_bytes())
    bundle = Path(certifi.where()).read_text(encoding="ascii")
    root = bundle[bundle.index('Label: "DigiCert Global Root G2"') :]
    mine.verify_directly_issued_by(x509.load_pem_x509_certificate(root[root.index("-----BEGIN") :].encode()))
    assert mine.subject.rfc4514_string() == "CN=DigiCert EV RSA CA G2,O=DigiCert Inc,C=US"
    assert "CN=DigiCert Global Root G2" in mine.issuer.rfc4514_string()
    assert mine.not_valid_after_utc == dt.datetime(2030, 7, 2, 12, 42, 50, tzinfo=dt.UTC)


def test_a_file_of_addresses_that_names_no_certificate_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "k.toml").write_text('[sol]\nbas = "https://127.0.0.1/solwebb"\ncertifikat = "ingen.pem"\n')
    monkeypatch.setenv(addresses.VARIABLE, str(tmp_path / "k.toml"))
    with pytest.raises(FileError) as caught:
        addresses.service("sol")
    assert "ingen.pem, som inte finns" in caught.value.svenska


def test_offences_are_the_ones_that_a_person_is_told_to_mark():
    assert [offence for offence, _ in database.offences()][:2] == ["totalt", "bostadsinbrott"]
    assert kommun.get("Köping").code == PLACE.code
