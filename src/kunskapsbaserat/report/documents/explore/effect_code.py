"""The Python that gives the design, the answer and the figure of the widget Effekt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kunskapsbaserat.report.documents.explore import words

if TYPE_CHECKING:
    from kunskapsbaserat.data.panel import OwnPanel

_EXAMPLE = """\
import numpy as np

from kunskapsbaserat.simulate import effect_panels

# SIMULERAT: det påhittade exemplet
table = effect_panels(np.random.default_rng(5), 1, effect=-0.4, n_treated=2, choice="large").table()
"""
_FILE = """\
from kunskapsbaserat.data.panel import read_panel

table = read_panel({file!r}).table
"""
_ALWAYS = ("outcome", "treated", "start")


def code_of(chosen: Mapping[str, Any], own: OwnPanel, *, file: str, months: int, registered: str = "") -> str:
    """Lines to run in a notebook: the same table, the same design, the same answer, and its figure.

    Parameters
    ----------
    chosen : mapping
        Arguments of `effects.Design`; what is empty is left out.
    own : OwnPanel
        The table, with the names of its columns.
    file : str
        Where it was read; empty is the simulated example.
    months : int
        Months after the start that are counted.
    registered : str
        File with the design that was written down.
    """
    columns = {"unit": own.unit, "time": own.time}
    given = {k: v for k, v in {**chosen, **columns}.items() if k in _ALWAYS or v}
    arguments = "\n".join(f"    {name}={_written(value)}," for name, value in given.items())
    answer = f"kb.evaluate(design, registered=kb.read_registration({registered!r}))" if registered else "kb.evaluate(design)"
    return f"""import kunskapsbaserat as kb
{_FILE.format(file=file) if file else _EXAMPLE}
design = kb.Design(
    table,
{arguments}
).within({months})
print(kb.effects.words.power(kb.power(design, months_after=[{months}], areas=[{len(chosen["treated"])}])))

# När det finns tal efter starten
result = {answer}
print(result.summary({words.outcome_name(chosen["outcome"])!r}))
result.plot();
"""


def _written(value: Any) -> str:
    return repr(list(value) if isinstance(value, tuple) else value)
