"""The lägesbild of 4 § lag (2023:196): one method a part, in the order of the notebook template.

    lb = lagesbild.load(kommun="Borlänge")
    lb.forstasida()

Each method returns a `Part` that shows itself in a notebook and is what the exporter puts on the page.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.document import Document, FileHead, from_notebook, part
from kunskapsbaserat.report.documents.lagesbild import decision
from kunskapsbaserat.report.documents.lagesbild.appendix import tables_beside, tables_on_page
from kunskapsbaserat.report.documents.lagesbild.chosen import section_part
from kunskapsbaserat.report.documents.lagesbild.local import more_section, rates_only_section
from kunskapsbaserat.report.documents.lagesbild.months import months_section
from kunskapsbaserat.report.documents.lagesbild.national import (
    alike_rates_section,
    alike_section,
    among_all_section,
    rows_section,
    total_section,
)
from kunskapsbaserat.report.documents.lagesbild.national_figures import funnel_limits
from kunskapsbaserat.report.documents.lagesbild.own import own_sources
from kunskapsbaserat.report.documents.lagesbild.own_figures import area_section, register_blocks, survey_blocks
from kunskapsbaserat.report.documents.lagesbild.parts_of_kommun import stadsdel_section
from kunskapsbaserat.report.documents.lagesbild.sections import (
    agreement_section,
    answers_section,
    beside_each_other,
    count_section,
    highlight,
    law_table,
    measures_section,
    overview_table,
    own_place,
    own_section,
    places_section,
    priorities_section,
    survey_section,
)
from kunskapsbaserat.report.documents.lagesbild.topics import online_section, traffic_section
from kunskapsbaserat.report.documents.lagesbild.words import analysis, faq, front, lengths, situation
from kunskapsbaserat.report.documents.lagesbild.words import decision as decision_words
from kunskapsbaserat.report.documents.lagesbild.words import own as own_words
from kunskapsbaserat.report.documents.lagesbild.words import own_figures as figure_words
from kunskapsbaserat.report.documents.lagesbild.words.lengths import ANNEX, DECISION, REPORT
from kunskapsbaserat.report.material import law, selection, underlag
from kunskapsbaserat.report.material.choices import choices, require_figures
from kunskapsbaserat.report.material.finding_rows import Findings
from kunskapsbaserat.report.material.own_topics import traffic_of
from kunskapsbaserat.report.material.selection import broad
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import (
    Answer,
    Answers,
    Block,
    Column,
    Definitions,
    Figure,
    FigureRow,
    FirstPage,
    Highlight,
    Link,
    Mark,
    Masthead,
    NextSteps,
    Paragraph,
    Part,
    Section,
    Table,
)
from kunskapsbaserat.report.page.charts.land import lan_map
from kunskapsbaserat.report.statements import annex, method
from kunskapsbaserat.report.statements.appendix import made_of_underlag
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.report.statements.figures import county_figure


@from_notebook
def load(
    *,
    kommun: object = None,
    year: int | str | None = None,
    data: str | Path | None = None,
    brott: str | Sequence[str] | None = None,
    jamfor: str | None = None,
    fran: int | str | None = None,
) -> Lagesbild:
    """The lägesbild of one kommun.

    Parameters
    ----------
    kommun : str
        Name or code; required unless `data` says it.
    year : int, optional
        Last year of reported offences to use; default the latest.
    data : path, optional
        The kommun's folder (`kunskap ny`): its figures are used first, and its texts stand in the report.
    brott : str or sequence of str, optional
        Offences that get a section of their own beside those that the rules choose: "bostadsinbrott, narkotika".
    jamfor : {"liknande", "socioekonomi", "skr_grupp", "lan", "alla"}, optional
        Whom the kommun is compared with; default the fixed rule of `rates.comparison_group`. The page says what was chosen.
    fran : int, optional
        First year of reported offences to use, at least eight years before the last; default 16 years.

    Raises
    ------
    UnknownKommun
        `kommun` is missing or no kommun is called so.
    FileError, TableError, PersonalDataError
        A file or a text in the folder cannot be used.
    """
    chosen = choices(brott=brott, jamfor=jamfor, fran=fran)
    u = underlag.load(kommun, year=year, data=data, chosen=chosen)
    require_figures(chosen, {f.offence.id for f in u.count_findings} if chosen.offences else ())
    return Lagesbild(u)


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
    appendix_file = ANNEX

    def __init__(self, material: Underlag) -> None:
        self.u = material

    @property
    def title(self) -> str:
        return situation.page_title(self.u, self.report_year)

    @property
    def report_year(self) -> int:
        """The year of the newest snapshot: the clock never decides what a report says."""
        return max(s.retrieved for s in self.u.snapshots.values()).year

    @property
    def findings(self) -> Findings:
        """Every finding with its verdict: `findings.to_frame()` has one a row."""
        return Findings((*self.u.count_findings, *self.u.survey_findings))

    def avsnitt(self, brott: str) -> Part:
        """The section about one offence, whether the rules give it one or not; a cell that shows it puts it on the page.

        Raises
        ------
        OptionError
            The kommun has no figures for an offence of that name.

        Examples
        --------
        >>> load(kommun="Borlänge").avsnitt("bostadsinbrott")
        Part('avsnitt-bostadsinbrott', 1 sections)
        """
        return section_part(brott, self.u)

    @functools.cached_property
    def requirements(self) -> list[law.Requirement]:
        counts, surveys = self.u.count_findings, self.u.survey_findings
        return law.requirements(
            offences=len(counts),
            counts_years=(min(min(f.counts) for f in counts), max(f.last_year for f in counts)),
            broad_only=all(f.offence.broad for f in counts),
            measures=len(surveys),
            survey_years=(min(f.first_survey for f in surveys), max(f.last_survey for f in surveys)) if surveys else None,
            written=self.u.texts,
            known=self.u.knowledge,
        )

    # ---- the parts -------------------------------------------------------------------------------------------------

    @part(file=DECISION)
    def beslut(self) -> list[Section]:
        """The decision version: three sheets for those who read nothing else."""
        return decision.sections(self)

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead and the page to read aloud."""
        u = self.u
        missing = [r.short for r in self.requirements if r.state != "finns"]
        highlights = self.highlights
        overview = self._overview()
        shown = {h.mark.kind for h in highlights if h.mark} | {
            c.kind for row in overview.rows for c in row if isinstance(c, Mark)
        }
        page = FirstPage(
            heading=front.HEADING,
            lead=self.lead(),
            notice=self.notice(),
            highlights_heading=front.STICKS_OUT,
            highlights=highlights,
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
        figure = self.county
        if figure:
            blocks.append(FigureRow(figure, [Paragraph(situation.map_paragraph(u)), facts]))
        else:
            blocks += [Paragraph(situation.map_paragraph(u)), facts]
        blocks += own_place(u, "kommunen")
        section = Section("kommunen", situation.KOMMUN_TOPIC, situation.kommun_heading(u), blocks)
        return [section]

    @part(situation.EXTENT_NAV)
    def omfattning(self) -> list[Section]:
        """Kartläggning, first half: the extent of crime. Findings have a section, what is calm a row."""
        u = self.u
        told = [f for f in selection.with_section(u) if f.offence.id != selection.TOTAL]
        findings = [count_section(f, u, topic=situation.extent_topic(f)) for f in told]
        unseen = [block for key in ("plats_och_tid", "grov_brottslighet", "hatbrott") for block in own_place(u, key)]
        sections = [
            total_section(u),
            alike_section(u),
            *beside_each_other(findings),
            rows_section(u),
            stadsdel_section(u),
            area_section(u.knowledge.figures),
            Section("det-som-inte-syns", situation.EXTENT_TOPIC, situation.UNSEEN_HEADING, unseen) if unseen else None,
        ]
        return [section for section in sections if section]

    @part(situation.CONSEQUENCES_NAV)
    def konsekvenser(self) -> list[Section]:
        """Kartläggning, second half: consequences, insecurity first."""
        u = self.u
        sections = []
        if headline := u.measure(selection.HEADLINE_MEASURE):
            sections.append(survey_section(headline, u, topic=situation.CONSEQUENCES_TOPIC))
        if others := [f for f in u.survey_findings if f is not headline]:
            sections.append(answers_section(others, u))
        costs = register_blocks(u.knowledge.figures.costs)
        return [*sections, *own_section(u, "konsekvenser", topic=situation.CONSEQUENCES_TOPIC, before=costs)]

    @part(situation.OTHER_NAV)
    def annan_information(self) -> list[Section]:
        """Part 2 of 4 §: what the kommun's own files and texts say."""
        known = self.u.knowledge
        traffic, rest = traffic_of(known.figures)
        figures = [*survey_blocks(rest.surveys), *register_blocks(rest.counted)]
        own = own_section(self.u, "annan_information", topic=situation.OTHER_TOPIC, before=[*own_sources(known), *figures])
        return [*own, *traffic_section(traffic, self.u), *online_section(rest, self.u)]

    @part(analysis.NAV)
    def analys(self) -> list[Section]:
        """Part 3 of 4 §: do the sources agree, what is proposed, why."""
        u = self.u
        sections = [priorities_section(u), *agreement_section(u)]
        weighing = [block for key in ("orsaker", "analys") for block in own_place(u, key)]
        if weighing:
            sections.append(Section("orsaker", analysis.TOPIC, analysis.WEIGHING_HEADING, weighing))
        return sections

    @part(analysis.CONCLUSIONS_NAV)
    def slutsatser(self) -> list[Section]:
        """What the kommun concludes for the åtgärdsplan, and its look back."""
        return [
            *own_section(self.u, "slutsatser", topic=analysis.CONCLUSIONS_TOPIC),
            *own_section(self.u, "aterblick", topic=analysis.CONCLUSIONS_TOPIC),
        ]

    @part(analysis.LAW_NAV)
    def lagens_krav(self) -> list[Section]:
        """The completeness box of 4 §."""
        table = law_table(self.requirements)
        blocks: list[Block] = [Paragraph(law.LAW_TEXT), table]
        section = Section("lagens-krav", "", law.law_heading(self.requirements), blocks, style="lagbox")
        return [section, *places_section(self.u)]

    # ---- the appendices, in a file of their own ------------------------------------------------------------------------

    @part(situation.UNDERLAG_TOPIC, file=ANNEX)
    def underlag(self) -> list[Section]:
        """What the report stands on, and how it becomes richer."""
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
        steps: list[Block] = [NextSteps(situation.next_steps(u))]
        return [
            Section("underlag", situation.UNDERLAG_TOPIC, situation.underlag_heading(u), blocks),
            Section("nasta-steg", "", situation.NEXT_HEADING, steps),
        ]

    @part(situation.FIGURES_NAV, file=ANNEX)
    def fler_siffror(self) -> list[Section]:
        """Figures for those who want to check or go on: among all kommuner, months, rates alone, more offences."""
        u = self.u
        more = [f for f in u.count_findings if f.offence.chapter == "sol"]
        sections = [
            measures_section(list(u.survey_findings), u, key="trygghetsfragor") if u.survey_findings else None,
            among_all_section(u),
            alike_rates_section(u),
            more_section(more, u) if more else None,
            months_section(u),
            rates_only_section(u),
        ]
        return [section for section in sections if section]

    @part(faq.NAV, file=ANNEX)
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

    @part(method.HEADING, file=ANNEX)
    def metod(self) -> list[Section]:
        """Method and sources."""
        u = self.u
        items = method.definitions(
            u.kommun,
            u.count_findings,
            u.survey_findings,
            pool_areas=len(u.total_rates) - 1,
        )
        if said := situation.chosen(u):
            items.append((situation.CHOSEN, said))
        items += [(words.SIGNS, words.signs()), (words.CONTACT, method.contact(u.texts))]
        section = Section("metod", "", method.HEADING, [Definitions(items)], style="metod")
        return [section]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return annex.page_foot(self.u.kommun, self.report_year)

    def made_of(self) -> dict[str, Any]:
        known = dict(self.u.knowledge.digests)
        return made_of_underlag(self.u) | ({"est": known} if known else {})

    def tables(self) -> dict[str, Released]:
        return tables_beside(self.u)

    def appendix_lead(self, tables: Sequence[str]) -> list[Block]:
        return [*super().appendix_lead(tables), *tables_on_page(self.u)]

    def __repr__(self) -> str:
        return f"Lagesbild(kommun={self.u.kommun.code!r}, year={self.u.year!r})"

    def notice(self) -> str:
        """What has happened since, and what the kommun itself has seen that sticks out."""
        return " ".join(
            filter(
                None,
                (
                    front.notice(self.u.quarter_finding),
                    own_words.sticks_out(self.u.knowledge),
                    figure_words.sticks_out(traffic_of(self.u.knowledge.figures)[1]),  # controls and speed are no crime
                ),
            )
        )

    @functools.cached_property
    def county(self) -> Figure | None:
        """The map of the län, which stands in the report and in the decision version."""
        return county_figure(self.u)

    @functools.cached_property
    def highlights(self) -> list[Highlight]:
        """What sticks out, or that nothing does; with room left also how many offences are too few to judge."""
        u = self.u
        found = selection.highlights(u)
        first_answer = next((f for f in found if f in u.survey_findings), None)
        told = [highlight(f, calm=f is first_answer) for f in found]
        few = [f for f in selection.count_problems(u) if f.few]
        if len(told) < selection.MAX_HIGHLIGHTS and len(few) >= selection.MANY_FEW:
            text = front.too_few(len(few), len(selection.count_problems(u)), means=any(f.pooled for f in few))
            told.append(Highlight(front.TOO_FEW, None, text))
        return told if found else [self._nothing(), *told]

    def _nothing(self) -> Highlight:
        """What the first page says when no number sticks out."""
        problems = selection.count_problems(self.u)
        text = front.nothing_sticks_out(
            problems=bool(problems),
            judged=any(f.judgement.q_value == f.judgement.q_value for f in problems),
            surveys=bool(self.u.survey_findings),
        )
        return Highlight("", None, text)

    def lead(self) -> str:
        """The first paragraph of the report and of the decision version."""
        return front.lead(self.u.total, self.u.kommun, rest_of_lan=self.u.rest_of_lan)

    def _overview(self) -> Table:
        """The table of the first page."""
        counts, surveys = selection.first_page(self.u)
        caption = front.overview_caption(len(counts) + len(surveys), self.u.kommun)
        return overview_table(counts, surveys, self.u, caption=caption)

    # ---- the files beside the report -----------------------------------------------------------------------------------

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        own = self.masthead()
        found = {"": FileHead(self.title, self.foot, own, lengths.others(REPORT))}
        mastheads = {
            DECISION: dataclasses.replace(own, title=decision_words.title(self.u), facts=decision_words.facts(self.u)),
            ANNEX: dataclasses.replace(own, title=lengths.annex_title(self.u.kommun)),
        }
        for file, masthead in mastheads.items():
            name = lengths.TITLES[file]
            found[file] = FileHead(
                f"{name}: {self.title[:1].lower()}{self.title[1:]}",
                f"{name} · {self.foot}",
                dataclasses.replace(masthead, kicker=f"{name} · {masthead.kicker}"),
                lengths.others(file),
            )
        return found

    # ---- building blocks ---------------------------------------------------------------------------------------------

    def masthead(self) -> Masthead:
        u = self.u
        retrieved = max(s.retrieved for s in u.snapshots.values())
        return Masthead(
            organisation=words.organisation(u.kommun),
            notice=situation.draft_notice(u.texts, [r.short for r in self.requirements if r.state != "finns"]),
            kicker=situation.kicker(self.report_year),
            title=situation.title(u),
            facts=situation.masthead_facts(u, retrieved),
        )
