"""Load once what every report needs: imports, tables, compiled templates, the shell.

A forkserver imports this module ahead (`multiprocessing.set_forkserver_preload`) and every report's process starts as a
copy of it. The standard library is silent when a preload fails, so each process asks `was_warm`.
"""

from __future__ import annotations

import gc
import importlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kunskapsbaserat import lan as subjects
from kunskapsbaserat.lan import Kind

if TYPE_CHECKING:
    from kunskapsbaserat.engine.job import Job

# What a forkserver is told, each a list separated by commas: the templates that will be used, those of them to run once ahead,
# and the codes of the kommuner and län that the reports are about.
TEMPLATES, REHEARSED, SUBJECTS = "KUNSKAP_VARM", "KUNSKAP_VARM_PROV", "KUNSKAP_VARM_OM"

_REHEARSED: dict[Kind, str] = {"kommun": "2081", "lan": "20"}

# What every report uses; the last two are loaded by their first use, which must not be in each report's own process.
_EVERY_REPORT = ("papermill.parameterize", "kunskapsbaserat.engine.exporter", "scipy.special", "jinja2")

# What reads a kommun's folder, which one report may do without.
_MANY_REPORTS = ("kunskapsbaserat.report.material.from_folder", "kunskapsbaserat.report.material.own_knowledge")

WORTH_REHEARSING = 6  # a rehearsal takes about as long as it saves on so many reports

_STATE: dict[str, object] = {"pid": None, "error": None}


@dataclass(frozen=True, slots=True)
class Warmth:
    """What many reports need: the package's own templates, those to run once ahead, and whom the reports are about."""

    templates: tuple[str, ...] = ()
    rehearsed: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    @classmethod
    def of(cls, jobs: Sequence[Job]) -> Warmth:
        """What these jobs need; a notebook of somebody's own is never run unasked."""
        used = [job.template for job in jobs if job.ours]
        worth = {name for name in used if used.count(name) >= WORTH_REHEARSING}
        return cls(*(tuple(sorted(names)) for names in ({*used}, worth, {job.subject.code for job in jobs})))

    def variables(self) -> dict[str, str]:
        """As a forkserver is told it."""
        told = {TEMPLATES: self.templates, REHEARSED: self.rehearsed, SUBJECTS: self.codes}
        return {name: ",".join(values) for name, values in told.items()}


def warm(templates: Iterable[str] = (), rehearsed: Iterable[str] = (), codes: Sequence[str] = ()) -> None:
    """Import what the `templates` need; run the `rehearsed` ones once and compute what several reports about
    kommuner or län of these `codes` share, so that a report finds nothing left to load. Once a process.
    """
    if _STATE["pid"] is not None:
        return
    import pandas as pd

    from kunskapsbaserat.engine import shell
    from kunskapsbaserat.engine.templates import asks_for, template_path
    from kunskapsbaserat.report import documents

    # Where pyarrow is installed pandas keeps texts in its arrays, which costs more than it gives in tables of a report's size.
    pd.set_option("mode.string_storage", "python")
    rehearsed = tuple(rehearsed)
    for name in (*_EVERY_REPORT, *(_MANY_REPORTS if rehearsed else ())):
        importlib.import_module(name)
    shell.prepare_shell()
    for name in templates:
        documents.module(name)
    for name in rehearsed:
        _rehearse(name)
        if ahead := getattr(documents.module(name), "ahead", None):
            ahead([code for code in codes if len(code) == len(_REHEARSED[asks_for(template_path(name))])])
    _STATE["pid"] = os.getpid()
    gc.collect()
    gc.freeze()  # what is there now is never looked at again by a child's collector, so its pages stay shared


def was_warm() -> bool:
    """Was this process, or the one it is a copy of, warmed up already?"""
    return _STATE["pid"] is not None


def trouble() -> str | None:
    """What went wrong when a forkserver warmed up, if anything did."""
    return None if _STATE["error"] is None else str(_STATE["error"])


def _rehearse(template: str) -> None:
    """One rendering, thrown away. Its failure is noted, not raised: the real report says what is wrong in its own words."""
    from kunskapsbaserat.engine.job import Failure, Job
    from kunskapsbaserat.engine.produce import produce as make
    from kunskapsbaserat.engine.produce import run_here
    from kunskapsbaserat.engine.templates import asks_for, template_path

    notebook = template_path(template)
    kind = asks_for(notebook)
    with tempfile.TemporaryDirectory(prefix="kunskap-varm-") as room:
        job = Job(
            template=template,
            notebook=notebook,
            subject=subjects.find(kind, _REHEARSED[kind]),
            parameters={kind: _REHEARSED[kind]},
            data=None,
            room=Path(room),
            log=Path(room) / "log",
            digest="",
        )
        made = make(job, run=run_here, warm=False)
        if isinstance(made, Failure):
            _STATE["error"] = made.message


def _preload() -> None:
    """What the forkserver does on importing this module; it would die of an error, and every report with it."""
    try:
        warm(*([text for text in os.environ.get(name, "").split(",") if text] for name in (TEMPLATES, REHEARSED, SUBJECTS)))
    except Exception as error:
        _STATE["error"] = f"{type(error).__name__}: {error}"


if TEMPLATES in os.environ:
    _preload()
