"""No page or file of a follow-up has a small number of persons, and kontroll says so before anything is rendered."""

from __future__ import annotations

import dataclasses
import re

import pytest

from kunskapsbaserat.plan import example
from kunskapsbaserat.plan.model import Aktivitet, Mal, Malslag, Plan, Villkor
from kunskapsbaserat.plan.outcome import GoalStatus
from kunskapsbaserat.plan.protected import protected, withheld
from kunskapsbaserat.report.documents.kontroll.words import plan as kontroll_words
from kunskapsbaserat.report.documents.uppfoljning import document as uppfoljning
from kunskapsbaserat.report.documents.uppfoljning import pages
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.words import goals
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.statements import measures

COUNTED = "brottsaktiva_process"


def goal(utfall: float | None, target: float = 7, *, condition: Villkor = Villkor.HOGST, **changes: object) -> Mal:
    base = Mal(
        "M9", "Ungdomar i avhopparstöd", indikator=COUNTED, villkor=condition, malvarde=target, malar=2024, utfall=utfall
    )
    return dataclasses.replace(base, **changes)


def plan_of(*found: Mal, activities: tuple[Aktivitet, ...] = ()) -> Plan:
    return dataclasses.replace(example.example(), mal=found, aktiviteter=activities)


def outcome_of(found: Mal):
    u = underlag.load("Borlänge")
    (outcome,) = Material(u, protected(plan_of(found))).outcomes
    return outcome


PLAN = plan_of(
    goal(12, utgangsvarde=12, utgang_fran=2019),
    Mal("M8", "Familjer i stöd", slag=Malslag.AKTIVITET, indikator="V1", villkor=Villkor.MINST, malvarde=3, malar=2024),
    activities=(Aktivitet("V1", "Å1", "Stöd", enhet="familjer", planerat=12, genomfort=12, natt=30, malgrupp=40),),
)


def everything_said(plan: Plan) -> list[str]:
    uf = uppfoljning.Uppfoljning(Material(underlag.load("Borlänge"), protected(plan)))
    tables = {name: table.frame.to_csv() for name, table in uf.tables().items()}
    return [*uf.pages().values(), *(part.to_html() for part in uf.parts()), *tables.values()]


FIELDS = ["utfall", "genomfort", *(pytest.param(f, marks=pytest.mark.thorough) for f in ("utgangsvarde", "natt", "malgrupp"))]


@pytest.mark.parametrize("field", FIELDS)
def test_a_small_number_reaches_no_page_and_no_file(field: str):
    """All that is said is the same for 1, 2, 3 and 4, and something is said instead."""
    counted, *rest = PLAN.mal
    (activity,) = PLAN.aktiviteter

    def said_of(value: float) -> list[str]:
        if hasattr(counted, field):
            return everything_said(dataclasses.replace(PLAN, mal=(dataclasses.replace(counted, **{field: value}), *rest)))
        return everything_said(dataclasses.replace(PLAN, aktiviteter=(dataclasses.replace(activity, **{field: value}),)))

    first, *others = (said_of(value) for value in (1, 2, 3, 4))
    assert others == [first] * 3
    assert first != said_of(6)
    assert field == "malgrupp" or any("färre än fem" in text for text in first)


def test_a_goal_on_what_was_done_knows_that_it_is_not_shown():
    """3 of at least 3 families: neither the number, nor that it is missing, nor whether the target is met."""
    (activity,) = PLAN.aktiviteter
    few = protected(dataclasses.replace(PLAN, aktiviteter=(dataclasses.replace(activity, genomfort=3),)))
    o = Material(underlag.load("Borlänge"), few).outcomes[1]
    assert (o.status, o.status_reason, goals.outcome(o)) == (GoalStatus.KAN_INTE_BEDOMAS, "hidden", "färre än fem")
    assert "Det går inte att säga om det är nått: talet visas inte." in goals.aim(o)


@pytest.mark.thorough
@pytest.mark.parametrize("condition", list(Villkor))
@pytest.mark.parametrize("target", [0, 0.5, 1, 2, 3, 4, 5, 10])
def test_the_answer_to_the_goal_tells_nothing_of_the_number(target: float, condition: Villkor):
    """The same answer for 1, 2, 3 and 4, whatever the target: else target and answer together would tell which."""
    answers = {(o.status, o.status_reason) for o in (outcome_of(goal(v, target, condition=condition)) for v in (1, 2, 3, 4))}
    assert len(answers) == 1
    truth = {v <= target if condition is Villkor.HOGST else v >= target for v in (1, 2, 3, 4)}
    (status, _), *_ = answers
    assert (status is GoalStatus.KAN_INTE_BEDOMAS) == (len(truth) == 2 or 0 < target < 5)  # a target that small is not told


@pytest.mark.parametrize("value", [0, 5, 12])
def test_what_is_not_small_is_shown(value: int):
    assert goals.outcome(outcome_of(goal(value))) == str(value)


