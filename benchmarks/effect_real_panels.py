"""Do the comparisons hold their error rate where kommuner really act? Every kommun in turn as if treated, on real months.

    uv run python benchmarks/effect_real_panels.py [quick] [methods] > benchmarks/effect_real_panels.txt

Ten groups of reported offences of all kommuner 2013-2016 (the package's own months). "2016" is a start in January 2016 with 36
months before and 12 after, "2015" one in January 2015 with 24 and 12. No measure is known that one kommun alone began then,
so a säkerställd answer is a false alarm. Each kommun with two events a month or more before the start is judged once against
all the others, as `evaluate` does: without verdict where `check` stops it. Many are judged at once, which for did gives the
same as one at a time; in the two weighted methods the judged kommun stays among those that the others are weighed from.

How the kommun came to be chosen is then a matter of weights, and nothing is drawn: "random" weighs all alike, the others take
of 20 kommuner drawn at random the one whose last year rose most ("rise") or fell most ("fall") against the earlier time, or
that was largest or smallest. A kommun stands in several groups, so the error in brackets has the kommun as its unit.

With `quick` only the start in 2016, and without the checks (with 36 months before they stop nothing): then all are judged,
and "claim" is "alarm".

"plain" is the comparison without what the last year foretold (until now the only one), "adjusted" with it. "judged": share with
a verdict; "alarm": of these säkerställda; "claim": that may be called an effect; "finds": how often a fall of 20 % is
säkerställd (events after the start thinned at random). Asked: alarms of 3.5-7 % however the kommun was chosen.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.effects import Design
from kunskapsbaserat.effects.answers import Compared
from kunskapsbaserat.effects.checks import Severity, check
from kunskapsbaserat.effects.collapse import growth_of_others
from kunskapsbaserat.effects.did import LEAST_EXPECTED, compare_with_placebos
from kunskapsbaserat.effects.gap_inference import judge_counts
from kunskapsbaserat.effects.matched_series import course_weights, matched, usual_ridge
from kunskapsbaserat.effects.panel import Panel, panel_of
from kunskapsbaserat.effects.placebo import log_ratio
from kunskapsbaserat.effects.prognosis import History, history_of_counts
from kunskapsbaserat.effects.sdid import time_weights
from kunskapsbaserat.effects.weighted_areas import WeightedAreas

Floats = NDArray[np.float64]

STARTS = {"2016": ("2016-01", 48), "2015": ("2015-01", 36)}  # the start, and how many of the 48 months are looked at
DRAWN, EFFECT, LEAST_A_MONTH, FEWEST = 20, -0.2, 2, 40
QUICK = "quick" in sys.argv
METHODS = tuple(name for name in sys.argv[1:] if name != "quick") or ("did", "synthetic_control", "sdid")
RULES = ("random", "rise", "fall", "largest", "smallest")


def highest_of(values: Floats, drawn: int = DRAWN) -> Floats:
    """Chance of each to be the highest of so many drawn without replacement."""
    below = np.argsort(np.argsort(values)).astype(float)
    enough = below >= drawn - 1
    chance = np.zeros(len(values))
    whole = gammaln(len(values) + 1) - gammaln(drawn + 1) - gammaln(len(values) - drawn + 1)
    chance[enough] = np.exp(gammaln(below[enough] + 1) - gammaln(drawn) - gammaln(below[enough] - drawn + 2) - whole)
    return chance


def kept(panel: Panel, first: int) -> Panel:
    """The kommuner that have enough events before the start."""
    enough = panel.observed[:, :first].sum(axis=1) >= LEAST_A_MONTH * first
    units = tuple(unit for unit, yes in zip(panel.units, enough, strict=True) if yes)
    return Panel(units, panel.periods, panel.observed[enough], panel.exposure[enough], None, panel.kind)


def weights_of_rules(panel: Panel, first: int) -> dict[str, Floats]:
    before, late = panel.observed[:, :first].sum(axis=1), panel.observed[:, first - 12 : first].sum(axis=1)
    rise = log_ratio(late, (before - late) * late.sum() / (before - late).sum())
    chosen = {"rise": rise, "fall": -rise, "largest": before, "smallest": -before}
    return {"random": np.full(len(before), 1 / len(before))} | {rule: highest_of(values) for rule, values in chosen.items()}


def each_in_turn(values: Floats) -> Floats:
    return np.repeat(values[None], len(values), axis=0)


def history(panel: Panel, first: int, compared: NDArray[np.bool_]) -> History:
    parts = slice(first - 12, first), slice(None, first - 12)
    late, earlier = (each_in_turn(panel.observed[:, part].sum(axis=1)) for part in parts)
    return history_of_counts(late, earlier, compared)


def counterfactuals(method: str, panel: Panel, start: str) -> Floats:
    """Events after the start that the weighted mean of the others gives each kommun."""
    design = Design(panel, outcome="count", treated=panel.units[0], start=start)
    everyone = np.ones(len(panel.units), dtype=bool)
    series = matched(design, everyone, intercept=True, fitted=design.before)
    before, after = series.course[:, design.before], series.course[:, design.after]
    ridge = usual_ridge(before, n_treated=1, periods_after=after.shape[1])
    rows = np.arange(len(panel.units))
    weights = course_weights(before, everyone, rows, ridge=ridge, centred=method == "sdid")
    times = time_weights(before, after.mean(axis=1), everyone, rows) if method == "sdid" else None
    return WeightedAreas(design, series, weights, times).counterfactual()[:, design.after].sum(axis=1)


def comparison(method: str, panel: Panel, start: str, first: int, *, adjusted: bool) -> Callable[[Floats], Compared]:
    """A function of the events after the start (panels, units), each panel with another kommun treated."""
    number = len(panel.units)
    compared, treated = ~np.eye(number, dtype=bool), np.arange(number)[:, None]
    known = history(panel, first, compared) if adjusted else None
    before, after = (each_in_turn(panel.observed[:, part].sum(axis=1)) for part in (slice(None, first), slice(first, None)))
    if method == "did":
        growth = growth_of_others(before, after, compared)
        return lambda events: compare_with_placebos(before, events, growth, compared, treated, history=known)
    expected = each_in_turn(counterfactuals(method, panel, start))
    return lambda events: judge_counts(expected, events, compared, treated, history=known)


def checked(panel: Panel, start: str) -> pd.DataFrame:
    """Of each kommun in turn: whether a check stops the answer, and whether one forbids the word effect."""
    if QUICK:
        return pd.DataFrame({"stops": False, "forbids": False}, index=range(len(panel.units)))
    rows = []
    for unit in panel.units:
        failed = check(Design(panel, outcome="count", treated=unit, start=start)).query("~passed")["severity"]
        rows.append((Severity.STOPS in set(failed), Severity.FORBIDS in set(failed)))
    return pd.DataFrame(rows, columns=["stops", "forbids"])


def rows_of(panel: Panel, start: str, first: int, common: dict[str, object]) -> list[pd.DataFrame]:
    chosen, checks = weights_of_rules(panel, first), checked(panel, start)
    after = each_in_turn(panel.observed[:, first:].sum(axis=1))
    own = np.eye(len(after), dtype=bool)
    thinned = after.copy()
    thinned[own] = np.random.default_rng(2023_196).binomial(after[own].astype(int), 1 + EFFECT)
    parts = []
    for method in METHODS:
        for kind in ("plain", "adjusted"):
            judge = comparison(method, panel, start, first, adjusted=kind == "adjusted")
            found, fallen = judge(after), judge(thinned)
            judged = ~checks["stops"].to_numpy() & (found.expected >= LEAST_EXPECTED)
            alarm = found.p_value < 0.05 - 1e-12
            rows = {
                **common,
                "method": method,
                "kind": kind,
                "area": panel.units,
                "judged": judged,
                "alarm": alarm,
                "claim": alarm & ~checks["forbids"].to_numpy(),
                "finds": (fallen.p_value < 0.05 - 1e-12) & (fallen.statistic < 0),
            }
            parts.append(pd.DataFrame(rows | chosen))
    return parts


def every_row() -> pd.DataFrame:
    table = embedded.counts_month()
    parts = []
    for offence, group in table.groupby("offence", sort=True):
        whole = panel_of(group[["area", "period", "count"]], outcome="count")
        for name, (start, months) in list(STARTS.items())[: 1 if QUICK else None]:
            first = int((whole.periods < pd.Period(start, "M")).sum())
            panel = kept(whole.until(months), first)
            if len(panel.units) >= FEWEST:
                parts += rows_of(panel, start, first, {"offence": offence, "start": name})
    return pd.concat(parts, ignore_index=True)


def share_of(rows: pd.DataFrame, rule: str, what: str) -> tuple[float, float]:
    """Weighted share among the judged, and its standard error with the kommun as the unit."""
    weight = rows[rule] * (rows["judged"] if what != "judged" else 1.0)
    share = float((weight * rows[what]).sum() / weight.sum())
    moved = (weight * (rows[what] - share)).groupby(rows["area"]).sum() / weight.sum()
    return 100 * share, 100 * float(np.sqrt((moved**2).sum()))


def line(title: str, rows: pd.DataFrame, what: str, kind: str) -> str:
    own = rows[rows["kind"] == kind]
    cells = "".join("{:8.1f} ({:4.1f})".format(*share_of(own, rule, what)) for rule in RULES)
    return f"{title:34s}{what:>7s} {kind:9s}{cells}"


def table_of(rows: pd.DataFrame) -> list[str]:
    kinds = ("plain", "adjusted")
    lines = [" " * 51 + "".join(f"{rule:>15s}" for rule in RULES)]
    for method, part in rows.groupby("method", sort=False):
        for start in part["start"].unique():
            here = part[part["start"] == start]
            lines += [
                line(f"{method}, {start}", here, what, k) for what in ("judged", "alarm", "claim", "finds") for k in kinds
            ]
        lines.append("")
    one = rows[(rows["method"] == METHODS[0]) & (rows["start"] == "2016")]
    for offence, part in one.groupby("offence"):
        lines += [line(f"{METHODS[0]}, 2016, {offence}", part, "alarm", kind) for kind in kinds]
    return lines


def main() -> None:
    began = time.perf_counter()
    rows = every_row()
    print(f"{date.today()}, kunskapsbaserat {__version__}, {rows.groupby(['offence', 'start']).ngroups} panels of real months")
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.system()} {platform.machine()}")
    print(f"command: uv run python benchmarks/effect_real_panels.py {' '.join(sys.argv[1:])}")
    print("per cent of all judged (judged: of all); in brackets the standard error, with the kommun as the unit\n")
    print("\n".join(table_of(rows)))
    print(f"\n{time.perf_counter() - began:.0f} seconds on one process")


if __name__ == "__main__":
    main()
