"""The workbook: written with drop-downs, read back whole, and every fault told with sheet, row and column."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from plans import FIRST_ROW, edited

from fresh import fresh_plan
from kunskapsbaserat import plan
from kunskapsbaserat.cells import Refused
from kunskapsbaserat.errors import FileError, FileLocked, PersonalDataError
from kunskapsbaserat.plan import PlanError, goals, kinds, sheets, workbook
from kunskapsbaserat.plan.example import example

ALL = [sheets.KOMMUN, *sheets.SHEETS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mapp å ä" / "atgardsplan.xlsx"


@pytest.fixture
def whole(path: Path) -> Path:
    return fresh_plan(path)


def faults(path: Path) -> list[plan.Finding]:
    return [f for f in plan.inspect(path, kommun="Borlänge").faults if f.level == "error"]


def test_a_new_workbook_explains_itself_in_swedish(path: Path):
    assert plan.write_new(path, "Borlänge")
    wb = openpyxl.load_workbook(path)
    assert set(ALL) <= set(wb.sheetnames)
    for name, columns in sheets.SHEETS.items():
        sheet = wb[name]
        assert [sheet.cell(1, c).value for c in range(1, len(columns) + 1)] == [c.head for c in columns]
        assert all(len(sheet.cell(2, c).value) > 5 for c in range(1, len(columns) + 1))
        assert sheet.cell(3, 1).value.startswith("EXEMPEL")
        assert {str(r) for v in sheet.data_validations.dataValidation for r in v.sqref.ranges}
    known = {line.head for line in sheets.ORGANISATION}
    assert known == {wb[sheets.KOMMUN].cell(r, 1).value for r in range(3, 3 + len(known))}


def test_every_choice_has_a_drop_down_with_its_own_words(path: Path):
    plan.write_new(path, "Borlänge")
    wb = openpyxl.load_workbook(path)
    lists = {
        wb["Listor"].cell(1, c).value: [wb["Listor"].cell(r, c).value for r in range(2, 60) if wb["Listor"].cell(r, c).value]
        for c in range(1, wb["Listor"].max_column + 1)
    }
    for name, columns in sheets.SHEETS.items():
        validated = {str(r) for v in wb[name].data_validations.dataValidation for r in v.sqref.ranges}
        for at, column in enumerate(columns, start=1):
            if column.choices:
                assert lists[column.name] == list(column.choices)
                letter = wb[name].cell(1, at).column_letter
                assert any(r.startswith(f"{letter}3:") for r in validated), (name, column.head)


def test_the_examples_are_not_read_and_an_untouched_workbook_is_empty(path: Path):
    plan.write_new(path, "Borlänge")
    assert plan.inspect(path, kommun="Borlänge").empty
    with pytest.raises(FileError, match="filled in"):
        plan.read(path, kommun="Borlänge")


def test_the_examples_of_the_workbook_can_be_read_when_they_are_no_examples(path: Path):
    """What the workbook shows as an example is itself without fault."""
    plan.write_new(path, "Borlänge")
    wb = openpyxl.load_workbook(path)
    wb[sheets.KOMMUN]["B3"], wb[sheets.KOMMUN]["B4"] = date(2026, 1, 1), date(2027, 12, 31)
    for name in sheets.SHEETS:
        for cell in wb[name][3]:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("EXEMPEL ", "X")
    wb.save(path)
    found = plan.read(path, kommun="Borlänge")
    assert found.mal[0].indikator == "bostadsinbrott"
    assert workbook.chain.orphans(found) == []


def test_nothing_of_the_users_is_overwritten(whole: Path):
    before = whole.read_bytes()
    assert not plan.write_new(whole, "Borlänge")
    assert whole.read_bytes() == before


def test_a_number_is_no_date():
    start = next(c for c in sheets.SHEETS[sheets.ATGARDER] if c.name == "start")
    with pytest.raises(Refused) as caught:
        kinds.value(45000, start)
    assert "ett tal, inte ett datum" in caught.value.sentence(45000)
    assert kinds.value(datetime(2026, 3, 1, 0, 0), start) == date(2026, 3, 1)


def test_what_is_written_is_read_back(whole: Path):
    """The invented plan through Excel is the invented plan, but for rows and what tells that it is an example."""
    found = plan.read(whole, kommun="Borlänge")
    kept = example()
    assert found.organisation == kept.organisation
    for name in ("problem", "orsaker", "atgarder", "mal", "aktiviteter", "loften"):
        mine, theirs = getattr(found, name), getattr(kept, name)
        assert [_without_row(x) for x in mine] == [_without_row(x) for x in theirs]
        assert [x.row for x in mine] == list(range(FIRST_ROW, FIRST_ROW + len(mine)))
    assert not found.example


def _without_row(part) -> dict:
    return {name: getattr(part, name) for name in part.__dataclass_fields__ if name != "row"}


# ---- bad input -------------------------------------------------------------------------------------------------------

BAD = [
    # sheet, row, heading, value, code, words
    ("Åtgärder", 4, "Start", "i mars", "no_date", "Skriv till exempel 2026-03-01"),
    ("Åtgärder", 4, "Start", "2024-02-30", "no_such_date", "finns inte i kalendern"),
    ("Mål", 4, "Målvärde", "minska", "not_a_number", "”minska” är inget tal. Skriv bara siffror i cellen"),
    ("Åtgärder", 4, "Slut", date(2020, 1, 1), "ends_before_start", "slutar 2020-01-01 men börjar 2023-03-01"),
    ("Åtgärder", 4, "Kostnad", "12,5", "bad_cost", "hela kronor"),
    ("Åtgärder", 4, "Kostnad", 12.5, "bad_cost", "ören"),
    ("Åtgärder", 4, "Kostnad", -5, "negative", "mindre än noll"),
    ("Åtgärder", 4, "Kostnad", "en halv miljon", "bad_cost", "bara siffror"),
    ("Aktiviteter", 4, "Genomfört", "60 %", "percent", "en andel, inte ett antal"),
    ("Åtgärder", 4, "Kostnad", "60 %", "bad_cost", "bara siffror"),
    ("Åtgärder", 4, "Månader till effekt", "60 %", "percent", "en andel, inte ett antal"),
    ("Åtgärder", 4, "Läge", "klar", "bad_choice", "ej startad, pågår, genomförd eller avbruten"),
    ("Åtgärder", 4, "Kamerabevakning", "kanske", "bad_choice", "ja eller nej"),
    ("Åtgärder", 4, "Orsaker", "O99", "unknown_id", "finns inte på bladet Orsaker"),
    ("Åtgärder", 4, "Stöd i forskning", "Trolleri", "unknown_evidence", "bladet Forskning"),
    ("Åtgärder", 4, "Brott den riktas mot", "Bostadsinbrot", "unknown_indicator", "Bostadsinbrott"),
    ("Åtgärder", 4, "Åtgärd", None, "empty", "inte ifylld"),
    ("Åtgärder", 4, "Id", None, "empty", "cellen är inte ifylld"),
    ("Åtgärder", 4, "Månader till effekt", 1.5, "not_whole", "heltal"),
    ("Orsaker", 4, "Under orsak", "O1", "circle", "cirkel: O1 under O1"),
    ("Orsaker", 4, "Under orsak", "O3", "other_problem", "hör till problem P2"),
    ("Orsaker", 4, "Belägg", "vet ej", "bad_choice", "siffror, erfarenhet eller antagande"),
    ("Mål", 4, "Indikator", "Bostadsinbrott, anmälde", "unknown_indicator", "Menade du"),
    ("Mål", 4, "Indikator", "V1", "activity_as_effect", "ingen effekt"),
    ("Mål", 4, "Målår", 24, "bad_year", "fyra siffror"),
    ("Mål", 4, "Målår", 2020, "target_before_baseline", "inte efter utgångsåren"),
    ("Mål", 4, "Utgångsår från", 2023, "years_backwards", "baklänges"),
    ("Mål", 4, "Utgångsår till", 2023, "baseline_after_start", "Utgångsvärdet måste ligga före"),
    ("Mål", 4, "Utgångsvärde", "1.615", "ambiguous", "både tusental och decimal"),
    ("Mål", 4, "Utgångsvärde", "<5", "not_a_number", "inget bestämt tal"),
    ("Mål", 4, "Utgångsvärde", "#REF!", "error_cell", "ett fel i Excel"),
    ("Mål", 4, "Utgångsvärde", "=1+1", "formula_without_value", "spara den och försök igen"),
    ("Problem", 5, "Id", "P1", "doubled_id", "står också på rad 4"),
    ("Problem", 4, "Id", "P1, P2", "bad_id", "utan komma"),
    ("Medborgarlöften", 4, "Till", date(2020, 1, 1), "ends_before_start", "slutar"),
    ("Kommun", "Planen gäller från", "Svar", "2023", "no_date", "Planen gäller från"),
    ("Kommun", "Planen gäller från", "Svar", None, "empty", "Planen gäller från"),
    ("Kommun", "Planen gäller till", "Svar", date(2020, 1, 1), "ends_before_start", "slutar innan den börjar"),
    ("Kommun", "Ansvarig nämnd", "Svar 2", "Socialnämnden", "too_many", "bara ha ett svar"),
    ("Kommun", "Överenskommelse: gäller till", "Svar", date(2020, 1, 1), "ends_before_start", "överenskommelsen"),
]


@pytest.mark.parametrize(("sheet", "row", "head", "value", "code", "says"), BAD, ids=[f"{b[0]}-{b[2]}-{b[4]}" for b in BAD])
def test_a_fault_is_told_with_its_place(
    whole: Path, sheet: str, row: int | str, head: str, value: object, code: str, says: str
):
    found = faults(edited(whole, (sheet, row, head, value)))
    (fault,) = [f for f in found if f.code == code]
    assert says in fault.svenska
    assert fault.sheet == sheet
    if isinstance(row, int):
        assert fault.row == row
        assert fault.column
    with pytest.raises(PlanError) as caught:
        plan.read(whole, kommun="Borlänge")
    assert str(fault) in caught.value.svenska
    assert code in str(caught.value)
    assert caught.value.exit_code == 4


def test_all_faults_come_in_one_list(whole: Path):
    edited(
        whole,
        ("Åtgärder", 4, "Start", "i mars"),
        ("Åtgärder", 5, "Kostnad", "12,5"),
        ("Mål", 4, "Indikator", "inbrot"),
        ("Kommun", "Åtgärdsplanen beslutad", "Svar", "i december"),
    )
    found = faults(whole)
    assert {f.code for f in found} == {"no_date", "bad_cost", "unknown_indicator"}
    assert len(found) == 4  # a measure with a fault may still be referred to
    with pytest.raises(PlanError) as caught:
        plan.read(whole, kommun="Borlänge")
    assert caught.value.svenska.count("\n") == 4
    assert "4 fel" in caught.value.svenska


def test_the_chain_is_followed_through_rows_with_faults_of_their_own(whole: Path):
    """A second run has nothing new to say: what one cell lacks does not hide what is wrong in the others."""
    edited(
        whole,
        ("Orsaker", 4, "Under orsak", "O2"),
        ("Orsaker", 5, "Under orsak", "O1"),
        ("Orsaker", 5, "Belägg", "hörsägen"),
        ("Åtgärder", 4, "Slut", date(2020, 1, 1)),
        ("Åtgärder", 4, "Kostnad", "ca 20 tkr"),
        ("Mål", 4, "Indikator", "Stuginbrott"),
        ("Mål", 4, "Målår", 24),
        ("Problem", 5, "Id", "P1"),
        ("Problem", 5, "Ställningstagande", "kanske"),
        ("Kommun", "Åtgärdsplanen beslutad", "Svar", "i december"),
        ("Kommun", "Planen gäller till", "Svar", date(2020, 1, 1)),
    )
    found = sorted(f.code for f in faults(whole) if f.code != "unknown_id")
    assert found == sorted(
        [
            *("circle", "circle", "bad_choice", "ends_before_start", "bad_cost", "unknown_indicator", "bad_year"),
            *("doubled_id", "bad_choice", "no_date", "ends_before_start"),
        ]
    )


def test_a_goal_whose_kind_cannot_be_read_is_not_asked_what_it_is_measured_by(whole: Path):
    edited(whole, ("Mål", 4, "Slag", "annat"), ("Mål", 4, "Indikator", "V1"))
    assert [f.code for f in faults(whole)] == ["bad_choice"]


def test_a_column_too_many_is_one_fault_and_the_rest_is_read(whole: Path):
    wb = openpyxl.load_workbook(whole)
    at = len(sheets.SHEETS[sheets.ATGARDER]) + 1
    wb["Åtgärder"].cell(1, at, "Egen kolumn")
    wb["Åtgärder"].cell(4, at, "Min anteckning")
    wb.save(whole)
    edited(whole, ("Åtgärder", 5, "Kostnad", "12,5"))
    assert [f.code for f in faults(whole)] == ["unknown_column", "bad_cost"]


def test_a_column_too_few_is_one_fault(whole: Path):
    edited(whole, ("Mål", 1, "Slag", None))
    assert [f.code for f in faults(whole)] == ["missing_column"]


@pytest.mark.parametrize("name", ["problem", "PROBLEM", " Problem "])
def test_a_sheet_is_known_however_it_is_written(whole: Path, name: str):
    wb = openpyxl.load_workbook(whole)
    wb["Problem"].title = "tillfällig"
    wb["tillfällig"].title = name
    wb.save(whole)
    assert faults(whole) == []
    assert plan.read(whole, kommun="Borlänge").problem


def test_a_sheet_that_is_gone_is_one_fault(whole: Path):
    """Whatever refers to it is not said to be wrong too."""
    for name in ("Problem", "Aktiviteter"):
        wb = openpyxl.load_workbook(whole)
        del wb[name]
        wb.save(whole)
    assert [(f.code, f.sheet) for f in faults(whole)] == [("missing_sheet", "Problem"), ("missing_sheet", "Aktiviteter")]


def test_a_heading_is_told_from_a_letter(whole: Path):
    edited(whole, ("Problem", 4, "I lägesbilden", None))
    ((said, *_),) = [[str(f) for f in plan.inspect(whole, kommun="Borlänge").faults if f.code == "problem_outside_lagesbild"]]
    assert said.startswith("blad ”Problem”, rad 4, kolumn ”I lägesbilden”: ")
    (wrong,) = faults(edited(whole, ("Problem", 4, "Id", "P1; P2"), ("Orsaker", 4, "Problem", None)))[:1]
    assert wrong.where == "blad ”Problem”, rad 4, kolumn ”Id”"


def test_a_circle_through_several_causes(whole: Path):
    edited(whole, ("Orsaker", 4, "Under orsak", "O2"), ("Orsaker", 5, "Under orsak", "O1"))
    assert [f.code for f in faults(whole)] == ["circle", "circle"]


@pytest.mark.parametrize("change", ["removed", "renamed", "added"])
def test_a_wrong_sheet(whole: Path, change: str):
    wb = openpyxl.load_workbook(whole)
    if change == "removed":
        del wb["Mål"]
    elif change == "renamed":
        wb["Mål"].title = "Målen"
    else:
        wb.create_sheet("Anteckningar")
    wb.save(whole)
    found = {f.code: f for f in faults(whole)}
    assert (
        set(found)
        == {
            "removed": {"missing_sheet"},
            "renamed": {"missing_sheet", "unknown_sheet"},
            "added": {"unknown_sheet"},
        }[change]
    )
    if change == "renamed":
        assert "Menade du Mål?" in found["unknown_sheet"].svenska


@pytest.mark.parametrize(
    ("head", "new", "codes"),
    [
        ("Kostnad", None, {"missing_column"}),
        ("Kostnad", "Kostnader", {"missing_column", "unknown_column"}),
        ("Kostnad", "Slut", {"missing_column", "doubled_column"}),
        ("Id", "Nummer", {"no_headings"}),
    ],
)
def test_a_wrong_column(whole: Path, head: str, new: str | None, codes: set[str]):
    edited(whole, ("Åtgärder", 1, head, new))
    found = faults(whole)
    assert codes <= {f.code for f in found}
    assert all(f.sheet for f in found)


def test_columns_may_stand_in_any_order(whole: Path):
    wb = openpyxl.load_workbook(whole)
    wb["Problem"].move_range("H1:H300", cols=8)  # Skäl goes last
    wb.save(whole)
    assert [p.skal for p in plan.read(whole, kommun="Borlänge").problem] == [p.skal for p in example().problem]


def test_what_stands_outside_the_columns_is_not_lost_silently(whole: Path):
    wb = openpyxl.load_workbook(whole)
    wb["Problem"].cell(4, 14, "Glöm inte detta")
    wb.save(whole)
    assert [(f.code, f.column) for f in faults(whole)] == [("outside", "N")]


@pytest.mark.parametrize("columns", [0, 2], ids=["the form's own columns", "two columns more"])
def test_every_member_of_a_large_council_is_read(whole: Path, columns: int):
    wb = openpyxl.load_workbook(whole)
    sheet = wb["Kommun"]
    explained = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(2, c).value == "Förklaring")
    sheet.insert_cols(explained, columns)
    row = next(r for r in range(3, 60) if sheet.cell(r, 1).value == "Rådets medlem: organisation")
    for at in range(2, explained + columns):
        sheet.cell(row, at, f"Organisation {at - 1}")
    wb.save(whole)
    members = plan.read(whole, kommun="Borlänge").organisation.medlemmar
    assert [m.organisation for m in members] == [f"Organisation {n}" for n in range(1, explained + columns - 1)]


def test_what_stands_beside_the_explanations_is_not_lost_silently(whole: Path):
    wb = openpyxl.load_workbook(whole)
    wb["Kommun"].cell(5, 10, "Glöm inte detta")
    wb.save(whole)
    assert [(f.code, f.sheet, f.row, f.column) for f in faults(whole)] == [("outside", "Kommun", 5, "J")]


PERCENT = [
    # column, what is written, indicator, what is said of the goal
    ("Målvärde", "25 %", "Bostadsinbrott, anmälda", "goal_in_another_unit"),
    ("Utgångsvärde", "-", "Bostadsinbrott, anmälda", "goal_without_baseline"),
    ("Målvärde", "25 %", "Otrygghet sent på kvällen, NTU", None),
    ("Målvärde", 0.25, "Otrygghet sent på kvällen, NTU", "share_below_one"),
    ("Målvärde", 25, "Otrygghet sent på kvällen, NTU", None),
]


@pytest.mark.parametrize(("head", "written", "indicator", "code"), PERCENT)
def test_a_target_in_per_cent_is_no_number_of_offences(
    whole: Path, head: str, written: object, indicator: str, code: str | None
):
    edited(whole, ("Mål", FIRST_ROW, head, written), ("Mål", FIRST_ROW, "Indikator", indicator))
    found = plan.read(whole, kommun="Borlänge")
    codes = {f.code for f in goals.vague(found) if f.row == FIRST_ROW}
    assert codes & {"goal_in_another_unit", "share_below_one", "goal_without_baseline"} == ({code} if code else set())


@pytest.mark.parametrize("kept", ["unknown", "doubled", "missing"])
def test_the_lines_of_the_sheet_kommun(whole: Path, kept: str):
    wb = openpyxl.load_workbook(whole)
    sheet = wb["Kommun"]
    at = next(r for r in range(3, 40) if sheet.cell(r, 1).value == "Rådets namn")
    sheet.cell(at, 1).value = {"unknown": "Rådets nam", "doubled": "Diarienummer", "missing": None}[kept]
    if kept == "missing":
        sheet.cell(at, 2).value = None
    wb.save(whole)
    codes = {"unknown": "unknown_field", "doubled": "doubled_field", "missing": "missing_field"}
    assert codes[kept] in {f.code for f in faults(whole)}


def test_personal_data_is_refused_without_being_repeated(whole: Path):
    edited(whole, ("Problem", 4, "Beskrivning", "Det är 811228-9874 som gör det."))
    with pytest.raises(PersonalDataError) as caught:
        plan.read(whole, kommun="Borlänge")
    assert "blad ”Problem”, rad 4" in caught.value.svenska
    assert "9874" not in caught.value.svenska


def test_the_contact_of_a_function_may_have_address_and_telephone(whole: Path):
    edited(whole, ("Kommun", "Kontakt utåt", "Svar", "trygghet@example.se, 0243-123 45"))
    assert "trygghet@" in (plan.read(whole, kommun="Borlänge").organisation.kontakt or "")
    edited(whole, ("Kommun", "Rådets namn", "Svar", "trygghet@example.se"))
    with pytest.raises(PersonalDataError):
        plan.read(whole, kommun="Borlänge")


def test_no_plan_and_no_workbook(path: Path, tmp_path: Path):
    with pytest.raises(FileError, match="does not exist") as caught:
        plan.read(path, kommun="Borlänge")
    assert "kunskap ny" in caught.value.svenska
    wrong = tmp_path / "atgardsplan.xlsx"
    wrong.write_text("Problem;Id\nInbrott;P1\n", encoding="utf-8")
    assert {"missing_sheet"} <= {f.code for f in faults(wrong)}


def test_a_workbook_open_in_excel(whole: Path, monkeypatch: pytest.MonkeyPatch):
    (whole.parent / "~$atgardsplan.xlsx").write_bytes(b"\x05Name")
    remarks = [f for f in plan.inspect(whole, kommun="Borlänge").faults if f.code == "open_in_excel"]
    assert "inte är sparat" in remarks[0].svenska

    def locked(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(FileLocked) as caught:
        plan.read(whole, kommun="Borlänge")
    assert "Stäng filen i Excel" in caught.value.svenska


@pytest.mark.parametrize(
    ("value", "read"), [("1 200", 1200), ("1\u00a0200", 1200), (1200, 1200), (1200.0, 1200), ("0", 0), (None, None)]
)
def test_numbers_as_they_are_written(whole: Path, value: object, read: float | None):
    edited(whole, ("Åtgärder", 4, "Kostnad", value))
    assert plan.read(whole, kommun="Borlänge").atgarder[0].kostnad == read


def test_several_ids_in_one_cell(whole: Path):
    edited(whole, ("Åtgärder", 4, "Orsaker", "O1;O2, O5 ;"))
    assert plan.read(whole, kommun="Borlänge").atgarder[0].orsaker == ("O1", "O2", "O5")


@pytest.mark.parametrize(
    ("head", "name", "value", "read"),
    [
        ("Start", "start", "1 mars 2026", date(2026, 3, 1)),
        ("Start", "start", "1/3 2026", date(2026, 3, 1)),
        ("Start", "start", "2026-03-01", date(2026, 3, 1)),
        ("Kamerabevakning", "kamera", "x", True),
        ("Läge", "lage", "påbörjad", plan.model.Lage.PAGAR),
        ("Kostnad", "kostnad", "150 000 kr", 150000),
        ("Kostnad", "kostnad", "-", None),
    ],
)
def test_a_form_is_generous(head: str, name: str, value: object, read: object):
    """What has one meaning to a person has it here too, and the same as in the workbook of EST."""
    wanted = next(c for c in sheets.SHEETS[sheets.ATGARDER] if c.name == name)
    assert wanted.head == head
    assert kinds.value(value, wanted) == read


def test_what_is_read_generously_is_in_the_plan(whole: Path):
    edited(whole, ("Mål", 4, "Utgångsvärde", "161,5 st"), ("Åtgärder", 4, "Start", "1 mars 2023"))
    found = plan.read(whole, kommun="Borlänge")
    assert (found.mal[0].utgangsvarde, found.atgarder[0].start) == (161.5, date(2023, 3, 1))
