"""Kill a fetch at random moments: nothing that was whole is lost, and the next run works.

    python benchmarks/fetch_kill.py --kills 200 > benchmarks/fetch_kill.txt

A process writes runs of three answers into one store without end. It is killed (SIGKILL, or TerminateProcess on Windows) after
a random time, and the store is read: every run that was closed must have its three answers, byte for byte.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fetch"))

from test_store import WRITER

from kunskapsbaserat.data.fetch.store import Store


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    args = parser.parse_args()
    drawn, began, whole, cut = random.Random(1), time.perf_counter(), 0, 0
    with tempfile.TemporaryDirectory() as room:
        store, checked = Store(room), set[str]()
        for _ in range(args.kills):
            process = subprocess.Popen([sys.executable, "-c", WRITER, room], stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(drawn.uniform(0, 0.08))
            process.kill()
            process.wait()
            process.stdout.close()
            entries = store.entries()
            closed = [e.run for e in entries if e.closed]
            assert len(closed) >= whole, "a run was lost"
            assert set(closed) >= checked, "a run was lost"
            cut += (Path(room) / "logg.jsonl").read_bytes()[-1:] not in (b"\n", b"")
            whole = len(closed)
            answers = {(e.run, e.key): e for e in entries if not e.closed}
            for run in set(closed) - checked:
                for part in range(3):
                    assert store.content(answers[run, f"/{part}"]) == f"{run} {part} ".encode() * 500
                checked.add(run)
        with store.locked():
            left = len(list((Path(room) / "kolada").glob(".*.ny")))
    print(f"python benchmarks/{Path(__file__).name} {' '.join(sys.argv[1:])}")
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"{time.perf_counter() - began:.0f} s"
    )
    print(
        f"{args.kills} kills: {whole} whole runs, none lost or changed; {cut} lines cut off, {left} half-written files beside"
    )


if __name__ == "__main__":
    main()
