"""SCB's and Kolada's downloads: the figures of SOURCES.md, the layouts that PxWeb saves, and what must be refused."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat import kommun, tables
from kunskapsbaserat.data import crosstab, embedded, kolada, scb
from kunskapsbaserat.errors import FileError, KunskapError, PersonalDataError, TableError

SOURCE = Path(os.environ.get("SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
with_sources = pytest.mark.skipif(not SOURCE.is_dir(), reason="the publishers' files are not at hand (SOURCE_DIR)")

# SCB, folkmängd 31 december, hela riket (statistikdatabasen)
RIKET = {2012: 9555893, 2017: 10120242, 2019: 10327589, 2021: 10452326, 2025: 10605520}
BORLANGE = {2022: 52394, 2023: 52224, 2024: 51863, 2025: 51590}


def csv(tmp_path: Path, text: str, name: str = "folkmangd.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def xlsx(tmp_path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "000001.xlsx")
    return tmp_path / "000001.xlsx"


@functools.cache
def published() -> dict[tuple[str, int], int]:
    """The package's own figures."""
    return {(row.area, int(row.year)): int(row.value) for row in embedded.exposure().itertuples()}


def values(found: pd.DataFrame) -> dict[tuple[str, int], float]:
    return {(row.area, row.year): row.value for row in found.itertuples()}


# SOURCES.md -----------------------------------------------------------------------------------------------------------


@with_sources
@pytest.mark.parametrize(
    ("read", "name", "years"),
    [
        (scb.population, "befolkning/folkmangd_kommun_31dec_1998_2025.csv", [2012, 2017, 2019, 2021, 2025]),
        (scb.population, "kolada/kolada_N07540_N01951_2025_290.csv", [2025]),
        (kolada.population, "befolkning/kolada_export_invanare_1998_2019.xlsx", [2012, 2017, 2019]),
    ],
)
def test_sums_are_scbs(read, name: str, years: list[int]):
    found = read(SOURCE / name)
    totals = found.table.groupby("year")["value"].sum()
    assert {year: totals[year] for year in years} == {year: RIKET[year] for year in years}
    pd.testing.assert_frame_equal(found.table, tables.exposure(found.table))


@pytest.mark.thorough
@with_sources
def test_the_two_files_agree_and_missing_years_stay_missing():
    long = scb.population(SOURCE / "befolkning/folkmangd_kommun_31dec_1998_2025.csv").table
    wide = kolada.population(SOURCE / "befolkning/kolada_export_invanare_1998_2019.xlsx").table
    both = wide.merge(long, on=tables.EXPOSURE_KEY, suffixes=("", "_long"))
    assert len(both) == len(wide) == 6376
    assert (both["value"] == both["value_long"]).all()
    assert 2020 not in set(long["year"])


@pytest.mark.thorough
@with_sources
def test_kolada_workbook_names_what_it_left_out():
    found = kolada.population(SOURCE / "befolkning/kolada_export_invanare_1998_2019.xlsx")
    assert {note.code for note in found.notes} == {"other_content", "aggregate", "repeated"}
    assert kolada.recognises(found.file)
    knivsta = found.remarks.query("area == '0330'")  # Knivsta was part of Uppsala until 2003
    assert knivsta["year"].tolist() == [1998, 1999, 2000, 2001]
    assert set(knivsta["reason"]) == {"empty"}


@pytest.mark.thorough
@with_sources
def test_kolada_indicators():
    found = kolada.indicators(SOURCE / "befolkning/kolada_export_invanare_1998_2019.xlsx")
    assert found.table["indicator"].nunique() == 15
    row = found.table.query("area == '0114' and year == 1998 and indicator.str.startswith('Förändring')")
    assert row["value"].item() == pytest.approx(1.146486)
    flat = kolada.indicators(SOURCE / "kolada/rkolada_sample_n00945.csv").table
    assert len(flat) == 63
    assert flat.query("area == '0180' and year == 2020")["value"].item() == 40.8


