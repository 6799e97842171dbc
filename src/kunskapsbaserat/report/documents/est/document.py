"""The EST report of one period: two pages for the group, one for the public, and the quarter's and the year's deepening.

e = est.load(data="min mapp")
e.forstasida()
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.document import Document, from_notebook, part
from kunskapsbaserat.report.documents.est import material as est_material
from kunskapsbaserat.report.documents.est import pages as est_pages
from kunskapsbaserat.report.documents.est import public as est_public
from kunskapsbaserat.report.documents.est.material import Material
from kunskapsbaserat.report.documents.est.sections import (
    category_table,
    coming_section,
    decisions_section,
    highlights,
    measures_section,
    places_section,
    police_sections,
    problems_section,
    quality_section,
    reporters_section,
    when_section,
)
from kunskapsbaserat.report.documents.est.words import deepening as est_deep
from kunskapsbaserat.report.documents.est.words import method as method_words
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Block, Definitions, FirstPage, Masthead, Paragraph, Section
from kunskapsbaserat.report.statements.appendix import Appendix, released_in
from kunskapsbaserat.report.statements.ground import digests


@from_notebook
def load(
    *, kommun: object = None, data: str | Path | None = None, period: object = None, dagar: int | str | None = None
) -> Est:
    """The EST report of one kommun and period.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path
        The kommun's folder (`kunskap ny`), with ``est.xlsx`` or event lists in ``est/``.
    period : date or str, optional
        A day in the period, as 2026-11-15; default the latest period that reports reach the end of.
    dagar : {7, 14, "månad"}, optional
        Length of a period; default as the workbook says, else 14.

    Raises
    ------
    FileError, FileLocked, TableError
        There is no EST in the folder, or a file cannot be read. No message repeats what stands in an event list.
    OptionError
        Another kommun, or no such period.
    DisclosureError
        The ledger of what has been published is damaged, or does not go with the periods.
    """
    return Est(est_material.load(kommun, data=data, period=period, dagar=dagar))


class Est(Document):
    """The parts of an EST report."""

    name = "est"
    appendix_style = "bilaga ej-utskrift"
    lists_inputs = False

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        return text.page_title(self.m.kommun, self.m.span, self.m.rhythm)

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead, what sticks out, what to decide, and every category."""
        m = self.m
        page = FirstPage(
            heading=text.KORTHET,
            lead=text.lead(m),
            notice=est_deep.stand_in(m),
            highlights_heading=text.STICKS_OUT,
            highlights=highlights(m),
            decide_heading=text.DECIDE,
            decide=text.decide(m),
            remaining_heading=text.REMAINING,
            remaining=text.remaining(m),
            remaining_link=None,
            marks_heading=text.MARKS,
            marks=text.MARKS_EXPLAINED,
            overview=category_table(m),
        )
        section = Section("korthet", "", text.KORTHET, [page], style="kort")
        return [section]

    @part(text.TOPIC_REPORTERS)
    def andra_sidan(self) -> list[Section]:
        """The second page: reporters, places, when, problems, measures, decisions, what is coming, the data."""
        m = self.m
        return [
            reporters_section(m),
            places_section(m),
            when_section(m),
            problems_section(m),
            measures_section(m),
            decisions_section(m),
            *police_sections(m),
            coming_section(m),
            quality_section(m),
        ]

    @part(method_words.METHOD)
    def metod(self) -> list[Section]:
        """How all this is known."""
        section = Section("metod", "", method_words.METHOD, [Definitions(method_words.method())], style="metod ej-utskrift")
        return [section]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.m.kommun, self.m.span, self.m.rhythm, text.INTERNAL)

    @property
    def made_with(self) -> str:
        return words.made_with(__version__, of=text.MADE_OF)

    def made_of(self) -> dict[str, Any]:
        m = self.m
        return {
            "catalogue": est_deep.catalogue_version(),
            "parameters": {"kommun": m.kommun.code, "period": m.span.start.isoformat(), "dagar": m.rhythm.days},
            "inputs": [
                {"file": name, "sha256": digest}
                for name, digest in sorted((m.est.sha256 | digests(m.est.path, m.est.areas) | m.plan_sha256).items())
            ],
        }

    def tables(self) -> dict[str, Released]:
        public = [] if self.m.unfinished else released_in(self._public.parts)
        return super().tables() | {table.name: table for table in public}

    def appendix_lead(self, tables: Sequence[str]) -> list[Block]:
        if self.m.unfinished:
            return [Paragraph(est_deep.appendix_lead(tables, public=False)), Paragraph(est_deep.NOT_PUBLISHED)]
        lead: list[Block] = [Paragraph(est_deep.appendix_lead(tables, public=True))]
        held = est_public.held_back(self.m, self._public.ledger)
        return [*lead, Paragraph(est_deep.frozen(held, LEDGER))] if held else lead

    def nav(self) -> list[list[str]]:
        return [*([s.id, s.topic or s.heading] for s in self.andra_sidan().sections), ["metod", method_words.METHOD]]

    def pages(self) -> dict[str, str]:
        public = {} if self.m.unfinished else {est_pages.PUBLIC: self._public.html}
        return public | est_pages.deepening(self)

    def files(self) -> dict[str, bytes]:
        """The public cells as a map for other programs: exactly those of the public page."""
        return {} if self.m.unfinished else self._public.files

    @functools.cached_property
    def _public(self) -> est_pages.PublicPage:
        return est_pages.public(self)

    def bilagor(self) -> Appendix:
        """The tables, the log and the manifest, the public version and the deepening; the last cell of the template.

        What the public version tells is noted in the folder's ledger, so that the next report cannot be subtracted from it. A
        period that may not have ended has no public version: what was told too early could never be told right.
        """
        vars(self).pop("_public", None)  # another report may have been noted since the last time
        made = super().bilagor()
        if not self.m.unfinished:
            self._public.note()
        return made

    def masthead(self, kind: str = text.INTERNAL) -> Masthead:
        m = self.m
        return Masthead(
            organisation=words.organisation(m.kommun),
            notice=f"{est_deep.stand_in_short(m)}{kind}",
            kicker=text.KICKER,
            title=text.title(m.kommun),
            facts=est_deep.facts(m),
        )

    def __repr__(self) -> str:
        return f"Est(kommun={self.m.kommun.code!r}, period={self.m.span.start.isoformat()!r})"
