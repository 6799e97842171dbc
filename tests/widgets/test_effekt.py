"""Effekt calls Design, check, power, preregister and evaluate, and shows what they say."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd
import pytest

from kunskapsbaserat import Design, evaluate, power, read_registration
from kunskapsbaserat.report.text import effects as effect_words
from kunskapsbaserat.widgets import Effekt

TREATED = ("1080", "1885")


@pytest.fixture
def widget() -> Effekt:
    found = Effekt()
    found.treated.value = TREATED
    return found


def designed(widget: Effekt, start: str, **more: object) -> Design:
    return Design(widget.panel, outcome="count", exposure="population", treated=TREATED, start=start, **more)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", text))).strip()


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_checks_and_power_follow_the_choices(widget: Effekt):
    assert "Välj minst ett område" in widget.message.value
    widget.start.value = "2025-06"
    checks = effect_words.checks(designed(widget, "2025-06").check())
    for row in checks.itertuples(index=False):
        assert squeezed(" ".join(str(v) for v in row)) in plain(widget.checks.value)
    found = power(designed(widget, "2025-06"), months_after=[12], areas=[2])
    assert squeezed(effect_words.power(found)) in plain(widget.power.value)
    widget.months_after.value = 24
    longer = power(designed(widget, "2025-06"), months_after=[24], areas=[2])
    assert squeezed(effect_words.power(longer)) in plain(widget.power.value)


def test_the_answer_is_that_of_evaluate(widget: Effekt):
    widget.sharing.value, widget.buffer.value = ("0114",), ("0115",)
    widget.phase_in.value = 2
    widget.start.value = "2024-01"
    widget._evaluate()
    wanted = evaluate(designed(widget, "2024-01", sharing=["0114"], buffer=["0115"], phase_in=2))
    assert widget.result is not None
    pd.testing.assert_frame_equal(widget.result.to_frame(), wanted.to_frame())
    assert squeezed(wanted.summary()) in plain(widget.answer.value)
    assert 'alt="Anmälda brott efter starten' in widget.figure.value


def test_a_design_is_written_down_and_followed(widget: Effekt, tmp_path: Path):
    widget.start.value, widget.name.value = "2024-01", "Ljus i parken"
    widget.file.value = str(tmp_path / "upplägg å.json")
    widget._register()
    written = read_registration(tmp_path / "upplägg å.json")
    assert written.choices["treated"] == list(TREATED)
    assert written.choices["name"] == "Ljus i parken"
    assert written.checksum[:12] in widget.written.value
    assert "inte som nedskrivet i förväg" in widget.written.value
    widget._register()
    assert "skrivs aldrig över" in widget.message.value
    widget._evaluate()
    assert widget.result is not None
    assert widget.result.registered == "departed"  # written down too late
    widget.sharing.value = ("0114",)
    widget._evaluate()
    assert "sharing" in widget.result.departures
    assert "områdena med samma åtgärd" in plain(widget.answer.value)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("hej", "är ingen tidpunkt"),
        ("2018-01", "ligger före tabellen"),
        ("2019-05", "Det behövs minst 24"),
        ("2100-01", ""),
    ],
)
def test_a_wrong_start_is_a_sentence(widget: Effekt, start: str, said: str):
    widget.start.value = start
    assert said in widget.message.value
    assert "Traceback" not in widget.message.value
    assert (widget.design is None) == bool(said)


def test_what_is_old_is_never_left_beside_new_choices(widget: Effekt):
    widget.start.value = "2024-01"
    widget._evaluate()
    assert widget.answer.value
    widget.outcome.value = "population"
    assert widget.answer.value == ""
    assert widget.figure.value == ""
    widget.treated.value = ()
    assert (widget.design, widget.checks.value, widget.power.value) == (None, "", "")


def test_an_evaluation_before_the_figures_waits(widget: Effekt):
    widget.start.value = "2025-06"
    widget._evaluate()
    assert "Utvärdera när det finns tal efter starten" in widget.message.value
    widget.start.value = "2024-01"
    widget.registered.value = "finns-inte.json"
    widget._evaluate()
    assert "går inte att läsa" in widget.message.value


def test_areas_are_added_by_name_and_taken_away(widget: Effekt):
    widget.treated.value = ()
    name = next(n for n in widget.treated.field.options if n.startswith("Borlänge"))
    widget.treated.field.value = name
    assert widget.treated.value == ("2081",)
    assert widget.treated.field.value == ""
    widget.treated.field.value = "Skövd"
    assert "finns inte i listan" in widget.treated.message.value
    button = widget.treated.chosen.children[0]
    assert button.tooltip == f"Ta bort {name}"
    button.click()
    assert widget.treated.value == ()


def test_one_table_without_kommuner_or_exposure():
    panel = Effekt().panel.rename(columns={"area": "plats", "period": "manad"}).drop(columns=["population"])
    panel["plats"] = "omrade-" + panel["plats"]
    widget = Effekt(panel, unit="plats", time="manad")
    assert "SIMULERADE" not in "".join(str(getattr(c, "value", "")) for c in widget.children)
    widget.treated.field.value = "omrade-1080"
    widget.start.value = "2024-01"
    assert widget.message.value == ""
    assert widget.exposure.value is None
