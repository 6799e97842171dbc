"""The workbook as it is written and read back, the registers, and the folder as a whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from folders import made_folder, set_answer, signed

from kunskapsbaserat.catalogue import est as catalogue
from kunskapsbaserat.catalogue import offences
from kunskapsbaserat.data import est as ests
from kunskapsbaserat.data import files
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.est import activity, book, mapping, periods, reader, sheets, template
from kunskapsbaserat.errors import FileError, OptionError, TableError


def test_the_catalogue_hangs_together():
    ids = [c.id for c in catalogue.categories()]
    assert len(set(ids)) == len(ids) == 21
    known = {o.id for o in offences()}
    assert {c.bra for c in catalogue.categories()} - {""} <= known
    words = [w for c in catalogue.categories() for w in (c.name.casefold(), *c.also)]
    assert len(set(words)) == len(words)
    assert not catalogue.category("vald_nara").place
    assert not catalogue.category("vald_nara").public
    with pytest.raises(OptionError):
        catalogue.category("mord")


def test_the_empty_workbook_reads_as_empty(tmp_path: Path):
    path = tmp_path / "est å.xlsx"
    assert template.write_new(path, "Ystad")
    assert not template.write_new(path, "Ystad")
    found = book.read(path)
    assert found.remarks == ()
    assert found.reporters.empty
    assert found.places.empty
    assert not any(found.items.values())
    there = {s.name for s in files.read_sheets(path)}
    assert there >= set(sheets.SHEETS) - set(sheets.EARLIER)
    assert not there & set(sheets.EARLIER)


def test_every_example_row_would_be_valid(tmp_path: Path):
    """The examples of the workbook are what a person copies: with the mark taken away each is read without a remark."""
    path = tmp_path / "est.xlsx"
    template.write_new(path, "Ystad")
    made = openpyxl.load_workbook(path)
    made[sheets.PROBLEMS].append(["P2", "Annat problem", None, None, dt.date(2026, 1, 5)])
    made[sheets.PUBLIC_WORDS].append(signed("Otryggt vid stationen kvällstid", sheets.THEME))
    for name in sheets.SHEETS.keys() - set(sheets.EARLIER):
        for cell in made[name][3]:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("EXEMPEL ", "")
    made.save(path)
    assert book.read(path).remarks == ()
    events = ests.read(made_folder_from(path, tmp_path / "mapp")).reports
    assert events["category"].tolist() == ["skadegorelse"]
    assert events["place"].tolist() == ["Stationstorget"]
    assert events["reporter"].tolist() == ["Kyrkskolan"]
    assert events["severity"].tolist() == [1]


def made_folder_from(workbook: Path, folder: Path) -> Path:
    folder.mkdir()
    (folder / "est.xlsx").write_bytes(workbook.read_bytes())
    return folder


def test_what_is_wrong_is_said_by_row_and_never_repeated(tmp_path: Path):
    rows = {
        sheets.REPORTERS: [["Skolan", "Circus"], ["", "Skola"]],
        sheets.SILENT: [["Okänd skola", dt.date(2026, 11, 3)], ["Polisen", "igår"]],
        sheets.PLACES: [["Månen", None, None, 1, 1]],
        sheets.MEASURES: [
            ["Å1", "Byt lampa", "Hemliga platsen", "P9", dt.date(2026, 11, 3), "Gatan", dt.date(2026, 11, 9), "Pågår"]
        ],
        sheets.DIALOGUES: [["D1", dt.date(2026, 11, 3), "många", None, None, None, "Ljus"]],
    }
    found = ests.read(made_folder(tmp_path / "m", rows))
    said = [(r.sheet, r.code) for r in found.remarks]
    for expected in (
        (sheets.REPORTERS, "bad_choice"),
        (sheets.REPORTERS, "missing"),
        (sheets.SILENT, "unknown_ref"),
        (sheets.SILENT, "bad_date"),
        (sheets.PLACES, "outside"),
        (sheets.MEASURES, "unknown_ref"),
        (sheets.DIALOGUES, "bad_number"),
    ):
        assert expected in said
    text = "\n".join(str(r) for r in found.remarks)
    assert not any(word in text for word in ("Circus", "Okänd", "igår", "Hemliga", "många"))
    assert [i.namn for i in found.book.of(sheets.MEASURES)] == ["Byt lampa"]  # kept without its unknown place


def test_a_cell_that_need_not_be_filled_in_takes_no_row_with_it(tmp_path: Path):
    """A reporter lost for its date would make all its reports nobody's, a place lost for its type would take the map away."""
    rows = {
        sheets.REPORTERS: [["Fritid", "Fritid", "i våras"]],
        sheets.PLACES: [["Torget", "Centrum", "Torg och park", 511_234, 6_705_678]],
        sheets.MEASURES: [
            ["Å1", "Klippa", "Torget", None, "5/10 2026", "Park", "före jul", "Klart"],
            ["Å2", "Lysa", "Torget", None, "2026-10-05", "Park", None, "vet inte"],
        ],
        sheets.DECISIONS: [["B1", dt.date(2026, 11, 2), "Gå förbi", "Anna Svensson"]],
    }
    found = book.read(template.path_in(made_folder(tmp_path / "k", rows)))
    assert "Fritid" in set(found.reporters["name"])
    assert found.places.set_index("place").loc["Torget", "x"] == 511_234
    klar, unread = found.of(sheets.MEASURES)
    assert (klar.lage, klar.beslutad, klar.klar_senast) == ("klar", dt.date(2026, 10, 5), None)
    assert unread.lage == sheets.STATE_UNREAD  # neither done nor late without its being said
    assert found.of(sheets.DECISIONS) == ()  # who is named hides the row
    codes = sorted((r.code, r.sheet) for r in found.remarks)
    wanted = [("bad_choice", "Platser"), ("bad_choice", "Åtgärder"), ("bad_date", "Rapportörer"), ("bad_date", "Åtgärder")]
    assert codes == [*wanted, ("personal", "Beslut"), ("unnamed_place", "Platser")]


