"""The sheets beside the chain: an older workbook needs none of them, small numbers leave by no way, and what ends is said."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from plans import filled
from work_plans import YEAR, added, book_with, controls, neighbours, process

from fresh import fresh_plan
from kunskapsbaserat.catalogue import advice, processer
from kunskapsbaserat.plan import PlanError, prevention, sheets, work_checks, workbook
from kunskapsbaserat.plan.example import example
from kunskapsbaserat.plan.model import Hallet, Medborgarlofte, Plan, Typ
from kunskapsbaserat.plan.protected import FEW, protected, told_without
from kunskapsbaserat.plan.work import Fokus, Kontroll

AS_OF = date(2025, 11, 25)


def plan_of(**rows: list[dict[str, object]]) -> Plan:
    return workbook.from_rows(book_with(**rows), kommun="2081", name="test")


# ---- older workbooks -----------------------------------------------------------------------------------------------------


def test_a_workbook_without_the_newer_sheets_and_columns_is_read_as_before(tmp_path: Path):
    path = filled(tmp_path / "atgardsplan.xlsx", book_with())
    whole = workbook.read(path, kommun="Borlänge")
    book = openpyxl.load_workbook(path)
    for name in sheets.LATER:
        del book[name]
    for name in (sheets.MAL, sheets.LOFTEN):
        sheet, later = book[name], {column.head for column in sheets.SHEETS[name] if column.later}
        assert later
        for at in range(sheet.max_column, 0, -1):
            if sheet.cell(1, at).value in later:
                sheet.delete_cols(at)
    newer = {line.head for line in sheets.ORGANISATION if line.later}
    for row in range(60, 2, -1):
        if book[sheets.KOMMUN].cell(row, 1).value in newer:
            book[sheets.KOMMUN].delete_rows(row)
    book.save(path)
    older = workbook.read(path, kommun="Borlänge")
    assert dataclasses.replace(older, sha256=whole.sha256) == whole
    assert older.fokus == older.processtal == older.organisation.kf_mal == ()


def test_one_column_less_on_a_newer_sheet_is_said_with_its_name(tmp_path: Path):
    path = fresh_plan(tmp_path / "atgardsplan.xlsx")
    book = openpyxl.load_workbook(path)
    book[sheets.KONTROLLER].delete_cols(6)
    book.save(path)
    with pytest.raises(PlanError) as caught:
        workbook.read(path, kommun="Borlänge")
    assert "kolumnen ”Kontrollerade” saknas" in caught.value.svenska


@pytest.mark.parametrize(("written", "read"), [("12,5", 12.5), ("1 200", 1200), (" 27 ", 27), (27.0, 27)])
def test_numbers_are_read_as_people_write_them(written: object, read: float):
    assert plan_of(**process(erbjudna=written)).processtal[0].antal == read


# ---- what may be shown ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_a_small_process_figure_leaves_with_nothing_to_tell_it_apart(few: int):
    """1, 2, 3 and 4 are the same plan once protected; 0 and 5 are shown."""
    shown = protected(plan_of(**process(**{"kvinnojour.nekade": few}))).processtal
    assert [(t.antal, t.dolda) for t in shown] == [(None, (("antal", FEW),))]
    assert [t.antal for v in (0, 5) for t in protected(plan_of(**process(**{"kvinnojour.nekade": v}))).processtal] == [0, 5]


@pytest.mark.parametrize(("offered", "begun"), [(8, 5), (12, 11), (20, 17), (9, 5), (40, 36)])
def test_how_many_said_no_is_not_had_by_subtraction(offered: int, begun: int):
    shown = protected(plan_of(**process(erbjudna=offered, paborjade=begun))).processtal
    assert None in [t.antal for t in shown]
    assert all(mark == ".." for t in shown for _, mark in t.dolda)


def test_parts_far_from_their_whole_are_shown():
    shown = protected(plan_of(**process(erbjudna=40, paborjade=20, slutforda=12))).processtal
    assert [t.antal for t in shown] == [40, 20, 12]


def test_days_to_a_meeting_are_no_persons():
    assert protected(plan_of(**process(dagar=3))).processtal[0].antal == 3


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_the_kronor_of_few_faults_go_with_them(few: int):
    (hidden,) = protected(plan_of(kontroller=[controls(fel=few)])).kontroller
    assert (hidden.fel, hidden.kronor, hidden.kontrollerade) == (None, None, 900)
    assert dict(hidden.dolda) == {"fel": FEW, "kronor": ".."}


def test_the_sum_of_areas_gives_no_hidden_area_away():
    """One area of 3: its group's sum would give it away unless another is hidden too."""
    areas = neighbours((420, 260, 9), (300, 40, 3), (200, 10, 22), (310, 0, 12), (500, 0, 15))
    plan = protected(plan_of(grannsamverkan=areas))
    inside = [a.inbrott for a in plan.grannsamverkan if a.med]
    total = next(s for s in plan.grannsummor if s.med)
    assert inside.count(None) >= 2 or total.inbrott is None
    assert next(s for s in plan.grannsummor if not s.med).inbrott == 27


