"""A school's report after the steps of Tryggare skola: one method a part, in the order of the notebook template.

    s = skola.load(data="min mapp", skola="sodra-skolan")
    s.forstasida()

Without `skola` and with several schools in the folder it is the page over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.data.school import FOLDER
from kunskapsbaserat.report.document import Document, from_notebook, part
from kunskapsbaserat.report.documents.skola import example, sections, together
from kunskapsbaserat.report.documents.skola import material as school_material
from kunskapsbaserat.report.documents.skola.material import Material
from kunskapsbaserat.report.documents.skola.words import method as method_words
from kunskapsbaserat.report.documents.skola.words import report as text
from kunskapsbaserat.report.documents.skola.year_after import year_after_section
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Block, Definitions, Masthead, Paragraph, Section


@from_notebook
def load(*, kommun: object = None, data: str | Path | None = None, skola: str | None = None) -> Skola:
    """The report of a school, or of all schools of a kommun's folder.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path, optional
        The kommun's folder, with ``skolor/<school>/skola.xlsx`` (`kunskap ny --skola`). Without it five invented schools are
        shown, marked on every page, for Borlänge.
    skola : str, optional
        The school, by its name or that of its folder; default all.

    Raises
    ------
    FileError
        There is no school, or no workbook.
    OptionError
        No school is called so.
    SchoolError
        Anything in a workbook or a survey is wrong: all of it, with sheet and row.
    PersonalDataError, FileLocked
        A workbook seems to hold personal data, or is open.
    """
    return Skola(school_material.load(kommun, data=data, skola=skola))


class Skola(Document):
    """The parts of a school's report, or of that over several schools."""

    name = "skola"
    appendix_style = "bilaga ej-utskrift"
    lists_inputs = False

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def invented(self) -> str:
        return self.m.notice

    @property
    def title(self) -> str:
        return text.page_title(self.m.kommun, self._school, self.m.notice)

    # ---- the parts -------------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead, what was seen, what to decide, and what is left."""
        one = self.m.one
        page = together.first_page(self.m) if one is None else sections.first_page(one, self.m.notice)
        return [Section("korthet", "", text.SHORT, [page], style="kort")]

    @part(text.TOPICS["arbetet"])
    def arbetet(self) -> list[Section]:
        """The steps: done or missing, and how long they took."""
        return [together.work_section(self.m) if self.m.one is None else sections.work_section(self.m.one)]

    @part(text.TOPICS["enkaten"])
    def enkaten(self) -> list[Section]:
        """The surveys of pupils, staff and parents."""
        return [together.survey_section(self.m) if self.m.one is None else sections.survey_section(self.m.one)]

    @part(text.TOPICS["handelserna"])
    def handelserna(self) -> list[Section]:
        """What has been reported."""
        return [together.incidents_section(self.m) if self.m.one is None else sections.incidents_section(self.m.one)]

    @part(text.TOPICS["miljon"])
    def miljon(self) -> list[Section]:
        """The inventory: index, factors, and the places on the sketch."""
        return [together.places_section(self.m) if self.m.one is None else sections.places_section(self.m.one)]

    @part(text.TOPICS["samtalen"])
    def samtalen(self) -> list[Section]:
        """What came up in dialogues."""
        return [together.dialogue_section(self.m) if self.m.one is None else sections.dialogue_section(self.m.one)]

    @part(text.TOPICS["orsakerna"])
    def orsakerna(self) -> list[Section]:
        """Likely causes."""
        return [together.causes_section(self.m) if self.m.one is None else sections.causes_section(self.m.one)]

    @part(text.TOPICS["planen"])
    def planen(self) -> list[Section]:
        """The plan, with what research says of each measure."""
        return [together.plan_section(self.m) if self.m.one is None else sections.plan_section(self.m.one)]

    @part(text.TOPICS["aret_efter"])
    def aret_efter(self) -> list[Section]:
        """From finding to change, and how far anything can be said."""
        return [together.year_after_section(self.m) if self.m.one is None else year_after_section(self.m.one)]

    @part(text.TOPICS["metod"])
    def metod(self) -> list[Section]:
        """How all this is known."""
        form = [year.form for one in self.m.schools for year in one.school.years]
        return [Section("metod", "", text.TOPICS["metod"], [Definitions(method_words.method(form))], style="metod")]

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        year = max(one.school.now.year for one in self.m.schools)
        return text.foot(self.m.kommun, self._school, year, self.m.notice)

    @property
    def made_with(self) -> str:
        return words.made_with(__version__, of=method_words.MADE_OF)

    def made_of(self) -> dict[str, Any]:
        m = self.m
        return {
            "catalogue": evidens.version(),
            "parameters": {"kommun": m.kommun.code, "skola": m.wanted},
            "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(m.inputs.items())],
            "example": example.digest() if m.example else None,
        }

    def appendix_lead(self, tables: Sequence[str]) -> list[Block]:
        remarks = [str(remark) for one in self.m.schools for remark in one.school.remarks]
        return [*super().appendix_lead(tables), *map(Paragraph, remarks)]

    def masthead(self) -> Masthead:
        m = self.m
        years = sorted({one.school.now.year for one in m.schools})
        forms = sorted({one.school.now.form for one in m.schools})
        return Masthead(
            organisation=words.organisation(m.kommun),
            notice=m.notice,
            kicker=text.KICKER,
            title=text.title(m.kommun, self._school),
            facts=[("Kartläggningen gäller", ", ".join(map(str, years))), ("Formulär", f"version {', '.join(forms)}")],
        )

    @property
    def _school(self) -> str | None:
        return self.m.one.school.name if self.m.one is not None else None

    def __repr__(self) -> str:
        return f"Skola(kommun={self.m.kommun.code!r}, schools={len(self.m.schools)}, folder={FOLDER!r})"
