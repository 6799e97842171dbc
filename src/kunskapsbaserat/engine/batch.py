"""Many reports in one go: what to make, what is finished already, and how each one went."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from kunskapsbaserat import interruption
from kunskapsbaserat.engine import discretion, formats, manifest
from kunskapsbaserat.engine.executors import Executor, default_executor
from kunskapsbaserat.engine.job import Ended, Failure, Job
from kunskapsbaserat.engine.notebook_format import nbformat
from kunskapsbaserat.engine.placing import MANIFEST, PAGE, make_folder, move_into_place, settle
from kunskapsbaserat.engine.produce import require_known
from kunskapsbaserat.engine.rooms import rooms
from kunskapsbaserat.engine.templates import template_path
from kunskapsbaserat.errors import KunskapError, OptionError
from kunskapsbaserat.lan import Subject, kind_of
from kunskapsbaserat.report.documents import documents
from kunskapsbaserat.system_errors import os_fault

LOGS = ".loggar"
LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One report that is asked for.

    Attributes
    ----------
    template : str
        As `template_names` has it, or the name of a notebook of somebody's own.
    subject : Kommun or Lan
        What it is about.
    data : Path or None
        The folder of the kommun, or the länspaket of a län.
    notebook : Path or None
        A template of somebody's own.
    parameters : mapping
        Further parameters of the template.
    formats : tuple of str
        What is written beside the page ("word", "pdf").

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Wanted
    >>> Wanted("lagesbild", kommun.get("Köping"), formats=("word",)).place.as_posix()  # below the folder of all reports
    '1983-koping/lagesbild'
    """

    template: str
    subject: Subject
    data: Path | None = None
    notebook: Path | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = ()

    @property
    def place(self) -> Path:
        """Where the report stands, below the folder of all reports."""
        return Path(self.subject.slug) / "-".join([self.template, *filter(None, [self.division])])

    @property
    def division(self) -> str:
        """Which one it is, where a folder gives several documents of a kind: the name of a school's folder."""
        about = documents().get(self.template)
        return str(self.parameters.get(about.divided_by) or "") if about is not None and about.divided_by else ""


def divided(one: Wanted, divisions: Mapping[str, str] = MappingProxyType({})) -> list[Wanted]:
    """The reports that one asked for stands for: one over all and one for each, where a folder gives several.

    Parameters
    ----------
    one : Wanted
        Of a folder.
    divisions : mapping
        The only one to make, by what its document is divided by: ``{"skola": "norra-skolan"}``.

    Returns
    -------
    list of Wanted
        At least one.

    Raises
    ------
    OptionError
        The document is not divided by that.

    Examples
    --------
    A lägesbild is one report; one school out of several is asked for by the name of its folder:

    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Wanted, divided
    >>> len(divided(Wanted("lagesbild", kommun.get("Köping"))))
    1
    >>> school = Wanted("skola", kommun.get("Köping"), data=Path("koping"))
    >>> [one.place.as_posix() for one in divided(school, {"skola": "norra-skolan"})]
    ['1983-koping/skola-norra-skolan']
    """
    about = documents().get(one.template) if one.notebook is None else None
    by = about.divided_by if about is not None else ""
    for name, value in divisions.items():
        if name != by:
            raise OptionError(f"--{name}", value, ("nothing",), tillatna=(f"mallen {name} när du anger --{name}",))
    if about is None or about.divisions is None:
        return [one]
    if by in divisions:
        return [replace(one, parameters={**one.parameters, by: divisions[by]})]
    there = about.divisions(one.subject.code, one.data)
    each = [replace(one, parameters={**one.parameters, by: name}) for name in there]
    return [one, *each] if len(each) > 1 else [one]


