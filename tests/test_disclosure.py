from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kunskapsbaserat.disclosure import _LABELS, CONTENTS, _revealing, below_threshold, release, release_parts
from kunskapsbaserat.errors import DisclosureError, OptionError
from kunskapsbaserat.report.documents.lagesbild import document as lagesbild
from kunskapsbaserat.report.statements import annex


def counts(**columns: object) -> pd.DataFrame:
    base = pd.DataFrame(
        {
            "area": "2021",
            "area_level": "kommun",
            "offence": "vald_inomhus_barn",
            "sex": "kvinna",
            "year": [2023, 2024],
            "count": [4, 0],
            "rate": [59.0, 0.0],
        }
    )
    return base.assign(**columns)


def test_small_counts_of_sensitive_offences_are_hidden():
    found = release(counts(), name="egen", contents="counts", sources=["egen_fil"])
    assert found.frame["suppressed"].tolist() == ["1–4", None]
    assert found.frame["count"].isna().tolist() == [True, False]
    assert found.frame["rate"].isna().tolist() == [True, False]  # the rate would give the count away
    assert [(e.cells, e.action) for e in found.log] == [(1, "suppressed")]


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 9), st.integers(8, 40)), min_size=1, max_size=12),
    st.sampled_from(["counts", "survey"]),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["bra_indikatorer", "egen_fil"])),
)
def test_tables_that_pass_together_are_those_that_pass_by_themselves(
    rows: list[tuple[str, int, int]], contents: str, sources: dict[str, str]
):
    rows = sorted(rows)
    names, small, many = (list(column) for column in zip(*rows, strict=True))
    table = pd.DataFrame(
        {
            "area_level": "kommun",
            "offence": "vald_inomhus_barn",
            "year": range(len(rows)),
            **({"count": small} if contents == "counts" else {"share": [n / 10 for n in small], "n": many}),
        }
    )
    parts = {name: (names.index(name), names.index(name) + names.count(name)) for name in dict.fromkeys(names)}
    of = {name: [sources[name]] if name in sources else [] for name in parts}
    together = release_parts(table, parts=parts, contents=contents, sources=of)
    assert list(together) == list(parts)
    for name, (first, after) in parts.items():
        alone = release(table.iloc[first:after], name=name, contents=contents, sources=of[name])
        pd.testing.assert_frame_equal(together[name].frame, alone.frame)
        assert (together[name].name, together[name].log) == (name, alone.log)


@pytest.mark.parametrize("contents", ["local", "indicator", "amount", "description"])
def test_only_rows_that_are_judged_by_themselves_pass_together(contents: str):
    with pytest.raises(OptionError):
        release_parts(counts(), parts={"a": (0, 2)}, contents=contents, sources={"a": []})


def test_what_bra_publishes_itself_passes_as_known_and_is_logged():
    found = release(counts(), name="bra", contents="counts", sources=["bra_indikatorer"])
    assert found.frame["count"].tolist() == [4, 0]
    assert found.log[0].cells == 1
    assert found.log[0].action.startswith("known")


def test_one_unknown_source_is_enough_to_hide():
    found = release(counts(), name="b", contents="counts", sources=["bra_indikatorer", "egen_fil"])
    assert found.frame["count"].isna().any()
    assert release(counts(), name="b", contents="counts", sources=[]).frame["count"].isna().any()


def test_other_offences_are_shown_for_a_kommun_but_not_for_a_small_area():
    shown = release(counts(offence="bilbrott"), name="b", contents="counts", sources=["egen_fil"])
    assert shown.frame["count"].tolist() == [4, 0]
    small = counts(offence="bilbrott", area="2021A0010", area_level="deso", months=12)
    assert release(small, name="d", contents="counts", sources=["egen_fil"]).frame["count"].isna().tolist() == [True, False]


def test_a_short_period_in_a_small_area_is_refused():
    small = counts(offence="bilbrott", area="2021A0010", area_level="deso", months=1)
    with pytest.raises(DisclosureError, match="at least 3 months") as caught:
        release(small, name="d", contents="counts", sources=["egen_fil"])
    assert "minst 3 månader" in caught.value.svenska


