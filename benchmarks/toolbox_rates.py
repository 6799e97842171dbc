"""Error rates of the methods for several starts, stretches of time, counts with free weights and exact balance.

    OPENBLAS_NUM_THREADS=1 uv run python benchmarks/toolbox_rates.py > benchmarks/toolbox_rates.txt

Panels of the stated design without effect (290 areas, 60 months before and 12 after the last start, unless said), at 5 %;
coverage is of a true fall of 20 % by binomial thinning.
"""

from __future__ import annotations

import platform
import time

import numpy as np
import pandas as pd

import kunskapsbaserat
from kunskapsbaserat.effects import (
    Design,
    aggregate_effects,
    att_gt,
    balance_weights,
    event_study,
    staggered_did,
    staggered_placebos,
    synthetic_count,
)
from kunskapsbaserat.effects.panel import Panel
from kunskapsbaserat.errors import DesignError
from kunskapsbaserat.simulate import effect_panels

PERIODS = pd.period_range(end="2024-12", periods=72, freq="M")
START = 60


def drawn(seed: int, **options: object) -> tuple[Panel, list[str], np.random.Generator]:
    rng = np.random.default_rng([11, seed])
    panels = effect_panels(rng, 1, **options)  # type: ignore[arg-type]
    counts = panels.counts[0].astype(float)
    units = tuple(f"{i:04}" for i in range(len(counts)))
    return Panel(units, PERIODS, counts, np.ones_like(counts), None, "events"), [units[i] for i in panels.treated[0]], rng


def thinned(panel: Panel, starts: dict[str, int], rng: np.random.Generator) -> Panel:
    counts = panel.observed.copy()
    for area, start in starts.items():
        row = panel.units.index(area)
        counts[row, start:] = rng.binomial(counts[row, start:].astype(int), 0.8)
    return Panel(panel.units, panel.periods, counts, panel.exposure, None, "events")


def say(name: str, alarms: int, number: int, covered: int | None = None, power: int | None = None) -> None:
    rate = alarms / number
    more = "" if covered is None else f", covered {100 * covered / number:.1f} %, power {100 * (power or 0) / number:.1f} %"
    print(f"{name:<58} {100 * rate:4.1f} % +- {100 * np.sqrt(rate * (1 - rate) / number):.1f} of {number}{more}", flush=True)


def several_starts(number: int, n_treated: int) -> None:
    alarms = covered = power = 0
    for seed in range(number):
        panel, treated, rng = drawn(seed, n_treated=n_treated)
        places = {area: START - 12 + int(rng.integers(0, 13)) for area in treated}
        starts = {area: PERIODS[place] for area, place in places.items()}
        alarms += staggered_did(panel, outcome="count", starts=starts).p_value < 0.05
        found = staggered_did(thinned(panel, places, rng), outcome="count", starts=starts)
        covered += found.lower <= np.log(0.8) <= found.upper
        power += found.p_value < 0.05
    say(f"staggered_did, {n_treated} treated, starts within a year", alarms, number, covered, power)


def stretches(number: int) -> None:
    before = after = 0
    for seed in range(number):
        panel, treated, _ = drawn(seed)
        found = event_study(Design(panel, outcome="count", treated=treated, start=PERIODS[START]))
        before += found.before_p < 0.05
        after += found.after_p < 0.05
    say("event_study, years before the start together", before, number)
    say("event_study, the year after", after, number)


def free_weights(number: int) -> None:
    alarms = 0
    for seed in range(number):
        panel, treated, _ = drawn(seed, units=60)
        found = synthetic_count(Design(panel, outcome="count", treated=treated, start=PERIODS[START]))
        alarms += found.p_value < 0.05
    say("synthetic_count, one of 60 areas, two blocks", alarms, number)


def by_year(panel: Panel, treated: list[str]) -> pd.DataFrame:
    """Logarithms of the counts, of areas with ten or more each year and the treated."""
    yearly = panel.observed.reshape(len(panel.units), 6, 12).sum(axis=2)
    keep = yearly.min(axis=1) >= 10
    keep[[panel.units.index(a) for a in treated]] = True
    years = pd.period_range(end="2024", periods=6, freq="Y")
    return pd.DataFrame(
        {
            "area": np.repeat(np.array(panel.units)[keep], 6),
            "period": np.tile(years, int(keep.sum())),
            "y": np.log(yearly[keep] + 0.5).ravel(),
        }
    )


def few_clusters(number: int) -> None:
    """Three treated by yearly logarithms of counts, which are not spread alike."""
    alarms = 0
    for seed in range(number):
        panel, treated, _ = drawn(seed, n_treated=3)
        starts = dict(zip(treated, ("2022", "2022", "2024"), strict=True))
        alarms += staggered_placebos(by_year(panel, treated), outcome="y", starts=starts).p_value < 0.05
    say("staggered_placebos, 3 treated, two starts", alarms, number)


def clusters(number: int, treated_each: int) -> None:
    """Yearly logarithms of counts, two cohorts."""
    alarms = 0
    for seed in range(number):
        panel, treated, _ = drawn(seed, n_treated=2 * treated_each)
        rows = by_year(panel, treated)
        starts = {a: str(2022 if i < treated_each else 2024) for i, a in enumerate(treated)}
        row = aggregate_effects(att_gt(rows, outcome="y", starts=starts, draws=2), draws=2).overall.iloc[0]
        alarms += abs(row["att"] / row["standard_error"]) > 1.959964
    say(f"att_gt, simple mean, two cohorts of {treated_each}, analytical", alarms, number)


def balanced(number: int) -> None:
    """Two outcomes, 20 of 400 small areas, yearly totals balanced; p-values of at most 5 of 100."""
    omnibus = single = model = refused = 0
    for seed in range(number):
        rng = np.random.default_rng([12, seed])
        table = effect_panels(rng, 1, units=400, n_treated=20).table()
        table["second"] = rng.binomial(table["count"], 0.3)
        try:
            found = balance_weights(
                table,
                outcomes=["count", "second"],
                treated=table.loc[table["treated"], "area"].unique().tolist(),
                start=table["period"].max() - 11,
                every=12,
                placebos=99,
            )
        except DesignError:  # no weights meet the totals
            refused += 1
            continue
        omnibus += found.omnibus_p <= 0.05
        single += found.rows["p_value"].iat[0] <= 0.05
        model += found.rows["p_model"].iat[0] <= 0.05
    say("balance_weights, two outcomes together, placebo groups", omnibus, number - refused)
    say("balance_weights, the first outcome, placebo groups", single, number - refused)
    say("balance_weights, the first outcome, model error", model, number - refused)


def main() -> None:
    versions = f"Python {platform.python_version()}, numpy {np.__version__}"
    print(f"{time.strftime('%Y-%m-%d')}, kunskapsbaserat {kunskapsbaserat.__version__}, {versions}")
    print("OPENBLAS_NUM_THREADS=1 uv run python benchmarks/toolbox_rates.py")
    several_starts(1_000, 5)
    several_starts(1_000, 2)
    stretches(600)
    few_clusters(1_000)
    clusters(600, 10)
    clusters(600, 25)
    free_weights(150)
    balanced(400)


if __name__ == "__main__":
    main()
