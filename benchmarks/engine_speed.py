"""How long a report takes by every way to make it, in one run on the same template and the same SIMULERAD tables.

    uv run python benchmarks/engine_speed.py [NUMBER OF KOMMUNER, default 290] [PLAIN REPORTS, default 4]

Plain means papermill's and nbconvert's own command lines. The limit is the template's cells called as functions in one warm
process. "all twice" is every kommun's lägesbild for two years, from the tables that all share; "own folders" every kommun's
lägesbild and uppföljning, each with a folder of its own (`kunskap ny`) and the invented plan in its workbook. CPU seconds tell
more than wall seconds on a machine that does other things too (Dask's are not all seen).
Proportional set size counts a page that n processes share as 1/n in each.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psutil

ROOM = Path(tempfile.gettempdir()) / "kunskap-matning"
TABLES = ROOM / "tabeller"
PACKAGE = ROOM / "länspaket"
_SOME = 60  # reports by the ways that are not the one asked about
TEMPLATE = Path(__file__).parents[1] / "notebooks" / "templates" / "lagesbild.ipynb"


def main(number: int, plain: int) -> None:
    """Measure and print."""
    shutil.rmtree(ROOM, ignore_errors=True)
    subprocess.run([sys.executable, str(Path(__file__).with_name("engine_tables.py")), str(TABLES)], check=True)
    os.environ["KUNSKAP_TABELLER"] = str(TABLES)
    codes = sorted(json.loads(_python("import json; from kunskapsbaserat import kommun", _CODES)))[:number]
    _python(_FOLDERS, str(PACKAGE), str(Path(__file__).parents[1] / "tests" / "plan"), ",".join(codes))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load before {os.getloadavg()[0]:.1f} on {cores} cores")
    print(f"Command: python benchmarks/engine_speed.py {number} {plain}")
    names = ("pandas", "numpy", "papermill", "nbconvert", "ipykernel", "ipython")
    print(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, " + _versions(names))
    print(f"Template lagesbild, SIMULERAD tables for 290 kommuner; {len(codes)} kommuner, {plain} by the plain ways\n")
    heads = f"{'s/report':>9} {'x plain':>8} {'x plain 4':>9} {'CPU s/report':>13} {'x plain':>8} {'PSS MB':>7}"
    print(f"{'way':48} {'reports':>7} {'seconds':>8} {heads}")
    base: dict[str, float] = {}
    some = codes[:_SOME]
    ways: list[tuple[str, int, Callable[[], object]]] = [
        ("plain papermill + nbconvert, one at a time", plain, lambda: [_plain(c) for c in codes[:plain]]),
        ("plain papermill + nbconvert, 4 at a time", 2 * plain, lambda: _pool(codes[: 2 * plain])),
        ("limit: the cells as a plain warm function", len(some), lambda: _python(_LIMIT, ",".join(some))),
        ("one process reusing everything (shell)", len(some), lambda: _engine(some, "spawn", 1)),
        ("engine, forkserver, 1 worker", len(some), lambda: _engine(some, "fork", 1)),
        (f"engine, forkserver, {cores} workers", len(some), lambda: _engine(some, "fork", cores)),
        (f"engine, spawn, {cores} workers", len(some), lambda: _engine(some, "spawn", cores)),
        (f"Dask, local cluster, {cores} threads", len(some), lambda: _engine(some, "dask", cores)),
        (f"engine, forkserver, {cores} workers, all twice", 2 * number, lambda: _engine(codes, "twice", cores)),
        (f"engine, forkserver, {cores} workers, own folders", 2 * number, lambda: _engine(codes, "folders", cores)),
    ]
    for name, reports, way in ways:
        seconds, cpu, pss = _measured(way)
        each, work = seconds / reports, cpu / reports
        base.setdefault("work", work)
        base.setdefault("plain" if "one at a time" in name else "plain 4" if "4 at a time" in name else name, each)
        one, four = base["plain"] / each, base.get("plain 4", base["plain"]) / each
        figures = f"{each:9.3f} {one:8.1f} {four:9.1f} {work:13.3f} {base['work'] / work:8.1f} {pss:7.0f}"
        row = f"{name:48} {reports:7} {seconds:8.1f} {figures}"
        print(row, flush=True)
    largest = max(p.stat().st_size for p in ROOM.rglob("report.html"))
    print(f"\nLargest page {largest / 1000:.0f} kB. Load after {os.getloadavg()[0]:.1f}.")
    shutil.rmtree(ROOM, ignore_errors=True)


_CODES = "print(json.dumps([k.code for k in kommun.all_kommuner()]))"
_LIMIT = """
import sys
import pandas as pd
pd.set_option("mode.string_storage", "python")  # as in a core install, which has no pyarrow, and in the engine
from kunskapsbaserat import lagesbild
from kunskapsbaserat.report.page import common_words as words
from kunskapsbaserat.report.page import html
for code in sys.argv[1].split(","):
    lb = lagesbild.load(kommun=code)
    appendix = lb.bilagor()
    parts = [*(part.to_html() for part in lb.parts()), appendix.part.to_html()]
    record = appendix.record
    html.page(parts, title=record["title"], foot=record["foot"], nav=record["nav"], made_with=words.made_with("x"))
