"""The table of what is read names every kind of Brå's files, and every limit is the one in the code."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat.data import bra, extent, files, workbook

TEXT = (Path(__file__).parents[2] / "docs" / "filer-som-lases.md").read_text(encoding="utf-8")


def test_every_kind_is_in_the_table():
    assert [kind for kind in bra.KINDS if f"`{kind}`" not in TEXT] == []


def test_the_limits_are_those_of_the_code():
    limits = (files.MAX_BYTES // 10**6, workbook.MAX_UNPACKED // 10**9, extent.MAX_CELLS // 10**6)
    assert "{} MB per fil (EST 500 MB), {} GB uppackad arbetsbok, {} miljoner celler".format(*limits) in TEXT
    assert f"{extent.MAX_COLUMNS // 1000} 000 kolumner per blad" in TEXT
