"""The words of a goal and of what comes next: the unit is the kommun's own, and what is finished is not taken away."""

from __future__ import annotations

import dataclasses

import pytest

from kunskapsbaserat.plan.example import example
from kunskapsbaserat.plan.model import Lage, Mal, Vidare, Villkor
from kunskapsbaserat.report.documents.uppfoljning.words import followup, goals


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"indikator": "valfardsbrott", "enhet": "fel"}, "minst 15 fel 2027"),
        ({"indikator": "valfardsbrott"}, "minst 15 kronor 2027"),
        ({"indikator": "valfardsbrott", "enhet": "fel", "malar": None}, "minst 15 fel"),
        ({"indikator": None}, "minst 15 (år 2027)"),
        ({"indikator": None, "enhet": "vuxna i föräldrastöd"}, "minst 15 vuxna i föräldrastöd 2027"),
        ({"indikator": "bostadsinbrott", "enhet": "fel"}, "minst 15 anmälda 2027"),  # Brå's figures have a unit of their own
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
