"""The follow-up of 6 § lag (2023:196): one method a part, in the order of the notebook template.

    uf = uppfoljning.load(kommun="Borlänge")
    uf.forstasida()

Three lengths come from one run: the full page, one page for fullmäktige, and a version for the residents; beside them what an
application for a state grant needs.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.documents.lagesbild import appendix
from kunskapsbaserat.report.documents.lagesbild.appendix import Appendix
from kunskapsbaserat.report.documents.lagesbild.words import situation
from kunskapsbaserat.report.documents.uppfoljning import material as followup_material
from kunskapsbaserat.report.documents.uppfoljning import pages as followup_pages
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.sections import (
    IN_TABLE,
    back_section,
    chain_section,
    duties_section,
    goal_highlights,
    goals_sections,
    goals_table,
    measures_sections,
    next_section,
    promises_section,
    side_section,
)
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals, measures
from kunskapsbaserat.report.page.blocks import (
    Block,
    Definitions,
    FirstPage,
    Link,
    Masthead,
    Paragraph,
    Part,
    Section,
    built_once,
)
from kunskapsbaserat.report.statements import annex, method
from kunskapsbaserat.swedish import years


def load(*, kommun: object = None, year: int | None = None, data: str | Path | None = None) -> Uppfoljning:
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
    frame = table.frame
    return dataclasses.replace(table, frame=frame.drop(columns="suppressed")) if frame["suppressed"].isna().all() else table


class Uppfoljning:
    """The parts of a follow-up for one kommun."""

    template = "uppfoljning"

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        start = f"{followup.EXAMPLE_SHORT}: " if self.m.plan.example else ""
        return f"{start}{followup.title(self.m.u.kommun, self.m.plan.organisation)}"

    # ---- the parts -------------------------------------------------------------------------------------------------

    @built_once
    def forstasida(self) -> Part:
        """Masthead and the page for fullmäktige."""
        m = self.m
        missing = followup.remaining(m.empty_places, m.loose, m.duties)
        page = FirstPage(
            heading=followup.KORTHET,
            lead=f"{measures.count_line(m.plan.atgarder)} {goals.count_line(m.outcomes)}",
            notice="",
            highlights_heading=followup.GOALS_HEADING,
            highlights=goal_highlights(m),
            decide_heading=followup.DECIDE,
            decide=followup.decisions(m.plan, m.outcomes, m.unseen),
            remaining_heading=followup.REMAINING,
            remaining=missing,
            remaining_link=Link(followup.SEE, "bedomning"),
            marks_heading=followup.MARKS,
            marks=followup.MARKS_EXPLAINED,
            overview=goals_table(m, most=IN_TABLE),
        )
        section = Section(id="korthet", topic="", heading=followup.KORTHET, blocks=[page], style="kort")
        return Part("forstasida", "", [section], masthead=self.masthead())

    @built_once
    def kedjan(self) -> Part:
        """From problem to goal, and what hangs loose."""
        return Part("kedjan", followup.TOPIC_CHAIN, [chain_section(self.m)])

    @built_once
    def atgarderna(self) -> Part:
        """What was done: dose, reach, fidelity, cost and evidence of every measure."""
        return Part("atgarder", followup.TOPIC_MEASURES, measures_sections(self.m))

    @built_once
    def malen(self) -> Part:
        """How it went with every goal, with its figure."""
        return Part("malen", followup.TOPIC_GOALS, goals_sections(self.m))

    @built_once
    def bieffekter(self) -> Part:
        """Side effects, displacement, and what has changed without the plan."""
        return Part("bieffekter", followup.TOPIC_SIDE, [side_section(self.m)])

    @built_once
    def lagen(self) -> Part:
        """The duties of the act: done, due, overdue."""
        return Part("lagen", followup.TOPIC_DUTIES, [duties_section(self.m)])

    @built_once
    def bedomning(self) -> Part:
        """Continue, change or stop, and the kommun's own words."""
        return Part("bedomning", followup.TOPIC_NEXT, [next_section(self.m)])

    @built_once
    def aterblick(self) -> Part:
        """What the last lägesbild said, and how it went."""
        return Part("aterblick", followup.TOPIC_BACK, [back_section(self.m)])

    @built_once
    def medborgarloften(self) -> Part:
        """Promise by promise."""
        return Part("loften", followup.TOPIC_PROMISES, [promises_section(self.m)])

    @built_once
    def metod(self) -> Part:
        """How all this is known."""
        items = followup.method(self.m.plan, self.m.outcomes)
        items += [(situation.SIGNS, situation.signs()), (situation.CONTACT, method.contact(self.m.u.texts))]
        section = Section("metod", "", method.HEADING, [Definitions(items)], style="metod")
        return Part("metod", method.HEADING, [section])

    def parts(self) -> list[Part]:
        """All parts but the appendix, in order."""
        return [
            self.forstasida(),
            self.kedjan(),
            self.atgarderna(),
            self.malen(),
            self.bieffekter(),
            self.lagen(),
            self.bedomning(),
            self.aterblick(),
            self.medborgarloften(),
            self.metod(),
        ]

    def bilagor(self) -> Appendix:
        """The tables, the disclosure log, the manifest and the shorter versions; the last cell of the template."""
        m, parts = self.m, self.parts()
        files = {t.name: _bare(t) for t in appendix.released_in(parts)} | followup_pages.grant_files(m)
        log = list(dict.fromkeys(entry for t in files.values() for entry in t.log))
        manifest = appendix.manifest_of(
            m.u,
            self.template,
            plan={"sha256": m.plan.sha256, "example": m.plan.example, "as_of": m.as_of.isoformat()},
            evidence=evidens.version(),
        )
        blocks: list[Block] = [Paragraph(followup.appendix_lead(list(files)))]
        blocks += [appendix.log_table(log), appendix.inputs_table(manifest), Definitions(annex.reproduction(manifest))]
        section = Section("bilagor", annex.TOPIC, annex.HEADING, blocks, style="bilaga")
        files["rojandelogg"] = Released("rojandelogg", pd.DataFrame([dataclasses.asdict(e) for e in log]), ())
        record = {
            "title": self.title,
            "foot": followup.foot(m.u.kommun, m.plan, followup.FULL),
            "nav": [[p.sections[0].id, p.nav] for p in parts if p.nav] + [["bilagor", annex.NAV]],
            "tables": {name: appendix.csv_of(t) for name, t in files.items()},
            "figures": sum(len(p.figures()) for p in parts),
            "manifest": manifest,
            "pages": followup_pages.pages(self),
        }
        return Appendix(Part("bilagor", annex.NAV, [section]), record)

    def masthead(self, title: str | None = None, kicker: str | None = None) -> Masthead:
        """The head of a page; every one of the invented plan's says that it is an example."""
        u, counts, asked = self.m.u, self.m.u.count_findings, self.m.u.survey_findings
        to = str(max(f.last_year for f in counts)) if counts else "inga brottstyper"
        surveys = years(min(f.first_survey for f in asked), max(f.last_survey for f in asked)) if asked else ""
        return Masthead(
            organisation=situation.organisation(u.kommun),
            notice=followup.EXAMPLE if self.m.plan.example else followup.draft(u.texts),
            kicker=kicker or followup.kicker(),
            title=title or followup.title(u.kommun, self.m.plan.organisation),
            facts=followup.facts(self.m.plan, self.m.as_of, to, surveys),
        )

    def __repr__(self) -> str:
        return f"Uppfoljning(kommun={self.m.u.kommun.code!r}, plan={self.m.plan.organisation.plan_fran.year})"

    def _repr_html_(self) -> str:
        from kunskapsbaserat.report.page import html

        return html.notebook_head(self.title)
