"""The lägesbild of 4 § lag (2023:196): one method a part, in the order of the notebook template.

    lb = lagesbild.load(kommun="Borlänge")
    lb.forstasida()

Each method returns a `Part` that shows itself in a notebook and is what the exporter puts on the page.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.document import Document, part
from kunskapsbaserat.report.documents.lagesbild.appendix import tables_beside, tables_on_page
from kunskapsbaserat.report.documents.lagesbild.local import local_tables, more_section, rates_only_section
from kunskapsbaserat.report.documents.lagesbild.months import months_section
from kunskapsbaserat.report.documents.lagesbild.national import alike_section, among_all_section, quarters_section, rows_section
from kunskapsbaserat.report.documents.lagesbild.national_figures import funnel_limits
from kunskapsbaserat.report.documents.lagesbild.parts_of_kommun import stadsdel_section
from kunskapsbaserat.report.documents.lagesbild.sections import (
    children_section,
    count_section,
    highlight,
    measures_section,
    overview_table,
    own_place,
    own_section,
    priorities_section,
    survey_section,
    triangulation_section,
)
from kunskapsbaserat.report.documents.lagesbild.words import analysis, faq, front, situation
from kunskapsbaserat.report.material import law, selection, underlag
from kunskapsbaserat.report.material.selection import broad
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Answer,
    Answers,
    Block,
    Bullets,
    Column,
    Definitions,
    FigureRow,
    FirstPage,
    Highlight,
    Link,
    Mark,
    Masthead,
    NextSteps,
    Paragraph,
    Section,
    Table,
)
from kunskapsbaserat.report.page.charts.geography import lan_map
from kunskapsbaserat.report.statements import annex, method
from kunskapsbaserat.report.statements.appendix import made_of_underlag
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.report.statements.figures import county_figure


def load(*, kommun: object = None, year: int | None = None, data: str | Path | None = None) -> Lagesbild:
    """The lägesbild of one kommun.

    Parameters
    ----------
    kommun : str
        Name or code; required unless `data` says it.
    year : int, optional
        Last year of reported offences to use; default the latest.
    data : path, optional
        The kommun's folder (`kunskap ny`): its figures are used first, and its texts stand in the report.

    Raises
    ------
    UnknownKommun
        `kommun` is missing or no kommun is called so.
    FileError, TableError, PersonalDataError
        A file or a text in the folder cannot be used.
    """
    return Lagesbild(underlag.load(kommun, year=year, data=data))


def ahead(kommuner: Sequence[str]) -> None:
    """What several of the kommuner share: the funnels of the broad groups and the maps."""
    if kommuner:
        u = underlag.load(kommuner[0])
        for f in broad(u):
            funnel_limits(u.pooled_of(f.offence.id))
    for lan, several in Counter(code[:2] for code in kommuner).items():
        if several > 1:
            lan_map(lan)


class Lagesbild(Document):
    """The parts of a lägesbild for one kommun."""

    name = "lagesbild"

    def __init__(self, material: Underlag) -> None:
        self.u = material

    @property
    def title(self) -> str:
        return situation.page_title(self.u, self.report_year)

    @property
    def report_year(self) -> int:
        """The year of the newest snapshot: the clock never decides what a report says."""
        return max(s.retrieved for s in self.u.snapshots.values()).year

    @functools.cached_property
    def _requirements(self) -> list[law.Requirement]:
        counts, surveys = self.u.count_findings, self.u.survey_findings
        return law.requirements(
            offences=len(counts),
            counts_years=(min(min(f.counts) for f in counts), max(f.last_year for f in counts)),
            broad_only=all(f.offence.broad for f in counts),
            measures=len(surveys),
            survey_years=(min(f.first_survey for f in surveys), max(f.last_survey for f in surveys)) if surveys else None,
            written=self.u.texts,
        )

    # ---- the parts -------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead and the page to read aloud."""
        u = self.u
        missing = [r.short for r in self._requirements if r.state != "finns"]
        highlights = [highlight(f) for f in selection.highlights(u)]
        few = [f for f in selection.count_problems(u) if f.few]
        if len(highlights) < selection.MAX_HIGHLIGHTS and len(few) >= selection.MANY_FEW:
            highlights.append(
                Highlight(
                    front.TOO_FEW,
                    None,
                    front.too_few(len(few), len(selection.count_problems(u)), means=any(f.pooled for f in few)),
                )
            )
        nothing = Highlight("", None, self._nothing())
        overview = self._overview()
        shown = {h.mark.kind for h in highlights if h.mark} | {
            c.kind for row in overview.rows for c in row if isinstance(c, Mark)
        }
        page = FirstPage(
            heading=front.HEADING,
            lead=self._lead(),
            notice=front.notice(u.quarter_finding),
            highlights_heading=front.STICKS_OUT,
            highlights=[*([] if selection.highlights(u) else [nothing]), *highlights],
            decide_heading=front.DECIDE,
            decide=front.decisions(selection.count_problems(u), selection.survey_problems(u), selection.over_the_band(u)),
            remaining_heading=front.REMAINING,
            remaining=front.remaining(missing),
            remaining_link=Link(front.SEE_MISSING, "lagens-krav") if missing else None,
            marks_heading=front.MARKS,
            marks=words.marks_explained(shown),
            overview=overview,
        )
        section = Section(id="korthet", topic="", heading=front.HEADING, blocks=[page], style="kort")
        return [section]

    @part(situation.KOMMUN_TOPIC)
    def kommunen(self) -> list[Section]:
        """Kommunen i korthet: size, group, comparison, map."""
        u = self.u
        blocks: list[Block] = []
        facts = Definitions(situation.kommun_facts(u))
        figure = county_figure(u)
        if figure:
            blocks.append(FigureRow(figure, [Paragraph(situation.map_paragraph(u)), facts]))
        else:
            blocks += [Paragraph(situation.map_paragraph(u)), facts]
        blocks.append(own_place(u, "kommunen"))
        section = Section("kommunen", situation.KOMMUN_TOPIC, situation.kommun_heading(u), blocks)
        return [section]

    @part(situation.UNDERLAG_TOPIC)
    def underlag(self) -> list[Section]:
        """What the report stands on, and what is missing for a complete one."""
        u = self.u
        sources = situation.source_rows(u)
        table = plain_table(
            pd.DataFrame(sources, columns=["kalla", "galler", "status", "hamtad"]),
            [[str(cell) for cell in row] for row in sources],
            [Column(head, phone=head) for head in situation.SOURCE_HEADS],
            caption=situation.SOURCES_CAPTION,
            name="kallor",
            contents="description",
            sources=["scb"],
            layout="cards",
        )
        blocks: list[Block] = [Paragraph(situation.reliability(u), lead=True), table]
        section = Section("underlag", situation.UNDERLAG_TOPIC, situation.underlag_heading(u), blocks)
        return [section]

    @part(situation.EXTENT_NAV)
    def omfattning(self) -> list[Section]:
        """Kartläggning, first half: the extent of crime, by type."""
        u = self.u
        sections = [count_section(f, u, topic=situation.extent_topic(f)) for f in selection.with_section(u)]
        sections[1:1] = [s for s in (quarters_section(u), alike_section(u), among_all_section(u)) if s]
        if rows := rows_section(u):
            sections.append(rows)
        if more := [f for f in u.count_findings if f.offence.chapter == "sol"]:
            sections.append(more_section(more, u))
        if recent := months_section(u):
            sections.append(recent)
        if rates_only := rates_only_section(u):
            sections.append(rates_only)
        if parts := stadsdel_section(u):
            sections.append(parts)
        if children := [f for f in u.count_findings if f.offence.chapter == "barn"]:
            sections.insert(_after_partner_violence(sections), children_section(children, u))
        for chapter, topic in situation.SURVEY_EXTENT.items():
            if found := [f for f in u.survey_findings if f.measure.chapter == chapter]:
                sections.append(measures_section(found, u, key=chapter, words_of=topic))
        unseen: list[Block] = [own_place(u, key) for key in ("plats_och_tid", "grov_brottslighet", "hatbrott")]
        sections.append(Section("det-som-inte-syns", situation.EXTENT_TOPIC, situation.UNSEEN_HEADING, unseen))
        return sections

    @part(situation.CONSEQUENCES_NAV)
    def konsekvenser(self) -> list[Section]:
        """Kartläggning, second half: consequences, insecurity first."""
        u = self.u
        sections = []
        if headline := u.measure(selection.HEADLINE_MEASURE):
            sections.append(survey_section(headline, u, topic=situation.CONSEQUENCES_TOPIC, questions=law.INSECURITY_QUESTIONS))
        for chapter, topic in situation.SURVEY_CONSEQUENCES.items():
            found = [f for f in u.survey_findings if f.measure.chapter in chapter.split("+") and f is not headline]
            if found:
                sections.append(measures_section(found, u, key=chapter.split("+")[0], words_of=topic))
        sections.append(own_section(u, "konsekvenser", topic=situation.CONSEQUENCES_TOPIC))
        return sections

    @part(situation.OTHER_NAV)
    def annan_information(self) -> list[Section]:
        """Part 2 of 4 §: only the kommun can write it."""
        section = own_section(self.u, "annan_information", topic=situation.OTHER_TOPIC)
        section = dataclasses.replace(section, blocks=[*local_tables(self.u), *section.blocks])
        return [section]

    @part(analysis.NAV)
    def analys(self) -> list[Section]:
        """Part 3 of 4 §: do the sources agree, what is proposed, why."""
        u = self.u
        sections = []
        if u.survey_findings:
            sections.append(triangulation_section(u))
        sections.append(priorities_section(u))
        weighing: list[Block] = [own_place(u, key) for key in ("orsaker", "analys")]
        sections.append(Section("orsaker", analysis.TOPIC, analysis.WEIGHING_HEADING, weighing))
        return sections

    @part(analysis.CONCLUSIONS_NAV)
    def slutsatser(self) -> list[Section]:
        """What the åtgärdsplan has to take up, what is not known, and a look back."""
        problems = selection.problems(self.u)
        blocks: list[Block] = []
        if problems:
            blocks += [Paragraph(analysis.PLAN_LEAD), Definitions(analysis.problem_list(problems))]
        blocks += [Bullets(analysis.gaps(u=self.u), heading=analysis.GAPS), own_place(self.u, "slutsatser")]
        return [
            Section("slutsatser", analysis.CONCLUSIONS_TOPIC, analysis.conclusions_heading(len(problems)), blocks),
            own_section(self.u, "aterblick", topic=analysis.CONCLUSIONS_TOPIC),
        ]

    @part(analysis.LAW_NAV)
    def lagens_krav(self) -> list[Section]:
        """The completeness box of 4 §."""
        rows = self._requirements
        table = plain_table(
            pd.DataFrame([(r.part, r.state, r.text) for r in rows], columns=["del", "lage", "text"]),
            [[r.part, Mark(r.state, law.STATES[r.state]), r.text] for r in rows],
            [Column(head) for head in analysis.LAW_HEADS],
            caption=analysis.LAW_CAPTION,
            name="lagens_krav",
            contents="description",
            sources=["scb"],
            layout="law",
        )
        section = Section("lagens-krav", "", law.law_heading(rows), [Paragraph(law.LAW_TEXT), table], style="lagbox")
        steps: list[Block] = [NextSteps(situation.next_steps(self.u))]
        return [section, Section("nasta-steg", "", situation.NEXT_HEADING, steps)]

    @part(faq.NAV)
    def vanliga_fragor(self) -> list[Section]:
        """Svar på vanliga frågor: what may be said, what may not, why."""
        u = self.u
        found = faq.answers(
            u.kommun,
            u.count_findings,
            u.survey_findings,
            total_rate=u.total.rate,
            total_year=u.total_year,
            median_rate=u.total_band_of_all.median,
        )
        block = Answers([Answer(*a) for a in found], faq.MAY, faq.MAY_NOT, faq.WHY)
        section = Section("fragor", faq.TOPIC, faq.HEADING, [Paragraph(faq.LEAD, lead=True), block])
        return [section]

    @part(method.HEADING)
    def metod(self) -> list[Section]:
        """Method and sources."""
        u = self.u
        items = method.definitions(
            u.kommun,
            u.count_findings,
            u.survey_findings,
            pool_areas=len(u.total_rates) - 1,
        )
        items += [(words.SIGNS, words.signs()), (words.CONTACT, method.contact(u.texts))]
        section = Section("metod", "", method.HEADING, [Definitions(items)], style="metod")
        return [section]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return annex.page_foot(self.u.kommun, self.report_year)

    def made_of(self) -> dict[str, Any]:
        return made_of_underlag(self.u)

    def tables(self) -> dict[str, Released]:
        return tables_beside(self.u)

    def appendix_lead(self, tables: Sequence[str]) -> list[Block]:
        return [*super().appendix_lead(tables), *tables_on_page(self.u)]

    def __repr__(self) -> str:
        return f"Lagesbild(kommun={self.u.kommun.code!r}, year={self.u.year!r})"

    def _nothing(self) -> str:
        problems = selection.count_problems(self.u)
        return front.nothing_sticks_out(
            problems=bool(problems),
            judged=any(f.judgement.q_value == f.judgement.q_value for f in problems),
            surveys=bool(self.u.survey_findings),
        )

    def _lead(self) -> str:
        return front.lead(self.u.total, self.u.kommun, rest_of_lan=self.u.rest_of_lan)

    def _overview(self) -> Table:
        """The table of the first page."""
        counts, surveys = selection.first_page(self.u)
        caption = front.overview_caption(len(counts) + len(surveys), self.u.kommun)
        return overview_table(counts, surveys, self.u, caption=caption)

    # ---- building blocks ---------------------------------------------------------------------------------------------

    def masthead(self) -> Masthead:
        u = self.u
        retrieved = max(s.retrieved for s in u.snapshots.values())
        return Masthead(
            organisation=words.organisation(u.kommun),
            notice=situation.draft_notice(u.texts, [r.short for r in self._requirements if r.state != "finns"]),
            kicker=situation.kicker(self.report_year),
            title=situation.title(u),
            facts=situation.masthead_facts(u, retrieved),
        )


def _after_partner_violence(sections: Sequence[Section]) -> int:
    """Where the section about children goes: after the last one about violence."""
    return max((i + 1 for i, s in enumerate(sections) if s.id.startswith("vald_")), default=len(sections))
