"""What a cell can do to the process that runs it: the right status each time, the others finish, nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import batch_run
import pytest
from batch_run import MARK, left_running, notebook, run, template_with

from kunskapsbaserat.engine import manifest

POSIX = os.name == "posix"
SPAWNED = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']"
FAULTS = {
    "raises": "1 / 0",
    "syntax": "def f(:",
    "sysexit": "import sys\nsys.exit(0)",
    "exits": "exit()",
    "osexit": "import os\nos._exit(0)",
    "input": "input('kommun? ')",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n1 / 0",
    "unfinished": "1 + 1",
}
FINISHES = {  # the report is whole when this is done
    "child": f"{SPAWNED})",
    "daughter": f"{SPAWNED}, start_new_session=True)",
    "fulldisk": "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))",
    "mutated": "from kunskapsbaserat.data import embedded\nembedded._table('survey.csv.gz').loc[0, 'n'] = 1",
}
EXPECTED = {
    "raises": ("ZeroDivisionError", 3),
    "syntax": ("SyntaxError", 3),
    "sysexit": ("SystemExit", 3),
    "exits": ("SystemExit", 3),
    "osexit": ("exit code 0", None),
    "input": ("StdinNotImplementedError", 3),
    "killed": ("SIGKILL", None),
    "segfault": ("SIGSEGV", None),
    "thread": ("ZeroDivisionError", 3),
    "unfinished": ("no finished report", None),
    "fulldisk": ("File too large", None),
    "mutated": ("a cell changed a table", None),
}


TOGETHER = pytest.mark.xdist_group("faults")
WAYS = ["forkserver", pytest.param("spawn", marks=pytest.mark.thorough)]
SPAWN_ALSO = ("osexit", "child", "mutated")  # each fresh interpreter takes seconds; these ways differ there


@pytest.fixture(scope="module", params=WAYS)
def batch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, Path]:
    """Every fault at once, with good reports before and after."""
    room = tmp_path_factory.mktemp(f"fel {request.param} å")
    every = request.param == "forkserver"
    wanted = [{"template": "lagesbild", "kommun": "2081"}] if every else []
    chosen = {*FAULTS, *FINISHES} if every else set(SPAWN_ALSO)
    for name, source in ((n, s) for n, s in FAULTS.items() if n in chosen):
        wanted.append({"template": name, "kommun": "2081", "notebook": str(notebook(room / f"{name}.ipynb", source))})
    for name, source in ((n, s) for n, s in FINISHES.items() if n in chosen):
        wanted.append({"template": name, "kommun": "2081", "notebook": str(template_with(room / f"{name}.ipynb", source))})
    wanted.append({"template": "lagesbild", "kommun": "2080"})
    out = room / "ut"
    found, mark = run({"executor": request.param, "out": str(out), "wanted": wanted})
    return found, mark, out


pytestmark = pytest.mark.skipif(not POSIX, reason="faults are made with POSIX means")


@TOGETHER
@pytest.mark.parametrize("name", EXPECTED)
def test_the_right_reason(batch: tuple[dict[str, Any], str, Path], name: str):
    found, _, out = batch
    if f"2081/{name}" not in found:
        pytest.skip("shown with the forkserver")
    outcome = found[f"2081/{name}"]
    message, cell = EXPECTED[name]
    assert outcome["status"] == "failed"
    assert message in outcome["message"]
    assert outcome["cell"] == cell
    assert outcome["message"] in outcome["log"]
    assert not (out / "2081-borlange" / name).exists()


@TOGETHER
@pytest.mark.parametrize("name", ["lagesbild", "child", "daughter"])
def test_the_others_finish(batch: tuple[dict[str, Any], str, Path], name: str):
    found, _, out = batch
    if f"2081/{name}" not in found:
        pytest.skip("shown with the forkserver")
    assert found[f"2081/{name}"]["status"] == "done", found[f"2081/{name}"]["message"]
    assert found["2080/lagesbild"]["status"] == "done"
    assert (out / "2081-borlange" / name / "report.html").is_file()


@TOGETHER
def test_what_a_cell_left_running_is_ended_and_told(batch: tuple[dict[str, Any], str, Path]):
    found, mark, _ = batch
    for name in {"child", "daughter"} & {key.partition("/")[2] for key in found}:
        assert "ended what the cells had left running: python" in found[f"2081/{name}"]["log"]
    assert left_running(mark) == []


@TOGETHER
def test_nothing_half_written(batch: tuple[dict[str, Any], str, Path]):
    _, _, out = batch
    assert sorted(p.name for p in out.iterdir()) == [".loggar", "2080-falun", "2081-borlange"]
    for page in out.rglob("report.html"):
        said = manifest.read(page.parent)
        assert said is not None
        assert said["outputs"] == manifest.outputs_of(page.parent)


@pytest.mark.thorough
@pytest.mark.parametrize("executor", WAYS)
def test_a_loop_in_c_is_ended_at_the_deadline(executor: str, tmp_path: Path):
    """It holds the interpreter: no signal handler and no thread of the process itself would ever run."""
    endless = notebook(tmp_path / "evig.ipynb", f"{SPAWNED})\nimport re\nre.match('(a+)+$', 'a' * 60 + 'b')")
    number = 2 if executor == "forkserver" else 1  # each fresh interpreter takes seconds
    wanted = [{"template": f"evig{i}", "kommun": "2081", "notebook": str(endless)} for i in range(number)]
    found, mark = run({"executor": executor, "out": str(tmp_path / "ut"), "wanted": wanted, "limit": 1.5})
    assert {o["status"] for o in found.values()} == {"failed"}
    assert {o["message"] for o in found.values()} == {"took more than 1.5 seconds"}
    assert "tog mer än 1.5 sekunder" in next(iter(found.values()))["svenska"]
    assert left_running(mark) == []


@pytest.mark.thorough
def test_ctrl_c_in_the_middle(tmp_path: Path):
    mark, out = uuid.uuid4().hex, tmp_path / "ut"
    # Started in the background, the tests and what they start ignore interruptions; this program shall hear them.
    hears = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from kunskapsbaserat import cli; cli.main()"
    )
    words = [sys.executable, "-c", hears, "rapport", "lagesbild", "--lan", "20", "--ut", str(out)]
    process = subprocess.Popen(
        words, env={**os.environ, MARK: mark}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    until = time.monotonic() + 400
    while not list(out.glob("*/lagesbild")) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130
    assert "Avbrutet" in told.decode()
    assert left_running(mark) == []
    made = list(out.glob("*/lagesbild"))
    assert 1 <= len(made) < 15
    for folder in made:
        assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"] == manifest.outputs_of(folder)
    assert [p.name for p in out.iterdir() if p.name.startswith(".") and p.name != ".loggar"] == []


SLEEPS = """
import subprocess, sys, time, pathlib
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)
pathlib.Path({!r}).touch()
time.sleep(600)
"""


def killed_once(there: Path, words: list[str]) -> list[str]:
    """What is left of a program that was killed as soon as a file was there."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(words, env={**os.environ, MARK: mark}, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 400
    while not there.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert there.exists(), process.poll()
    process.kill()
    process.wait()
    return left_running(mark, patience=10)


