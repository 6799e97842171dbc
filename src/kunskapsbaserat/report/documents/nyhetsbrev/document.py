"""One page of news for a county.

n = nyhetsbrev.load(lan="Blekinge")
n.forstasida()
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kunskapsbaserat.catalogue import evidens, releases
from kunskapsbaserat.report.document import Document, FileHead, from_notebook, heads_with_annex, part
from kunskapsbaserat.report.documents.nyhetsbrev import material as news_material
from kunskapsbaserat.report.documents.nyhetsbrev.material import Material
from kunskapsbaserat.report.documents.nyhetsbrev.words import page as text
from kunskapsbaserat.report.page.blocks import Column, Definitions, FirstPage, Highlight, Masthead, Section, Table
from kunskapsbaserat.report.page.sheet import has_room
from kunskapsbaserat.report.statements import appendix
from kunskapsbaserat.report.statements.common_blocks import plain_table
from kunskapsbaserat.swedish import day

MOST_STUDIES, MOST_DATES = 3, 5


@from_notebook
def load(*, lan: object = None, sedan: object = None) -> Nyhetsbrev:
    """The newsletter of one län.

    Parameters
    ----------
    lan : str
        Name or code; required.
    sedan : date or str, optional
        The day of the newsletter before; default three months before the newest figures.

    Raises
    ------
    OptionError
        `lan` is missing or no län is called so, or the day is no day.
    """
    return Nyhetsbrev(news_material.load(lan, sedan=sedan))


class Nyhetsbrev(Document):
    """The parts of the newsletter."""

    name = "nyhetsbrev"
    appendix_file = text.ANNEX

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        return text.title(self.m)

    @part()
    def forstasida(self) -> list[Section]:
        """The page."""
        for studies in range(MOST_STUDIES, -1, -1):
            page = self._page(studies)
            if has_room(page, self.masthead()):
                break
        return [Section("korthet", "", text.HEADING, [page], style="kort")]

    @part(text.METHOD, file=text.ANNEX)
    def metod(self) -> list[Section]:
        """By which rules."""
        return [Section("metod", "", text.METHOD, [Definitions(text.method(self.m))], style="metod")]

    def _page(self, studies: int) -> FirstPage:
        m = self.m
        found = [Highlight(text.YEAR, None, text.year(m)), Highlight(text.QUARTER, None, text.quarter(m))]
        found += [Highlight(text.TRYGGHET, None, said)] if (said := text.trygghet(m)) else []
        found += [Highlight(text.about(e), None, text.study(e)) for e in m.research[:studies]]
        return FirstPage(
            heading=text.HEADING,
            lead=text.lead(m),
            notice="",
            highlights_heading=text.NEWS,
            highlights=found,
            decide_heading=text.DATES,
            decide=[text.when(one) for one in m.expected[:MOST_DATES]],
            remaining_heading=text.MORE,
            remaining=text.more(m),
            remaining_link=None,
            marks_heading="",
            marks=(),
            overview=figures_table(m),
        )

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.m)

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        report, annex = text.LINKS
        return heads_with_annex(self.masthead(), title=self.title, foot=self.foot, report=report, annex=annex)

    def made_of(self) -> dict[str, Any]:
        m = self.m
        return {
            "catalogue": releases.version(),
            "evidence": evidens.version(),
            "parameters": {"lan": m.lan.code, "sedan": m.since.isoformat()},
            "inputs": appendix.inputs_of({one.name: one.about for one in m.figures}),
        }

    def masthead(self) -> Masthead:
        return Masthead(self.m.lan.name, text.NOTICE, text.KICKER, text.title(self.m), ())

    def __repr__(self) -> str:
        return f"Nyhetsbrev(lan={self.m.lan.code!r})"


def figures_table(m: Material) -> Table:
    """Each source: how far its figures reach, when they were fetched, whose they are, and whether they are new."""
    rows = [
        [text.NAMES[one.name], text.reach(one), day(one.about.retrieved), one.about.publisher, text.is_new(one)]
        for one in m.figures
    ]
    heads = text.HEADS
    return plain_table(
        pd.DataFrame(rows, columns=list(heads)),
        [list(row) for row in rows],
        [Column(heads[0]), *(Column(head, phone=head) for head in heads[1:])],
        caption=text.CAPTION,
        name="siffror",
        contents="description",
        sources=["scb"],
        layout="cards",
    )
