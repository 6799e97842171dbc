"""The verdicts on the levels of one report, decided together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.trends import TypicalVariation
from kunskapsbaserat.trends.level import level_verdicts


@dataclass(frozen=True, slots=True)
class Level:
    """The interval around the level that the position was read from, and whether all of it lies outside the band."""

    lower: float
    upper: float
    certain: bool


def judged_levels(
    levels: Sequence[pd.DataFrame], kommun: str, typical: TypicalVariation | None
) -> Mapping[tuple[str, str], Level]:
    """By offence and sex, of those that can be judged; `levels` has the rates that each position was read from."""
    if not levels or typical is None:
        return {}
    found = level_verdicts(pd.concat(levels, ignore_index=True), area=kommun, typical=typical)
    return {
        (row["offence"], row["sex"]): Level(float(row["lower"]), float(row["upper"]), bool(row["certain"]))
        for row in found.to_dict("records")
        if row["reason"] is None
    }
