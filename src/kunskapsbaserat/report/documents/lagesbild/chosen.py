"""A section that somebody asks for by the name of its offence."""

from __future__ import annotations

import dataclasses

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.report.documents.lagesbild.sections import count_section
from kunskapsbaserat.report.documents.lagesbild.words import situation
from kunskapsbaserat.report.material.choices import choices
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.report.page.blocks import Block, FigureRow, OwnText, Part

_BEFORE = "avsnitt-"  # of its ids: the same offence may have a section among the others


def section_part(brott: str, u: Underlag) -> Part:
    """The sections about an offence, one for each sex where it is divided, as a part of its own.

    Raises
    ------
    OptionError
        The kommun has no figures for an offence of that name.
    """
    (offence,) = choices(brott=[brott]).offences
    found = [f for f in u.count_findings if f.offence.id == offence]
    if not found:
        raise OptionError("brott", brott, sorted({f.offence.id for f in u.count_findings}))
    sections = [count_section(f, u, topic=situation.extent_topic(f)) for f in found]
    named = [
        dataclasses.replace(s, id=f"{_BEFORE}{s.id}", blocks=[b for b in map(_renamed, s.blocks) if not isinstance(b, OwnText)])
        for s in sections
    ]
    return Part(f"{_BEFORE}{offence}", "", named)


def _renamed(block: Block) -> Block:
    if not isinstance(block, FigureRow):
        return block
    return dataclasses.replace(block, figure=dataclasses.replace(block.figure, id=f"{_BEFORE}{block.figure.id}"))
