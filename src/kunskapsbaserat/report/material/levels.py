"""The verdicts on the levels of one report, decided together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat.frames import records
from kunskapsbaserat.trends import TypicalVariation
from kunskapsbaserat.trends.level import level_verdicts

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """The interval around the level that the position was read from, and whether all of it lies outside the band."""

    lower: float
    upper: float
    certain: bool


class LevelsBeside(NamedTuple):
    """The rates of a kommun and its group for one offence and sex, with the counts that they rest on over so many years."""

    key: tuple[str, str]
    years: int
    areas: Sequence[str]
    counts: Floats
    rates: Floats


def judged_levels(
    levels: Sequence[LevelsBeside], kommun: str, typical: TypicalVariation | None
) -> Mapping[tuple[str, str], Level]:
    """By offence and sex, of those that can be judged; `levels` has the rates that each position was read from."""
    if not levels or typical is None:
        return {}
    sizes = [len(one.areas) for one in levels]
    rows = pd.DataFrame(
        {
            "area": [area for one in levels for area in one.areas],
            "offence": np.repeat([one.key[0] for one in levels], sizes),
            "sex": np.repeat([one.key[1] for one in levels], sizes),
            "rate": np.concatenate([one.rates for one in levels]),
            "count": np.concatenate([one.counts for one in levels]),
            "years": np.repeat([one.years for one in levels], sizes),
        }
    )
    found = level_verdicts(rows, area=kommun, typical=typical)
    return {
        (row["offence"], row["sex"]): Level(float(row["lower"]), float(row["upper"]), bool(row["certain"]))
        for row in records(found)
        if row["reason"] is None
    }
