"""The kommun's own figures: what is shown, what is judged, and that strange files end well."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import overlapping, text_boxes
from full_folder import AREAS_MAPPING, COSTS_MAPPING, FIRES_MAPPING, PEOPLE_MAPPING, SURVEY_MAPPING, add_file
from numpy.testing import assert_allclose

from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded, local
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.report.documents.lagesbild.own_figures import area_section, register_blocks, survey_blocks
from kunskapsbaserat.report.documents.lagesbild.words import own_figures as words
from kunskapsbaserat.report.material import own_shares
from kunskapsbaserat.report.material.own_figures import OwnFigures, own_figures, shows_anything
from kunskapsbaserat.report.material.own_series import usual_limits
from kunskapsbaserat.report.page.blocks import FigureRow, Paragraph, Section, Table
from kunskapsbaserat.report.page.charts.canvas import WIDTH
from kunskapsbaserat.report.page.charts.measure import PHONE
from kunskapsbaserat.trends import Change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As `kunskap ny` makes it, as far as its own files go."""
    for place in ("lokalt", "befolkning"):
        (tmp_path / place).mkdir()
    return tmp_path


def figures_of(folder: Path) -> OwnFigures:
    """The files of the folder by themselves: to read all of a kommun takes longer than these tests together."""
    imports = [local.read(path) for path in sorted(folder.glob("*/*.csv")) if ".mappning" not in path.name]
    none = pd.DataFrame()
    people = [found.table for found in imports if found.contract == "exposure"]
    return own_figures(
        Folder(
            path=folder,
            kommun=kommun.get("Borlänge"),
            files=(),
            counts=none,
            months=none,
            survey=none,
            exposure=people[0] if people else embedded.exposure().iloc[:0],
            local=tuple(found for found in imports if found.contract != "exposure"),
            findings=(),
        )
    )


def survey(folder: Path, *rows: tuple[int, str, object, object, object]) -> OwnFigures:
    """Rows of year, question, share, answers and how many were asked."""
    lines = ["År;Fråga;Andel;Svar;Tillfrågade", *(";".join(str(cell) for cell in row) for row in rows)]
    add_file(folder, "enkät.csv", "\n".join(lines) + "\n", SURVEY_MAPPING)
    return figures_of(folder)


def counts(folder: Path, *rows: tuple[object, ...]) -> OwnFigures:
    lines = ["År;Typ;Antal", *(";".join(str(cell) for cell in row) for row in rows)]
    add_file(folder, "register.csv", "\n".join(lines) + "\n", FIRES_MAPPING)
    return figures_of(folder)


def texts(blocks: Iterable[object]) -> str:
    """What stands beside the drawings."""
    return " ".join(b.text for row in blocks if isinstance(row, FigureRow) for b in row.beside if isinstance(b, Paragraph))


# ---- surveys -------------------------------------------------------------------------------------------------------------


def test_limits_are_wilsons():
    """Newcombe (1998), Statistics in Medicine 17:857, table I: 81 of 263 is 0.2553 to 0.3662, 15 of 148 is 0.0624 to 0.1605."""
    found = own_shares.with_limits(pd.DataFrame({"share": [81 / 263, 15 / 148], "n": [263, 148]}))
    assert_allclose(found[["lower", "upper"]], [[0.2553, 0.3662], [0.0624, 0.1605]], atol=5e-5)


def test_a_finite_population_leaves_less_to_chance():
    """Half of a thousand asked have answered: half of the variance is left, as if twice as many of endless had answered."""
    shares = pd.DataFrame({"share": [0.3, 0.3, 0.3], "n": [500, 500, 500], "asked": [1000, 500, 10**9]}, dtype=object)
    found = own_shares.with_limits(shares)
    width = (found["upper"] - found["lower"]).to_numpy(dtype=float)
    alone = own_shares.with_limits(pd.DataFrame({"share": [0.3, 0.3], "n": [500 * 999 / 500, 500]}))
    assert_allclose(width[[0, 2]], (alone["upper"] - alone["lower"]).to_numpy(), rtol=1e-6)
    assert width[1] < 1e-4


def test_a_change_needs_twice_the_answers_it_would_take_by_chance():
    """A difference that 200 independent answers make certain is not called so: pupils of a class answer alike."""
    shown = pd.DataFrame(
        {
            "area": "2081",
            "measure": "x",
            "start_year": [2023, 2025],
            "end_year": [2023, 2025],
            "share": [0.20, 0.29],
            "n": [200, 200],
        }
    ).assign(asked=pd.NA, lower=np.nan, upper=np.nan)
    alone = own_shares.change_unrounded(own_shares.with_limits(shown))["change"].iat[0]
    assert alone is Change.SAKERSTALLD_OKNING
    assert own_shares._changes(shown, stated=False) == {"x": Change.INGEN_SAKERSTALLD_SKILLNAD}


