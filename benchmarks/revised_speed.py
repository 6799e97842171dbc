"""How long it takes to hold adopted reports against newly fetched folders, for each folder and for 290 of them.

    python benchmarks/revised_speed.py > benchmarks/revised_speed.txt
    python benchmarks/revised_speed.py --room ROOM --beside 12 >> benchmarks/revised_speed.txt

With --beside each of some folders is computed twice in one process, the quick way and the whole one, by turns: what the machine
does beside is then the same for both. The two must say the same.

The replica of the tests is asked for some kommuner at once, as `kunskap hamta --alla` does; the tables of a lägesbild are made
of each folder, the counts of every other one are changed, and ``kunskap verifiera --mot-nytt`` is run on all of them, as a
person starts it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fetch"))

from replica import Replica, running
from world import world

from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded, folder
from kunskapsbaserat.data import fetched as fetched_tables
from kunskapsbaserat.data.fetch import addresses
from kunskapsbaserat.data.folder import layout, precedence
from kunskapsbaserat.engine import fetching, manifest, reports_in, revised
from kunskapsbaserat.engine.packages import folders_in
from kunskapsbaserat.report.documents.lagesbild import appendix
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.underlag import Underlag

ALL = 290


def fetched(places: list[kommun.Kommun], room: Path) -> dict[kommun.Kommun, Path]:
    """A folder for each, filled from the replica."""
    pauses = {key: dataclasses.replace(service, pause=0.0) for key, service in addresses.SERVICES.items()}
    addresses.SERVICES = pauses
    homes, parent = fetching.homes(places, room / "kommuner", many=True)
    with running(Replica(world())) as replica:
        (room / "kallor.toml").write_text(replica.addresses(), encoding="utf-8")
        os.environ[addresses.VARIABLE] = str(room / "kallor.toml")
        fetching.fetch(homes, parent)
    return homes


def report(place: kommun.Kommun, home: Path, room: Path, *, changed: bool) -> None:
    """What is compared of a rendered report: its tables and what its manifest says it is about."""
    machine = room / "tables" / "maskin"
    machine.mkdir(parents=True)
    for name, released in appendix.tables_beside(underlag.load(place, data=home)).items():
        frame = released.frame.rename(columns={"area": "kommun"})
        if changed and name == "anmalda_brott":
            frame = frame.assign(count=frame["count"] + 1)
        frame.to_csv(machine / f"{name}.csv", index=False)
    about = {"template": "lagesbild", "parameters": {"kommun": place.code, "year": None}, "outputs": {}}
    (room / "manifest.json").write_text(json.dumps(about), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folders", type=int, default=30)
    parser.add_argument("--arbetare", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--room", type=Path, help="keep the folders here, and use those that are there")
    parser.add_argument("--beside", type=int, default=0, help="so many folders in both ways, in this process")
    args = parser.parse_args()
    print(f"python benchmarks/{Path(__file__).name} {' '.join(sys.argv[1:])}".rstrip())
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as spare:
        room = args.room or Path(spare)
        room.mkdir(parents=True, exist_ok=True)
        if not (room / "rapporter").exists():
            step = ALL // args.folders
            homes = fetched(list(kommun.all_kommuner())[::step][: args.folders], room)
            for number, (place, home) in enumerate(homes.items()):
                report(place, home, room / "rapporter" / place.slug / "lagesbild", changed=number % 2 == 0)
        if args.beside:
            beside(room, args.beside)
            return
        for workers in args.arbetare:
            measure(room, workers, args.folders, "figures have changed")
        for path in (room / "rapporter").glob("*/lagesbild"):
            complete(path, room / "kommuner" / path.parent.name)
        measure(room, args.arbetare[-1], args.folders, "the same figures")


def beside(room: Path, folders: int) -> None:
    """Some folders in both ways, after as many that the quick way has had to know the country by."""
    homes = folders_in(room / "kommuner")
    asked = [(one, {**(manifest.read(one) or {}), "outputs": {}}, homes) for one in reports_in(room / "rapporter")]
    asked = asked[: 2 * folders]
    for one in asked[:folders]:
        revised._revised(*one)
    quick = whole = 0.0
    for one in asked[folders:]:
        began = time.process_time()
        answer = revised._revised(*one)
        quick += time.process_time() - began
        with everything_anew():
            began = time.process_time()
            assert answer == revised._revised(*one)
            whole += time.process_time() - began
    each = [seconds / (len(asked) - folders) for seconds in (quick, whole)]
    print(
        f"{len(asked) - folders} folders after {folders} others, one process: {each[0]:.2f} s of computing a folder, "
        f"{each[1]:.2f} s the whole way: {each[1] / each[0]:.1f} times as long; the same cells and verdicts"
    )


def _all_findings(u: Underlag) -> object:
    assert isinstance(u.survey_findings, tuple)
    return u.count_findings


@contextmanager
def everything_anew() -> Iterator[None]:
    """No area is taken from another folder, no file from one that has the same, and every part of a finding is computed."""
    once = folder.joined, Underlag.verdicts
    folder.joined = precedence.joined = precedence._chain
    Underlag.verdicts = property(_all_findings)
    fetched_tables._LATEST.clear()
    try:
        yield
    finally:
        folder.joined = precedence.joined = once[0]
        Underlag.verdicts = once[1]


def complete(report: Path, home: Path) -> None:
    """A whole manifest, as a rendered report has it: what it was made of and by which version."""
    inputs = [_input(name, s.sha256, s.retrieved) for name, s in embedded.snapshots().items()]
    for path in layout.data_paths(home):
        day = fetched_tables.about(path).retrieved if fetched_tables.recognises(path) else date.today()
        inputs.append(_input(path.relative_to(home).as_posix(), manifest.file_sha256(path), day))
    about = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    about |= {"chosen": {}, "formats": [], "inputs": inputs, "notebook": "", "own_notebook": False, "own_folder": True}
    about |= {"template_sha256": "", "made_of_sha256": "", "run": {}, **manifest.versions()}
    about["outputs"] = manifest.outputs_of(report)
    (report / "manifest.json").write_text(json.dumps(about), encoding="utf-8")


def _input(name: str, sha256: str, day: date) -> dict[str, str]:
    return {"file": name, "sha256": sha256, "retrieved": day.isoformat()}


def measure(room: Path, workers: int, folders: int, what: str) -> None:
    before, began = _computed(), time.perf_counter()
    command = [sys.executable, "-m", "kunskapsbaserat.cli", "verifiera", "--mot-nytt", str(room / "rapporter")]
    command += ["--data", str(room / "kommuner"), "--arbetare", str(workers), "--json"]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    seconds, computed = time.perf_counter() - began, _computed() - before
    found = pd.DataFrame(json.loads(done.stdout))
    revised = int((found["cells"].map(len) > 0).sum())
    each = computed / folders
    print(
        f"{what}: {folders} folders, {workers} processes, {seconds:.0f} s, {computed:.0f} s computing, {each:.2f} s a folder; "
        f"{revised} reports with changed figures. {ALL} folders on {workers} free cores: {each * ALL / workers:.0f} s",
        flush=True,
    )


def _computed() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
