"""Whether a report would be made of the figures that it was made of: then its verdicts are known without computing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kunskapsbaserat.data import embedded, fetched, mapping
from kunskapsbaserat.data.folder import layout
from kunskapsbaserat.engine import manifest

BESIDE = ("months", "parts", "ages", "alike", "indicator")
"""Fetched tables that no figure compared and no verdict is made of."""


def has_same_figures(record: Mapping[str, Any], home: Path | None) -> bool:
    """Whether the package is the one that made the report, and every file has the same figures, fetched on whatever day.

    Parameters
    ----------
    record : mapping
        The report's manifest.
    home : Path, optional
        The kommun's folder.
    """
    if not manifest.is_whole(record) or any(record.get(name) != value for name, value in manifest.versions().items()):
        return False
    inputs = {one["file"]: one for one in record["inputs"]}
    if any(inputs.pop(name, {}).get("sha256") != about.sha256 for name, about in embedded.snapshots().items()):
        return False
    if home is None:
        return not inputs
    for path in layout.data_paths(home):
        was = inputs.pop(path.relative_to(home).as_posix(), None)
        if not (_is_fetched_same(path, was) if fetched.recognises(path) else _is_same(path, was)):
            return False
    return not inputs


def _is_fetched_same(path: Path, was: Mapping[str, Any] | None) -> bool:
    about = fetched.about(path)
    if about.contents in BESIDE:
        return True
    return was is not None and fetched.sha256_as_of(path, date.fromisoformat(str(was.get("retrieved")))) == was["sha256"]


def _is_same(path: Path, was: Mapping[str, Any] | None) -> bool:
    """A file of the kommun's own; how one with a mapping is read may have changed though its bytes have not."""
    return was is not None and not mapping.path_for(path).exists() and manifest.file_sha256(path) == was["sha256"]
