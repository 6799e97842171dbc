"""The lägesbild of 4 § lag (2023:196): one method a part, in the order of the notebook template.

    lb = lagesbild.load(kommun="Borlänge")
    lb.forstasida()

Each method returns a `Part` that shows itself in a notebook and is what the exporter puts on the page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report import appendix, underlag
from kunskapsbaserat.report.blocks import (
    Answer,
    Answers,
    Blank,
    Block,
    Bullets,
    Cell,
    Column,
    Definitions,
    FigureRow,
    FirstPage,
    Highlight,
    Link,
    Mark,
    Masthead,
    Note,
    OwnText,
    Paragraph,
    Part,
    Section,
    Stacked,
    Table,
)
from kunskapsbaserat.report.figures import county_figure
from kunskapsbaserat.report.findings import CountFinding, SurveyFinding
from kunskapsbaserat.report.sections import (
    count_section,
    counts_overview,
    first_page_table,
    measures_table,
    own_section,
    plain_table,
    survey_section,
)
from kunskapsbaserat.report.step import Step
from kunskapsbaserat.report.text import (
    analysis,
    faq,
    front,
    labels,
    law,
    method,
    numbers,
    reported,
    situation,
    survey,
    words,
)
from kunskapsbaserat.report.underlag import Underlag
from kunskapsbaserat.trends import Change

# The areas of the first page, in this order; a säkerställd change outside the list is added to it.
FIRST_PAGE = (
    "bostadsinbrott",
    "vald_nara_relation_kvinna",
    "vald_offentlig_vuxna",
    "skadegorelse",
    "bilbrott",
    "narkotika",
    "ran_unga",
)
FIRST_PAGE_ROWS = 10
HEADLINE_MEASURE = "otrygg_kvall"
CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
DIFFERS = (Comparison.HOGRE, Comparison.LAGRE)


def load(*, kommun: object, year: int | None = None) -> Lagesbild:
    """The lägesbild of one kommun, from the embedded figures.

    Parameters
    ----------
    kommun : str
        Name or code; required.
    year : int, optional
        Last year of reported offences to use; default the latest.

    Raises
    ------
    UnknownKommun
        `kommun` is missing or no kommun is called so.
    """
    return Lagesbild(underlag.load(kommun, year=year))


def _once(method: Callable[[Lagesbild], Part]) -> Callable[[Lagesbild], Part]:
    """A part is built once: the appendix lists the tables of all parts already shown."""

    @functools.wraps(method)
    def part(self: Lagesbild) -> Part:
        if method.__name__ not in self._built:
            self._built[method.__name__] = method(self)
        return self._built[method.__name__]

    return part


class Lagesbild:
    """The parts of a lägesbild for one kommun."""

    template = "lagesbild"

    def __init__(self, material: Underlag) -> None:
        self.u = material
        self._built: dict[str, Part] = {}

    @property
    def title(self) -> str:
        return situation.page_title(self.u.kommun, self.report_year)

    @property
    def report_year(self) -> int:
        """The year of the newest snapshot: the clock never decides what a report says."""
        return max(s.retrieved for s in self.u.snapshots.values()).year

    @functools.cached_property
    def _requirements(self) -> list[law.Requirement]:
        counts, surveys = self.u.count_findings, self.u.survey_findings
        return law.requirements(
            offences=len(counts),
            counts_years=(min(min(f.counts) for f in counts), max(f.last_year for f in counts)) if counts else None,
            measures=len(surveys),
            survey_years=(min(min(f.kommun) for f in surveys), max(f.last_year for f in surveys)) if surveys else None,
            total_year=self.u.total_year,
        )

    # ---- the parts -------------------------------------------------------------------------------------------------

    @_once
    def forstasida(self) -> Part:
        """Masthead and the page to read aloud."""
        u, total = self.u, self.u.count("totalt")
        missing = [r.short for r in self._requirements if r.state != "finns"]
        counts, surveys = self._first_page_findings()
        if total:
            lead = front.lead(total, u.kommun, rest_of_lan=u.rest_of_lan)
            overview = first_page_table(
                counts,
                surveys,
                u,
                caption=front.overview_caption(len(counts) + len(surveys), u.kommun),
                scope=front.overview_scope(total.judgement.latest, total.judgement.earlier, min(total.counts)),
            )
        else:
            own = u.total_rates[u.kommun.code]
            band = u.total_band(u.total_group.members) if u.total_group.members else None
            lead = front.lead_without_figures(u.kommun, own, u.total_year, band, u.total_group)
            overview = self._total_table()
        highlights = self._highlights()
        page = FirstPage(
            heading=front.HEADING,
            lead=lead,
            notice=front.notice(total.last_year if total else None, u.total_year),
            highlights_heading=front.STICKS_OUT,
            highlights=highlights or [Highlight("", None, front.nothing_sticks_out(total is not None))],
            decide_heading=front.DECIDE,
            decide=front.decisions(self._count_problems(), self._survey_problems()),
            remaining_heading=front.REMAINING,
            remaining=front.remaining(missing),
            remaining_link=Link(front.SEE_MISSING, "lagens-krav") if missing else None,
            marks_heading=front.MARKS,
            marks=[(Mark(kind, name), text) for kind, name, text in words.MARKS_EXPLAINED],
            overview=overview,
        )
        section = Section(id="korthet", topic="", heading=front.HEADING, blocks=[page], style="kort")
        return Part("forstasida", "", [section], masthead=self._masthead())

    @_once
    def kommunen(self) -> Part:
        """Kommunen i korthet: size, group, comparison, map."""
        u = self.u
        blocks: list[Block] = []
        facts = Definitions(situation.kommun_facts(u))
        figure = county_figure(u)
        if figure:
            blocks.append(FigureRow(figure, [Paragraph(situation.map_paragraph(u)), facts]))
        else:
            blocks += [Paragraph(situation.map_paragraph(u)), facts]
        blocks.append(self._own("kommunen"))
        section = Section("kommunen", situation.KOMMUN_TOPIC, situation.kommun_heading(u), blocks)
        return Part("kommunen", situation.KOMMUN_TOPIC, [section])

    @_once
    def underlag(self) -> Part:
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
        wanted = situation.wanted_files(u)
        missing = plain_table(
            pd.DataFrame(wanted, columns=["vad", "fil", "var"]),
            [[str(cell) for cell in row] for row in wanted],
            [Column(head, phone=head) for head in situation.WANTED_HEADS],
            caption=situation.WANTED_CAPTION,
            name="filer_som_saknas",
            contents="description",
            sources=["scb"],
            layout="cards",
        )
        blocks: list[Block] = [Paragraph(situation.reliability(u), lead=True), table, missing]
        section = Section("underlag", situation.UNDERLAG_TOPIC, situation.underlag_heading(u), blocks)
        return Part("underlag", situation.UNDERLAG_TOPIC, [section])

    @_once
    def omfattning(self) -> Part:
        """Kartläggning, first half: the extent of crime, by type."""
        u = self.u
        sections: list[Section] = []
        if not u.count_findings:
            sections.append(self._total_only())
        for f in u.count_findings:
            if f.offence.chapter in situation.OFFENCE_TOPICS:
                sections.append(count_section(f, u, topic=situation.extent_topic(f)))
        if children := [f for f in u.count_findings if f.offence.chapter == "barn"]:
            sections.insert(self._after(sections, "nara"), self._children(children))
        for chapter, topic in situation.SURVEY_EXTENT.items():
            if found := [f for f in u.survey_findings if f.measure.chapter == chapter]:
                sections.append(self._measures(chapter, topic, found))
        unseen: list[Block] = [self._own(key) for key in ("plats_och_tid", "grov_brottslighet", "hatbrott")]
        sections.append(Section("det-som-inte-syns", situation.EXTENT_TOPIC, situation.UNSEEN_HEADING, unseen))
        return Part("omfattning", situation.EXTENT_NAV, sections)

    @_once
    def konsekvenser(self) -> Part:
        """Kartläggning, second half: consequences, insecurity first."""
        u = self.u
        sections = []
        if headline := u.measure(HEADLINE_MEASURE):
            sections.append(
                survey_section(headline, u, topic=situation.CONSEQUENCES_TOPIC, questions=situation.INSECURITY_QUESTIONS)
            )
        for chapter, topic in situation.SURVEY_CONSEQUENCES.items():
            found = [f for f in u.survey_findings if f.measure.chapter in chapter.split("+") and f is not headline]
            if found:
                sections.append(self._measures(chapter.split("+")[0], topic, found))
        sections.append(own_section("konsekvenser", topic=situation.CONSEQUENCES_TOPIC))
        return Part("konsekvenser", situation.CONSEQUENCES_NAV, sections)

    @_once
    def annan_information(self) -> Part:
        """Part 2 of 4 §: only the kommun can write it."""
        return Part("annan", situation.OTHER_NAV, [own_section("annan_information", topic=situation.OTHER_TOPIC)])

    @_once
    def analys(self) -> Part:
        """Part 3 of 4 §: do the sources agree, what is proposed, why."""
        u = self.u
        sections = []
        if u.count_findings and u.survey_findings:
            sections.append(Section("kallorna", analysis.TOPIC, analysis.SOURCES_HEADING, [self._triangulation()]))
        if u.count_findings:
            sections.append(self._priorities())
        weighing: list[Block] = [self._own(key) for key in ("orsaker", "analys")]
        sections.append(Section("orsaker", analysis.TOPIC, analysis.WEIGHING_HEADING, weighing))
        return Part("analys", analysis.NAV, sections)

    @_once
    def slutsatser(self) -> Part:
        """What the åtgärdsplan has to take up, what is not known, and a look back."""
        problems = self._problems()
        blocks: list[Block] = []
        if problems:
            blocks += [Paragraph(analysis.PLAN_LEAD), Definitions(analysis.problem_list(problems))]
        blocks += [Bullets(analysis.gaps(u=self.u), heading=analysis.GAPS), self._own("slutsatser")]
        return Part(
            "slutsatser",
            analysis.CONCLUSIONS_NAV,
            [
                Section("slutsatser", analysis.CONCLUSIONS_TOPIC, analysis.conclusions_heading(len(problems)), blocks),
                own_section("aterblick", topic=analysis.CONCLUSIONS_TOPIC),
            ],
        )

    @_once
    def lagens_krav(self) -> Part:
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
        return Part("lagen", analysis.LAW_NAV, [section])

    @_once
    def vanliga_fragor(self) -> Part:
        """Svar på vanliga frågor: what may be said, what may not, why."""
        u = self.u
        found = faq.answers(
            u.kommun,
            u.count_findings,
            u.survey_findings,
            total_rate=u.total_rates[u.kommun.code],
            total_year=u.total_year,
            median_rate=u.total_band(tuple(u.total_rates)).median,
            kommuner_with_counts=len(u.group.members) + 1,
        )
        block = Answers([Answer(*a) for a in found], faq.MAY, faq.MAY_NOT, faq.WHY)
        section = Section("fragor", faq.TOPIC, faq.HEADING, [Paragraph(faq.LEAD, lead=True), block])
        return Part("fragor", faq.NAV, [section])

    @_once
    def metod(self) -> Part:
        """Method and sources."""
        u = self.u
        items = method.definitions(
            u.kommun,
            u.group,
            u.count_findings,
            u.survey_findings,
            total_year=u.total_year,
            pool_areas=len(set(u.counts.loc[u.counts["area_level"] == "kommun", "area"]) - {u.kommun.code}),
        )
        items += [(situation.SIGNS, situation.signs()), (situation.CONTACT, method.contact())]
        section = Section("metod", "", method.HEADING, [Definitions(items)], style="metod")
        return Part("metod", method.HEADING, [section])

    def bilagor(self) -> appendix.Appendix:
        """All tables, the disclosure log and the manifest; the last cell of the template."""
        return appendix.build(self, self.parts())

    def parts(self) -> list[Part]:
        """All parts but the appendix, in order."""
        return [
            self.forstasida(),
            self.kommunen(),
            self.underlag(),
            self.omfattning(),
            self.konsekvenser(),
            self.annan_information(),
            self.analys(),
            self.slutsatser(),
            self.lagens_krav(),
            self.vanliga_fragor(),
            self.metod(),
        ]

    def __repr__(self) -> str:
        return f"Lagesbild(kommun={self.u.kommun.code!r}, year={self.u.year!r})"

    def _repr_html_(self) -> str:
        from kunskapsbaserat.report import html

        return html.notebook_head(self.title)

    # ---- building blocks ---------------------------------------------------------------------------------------------

    def _masthead(self) -> Masthead:
        u = self.u
        counts, surveys = u.count_findings, u.survey_findings
        retrieved = max(s.retrieved for s in u.snapshots.values())
        return Masthead(
            organisation=situation.organisation(u.kommun),
            notice=situation.DRAFT_NOTICE,
            kicker=situation.kicker(self.report_year),
            title=situation.title(u.kommun),
            facts=situation.masthead_facts(counts, surveys, u.total_year, retrieved),
        )

    def _first_page_findings(self) -> tuple[list[CountFinding], list[SurveyFinding]]:
        """About eight areas: the fixed list, and every säkerställd change that is not on it."""
        surveys = [f for f in [self.u.measure(HEADLINE_MEASURE)] if f]
        fixed = [f for key in FIRST_PAGE if (f := self.u.count(key))]
        extra = [
            f for f in self.u.count_findings if f.judgement.change in CERTAIN and f not in fixed and f.offence.id != "totalt"
        ]
        room = FIRST_PAGE_ROWS - len(surveys) - len(extra)
        kept = [f for f in fixed if f.judgement.change in CERTAIN]
        for f in fixed:
            if f not in kept and len(kept) < room:
                kept.append(f)
        return [f for f in self.u.count_findings if f in kept or f in extra], surveys

    def _highlights(self) -> list[Highlight]:
        """At most three: insecurity when it differs, säkerställda changes, then what lies highest over the comparison."""
        u = self.u
        found: list[Highlight] = []
        differs = [f for f in u.survey_findings if f.comparison in DIFFERS or f.change in CERTAIN]
        differs.sort(key=lambda f: (f.key != HEADLINE_MEASURE, -abs(self._above_lan(f))))
        if differs and differs[0].key == HEADLINE_MEASURE:
            found.append(self._survey_highlight(differs.pop(0)))
        changed = [f for f in u.count_findings if f.judgement.change in CERTAIN and f.offence.id != "totalt"]
        changed.sort(key=lambda f: (f.judgement.change is not Change.SAKERSTALLD_OKNING, f.judgement.q_value, f.key))
        found += [Highlight(reported.topic(f), Mark(*reported.chip(f)), reported.highlight(f)) for f in changed]
        found += [self._survey_highlight(f) for f in differs]
        over = [
            f
            for f in self._count_problems()
            if f.position is Position.OVER and f not in changed and not f.offence.detection_driven
        ]
        over.sort(key=lambda f: (-self._distance(f), f.key))
        found += [Highlight(reported.topic(f), Mark(*reported.chip(f)), reported.highlight(f)) for f in over]
        return found[:3]

    @staticmethod
    def _distance(f: CountFinding) -> float:
        """How many times the upper quartile the rate is."""
        rate = f.pooled.rate if f.few and f.pooled else f.rate
        return rate / max(f.band.upper, 1.0) if f.band else 0.0

    @staticmethod
    def _survey_highlight(f: SurveyFinding) -> Highlight:
        kind, text = words.COMPARISON[f.comparison]
        if f.comparison not in DIFFERS:
            kind, text = words.CHANGE[f.change]
        return Highlight(f.measure.short, Mark(kind, text.format(other="länet")), survey.highlight(f))

    def _own(self, key: str) -> OwnText:
        place = law.PLACES[key]
        return OwnText(place.key, place.heading, place.questions)

    @staticmethod
    def _after(sections: Sequence[Section], chapter: str) -> int:
        """Index after the last section about partner violence, where children follow."""
        ids = [s.id for s in sections]
        return max((i + 1 for i, key in enumerate(ids) if key.startswith(f"vald_{chapter}")), default=len(ids))

    def _children(self, found: Sequence[CountFinding]) -> Section:
        u = self.u
        table = counts_overview(
            found,
            u,
            caption=situation.children_caption(u.kommun),
            scope=front.overview_scope(found[0].judgement.latest, found[0].judgement.earlier, min(found[0].counts)),
        )
        blocks: list[Block] = [
            Paragraph(situation.children_paragraph(found)),
            table,
            Note(words.SA_LASER_DU, situation.children_note()),
            OwnText("barn_och_unga", words.BEDOMNING, situation.CHILDREN_QUESTIONS),
        ]
        return Section("barn-och-unga", situation.EXTENT_TOPIC, situation.children_heading(found), blocks)

    def _measures(self, key: str, topic: tuple[str, str, str, str], found: Sequence[SurveyFinding]) -> Section:
        name, caption, note, heading = topic
        blocks: list[Block] = [
            Paragraph(situation.measures_paragraph(found, self.u.kommun)),
            measures_table(found, self.u, caption=caption),
            Note(words.SA_LASER_DU, note),
        ]
        return Section(key, name, situation.measures_heading(heading, found), blocks)

    def _total_table(self) -> Table:
        """For a kommun without figures by offence: its total against those of others."""
        u = self.u
        lan = tuple(k.code for k in kommuner.in_lan(u.kommun.lan_code) if k.code != u.kommun.code)
        rows: list[list[Cell]] = [[u.kommun.name, numbers.number(u.total_rates[u.kommun.code]), numbers.NOT_APPLICABLE]]
        records = [{"omrade": u.kommun.name, "rate": u.total_rates[u.kommun.code]}]
        wanted = [(situation.LIKNANDE_ROW.format(n=len(u.total_group.members)), u.total_group.members)]
        if len(lan) >= 2:
            wanted.append((situation.LAN_ROW.format(n=len(lan), lan=u.kommun.lan_short), lan))
        wanted.append((situation.ALL_ROW, tuple(u.total_rates)))
        for name, members in wanted:
            b = u.total_band(members)
            rows.append([Stacked(name, situation.MEDIAN_REMARK), numbers.number(b.median), numbers.limits(b.lower, b.upper)])
            records.append({"omrade": name, "rate": b.median})
        return plain_table(
            pd.DataFrame(records),
            rows,
            [
                Column(front.AREA),
                Column(front.RATE_HEAD, right=True, phone=front.RATE_HEAD),
                Column(labels.MIDDLE_HALF, right=True, phone=labels.MIDDLE_HALF),
            ],
            caption=situation.total_caption(u.kommun, u.total_year),
            name="totalt_jamforelse",
            contents="description",
            sources=["kolada"],
            source=method.total_source(u.total_year),
            layout="cards",
        )

    def _total_only(self) -> Section:
        u = self.u
        blocks: list[Block] = [
            Paragraph(situation.total_only_paragraph(u)),
            Note(words.SA_LASER_DU, situation.TOTAL_NOTE),
        ]
        blocks.append(appendix.groups_2013_table(u))
        return Section("totalt", situation.EXTENT_TOPIC, situation.total_only_heading(u), blocks)

    def _triangulation(self) -> Table:
        rows = analysis.triangulation(self.u)
        return plain_table(
            pd.DataFrame([r[:4] for r in rows], columns=["problem", "anmalda", "fragade", "samlat"]),
            [[r[0], r[1], r[2], r[3]] for r in rows],
            [Column(head, phone=head) for head in analysis.SOURCES_HEADS],
            caption=analysis.SOURCES_CAPTION,
            name="kallor_mot_varandra",
            contents="description",
            sources=["bra_indikatorer", "bra_ntu"],
            scope_line=analysis.SOURCES_SCOPE,
            layout="cards",
            source=front.overview_source(self.u.count_findings, self.u.survey_findings),
        )

    def _problems(self) -> list[tuple[str, Step]]:
        """Problems proposed for priority or watching, priority first, in catalogue order."""
        items = [(f.measure.short, f.step) for f in self._survey_problems()]
        items += [(f.facet.short, f.step) for f in self._count_problems()]
        wanted = [item for item in items if item[1] is not Step.AVVAKTA]
        return sorted(wanted, key=lambda item: item[1] is not Step.PRIORITERA)

    def _count_problems(self) -> list[CountFinding]:
        return [f for f in self.u.count_findings if f.offence.id not in ("totalt", "stold_totalt")]

    def _survey_problems(self) -> list[SurveyFinding]:
        """One problem a chapter: the headline measure always, else the one furthest above the län, if any is proposed."""
        found = []
        for chapter in dict.fromkeys(f.measure.chapter for f in self.u.survey_findings):
            inside = [f for f in self.u.survey_findings if f.measure.chapter == chapter]
            proposed = [f for f in inside if f.key == HEADLINE_MEASURE or f.step is not Step.AVVAKTA]
            if proposed:
                found.append(max(proposed, key=lambda f: (f.key == HEADLINE_MEASURE, self._above_lan(f))))
        return found

    @staticmethod
    def _above_lan(f: SurveyFinding) -> float:
        return f.share - f.lan.get(f.last_year, (f.share,))[0]

    def _priorities(self) -> Section:
        order = {Step.PRIORITERA: 0, Step.BEVAKA: 1, Step.AVVAKTA: 2}
        lines: list[tuple[Step, list[Cell]]] = []
        for s in self._survey_problems():
            kind, text = words.CHANGE[s.change]
            d = survey.decimals(s)
            cells: list[Cell] = [s.measure.short, analysis.share_of(s, d), Mark(kind, text), analysis.against_lan(s)]
            lines.append((s.step, cells))
        for f in self._count_problems():
            kind, text = words.CHANGE[f.judgement.change]
            where = words.POSITION[f.position] if f.position else numbers.MISSING
            lines.append((f.step, [f.facet.short, analysis.extent_of(f), Mark(kind, text), where]))
        lines.sort(key=lambda line: order[line[0]])
        blank = Blank(words.FYLLS_I)
        rows: list[list[Cell]] = [[*cells, blank, blank, Mark(step.value, words.STEP[step])] for step, cells in lines]
        table = plain_table(
            pd.DataFrame([(str(r[0]), step.value) for (step, r) in lines], columns=["problem", "forslag"]),
            rows,
            [Column(head, phone=head) for head in analysis.PRIORITY_HEADS],
            caption=analysis.PRIORITY_CAPTION,
            name="prioritering",
            contents="description",
            sources=["bra_indikatorer", "bra_ntu"],
            scope_line=words.STEP_RULE,
            layout="cards",
            source=front.overview_source(self.u.count_findings, self.u.survey_findings),
        )
        steps = [step for step, _ in lines]
        heading = analysis.priority_heading(steps.count(Step.PRIORITERA), steps.count(Step.BEVAKA))
        return Section("prioritering", analysis.TOPIC, heading, [Paragraph(analysis.PRIORITY_LEAD, lead=True), table])
