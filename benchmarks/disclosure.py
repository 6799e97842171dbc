"""How much is hidden so that nothing small can be had, and what a reader with linear programming gets out of it.

    python benchmarks/disclosure.py

Invented tables of parts by periods with both margins, some with a second kind of total inside. Three rules hide: `suppress`;
a naive one (the small ones, and the smallest other where a sum has one hidden part); and on small tables the fewest cells that
are safe, found by trying every choice. Each is attacked in the same way: the sums, the numbers shown, and that a hidden number
is at least 1.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import sys
import time
from datetime import UTC, datetime

import numpy as np

from kunskapsbaserat.disclosure.linear import Attacker, Linked, Need
from kunskapsbaserat.disclosure.suppress import needs_of, suppress


def table(rng: np.random.Generator, parts: int, periods: int) -> tuple[Linked, np.ndarray, np.ndarray]:
    """Counts with their margins (and sometimes a subtotal of the first parts), which are small, and what each is worth."""
    counts = rng.poisson(rng.gamma(0.8, 8, (parts, 1)), (parts, periods)).astype(float)
    n = counts.size
    values = [*counts.ravel(), *counts.sum(axis=1), *counts.sum(axis=0), counts.sum()]
    whole = n + parts + periods
    sums = [(n + p, range(p * periods, (p + 1) * periods)) for p in range(parts)]
    sums += [(n + parts + t, range(t, n, periods)) for t in range(periods)]
    sums += [(whole, range(n, n + parts)), (whole, range(n + parts, whole))]
    if parts > 3 and rng.random() < 0.5:
        half = parts // 2
        values += [*counts[:half].sum(axis=0)]
        sums += [(whole + 1 + t, range(t, half * periods, periods)) for t in range(periods)]
    found = np.array(values)
    weight = np.ones(len(found))
    weight[n:] = 3
    return Linked.of(values, sums), (found > 0) & (found < 5), weight


def naive(linked: Linked, small: np.ndarray) -> np.ndarray:
    """The small ones, and where a sum has one hidden number the smallest other of it."""
    hidden = small.copy()
    rows = [np.flatnonzero(r) for r in linked.relations.toarray()]
    while lone := [r for r in rows if hidden[r].sum() == 1 and (linked.values[r] > 0).sum() > 1]:
        others = [c for c in lone[0] if not hidden[c] and linked.values[c] > 0]
        hidden[min(others, key=lambda c: linked.values[c])] = True
    return hidden


def attacked(linked: Linked, hidden: np.ndarray, small: np.ndarray) -> tuple[int, int]:
    """Small numbers had exactly, and had closer than the rule allows (the exact ones too)."""
    attacker = Attacker(linked)
    narrowed = {n.cell for n in attacker.told(hidden, needs_of(linked, np.flatnonzero(small & linked.tied)))}
    either_side = [Need(c, linked.values[c] + step, up) for c in narrowed for step, up in ((1, True), (-1, False))]
    told = [n.cell for n in attacker.told(hidden, either_side)]
    return sum(told.count(c) == 2 for c in narrowed), len(narrowed)


def fewest(linked: Linked, small: np.ndarray, needs: list[Need], *, most: int) -> int | None:
    """The smallest number of further cells that makes all safe, up to `most`."""
    others = [c for c in range(len(small)) if not small[c] and linked.values[c] > 0]
    attacker = Attacker(linked)
    for size in range(most + 1):
        for chosen in itertools.combinations(others, size):
            hidden = small.copy()
            hidden[list(chosen)] = True
            if not attacker.told(hidden, needs, first=True):
                return size
    return None


def many(count: int) -> None:
    rng = np.random.default_rng(20261129)
    seen = small_cells = 0
    lost = {"suppress": 0, "naive": 0}
    had = {"suppress": np.zeros(2, dtype=int), "naive": np.zeros(2, dtype=int)}
    for _ in range(count):
        linked, small, weight = table(rng, int(rng.integers(3, 6)), int(rng.integers(2, 5)))
        seen += int((~small & (linked.values > 0)).sum())
        small_cells += int(small.sum())
        for name, hidden in (("suppress", suppress(linked, small, weight=weight).hidden), ("naive", naive(linked, small))):
            lost[name] += int((hidden & ~small).sum())
            had[name] += attacked(linked, hidden, small)
    print(
        f"{count} linked tables, {small_cells} small numbers protected, {seen} numbers that might be shown (zeros not counted)"
    )
    for name in lost:
        exact, narrowed = had[name]
        hidden = f"further numbers hidden {lost[name]} ({100 * lost[name] / seen:.1f} %)"
        print(f"  {name:9} had exactly {exact}, told closer than 1-5 {narrowed}, {hidden}")


def optimum(count: int) -> None:
    rng = np.random.default_rng(7)
    ours = best = tried = 0
    while tried < count:
        linked, small, _ = table(rng, 3, 2)
        needs = needs_of(linked, np.flatnonzero(small & linked.tied))
        found = suppress(linked, small)
        extra = int((found.hidden & ~small).sum())
        if not small.any() or extra == 0:
            continue
        least = fewest(linked, small, needs, most=min(extra, 4))
        if least is None:
            continue
        tried, ours, best = tried + 1, ours + extra, best + least
    print(f"{count} small tables where more had to be hidden: suppress {ours} numbers, the fewest that are safe {best}")


def speed() -> None:
    rng = np.random.default_rng(0)
    linked, small, weight = table(rng, 100, 26)
    start = time.process_time()  # the machine does other work beside this
    found = suppress(linked, small, weight=weight)
    seconds = time.process_time() - start
    further = int((found.hidden & ~small).sum())
    print(f"100 parts x 26 periods with margins: {small.sum()} small, {further} more hidden, {seconds:.1f} s of a processor")


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--tables", type=int, default=2000)
    options.add_argument("--small", type=int, default=40)
    said = options.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}  {' '.join(['python', *sys.argv])}")
    print(f"{platform.machine()} {platform.system()}, Python {platform.python_version()}, numpy {np.__version__}")
    begun = time.perf_counter()
    speed()
    optimum(said.small)
    many(said.tables)
    print(f"{time.perf_counter() - begun:.0f} s")