def dated(one: Wanted, today: date) -> Wanted:
    """The report with its day, where it tells how old something is and nobody has said to which day.

    The day stands among the parameters, so that it is the same when the report is verified.

    Parameters
    ----------
    one : Wanted
        What is asked for.
    today : date
        To give a document that tells how old something is.

    Returns
    -------
    Wanted
        The same, with the day among its parameters where its document has one.

    Examples
    --------
    >>> import datetime
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Wanted, dated
    >>> one = Wanted("vandring", kommun.get("Köping"))
    >>> dated(one, datetime.date(2026, 3, 2)).parameters
    {'datum': '2026-03-02'}
    """
    about = documents().get(one.template) if one.notebook is None else None
    if about is None or not about.dated_by:
        return one
    return replace(one, parameters={about.dated_by: today.isoformat(), **one.parameters})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one report.

    Attributes
    ----------
    wanted : Wanted
        What was asked for.
    status : {"done", "skipped", "failed"}
        "skipped": it was there, from the same inputs.
    folder, log : Path
        Where it stands, and what was written while it was made.
    seconds : float
        That it took.
    failure : Failure or None
        Why it failed.
    warm : bool
        Whether its process had the package loaded before it began.
    left_out : tuple of str
        What the cells of a notebook of somebody's own show that is not in the report.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Failure, Outcome, Wanted
    >>> wanted = Wanted("lagesbild", kommun.get("Köping"))
    >>> failure = Failure("file.csv: no counts", "Filen har inga antal.", cell=1)
    >>> out = Path("rapporter")
    >>> outcome = Outcome(wanted, "failed", out / wanted.place, out / ".loggar" / "koping.log", failure=failure)
    >>> outcome.page.as_posix(), outcome.failure.svenska
    ('rapporter/1983-koping/lagesbild/report.html', 'Filen har inga antal.')
    """

    wanted: Wanted
    status: Literal["done", "skipped", "failed"]
    folder: Path
    log: Path
    seconds: float = 0.0
    failure: Failure | None = None
    warm: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def page(self) -> Path:
        return self.folder / PAGE


def render_many(
    wanted: Sequence[Wanted],
    *,
    out: Path,
    executor: Executor | None = None,
    workers: int | None = None,
    limit: float | None = LIMIT,
    resume: bool = False,
    told: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Make reports, each in a process of its own kind, and move every finished one into place.

    Parameters
    ----------
    wanted : sequence of Wanted
        At most one for each template and subject.
    out : Path
        The folder of all reports: ``<code>-<name>/<template>/`` below it, and a log for each in ``.loggar``.
    executor : Executor, optional
        Default the forkserver where there is one.
    workers : int, optional
        Reports made at the same time; default the usable cores, with Dask the threads of all its workers.
    limit : float, optional
        Seconds a report may take; None is without limit.
    resume : bool
        Skip the reports that stand there intact and whose inputs have not changed.
    told : callable, optional
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of `wanted`.

    Raises
    ------
    OptionError
        A template or a parameter does not exist.
    RenderError
        The folder `out` cannot be made, or what Word or PDF needs is not installed.

    Examples
    --------
    All kommuner of Västmanlands län, two at a time; a report that fails stops none of the others:

    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Wanted, render_many
    >>> wanted = [Wanted("lagesbild", place) for place in kommun.in_lan("19")]
    >>> len(wanted), wanted[0].place.as_posix()
    (10, '1904-skinnskatteberg/lagesbild')
    >>> outcomes = render_many(wanted, out=Path("rapporter"), workers=2, resume=True)  # doctest: +SKIP
    >>> [outcome.failure.svenska for outcome in outcomes if outcome.failure]  # doctest: +SKIP
    []
    """
    require_makeable(wanted)
    make_folder(out)
    logs = out / LOGS
    make_folder(logs)
    outcomes: dict[Path, Outcome] = {}

    def note(outcome: Outcome) -> None:
        outcomes[outcome.wanted.place] = outcome
        if told:
            told(outcome)

    with rooms(out, logs) as room:
        jobs: list[Job] = []
        wanted_of: dict[Path, Wanted] = {}
        for number, w in enumerate(wanted):
            job = _job(w, room / str(number), logs)
            with interruption.held():
                settle(out / w.place)
            if resume and manifest.is_intact(out / w.place, job.digest):
                note(Outcome(w, "skipped", out / w.place, job.log, left_out=manifest.left_out(out / w.place)))
                continue
            job.log.unlink(missing_ok=True)
            job.room.mkdir()
            jobs.append(job)
            wanted_of[job.room] = w
        running = (executor or default_executor()).run(jobs, workers=None if workers is None else max(1, workers), limit=limit)
        with contextlib.closing(running):  # Ctrl-C: the processes end before their rooms are removed
            for ended in running:
                with interruption.held():  # between two renames there is neither the old report nor the new
                    outcome = _placed(ended, wanted_of[ended.job.room], out)
                note(outcome)
                shutil.rmtree(ended.job.room, ignore_errors=True)
    return [outcomes[w.place] for w in wanted]


