"""Every kommun is found by every way in which files write its name."""

from __future__ import annotations

import unicodedata

import pytest

from kunskapsbaserat import kommun
from kunskapsbaserat.data.bra import labels


@pytest.mark.parametrize(
    "spelt",
    [
        lambda k: unicodedata.normalize("NFD", k.name),
        lambda k: f"{k.name} kommun",
        lambda k: f"{k.name} kommuns",
        lambda k: f"{k.genitive} kommun",
        lambda k: f"{k.genitive} kommuns",
        lambda k: unicodedata.normalize("NFD", f"{k.name.upper()} KOMMUN"),
        lambda k: f"  {k.name.replace('-', '–')}\N{NO-BREAK SPACE}kommun ",
        lambda k: f"{k.name} stad",
        lambda k: int(k.code),
    ],
)
def test_every_kommun_in_every_spelling(spelt):
    for k in kommun.all_kommuner():
        assert kommun.get(spelt(k)) == k
        if isinstance(spelt(k), str) and "kommun" in spelt(k).casefold():
            assert labels.region(str(labels.squeeze(spelt(k)))).area == k.code


@pytest.mark.parametrize("name", ["Falu kommun", "Falu kommuns", "FALU KOMMUN", "Falun"])
def test_falun_in_its_own_genitive(name: str):
    assert kommun.area(name) == ("2080", "kommun")
    assert labels.region(name) == labels.Region("2080", "kommun")


@pytest.mark.parametrize("name", ["Malung", "Malungs kommun", "Malung kommuns"])
def test_malung_before_2008(name: str):
    assert kommun.area(name) == ("2023", "kommun")


def test_kopparbergs_lan_is_dalarna():
    assert kommun.area("Kopparbergs län") == ("20", "lan")


def test_former_kommuner_have_their_dates():
    dated = {(kommun.get(s.successor).name, s.year, s.kind) for s in kommun.SUCCESSIONS}
    assert dated >= {("Heby", 2007, "code"), ("Knivsta", 2003, "split"), ("Nykvarn", 1999, "split")}
    assert dated >= {("Bollebygd", 1995, "split"), ("Lekeberg", 1995, "split")}
    assert kommun.get("1917").name == "Heby"  # the code it had in Västmanland
