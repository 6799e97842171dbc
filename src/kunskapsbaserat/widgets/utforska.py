"""Utforska: one kommun and offence among all others, chosen by lists and shown from all sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from kunskapsbaserat import catalogue
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.errors import UnknownKommun
from kunskapsbaserat.report.documents.explore import code as view_code
from kunskapsbaserat.report.documents.explore import figures as view_figures
from kunskapsbaserat.report.documents.explore import files as view_files
from kunskapsbaserat.report.documents.explore import html as view_html
from kunskapsbaserat.report.documents.explore import words
from kunskapsbaserat.report.documents.explore.view import GROUPS, Measure, NoFigures, Screened, View, screened, screened_months
from kunskapsbaserat.widgets import cells, parts


class Utforska(w.VBox):
    """Choose kommun, offence, year, comparison and measure; read the verdict, the figures and the tables.

    Parameters
    ----------
    kommun : str, optional
        Name or code to begin with; default that of the folder.
    data : path, optional
        A kommun's folder (`kunskap ny`): its figures first, the embedded ones otherwise.
    save_in : path
        Folder for saved figures and tables.
    counts, exposure : DataFrame, optional
        Tables of one's own instead (the contracts of `tables`), for instance 290 kommuner by month.

    Attributes
    ----------
    view : report.view.View or None
        What is shown.
    """

    def __init__(
        self,
        kommun: object = None,
        *,
        data: str | Path | None = None,
        save_in: str | Path = "utforska",
        counts: pd.DataFrame | None = None,
        exposure: pd.DataFrame | None = None,
    ) -> None:
        self.view: View | None = None
        self._data, self._save_in = data, Path(save_in)
        self._tables: dict[str, Screened] = {}
        self._quiet = False
        if counts is not None and exposure is not None:
            self._tables["tabeller"] = Screened(counts, exposure)
        self._make_controls()
        self._make_places()
        shown = [self.insert, self.save] if not cells.in_voila() else [self.save]
        choices = [self.kommun, self.offence, self.year, self.group, self.measure, self.source]
        controls = parts.row(*choices, *([] if cells.in_voila() else [self.folder]))
        figures = parts.row(self.trend, self.funnel, self.county, self.years, css="kbw-figurer")
        super().__init__(
            [
                *parts.basis(),
                controls,
                self.message,
                self.verdict,
                figures,
                self.reading,
                self.areas,
                parts.row(*shown),
                self.done,
                self.code,
            ]
        )
        self.add_class("kbw")
        if not cells.in_voila():
            cells.front_end()
        for control in (self.kommun, self.offence, self.year, self.group, self.measure, self.source):
            control.observe(self._changed, "value")
        self.folder.observe(self._take_folder, "value")
        self._begin(kommun)

    def _make_controls(self) -> None:
        names = sorted((k.name for k in kommuner.all_kommuner()), key=kommuner.sort_key)
        self.kommun = parts.labelled(w.Combobox, words.KOMMUN, options=names, placeholder=words.KOMMUN_HINT)
        self.offence = parts.labelled(w.Dropdown, words.OFFENCE, wide=True)
        self.year = parts.labelled(w.Dropdown, words.YEAR)
        self.group = parts.labelled(w.Dropdown, words.GROUP, options=[(words.GROUPS[g], g) for g in GROUPS], wide=True)
        self.measure = parts.labelled(
            w.Dropdown,
            words.MEASURE,
            wide=True,
            options=[(words.MEASURES[m], m.value) for m in Measure],
            value=Measure.RATE.value,
        )
        self.source = parts.labelled(w.Dropdown, words.SOURCE, options=self._sources(), wide=True)
        self.folder = parts.labelled(w.Text, words.DATA_FOLDER, value="" if self._data is None else str(self._data), wide=True)

    def _sources(self) -> list[tuple[str, str]]:
        choices = [(label, key) for key, label in words.SOURCES.items()]
        if self._data is not None:
            choices[0] = (f"{words.OWN_FOLDER}, {Path(self._data).name}", "mapp")
        return [*([(words.OWN_TABLES, "tabeller")] if "tabeller" in self._tables else []), *choices]

    def _make_places(self) -> None:
        self.message, self.verdict, self.done = (parts.text() for _ in range(3))
        self.trend, self.funnel = (parts.text(css="kbw-ruta") for _ in range(2))
        self.county, self.years = parts.text(css="kbw-ruta kbw-karta"), parts.text(css="kbw-ruta kbw-hel")
        self.reading, self.areas, self.code = (parts.text() for _ in range(3))
        self.insert = parts.button(words.INSERT_CODE, self._insert)
        self.save = parts.button(words.SAVE, self._save)

    @property
    def tables(self) -> Screened:
        """The chosen figures, with all that was worked out from them."""
        key = self.source.value
        if key not in self._tables:
            self._tables[key] = screened_months() if key == "manader" else screened(self._data)
        return self._tables[key]

    @parts.guarded
    def _begin(self, kommun: object) -> None:
        if kommun is None and self._data is not None:
            kommun = folders.kommun_of(self._data)
        if kommun is None:
            self.message.value = view_html.message(words.CHOOSE_FIRST)
            return
        self.kommun.value = kommuner.get(kommun).name

    @parts.guarded
    def _take_folder(self, _: object) -> None:
        """Another folder's figures, or the embedded ones again; the old ones never stand under its name."""
        self._show_nothing()
        self._tables.pop("mapp", None)
        self._data = None
        path = self.folder.value.strip()
        self._quiet = True
        try:
            parts.put(self.source, self._sources(), "inbyggda")
            if path:
                self.kommun.value = folders.kommun_of(path).name
                self._data = path
                parts.put(self.source, self._sources(), "mapp")
            self._choose(new_series=True)
        finally:
            self._quiet = False

    @parts.guarded
    def _changed(self, change: dict[str, Any]) -> None:
        if self._quiet:
            return
        self._quiet = True
        try:
            self._choose(new_series=change["owner"] in (self.kommun, self.offence, self.source))
        finally:
            self._quiet = False

    def _choose(self, *, new_series: bool) -> None:
        """Read the choices, show their view; an offence that the kommun lacks gives way to its first, a year to the latest."""
        if not self.kommun.value.strip():
            raise UnknownKommun(None)
        place = kommuner.get(self.kommun.value)
        self.kommun.value = place.name
        wanted = self.offence.value
        facets = {(o.id, f.sex): f for o, f in self.tables.offences_of(place)}
        if not facets:
            self._show_nothing()  # the figures of another kommun must not stand under this one's name
            raise NoFigures(place, None)
        chosen = wanted if wanted in facets else next(iter(facets))
        parts.put(self.offence, [(words.offence_label(f), key) for key, f in facets.items()], chosen)
        offence, sex = chosen
        years = self.tables.years_of(place, offence, sex)
        year = (
            self.year.value if self.year.value in years and not (new_series and self._at_latest()) else max(years, default=None)
        )
        parts.put(self.year, [(str(y), y) for y in reversed(years)], year)
        self._show(self.tables.view(place, offence, sex=sex, year=year, group=self.group.value, measure=self.measure.value))
        if wanted is not None and wanted != chosen:
            missing = catalogue.offence(wanted[0]).facets[wanted[1]]
            self.message.value = view_html.message(words.instead_of(place, missing, facets[chosen]))

    def _show_nothing(self) -> None:
        self.view = None
        for place in (
            self.verdict,
            self.trend,
            self.funnel,
            self.county,
            self.reading,
            self.years,
            self.areas,
            self.code,
            self.done,
        ):
            place.value = ""

    def _at_latest(self) -> bool:
        return not self.year.options or self.year.value == self.year.options[0][1]

    def _show(self, view: View) -> None:
        self.view = view
        self.message.value = self.done.value = ""
        self.verdict.value = view_html.verdict(view)
        self.trend.value = view_html.figure(view_figures.trend(view))
        self.funnel.value = view_html.figure(view_figures.funnel(view), instead=words.NO_FUNNEL)
        self.county.value = view_html.figure(view_figures.county(view), instead=words.NO_MAP)
        self.reading.value = view_html.read_this(view)
        self.years.value = view_html.years(view)
        self.areas.value = view_html.folded(words.SHOW_AREAS, view_html.areas(view))
        self.code.value = view_html.code(self.python)

    @property
    def python(self) -> str:
        """The code that gives the numbers shown; empty before anything is."""
        if self.view is None:
            return ""
        folder = "" if self._data is None else Path(self._data).as_posix()
        return view_code.code_of(self.view, source=self.source.value, folder=folder, kind=self.group.value)

    @parts.guarded
    def _insert(self) -> None:
        if self.view is None:
            raise UnknownKommun(None)
        written = cells.write_below(self.python)
        self.done.value = view_html.message(words.INSERTED if written else words.CODE_BELOW)

    @parts.guarded
    def _save(self) -> None:
        if self.view is None:
            raise UnknownKommun(None)
        paths = view_files.save(self.view, self._save_in)
        figures = sum(path.suffix == ".svg" for path in paths)
        self.done.value = view_html.message(words.saved(str(self._save_in), figures, (len(paths) - figures) // 2))
