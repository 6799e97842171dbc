"""Render a report again from its manifest and compare: the same bytes, something else, or no way to tell.

A manifest is a text that anyone can write: what it says decides which report is made again, never that the report is right.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kunskapsbaserat import lan as subjects
from kunskapsbaserat.data.folder import Package, read_package
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.batch import LIMIT, Wanted, render_many, require_makeable
from kunskapsbaserat.engine.executors import Executor
from kunskapsbaserat.engine.formats import FILES, is_reproducible
from kunskapsbaserat.engine.packages import home_of
from kunskapsbaserat.engine.placing import MANIFEST, PAGE
from kunskapsbaserat.engine.templates import template_names
from kunskapsbaserat.errors import FileError, KunskapError

Result = Literal["same_bytes", "same_tables", "differs", "failed"]
_TABLES = "tables/maskin/"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a new rendering of a report showed.

    Attributes
    ----------
    folder : Path
        The report's.
    result : {"same_bytes", "same_tables", "differs", "failed"}
        "same_tables": versions or platform differ, the figures do not; of the page and its sentences nothing can be said.
        "failed": it could not be rendered.
    changed, unknown : sequence of str
        Files whose bytes are not those of the manifest any more, and files that the report does not consist of.
    differs : sequence of str
        Files that came out otherwise.
    because : sequence of str
        The inputs and versions that differ, in Swedish.
    reason : str
        Why it failed, in Swedish.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import Verified
    >>> same = Verified(Path("1983-koping/lagesbild"), "same_bytes")
    >>> same.good, same.undecided
    (True, False)
    >>> other = Verified(Path("1983-koping/lagesbild"), "same_tables", because=["Python: 3.11.7 i rapporten, 3.12.1 nu"])
    >>> other.good, other.undecided  # other versions: the figures are the same, of the page nothing can be said
    (False, True)
    """

    folder: Path
    result: Result
    changed: Sequence[str] = ()
    unknown: Sequence[str] = ()
    differs: Sequence[str] = ()
    because: Sequence[str] = field(default_factory=tuple)
    reason: str = ""

    @property
    def good(self) -> bool:
        """Is every file in the folder what this program makes of these inputs?"""
        return self.result == "same_bytes" and not self.changed and not self.unknown

    @property
    def undecided(self) -> bool:
        """Is nothing wrong as far as it can be seen, and something that cannot be seen?"""
        return not self.good and self.result in ("same_bytes", "same_tables") and not self.changed


