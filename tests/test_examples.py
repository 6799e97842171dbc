"""The examples in the docstrings run and print what they say."""

from __future__ import annotations

import doctest
import importlib
import inspect
from pathlib import Path
from types import ModuleType

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


# Where every public name has an example of its own; a new one that has none is named here.
COMPLETE = (
    *("rates", "places", "disclosure", "simulate", "screening", "kommun", "lan", "tables", "catalogue", "cells"),
    *("errors", "swedish"),
)


def public(module: ModuleType) -> list[str]:
    """The functions and classes that a module names in `__all__`, or those of its own without an underscore."""
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
    names = getattr(module, "__all__", [name for name in own if not name.startswith("_")])
    values = {name: getattr(module, name) for name in names}
    return [name for name, value in values.items() if inspect.isclass(value) or inspect.isroutine(inspect.unwrap(value))]


@pytest.mark.parametrize("name", COMPLETE)
def test_every_public_name_has_an_example(name: str):
    module = importlib.import_module(f"kunskapsbaserat.{name}")
    names = public(module)
    assert names
    assert [each for each in names if ">>> " not in (getattr(module, each).__doc__ or "")] == []
