"""`kunskap hamta`: what came, what did not and what to do, with a code for each ending."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import replica as r
from world import world

from conftest import QUICK, Serving
from kunskapsbaserat import cli, swedish
from kunskapsbaserat.data import fetched, folder
from kunskapsbaserat.data.fetch import http, probe, run

Kunskap = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kunskap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Kunskap:
    """The command in an empty folder: its code and what it says on each stream."""

    def started(*words: str) -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["kunskap", *words])
        monkeypatch.setattr(http, "Limits", lambda: QUICK)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return started


@pytest.mark.usefixtures("few")
def test_a_folder_is_made_and_filled(serving: Serving, kunskap: Kunskap, tmp_path: Path):
    with serving():
        code, out, err = kunskap("hamta", "Köping")
        assert code == 0, err
        assert "är ny" in err
        again = kunskap("hamta", "Köping", "--mapp", "1983-koping")
    home = tmp_path / "1983-koping"
    assert folder.kommun_of(home).name == "Köping"
    assert {path.name for path in (home / fetched.FOLDER).iterdir()} >= {"brott.csv", "trygghet.csv", "folkmangd_scb.csv"}
    assert "kunskap rapport lagesbild Köping --data 1983-koping" in out
    assert "Anmälda våldsbrott, antal/100 000 inv används inte som Brås: paketet har inga tal" in out
    assert "är ny" not in again[2]


@pytest.mark.usefixtures("few")
def test_a_source_that_fails_keeps_the_older_figures_and_says_their_day(serving: Serving, kunskap: Kunskap):
    with serving():
        kunskap("hamta", "Köping", "min mapp")
    with serving(r.status(503)):
        code, out, _ = kunskap("hamta", "Köping", "min mapp")
    assert code == 8
    assert "OBS Kolada: tjänsten har ett fel (svar 503" in out
    assert "används." in out
    assert 'kunskap rapport lagesbild Köping --data "min mapp"' in out


@pytest.mark.usefixtures("few")
def test_nothing_came_at_all(serving: Serving, kunskap: Kunskap):
    with serving(r.status(403, b"<html><title>Blockerad av brandv\xc3\xa4ggen</title>")):
        code, out, _ = kunskap("hamta", "Köping")
    assert code == 8
    assert "SAKNAS Kolada: tjänsten släppte inte in frågan (svar 403: ”Blockerad av brandväggen”)" in out
    assert "SAKNAS det som första sidan behöver, alla anmälda brott, för Köping." in out


@pytest.mark.thorough
@pytest.mark.usefixtures("few")
def test_a_whole_lan_in_one_go(serving: Serving, kunskap: Kunskap, tmp_path: Path):
    with serving() as server:
        code, out, err = kunskap("hamta", "--lan", "Dalarna", "--mapp", "dalarna")
    assert code == 0, err
    assert "15 av 15 kommuner har fått sina siffror." in out
    assert len(server.asked) < 30
    homes = sorted(path.name for path in (tmp_path / "dalarna").iterdir())
    assert len(homes) == 16
    assert "lager" in homes
    falun = fetched.read(tmp_path / "dalarna" / "2080-falun" / "hamtat" / "nyckeltal.csv")[0].table
    assert set(falun["area"]) == {"2080"}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["Kopng"], 3, "Menade du"),
        ([], 2, "KOMMUN saknas. Exempel: kunskap hamta Köping."),
        (["Köping", "--alla"], 2, "Välj kommuner på ett sätt"),
        (["Köping", "en", "--mapp", "annan"], 2, "Mappen står två gånger"),
        (["Köping", "--prova"], 2, "--prova står ensamt"),
        (["--lan", "Dalarnna"], 2, "län: ”Dalarnna” går inte att välja. Välj 20 Dalarnas län"),
    ],
)
def test_mistakes_end_in_swedish_and_nothing_is_made(
    words: list[str], code: int, message: str, kunskap: Kunskap, tmp_path: Path
):
    ended, _, err = kunskap("hamta", *words)
    assert ended == code
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_another_kommun_is_left_alone(kunskap: Kunskap, tmp_path: Path):
    folder.create(tmp_path / "falun", "Falun", {})
    before = sorted(tmp_path.rglob("*"))
    code, _, err = kunskap("hamta", "Köping", "falun")
    assert code == 4
    assert "är mapp för Falun, inte för Köping" in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("few")
def test_a_folder_that_may_not_be_written(serving: Serving, kunskap: Kunskap, monkeypatch: pytest.MonkeyPatch):
    with serving():
        kunskap("hamta", "Köping")

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "replace", refuse)
        code, _, err = kunskap("hamta", "Köping")
    assert code == 7
    assert "Är filen öppen?" in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("few")
def test_a_file_that_is_taken_away_while_excel_has_it_open(serving: Serving, kunskap: Kunskap, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    ended = [dataclasses.replace(source, names=(*source.names, "utgangen.csv")) for source in run.SOURCES]
    monkeypatch.setattr(run, "SOURCES", tuple(ended))
    with serving(), monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        code, _, err = kunskap("hamta", "Köping")
    assert code == 7
    assert "utgangen.csv" in err


@pytest.mark.parametrize("wrong", ["nothing", "a title", "scb"])
def test_the_probe_says_what_differs_and_writes_nothing(
    wrong: str, serving: Serving, kunskap: Kunskap, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    found = world()
    if wrong == "a title":
        found.titles["U07417"] = "Anmälda stöldbrott, andel"
    (tmp_path / "tom").mkdir()
    monkeypatch.setattr(probe, "SOME", ("0114", "2081"))
    with serving(*([r.of("scb", r.status(410))] if wrong == "scb" else []), found=found):
        code, out, err = kunskap("hamta", "--prova")
    assert code == (0 if wrong == "nothing" else 8)
    assert ("U07417 ska heta ”Anmälda stöld- och tillgreppsbrott" in out) is (wrong == "a title")
    assert ("adressen finns inte (svar 410" in out) is (wrong == "scb")
    assert out.count("Svarar som väntat.") == (6 if wrong == "nothing" else 5)
    assert "Inget är sparat" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kallor.toml", "tom"]


def test_the_probe_says_how_it_asked(serving: Serving, kunskap: Kunskap):
    with serving(r.text(lambda _: "<html><title>Logga in</title>", at="/dbfil")):
        code, out, _ = kunskap("hamta", "--prova")
    assert code == 8
    assert re.search(r"Brås databas: .*\(POST http", out)


def test_help_and_import_load_no_http_library():
    code = (
        "import sys; import kunskapsbaserat.cli, kunskapsbaserat.data.folder; "
        "print({'requests', 'urllib3', 'truststore', 'filelock'} & set(sys.modules) or 'none')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "none"


@pytest.mark.usefixtures("few")
def test_what_was_fetched_becomes_a_page_with_the_network_closed(
    serving: Serving, kunskap: Kunskap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nobody answers any more, and a process that asks through a proxy meets a closed port, whichever makes the page."""
    with serving() as server:
        code, _, err = kunskap("hamta", "Köping")
        assert code == 0, err
        asked = len(server.asked)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    code, _, err = kunskap("rapport", "lagesbild", "Köping", "--data", "1983-koping", "--ut", "ut")
    assert code == 0, err
    assert len(server.asked) == asked
    (page,) = (tmp_path / "ut").rglob("report.html")
    text = page.read_text(encoding="utf-8")
    there = fetched.read(tmp_path / "1983-koping" / fetched.FOLDER / "brott.csv")[0].table
    last = there.query("area == '1983' and offence == 'totalt'").sort_values("period").iloc[-1]
    assert swedish.number(int(last["count"])) in text
    assert "Kolada" in text
    assert not re.search(r"""(?:src|srcset|action|poster)\s*=\s*["']?https?:|@import|url\(\s*["']?https?:""", text)
    machine = page.parent / "tables" / "maskin" / "anmalda_brott.csv"
    assert f"{last['period']}" in machine.read_text(encoding="utf-8")
