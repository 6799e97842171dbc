"""The meeting before: which day it was, and what its own page said, when that page is kept in the kommun's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.plan.duties import add_months

QUARTER = 3  # months between two meetings, where nothing says when the last one was


class How(StrEnum):
    """How the day of the meeting before is known."""

    GIVEN = "given"
    KEPT = "kept"
    PLAN = "plan"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The meeting before.

    `states` are those of the measures by id and `inputs` the digests of the files by name, both as the kept page has them;
    `page` tells whether there was one.
    """

    day: date
    how: How
    page: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)


def earlier(
    folder: Path | None, template: str, *, kommun: str, today: date, since: date | None, council: date | None
) -> Earlier:
    """The meeting before `today`.

    The day that was asked for goes first, then that of the newest page kept in the folder, then the plan's; else three months
    are taken. A page of the same day or later is this one made again, and none before it.

    Parameters
    ----------
    folder : Path, optional
        The kommun's.
    template : str
        Whose pages are looked for.
    kommun : str
        Code.
    today, since, council : date
        Of the meeting, of the day asked for, and what the plan says of the last meeting.

    Raises
    ------
    OptionError
        The day asked for is not before the meeting.
    """
    if since is not None and since >= today:
        said = f"en dag före {today.isoformat()}"
        raise OptionError("--sedan", since.isoformat(), (f"a day before {today.isoformat()}",), tillatna=(said,))
    until = since or today
    pages = [one for one in _kept(folder, template, kommun) if one.day < today and one.day <= until]
    kept = max(pages, key=lambda one: one.day, default=None)
    if since is not None:
        return Earlier(since, How.GIVEN, kept is not None, kept.states if kept else {}, kept.inputs if kept else {})
    if kept is not None:
        return kept
    if council is not None and council < today:
        return Earlier(council, How.PLAN)
    return Earlier(add_months(today, -QUARTER), How.ASSUMED)


def _kept(folder: Path | None, template: str, kommun: str) -> Iterator[Earlier]:
    for path in sorted(folder.rglob("manifest.json")) if folder is not None else ():
        record = _record(path)
        if record.get("template") != template or record.get("parameters", {}).get("kommun") != kommun:
            continue
        try:
            kept = record["meeting"]
            inputs = {one["file"]: one["sha256"] for one in record["inputs"]}
            yield Earlier(date.fromisoformat(kept["day"]), How.KEPT, True, dict(kept["states"]), inputs)
        except (KeyError, TypeError, ValueError):
            continue  # of another version, or changed: then it is as if it were not there


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) and isinstance(record.get("parameters", {}), dict) else {}
