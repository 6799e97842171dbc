"""Rapport: choose template and kommuner, render, open the pages."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

import ipywidgets as w
from IPython.display import HTML

from kunskapsbaserat import engine, lan
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.engine import Rendered, fetching
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.lan import Subject
from kunskapsbaserat.report.documents import documents
from kunskapsbaserat.report.documents.explore import html as view_html
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.widgets import parts
from kunskapsbaserat.widgets.several import Several


class Rapport(parts.Tool):
    """Render a template for one kommun or many, with progress, and links to the finished pages.

    Attributes
    ----------
    rendered : list of engine.Rendered
        What the latest click made.

    Examples
    --------
    >>> from kunskapsbaserat.widgets import Rapport
    >>> Rapport().template.label
    'Lägesbild'
    """

    def __init__(self) -> None:
        self.rendered: list[Rendered] = []
        names = sorted(kommuner.all_kommuner(), key=lambda k: kommuner.sort_key(k.name))
        lan = sorted({(k.lan, k.lan_code) for k in names}, key=lambda pair: kommuner.sort_key(pair[0]))
        templates = [(about.title, name) for name, about in documents().items()]
        self.template = parts.labelled(w.Dropdown, words.TEMPLATE, options=templates, value="lagesbild")
        self.kommuner = Several(words.ADD_KOMMUN, {k.name: k.code for k in names}, lambda text: kommuner.get(text).code)
        self.lan = parts.labelled(w.Dropdown, words.ADD_LAN, options=[(words.NO_LAN, ""), *lan])
        self.data = parts.labelled(w.Text, words.DATA_FOLDER)
        self.out = parts.labelled(w.Text, words.OUT_FOLDER, value="reports")
        self.start = parts.button(words.RENDER, self._render, first=True)
        self.fetch = parts.button(words.FETCH_FIGURES, self._fetch)
        clear = parts.button(words.CLEAR, lambda: setattr(self.kommuner, "value", ()))
        self.progress = w.IntProgress(value=0, min=0, max=1, description=words.PROGRESS, layout=w.Layout(visibility="hidden"))
        self.progress.add_class("kbw-falt")
        self.message, self.failures = parts.text(), parts.text()
        self.links, self.code = w.Output(), parts.text()
        super().__init__(
            [
                *parts.basis(words.RAPPORT),
                parts.row(self.template, self.lan),
                self.kommuner,
                parts.row(self.data, self.out),
                parts.row(self.start, self.fetch, clear),
                self.progress,
                self.message,
                self.failures,
                self.links,
                self.code,
            ]
        )
        self.add_class("kbw")
        self.lan.observe(self._add_lan, "value")
        for control in (self.template, self.kommuner, self.data, self.out):
            control.observe(lambda _: self._show_code(), "value")

    @property
    def python(self) -> str:
        """The code that makes the chosen reports and shows the first; empty before anything is chosen."""
        if not self.kommuner.value:
            return ""
        names = [subject.name for subject in self._subjects()]
        return words.report_code(self.template.value, names, out=self._out(), data=self.data.value.strip())

    @parts.guarded
    def _show_code(self) -> None:
        self.code.value = view_html.code(self.python) if self.python else ""

    def _out(self) -> str:
        return self.out.value.strip() or "reports"

    def _add_lan(self, change: dict[str, str]) -> None:
        if change["new"]:
            self.kommuner.add([k.code for k in kommuner.in_lan(change["new"])])
            self.lan.value = ""

    @parts.guarded
    def _render(self) -> None:
        chosen = self._subjects()
        self.rendered, failed = [], []
        self.failures.value = ""
        self.links.clear_output()
        if not chosen:
            self.message.value = view_html.message(words.CHOOSE_KOMMUN, alarm=True)
            return
        self.progress.max, self.progress.value, self.progress.layout.visibility = len(chosen), 0, "visible"
        self.start.disabled = True
        try:
            for place in chosen:
                self.message.value = view_html.message(words.rendering(place.name, self.progress.value, len(chosen)))
                try:
                    self.rendered.append(self._one(place.code))
                except KunskapError as error:  # one that cannot be made never stops the others
                    failed.append(f"{place.name}: {words.said(error)}")
                self.progress.value += 1
        finally:
            self.start.disabled = False
        self.message.value = view_html.message(words.rendered(len(self.rendered), len(chosen)))
        self.failures.value = "".join(view_html.message(text, alarm=True) for text in failed)
        self.links.append_display_data(HTML(_links(self.rendered)))

    @parts.guarded
    def _fetch(self) -> None:
        """As `kunskap hamta`: the kommun's folder is made where there is none, and the report then uses it."""
        chosen = [kommuner.get(code) for code in self.kommuner.value]
        self.failures.value = ""
        if not chosen:
            self.message.value = view_html.message(words.CHOOSE_KOMMUN, alarm=True)
            return
        said = self.data.value.strip()
        places, parent = fetching.homes(chosen, Path(said) if said else None, many=len(chosen) > 1)
        self.fetch.disabled = self.start.disabled = True
        try:
            summary = fetching.fetch(places, parent, told=self._say)
        except KunskapError as error:
            self.message.value = view_html.message(words.said(error), alarm=True)
            return
        finally:
            self.fetch.disabled = self.start.disabled = False
        self.data.value = str(parent if parent is not None else places[chosen[0]])
        self.message.value = view_html.message(words.FETCHED if summary.enough else words.FETCHED_NOT, alarm=not summary.enough)
        lines = [escape(line.strip()) for line in fetching.summary_lines(summary)]
        self.failures.value = f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"

    def _say(self, purpose: str) -> None:
        self.message.value = view_html.message(f"{words.FETCHING} {purpose}")

    def _subjects(self) -> list[Subject]:
        """What reports are asked for: the kommuner, or the län that they lie in where the template is about a län."""
        places = [kommuner.get(code) for code in self.kommuner.value]
        if engine.asks_for(engine.template_path(self.template.value)) == "kommun":
            return list(places)
        return list(dict.fromkeys(lan.get(place.lan_code) for place in places))

    def _one(self, code: str) -> Rendered:
        data = self.data.value.strip()
        return engine.render(self.template.value, code, out=Path(self._out()), data=Path(data) if data else None)


def _links(done: list[Rendered]) -> str:
    """Links from the notebook's folder; JupyterLab opens them beside it."""
    places = [(Path(os.path.relpath(r.page)).as_posix(), r.subject.name) for r in done]
    items = [f'<li><a href="{escape(to)}" target="_blank">{words.OPEN} {escape(name)}</a></li>' for to, name in places]
    return f"<ul>{''.join(items)}</ul>"
