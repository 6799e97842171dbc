"""A batch in a program of its own, so that a test can look for what it leaves behind: `python batch_run.py SPEC`, JSON out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import nbformat
import psutil

MARK = "KUNSKAP_TEST_MARK"
EXECUTORS = ("forkserver", "spawn")


def notebook(path: Path, *sources: str) -> Path:
    """A notebook with a parameters cell and the given code cells."""
    parameters = nbformat.v4.new_code_cell("kommun = None", metadata={"tags": ["parameters"]}, id="kb-parametrar")
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources, 1)]
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[parameters, *cells])), encoding="utf-8")
    return path


def template_with(path: Path, source: str) -> Path:
    """The lägesbild with one more cell at its end."""
    from kunskapsbaserat.engine import template_path

    found = nbformat.read(template_path("lagesbild"), as_version=4)
    found.cells.append(nbformat.v4.new_code_cell(source, id="sist"))
    path.write_text(nbformat.writes(found), encoding="utf-8")
    return path


def run(spec: dict[str, Any], *, environment: dict[str, str] | None = None) -> tuple[dict[str, dict[str, Any]], str]:
    """Outcomes by "<kommun>/<template>", and the mark that every process of the batch carries."""
    mark = uuid.uuid4().hex
    done = subprocess.run(
        [sys.executable, __file__, json.dumps(spec)],
        env={**os.environ, MARK: mark, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {f"{o['kommun']}/{o['template']}": o for o in json.loads(done.stdout.splitlines()[-1])}, mark


def left_running(mark: str, patience: float = 60.0) -> list[str]:
    """Processes that carry the mark still, after they have had time to end."""
    until = time.monotonic() + patience
    while True:
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline()))
            except psutil.Error:
                continue
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.1)


def main(spec: dict[str, Any]) -> None:
    from kunskapsbaserat import engine, kommun

    chosen = {"forkserver": engine.ForkserverExecutor, "spawn": engine.SpawnExecutor, "kernel": engine.KernelExecutor}
    wanted = [
        engine.Wanted(w["template"], kommun.get(w["kommun"]), notebook=Path(w["notebook"]) if w.get("notebook") else None)
        for w in spec["wanted"]
    ]
    outcomes = engine.render_many(
        wanted,
        out=Path(spec["out"]),
        executor=chosen[spec["executor"]](),
        workers=spec.get("workers", 2),
        limit=spec.get("limit", 300),
    )
    found = [
        {
            "kommun": o.wanted.subject.code,
            "template": o.wanted.template,
            "status": o.status,
            "warm": o.warm,
            "message": o.failure.message if o.failure else "",
            "svenska": o.failure.svenska if o.failure else "",
            "cell": o.failure.cell if o.failure else None,
            "log": o.log.read_text(encoding="utf-8"),
        }
        for o in outcomes
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