@pytest.mark.thorough
@pytest.mark.parametrize("executor", WAYS)
def test_no_report_outlives_a_killed_batch(executor: str, tmp_path: Path):
    """Nor does what its cells have started, in a session of its own."""
    begun = tmp_path / "begun"
    path = notebook(tmp_path / "sover.ipynb", SLEEPS.format(str(begun)))
    wanted = [{"template": "sover", "kommun": "2081", "notebook": str(path)}]
    spec = {"executor": executor, "out": str(tmp_path / "ut"), "wanted": wanted}
    assert killed_once(begun, [sys.executable, batch_run.__file__, json.dumps(spec)]) == []


POOL = """
import multiprocessing, pathlib, sys, threading, time
from kunskapsbaserat import kommun
from kunskapsbaserat.export import verdicts

def tell():
    while not multiprocessing.active_children():
        time.sleep(0.05)
    pathlib.Path(sys.argv[1]).touch()

if __name__ == "__main__":
    threading.Thread(target=tell).start()
    verdicts.of_kommuner(kommun.all_kommuner(), processes=2)
"""


@pytest.mark.thorough
def test_no_pool_outlives_a_killed_export(tmp_path: Path):
    """Its processes hold both ends of their queue: nothing in it tells them that nobody writes any more."""
    program = tmp_path / "export.py"
    program.write_text(POOL, encoding="utf-8")
    assert killed_once(tmp_path / "begun", [sys.executable, str(program), str(tmp_path / "begun")]) == []
