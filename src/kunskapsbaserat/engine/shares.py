"""One batch on several machines: each makes its share, and the shares are joined into one folder with one list.

A share needs no network and no service between the machines: it is counted out of the list of all reports, which every machine
makes for itself. What became of it is told in a record beside its logs; joining asks for the record of every share.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsbaserat import interruption
from kunskapsbaserat import lan as subjects
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.batch import LOGS, Outcome, Wanted
from kunskapsbaserat.engine.index import write_index
from kunskapsbaserat.engine.job import Failure
from kunskapsbaserat.engine.placing import MANIFEST, make_folder, move_into_place, settle
from kunskapsbaserat.engine.rooms import rooms
from kunskapsbaserat.errors import FileError, OptionError
from kunskapsbaserat.report.documents import documents

_WRITTEN = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")
_RECORDS = "del-*-av-*.json"


@dataclass(frozen=True, slots=True)
class Share:
    """The first of eight: ``Share(1, 8)``.

    Attributes
    ----------
    number, total : int
        Which one, from 1, of how many.

    Examples
    --------
    >>> from kunskapsbaserat.engine.shares import Share
    >>> Share.of("2/3").part("abcdefg")
    ['b', 'e']
    """

    number: int
    total: int

    @classmethod
    def of(cls, written: str) -> Share:
        """The share that somebody has written as "3/8".

        Raises
        ------
        OptionError
            It is not written so, or there is no such share.
        """
        match = _WRITTEN.fullmatch(written.strip())
        number, total = (int(match[1]), int(match[2])) if match else (0, 0)
        if not 1 <= number <= total:
            raise OptionError(
                "--del", written, ("a share and their number: 3/8",), tillatna=("en del och hur många de är, till exempel 3/8",)
            )
        return cls(number, total)

    def part(self, subjects: Iterable[Any]) -> list[Any]:
        """Every `total`-th, so that the shares weigh alike also where large kommuner stand together."""
        return list(subjects)[self.number - 1 :: self.total]

    @property
    def record(self) -> str:
        return f"del-{self.number}-av-{self.total}.json"


def wanted_of(share: Share, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The share's reports. All about one kommun are made on one machine: they share what is computed about it.

    Parameters
    ----------
    share : Share
        Such as ``Share(1, 8)``.
    wanted : sequence of Wanted
        All reports of the batch.

    Returns
    -------
    list of Wanted

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Share, Wanted, wanted_of
    >>> wanted = [Wanted("lagesbild", place) for place in kommun.in_lan("19")]
    >>> [one.subject.name for one in wanted_of(Share(2, 3), wanted)]
    ['Surahammar', 'Norberg', 'Fagersta']
    """
    mine = set(share.part(dict.fromkeys(one.subject for one in wanted)))
    return [one for one in wanted if one.subject in mine]


