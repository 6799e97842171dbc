"""One report to make, and how it went: what goes to a process that renders, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kunskapsbaserat.lan import Subject

Status = Literal["done", "failed", "deadline", "died"]


@dataclass(frozen=True, slots=True)
class Job:
    """A template for one kommun or län, to be written into ``room/<template>/`` with its log beside.

    `parameters` are the template's, the code of its `subject` among them; `data` the folder of a kommun, or the länspaket of a
    län; `digest` of everything the report is made of (`manifest.inputs_digest`); `ours` whether the notebook is one of the
    package's own; `formats` what is written beside the page (`engine.formats`).
    """

    template: str
    notebook: Path
    subject: Subject
    parameters: dict[str, Any]
    data: Path | None
    room: Path
    log: Path
    digest: str
    ours: bool = True
    formats: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return self.room / self.template


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a report was not made: in which cell (its place among the code cells, and its id), and what to do now.

    Attributes
    ----------
    message, svenska : str
        Why, in English and in Swedish.
    cell : int or None
        Place of the failed cell among the code cells, from 1.
    cell_id : str or None
        Its id in the notebook.
    exit_code : int
        That the command ends with.

    Examples
    --------
    >>> from kunskapsbaserat.engine import Failure
    >>> failure = Failure("file.csv: no counts", "Filen har inga antal.", cell=2)
    >>> failure.cell, failure.svenska, failure.exit_code
    (2, 'Filen har inga antal.', 6)
    """

    message: str
    svenska: str
    cell: int | None = None
    cell_id: str | None = None
    exit_code: int = 6


@dataclass(frozen=True, slots=True)
class Completion:
    """What a finished report consists of: sha256 of every file, and whether the process had been warm.

    `left_out` says in Swedish what the cells show that is not in it.
    """

    files: dict[str, str]
    figures: int
    warm: bool
    seconds: float
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process that had a job ended. Only "done" has a completion record; nothing is in place yet."""

    job: Job
    status: Status
    seconds: float
    completion: Completion | None = None
    failure: Failure | None = None


BEGUN = "begun"  # the first word of a process that has a job


@dataclass(frozen=True, slots=True)
class Message:
    """The last words of the process: a completion record or a failure, and whether it may be used again."""

    completion: Completion | None = None
    failure: Failure | None = None
    reusable: bool = True
