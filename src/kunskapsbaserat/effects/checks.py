"""What may spoil a comparison, looked for before its result is believed."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from kunskapsbaserat.effects.collapse import collapse_at, period_effects
from kunskapsbaserat.effects.design import FEWEST_MONTHS_BEFORE, Assignment, Design, breaks_inside, codes, for_design
from kunskapsbaserat.effects.did import LEAST_A_MONTH, MANY_EXPECTED, compare_with_placebos, eligible
from kunskapsbaserat.effects.shares import standardised_change

MONTHS_AFTER_BAD_PERIOD = 36  # a rule, not a measured limit: under three years a bad year is not told from the level
BAD_PERIOD = 0.9  # share of the comparable areas that rose less before the start
FEWEST_AREAS = 20  # 1/(20 + 1) is the first p-value below 0.05
FULL_YEAR = 12


class Severity(StrEnum):
    """What a failed check does."""

    STOPS = "stops"  # no verdict
    FORBIDS = "forbids"  # a verdict, but no effect may be claimed
    CAUTION = "caution"  # said beside the verdict
    INFORMS = "informs"


@for_design
def check(design: Design, *, least_a_month: float = LEAST_A_MONTH) -> pd.DataFrame:
    """A row for each thing that may spoil the comparison.

    Parameters
    ----------
    design : Design
        Planned or begun.
    least_a_month : float
        As in `did`.

    Returns
    -------
    DataFrame
        ``check`` (code), ``passed`` (bool), ``severity`` (`Severity`), ``value``, ``limit``:

        - "months_before": at least 24; "months_after": at least 12, so that all seasons are there (caution)
        - "areas": comparable areas with enough events, at least 20 (stops)
        - "events": events a month of the treated before the start, at least 2 (stops)
        - "zeros": share of the treated's periods without events, at most one half (caution)
        - "incomplete": areas that cannot be compared with because figures are missing (informs)
        - "sharing", "buffer": areas left out because they share the measure or may be touched by it (informs)
        - "series_break": a break in the window (caution; refused unless allowed)
        - "empty_periods": periods without a single event in all comparable areas (20 or more), or in all treated, though 20 or
          more are usual: missing figures written as zeros (none; forbids)
        - "pre_trend": the treated had not left the others in the last year before the start (p-value at least 0.05). Forbids;
          where events had risen more than in the others and there are 36 months or more before, a caution
        - "after_bad_period": share of the areas that rose less than the treated in the last year before the start (of shares
          and indexes, where up may be good: that moved less, either way), below 0.9, and not said by the design's assignment
          (caution with 36 months or more before, otherwise stops)
        - "balance": size of the treated relative to the largest comparable area, at most 1 (caution)
        - "fit": how badly the others' months fit the treated before the start, by the share of comparable areas that they fit
          better (standardised for size), below 0.95 (caution)
        - "common_shock": change of all comparable areas after the start, at most twice what is usual between years (informs)

    Notes
    -----
    Of shares, "pre_trend" was measured on panels without effect, six years before and two after, 5 000 a cell
    (benchmarks/share_check_calibration.txt). Drawn at random it fails in 2.5-5.4 % of panels, and false alarms are the same
    among those that pass. Areas chosen for their worst last year nearly always fail it (88 % of one in 290), and then next to
    nothing may be claimed. It sees little of a slow trend: where the treated had moved away by one percentage point a year all
    the time it fails for one area in 16 %, for three in 32 %, and what the trend looks like is still claimed in 23 and 43 %.
    That it passes shows nothing.

    Examples
    --------
    A measure is planned to start after the figures end. Its area has too few events, and no evaluation will say anything:

    >>> import numpy as np
    >>> from kunskapsbaserat.effects import Design, check
    >>> from kunskapsbaserat.simulate import effect_panels
    >>> panel = effect_panels(np.random.default_rng(5), 1, units=30, months_before=36).table()
    >>> planned = Design(panel, outcome="count", treated=["0180"], start="2025-01")
    >>> found = check(planned)
    >>> found.loc[~found["passed"], ["check", "severity", "value", "limit"]].round(2)
        check severity  value  limit
    5  events    stops   0.67    2.0
    """
    rows = [_months(design), *_others(design), *_breaks(design)]
    if design.kind == "events":
        compared = eligible(design, least_a_month)
        rows += _events(design, compared, least_a_month)
        if compared.sum() >= max(2, 2 * len(design.rows)):
            rows += _history(design, compared) + _fit(design, compared)
    else:
        rows.append(_row("areas", int(design.comparable.sum()), FEWEST_AREAS, Severity.STOPS))
        if design.comparable.sum() >= max(2, 2 * len(design.rows)):
            rows += _history_of_shares(design)
    if not design.planned:
        rows.append(_row("months_after", design.months_after, FULL_YEAR, Severity.CAUTION))
    return pd.DataFrame(rows, columns=["check", "passed", "severity", "value", "limit"])


def _row(name: str, value: float, limit: float, severity: Severity, *, at_most: bool = False) -> tuple[object, ...]:
    passed = value <= limit if at_most else value >= limit
    return (name, bool(passed), severity, float(value), float(limit))


def _months(design: Design) -> tuple[object, ...]:
    return _row("months_before", design.months_before, FEWEST_MONTHS_BEFORE, Severity.STOPS)


def _others(design: Design) -> list[tuple[object, ...]]:
    incomplete = int((~design.usable).sum())
    return [
        _row("incomplete", incomplete, 0, Severity.INFORMS, at_most=True),
        _row("sharing", len(codes(design.sharing)), 0, Severity.INFORMS, at_most=True),
        _row("buffer", len(codes(design.buffer)), 0, Severity.INFORMS, at_most=True),
    ]


def _breaks(design: Design) -> list[tuple[object, ...]]:
    return [_row("series_break", year, 0, Severity.CAUTION, at_most=True) for year, _ in breaks_inside(design)[:1]]


def _events(design: Design, compared: np.ndarray, least_a_month: float) -> list[tuple[object, ...]]:
    treated = design.data.observed[design.rows][:, design.before]
    before = np.where(design.before, design.data.observed, 0).sum(axis=1)
    largest = before[compared].max() if compared.any() else np.nan
    rows = [
        _row("areas", int(compared.sum()), FEWEST_AREAS, Severity.STOPS),
        _row("events", treated.sum() / len(treated) / design.months_before, least_a_month, Severity.STOPS),
        _row("zeros", float((treated.sum(axis=0) == 0).mean()), 0.5, Severity.CAUTION, at_most=True),
        _row("empty_periods", _empty_periods(design), 0, Severity.FORBIDS, at_most=True),
    ]
    if compared.any():
        rows.append(_row("balance", float(before[design.rows].max() / largest), 1, Severity.CAUTION, at_most=True))
    return rows


def _empty_periods(design: Design) -> int:
    """Periods used without a single event in all comparable areas, or in all treated, where many are usual."""
    used, empty = design.before | design.after, np.zeros(len(design.before), dtype=bool)
    several = design.comparable.sum() >= FEWEST_AREAS
    for rows in (design.rows, np.flatnonzero(design.comparable) if several else design.rows):
        total = design.data.observed[rows].sum(axis=0)
        if total[design.before].mean() >= MANY_EXPECTED:
            empty |= used & (total == 0)
    return int(empty.sum())


def _history(design: Design, compared: np.ndarray) -> list[tuple[object, ...]]:
    """The last year before the start against the time before it: had the treated left the others already?"""
    year = FULL_YEAR // design.data.months_per_period
    place = np.arange(len(design.before))
    late = design.before & (place >= design.first - year)
    two = collapse_at(design, compared, design.before & ~late, late)
    if two.before[design.rows].sum() == 0 or (two.after[compared] > 0).sum() < 2:
        return []
    arrays = (two.before[None], two.after[None], two.growth[None], compared[None])
    history = compare_with_placebos(*arrays, design.rows[None])
    rose_less = float(np.mean(history.signed[0] < history.statistic[0]))
    long_enough = design.months_before >= MONTHS_AFTER_BAD_PERIOD
    was_falling = bool(history.statistic[0] < 0)
    severity = Severity.FORBIDS if was_falling or not long_enough else Severity.CAUTION
    return _history_rows(design, float(history.p_value[0]), severity, rose_less)


def _history_of_shares(design: Design) -> list[tuple[object, ...]]:
    """As `_history`; whether a rise of a share is good or bad is not known, so both ways are unusual and forbid."""
    year = FULL_YEAR // design.data.months_per_period
    late = design.before & (np.arange(len(design.before)) >= design.first - year)
    change, spread, placebos = standardised_change(design, design.before & ~late, late)
    size, statistic = np.abs(placebos), abs(change / spread)
    p_value = float((1 + (size >= statistic).sum()) / (len(size) + 1))
    return _history_rows(design, p_value, Severity.FORBIDS, float(np.mean(size < statistic)))


def _history_rows(design: Design, p_value: float, severity: Severity, place: float) -> list[tuple[object, ...]]:
    bad = place >= BAD_PERIOD or design.assignment is Assignment.AFTER_BAD_PERIOD
    long_enough = design.months_before >= MONTHS_AFTER_BAD_PERIOD
    return [
        ("pre_trend", p_value >= 0.05, severity, p_value, 0.05),
        ("after_bad_period", not bad, Severity.CAUTION if long_enough else Severity.STOPS, place, BAD_PERIOD),
    ]


def _fit(design: Design, compared: np.ndarray) -> list[tuple[object, ...]]:
    """Pearson's chi-square a month before the start, of the treated and of each comparable area on its own."""
    before = design.data.observed[:, design.before]
    exposure = design.data.exposure[:, design.before]
    effects = period_effects(before[compared], exposure[compared])
    risk = exposure * effects
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = before.sum(axis=1, keepdims=True) * risk / risk.sum(axis=1, keepdims=True)
        misfit = np.where(expected > 0, (before - expected) ** 2 / expected, 0).mean(axis=1)
    size = np.log(before.sum(axis=1).clip(min=1))
    slope, level = np.polyfit(size[compared], np.log(misfit[compared].clip(min=1e-9)), 1)
    relative = np.log(misfit.clip(min=1e-9)) - level - slope * size
    place = float(np.mean(relative[compared] < relative[design.rows].mean()))
    rows = [_row("fit", place, 0.95, Severity.CAUTION, at_most=True)]
    if not design.planned:
        rows.append(_common_shock(design, compared))
    return rows


def _common_shock(design: Design, compared: np.ndarray) -> tuple[object, ...]:
    """The comparable areas' own change after the start, in units of their usual change between years."""
    year = FULL_YEAR // design.data.months_per_period
    total = design.data.observed[compared].sum(axis=0)
    years = [total[i : i + year].mean() for i in range(design.first % year, design.first, year)]
    usual = float(np.std(np.diff(np.log(np.maximum(years, 0.5))), ddof=1)) if len(years) > 2 else np.nan
    change = np.log(max(total[design.after].mean(), 0.5) / max(years[-1], 0.5))
    return _row("common_shock", abs(float(change)), 2 * usual if np.isfinite(usual) else np.inf, Severity.INFORMS, at_most=True)