def test_the_other_sex_is_hidden_when_the_total_would_give_it_away():
    table = counts(year=2024, count=[3, 40], sex=["kvinna", "man"])
    total = table.assign(sex="alla", count=43).iloc[:1]
    with_total = release(
        pd.concat([table, total], ignore_index=True).assign(period=2024), name="k", contents="counts", sources=["egen"]
    )
    assert with_total.frame["suppressed"].tolist() == ["..", "..", None]  # neither mark says which of them is small
    assert {e.rule for e in with_total.log} == {"counts", "complementary"}
    without = release(table.assign(period=2024), name="k", contents="counts", sources=["egen"])
    assert without.frame["suppressed"].tolist() == ["1–4", None]


def test_a_part_of_the_kommun_is_not_had_from_the_kommun():
    parts = counts(year=2024, count=[3, 40], area=["2021A", "2021B"], area_level="stadsdel", sex="alla", months=12)
    whole = parts.assign(area="2021", area_level="kommun", count=43).iloc[:1]
    table = pd.concat([parts, whole], ignore_index=True)
    found = release(table, name="k", contents="counts", sources=["egen"])
    assert found.frame["suppressed"].tolist() == ["..", "..", None]
    published = release(table, name="k", contents="counts", sources=pd.Series(["egen", "egen", "bra_sol"]))
    assert published.frame["suppressed"].tolist() == ["..", "..", None]


def survey(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"measure": "m", "share": [0.3], "lower": [0.2], "upper": [0.4], "n": [100]}).assign(**columns)


@pytest.mark.parametrize(
    ("columns", "hidden"),
    [
        ({}, False),
        ({"n": 9}, True),
        ({"n": 10, "share": 0.4}, True),  # four people behind the share
        ({"n": 10, "share": 0.5}, False),
        ({"n": 100, "share": 0.97}, True),  # three people answered otherwise
        ({"n": 19, "share": 0.0}, True),  # everybody answered alike
        ({"n": None}, True),  # nobody has said how many answered
    ],
)
def test_survey_thresholds(columns: dict[str, object], hidden: bool):
    found = release(survey(**columns), name="enkat", contents="survey", sources=["skola"])
    assert found.frame["share"].isna().tolist() == [hidden]
    assert found.frame["lower"].isna().tolist() == [hidden]


def test_an_aggregate_needs_five_areas_even_of_published_figures():
    table = pd.DataFrame({"median": [100.0, 90.0], "members_with_value": [5, 4]})
    assert release(table, name="band", contents="aggregate", sources=["bra_indikatorer"]).frame["median"].isna().tolist() == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    "text", ["811228-9874", "198112289874", "811288-9874", "anna.svensson@example.se", "070-123 45 67", "+46 70 123 45 67"]
)
def test_persons_are_refused_and_not_repeated(text: str):
    with pytest.raises(DisclosureError) as caught:
        release(counts(notering=["", f"ring {text}"]), name="t", contents="counts", sources=["bra_indikatorer"])
    assert "notering" in str(caught.value)
    assert text not in str(caught.value) + caught.value.svenska


def test_a_number_with_decimals_is_nobody_though_its_decimals_look_like_a_telephone():
    """A median of rates, beside a missing one: a column of objects, as the tables beside the page have it."""
    rows = counts(median=pd.Series([5.0701234567, None], dtype=object))
    assert release(rows, name="egen", contents="counts", sources=["bra_sol"]).frame["median"].tolist()[0] == 5.0701234567
    with pytest.raises(DisclosureError):
        release(counts(median=["5.0701234567", None]), name="egen", contents="counts", sources=["bra_sol"])


def test_numbers_of_any_type_go_with_the_hidden_one():
    """A rate in a column of objects, as text, or as whole numbers with a missing one, gives the count away as well."""
    rows = counts(
        rate=pd.Series([59.0, None], dtype=object),
        snitt=["3.5", "saknas"],
        fler=pd.array([2, None], dtype="Int64"),
        kommun=["2021", "2021"],
        status="final",
    )
    found = release(rows, name="egen", contents="counts", sources=["egen"]).frame.iloc[0]
    assert found[["count", "rate", "snitt", "fler"]].isna().all()
    assert found[["kommun", "year", "status"]].tolist() == ["2021", 2023, "final"]


FIGURES = {
    *("count", "count_latest", "rate", "share", "n", "areas", "mean", "mean_latest", "mean_earlier", "median", "shrunken"),
    *("lower", "upper", "lower_quartile", "upper_quartile", "band_lower", "band_median", "band_upper"),
    *("ratio", "others_ratio", "relative_ratio", "relative_lower", "relative_upper", "q_value"),
    *("visible_increase", "visible_decrease"),
    *(f"{name}_{where}" for name in ("share", "lower", "upper") for where in ("lan", "riket")),
}


