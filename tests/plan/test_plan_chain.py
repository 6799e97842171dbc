"""What hangs loose in the chain, and which goals are vague."""

from __future__ import annotations

import pytest
from plans import plan_of

from kunskapsbaserat.plan import chain, goals, sheets
from kunskapsbaserat.plan.example import example
from kunskapsbaserat.plan.model import Villkor

ORPHANS = [
    ({sheets.ORSAKER: {"O1": {"problem": "P2"}, "O2": {"problem": "P2"}}}, {}, "problem_without_cause"),
    ({sheets.ATGARDER: {"Å1": {"orsaker": "O3"}, "Å2": {"orsaker": "O3"}}}, {}, "problem_without_measure"),
    ({sheets.ATGARDER: {"Å1": {"orsaker": "O2"}}}, {}, "cause_without_measure"),
    ({sheets.ATGARDER: {"Å1": {"orsaker": None}}}, {}, "measure_without_cause"),
    ({sheets.MAL: {"M2": {"atgarder": "Å5"}}}, {}, "measure_without_goal"),
    ({}, {sheets.AKTIVITETER: {"V1"}}, "measure_without_activity"),
    ({sheets.MAL: {"M2": {"atgarder": None}}}, {}, "goal_without_measure"),
    ({sheets.PROBLEM: {"P1": {"lagesbild": None}}}, {}, "problem_outside_lagesbild"),
    ({sheets.PROBLEM: {"P4": {"skal": None}}}, {}, "no_measure_without_reason"),
]


@pytest.mark.parametrize(("changes", "drop", "code"), ORPHANS, ids=[o[2] for o in ORPHANS])
def test_every_missing_link_is_told_once(changes: dict, drop: dict, code: str):
    before = [str(f) for f in chain.orphans(example())]
    new = [f for f in chain.orphans(plan_of(changes, drop=drop)) if str(f) not in before]
    assert code in {f.code for f in new}
    assert all(f.level == "warning" and f.row for f in new)


def test_every_kind_of_orphan_is_tested():
    assert {o[2] for o in ORPHANS} == set(chain.ORPHANS)


def test_a_cause_is_met_through_the_causes_under_it():
    found = plan_of({sheets.ORSAKER: {"O2": {"under": "O1"}}, sheets.ATGARDER: {"Å1": {"orsaker": "O2"}}})
    assert "cause_without_measure" not in {f.code for f in chain.orphans(found)}


def test_a_problem_is_reached_by_way_of_its_causes():
    plan = example()
    assert [p.id for p in plan.problems_of(plan.atgarder[5])] == ["P2", "P3"]
    assert [a.id for a in plan.measures_of(plan.problem[0])] == ["Å1", "Å2"]


VAGUE = [
    ({"indikator": None}, "goal_without_indicator"),
    ({"malvarde": None}, "goal_without_target"),
    ({"malar": None}, "goal_without_year"),
    ({"utgangsvarde": None}, "goal_without_baseline"),
    ({"villkor": None, "riktning": "oklar"}, "goal_without_condition"),
    ({"malvarde": 161}, "goal_is_no_change"),
    ({"malvarde": 200}, "goal_is_no_change"),
    ({"utgang_fran": 2022}, "baseline_of_one_year"),
]


@pytest.mark.parametrize(("changes", "code"), VAGUE)
def test_vague_goals(changes: dict, code: str):
    assert goals.vague(example()) == []
    (fault,) = goals.vague(plan_of({sheets.MAL: {"M1": changes}}))
    assert fault.code == code
    assert "M1" in fault.svenska


def test_a_goal_like_those_of_real_plans_is_vague_in_every_way():
    """ "Skadegörelsen ska minska": no indicator, no baseline, no target, no date."""
    names = ("indikator", "malvarde", "malar", "utgangsvarde", "utgang_fran", "utgang_till", "villkor")
    found = goals.vague(plan_of({sheets.MAL: {"M1": dict.fromkeys(names)}}))
    assert [f.code for f in found] == [
        "goal_without_indicator",
        "goal_without_target",
        "goal_without_year",
        "goal_without_baseline",
    ]


@pytest.mark.parametrize(
    ("changes", "wanted", "read_as"),
    [
        ({"villkor": None}, "ner", Villkor.HOGST),
        ({"villkor": None, "riktning": "upp"}, "upp", Villkor.MINST),
        ({"villkor": None, "riktning": None}, "ner", Villkor.HOGST),  # the indicator's own
        ({"villkor": "minst", "riktning": "oklar"}, "oklar", Villkor.MINST),
        ({"villkor": None, "riktning": None, "indikator": "trafikbrott"}, "oklar", None),
    ],
)
def test_how_a_target_is_read(changes: dict, wanted: str, read_as: Villkor | None):
    goal = plan_of({sheets.MAL: {"M1": changes}}).mal[0]
    assert chain.wanted_direction(goal) == wanted
    assert chain.condition(goal) is read_as
