"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


EXAMPLES = re.findall(r"```python\n(.*?)```\s+```text\n(.*?)```", README, re.DOTALL)


def test_every_example_shows_its_output():
    assert len(EXAMPLES) == README.count("```python") >= 2


@pytest.mark.parametrize(("code", "shown"), EXAMPLES)
def test_the_example_gives_the_output_shown(code: str, shown: str):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [line.rstrip() for line in shown.splitlines()]


def test_the_two_commands_stand_on_the_first_screen():
    first_screen = README.split("## Vad du får")[0]
    assert "python -m pip install uv && python -m uv run kunskap rapport lagesbild Borlänge" in first_screen
    assert "python -m pip install uv && python -m uv run pytest" in first_screen
    assert "docs/rapport.png" in first_screen


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", README))))
def test_links_lead_somewhere(link: str):
    assert (ROOT / link).exists()
