"""Rapport calls the engine for each chosen kommun, and one that cannot be made never stops the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kunskapsbaserat import engine
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data.fetch import trouble
from kunskapsbaserat.data.fetch.run import Came, Placed, Summary
from kunskapsbaserat.engine import Rendered, fetching
from kunskapsbaserat.errors import FileError, RenderError
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
    assert [r.subject.name for r in widget.rendered] == ["Borlänge", "Malung-Sälen"]
    links = widget.links.outputs[0]["data"]["text/html"]
    assert 'href="ut å/2081-borlange/lagesbild/report.html"' in links
    assert not widget.start.disabled


def test_a_whole_lan(asked: list[tuple]):
    widget = Rapport()
    widget.lan.value = "20"
    assert len(widget.kommuner.value) == 15
    assert widget.lan.label == "välj län"
    assert asked == []


def test_wrong_input_is_a_sentence(asked: list[tuple]):
    widget = Rapport()
    widget._render()
    assert "Lägg till minst en kommun" in widget.message.value
    widget.kommuner.field.value = "Borlnge"
    assert "Menade du Borlänge" in widget.kommuner.message.value
    assert widget.kommuner.value == ()
    assert asked == []


def test_the_code_makes_the_same_reports(asked: list[tuple]):
    widget = Rapport()
    assert (widget.python, widget.code.value) == ("", "")
    widget.kommuner.value, widget.out.value, widget.data.value = ("2081", "1983"), "ut å", "mapp"
    assert "Borlänge" in widget.code.value
    exec(widget.python, {})
    assert asked == [("lagesbild", name, Path("ut å"), Path("mapp")) for name in ("Borlänge", "Köping")]


def test_every_template_can_be_chosen():
    assert [name for _, name in Rapport().template.options] == engine.template_names()


def test_half_a_name_is_not_taken():
    """The kommun Mark is the beginning of Markaryd: a field counts when it is left, not at every key."""
    widget = Rapport()
    assert {widget.kommuner.field.continuous_update, widget.data.continuous_update, widget.out.continuous_update} == {False}


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What would have been fetched; `enough` of the last is what the test sets."""
    found: list[tuple] = []

    def fetch(places: dict[kommuner.Kommun, Path], parent: Path | None, *, told: Callable[[str], None]) -> Summary:
        found.append(({place.name: folder for place, folder in places.items()}, parent))
        told("Kolada: brottstyper")
        if "Falun" in found[-1][0]:
            raise FileError("busy", "lager", "is busy", "används av en annan hämtning.")
        came = Came("Kolada", date(2026, 3, 31)), Came("Polisen", None, trouble.circle("Polisen", "https://polisen.se"))
        return Summary(came, tuple(Placed(place, folder, has_total=place.name != "Ystad") for place, folder in places.items()))

    monkeypatch.setattr(fetching, "fetch", fetch)
    return found


def test_figures_are_fetched_as_by_the_command_and_the_report_uses_them(
    fetches: list[tuple], asked: list[tuple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    widget = Rapport()
    widget._fetch()
    assert "Lägg till minst en kommun" in widget.message.value
    widget.kommuner.field.value = "Köping"
    widget._fetch()
    assert fetches == [({"Köping": Path("1983-koping")}, None)]
    assert "Siffrorna är hämtade" in widget.message.value
    assert "SAKNAS Polisen: servern skickade frågan runt i en cirkel" in widget.failures.value
    widget._render()
    assert asked == [("lagesbild", "1983", Path("reports"), Path("1983-koping"))]
    assert not widget.fetch.disabled


def test_many_kommuner_are_fetched_into_one_folder_and_what_lacks_is_an_alarm(fetches: list[tuple]):
    widget = Rapport()
    for name in ("Köping", "Ystad"):
        widget.kommuner.field.value = name
    widget.data.value = "alla å"
    widget._fetch()
    parent = Path("alla å")
    assert fetches == [({"Köping": parent / "1983-koping", "Ystad": parent / "1286-ystad"}, parent)]
    assert 'role="alert"' in widget.message.value
    assert "SAKNAS det som första sidan behöver, alla anmälda brott, för Ystad." in widget.failures.value


def test_a_fetch_that_cannot_be_made_is_a_sentence(fetches: list[tuple]):
    widget = Rapport()
    widget.kommuner.field.value = "Falun"
    widget._fetch()
    assert "används av en annan hämtning" in widget.message.value
    assert widget.data.value == ""
    assert not widget.start.disabled
    assert len(fetches) == 1
