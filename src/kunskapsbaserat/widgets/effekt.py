"""Effekt: an evaluation designed step by step, checked while it is made, written down, and evaluated afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd

from kunskapsbaserat import effects
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.effects import Assignment, Design, EffectResult
from kunskapsbaserat.errors import UnknownKommun
from kunskapsbaserat.preregistration import preregister, read_registration
from kunskapsbaserat.report import view_html
from kunskapsbaserat.report.text import effects as effect_words
from kunskapsbaserat.report.text import widgets as words
from kunskapsbaserat.widgets import figures, parts
from kunskapsbaserat.widgets.several import Several


class Effekt(w.VBox):
    """Design an evaluation, see its checks and the smallest effect that would be seen, save it, and evaluate.

    Parameters
    ----------
    panel : DataFrame, optional
        One row per area and period, see `effects.Design`; default a simulated example.
    unit, time : str
        Its columns of area and period.

    Attributes
    ----------
    design : effects.Design or None
        What has been chosen, when it can be made.
    result : effects.EffectResult or None
        The latest evaluation.
    """

    def __init__(self, panel: pd.DataFrame | None = None, *, unit: str = "area", time: str = "period") -> None:
        self.panel = _example() if panel is None else panel
        self._unit, self._time = unit, time
        self.design: Design | None = None
        self.result: EffectResult | None = None
        self._make_controls()
        self.message, self.checks, self.power, self.written, self.answer, self.figure = (parts.text() for _ in range(6))
        steps = [parts.text(f"<h3>{text}</h3>") for text in words.EFFECT_STEPS]
        notice = [parts.text(view_html.message(words.SIMULATED))] if panel is None else []
        save = parts.button(words.REGISTER, self._register, first=True)
        evaluate = parts.button(words.EVALUATE, self._evaluate, first=True)
        super().__init__(
            [
                *parts.basis(),
                *notice,
                steps[0],
                parts.row(self.name, self.outcome, self.exposure),
                steps[1],
                parts.row(self.treated, self.assignment),
                steps[2],
                parts.row(self.start, self.phase_in),
                steps[3],
                parts.text(f"<p>{words.SHARING_WHY}</p>"),
                parts.row(self.sharing, self.buffer),
                steps[4],
                self.message,
                self.power,
                self.checks,
                steps[5],
                parts.row(self.months_after, self.file, save),
                self.written,
                steps[6],
                parts.row(self.registered, evaluate),
                self.answer,
                self.figure,
            ]
        )
        self.add_class("kbw")
        for control in self._choices():
            control.observe(self._changed, "value")
        self._changed()

    def _make_controls(self) -> None:
        numeric = [str(c) for c in self.panel.select_dtypes("number")]
        areas = {area_name(code): code for code in sorted(self.panel[self._unit].astype(str).unique())}
        periods = pd.PeriodIndex(self.panel[self._time]).unique().sort_values()
        coming = pd.period_range(periods[-1] + 1, periods=24, freq=periods.freq)
        self.name = parts.labelled(w.Text, words.EFFECT_NAME, continuous_update=False, wide=True)
        self.outcome = parts.labelled(w.Dropdown, words.OUTCOME, options=numeric)
        choices = [(words.NO_EXPOSURE, None), *((c, c) for c in numeric[1:])]
        self.exposure = parts.labelled(w.Dropdown, words.EXPOSURE, options=choices, value=choices[-1][1])
        self.treated = Several(words.TREATED, areas)
        options = [(words.ASSIGNMENTS[a], a.value) for a in Assignment]
        self.assignment = parts.labelled(w.Dropdown, words.ASSIGNMENT, options=options)
        starts = [str(p) for p in (*periods[1:], *coming)]
        self.start = parts.labelled(w.Combobox, words.START, options=starts, placeholder=str(coming[0]))
        self.phase_in = parts.labelled(w.BoundedIntText, words.PHASE_IN, value=0, min=0, max=60)
        self.sharing, self.buffer = Several(words.SHARING, areas), Several(words.BUFFER, areas)
        self.months_after = parts.labelled(w.BoundedIntText, words.MONTHS_AFTER, value=12, min=1, max=120)
        self.file = parts.labelled(w.Text, words.REGISTER_FILE, value="upplagg.json", continuous_update=False)
        self.registered = parts.labelled(w.Text, words.REGISTERED_FILE, continuous_update=False, wide=True)

    def _choices(self) -> tuple[Any, ...]:
        return (
            *(self.name, self.outcome, self.exposure, self.treated, self.assignment, self.start, self.phase_in),
            *(self.sharing, self.buffer, self.months_after),
        )

    @parts.guarded
    def _changed(self, _: object = None) -> None:
        self.design = self.result = None
        for place in (self.checks, self.power, self.written, self.answer, self.figure):
            place.value = ""
        self.message.value = view_html.message(words.CHOOSE_AREA_AND_START)
        if not self.treated.value or not self.start.value.strip():
            return
        self.design = self._designed()
        self.message.value = ""
        self.checks.value = view_html.table(words.CHECKS_CAPTION, *view_html.cells(effect_words.checks(self.design.check())))
        found = effects.power(self.design, months_after=[self.months_after.value], areas=[len(self.treated.value)])
        self.power.value = f"<p><b>{effect_words.power(found)}</b></p>"

    def _designed(self) -> Design:
        return Design(
            self.panel,
            outcome=self.outcome.value,
            exposure=self.exposure.value,
            treated=self.treated.value,
            start=self.start.value.strip(),
            unit=self._unit,
            time=self._time,
            sharing=self.sharing.value,
            buffer=self.buffer.value,
            phase_in=self.phase_in.value,
            assignment=self.assignment.value,
            name=self.name.value.strip(),
        )

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
    def _evaluate(self) -> None:
        design = self._ready()
        if design is None:
            return
        self.answer.value = self.figure.value = ""
        written = self.registered.value.strip()
        self.result = effects.evaluate(design, registered=read_registration(written) if written else None)
        self.message.value = ""
        rows = effect_words.figures(self.result)
        self.answer.value = view_html.answer(self.result.verdict, self.result.summary()) + view_html.table(
            words.EVALUATION_CAPTION, words.EVALUATION_HEADS, rows
        )
        self.figure.value = figures.image(self.result.plot, alt=self.result.summary())

    def _ready(self) -> Design | None:
        if self.design is None and not self.message.value:
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
