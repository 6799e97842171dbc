"""The county page: what is säkerställt among all tests of the page, what it never says, and that every län has one."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import overlapping, text_boxes, texts
from pages import plain
from regions import document, lines_of, page, rows_of, section_of, soup
from test_lengths import lix, running_text

from kunskapsbaserat import lan
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.plots.classes import class_limits
from kunskapsbaserat.report.documents.region import document as region
from kunskapsbaserat.report.documents.region.material import OFFENCES
from kunskapsbaserat.report.page import charts
from kunskapsbaserat.trends import Change, change, variation_of
from kunskapsbaserat.trends.level import level_verdicts, level_verdicts_together

SEEN = ["Blekinge", "Dalarna", "Gotland", "Västmanland", "Västra Götaland"]
GOLDEN = Path(__file__).parents[1] / "golden" / "region-19-vastmanlands-lan.txt"
FORBIDDEN = re.compile(
    r"ledde till|tack vare|effekt av|signifikant|oförändrad|rang(?!ordnas inte)|topplist|bottenplac|sämst|bäst|värst|farligast|"
    r"tryggast|\bplats \d|\b\d+:[ae]\b|\bnan\b|None|\binf\b",
    re.IGNORECASE,
)


def counts_of(code: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The groups of a län's kommuner, and those of all other kommuner."""
    table = embedded.counts_groups()
    mine = table["area"].str[:2] == code
    return table[mine], table[~mine]


def called(p_values: dict[tuple[str, str], float], alpha: float = 0.05) -> set[tuple[str, str]]:
    """Benjamini and Hochberg's step-up by hand: the largest k whose k-th p-value is at most k/m times alpha."""
    known = sorted((p, key) for key, p in p_values.items() if p == p)
    most = 0
    for k, (p, _) in enumerate(known, start=1):
        if p <= alpha * k / len(known):
            most = k
    return {key for _, key in known[:most]}


@pytest.mark.parametrize("name", SEEN)
def test_the_verdicts_are_those_of_change_with_the_same_tests(name: str):
    m = document(name).m
    mine, others = counts_of(m.lan.code)
    expected = change(mine, typical=variation_of(others), family="table").set_index(["area", "offence"])
    assert len(expected) == len(m.series) == len(m.codes) * len(OFFENCES)
    for key, series in m.series.items():
        assert series.moved.change is expected.loc[key, "change"], key
        assert series.moved.ratio == pytest.approx(expected.loc[key, "ratio"], nan_ok=True)
    by_hand = called(expected["p_value"].to_dict())
    assert by_hand == {key for key, s in m.series.items() if s.moved.certain}
    assert m.tests[1] == int(expected["p_value"].notna().sum())


@pytest.mark.parametrize("name", ["Dalarna", "Västmanland"])
def test_the_levels_are_decided_over_the_whole_page(name: str):
    """Each level's own p-value is that of its kommun alone; how many are called is decided among all of them."""
    m = document(name).m
    p_values: dict[tuple[str, str], float] = {}
    for code in m.codes:
        for row in level_verdicts(m._level_rows, area=code, typical=m.typical).to_dict("records"):
            p_values[code, row["offence"]] = row["p_value"]
    by_hand = called(p_values)
    assert by_hand == {key for key, s in m.series.items() if s.level.certain}
    for s in m.series.values():  # picture and verdict agree
        outside = s.level.lower > s.level.band[1] or s.level.upper < s.level.band[0]
        assert outside is s.level.certain, s
        unchanged = s.moved.lower <= 1 and not s.moved.upper < 1
        assert s.moved.ratio != s.moved.ratio or unchanged is not s.moved.certain, s


def test_few_others_and_no_typical_give_no_level():
    levels = pd.DataFrame({"area": list("abc"), "rate": [900.0, 400, 410], "count": 900.0, "offence": "totalt"})
    levels = levels.assign(sex="alla", years=2)
    assert set(level_verdicts_together(levels, typical=None)["reason"]) == {"few_others"}
    six = pd.concat([levels, levels.assign(area=list("def"))], ignore_index=True)
    assert set(level_verdicts_together(six, typical=None)["reason"]) == {"no_typical"}


@pytest.mark.parametrize("name", SEEN)
def test_what_the_page_says_is_what_was_found(name: str):
    m, s = document(name).m, soup(name)
    lead = plain(s.find(class_="ingress").get_text())
    assert str(sum(m.tests)) in lead.replace(" ", "") or name == "Gotland"
    marks = [plain(mark.get_text()) for mark in section_of(s, "kommunerna").select(".dom")]
    levels, changes = m.certain_levels(), m.certain_changes()
    assert sum(mark in ("högre", "lägre") for mark in marks) == len(levels)
    assert sum(mark in ("fler", "färre") for mark in marks) == len(changes)
    rows = rows_of(section_of(s, "kommunerna"))
    assert all(row[0].startswith(k.name) for k, row in zip(m.by_size, rows, strict=True))


@pytest.mark.parametrize("name", SEEN)
def test_no_word_of_rank_or_cause_and_crime_apart_from_trygghet(name: str):
    s = soup(name)
    text = plain(s.get_text(" "))
    assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
    for table in s.find_all("table"):
        words = plain(table.get_text(" ")).casefold()
        about_crime = "per 100 000" in words or "stöld och rån" in words
        assert not (about_crime and "otrygg" in words)
    assert lix(plain(" ".join(running_text(s.find("main"))))) <= 40