def reports_in(path: Path) -> list[Path]:
    """The report folders at or below a path; a path to `report.html` or `manifest.json` means its folder.

    Parameters
    ----------
    path : Path
        A folder, or a file of a report.

    Returns
    -------
    list of Path
        In alphabetical order.

    Raises
    ------
    FileError
        There is none.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import reports_in
    >>> out = tempfile.TemporaryDirectory()
    >>> report = Path(out.name) / "1983-koping" / "lagesbild"
    >>> report.mkdir(parents=True)
    >>> _ = (report / "manifest.json").write_text("{}")
    >>> [folder.relative_to(out.name).as_posix() for folder in reports_in(Path(out.name))]
    ['1983-koping/lagesbild']
    >>> out.cleanup()
    """
    folder = path.parent if path.is_file() else path
    folders = sorted({p.parent for p in folder.rglob(MANIFEST) if not _hidden(p.relative_to(folder))})
    if not folders:
        raise FileError(
            "no_report",
            path,
            f"holds no report ({MANIFEST} is missing)",
            f"innehåller ingen rapport: filen {MANIFEST} saknas. Peka ut rapportens mapp.",
        )
    return folders


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def verify(
    folders: Sequence[Path],
    *,
    data: Path | None = None,
    notebook: Path | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
) -> list[Verified]:
    """Verify reports, in the order given.

    Parameters
    ----------
    folders : sequence of Path
        From `reports_in`.
    data : Path, optional
        The kommun's folder, or the länspaket, where reports were made from one.
    notebook : Path, optional
        The template of somebody's own that reports were made by. It is code, so it is never taken from their folder.
    executor, workers
        See `render_many`.

    Returns
    -------
    list of Verified
        One for each folder, in the same order. A report that cannot be made again is "failed", and stops none of the others.

    Raises
    ------
    FileError
        `data` is no kommun's folder and no länspaket.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import reports_in, verify
    >>> out = tempfile.TemporaryDirectory()
    >>> _ = (Path(out.name) / "manifest.json").write_text('{"outputs": {}}')  # not as this version writes it
    >>> found = verify(reports_in(Path(out.name)))[0]
    >>> print(found.result, found.reason.partition(" ")[2])
    failed saknar uppgifter eller är ändrad. En rapport av en äldre version går inte att verifiera: skapa en ny.
    >>> out.cleanup()
    """
    package = read_package(data) if data is not None else None
    read = {folder: manifest.read(folder) for folder in folders}
    wanted: dict[Path, Wanted] = {}
    answers: dict[Path, Verified] = {}
    for folder in folders:
        record = read[folder]
        try:
            if record is None:
                raise FileError("manifest", folder / MANIFEST, "cannot be read", "går inte att läsa.")
            if not manifest.is_whole(record):
                text = "saknar uppgifter eller är ändrad. En rapport av en äldre version går inte att verifiera: skapa en ny."
                raise FileError("manifest", folder / MANIFEST, "lacks entries of this version", text)
            one = _wanted(record, package, notebook)
            require_makeable([one])
            wanted[folder] = one
        except KunskapError as error:  # one report that cannot be made again stops none of the others
            answers[folder] = Verified(folder, "failed", reason=error.svenska)
    with tempfile.TemporaryDirectory(prefix="kunskap-verifiera-", ignore_cleanup_errors=True) as room:
        for number, batch in enumerate(_without_doubles(wanted)):
            out = Path(room) / str(number)
            made = render_many(list(batch.values()), out=out, executor=executor, workers=workers, limit=LIMIT)
            for folder, outcome in zip(batch, made, strict=True):
                if outcome.failure:
                    reason = outcome.failure.svenska
                    record = read[folder] or {}
                    answers[folder] = Verified(
                        folder, "failed", _changed(folder, record), _unknown(folder, record), reason=reason
                    )
                else:
                    answers[folder] = compare(folder, outcome.folder)
    return [answers[folder] for folder in folders]


def compare(old: Path, new: Path) -> Verified:
    """Two renderings of a report, by their manifests and files."""
    was, now = manifest.read(old), manifest.read(new)
    if was is None or now is None or not manifest.is_whole(was):
        return Verified(old, "failed", reason="manifest.json går inte att läsa.")
    because = differences(was, now)
    differs = [
        name
        for name in filter(is_reproducible, sorted({*was["outputs"], *now["outputs"]}))
        if was["outputs"].get(name) != now["outputs"].get(name)
    ]
    other_versions = any(was.get(key) != now.get(key) for key in _VERSIONS)
    result: Result = "same_bytes"
    if other_versions:
        result = "differs" if any(name.startswith(_TABLES) for name in differs) else "same_tables"
    elif differs or because:
        result = "differs"
    return Verified(old, result, _changed(old, was), _unknown(old, was), differs, because)


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The inputs, parameters and versions that two manifests do not share, in Swedish, one line each."""
    lines = [
        f"{text}: {was.get(key, 'saknas')} i rapporten, {now.get(key, 'saknas')} nu"
        for key, text in _VALUES.items()
        if was.get(key) != now.get(key)
    ]
    lines += [text for key, text in _DIGESTS.items() if was.get(key) != now.get(key)]
    others = {*was, *now} - {*_VALUES, *_DIGESTS, *_OWN_LINES, *_NOT_COMPARED}
    lines += [f"uppgiften {key} är en annan" for key in sorted(others) if was.get(key) != now.get(key)]
    lines += _each("bibliotek", was.get("libraries", {}), now.get("libraries", {}))
    lines += _each("parameter", was.get("parameters", {}), now.get("parameters", {}))
    files_was, files_now = ({i["file"]: i["sha256"][:12] for i in m.get("inputs", ())} for m in (was, now))
    about_inputs = _each("indata", files_was, files_now)
    if was.get("inputs") != now.get("inputs") and not about_inputs:
        about_inputs = ["uppgifterna om indata är andra"]
    return lines + about_inputs


_VERSIONS = ("version", "code_sha256", "python", "platform", "libraries")
_OWN_LINES = {"libraries", "parameters", "inputs"}
_NOT_COMPARED = {"outputs", "run", "made_of_sha256", "formats"}  # formats: a PDF is not made again
_VALUES = {"version": "kunskapsbaserat", "python": "Python", "platform": "plattform", "catalogue": "katalog"}
_DIGESTS = {
    "code_sha256": "programkoden är en annan",
    "template_sha256": "mallen är en annan",
    "texts": "kommunens texter är andra",
}


def _each(what: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [
        f"{what} {name}: {was.get(name, 'saknas')} i rapporten, {now.get(name, 'saknas')} nu"
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]


def _changed(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Files of the report that have been changed or have gone since it was made."""
    outputs = record.get("outputs", {})
    return [
        name for name, sha in outputs.items() if not (folder / name).is_file() or manifest.file_sha256(folder / name) != sha
    ]


