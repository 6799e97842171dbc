"""Local files through their mappings: what comes out, where the figures come from, and what is refused where."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskapsbaserat import kommun, tables
from kunskapsbaserat.data import embedded, local, mapping
from kunskapsbaserat.data.imported import REASONS, Imported
from kunskapsbaserat.errors import FileError, KunskapError, PersonalDataError, TableError

SOURCE = Path(os.environ.get("SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
with_sources = pytest.mark.skipif(not SOURCE.is_dir(), reason="the publishers' files are not at hand (SOURCE_DIR)")

COMING = dt.date.today().year + 1
BASE = {"källa": "Kommunen", "titel": "Prov", "område": "Kommun", "period": "År", "mått": "fast: prov", "värde": "Antal"}


@pytest.fixture
def read(tmp_path: Path):
    """Read a table (CSV text, or rows for a workbook) through a mapping given as fields."""

    def read_(content: str | list[list[object]], said: dict[str, str], name: str = "fil.csv") -> Imported:
        folder = tmp_path / "Våra siffror"
        folder.mkdir(exist_ok=True)
        path = folder / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            out = io.BytesIO()
            book.save(out)
            path.write_bytes(out.getvalue())
        lines = ["fält;värde", *(f'{name};"{value}"' for name, value in said.items())]
        mapping.path_for(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return local.read(path)

    return read_


def told(caught: pytest.ExceptionInfo[KunskapError]) -> str:
    return caught.value.svenska


# Counts ---------------------------------------------------------------------------------------------------------------


def test_counts(read):
    text = "Kommun;År;Antal\n2081 Borlänge;2024;1 234\nFalun;2024;..\n114;2024 prel.;0\nKälla: Transportstyrelsen;;\n"
    found = read(text, BASE | {"innehåll": "antal", "mått": "fast: strada_olyckor"})
    assert found.contract == "counts"
    pd.testing.assert_frame_equal(found.table, tables.counts(found.table))
    assert found.table["area"].tolist() == ["2081", "2080", "0114"]
    assert found.table["count"].tolist() == [1234, pd.NA, 0]
    assert set(found.table["offence"]) == {"strada_olyckor"}
    assert set(found.table["source"]) == {"lokal:fil.csv"}
    assert found.remarks[["area", "column", "reason", "row"]].to_dict("records") == [
        {"area": "2080", "column": "count", "reason": "not_available", "row": 3}
    ]
    assert [note.svenska for note in found.notes] == ["fil.csv: 1 rader med text men inget tal lästes inte."]


def test_snapshot_tells_file_and_publisher(read):
    found = read("Kommun;År;Antal\nOrsa;2024;3\n", BASE | {"innehåll": "antal", "källa": "MSB", "status": "preliminär"})
    about = found.snapshot()
    assert (about.publisher, about.name, about.status, about.sha256) == ("MSB", "fil.csv", "preliminary", found.file.sha256)
    assert set(found.table["status"]) == {"preliminary"}


def test_months_in_headings_and_a_fixed_kommun(read):
    rows = [
        ["Bränder i Orsa"],
        [],
        ["Typ", "jan 2025", "feb 2025", "Summa"],
        ["Bil", 1, 2, 3],
        ["Skola (anlagd)", None, 4, 4],
        ["Totalt", 1, 6, 7],
    ]
    said = {"område": "fast: Orsa", "period": "i rubrikerna", "tidssteg": "månad", "mått": "Typ", "värde": "", "rubrikrad": "3"}
    found = read(
        rows, BASE | said | {"innehåll": "antal", "hoppa över": "totalt; summa", "mått: Bil": "fordonsbrand"}, "bränder.xlsx"
    )
    counts = found.table.set_index(["offence", "period"])["count"]
    assert counts.astype(object).where(counts.notna(), None).to_dict() == {
        ("fordonsbrand", pd.Period("2025-01", "M")): 1,
        ("fordonsbrand", pd.Period("2025-02", "M")): 2,
        ("skola_anlagd", pd.Period("2025-01", "M")): None,
        ("skola_anlagd", pd.Period("2025-02", "M")): 4,
    }
    assert found.remarks[["row", "reason"]].to_numpy().tolist() == [[5, "empty"]]


def test_rows_are_counted_and_gaps_become_zero_only_when_said(read):
    text = "Kommun;Datum;Orsak\nOrsa;2025-01-03;anlagd\nOrsa;2025-01-20;Anlagd\nOrsa;2025-02-01;okänd\nOrsa;2025-03-01;anlagd\n"
    said = BASE | {
        "innehåll": "antal",
        "period": "Datum",
        "tidssteg": "månad",
        "värde": "antal rader",
        "urval: Orsak": "Anlagd",
    }
    assert read(text, said).table["count"].tolist() == [2, 1]
    found = read(text, said | {"rader som saknas": "noll"})
    assert found.table["count"].tolist() == [2, 0, 1]
    assert [note.svenska for note in found.notes] == ["fil.csv: 1 rader med annat urval lästes inte."]
    assert read(text, said | {"tidssteg": "kvartal"}).table["count"].tolist() == [3]
    assert read(text, said | {"tidssteg": "år"}).table["count"].tolist() == [3]


@pytest.mark.thorough
@with_sources
def test_fires_of_msb(read):
    """SOURCES.md: 10 737 vehicle fires 2018-2019, 2 964 of them "Avsiktlig händelse"."""
    text = (SOURCE / "msb/msb_fordonsbrander_2018_2019.csv").read_text(encoding="utf-8")
    said = BASE | {"innehåll": "antal", "område": "kommunkod", "period": "datum", "tidssteg": "månad", "värde": "antal rader"}
    assert read(text, said, "a.csv").table["count"].sum() == 10737
    found = read(text, said | {"urval: orsakAvsiktText": "Avsiktlig händelse"}, "b.csv")
    assert found.table["count"].sum() == 2964
    frame = pd.read_csv(SOURCE / "msb/msb_fordonsbrander_2018_2019.csv", dtype={"kommunkod": str})
    malmo = frame[(frame["kommunkod"] == "1280") & (frame["orsakAvsiktText"] == "Avsiktlig händelse")]
    expected = malmo.groupby(malmo["datum"].str[:7]).size()
    ours = found.table[found.table["area"] == "1280"].set_index("period")["count"]
    assert {str(period): n for period, n in ours.items()} == expected.to_dict()


@with_sources
def test_population_of_the_year_before(read):
    """A research file's `pop` is 31 December of the year before; all 1 739 figures are SCB's then, and none otherwise."""
    text = (SOURCE / "befolkning/kommun_kovariater_2002_2022.csv").read_text(encoding="utf-8")
    said = BASE | {
        "innehåll": "befolkning",
        "område": "municip_code",
        "period": "year",
        "värde": "pop",
        "gäller året före": "ja",
    }
    found = read(text, said)
    both = found.table.merge(embedded.exposure(), on=tables.EXPOSURE_KEY, suffixes=("", "_scb"))
    assert len(both) == len(found.table) == 1739
    assert (both["value"] == both["value_scb"]).all()


@pytest.mark.parametrize(("content", "kind"), mapping.EXPOSURES.items())
def test_other_exposure(read, content: str, kind: str):
    found = read("Kommun;År;Antal\nOrsa;2024;6 900\nOrsa;2025;6 910\nMora;2025;..\n", BASE | {"innehåll": content, "mått": ""})
    pd.testing.assert_frame_equal(found.table, tables.exposure(found.table))
    assert found.table[["kind", "year", "value"]].to_numpy().tolist() == [[kind, 2024, 6900], [kind, 2025, 6910]]
    noisy = [["2034", "noise"]] if kind == "residents" else []
    assert found.remarks[["area", "reason"]].to_numpy().tolist() == [*noisy, ["2062", "not_available"]]


# Shares ---------------------------------------------------------------------------------------------------------------

SHARE = BASE | {"innehåll": "andel", "värde": "Andel", "enhet": "procent"}


def test_shares_keep_the_publishers_interval(read):
    text = "Kommun;År;Andel;Undre;Övre;Svar\nOrsa;2023-2024;12,5;9,1;16,8;310\nMora;2023-2024;0,9;..;..;..\n"
    found = read(text, SHARE | {"nedre": "Undre", "övre": "Övre", "antal svar": "Svar"})
    pd.testing.assert_frame_equal(found.table, tables.survey(found.table))
    orsa = found.table.iloc[0]
    assert (orsa["start_year"], orsa["end_year"], orsa["n"]) == (2023, 2024, 310)
    assert orsa[["share", "lower", "upper"]].tolist() == pytest.approx([0.125, 0.091, 0.168])
    assert found.table.iloc[1][["lower", "upper", "n"]].isna().all()
    assert found.remarks["reason"].tolist() == ["not_available"] * 2


def test_no_interval_is_made_up_from_n(read):
    found = read("Kommun;År;Andel;Svar\nOrsa;2024;12,5;310\n", SHARE | {"antal svar": "Svar"})
    assert found.table[["lower", "upper"]].isna().all(axis=None)
    assert found.remarks[["column", "reason"]].to_numpy().tolist() == [["lower", "no_interval"], ["upper", "no_interval"]]
    assert set(found.remarks["reason"]) <= set(REASONS)


@pytest.mark.parametrize(
    ("cells", "unit", "shares"),
    [
        (["12,5", "0,4"], "procent", [0.125, 0.004]),
        (["12,5 %", "0,4 %"], "procent", [0.125, 0.004]),
        (["0,4 %", "0,9 %"], "procent", [0.004, 0.009]),
        (["0,125", "1"], "andel", [0.125, 1]),
        (["0,4", "0,9"], "procent, alla under 1", [0.004, 0.009]),
        (["0", "0"], "procent", [0, 0]),
        (["100", "0"], "procent", [1, 0]),
    ],
)
def test_per_cent_by_rule(read, cells: list[str], unit: str, shares: list[float]):
    text = "Kommun;År;Andel\n" + "".join(f"{name};2024;{cell}\n" for name, cell in zip(["Orsa", "Mora"], cells, strict=True))
    assert read(text, SHARE | {"enhet": unit}).table["share"].tolist() == pytest.approx(shares)


@pytest.mark.parametrize(
    ("cells", "unit", "says"),
    [
        (["0,125", "0,4"], "procent", "rad 2, kolumn ”Andel”: väntade procent mellan 0 och 100, men där står ”0,125”"),
        (["0,4", "1"], "procent", "Skriv enhet ”andel” om cellerna har procentformat"),
        (["12,5", "0,4"], "andel", "rad 2, kolumn ”Andel”: väntade ett tal mellan 0 och 1"),
        (["0,4", "12,5 %"], "andel", "rad 3, kolumn ”Andel”: väntade en andel utan %-tecken"),
        (["101", "5"], "procent", "väntade ett tal mellan 0 och 100"),
        (["-1", "5"], "procent", "väntade ett tal mellan 0 och 100"),
        (["0,125", "12,5 %"], "procent", "rad 2"),
    ],
)
def test_a_unit_that_the_figures_contradict(read, cells: list[str], unit: str, says: str):
    text = "Kommun;År;Andel\n" + "".join(f"{name};2024;{cell}\n" for name, cell in zip(["Orsa", "Mora"], cells, strict=True))
    with pytest.raises(TableError) as caught:
        read(text, SHARE | {"enhet": unit})
    assert says in told(caught)


def test_a_percent_cell_of_excel_is_a_share(read):
    """Excel keeps a cell that shows 12,5 % as 0,125: declared as per cent it is refused, with what to write."""
    rows = [["Kommun", "År", "Andel"], ["Orsa", 2024, 0.125], ["Mora", 2024, 0.31]]
    with pytest.raises(TableError) as caught:
        read(rows, SHARE, "lupp.xlsx")
    assert "procentformat i Excel" in told(caught)
    assert read(rows, SHARE | {"enhet": "andel"}, "lupp2.xlsx").table["share"].tolist() == [0.125, 0.31]


# Figures with a unit --------------------------------------------------------------------------------------------------


def test_indicators_keep_their_unit(read):
    text = "Förvaltning,År,Kostnad\nSkola,2024,1250000.5\nGata,2024,-\n"
    said = {"område": "fast: 2081", "mått": "Förvaltning", "värde": "Kostnad", "enhet": "kronor", "streck": "saknas"}
    found = read(text, BASE | said | {"innehåll": "indikator"})
    assert found.table[["area", "indicator", "value", "unit"]].to_numpy().tolist() == [
        ["2081", "skola", 1250000.5, "kronor"],
        ["2081", "gata", pd.NA, "kronor"],
    ]
    assert found.remarks["reason"].tolist() == ["dropout"]
    assert read(text, BASE | said | {"innehåll": "indikator", "streck": "noll"}).table["value"].tolist()[1] == 0


def test_stadsdelar_keep_their_names(read):
    found = read(
        "Område;År;Antal\nKvarnsveden  Norra;2024;3\n",
        BASE | {"innehåll": "antal", "område": "Område", "områdesnivå": "stadsdel"},
    )
    assert found.table[["area", "area_level"]].to_numpy().tolist() == [["Kvarnsveden Norra", "stadsdel"]]


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said", "says"),
    [
        ("Kommun;År;Antal\nOrsa;2024;12,5\n", {}, "fil.csv, blad ”fil”, rad 2, kolumn ”Antal”: väntade ett heltal"),
        ("Kommun;År;Antal\nOrsa;2024;-4\n", {}, "rad 2, kolumn ”Antal”: väntade ett heltal, noll eller mer"),
        ("Kommun;År;Antal\nOrsa;2024;-\n", {}, "Ange i mappningen vad streck betyder"),
        ("Kommun;År;Antal\nOrsa;2024;1.234\n", {}, "tusental och decimal"),
        ("Kommun;År;Antal\nOrsala;2024;4\n", {}, "rad 2, kolumn ”Kommun”: väntade en kommun, ett län eller riket"),
        ("Kommun;År;Antal\n;2024;4\n", {}, "rad 2, kolumn ”Kommun”: väntade ett område"),
        ("Kommun;År;Antal\nOrsa;i fjol;4\n", {}, "rad 2, kolumn ”År”: väntade ett år"),
        (
            "Kommun;År;Antal\nOrsa;2024;4\nOrsa;2024;5\n",
            {},
            "rad 3, kolumn ”Antal”: väntade varje område, mått och period en gång",
        ),
        ("Kommun;År;Antal\n", {}, "väntade rader med tal"),
        (
            "Kommun;År;Antal\nOrsa;2024;4\n",
            {"värde": "Summa"},
            "fil.csv.mappning.csv, rad 7, kolumn ”värde”: väntade värde: en av rubrikerna",
        ),
        ("Kommun;År;Antal;Antal\nOrsa;2024;4;5\n", {}, "väntade värde: en av rubrikerna på rad 1"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"rubrikrad": "9"}, "väntade rubrikrad: högst 2"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"innehåll": "fest"}, "väntade innehåll: ”antal” eller ”andel”"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"källa": ""}, "väntade källa: Vem som har tagit fram uppgifterna"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"färg": "röd"}, "väntade något av fälten innehåll"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"urval: Kön": "alla"}, "urval: Kön"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"blad": "Data"}, "något av bladen ”fil”"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"period": "i rubrikerna"}, "en rubrik, om inte period är ”i rubrikerna”"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"period": "i rubrikerna", "värde": ""}, "rubriker som är perioder"),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"innehåll": "andel"}, "”procent” (0–100) eller ”andel” (0–1)"),
        (
            "Kommun;År;Antal\nOrsa;2024;4\n",
            {"innehåll": "andel", "enhet": "andel", "nedre": "Antal"},
            "båda gränserna eller ingen",
        ),
        ("Kommun;År;Antal\nOrsa;2024;4\n", {"innehåll": "indikator"}, "en enhet"),
        (f"Kommun;År;Antal\nOrsa;{COMING};4\n", {}, "väntade en period som har börjat"),
        (
            f"Kommun;År;Antal\nOrsa;2024-{COMING};4\n",
            {"innehåll": "andel", "enhet": "procent"},
            "rad 2, kolumn ”År”: väntade en period som har börjat",
        ),
        ("Kommun;Dag\nOrsa;2024-04-31\n", {"värde": "antal rader", "period": "Dag"}, "rad 2, kolumn ”Dag”: väntade en månad"),
        (
            "Kommun;År;Antal;Svar\nOrsa;2024;40;-3\n",
            {"innehåll": "andel", "enhet": "procent", "antal svar": "Svar"},
            "rad 2, kolumn ”Svar”: väntade ett helt antal svarande",
        ),
        ("Kommun;År;Antal\nOrsa;2024;690\n", {"innehåll": "befolkning"}, "väntade hela folkmängden i 2034"),
    ],
)
def test_says_file_row_and_column(read, text: str, said: dict[str, str], says: str):
    with pytest.raises(TableError) as caught:
        read(text, BASE | {"innehåll": "antal"} | said)
    assert says in told(caught)


def test_a_file_cut_within_its_last_row(read):
    with pytest.raises(TableError) as caught:
        read("Kommun;År;Antal\nOrsa;2024;4\nMora;2024", BASE | {"innehåll": "antal"})
    assert "rad 3, kolumn ”Antal”: väntade en hel sista rad" in told(caught)
    found = read("Kommun;År;Antal\nOrsa;2024;4\nMora;2024;12", BASE | {"innehåll": "antal"})
    assert "no_last_newline" in {note.code for note in found.notes}


def test_personal_data_stops_the_file(read):
    with pytest.raises(PersonalDataError) as caught:
        read("Kommun;År;Antal;Not\nOrsa;2024;4;Anna Andersson ringde\n", BASE | {"innehåll": "antal"})
    assert "rad 2, kolumn D" in told(caught)
    assert "Anna" not in told(caught)


def test_two_sheets_want_a_choice(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["Kommun", "År", "Antal"])
    book.create_sheet("Not").append(["x"])
    path = tmp_path / "två.xlsx"
    book.save(path)
    said = BASE | {"innehåll": "antal"}
    mapping.path_for(path).write_text("\n".join(f"{k};{v}" for k, v in said.items()), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        local.read(path)
    assert "vilket av bladen ”Sheet”, ”Not”" in told(caught)


# The first mapping ----------------------------------------------------------------------------------------------------


def test_a_first_mapping_is_refused_until_a_person_has_filled_it_in(tmp_path: Path):
    path = tmp_path / "strada.csv"
    path.write_text("Kommun;År;Antal olyckor;Övrigt\nOrsa;2024;4;x\n", encoding="utf-8")
    made = mapping.write_start(path)
    assert made.name == "strada.csv.mappning.csv"
    text = made.read_text(encoding="utf-8-sig")
    assert "område;Kommun;" in text
    assert "period;År;" in text
    assert "Filens rubriker: Kommun; År; Antal olyckor; Övrigt" in text
    with pytest.raises(TableError) as caught:
        local.read(path)
    assert "rad 2, kolumn ”värde”: väntade innehåll" in told(caught)
    with pytest.raises(FileError, match="exists already"):
        mapping.write_start(path)


def test_filled_in_and_saved_by_excel_it_reads(tmp_path: Path):
    """Excel saves as ANSI with semicolons, or as a workbook: both are read."""
    path = tmp_path / "strada.csv"
    path.write_text("Kommun;År;Antal olyckor\nOrsa;2024;4\n", encoding="utf-8")
    rows = pd.read_csv(mapping.write_start(path), sep=";", encoding="utf-8-sig", dtype=str).set_index("fält", drop=False)
    filled = {
        "innehåll": "Antal",
        "källa": "Transportstyrelsen",
        "titel": "Strada",
        "mått": "Fast: olyckor",
        "värde": "Antal olyckor",
    }
    for name, value in filled.items():
        rows.loc[name, "värde"] = value
    mapping.path_for(path).write_bytes(rows.to_csv(sep=";", index=False, lineterminator="\r\n").encode("cp1252"))
    found = local.read(path)
    assert found.table["count"].tolist() == [4]
    assert found.publisher == "Transportstyrelsen"
    book = tmp_path / "mappning.xlsx"
    rows.to_excel(book, index=False)
    pd.testing.assert_frame_equal(local.read(path, book).table, found.table)


def test_periods_in_headings_are_guessed(tmp_path: Path):
    path = tmp_path / "b.csv"
    path.write_text("Region;2023;2024;2025\n2081 Borlänge;1;2;3\n", encoding="utf-8")
    text = mapping.write_start(path).read_text(encoding="utf-8-sig")
    assert "område;Region;" in text
    assert "period;i rubrikerna;" in text
    assert "värde;;" in text


# Property -------------------------------------------------------------------------------------------------------------

CODES = sorted(k.code for k in kommun.all_kommuner())


@settings(max_examples=40, deadline=None)
@given(
    counts=st.dictionaries(
        st.tuples(st.sampled_from(CODES), st.integers(2010, 2025)), st.none() | st.integers(0, 10**6), min_size=1, max_size=12
    ),
    wide=st.booleans(),
    spaces=st.booleans(),
)
def test_what_was_put_in_comes_out(tmp_path_factory: pytest.TempPathFactory, counts: dict, wide: bool, spaces: bool):
    def cell(n: int | None) -> str:
        return ".." if n is None else f"{n:,}".replace(",", " " if spaces else "")

    years = sorted({year for _, year in counts})
    codes = list(dict.fromkeys(code for code, _ in counts))
    if wide:
        head = ["Kommun", *map(str, years)]
        rows = [[kommun.get(c).name, *(cell(counts[c, y]) if (c, y) in counts else "" for y in years)] for c in codes]
    else:
        head = ["Kommun", "År", "Antal"]
        rows = [[kommun.get(c).name, str(y), cell(n)] for (c, y), n in counts.items()]
    path = tmp_path_factory.mktemp("l") / "fil.csv"
    path.write_text("\n".join(";".join(row) for row in [head, *rows]) + "\n", encoding="utf-8")
    said = BASE | {"innehåll": "antal"} | ({"period": "i rubrikerna", "värde": ""} if wide else {})
    mapping.path_for(path).write_text("\n".join(f"{k};{v}" for k, v in said.items()) + "\n", encoding="utf-8")
    found = local.read(path)
    table = {
        (r.area, r.period.year): None if pd.isna(r.count) else r.count
        for r in found.table[["area", "period", "count"]].itertuples()
    }
    expected = {(c, y): counts.get((c, y)) for c in codes for y in years} if wide else counts
    assert {key: table[key] for key in expected} == expected
    assert len(found.remarks) == sum(value is None for value in expected.values())


def test_what_a_mapping_lacks_is_said_in_one_sentence(read):
    """The explanation ends with a full stop of its own, and the message had two."""
    with pytest.raises(TableError) as caught:
        read("Kommun;År;Antal\n2081;2024;12\n", BASE | {"innehåll": "antal", "period": ""})
    assert "väntade period: Rubriken på kolumnen med tid" in told(caught)
    assert ".." not in told(caught)
