"""How long a fetch takes against the replica with 100 ms before each answer: calls, seconds and memory.

    python benchmarks/fetch_speed.py > benchmarks/fetch_speed.txt

The pauses between requests are the real ones. The command is a process of its own, as a person starts it; what it computes is
given beside, since other work on the same machine lengthens the rest.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fetch"))

from replica import Replica, running
from world import world


def main() -> None:
    print(f"python benchmarks/{Path(__file__).name}")
    print(
        f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.0f} of other work"
    )
    before = 0.0
    with tempfile.TemporaryDirectory() as room:
        for words in (["Köping", "en"], ["Köping", "en", "--offline"], ["Köping", "riket", "--riket"]):
            with running(Replica(world(), latency=0.1)) as replica:
                path = Path(room) / "kallor.toml"
                path.write_text(replica.addresses(), encoding="utf-8")
                environment = {**os.environ, "KUNSKAP_KALLOR": str(path)}
                began = time.perf_counter()
                command = [sys.executable, "-m", "kunskapsbaserat.cli", "hamta", *words]
                done = subprocess.run(command, cwd=room, env=environment, capture_output=True, check=False)
                seconds = time.perf_counter() - began
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            memory, computed = used.ru_maxrss / 1024, used.ru_utime + used.ru_stime - before
            before += computed
            calls = len(replica.asked)
            said = f"code {done.returncode}, {calls} calls, {seconds:.1f} s ({computed:.1f} s of computing)"
            said += f", at most {memory:.0f} MB so far"
            print(f"hamta {' '.join(words)}: {said}")
            if replica.asked:
                print("    " + ", ".join(f"{name} {n}" for name, n in Counter(a.service for a in replica.asked).most_common()))


if __name__ == "__main__":
    main()
