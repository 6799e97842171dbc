"""A school's files as people fill them in and damage them: all that is wrong is said at once, and nothing is half-read."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from school_books import SCHOOL, answers, damaged, place, skolenkat, whole, write

from kunskapsbaserat.data import school as schools
from kunskapsbaserat.data.folder.layout import data_paths
from kunskapsbaserat.data.school import answers as school_answers
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.folder import SchoolError
from kunskapsbaserat.errors import FileError, OptionError, PersonalDataError


def faults(folder: Path) -> list[tuple[str, str | None, int | None]]:
    with pytest.raises(SchoolError) as error:
        schools.read(folder)
    assert "Inget läses halvt" in error.value.svenska
    return [(f.code, f.sheet, f.row) for f in error.value.faults]


def test_what_is_written_is_read(tmp_path: Path):
    write(tmp_path, whole())
    (found,) = schools.read(tmp_path)
    assert (found.name, found.now.year, found.now.form, found.before) == (SCHOOL, 2026, "1", None)
    assert [(a.n, a.agree, a.asked) for a in found.now.answers] == [(64, 48, 80), (9, 6, 12)]
    assert [item.plats for item in found.now.of(sheets.INVENTORY)] == [f"Plats {n}" for n in range(1, 9)]
    assert found.now.of(sheets.PLAN)[0].orsaker == ("O1",)
    assert list(found.sha256) == ["sodra-skolan/skola.xlsx"]


def test_a_new_workbook_has_every_sheet_with_drop_downs_and_examples(tmp_path: Path):
    path = schools.path_in(tmp_path, SCHOOL)
    assert schools.write_new(path, SCHOOL, 2026)
    assert not schools.write_new(path, SCHOOL)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [sheets.READ_ME, sheets.FACTS, *sheets.SHEETS, sheets.LISTS]
    for name, columns in sheets.SHEETS.items():
        assert str(book[name].cell(3, 1).value).startswith("EXEMPEL"), name
        chosen = sum(len(rule.sqref.ranges) for rule in book[name].data_validations.dataValidation)
        assert chosen == sum(bool(c.choices) or c.kind in ("ref", "evidence") for c in columns), name
    assert [row[0].value for row in book[sheets.SURVEY].iter_rows(min_row=4) if row[0].value] == list(sheets.QUESTIONS)
    assert "version 1" in " ".join(str(row[0].value) for row in book[sheets.READ_ME].iter_rows())


def test_an_untouched_workbook_says_that_it_is_not_filled_in(tmp_path: Path):
    schools.write_new(schools.path_in(tmp_path, SCHOOL), SCHOOL)
    with pytest.raises(FileError, match="nothing filled in") as error:
        schools.read(tmp_path)
    assert "är inte ifylld än" in error.value.svenska


def test_no_school_no_workbook_and_no_such_school_are_said(tmp_path: Path):
    with pytest.raises(FileError) as error:
        schools.read(tmp_path)
    assert "kunskap ny --skola" in error.value.svenska
    write(tmp_path, whole())
    with pytest.raises(OptionError, match="sodra-skolan"):
        schools.read(tmp_path, "Norra skolan")
    (tmp_path / "skolor" / "tom").mkdir()
    with pytest.raises(FileError) as error:
        schools.read(tmp_path, "tom")
    assert error.value.reason == "no_school_book"


def test_another_workbook_is_no_school(tmp_path: Path):
    path = write(tmp_path, whole())
    book = openpyxl.Workbook()
    book.active.append(["Problem"])
    book.save(path)
    with pytest.raises(FileError, match="no workbook of a school"):
        schools.read(tmp_path)


def test_a_sheet_with_another_name_is_both_missing_and_unknown(tmp_path: Path):
    path = write(tmp_path, whole())
    damaged(path, lambda book: setattr(book[sheets.INVENTORY], "title", "Invetering"))
    assert ("missing_sheet", sheets.INVENTORY, None) in faults(tmp_path)
    assert ("unknown_sheet", "Invetering", None) in faults(tmp_path)


def test_all_faults_are_said_at_once_with_sheet_and_row(tmp_path: Path):
    filled = whole(
        SURVEY=[
            answers(sheets.QUESTIONS[0], 64, 48, tillfragade=60),
            answers("Jag trivs.", 20, 10),
            answers("jag trivs", 21, 10),
            answers("Jag mår bra.", 20, 10, grupp="åk 7", kon="flickor"),
        ],
        INVENTORY=[place(1, x=140), place(1), place(3, ljuset="kanske"), place(4, y=None)],
        PLAN=[{"id": "Å1", "orsaker": "O9", "atgard": "Fler rastvärdar", "ansvarig": "rektor", "klart": "snart"}],
    )
    write(tmp_path, filled)
    found = faults(tmp_path)
    assert set(found) == {
        ("more_than_asked", sheets.SURVEY, 4),
        ("doubled", sheets.SURVEY, 6),
        ("class_by_sex", sheets.SURVEY, 7),
        ("outside_sketch", sheets.INVENTORY, 4),
        ("doubled", sheets.INVENTORY, 5),
        ("bad_choice", sheets.INVENTORY, 6),
        ("half_a_place", sheets.INVENTORY, 7),
        ("no_date", sheets.PLAN, 4),
        ("unknown_ref", sheets.PLAN, 4),
    }


def test_a_reference_that_leads_nowhere_is_said(tmp_path: Path):
    plan = {"id": "Å1", "orsaker": "O9", "atgard": "Fler rastvärdar", "ansvarig": "rektor", "klart": "2026-10-01"}
    write(tmp_path, whole(PLAN=[plan]))
    assert faults(tmp_path) == [("unknown_ref", sheets.PLAN, 4)]


def test_a_group_may_not_be_larger_than_the_school(tmp_path: Path):
    rows = [answers(sheets.QUESTIONS[0], 20, 10), answers(sheets.QUESTIONS[0], 21, 10, grupp="åk 7")]
    write(tmp_path, whole(SURVEY=rows))
    assert faults(tmp_path) == [("groups_above_whole", sheets.SURVEY, None)]


@pytest.mark.parametrize(
    "text",
    ["Emma slår de andra.", "Det gäller Anna Andersson.", "Ring 070-123 45 67.", "Eleven 20100101-1238 var där."],
)
def test_the_name_of_a_pupil_stops_the_workbook_and_is_not_repeated(tmp_path: Path, text: str):
    write(tmp_path, whole(DIALOGUE=[{"tema": "raster", "vilka": sheets.PUPILS, "samtal": 1, "sammanfattning": text}]))
    with pytest.raises(PersonalDataError) as error:
        schools.read(tmp_path)
    assert f"blad ”{sheets.DIALOGUE}”, rad 4" in error.value.svenska
    assert not any(word in error.value.svenska for word in text.split() if len(word) > 3 and word not in ("Ring", "Eleven"))


def test_a_name_where_a_word_is_to_be_chosen_is_not_repeated(tmp_path: Path):
    write(tmp_path, whole(DIALOGUE=[{"tema": "Emma", "vilka": sheets.PUPILS, "samtal": 1}]))
    with pytest.raises(PersonalDataError) as error:
        schools.read(tmp_path)
    assert "Emma" not in error.value.svenska


def test_a_text_may_not_name_a_class(tmp_path: Path):
    write(tmp_path, whole(DIALOGUE=[{"tema": "raster", "vilka": sheets.PUPILS, "samtal": 1, "sammanfattning": "Bråk i 7B."}]))
    assert faults(tmp_path) == [("class_named", sheets.DIALOGUE, 4)]


def test_an_open_workbook_is_read_with_a_word_about_it(tmp_path: Path):
    path = write(tmp_path, whole())
    path.with_name(f"~${path.name}").write_bytes(b"x" * 165)
    (found,) = schools.read(tmp_path)
    assert [r.code for r in found.remarks] == ["open_in_excel"]


def test_two_workbooks_of_a_year_and_of_two_schools_are_refused(tmp_path: Path):
    write(tmp_path, whole(2026))
    write(tmp_path, whole(2026), name="skola-2025.xlsx")
    assert faults(tmp_path) == [("same_year", sheets.FACTS, None)]
    other = whole(2025)
    other[sheets.FACTS][0]["namn"] = "Norra skolan"
    write(tmp_path, other, name="skola-2025.xlsx")
    assert faults(tmp_path) == [("other_school", sheets.FACTS, None)]


def test_the_whole_school_is_the_sum_of_its_classes_where_nobody_has_said_it(tmp_path: Path):
    rows = [
        answers(sheets.QUESTIONS[0], n, n // 2, grupp=group, tillfragade=30) for group, n in (("7A", 22), ("7B", 8), ("8A", 24))
    ]
    write(tmp_path, whole(SURVEY=rows))
    found = schools.read(tmp_path)[0].now.answers
    (school,) = [a for a in found if a.whole]
    assert (school.n, school.agree, school.asked) == (54, 27, 90)
    assert all(a.of_class for a in found if not a.whole)


def test_other_documents_leave_the_schools_alone(tmp_path: Path):
    write(tmp_path, whole())
    assert data_paths(tmp_path) == ()


def test_years_come_in_order(tmp_path: Path):
    write(tmp_path, whole(2026))
    write(tmp_path, whole(2024), name="skola-2024.xlsx")
    (found,) = schools.read(tmp_path)
    assert [year.year for year in found.years] == [2024, 2026]


# ---- other surveys -------------------------------------------------------------------------------------------------------


def surveys(folder: Path) -> Path:
    return folder / "skolor" / "sodra-skolan" / "enkat"


def test_skolinspektionens_workbook_is_read_by_its_headings(tmp_path: Path):
    facts = whole()
    facts[sheets.FACTS][0]["kod"] = "12345678"
    write(tmp_path, facts)
    trygg = "Jag känner mig trygg i skolan"
    skolenkat(
        surveys(tmp_path) / "skolenkaten-elever-grundskola-ak-8-2026.xlsx",
        {trygg: [20, 16, 8, 3, 1], "Mina lärare hjälper mig": ["*", "*", "*", "*", "*"]},
    )
    (found,) = [a for a in schools.read(tmp_path)[0].now.answers if a.source == "Skolenkäten"]
    assert (found.question, found.n, found.agree, found.asked, found.group) == (trygg, 48, 36, 60, "åk 8")


def test_a_school_that_is_not_in_the_file_and_too_many_answers_are_said(tmp_path: Path):
    write(tmp_path, whole())
    path = surveys(tmp_path) / "skolenkaten-elever-grundskola-ak-8-2026.xlsx"
    skolenkat(path, {"Jag känner mig trygg i skolan": [20, 16, 8, 3, 1]}, school="Västra skolan")
    assert [code for code, _, _ in faults(tmp_path)] == ["school_not_found"]
    skolenkat(path, {"Jag känner mig trygg i skolan": [20, 16, 8, 3, 1]}, asked=40)
    assert [code for code, _, _ in faults(tmp_path)] == ["more_than_asked"]


def test_a_survey_without_a_year_is_refused_and_one_of_another_year_is_left_out(tmp_path: Path):
    write(tmp_path, whole())
    path = skolenkat(surveys(tmp_path) / "elever.xlsx", {"Jag känner mig trygg i skolan": [20, 16, 8, 3, 1]})
    assert [code for code, _, _ in faults(tmp_path)] == ["no_year"]
    path.rename(path.with_name("elever-2019.xlsx"))
    assert [r.code for r in schools.read(tmp_path)[0].remarks] == ["other_year"]


@pytest.mark.parametrize("share", ["62 %", "62", "0,62", "62,5 %"])
def test_a_plain_table_of_shares_is_read(tmp_path: Path, share: str):
    write(tmp_path, whole())
    surveys(tmp_path).mkdir()
    text = f"Fråga;Andel;Antal svar;Antal tillfrågade;År\nJag trivs.;{share};50;60;2026\n"
    (surveys(tmp_path) / "trivsel.csv").write_text(text, encoding="utf-8")
    (found,) = [a for a in schools.read(tmp_path)[0].now.answers if a.source == "egen tabell"]
    assert (found.question, found.n, found.agree, found.asked) == ("Jag trivs.", 50, 31, 60)


def test_a_share_above_all_is_refused_with_its_row(tmp_path: Path):
    write(tmp_path, whole())
    surveys(tmp_path).mkdir()
    text = "Fråga;Andel;Antal svar;År\nJag trivs.;62 %;50;2026\nJag mår bra.;162 %;50;2026\nJag sover.;40 %;;2026\n"
    (surveys(tmp_path) / "trivsel.csv").write_text(text, encoding="utf-8")
    assert [(code, row) for code, _, row in faults(tmp_path)] == [("above_all", 3), ("empty", 4)]


def test_an_unknown_file_among_the_surveys_is_refused(tmp_path: Path):
    write(tmp_path, whole())
    surveys(tmp_path).mkdir()
    (surveys(tmp_path) / "annat.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert [code for code, _, _ in faults(tmp_path)] == ["unknown_survey"]


def test_a_year_of_pupils_is_no_class():
    row = school_answers.Answers("Jag trivs.", sheets.PUPILS, 20, 10)
    assert [school_answers.replace(row, group=group).of_class for group in ("", "åk 7", "Årskurs 7–9", "F", "7B", "NA22a")] == [
        *(False, False, False, False),
        *(True, True),
    ]