def test_three_answers_show_nothing_and_tick_nothing(folder: Path):
    found = survey(folder, (2025, "Otrygg", 33, 3, 3))
    assert found.surveys[0].questions == ()
    (table,) = survey_blocks(found.surveys)
    assert isinstance(table, Table)
    assert table.rows == [["Otrygg", ".."]]
    assert not shows_anything(found.surveys[0])


@pytest.mark.parametrize(
    ("share", "n", "shown"), [(30, 9, False), (50, 10, True), (30, 10, False), (99, 100, False), (100, 15, False)]
)
def test_few_answers_are_not_shown(folder: Path, share: int, n: int, shown: bool):
    """Under ten answers, or under five that answered so or otherwise."""
    found = survey(folder, (2025, "Otrygg", share, n, 500))
    assert bool(found.surveys[0].questions) is shown


def test_a_round_without_answers_is_no_round(folder: Path):
    found = survey(folder, (2023, "Otrygg", 12, "", ""), (2025, "Otrygg", 40, 400, ""))
    (question,) = found.surveys[0].questions
    assert [r.last for r in question.rounds] == [2025]
    assert question.change is Change.KAN_INTE_BEDOMAS
    text = texts(survey_blocks(found.surveys))
    assert "Det finns bara en mätning att visa." in text
    assert "Hur många som fick frågan står inte i filen." in text


def test_fewer_asked_than_answered_is_an_error_with_its_place(folder: Path):
    with pytest.raises(TableError) as caught:
        survey(folder, (2025, "Otrygg", 40, 400, 300))
    assert "minst lika många tillfrågade som svarande" in caught.value.svenska
    assert "rad 2" in caught.value.svenska


def test_swedish_letters_of_a_question_are_kept(folder: Path):
    (question,) = survey(folder, (2025, "Otrygg på väg till skolan", 40, 400, 500)).surveys[0].questions
    assert question.name == "Otrygg på väg till skolan"


# ---- registers and amounts -----------------------------------------------------------------------------------------------


def test_a_register_with_one_year_is_drawn_and_not_judged(folder: Path):
    found = counts(folder, (2025, "Bränder", 31))
    (series,) = found.registers[0].series
    assert series.change is Change.KAN_INTE_BEDOMAS
    assert "Det behövs sju hela år i följd." in texts(register_blocks(found.registers))


@pytest.mark.parametrize(("years", "change"), [(6, Change.KAN_INTE_BEDOMAS), (7, Change.SAKERSTALLD_OKNING)])
def test_seven_years_are_judged_and_six_are_not(folder: Path, years: int, change: Change):
    rows = [(2026 - back, "Bränder", 90 + back if back < 3 else 30 + back % 3) for back in range(1, years + 1)]
    (series,) = counts(folder, *rows).registers[0].series
    assert series.change is change


def test_a_small_count_is_neither_shown_nor_judged(folder: Path):
    rows = [(2025 - back, "Hot", 3 if back == 1 else 40) for back in range(8)]
    found = counts(folder, *rows)
    (series,) = found.registers[0].series
    assert 3.0 not in series.points.values()
    assert series.change is Change.KAN_INTE_BEDOMAS
    (row,) = [b for b in register_blocks(found.registers) if isinstance(b, FigureRow)]
    assert "1–4" in row.figure.table.rows[0]
    assert "En siffra visas inte" in texts([row])


def test_nothing_but_small_counts_is_a_table(folder: Path):
    found = counts(folder, (2024, "Hot", 2), (2025, "Hot", 3))
    assert [type(b) for b in register_blocks(found.registers)] == [Table]
    assert not shows_anything(found.registers[0])


def amounts(folder: Path, values: list[float]) -> OwnFigures:
    lines = ["År;Kostnad", *(f"{2026 - len(values) + at};{value:.0f}" for at, value in enumerate(values))]
    add_file(folder, "kostnader.csv", "\n".join(lines) + "\n", COSTS_MAPPING)
    return figures_of(folder)


COST = [900, 1010, 950, 1040, 980, 1020, 940, 1000, 970, 1030, 990]


