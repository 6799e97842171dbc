"""Trygghetsvandringar: one method a part, in the order of the notebook template.

    v = vandring.load(data="min mapp", datum="2026-11-30")
    v.forstasida()

Without a folder there is the protocol to print, and how to begin.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.catalogue import evidens
from kunskapsbaserat.report.document import Document, FileHead, from_notebook, part
from kunskapsbaserat.report.documents.vandring import material as walk_material
from kunskapsbaserat.report.documents.vandring import protocol, sections
from kunskapsbaserat.report.documents.vandring.material import Material
from kunskapsbaserat.report.documents.vandring.places import places_section
from kunskapsbaserat.report.documents.vandring.words import protocol as protocol_words
from kunskapsbaserat.report.documents.vandring.words import report as text
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page.blocks import Definitions, Masthead, Section


@from_notebook
def load(*, kommun: object = None, data: str | Path | None = None, datum: object = None) -> Vandring:
    """The walks of a kommun.

    Parameters
    ----------
    kommun : str, optional
        Name or code; that of the folder when not given.
    data : path, optional
        The kommun's folder, with ``vandringar/vandring.xlsx`` (`kunskap ny --vandring`). Without it there is the protocol to
        print.
    datum : date or str, optional
        The day that ages are counted to, as 2026-11-30; default the last day that the workbook knows of. The clock is not
        asked.

    Raises
    ------
    UnknownKommun, OptionError
        No kommun is named, or `datum` is no day.
    WalkError
        Anything in the workbook is wrong: all of it, with sheet and row.
    FileError, PersonalDataError, FileLocked
        The workbook is another, seems to hold personal data, or is open.
    """
    return Vandring(walk_material.load(kommun, data=data, datum=datum))


class Vandring(Document):
    """The parts of a report on walks, and the protocol beside it."""

    name = "vandring"
    appendix_style = "bilaga ej-utskrift"
    lists_inputs = False

    def __init__(self, material: Material) -> None:
        self.m = material

    @property
    def title(self) -> str:
        return text.page_title(self.m)

    @property
    def invented(self) -> str:
        return text.notice(self.m)

    # ---- the parts -------------------------------------------------------------------------------------------------------

    @part()
    def forstasida(self) -> list[Section]:
        """Masthead, how it goes, what to decide; or how to begin."""
        return [sections.first_page(self.m) if self.m.walks else sections.nothing_yet(self.m)]

    @part(text.TOPICS["gamla"])
    def gamla(self) -> list[Section]:
        """What has waited for more than six months."""
        return [sections.old_section(self.m)] if self.m.walks else []

    @part(text.TOPICS["atgarder"])
    def atgarder(self) -> list[Section]:
        """What else waits, with owner and age."""
        return [sections.waiting_section(self.m)] if self.m.walks else []

    @part(text.TOPICS["nekade"])
    def nekade(self) -> list[Section]:
        """What will not be done, and why."""
        return [sections.refused_section(self.m)] if self.m.walks else []

    @part(text.TOPICS["klara"])
    def klara(self) -> list[Section]:
        """What is done."""
        return [sections.done_section(self.m)] if self.m.walks else []

    @part(text.TOPICS["platser"])
    def platser(self) -> list[Section]:
        """The map of what was seen."""
        return [places_section(self.m)] if self.m.walks else []

    @part(text.TOPICS["jamforelse"])
    def jamforelse(self) -> list[Section]:
        """The last walk at a place beside the one before it."""
        return sections.before_section(self.m) if self.m.walks else []

    @part(text.TOPICS["bilder"])
    def bilder(self) -> list[Section]:
        """The photos that may be shown."""
        return [sections.photos_section(self.m)] if self.m.photos else []

    @part(text.TOPICS["vandringar"])
    def vandringar(self) -> list[Section]:
        """Each walk, and who came by organisation."""
        return [sections.walks_section(self.m)] if self.m.walks else []

    @part(text.TOPICS["metod"])
    def metod(self) -> list[Section]:
        """How all this is known."""
        heading = text.TOPICS["metod"]
        return [Section("metod", "", heading, [Definitions(text.method(self.m))], style="metod")] if self.m.walks else []

    @part(protocol_words.TITLE, file=protocol_words.FILE)
    def protokoll(self) -> list[Section]:
        """The protocol to print."""
        return protocol.sections(self.m)

    # ---- the appendix ----------------------------------------------------------------------------------------------------

    @property
    def foot(self) -> str:
        return text.foot(self.m)

    @property
    def made_with(self) -> str:
        return words.made_with(__version__, of=text.MADE_OF)

    def made_of(self) -> dict[str, Any]:
        m = self.m
        return {
            "catalogue": evidens.version(),
            "parameters": {"kommun": m.kommun.code, "datum": m.day.isoformat() if m.walks else None},
            "inputs": [{"file": name, "sha256": digest} for name, digest in sorted(m.made_of.items())],
        }

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        kommun = self.m.kommun
        see = [(protocol_words.FILE, protocol_words.LINK)]
        title = protocol_words.title(kommun)
        head = Masthead(words.organisation(kommun), "", text.KICKER, title, [])
        back = [("report.html", text.title(kommun))]
        return {
            "": FileHead(self.title, self.foot, self.masthead(), see),
            protocol_words.FILE: FileHead(title, protocol_words.foot(kommun), head, back),
        }

    def masthead(self) -> Masthead:
        m = self.m
        return Masthead(
            organisation=words.organisation(m.kommun),
            notice=self.invented or (text.WORKING if m.walks else ""),
            kicker=text.KICKER,
            title=text.title(m.kommun),
            facts=text.facts(m),
        )

    def __repr__(self) -> str:
        return f"Vandring(kommun={self.m.kommun.code!r}, walks={len(self.m.walks)})"