def _unknown(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Files in the folder that the manifest does not name: nobody has vouched for them."""
    return sorted(manifest.outputs_of(folder).keys() - record.get("outputs", {}).keys())


def _wanted(record: Mapping[str, Any], package: Package | None, notebook: Path | None) -> Wanted:
    own_notebook = _own_notebook(record, notebook)
    if own_notebook is None and record["template"] not in template_names():
        raise FileError(
            "manifest",
            Path(MANIFEST),
            f"names a template that does not come with the package: {record['template']!r}",
            f"nämner mallen {record['template']!r}, som inte finns i programmet. Rapporten går inte att skapa på nytt.",
        )
    parameters = {key: value for key, value in record["chosen"].items() if key != "data"}  # a folder is given, never read here
    subject, own = _subject(parameters), record["own_folder"]
    home = home_of(subject, package) if own and package is not None else None
    if own and home is None:
        raise FileError(
            "no_data",
            Path(PAGE),
            "was made from a folder of somebody's own, which is not given",
            f"skapades ur en egen mapp för {subject.name}. Ange den med --data MAPP.",
        )
    formats = tuple(name for name in record["formats"] if name not in FILES or is_reproducible(FILES[name]))
    template = record["template"] if own_notebook is None else own_notebook.stem  # as it was asked for: its files are named so
    return Wanted(template, subject, home, notebook=own_notebook, parameters=parameters, formats=formats)


def _own_notebook(record: Mapping[str, Any], given: Path | None) -> Path | None:
    """The notebook of somebody's own that a report was made by; it is code, so it is never taken from the report's folder."""
    if not record["own_notebook"]:
        return None
    if given is None:
        raise FileError(
            "own_notebook",
            Path(PAGE),
            f"was made by a template of somebody's own ({record['notebook']})",
            f"skapades med en egen mall ({record['notebook']}). Ange den med --notebook FIL --lita.",
        )
    if manifest.file_sha256(given) != record.get("template_sha256"):
        raise FileError(
            "other_notebook",
            given,
            "is not the notebook that the report was made by",
            "är inte den anteckningsbok som rapporten skapades med, eller så har den ändrats sedan dess.",
        )
    if given.name != record["notebook"]:
        raise FileError(
            "other_name",
            given,
            f"has the content of {record['notebook']!r}, by which the report was made, but not its name",
            f"har samma innehåll som {record['notebook']}, som rapporten skapades med. Ge filen det namnet igen.",
        )
    return given


def _subject(parameters: dict[str, Any]) -> subjects.Subject:
    """What the report is about; its own parameters are left."""
    if "lan" in parameters:
        return subjects.get(parameters.pop("lan"))
    return subjects.find("kommun", parameters.pop("kommun", None))


def _without_doubles(wanted: Mapping[Path, Wanted]) -> list[dict[Path, Wanted]]:
    """Batches in which no report is asked for twice, as when two copies of one are verified."""
    batches: list[dict[Path, Wanted]] = []
    for folder, one in wanted.items():
        for batch in batches:
            if all(one.place != other.place for other in batch.values()):
                batch[folder] = one
                break
        else:
            batches.append({folder: one})
    return batches
