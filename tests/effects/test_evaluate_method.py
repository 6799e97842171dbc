"""Another method than the usual one counts only when it was written down before the start, and only where its errors hold."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pytest
from panels import START, design, panel

from kunskapsbaserat.effects import Design, evaluate, registration_of, sdid, synthetic_control
from kunskapsbaserat.effects import words as text
from kunskapsbaserat.effects.registration import METHODS, Registration, read
from kunskapsbaserat.effects.toolbox_rates import shown_to_hold
from kunskapsbaserat.errors import OptionError

WRITTEN = datetime.date(2023, 11, 1)


@pytest.fixture(scope="module")
def made() -> Design:
    return design(5, effect=-0.5, n_treated=3, choice="large")


def written(of: Design, method: str) -> Registration:
    return read(registration_of(of, months_after=12, written=WRITTEN, method=method).text())


@pytest.mark.parametrize("method", METHODS[1:])
def test_the_registered_method_is_used(made: Design, method: str):
    found = evaluate(made, registered=written(made, method))
    alone = {"synthetic_control": synthetic_control, "sdid": sdid}[method](made)
    assert (found.method, found.registered, found.departures) == (method, "followed", ())
    assert (found.estimate, found.lower, found.upper, found.p_value) == (
        alone.estimate,
        alone.lower,
        alone.upper,
        alone.p_value,
    )
    held = shown_to_hold(method, treated=3, compared=200, months_before=60, months_per_period=1)
    assert held
    assert found.failed_checks == ()
    assert found.may_claim
    assert "I prov där ingenting hade hänt" not in found.summary()


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_method_chosen_afterwards_is_no_effect(made: Design, method: str):
    found = evaluate(made, method=method)
    assert "method_not_registered" in found.failed_checks
    assert not found.may_claim
    assert text.FAILED["method_not_registered"] in found.summary()
    other = evaluate(made, method=method, registered=written(made, "did"))
    assert other.departures == ("method",)
    assert not other.may_claim
    assert "metoden" in other.summary()


def test_the_usual_method_instead_of_the_registered_is_a_departure(made: Design):
    found = evaluate(made, method="did", registered=written(made, "sdid"))
    assert (found.method, found.departures) == ("did", ("method",))


def test_a_registration_that_names_no_method_is_of_the_usual(made: Design):
    body = json.loads(registration_of(made, months_after=12, written=WRITTEN).text())
    choices = {name: value for name, value in body["choices"].items() if name != "method"}
    older = Registration(choices, body["figures_sha256"], WRITTEN)
    assert evaluate(made, registered=older).departures == ()


def test_without_areas_to_compare_with_the_method_is_no_departure():
    table, treated = panel(2, choice="large")
    alone = Design(table[table["area"].isin(treated)], outcome="count", treated=treated, start=START)
    found = evaluate(alone, registered=written(alone, "sdid"))
    assert (found.method, found.departures) == ("its", ())
    assert "method_not_registered" not in found.failed_checks


def test_methods_are_checked(made: Design):
    with pytest.raises(OptionError):
        evaluate(made, method="its")
    with pytest.raises(OptionError):
        registration_of(made, months_after=12, written=WRITTEN, method="att_gt")


def test_fewer_areas_than_a_verdict_needs_are_described(made: Design):
    few = replace(
        made,
        panel=replace(
            made.data, units=made.data.units[:15], observed=made.data.observed[:15], exposure=made.data.exposure[:15]
        ),
        treated=made.data.units[0],
    )
    found = evaluate(few, registered=written(few, "synthetic_control"))
    assert found.verdict == "kan_inte_bedomas"
