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
from kunskapsbaserat.report.documents.explore import files as view_files
from kunskapsbaserat.report.documents.explore import html as view_html
from kunskapsbaserat.report.documents.explore import shown as view_shown
from kunskapsbaserat.report.documents.explore import together_words, words
from kunskapsbaserat.report.documents.explore.standouts import Standouts, standouts
from kunskapsbaserat.report.documents.explore.together import MOST, Together, together
from kunskapsbaserat.report.documents.explore.view import GROUPS, Measure, NoFigures, Screened, View, screened, screened_months
from kunskapsbaserat.widgets import cells, nearby, parts
from kunskapsbaserat.widgets.several import Several


class Utforska(parts.Tool):
    """Choose a question, kommun, offence, year, comparison and measure; read the verdict, the figures and the tables.

    Three questions: one offence in one kommun, one offence in several kommuner, and what sticks out of all offences in one
    kommun. Each is answered by a sentence, a figure, a table and the code that gives them.

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
    answer : View, Together, Standouts or None
        What is shown.

    Examples
    --------
    >>> from kunskapsbaserat.widgets import Utforska
    >>> Utforska("Köping").kommun.value
    'Köping'
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
        self.answer: View | Together | Standouts | None = None
        self._data, self._save_in = data, Path(save_in)
        self._tables: dict[str, Screened] = {}
        self._quiet = False
        if counts is not None and exposure is not None:
            self._tables["tabeller"] = Screened(counts, exposure)
        self._make_controls()
        self._make_places()
        super().__init__(self._laid_out())
        self.add_class("kbw")
        if not cells.in_voila():
            cells.front_end()
        for control in self._choices():
            control.observe(self._changed, "value")
        self.folder.observe(self._take_folder, "value")
        self._begin(kommun)

    def _laid_out(self) -> list[w.Widget]:
        buttons = [self.insert, self.save] if not cells.in_voila() else [self.save]
        choices = [self.kommun, self.more, self.offence, self.year, self.group, self.measure, self.source]
        return [
            *parts.basis(words.UTFORSKA),
            self.question,
            parts.row(*choices, *([] if cells.in_voila() else [self.folder])),
            self.message,
            self.verdict,
            parts.row(self.trend, self.funnel, self.county, self.years, css="kbw-figurer"),
            self.reading,
            self.areas,
            parts.row(*buttons),
            self.done,
            self.code,
        ]

    def _make_controls(self) -> None:
        places = {k.name: k.code for k in sorted(kommuner.all_kommuner(), key=lambda k: kommuner.sort_key(k.name))}
        asked = [(label, key) for key, label in words.QUESTIONS.items()]
        self.question = parts.labelled(w.RadioButtons, words.QUESTION, options=asked, value=words.ONE)
        self.question.add_class("kbw-fraga")
        self.kommun = parts.labelled(w.Combobox, words.KOMMUN, options=list(places), placeholder=words.KOMMUN_HINT)
        self.more = Several(words.ADD_MORE, places, lambda text: kommuner.get(text).code)
        self.offence = parts.labelled(w.Dropdown, words.OFFENCE, wide=True)
        self.year = parts.labelled(w.Dropdown, words.YEAR)
        self.group = parts.labelled(w.Dropdown, words.GROUP, options=[(words.GROUPS[g], g) for g in GROUPS], wide=True)
        measures = [(words.MEASURES[m], m.value) for m in Measure]
        self.measure = parts.labelled(w.Dropdown, words.MEASURE, wide=True, options=measures, value=Measure.RATE.value)
        self.source = parts.labelled(w.Dropdown, words.SOURCE, options=self._sources(), wide=True)
        folder = "" if self._data is None else str(self._data)
        self.folder = parts.labelled(
            w.Combobox,
            words.DATA_FOLDER,
            value=folder,
            options=nearby.kommun_folders(),
            placeholder=words.FOLDER_HINT,
            wide=True,
        )

    def _choices(self) -> tuple[Any, ...]:
        return (self.question, self.kommun, self.more, self.offence, self.year, self.group, self.measure, self.source)

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
    def view(self) -> View | None:
        """What is shown of one offence in one kommun; None while another question is asked."""
        return self.answer if isinstance(self.answer, View) else None

    @property
    def tables(self) -> Screened:
        """The chosen figures, with all that was worked out from them."""
        key = self.source.value
        if key not in self._tables:
            self._tables[key] = screened_months() if key == "manader" else screened(self._data)
        return self._tables[key]

    @parts.guarded
    def _begin(self, kommun: object) -> None:
        self._show_controls()
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
            self._show_controls()
            self._choose(new_series=change["owner"] in (self.kommun, self.offence, self.source))
        finally:
            self._quiet = False

    def _show_controls(self) -> None:
        """Only what the question needs; what was chosen elsewhere stays chosen."""
        asked = self.question.value
        for control, needed in (
            (self.more, asked == words.TOGETHER),
            (self.offence, asked != words.STANDOUTS),
            (self.year, asked != words.STANDOUTS),
            (self.measure, asked != words.STANDOUTS),
        ):
            control.layout.display = None if needed else "none"

    def _choose(self, *, new_series: bool) -> None:
        """Read the choices, show their answer; an offence that is lacking gives way to the first, a year to the latest."""
        try:
            if not self.kommun.value.strip():
                raise UnknownKommun(None)
            place = kommuner.get(self.kommun.value)
        except UnknownKommun:
            self._show_nothing()  # the figures of another kommun must not stand under a name that is none
            raise
        self.kommun.value = place.name
        wanted = self.offence.value
        facets = {(o.id, f.sex): f for o, f in self.tables.offences_of(place)}
        if not facets:
            self._show_nothing()
            raise NoFigures(place, None)
        if self.question.value == words.STANDOUTS:
            self._show(standouts(self.tables, place, group=self.group.value))
            return
        chosen = wanted if wanted in facets else next(iter(facets))
        parts.put(self.offence, [(words.offence_label(f), key) for key, f in facets.items()], chosen)
        offence, sex = chosen
        years = self.tables.years_of(place, offence, sex)
        kept = self.year.value in years and not (new_series and self._at_latest())
        year = self.year.value if kept else max(years, default=None)
        parts.put(self.year, [(str(y), y) for y in reversed(years)], year)
        options: dict[str, Any] = {"sex": sex, "year": year, "group": self.group.value, "measure": self.measure.value}
        if self.question.value == words.TOGETHER:
            self._show_together([place.code, *self.more.value], offence, options)
        else:
            self._show(self.tables.view(place, offence, **options))
        if wanted is not None and wanted != chosen:
            missing = catalogue.offence(wanted[0]).facets[wanted[1]]
            self.message.value = view_html.message(words.instead_of(place, missing, facets[chosen]))

    def _show_together(self, places: list[str], offence: str, options: dict[str, Any]) -> None:
        if len(set(places)) > MOST:
            self.message.value = view_html.message(together_words.too_many(MOST), alarm=True)
            return
        self._show(together(self.tables, places, offence, **options))
        if len(set(places)) == 1:
            self.message.value = view_html.message(words.NONE_MORE)

    def _show_nothing(self) -> None:
        self.answer = None
        for place in (
            *(self.verdict, self.trend, self.funnel, self.county, self.reading),
            *(self.years, self.areas, self.code, self.done),
        ):
            place.value = ""

    def _at_latest(self) -> bool:
        return not self.year.options or self.year.value == self.year.options[0][1]

    def _show(self, answer: View | Together | Standouts) -> None:
        self.answer = answer
        of = view_shown.of(answer)
        self.message.value = self.done.value = ""
        self.verdict.value = of.status
        drawn = [view_html.figure(figure, instead=of.instead.get(name, "")) for name, figure in of.figures.items()]
        for place, html in zip((self.trend, self.funnel, self.county), [*drawn, "", ""], strict=False):
            place.value = html
        self.reading.value, self.years.value, self.areas.value = of.reading, of.table, of.more
        self.code.value = view_html.code(self.python)

    @property
    def python(self) -> str:
        """The code that gives the numbers and the figure shown; empty before anything is."""
        if self.answer is None:
            return ""
        folder = "" if self._data is None else Path(self._data).as_posix()
        year = None if self._at_latest() else self.year.value
        return view_code.code_of(self.answer, source=self.source.value, folder=folder, kind=self.group.value, year=year)

    @parts.guarded
    def _insert(self) -> None:
        if self.answer is None:
            raise UnknownKommun(None)
        written = cells.write_below(self.python)
        self.done.value = view_html.message(words.INSERTED if written else words.CODE_BELOW)

    @parts.guarded
    def _save(self) -> None:
        if self.answer is None:
            raise UnknownKommun(None)
        paths = view_files.save(self.answer, self._save_in)
        figures = sum(path.suffix == ".svg" for path in paths)
        tables = sum(path.suffix == ".csv" for path in paths) // 2
        book = next(path.name for path in paths if path.suffix == ".xlsx")
        with_png = any(path.suffix == ".png" for path in paths)
        self.done.value = view_html.message(words.saved(str(self._save_in), book, figures, tables, with_png=with_png))
