"""The words of a goal and of what comes next: the unit is the kommun's own, and what is finished is not taken away."""

from __future__ import annotations

import dataclasses

import pytest
from pages import plain
from plans import plan_of

from kunskapsbaserat.plan import sheets
from kunskapsbaserat.plan.example import example
from kunskapsbaserat.plan.goals import vague
from kunskapsbaserat.plan.model import Lage, Mal, Vidare, Villkor
from kunskapsbaserat.plan.outcome import GoalStatus
from kunskapsbaserat.report.documents.uppfoljning.material import Material
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals
from kunskapsbaserat.report.material import underlag


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"indikator": "valfardsbrott", "enhet": "fel"}, "minst 15 fel 2027"),
        ({"indikator": "valfardsbrott"}, "minst 15 (år 2027)"),  # fel or kronor: the plan has to say
        ({"indikator": "kostnad_skadegorelse", "malvarde": 250_000.0}, "minst 250 000 kronor 2027"),
        ({"indikator": "hatbrott", "malvarde": 1_500.0}, "minst 1 500 (år 2027)"),
        ({"indikator": None, "enhet": "år"}, "minst 15 år (år 2027)"),
        ({"indikator": "valfardsbrott", "enhet": "fel", "malar": None}, "minst 15 fel"),
        ({"indikator": None}, "minst 15 (år 2027)"),
        ({"indikator": None, "enhet": "vuxna i föräldrastöd"}, "minst 15 vuxna i föräldrastöd 2027"),
        ({"indikator": "bostadsinbrott", "enhet": "Antal"}, "minst 15 anmälda 2027"),  # Brå's figures have a unit of their own
        ({"indikator": "bostadsinbrott", "enhet": "per 100 000 invånare"}, "minst 15 per 100 000 invånare 2027"),
        ({"indikator": "otrygg_kvall", "enhet": "%"}, "minst 15 procent 2027"),
    ],
)
def test_a_target_in_its_own_unit(changes: dict[str, object], said: str):
    goal = Mal("M1", "Mål", villkor=Villkor.MINST, malvarde=15.0, malar=2027)
    assert goals.target(dataclasses.replace(goal, **changes)).replace("\N{NO-BREAK SPACE}", " ") == said


def test_what_is_finished_is_not_said_to_be_ended():
    plan = example()
    first, second, *rest = (dataclasses.replace(a, vidare=None) for a in plan.atgarder)
    built = dataclasses.replace(first, namn="Belysning på gångstråk", vidare=Vidare.AVSLUTA, lage=Lage.GENOMFORD)
    stopped = dataclasses.replace(second, namn="Fältarbete", vidare=Vidare.AVSLUTA, lage=Lage.PAGAR)
    assert followup.public_next(dataclasses.replace(plan, atgarder=(built, stopped, *rest))) == [
        "Vi vill avsluta fältarbete.",
        "Det här är klart och görs inte om: belysning på gångstråk.",
    ]


def test_a_target_in_another_unit_than_the_figures_is_not_judged():
    """400 per 100 000 is not held against 226 offences; the figures keep their own unit."""
    plan = plan_of({sheets.MAL: {"M1": {"malvarde": 400, "utgangsvarde": 438, "enhet": "per 100 000 invånare"}}})
    o = next(o for o in Material(underlag.load("Borlänge"), plan).outcomes if o.goal.id == "M1")
    assert (o.status, o.status_reason) == (GoalStatus.KAN_INTE_BEDOMAS, "other_unit")
    assert goals.outcome(o) == "226"
    assert "målvärdet är i en annan enhet än siffrorna" in goals.aim(o)
    assert [f.code for f in vague(plan) if "M1" in f.svenska] == ["goal_in_another_unit"]


def test_what_counts_two_things_needs_its_unit():
    plan = plan_of({sheets.MAL: {"M1": {"indikator": "valfardsbrott", "utfall": 27}}})
    o = next(o for o in Material(underlag.load("Borlänge"), plan).outcomes if o.goal.id == "M1")
    assert goals.outcome(o) == "27"
    assert "goal_without_unit" in [f.code for f in vague(plan)]


def test_work_is_counted_in_the_unit_of_its_activity():
    plan = plan_of({sheets.MAL: {"M3": {"slag": "aktivitetsmål", "indikator": "V1", "malvarde": 600, "malar": 2024}}})
    o = next(o for o in Material(underlag.load("Borlänge"), plan).outcomes if o.kind == "activity")
    assert plain(goals.target(o.goal)) == "högst 600 hushåll 2024"
    assert plain(goals.outcome(o)) == "520 hushåll"