def test_a_misspelt_category_is_read_when_only_one_is_like_it(tmp_path: Path):
    said = ["Klottter", "Skadegörelese", "klotter", "Kl", "Störande"]
    rows = [[str(n), "2026-11-08", f"2026-11-0{n + 1} 20:00", None, word] for n, word in enumerate(said)]
    found = ests.read(made_folder(tmp_path / "k", {sheets.EVENTS: rows}))
    assert list(found.reports["category"]) == ["klotter", "skadegorelse", "klotter"]
    assert {r.code: r.count for r in found.remarks} == {"misspelt": 2, "no_category": 2}


def test_settings(tmp_path: Path):
    folder = made_folder(tmp_path / "m")
    assert ests.read(folder).rhythm == periods.Rhythm()
    set_answer(folder, "dagar", "Månad")
    assert ests.read(folder).rhythm.days == "månad"
    set_answer(folder, "dagar", 10)
    assert [r.code for r in ests.read(folder).remarks] == ["unknown_setting"]
    set_answer(folder, "dagar", 7)
    set_answer(folder, "forsta_dag", dt.date(2026, 1, 6))  # a Tuesday
    assert [r.code for r in ests.read(folder).remarks] == ["unknown_setting"]


def test_a_folder_without_est(tmp_path: Path):
    (tmp_path / "m").mkdir()
    with pytest.raises(FileError, match="does not exist"):
        ests.read(tmp_path / "m")


def test_event_lists_are_not_taken_for_figures(tmp_path: Path):
    folder = made_folder(tmp_path / "m")
    (folder / "est" / "uttag.csv").write_text("Händelsetyp;Tidpunkt\nhot;2026-11-03 10:00\n", encoding="utf-8")
    (folder / "est_publicerat.json").write_text("{}", encoding="utf-8")
    assert folders.read(folder).files == ()
    assert len(ests.read(folder).reports) == 1


# ---- exports -------------------------------------------------------------------------------------------------------------

SURVEY = "ObjectID,GlobalID,Datum och tid,Kategori,Beskrivning,CreationDate,Creator,x,y\n" + (
    '1,{a},11/13/2026 4:00:00 PM,Klotter,"En text, med komma",11/14/2026 9:15:00 AM,nagon,15.43,60.48\n'
)
EMBRACE = (
    "Händelse-ID;Registrerad;Händelsetid från;Händelsetid till;Händelsetyp;"
    "Allvarlighetsgrad;Latitud;Longitud;Organisation;Beskrivning\n"
    + ("7;2026-11-14 09:15;2026-11-13 16:00;2026-11-14 07:00;Skadegörelse;2;60,48;15,43;Kyrkskolan;En text\n")
)


@pytest.mark.parametrize(("name", "text", "category"), [("survey123", SURVEY, "klotter"), ("embrace", EMBRACE, "skadegorelse")])
def test_ready_mappings(name: str, text: str, category: str, tmp_path: Path):
    path = tmp_path / "uttag.csv"
    path.write_text(text, encoding="utf-8-sig")
    found = reader.read(path)
    event = found.table.iloc[0]
    assert found.mappings[0] == mapping.ready()[name]
    assert not found.mappings[0].verified
    assert event["category"] == category
    assert event["start"] == pd.Timestamp("2026-11-13 16:00")
    assert event["reported"] == pd.Timestamp("2026-11-14 09:15")
    assert abs(event["x"] - 523_650) < 60  # 15.43 E, 60.48 N, in the middle of its 50 metre square
    assert event["x"] % 50 == event["y"] % 50 == 25
    assert "En text" not in found.table.to_csv()


