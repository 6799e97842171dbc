"""What `kunskap verifiera --mot-nytt` computes once, or leaves out, gives what computing everything anew gives."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded, folder
from kunskapsbaserat.data.folder import Folder, precedence
from kunskapsbaserat.data.folder.by_area import ByArea
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.findings import count_findings, findings_of_each

HERE = "2081"
LAST = 2026  # a year that the package does not have, so that it is gone when the folder loses it


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a folder would have: the offences of both sexes together of every kommun, and the population."""
    counts = embedded.counts()
    whole = counts[(counts["sex"] == "alla") & counts["count"].notna() & counts["area_level"].isin(("kommun", "riket"))]
    return with_next_year(whole), embedded.exposure().query("kind == 'residents'").reset_index(drop=True)


def with_next_year(counts: pd.DataFrame) -> pd.DataFrame:
    last = counts[counts["period"] == counts["period"].max()]
    rate = (last["rate_published"].astype("Float64") * 1.05).round()
    added = last.assign(period=last["period"] + 1, count=(last["count"] * 1.05).round().astype("Int64"), rate_published=rate)
    return pd.concat([counts, added], ignore_index=True)


def at(table: pd.DataFrame, area: str, year: int, offence: str = "") -> pd.Series:
    when = table["period"].dt.year if "period" in table else table["year"]
    return (table["area"] == area) & (when == year) & ((table["offence"] == offence) if offence else True)