"""
_FOLDERS = """
import sys, pathlib
sys.path.insert(0, sys.argv[2])
from plans import filled
from kunskapsbaserat import plan
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder
for code in sys.argv[3].split(","):
    folder = pathlib.Path(sys.argv[1]) / code
    new_folder(folder, code)
    plan.path_in(folder).unlink()
    filled(plan.path_in(folder), kommun=code)
"""
_ENGINE = """
import sys, pathlib, psutil
from kunskapsbaserat import engine, kommun
if __name__ == "__main__":
    how, workers, out, codes = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4].split(",")
    executor = engine.SpawnExecutor() if how == "spawn" else engine.ForkserverExecutor()
    places = [kommun.get(code) for code in codes]
    wanted = [engine.Wanted("lagesbild", place) for place in places]
    if how == "twice":
        wanted += [engine.Wanted("lagesbild", place, parameters={"year": 2024}) for place in places]
    if how == "dask":
        import distributed
        from kunskapsbaserat.engine.executors.dask import DaskExecutor
        cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=workers, dashboard_address=None)
        executor = DaskExecutor(cluster.scheduler_address)
    if how == "folders":
        package = engine.folders_in(out.parent / "länspaket")
        names = ("lagesbild", "uppfoljning")
        wanted = [engine.Wanted(name, place, data=package[place]) for name in names for place in places]
    batches = [wanted] if how != "twice" else [wanted[: len(places)], wanted[len(places) :]]
    for number, batch in enumerate(batches):
        made = engine.render_many(batch, out=out / str(number), executor=executor, workers=workers)
        failed = [o for o in made if o.failure]
        assert not failed, failed[0]
        assert how in ("spawn", "dask") or all(o.warm for o in made)
    used = [child.cpu_times() for child in psutil.Process().children()]  # the forkserver, which nobody waits for
    print(sum(t.user + t.system + t.children_user + t.children_system for t in used))
"""


def _plain(code: str) -> None:
    folder = ROOM / "plain" / code
    folder.mkdir(parents=True)
    executed = str(folder / "lagesbild.ipynb")
    run = [sys.executable, "-m", "papermill", str(TEMPLATE), executed, "-r", "kommun", code, "--no-progress-bar"]
    subprocess.run(run, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "kunskap", executed], check=True, capture_output=True)


def _pool(codes: list[str]) -> None:
    shutil.rmtree(ROOM / "plain", ignore_errors=True)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_plain, codes))


def _engine(codes: list[str], how: str, workers: int) -> float:
    """CPU seconds that the forkserver and its processes used."""
    script = ROOM / "batch.py"
    script.write_text(_ENGINE, encoding="utf-8")
    out = ROOM / f"ut-{how}-{workers}-{len(codes)}"
    words = [sys.executable, str(script), how, str(workers), str(out), ",".join(codes)]
    return float(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1])


def _python(code: str, *words: str) -> str:
    if words and words[0].startswith("print"):
        code, words = f"{code}\n{words[0]}", ()
    return subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def _measured(way: Callable[[], object]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds, and the largest proportional set size of all its processes in MB."""
    stop, largest = threading.Event(), [0.0]

    def watch() -> None:
        while not stop.wait(2):  # to look takes a hundredth of a second a process, of those that work
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += getattr(process.memory_full_info(), "pss", 0)
                except psutil.Error:
                    continue
            largest[0] = max(largest[0], total / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        unseen = way()
    finally:
        stop.set()
        watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.perf_counter() - clock
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu + (unseen if isinstance(unseen, float) else 0.0), largest[0]


def _versions(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:], *("290", "4")[len(sys.argv) - 1 :]]))
