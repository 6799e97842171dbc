"""Batches: the same bytes by every way, resuming, a länspaket, the list of what failed, and the page over all."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from batch_run import EXECUTORS, notebook, run
from bs4 import BeautifulSoup
from click.testing import CliRunner

from fresh import fresh_folder
from kunskapsbaserat import cli, cli_rapport, engine, kommun
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.placing import MANIFEST
from kunskapsbaserat.errors import FileError, OptionError

TOGETHER = pytest.mark.xdist_group("batches")
PLACES = ["2081", "1286"]  # all figures; population and total alone
STANDING = [*(("lagesbild", place) for place in PLACES), ("uppfoljning", "2081")]  # reports that need no folder of files
# Options, environment and which of the standing reports; each kind of way makes both documents.
WAYS: dict[str, tuple[dict[str, Any], dict[str, str], list[tuple[str, str]]]] = {
    "forkserver": ({"executor": "forkserver", "workers": 2}, {"PYTHONHASHSEED": "1"}, STANDING),
    "again, one worker": ({"executor": "forkserver", "workers": 1}, {"PYTHONHASHSEED": "2"}, STANDING[:1]),
    "spawn": ({"executor": "spawn", "workers": 1}, {"PYTHONHASHSEED": "3"}, STANDING),
    "kernel": ({"executor": "kernel", "workers": 2}, {}, STANDING[1:]),
}
SLOWER = {"spawn": pytest.mark.thorough, "kernel": pytest.mark.thorough}  # a fresh interpreter a report
OTHER_WAYS = [pytest.param(way, *report, marks=SLOWER.get(way, ())) for way in list(WAYS)[1:] for report in WAYS[way][2]]
Made = Callable[[str], tuple[dict[str, Any], Path]]
DRAWS = (
    "import matplotlib.pyplot as plt\nshown = get_ipython().outputs\nplt.plot([1, 2]);",
    "assert [list(o.data) for o in shown.list] == [['text/plain', 'image/png']], shown.list",
    "assert False, 'the end'",
)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a report, the manifest without its `run` block."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    said = json.loads(found[MANIFEST])
    assert set(said.pop("run")) == {"started", "seconds"}
    return found | {MANIFEST: json.dumps(said).encode()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same reports, of every template, by the way that is asked for."""
    draws = notebook(tmp_path_factory.mktemp("rita") / "rita.ipynb", *DRAWS)

    @functools.cache
    def by(way: str) -> tuple[dict[str, Any], Path]:
        options, environment, reports = WAYS[way]
        out = tmp_path_factory.mktemp(way)
        wanted = [{"template": t, "kommun": k} for t, k in reports]
        if way in EXECUTORS:
            wanted.append({"template": "rita", "kommun": "2081", "notebook": str(draws)})
        return run(options | {"out": str(out), "wanted": wanted}, environment=environment)[0], out

    return by


@TOGETHER
@pytest.mark.parametrize(("way", "template", "place"), OTHER_WAYS)
def test_the_same_bytes(made: Made, way: str, template: str, place: str):
    """Two runs, worker counts, hash seeds, fork, spawn and a real kernel: page, notebook with its outputs, tables, manifest."""
    first, other = (made(w)[1] / kommun.get(place).slug / template for w in ("forkserver", way))
    assert made(way)[0][f"{place}/{template}"]["status"] == "done"
    one, two = files(first), files(other)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


@TOGETHER
def test_forked_processes_were_warm(made: Made):
    """The standard library says nothing when the preload fails: each process says whether it had everything."""
    assert {o["warm"] for o in made("forkserver")[0].values() if o["status"] == "done"} == {True}


@TOGETHER
@pytest.mark.thorough
def test_a_spawned_process_is_not_warm_at_first(made: Made):
    assert next(iter(made("spawn")[0].values()))["warm"] is False


