"""The verdicts on one change, as the sentences and the drawings read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat.trends import Change

CERTAIN = (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The two verdicts on a change, by itself and against the other kommuner, with what they rest on (see `trends.change`)."""

    change: Change
    reason: str | None
    latest: tuple[int, int]
    earlier: tuple[int, int]
    mean_latest: float
    mean_earlier: float
    ratio: float
    lower: float
    upper: float
    visible_increase: float
    visible_decrease: float
    q_value: float
    others_ratio: float
    relative_change: Change
    relative_ratio: float
    relative_lower: float
    relative_upper: float

    @property
    def certain(self) -> bool:
        """Is either answer säkerställd: changed, or changed more or less than the other kommuner?"""
        return self.change in CERTAIN or self.relative_change in CERTAIN


def judgement_of(row: Mapping[str, Any]) -> Judgement:
    return Judgement(
        change=row["change"],
        reason=None if pd.isna(row["reason"]) else row["reason"],
        latest=(int(row["latest_from"]), int(row["latest_to"])),
        earlier=(int(row["earlier_from"]), int(row["earlier_to"])),
        mean_latest=float(row["mean_latest"]),
        mean_earlier=float(row["mean_earlier"]),
        ratio=float(row["ratio"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        visible_increase=float(row["visible_increase"]),
        visible_decrease=float(row["visible_decrease"]),
        q_value=float(row["q_value"]),
        others_ratio=float(row["others_ratio"]),
        relative_change=row["relative_change"],
        relative_ratio=float(row["relative_ratio"]),
        relative_lower=float(row["relative_lower"]),
        relative_upper=float(row["relative_upper"]),
    )