@pytest.mark.parametrize(
    ("values", "usual", "said"),
    [
        ([*COST, 1000], "inom", "inom det som var vanligt åren före"),
        ([*COST, 1900], "utanfor", "utanför det som var vanligt åren före"),
        ([*COST[1:], 1900], None, "Det behövs tolv år i följd."),
        ([500.0] * 12, None, "så lika"),
        ([1000 * 1.03**year for year in range(12)], "inom", "inom"),  # prices that rise evenly
    ],
)
def test_an_amount_is_held_against_the_years_before(folder: Path, values: list[float], usual: str | None, said: str):
    found = amounts(folder, values)
    assert found.costs[0].series[0].usual == usual
    assert said in texts(register_blocks(found.costs))
    assert found.counted == ()


def test_usual_years_are_seldom_called_unusual():
    """Eleven years and a twelfth of the same kind: outside in at most 1.5 %, also when years follow each other or rise."""
    rng = np.random.default_rng(8)
    outside = np.zeros(3)
    for _ in range(60):
        noise = rng.normal(0, 1, 32)
        followed = np.zeros(32)
        for at in range(1, 32):
            followed[at] = 0.5 * followed[at - 1] + noise[at]
        for kind, series in enumerate((noise[-12:], followed[-12:], noise[-12:] + np.arange(12))):
            lower, upper = usual_limits(series[:-1])
            outside[kind] += not lower <= series[-1] <= upper
    assert (outside <= 4).all()  # a binomial of 60 and 1.5 % is above in less than 0.5 %


def test_quarters_are_drawn_in_order(folder: Path):
    about = FIRES_MAPPING | {"tidssteg": "kvartal"}
    rows = [f"{year} kv {q};Bränder;{10 * q + year % 10}" for year in (2024, 2025) for q in (1, 2, 3, 4)]
    add_file(folder, "kvartal.csv", "\n".join(["År;Typ;Antal", *rows]) + "\n", about)
    (series,) = figures_of(folder).registers[0].series
    assert [words.period(p) for p in series.points][:2] == ["2024 kv\u00a01", "2024 kv\u00a02"]


# ---- areas ---------------------------------------------------------------------------------------------------------------


def areas(folder: Path, values: dict[str, int], people: dict[str, int] | None = None, whole: int | None = None) -> OwnFigures:
    rows = [f"{area};2025;{n}" for area, n in values.items()]
    add_file(folder, "deso.csv", "\n".join(["Område;År;Antal", *rows]) + "\n", AREAS_MAPPING)
    if people:
        rows = [f"{area};2025;{n}" for area, n in people.items()]
        add_file(folder, "folk.csv", "\n".join(["Område;År;Antal", *rows]) + "\n", PEOPLE_MAPPING, "befolkning")
    if whole is not None:
        about = AREAS_MAPPING | {"områdesnivå": ""}
        add_file(folder, "helt.csv", f"Område;År;Antal\n2081;2025;{whole}\n", about)
    return figures_of(folder)


CODES = [f"2081C10{n}0" for n in range(1, 7)]


def test_nobody_lives_in_an_area(folder: Path):
    found = areas(folder, dict.fromkeys(CODES, 20), {code: 0 if code == CODES[2] else 1000 for code in CODES})
    values = {v.area: v for v in found.areas[0].areas}
    assert values[CODES[2]].rate is None
    assert values[CODES[0]].rate == 20
    section = area_section(found)
    assert isinstance(section, Section)
    assert "Där ingen bor räknas inget tal per invånare." in texts(section.blocks)


def test_areas_without_inhabitants_known_are_counts(folder: Path):
    found = areas(folder, dict.fromkeys(CODES, 20))
    assert not found.areas[0].rated
    assert "Folkmängden är inte känd" in words.area_unit(found.areas[0])


def test_a_small_area_is_hidden_and_another_with_it_when_the_whole_is_known(folder: Path):
    """Three of 123 would else be what is left of the whole."""
    values = dict(zip(CODES, [3, 20, 25, 25, 25, 25], strict=True))
    alone = {v.area: v.mark for v in areas(folder, values).areas[0].areas}
    assert alone[CODES[0]] == "1–4"
    assert set(alone.values()) == {"1–4", None}
    rows = "\n".join(f"{area};2025;{n}" for area, n in [*values.items(), ("2081", sum(values.values()))])
    about = AREAS_MAPPING | {"områdesnivå": ""}
    add_file(folder, "deso.csv", f"Område;År;Antal\n{rows}\n", about)
    beside = [v.mark for v in figures_of(folder).areas[0].areas]
    assert beside.count("..") >= 2


def test_the_whole_may_stand_in_another_file(folder: Path):
    values = dict(zip(CODES, [3, 20, 25, 25, 25, 25], strict=True))
    marks = [v.mark for found in areas(folder, values, whole=123).areas for v in found.areas]
    assert marks.count("..") >= 2


