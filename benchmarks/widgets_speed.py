"""How long does Utforska take? The first view, and a change of kommun, offence and comparison; the kernel's part of it.

    uv run python benchmarks/widgets_speed.py > benchmarks/widgets_speed.txt

The embedded figures, and 290 kommuner x 30 offences x 120 months (SIMULERAD, as in screen_speed.py). Then what a kernel that
has loaded nothing needs for the import alone, and for its very first view. What the browser adds is not in the figures.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from screen_speed import OFFENCES, YEARS, _counts

import kunskapsbaserat as kb
from kunskapsbaserat import kommun
from kunskapsbaserat.report.documents.explore import view
from kunskapsbaserat.widgets import Utforska

FRESH = {
    "import alone": "from kunskapsbaserat.widgets import Utforska",
    "import and first view": "from kunskapsbaserat.widgets import Utforska; Utforska('Borlänge')",
    "all three widgets": "from kunskapsbaserat import widgets as w; w.Utforska('Borlänge'), w.Effekt(), w.Rapport()",
}
PLACES = ["Falun", "Mora", "Vansbro", "Leksand", "Orsa", "Gagnef", "Avesta", "Hedemora", "Ludvika"]


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {kb.__version__}, Python {platform.python_version()}, {platform.machine()}")
    print("Seconds of processor time; command: uv run python benchmarks/widgets_speed.py\n")
    Utforska("Falun")  # what is loaded once: fonts, the map's outlines
    view.screened_built_in.cache_clear()
    counts, exposure = panel()
    measure("embedded", lambda: Utforska("Borlänge"))
    measure("290 x 30 x 120 months", lambda: Utforska("Borlänge", counts=counts, exposure=exposure))
    for name, code in FRESH.items():
        print(f"{name:22} {statistics.median(fresh(code) for _ in range(5)):4.1f}")


def fresh(code: str) -> float:
    """Processor time of a new Python that runs the code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import time; print(time.process_time())"], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def measure(name: str, make: Callable[[], Utforska]) -> None:
    widget, first = timed(make)
    offences = [value for _, value in widget.offence.options[1:10]]
    moved = [timed(lambda p=p: setattr(widget.kommun, "value", p))[1] for p in PLACES]
    chosen = [timed(lambda o=o: setattr(widget.offence, "value", o))[1] for o in offences]
    _, again = timed(lambda: setattr(widget.group, "value", "lan"))
    print(
        f"{name:22} first view {first:4.1f}, another kommun {statistics.median(moved):5.2f} (slowest {max(moved):.2f}), "
        f"another offence {statistics.median(chosen):5.2f}, another comparison the first time {again:4.1f}"
    )


def panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    areas = [k.code for k in kommun.all_kommuner()]
    people = rng.lognormal(9.9, 0.9, len(areas)).round()
    rows = [
        (a, "kommun", "residents", y, float(n))
        for a, n in zip(areas, people, strict=True)
        for y in range(YEARS[0] - 1, YEARS[-1] + 1)
    ]
    exposure = pd.DataFrame(rows, columns=["area", "area_level", "kind", "year", "value"])
    assert len(OFFENCES) == 30
    return _counts(rng, areas, people, pd.period_range(str(YEARS[0]), periods=120, freq="M")), exposure


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


if __name__ == "__main__":
    main()
