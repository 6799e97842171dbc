"""Several areas: search as you type, Return adds, a button each takes away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as w
import traitlets

from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.report.documents.explore import html as view_html
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.widgets import parts


class Several(w.VBox):
    """A field with suggestions, and the chosen as buttons that take them away.

    Parameters
    ----------
    label : str
        Over the field.
    options : mapping of name to code
        What may be chosen.
    find : callable, optional
        From what was written to a code, for other spellings; raises `KunskapError`.
    """

    value = traitlets.Tuple()

    def __init__(self, label: str, options: Mapping[str, str], find: Callable[[str], str] | None = None) -> None:
        self._codes = dict(options)
        self._names = {code: name for name, code in options.items()}
        self._find = find or self._known
        self.field = parts.labelled(w.Combobox, label, options=list(options), placeholder=words.ADD_HINT, wide=True)
        self.chosen = parts.row(css="kbw-valda")
        self.message = parts.text()
        self._buttons: dict[str, w.Button] = {}
        super().__init__([self.field, self.message, self.chosen])
        self.add_class("kbw-flera")
        self.field.observe(self._add, "value")
        self.observe(lambda _: self._show(), "value")
        self._show()

    def _known(self, text: str) -> str:
        if text not in self._codes:
            raise KunskapError(words.not_in_list(text), svenska=words.not_in_list(text))
        return self._codes[text]

    @parts.guarded
    def _add(self, change: dict[str, Any]) -> None:
        text = change["new"].strip()
        if not text:
            return
        code = self._codes[text] if text in self._codes else self._find(text)
        self.message.value = ""
        self.field.value = ""  # first, so that the next name can be begun as soon as this one is seen to be chosen
        self.add([code])

    def offer(self, options: Mapping[str, str]) -> None:
        """Other areas to choose among; nothing is chosen of them yet."""
        self._codes = dict(options)
        self._names = {code: name for name, code in options.items()}
        self._buttons = {}
        self.field.options = list(options)
        self.field.value = self.message.value = ""
        self.value = ()

    def add(self, codes: Sequence[str]) -> None:
        """Choose these too."""
        self.value = tuple(dict.fromkeys((*self.value, *codes)))

    def _show(self) -> None:
        self.chosen.children = tuple(self._button(code) for code in self.value) or (parts.text(words.NONE_CHOSEN),)

    def _button(self, code: str) -> w.Button:
        """The same button for as long as its area is chosen: the page then changes no more than it must."""
        if code not in self._buttons:
            self._buttons[code] = self._made(code)
        return self._buttons[code]

    def _made(self, code: str) -> w.Button:
        name = self._names.get(code, code)
        button = w.Button(description=f"{name} ✕", tooltip=words.REMOVE.format(name=name))
        button.add_class("kbw-knapp")
        button.on_click(lambda _: self._remove(code, name))
        return button

    def _remove(self, code: str, name: str) -> None:
        self.value = tuple(c for c in self.value if c != code)
        self.message.value = view_html.message(words.REMOVED.format(name=name))
