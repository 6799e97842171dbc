"""What became of every report the last time it was asked for: one that is there does not tell that it has failed since."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__, interruption
from kunskapsbaserat import lan as subjects
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.batch import LOGS, Outcome

LAST_RUN = f"{LOGS}/senaste.json"
_RUN = {"ended": str, "version": str, "done": int, "skipped": int, "failed": int}
_ROW = {"ended": str, "template": str, "about": str, "code": str, "status": str, "cell": int | None, "exit_code": int}


def write_run(outcomes: Sequence[Outcome], *, out: Path, ended: datetime | None = None) -> Path:
    """Note how a batch went; what is known of reports that it did not make is kept.

    No reason is noted: it may quote a file. It stands in the report's log.

    Parameters
    ----------
    outcomes : sequence of Outcome
        From `render_many`.
    out : Path
        The folder of all reports.
    ended : datetime, optional
        Default now.

    Returns
    -------
    Path

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Outcome, Wanted, write_run
    >>> out = tempfile.TemporaryDirectory()
    >>> wanted = Wanted("lagesbild", kommun.get("Köping"))
    >>> made = Outcome(wanted, "done", Path(out.name) / wanted.place, Path(out.name) / "koping.log")
    >>> write_run([made], out=Path(out.name)).name
    'senaste.json'
    >>> out.cleanup()
    """
    when = (ended or datetime.now()).astimezone().isoformat(timespec="seconds")
    path = out / LAST_RUN
    record = {
        "run": {
            "ended": when,
            "version": __version__,
            **{status: sum(o.status == status for o in outcomes) for status in ("done", "skipped", "failed")},
        },
        "reports": {**reports(path), **{o.wanted.place.as_posix(): {"ended": when, **_row(o)} for o in outcomes}},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with interruption.held():
        replace_file(path, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return path


def _row(o: Outcome) -> dict[str, Any]:
    return {
        "template": o.wanted.template,
        "about": subjects.kind_of(o.wanted.subject),
        "code": o.wanted.subject.code,
        "status": o.status,
        "cell": o.failure.cell if o.failure else None,
        "exit_code": o.failure.exit_code if o.failure else 0,
    }


def run(path: Path) -> dict[str, Any] | None:
    """The last batch; None where none is noted."""
    found = (manifest.object_in(path) or {}).get("run")
    return found if _has(found, _RUN) else None


def reports(path: Path) -> dict[str, dict[str, Any]]:
    """What became of each report the last time, by its place below the folder of all; a damaged row is no row."""
    found = (manifest.object_in(path) or {}).get("reports")
    return {place: row for place, row in found.items() if _has(row, _ROW)} if isinstance(found, dict) else {}


def _has(row: object, shape: Mapping[str, Any]) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(key), kind) for key, kind in shape.items())
