"""How long a school with a thousand answers takes, from workbook to finished folder; at most three seconds.

uv run python benchmarks/school_speed.py > benchmarks/school_speed.txt
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from kunskapsbaserat import __version__, engine, kommun, simulate
from kunskapsbaserat import skola as school_report
from kunskapsbaserat.data.school import sheets, template
from kunskapsbaserat.report.documents.skola import example

ANSWERS = 1000
TIMES = 5


def main() -> None:
    print(f"{date.today()}, kunskapsbaserat {__version__}, {ANSWERS} answers, best and worst of {TIMES}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print("command: uv run python benchmarks/school_speed.py\n")
    with tempfile.TemporaryDirectory() as room:
        data = Path(room) / "data"
        write(data)
        print(f"{'':34} {'wall':>14} {'processor':>14}")
        row("read, and every part of the page", lambda: school_report.load(data=data, skola="stora-skolan").bilagor())
        wanted = engine.Wanted("skola", kommun.get("Borlänge"), data, parameters={"skola": "stora-skolan"})
        outcomes = engine.render_many([wanted], out=Path(room) / "ut")
        print(f"{'finished folder, process loaded':34} {outcomes[0].seconds:12.2f} s")


def write(data: Path) -> None:
    """Two years of a school that is simulated like the example."""
    drawn = simulate.schools(answered=[ANSWERS], places=8, indicators=16, grades=6)[0]
    place = data / "skolor" / "stora-skolan"
    place.mkdir(parents=True)
    (data / "mapp.toml").write_text('kommun = "2081"\n', encoding="utf-8")
    for year in range(2):
        filled = dict(example.filled(0, year))
        rows = example.survey_rows(drawn, year, grades=[f"åk {k}" for k in range(4, 10)])
        filled[sheets.SURVEY] = rows
        filled[sheets.FACTS] = [{**filled[sheets.FACTS][0], "namn": "Stora skolan"}]
        (place / f"skola-{2025 + year}.xlsx").write_bytes(template.workbook("Stora skolan", filled))


def row(name: str, done: Callable[[], object]) -> None:
    walls, processors = [], []
    for _ in range(TIMES):
        wall, processor = time.perf_counter(), time.process_time()
        done()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    print(f"{name:34} {min(walls):5.2f}-{max(walls):.2f} s {min(processors):7.2f}-{max(processors):.2f} s")


if __name__ == "__main__":
    main()
