"""What a report costs on Dask beside the engine alone, on one machine in one run: the price of leaving the machine.

    uv run python benchmarks/dask_speed.py [NUMBER OF KOMMUNER, default 24] [REPORTS AT A TIME, default the cores]

Each way makes the lägesbild of the same kommuner twice, from the package's own figures: the first batch loads everything, the
second finds it warm (the engine's own forkserver, and the process beside the Dask worker). CPU is that of every process of the
way, Dask's scheduler and worker too; it tells more than wall seconds where others use the machine. At the end the bytes that go
to a worker and come back for one report, with a folder of the kommun's own.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from kunskapsbaserat import engine, kommun
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.executors import parcels
from kunskapsbaserat.engine.job import Job
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

WAYS = {"engine": "engine, forkserver", "threads": "Dask, one worker with threads", "workers": "Dask, workers of one thread"}


def main(number: int, at_a_time: int) -> None:
    """Measure and print."""
    print(f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load before {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"Command: python benchmarks/dask_speed.py {number} {at_a_time}")
    names = ("distributed", "pandas", "numpy", "papermill")
    told = ", ".join(f"{name} {version(name)}" for name in names)
    print(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {told}")
    print(f"Template lagesbild, {number} kommuner, {at_a_time} reports at a time\n")
    print(f"{'way':32} {'batch':8} {'seconds':>8} {'s/report':>9} {'CPU s/report':>13} {'x engine':>9}")
    base: dict[str, float] = {}
    digests = set()
    for way, name in WAYS.items():
        words = [sys.executable, __file__, way, str(number), str(at_a_time)]
        found = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
        digests.add(found["digest"])
        for batch in ("first", "second"):
            seconds, cpu = (value / number for value in found[batch])
            base.setdefault(batch, cpu)
            row = f"{name:32} {batch:8} {found[batch][0]:8.1f} {seconds:9.3f} {cpu:13.3f} {cpu / base[batch]:9.2f}"
            print(row, flush=True)
        if way != "engine":
            print(
                f"{'  of it Dask scheduler and client':32} {'second':8} {'':8} {'':9} {found['client'] / number:13.3f}",
                flush=True,
            )
    assert len(digests) == 1
    print("\nThe bytes of all reports are the same by every way.")
    there, back = travels()
    print(f"A report of a kommun with a folder of its own: {there / 1000:.0f} kB there, {back / 1000:.0f} kB back.")
    print(f"Load after {os.getloadavg()[0]:.1f}.")


def by(way: str, number: int, at_a_time: int) -> dict[str, object]:
    """Seconds and processor seconds of two batches by one way."""
    wanted = [engine.Wanted("lagesbild", place) for place in kommun.all_kommuner()[:number]]
    cluster, executor = None, None
    if way != "engine":
        import distributed

        workers, threads = (1, at_a_time) if way == "threads" else (at_a_time, 1)
        cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=threads, dashboard_address=None)
        executor = engine.DaskExecutor(cluster)
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as room:
        for batch in ("first", "second"):
            out = Path(room) / batch
            before, clock, mine = used(), time.perf_counter(), time.process_time()
            made = engine.render_many(wanted, out=out, executor=executor, workers=at_a_time if cluster is None else None)
            found[batch] = (time.perf_counter() - clock, used() - before)
            found["client"] = time.process_time() - mine
            assert not [o.failure for o in made if o.failure]
        found["digest"] = str([sorted(manifest.outputs_of(o.folder).items()) for o in made])
    if cluster is not None:
        cluster.close()
    return found


def used() -> float:
    """Processor seconds of this process and all below it, and of those that they have waited for."""
    times = [one.cpu_times() for one in (psutil.Process(), *psutil.Process().children(recursive=True))]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def travels() -> tuple[int, int]:
    """Bytes of a parcel, and of the report that comes back."""
    with tempfile.TemporaryDirectory() as room:
        home, out = Path(room) / "mapp", Path(room) / "ut"
        place = kommun.get("Borlänge")
        new_folder(home, place)
        made = engine.render("lagesbild", place, out=out, data=home)
        path = engine.template_path("lagesbild")
        job = Job("lagesbild", path, place, {"kommun": place.code}, home, Path(room), Path(room) / "logg", "")
        parcel = parcels.packed((job,))
        return parcel.size, sum(len(content) for content in parcels.files_of(made.folder).values())


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in WAYS:
        print(json.dumps(by(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
    else:
        cores = str(os.cpu_count() or 1)
        main(*(int(word) for word in [*sys.argv[1:], *("24", cores)[len(sys.argv) - 1 :]]))
