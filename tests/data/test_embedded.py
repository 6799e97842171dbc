"""The embedded tables against the publishers' own checks, and against a second build where the sources are at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kunskapsbaserat import tables
from kunskapsbaserat.data import embedded

ROOT = Path(__file__).parents[2]
SOURCE = Path(os.environ.get("SOURCE_DIR", ROOT.parent / "shared" / "data"))


def test_contracts_hold():
    columns = [c for c in embedded.counts_year() if c]
    pd.testing.assert_frame_equal(tables.counts(embedded.counts_year()), embedded.counts_year()[columns])
    tables.counts(embedded.counts_month_2013())
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
    """Offences with unknown kommun are only in the national figure: 84 % in 2013."""
    months = embedded.counts_month_2013().query("offence == 'totalt'")
    total = months.groupby("area_level")["count"].sum()
    assert total["riket"] == 1394598
    assert total["kommun"] / total["riket"] == pytest.approx(0.84, abs=0.005)


def test_2013_has_every_kommun_once():
    months = embedded.counts_month_2013()
    kommuner = months[months["area_level"] == "kommun"]
    assert kommuner["area"].nunique() == 290
    assert len(kommuner) == 290 * 10 * 12


@pytest.mark.parametrize(
    ("year", "total"), [(2012, 9555893), (2017, 10120242), (2019, 10327589), (2021, 10452326), (2025, 10605520)]
)
def test_population_sums_to_scbs_totals(year: int, total: int):
    people = embedded.exposure()
    people = people[people["year"] == year]
    assert people["area"].nunique() == 290
    assert people["value"].sum() == total


def test_population_2020_is_nowhere():
    """It is not in the sources, and it must not be backed out of the rates."""
    assert 2020 not in set(embedded.exposure()["year"])


def test_survey_years_are_samples_of_their_own():
    """In a rolling mean of two years the first differences are hardly correlated; in separate samples about -0.5."""
    table = embedded.survey().query("area_level == 'kommun'").sort_values("end_year")
    difference = table.groupby(["area", "measure"])["share"].diff().astype(float)
    before = difference.groupby([table["area"], table["measure"]]).shift()
    by_measure = pd.DataFrame({"m": table["measure"], "d": difference, "b": before}).dropna()
    correlations = by_measure.groupby("m")[["d", "b"]].apply(lambda x: x["d"].corr(x["b"]))
    assert correlations.median() < -0.35


def test_total_rates_of_2025():
    rates = embedded.total_rate()
    assert len(rates) == 290
    assert rates.set_index("area")["rate"]["2081"] == pytest.approx(11375.86)


@pytest.mark.skipif(not SOURCE.is_dir(), reason="the publishers' files are not at hand (SOURCE_DIR)")
def test_a_second_build_gives_the_same_tables(tmp_path: Path):
    code = (
        "import sys, pathlib, runpy; sys.argv = ['build', '--source', sys.argv[1], '--target', sys.argv[2]];"
        f"runpy.run_path({str(ROOT / 'tools' / 'build_embedded.py')!r}, run_name='__main__')"
    )
    subprocess.run([sys.executable, "-c", code, str(SOURCE), str(tmp_path)], check=True, capture_output=True)
    here = ROOT / "src" / "kunskapsbaserat" / "data" / "embedded"
    for built in sorted(tmp_path.glob("*.parquet")):
        pd.testing.assert_frame_equal(pd.read_parquet(built), pd.read_parquet(here / built.name))
    for built in sorted(tmp_path.rglob("*.csv")):
        assert built.read_bytes() == (here / built.relative_to(tmp_path)).read_bytes()
    assert len(list(tmp_path.rglob("*.json"))) == 8