def test_one_area_alone_is_its_own_sum():
    plan = protected(plan_of(grannsamverkan=neighbours((420, 260, 3), (310, 0, 12))))
    assert [s.inbrott for s in plan.grannsummor] == [None, 12]


def test_an_own_focus_figure_of_few_persons_is_hidden():
    focus = {"id": "F1", "namn": "Avhoppare", "storlek": 3, "enhet": "personer"}
    (shown,) = protected(plan_of(fokus=[focus])).fokus
    assert (shown.storlek, shown.dolda) == (None, (("storlek", FEW),))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Brottsaktiva från 4 till 2", f"Brottsaktiva från {FEW} till {FEW}"),
        ("Brottsaktiva från fyra till två", f"Brottsaktiva från {FEW} till {FEW}"),
        ("Färre än 25 fall 2024", "Färre än 25 fall 2024"),
        ("Enligt 4 § och på 2 år", "Enligt 4 § och på 2 år"),
        ("Vecka 2024-3", "Vecka 2024-3"),
        ("Mål M2", "Mål M2"),
    ],
)
def test_a_small_number_in_a_goals_own_words(text: str, told: str):
    assert told_without(text) == told


# ---- faults and reminders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ({"fokus": [{"id": "F1", "namn": "A", "problem": "P9"}]}, "unknown_id"),
        ({"fokus": [{"id": "F1", "namn": "A", "indikator": "inbrotten"}]}, "unknown_indicator"),
        ({"fokus": [{"id": "F1", "namn": "A", "est": "Otydligt"}]}, "unknown_category"),
        ({"fokus": [{"id": "F1", "namn": "A", "fran": date(2025, 1, 2), "till": date(2025, 1, 1)}]}, "ends_before_start"),
        (process(okand=4), "unknown_measure"),
        (process(erbjudna=5, paborjade=6), "more_than_all"),
        ({"grannsamverkan": neighbours((100, 120, 5))}, "more_than_all"),
        ({"kontroller": [controls(kronor="1,5")]}, "bad_cost"),
    ],
)
def test_what_is_wrong_is_said(rows: dict[str, list[dict[str, object]]], code: str):
    with pytest.raises(PlanError) as caught:
        plan_of(**rows)
    assert code in {fault.code for fault in caught.value.faults}


def test_a_promise_leads_to_a_question_about_trygghet_only():
    book = added(book_with(), sheets.LOFTEN, id="L9", lofte="Vi finns på torget", trygghet="bostadsinbrott")
    with pytest.raises(PlanError) as caught:
        workbook.from_rows(book, kommun="2081", name="test")
    assert [fault.code for fault in caught.value.faults] == ["not_trygghet"]


def codes(plan: Plan) -> set[str]:
    return {fault.code for fault in work_checks.reminders(plan, as_of=AS_OF)}


def test_a_focus_area_is_followed_to_its_end_and_into_agreement_promise_and_est():
    whole = plan_of(
        fokus=[
            {
                "id": "F1",
                "namn": "A",
                "problem": "P1",
                "indikator": "bostadsinbrott",
                "till": date(2027, 1, 1),
                "est": "Skadegörelse",
            }
        ]
    )
    agreed = dataclasses.replace(whole.organisation.overenskommelser[0], fokus=("F1",), till=date(2027, 6, 1))
    organisation = dataclasses.replace(whole.organisation, overenskommelser=(agreed,))
    whole = dataclasses.replace(whole, organisation=organisation, loften=(Medborgarlofte("L1", "Vi lovar", fokus="F1"),))
    assert not {code for code in codes(whole) if code.startswith(("focus", "agreement"))}
    (focus,) = whole.fokus
    for changes, code in (
        ({"indikator": None}, "focus_without_figure"),
        ({"till": None}, "focus_without_end"),
        ({"till": date(2026, 5, 1)}, "focus_ends"),
        ({"till": date(2025, 5, 1)}, "focus_ends"),
        ({"est": ()}, "focus_not_carried"),
        ({"till": date(2028, 1, 1)}, "agreement_ends_first"),
    ):
        assert code in codes(dataclasses.replace(whole, fokus=(dataclasses.replace(focus, **changes),)))


