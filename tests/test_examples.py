"""The examples in the docstrings run and print what they say."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import kunskapsbaserat

ROOT = Path(kunskapsbaserat.__file__).parent
WITH_EXAMPLES = sorted(p for p in ROOT.rglob("*.py") if ">>> " in p.read_text(encoding="utf-8"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_of)
def test_examples(path: Path):
    found = doctest.testmod(importlib.import_module(module_of(path)))
    assert found.attempted > 0
    assert found.failed == 0
