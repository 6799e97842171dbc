"""The follow-up of 6 § lag (2023:196): one method a part, in the order of the notebook template.

    uf = uppfoljning.load(kommun="Borlänge")
    uf.forstasida()

Three lengths come from one run: the full page, one page for fullmäktige, and a version for the residents; beside them what an
application for a state grant needs.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.document import Document, from_notebook, part
from kunskapsbaserat.report.documents.uppfoljning import material as followup_material
from kunskapsbaserat.report.documents.uppfoljning import pages as followup_pages
from kunskapsbaserat.report.documents.uppfoljning.first_page import Choice, choose, first_page
from kunskapsbaserat.report.documents.uppfoljning.goal_sections import goals_sections
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.sections import (
    back_section,
    chain_section,
    duties_section,
    measures_sections,
    next_section,
    promises_section,
    side_section,
)
from kunskapsbaserat.report.documents.uppfoljning.words import followup
from kunskapsbaserat.report.documents.uppfoljning.work_sections import (
    control_sections,
    council_blocks,
    focus_sections,
    kind_sections,
    neighbour_sections,
    place_sections,
    process_sections,
    promise_links,
)
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Block,
    Definitions,
    Link,
    Masthead,
    Paragraph,
    Section,
)
from kunskapsbaserat.report.statements import method
from kunskapsbaserat.report.statements.appendix import made_of_underlag
from kunskapsbaserat.swedish import years


@from_notebook
def load(*, kommun: object = None, year: int | str | None = None, data: str | Path | None = None) -> Uppfoljning:
    """The follow-up of one kommun's åtgärdsplan.

    Parameters
    ----------
    kommun : str
        Name or code; required unless `data` says it.
    year : int, optional
        Last year of reported offences to use; default the latest.
    data : path, optional
        The kommun's folder with its plan. Without it the invented plan for Borlänge is shown, marked as an example.

    Raises
    ------
    UnknownKommun
        `kommun` is missing or no kommun is called so.
    FileError
        There is no plan, or nothing is filled in.
    PlanError, TableError, PersonalDataError
        The plan, a file or a text in the folder cannot be used.
    """
    return Uppfoljning(followup_material.load(kommun, year=year, data=data))


def _bare(table: Released) -> Released:
    """A table of words without the gate's empty column."""
    if not pd.isna(table.frame["suppressed"].array).all():
        return table
    frame = table.frame.copy(deep=False)
    del frame["suppressed"]
    return dataclasses.replace(table, frame=frame)


class Uppfoljning(Document):
    """The parts of a follow-up for one kommun."""

    name = "uppfoljning"

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def invented(self) -> str:
        return followup.EXAMPLE if self.m.plan.example else ""

    @property
    def title(self) -> str:
        start = f"{followup.EXAMPLE_SHORT}: " if self.m.plan.example else ""
        return f"{start}{followup.title(self.m.u.kommun, self.m.plan.organisation)}"

    # ---- the parts -------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead and the page for fullmäktige."""
        return [self.first_page(followup.IN_SECTION, Link(followup.SEE, "bedomning"))]

    @functools.cached_property
    def on_sheet(self) -> Choice:
        """What has room on the first sheet."""
        return choose(self.m, self.masthead())

    def first_page(self, where: str, link: Link | None) -> Section:
        """The one sheet: for the full report, and alone for fullmäktige (`link` is None: nothing to lead to)."""
        page = first_page(self.m, self.on_sheet, where=where, link=link)
        return Section(id="korthet", topic="", heading=followup.KORTHET, blocks=[page], style="kort")

    @part(followup.TOPIC_CHAIN)
    def kedjan(self) -> list[Section]:
        """From problem to goal, and what hangs loose."""
        return [chain_section(self.m), *kind_sections(self.m), *focus_sections(self.m)]

    @part(followup.TOPIC_MEASURES)
    def atgarderna(self) -> list[Section]:
        """What was done: dose, reach, fidelity, cost and evidence of every measure."""
        m = self.m
        beside = [*process_sections(m), *control_sections(m), *neighbour_sections(m), *place_sections(m)]
        return [*measures_sections(m), *beside]

    @part(followup.TOPIC_GOALS)
    def malen(self) -> list[Section]:
        """How it went with every goal, with its figure."""
        return goals_sections(self.m, whole=self.on_sheet.rows < len(self.m.outcomes))

    @part(followup.TOPIC_SIDE)
    def bieffekter(self) -> list[Section]:
        """Side effects, displacement, and what has changed without the plan."""
        return [side_section(self.m)]

    @part(followup.TOPIC_DUTIES)
    def lagen(self) -> list[Section]:
        """The duties of the act: done, due, overdue."""
        return [duties_section(self.m)]

    @part(followup.TOPIC_NEXT)
    def bedomning(self) -> list[Section]:
        """Continue, change or stop, and the kommun's own words."""
        return [next_section(self.m, council_blocks(self.m))]

    @part(followup.TOPIC_BACK)
    def aterblick(self) -> list[Section]:
        """What the last lägesbild said, and how it went."""
        return [back_section(self.m)]

    @part(followup.TOPIC_PROMISES)
    def medborgarloften(self) -> list[Section]:
        """Promise by promise."""
        return [promises_section(self.m, promise_links(self.m))]

    @part(method.HEADING)
    def metod(self) -> list[Section]:
        """How all this is known."""
        items = followup.method(self.m.plan, self.m.outcomes)
        items += [(words.SIGNS, words.signs()), (words.CONTACT, method.contact(self.m.u.texts))]
        section = Section("metod", "", method.HEADING, [Definitions(items)], style="metod")
        return [section]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return followup.foot(self.m.u.kommun, self.m.plan, followup.FULL)

    def made_of(self) -> dict[str, Any]:
        m = self.m
        plan = {"sha256": m.plan.sha256, "example": m.plan.example, "as_of": m.as_of.isoformat()}
        return made_of_underlag(m.u) | {"plan": plan, "evidence": evidens.version()}

    def tables(self) -> dict[str, Released]:
        return {name: _bare(table) for name, table in super().tables().items()} | followup_pages.grant_files(self.m)

    def appendix_lead(self, tables: Sequence[str]) -> list[Block]:
        return [Paragraph(followup.appendix_lead(tables))]

    def pages(self) -> dict[str, str]:
        return followup_pages.pages(self)

    def masthead(self, title: str | None = None, kicker: str | None = None) -> Masthead:
        """The head of a page; every one of the invented plan's says that it is an example."""
        u, counts, asked = self.m.u, self.m.u.count_findings, self.m.u.survey_findings
        to = str(max(f.last_year for f in counts)) if counts else ""
        surveys = years(min(f.first_survey for f in asked), max(f.last_survey for f in asked)) if asked else ""
        return Masthead(
            organisation=words.organisation(u.kommun),
            notice=self.invented or followup.draft(u.texts),
            kicker=kicker or followup.kicker(),
            title=title or followup.title(u.kommun, self.m.plan.organisation),
            facts=followup.facts(self.m.plan, self.m.as_of, to, surveys),
        )

    def __repr__(self) -> str:
        return f"Uppfoljning(kommun={self.m.u.kommun.code!r}, plan={self.m.plan.organisation.plan_fran.year})"