@TOGETHER
@pytest.mark.parametrize("executor", [pytest.param(name, marks=SLOWER.get(name, ())) for name in EXECUTORS])
def test_pyplot_figures_are_not_lost(made: Made, executor: str):
    """Inline support has to be there in each process, and for each notebook of a process."""
    assert "AssertionError: the end" in made(executor)[0]["2081/rita"]["message"]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[engine.Outcome]]:
    """Two kommuner, one of which cannot be made."""
    out = tmp_path_factory.mktemp("rapporter å")
    wanted = [
        engine.Wanted("lagesbild", kommun.get("Mora")),
        engine.Wanted("lagesbild", kommun.get("Ystad"), parameters={"year": 1999}),
    ]
    return out, engine.render_many(wanted, out=out, workers=2)


@TOGETHER
def test_one_bad_report_stops_nothing(reports: tuple[Path, list[engine.Outcome]]):
    out, (mora, ystad) = reports
    assert (mora.status, ystad.status) == ("done", "failed")
    assert ystad.failure is not None
    assert (ystad.failure.cell, ystad.failure.cell_id, ystad.failure.exit_code) == (4, "kb-las", OptionError.exit_code)
    assert not ystad.folder.exists()
    assert sorted(p.name for p in out.iterdir()) == [".loggar", "2062-mora"]


@TOGETHER
def test_what_is_there_and_unchanged_is_skipped(reports: tuple[Path, list[engine.Outcome]]):
    out, _ = reports
    wanted = [engine.Wanted("lagesbild", kommun.get("Mora"))]
    (again,) = engine.render_many(wanted, out=out, resume=True)
    assert again.status == "skipped"
    page = again.page.read_bytes()
    again.page.write_bytes(page[:-1])  # not intact
    (repaired,) = engine.render_many(wanted, out=out, resume=True)
    assert (repaired.status, repaired.page.read_bytes()) == ("done", page)
    changed = engine.Wanted("lagesbild", kommun.get("Mora"), parameters={"year": 2023})
    assert engine.render_many([changed], out=out, resume=True)[0].status == "done"


def test_a_changed_folder_or_template_is_another_report(tmp_path: Path):
    fresh_folder(tmp_path / "mapp", "Mora")
    template = engine.template_path("lagesbild")
    digests = [manifest.inputs_digest(template, {"kommun": "2062"}, data) for data in (None, tmp_path / "mapp")]
    (tmp_path / "mapp" / "texter.md").write_text("## Orsaker\n\nNytt.", encoding="utf-8")
    digests.append(manifest.inputs_digest(template, {"kommun": "2062"}, tmp_path / "mapp"))
    own = notebook(tmp_path / "egen.ipynb", "1")
    digests.append(manifest.inputs_digest(own, {"kommun": "2062"}, None))
    digests.append(manifest.inputs_digest(template, {"kommun": "2034"}, None))
    assert len(set(digests)) == 5
    moved = tmp_path / "annan plats å"
    (tmp_path / "mapp").rename(moved)
    assert manifest.inputs_digest(template, {"kommun": "2062"}, moved) == digests[2]


# ---- the command line ----------------------------------------------------------------------------------------------------


def test_a_lanspaket(tmp_path: Path):
    for name, place in (("a", "Mora"), ("å ä", "Orsa")):
        fresh_folder(tmp_path / "paket" / name, place)
    (tmp_path / "paket" / "annat").mkdir()
    wanted = cli_rapport.choose(["lagesbild"], [], data=tmp_path / "paket")
    assert {w.subject.name: w.data.name for w in wanted if w.data} == {"Mora": "a", "Orsa": "å ä"}
    whole = cli_rapport.choose(["lagesbild"], [], lan="Dalarna", data=tmp_path / "paket")
    assert len(whole) == 15
    assert sum(w.data is not None for w in whole) == 2
    with pytest.raises(FileError, match="no folder for Falun"):
        cli_rapport.choose(["lagesbild"], ["Falun"], data=tmp_path / "paket")
    fresh_folder(tmp_path / "paket" / "c", "Mora")
    with pytest.raises(FileError, match="two folders are for Mora") as caught:
        engine.folders_in(tmp_path / "paket")
    assert "Ta bort den ena" in caught.value.svenska
    with pytest.raises(FileError, match="neither it nor any folder"):
        engine.folders_in(tmp_path / "paket" / "annat")