def test_no_word_ranks(folder: Path):
    found = areas(folder, dict(zip(CODES, range(10, 70, 10), strict=True)), dict.fromkeys(CODES, 1000))
    section = area_section(found)
    assert section is not None
    said = texts(section.blocks).casefold()
    for word in ("värst", "farligast", "sämst", "bäst", "topp", "plats 1", "rangord"):
        assert word not in said


def test_monthly_counts_of_areas_are_shown_by_year_alone(folder: Path):
    """A month in a small area narrows it down to somebody."""
    about = AREAS_MAPPING | {"tidssteg": "månad"}
    rows = [f"{CODES[0]};2025-{month:02d};6" for month in range(1, 13)]
    add_file(folder, "deso.csv", "\n".join(["Område;År;Antal", *rows]) + "\n", about)
    (found,) = figures_of(folder).areas
    assert [v.count for v in found.areas] == [72]
    assert len(found.file.frame) == 1


@functools.cache
def many() -> dict[str, int]:
    return {f"2081C{1000 + n}": 6 + n for n in range(300)}


def test_hundreds_of_areas_keep_the_page_small(folder: Path):
    found = areas(folder, many())
    section = area_section(found)
    assert section is not None
    (row,) = [b for b in section.blocks if isinstance(b, FigureRow)]
    assert len(row.figure.table.rows) == 60
    assert "Alla 300 finns i filen" in texts(section.blocks)
    assert len(row.figure.drawing.body) < 12_000


# ---- strange files end well ----------------------------------------------------------------------------------------------

LONG = "Hur ofta har du under de senaste tolv månaderna känt dig orolig för att bli utsatt för något på vägen till skolan"


@pytest.mark.parametrize(
    "rows",
    [
        [(2025, "Alla lika", 100, 50, 50)],
        [(2025, "Ingen", 0, 400, 400)],
        [(2025, LONG, 40, 400, "")],
        [(2025, f"Fråga nummer {n}", 10 + n, 400, 500) for n in range(40)],
        [("2023-2024", "Spann", 40, 400, ""), ("2024-2025", "Spann", 60, 400, "")],  # a year in common is never compared
    ],
)
def test_strange_surveys(folder: Path, rows: list[tuple]):
    found = survey(folder, *rows)
    assert all(q.change is Change.KAN_INTE_BEDOMAS for q in found.surveys[0].questions)
    drawn_well(survey_blocks(found.surveys))


@pytest.mark.parametrize(
    "rows",
    [
        [(year, "Inget", 0) for year in range(2015, 2026)],
        [(2025, "Ett", 5)],
        [(year, "Lucka", 40) for year in (2010, 2011, 2020, 2025)],
        [(year, f"Serie {n}", 20 + n) for n in range(30) for year in (2024, 2025)],
        [(year, LONG, 123_456_789) for year in range(2018, 2026)],
    ],
)
def test_strange_registers(folder: Path, rows: list[tuple]):
    drawn_well(register_blocks(counts(folder, *rows).registers))


@pytest.mark.parametrize("values", [[-500.0, 200.0, -100.0], [0.0], [1e12, 2e12]])
def test_strange_amounts(folder: Path, values: list[float]):
    drawn_well(register_blocks(amounts(folder, values).costs))


@pytest.mark.parametrize(
    ("values", "people"),
    [
        (dict.fromkeys(CODES, 0), dict.fromkeys(CODES, 1000)),
        ({CODES[0]: 20}, {CODES[0]: 0}),
        (dict.fromkeys(CODES, 3), None),
        ({CODES[0]: 900_000}, {CODES[0]: 1}),
    ],
)
def test_strange_areas(folder: Path, values: dict[str, int], people: dict[str, int] | None):
    section = area_section(areas(folder, values, people))
    assert section is not None
    drawn_well(section.blocks)


def drawn_well(blocks: Sequence[object]) -> None:
    """Something is shown, nothing is not a number, and no text meets another or leaves its drawing."""
    assert blocks
    for block in blocks:
        if not isinstance(block, FigureRow):
            continue
        drawing = block.figure.drawing
        assert not re.search(r"\bnan\b|\binf\b|None", drawing.body + texts([block]) + block.figure.finding)
        for size in (None, PHONE):
            boxes = text_boxes(drawing, size)
            assert not overlapping(boxes)
            outside = [
                text for text, (left, _, right, low) in boxes if left < -1 or right > WIDTH + 1 or low > drawing.height + 1
            ]
            assert outside == []
