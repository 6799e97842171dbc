"""A design that was written down beforehand, and whether it was followed."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from panels import START, panel

from kunskapsbaserat.effects import Design, evaluate, registration_of
from kunskapsbaserat.effects.registration import read
from kunskapsbaserat.errors import FileError, TableError
from kunskapsbaserat.preregistration import preregister, read_registration

BEFORE = datetime.date(2023, 11, 15)


def both() -> tuple[Design, Design]:
    table, treated = panel(5, effect=-0.5, n_treated=3, choice="large")
    planned = Design(table[table["period"] < START], outcome="count", treated=treated, start=START, name="Belysning")
    return planned, Design(table, outcome="count", treated=treated, start=START, name="Belysning")


def test_followed():
    planned, made = both()
    found = evaluate(made, registered=registration_of(planned, months_after=12, written=BEFORE))
    assert (found.registered, found.departures) == ("followed", ())
    assert found.may_claim
    assert "not_registered" not in found.cautions


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"start": "2023-12"}, "start"),
        ({"phase_in": 2}, "phase_in"),
        ({"buffer": ["0114"]}, "buffer"),
        ({"sharing": ["0115"]}, "sharing"),
        ({"exposure": "population"}, "exposure"),
        ({"assignment": "after_bad_period"}, "assignment"),
    ],
)
def test_departures_are_named_and_forbid_the_claim(changes: dict[str, object], named: str):
    planned, made = both()
    registered = registration_of(planned, months_after=12, written=BEFORE)
    found = evaluate(replace(made, **changes), registered=registered)
    assert named in found.departures
    assert not found.may_claim


def test_other_areas_or_another_length_are_departures():
    planned, made = both()
    registered = registration_of(planned, months_after=24, written=BEFORE)
    assert evaluate(made, registered=registered).departures == ("months_after",)
    fewer = replace(made, treated=made.areas[:2], sharing=made.areas[2:])
    assert {"treated", "sharing"} <= set(evaluate(fewer, registered=registered).departures)


def test_written_too_late():
    planned, made = both()
    late = registration_of(planned, months_after=12, written=datetime.date(2024, 1, 2))
    assert evaluate(made, registered=late).departures == ("written_after_start",)


def test_revised_figures_are_a_caution():
    planned, made = both()
    registered = registration_of(planned, months_after=12, written=BEFORE)
    figures = made.data.observed.copy()
    figures[3, 5] += 1
    found = evaluate(replace(made, panel=replace(made.data, observed=figures)), registered=registered)
    assert found.registered == "followed"
    assert "figures_revised" in found.cautions


def test_file(tmp_path: Path):
    planned, made = both()
    path = tmp_path / "upplägg för belysning.json"
    written = preregister(planned, path, months_after=12, written=BEFORE)
    assert read_registration(path) == written
    assert evaluate(made, registered=read_registration(path)).registered == "followed"
    before = path.read_bytes()
    with pytest.raises(FileError, match="never overwritten"):
        preregister(planned, path, months_after=24)
    assert path.read_bytes() == before
    with pytest.raises(FileError, match="cannot be written"):
        preregister(planned, tmp_path / "saknas" / "a.json", months_after=12)
    with pytest.raises(FileError, match="cannot be read"):
        read_registration(tmp_path / "annan.json")


def test_a_changed_file_is_refused():
    planned, _ = both()
    text = registration_of(planned, months_after=12, written=BEFORE).text()
    assert read(text).text() == text
    with pytest.raises(TableError, match="checksum"):
        read(text.replace('"phase_in": 0', '"phase_in": 3'))
    with pytest.raises(TableError, match="registered design"):
        read('{"choices": {}}')
    with pytest.raises(TableError, match="registered design"):
        read("inte json")
