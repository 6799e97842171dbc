"""An analyst's own figures and tables: what the gate reads in a drawing, what it lets through, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

import kunskapsbaserat as kb
from kunskapsbaserat.disclosure.grid import hidden_in
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.report.page.own import LeftOut, OwnPart, own_figure, own_table
from kunskapsbaserat.report.page.own.gate import counts

ALT = "Bränderna i Norr och Söder under året."
AREAS = ["Norr", "Söder"]


@pytest.fixture(autouse=True)
def drawn_without_a_window() -> Iterator[None]:
    before = matplotlib.get_backend()
    matplotlib.use("agg")
    yield
    plt.close("all")
    matplotlib.use(before)


def bars(values: list[float], label: str = "Anmälda bränder", names: list[str] = AREAS) -> Any:
    ax = sns.barplot(x=names, y=values, errorbar=None)
    ax.set_ylabel(label)
    return ax


def made(drawn: Any, **said: Any) -> OwnPart | LeftOut:
    return own_figure(drawn, **{"alt": ALT, "kalla": "räddningstjänsten", **said})


def svg_of(part: OwnPart | LeftOut) -> Any:
    assert isinstance(part, OwnPart), str(part)
    return BeautifulSoup(part.part.to_html(), "html.parser").svg


def test_a_bar_of_three_keeps_the_figure_out_and_says_what_to_do():
    out = made(bars([3, 20]))
    assert isinstance(out, LeftOut)
    assert "Norr" in str(out)
    assert "Slå ihop" in str(out)
    assert not plt.get_fignums()  # or the notebook would show, and keep, the figure beside the words


@pytest.mark.parametrize("label", ["Per 1 000 invånare", "Andel, %", "Index"])
def test_the_same_bar_may_stand_where_it_counts_nobody(label: str):
    assert isinstance(made(bars([3, 20], label)), OwnPart)


def test_numbers_that_their_publisher_gives_out_may_stand():
    assert isinstance(made(bars([3, 20]), kalla="Brå, anmälda brott", niva="kommun"), OwnPart)
    assert isinstance(made(bars([3, 20]), kalla="vår egen lista", niva="kommun"), LeftOut)
    with pytest.raises(OptionError, match="niva"):
        made(bars([3, 20]), niva="deso")


DRAWN: dict[str, Callable[[], Any]] = {
    "line": lambda: sns.lineplot(x=[2022, 2023, 2024], y=[30, 3, 25]),
    "points": lambda: sns.scatterplot(x=[2022, 2023, 2024], y=[30, 3, 25]),
    "bars that lie": lambda: sns.barplot(y=AREAS, x=[3, 20]),
    "bars on bars": lambda: pd.DataFrame({"a": [20, 30], "b": [3, 9]}, index=AREAS).plot.bar(stacked=True),
    "histogram": lambda: sns.histplot([1, 1, 1, 2, 2, 2, 2, 2], bins=2),
    "steps": lambda: plt.subplots()[1].stairs([30, 3, 25], [0, 1, 2, 3]),
    "stems": lambda: plt.subplots()[1].vlines([1, 2], 0, [3, 25]),
    "heat map": lambda: sns.heatmap(pd.DataFrame([[3, 30]], index=["Norr"], columns=["2023", "2024"])),
    "counted by seaborn": lambda: sns.countplot(x=["a"] * 3 + ["b"] * 9),
    "a table in the drawing": lambda: plt.subplots()[1].table([["3", "20"]]),
    "a number beside a bar": lambda: plt.subplots()[1].text(0, 0.5, "n = 3"),
    "words": lambda: plt.subplots()[1].set_title("Bara 3 brott i Norr"),
    "a slice": lambda: plt.subplots()[1].pie([3, 97], labels=["3 st", "97 st"])[0][0],
    "panels": lambda: sns.FacetGrid(pd.DataFrame({"x": [1, 2], "y": [30, 3], "a": AREAS}), col="a").map(sns.barplot, "x", "y"),
}


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.filterwarnings("ignore:Using the barplot function without specifying:UserWarning")
def test_a_small_number_is_found_however_it_is_drawn(kind: str):
    drawn = DRAWN[kind]()
    drawn = drawn if hasattr(drawn, "get_figure") or hasattr(drawn, "figure") else plt.gcf()
    out = made(drawn)
    assert isinstance(out, LeftOut), out


@pytest.mark.parametrize(
    "place",
    [
        lambda ax: ax.set_xticks([0, 1], ["850709-9805", "Söder"]),
        lambda ax: ax.set_title("Anna Svensson, 070-123 45 67"),
        lambda ax: ax.text(0, 10, "anna@exempel.se"),
        lambda ax: ax.annotate("ABC 123", (0, 10)),
    ],
)
def test_personal_data_anywhere_in_a_figure_keeps_it_out_and_is_not_repeated(place: Callable[[Any], Any]):
    ax = bars([30, 20])
    place(ax)
    out = made(ax)
    assert isinstance(out, LeftOut)
    assert not re.search(r"850709|070-123|anna@|ABC 123", str(out))


def test_what_cannot_be_read_is_refused():
    _, ax = plt.subplots()
    ax.imshow(np.eye(3))
    assert "bildpunkter" in str(made(ax))
    _, ax = plt.subplots()
    ax.quiver([0, 1], [0, 1], [10, 10], [10, 10])
    assert isinstance(made(ax), LeftOut)


@pytest.mark.parametrize("alt", ["", "   ", "Figur 1", "diagram", "En egen figur 2"])
def test_a_description_that_says_nothing_is_refused(alt: str):
    with pytest.raises(OptionError, match="alt"):
        made(bars([30, 20]), alt=alt)


def test_source_and_figure_are_asked_for_in_swedish():
    with pytest.raises(OptionError) as caught:
        made(bars([30, 20]), kalla=" ")
    assert "varifrån talen kommer" in caught.value.svenska
    with pytest.raises(OptionError) as caught:
        made("ingen figur")
    assert "seaborn" in caught.value.svenska
    assert "tom" in str(made(plt.figure()))


def test_the_drawing_fits_the_strict_policy_and_is_the_same_every_time():
    first, second = (svg_of(made(bars([30, 20]), rubrik="Bränder")) for _ in range(2))
    assert str(first) == str(second)
    assert first.title.get_text() == ALT
    assert first["role"] == "img"
    assert {"Norr", "Söder"} <= {text.get_text() for text in first.find_all("text")}  # words stay words
    markup = str(first)
    assert not re.search(r"style=|<script|<image|<metadata|href=\"(?!#)|url\((?!#)|\son\w+=", markup)
    ids = {tag["id"] for tag in first.find_all(id=True)}
    leads = set(re.findall(r'(?:href="|url\()#([^")]+)', markup))
    assert leads <= ids
    # A dark page recolours its own drawings by their colours; this one keeps its own, on white.
    assert not re.search(r'(?:fill|stroke)="#', markup)


def test_an_address_on_a_mark_is_taken_away_and_its_drawing_stays():
    ax = bars([30, 20])
    ax.patches[0].set_url("javascript:alert(1)")
    markup = str(svg_of(made(ax)))
    assert "javascript" not in markup
    assert markup.count("<path") >= 2


def test_a_figure_that_is_too_heavy_is_not_made_dots_without_a_word():
    place = np.arange(6000)
    _, ax = plt.subplots()
    ax.scatter(place + 2000, place + 2000)
    assert "100 kB" in str(made(ax))


def test_the_numbers_stand_beside_the_figure_and_in_a_file():
    part = made(bars([30, 20.5], "Per 1 000"))
    assert isinstance(part, OwnPart)
    (table,) = part.tables.values()
    assert table.splitlines()[1:] == [",Norr,30.0,Per 1 000", ",Söder,20.5,Per 1 000"]
    assert "20,5" in part.part.to_html()
    assert list(part.part.to_frame()["varde"]) == [30, 20.5]


@pytest.mark.parametrize(
    ("label", "is_count"), [("", True), ("Antal per 1 000", False), ("Brott per år", True), ("2024", True)]
)
def test_what_a_label_counts(label: str, is_count: bool):
    assert counts(label) is is_count


# ---- tables ----------------------------------------------------------------------------------------------------------------


def cells(part: OwnPart | LeftOut) -> list[list[str]]:
    assert isinstance(part, OwnPart), str(part)
    soup = BeautifulSoup(part.part.to_html(), "html.parser")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.tbody.find_all("tr")]


def test_small_counts_are_hidden_with_what_is_computed_from_them():
    frame = pd.DataFrame({"Område": AREAS, "År": [2024, 2024], "Antal": [3, 20], "Per 1 000": [1.5, 8.0]})
    part = own_table(frame, rubrik="Bränder", kalla="räddningstjänsten")
    assert cells(part) == [["Norr", "2024", "1–4", ".."], ["Söder", "2024", "20", "8,0"]]
    assert isinstance(part, OwnPart)
    (table,) = part.tables.values()
    assert table.splitlines()[1] == 'Norr,2024,,,"Antal, Per 1 000"'
    assert [(entry.cells, entry.action) for entry in part.log] == [(2, "suppressed")]


def test_a_total_does_not_give_away_what_is_hidden():
    frame = pd.DataFrame({"2023": [3, 20, 30, 53], "2024": [9, 12, 21, 42]}, index=["Norr", "Söder", "Öst", "Totalt"])
    shown = cells(own_table(frame, rubrik="Antal bränder", kalla="räddningstjänsten"))
    hidden = [row[0] for row in shown if row[1] == ".."]
    assert "Norr" in hidden
    assert len(hidden) > 1


@given(st.lists(st.integers(0, 60), min_size=3, max_size=6))
def test_no_small_count_can_be_had_by_subtraction(values: list[int]):
    table = pd.DataFrame({"2024": [*values, sum(values)]}, index=[*(f"Del {n}" for n in range(len(values))), "Totalt"])
    hidden = hidden_in(table)["2024"].notna().to_numpy()
    small = np.array([0 < value < 5 for value in table["2024"]])
    assert hidden[small].all()
    assert not small.any() or hidden.sum() != 1 or hidden[-1]


def test_the_heading_says_what_bare_columns_count():
    frame = pd.DataFrame({"2023": [3.1, 2.0]}, index=AREAS)
    assert cells(own_table(frame, rubrik="Bränder per 1 000 invånare", kalla="x y"))[0] == ["Norr", "3,1"]
    assert cells(own_table(frame, rubrik="Bränder", kalla="x y"))[0] == ["Norr", "1–4"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"Namn": ["850709-9805"], "Antal": [30]}),
        pd.DataFrame({"Anteckning": ["ring anna@exempel.se"], "Antal": [30]}),
        pd.DataFrame({"Antal": range(61)}),
        pd.DataFrame({f"k{n}": [30] for n in range(13)}),
    ],
)
def test_a_table_that_may_not_stand_is_left_out_and_says_why(frame: pd.DataFrame):
    out = own_table(frame, rubrik="Bränder", kalla="räddningstjänsten")
    assert isinstance(out, LeftOut)
    assert "850709" not in str(out)


@pytest.mark.parametrize(
    "of",
    [
        pd.Series([30, 20], index=AREAS, name="Antal"),
        pd.DataFrame({"Antal": [30, 20]}, index=AREAS).style,
        pd.DataFrame({("Antal", "2023"): [30, 20], ("Antal", "2024"): [31, 22]}, index=AREAS),
        pd.DataFrame({"Antal": [30, None], "Antal igen": [1e6, 20]}, index=pd.MultiIndex.from_product([["A"], AREAS])),
        pd.DataFrame([[30, 20]], columns=["Antal", "Antal"]),
        pd.DataFrame({"Dag": pd.to_datetime(["2024-01-01"]), "Månad": pd.PeriodIndex(["2024-01"], freq="M"), "Klart": [True]}),
        pd.DataFrame({"Slag": pd.Categorical(["a", "b"]), "Antal": pd.array([30, None], dtype="Int64")}),
    ],
)
def test_tables_of_all_shapes_are_read(of: Any):
    assert isinstance(own_table(of, rubrik="Bränder", kalla="räddningstjänsten"), OwnPart)


def test_what_is_no_table_is_refused_in_swedish():
    with pytest.raises(TableError) as caught:
        own_table([1, 2], rubrik="Bränder", kalla="räddningstjänsten")
    assert "tabell" in caught.value.svenska
    with pytest.raises(OptionError, match="rubrik"):
        own_table(pd.DataFrame({"a": [1]}), rubrik="", kalla="räddningstjänsten")


@pytest.mark.parametrize("panels", [1, 2])
def test_a_title_that_became_the_heading_is_not_drawn_twice(panels: int):
    figure, axes = plt.subplots(1, panels, squeeze=False)
    for ax in axes.flat:
        ax.bar(AREAS, [30, 20])
        ax.set(ylabel="Anmälda bränder", title="" if panels > 1 else "Bränder i år")
    if panels > 1:
        figure.suptitle("Bränder i år")
    by_itself = made(figure)
    assert isinstance(by_itself, OwnPart)
    assert by_itself.heading == "Bränder i år"
    assert "Bränder i år" not in svg_of(by_itself).get_text()
    assert [t.get_visible() for t in (*figure.texts, *(ax.title for ax in figure.axes))] == [True] * (
        panels + len(figure.texts)
    )
    assert "Bränder i år" in svg_of(made(figure, rubrik="Räddningstjänsten")).get_text()


@pytest.mark.parametrize("head", ["År", "ar", "Startår", "Årtal", "Senaste brytår", "year"])
def test_a_year_has_no_space_between_its_thousands(head: str):
    part = own_table(
        pd.DataFrame({"Område": AREAS, head: [2019, 2025], "Antal": [1204, 1300]}), rubrik="Bränder", kalla="egen räkning"
    )
    assert isinstance(part, OwnPart), str(part)
    cells = [td.get_text() for td in BeautifulSoup(part.part.to_html(), "html.parser").select("tbody td")]
    assert {"2019", "2025", "1 204", "1 300"} <= {c.replace("\u00a0", " ").replace("\u202f", " ") for c in cells}


def test_a_table_of_the_analysts_layer_has_swedish_heads():
    table = kb.brott("Köping", "totalt", fran=2024)[["kommun", "ar", "antal", "per_100000"]]
    part = own_table(table, rubrik="Anmälda brott", kalla="Brå", niva="kommun")
    assert isinstance(part, OwnPart), str(part)
    heads = [th.get_text() for th in BeautifulSoup(part.part.to_html(), "html.parser").select("thead th")]
    assert heads == ["Kommun", "År", "Anmälda brott", "Per 100 000 invånare"]
