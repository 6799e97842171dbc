"""Who came to a dialogue beside who lives in the kommun."""

from __future__ import annotations

import pandas as pd
import pytest
from pages import plain

from kunskapsbaserat.report.documents.lagesbild.words import own as text
from kunskapsbaserat.report.material.knowledge import Residents, Talks
from kunskapsbaserat.report.material.own_knowledge import residents_of


def ages(groups: dict[str, int], *, sexes: tuple[str, ...] = ("kvinna", "man")) -> pd.DataFrame:
    rows = [(sex, age, 2025, float(n)) for sex in sexes for age, n in groups.items()]
    return pd.DataFrame(rows, columns=["sex", "age", "year", "value"])


GROUPS = {"0-24 år": 30, "25-64 år": 50, "65+ år": 20}
RESIDENTS = Residents(2025, 0.5, 0.3, 0.2)


def test_the_residents_by_sex_and_age():
    assert residents_of(ages(GROUPS)) == RESIDENTS
    assert residents_of(ages({})) is None
    assert residents_of(ages({"0-14 år": 20, "15-29 år": 30, "30+ år": 50})) == Residents(2025, 0.5, None, None)
    assert residents_of(ages(GROUPS, sexes=("alla",))).women is None


def test_those_who_came_stand_beside_those_who_live_there():
    said = plain(text.talks(Talks(2, 40, 26, 6, (), old=18), RESIDENTS))
    assert "Bland dem som kom var 65 procent kvinnor (av invånarna 50 procent)" in said
    assert "15 procent under 25 år (av invånarna 30 procent)" in said
    assert "45 procent 65 år och äldre (av invånarna 20 procent), 2025." in said


@pytest.mark.parametrize(
    ("came", "residents"),
    [(Talks(1, 19, 9, 5, ()), RESIDENTS), (Talks(1, 40, None, None, ()), RESIDENTS), (Talks(1, 40, 20, 9, ()), None)],
)
def test_nothing_is_said_of_few_or_of_what_is_not_known(came: Talks, residents: Residents | None):
    assert "Bland dem som kom" not in text.talks(came, residents)
