"""A län is found by code and name, and a document about one is chosen as one about a kommun is."""

from __future__ import annotations

import pytest

from kunskapsbaserat import cli_rapport, engine, kommun, lan
from kunskapsbaserat.errors import OptionError


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("10", "10"), (10, "10"), ("1", "01"), ("Blekinge", "10"), ("blekinge LÄN", "10"), ("Jönköpings län", "06")),
        *(("jonkopings lan", "06"), ("Västra Götaland", "14"), (" Gotland ", "09"), ("Kopparbergs län", "20")),
    ],
)
def test_a_lan_by_code_or_name(written: object, code: str):
    assert lan.get(written).code == code


@pytest.mark.parametrize("written", [None, "", "2", "99", "010", "Blekinge kommun", "Karlshamn", "län"])
def test_an_unknown_lan_lists_the_choices(written: object):
    with pytest.raises(OptionError) as caught:
        lan.get(written)
    assert "10 Blekinge län" in caught.value.svenska
    assert "20 Dalarnas län" in caught.value.svenska
    assert "går inte att välja" in caught.value.svenska


def test_the_lan_hold_every_kommun_once():
    assert len(lan.all_lan()) == 21
    assert sorted(k.code for one in lan.all_lan() for k in one.kommuner) == [k.code for k in kommun.all_kommuner()]
    assert len({one.slug for one in lan.all_lan()} | {k.slug for k in kommun.all_kommuner()}) == 21 + 290
    for one in lan.all_lan():
        assert lan.get(one.name) == lan.get(one.short) == lan.get(one.code) == one
        assert [k.name for k in one.kommuner] == sorted((k.name for k in one.kommuner), key=kommun.sort_key)
    assert [lan.get(code).where for code in ("09", "01", "17")] == ["på Gotland", "i Stockholms län", "i Värmland"]


def test_words_and_options_still_choose_kommuner():
    chosen = [w.subject for w in cli_rapport.choose(["lagesbild"], ["Upplands", "Väsby", "Ale"])]
    assert [s.name for s in chosen] == ["Upplands Väsby", "Ale"]
    assert {engine.asks_for(engine.template_path(name)) for name in ("lagesbild", "est", "uppfoljning")} == {"kommun"}


def test_a_code_that_pandas_has_made_a_decimal_is_a_code():
    assert lan.get(20.0).name == "Dalarnas län"
    for value in (float("nan"), 20.5):
        with pytest.raises(OptionError):
            lan.get(value)
