"""Every reference case of the toolbox's methods, through its adapters."""

from __future__ import annotations

import json
import re

import pytest
from toolbox_adapters import FOLDER, TOOLBOX_ADAPTERS


def cases() -> list[dict]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.rglob("expected.json"))]
    return [case for case in found if any(re.search(pattern, case["method"]) for pattern in TOOLBOX_ADAPTERS)]


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no reference cases in {FOLDER} (set REFERENCE_DIR)")
def test_every_method_has_a_case():
    assert all(any(re.search(pattern, case["method"]) for case in cases()) for pattern in TOOLBOX_ADAPTERS)


@pytest.mark.parametrize("case", cases(), ids=lambda c: c["id"])
def test_published_figures(case: dict):
    next(adapter for pattern, adapter in TOOLBOX_ADAPTERS.items() if re.search(pattern, case["method"]))(case)
