"""The command that a message tells installs the extra part, wherever this installation came from."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from kunskapsbaserat import extras

ORIGINS = {
    "the index": (None, "kunskapsbaserat[office]"),
    "a folder": ({"url": Path("/hem/å ä/program").as_uri(), "dir_info": {}}, "/hem/å ä/program[office]"),
    "a folder being worked on": ({"url": Path("/hem/p").as_uri(), "dir_info": {"editable": True}}, "/hem/p[office]"),
    "a file": ({"url": "file:///hem/k-1.whl", "archive_info": {}}, "kunskapsbaserat[office] @ file:///hem/k-1.whl"),
    "a repository": (
        {"url": "https://exempel.se/k.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}},
        "kunskapsbaserat[office] @ git+https://exempel.se/k.git@abc123",
    ),
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_the_package_is_taken_from_where_it_came(origin: str, monkeypatch: pytest.MonkeyPatch):
    noted, expected = ORIGINS[origin]
    text = None if noted is None else json.dumps(noted)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: SimpleNamespace(read_text=lambda _: text))
    assert extras.command("office").endswith(f' install "{expected}"')
    if "@" in expected:
        assert Requirement(expected).extras == {"office"}


@pytest.mark.parametrize(("there", "installer"), [(True, "python -m pip install "), (False, "python -m uv pip install ")])
def test_where_there_is_no_pip_uv_installs(there: bool, installer: str, monkeypatch: pytest.MonkeyPatch):
    """An environment that uv made has none, and pip of another Python would install it there."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object() if there else None)
    assert extras.command("office").startswith(installer)


def test_every_extra_that_a_message_names_is_there():
    root = Path(__file__).parents[1]
    known = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    code = "".join(path.read_text(encoding="utf-8") for path in (root / "src").rglob("*.py"))
    named = set(re.findall(r"extras\.command\([\"'](\w+)[\"']\)", code))
    assert {"app", "dask", "office", "oppna", "parquet", "signera"} == named
    assert named == known.keys()