def require_makeable(wanted: Sequence[Wanted]) -> None:
    """Names of parameters, templates and formats are right, before anything is made.

    Raises
    ------
    OptionError
        A template, a parameter or a format does not exist.
    RenderError
        What Word or PDF needs is not installed.
    """
    for notebook, asked in itertools.groupby(sorted(wanted, key=_notebook), key=_notebook):
        names = {name: None for w in asked for name in _parameters(w)}
        require_known(nbformat.read(notebook, as_version=4), names)
    formats.require(sorted({name for w in wanted for name in w.formats}))


def _notebook(w: Wanted) -> Path:
    return w.notebook or template_path(w.template)


def _parameters(w: Wanted) -> dict[str, Any]:
    data = {"data": str(w.data.resolve())} if w.data else {}
    return {kind_of(w.subject): w.subject.code, **data, **w.parameters}


def _job(w: Wanted, room: Path, logs: Path) -> Job:
    notebook, parameters = _notebook(w), _parameters(w)
    return Job(
        template=w.template,
        notebook=notebook.resolve(),
        subject=w.subject,
        parameters=parameters,
        data=w.data,
        room=room.resolve(),
        log=(logs / f"{'-'.join(w.place.parts)}.log").resolve(),
        digest=manifest.inputs_digest(notebook, parameters, w.data, w.formats),
        ours=w.notebook is None,
        formats=w.formats,
    )


def _placed(ended: Ended, w: Wanted, out: Path) -> Outcome:
    """Check a finished report against its completion record, and move it into place."""
    target = out / w.place
    failure = ended.failure
    if ended.completion is not None:
        failure = _unlike(ended.job.folder, ended.completion.files)
        if failure is None:
            try:
                move_into_place(ended.job.folder, target)
            except KunskapError as error:
                failure = Failure(str(error), error.svenska, exit_code=error.exit_code)
            except OSError as error:
                text = f"{error.strerror or error}: {error.filename or target}"
                failure = Failure(text, f"Rapporten kunde inte skrivas. {os_fault(error, target)}")
    discretion.of_log(ended.job.log)
    failure = discretion.of_failure(failure) if failure else None
    status: Literal["done", "failed"] = "failed" if failure else "done"
    warm = ended.completion is not None and ended.completion.warm
    if failure:
        with ended.job.log.open("a", encoding="utf-8") as log:
            log.write(f"{failure.message}\n")
    left_out = ended.completion.left_out if ended.completion is not None else ()
    return Outcome(w, status, target, ended.job.log, ended.seconds, failure, warm, left_out)


def _unlike(folder: Path, files: Mapping[str, str]) -> Failure | None:
    """A file that is not as the completion record says: written to after the end, or lost with the disk."""
    there = manifest.outputs_of(folder)
    if (folder / MANIFEST).is_file():
        there[MANIFEST] = manifest.file_sha256(folder / MANIFEST)
    wrong = sorted(name for name in {*files, *there} if files.get(name) != there.get(name))
    if not wrong:
        return None
    text = ", ".join(wrong[:3])
    return Failure(f"not as the completion record says: {text}", f"Filerna stämmer inte med kvittot: {text}.")