def own_cell(counts: pd.DataFrame, people: pd.DataFrame, _: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    here = at(counts, HERE, LAST, "totalt")
    return counts.assign(count=counts["count"].mask(here, counts["count"] * 2), rate_published=pd.NA), people


def comparator(counts: pd.DataFrame, people: pd.DataFrame, other: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    there = at(counts, other, LAST, "totalt")
    rate = counts["rate_published"].mask(there, counts["rate_published"] * 5)
    return counts.assign(count=counts["count"].mask(there, counts["count"] * 5), rate_published=rate), people


def population(counts: pd.DataFrame, people: pd.DataFrame, _: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    there = at(people, HERE, 2024)
    return counts.assign(rate_published=pd.NA), people.assign(value=people["value"].mask(there, people["value"] * 1.1))


def removed_year(counts: pd.DataFrame, people: pd.DataFrame, _: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return counts[~at(counts, HERE, LAST, "totalt")].reset_index(drop=True), people


def new_year(counts: pd.DataFrame, people: pd.DataFrame, _: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return with_next_year(counts), people


def removed_comparator(counts: pd.DataFrame, people: pd.DataFrame, other: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return counts[~at(counts, other, LAST)].reset_index(drop=True), people


def own(path: Path, counts: pd.DataFrame, people: pd.DataFrame) -> Folder:
    contract = counts.astype({"rate_published": "Float64", "count": "Int64"}).assign(source="bra_sol", status="final")
    empty = embedded.survey().iloc[:0]
    return Folder(path, kommuner.get(HERE), (), contract, embedded.counts_month().iloc[:0], empty, people, (), ())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[ByArea, str, list[str]]:
    """The figures that a report was made of, joined once; a kommun that it was compared with, and what was said then."""
    joined = ByArea(precedence._chain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder, "joined", joined)
        then = underlag.load(data=own(tmp_path_factory.mktemp("then"), *tables()))
        return joined, then.compared_with("totalt")[0], [said(f) for f in then.verdicts]


@pytest.mark.thorough
@pytest.mark.parametrize("revised", [own_cell, comparator, population, removed_year, new_year, removed_comparator])
def test_the_quick_way_gives_what_the_whole_gives(
    revised, before: tuple[ByArea, str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    joined, other, then = before
    newer = revised(*tables(), other)
    monkeypatch.setattr(folder, "joined", joined)
    quick = underlag.load(data=own(tmp_path, *newer))  # most areas are taken from the first time
    monkeypatch.setattr(folder, "joined", precedence._chain)
    whole = underlag.load(data=own(tmp_path, *newer))
    pd.testing.assert_frame_equal(quick.counts, whole.counts)
    pd.testing.assert_frame_equal(quick.rates_only, whole.rates_only)
    assert [said(f) for f in quick.verdicts] == [said(f) for f in whole.count_findings]
    assert [said(f) for f in quick.verdicts] != then
    assert {m.id: years for m, years in quick.shares} == {
        f.key: {year: share for year, (share, *_) in f.kommun.items()} for f in whole.survey_findings
    }


def said(f) -> str:
    """All of a finding that the tables of a report come from, and what they are held against; missing equals missing."""
    pooled = f.pooled and (f.pooled.rate, f.pooled.count, f.pooled.band)
    return repr((f.key, f.counts, f.rates, f.approximate, f.judgement, f.position, f.step, f.few, f.group, f.bands, pooled))


def test_rows_of_an_area_that_are_known_are_taken_and_no_others():
    counts, _ = tables()
    some = counts[counts["area"].isin(("2081", "2080", "1880"))].reset_index(drop=True)
    asked: list[set[str]] = []

    def compute(*parts: pd.DataFrame) -> pd.DataFrame:
        asked.append(set().union(*(part["area"] for part in parts)))
        return precedence._chain(*parts)

    joined, built_in = ByArea(compute), embedded.counts().query("area in ('2081', '2080', '1880', '2084')")
    pd.testing.assert_frame_equal(joined(some, built_in), precedence._chain(some, built_in))
    changed = some.assign(count=some["count"].mask(at(some, "2080", LAST, "totalt"), some["count"] + 1))
    for table in (changed, some, changed.iloc[::-1], changed.astype({"count": "Float64"})):
        pd.testing.assert_frame_equal(joined(table, built_in), precedence._chain(table, built_in))
    assert asked == [
        {"2081", "2080", "1880", "2084"},
        {"2080"},
        {"2081", "2080", "1880"},  # another order of the rows
        {"2081", "2080", "1880", "2084"},  # another type of the column: nothing is taken
    ]


def test_a_missing_figure_is_no_zero_and_an_empty_table_is_no_table():
    counts, _ = tables()
    some = counts[counts["area"] == "2081"].reset_index(drop=True)
    joined, built_in = ByArea(precedence._chain), embedded.counts().query("area == '2081'")
    zero, missing = (some.assign(count=some["count"].mask(at(some, "2081", LAST, "totalt"), v)) for v in (0, pd.NA))
    for table in (zero, missing, some.iloc[:0], zero):
        pd.testing.assert_frame_equal(joined(table, built_in), precedence._chain(table, built_in))


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kunskapsbaserat.data.folder.by_area.MOST_ROWS", 400)
    counts, _ = tables()
    joined, built_in = ByArea(precedence._chain), embedded.counts().query("area in ('2081', '2080', '0180')")
    for area in ("2081", "2080", "2081"):
        table, beside = (t[t["area"].isin((area, "0180"))] for t in (counts, built_in))
        pd.testing.assert_frame_equal(joined(table, beside), precedence._chain(table, beside))
        assert sum(map(len, joined._kept)) <= 400


def test_kommuner_judged_together_are_as_each_alone():
    """Also where some have more offences than others, and series that end in another year."""
    counts = embedded.counts()
    short = (counts["area"] == "2062") & (counts["offence"] == "totalt") & (counts["period"].dt.year == 2025)
    counts, people = counts[~short].assign(own=False), embedded.exposure()
    codes = ["2081", "1983", "2062", "0180"]
    together = findings_of_each(counts, people, kommuner=codes)
    for code in codes:
        alone = count_findings(counts.copy(), people, kommun=code)
        assert repr(together[code]) == repr(alone)  # to the last digit; a missing number equals no other
    ends = {code: max(f.last_year for f in together[code] if f.offence.id == "totalt") for code in codes}
    assert ends == {"2081": 2025, "1983": 2025, "2062": 2024, "0180": 2025}
