"""All figures of the kommun's own: surveys, registers, costs and areas, through the gate and judged as far as they can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kunskapsbaserat.report.material.own_areas import OwnAreas, own_areas
from kunskapsbaserat.report.material.own_gate import OwnFile, of_kommun, own_files
from kunskapsbaserat.report.material.own_series import OwnRegister, OwnSeries, own_registers
from kunskapsbaserat.report.material.own_shares import OwnSurvey, Question, own_survey
from kunskapsbaserat.trends import Change

if TYPE_CHECKING:
    from kunskapsbaserat.data.folder import Folder

CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """What the folder's own files say in figures, in the order of the files."""

    files: tuple[OwnFile, ...] = ()
    surveys: tuple[OwnSurvey, ...] = ()
    registers: tuple[OwnRegister, ...] = ()
    areas: tuple[OwnAreas, ...] = ()

    @property
    def costs(self) -> tuple[OwnRegister, ...]:
        """What something costs: a consequence, where the rest is other information."""
        return tuple(r for r in self.registers if r.money)

    @property
    def counted(self) -> tuple[OwnRegister, ...]:
        return tuple(r for r in self.registers if not r.money)

    @property
    def changed_shares(self) -> list[tuple[OwnSurvey, Question]]:
        return [(survey, q) for survey in self.surveys for q in survey.questions if q.change in CERTAIN]

    @property
    def changed_series(self) -> list[tuple[OwnRegister, OwnSeries]]:
        return [(register, s) for register in self.registers for s in register.series if s.change in CERTAIN]


def own_figures(own: Folder | None) -> OwnFigures:
    """The figures of a kommun's folder; empty without one."""
    files = own_files(own)
    if own is None or not files:
        return OwnFigures()
    whole = of_kommun(files)
    exposure = pd.concat([table for table in (own.exposure, own.areas) if len(table)] or [own.exposure], ignore_index=True)
    return OwnFigures(
        files,
        tuple(own_survey(file) for file in whole if file.read.contract == "survey"),
        own_registers(whole),
        tuple(found for file in files for found in own_areas(file, exposure)),
    )


def shows_anything(survey: OwnSurvey | OwnRegister) -> bool:
    """Is there a figure that may be shown? Three answers tick nothing."""
    if isinstance(survey, OwnSurvey):
        return bool(survey.questions)
    return any(series.points for series in survey.series)
