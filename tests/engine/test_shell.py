"""The in-process shell against a real kernel, cell by cell; and papermill's engine."""

from __future__ import annotations

import builtins
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot
import nbclient
import nbformat
import pytest
from nbformat import NotebookNode
from pages import page

from kunskapsbaserat.engine import template_path
from kunskapsbaserat.engine.exporter import ReportExporter
from kunskapsbaserat.engine.produce import timeless
from kunskapsbaserat.engine.shell import LANGUAGE, run_cells
from kunskapsbaserat.engine.templates import parameter_names

CELLS = [
    "1 + 1",
    "x = 3\nx; x + 1\nx * 2",
    "print('a', 'å')\nprint('b')",
    "None",
    "from IPython.display import HTML, Markdown, display, clear_output\nh = display(HTML('<b>x</b>'), display_id=True)",
    "h.update(HTML('<b>y</b>'))\nMarkdown('*z*')",
    "display(1)\nclear_output()\ndisplay(2)\nclear_output(wait=True)\ndisplay(3)",
    "import pandas as pd\npd.DataFrame({'antal': range(70), 'text': 'å' * 90})",
    "class Bild:\n    __repr__ = lambda self: 'bild'\n    def _repr_png_(self):\n        return b'\\x89PNG'\nBild()",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "%matplotlib inline\nfig, ax = plt.subplots()\nax.plot([2, 1])\nax",
    "await __import__('asyncio').sleep(0)\n_",
    "%%capture inside\nprint('dold')",
    "inside.stdout, __name__",
    "",
    "{'b': 1, 'a': [2] * 60}",
]


def fresh(sources: list[str]) -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(s, id=f"c{i}") for i, s in enumerate(sources)]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def outputs(notebook: NotebookNode) -> list[tuple[Any, list[dict[str, Any]]]]:
    return [(c.execution_count, [dict(o) for o in c.outputs]) for c in timeless(notebook).cells]


@pytest.mark.thorough
@pytest.mark.xdist_group("kernel")
def test_a_kernel_gives_the_same_outputs():
    kernel = fresh(CELLS)
    nbclient.NotebookClient(kernel, kernel_name="python3", coalesce_streams=True).execute()
    for _ in range(2):  # the second notebook of a process as well as the first
        here = fresh(CELLS)
        assert run_cells(here) is None
        assert [o for c in here.cells for o in c.outputs if "image/png" in o.get("data", {})] != []
        for source, one, other in zip(CELLS, outputs(here), outputs(kernel), strict=True):
            assert one == other, source
    assert kernel.metadata.language_info == LANGUAGE


def test_figures_of_a_caller_that_draws_elsewhere():
    """A script that has drawn with another backend gets its notebooks' figures, and keeps its own."""
    here = fresh(["import matplotlib.pyplot as plt\nplt.plot([1, 2]);"])
    with matplotlib.rc_context():
        matplotlib.use("agg")
        mine = matplotlib.pyplot.figure()
        assert run_cells(here) is None
        assert matplotlib.get_backend().lower() == "agg"
        assert [list(o.data) for o in here.cells[0].outputs] == [["text/plain", "image/png"]]
        assert matplotlib.pyplot.gcf() is mine
        assert mine.axes == []
        matplotlib.pyplot.close("all")


@pytest.mark.thorough
def test_the_caller_gets_its_world_back():
    before = sys.modules["__main__"], sys.stdout, sys.stderr, sys.displayhook, builtins.input
    failed = run_cells(fresh(["y = 1", "input()", "y = 2"]))
    assert failed is not None
    assert (failed.number, failed.cell.id) == (2, "c1")
    assert before == (sys.modules["__main__"], sys.stdout, sys.stderr, sys.displayhook, builtins.input)
    second = fresh(["y"])
    failed = run_cells(second)
    assert failed is not None, "the second notebook saw the first one's names"
    assert second.cells[0].outputs[0].ename == "NameError"


def test_parameter_names():
    cell = nbformat.v4.new_code_cell("kommun = None\nyear: int = 2\n# kommentar = 1\nif a == 2:\n    b = 1\nc == 3")
    cell.metadata["tags"] = ["parameters"]
    assert parameter_names(nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_code_cell("d = 1")])) == ["kommun", "year"]


def papermill(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papermill", "--engine", "kunskap", "--no-progress-bar", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.thorough
@pytest.mark.parametrize("template", ["lagesbild"])
def test_papermill_with_the_engine(template: str, tmp_path: Path):
    """`papermill --engine kunskap`: an ordinary executed notebook with papermill's own records, and the same page."""
    done = papermill(str(template_path(template)), str(tmp_path / "ut å.ipynb"), "-r", "kommun", "2081")
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(tmp_path / "ut å.ipynb", as_version=4)
    nbformat.validate(executed)
    assert executed.metadata.papermill.exception is None
    assert all(c.metadata.papermill.status == "completed" for c in executed.cells)
    assert ReportExporter().from_notebook_node(executed)[0] == page("Borlänge")


@pytest.mark.thorough
def test_papermill_with_the_engine_refuses_an_unknown_parameter(tmp_path: Path):
    done = papermill(str(template_path("lagesbild")), str(tmp_path / "ut.ipynb"), "-r", "komun", "2081")
    assert done.returncode != 0
    assert (
        "OptionError: parameter: expected one of 'brott', 'data', 'fran', 'jamfor', 'kommun', 'year', got 'komun'"
        in done.stderr
    )


@pytest.mark.thorough
def test_papermill_with_the_engine_stops_at_the_first_error(tmp_path: Path):
    done = papermill(str(template_path("lagesbild")), str(tmp_path / "ut.ipynb"), "-r", "kommun", "Borlnge")
    assert done.returncode != 0
    assert "UnknownKommun" in done.stderr
    executed = nbformat.read(tmp_path / "ut.ipynb", as_version=4)
    assert executed.metadata.papermill.exception is True
    assert [c.execution_count for c in executed.cells if c.cell_type == "code" and c.execution_count] == [1, 2, 3, 4]


_SWAP = """
from IPython.core.inputtransformer2 import TokenTransformBase
class Swap(TokenTransformBase):
    __hash__ = None
    @classmethod
    def find(cls, lines):
        return next((cls(token.start) for line in lines for token in line if token.string == "swap"), None)
    def transform(self, lines):
        return ["x = 7\\n"]
get_ipython().input_transformer_manager.token_transformers.append(Swap)
"""


def test_a_cell_that_changes_how_cells_are_read_is_heard():
    """What `%` and `!` make of a cell is remembered from report to report, but not past a transformer of somebody's own."""
    same = "swap = 1\nx = 2"
    cells = [same, "x", _SWAP, same, "x", "_ = get_ipython().input_transformer_manager.token_transformers.pop()", same, "x"]
    notebook = fresh(cells)
    assert run_cells(notebook) is None
    assert [notebook.cells[at].outputs[0].data["text/plain"] for at in (1, 4, 7)] == ["2", "7", "2"]