@pytest.mark.parametrize(
    ("lan", "number"),
    [("20", 15), ("Dalarnas län", 15), ("dalarna", 15), ("Kalmar", 12), ("Skåne län", 33), ("Västra Götaland", 49)],
)
def test_a_lan_by_code_or_name(lan: str, number: int):
    assert len(cli_rapport.choose(["lagesbild"], [], lan=lan)) == number


def test_the_whole_country_and_several_templates():
    assert len(cli_rapport.choose(["est", "lagesbild"], [], alla=True)) == 580


def kunskap(*words: str) -> Any:
    return CliRunner().invoke(cli.cli, list(words), standalone_mode=False)


@pytest.mark.thorough
@TOGETHER
def test_a_batch_on_the_command_line(tmp_path: Path):
    """As JSON, with an index page, and a code that says that something failed."""
    blocked = tmp_path / "2034-orsa"
    blocked.write_text("a file where a folder should be")
    done = kunskap("rapport", "lägesbild", "Mora", "Orsa", "--ut", str(tmp_path), "--json", "--arbetare", "2")
    told = json.loads(done.stdout)
    assert (done.return_value, told["done"], told["failed"]) == (6, 1, 1)
    mora, orsa = told["reports"]
    assert Path(mora["page"]).is_file()
    assert "Det går inte att skapa mappen" in orsa["reason"]
    assert Path(orsa["log"]).is_file()
    assert Path(told["index"]) == tmp_path / "index.html"
    spoken = kunskap("rapport", "lagesbild", "Mora", "Orsa", "--ut", str(tmp_path), "--fortsatt")
    assert spoken.return_value == 6
    assert "Fel: Orsa, lagesbild: Det går inte att skapa mappen" in spoken.stderr
    assert "0 klara, 1 fanns redan, 1 misslyckades" in spoken.stderr


