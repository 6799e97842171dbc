"""The embedded tables against the publishers' own checks, and against a second build where the sources are at hand."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kunskapsbaserat import kommun_outlines, tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.embedded import storage
from kunskapsbaserat.rates import mean_population

ROOT = Path(__file__).parents[2]
SOURCE = Path(os.environ.get("SOURCE_DIR", ROOT.parent / "shared" / "data"))


def test_contracts_hold():
    columns = [c for c in embedded.counts_year() if c]
    pd.testing.assert_frame_equal(tables.counts(embedded.counts_year()), embedded.counts_year()[columns])
    for table in (embedded.counts_groups(), embedded.counts_quarter(), embedded.counts_month()):
        tables.counts(table)
    tables.exposure(embedded.exposure())
    tables.survey(embedded.survey())


def test_riket_as_bra_published_it():
    # Brå, anmälda brott, slutlig statistik: hela landet
    riket = embedded.counts_year().query("area == '00' and offence == 'totalt'").set_index("period")["count"]
    published = [1514902, 1550626, 1548406, 1566872, 1480557, 1447470, 1511882, 1489319]
    assert riket.sort_index().tolist() == published


def test_dalarnas_kommuner_sum_to_the_lan():
    table = embedded.counts_year()
    kommuner = table[table["area_level"] == "kommun"].groupby(["offence", "sex", "period"])["count"].sum()
    lan = table[table["area"] == "20"].set_index(["offence", "sex", "period"])["count"].sort_index()
    assert (kommuner.sort_index() == lan).all()


def test_the_kommuner_do_not_sum_to_riket():
    """Offences with unknown kommun are only in the national figure: 84 % in 2013 (Brå: 1 401 982, final)."""
    year = embedded.counts_groups().query("offence == 'totalt' and period.dt.year == 2013")
    assert year["count"].sum() / 1401982 == pytest.approx(0.84, abs=0.005)


def test_every_kommun_stands_once_in_the_national_tables():
    """Heby is listed twice in the originals, before and after its change of län."""
    for table, rows in ((embedded.counts_groups(), 290 * 16 * 5 - 1), (embedded.counts_quarter(), 290 * 48)):
        assert table["area"].nunique() == 290
        assert len(table) == rows
    months = embedded.counts_month()
    assert len(months) == 290 * 48 * 10
    assert months.groupby("area").size().eq(480).all()


def test_groups_as_bra_published_them():
    # Brå, anmälda brott 2025, slutlig statistik: Köping, read by hand
    rows = embedded.counts_groups().query("area == '1983' and period.dt.year == 2025").set_index("offence")
    assert rows["count"].to_dict() == {
        "totalt": 2976,
        "brott_mot_person": 599,
        "stold_ran_kap8": 802,
        "skadegorelse_kap12": 188,
        "narkotika_och_vapen": 527,
    }
    assert rows.at["totalt", "rate_published"] == 11594


def test_quarters_sum_to_the_year():
    quarters = embedded.counts_quarter().assign(year=lambda t: t["period"].dt.year).query("2015 <= year <= 2025")
    summed = quarters.groupby(["area", "year"])["count"].sum()
    total = embedded.counts_groups().query("offence == 'totalt'").assign(year=lambda t: t["period"].dt.year)
    known = total.set_index(["area", "year"])["count"].loc[summed.index]
    assert (summed == known).all()


def test_what_is_preliminary_is_called_so():
    for table, first in ((embedded.counts_quarter(), 2026), (embedded.counts_month(), 2016)):
        early = table[table["status"] == "preliminary"]
        assert set(early["period"].dt.year) == {first}
    assert set(embedded.counts_groups()["status"]) == {"final"}


@pytest.mark.parametrize(
    ("year", "total"), [(2012, 9555893), (2017, 10120242), (2019, 10327589), (2021, 10452326), (2025, 10605520)]
)
def test_population_sums_to_scbs_totals(year: int, total: int):
    people = embedded.exposure().query("kind == 'residents'")
    people = people[people["year"] == year]
    assert people["area"].nunique() == 290
    assert people["value"].sum() == total


def test_population_2020_is_nowhere():
    """It is not in the sources; what the rates imply is a denominator, never a population."""
    people = embedded.exposure()
    assert 2020 not in set(people.loc[people["kind"] == "residents", "year"])


def test_implied_person_years_lie_near_the_known_ones():
    """Where SCB's year-ends are at hand: within the rounding of a rate in whole numbers, but for 2024 (within 0.4 %)."""
    people = embedded.exposure()
    known = mean_population(people[people["kind"] == "residents"])
    implied = people[people["kind"] == "mean_residents"].rename(columns={"value": "implied"})
    both = known.merge(implied, on=["area", "area_level", "year"])
    off = (both["implied"] / both["exposure"] - 1).abs()
    assert off[both["year"] != 2024].max() < 0.00025
    assert off.max() < 0.004


