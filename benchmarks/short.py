"""Has a figure become worse? What people wait for, in a minute or two, against a fixed piece of work in the same run.

    uv run python benchmarks/short.py            # prints each figure beside the committed one (benchmarks/short.toml)
    uv run python benchmarks/short.py --skriv    # and writes the committed ones anew

Every job is timed in a process of its own, by processor time, in turns with the reference: a loop, small tables and arrays,
which is what a report is made of. The smallest of a few rounds over the smallest of the reference's is the figure, so that it
means much the same on another machine or beside other work; a machine whose parts are otherwise proportioned moves it ten per
cent or so. More than 25 % is said. It is information: the exit code is 0 unless a job itself fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

Work = Callable[[], object]

COMMITTED = Path(__file__).with_name("short.toml")
WORSE = 1.25
_KEPT: list[tempfile.TemporaryDirectory[str]] = []
DALARNA = ("2080", "2081", "2082", "2083", "2084", "2085", "2061", "2062")  # the kommuner of which the package has most figures


def main() -> None:
    """Time every job, print it beside the committed figure, and say what is worse."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skriv", action="store_true", help=f"write {COMMITTED.name} anew")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.job:
        print(json.dumps(timed(*JOBS[words.job]())))
        return
    before = tomllib.loads(COMMITTED.read_text(encoding="utf-8")) if COMMITTED.exists() else {}
    known = before.get("jobs", {})
    print(f"{date.today()}, {about()}; committed {before.get('measured', 'never')}, {before.get('about', '')}")
    print(f"{'job':36} {'seconds':>8} {'ratio':>8} {'committed':>10} {'change':>8}")
    found: dict[str, tuple[float, float]] = {}
    for name in JOBS:
        seconds, reference = measured(name)
        found[name] = seconds, seconds / reference
        ratio, old = found[name][1], known.get(name, {}).get("ratio")
        change = f"{ratio / old - 1:+8.0%}" if old else f"{'new':>8}"
        print(f"{name:36} {seconds:8.3f} {ratio:8.2f} {old or float('nan'):10.2f} {change}", flush=True)
    worse = [name for name, (_, ratio) in found.items() if name in known and ratio > WORSE * known[name]["ratio"]]
    print("\nWorse by more than 25 %: " + (", ".join(worse) or "nothing"))
    if words.skriv:
        COMMITTED.write_text(toml(found), encoding="utf-8")