@with_sources
def test_json_stat2_as_the_api_gives_it():
    path = SOURCE / "api_payloads/scb_v2/TAB6471_data.json"
    _, found = scb.read_jsonstat(path)
    assert len(found) == 21 * 11 * 3 * 1 * 4
    assert (found[0].area, found[0].year, found[0].month, found[0].cell) == ("01", 2026, 1, 245284)
    assert found[0].stub == {"ålder": "0-9 år", "kön": "totalt, samtliga män och kvinnor"}
    with pytest.raises(TableError, match="31 December"):
        scb.population(path)  # months of 2026, and no total over age


# PxWeb's layouts ------------------------------------------------------------------------------------------------------


def test_csv_with_years_in_headings(tmp_path: Path):
    head = '"region","Folkmängd 2022","Folkmängd 2023","Folkmängd 2025"\n'
    text = head + '"2081 Borlänge",52394,52224,51590\n"20 Dalarnas län",..,287502,287000\n'
    for encoding in ("utf-8", "utf-8-sig", "latin-1"):
        found = scb.population(csv(tmp_path, text, encoding=encoding))
        assert values(found.table) == {
            ("2081", 2022): 52394,
            ("2081", 2023): 52224,
            ("2081", 2025): 51590,
            ("20", 2023): 287502,
            ("20", 2025): 287000,
        }
        assert found.remarks.groupby("reason")["year"].agg(list).to_dict() == {"noise": [2025, 2025], "not_available": [2022]}


def test_csv_with_a_title_semicolons_and_both_contents(tmp_path: Path):
    text = (
        "Folkmängd och folkökning efter region, tabellinnehåll och år\n\n"
        '"region";"Folkmängd 2023";"Folkökning 2023"\n"2081 Borlänge";52 224;-170\n'
    )
    found = scb.population(csv(tmp_path, text))
    assert values(found.table) == {("2081", 2023): 52224}
    assert [note.code for note in found.notes] == ["other_content"]


def test_relational_csv(tmp_path: Path):
    parts = "2081 Borlänge;män;2023;26400\n2081 Borlänge;kvinnor;2023;25824\n"
    text = f"region;kön;år;Folkmängd\n{parts}2081 Borlänge;totalt;2023;52224\n"
    found = scb.population(csv(tmp_path, text))
    assert values(found.table) == {("2081", 2023): 52224}
    assert [note.code for note in found.notes] == ["parts"]


TITLE = "Folkmängd efter region, kön och år"
FOOT: list[list[object]] = [
    [],
    ["Från och med referensåret 2025 är en liten kontrollerad slumpmässig osäkerhet införd."],
    ["Senaste uppdatering:"],
    ["20260222 08:00"],
    ["Källa:"],
    ["SCB"],
    ["Kontaktperson:"],
    ["Statistikservice, SCB", "+46 010-479 50 00"],
]


def test_workbook_with_title_merged_stub_and_notes(tmp_path: Path):
    rows: list[list[object]] = [
        [TITLE],
        [],
        [None, None, None, "Folkmängd", None],
        [None, None, None, "2024", "2025"],
        ["2081", "Borlänge", "män", 26300, 26101],
        [None, None, "totalt", 51863, 51590],
        ["2080", "Falun", "totalt", 60100, 60050],
        *FOOT,
    ]
    found = scb.population(xlsx(tmp_path, rows))
    assert values(found.table) == {("2081", 2024): 51863, ("2081", 2025): 51590, ("2080", 2024): 60100, ("2080", 2025): 60050}
    assert found.remarks["reason"].tolist() == ["noise", "noise"]
    assert found.remarks["row"].tolist() == [6, 7]
    assert found.table["value"].tolist() == [60100, 60050, 51863, 51590]


def jsonstat(**changed: object) -> dict[str, object]:
    base = {
        "version": "2.0",
        "class": "dataset",
        "label": "Folkmängd efter region och år",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [2, 1, 2],
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "dimension": {
            "Region": {
                "label": "region",
                "category": {"index": {"2081": 0, "00": 1}, "label": {"2081": "Borlänge", "00": "Riket"}},
            },
            "ContentsCode": {"label": "tabellinnehåll", "category": {"index": {"X": 0}, "label": {"X": "Folkmängd"}}},
            "Tid": {"label": "år", "category": {"index": {"2024": 0, "2025": 1}, "label": {"2024": "2024", "2025": "2025"}}},
        },
        "value": [51863, 51590, None, 10605520],
        "status": {"2": ".."},
    }
    return base | changed


