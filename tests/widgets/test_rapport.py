"""Rapport calls the engine for each chosen kommun, and one that cannot be made never stops the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskapsbaserat import engine
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.engine import Rendered
from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.widgets import Rapport


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the engine was asked for; Falun cannot be made."""
    found: list[tuple] = []

    def render(template: str, kommun: str, *, out: Path, data: Path | None) -> Rendered:
        found.append((template, kommun, out, data))
        if kommun == "2080":
            raise RenderError("no", svenska="Rapporten kunde inte skapas.")
        place = kommuner.get(kommun)
        return Rendered(place, out / place.slug / template, out / place.slug / template / "report.html", 1.0)

    monkeypatch.setattr(engine, "render", render)
    return found


def test_each_chosen_kommun_is_asked_for(asked: list[tuple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    widget = Rapport()
    for name in ("Borlänge", "Malung–Sälens kommun", "2080", "Borlänge"):
        widget.kommuner.field.value = name
    widget.out.value, widget.data.value = "ut å", "mapp"
    widget._render()
    assert asked == [("lagesbild", code, Path("ut å"), Path("mapp")) for code in ("2081", "2023", "2080")]
    assert widget.progress.value == widget.progress.max == 3
    assert "2 av 3 rapporter är klara" in widget.message.value
    assert "Falun: Rapporten kunde inte skapas." in widget.failures.value
    assert [r.kommun.name for r in widget.rendered] == ["Borlänge", "Malung-Sälen"]
    links = widget.links.outputs[0]["data"]["text/html"]
    assert 'href="ut å/2081-borlange/lagesbild/report.html"' in links
    assert not widget.start.disabled


def test_a_whole_lan(asked: list[tuple]):
    widget = Rapport()
    widget.lan.value = "20"
    assert len(widget.kommuner.value) == 15
    assert widget.lan.value is None
    assert asked == []


def test_wrong_input_is_a_sentence(asked: list[tuple]):
    widget = Rapport()
    widget._render()
    assert "Lägg till minst en kommun" in widget.message.value
    widget.kommuner.field.value = "Borlnge"
    assert "Menade du Borlänge" in widget.kommuner.message.value
    assert widget.kommuner.value == ()
    assert asked == []


def test_every_template_can_be_chosen():
    assert [name for _, name in Rapport().template.options] == engine.template_names()
