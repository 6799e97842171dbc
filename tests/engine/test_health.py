"""`kunskap lagesrapport`: what a scheduler is told, by which exit code, in a shape that holds, and that it names nobody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from batch_run import notebook
from click.testing import CliRunner

from fresh import fresh_folder, fresh_plan
from kunskapsbaserat import cli, engine, kommun
from kunskapsbaserat.data.screen import WITHHELD, masked
from kunskapsbaserat.engine import Failure, Outcome, Wanted, discretion, health, last_run

pytestmark = pytest.mark.xdist_group("health")
PLACE = "1983-koping/lagesbild"
NOW = datetime(2026, 3, 2, 8).astimezone()
SCHEMA = json.loads(health.SCHEMA_FILE.read_text(encoding="utf-8"))
EMAIL, NUMBER = "anna.svensson@koping.se", "19121212-1212"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of one report, as the command leaves it."""
    out = tmp_path_factory.mktemp("rapporter")
    done = CliRunner().invoke(cli.cli, ["rapport", "lagesbild", "Köping", "--ut", str(out)], standalone_mode=False)
    assert done.return_value == 0, done.output
    return out


@pytest.fixture
def out(rendered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(rendered, tmp_path / "rapporter"))


def told(out: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON, which has the shape that is promised."""
    done = CliRunner().invoke(cli.cli, ["lagesrapport", str(out), "--json", *words], standalone_mode=False)
    found = json.loads(done.output)
    jsonschema.validate(found, SCHEMA)
    assert found["exit_code"] == done.return_value
    return done.return_value, found


def test_a_finished_batch_is_well(out: Path):
    found = engine.health_of(out, now=NOW).to_dict()
    jsonschema.validate(found, SCHEMA)
    assert (found["health"], found["exit_code"], found["problems"]) == ("well", 0, [])
    assert {k: found["run"][k] for k in ("done", "skipped", "failed")} == {"done": 1, "skipped": 0, "failed": 0}
    (report,) = found["reports"]
    assert (report["place"], report["template"], report["about"], report["code"]) == (PLACE, "lagesbild", "kommun", "1983")
    assert (report["program"], report["files"], report["figures"], report["last"]) == ("same", "intact", "current", "done")


def _manifest(out: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = out / PLACE / "manifest.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def _revised(out: Path) -> None:
    _manifest(out, lambda record: record["inputs"][0].update(sha256="0" * 64))


def _older(out: Path) -> None:
    _manifest(out, lambda record: record.update(version="0.0.9"))


def _edited(out: Path) -> None:
    (out / PLACE / "report.html").write_text("något annat", encoding="utf-8")


def _failed(out: Path) -> None:
    wanted = Wanted("uppfoljning", kommun.get("Köping"))
    failure = Failure(f"no {EMAIL}", f"Inget {EMAIL}.", cell=2, exit_code=4)
    engine.write_run([Outcome(wanted, "failed", out / wanted.place, out / "x.log", failure=failure)], out=out)


def _emptied(out: Path) -> None:
    shutil.rmtree(out)


@pytest.mark.parametrize(
    ("change", "code", "problem"),
    [
        (_revised, 11, "figures_older"),
        (_older, 11, "other_program"),
        (_edited, 6, "report_damaged"),
        (_failed, 6, "report_failed"),
        (_emptied, 6, "no_reports"),
    ],
)
def test_each_trouble_has_its_code(out: Path, change: Callable[[Path], None], code: int, problem: str):
    change(out)
    found = engine.health_of(out, now=NOW)
    jsonschema.validate(found.to_dict(), SCHEMA)
    assert (found.exit_code, found.problems) == (code, [problem])
    text = CliRunner().invoke(cli.cli, ["lagesrapport", str(out)], standalone_mode=False).output
    assert EMAIL not in text
    assert ("Något är trasigt" in text) == (code == 6)


def test_a_failure_stays_until_the_report_is_made(out: Path):
    """Another batch into the same folder does not hide it; the old row goes when the report is there."""
    _failed(out)
    _, found = told(out)
    assert [(r["place"], r["cell"], r["exit_code"]) for r in found["reports"] if r["problems"]] == [
        ("1983-koping/uppfoljning", 2, 4)
    ]
    lagesbild = Wanted("lagesbild", kommun.get("Köping"))
    engine.write_run([Outcome(lagesbild, "skipped", out / lagesbild.place, out / "x.log")], out=out)
    assert "report_failed" in engine.health_of(out, now=NOW).problems
    uppfoljning = Wanted("uppfoljning", kommun.get("Köping"))
    engine.write_run([Outcome(uppfoljning, "done", out / uppfoljning.place, out / "x.log")], out=out)
    assert "report_failed" not in engine.health_of(out, now=NOW).problems


def test_a_schedule_that_has_stopped_is_told(out: Path):
    ended = datetime.fromisoformat(last_run.run(out / last_run.LAST_RUN)["ended"])
    for days, problems in ((9, []), (12, ["run_old"])):
        found = engine.health_of(out, oldest=10, now=ended + timedelta(days=days, hours=1))
        assert [p for p in found.problems if p == "run_old"] == problems
        assert found.age_days == days
    (out / last_run.LAST_RUN).unlink()
    assert "run_old" in engine.health_of(out, oldest=10, now=ended).problems


def test_the_folder_says_what_is_late_and_what_is_newer(out: Path, tmp_path: Path):
    home = fresh_folder(tmp_path / "mapp", "Köping")
    assert engine.health_of(out, data=home, now=NOW).level == "well"
    fresh_plan(home / "atgardsplan.xlsx", "Köping")
    late = engine.health_of(out, data=home, now=datetime(2035, 1, 1))
    assert {(d["kommun"], d["duty"]) for d in late.overdue} >= {("1983", "lagesbild"), ("1983", "uppfoljning")}
    assert all(d["due"] < "2035" for d in late.overdue)
    assert {d["figures"]: d["due"] for d in late.due}["year"] == "2033"
    assert late.exit_code == 11
    jsonschema.validate(late.to_dict(), SCHEMA)
    (home / "mapp.toml").write_text("kommun = ", encoding="utf-8")
    (tmp_path / "paket").mkdir()
    fresh_folder(tmp_path / "paket" / "arboga", "Arboga")
    shutil.move(home, tmp_path / "paket" / "koping")
    found = engine.health_of(out, data=tmp_path / "paket", now=NOW)
    assert (found.unreadable, found.level) == (("",), "attention")


def test_nobody_is_named_in_logs_or_answers(tmp_path: Path):
    """Neither in a cell's error, what it prints, the name of a file, nor the name of the folder."""
    said = f"{EMAIL} {NUMBER}"
    home = tmp_path / f"mapp {said}"
    fresh_folder(home, "Köping")
    (home / "lokalt").mkdir(exist_ok=True)
    (home / "lokalt" / f"{said}.csv").write_text("vad;som\nhelst;12", encoding="utf-8")
    (home / "lokalt" / "bränder.csv").write_text(f"År;Typ;Antal\n2025;Bränder;{EMAIL}\n", encoding="utf-8")
    mine = notebook(tmp_path / "egen.ipynb", f"print({said!r})", f"raise ValueError({said!r})")
    for words in (["--notebook", str(mine), "--lita", "Köping"], ["lagesbild", "Köping", "--data", str(home)]):
        done = CliRunner().invoke(
            cli.cli, ["rapport", *words, "--ut", str(tmp_path / "rapporter"), "--json"], standalone_mode=False
        )
        assert done.return_value != 0
        reports = json.loads(done.stdout)["reports"]
        assert EMAIL not in str(reports)
        assert NUMBER not in str(reports)
    _, found = told(tmp_path / "rapporter")
    assert found["problems"] == ["report_failed"]
    kept = [path for path in (tmp_path / "rapporter" / ".loggar").iterdir() if path.is_file()]
    texts = {path.name: path.read_text(encoding="utf-8") for path in kept} | {"svar": json.dumps(found, ensure_ascii=False)}
    assert len([name for name in texts if name.endswith(".log")]) == 2
    for name, text in texts.items():
        assert EMAIL not in text, name
        assert NUMBER not in text, name
    assert WITHHELD in texts["1983-koping-egen.log"]
    assert WITHHELD in texts["1983-koping-lagesbild.log"]


def test_a_school_called_as_a_person_has_no_name_here(out: Path):
    shutil.copytree(out / PLACE, out / "1983-koping" / "skola-anna-svensson")
    shutil.copytree(out / PLACE, out / "1983-koping" / "skola-norra-skolan")
    places = {report.place for report in engine.health_of(out, now=NOW).reports}
    assert places == {PLACE, f"1983-koping/skola-{WITHHELD}", "1983-koping/skola-norra-skolan"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"got '{EMAIL}'", f"got '{WITHHELD}'"),
        (f"fil {NUMBER}.csv och 121212-1212", f"fil {WITHHELD}.csv och {WITHHELD}"),
        ("121212-XXXX", WITHHELD),
        ("anna (at) koping.se skrev", f"{WITHHELD} skrev"),
        ("0.0209884653319583 av 2026-11-30T14:55:19+00:00", None),  # a figure and a moment
        ("2081-borlange, 999999-9999", None),  # no day has that date
    ],
)
def test_what_is_withheld_in_a_log(text: str, shown: str | None):
    assert masked(text) == (text if shown is None else shown)


def test_the_path_of_somebodys_own_folder_is_not_told():
    assert discretion.discreet(f"{Path.home()}/mapp/fil.csv, line 3") == "~/mapp/fil.csv, line 3"