def test_clock_times_in_utc_become_swedish_when_the_mapping_says_so(tmp_path: Path):
    """Summer and winter, what names its zone, milliseconds, and a day without a time: each is moved once or not at all."""
    path = tmp_path / "uttag.csv"
    times = ["2026-07-01 22:30", "2026-12-01 22:30", "2026-12-01T22:30:00Z", str(1796164200000), "2026-12-01"]
    rows = "".join(f"{{{n}}},{said},Klotter,{said}\n" for n, said in enumerate(times))
    path.write_text(f"GlobalID,Datum och tid,Kategori,CreationDate\n{rows}", encoding="utf-8")
    assert reader.read(path).table["start"].iloc[0] == pd.Timestamp("2026-07-01 22:30")
    mapping.path_for(path).write_text("fält;värde\nmall;survey123\ntidszon;utc\n", encoding="utf-8-sig")
    starts = reader.read(path).table["start"].tolist()
    assert starts == [pd.Timestamp(said) for said in ("2026-07-02 00:30", *["2026-12-01 23:30"] * 3, "2026-12-01")]
    mapping.path_for(path).write_text("fält;värde\nmall;survey123\ntidszon;CET\n", encoding="utf-8-sig")
    with pytest.raises(TableError, match="UTC or svensk"):
        reader.read(path)
    assert "UTC" in mapping.ready()["survey123"].note


def test_own_mapping(tmp_path: Path):
    path = tmp_path / "lista.csv"
    path.write_text("Tid;Vad\n3/4/2026;Slagsmål\n3/4/2026;Fest\n", encoding="cp1252")
    side = mapping.path_for(path)
    with pytest.raises(FileError, match="no mapping"):
        reader.read(path)
    side.write_text(
        "fält;värde\nstart;Tid\nkategori;Vad\ndatumordning;dag/mån\nkategori: slagsmål;vald\n", encoding="utf-8-sig"
    )
    found = reader.read(path)
    assert found.table["start"].tolist() == [pd.Timestamp("2026-04-03")]
    assert [(r.code, r.rows) for r in found.remarks] == [("no_category", (3,))]
    for line, expected in (
        ("vem;Tid", "each of these"),
        ("kategori: fest;kalas", "one of"),
        ("datumordning;amerikansk", "dag/mån"),
        ("mall;x", "one of"),
    ):
        side.write_text(f"fält;värde\nstart;Tid\nkategori;Vad\n{line}\n", encoding="utf-8")
        with pytest.raises(TableError, match=expected):
            reader.read(path)
    side.write_text("fält;värde\nstart;Tid\n", encoding="utf-8")
    with pytest.raises(TableError, match="the field kategori"):
        reader.read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(("opening", "row"), [("", 2), ("sep=;\r\n", 3)])
def test_every_encoding_and_a_first_row_that_names_the_delimiter(opening: str, row: int, encoding: str, tmp_path: Path):
    """A list of many events is read from its bytes, in the encoding that its text was found in."""
    text = f'{opening}Händelse-ID;Händelsetyp;Tidpunkt;Beskrivning\r\n1;Skadegörelse;2026-11-03 10:00;"a;b\r\nc"\r\n'
    path = tmp_path / "uttag.csv"
    path.write_bytes(f"{text}\r\n2;Klotter;2026-11-04 10:00;\r\n".encode(encoding))
    found = reader.read(path)
    assert found.table["category"].tolist() == ["skadegorelse", "klotter"]
    assert found.table["row"].tolist() == [row, row + 2]
    assert [(remark.code, remark.column) for remark in found.remarks] == [("unread_column", "D")]


def test_rows_that_do_not_count_are_said(tmp_path: Path):
    path = tmp_path / "lista.csv"
    path.write_text(
        "Händelse-ID;Registrerad;Tidpunkt från;Tidpunkt till;Händelsetyp\n"
        "1;2026-11-02;2026-11-01 10:00;2026-11-01 09:00;Hot\n"  # ends before it starts
        "2;2026-11-02;2026-11-09 10:00;;Hot\n"  # happens after it was reported
        "3;2026-11-02;;;Hot\n"
        "4;2026-11-02;2026-11-01;;Hot\n"
        "4;2026-11-02;2026-11-01;;Hot\n"
        "\n"
        "5;;2026-11-01;;Hot\n",
        encoding="utf-8",
    )
    found = reader.read(path)
    assert {(r.code, r.rows) for r in found.remarks} == {
        ("bad_end", (2,)),
        ("future", (3,)),
        ("no_start", (4,)),
        ("repeated", (6,)),
    }
    assert found.table["row"].tolist() == [5, 8]
    assert found.table["reported"].tolist() == [pd.Timestamp("2026-11-02"), pd.Timestamp("2026-11-01")]
    assert found.table["end"].tolist() == [pd.Timestamp("2026-11-02")] * 2  # a day without a time is the whole day


