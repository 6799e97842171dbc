"""Effekt calls Design, check, power, preregister and evaluate, and shows what they say."""

from __future__ import annotations

import datetime
import html
import re
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat import Design, evaluate, power, read_registration
from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.effects import registration_of
from kunskapsbaserat.effects import words as effect_words
from kunskapsbaserat.effects.registration import departures
from kunskapsbaserat.simulate import effect_panels
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


def test_months_that_are_not_counted_are_told(widget: Effekt):
    """Eighteen months after the start, twelve of them counted and drawn: the rest is said, and how it comes in."""
    widget.start.value = "2023-07"
    widget._evaluate()
    assert "ytterligare 6 månader efter de 12 som räknas" in plain(widget.figure.value)
    widget.months_after.value = 18
    widget._evaluate()
    assert "ytterligare" not in widget.figure.value
    assert widget.design is not None
    assert (widget.design.data.periods[-1] - widget.design.first_period).n == 17


def test_the_code_gives_the_same_answer(widget: Effekt, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kunskapsbaserat.effects.EffectResult.plot", lambda _: None)  # drawn in tests of its own
    widget.sharing.value, widget.phase_in.value, widget.start.value = ("0114",), 2, "2024-01"
    widget._evaluate()
    names: dict = {}
    exec(widget.python, names)
    assert widget.result is not None
    pd.testing.assert_frame_equal(names["result"].to_frame(), widget.result.to_frame())


@pytest.mark.thorough
def test_a_file_is_chosen_in_ones_own_folders_and_an_answer_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    widget = Effekt()
    widget._save()
    assert "Klicka på Utvärdera först" in widget.message.value
    content = widget.panel.rename(columns={"area": "Kommun", "period": "Månad"}).to_csv(index=False).encode()
    (tmp_path / "tal.csv").write_bytes(b"en annan fil")
    upload = {"name": "C:/x/tal.csv", "type": "", "size": len(content), "content": memoryview(content)}
    widget.upload.value = (upload | {"last_modified": datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)},)
    assert widget.upload.value == ()  # the notebook must not keep the file
    assert (widget.table.value, (tmp_path / "tal.csv").read_bytes()) == ("tal-2.csv", b"en annan fil")
    assert "290 områden" in widget.notice.value
    widget.treated.value, widget.start.value = TREATED, "2024-01"
    assert "read_panel('tal-2.csv')" in widget.python
    widget._evaluate()
    widget._save()
    assert "figur.png och utvardering.xlsx" in plain(widget.done.value)
    book = pd.read_excel(tmp_path / "utvardering" / "utvardering.xlsx", sheet_name="Svar", engine="openpyxl")
    assert widget.result is not None
    assert book["Svar"].iat[0] == widget.result.summary("anmälda brott")


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


def test_an_evaluation_before_the_figures_waits(widget: Effekt, tmp_path: Path):
    widget.start.value = "2025-06"
    widget._evaluate()
    assert "Utvärdera när det finns tal efter starten" in widget.message.value
    widget.start.value = "2024-01"
    widget.registered.value = "finns-inte.json"
    widget._evaluate()
    assert "går inte att läsa" in widget.message.value
    (tmp_path / "annat.json").write_text("{}")
    widget.registered.value = str(tmp_path / "annat.json")
    widget._evaluate()
    assert "annat.json: väntade ett registrerat upplägg" in widget.message.value


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


@pytest.mark.thorough
def test_one_table_without_kommuner_or_exposure():
    panel = Effekt().panel.rename(columns={"area": "plats", "period": "manad"}).drop(columns=["population"])
    panel["plats"] = "omrade-" + panel["plats"]
    widget = Effekt(panel, unit="plats", time="manad")
    assert "SIMULERADE" not in "".join(str(getattr(c, "value", "")) for c in widget.children)
    widget.treated.field.value = "omrade-1080"
    widget.start.value = "2024-01"
    assert widget.message.value == ""
    assert widget.exposure.value == ""
    assert widget.design is not None
    assert widget.design.exposure is None


def test_only_the_months_that_were_asked_for_are_counted(widget: Effekt):
    """Six months written down are six months evaluated, though the table goes on: otherwise the plan was not followed."""
    widget.months_after.value, widget.start.value = 6, "2024-01"
    widget._evaluate()
    assert widget.design is not None
    assert widget.result is not None
    assert widget.design.months_after == 6
    cut = widget.panel[widget.panel["period"] < "2024-07"]
    wanted = evaluate(Design(cut, outcome="count", exposure="population", treated=TREATED, start="2024-01"))
    pd.testing.assert_frame_equal(widget.result.to_frame(), wanted.to_frame())
    written = registration_of(widget.design, months_after=6, written=datetime.date(2023, 11, 1))
    assert "months_after" not in departures(written, widget.design)
    widget.months_after.value = 12
    assert departures(written, widget.design) == ("months_after",)


@pytest.mark.parametrize("effect", [-0.4, 0.0])
def test_the_word_effect_stands_exactly_where_the_result_allows_it(effect: float):
    """What the page says is what `evaluate` may say: with and without an effect, registered or not, with failed checks."""
    panel = effect_panels(np.random.default_rng(11), 1, effect=effect, n_treated=2, choice="large").table()
    widget = Effekt(panel)
    widget.treated.value = tuple(panel.loc[panel["treated"], "area"].unique())
    claims = []
    for start in ("2024-01", "2022-06"):
        widget.start.value = start
        widget._evaluate()
        assert widget.result is not None
        said = plain(widget.answer.value)
        assert ("effekt av åtgärden" in said) == widget.result.may_claim
        assert ("Brott som inte skedde" in said) == widget.result.may_claim
        claims.append(widget.result.may_claim)
    assert claims == [effect < 0, False]


