"""The act paragraph by paragraph, as far as software can embody it (lag 2023:196, with § 14 from SFS 2025:223)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import plan_of, plan_with

from kunskapsbaserat.plan import chain, sheets
from kunskapsbaserat.plan.duties import CYCLE, IN_FORCE, PLAN_REQUIRED, SOON, Duty, State, add_months, duties, overdue
from kunskapsbaserat.plan.model import Plan
from kunskapsbaserat.report.statements import duties as text

TODAY = date(2026, 11, 22)


def duty(plan: Plan, code: str, as_of: date = TODAY) -> Duty:
    return next(d for d in duties(plan, as_of=as_of) if d.code == code)


# ---- § 3: every measure goes back to a finding ----------------------------------------------------------------------


def test_a_measure_without_cause_cannot_be_traced():
    found = plan_of({sheets.ATGARDER: {"Å1": {"orsaker": None}}})
    assert "measure_without_cause" in {f.code for f in chain.orphans(found)}


def test_a_problem_has_to_stand_in_the_lagesbild():
    found = plan_of({sheets.PROBLEM: {"P1": {"lagesbild": None}}})
    (fault,) = [f for f in chain.orphans(found) if f.code == "problem_outside_lagesbild"]
    assert "3 och 5 §§" in fault.svenska


def test_no_measure_is_a_position_when_the_reason_is_there():
    assert not [f for f in chain.orphans(plan_of({})) if "P4" in f.svenska]
    found = plan_of({sheets.PROBLEM: {"P4": {"skal": None}}})
    assert [f.code for f in chain.orphans(found) if "P4" in f.svenska] == ["no_measure_without_reason"]


# ---- § 4 and § 6: the lägesbild at least every second year ----------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "as_of", "state"),
    [
        (date(2024, 11, 22), date(2026, 11, 22), State.SNART),  # the last day
        (date(2024, 11, 22), date(2026, 11, 23), State.FORSENAT),
        (date(2024, 11, 22), date(2026, 5, 21), State.KLART),
        (date(2024, 11, 22), date(2026, 5, 22), State.SNART),
        (None, date(2026, 11, 22), State.SAKNAS),
    ],
)
def test_the_lagesbild_is_updated_within_24_months(done: date | None, as_of: date, state: State):
    assert duty(plan_with(lagesbild_datum=done), "lagesbild", as_of).state is state


def test_months_are_counted_from_the_decision_not_by_calendar_years():
    found = duty(plan_with(lagesbild_datum=date(2024, 12, 31)), "lagesbild")
    assert found.due == date(2026, 12, 31)
    assert found.state is State.SNART  # a calendar-year rule would call it late from 1 January


@given(st.dates(date(2023, 7, 1), date(2060, 1, 1)), st.integers(0, 60))
def test_months_added(day: date, months: int):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (add_months(later, 0) == later))
    if later.day != day.day:  # only where the month has no such day
        with pytest.raises(ValueError, match="day"):
            later.replace(day=day.day)


def test_a_leap_day_falls_on_the_last_of_february():
    assert add_months(date(2024, 2, 29), CYCLE) == date(2026, 2, 28)


# ---- § 5: the plan is a decision, with the kommun's own measures ----------------------------------------------------


@pytest.mark.parametrize("field", ["plan_beslutad_av", "plan_paragraf", "diarienummer"])
def test_a_decision_has_who_paragraph_and_diary_number(field: str):
    assert duty(plan_with(), "plan_beslut").state is State.KLART
    found = duty(plan_with(**{field: None}), "plan_beslut")
    assert found.state is State.DELVIS
    assert len(found.missing) == 1
    assert "Saknas:" in text.text(found)


def test_no_plan_was_required_before_july_2024():
    missing = plan_with(plan_beslut=None)
    assert duty(missing, "plan_beslut", date(2024, 6, 30)).state is State.EJ_AKTUELLT
    assert duty(missing, "plan_beslut", PLAN_REQUIRED).state is State.SAKNAS
    assert date(2023, 7, 1) == IN_FORCE


def test_own_measures_are_apart_from_those_of_others():
    found = duty(plan_with(), "egna_atgarder")
    assert found.parts == ("7", "1")
    assert text.text(found) == "Sju är kommunens egna, en är en annan aktörs och redovisas för sig."
    everybody = plan_of({sheets.ATGARDER: {f"Å{n}": {"vems": "annan aktörs"} for n in range(1, 9)}})
    assert duty(everybody, "egna_atgarder").state is State.SAKNAS


# ---- § 6: the plan is followed up at least every second year --------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "followed", "due"),
    [
        (date(2024, 6, 30), None, date(2026, 6, 30)),
        (date(2022, 12, 13), date(2024, 11, 26), date(2026, 11, 26)),
        (date(2025, 1, 1), date(2024, 11, 26), date(2027, 1, 1)),  # a new plan starts a new clock
        (None, None, date(2026, 7, 1)),  # decided on the last day, followed up by 1 July 2026 at the latest
    ],
)
def test_the_follow_up_is_due_24_months_after_the_latest_step(decided: date | None, followed: date | None, due: date):
    found = duty(plan_with(plan_beslut=decided, uppfoljd=followed), "uppfoljning")
    assert found.due == due
    assert (found.state is State.FORSENAT) == (due < TODAY)


def test_the_two_duties_have_one_clock_each():
    found = plan_with(lagesbild_datum=date(2024, 1, 15), plan_beslut=date(2025, 6, 1), uppfoljd=None)
    assert [d.code for d in overdue(duties(found, as_of=TODAY))] == ["lagesbild", "overenskommelser"]


# ---- § 7: together with what other statutes ask for -----------------------------------------------------------------


def test_other_plans_are_named_and_never_overdue():
    found = duty(plan_with(), "andra_planer")
    assert found.parts == ("Översiktsplanen",)
    none = plan_of({sheets.PROBLEM: {"P3": {"annan_plan": None}}, sheets.ATGARDER: {"Å3": {"annan_plan": None}}})
    assert duty(none, "andra_planer").state is State.EJ_AKTUELLT
    assert "där det är lämpligt" in text.text(duty(none, "andra_planer"))


# ---- § 9: written agreements ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state", "missing"),
    [
        ({}, State.KLART, ()),
        ({"ok_till": [date(2027, 3, 31)]}, State.SNART, ()),
        ({"ok_syfte": [None]}, State.DELVIS, ("syfte",)),
        ({"ok_omraden": [None]}, State.DELVIS, ("omraden",)),
        ({"ok_till": [date(2026, 1, 1)]}, State.FORSENAT, ("utgangen",)),
        ({"ok_part": [None]}, State.SAKNAS, ("ingen",)),
    ],
)
def test_agreements_state_purposes_and_areas_and_run_out(changes: dict, state: State, missing: tuple[str, ...]):
    found = duty(plan_with(**({"ok_till": [date(2028, 1, 1)]} | changes)), "overenskommelser")
    assert (found.state, found.missing) == (state, missing)
    assert text.text(found)


def test_one_agreement_that_has_ended_does_not_hide_one_that_holds():
    found = plan_with(
        ok_part=["Polisen", "Bostadsbolaget"],
        ok_syfte=["a", "b"],
        ok_omraden=["c", "d"],
        ok_fran=[date(2022, 1, 1), date(2025, 1, 1)],
        ok_till=[date(2024, 1, 1), None],
    )
    assert duty(found, "overenskommelser").parts == ("Bostadsbolaget",)
    assert "En äldre överenskommelse har gått ut" in text.text(duty(found, "overenskommelser"))


# ---- § 10: the council ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state", "missing"),
    [
        ({"medlem_ledande": ["ja"] * 4}, State.KLART, ()),
        ({}, State.DELVIS, ("niva",)),
        ({"medlem_ledande": ["ja", None, "ja", "ja"]}, State.DELVIS, ("niva_okand",)),
        ({"medlem": [None] * 4, "medlem_ledande": [None] * 4}, State.DELVIS, ("medlemmar",)),
        ({"medlem_ledande": ["ja"] * 4, "rad_leds_av": None}, State.DELVIS, ("ledning",)),
        ({"medlem_ledande": ["ja"] * 4, "rad_leds_av": "Polisen"}, State.DELVIS, ("ledning_annan",)),
        ({"rad": None}, State.SAKNAS, ("rad",)),
    ],
)
def test_the_council_is_led_by_the_kommun_with_leading_members(changes: dict, state: State, missing: tuple[str, ...]):
    found = duty(plan_with(**changes), "rad")
    assert (found.state, found.missing) == (state, missing)


# ---- §§ 11-12: function, contact, information -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state"),
    [({}, State.KLART), ({"kontakt": None}, State.DELVIS), ({"kontakt": None, "samordningsfunktion": None}, State.SAKNAS)],
)
def test_the_function_is_there_and_can_be_reached(changes: dict, state: State):
    assert duty(plan_with(**changes), "samordning").state is state


def test_information_to_residents_is_a_duty_of_its_own():
    assert duty(plan_with(), "information").state is State.KLART
    assert "version för invånarna" in text.text(duty(plan_with(), "information"))
    assert duty(plan_with(information=None), "information").state is State.SAKNAS


# ---- § 13: the responsible body, and reports to fullmäktige ---------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"namnd": "Kommunstyrelsen"}, State.KLART),
        ({"namnd": "Trygghetsnämnden"}, State.DELVIS),  # fullmäktige has to have decided it
        ({"namnd": "Trygghetsnämnden", "namnd_beslut": "2023-05-02, § 41"}, State.KLART),
        ({"namnd": None}, State.SAKNAS),
    ],
)
def test_kommunstyrelsen_or_the_board_that_fullmaktige_decides(changes: dict, state: State):
    assert duty(plan_with(**changes), "namnd").state is state


def test_reports_are_continuous_and_have_no_invented_interval():
    old = duty(plan_with(rapporterat=date(2020, 1, 1)), "rapportering")
    assert old.state is State.KLART
    assert old.due is None
    assert "ingen frist" in text.text(old)
    assert duty(plan_with(rapporterat=None), "rapportering").state is State.SAKNAS


# ---- § 14: camera surveillance --------------------------------------------------------------------------------------


def test_a_camera_needs_its_reasons():
    assert duty(plan_with(), "kamera").missing == ("kamera_alternativ", "kamera_uppfoljning")
    whole = {"kamera_alternativ": "Vakter prövades.", "kamera_uppfoljning": "Varje år."}
    assert duty(plan_of({sheets.ATGARDER: {"Å8": whole}}), "kamera").state is State.KLART
    assert duty(plan_of({sheets.ATGARDER: {"Å8": {"kamera": "nej"}}}), "kamera").state is State.EJ_AKTUELLT


# ---- the table ---------------------------------------------------------------------------------


def test_every_paragraph_that_asks_something_is_there_in_order():
    found = duties(plan_with(), as_of=TODAY)
    assert {d.paragraph for d in found} == {"5", "6", "7", "9", "10", "11", "12", "13", "14"}
    assert all(f"{d.paragraph}\u00a0§" in text.NAMES[d.code] or d.code == "lagesbild" for d in found)
    assert {d.code for d in found} == set(text.NAMES)


def test_no_sanction_is_spoken_of():
    """The act has no rule on supervision or sanctions."""
    for changes in ({}, {"namnd": None, "rad": None, "plan_beslut": None, "rapporterat": None, "information": None}):
        said = " ".join(text.text(d) + text.due(d) for d in duties(plan_with(**changes), as_of=TODAY)).casefold()
        assert not any(word in said for word in ("sanktion", "vite", "straff", "tillsyn", "lagbrott", "bryter mot"))


def test_soon_is_half_a_year():
    assert SOON == 6
