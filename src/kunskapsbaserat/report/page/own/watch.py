"""In a notebook: a cell that shows a figure or a table and nothing more says at once that it does not come along.

IPython asks every kind of output for its own form of what is shown. The form that is added here has none to give: it only notes
that a figure or a table was asked for, in whatever way it was shown.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from kunskapsbaserat.report.page.own import notice, words

_MIME = "application/vnd.kunskapsbaserat.visat+json"
_KINDS = {
    # FigureBase: IPython takes what is said of Figure itself out of every formatter when it chooses a format for pictures.
    "figure": [("matplotlib.figure", "FigureBase"), ("PIL.Image", "Image"), ("plotly.graph_objs._figure", "Figure")],
    "table": [("pandas", "DataFrame"), ("pandas.core.frame", "DataFrame"), ("pandas.io.formats.style", "Styler")],
}


def watch(document: type) -> None:
    """Watch what the cells of this notebook show, as long as an instance of `document` is among its names; once a shell."""
    interactive = sys.modules.get("IPython.core.interactiveshell")  # without it there is no notebook, and it takes long to load
    if interactive is None or not interactive.InteractiveShell.initialized():
        return
    shell: Any = interactive.InteractiveShell.instance()
    if _MIME in shell.display_formatter.formatters:
        return
    from IPython.core.formatters import BaseFormatter

    seen: list[str] = []
    formatter = BaseFormatter(parent=shell.display_formatter, print_method="_no_method_of_any_object_")
    for what, kinds in _KINDS.items():
        for module, name in kinds:
            formatter.for_type_by_name(module, name, _noting(seen, what))
    shell.display_formatter.formatters[_MIME] = formatter

    def begun(_info: object) -> None:
        seen.clear()

    def ended(_result: object) -> None:
        shown, here = list(dict.fromkeys(seen)), _is_about(shell.user_ns, document)
        seen.clear()
        for what in shown if here else ():
            shell.display_pub.publish(notice(words.only_shown(what)))

    shell.events.register("pre_run_cell", begun)
    shell.events.register("post_run_cell", ended)


def _noting(seen: list[str], what: str) -> Any:
    def note(_shown: object) -> None:
        seen.append(what)

    return note


def _is_about(names: Mapping[str, object], document: type) -> bool:
    return any(isinstance(value, document) for value in list(names.values()))
