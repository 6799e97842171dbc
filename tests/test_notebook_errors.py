"""Swedish errors in a notebook: the sentence and its place, while the cell fails as it always did."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kunskapsbaserat import svenska_fel
from kunskapsbaserat.engine.shell import CellFailure, run_cells
from kunskapsbaserat.errors import TableError, UnknownKommun

ON = "import kunskapsbaserat as kb\nkb.svenska_fel()"
WRONG = "namn = 'Kpoing'\nkb.kommun.get(namn)"


def run(*cells: str) -> tuple[CellFailure | None, list[str]]:
    """What stopped the notebook, and the lines that its last cell shows instead of a result."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    failure = run_cells(notebook)
    (error,) = (o for cell in notebook.cells for o in cell.outputs if o.output_type == "error")
    return failure, [re.sub(r"\x1b\[[\d;]*m", "", line) for line in error.traceback]


def test_the_sentence_and_the_line_of_the_cell_are_shown():
    failure, shown = run(ON, WRONG)
    assert shown[0].startswith("Det gick inte. Det finns ingen kommun som heter ”Kpoing”. Menade du Köping")
    assert shown[1:] == ["Cell 2, rad 2: kb.kommun.get(namn) (UnknownKommun)"]
    assert failure is not None
    assert isinstance(failure.error, UnknownKommun)  # the run stops and knows why


def test_the_place_is_where_a_person_can_change_something():
    """Not the line of a function of the notebook that was called, but the last line of a cell on the way."""
    _, shown = run(ON, "def ask(name):\n    return kb.kommun.get(name)", "\nask('Kpoing')")
    assert shown[1] == "Cell 2, rad 2: return kb.kommun.get(name) (UnknownKommun)"


def test_every_error_of_the_library_is_a_sentence_and_no_other_is():
    _, shown = run(ON, "import pandas as pd\nkb.crude_rate(pd.DataFrame({'count': [1]}))")
    assert shown[0].startswith("Det gick inte. tabellen")
    failure, shown = run(ON, "1 / 0")
    assert "Traceback (most recent call last)" in shown[1]
    assert shown[-1] == "ZeroDivisionError: division by zero"
    assert failure is not None


def test_it_can_be_taken_back_and_is_not_handed_on_to_the_next_notebook():
    for cells in ([f"{ON}\nkb.svenska_fel()\nkb.svenska_fel(False)", WRONG], ["import kunskapsbaserat as kb", WRONG]):
        _, shown = run(*cells)
        assert "Traceback (most recent call last)" in shown[1]


def test_a_handler_of_the_users_own_is_left():
    own = (
        "def handler(shell, kind, error, trace, tb_offset=None):\n    shell._showtraceback(kind, error, ['min egen'])\n"
        "get_ipython().set_custom_exc((ZeroDivisionError,), handler)"
    )
    assert run(own, ON, "1 / 0")[1] == ["min egen"]
    assert run(own, ON, WRONG)[1][0].startswith("Det gick inte. Det finns ingen kommun")
    assert run(own, f"{ON}\nkb.svenska_fel(False)", "1 / 0")[1] == ["min egen"]


def test_debuggers_find_the_error():
    failure, _ = run(ON, WRONG)
    import sys

    assert failure is not None
    assert sys.last_value is failure.error


def test_outside_a_notebook_nothing_happens():
    svenska_fel()
    with pytest.raises(TableError):
        raise TableError("a table", forvantat="en tabell")
    svenska_fel(False)
