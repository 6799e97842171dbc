"""What the gallery of published studies shows is what happens."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REFERENCE = Path(os.environ.get("REFERENCE_DIR", ROOT.parent / "shared" / "reference"))
SEATTLE = REFERENCE / "effects" / "seattledmi_ex1" / "expected.json"
PAGE = (ROOT / "docs" / "effekt-galleri.md").read_text(encoding="utf-8")


def test_every_study_gives_the_output_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    printed = []
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "effekt-galleri.md", "exec"), names)
        printed += out.getvalue().splitlines()
    shown = [line for text in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) for line in text.splitlines()]
    assert printed == shown


@pytest.mark.skipif(not SEATTLE.is_file(), reason=f"no reference case in {SEATTLE} (set REFERENCE_DIR)")
def test_the_figures_of_a_study_too_large_for_the_page_are_those_of_its_reference_case():
    """The case itself is worked out anew by tests/published."""
    published = {row["name"]: row["value"] for row in json.loads(SEATTLE.read_text(encoding="utf-8"))["expected"]}
    text = " ".join(PAGE.split("## Många små områden")[1].split("\n## ")[0].split())
    sentences = {
        "i_felony": "grova brott {} mot väntade {}",
        "i_misdemea": "lindriga {} mot {}",
        "i_drugs": "narkotika {} mot {}",
        "any_crime": "alla {} mot {}",
    }
    for outcome, sentence in sentences.items():
        assert sentence.format(*swedish(published, outcome)) in text


def swedish(published: dict[str, float], outcome: str) -> tuple[str, str]:
    treated, control = published[f"{outcome}:treated_sum"], published[f"{outcome}:control_sum"]
    return f"{treated:.0f}", f"{control:.1f}".replace(".", ",")
