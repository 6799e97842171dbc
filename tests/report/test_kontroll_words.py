"""How `kunskap kontroll` writes a finding under its file: names of files stay as they are, and one row is one."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from kunskapsbaserat.errors import FileError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.report.documents.klg import document as klg
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder
from kunskapsbaserat.report.documents.kontroll.words import folder as words
from kunskapsbaserat.report.documents.kontroll.words import forms
from kunskapsbaserat.report.documents.namnd import document as namnd


@pytest.mark.parametrize(
    ("finding", "file", "told"),
    [
        (Finding("error", "x", "cellen är tom.", file="a.csv", row=4), "a.csv", "Rad 4: cellen är tom."),
        (Finding("error", "x", "cellen är tom.", file="a.csv", row=4), "mapp/a.csv", "Rad 4: cellen är tom."),
        (Finding("error", "x", "går inte.", file="b prel.csv"), "a.csv", "b prel.csv: går inte."),
        (Finding("error", "x", "fel.", file="egen.csv.mappning.csv", row=2), "egen.csv", "egen.csv.mappning.csv, rad 2: fel."),
        (Finding("error", "x", "å mapp är ingen fil."), "å mapp", "Är ingen fil."),
        (Finding("error", "x", "b.csv och c.csv säger olika."), "a.csv", "b.csv och c.csv säger olika."),
        (Finding("error", "x", "inget tal."), "a.csv", "Inget tal."),
    ],
)
def test_a_finding_under_its_file(finding: Finding, file: str, told: str):
    assert words._words(finding, file) == told


def test_one_is_one():
    assert words.several(1, "rad", "rader") == "1 rad"
    assert forms.meetings("moten.xlsx", 1, 2, 1) == ["  moten.xlsx: 1 möte, 2 ärenden, 1 rad närvaro"]


@pytest.mark.parametrize("document", [klg, namnd])
def test_an_unfilled_plan_is_not_called_missing(tmp_path: Path, document: ModuleType):
    new_folder(tmp_path / "koping", "Köping")
    with pytest.raises(FileError) as caught:
        document.load(kommun="Köping", data=tmp_path / "koping")
    assert caught.value.reason == "empty_plan"
    assert "inte ifylld än" in caught.value.svenska