def test_places_by_name_and_by_nearness(tmp_path: Path):
    rows = {
        sheets.EVENTS: [
            ["1", "2026-11-03", "2026-11-02", None, "Klotter", "stationen"],
            ["2", "2026-11-03", "2026-11-02", None, "Klotter", None, 15.4272, 60.4846],  # some 15 metres from the station
            ["3", "2026-11-03", "2026-11-02", None, "Klotter", None, 15.60, 60.60],
            ["4", "2026-11-03", "2026-11-02", None, "Klotter", "Hemma hos någon"],
        ]
    }
    table = ests.read(made_folder(tmp_path / "m", rows)).reports
    assert table["place"].fillna("-").tolist() == ["Stationen", "Stationen", "-", "-"]
    assert table["area"].fillna("-").tolist() == ["Centrum", "Centrum", "-", "-"]
    assert table["x"].iat[0] == table["x"].iat[1]
    assert table["x"].isna().tolist() == [False, False, False, True]


# ---- periods and activity ------------------------------------------------------------------------------------------------


def test_rhythms():
    fortnight = periods.Rhythm(14)
    span = fortnight.of(dt.date(2026, 11, 10))
    assert (span.start, span.last, span.weeks) == (dt.date(2026, 11, 2), dt.date(2026, 11, 15), (45, 46))
    assert fortnight.a_year_before(span).start == dt.date(2025, 11, 3)
    assert fortnight.of(dt.date(2020, 3, 1)).start.weekday() == 0
    month = periods.Rhythm("månad")
    assert month.of(dt.date(2024, 2, 29)) == periods.Span(dt.date(2024, 2, 1), dt.date(2024, 3, 1))
    assert [s.start.month for s in month.before(month.of(dt.date(2026, 2, 3)), 4)] == [11, 12, 1, 2]
    assert month.a_year_before(month.of(dt.date(2026, 2, 3))).start == dt.date(2025, 2, 1)
    with pytest.raises(OptionError):
        periods.Rhythm(10)


def test_activity_tells_silence_from_calm(tmp_path: Path):
    rows = {
        sheets.EVENTS: [["1", "2026-11-03", "2026-10-30", None, "Klotter", None, None, None, None, None, "Polisen"]],
        sheets.SILENT: [["Kyrkskolan", dt.date(2026, 11, 6)], ["Polisen", dt.date(2026, 11, 7)]],
    }
    found = ests.read(made_folder(tmp_path / "m", rows))
    rhythm = periods.Rhythm(14)
    table = activity.table(found.reports, found.book, rhythm.before(rhythm.of(dt.date(2026, 11, 3)), 2)).set_index(
        ["reporter", "period"]
    )
    now = table.xs(1, level="period")
    assert now["expected"].all()
    assert now["active"].to_dict() == {"Kyrkskolan": True, "Vaktbolaget": False, "Polisen": True}
    assert now["nothing_to_report"].to_dict() == {"Kyrkskolan": True, "Vaktbolaget": False, "Polisen": False}
    assert now["events"].to_dict() == {"Kyrkskolan": 0, "Vaktbolaget": 0, "Polisen": 1}
    assert not table.xs(0, level="period")["active"].any()


def test_events_on_a_second_sheet_are_never_left_out_in_silence(tmp_path: Path):
    """A workbook of one sheet a month is common; one sheet is read, and the others are named."""
    made = openpyxl.Workbook()
    made.active.title = "Januari"
    made.create_sheet("Februari")
    made.create_sheet("Läs mig").append(["Så fyller du i listan"])
    made.create_sheet("Mars").append(["GlobalID", "CreationDate", "Datum och tid", "Kategori"])  # not begun
    for name, month in (("Januari", 1), ("Februari", 2)):
        made[name].append(["GlobalID", "CreationDate", "Datum och tid", "Kategori"])
        made[name].append([f"id-{month}", dt.datetime(2026, month, 3, 9), dt.datetime(2026, month, 2, 22), "Skadegörelse"])
    path = tmp_path / "uttag.xlsx"
    made.save(path)
    events = reader.read(path)
    assert events.table["start"].dt.month.tolist() == [1]
    assert [(r.code, r.sheet, r.file) for r in events.remarks if r.code == "unread_sheet"] == [
        ("unread_sheet", "Februari", "uttag.xlsx")
    ]
    assert reader.read(path, sheet="Februari").table["start"].dt.month.tolist() == [2]
    assert not any(r.code == "unread_sheet" for r in reader.read(path, sheet="Februari").remarks)
