"""What an answer is made of, whichever question was asked: sentence, figures, tables, and what of it can be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kunskapsbaserat.report.documents.explore import figures as view_figures
from kunskapsbaserat.report.documents.explore import html, standout_words, together_words, words
from kunskapsbaserat.report.documents.explore.figures import ViewFigure
from kunskapsbaserat.report.documents.explore.standouts import Standouts
from kunskapsbaserat.report.documents.explore.standouts import figure as standouts_figure
from kunskapsbaserat.report.documents.explore.together import Together
from kunskapsbaserat.report.documents.explore.together import figure as together_figure
from kunskapsbaserat.report.documents.explore.view import View


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer ready to be shown and saved.

    Attributes
    ----------
    stem : str
        How its files begin.
    status, reading : str
        HTML: the verdict in words, and how to read it.
    figures : mapping of name to ViewFigure or None
        In the order in which they stand; None where one cannot be drawn.
    instead : mapping of name to sentence
        What stands there then.
    table, more : str
        HTML: the table that says what the figures say, and one that is folded.
    frames : mapping of name to DataFrame
        What is saved as tables.
    """

    stem: str
    status: str
    figures: Mapping[str, ViewFigure | None]
    reading: str
    table: str
    frames: Mapping[str, pd.DataFrame]
    more: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)


def of_view(view: View) -> Shown:
    """One offence in one kommun, among all."""
    return Shown(
        stem=_stem(view.kommun.slug, view),
        status=html.verdict(view),
        figures={
            "utveckling": view_figures.trend(view),
            f"tratt-{view.year}": view_figures.funnel(view),
            f"lan-{view.year}": view_figures.county(view),
        },
        instead={f"tratt-{view.year}": words.NO_FUNNEL, f"lan-{view.year}": words.NO_MAP},
        reading=html.read_this(words.read_this(view)),
        table=html.years(view),
        more=html.folded(words.SHOW_AREAS, html.areas(view)),
        frames={"ar": view.table(), f"kommuner-{view.year}": view.table_of_areas()},
    )


def of_together(both: Together) -> Shown:
    """One offence in several kommuner."""
    w, own = together_words, both.first.kommun.name
    return Shown(
        stem=_stem(f"{both.first.kommun.slug}-med-flera", both.first),
        status=html.statement(w.heading(both), w.sentence(both)),
        figures={"flera": together_figure(both)},
        reading=html.read_this(w.READ),
        table=html.table(w.table_caption(both), w.HEADS, w.rows(both), own=own, key=w.KEY),
        frames={f"kommuner-{both.first.year}": both.now(), "ar": both.frame()},
    )


def of_standouts(found: Standouts) -> Shown:
    """All offences of one kommun."""
    w = standout_words
    return Shown(
        stem=f"{found.kommun.slug}-sticker-ut",
        status=html.statement(w.heading(found), w.sentence(found)),
        figures={"forandring": standouts_figure(found)},
        reading=html.read_this(w.READ),
        table=html.table(w.table_caption(found), w.HEADS, w.rows(found), key=w.KEY),
        frames={"brottsmatt": found.frame()},
    )


def of(answer: View | Together | Standouts) -> Shown:
    """Any of the three."""
    makers: dict[type, Callable[..., Shown]] = {View: of_view, Together: of_together, Standouts: of_standouts}
    return makers[type(answer)](answer)


def _stem(slug: str, view: View) -> str:
    sex = "" if view.facet.sex == "alla" else f"_{view.facet.sex}"
    return f"{slug}-{view.offence.id}{sex}"
