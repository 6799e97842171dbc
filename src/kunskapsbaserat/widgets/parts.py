"""What the widgets share: style, controls with labels, messages, and callbacks that never end in a traceback."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

import ipywidgets as w

from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.documents.explore import html as view_html
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.report.page import palette
from kunskapsbaserat.widgets.keys import OwnKeys

log = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.RLock()  # JupyterLab may ask from two threads
log.addHandler(logging.NullHandler())  # nothing of it on the page; whoever configures logging gets all


def basis(name: str) -> tuple[w.Widget, w.Widget]:
    """The look, as a style element, and what only a script can do: the first children of each widget.

    Parameters
    ----------
    name : str
        What a screen reader calls the widget.
    """
    return w.HTML(f"<style>{style()}</style>", layout=w.Layout(display="none")), OwnKeys(name=name)


@functools.cache
def style() -> str:
    """The widgets' rules, with the colours of the pages: light, and dark where the host is."""
    css = resources.files("kunskapsbaserat").joinpath("widgets", "widgets.css").read_text(encoding="utf-8")
    return palette.variables().replace(":root", ".kbw", 1) + css + palette.at_night(palette.NIGHT_IN_HOSTS, ".kbw")


def text(html: str = "", *, css: str = "") -> w.HTML:
    """A place for HTML."""
    widget = w.HTML(html)
    for name in css.split():
        widget.add_class(name)
    return widget


def labelled(kind: type[Any], label: str, *, wide: bool = False, **options: Any) -> Any:
    """A control with its label above it; the label belongs to it for a screen reader too.

    What is written counts when it is finished, by Return or by leaving the field: half of "Markaryd" is another kommun.
    """
    if issubclass(kind, w.Text):
        options["continuous_update"] = False
    control = kind(description=label, **options)
    control.add_class("kbw-falt")
    if wide:
        control.add_class("kbw-bredt")
    return control


def button(label: str, action: Callable[[], None], *, first: bool = False) -> w.Button:
    widget = w.Button(description=label, tooltip=label)
    widget.add_class("kbw-knapp")
    if first:
        widget.add_class("kbw-forst")
    widget.on_click(lambda _: action())
    return widget


def upload(label: str, kinds: Sequence[str]) -> w.FileUpload:
    """A button that opens the reader's own folders to choose a file from."""
    widget = w.FileUpload(description=label, tooltip=label, accept=",".join(kinds), multiple=False, icon="")
    widget.add_class("kbw-knapp")
    return widget


class Tool(w.VBox):
    """One of the tools as it is called in a cell."""

    def __repr__(self) -> str:
        """What a notebook shows where the tool itself cannot be shown: opened as text, or not trusted by JupyterLab."""
        return f"{type(self).__name__}: kör cellen (Skift + Retur) för att visa verktyget."


def row(*children: w.Widget, css: str = "kbw-rad") -> w.Box:
    box = w.Box(list(children))
    box.add_class(css)
    return box


def column(*children: w.Widget, css: str = "kbw") -> w.VBox:
    box = w.VBox(list(children))
    box.add_class(css)
    return box


def put(control: Any, options: Sequence[tuple[str, Any]], value: Any) -> None:
    """New options of a list, with the old choice kept when it is still there."""
    if tuple(control.options) != tuple(options):
        control.options = tuple(options)
    if control.value != value:
        control.value = value


def guarded(action: Callable[..., None]) -> Callable[..., None]:
    """A callback whose errors become a sentence in `message`; nothing that was chosen is lost. One is made at a time.

    What the library refuses says in Swedish what to do. What nobody has foreseen is named, and logged in full.
    """

    @functools.wraps(action)
    def safe(self: Any, *arguments: Any) -> None:
        try:
            with _ONE_AT_A_TIME:
                action(self, *arguments)
        except KunskapError as error:
            self.message.value = view_html.message(words.said(error), alarm=True)
        except Exception as error:
            log.exception("a widget's callback failed")
            self.message.value = view_html.message(words.unexpected(error), alarm=True)

    return safe