def test_a_goal_that_is_called_by_a_number_is_protected_too():
    (kept,) = protected(plan_of(goal(3, id="9"))).mal
    assert (kept.utfall, kept.dolda) == (None, (("utfall", "färre än fem"),))


def test_shares_money_and_reported_offences_are_no_persons():
    for key in ("trafik_hastighet", "kostnad_skadegorelse", "bostadsinbrott"):
        (kept,) = protected(plan_of(goal(2, indikator=key, utgangsvarde=3))).mal
        assert (kept.utfall, kept.utgangsvarde, kept.dolda) == (2, 3, ())


def test_a_goal_that_is_the_sum_of_others_gives_none_of_them_away():
    parts = [goal(9, id="M1", namn="Avhoppare män"), goal(3, id="M2", namn="Avhoppare kvinnor")]
    shown = protected(plan_of(goal(12, id="M3", namn="Avhoppare totalt"), *parts))
    assert sum(g.utfall is None for g in shown.mal) == 2
    assert {mark for g in shown.mal for _, mark in g.dolda} == {".."}


def test_few_reached_are_not_counted_out():
    people = Aktivitet("V1", "Å1", "Stöd", enhet="familjer", planerat=6, genomfort=2, natt=3, malgrupp=20)
    walks = Aktivitet("V2", "Å1", "Vandring", enhet="vandringar", planerat=4, genomfort=2, natt=35)
    shown = protected(plan_of(activities=(people, walks))).aktiviteter
    assert measures.dose(shown) == "färre än fem av 6 familjer och 2 av 4 vandringar"
    assert measures.reach(shown) == "färre än fem och 35"


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "våldsutsatta",
            "vårdnadshavare",
            "vuxna",
            "tonåringar",
            "offer",
            "anhöriga",
            "äldre",
            "killar",
            "tjejer",
            "invånare",
        ),
        *("ärenden", "orosanmälningar", "familjer", "möten med familjer", "besök", "insatser", "annat", "", None),
    ],
)
def test_a_unit_that_may_be_persons_is_taken_for_persons(unit: str | None):
    (kept,) = protected(plan_of(activities=(Aktivitet("V1", "Å1", "Stöd", enhet=unit, genomfort=2),))).aktiviteter
    assert (kept.genomfort, kept.dolda) == (None, (("genomfort", "färre än fem"),))


def test_few_of_few_that_were_planned_are_few():
    """2 of 3 families: "färre än fem av 3" would leave two possible numbers. What was planned alone is no secret."""
    (few,) = protected(
        plan_of(activities=(Aktivitet("V1", "Å1", "Stöd", enhet="familjer", planerat=3, genomfort=2),))
    ).aktiviteter
    assert (few.planerat, few.genomfort) == (None, None)
    assert measures.dose([few]) == "färre än fem familjer"
    (many,) = protected(
        plan_of(activities=(Aktivitet("V1", "Å1", "Stöd", enhet="familjer", planerat=3, genomfort=9),))
    ).aktiviteter
    assert (many.planerat, many.genomfort) == (3, 9)


@pytest.mark.parametrize("unit", ["vandringar", "nattvandringar", "möten", "st belysningsstolpar", "antal utskick", "timmar"])
def test_a_unit_of_things_is_shown(unit: str):
    (kept,) = protected(plan_of(activities=(Aktivitet("V1", "Å1", "Stöd", enhet=unit, genomfort=2),))).aktiviteter
    assert (kept.genomfort, kept.dolda) == (2, ())


def test_the_residents_read_of_each_measure_its_own_activities():
    stod = Aktivitet("V1", "Å1", "Stöd", enhet="familjer", planerat=6, genomfort=2)
    plan = dataclasses.replace(example.example(), aktiviteter=(stod, Aktivitet("V2", "Å2", "Samtal", natt=2)))
    m = Material(underlag.load("Borlänge"), protected(plan))
    page = uppfoljning.Uppfoljning(m).pages()[pages.PUBLIC]
    assert page.count("färre än fem av 6 familjer") == 1
    assert "Samtal: inte ifyllt" not in page


def test_kontroll_says_what_will_not_be_shown_and_never_the_number():
    plan = plan_of(goal(3, row=4), activities=(Aktivitet("V1", "Å1", "Stöd", natt=2, row=7),))
    lines = [kontroll_words.withheld(*found) for found in withheld(plan)]
    assert [re.findall(r"rad (\d+)", line) for line in lines] == [["4"], ["7"]]
    assert all("färre än fem" in line and "kan gälla enskilda" in line for line in lines)
    assert not any(re.search(r"\b[23]\b", line) for line in lines)


def test_the_example_is_what_it_was():
    assert dataclasses.replace(protected(example.example()), grannsummor=()) == example.example()
