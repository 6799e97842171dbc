"""What a report is made of: versions, inputs and results, so that it can be skipped, verified and made again."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.folder import REVISIONS, STORE
from kunskapsbaserat.engine.job import Job
from kunskapsbaserat.engine.placing import MANIFEST, SIGNATURE

LIBRARIES = (
    "babel",
    "ipython",
    "jinja2",
    "matplotlib",
    "mistune",
    "numpy",
    "pandas",
    "papermill",
    "nbconvert",
    "scipy",
    "seaborn",
    "shapely",
)
_SOURCE = Path(__file__).parents[1]
_CODE = {".py", ".j2", ".css", ".svg", ".toml", ".csv"}


def versions() -> dict[str, Any]:
    """This package's version and code, Python, the platform and the libraries that have a say in the bytes."""
    return {
        "version": __version__,
        "code_sha256": code_digest(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "libraries": dict(_libraries()),
    }


@functools.cache
def _libraries() -> tuple[tuple[str, str], ...]:
    return tuple((name, importlib.metadata.version(name)) for name in LIBRARIES)


@functools.cache
def code_digest() -> str:
    """sha256 of the package's own code, texts and templates: what a version number does not tell during development."""
    digest = hashlib.sha256()
    for path in sorted(p for p in _SOURCE.rglob("*") if p.suffix in _CODE):
        digest.update(path.relative_to(_SOURCE).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def inputs_digest(notebook: Path, parameters: Mapping[str, Any], data: Path | None, formats: Sequence[str] = ()) -> str:
    """sha256 of everything a report is made of, wherever it lies: nothing changed means nothing to render."""
    made_of = {
        "versions": versions(),
        "template": file_sha256(notebook) + pictures_sha256(notebook),
        "parameters": {key: value for key, value in parameters.items() if key != "data"},
        "embedded": embedded_sha256(),
        "data": folder_sha256(data) if data else None,
        "formats": sorted(formats),
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode()).hexdigest()


def pictures_sha256(notebook: Path) -> str:
    """sha256 of the files beside a notebook that its cells show; nothing for the package's own, which show none."""
    if b"![" not in notebook.read_bytes():
        return ""
    from kunskapsbaserat.engine.cell_pictures import files_digest
    from kunskapsbaserat.engine.notebook_format import nbformat

    shown = files_digest(nbformat.read(notebook, as_version=4), notebook.parent)
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def embedded_sha256() -> dict[str, str]:
    """sha256 of each table that comes with the package."""
    return dict(_embedded())


@functools.cache
def _embedded() -> tuple[tuple[str, str], ...]:
    return tuple((name, snapshot.sha256) for name, snapshot in embedded.snapshots().items())


def folder_sha256(folder: Path) -> dict[str, str]:
    """sha256 of each file of a kommun's folder, without reports, hidden files and what `kunskap hamta` keeps beside its tables.

    The store's log grows with every fetch, also when no figure has changed.
    """
    digests = {}
    for path in own_files(folder):
        relative = path.relative_to(folder)
        hidden = any(part.startswith((".", "~$")) for part in relative.parts)
        if not hidden and relative.parts[0] != REVISIONS:
            digests[relative.as_posix()] = file_sha256(path)
    return digests


def own_files(folder: Path) -> list[Path]:
    """The files of a kommun's folder that reports are made from or note something in: no reports, no answers kept whole."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).parts[0] != STORE
        and not any((p / MANIFEST).exists() for p in path.parents if p.is_relative_to(folder))
    ]


def file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def outputs_of(folder: Path) -> dict[str, str]:
    """sha256 of every file of a report but the manifest and its signature."""
    beside = {MANIFEST} if signature_in(folder) is None else {MANIFEST, SIGNATURE}
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: file_sha256(path) for name, path in names.items() if name not in beside}


def signature_in(folder: Path) -> dict[str, str] | None:
    """The signature of a report; None when there is none, or what stands in its place is no signature."""
    record = object_in(folder / SIGNATURE)
    if record is None or set(record) != {"algorithm", "key", "signature"}:
        return None
    return record if all(isinstance(value, str) for value in record.values()) else None


def object_in(path: Path) -> dict[str, Any] | None:
    """What a file of JSON says by name; None when there is no such file, or it holds anything else."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def write(folder: Path, made: Mapping[str, Any], *, job: Job, run: Mapping[str, Any]) -> dict[str, str]:
    """Write the manifest; only its `run` block differs between two renderings. Returns the files that it vouches for.

    Parameters
    ----------
    folder : Path
        The finished report.
    made : mapping
        What the document says of itself (`report.appendix`): parameters and inputs.
    job : Job
        What was asked for; its digest is how an unchanged report is known again.
    run : mapping
        When it was made and how long it took: outside every comparison.
    """
    outputs = outputs_of(folder)
    manifest = {
        **made,
        "notebook": job.notebook.name,
        "own_notebook": not job.ours,
        "own_folder": job.data is not None,
        "formats": list(job.formats),
        "chosen": {key: value for key, value in job.parameters.items() if key != "data"},
        "template_sha256": file_sha256(job.notebook),
        **versions(),
        "made_of_sha256": job.digest,
        "outputs": outputs,
        "run": dict(run),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    return outputs


_SHAPE = {
    "chosen": dict,
    "formats": list,
    "inputs": list,
    "libraries": dict,
    "notebook": str,
    "outputs": dict,
    "own_folder": bool,
    "own_notebook": bool,
    "parameters": dict,
    "template": str,
}


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished report, or None when there is none that can be read."""
    record = object_in(folder / MANIFEST)
    return record if record is not None and isinstance(record.get("outputs"), dict) else None


def left_out(folder: Path) -> tuple[str, ...]:
    """What the cells show that is not in a finished report, as it was said when it was made."""
    own = (read(folder) or {}).get("own")
    said = own.get("left_out") if isinstance(own, dict) else None
    return tuple(map(str, said)) if isinstance(said, list) else ()


def is_whole(record: Mapping[str, Any]) -> bool:
    """Does it have every entry that this version writes, each of its kind? One of an older version may not."""
    return (
        all(isinstance(record.get(key), kind) for key, kind in _SHAPE.items())
        and all(isinstance(name, str) for name in record["formats"])
        and all(isinstance(one, dict) and {"file", "sha256"} <= one.keys() for one in record["inputs"])
        and all(isinstance(one[key], str) for one in record["inputs"] for key in ("file", "sha256"))
        and all(isinstance(sha, str) for sha in record["outputs"].values())
    )


def is_intact(folder: Path, digest: str) -> bool:
    """Is the report there as it was made, file by file, from inputs with this digest?"""
    record = read(folder)
    if record is None or record.get("made_of_sha256") != digest:
        return False
    return all((folder / name).is_file() and file_sha256(folder / name) == sha for name, sha in record["outputs"].items())
