"""A survey of the kommun's own: each share with the limits of its uncertainty, and whether it has changed between two rounds.

Where the source gives limits they are kept. Else they are Wilson's, as if the answers were a random sample; when nearly all
have answered they are narrower, since little is left to chance (finite population).

Answers are not independent: pupils of a class, or neighbours of a house, answer alike. For a change every answer therefore
counts as half of one, which is what twenty in a class do where answers agree by 0.05 (``benchmarks/own_survey_calibration.txt``
has the false alarms with and without). And for a change no round is narrowed for being nearly whole: next year other pupils go
to the school.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat.rates.proportion import wilson_limits
from kunskapsbaserat.rates.survey import unrounded
from kunskapsbaserat.report.material.own_gate import OwnFile
from kunskapsbaserat.trends import Change
from kunskapsbaserat.trends.survey import change_unrounded

DESIGN = 2.0
"""How many answers count as one, when it is judged whether a share has changed."""

_NOTHING_LEFT = 1e-6  # of the variance, when all have answered
_KEY = ["area", "measure", "start_year", "end_year"]


@dataclass(frozen=True, slots=True)
class Round:
    """A share with its limits (0-1); `n` answered, of the `asked` that could have when that is known."""

    first: int
    last: int
    share: float
    lower: float
    upper: float
    n: int
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a survey: the rounds that may be shown, oldest first, and the change from the first to the last."""

    name: str
    rounds: tuple[Round, ...]
    change: Change = Change.KAN_INTE_BEDOMAS

    @property
    def latest(self) -> Round:
        return self.rounds[-1]


@dataclass(frozen=True, slots=True)
class OwnSurvey:
    """A survey file. `stated`: the limits are the source's own. `hidden`: shares that may not be shown."""

    file: OwnFile
    questions: tuple[Question, ...]
    stated: bool
    hidden: int


def own_survey(file: OwnFile) -> OwnSurvey:
    """What a survey says about the kommun as a whole."""
    frame = file.frame.assign(asked=_asked(file))
    shown = frame[frame["suppressed"].isna() & frame["share"].notna() & frame["n"].notna()].reset_index(drop=True)
    stated = bool(len(shown)) and bool(shown[["lower", "upper"]].notna().all(axis=None))
    shares = shown if stated else with_limits(shown)
    verdicts = _changes(shown, stated=stated)
    questions = [
        Question(file.label(str(measure)), tuple(_round(row) for row in rows.to_dict("records")), verdicts[str(measure)])
        for measure, rows in shares.sort_values("end_year", kind="stable").groupby("measure", sort=False)
    ]
    return OwnSurvey(file, tuple(questions), stated, int(frame["suppressed"].notna().sum()))


def with_limits(shares: pd.DataFrame, *, design: float = 1.0) -> pd.DataFrame:
    """Wilson's 95 % limits from ``share n``, for a finite population where ``asked`` is known.

    Of a finite population of N, (N - n) / (N - 1) of the variance is left: none when all have answered. `design` is how many
    answers count as one.
    """
    n = shares["n"].to_numpy(dtype=float)
    asked = shares["asked"].to_numpy(dtype=float, na_value=np.nan) if "asked" in shares else np.full(len(n), np.nan)
    left = np.where(np.isnan(asked), 1.0, np.clip((asked - n) / np.maximum(asked - 1, 1), 0, 1))
    share = shares["share"].to_numpy(dtype=float)
    worth = n / (design * np.maximum(left, _NOTHING_LEFT))
    lower, upper = wilson_limits(share * worth, worth)
    return shares.assign(lower=np.minimum(lower, share), upper=np.maximum(upper, share))


def _changes(shown: pd.DataFrame, *, stated: bool) -> dict[str, Change]:
    """By measure: the latest round against the first; the false discovery rate is held over the questions of the file."""
    if shown.empty:
        return {}
    judged = shown if stated else with_limits(shown.drop(columns="asked"), design=DESIGN)
    found = change_unrounded(unrounded(judged))
    return dict(zip(found["measure"].astype(str), found["change"], strict=True))


def _asked(file: OwnFile) -> pd.Series:
    """How many could have answered, by the key of each row of the file."""
    frame, whole = file.frame, file.read
    if whole.asked is None:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    told = pd.Series(whole.asked.to_numpy(), index=pd.MultiIndex.from_frame(whole.table[_KEY]), dtype="Int64")
    return pd.Series(told.reindex(pd.MultiIndex.from_frame(frame[_KEY])).to_numpy(), index=frame.index, dtype="Int64")


def _round(row: dict[Any, Any]) -> Round:
    return Round(
        first=int(row["start_year"]),
        last=int(row["end_year"]),
        share=float(row["share"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        n=int(row["n"]),
        asked=None if pd.isna(row["asked"]) else int(row["asked"]),
    )
