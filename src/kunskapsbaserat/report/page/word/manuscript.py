"""What a Word document is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kunskapsbaserat.report.page.blocks import Masthead, OwnText, Part


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The parts of a report in order with the analyst's own texts between them, and the words around.

    `foot` names the document on every page, `nav` is the contents as (section, text), `made_with` the last line.
    """

    parts: Sequence[Part | OwnText]
    title: str
    foot: str
    nav: Sequence[Sequence[str]]
    made_with: str

    @property
    def masthead(self) -> Masthead | None:
        return next((part.masthead for part in self.parts if isinstance(part, Part) and part.masthead), None)
