"""The county page of länsstyrelsen: one method a part, in the order of the notebook template.

    lb = region.load(lan="Blekinge")
    lb.forstasida()

What several kommuner have in common, and what differs, with every verdict of the page decided together. With a länspaket also
what the kommuner have decided and what they do.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat import catalogue
from kunskapsbaserat import lan as counties
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.report.document import Document, FileHead, from_notebook, part
from kunskapsbaserat.report.documents.region import package, package_sections, sections, tests_table
from kunskapsbaserat.report.documents.region.material import Material, groups
from kunskapsbaserat.report.documents.region.package import County
from kunskapsbaserat.report.documents.region.survey import Answers, answers
from kunskapsbaserat.report.documents.region.words import front, method
from kunskapsbaserat.report.documents.region.words import package as package_words
from kunskapsbaserat.report.documents.region.words import sections as words
from kunskapsbaserat.report.material.choices import whole_year
from kunskapsbaserat.report.material.usual import typical_for
from kunskapsbaserat.report.page.blocks import Definitions, Masthead, Section
from kunskapsbaserat.report.page.charts.land import lan_map
from kunskapsbaserat.report.statements import appendix


@from_notebook
def load(*, lan: object = None, year: int | str | None = None, data: str | Path | None = None) -> Region:
    """The page of one län.

    Parameters
    ----------
    lan : str
        Name or code; required.
    year : int, optional
        Last year of reported offences to use; default the latest.
    data : path, optional
        A länspaket: a folder that holds the folders of the kommuner (`kunskap ny`).

    Raises
    ------
    OptionError
        `lan` is missing or no län is called so, or no figures reach that year.
    FileError
        The länspaket is none.
    """
    county = counties.get(lan)
    year = whole_year("year", year)
    groups(year)  # a year without figures is refused here, before anything is read
    return Region(Material(county, year), package.read(county, Path(data)) if data is not None else None)


def ahead(codes: Sequence[str]) -> None:
    """What several län share: how much years vary, and the maps."""
    for code in codes:
        typical_for(groups(None), *(k.code for k in counties.get(code).kommuner))
        lan_map(code)


class Region(Document):
    """The parts of the page of one län."""

    name = "region"
    appendix_file = front.ANNEX

    def __init__(self, material: Material, county: County | None = None) -> None:
        self.m, self.county = material, county

    @property
    def title(self) -> str:
        return f"Länsbild {self.report_year}: {self.m.lan.name}"

    @property
    def report_year(self) -> int:
        """The year of the newest snapshot: the clock never decides what a report says."""
        return max(s.retrieved for s in self.m.snapshots.values()).year

    @functools.cached_property
    def answered(self) -> Answers:
        own = {} if self.county is None else {code: m.survey for code, m in self.county.members.items() if len(m.survey)}
        return answers(self.m.lan, own, year=self.m.year)

    # ---- the parts -------------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """What is säkerställt, how to read it, and the offences beside each other."""
        return [Section("korthet", "", front.KORTHET, [sections.first_page(self.m)], style="kort lanskort")]

    @part(words.CRIME)
    def kommunerna(self) -> list[Section]:
        """Small multiples: kommuner by offences."""
        return [sections.matrix_section(self.m)]

    @part(words.MAP)
    def karta(self) -> list[Section]:
        """The map of the offence with most verdicts on its level."""
        section = sections.map_section(self.m)
        return [section] if section else []

    @part(package_words.TOPIC)
    def lanspaket(self) -> list[Section]:
        """What the kommuner have decided and do; nothing without their folders."""
        return package_sections.sections(self.county) if self.county is not None else []

    @part(words.TOGETHER)
    def tillsammans(self) -> list[Section]:
        """Shared problems and what is known about measures."""
        planned = () if self.county is None else [one for one in self.county.shared if not one.about_trygghet]
        return [sections.together_section(self.m, planned)]

    @part(words.BASIS)
    def underlaget(self) -> list[Section]:
        """Which kommuner lack what."""
        return [sections.basis_section(self.m, self.answered, None if self.county is None else self.county.members)]

    @part(words.TRYGGHET)
    def trygghet(self) -> list[Section]:
        """What the inhabitants answer, apart from crime."""
        shared = package_sections.problem_section(self.county, trygghet=True) if self.county is not None else None
        return [sections.trygghet_section(self.m, self.answered), *([shared] if shared else [])]

    @part(method.NAV)
    def metod(self) -> list[Section]:
        """How it is made, in short."""
        return [Section("metod", "", method.HEADING, [Definitions(method.definitions(self.m))], style="metod tat")]

    @part(method.TESTS_NAV, file=front.ANNEX)
    def provningar(self) -> list[Section]:
        """Every level and change with its limits and verdict."""
        return [tests_table.section(self.m)]

    # ---- what stands on the pages beside and below ---------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return front.facts_foot(self.m.lan, self.report_year)

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        own = self.masthead()
        annex = Masthead(own.organisation, own.notice, own.kicker, front.annex_title(self.m.lan), ())
        links = {file: [link for link in front.LINKS if link[0] != file] for file, _ in front.LINKS}
        return {
            "": FileHead(self.title, self.foot, own, links[front.REPORT]),
            front.ANNEX: FileHead(front.annex_title(self.m.lan), self.foot, annex, links[front.ANNEX]),
        }

    def masthead(self) -> Masthead:
        return Masthead(
            organisation=self.m.lan.name,
            notice=front.NOTICE,
            kicker=front.kicker(self.m, self.report_year),
            title=front.title(self.m),
            facts=(),
        )

    def made_of(self) -> dict[str, Any]:
        return {
            "catalogue": catalogue.version(),
            "evidence": evidens.version(),
            "parameters": {"lan": self.m.lan.code, "year": self.m.year},
            "inputs": appendix.inputs_of(self.m.snapshots),
            **({} if self.county is None else {"package": self.county.sha256, "as_of": self.county.as_of.isoformat()}),
        }

    def __repr__(self) -> str:
        return f"Region(lan={self.m.lan.code!r}, year={self.m.year!r})"