def write_record(share: Share, wanted: Sequence[Wanted], outcomes: Sequence[Outcome], *, out: Path) -> Path:
    """Tell what became of a share, beside its logs; records of another batch are taken away.

    Parameters
    ----------
    share : Share
        Which one it is.
    wanted : sequence of Wanted
        All reports of the batch.
    outcomes : sequence of Outcome
        What became of those of the share.
    out : Path
        The folder of all reports.

    Returns
    -------
    Path
        The record's, in the folder of logs.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Outcome, Share, Wanted, write_record
    >>> out = tempfile.TemporaryDirectory()
    >>> wanted = [Wanted("lagesbild", kommun.get(name)) for name in ("Arboga", "Köping")]
    >>> made = Outcome(wanted[0], "done", Path(out.name) / wanted[0].place, Path(out.name) / "arboga.log")
    >>> (Path(out.name) / ".loggar").mkdir()
    >>> write_record(Share(1, 2), wanted, [made], out=Path(out.name)).name
    'del-1-av-2.json'
    >>> out.cleanup()
    """
    batch, numbers = _batch(wanted), {one.place: number for number, one in enumerate(wanted)}
    record = {
        "batch": batch,
        "share": share.number,
        "shares": share.total,
        "reports": [{"number": numbers[o.wanted.place], **_as_record(o)} for o in outcomes],
    }
    for old in (out / LOGS).glob(_RECORDS):
        if (manifest.object_in(old) or {}).get("batch") != batch:
            old.unlink(missing_ok=True)
    path = out / LOGS / share.record
    with interruption.held():
        replace_file(path, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return path


def join(folders: Sequence[Path], *, out: Path) -> tuple[Path, list[Outcome]]:
    """One folder with one list out of the folders of the shares, or the list anew over a folder of reports.

    Reports in other folders than `out` are copied there, file by file as their manifests say. Running it again changes nothing.

    Parameters
    ----------
    folders : sequence of Path
        What each share wrote; they may be one and the same folder.
    out : Path
        Where the reports are to stand together.

    Returns
    -------
    Path, list of Outcome
        The list, and every report in it with what became of it.

    Raises
    ------
    FileError
        A folder holds no report and no record, a share is missing, the records are of different batches, a report is damaged,
        or two folders hold different reports of the same place.

    Examples
    --------
    A share that is missing is told, so that nobody takes a part for the whole:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.engine import Outcome, Share, Wanted, join, write_record
    >>> from kunskapsbaserat.errors import FileError
    >>> out = tempfile.TemporaryDirectory()
    >>> wanted = [Wanted("lagesbild", kommun.get(name)) for name in ("Arboga", "Köping")]
    >>> failed = Outcome(wanted[0], "failed", Path(out.name) / wanted[0].place, Path(out.name) / "arboga.log")
    >>> (Path(out.name) / ".loggar").mkdir()
    >>> record = write_record(Share(1, 2), wanted, [failed], out=Path(out.name))
    >>> try:
    ...     join([Path(out.name)], out=Path(out.name))
    ... except FileError as error:
    ...     print(error.svenska.partition(" ")[2])
    saknar delen 2/2. Ange också mappen som den skrev i, eller kör kunskap rapport med --del för den som inte är körd.
    >>> out.cleanup()
    """
    out, places = out.resolve(), list(dict.fromkeys(folder.resolve() for folder in folders))
    records = [record for folder in places for record in _records(folder)]
    _require_whole(records, places[0])
    sources = _sources(places, out)
    outcomes = _outcomes(records, sources, out)
    if not outcomes:
        raise FileError("no_report", places[0], "holds no report", "innehåller inga rapporter.")
    make_folder(out)
    make_folder(out / LOGS)
    with rooms(out, out / LOGS) as room:
        for place, source in sources.items():
            if source != out / place:
                _copy(source, out / place, room / "kopia")
    for folder in places:
        if folder != out:
            _copy_logs(folder / LOGS, out / LOGS)
    return write_index(out, outcomes), outcomes


def _batch(wanted: Sequence[Wanted]) -> str:
    """Which batch it is: what was asked for, not the day or the machine it was asked on."""
    asked = [[one.template, one.subject.code, one.division, *one.formats] for one in wanted]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _as_record(outcome: Outcome) -> dict[str, Any]:
    wanted, failure = outcome.wanted, outcome.failure
    about = documents().get(wanted.template)
    return {
        "template": wanted.template,
        "about": subjects.kind_of(wanted.subject),
        "code": wanted.subject.code,
        "parameters": {about.divided_by: wanted.division} if about is not None and wanted.division else {},
        "failure": None if failure is None else {"reason": failure.svenska, "cell": failure.cell},
    }


_SHAPE = {"batch": str, "share": int, "shares": int, "reports": list}
_ROW = {"number": int, "template": str, "about": str, "code": str, "parameters": dict, "failure": dict | None}


def _records(folder: Path) -> list[dict[str, Any]]:
    records = []
    for path in sorted((folder / LOGS).glob(_RECORDS)):
        record = manifest.object_in(path)
        if record is None or not _is_whole(record):
            raise FileError("corrupt", path, "is no record of a share", "är skadad. Kör den delen igen.")
        records.append(record)
    return records


def _is_whole(record: dict[str, Any]) -> bool:
    rows = record.get("reports")
    return all(isinstance(record.get(key), kind) for key, kind in _SHAPE.items()) and all(
        isinstance(row, dict) and all(isinstance(row.get(key), kind) for key, kind in _ROW.items()) for row in rows or []
    )


def _require_whole(records: Sequence[dict[str, Any]], folder: Path) -> None:
    """Every share of one batch is there: a list that lacks some of its kommuner does not say so by itself."""
    if not records:
        return
    if len({(record["batch"], record["shares"]) for record in records}) > 1:
        raise FileError(
            "other_batch",
            folder,
            "holds shares of different batches",
            "har delar ur olika körningar. Lägg varje körning i en egen mapp, eller kör alla delar igen.",
        )
    total = records[0]["shares"]
    missing = sorted(set(range(1, total + 1)) - {record["share"] for record in records})
    if missing:
        numbers = ", ".join(f"{number}/{total}" for number in missing[:10])
        raise FileError(
            "missing_share",
            folder,
            f"lacks the shares {numbers}",
            f"saknar {'delen' if len(missing) == 1 else 'delarna'} {numbers}. Ange också mappen som den skrev i, eller kör "
            "kunskap rapport med --del för den som inte är körd.",
        )


def _sources(folders: Sequence[Path], out: Path) -> dict[Path, Path]:
    """Where each report stands, by its place below the folder of all; what stands in `out` goes before a copy of it."""
    sources: dict[Path, Path] = {}
    for folder in sorted(folders, key=lambda one: one != out):
        for report in sorted(path.parent for path in folder.glob(f"[!.]*/[!.]*/{MANIFEST}")):
            older = sources.setdefault(report.relative_to(folder), report)
            if older != report and manifest.outputs_of(older) != manifest.outputs_of(report):
                raise FileError(
                    "two_reports",
                    report,
                    f"differs from {older}",
                    f"finns i två mappar och är inte lika: {older} och {report}. Ta bort den som inte ska vara med.",
                )
    return sources


def _outcomes(records: Sequence[dict[str, Any]], sources: dict[Path, Path], out: Path) -> list[Outcome]:
    """Every report in the order of its batch; those that no record tells of come last, by place."""
    outcomes = {}
    for row in sorted((row for record in records for row in record["reports"]), key=lambda row: row["number"]):
        wanted = Wanted(row["template"], subjects.find(row["about"], row["code"]), parameters=row["parameters"])
        outcomes[wanted.place] = _outcome(wanted, out, row["failure"])
    for place, source in sorted(sources.items()):
        if place not in outcomes and (finished := _of_manifest(source)) is not None and finished.place == place:
            outcomes[place] = _outcome(finished, out, None)
    return list(outcomes.values())


def _outcome(wanted: Wanted, out: Path, failed: dict[str, Any] | None) -> Outcome:
    log = out / LOGS / f"{'-'.join(wanted.place.parts)}.log"
    failure = None if failed is None else Failure(failed["reason"], failed["reason"], cell=failed["cell"])
    return Outcome(wanted, "failed" if failure else "done", out / wanted.place, log, failure=failure)


def _of_manifest(folder: Path) -> Wanted | None:
    """What a finished report is, by its manifest; None where it does not say so."""
    record = manifest.read(folder) or {}
    chosen, template = record.get("chosen"), record.get("template")
    if not isinstance(chosen, dict) or not isinstance(template, str):
        return None
    kind: subjects.Kind = "lan" if "lan" in chosen else "kommun"
    if not isinstance(chosen.get(kind), str):
        return None
    return Wanted(template, subjects.find(kind, chosen[kind]), parameters=chosen)


def _copy(report: Path, target: Path, room: Path) -> None:
    """A report into its place, whole or not at all; one that is there already stays."""
    record = manifest.read(report)
    if record is None or not _as_listed(report, record):
        raise FileError(
            "damaged", report, "is not as its manifest says", f"({report}) är inte som kontrollfilen säger. Kör om den delen."
        )
    settle(target)
    if (there := manifest.read(target)) is not None and there == record and _as_listed(target, record):
        return
    shutil.copytree(report, room)
    with interruption.held():
        move_into_place(room, target)


def _as_listed(folder: Path, record: dict[str, Any]) -> bool:
    there = manifest.outputs_of(folder)
    return all(there.get(name) == sha for name, sha in record["outputs"].items())


def _copy_logs(logs: Path, target: Path) -> None:
    for path in sorted([*logs.glob("*.log"), *logs.glob(_RECORDS)]):
        replace_file(target / path.name, path.read_bytes())
