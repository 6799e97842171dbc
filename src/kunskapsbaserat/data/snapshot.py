"""Provenance: every data file has a sidecar that says whose figures it holds, from when, and with which bytes.

The sidecar of ``counts_year.csv.gz`` is ``counts_year.csv.gz.json`` beside it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from kunskapsbaserat.errors import SnapshotError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where one table comes from.

    `published` is None when the publisher's date is not known; `status` is "final" or "preliminary".

    Attributes
    ----------
    name, publisher, title, address, licence : str
        Of the file, whose it is, and how it may be used.
    retrieved, published : date
        When it was fetched, and by the publisher's own date where it is known.
    status : {"final", "preliminary"}
        Of the newest figures.
    sha256 : str
        Of the file's bytes.

    Examples
    --------
    >>> from kunskapsbaserat.data import embedded
    >>> source = embedded.snapshots()["counts_groups.csv.gz"]
    >>> source.title, source.publisher, len(source.sha256)
    ('Anmälda brott per kommun och år 2010–2025, totalt och fyra brottsgrupper', 'Brottsförebyggande rådet (Brå)', 64)
    """

    name: str
    publisher: str
    title: str
    address: str
    licence: str
    retrieved: date
    published: date | None
    status: str
    sha256: str


def sidecar_path(path: Path) -> Path:
    """Where the sidecar of a file is: ``<file>.json`` beside it.

    Parameters
    ----------
    path : Path
        Of a file; it need not exist.

    Returns
    -------
    Path

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import snapshot
    >>> snapshot.sidecar_path(Path("survey.csv.gz")).name
    'survey.csv.gz.json'
    """

    return path.with_name(path.name + ".json")


def read(path: Path) -> tuple[Snapshot, bytes]:
    r"""The file's bytes and its snapshot, after checking that the bytes are the registered ones.

    Parameters
    ----------
    path : Path
        Of the file; its sidecar, ``<file>.json``, lies beside it.

    Returns
    -------
    Snapshot, bytes

    Raises
    ------
    SnapshotError
        The file or its sidecar is missing or incomplete, or the file has been changed.

    Examples
    --------
    >>> import hashlib
    >>> import json
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import snapshot
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "tal.csv"
    >>> _ = path.write_bytes(b"area,count\n2081,12\n")
    >>> about = dict.fromkeys(["publisher", "title", "address", "licence"], "exempel")
    >>> about |= {"retrieved": "2026-03-02", "published": None, "status": "final"}
    >>> about["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    >>> _ = snapshot.sidecar_path(path).write_text(json.dumps(about))
    >>> source, content = snapshot.read(path)
    >>> source.name, str(source.retrieved), len(content)
    ('tal.csv', '2026-03-02', 19)
    >>> folder.cleanup()
    """
    try:
        content = path.read_bytes()
        text = sidecar_path(path).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SnapshotError(
            f"{path.name}: the file or its sidecar {path.name}.json is missing",
            svenska=f"{path.name}: filen eller dess källuppgift {path.name}.json saknas. Hämta filen på nytt.",
        ) from error
    return _parse(path.name, text, content), content


def _parse(name: str, text: str, content: bytes) -> Snapshot:
    try:
        about: dict[str, Any] = json.loads(text)
        known = {f.name for f in fields(Snapshot)} - {"name"}
        values = {key: about[key] for key in known}
        values["retrieved"] = date.fromisoformat(values["retrieved"])
        values["published"] = values["published"] and date.fromisoformat(values["published"])
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError(
            f"{name}.json: not a complete sidecar ({error})",
            svenska=f"{name}.json: källuppgiften är inte fullständig ({error}).",
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != values["sha256"]:
        raise SnapshotError(
            f"{name}: the file is not the registered one (sha256 {found[:12]}, expected {values['sha256'][:12]})",
            svenska=f"{name}: filen har ändrats sedan den registrerades. Hämta den på nytt eller registrera den igen.",
        )
    return Snapshot(name=name, **values)