def test_json_stat2(tmp_path: Path):
    found = scb.population(csv(tmp_path, json.dumps(jsonstat()), "folkmangd.json"))
    assert values(found.table) == {("2081", 2024): 51863, ("2081", 2025): 51590, ("00", 2025): 10605520}
    assert set(found.remarks["reason"]) == {"noise", "not_available"}


def test_json_stat2_that_does_not_say_which_dimension_is_the_content(tmp_path: Path):
    found = scb.population(csv(tmp_path, json.dumps(jsonstat(role={})), "folkmangd.json"))
    assert values(found.table) == {("2081", 2024): 51863, ("2081", 2025): 51590, ("00", 2025): 10605520}


def test_a_forecast_is_no_population(tmp_path: Path):
    coming = dt.date.today().year
    text = f"region;Folkmängd 2024;Folkmängd {coming};Folkmängd {coming + 10}\n2081 Borlänge;51863;51590;50000\n"
    found = scb.population(csv(tmp_path, text, "prognos.csv"))
    assert values(found.table) == {("2081", 2024): 51863}
    assert [note.svenska for note in found.notes if note.code == "future"] == [
        "prognos.csv: 2 tal för år som inte är slut lästes inte: de är prognoser."
    ]


def test_json_that_is_cut_or_something_else(tmp_path: Path):
    for text, reason in (
        (json.dumps(jsonstat())[:-40], "corrupt"),
        (json.dumps(jsonstat(value=[1, 2, 3])), "corrupt"),
        ('{"events": []}', "not_a_table"),
    ):
        with pytest.raises(FileError) as caught:
            scb.population(csv(tmp_path, text, "f.json"))
        assert caught.value.reason == reason


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        # Rows that changed places: a known fault of an open file of 2021
        ("kommunkod;kommun;år;folkmängd\n1463;Markaryd;2021;35000\n", "en kod och ett namn på samma område"),
        ("kommun;år;folkmängd\nMark;2021;10343\nMarkaryd;2021;35201\n", "hela folkmängden i 1463, nära 35201"),
        ("region,kön,Folkmängd 2023\n2081 Borlänge,män,26400\n2081 Borlänge,kvinnor,25824\n", "en total över kön och ålder"),
        ("region,ålder,Folkmängd 2023\n2081 Borlänge,20-29 år,6000\n", "en total över kön och ålder"),
        ("region,Folkmängd 2023\n2081 Borlänge,52.2\n", "hela folkmängden i 2081"),
        ("region,Folkmängd 2023\n2081 Borlänge,52224\n2081 Borlänge,52225\n", "ett tal per område och år"),
        ("region,Folkmängd 2023M11\n2081 Borlänge,52224\n", "tal för 31 december"),
        ("region,Folkökning 2023\n2081 Borlänge,-170\n", "en kolumn med folkmängd"),
        ("region,2023\n2081 Borlänge,500\n", "en kolumn med folkmängd"),
        ("region,2023\n2081 Borlänge,500\n", "skriv Folkmängd i kolumnens rubrik"),
        (f"region,Folkmängd {dt.date.today().year + 1}\n2081 Borlänge,52224\n", "ett år som är slut"),
        ("region,Folkmängd 2023\n2081.0,femtio\n", "väntade ett tal"),
        ("region,Folkmängd 2023\n2081 Borlänge,femtio\n", "rad 2, kolumn ”Folkmängd 2023”: väntade ett tal"),
        ("region,Folkmängd 2023\n2081 Borlänge,52224\nAtlantis,100\n", "rad 3, kolumn ”Folkmängd 2023”: väntade en kommun"),
        ("region,Folkmängd\n2081 Borlänge,52224\n", "ett årtal i rubrikerna"),
        ("a,b\nc,d\n", "rader som börjar med en kommun"),
        ("region,Folkmängd 2023\nRegion Stockholm,2400000\n", "väntade en kommun, ett län eller riket"),
    ],
)
def test_refused_in_swedish(tmp_path: Path, text: str, says: str):
    with pytest.raises(TableError) as caught:
        scb.population(csv(tmp_path, text, "tabell.csv"))
    assert says in caught.value.svenska
    assert "tabell.csv" in caught.value.svenska


