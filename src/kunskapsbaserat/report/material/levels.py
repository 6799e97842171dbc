"""The verdicts on the levels of each report, decided together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat.trends import TypicalVariation
from kunskapsbaserat.trends.level import level_verdicts_of_each


@dataclass(frozen=True, slots=True)
class Level:
    """The interval around the level that the position was read from, and whether all of it lies outside the band."""

    lower: float
    upper: float
    certain: bool


def judged_levels(
    levels: Mapping[str, pd.DataFrame], usual: Mapping[str, TypicalVariation | None]
) -> Mapping[str, Mapping[tuple[str, str], Level]]:
    """By kommun, offence and sex, of those that can be judged; `levels` has the rates that each position was read from."""
    known = {code: typical for code in levels if (typical := usual[code]) is not None}
    if not known:
        return {}
    rows = pd.concat([levels[code].assign(judged=code) for code in known], ignore_index=True)
    found: dict[str, dict[tuple[str, str], Level]] = {}
    for row in level_verdicts_of_each(rows, typical=known).to_dict("records"):
        if row["reason"] is None:
            level = Level(float(row["lower"]), float(row["upper"]), bool(row["certain"]))
            found.setdefault(row["judged"], {})[row["offence"], row["sex"]] = level
    return found
