"""Nothing comes with a core install that may not be passed on, and the list of what comes is the list in the docs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dependencies import licence_of, may_be_passed_on, needed

ROOT = Path(__file__).parents[1]


def test_every_licence_of_a_core_install_may_be_passed_on():
    found = {name: licence_of(dist) for name, dist in needed().items()}
    assert len(found) > 50
    assert {name: licence for name, licence in found.items() if not may_be_passed_on(licence)} == {}


def test_the_list_of_the_docs_has_what_is_asked_for():
    text = (ROOT / "docs" / "beroenden.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([a-z0-9][a-z0-9-]*) \|", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {canonicalize_name(Requirement(line).name) for line in project["dependencies"]} <= listed


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("GNU Lesser General Public License v3 (LGPL)", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-only", False),
        ("saknas", False),
        ("", False),
        ("BUSL-1.1", False),
        ("MIT License, GNU General Public License v3 (GPLv3)", False),
        ("BSD License, GNU Affero General Public License v3", False),
    ],
)
def test_what_may_be_passed_on(licence: str, allowed: bool):
    assert may_be_passed_on(licence) is allowed
