"""The kommun's own tables leave together: what one hides is not had from the rows beside it or from another file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kunskapsbaserat.disclosure import OwnTable, OwnTables, own, release
from kunskapsbaserat.errors import DisclosureError

YEARS = ("2022", "2023", "2024")


def table(rows: dict[str, list[float]], *, sex: str = "alla", periods: tuple[str, ...] = YEARS) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"area": "2081", "area_level": "kommun", "offence": name, "sex": sex, "period": period, "count": count}
            for name, counts in rows.items()
            for period, count in zip(periods, counts, strict=True)
        ]
    )


def survey(answers: dict[str, float], n: float) -> pd.DataFrame:
    return pd.DataFrame(
        [{"area": "2081", "measure": m, "start_year": 2024, "end_year": 2024, "share": s, "n": n} for m, s in answers.items()]
    )


def shown(*tables: tuple[pd.DataFrame, str]) -> list[pd.DataFrame]:
    together = OwnTables(tuple(OwnTable(frame, contents) for frame, contents in tables))
    return [
        release(frame, name=f"t{at}", contents=contents, sources=["lokal"], beside=together).frame
        for at, (frame, contents) in enumerate(tables)
    ]


def left(frame: pd.DataFrame, total: str, parts: list[str], period: str) -> tuple[int, float | None]:
    """What the reader has of the hidden parts of a sum: how many they are, and what they are together (None: not known)."""
    here = frame[frame["period"] == period].set_index("offence")["count"]
    hidden = [p for p in parts if pd.isna(here[p])]
    known = sum(here[p] for p in parts if p not in hidden)
    return len(hidden), None if pd.isna(here[total]) else float(here[total] - known)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("total", ["brand_totalt", "skador"])
def test_no_part_of_a_sum_is_had(total: str, seed: int):
    """Files of two to five parts and their sum in three years, called a total or not."""
    rng = np.random.default_rng(seed)
    parts = {f"del_{n}": rng.poisson(rng.choice([2, 12, 30]), 3).astype(float).tolist() for n in range(int(rng.integers(2, 6)))}
    rows = {total: np.sum(list(parts.values()), axis=0).tolist(), **parts}
    (frame,) = shown((table(rows), "local"))
    truth = table(rows)
    assert not frame["count"].between(1, 4).any()
    assert (frame.loc[truth["count"] == 0, "count"] == 0).all()
    for period in YEARS:
        hidden, together = left(frame, total, list(parts), period)
        assert hidden == 0 or together is None or together >= hidden + 4  # each of them may be 1, and any may be 5
    assert "1–4" not in set(frame["suppressed"].dropna())


def test_both_sexes_go_when_the_total_stays():
    frames = [table({"oro": [c, c + 1, c]}, sex=s) for s, c in (("alla", 12), ("kvinna", 3), ("man", 9))]
    frames[0]["count"] = frames[1]["count"] + frames[2]["count"]
    (frame,) = shown((pd.concat(frames, ignore_index=True), "local"))
    assert frame.groupby("sex")["count"].apply(lambda c: c.notna().sum()).to_dict() == {"alla": 3, "kvinna": 0, "man": 0}


def test_the_rest_with_unknown_sex_is_too_little_to_hide_behind():
    frames = [table({"oro": [c]}, sex=s, periods=("2024",)) for s, c in (("alla", 12), ("kvinna", 3), ("man", 8))]
    (frame,) = shown((pd.concat(frames, ignore_index=True), "local"))
    assert frame["count"].isna().sum() >= 2


def test_what_a_file_hides_is_not_had_from_another():
    year = table({"brand": [23]}, periods=("2024",))
    quarters = table({"brand": [3, 8, 7, 5]}, periods=tuple(f"2024Q{n}" for n in range(1, 5)))
    first, second = shown((year, "local"), (quarters, "local"))
    assert pd.isna(second["count"].iat[0])
    assert first["count"].isna().all() or second["count"].isna().sum() > 1
    again = table({"brand": [3, 8, 7, 5]}, periods=tuple(f"2024Q{n}" for n in range(1, 5)))
    copies = shown((quarters, "local"), (again, "local"))
    assert copies[0]["count"].isna().tolist() == copies[1]["count"].isna().tolist()


@pytest.mark.parametrize(
    ("total", "periods"), [("skador", YEARS), ("brand_totalt", YEARS), ("Samtliga skador", ("2024",)), ("Totalt", ("",))]
)
@pytest.mark.parametrize("column", ["period", "year"])
def test_what_a_file_hides_is_not_had_from_its_sum_in_another(total: str, periods: tuple[str, ...], column: str):
    """14 and 9 beside a total of 26 give away the 3, whichever file the total stands in."""
    counts = {
        "klotter": [14.0, 20, 14][-len(periods) :],
        "ruta": [8.0, 9, 3][-len(periods) :],
        "bil": [9.0, 7, 9][-len(periods) :],
    }
    parts = table(counts, periods=periods)
    whole = table({total: np.sum(list(counts.values()), axis=0).tolist(), "annat": [40.0] * len(periods)}, periods=periods)
    first, second = (frame.rename(columns={"period": column}) for frame in (parts, whole))
    parts_shown, whole_shown = shown((first, "local"), (second, "local"))
    now = parts_shown[parts_shown[column] == periods[-1]]
    assert now["count"].isna().sum() > 1 or whole_shown["count"].isna().any()
    assert "1–4" not in set(parts_shown["suppressed"].dropna())


def test_a_sum_of_another_file_by_chance_hides_nothing_more():
    parts, other = table({"klotter": [14.0], "ruta": [3]}, periods=("2024",)), table({"brand": [17.0]}, periods=("2024",))
    first, second = shown((parts, "local"), (other, "local"))
    assert first["suppressed"].tolist() == [None, "1–4"]
    assert second["suppressed"].tolist() == [None]


def test_a_total_is_one_in_capitals_too():
    rows = {"Klotter": [14.0], "Ruta": [3.0], "Totalt": [20.0]}
    (as_written,), (small,) = (
        shown((table(r, periods=("2024",)), "local")) for r in (rows, {k.lower(): v for k, v in rows.items()})
    )
    assert as_written["suppressed"].tolist() == small["suppressed"].tolist() == [None, "..", None]


@pytest.mark.parametrize("n", [40, 60, 100, 250])
def test_the_last_answer_to_a_question_is_not_had(n: float):
    (frame,) = shown((survey({"nej": 0.5, "ja": 0.5 - 3 / n, "vill_ej": 3 / n}, n), "survey"))
    assert frame["share"].isna().tolist()[2]
    assert frame["share"].isna().sum() >= 2
    (alone,) = shown((survey({"ja": 0.4, "annan_fraga": 3 / n}, n), "survey"))
    assert alone["share"].isna().tolist() == [False, True]


@pytest.mark.parametrize(("unit", "hidden"), [("antal barn", True), ("", True), ("kronor", False), ("procent", False)])
def test_an_indicator_is_judged_by_what_its_unit_counts(unit: str, hidden: bool):
    frame = table({"placerade": [1.0, 2, 5]}).rename(columns={"count": "value", "offence": "indicator"}).assign(unit=unit)
    (found,) = shown((frame, "indicator"))
    assert found["value"].isna().tolist() == [hidden, hidden, False]
    assert set(found["suppressed"].dropna()) == ({"1–4"} if hidden else set())


def test_a_change_below_zero_counts_nobody():
    frame = table({"netto": [-3.0, 2, 7]}).rename(columns={"count": "value", "offence": "indicator"}).assign(unit="antal")
    (found,) = shown((frame, "indicator"))
    assert found["value"].tolist()[::2] == [-3, 7]
    assert found["suppressed"].tolist() == [None, "1–4", None]


def test_what_its_publisher_has_given_out_is_shown_and_hidden_around():
    """A published small row stays, and what is hidden beside it is chosen among the others."""
    frame = table({"totalt": [23], "bil": [3], "skola": [2], "annat": [18]}, periods=("2024",))
    sources = pd.Series(["lokal", "bra_sol", "lokal", "lokal"])
    found = release(frame, name="t", contents="local", sources=sources)
    assert found.frame["count"].isna().tolist() == [False, False, True, True]
    assert {e.action for e in found.log if e.rule == "local"} == {
        "known: the publisher gives them out at this level",
        "suppressed",
    }
    asked = release(survey({"ja": 0.97, "nej": 0.03}, 100), name="s", contents="survey", sources=["bra_ntu"])
    assert asked.frame["share"].tolist() == [0.97, 0.03]
    mine = OwnTable(frame, "local", pd.Series([True] * 4))
    assert (
        release(frame, name="t", contents="local", sources=["bra_sol"], beside=OwnTables((mine,))).frame["count"].notna().all()
    )


def test_the_tables_of_a_folder_are_solved_once(monkeypatch: pytest.MonkeyPatch):
    solved: list[int] = []
    once = own.suppress
    monkeypatch.setattr(own, "suppress", lambda linked, *rest, **more: solved.append(1) or once(linked, *rest, **more))
    shown(*((table({"brand": [12, 3, 0], "bil": [20, 8, 9]}), "local") for _ in range(4)))
    assert len(solved) == 1


def test_a_number_that_stands_alone_keeps_its_mark_and_nothing_else_is_hidden():
    (frame,) = shown((table({"brand": [12, 3, 0]}), "local"))
    assert frame["suppressed"].tolist() == [None, "1–4", None]


def test_a_table_that_is_not_among_those_beside_it_is_refused():
    frame = table({"brand": [12, 3, 0]})
    with pytest.raises(DisclosureError, match="beside"):
        release(frame, name="t", contents="local", sources=["lokal"], beside=OwnTables((OwnTable(frame.copy(), "local"),)))
