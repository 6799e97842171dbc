"""Names that scripts of kommuner import keep working after a move, with a word of warning."""

from __future__ import annotations

import importlib

import pytest

from kunskapsbaserat import report


@pytest.mark.parametrize("name", sorted(report._MOVED))
def test_a_moved_module_is_found_by_its_old_name(name: str):
    with pytest.warns(DeprecationWarning, match=report._MOVED[name]):
        found = getattr(report, name)
    assert found is importlib.import_module(f"kunskapsbaserat.report.{report._MOVED[name]}")


def test_nothing_else_is_found():
    with pytest.raises(AttributeError, match="no attribute 'est_page'"):
        _ = report.est_page
