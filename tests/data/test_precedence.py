"""The rule that decides between the kommun's own figures and the package's."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat import tables
from kunskapsbaserat.data.folder import first, join
from kunskapsbaserat.data.folder.figures import best

STOCKHOLM = kommuner.get("Stockholm")
Value = float | None


def series(
    values: dict[int, tuple[Value, Value]],
    *,
    source: str = "bra_sol",
    offence: str = "brott_mot_person",
    preliminary: tuple[int, ...] = (),
    area: str = "0180",
) -> pd.DataFrame:
    """The counts contract of one series: year to (count, rate)."""
    return tables.counts(
        pd.DataFrame(
            {
                "area": area,
                "area_level": "kommun",
                "offence": offence,
                "sex": "alla",
                "period": pd.PeriodIndex([str(y) for y in values], freq="Y"),
                "count": pd.array([v[0] for v in values.values()], dtype="Int64"),
                "rate_published": pd.array([v[1] for v in values.values()], dtype="Float64"),
                "status": ["preliminary" if y in preliminary else "final" for y in values],
                "source": source,
            }
        )
    )


BUILT_IN = {y: (1000.0 + y - 2010, 100.0) for y in range(2010, 2026)}
"""Sixteen years with count and rate."""


def shown(table: pd.DataFrame) -> dict[int, tuple[Value, Value, bool]]:
    rows = table.sort_values("period")
    return {
        row["period"].year: (
            None if pd.isna(row["count"]) else row["count"],
            None if pd.isna(row["rate_published"]) else row["rate_published"],
            row["own"],
        )
        for row in rows.to_dict("records")
    }


def test_years_that_only_the_package_has_are_kept_beside_the_files_own():
    own = series({y: (BUILT_IN[y][0], None) for y in range(2021, 2026)})
    joined = join(own, series(BUILT_IN))
    found = shown(joined.table)
    assert list(found) == list(range(2010, 2026))
    assert [y for y, (_, _, is_own) in found.items() if is_own] == list(range(2021, 2026))
    assert all(rate == 100 for _, rate, _ in found.values())  # a file without rates gets those of the same figures
    assert joined.findings == ()


def test_missing_figures_hide_nothing():
    own = series(dict.fromkeys(range(2010, 2027), (None, None)))
    found = shown(join(own, series(BUILT_IN)).table)
    assert found == {y: (count, rate, False) for y, (count, rate) in BUILT_IN.items()}


def test_a_rate_without_a_count_does_not_hide_the_count():
    own = series({y: (None, 101.0 if y == 2023 else 100.0) for y in range(2021, 2026)})
    found = shown(join(own, series(BUILT_IN)).table)
    assert [count for count, _, _ in found.values()] == [count for count, _ in BUILT_IN.values()]


def test_a_preliminary_figure_of_ones_own_never_goes_before_a_final_one():
    own = series({2024: (1014, None), 2025: (1030, None), 2026: (990, None)}, preliminary=(2025, 2026))
    found = shown(join(own, series(BUILT_IN)).table)
    assert found[2024] == (1014, 100, True)
    assert found[2025] == (1015, 100, False)
    assert found[2026] == (990, None, True)


def test_a_final_figure_of_ones_own_goes_before_a_preliminary_built_in_one():
    own = series({2024: (1014, None), 2025: (1030, None)})
    found = shown(join(own, series(BUILT_IN, preliminary=(2025,))).table)
    assert found[2025] == (1030, None, True)


def test_figures_that_differ_stand_alone_and_it_is_said():
    own = series({y: (BUILT_IN[y][0] + (y == 2023), None) for y in range(2021, 2026)})
    joined = join(own, series(BUILT_IN), kommun=STOCKHOLM)
    assert list(shown(joined.table)) == list(range(2021, 2026))
    (told,) = joined.findings
    assert told.code == "own_stands_alone"
    assert "1 av 5 år" in told.svenska
    assert "Brott mot person" in told.svenska
    assert join(own, series(BUILT_IN), kommun=kommuner.get("Solna")).findings == ()


@pytest.mark.parametrize(("rate", "alone"), [(100.4, False), (101.0, False), (101.1, True), (98.9, True)])
def test_rates_agree_within_their_rounding(rate: float, alone: bool):
    own = series({y: (None, rate if y == 2022 else 100.0) for y in range(2021, 2026)})
    assert bool(join(own, series(BUILT_IN)).findings) is alone


@pytest.mark.parametrize(("count", "alone"), [(1060, False), (970, False), (1070, True)])
def test_a_preliminary_figure_may_be_revised_by_five_per_cent(count: int, alone: bool):
    own = series({2024: (1014, None), 2025: (count, None)}, preliminary=(2025,))
    assert bool(join(own, series(BUILT_IN)).findings) is alone


def test_small_preliminary_figures_may_be_revised_by_a_few_events():
    few = dict.fromkeys(range(2015, 2026), (12.0, 8.0))
    assert not join(series({2025: (16, None)}, preliminary=(2025,)), series(few)).findings
    assert not join(series({2025: (None, 11.0)}, preliminary=(2025,)), series(few)).findings
    assert join(series({2025: (18, None)}, preliminary=(2025,)), series(few)).findings


def test_another_product_is_joined_after_three_years_that_agree():
    indicators = series({y: BUILT_IN[y] for y in range(2017, 2025)}, source="bra_indikatorer")
    three = series({y: (BUILT_IN[y][0], None) for y in range(2022, 2026)})
    assert list(shown(join(three, indicators).table)) == list(range(2017, 2026))
    two = series({y: (BUILT_IN[y][0], None) for y in range(2023, 2026)})
    found = shown(join(two, indicators).table)
    assert list(found) == list(range(2017, 2025))  # too few to tell: the longer series is used, as within the folder
    assert not join(two, indicators).findings


def test_two_products_that_differ_are_never_mixed():
    indicators = series({y: (BUILT_IN[y][0] * 1.02 // 1, 102.0) for y in range(2017, 2025)}, source="bra_indikatorer")
    own = series({y: (BUILT_IN[y][0], None) for y in range(2014, 2026)})
    joined = join(own, indicators)
    assert shown(joined.table) == {y: (BUILT_IN[y][0], None, True) for y in range(2014, 2026)}
    assert joined.findings == ()


def test_all_offences_are_the_same_figure_in_every_product():
    total = series({y: BUILT_IN[y] for y in range(2017, 2025)}, source="bra_indikatorer", offence="totalt")
    own = series({2025: (1015, None)}, offence="totalt")
    assert list(shown(join(own, total).table)) == list(range(2017, 2026))


def test_other_kommuner_and_other_offences_are_left_as_they_are():
    others = pd.concat([series(BUILT_IN, area="0184"), series(BUILT_IN, offence="skadegorelse"), series(BUILT_IN)])
    own = series({2025: (99, None)})
    table = join(own, others).table
    assert len(table) == 2 * len(BUILT_IN) + 1
    assert table.loc[table["own"], "count"].tolist() == [99]


def test_an_empty_folder_changes_nothing():
    found = join(series(BUILT_IN).iloc[:0], series(BUILT_IN))
    assert len(found.table) == len(BUILT_IN)
    assert not found.table["own"].any()


figure = st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)).map(
    lambda pair: tuple(None if v is None else float(v) for v in pair)
)


@settings(max_examples=30, deadline=None)
@given(
    own=st.dictionaries(st.integers(2018, 2026), figure, min_size=1),
    built_in=st.dictionaries(st.integers(2018, 2026), figure, min_size=1),
    early=st.sets(st.integers(2018, 2026)),
    source=st.sampled_from(["bra_sol", "bra_indikatorer"]),
)
def test_every_figure_comes_from_one_of_the_two_and_none_is_lost_without_a_word(own, built_in, early, source):
    a, b = series(own, preliminary=tuple(early)), series(built_in, source=source)
    joined = join(a, b)
    found = shown(joined.table)
    assert joined.table["count"].notna().to_numpy().__or__(joined.table["rate_published"].notna().to_numpy()).all()
    has = {y for y, v in own.items() if v != (None, None)}, {y for y, v in built_in.items() if v != (None, None)}
    assert set(found) in ({*has[0]}, {*has[1]}, has[0] | has[1])
    if source == "bra_sol" and not joined.findings:
        assert set(found) == has[0] | has[1]
    for year, (count, _, is_own) in found.items():
        assert count == (own if is_own else built_in)[year][0]
        if not is_own and year in has[0] and year not in early and own[year][0] is not None:
            assert set(found) == has[1]  # another product was chosen whole


def test_a_year_of_rates_takes_the_count_of_its_months():
    rates = series({2025: (None, 100.0)})
    months = series({2025: (1015.0, None)})
    assert best(pd.concat([rates, months]))[["count", "rate_published"]].to_numpy().tolist() == [[1015, 100.0]]
    late = best(pd.concat([rates, series({2025: (1015.0, None)}, preliminary=(2025,))]))
    assert late["count"].isna().all()  # never a preliminary count beside a final rate
    assert late["status"].tolist() == ["final"]


def test_a_share_that_is_missing_hides_none():
    key = ["area", "measure"]
    own = pd.DataFrame({"area": ["1", "1"], "measure": ["a", "b"], "share": pd.array([None, 0.3], "Float64")})
    built_in = pd.DataFrame(
        {"area": ["1", "1", "1"], "measure": ["a", "b", "c"], "share": pd.array([0.1, 0.2, None], "Float64")}
    )
    found = first([own, built_in], key).set_index("measure")["share"]
    assert found["a"] == 0.1
    assert found["b"] == 0.3
    assert pd.isna(found["c"])
