from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kunskapsbaserat import kommun
from kunskapsbaserat.errors import OptionError, UnknownKommun

ALL = kommun.all_kommuner()


def test_there_are_290_in_21_lan():
    assert len(ALL) == 290
    assert len({k.code for k in ALL}) == 290
    assert len({k.lan_code for k in ALL}) == 21


def test_skr_groups_have_their_published_sizes():
    # SKR, Kommungruppsindelning 2023: A1 3, A2 43, B3 23, B4 63, B5 24, C6 27, C7 51, C8 35, C9 21
    sizes = {g: sum(k.skr_code == g for k in ALL) for g in ("A1", "A2", "B3", "B4", "B5", "C6", "C7", "C8", "C9")}
    assert sizes == {"A1": 3, "A2": 43, "B3": 23, "B4": 63, "B5": 24, "C6": 27, "C7": 51, "C8": 35, "C9": 21}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Borlänge", "2081"),
        ("2081", "2081"),
        (2081, "2081"),
        ("0114", "0114"),
        (114, "0114"),  # a spreadsheet lost the zero
        ("Upplands-Väsby", "0114"),
        ("upplands väsby", "0114"),
        ("Malung–Sälens kommun", "2023"),
        ("Tranås kommun ", "0687"),
        ("Stockholms stad", "0180"),
        ("Region Gotland", "0980"),
        ("Falu", None),
        ("Borås", "1490"),
        ("Borås stad", "1490"),
        ("Moras kommun", "2062"),
        ("Habo", "0643"),
        ("Håbo", "0305"),
        ("Håbos kommun", "0305"),
        ("borlange", "2081"),
        ("Dals-Eds kommun", "1438"),
        ("Heby ", "0331"),
        ("1917", "0331"),  # Heby before 2007
        ("Ale kommun", "1440"),
        ("La\u0308ckeby", None),
        ("Va\u0308xjo\u0308", "0780"),  # decomposed letters, as in file names from a Mac
    ],
)
def test_spellings_met_in_the_data(written: object, code: str | None):
    if code is None:
        with pytest.raises(UnknownKommun):
            kommun.get(written)
    else:
        assert kommun.get(written).code == code


@given(st.sampled_from(ALL), st.sampled_from(["{}", " {} ", "{} kommun", "{}s", "{}s kommun"]), st.booleans())
def test_every_name_is_found_in_every_form(k: kommun.Kommun, form: str, lower: bool):
    text = form.format(k.name)
    assert kommun.get(text.lower() if lower else text) == k


@given(st.text(max_size=30))
def test_any_text_is_a_kommun_or_a_clear_error(text: str):
    try:
        found = kommun.get(text)
    except UnknownKommun as caught:
        found = caught
    assert found in ALL or "kommun" in found.svenska


def test_a_misspelt_name_gets_the_nearest():
    with pytest.raises(UnknownKommun) as caught:
        kommun.get("Borlnge")
    assert caught.value.nearest == ("Borlänge (2081)",)
    assert caught.value.svenska == "Det finns ingen kommun som heter ”Borlnge”. Menade du Borlänge (2081)?"


@pytest.mark.parametrize("code", ["2081", " 2081 ", 2081, 2081.0, "2081.0", "2081,0", "'2081", '="2081"'])
def test_a_code_in_the_dress_of_its_program_is_a_code(code: object):
    assert kommun.get(code).name == "Borlänge"


@pytest.mark.parametrize("code", ["20810", "2081.5", "02081", "2 081", "'20'81"])
def test_what_is_no_code_is_refused(code: str):
    with pytest.raises(UnknownKommun):
        kommun.get(code)


@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_no_kommun_is_an_error_of_its_own(nothing: object):
    with pytest.raises(UnknownKommun) as caught:
        kommun.get(nothing)
    assert "Skriv namnet eller den fyrsiffriga kommunkoden" in caught.value.svenska


def test_slug_is_ascii():
    assert kommun.get("Borlänge").slug == "2081-borlange"
    assert kommun.get("Upplands Väsby").slug == "0114-upplands-vasby"
    assert all(k.slug.isascii() and " " not in k.slug for k in ALL)


