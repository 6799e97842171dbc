"""The county page of a länspaket: duties with dates, shared problems, functions and no persons, EST through the gate."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lanspaket import BLEKINGE, EVENTS, WITHOUT, cells_of, package
from pages import plain
from plans import plan_with
from regions import pages_of, rows_of, section_of

from kunskapsbaserat import cli, cli_rapport, engine
from kunskapsbaserat.data.est import secret, sheets
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.plan.sheets import FILE
from kunskapsbaserat.report.documents.region import document as region
from kunskapsbaserat.report.documents.region.package import contact

EVENT_BOOK = sheets.FILE


@pytest.fixture(scope="module")
def paket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package(tmp_path_factory.mktemp("lan") / "paket å")


@pytest.fixture(scope="module")
def whole(paket: Path) -> BeautifulSoup:
    return read(paket)


def read(paket: Path) -> BeautifulSoup:
    return BeautifulSoup(pages_of(region.load(lan="Blekinge", data=paket))[""], "html.parser")


def test_the_duty_table_is_alphabetical_with_dates(whole: BeautifulSoup):
    rows = rows_of(section_of(whole, "plikter"))
    assert [row[0] for row in rows] == list(BLEKINGE)
    for row in rows:
        if row[0] == WITHOUT:
            assert row[1:4] == ["underlag saknas"] * 3
        else:
            assert re.fullmatch(r"2025-\d\d-01", row[1])
            assert re.fullmatch(r"202[67]-\d\d-\d\d", row[4])
    text = plain(section_of(whole, "plikter").get_text(" "))
    assert "Underlag saknas för Olofström" in text
    assert not re.search("försena|brist|borde|måste", text)


def test_shared_problems_are_listed_and_trygghet_stands_by_itself(whole: BeautifulSoup):
    crime, trygghet = (plain(section_of(whole, key).get_text(" ")) for key in ("problem", "problem_trygghet"))
    assert "Bostadsinbrott, anmälda: Karlshamn, Karlskrona, Ronneby och Sölvesborg" in crime
    assert "otrygg" not in crime.casefold()
    assert "Otrygghet sent på kvällen" in trygghet
    assert "inbrott" not in trygghet.casefold()
    assert whole.find(id="problem").find_previous("section")["id"] == "plikter"


def test_functions_are_named_and_persons_never(whole: BeautifulSoup, paket: Path):
    text = plain(whole.get_text(" "))
    assert "Anna Ek" in " ".join(cells_of(paket / "mapp 0" / FILE))
    assert "Anna" not in text
    assert "Trygghetsenheten" in text
    contacts = {row[4] for row in rows_of(section_of(whole, "problem")) if len(row) == 5}
    assert contacts <= {"underlag saknas", "Brottsförebyggande samordnare", "Trygghetsenheten", "."}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        *(("Säkerhetssamordnare", True), ("Trygghets- och säkerhetsavdelningen", True), ("Kommunens BRÅ-samordnare", True)),
        *(("Anna Ek", False), ("Anna, samordnare", False), ("Säkerhetssamordnare Anna Ek", False), ("", False), (None, False)),
    ],
)
def test_what_is_taken_for_a_function(said: str | None, shown: bool):
    assert (contact(plan_with(samordningsfunktion=said)) is not None) is shown


def test_est_is_rounded_and_small_numbers_cannot_be_had(whole: BeautifulSoup):
    rows = dict(row for row in rows_of(section_of(whole, "est")))
    assert EVENTS == {"Karlshamn": 23, "Ronneby": 3}
    assert rows["Karlshamn"] == "25"
    assert rows["Ronneby"] == "1–4"
    assert rows["Länet"] == "minst 25"  # what is shown together: nothing is left to subtract
    assert {rows[name] for name in set(BLEKINGE) - set(EVENTS)} == {"underlag saknas"}


def test_gaps_are_counted_and_nobody_is_named(whole: BeautifulSoup):
    text = plain(section_of(whole, "kurser").get_text(" "))
    assert re.search(r"\d av 4 planer", text)
    assert not any(name in text for name in BLEKINGE)


def test_too_few_plans_give_no_count(paket: Path, tmp_path: Path):
    two = tmp_path / "två"
    for name in ("mapp 0", "mapp 1"):
        shutil.copytree(paket / name, two / name)
    text = plain(section_of(read(two), "kurser").get_text(" "))
    assert "färre än tre planer" in text
    assert "av 2" not in text


def test_a_damaged_folder_is_named_and_the_others_stand(paket: Path, tmp_path: Path):
    damaged = tmp_path / "skadat"
    shutil.copytree(paket, damaged)
    (damaged / "mapp 1" / FILE).write_bytes((damaged / "mapp 1" / FILE).read_bytes()[:900])
    (damaged / "mapp 3" / FILE).write_bytes(b"PK not a workbook")
    (damaged / "mapp 4" / "mapp.toml").write_text("kommun = ")
    s = read(damaged)
    rows = {row[0]: row for row in rows_of(section_of(s, "plikter"))}
    assert list(rows) == list(BLEKINGE)
    assert rows["Karlskrona"][1] == "går inte att läsa"
    assert rows["Sölvesborg"][1] == "underlag saknas"
    assert rows["Ronneby"][1] == "går inte att läsa"
    assert re.fullmatch(r"2025-\d\d-01", rows["Karlshamn"][1])
    said = [plain(li.get_text()) for li in section_of(s, "plikter").find_all("li")]
    for name in ("Karlskrona", "Ronneby"):
        assert any(line.startswith(f"{name}: ") and FILE in line for line in said), said
    assert any("mapp 4" in line and "mapp.toml" in line for line in said)
    assert str(tmp_path) not in s.get_text()
    with pytest.raises(FileError):
        cli_rapport.choose(["lagesbild"], [], data=damaged)
    (wanted,) = cli_rapport.choose(["region"], [], data=damaged)
    assert (wanted.subject.name, wanted.data) == ("Blekinge län", damaged)


def test_the_package_chooses_its_lan_and_a_batch_may_mix(paket: Path):
    wanted = cli_rapport.choose(["lagesbild", "region"], [], lan="10", data=paket)
    assert [w.template for w in wanted].count("lagesbild") == 5
    (one,) = [w for w in wanted if w.template == "region"]
    assert (one.place.as_posix(), one.data) == ("10-blekinge-lan/region", paket)
    assert len(cli_rapport.choose(["region"], [], alla=True)) == 21
    assert [w.subject.code for w in cli_rapport.choose(["region"], ["Västra", "Götaland", "Skåne"])] == ["14", "12"]


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_story_ten(paket: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Handläggaren på länsstyrelsen: five folders, one without a plan; the report, its check, and what a change does to it."""
    code = cli.cli.main(
        ["rapport", "region", "--lan", "10", "--data", str(paket), "--word", "--ut", str(tmp_path / "ut")],
        standalone_mode=False,
    )
    assert code == 0
    folder = tmp_path / "ut" / "10-blekinge-lan" / "region"
    s = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    rows = rows_of(section_of(s, "plikter"))
    assert [row[0] for row in rows] == list(BLEKINGE)
    assert sum("underlag saknas" in row for row in rows) == 1
    assert "Bostadsinbrott, anmälda" in plain(section_of(s, "problem").get_text(" "))
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (record["chosen"], record["own_folder"]) == ({"lan": "10"}, True)
    assert (folder / "report.docx").stat().st_size > 10_000
    assert not [
        cell for table in (folder / "tables").glob("*.csv") for cell in (table.read_text("utf-8-sig"),) if "Anna" in cell
    ]
    assert str(paket) not in (folder / "region.ipynb").read_text(encoding="utf-8")
    (good,) = engine.verify([folder], data=paket)
    assert good.result == "same_bytes", good
    (without,) = engine.verify([folder])
    assert "Blekinge" in without.reason
    capsys.readouterr()


def test_no_secret_of_est_reaches_the_page(whole: BeautifulSoup, paket: Path):
    own = secret.of(paket / "mapp 0")
    assert own.key.hex() not in str(whole)
    assert (paket / "mapp 0" / EVENT_BOOK).is_file()
