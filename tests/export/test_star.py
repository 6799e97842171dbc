"""The star schema: keys that hold, totals and verdicts that are the lägesbild's, missing values that stay missing."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from pathlib import Path

import handed_over
import openpyxl
import pandas as pd
import pytest
from full_folder import add_file

from fresh import fresh_folder
from kunskapsbaserat import catalogue, kommun
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.export import Star, dimensions, facts, gather, gathered, measures, powerbi, readme, star, star_schema
from kunskapsbaserat.report.documents.lagesbild.appendix import tables_beside
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.page.common_words import CHANGE, POSITION
from kunskapsbaserat.trends.verdicts import PERCENT_FROM

pytestmark = pytest.mark.xdist_group("export")


@pytest.mark.parametrize("name", handed_over.NAMES)
def test_the_figures_are_those_of_the_lagesbild(name: str):
    place = kommun.get(name)
    report = {key: table.frame for key, table in tables_beside(underlag.load(place.code)).items()}
    tables = {
        key: table[table["kommun_id"] == place.code] for key, table in handed_over.made().tables.items() if "kommun_id" in table
    }
    said = report["anmalda_brott"].assign(
        brott_id=[
            o if s == "alla" else f"{o}_{s}"
            for o, s in zip(report["anmalda_brott"]["offence"], report["anmalda_brott"]["sex"], strict=True)
        ],
        tid_id=report["anmalda_brott"]["year"].astype(str),
    )
    both = said.merge(tables["fakta_brott_ar"], on=["brott_id", "tid_id"], how="left", validate="one_to_one")
    assert len(both) == len(said) > 50
    assert both["count"].tolist() == both["antal"].tolist()
    assert both["rate"].tolist() == both["per_100000"].tolist()
    quarters = report["kvartal"]
    mine = tables["fakta_brott_kvartal"].set_index("tid_id")["antal"]
    assert quarters["count"].tolist() == [mine[p.replace("Q", "K")] for p in quarters["period"]]
    if "trygghetsfragor" in report:
        shares = report["trygghetsfragor"].assign(tid_id=report["trygghetsfragor"]["year"].astype(str))
        joined = shares.merge(tables["fakta_trygghet"], left_on=["measure", "tid_id"], right_on=["matt_id", "tid_id"])
        assert len(joined) == len(shares) == len(tables["fakta_trygghet"])
        for theirs, ours in (("share", "andel"), ("lower_x", "undre"), ("upper_x", "ovre")):
            theirs = theirs.removesuffix("_x")
            assert joined[theirs].tolist() == joined[ours].tolist()


@pytest.mark.parametrize("name", handed_over.NAMES)
def test_the_verdicts_are_those_of_the_lagesbild(name: str):
    u = underlag.load(name)
    rows = handed_over.made().tables["fakta_bedomning_brott"]
    rows = rows[rows["kommun_id"] == u.kommun.code].set_index("brott_id")
    assert list(rows.index) == [f.key for f in u.count_findings]
    for f in u.count_findings:
        row = rows.loc[f.key]
        assert row["forandring"] == CHANGE[f.judgement.change][1]
        assert row["forandring_mot_andra"] == CHANGE[f.judgement.relative_change][1]
        assert row["antal"] == f.count
        assert (row["nu_fran"], row["nu_till"]) == f.judgement.latest
        assert row["lage"] == POSITION[f.position] if f.position else pd.isna(row["lage"])
        small = min(f.judgement.mean_latest, f.judgement.mean_earlier) < PERCENT_FROM
        assert pd.isna(row["kvot"]) == (small or f.judgement.reason is not None or f.judgement.ratio != f.judgement.ratio)
        assert not pd.isna(row["kvot"]) or not pd.isna(row["orsak"])


def test_every_key_is_there_once_and_in_its_dimension():
    tables = handed_over.made().tables
    assert set(tables) == set(star_schema.KEYS)
    for name, key in star_schema.KEYS.items():
        assert not tables[name].duplicated(list(key)).any(), name
        assert tables[name][list(key)].notna().all(axis=None), name
    used = {(fact, key) for fact, _, key in handed_over.made().relations()}
    assert ("fakta_brott_ar", "kalla_id") in used
    assert not any(fact == "fakta_egna_tal" for fact, _ in used)


def test_a_key_twice_or_without_its_dimension_is_refused():
    tables = dict(handed_over.made().tables)
    years = tables["fakta_brott_ar"]
    for broken, message in (
        (pd.concat([years, years.iloc[:1]]), "varje nyckel en gång i fakta_brott_ar"),
        (years.assign(tid_id=years["tid_id"].mask(years.index == 3)), "en nyckel i varje rad i fakta_brott_ar"),
        (years.assign(kalla_id="okänd"), "nycklar ur dim_kalla i fakta_brott_ar"),
    ):
        with pytest.raises(TableError) as caught:
            star_schema._check("fakta_brott_ar", broken, tables)
        assert message in caught.value.svenska


def test_columns_and_their_kinds_do_not_depend_on_rows():
    """A model in Power BI is refreshed with another kommun's figures: no column may change its kind."""
    full = handed_over.made().tables
    bare = star(handed_over.smallest()).tables
    assert bare["fakta_trygghet"].empty
    for name, table in full.items():
        assert list(bare[name]) == list(table), name
        schemas = [
            pd.io.parquet.read_parquet(io.BytesIO(powerbi.parquet(t)), dtype_backend="pyarrow").dtypes
            for t in (table, bare[name])
        ]
        assert schemas[0].equals(schemas[1]), name