@pytest.mark.parametrize(("name", "expected"), [("Borlänge", "Borlänges"), ("Borås", "Borås"), ("Bollnäs", "Bollnäs")])
def test_genitive(name: str, expected: str):
    assert kommun.get(name).genitive == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Borlänge", "Dalarna"), ("Göteborg", "Västra Götaland"), ("Malmö", "Skåne"), ("Uppsala", "Uppsala län"), ("Visby", None)],
)
def test_short_name_of_the_lan(name: str, expected: str | None):
    if expected is None:
        with pytest.raises(UnknownKommun):
            kommun.get(name)
    else:
        assert kommun.get(name).lan_short == expected


def test_liknande_kommuner_are_seven_others_with_their_year():
    # Kolada, "Liknande kommuner, övergripande, Borlänge, 2025"
    names = [kommun.get(c).name for c in kommun.liknande("Borlänge").members]
    assert names == ["Norrtälje", "Nyköping", "Nässjö", "Hässleholm", "Uddevalla", "Vänersborg", "Sandviken"]
    assert kommun.liknande("Borlänge").year == 2025
    for k in ALL:
        for kind in kommun.LIKNANDE_KINDS:
            members = kommun.liknande(k, kind).members
            assert len(set(members)) == 7
            assert k.code not in members
    with pytest.raises(OptionError, match="overgripande"):
        kommun.liknande("Borlänge", "storlek")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Hela landet", ("00", "riket")),
        ("Riket", ("00", "riket")),
        ("Dalarnas län", ("20", "lan")),
        ("Uppsala län", ("03", "lan")),
        ("Borlänge", ("2081", "kommun")),
    ],
)
def test_areas_of_a_publishers_file(name: str, expected: tuple[str, str]):
    assert kommun.area(name) == expected


def test_swedish_order():
    names = ["Åre", "Älmhult", "Örebro", "Zara", "Avesta"]
    assert sorted(names, key=kommun.sort_key) == ["Avesta", "Zara", "Åre", "Älmhult", "Örebro"]


def test_kommuner_of_a_lan():
    assert len(kommun.in_lan("20")) == 15
    assert [k.name for k in kommun.in_lan("09")] == ["Gotland"]
    with pytest.raises(OptionError, match="län"):
        kommun.in_lan("02")


@pytest.mark.parametrize("written", ["20", 20, "Dalarnas län", "Dalarna", "dalarnas lan", "Kopparbergs län"])
def test_kommuner_of_a_lan_by_its_name(written: object):
    assert {k.lan_code for k in kommun.in_lan(written)} == {"20"}
    assert len(kommun.in_lan(written)) == 15


@pytest.mark.parametrize(
    ("written", "meant"), [("Dalrna", "20 Dalarnas län"), ("Västmanlnd", "19 Västmanlands län"), ("W", "")]
)
def test_an_unknown_lan_is_answered_with_those_that_are_near(written: str, meant: str):
    """The letter of a län is no name of it: the same letters mean other things in other series."""
    with pytest.raises(OptionError) as caught:
        kommun.in_lan(written)
    assert meant in caught.value.svenska
    assert ("Blekinge" in caught.value.svenska) == (not meant)  # all 21 where none is near


@pytest.mark.parametrize("name", ["Region Stockholm", "Region Uppsala", "Region Bergslagen"])
def test_a_region_is_no_kommun(name: str):
    """Brå's police regions and Kolada's county councils bear the names of kommuner; only Gotland is both."""
    with pytest.raises(UnknownKommun):
        kommun.area(name)
    assert kommun.area("Region Gotland") == ("0980", "kommun")


def test_a_code_that_pandas_has_made_a_decimal_is_a_code():
    assert kommun.get(2080.0).name == "Falun"
    assert kommun.get(180.0).name == "Stockholm"
    for value in (float("nan"), 2080.5, float("inf")):
        with pytest.raises(UnknownKommun) as refused:
            kommun.get(value)
        assert not refused.value.nearest  # "nan" is no beginning of Nynäshamn