@pytest.mark.thorough
@TOGETHER
def test_a_template_of_ones_own(tmp_path: Path):
    path = tmp_path / "Min mall å.ipynb"
    path.write_text(engine.template_path("lagesbild").read_text(encoding="utf-8"), encoding="utf-8")
    refused = kunskap("rapport", "--notebook", str(path), "Mora")
    assert isinstance(refused.exception, cli_rapport.WrongChoice)
    assert "--lita" in str(refused.exception)
    done = kunskap("rapport", "--notebook", str(path), "--lita", "Mora", "--ut", str(tmp_path / "ut"))
    assert done.return_value == 0, done.stderr
    folder = tmp_path / "ut" / "2062-mora" / "Min mall å"
    nbformat.validate(nbformat.read(folder / "Min mall å.ipynb", as_version=4))
    said = manifest.read(folder)
    assert said is not None
    assert (said["own_notebook"], said["notebook"], said["chosen"]) == (True, path.name, {"kommun": "2062"})
    told = kunskap("verifiera", str(folder))
    assert told.return_value == 6
    assert "skapades med en egen mall" in told.stdout
    again = kunskap("verifiera", str(folder), "--notebook", str(path), "--lita")
    assert (again.return_value, "samma byte för byte" in again.stdout) == (0, True), again.stdout
    renamed = path.rename(tmp_path / "annan.ipynb")
    told = kunskap("verifiera", str(folder), "--notebook", str(renamed), "--lita")
    assert (told.return_value, "Ge filen det namnet igen" in told.stdout) == (6, True)
    renamed.write_text(renamed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    told = kunskap("verifiera", str(folder), "--notebook", str(renamed), "--lita")
    assert (told.return_value, "eller så har den ändrats" in told.stdout) == (6, True)


@pytest.mark.parametrize(
    "words", [["Mora", "--lan", "20"], ["Mora", "--alla"], ["--alla", "--lan", "20"]], ids=lambda words: " ".join(words)
)
def test_kommuner_in_one_way(words: list[str]):
    assert isinstance(kunskap("rapport", "lagesbild", *words).exception, cli_rapport.WrongChoice)


# ---- the page over a batch -----------------------------------------------------------------------------------------------


def test_the_index_page_knows_every_length(tmp_path: Path):
    place = kommun.get("Borlänge")
    folder = tmp_path / place.slug / "lagesbild"
    folder.mkdir(parents=True)
    for name in ("report.html", "beslut.html", "bilagor.html", "annat.html"):
        (folder / name).write_text("x")
    outcome = engine.Outcome(engine.Wanted("lagesbild", place), "done", folder, tmp_path / "l")
    soup = BeautifulSoup(engine.write_index(tmp_path, [outcome]).read_text(encoding="utf-8"), "html.parser")
    links = {a["href"]: a.get_text(" ", strip=True) for a in soup.main.find_all("a")}
    start = f"{place.slug}/lagesbild/"
    assert links == {
        f"{start}report.html": "Lägesbild Borlänge",
        f"{start}beslut.html": "Lägesbild, tre sidor för beslut Borlänge",
        f"{start}bilagor.html": "Lägesbild, bilagor Borlänge",
    }


def test_the_index_page(tmp_path: Path):
    outcomes = []
    for name in ("Österåker", "Ale", "Åre", "Ängelholm", "Täby"):
        place = kommun.get(name)
        folder = tmp_path / place.slug / "lagesbild"
        failed = name in ("Åre", "Täby")
        if name != "Åre":
            folder.mkdir(parents=True)
            (folder / "report.html").write_text("x")
        failure = engine.Failure("boom <b>", "pang <b>", cell=4) if failed else None
        outcomes.append(
            engine.Outcome(
                engine.Wanted("lagesbild", place), "failed" if failed else "done", folder, tmp_path / "l", failure=failure
            )
        )
    path = engine.write_index(tmp_path, outcomes)
    text = path.read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser")
    assert [h.get_text() for h in soup.find_all("h2")] == [
        "Jämtlands län",
        "Skåne län",
        "Stockholms län",
        "Västra Götalands län",
    ]
    assert [row.th.get_text() for row in soup.find_all("tr") if row.td] == ["Åre", "Ängelholm", "Täby", "Österåker", "Ale"]
    links = {a["href"]: a.get_text(" ", strip=True) for a in soup.main.find_all("a")}
    assert links["1292-angelholm/lagesbild/report.html"] == "Lägesbild Ängelholm"
    assert len(links) == 4
    assert "3 rapporter för 5 kommuner. 2 rapporter kunde inte skapas" in soup.main.get_text()
    assert "kunde inte skapas (cell 4)" in soup.find(string="Åre").find_parent("tr").get_text()
    assert "länken går till en äldre rapport" in soup.find(string="Täby").find_parent("tr").get_text()
    assert "<script" not in text
    assert "style=" not in text
    assert "default-src 'none'" in text
    before = path.read_bytes()
    assert engine.write_index(tmp_path, outcomes).read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_no_posix_at_import(monkeypatch: pytest.MonkeyPatch):
    """On Windows there is no setsid, killpg, alarm or affinity: each is asked for before it is used."""
    from kunskapsbaserat.engine import processes

    for name in ("setsid", "killpg", "sched_getaffinity"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.delattr(processes.signal, "SIGALRM", raising=False)
    processes.lead_own_group()
    processes.end_after(5)
    processes.end_tree(2**22 + 1)
    assert processes.usable_cores() == os.cpu_count()
    monkeypatch.setattr(processes.sys, "platform", "win32")
    assert processes.at_most(200) == 61  # more raises ValueError there


def test_windows_gets_spawned_processes(monkeypatch: pytest.MonkeyPatch):
    from kunskapsbaserat.engine import executors

    monkeypatch.setattr(executors.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert executors.default_executor().name == "spawn"


def test_the_docs_name_options_that_exist():
    text = (Path(__file__).parents[2] / "docs" / "schemalagd-rendering.md").read_text(encoding="utf-8")
    for command in ("rapport", "verifiera", "index"):
        known = {option for parameter in cli.cli.commands[command].params for option in parameter.opts}
        for line in text.splitlines():
            if f"kunskap {command}" in line or f'kunskap.exe" {command}' in line:
                used = set(re.findall(r"--[a-z]+", line.split("#")[0])) - {"--delete", "--exclude", "--engine"}
                assert used <= known, line
