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
    if not manifest.is_whole(record) or not of_this_program(record):
        return False
    inputs = {one["file"]: one for one in record["inputs"]}
    if any(inputs.pop(name, {}).get("sha256") != about.sha256 for name, about in embedded.snapshots().items()):
        return False
    return _has_same_files(inputs, home)


def of_this_program(record: Mapping[str, Any]) -> bool:
    """Was it made by this very package, Python and libraries?"""
    return all(record.get(name) == value for name, value in manifest.versions().items())


def has_same_inputs(record: Mapping[str, Any], home: Path | None) -> bool:
    """Whether the package and the folder still have what a report was made of, whatever program made it.

    Any template: of the package's tables only those that the report lists are asked for, and a file of the folder that it does
    not list makes a lägesbild older, which takes all of them.

    Parameters
    ----------
    record : mapping
        The report's manifest, whole.
    home : Path, optional
        The kommun's folder.
    """
    inputs = {one["file"]: one for one in record["inputs"]}
    packaged = {name: about for name, about in embedded.snapshots().items() if name in inputs}
    if any(inputs.pop(name)["sha256"] != about.sha256 for name, about in packaged.items()):
        return False
    if home is None:
        return not inputs
    new = {path.relative_to(home).as_posix() for path in layout.data_paths(home)} - inputs.keys()
    if record["template"] == "lagesbild" and any(not _is_beside(home / name) for name in new):
        return False
    return all(_is_as_listed(home / name, was) for name, was in inputs.items())


def _is_beside(path: Path) -> bool:
    return fetched.recognises(path) and fetched.about(path).contents in BESIDE


def _is_as_listed(path: Path, was: Mapping[str, Any]) -> bool:
    if not path.is_file():
        return False
    return _is_fetched_same(path, was) if fetched.recognises(path) else bool(manifest.file_sha256(path) == was["sha256"])


def _has_same_files(inputs: dict[str, Any], home: Path | None) -> bool:
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
