"""What the gallery of published studies shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
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
