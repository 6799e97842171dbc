"""Make one report in this process: run the template's cells, export the page, write every file of its folder."""

from __future__ import annotations

import base64
import functools
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kunskapsbaserat.data.export import excel_from_machine
from kunskapsbaserat.engine import formats, manifest
from kunskapsbaserat.engine.cell_pictures import attach_files
from kunskapsbaserat.engine.job import Completion, Failure, Job
from kunskapsbaserat.engine.notebook_format import NotebookNode, nbformat
from kunskapsbaserat.engine.placing import MANIFEST, PAGE
from kunskapsbaserat.engine.templates import parameter_names
from kunskapsbaserat.errors import KunskapError, OptionError, RenderError
from kunskapsbaserat.system_errors import os_fault

CHOSEN_CELL = "kb-valda"
KERNEL, LANGUAGE, COMMENT = "python3", "python", "Parameters"  # of that cell, as papermill writes it
Runner = Callable[[NotebookNode, Path], Failure | None]


def produce(job: Job, *, run: Runner, warm: bool) -> Completion | Failure:
    """Write the report of a job into its room.

    Parameters
    ----------
    job : Job
        Its room is there and empty.
    run : callable
        Executes the prepared notebook in place and says which cell failed: `run_here` or `run_in_kernel`.
    warm : bool
        Whether this process had everything loaded before; only noted.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    notebook = prepare(job.notebook, job.parameters)
    failure = run(notebook, job.notebook)
    if failure is not None:
        return failure
    executed = timeless(notebook)
    if job.data is not None:  # where a folder lies on one machine is nobody else's business
        _say_parameters(executed, job)
    try:
        job.folder.mkdir(parents=True)
        record = _write_report(executed, job.folder, job.template)
        for said in record["left_out"]:
            print(said)  # into the report's log
        formats.write(job.formats, job.folder, executed)
        seconds = time.perf_counter() - clock
        files = manifest.write(
            job.folder,
            record["manifest"],
            job=job,
            run={"started": started.isoformat(timespec="seconds"), "seconds": round(seconds, 2)},
        )
    except KunskapError as error:
        return Failure(str(error), error.svenska, exit_code=error.exit_code)
    except OSError as error:
        text = f"{error.strerror or error}: {error.filename or job.folder}"
        return Failure(text, f"Rapporten kunde inte skrivas. {os_fault(error, job.folder)}")
    files[MANIFEST] = manifest.file_sha256(job.folder / MANIFEST)
    return Completion(files, record["figures"], warm, time.perf_counter() - clock, tuple(record["left_out"]))


def prepare(notebook: Path, parameters: Mapping[str, Any]) -> NotebookNode:
    """The notebook with its parameters in a cell of their own, as papermill puts them.

    Raises
    ------
    OptionError
        A parameter that the notebook does not have: papermill only logs it and then renders the default.
    """
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    node = load_notebook_node(str(notebook))
    require_known(node, parameters)
    attach_files(node, notebook.parent)
    prepared: NotebookNode = parameterize_notebook(
        node, dict(parameters), comment=COMMENT, kernel_name=KERNEL, language=LANGUAGE
    )
    return prepared


def require_known(notebook: NotebookNode, parameters: Mapping[str, Any]) -> None:
    """Raise OptionError for a parameter that is not among the notebook's."""
    names = parameter_names(notebook)
    for name in parameters:
        if name not in names:
            raise OptionError("parameter", name, names)


def run_here(notebook: NotebookNode, source: Path) -> Failure | None:
    """Run the cells in this process's shell."""
    from kunskapsbaserat.engine.shell import run_cells

    failed = run_cells(notebook)
    if failed is None:
        return None
    error = failed.error
    traceback.print_exception(error)  # into the report's log
    swedish = error.svenska if isinstance(error, KunskapError) else f"{type(error).__name__}: {error}"
    code = error.exit_code if isinstance(error, KunskapError) else RenderError.exit_code
    text = f"{type(error).__name__}: {error}"
    failure = cell_failure(source, failed.number, failed.cell.get("id"), text, swedish, code)
    # What the library itself refuses is said as it is: the reader's file is wrong, not a cell.
    return replace(failure, svenska=swedish) if isinstance(error, KunskapError) else failure


def run_in_kernel(notebook: NotebookNode, source: Path) -> Failure | None:
    """Run the cells in a real kernel of this very Python: the reference that the shell is held against."""
    import nbclient
    from nbclient.exceptions import CellExecutionError

    client = nbclient.NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        coalesce_streams=True,
        resources={"metadata": {"path": str(Path.cwd())}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        ran = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
        number = next(i for i, c in enumerate(ran, 1) if any(o.output_type == "error" for o in c.outputs))
        text = f"{error.ename}: {error.evalue}"
        return cell_failure(source, number, ran[number - 1].get("id"), text, text, RenderError.exit_code)
    except nbclient.exceptions.DeadKernelError as error:
        return Failure(f"the kernel died: {error}", "Rapporten kunde inte skapas: kärnan dog.")
    return None


def cell_failure(source: Path, number: int, cell_id: str | None, text: str, svenska: str, code: int) -> Failure:
    """A failure that names the cell, in both languages."""
    return Failure(
        f"cell {number} of {source.name} failed: {text}",
        f"Rapporten kunde inte skapas. Cell {number} i {source.name}: {svenska}",
        cell=number,
        cell_id=cell_id,
        exit_code=code,
    )


def timeless(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what differs between two runs: times, durations, random cell ids, paths."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = CHOSEN_CELL
    return notebook


def _say_parameters(executed: NotebookNode, job: Job) -> None:
    """The kept notebook names the folder as `kunskap ny` does, wherever it lay."""
    from papermill.translators import translate_parameters

    named = job.parameters | {"data": job.subject.slug}
    chosen = next(cell for cell in executed.cells if cell.id == CHOSEN_CELL)
    chosen.source = translate_parameters(KERNEL, LANGUAGE, named, COMMENT)


def _write_report(executed: NotebookNode, folder: Path, template: str) -> dict[str, Any]:
    """Page, notebook and tables; returns the record of the report."""
    from kunskapsbaserat.engine.exporter import export
    from kunskapsbaserat.engine.own_parts import without_unpublished

    page, record = export(executed)
    pages = {PAGE: page, **record["pages"]}
    drawn = sum(html.count('role="img"') for html in pages.values())
    if drawn != record["figures"]:
        raise RenderError(f"the pages hold {drawn} figures, expected {record['figures']}")
    for name, html in pages.items():
        (folder / name).write_text(html, encoding="utf-8", newline="\n")
    for name, content in record.get("files_as_base64", {}).items():
        (folder / name).write_bytes(base64.b64decode(content))
    text = nbformat.writes(without_unpublished(executed))
    (folder / f"{template}.ipynb").write_text(text, encoding="utf-8", newline="\n")
    _write_tables(record["tables"], folder / "tables")
    return record


_for_excel = functools.lru_cache(maxsize=64)(excel_from_machine)  # some tables are the same beside all reports


def _write_tables(tables: Mapping[str, str], folder: Path) -> None:
    """Each table twice: for Swedish Excel (semicolon, decimal comma, BOM) and for machines (comma, point)."""
    (folder / "maskin").mkdir(parents=True)
    for name, text in tables.items():
        (folder / "maskin" / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
        (folder / f"{name}.csv").write_text(_for_excel(text), encoding="utf-8-sig", newline="")
