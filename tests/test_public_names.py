"""Every public name has a docstring with an example; the examples themselves are run by test_examples.py."""

from __future__ import annotations

import importlib

import pytest
from public_names import ROOMS, names


@pytest.mark.parametrize("room", [*ROOMS, "cells", "findings", "swedish"])
def test_every_public_name_has_an_example(room: str):
    module = importlib.import_module(f"kunskapsbaserat.{room}")
    assert names(room)
    assert [name for name in names(room) if ">>> " not in (getattr(module, name).__doc__ or "")] == []