def _with_missing() -> Star:
    """Köping with a year that the publisher has no figure for, and one that the gate has hidden."""
    whole = handed_over.gathered()
    years = whole.years[whole.years["area"] == "1983"].reset_index(drop=True)
    gone, hidden = years.index == 2, years.index == 5
    years["count"] = years["count"].mask(gone | hidden)
    years["rate_published"] = years["rate_published"].mask(gone | hidden)
    years["exposure"] = years["exposure"].mask(years.index == 7)
    years["suppressed"] = pd.Series([".." if h else None for h in hidden], dtype=object)
    return star(replace(whole, years=years))


def test_missing_stays_missing_and_says_why():
    years = _with_missing().tables["fakta_brott_ar"]
    assert years["antal"].isna().sum() == 2
    assert years.loc[2, "orsak"] == facts.NOT_PUBLISHED
    assert years.loc[5, "orsak"] == facts.HIDDEN
    assert years.loc[7, "orsak"] == "folkmängden är inte känd"
    assert not pd.isna(years.loc[7, "antal"])
    assert years.loc[[0, 1, 3], "orsak"].isna().all()
    book = openpyxl.load_workbook(io.BytesIO(powerbi.workbook(_with_missing())))
    column = [cell.value for cell in book["fakta_brott_ar"]["F"]]
    assert column[0] == "antal"
    assert column[3] is None
    assert column[6] is None
    assert 0 not in column


def test_months_and_quarters_of_a_year_go_together_when_one_is_hidden():
    def rows(freq: str, counts: list[int | None], year: str = "2024") -> pd.DataFrame:
        first = pd.Period(f"{year}-01", freq=freq)
        return pd.DataFrame(
            {
                "area": "1983",
                "offence": "narkotika",
                "sex": "alla",
                "period": [first + n for n in range(len(counts))],
                "count": pd.array(counts, dtype="Int64"),
                "suppressed": pd.Series(["1–4" if n is None else None for n in counts], dtype=object),
            }
        )

    months = pd.concat([rows("M", [7, None, 9, 8, 8, 8, 9, 9, 9, 9, 9, 9]), rows("M", [9] * 12, "2023")], ignore_index=True)
    quarters, left = gathered._without_rest(rows("Q", [20, 24, 27, 27]), months)
    assert quarters["count"].isna().all()
    assert left["count"].notna().tolist() == [False] * 12 + [True] * 12
    assert left["suppressed"].tolist()[:3] == ["..", "1–4", ".."]


OWN = "År;Typ;Antal\n2024;Skolbränder;3\n2024;Containerbränder;9\n2024;Totalt;12\n2025;Skolbränder;8\n2025;Containerbränder;9\n"
OWN_MAPPING = {
    **{"källa": "Räddningstjänsten", "titel": "Bränder", "innehåll": "antal", "område": "fast: 1983"},
    **{"period": "År", "mått": "Typ", "värde": "Antal"},
}


def test_small_numbers_of_own_files_are_hidden_with_what_they_could_be_had_from(tmp_path: Path):
    folder = fresh_folder(tmp_path / "mapp", "Köping")
    add_file(folder, "bränder.csv", OWN, OWN_MAPPING)
    place = kommun.get("Köping")
    rows = star(gather([place], homes={place: folder})).tables["fakta_egna_tal"]
    old = rows[rows["tid_id"] == "2024"].set_index("matt")
    assert old["tal"].notna().sum() <= 1  # 3, and of 9 and 12 one at most: else 3 is what is left
    assert pd.isna(old.loc["Skolbränder", "tal"])
    assert (old["tal"].isna() == (old["orsak"] == facts.HIDDEN)).all()
    assert rows[rows["tid_id"] == "2025"]["tal"].tolist() == [8, 9]
    assert not rows["tal"].eq(0).any()


