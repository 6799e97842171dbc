"""One report is ready sooner when what makes it begins to load at once; nothing is begun in vain."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from kunskapsbaserat import cli_rapport
from kunskapsbaserat.engine import early

_TWO_STEPS = """
import sys
from multiprocessing import forkserver
from pathlib import Path
from kunskapsbaserat.engine import early
early.start(["lagesbild"])
first = forkserver._forkserver._forkserver_pid
from kunskapsbaserat import engine, kommun
made = engine.render_many([engine.Wanted("lagesbild", kommun.get("Köping"))], out=Path(sys.argv[1]))
print(made[0].status, made[0].warm, first is not None and first == forkserver._forkserver._forkserver_pid)
"""


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="no forkserver on this platform")
def test_what_is_started_early_makes_the_report(tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", _TWO_STEPS, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["done", "True", "True"]


@pytest.mark.parametrize(
    ("words", "started"),
    [
        (["Köping"], True),
        (["Upplands", "Väsby,", "Falun"], True),
        (["Köpingg"], False),
        (["Köping", "Falun", "Mora", "Orsa", "Rättvik", "Leksand"], False),
    ],
)
def test_only_for_a_few_kommuner_that_there_are(monkeypatch: pytest.MonkeyPatch, words: list[str], started: bool):
    seen: list[list[str]] = []
    monkeypatch.setattr(early, "start", seen.append)
    cli_rapport._start_early(["lagesbild"], words, divided=True)
    assert seen == ([["lagesbild"]] if started else [])


def test_not_for_a_folder_that_gives_a_report_for_each_school(monkeypatch: pytest.MonkeyPatch):
    seen: list[list[str]] = []
    monkeypatch.setattr(early, "start", seen.append)
    cli_rapport._start_early(["lagesbild", "skola"], ["Köping"], divided=True)
    assert seen == []
