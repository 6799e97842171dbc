"""The numbers of a school's report: shares of a finite whole, what groups give away, an index of places and its change."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import hypergeom

from kunskapsbaserat import simulate
from kunskapsbaserat.disclosure.groups import release_groups
from kunskapsbaserat.disclosure.rules import POLICY, few_behind
from kunskapsbaserat.errors import DisclosureError, TableError
from kunskapsbaserat.places.inventory import FEWEST_PLACES, factor_means, index_change, inventory_index
from kunskapsbaserat.rates import finite_proportion, proportion

# ---- shares of a finite whole --------------------------------------------------------------------------------------------


def limits(n: int, size: int) -> pd.DataFrame:
    """Of every number that may agree."""
    return finite_proportion(pd.DataFrame({"count": range(n + 1), "total": n, "population": size}))


@pytest.mark.parametrize("size", [10, 23, 40])
def test_the_interval_covers_every_truth_at_least_so_often_as_it_says(size: int):
    """Not simulated but counted: every number of the whole who agree, every answer, with its probability."""
    for n in sorted({3, size // 3, size // 2, size - 2, size}):
        found, answers = limits(n, size), np.arange(n + 1)
        for truth in range(size + 1):
            inside = (found["lower"] <= truth / size + 1e-12) & (found["upper"] >= truth / size - 1e-12)
            assert hypergeom(size, truth, n).pmf(answers)[inside].sum() >= 0.95 - 1e-12, (n, truth)


def test_the_interval_covers_simulated_schools():
    rng = np.random.default_rng(7)
    size, n, truth = 80, 64, 48
    table = limits(n, size)
    drawn = rng.hypergeometric(truth, size - truth, n, 4000)
    covered = (table["lower"].to_numpy()[drawn] <= truth / size) & (table["upper"].to_numpy()[drawn] >= truth / size)
    assert covered.mean() >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 4000)


@pytest.mark.thorough
def test_the_interval_is_the_slow_obvious_one():
    """Every whole that the answer does not contradict, tried one by one."""
    for n, size in ((5, 9), (12, 20), (15, 16)):
        for x, row in enumerate(limits(n, size).itertuples()):
            kept = [k for k in range(size + 1) if min(hypergeom(size, k, n).sf(x - 1), hypergeom(size, k, n).cdf(x)) > 0.025]
            assert_allclose((row.lower * size, row.upper * size), (min(kept), max(kept)), atol=1e-9)


def test_everybody_who_answered_is_known_and_a_whole_without_size_has_exact_limits():
    one = pd.DataFrame({"count": [48, 48], "total": [64, 64], "population": [64, None]})
    found = finite_proportion(one)
    assert found[["lower", "upper"]].iloc[0].tolist() == [0.75, 0.75]
    exact = proportion(one, method="exact")
    assert_allclose(found[["lower", "upper"]].iloc[1], exact[["lower", "upper"]].iloc[1])
    assert found["method"].tolist() == ["hypergeometric", "exact"]


def test_a_large_whole_comes_to_the_exact_limits_and_more_answers_narrow():
    wide = finite_proportion(pd.DataFrame({"count": [30], "total": [64], "population": [200_000]}))
    exact = proportion(pd.DataFrame({"count": [30], "total": [64]}), method="exact")
    assert_allclose(wide[["lower", "upper"]], exact[["lower", "upper"]], atol=2e-4)
    widths = [float((row["upper"] - row["lower"]).iloc[0]) for row in (limits(n, 80).iloc[[n // 2]] for n in (10, 20, 40, 60))]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    "row", [{"count": 9, "total": 8, "population": 10}, {"count": 3, "total": 12, "population": 10}, {"count": -1, "total": 8}]
)
def test_a_part_larger_than_its_whole_is_refused(row: dict[str, int]):
    with pytest.raises(TableError):
        finite_proportion(pd.DataFrame([{"population": 10} | row]))


# ---- what groups give away -----------------------------------------------------------------------------------------------


def released(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    """`rows`: kind, group, answers, those who agree."""
    frame = pd.DataFrame(
        [("e", "q", *row) for row in rows], columns=["survey", "question", "kind", "group", "n", "agree"]
    ).assign(share=lambda f: f["agree"] / f["n"])
    return release_groups(frame, name="t").frame


def shown(rows: list[tuple[str, str, int, int]]) -> list[str]:
    frame = released(rows)
    return [group or "hela" for group, hidden in zip(frame["group"], frame["suppressed"], strict=True) if hidden is None]


def test_nine_answers_are_hidden_and_ten_are_shown():
    assert shown([("", "", 9, 5)]) == []
    assert shown([("", "", 10, 5)]) == ["hela"]
    assert shown([("", "", 64, 61)]) == []  # three who do not agree


def test_one_hidden_group_is_never_alone():
    """A class of eight would be what the others leave of the school."""
    assert shown([("", "", 64, 32), ("åk", "7", 30, 15), ("åk", "8", 26, 13), ("åk", "9", 8, 4)]) == ["hela", "7"]


def test_those_in_no_group_are_a_group_too():
    """Four have not said their sex: without them girls and boys would say it."""
    assert shown([("", "", 64, 32), ("kön", "flickor", 30, 15), ("kön", "pojkar", 30, 15)]) == ["hela", "pojkar"]
    assert shown([("", "", 60, 30), ("kön", "flickor", 30, 15), ("kön", "pojkar", 30, 15)]) == ["hela", "flickor", "pojkar"]


def test_groups_that_go_together_are_hidden_together():
    rows = [("e", "q", "", "", 64, 32), ("e", "q", "kön", "flickor", 30, 15), ("e", "q", "kön", "pojkar", 30, 15)]
    frame = pd.DataFrame(rows, columns=["survey", "question", "kind", "group", "n", "agree"])
    hidden = release_groups(frame, name="t", together=("flickor", "pojkar")).frame["suppressed"]
    assert hidden.notna().tolist() == [False, True, True]


def test_a_group_hidden_for_one_statement_is_hidden_for_all():
    """In the second nobody would be told, but how many the ninth year are would be known from it for the first."""
    columns = ["survey", "question", "kind", "group", "n", "agree"]
    parts = [("", "", 80, 40), ("åk", "7", 30, 15), ("åk", "8", 30, 15)]
    rows = [("e", q, *row) for q, ninth in (("p", 4), ("q", 10)) for row in [*parts, ("åk", "9", 20, ninth)]]
    frame = release_groups(pd.DataFrame(rows, columns=columns), name="t").frame
    hidden = frame["suppressed"].notna().groupby([frame["question"], frame["group"]]).first().unstack()
    assert hidden.loc["p"].tolist() == hidden.loc["q"].tolist() == [False, True, False, True]


groups = st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=2, max_size=4)


@settings(max_examples=60)
@given(groups, st.integers(0, 6))
def test_no_reader_can_tell_a_hidden_group(parts: list[tuple[int, float]], outside: int):
    """Every reader knows the whole and what is shown: what the hidden groups and the rest leave open is tried one by one."""
    sizes = [(n, round(n * share)) for n, share in parts]
    rest = (outside, outside // 2)
    whole = tuple(sum(of) for of in zip(*sizes, rest, strict=True))
    rows = [("", "", *whole), *(("åk", str(at), n, a) for at, (n, a) in enumerate(sizes))]
    hidden = released(rows)["suppressed"].notna().tolist()
    if hidden[0]:
        assert all(hidden[1:])  # in no group do more people answer otherwise than in the school
        return
    away = [size for size, is_hidden in zip(sizes, hidden[1:], strict=True) if is_hidden] + ([rest] if outside else [])
    small = [few_behind(np.array([a / n]), np.array([float(n)]), POLICY)[0] for n, a in away if n]
    if not any(small):
        return
    together = tuple(sum(of) for of in zip(*away, strict=True))
    possible = {pair for pair in itertools.product(range(together[0] + 1), range(together[1] + 1)) if pair[1] <= pair[0]}
    possible = {(n, a) for n, a in possible if together[1] - a <= together[0] - n}
    assert len(away) > 1
    # The rest is everybody else that is hidden: it may be anything from nobody to more than ten, and agree from none to five.
    assert {n for n, _ in possible} >= set(range(POLICY.respondents_below + 1))
    assert {a for _, a in possible} >= set(range(POLICY.behind_share_below + 1))


def test_numbers_are_gone_and_words_are_kept():
    frame = released([("", "", 64, 32), ("åk", "7", 56, 28), ("åk", "8", 8, 4)])
    assert "agree" not in frame
    assert frame.loc[1, ["n", "share"]].isna().all()
    assert frame["group"].tolist() == ["", "7", "8"]
    with pytest.raises(DisclosureError):
        release_groups(pd.DataFrame({"n": [1]}), name="t")


# ---- an index of places --------------------------------------------------------------------------------------------------

TIMES = 40  # benchmarks/school_calibration.py tries ten thousand
FACTORS = {"ljus": ["a", "b"], "ordning": ["c", "d"]}


def scores(rows: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["a", "b", "c", "d"], index=[f"p{k}" for k in range(len(rows))])


def test_the_index_runs_from_nothing_to_twenty_and_needs_every_factor():
    assert inventory_index(scores([[0, 0, 0, 0]] * 3), FACTORS) == 0
    assert inventory_index(scores([[1, 1, 1, 1]] * 3), FACTORS) == 20
    assert inventory_index(scores([[1, 1, 0.5, np.nan], [0, 1, np.nan, 0.5]]), FACTORS) == pytest.approx((0.75 + 0.5) / 2 * 20)
    assert np.isnan(inventory_index(scores([[1, 1, np.nan, np.nan]]), FACTORS))
    assert factor_means(scores([[1, 0, 0.5, 0.5]]), FACTORS).tolist() == [0.5, 0.5]
    with pytest.raises(TableError):
        inventory_index(pd.DataFrame({"a": [1.0]}), FACTORS)


def test_few_places_have_a_change_but_no_interval():
    few = scores([[0.5] * 4] * (FEWEST_PLACES - 1))
    found = index_change(few, few + 0.5, FACTORS)
    assert (found.reason, found.places, found.clear) == ("few_places", FEWEST_PLACES - 1, False)
    assert found.change == pytest.approx(10)


def test_the_same_judgement_everywhere_is_not_therefore_certain():
    places = scores([[0.5, 0.5, 0, 1]] * 8)
    found = index_change(places, places, FACTORS)
    assert found.change == 0
    assert found.lower < 0 < found.upper
    assert not found.clear


def test_only_what_was_judged_both_times_is_compared():
    before = scores([[0, 0, 0, np.nan]] * 7)
    after = scores([[0, 0, 0, 1]] * 9)
    found = index_change(before, after, FACTORS)
    assert (found.places, found.change) == (7, 0)


@pytest.mark.thorough
def test_a_change_that_is_none_is_seldom_called_one_and_a_large_one_is_seen():
    """Places judged twice by people who differ; the truth of the first is no change."""
    rng = np.random.default_rng(11)
    names = [f"q{k}" for k in range(16)]
    of = {f"f{k}": names[2 * k : 2 * k + 2] for k in range(8)}

    def judged(met: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(rng.binomial(2, met) / 2, columns=names, index=[f"p{k}" for k in range(len(met))])

    clear = {0.0: 0, 0.25: 0}
    for _ in range(TIMES):
        met = np.clip(rng.normal(0.5, 0.2, (8, 16)), 0.05, 0.7)
        for rise in clear:
            clear[rise] += index_change(judged(met), judged(met + rise), of).clear
    assert clear[0.0] <= TIMES * 0.05 + 3 * np.sqrt(TIMES * 0.05 * 0.95)
    assert clear[0.25] >= 2 / 3 * TIMES


# ---- simulated schools ---------------------------------------------------------------------------------------------------


def test_simulated_schools_are_the_same_for_a_seed_and_have_the_change_they_were_given():
    one, other = simulate.schools(answered=[400, 400], change=[0.5, 0.0], seed=3)
    again = simulate.schools(answered=[400, 400], change=[0.5, 0.0], seed=3)
    assert (again[0].answers == one.answers).all()
    agree = [
        school.answers[:, :, :, :, :2].sum(axis=(1, 2, 3, 4)) / school.answers.sum(axis=(1, 2, 3, 4)) for school in (one, other)
    ]
    assert agree[0][1] - agree[0][0] > 0.1 > abs(agree[1][1] - agree[1][0])
    assert (one.answers.sum(axis=(1, 3, 4))[..., 0] >= 0).all()
    assert (one.pupils >= one.answers[:, 0].sum(axis=(2, 3))).all()