def test_pairs_that_overlap_are_all_there_both_ways():
    keys = set(handed_over.made().tables["dim_brott"]["brott_id"])
    pairs = handed_over.made().tables["bro_overlapp"]
    known = set(zip(pairs["brott_id_a"], pairs["brott_id_b"], strict=True))
    assert known == {(b, a) for a, b in known}
    assert not any(a == b for a, b in known)
    groups = {o.id for o in catalogue.offences("bra_grupper")} & keys
    indicators = {o.id for o in catalogue.offences("bra_indikatorer") if not o.labels("bra_grupper")} & keys
    assert set(itertools.product(groups, indicators)) <= known
    assert {("totalt", key) for key in keys - {"totalt"}} <= known
    for key in keys & {o.id for o in catalogue.offences()}:
        assert {(key, other) for other in catalogue.offence(key).overlaps_with if other in keys} <= known


def test_the_groups_without_the_total_may_be_added_up():
    pairs = dimensions.overlaps({"brott_mot_person", "stold_ran_kap8"})
    assert pairs.empty
    assert list(pairs) == ["brott_id_a", "brott_id_b", "skal"]


def test_a_rate_over_years_by_the_measures_rule_is_events_over_person_years():
    """What the DAX says, done by hand: the mean of the rates would be another number."""
    years = handed_over.made().tables["fakta_brott_ar"].query("brott_id == 'totalt'")
    years = years[years["antal"].notna() & years["personar"].notna()]
    rate = years["antal"].sum() / years["personar"].sum() * 100_000
    assert years["per_100000"].min() < rate < years["per_100000"].max()
    one = years[years["kommun_id"] == "1983"].set_index("tid_id").loc["2025"]
    assert one["antal"] / one["personar"] * 100_000 == pytest.approx(one["per_100000"], abs=0.5)  # Brå's is rounded


def test_measures_name_only_what_is_there():
    tables = handed_over.made().tables
    for m in measures.MEASURES:
        assert m.of in tables
        for table, column in re.findall(r"(\w+)\[(\w+)\]", m.dax):
            assert column in tables[table], (m.name, table, column)
        assert m.dax.count("(") == m.dax.count(")"), m.name
    filled = set(handed_over.made().filled)
    used = measures.for_tables(filled)
    assert "Anmälda brott, månad" not in [m.name for m in used]
    script = measures.dax_script(used)
    assert all(f"MEASURE {m.of}[{m.name}] =" in script for m in used)
    assert list(measures.listed(used)) == ["namn", "tabell", "dax", "format", "betyder"]


def test_the_workbook_has_a_real_table_a_sheet_and_opens_in_pandas():
    content = powerbi.workbook(handed_over.made())
    book = openpyxl.load_workbook(io.BytesIO(content))
    filled = handed_over.made().filled
    assert book.sheetnames == list(filled)
    for sheet in book:
        assert list(sheet.tables) == [sheet.title]
        assert sheet.tables[sheet.title].ref == sheet.dimensions
        assert list(sheet.tables[sheet.title].column_names) == [cell.value for cell in sheet[1]]
    read = pd.read_excel(
        io.BytesIO(content), sheet_name="fakta_brott_ar", engine="calamine", dtype={"kommun_id": str, "tid_id": str}
    )
    assert read["antal"].sum() == filled["fakta_brott_ar"]["antal"].sum()
    assert {"2081", "1983", "2506"} == set(read["kommun_id"])
    parquet = pd.read_parquet(io.BytesIO(powerbi.parquet(filled["fakta_brott_ar"])))
    assert parquet["antal"].tolist() == read["antal"].tolist()


def test_the_readme_names_every_table_and_relation():
    made = handed_over.made()
    text = readme.text(handed_over.gathered(), made, measures.for_tables(set(made.filled)), parquet=True)
    assert set(readme.MEANS) == set(star_schema.KEYS)
    assert all(f"`{name}`" in text for name in made.tables)
    assert all(f"`{fact}[{key}]` | `{dimension}[{key}]`" in text for fact, dimension, key in made.relations())
    assert "aldrig" in text