def test_the_mean_of_two_year_ends_goes_before_what_a_rate_implies():
    people = mean_population(embedded.exposure()).set_index(["area", "year"])["exposure"]
    assert people["2081", 2024] == (51735 + 51425) / 2
    assert people["1983", 2024] == pytest.approx(25892.4, abs=0.1)


def test_survey_years_are_samples_of_their_own():
    """In a rolling mean of two years the first differences are hardly correlated; in separate samples about -0.5."""
    table = embedded.survey().query("area_level == 'kommun'").sort_values("end_year")
    difference = table.groupby(["area", "measure"])["share"].diff().astype(float)
    before = difference.groupby([table["area"], table["measure"]]).shift()
    by_measure = pd.DataFrame({"m": table["measure"], "d": difference, "b": before}).dropna()
    correlations = by_measure.groupby("m")[["d", "b"]].apply(lambda x: x["d"].corr(x["b"]))
    assert correlations.median() < -0.35


def test_a_table_is_read_as_it_was_written():
    hard = pd.DataFrame(
        {
            "area": ["0180", "00", "NA"],
            "source": ['citat "och", komma', "rad\nbrytning", "åäö"],
            "count": pd.array([0, None, 2**53 + 1], "Int64"),
            "share": pd.array([0.1 + 0.2, 1e-300, None], "Float64"),
        }
    )
    for frequency in ("Y", "Q", "M"):
        table = hard.assign(period=pd.period_range("2024", periods=3, freq=frequency)[[2, 0, 2]])
        pd.testing.assert_frame_equal(storage.table(storage.content(table)), table, check_exact=True)
    assert storage.content(hard) == storage.content(hard.copy())
    for table in (embedded.counts_month(), embedded.exposure(), embedded.survey()):
        assert storage.table(storage.content(table)).equals(table)


def test_a_table_without_rows_keeps_its_kinds():
    empty = embedded.counts_quarter().iloc[:0]
    assert storage.table(storage.content(empty)).dtypes.drop("period").equals(empty.dtypes.drop("period"))


@pytest.mark.thorough
@pytest.mark.skipif(not SOURCE.is_dir(), reason="the publishers' files are not at hand (SOURCE_DIR)")
def test_a_second_build_gives_the_same_tables(tmp_path: Path):
    code = (
        f"import sys, pathlib, runpy; sys.path.insert(0, {str(ROOT / 'tools')!r});"
        "sys.argv = ['build', '--source', sys.argv[1], '--target', sys.argv[2]];"
        f"runpy.run_path({str(ROOT / 'tools' / 'build_embedded.py')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SOURCE), str(tmp_path)], check=True, capture_output=True, encoding="utf-8"
    )
    here = ROOT / "src" / "kunskapsbaserat" / "data" / "embedded"
    for built in sorted(tmp_path.glob("*.csv.gz")):  # what is packed, as another zlib may pack it in other bytes
        pd.testing.assert_frame_equal(storage.table(built.read_bytes()), storage.table((here / built.name).read_bytes()))
    outlines = [gzip.decompress((folder / kommun_outlines.FILE).read_bytes()) for folder in (tmp_path, here)]
    assert outlines[0] == outlines[1]
    for built in sorted(tmp_path.rglob("*.csv")):
        assert built.read_bytes() == (here / built.relative_to(tmp_path)).read_bytes()
    assert len(list(tmp_path.rglob("*.json"))) == len(list(here.rglob("*.json")))
    assert done.stdout.split("\n", 1)[1].strip() == (ROOT / "tools" / "embedded_checks.txt").read_text(encoding="utf-8").strip()


def test_the_tables_weigh_little():
    here = ROOT / "src" / "kunskapsbaserat" / "data" / "embedded"
    assert sum(path.stat().st_size for path in here.rglob("*") if path.is_file()) < 1_500_000
