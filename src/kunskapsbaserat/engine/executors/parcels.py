"""What goes to another machine and comes back, as bytes: notebooks and folders there, reports and what they have noted back."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.data.folder import STORE
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.job import Ended, Failure, Job
from kunskapsbaserat.engine.notebook_format import nbformat
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.system_errors import os_fault

Files = Mapping[str, bytes]
"""By their path below a folder, with "/"."""
_PASSING = ("~$", ".kunskap-")
_LOCK = ".las"


@dataclass(frozen=True, slots=True)
class Parcel:
    """Jobs with all that they are made of. Those from one folder go together: a report may note in it what it has told.

    `dates` are the local times of the folder's files, which a report may print; `home` is where the folder lies here.
    """

    jobs: tuple[Job, ...]
    notebooks: Mapping[Path, Files]
    folder: Files = dataclasses.field(default_factory=dict)
    dates: Mapping[str, str] = dataclasses.field(default_factory=dict)
    home: Path | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(content) for files in (self.folder, *self.notebooks.values()) for content in files.values())


def together(jobs: Sequence[Job]) -> list[tuple[Job, ...]]:
    """The jobs that have to be made on the same machine, in the order of the first of each."""
    groups: dict[object, list[Job]] = {}
    for number, job in enumerate(jobs):
        groups.setdefault(number if job.data is None else job.data.resolve(), []).append(job)
    return [tuple(group) for group in groups.values()]


def packed(jobs: tuple[Job, ...]) -> Parcel:
    """The jobs of one group, with their files read now."""
    notebooks = {job.notebook: _notebook(job.notebook, ours=job.ours) for job in jobs}
    if jobs[0].data is None:
        return Parcel(jobs, notebooks)
    home = jobs[0].data.resolve()
    paths = list(_sent(home))
    dates = {name: datetime.fromtimestamp(path.stat().st_mtime).isoformat() for name, path in paths}
    return Parcel(jobs, notebooks, {name: path.read_bytes() for name, path in paths}, dates, home)


def _sent(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files of a folder by name; hidden ones too, among which are second copies that guard the first."""
    for path in manifest.own_files(folder):
        relative = path.relative_to(folder)
        passing = any(part.startswith(_PASSING) for part in relative.parts) or path.suffix == _LOCK
        if not passing and STORE not in relative.parts:
            yield relative.as_posix(), path


def _notebook(path: Path, *, ours: bool) -> Files:
    """A notebook, and the pictures beside it that its cells show."""
    from kunskapsbaserat.engine.cell_pictures import files_beside

    shown = () if ours else files_beside(nbformat.read(path, as_version=4), path.parent).values()
    inside = [file for file in shown if file.is_relative_to(path.parent) and ".." not in file.parts]
    return {file.relative_to(path.parent).as_posix(): file.read_bytes() for file in (path, *inside)}


def unpacked(parcel: Parcel, room: Path) -> list[Job]:
    """The same jobs on this machine, in a folder of it."""
    for number, files in enumerate(parcel.notebooks.values()):
        _write(files, room / f"mall-{number}")
    numbers = {notebook: number for number, notebook in enumerate(parcel.notebooks)}
    data = None
    if parcel.home is not None:
        data = room / "mapp" / parcel.home.name
        data.mkdir(parents=True)
        _write(parcel.folder, data)
        for name, local in parcel.dates.items():
            moment = datetime.fromisoformat(local).timestamp()  # the same day here, whatever this machine's time zone
            os.utime(data / name, (moment, moment))
    jobs = []
    for number, job in enumerate(parcel.jobs):
        here = room / f"rum-{number}"
        here.mkdir()
        parameters = job.parameters if data is None else {**job.parameters, "data": str(data)}
        notebook = room / f"mall-{numbers[job.notebook]}" / job.notebook.name
        log = room / f"logg-{number}"
        jobs.append(dataclasses.replace(job, notebook=notebook, parameters=parameters, data=data, room=here, log=log))
    return jobs


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a parcel: how each job ended, with the report and its log, and what the folder has got or had changed."""

    ended: tuple[Ended, ...]
    reports: tuple[Files, ...]
    logs: tuple[bytes, ...]
    changed: Files


def delivered(parcel: Parcel, jobs: Sequence[Job], ended: Sequence[Ended]) -> Delivery:
    """What is sent back, read on the machine that made it."""
    reports = tuple(files_of(job.folder) if one.completion is not None else {} for job, one in zip(jobs, ended, strict=True))
    logs = tuple(job.log.read_bytes() if job.log.exists() else b"" for job in jobs)
    changed: dict[str, bytes] = {}
    if jobs[0].data is not None:
        now = {name: path.read_bytes() for name, path in _sent(jobs[0].data)}
        changed = {name: content for name, content in now.items() if parcel.folder.get(name) != content}
    return Delivery(tuple(ended), reports, logs, changed)


def received(parcel: Parcel, delivery: Delivery, there: Path) -> Iterator[Ended]:
    """How each job ended, with its report in its own room and its log; `there` is where the folder lay on the other machine.

    What the reports have noted in the folder is written first: a report that may go out is one whose notes are kept.
    """
    trouble = _noted(parcel, delivery.changed)
    for job, one, files, log in zip(parcel.jobs, delivery.ended, delivery.reports, delivery.logs, strict=True):
        _write(files, job.folder)
        job.log.write_bytes(_named(log, there, parcel.home))
        if trouble is not None and one.completion is not None:
            yield Ended(job, "failed", one.seconds, failure=trouble)
        else:
            yield dataclasses.replace(one, job=job, failure=_of_home(one.failure, there, parcel.home))


def _noted(parcel: Parcel, changed: Files) -> Failure | None:
    if parcel.home is None or not changed:
        return None
    for name in changed:
        path = parcel.home / name
        if (path.read_bytes() if path.is_file() else None) != parcel.folder.get(name):
            return Failure(
                f"{path} was changed while the report was made",
                f"Filen {path} ändrades medan rapporten gjordes på en annan dator. Skapa rapporten igen.",
            )
    try:
        for name, content in changed.items():
            replace_file(parcel.home / name, content)
    except KunskapError as error:
        return Failure(str(error), error.svenska, exit_code=error.exit_code)
    except OSError as error:
        text = f"{error.strerror or error}: {error.filename or parcel.home}"
        return Failure(text, f"Det går inte att skriva i mappen som rapporten görs ur. {os_fault(error, parcel.home)}")
    return None


def _of_home(failure: Failure | None, there: Path, home: Path | None) -> Failure | None:
    """A failure whose paths are those of this machine."""
    if failure is None or home is None:
        return failure
    texts = {name: getattr(failure, name).replace(str(there), str(home)) for name in ("message", "svenska")}
    return dataclasses.replace(failure, **texts)


def _named(log: bytes, there: Path, home: Path | None) -> bytes:
    return log if home is None else log.replace(str(there).encode(), str(home).encode())


def files_of(folder: Path) -> Files:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _write(files: Files, folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
