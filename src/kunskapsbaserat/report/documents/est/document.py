"""The EST report of one period: two pages for the group, one for the public, and the quarter's and the year's deepening.

e = est.load(data="min mapp")
e.forstasida()
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat import __version__
from kunskapsbaserat.data.est.folder import LEDGER
from kunskapsbaserat.disclosure import Released
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
    problems_section,
    quality_section,
    reporters_section,
    when_section,
)
from kunskapsbaserat.report.documents.est.words import deepening as est_deep
from kunskapsbaserat.report.documents.est.words import report as text
from kunskapsbaserat.report.documents.lagesbild import appendix
from kunskapsbaserat.report.documents.lagesbild.appendix import Appendix
from kunskapsbaserat.report.documents.lagesbild.words import situation
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Block, Definitions, FirstPage, Masthead, Paragraph, Part, Section, built_once
from kunskapsbaserat.report.statements import annex


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
        A day in the period, as 2026-11-15; default the period of the latest report.
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


class Est:
    """The parts of an EST report."""

    template = "est"

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        return text.page_title(self.m.kommun, self.m.span, self.m.rhythm)

    @built_once
    def forstasida(self) -> Part:
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
        return Part("forstasida", "", [section], masthead=self.masthead(text.INTERNAL))

    @built_once
    def andra_sidan(self) -> Part:
        """The second page: reporters, places, when, problems, measures, decisions, what is coming, the data."""
        m = self.m
        sections = [
            reporters_section(m),
            places_section(m),
            when_section(m),
            problems_section(m),
            measures_section(m),
            decisions_section(m),
            coming_section(m),
            quality_section(m),
        ]
        return Part("andra_sidan", text.TOPIC_REPORTERS, sections)

    @built_once
    def metod(self) -> Part:
        """How all this is known."""
        section = Section("metod", "", text.METHOD, [Definitions(text.method())], style="metod ej-utskrift")
        return Part("metod", text.METHOD, [section])

    def parts(self) -> list[Part]:
        """All parts but the appendix, in order."""
        return [self.forstasida(), self.andra_sidan(), self.metod()]

    def bilagor(self) -> Appendix:
        """The tables, the log and the manifest, the public version and the deepening; the last cell of the template.

        What the public version tells is noted in the folder's ledger, so that the next report cannot be subtracted from it.
        """
        m, parts = self.m, self.parts()
        public = est_pages.public(self)
        files = {t.name: t for t in appendix.released_in(parts)} | {t.name: t for t in appendix.released_in(public.parts)}
        log = list(dict.fromkeys(entry for t in files.values() for entry in t.log))
        manifest = self._manifest()
        blocks: list[Block] = [Paragraph(est_deep.appendix_lead(list(files)))]
        if held := est_public.held_back(m, public.ledger):
            blocks.append(Paragraph(est_deep.frozen(held, LEDGER)))
        blocks += [appendix.log_table(log), Definitions(annex.reproduction(manifest))]
        section = Section("bilagor", annex.TOPIC, annex.HEADING, blocks, style="bilaga ej-utskrift")
        files["rojandelogg"] = Released("rojandelogg", pd.DataFrame([asdict(e) for e in log]), ())
        record = {
            "title": self.title,
            "foot": text.foot(m.kommun, m.span, m.rhythm, text.INTERNAL),
            "nav": [[s.id, s.topic or s.heading] for s in self.andra_sidan().sections]
            + [["metod", text.METHOD], ["bilagor", annex.NAV]],
            "tables": {name: appendix.csv_of(t) for name, t in files.items()},
            "figures": sum(len(p.figures()) for p in parts),
            "manifest": manifest,
            "made_with": words.made_with(__version__, of=text.MADE_OF),
            "pages": {"offentlig.html": public.html, **est_pages.deepening(self)},
        }
        public.note()
        return Appendix(Part("bilagor", annex.NAV, [section]), record)

    def _manifest(self) -> dict[str, Any]:
        m = self.m
        made_of = {
            "template": self.template,
            "version": __version__,
            "catalogue": est_deep.catalogue_version(),
            "parameters": {"kommun": m.kommun.code, "period": m.span.start.isoformat(), "dagar": m.rhythm.days},
            "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(m.est.sha256.items())],
        }
        digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
        return made_of | {"digest": digest}

    def masthead(self, kind: str) -> Masthead:
        m = self.m
        return Masthead(
            organisation=situation.organisation(m.kommun),
            notice=f"{est_deep.stand_in_short(m)}{kind}",
            kicker=text.KICKER,
            title=text.title(m.kommun),
            facts=est_deep.facts(m),
        )

    def __repr__(self) -> str:
        return f"Est(kommun={self.m.kommun.code!r}, period={self.m.span.start.isoformat()!r})"

    def _repr_html_(self) -> str:
        from kunskapsbaserat.report.page import html

        return html.notebook_head(self.title)