@pytest.mark.parametrize(
    ("result", "said"), [(None, True), ("Det gick bra", True), ("11 av 13 fredagar", False), ("Inga kvällar", False)]
)
def test_a_promise_is_kept_with_a_number(result: str | None, said: bool):
    plan = Plan("2081", example().organisation, loften=(Medborgarlofte("L1", "Vi lovar", hallet=Hallet.JA, resultat=result),))
    assert ("promise_not_counted" in codes(plan)) == said


def test_fullmaktiges_goals_and_delegations_are_reminded_of():
    council = {"Fullmäktiges mål: gäller till": [date(2026, 1, 1), None], "Fullmäktiges mål: planens mål": [None, "M1"]}
    council |= {"Delegation: vad": ["Följa upp"], "Delegation: gäller till": [date(2025, 1, 1)]}
    book = book_with()
    for row in book[sheets.KOMMUN]:
        if row[0] in council:
            row[1:] = council[row[0]]
    plan = workbook.from_rows(book, kommun="2081", name="test")
    assert [goal.planens for goal in plan.organisation.kf_mal] == [(), ("M1",)]
    assert codes(plan) >= {"council_goal_without_goal", "council_goal_ends", "delegation_ends", "delegation_incomplete"}


def test_faults_need_their_checks():
    plan = Plan(
        "2081",
        example().organisation,
        kontroller=(Kontroll("K1", "A", "B", fel=9), Kontroll("K2", "A", "B", kontrollerade=5, fel=9)),
    )
    assert codes(plan) == {"faults_without_checks", "more_faults_than_checks"}


def test_a_cause_asks_for_its_kind_of_prevention():
    plan = example()
    assert [fault.row for fault in prevention.mismatches(plan)] == [next(o.row for o in plan.orsaker if o.id == "O3")]
    social = tuple(dataclasses.replace(a, typ=Typ.BADA if a.id == "Å5" else a.typ) for a in plan.atgarder)
    assert prevention.mismatches(dataclasses.replace(plan, atgarder=social)) == []
    unsaid = tuple(dataclasses.replace(a, typ=None if a.id == "Å5" else a.typ) for a in plan.atgarder)
    assert (
        "typ är inte ifylld för Ansvarsfull alkoholservering och tillsyn"
        in prevention.mismatches(dataclasses.replace(plan, atgarder=unsaid))[0].svenska
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Stöd till 3 unga i riskzon", True),
        ("Två kända brottsaktiva har flyttat", True),
        ("Tre trygghetsvandringar", False),
        ("Åtgärden nådde 34 barn", False),
        ("Fyra av fem skolor", False),
    ],
)
def test_few_persons_in_words_are_remarked_with_their_cell(text: str, said: bool):
    plan = dataclasses.replace(example(), atgarder=(dataclasses.replace(example().atgarder[0], avvikelse=text, row=4),))
    found = list(work_checks.few_in_words(plan))
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [(sheets.ATGARDER, 4, "Avvikelser")] * said
    assert not any(text in fault.svenska for fault in found)


# ---- the catalogues ------------------------------------------------------------------------------------------------------


def test_every_work_says_what_it_cannot_say_and_no_number_is_better():
    for work in processer.works():
        assert len(work.definition) > 20
        assert len(work.limits) > 20
        assert {m.of for m in work.measures} <= {"", *(m.id for m in work.measures)}
    jour = next(w for w in processer.works() if w.id == "kvinnojour")
    assert "inte sämre" in jour.limits
    assert {m.id for m in jour.measures} == {"kontakter", "natter", "nekade"}


def test_every_advice_has_a_source_that_can_be_looked_up():
    sources = [one.source for one in advice.for_residents()] + [s for duty in advice.for_staff() for s in duty.sources]
    assert all(s.title and s.url.startswith("https://") for s in sources)
    assert all(duty.sources for duty in advice.for_staff())
    told = " ".join(f"{one.head} {one.text}" for one in advice.for_residents())
    assert all(word in told for word in ("112", "114 14", "tips", "orosanmälan"))


def test_a_focus_area_of_own_figures_has_no_verdict():
    from kunskapsbaserat.report.documents.uppfoljning.words import work as text

    focus = Fokus("F1", "A", storlek=12.5, storlek_fore=20, enhet="procent", ar=2025)
    assert (text.own_size(focus), text.own_trend(focus)) == ("12,5 procent (2025)", "tidigare 20, inte bedömt")
    assert YEAR["fran"] < YEAR["till"]
