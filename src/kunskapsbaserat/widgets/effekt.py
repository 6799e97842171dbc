"""Effekt: an evaluation designed step by step, checked while it is made, written down, and evaluated afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from kunskapsbaserat import effects, plots
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import panel as panels
from kunskapsbaserat.data.panel import OwnPanel
from kunskapsbaserat.effects import Assignment, Design, EffectResult
from kunskapsbaserat.effects import words as effect_words
from kunskapsbaserat.errors import KunskapError, UnknownKommun
from kunskapsbaserat.preregistration import preregister, read_registration
from kunskapsbaserat.report.documents.explore import effect_code, effect_files, words
from kunskapsbaserat.report.documents.explore import html as view_html
from kunskapsbaserat.swedish import capital
from kunskapsbaserat.widgets import figures, nearby, parts
from kunskapsbaserat.widgets.several import Several


class Effekt(parts.Tool):
    """Design an evaluation, see its checks and the smallest effect that would be seen, save it, and evaluate.

    Parameters
    ----------
    panel : DataFrame or path, optional
        One row per area and period, see `effects.Design`, or a file that `data.panel.read_panel` reads; default a simulated
        example. A file can be chosen in the widget too.
    unit, time : str
        The columns of area and period of a DataFrame.

    Attributes
    ----------
    own : data.panel.OwnPanel or None
        The table, when it can be used.
    design : effects.Design or None
        What has been chosen, when it can be made. It ends as many months after the start as are to be counted.
    result : effects.EffectResult or None
        The latest evaluation.

    Examples
    --------
    >>> from kunskapsbaserat.widgets import Effekt
    >>> Effekt().own is None  # the simulated example, until a file is chosen
    False
    """

    def __init__(self, panel: pd.DataFrame | str | Path | None = None, *, unit: str = "area", time: str = "period") -> None:
        self.own: OwnPanel | None = None
        self.design: Design | None = None
        self.result: EffectResult | None = None
        self._quiet = False
        self._make_controls()
        places = (parts.text() for _ in range(8))
        self.notice, self.message, self.checks, self.power, self.written, self.answer, self.figure, self.code = places
        self.upload = parts.upload(words.CHOOSE_FILE, nearby.READABLE)
        self.save = parts.button(words.SAVE, self._save)
        self.done = parts.text()
        steps = [parts.text(f"<h3>{text}</h3>") for text in words.EFFECT_STEPS]
        save = parts.button(words.REGISTER, self._register, first=True)
        fetch = parts.button(words.FETCH_DESIGN, self._fetch)
        evaluate = parts.button(words.EVALUATE, self._evaluate, first=True)
        super().__init__(
            [
                *parts.basis(words.EFFEKT),
                steps[0],
                parts.row(self.table, self.upload),
                self.notice,
                parts.row(self.name, self.outcome, self.exposure),
                steps[1],
                parts.row(self.treated, self.assignment),
                steps[2],
                parts.row(self.start, self.phase_in, self.months_after),
                steps[3],
                parts.text(f"<p>{words.SHARING_WHY}</p>"),
                parts.row(self.sharing, self.buffer),
                steps[4],
                self.message,
                self.power,
                self.checks,
                steps[5],
                parts.row(self.file, save),
                self.written,
                steps[6],
                parts.row(self.registered, fetch, evaluate),
                self.answer,
                self.figure,
                parts.row(self.save),
                self.done,
                self.code,
            ]
        )
        self.add_class("kbw")
        for control in self._choices():
            control.observe(self._changed, "value")
        self.table.observe(self._read, "value")
        self.upload.observe(self._take_upload, "value")
        if isinstance(panel, pd.DataFrame):
            self._take(panel, unit, time)
        else:
            self.table.value = "" if panel is None else str(panel)
            self._read()

    @property
    def panel(self) -> pd.DataFrame:
        """The table that is evaluated."""
        return pd.DataFrame() if self.own is None else self.own.table

    def _make_controls(self) -> None:
        self.table = parts.labelled(w.Text, words.PANEL_FILE, placeholder=words.PANEL_HINT, wide=True)
        self.name = parts.labelled(w.Text, words.EFFECT_NAME, wide=True)
        self.outcome, self.exposure = (parts.labelled(w.Dropdown, label) for label in (words.OUTCOME, words.EXPOSURE))
        options = [(words.ASSIGNMENTS[a], a.value) for a in Assignment]
        self.assignment = parts.labelled(w.Dropdown, words.ASSIGNMENT, options=options)
        self.treated, self.sharing, self.buffer = (
            Several(label, {}, self._area) for label in (words.TREATED, words.SHARING, words.BUFFER)
        )
        self.start = parts.labelled(w.Combobox, words.START)
        self.phase_in = parts.labelled(w.BoundedIntText, words.PHASE_IN, value=0, min=0, max=60)
        self.months_after = parts.labelled(w.BoundedIntText, words.MONTHS_AFTER, value=12, min=1, max=120)
        self.file = parts.labelled(w.Text, words.REGISTER_FILE, value="upplagg.json")
        self.registered = parts.labelled(w.Text, words.REGISTERED_FILE, wide=True)

    def _choices(self) -> tuple[Any, ...]:
        return (
            *(self.name, self.outcome, self.exposure, self.treated, self.assignment, self.start, self.phase_in),
            *(self.sharing, self.buffer, self.months_after),
        )

    @parts.guarded
    def _read(self, _: object = None) -> None:
        """The file that was named, or the example."""
        self.own = None
        self._forget()
        self.notice.value = ""
        path = self.table.value.strip()
        self._offer(panels.read_panel(path) if path else panels.of_table(_example()))
        notice = words.panel_read(self.own, path) if self.own and path else words.SIMULATED
        self.notice.value = view_html.message(notice)

    @parts.guarded
    def _take_upload(self, change: dict[str, Any]) -> None:
        """The file that was chosen lies beside the notebook from now on, and its name stands in the field."""
        path = nearby.put(change["new"])
        self.upload.value = ()  # what stands in a widget is saved in the notebook, and nobody asked for that
        if path is not None:
            self.table.value = path.name

    @parts.guarded
    def _take(self, panel: pd.DataFrame, unit: str, time: str) -> None:
        self._offer(panels.of_table(panel, unit=unit, time=time))

    def _offer(self, own: OwnPanel) -> None:
        """The areas, columns and periods of a table to choose from; what was chosen of another table is no choice."""
        areas = sorted(own.table[own.unit].astype(str).unique())
        periods = pd.PeriodIndex(own.table[own.time]).unique().sort_values()
        coming = pd.period_range(periods[-1] + 1, periods=24, freq=periods.freq)
        with self._silence():
            self.own = own
            self.outcome.options = own.figures
            self.outcome.value = next((c for c in own.figures if c != own.exposure), own.figures[0])
            self.exposure.options = [(words.NO_EXPOSURE, ""), *((c, c) for c in own.figures)]
            self.exposure.value = own.exposure or ""
            for several in (self.treated, self.sharing, self.buffer):
                several.offer({area_name(code): code for code in areas})
            self.start.options = [str(p) for p in (*periods[1:], *coming)]
            self.start.value, self.start.placeholder = "", str(coming[0])
        self._changed()

    @contextlib.contextmanager
    def _silence(self) -> Iterator[None]:
        """Many fields are put at once; the design is made when all are."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _area(self, text: str) -> str:
        """An area of the table, by its name or code, or as a kommun is called."""
        areas = {} if self.own is None else {str(a) for a in self.own.table[self.own.unit].unique()}
        if text in areas:
            return text
        try:
            code = kommuner.get(text).code
        except UnknownKommun:
            code = ""
        if code not in areas:
            raise KunskapError(words.not_in_list(text), svenska=words.not_in_list(text))
        return code

    def _forget(self) -> None:
        self.design = self.result = None
        for place in (self.checks, self.power, self.written, self.answer, self.figure, self.code, self.done):
            place.value = ""

    @parts.guarded
    def _changed(self, _: object = None) -> None:
        if self._quiet or self.own is None:
            return
        self._forget()
        self.message.value = view_html.message(words.CHOOSE_AREA_AND_START)
        if not self.treated.value or not self.start.value.strip():
            return
        self.design = self._designed(self.own)
        self.message.value = ""
        self.checks.value = view_html.table(words.CHECKS_CAPTION, *view_html.cells(effect_words.checks(self.design.check())))
        power = effects.power(self.design, months_after=[self.months_after.value], areas=[len(self.treated.value)])
        self.power.value = f"<p><b>{effect_words.power(power)}</b></p>"
        self.code.value = view_html.code(self.python)

    @property
    def python(self) -> str:
        """The code that gives the design, the answer and the figure; empty before there is a design."""
        if self.design is None or self.own is None:
            return ""
        return effect_code.code_of(
            self._chosen(),
            self.own,
            file=self.table.value.strip(),
            months=self.months_after.value,
            registered=self._registered(),
        )

    def _registered(self) -> str:
        return str(self.registered.value.strip())

    def _designed(self, own: OwnPanel) -> Design:
        return Design(own.table, unit=own.unit, time=own.time, **self._chosen()).within(self.months_after.value)

    def _chosen(self) -> dict[str, Any]:
        """What stands in the fields, under the names of `Design`."""
        return {
            "outcome": self.outcome.value,
            "exposure": self.exposure.value or None,
            "treated": self.treated.value,
            "start": self.start.value.strip(),
            "sharing": self.sharing.value,
            "buffer": self.buffer.value,
            "phase_in": self.phase_in.value,
            "assignment": self.assignment.value,
            "name": self.name.value.strip(),
        }

    @parts.guarded
    def _register(self) -> None:
        design = self._ready()
        if design is None:
            return
        path = Path(self.file.value.strip() or "upplagg.json")
        made = preregister(design, path, months_after=self.months_after.value)
        self.registered.value = str(path)
        self.message.value = ""
        self.written.value = view_html.message(words.registered(str(path), made.checksum, before_start=made.before_start))

    @parts.guarded
    def _fetch(self) -> None:
        """The choices of a saved design, put into the fields."""
        if not self.registered.value.strip():
            self.message.value = view_html.message(words.WHICH_REGISTERED, alarm=True)
            return
        chosen = read_registration(self.registered.value.strip()).choices
        with self._silence():
            self._put(chosen)
        self._changed()

    def _put(self, chosen: Mapping[str, Any]) -> None:
        for control, column in ((self.outcome, chosen["outcome"]), (self.exposure, chosen["exposure"] or "")):
            if column and (self.own is None or column not in self.own.figures):
                raise KunskapError(f"no column {column!r}", svenska=words.no_column(column))
            control.value = column
        self.treated.value, self.sharing.value, self.buffer.value = (
            tuple(chosen[name]) for name in ("treated", "sharing", "buffer")
        )
        self.start.value, self.name.value = chosen["start"], chosen["name"]
        self.phase_in.value, self.months_after.value = chosen["phase_in"], chosen["months_after"]
        self.assignment.value = chosen["assignment"]

    @parts.guarded
    def _evaluate(self) -> None:
        design = self._ready()
        if design is None:
            return
        self.answer.value = self.figure.value = ""
        written = self._registered()
        self.result = effects.evaluate(design, registered=read_registration(written) if written else None)
        self.message.value = ""
        name = words.outcome_name(design.outcome)
        summary = self.result.summary(name)
        rows = effect_words.figures(self.result)
        self.answer.value = view_html.answer(self.result.verdict, summary) + view_html.table(
            words.EVALUATION_CAPTION, words.EVALUATION_HEADS, rows
        )
        result, ylabel = self.result, capital(name)
        picture = figures.image(lambda ax: plots.effect(result, ax, ylabel=ylabel), alt=summary)
        self.figure.value = picture + view_html.message(words.left_out(self._months_left_out(), self.months_after.value))
        self.code.value = view_html.code(self.python)

    def _months_left_out(self) -> int:
        """How many periods of the table come after those that are counted."""
        if self.own is None or self.design is None:
            return 0
        return max(int((pd.PeriodIndex(self.own.table[self.own.time].unique()) > self.design.data.periods[-1]).sum()), 0)

    @parts.guarded
    def _save(self) -> None:
        if self.result is None or self.design is None:
            self.message.value = view_html.message(words.EVALUATE_FIRST, alarm=True)
            return
        result, name = self.result, words.outcome_name(self.design.outcome)
        png = figures.png(lambda ax: plots.effect(result, ax, ylabel=capital(name)))
        paths = effect_files.save(result, Path("utvardering"), summary=result.summary(name), png=png)
        self.done.value = view_html.message(words.saved_effect(paths))

    def _ready(self) -> Design | None:
        """The design of what stands in the fields now."""
        self._changed()
        return self.design


def area_name(code: str) -> str:
    """ "Borlänge (2081)"; the code alone where it is no kommun."""
    try:
        return f"{kommuner.get(code).name} ({code})"
    except UnknownKommun:
        return code


def _example() -> pd.DataFrame:
    """A panel of 290 areas in which two got a measure whose effect is known."""
    import numpy as np

    from kunskapsbaserat.simulate import effect_panels

    return effect_panels(np.random.default_rng(5), 1, effect=-0.4, n_treated=2, choice="large").table()