@pytest.mark.parametrize("name", SEEN)
@pytest.mark.parametrize("file", ["", "bilagor.html"])
def test_structure_and_weight(name: str, file: str):
    s = soup(name, file)
    ids = [e["id"] for e in s.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert len(s.find_all("h1")) == 1
    for link in s.find_all("a", href=re.compile("^#")):
        assert link["href"][1:] in ids, link
    for use in s.find_all("use"):
        assert use["href"][1:] in ids, use
    assert not s.find_all(style=True)
    most = 200_000 if name == "Västra Götaland" else 150_000
    assert len(page(name, file).encode()) <= most


def test_gotland_says_what_can_and_cannot_be_said():
    s = soup("Gotland")
    text = plain(s.get_text(" "))
    assert "Länet är en enda kommun" in text
    assert "Nivån går inte att pröva" in text
    assert "fem prövningar" in text
    assert s.find(id="karta") is None
    assert {row[2] for row in rows_of(section_of(s, "korthet"))} == {"kan inte prövas"}
    assert "länets andra" not in text


def test_dalarna_has_its_answers_with_limits_and_the_others_a_dashed_box():
    rows = rows_of(section_of(soup("Dalarna"), "trygghet"))
    assert [row[0] for row in rows] == [k.name for k in lan.get("20").kommuner]
    assert all(re.fullmatch(r"\d+ \(\d+–\d+\)", cell) for row in rows for cell in row[1:])
    box = section_of(soup("Blekinge"), "trygghet")
    assert "okand" in box["class"]
    assert not box.find("table")


def test_shared_problems_lead_to_measures_with_what_is_unknown():
    document_of = document("Västra Götaland")
    rising = document_of.m.alike(document_of.m.offences[2], Change.SAKERSTALLD_OKNING)
    assert len(rising) > 1
    text = plain(section_of(soup("Västra Götaland"), "tillsammans").get_text(" "))
    assert all(s.kommun.name in text for s in rising)
    assert "inte prövat i Sverige" in text or "prövat i Sverige" in text
    assert "Inte känt" in text


@pytest.mark.thorough
@pytest.mark.parametrize("code", ["10", "14", "19", "20"])
def test_the_map_is_nobodys_own_and_names_or_lists_everybody(code: str):
    m = document(code).m
    section = section_of(soup(code), "karta")
    rates = {k.code: m.series[k.code, "totalt"].level.rate for k in m.lan.kommuner}
    drawing = charts.county_map(rates, lan=code, named=[m.codes[0]], format_number=lambda v: f"{v:.0f}")
    assert not overlapping(text_boxes(drawing))
    said = " ".join(texts(drawing))
    listed = [row[0] for row in rows_of(section)]
    assert listed == [k.name for k in m.lan.kommuner]
    if len(m.codes) <= 15:
        assert all(k.name.split("-")[0].split(" ")[0] in said for k in m.lan.kommuner)
    assert all(str(int(limit)) in said.replace("\u00a0", "") for limit in class_limits(list(rates.values())))


def test_panels_share_a_scale_and_a_field_replaces_many_lines():
    few = [{2010: 4.0 + i, 2011: 6.0 + i} for i in range(5)]
    many = [{2010: 4.0 + i, 2011: 6.0 + i} for i in range(20)]
    assert charts.behind(few, name="g", top=40).count("M") > charts.behind(many, name="g", top=40).count("M")
    low, high = (charts.panel({2010: v, 2011: v}, [2010, 2011], top=40, certain=True).body for v in (0.0, 40.0))
    assert low != high
    assert 'fill="#fff"' in charts.panel(few[0], [2010, 2011], top=40, certain=False).body
    tops = [charts.round_top(v) for v in (0.0, 1.0, 12.0, 999.0, 13_900.0)]
    assert all(top >= v for top, v in zip(tops, (0.0, 1.0, 12.0, 999.0, 13_900.0), strict=True))
    assert all(np.isfinite(tops))


@pytest.mark.parametrize("year", [2016, 2023])
def test_an_earlier_year_knows_nothing_of_later_ones(year: int):
    m = region.load(lan="Kronoberg", year=year).m
    assert m.latest == (year - 1, year)
    assert max(max(s.rates) for s in m.series.values()) == year


@pytest.mark.parametrize("year", [2011, 2031])
def test_a_year_without_figures_is_refused_with_the_choices(year: int):
    with pytest.raises(OptionError, match="year"):
        region.load(lan="Kronoberg", year=year)


@pytest.mark.parametrize("name", [None, "Norge"])
def test_an_unknown_lan_is_refused_with_the_choices(name: str | None):
    with pytest.raises(OptionError) as caught:
        region.load(lan=name)
    assert "10 Blekinge län" in caught.value.svenska


def test_golden():
    """The text of Västmanland's page, line by line; a change is reviewed like code (write anew with GOLDEN=write)."""
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(lines_of("Västmanland"), encoding="utf-8", newline="\n")
    assert lines_of("Västmanland").splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()