def test_every_column_that_looks_like_a_number_is_known_as_a_label_or_a_figure():
    """A new column of codes or years is not to vanish from hidden rows, nor a new figure to stay because of its name."""
    tables = lagesbild.load(kommun="Borlänge").tables().values()
    assert {column for table in tables for column in _revealing(table.frame)} == FIGURES
    assert FIGURES.isdisjoint(_LABELS)


def test_rows_that_nobody_has_said_how_they_add_up_are_all_hidden():
    table = counts(year=2024, count=[3, 40], place=["inne", "ute"])
    total = table.assign(place="alla", count=43).iloc[:1]
    other = counts(year=2022, count=[50, 0], place=["inne", "ute"])
    frame = pd.concat([table, total, other], ignore_index=True)
    found = release(frame, name="k", contents="counts", sources=["egen"]).frame
    assert found["count"].isna().tolist() == [True, True, True, False, False]
    published = release(
        frame, name="k", contents="counts", sources=pd.Series(["egen", "egen", "bra_sol", "egen", "egen"])
    ).frame
    assert published["count"].isna().tolist() == [True, True, False, False, False]


def test_what_cannot_be_protected_is_written_to_the_log():
    """Five in all is published: of the one and the four beside it nothing can be hidden well."""
    table = counts(year=2024, count=[1, 4], sex=["kvinna", "man"])
    frame = pd.concat([table, table.assign(sex="alla", count=5).iloc[:1]], ignore_index=True)
    found = release(frame, name="k", contents="counts", sources=pd.Series(["egen", "egen", "bra_sol"]))
    assert [(e.cells, e.action) for e in found.log if e.rule == "exposed"] == [
        (2, "cannot be protected from what is published")
    ]
    assert annex.action("cannot be protected from what is published") == "dolda, men kan räknas fram ur det publicerade"


def test_every_rule_of_the_log_has_swedish_words():
    beside = {"complementary", "exposed", "egen"}  # what hides a second number, and what the analyst's own tables follow
    assert set(CONTENTS) | beside == set(annex.RULES)


def test_a_person_is_seen_in_each_of_two_columns_of_one_name():
    twice = pd.DataFrame([["anna@exempel.se", "torget"]], columns=["plats", "plats"])
    with pytest.raises(DisclosureError, match="column 'plats'"):
        release(twice, name="x", contents="description", sources=["scb"])


def test_ordinary_codes_are_no_persons():
    release(
        counts(area="2081A0010", kod="N07540", not_="2017–2024, 12 454 per 100 000"),
        name="t",
        contents="counts",
        sources=["scb"],
    )


def test_what_nobody_has_declared_is_refused():
    with pytest.raises(OptionError, match="counts"):
        release(counts(), name="t", contents="siffror", sources=["scb"])
    for missing in ("area_level", "offence", "count"):
        with pytest.raises(DisclosureError, match=missing):
            release(counts().drop(columns=missing), name="t", contents="counts", sources=["egen"])
    with pytest.raises(DisclosureError, match="eget_brott"):
        release(counts(offence="eget_brott"), name="t", contents="counts", sources=["egen"])


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20))
def test_nothing_below_the_threshold_gets_through(values: list[int]):
    table = pd.DataFrame(
        {
            "area": "2021",
            "area_level": "kommun",
            "offence": "ran_unga",
            "sex": "alla",
            "period": range(len(values)),
            "count": values,
        }
    )
    shown = release(table, name="t", contents="counts", sources=["egen"]).frame["count"].dropna()
    assert not shown.between(1, 4).any()
    assert len(shown) == sum(not 1 <= v <= 4 for v in values)


def test_below_threshold_with_and_without_zeros():
    assert below_threshold([0, 3, 10, float("nan")], threshold=10).tolist() == [False, True, False, False]
    assert below_threshold([0, 3, 10], threshold=10, zeros=True).tolist() == [True, True, False]


def test_one_source_may_be_named_as_a_text():
    table = pd.DataFrame({"offence": ["a", "b"], "count": [3, 9]})
    shown = release(table, name="t", contents="local", sources="bra_sol").frame["count"].tolist()
    assert shown == release(table, name="t", contents="local", sources=["bra_sol"]).frame["count"].tolist() == [3, 9]
    assert release(table, name="t", contents="local", sources="egen").frame["suppressed"].tolist() == ["1–4", None]
    with pytest.raises(DisclosureError, match="expected a DataFrame"):
        release(None, name="t", contents="local", sources=[])