def test_a_lone_year_heading_leans_on_the_title(tmp_path: Path):
    assert len(scb.population(csv(tmp_path, "Folkmängd efter region och år\n\nregion,2023\n2081 Borlänge,52224\n")).table) == 1
    with pytest.raises(TableError):
        scb.population(csv(tmp_path, "Födda efter region och år\n\nregion,2023\n2081 Borlänge,52224\n", "t.csv"))


def test_population_files_are_screened_too(tmp_path: Path):
    path = csv(tmp_path, "kommun;år;folkmängd;not\nOrsa;2024;6900;\nAnna Andersson;2024;1;\n")
    for reader in (scb.population, kolada.population, kolada.indicators):
        with pytest.raises(PersonalDataError) as caught:
            reader(path)
        assert "Anna" not in f"{caught.value} {caught.value.svenska}"


# Kolada ---------------------------------------------------------------------------------------------------------------

HEAD = "gender,count,status,value,kpi,year,municipality_id,municipality,municipality_type\n"


def test_kolada_rows_of_version_3(tmp_path: Path):
    text = HEAD + (
        "T,1,,52224,N01951,2023,2081,Borlänge,K\nK,1,,25824,N01951,2023,2081,Borlänge,K\n"
        "T,1,Missing,,N01951,2024,2081,Borlänge,K\nT,1,,287502,N01951,2023,0020,Region Dalarna,L\n"
        "T,1,,10551707,N01951,2023,0000,Riket,L\nT,1,,11375.86,N07540,2023,2081,Borlänge,K\n"
    )
    found = kolada.population(csv(tmp_path, text))
    assert values(found.table) == {("2081", 2023): 52224, ("20", 2023): 287502, ("00", 2023): 10551707}
    assert found.remarks["reason"].tolist() == ["dropout"]
    every = kolada.indicators(csv(tmp_path, text)).table
    assert every.query("indicator == 'N07540'")["value"].item() == 11375.86
    assert every.query("sex == 'kvinna'")["value"].item() == 25824


def test_kolada_marks_and_contradictions(tmp_path: Path):
    sheet = "Kolada nyckeltal;;\n;;2023;2024\nOro, andel (%);Borlänge;12,5;-\nOro, andel (%);Alla kommuner;11;10\n"
    found = kolada.indicators(csv(tmp_path, sheet))
    assert found.table["value"].tolist() == [12.5, pd.NA]
    assert found.remarks["reason"].tolist() == ["dropout"]
    with pytest.raises(TableError, match="one figure") as caught:
        kolada.indicators(csv(tmp_path, sheet + "Oro, andel (%);Borlänge;12,6;-\n"))
    assert "Oro, andel (%) alla 2023" in caught.value.svenska
    with pytest.raises(TableError, match="T, K or M"):
        kolada.indicators(csv(tmp_path, HEAD + "X,1,,1,N1,2023,2081,Borlänge,K\n"))


# Properties -----------------------------------------------------------------------------------------------------------

CODES = sorted(k.code for k in kommun.all_kommuner())


@settings(max_examples=20, deadline=None)
@given(
    codes=st.lists(st.sampled_from(CODES), min_size=1, max_size=6, unique=True),
    years=st.lists(st.sampled_from([2015, 2016, 2017, 2018, 2019, 2021, 2025]), min_size=1, max_size=4, unique=True),
    shape=st.sampled_from(["wide", "long", "named", "coded"]),
    delimiter=st.sampled_from([";", ",", "\t"]),
    grouped=st.booleans(),
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, codes, years, shape: str, delimiter: str, grouped: bool
):
    known = published()
    figure = {(c, y): known[c, y] for c in codes for y in years}
    text = {key: f"{value:,}".replace(",", " ") if grouped else str(value) for key, value in figure.items()}
    name = {c: {"named": kommun.get(c).name, "coded": c}.get(shape, f"{c} {kommun.get(c).name}") for c in codes}
    if shape == "long":
        lines = [["region", "år", "Folkmängd"], *([name[c], str(y), text[c, y]] for c in codes for y in years)]
    else:
        lines = [["region", *(f"Folkmängd {y}" for y in years)], *([name[c], *(text[c, y] for y in years)] for c in codes)]
    path = tmp_path_factory.mktemp("p") / "fil.csv"
    path.write_text("\n".join(delimiter.join(line) for line in lines) + "\n", encoding="utf-8")
    found = scb.population(path)
    assert values(found.table) == figure
    assert set(found.remarks["year"]) == {y for y in years if y >= scb.NOISE_FROM}


