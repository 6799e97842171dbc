"""The originals: figures read from them by eye, and the sums and rates that Brå's own figures must keep to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from kunskapsbaserat.data import bra

FOLDER = Path(__file__).parents[4] / "shared" / "data"
RAW = FOLDER / "bra" / "sol_raw"
pytestmark = pytest.mark.skipif(not RAW.exists(), reason="the originals are not beside this checkout")


@cache
def read(path: Path) -> bra.Export:
    return bra.read(path)


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    table = pd.read_csv(FOLDER / "befolkning" / "folkmangd_kommun_31dec_1998_2025.csv", dtype={"kommunkod": str})
    return pd.DataFrame({"area": table["kommunkod"], "kind": "residents", "year": table["ar"], "value": table["folkmangd"]})


# file: kind, values, missing, regions, labels, periods, preliminary values, notes (data/SOURCES.md, and counted by eye)
SIZES = {
    "sol_raw/sol_2024-feb2026_resaved.xlsx": ("sol", 420, 0, 1, 15, 28, 30, 1),
    "sol_raw/sol_290_kommuner_2021_per100k.xls": ("sol", 290, 0, 290, 1, 1, 0, 0),
    "sol_raw/sol_290_kommuner_2021_per100k_latin1_export.txt": ("sol", 290, 0, 290, 1, 1, 0, 0),
    "sol_raw/sol_bromma_2023-2026_manad_antal.xls": ("sol", 1178, 0, 1, 31, 38, 62, 3),
    "sol_raw/sol_bromma_hagersten_2021-2025_helar_antal_per100k.xls": ("sol", 620, 0, 2, 31, 5, 0, 4),
    "sol_raw/sol_bromma_hagersten_2026prel_manad_antal.xls": ("sol", 84, 0, 2, 14, 3, 84, 2),
    "sol_raw/sol_resultat_lan_2011-2016_missing.html": ("sol", 104, 70, 29, 1, 6, 29, 0),
    "sol_raw/sol_stadsdelar_2023-2025_kvartal_antal_per100k.xls": ("sol", 1488, 0, 2, 31, 12, 0, 4),
    "sol_raw/sol_stadsdelar_sthlm_2021-2025_ar_per100k.xls": ("sol", 1260, 0, 12, 21, 5, 0, 11),
    "sol_raw/sol_stockholm_kommun_2021-2025_ar_per100k.xls": ("sol", 50, 0, 1, 10, 5, 0, 0),
    **{
        f"sol_raw/databasfil/Databasfil{month}{year}.txt": ("lang_tabell", 5800, 0, 290, 10, 1, 5800 * (year == 2016), 0)
        for month in ("Jan", "Sep", "Dec")
        for year in (2014, 2016)
    },
    "anmalda_brott_kommun_manad_2013.csv": ("manad_2013", 291 * 10 * 26, 0, 291, 10, 13, 0, 0),
    "anmalda_brott_kommuner_2021.csv": ("oppen_csv", 580, 0, 290, 1, 1, 0, 0),
    "bra_kommunindikatorer_dalarna_2016_2025.csv": ("indikatorer", 4080, 0, 17, 15, 8, 0, 0),
    "sol_10_kommuner_kvartal_totalt_2014_2026.csv": ("lang_tabell", 480, 0, 10, 1, 48, 20, 0),
    "sol_290_liv_och_halsa_2021_per100k.csv": ("lang_tabell", 290, 0, 290, 1, 1, 0, 0),
    "sol_upplandsvasby_vallentuna_ar_1996_2025.csv": ("lang_tabell", 420, 0, 2, 6, 30, 0, 0),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", SIZES)
def test_size(name: str):
    export = read(FOLDER / "bra" / name)
    f = export.frame
    found = (
        export.kind,
        f["value"].notna().sum(),
        f["value"].isna().sum(),
        f["region"].nunique(),
        f["label"].nunique(),
        f["period"].nunique(),
        (f["status"] == "preliminary").sum(),
        len(export.notes),
    )
    assert found == SIZES[name]
    assert export.usable


# Tables that somebody made of several downloads, in a layout of their own: the embedded data are built from them.
MADE = {
    "bra_290_kommuner_ar_2010_2025.csv",
    "bra_290_kommuner_kvartal_totalt_2014_2026.csv",
    "bra_290_kommuner_manad_2013_2016_10_grupper.csv.gz",
    "oj_trygghet_2023_290_kommuner_snitt_2020_2022.csv",
}


def test_every_file_of_the_folder_is_among_them():
    assert {p.relative_to(FOLDER / "bra").as_posix() for p in (FOLDER / "bra").rglob("*.*")} == set(SIZES) | MADE


@pytest.mark.thorough
@pytest.mark.parametrize("name", [name for name in SIZES if "Databasfil" in name])
def test_the_monthly_originals_agree_with_the_table_made_of_them(name: str):
    """Every kommun and group of a genuine monthly file, Heby too, against what another reader made of the same file."""
    made = pd.read_csv(FOLDER / "bra" / "bra_290_kommuner_manad_2013_2016_10_grupper.csv.gz", dtype={"kommunkod": str})
    f = read(FOLDER / "bra" / name).frame
    (period,) = set(f["period"])
    made = made[(made["ar"] == period.year) & (made["manad"] == period.month)]
    totals = {"count": made["antal"].sum(), "rate": made["per_100k"].sum()}
    assert f.groupby("measure")["value"].sum().astype(int).to_dict() == totals
    for measure, column in (("count", "antal"), ("rate", "per_100k")):
        ours = f[f["measure"] == measure].groupby("area")["value"].apply(lambda v: sorted(v.astype(int)))
        assert ours.to_dict() == made.groupby("kommunkod")[column].apply(sorted).to_dict()


@pytest.mark.parametrize("name", [n for n in SIZES if n.startswith("sol_raw")])
def test_every_sol_label_is_in_the_catalogue(name: str):
    assert bra.describe(read(FOLDER / "bra" / name))["unknown_offences"] == []


# file, area, offence, period, measure, value
FIGURES = [
    ("sol_2024-feb2026_resaved.xlsx", "0180:hagersten-alvsjo", "liv_och_halsa", "2024", "count", 1029),
    ("sol_2024-feb2026_resaved.xlsx", "0180:hagersten-alvsjo", "misshandel", "2024-06", "count", 52),
    ("sol_290_kommuner_2021_per100k.xls", "1260", "liv_och_halsa", "2021", "rate", 1047),
    ("sol_290_kommuner_2021_per100k_latin1_export.txt", "1260", "liv_och_halsa", "2021", "rate", 1047),
    ("sol_290_kommuner_2021_per100k_latin1_export.txt", "0331", "liv_och_halsa", "2021", "rate", 564),
    ("sol_bromma_2023-2026_manad_antal.xls", "0180:bromma", "misshandel", "2026-02", "count", 25),
    ("sol_bromma_hagersten_2021-2025_helar_antal_per100k.xls", "0180:bromma", "frihet_och_frid", "2022", "rate", 931),
    ("sol_bromma_hagersten_2021-2025_helar_antal_per100k.xls", "0180:bromma", "frihet_och_frid", "2022", "count", 764),
    ("sol_bromma_hagersten_2026prel_manad_antal.xls", "0180:bromma", "totalt", "2026-03", "count", 809),
    ("sol_resultat_lan_2011-2016_missing.html", "00", "totalt", "2013", "count", 1401982),
    ("sol_resultat_lan_2011-2016_missing.html", "20", "totalt", "2014", "count", 29349),
    ("sol_stadsdelar_2023-2025_kvartal_antal_per100k.xls", "0180:bromma", "misshandel", "2025Q2", "rate", 170),
    ("sol_stadsdelar_sthlm_2021-2025_ar_per100k.xls", "0180", "totalt", "2023", "rate", 21402),
    ("sol_stockholm_kommun_2021-2025_ar_per100k.xls", "0180", "bostadsinbrott", "2025", "rate", 360),
]


@pytest.mark.parametrize(("name", "area", "offence", "period", "measure", "value"), FIGURES)
def test_figures(name: str, area: str, offence: str, period: str, measure: str, value: int):
    f = read(RAW / name).frame
    rows = f[(f["area"] == area) & (f["offence"] == offence) & (f["measure"] == measure) & (f["period"].map(str) == period)]
    assert rows["value"].tolist() == [value]


def test_the_text_file_the_workbook_and_the_tidy_table_agree():
    names = (
        RAW / "sol_290_kommuner_2021_per100k.xls",
        RAW / "sol_290_kommuner_2021_per100k_latin1_export.txt",
        FOLDER / "bra" / "sol_290_liv_och_halsa_2021_per100k.csv",
    )
    series = [read(p).frame.set_index("area")["value"].sort_index() for p in names]
    assert series[0].equals(series[1])
    assert series[0].equals(series[2])


def test_missing_stays_missing_with_its_reason():
    f = read(RAW / "sol_resultat_lan_2011-2016_missing.html").frame
    assert set(f.loc[f["value"].isna(), "reason"]) == {"not_available"}
    dalarna = f[f["area"] == "20"].sort_values("period")["value"]
    assert dalarna.isna().tolist() == [False] * 4 + [True] * 2


def test_overlapping_originals_agree_and_years_are_the_sums_of_their_parts():
    """Five originals of Bromma and Hägersten-Älvsjö, made at different times, give one table of each frequency."""
    exports = [read(p) for p in sorted(RAW.glob("*.xls*")) if "290" not in p.name]
    years, quarters, months = (bra.counts(exports, frequency=f) for f in "YQM")
    key = ["area", "offence"]
    for parts, n in ((quarters, 4), (months, 12)):
        summed = parts.assign(year=parts["period"].dt.year).groupby([*key, "year"])["count"].agg(["sum", "size"]).reset_index()
        joined = years.assign(year=years["period"].dt.year).merge(summed[summed["size"] == n], on=[*key, "year"])
        joined = joined[joined["count"].notna()]
        assert len(joined) > 60
        assert (joined["count"] == joined["sum"]).all()


def test_the_revision_of_a_preliminary_month_is_kept_apart():
    exports = [read(RAW / "sol_bromma_hagersten_2026prel_manad_antal.xls"), read(RAW / "sol_bromma_2023-2026_manad_antal.xls")]
    merged = bra.merge(exports, frequency="M")
    assert merged.revisions.empty
    assault = merged.table.query("area == '0180:bromma' and offence == 'misshandel'").set_index("period")["count"]
    assert assault[pd.Period("2026-01")] == 45, "the extract to March has 45, the one to February 46"
    assert [f.code for f in merged.findings] == ["preliminary_revised"]
    final = exports[0].frame.assign(status="final")
    final.loc[final.index[0], "value"] += 5
    later = bra.Export(Path("senare.xls"), "sol", "1", final)
    merged = bra.merge([*exports, later], frequency="M")
    changed = merged.revisions[merged.revisions["preliminary"] != merged.revisions["final"]]
    assert (changed["final"] - changed["preliminary"]).tolist() == [5]
    assert len(merged.revisions) == len(final)
    assert (merged.table[merged.table["period"].dt.year == 2026]["status"] == "final").sum() == len(final)
    assert any(f.code == "revised" for f in merged.findings)


def test_swapped_rows_are_found_and_named(population: pd.DataFrame):
    found = [
        f
        for f in bra.check(read(FOLDER / "bra" / "anmalda_brott_kommuner_2021.csv"), population=population)
        if f.level == "error"
    ]
    assert [(f.code, f.row) for f in found] == [("implied_population", 140), ("implied_population", 141)]
    assert "Talen passar Marks kommun" in found[0].svenska


@pytest.mark.thorough
@pytest.mark.parametrize("name", [n for n in SIZES if n != "anmalda_brott_kommuner_2021.csv"])
def test_no_check_alarms_on_a_sound_original(name: str, population: pd.DataFrame):
    assert [str(f) for f in bra.check(read(FOLDER / "bra" / name), population=population) if f.level == "error"] == []


@pytest.mark.thorough
def test_the_rates_tell_the_status(population: pd.DataFrame):
    folder = FOLDER / "bra"
    assert bra.checks.status_by_population(read(folder / "anmalda_brott_kommun_manad_2013.csv"), population) == "preliminary"
    indicators = read(folder / "bra_kommunindikatorer_dalarna_2016_2025.csv")
    settled = bra.checks.settle_status(indicators, population)
    assert set(settled.frame["status"]) == {"final"}
    assert "status_unknown" not in {f.code for f in settled.findings}


@pytest.mark.thorough
def test_the_long_indicators_are_the_embedded_table():
    from kunskapsbaserat.data import embedded

    export = read(FOLDER / "bra" / "bra_kommunindikatorer_dalarna_2016_2025.csv")
    key = ["area", "offence", "sex", "period"]
    ours = bra.counts([export]).set_index(key)["count"].sort_index()
    known = embedded.counts_year().query("source == 'bra_indikatorer'").set_index(key)["count"].sort_index()
    pd.testing.assert_series_equal(ours, known)
    survey_key = ["area", "measure", "start_year"]
    values = ["share", "lower", "upper", "n"]
    pd.testing.assert_frame_equal(
        export.survey.set_index(survey_key)[values].sort_index(), embedded.survey().set_index(survey_key)[values].sort_index()
    )


def test_heby_twice_is_said_and_counted_once():
    for name in ("sol_raw/sol_290_kommuner_2021_per100k.xls", "anmalda_brott_kommun_manad_2013.csv"):
        export = read(FOLDER / "bra" / name)
        assert [f.code for f in export.findings if "Heby" in f.svenska] == ["region_twice"]
        assert (export.frame["area"] == "0331").sum() == (export.frame["area"] == "0330").sum()


def test_gaps_are_named():
    merged = bra.merge([read(FOLDER / "bra" / "sol_10_kommuner_kvartal_totalt_2014_2026.csv")])
    assert len([f for f in merged.findings if f.code == "gap" and "2014Q3, 2014Q4" in f.svenska]) == 10


def test_notes_keep_their_subject():
    notes = read(RAW / "sol_bromma_2023-2026_manad_antal.xls").notes
    assert [n.subject for n in notes] == [
        "Brott mot skattebrottslagen m.m.",
        "Lag om straff för smuggling",
        "Stadsdelsområde Bromma (Sthlm)",
    ]
    assert "september 2023" in notes[1].text
