"""One report is ready sooner when what makes it begins to load at once; nothing is begun in vain."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from kunskapsbaserat import cli_rapport

# Windows has none, and nothing to start early.
pytestmark = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="no forkserver on this platform"
)

_TWO_STEPS = """
import sys
from multiprocessing import forkserver
from pathlib import Path
from kunskapsbaserat.engine import early
early.start(["lagesbild"], kommuner=1, folder=False)
first = forkserver._forkserver._forkserver_pid
from kunskapsbaserat import engine, kommun
made = engine.render_many([engine.Wanted("lagesbild", kommun.get("Köping"))], out=Path(sys.argv[1]))
print(made[0].status, made[0].warm, first is not None and first == forkserver._forkserver._forkserver_pid)
"""


def test_what_is_started_early_makes_the_report(tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", _TWO_STEPS, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["done", "True", "True"]


@pytest.mark.parametrize(
    ("words", "templates", "started"),
    [
        (["Köping"], ["lagesbild"], True),
        (["Upplands", "Väsby,", "Falun"], ["lagesbild"], True),
        (["Köpingg"], ["lagesbild"], False),
        (["Köping", "Falun", "Mora", "Orsa", "Rättvik", "Leksand"], ["lagesbild"], False),
        (["Köping"], ["lagesbild", "skola"], False),  # a folder gives a report for each school
    ],
)
def test_only_for_a_few_reports_about_kommuner_that_there_are(
    monkeypatch: pytest.MonkeyPatch, words: list[str], templates: list[str], started: bool
):
    seen: list[bool] = []
    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", lambda: seen.append(True))
    cli_rapport._start_early(templates, words, folder=True)
    assert seen == [True] * started