def own_file(folder: Path, panel: pd.DataFrame) -> Path:
    """What an analyst has: an Excel-made CSV with kommuner by name, in Swedish, and a column of remarks."""
    names = {k.code: k.name for k in kommuner.all_kommuner()}
    rows = panel.assign(Kommun=panel["area"].map(names), Månad=panel["period"].astype(str), anm="x")
    rows = rows.rename(columns={"count": "cykelstölder", "population": "Folkmängd"})
    path = folder / "våra tal å.csv"
    rows[["Kommun", "Månad", "cykelstölder", "Folkmängd", "anm"]].to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    return path


@pytest.mark.thorough
def test_figures_of_ones_own_from_a_file(tmp_path: Path):
    example = Effekt().panel
    widget = Effekt(own_file(tmp_path, example))
    assert "290 områden (kolumnen Kommun)" in widget.notice.value
    assert "Inte läst: anm." in widget.notice.value
    assert "SIMULERADE" not in widget.notice.value
    assert (widget.outcome.value, widget.exposure.value) == ("cykelstölder", "Folkmängd")
    for name in ("Tingsryd", "1885"):  # a name as one writes it, and a code
        widget.treated.field.value = name
    widget.treated.field.value = "Jokkmokk (2510)"
    widget.treated.value = ("0763", "2482")
    widget.start.value = "2024-01"
    widget._evaluate()
    wanted = evaluate(Design(example, outcome="count", exposure="population", treated=("0763", "2482"), start="2024-01"))
    assert widget.result is not None
    figures = ["estimate", "lower", "upper", "p_value", "verdict", "may_claim"]
    pd.testing.assert_frame_equal(widget.result.to_frame()[figures], wanted.to_frame()[figures])
    assert plain(widget.answer.value).count("Cykelstölder efter starten") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "finns inte"),
        ("Kommun;Månad\nFalun;2024-01\nMora;2024-01\n", "en kolumn med tal bland rubrikerna Kommun, Månad"),
        ("Kommun;antal\nFalun;3\nMora;4\n", "en kolumn med månader, kvartal eller år bland rubrikerna Kommun, antal"),
        ("Kommun;Månad;antal\nFalun;våren;3\nMora;2024-01;4\n", "rad 2, kolumn ”Månad”: väntade en månad"),
        ("Kommun;Månad;antal\nFalun;2024-01;3\nFalunn;2024-01;4\n", "Menade du Falun"),
    ],
)
def test_a_wrong_file_is_a_sentence_and_nothing_of_the_old_is_left(tmp_path: Path, text: str | None, said: str):
    path = tmp_path / "tal.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    widget = Effekt()
    widget.treated.value, widget.start.value = TREATED, "2024-01"
    widget.table.value = str(path)
    assert said in widget.message.value
    assert (widget.own, widget.design, widget.notice.value, widget.checks.value) == (None, None, "", "")
    widget._evaluate()
    assert said in widget.message.value
    assert widget.result is None
    widget.table.value = ""
    assert "SIMULERADE" in widget.notice.value
    assert widget.treated.value == ()


@pytest.mark.parametrize("change", [{"columns": {"area": "plats"}}, {"columns": {"period": "tid"}}, None])
def test_a_table_that_is_no_panel_is_a_sentence(change: dict | None):
    panel = Effekt().panel
    widget = Effekt(panel.assign(period="2024-01") if change is None else panel.rename(**change))
    assert "väntade" in widget.message.value
    assert 'role="alert"' in widget.message.value
    widget._evaluate()
    assert "väntade" in widget.message.value


def test_a_saved_design_is_put_back_into_the_fields(widget: Effekt, tmp_path: Path):
    widget.start.value, widget.name.value, widget.phase_in.value = "2025-03", "Ljus", 1
    widget.buffer.value, widget.assignment.value, widget.months_after.value = ("0114",), "lot", 18
    widget.file.value = str(tmp_path / "upplägg.json")
    widget._register()
    later = Effekt()
    later.registered.value = str(tmp_path / "upplägg.json")
    later._fetch()
    for name in ("outcome", "exposure", "start", "name", "phase_in", "months_after", "assignment"):
        assert getattr(later, name).value == getattr(widget, name).value, name
    assert (set(later.treated.value), later.buffer.value) == (set(TREATED), ("0114",))
    assert later.checks.value == widget.checks.value
    other = Effekt(Effekt().panel.rename(columns={"count": "larm"}))
    other.registered.value = later.registered.value
    other._fetch()
    assert "Upplägget mäter kolumnen ”count”, som inte finns i tabellen" in other.message.value
    other.registered.value = ""
    other._fetch()
    assert "Skriv vad filen med det sparade upplägget heter" in other.message.value


def test_a_click_waits_for_what_is_being_done(widget: Effekt, monkeypatch: pytest.MonkeyPatch):
    """JupyterLab may ask from two threads: an answer is never of half of the choices."""
    widget.start.value = "2025-06"
    begun, go_on = threading.Event(), threading.Event()
    check = Design.check

    def slow(design: Design) -> pd.DataFrame:
        begun.set()
        assert go_on.wait(30)
        return check(design)

    monkeypatch.setattr(Design, "check", slow)
    choice = threading.Thread(target=lambda: setattr(widget.start, "value", "2024-01"))
    choice.start()
    assert begun.wait(30)
    monkeypatch.setattr(Design, "check", check)
    click = threading.Thread(target=widget._evaluate)
    click.start()
    click.join(0.2)
    assert click.is_alive()
    go_on.set()
    choice.join(30)
    click.join(30)
    assert widget.result is not None
    pd.testing.assert_frame_equal(widget.result.to_frame(), evaluate(designed(widget, "2024-01")).to_frame())
