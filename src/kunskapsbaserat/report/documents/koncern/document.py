"""The koncern's losses: totals with and without the largest, month by month, by unit and type, and an agenda.

k = koncern.load(data="min mapp")
k.forstasida()
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.data.koncern import prices, sheets
from kunskapsbaserat.report.document import Document, from_notebook, part
from kunskapsbaserat.report.documents.koncern import material as koncern_material
from kunskapsbaserat.report.documents.koncern import sections
from kunskapsbaserat.report.documents.koncern.material import Material
from kunskapsbaserat.report.documents.koncern.words import page as text
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Definitions, Masthead, Paragraph, Section
from kunskapsbaserat.report.statements import meeting


@from_notebook
def load(*, kommun: object = None, data: str | Path | None = None) -> Koncern:
    """The koncern's losses.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path
        The kommun's folder with ``koncern.xlsx`` (`kunskap ny --koncern`), and its plan if there is one.

    Raises
    ------
    FileError
        No folder is given, there is no workbook, or nothing is filled in.
    FormError, PlanError, PersonalDataError, FileLocked
        A workbook has faults (all of them, with sheet and row), seems to hold personal data, or is open.
    """
    return Koncern(koncern_material.load(kommun, data=data))


class Koncern(Document):
    """The parts of the koncern's page."""

    name = "koncern"
    lists_inputs = False
    appendix_style = "bilaga ej-utskrift"

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        return text.title(self.m.work.kommun, self.m)

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead, the totals, and what to raise."""
        return [Section("korthet", "", text.HEADING, [sections.first_page(self.m)], style="kort")]

    @part(text.TOPICS["over_tid"])
    def over_tid(self) -> list[Section]:
        """Month by month with the limits of usual variation, with and without the largest loss."""
        if self.m.too_few:
            return [Section("over-tid", text.TOPICS["over_tid"], text.TOO_FEW, [Paragraph(text.TOO_FEW)])]
        return [sections.time_section(self.m)]

    @part(text.TOPICS["enheterna"])
    def enheterna(self) -> list[Section]:
        """Units, förvaltningar and bolag, as they may be shown."""
        return [sections.units_section(self.m)]

    @part(text.TOPICS["typerna"])
    def typerna(self) -> list[Section]:
        """What was lost by type."""
        return [sections.types_section(self.m)]

    @part(text.TOPICS["agendan"])
    def agendan(self) -> list[Section]:
        """What bolag and förvaltningar have to answer, with their measures."""
        return [sections.agenda_section(self.m)]

    @part(text.TOPICS["luckor"])
    def luckor(self) -> list[Section]:
        """Who has not reported every month."""
        return [sections.gaps_section(self.m)]

    @part(text.TOPICS["metod"])
    def metod(self) -> list[Section]:
        """By which rules."""
        return [Section("metod", "", text.TOPICS["metod"], [Definitions(text.method(self.m))], style="metod")]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.m.work.kommun, self.m)

    @property
    def made_with(self) -> str:
        return words.made_with(__version__, of="ur kommunens egna uppgifter och SCB:s prisindex")

    def made_of(self) -> dict[str, Any]:
        own = {sheets.FILE: self.m.losses.sha256, **self.m.work.sha256}
        return {
            "catalogue": prices.VERSION,
            "parameters": {"kommun": self.m.work.kommun.code},
            "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(own.items())],
            "day": self.m.work.day.isoformat(),
        }

    def masthead(self) -> Masthead:
        m = self.m
        return Masthead(
            organisation=words.organisation(m.work.kommun),
            notice=meeting.WORKING_PAPER,
            kicker=text.KICKER,
            title=text.title(m.work.kommun, m),
            facts=[("Period", text.period(m)), ("Priser från", text.price_month(m))],
        )

    def __repr__(self) -> str:
        return f"Koncern(kommun={self.m.work.kommun.code!r}, units={len(self.m.losses.units)})"