def mutated(text: str, how: str, rng: random.Random) -> bytes:
    """A download with one fault that happens: cut, moved rows, another heading, names moved, or read in the wrong encoding."""
    head, *rows = text.splitlines()
    if how == "cut":
        return text.encode()[: rng.randrange(len(text.encode()))]
    if how == "shuffled":
        rng.shuffle(rows)
    elif how == "no heading":
        head, rows = rows[0], rows[1:]
    elif how == "other heading":
        head = head.replace("Folkmängd", rng.choice(["Födda", "Folkökning", "Medelålder", "Andel"]))
    elif how == "names moved":
        names = [row.split(";")[0] for row in rows]
        rows = [";".join([name, *row.split(";")[1:]]) for name, row in zip(names[1:] + names[:1], rows, strict=True)]
    elif how == "doubled column":
        head, rows = f"{head};{head.split(';')[-1]}", [f"{row};{rng.randint(1000, 9999)}" for row in rows]
    body = "\n".join([head, *rows]) + "\n"
    if how == "encoding":
        return rng.choice([body.encode().decode("cp1252").encode(), body.encode("cp850"), body.encode("utf-16-le")])
    return body.encode()


FAULTS = ["cut", "shuffled", "no heading", "other heading", "names moved", "doubled column", "encoding"]


@settings(max_examples=60, deadline=None)
@given(how=st.sampled_from(FAULTS), seed=st.integers(0, 10**6))
def test_a_damaged_file_never_gives_a_wrong_figure(tmp_path_factory: pytest.TempPathFactory, how: str, seed: int):
    rng = random.Random(seed)
    known = published()
    places = [k for k in rng.sample(kommun.all_kommuner(), 8) if k.code != "0330"]
    years = [2017, 2018, 2021]
    rows = [";".join([k.name, *(str(known[k.code, y]) for y in years)]) for k in places]
    text = "\n".join([";".join(["region", *(f"Folkmängd {y}" for y in years)]), *rows]) + "\n"
    path = tmp_path_factory.mktemp("m") / "fil.csv"
    path.write_bytes(mutated(text, how, rng))
    try:
        found = values(scb.population(path).table)
    except KunskapError:
        assert how != "shuffled"
        return
    if how == "names moved":  # two kommuner of the same size cannot be told apart by size
        assert all(0.75 < value / known[key] < 1.33 for key, value in found.items())
    else:
        assert found.items() <= {(k.code, y): known[k.code, y] for k in places for y in years}.items()
        assert how in ("cut", "shuffled", "encoding")


# The quarterly workbook: the year stands only in the title -------------------------------------------------------------


@pytest.mark.parametrize("year", [2019, 2021, 2024])
def test_the_year_of_the_title_is_the_year_of_the_figures(tmp_path: Path, year: int):
    known = embedded.exposure().query(f"kind == 'residents' and area == '0114' and year == {year}")["value"]
    people = int(known.iloc[0]) if len(known) else 47_820
    book = openpyxl.Workbook()
    for row in (
        [f"Folkmängd i riket, län och kommuner 31 december {year} och förändringar 1 oktober–31 december {year}. Totalt"],
        [],
        ["", "Län", "Folkmängd", "Folk-", "Födda"],
        ["Kod", "Kommun", "", "ökning", ""],
        ["0114", "Upplands Väsby", people, 110, 1],
    ):
        book.active.append(row)
    book.save(tmp_path / "kvartal.xlsx")
    found = scb.population(tmp_path / "kvartal.xlsx")
    assert found.table[["area", "year", "value"]].to_numpy().tolist() == [["0114", year, people]]
    assert [note.code for note in found.notes] == ["other_content"]


# Areas --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Alla kommuner", "1980 Västerås", "0114", "20 Dalarnas län", "Hela landet", "2081A0010"])
def test_areas(name: str):
    assert crosstab.is_area(name)


@pytest.mark.parametrize("name", ["2021", 1980, None, "", "Källa: SCB", "Region Skåne", 3.5])
def test_no_areas(name: object):
    assert not crosstab.is_area(name)
