"""The page for the meeting of the råd: two sheets, and an appendix with what has no room on them.

r = rad.load(data="min mapp", sedan="2026-09-10", mote="2026-12-08")
r.forstasida()
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kunskapsbaserat.catalogue import releases
from kunskapsbaserat.report.document import Document, FileHead, from_notebook, heads_with_annex, part
from kunskapsbaserat.report.documents.rad import material as rad_material
from kunskapsbaserat.report.documents.rad import sections
from kunskapsbaserat.report.documents.rad.material import Material
from kunskapsbaserat.report.documents.rad.words import page as text
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Definitions, FirstPage, Masthead, Section
from kunskapsbaserat.report.statements import meeting
from kunskapsbaserat.report.statements.appendix import made_of_underlag
from kunskapsbaserat.report.statements.meeting_blocks import RULE
from kunskapsbaserat.swedish import day


@from_notebook
def load(*, kommun: object = None, data: str | Path | None = None, sedan: object = None, mote: object = None) -> Rad:
    """The page for the råd of a kommun.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path, optional
        The kommun's folder: its plan, ``moten.xlsx`` (`kunskap ny --moten`) and EST, as far as there are any. Without it the
        invented plan for Borlänge is shown, and for the others what the figures say alone.
    sedan : date or str, optional
        The day of the meeting before, as 2026-09-10; default that of the page kept in the folder, else the plan's.
    mote : date or str, optional
        The day of the meeting; default that of the newest figures.

    Raises
    ------
    UnknownKommun, FileError
        There is no such kommun, or the folder is another's.
    OptionError
        A day is no day, or `sedan` is not before the meeting.
    PlanError, FormError, TableError, PersonalDataError, FileLocked
        A workbook in the folder has faults, seems to hold personal data, or is open.
    """
    return Rad(rad_material.load(kommun, data=data, sedan=sedan, mote=mote))


class Rad(Document):
    """The parts of the page for the råd."""

    name = "rad"
    appendix_file = text.ANNEX
    lists_inputs = False

    def __init__(self, material: Material) -> None:
        self.m = material
        self.contents = sections.Contents(material)

    @property
    def title(self) -> str:
        return meeting.page_title(self.m.work, text.title(self.m.work.kommun, self.m))

    @property
    def invented(self) -> str:
        return meeting.invented(self.m.work)

    @functools.cached_property
    def _first(self) -> tuple[FirstPage, sections.Choice]:
        return sections.first_sheet(self.contents, self.masthead())

    @functools.cached_property
    def _second(self) -> tuple[list[Section], sections.Shown]:
        return sections.second_sheet(self.contents)

    # ---- the parts -------------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead, what has changed, what to decide, and what is late."""
        return [Section("korthet", "", text.HEADING, [self._first[0]], style="kort")]

    @part(text.TOPICS["forslag"])
    def andra_sidan(self) -> list[Section]:
        """The second sheet: proposals with reason and owner, changes, dates."""
        return self._second[0]

    @part(text.TOPICS["bilaga"], file=text.ANNEX)
    def allt(self) -> list[Section]:
        """The tables that have no room on the sheets, whole."""
        return [sections.left_out(self.contents, self._first[1], self._second[1])]

    @part(text.TOPICS["metod"], file=text.ANNEX)
    def metod(self) -> list[Section]:
        """By which rules."""
        items = text.method(self.m, RULE)
        return [Section("metod", "", text.TOPICS["metod"], [Definitions(items)], style="metod")]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.m.work.kommun, self.m)

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        report, annex = text.LINKS
        return heads_with_annex(self.masthead(), title=self.title, foot=self.foot, report=report, annex=annex)

    def nav(self) -> list[list[str]]:
        return [[s.id, s.topic or s.heading] for s in self.andra_sidan().sections]

    def made_of(self) -> dict[str, Any]:
        w, before = self.m.work, self.m.earlier
        kept = {
            "day": w.day.isoformat(),
            "since": before.day.isoformat(),
            "how": before.how.value,
            "states": {a.id: a.lage.value for a in w.measures},
        }
        return made_of_underlag(self.m.u) | {
            "meeting": kept,
            "own": dict(sorted(w.sha256.items())),
            "releases": releases.version(),
        }

    def masthead(self) -> Masthead:
        m = self.m
        return Masthead(
            organisation=words.organisation(m.work.kommun),
            notice=self.invented or meeting.WORKING_PAPER,
            kicker=text.KICKER,
            title=text.title(m.work.kommun, m),
            facts=[("Läget", day(m.work.day)), ("Sedan", day(m.earlier.day))],
        )

    def __repr__(self) -> str:
        return f"Rad(kommun={self.m.work.kommun.code!r}, day={self.m.work.day.isoformat()!r})"
