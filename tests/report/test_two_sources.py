"""Two sources of one problem: what they say together, and that nothing is said where chance could be the difference."""

from __future__ import annotations

import itertools

import pytest
from bs4 import BeautifulSoup
from full_folder import full_folder
from pages import plain

from kunskapsbaserat.report.documents.lagesbild.words import agreement as words
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.agreement import Pair, Picture, Signal


def pair(level: tuple[int | None, int | None], change: tuple[int | None, int | None]) -> Pair:
    return Pair("x", Signal("a", "", level[0], change[0]), Signal("b", "", level[1], change[1]))


@pytest.mark.parametrize(
    ("level", "change", "picture"),
    [
        ((1, 1), (0, 0), Picture.SAMMA),
        ((1, -1), (None, 0), Picture.OLIKA),
        ((1, 1), (1, -1), Picture.DELVIS),
        ((1, 0), (0, 1), Picture.KAN_INTE_JAMFORAS),
        ((1, None), (None, 1), Picture.KAN_INTE_JAMFORAS),  # a level is no change
        ((None, None), (-1, -1), Picture.SAMMA),
    ],
)
def test_only_what_both_are_certain_of_is_compared(level: tuple, change: tuple, picture: Picture):
    assert pair(level, change).picture is picture


@pytest.mark.parametrize("signs", list(itertools.product((1, 0, -1, None), repeat=2)))
def test_the_order_of_the_sources_does_not_matter(signs: tuple):
    there, back = pair(signs, (None, None)), pair(signs[::-1], (None, None))
    assert there.picture is back.picture
    assert there.comparable == back.comparable
    said = there.picture is not Picture.KAN_INTE_JAMFORAS
    assert said == (signs[0] in (1, -1) and signs[1] in (1, -1))
    assert words.together(there)[1]  # always a reason


def test_pairs_are_of_sources_that_exist():
    found = words.pairs(underlag.load(data=full_folder()))
    named = {(p.one.source, p.other.source) for p in found}
    assert (words.REPORTED, "Kostnader för skadegörelse") in named
    assert (words.REPORTED, words.EST) in named
    assert (words.NTU, words.TALKS) in named
    assert (words.NTU, words.WALKS) in named
    assert (words.NTU, "Skolenkäten i årskurs 8") in named
    assert {p.picture for p in found} == {Picture.KAN_INTE_JAMFORAS}
    reasons = [words.together(p)[1] for p in found]
    assert "De som kom till dialogen är inget urval av invånarna." in reasons
    assert "Den ena källan kan inte bedömas än, eller så mäter de olika saker." in reasons  # three years of costs


def test_without_a_folder_only_what_agrees_or_contradicts_is_shown():
    for kommun in ("Borlänge", "Köping", "Vansbro"):
        assert all(p.picture is not Picture.KAN_INTE_JAMFORAS for p in words.pairs(underlag.load(kommun)))


def test_the_rule_stands_over_the_table():
    from test_own_knowledge import REPORT, full

    section: BeautifulSoup = full()[REPORT].find(id="kallorna")
    assert plain(words.RULE) in plain(section.get_text(" "))
    assert len(section.find("tbody").find_all("tr")) == 6
