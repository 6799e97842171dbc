"""How a folder of reports stands, for a scheduler: the last batch, every report, its figures, duties and figures that are due.

Nothing is rendered and nobody is asked. What is told is codes, days and counts: no reason and no path of somebody's machine,
since either may quote a file. ``lagesrapport.schema.json`` is its shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from kunskapsbaserat import __version__
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data import names, screen
from kunskapsbaserat.data.folder import Package
from kunskapsbaserat.engine import last_run, manifest, unchanged
from kunskapsbaserat.engine.verification import reports_in
from kunskapsbaserat.errors import FileError, KunskapError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report.documents.kontroll import plan as plan_inspection
from kunskapsbaserat.report.documents.kontroll import published

SCHEMA = "kunskapsbaserat/lagesrapport/1"
SCHEMA_FILE = Path(__file__).with_name("lagesrapport.schema.json")
BROKEN = ("no_reports", "report_failed", "report_damaged")
"""Problems that leave somebody without a report; the others are something to do."""
EXIT_CODES = {"well": 0, "failed": 6, "attention": 11}
_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportHealth:
    """One report: what it is, when and by what it was made, whether it is whole, and how the last attempt went.

    Attributes
    ----------
    place : str
        Below the folder of all reports.
    template, about, code : str or None
        What it is, and the kommun or län that it is about.
    made, version : str or None
        When, and by which version; None where there is no report.
    program : {"same", "other", "unknown"}
        Whether this very program made it.
    files : {"intact", "changed", "missing"}
        Whether every file is as the manifest says.
    figures : {"current", "older", "unknown"}
        Against the package, and the folder where there is one.
    last : {"done", "skipped", "failed"} or None
        The last attempt, with `last_ended`, and `cell` and `exit_code` of a failure.
    """

    place: str
    template: str | None
    about: str | None
    code: str | None
    made: str | None
    version: str | None
    program: Literal["same", "other", "unknown"]
    files: Literal["intact", "changed", "missing"]
    figures: Literal["current", "older", "unknown"]
    last: str | None = None
    last_ended: str | None = None
    cell: int | None = None
    exit_code: int | None = None

    @property
    def problems(self) -> list[str]:
        there = self.files == "intact"
        found = {
            "report_failed": self.last == _FAILED,
            "report_damaged": self.files != "intact" and self.last != _FAILED,
            "figures_older": there and self.figures == "older",
            "other_program": there and self.program == "other",
        }
        return [code for code, is_so in found.items() if is_so]


@dataclass(frozen=True, slots=True)
class Health:
    """How a folder of reports stands.

    Attributes
    ----------
    checked : datetime
        When.
    run : mapping or None
        The last batch: ``ended version done skipped failed``; None where none is noted.
    reports : tuple of ReportHealth
        By place.
    overdue : tuple of mapping
        Duties of the act that are late, by the plans of the folders: ``kommun duty paragraph due``.
    due : tuple of mapping
        Figures that should be out: ``kommun`` (None for the package's own), ``figures have due``.
    unreadable : tuple of str
        Codes of kommuner whose folder cannot be used, "" where it does not say whose it is.
    oldest : int or None
        Days that the last batch may be old.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import datetime
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import health_of
    >>> with tempfile.TemporaryDirectory() as empty:
    ...     found = health_of(Path(empty), now=datetime(2026, 3, 2, 8))
    >>> found.level, found.problems, found.exit_code
    ('failed', ['no_reports'], 6)
    """

    checked: datetime
    run: Mapping[str, Any] | None
    reports: tuple[ReportHealth, ...]
    overdue: tuple[Mapping[str, str], ...] = ()
    due: tuple[Mapping[str, str | None], ...] = ()
    unreadable: tuple[str, ...] = ()
    oldest: int | None = None

    @property
    def age_days(self) -> int | None:
        """Whole days since the last batch ended."""
        return None if self.run is None else (self.checked - datetime.fromisoformat(self.run["ended"])).days

    @property
    def problems(self) -> list[str]:
        """Codes, the worst first."""
        age = self.age_days
        found = {code: any(code in one.problems for one in self.reports) for code in BROKEN}
        found |= {
            "no_reports": not self.reports,
            "run_old": self.oldest is not None and (age is None or age > self.oldest),
            "folder_unreadable": bool(self.unreadable),
            "figures_older": any("figures_older" in one.problems for one in self.reports),
            "figures_due": bool(self.due),
            "other_program": any("other_program" in one.problems for one in self.reports),
            "duty_overdue": bool(self.overdue),
        }
        return [code for code, is_so in found.items() if is_so]

    @property
    def level(self) -> Literal["well", "attention", "failed"]:
        problems = self.problems
        return "failed" if set(problems) & set(BROKEN) else "attention" if problems else "well"

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.level]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "schema": SCHEMA,
            "version": __version__,
            "checked": self.checked.isoformat(timespec="seconds"),
            "health": self.level,
            "exit_code": self.exit_code,
            "problems": self.problems,
            "run": None if self.run is None else {**self.run, "age_days": self.age_days},
            "reports": [{**asdict(one), "problems": one.problems} for one in self.reports],
            "overdue": [dict(one) for one in self.overdue],
            "due": [dict(one) for one in self.due],
            "unreadable": list(self.unreadable),
        }


def health_of(out: Path, *, data: Path | None = None, oldest: int | None = None, now: datetime | None = None) -> Health:
    """How the reports of a folder stand.

    Parameters
    ----------
    out : Path
        The folder of all reports.
    data : Path, optional
        The kommun's folder, or the one that holds a folder for each, as the reports were made from.
    oldest : int, optional
        Days that the last batch may be old before it is told.
    now : datetime, optional
        The moment that days are held against.

    Returns
    -------
    Health

    Raises
    ------
    FileError
        `data` is no kommun's folder and no länspaket.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import health_of
    >>> with tempfile.TemporaryDirectory() as out:
    ...     report = Path(out) / "1983-koping" / "lagesbild"
    ...     report.mkdir(parents=True)
    ...     _ = (report / "manifest.json").write_text("no manifest")
    ...     found = health_of(Path(out))
    >>> found.reports[0].place, found.reports[0].files
    ('1983-koping/lagesbild', 'changed')
    """
    moment = (now or datetime.now()).astimezone()
    package = None if data is None else folders.read_package(data)
    homes = {} if package is None else package.folders
    noted = out / last_run.LAST_RUN
    attempts = last_run.reports(noted)
    there = {path.relative_to(out).as_posix(): path for path in _reports(out)}
    reports = [_report(place, there.get(place), attempts.get(place), homes) for place in sorted({*there, *attempts})]
    overdue, due, unreadable = _of_folders(package, moment.date())
    return Health(moment, last_run.run(noted), tuple(reports), overdue, due, unreadable, oldest)


def _reports(out: Path) -> list[Path]:
    try:
        return reports_in(out) if out.is_dir() else []
    except FileError:  # none yet: that is an answer here
        return []


def _report(place: str, folder: Path | None, attempt: Mapping[str, Any] | None, homes: Mapping[Kommun, Path]) -> ReportHealth:
    record = None if folder is None else manifest.read(folder)
    chosen = (record or {}).get("chosen")
    chosen = chosen if isinstance(chosen, dict) else {}
    about = next((kind for kind in ("lan", "kommun") if kind in chosen), None)
    run = (record or {}).get("run")
    last = attempt or {}
    return ReportHealth(
        place=_named(place),
        template=(record or last).get("template"),
        about=about or last.get("about"),
        code=chosen.get(about) if about else last.get("code"),
        made=run.get("started") if isinstance(run, dict) else None,
        version=(record or {}).get("version"),
        program="unknown" if record is None else "same" if unchanged.of_this_program(record) else "other",
        files="missing" if folder is None else "intact" if record and _is_as_listed(folder, record) else "changed",
        figures=_figures(record, homes, chosen.get("kommun")),
        last=last.get("status"),
        last_ended=last.get("ended"),
        cell=last.get("cell"),
        exit_code=last.get("exit_code"),
    )


def _named(place: str) -> str:
    """The place of a report; a part of it that is called as a person is not told."""
    subject, _, name = place.partition("/")
    template, _, division = name.partition("-")
    hidden = screen.masked(division) != division or names.in_text(division.replace("-", " ").title())
    return f"{subject}/{template}-{screen.WITHHELD}" if division and hidden else place


def _is_as_listed(folder: Path, record: Mapping[str, Any]) -> bool:
    there = manifest.outputs_of(folder)
    return all(there.get(name) == sha for name, sha in record["outputs"].items())


def _figures(
    record: Mapping[str, Any] | None, homes: Mapping[Kommun, Path], code: str | None
) -> Literal["current", "older", "unknown"]:
    home = next((path for kommun, path in homes.items() if kommun.code == code), None)
    if record is None or not manifest.is_whole(record) or (record["own_folder"] and home is None):
        return "unknown"
    return "current" if unchanged.has_same_inputs(record, home) else "older"


def _of_folders(
    package: Package | None, today: date
) -> tuple[tuple[Mapping[str, str], ...], tuple[Mapping[str, str | None], ...], tuple[str, ...]]:
    """Duties that are late, figures that are due, and the folders that cannot be read."""
    if package is None:
        return (), tuple(_due(None, one) for one in published.due(None, today)), ()
    overdue: list[Mapping[str, str]] = []
    due: list[Mapping[str, str | None]] = []
    unreadable = [""] * len(package.faults)
    for kommun, home in package.folders.items():
        try:
            folder = folders.read(home, register_dates=False)
            folder.require_usable()
            due += [_due(kommun, one) for one in published.due(folder, today)]
            overdue += _overdue(kommun, home, today)
        except KunskapError:
            unreadable.append(kommun.code)
    return tuple(overdue), tuple(due), tuple(unreadable)


def _due(kommun: Kommun | None, one: published.Due) -> Mapping[str, str | None]:
    return {"kommun": kommun.code if kommun else None, "figures": one.code, "have": one.have, "due": one.due}


def _overdue(kommun: Kommun, home: Path, today: date) -> list[Mapping[str, str]]:
    return [
        {"kommun": kommun.code, "duty": d.code, "paragraph": d.paragraph, "due": d.due.isoformat()}
        for d in plan_inspection.late(home, kommun, today)
        if d.due is not None
    ]