def measured(name: str) -> tuple[float, float]:
    """Processor seconds of a job and of the reference, on one core each."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--job", name]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    seconds, reference = json.loads(run.stdout.splitlines()[-1])
    return seconds, reference


def timed(rounds: int, work: Callable[[], float]) -> tuple[float, float]:
    """The smallest of the job's rounds, and of the reference's between them; `work` says how long it took."""
    import pandas as pd

    pd.set_option("mode.string_storage", "python")  # as in a core install, which has no pyarrow, and in the engine
    reference()
    references, seconds = [], []
    for _ in range(rounds):
        references += [processor(reference) for _ in range(3)]
        seconds.append(work())
    return min(seconds), min(references)


def reference() -> None:
    """Fixed work of the kinds that a report is made of; changing it makes every committed figure meaningless."""
    import numpy as np
    import pandas as pd

    total = 0
    for number in range(100_000):
        total += number * number % 7
    table = pd.DataFrame({"area": np.repeat([f"{n:04}" for n in range(50)], 20), "count": np.arange(1000) % 37})
    for _ in range(20):
        rows = table[table["count"] > 5].assign(share=lambda t: t["count"] / 37)
        rows.groupby("area")["share"].sum().sort_values()
    np.sort(np.sin(np.arange(200_000, dtype=float)))


def processor(work: Work) -> float:
    """Processor seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def of_children(work: Work) -> float:
    """Processor seconds of the processes that the work starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


Job = tuple[int, Callable[[], float]]  # how many rounds, and a round, which says how many processor seconds it took


def _python(*words: str) -> Job:
    run = [sys.executable, *words]
    return 4, lambda: of_children(lambda: subprocess.run(run, check=True, stdout=subprocess.DEVNULL))


def imported() -> Job:
    return _python("-c", "import kunskapsbaserat")


def help_text() -> Job:
    return _python("-c", "from kunskapsbaserat.cli import main; main()", "--help")


def report() -> Job:
    """Pages and tables of a lägesbild, as plain calls in a warm process; a round is several kommuner, as they differ."""
    from kunskapsbaserat import lagesbild

    def one(code: str) -> None:
        document = lagesbild.load(kommun=code)
        appendix = document.bilagor()
        for part in (*document.parts(), appendix.part):
            part.to_html()

    for code in DALARNA:
        one(code)
    return 4, lambda: processor(lambda: [one(code) for code in DALARNA]) / len(DALARNA)


def batch() -> Job:
    """A lägesbild in a process of its own among others: notebook, page and files."""
    return 2, lambda: float(
        subprocess.run(
            [sys.executable, "-c", _BATCH, ",".join(DALARNA)], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.split()[-1]
    )


_BATCH = """
import pathlib, sys, tempfile
import psutil
from kunskapsbaserat import engine, kommun
if __name__ == "__main__":
    codes = sys.argv[1].split(",")
    wanted = [engine.Wanted("lagesbild", kommun.get(code)) for code in codes]
    with tempfile.TemporaryDirectory() as out:
        made = engine.render_many(wanted, out=pathlib.Path(out), executor=engine.ForkserverExecutor(), workers=1)
    assert not [one for one in made if one.failure]
    (server,) = [child.cpu_times() for child in psutil.Process().children() if child.cpu_times().children_user]
    print((server.children_user + server.children_system) / len(codes))
"""


def screen() -> Job:
    import screen_speed

    import kunskapsbaserat as kb

    counts, exposure = screen_speed.country(offences=5, freq="M", periods=120)
    return 2, lambda: processor(lambda: kb.screen(counts, exposure))


def synthetic() -> Job:
    import synthetic_speed

    from kunskapsbaserat.effects import synthetic_control

    rows = synthetic_speed.table(1)
    return 5, lambda: processor(lambda: synthetic_control(synthetic_speed.ours(rows)))


def bends() -> Job:
    import trend_speed

    from kunskapsbaserat.trends import joinpoint

    rate = trend_speed.bent_rate()
    return 4, lambda: processor(lambda: joinpoint(rate, max_joinpoints=4))


def events() -> Job:
    import est_read

    from kunskapsbaserat.data import est
    from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

    room = tempfile.TemporaryDirectory(prefix="kunskap-kort-")
    folder = Path(room.name) / "k"
    new_folder(folder, "Borlänge")
    est_read.event_list(folder / "est" / "uttag.csv", events=100_000)
    _KEPT.append(room)  # until this process ends
    return 2, lambda: processor(lambda: est.read(folder))


JOBS: dict[str, Callable[[], Job]] = {
    "import": imported,
    "kunskap --help": help_text,
    "report, plain calls, warm": report,
    "report in a batch": batch,
    "screen, 290 x 5 x 120 months": screen,
    "synthetic control, all placebos": synthetic,
    "joinpoint, 35 years, up to 4": bends,
    "100 000 EST events read": events,
}


def about() -> str:
    """What the figures were measured with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("kunskapsbaserat", "numpy", "pandas", "scipy"))
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}"


def toml(found: dict[str, tuple[float, float]]) -> str:
    """The committed figures."""
    head = f'# python benchmarks/short.py --skriv\nmeasured = {date.today()}\nabout = "{about()}"\n'
    jobs = (f'\n[jobs."{name}"]\nseconds = {s:.3f}\nratio = {ratio:.3f}\n' for name, (s, ratio) in found.items())
    return head + "".join(jobs)


if __name__ == "__main__":
    main()
