"""The evidence catalogue: each effect in its own metric, blanks kept blank, gaps and harm as visible as effects."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from kunskapsbaserat import catalogue
from kunskapsbaserat.catalogue import evidens, indikatorer
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.plan import indicators
from kunskapsbaserat.report.statements import evidence as text

SHARED = Path(os.environ.get("SHARED_DOMAIN", Path(__file__).parents[2] / ".." / "shared" / "domain")).resolve()
ALL = evidens.evidence()


def test_the_weightiest_figures():
    """As the abstracts give them (Welsh et al. 2022; Bowers et al. 2004; MacDonald et al. 2010; Branas et al. 2018)."""
    found = {e.id: (e.effect, e.lower, e.upper) for e in ALL if e.effect is not None}
    assert found["lighting_2022"] == (-14, None, None)
    assert found["alleygate_liverpool"] == (-37, None, None)
    assert found["bid_la"] == (-12, -24, 2)
    assert found["greening_rct"] == (-57.8, None, None)
    assert found["parent_training"] == (0.37, None, None)


@pytest.mark.skipif(not (SHARED / "evidens.csv").exists(), reason="the reviewed list is not beside the project")
def test_nothing_was_added_or_lost_when_the_list_became_a_catalogue():
    with (SHARED / "evidens.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["id"]: row for row in csv.DictReader(lines)}
    assert set(rows) <= {e.id for e in ALL}
    for e in (e for e in ALL if e.id in rows):
        row = rows[e.id]
        assert (e.effect, e.lower, e.upper) == tuple(float(row[k]) if row[k] else None for k in ("effect", "ci_low", "ci_high"))
        assert (e.metric, e.study, str(e.studies or ""), str(e.year or "")) == tuple(
            row[k] for k in ("metric", "studie", "n_studier", "ar")
        )


def test_the_catalogue_has_forty_measures_that_can_be_looked_up():
    assert len({e.name for e in ALL}) >= 40
    for e in ALL:
        assert e.for_whom, e.id
        assert e.gap or (e.study and e.url.startswith(("https://", "http://"))), e.id
        assert (e.lower is None) == (e.upper is None), e.id
        assert e.lower is None or e.upper is None or e.effect is None or e.lower <= e.effect <= e.upper, e.id
        assert e.checked != "siffra" or e.effect is not None, e.id


def test_the_figures_added_are_those_of_their_abstracts():
    """Hinkle 2020, Elgán 2024, Trolldal 2012, Jugl 2021, Piquero 2016, Tirado-Muñoz 2014 and their co-authors."""
    found = {e.id: (e.effect, e.lower, e.upper) for e in ALL if e.effect is not None}
    assert found["pop_2020"] == (-33.8, None, None)
    assert (found["rbs_stad"][0], found["rbs_kommuner"][0]) == (-29, -3.1)
    assert (found["sport_2021"][0], found["sjalvkontroll_2016"][0]) == (0.36, 0.27)
    assert found["stod_vald_2014"] == (-0.13, -0.25, 0)
    assert found["kbt_vald_2014"] == (-0.79, -1.26, -0.33)


def test_what_is_not_known_is_said_with_every_study():
    """A figure without limits is of unknown certainty, and none is called untried here when nobody has looked."""
    lighting = text.sentence(evidens.get("lighting_2022"))
    assert "Gäller: platser och stråk utomhus." in lighting
    assert "Inte känt: hur osäkert talet är" in lighting
    assert "hur osäkert talet är" not in text.sentence(evidens.get("bid_la"))
    assert "Svensk prövning är inte eftersökt" in text.sentence(evidens.get("pop_2020"))


@pytest.mark.parametrize("e", ALL, ids=lambda e: e.id)
def test_a_sentence_says_what_is_known_and_no_more(e: evidens.Evidence):
    said = text.sentence(e)
    if e.effect is None and not e.gap and e.checked != "existens":
        assert text.NO_FIGURE in said
    if e.effect is not None:
        assert text.NO_FIGURE not in said
        assert e.studies
        assert e.context
        assert e.context in said
    if e.gap:
        assert said.startswith("Kunskapslucka")
    if e.sweden == "nej" and not e.gap:
        assert "Inte prövat i Sverige" in said
    if e.warning:
        assert e.warning in said
    assert e.reviewer_note not in said or not e.reviewer_note  # figures that nobody has checked stand in notes
    assert said.endswith(".")


@pytest.mark.parametrize("e", [e for e in ALL if e.effect is None], ids=lambda e: e.id)
def test_an_unknown_effect_is_never_a_zero(e: evidens.Evidence):
    assert e.lower is None
    assert e.upper is None
    assert " 0" not in text.suggestion(e).replace("0–20", "")


def test_a_figure_that_was_not_verified_is_never_printed():
    said = " ".join(text.sentence(e) + text.suggestion(e) for e in ALL)
    assert "13 procent" not in said  # often quoted for cameras
    assert "16–26" not in said  # often quoted for neighbourhood watch


def test_backfire_and_side_effects_are_warned_for():
    assert "skada" in evidens.get("scared_straight").warning
    assert "bilstölderna ökade" in evidens.get("greening_youngstown").warning
    assert "Fler anmälningar" in evidens.get("second_responder").warning
    assert {e.id for e in ALL if e.direction == evidens.HARM} == {"scared_straight"}


def test_gaps_are_shown():
    assert {e.id for e in ALL if e.gap} == {"est", "trygghetsvandring", "nattvandring", "mi", "medborgarlofte"}


def test_two_reviews_of_one_measure_are_not_two_findings():
    assert evidens.get("lighting_cop").newer == "lighting_2022"
    assert "lighting_cop" not in {e.id for e in evidens.suggestions("skadegorelse")}
    assert {e.newer for e in ALL if e.newer} <= {e.id for e in evidens.current()}


def test_suggestions_start_with_what_is_best_known_and_hide_nothing():
    found = evidens.suggestions("narkotika")
    assert [e.direction for e in found][-1] == evidens.HARM
    assert [e.id for e in evidens.suggestions("otrygg_kvall")][-3:] == ["est", "trygghetsvandring", "nattvandring"]
    figures = [e.effect is not None for e in evidens.suggestions("bostadsinbrott") if e.direction == "minskar"]
    assert figures == sorted(figures, reverse=True)
    assert evidens.suggestions("trafikbrott") == ()


def test_everything_that_is_aimed_at_exists():
    known = {c.key for c in indicators.choices()}
    assert {x for e in ALL for x in e.aimed_at} <= known


def test_own_experience_is_never_a_study():
    e = evidens.experience("Krogarna nekade fler.", name="Tillsyn")
    assert e.local
    assert text.status(e) == "egen erfarenhet"
    assert "Ingen studie är angiven" in text.sentence(e)
    assert text.sentence(None) == text.NO_SUPPORT


def test_a_name_or_an_id():
    assert evidens.get("Gatubelysning: totalt antal brott (2022)").id == "lighting_2022"
    assert len({e.label for e in ALL}) == len(ALL)
    with pytest.raises(OptionError):
        evidens.get("trolleri")
    assert date.fromisoformat(evidens.version())


# ---- indicators of the kommun's own ------------------------------------------------------------------------------------------


def test_what_kommuner_work_with_has_an_indicator():
    wanted = {
        *("trafik_olyckor", "trafik_hastighet", "brottsaktiva_process", "valfardsbrott", "extremism", "hatbrott"),
        *("bedrageri", "trygghet_natet", "hot_personal", "kostnad_skadegorelse", "grannsamverkan", "nattvandring"),
        "platssamverkan",
    }
    assert {i.id for i in indikatorer.indicators()} == wanted


@pytest.mark.parametrize("i", indikatorer.indicators(), ids=lambda i: i.id)
def test_every_indicator_says_its_limits(i: indikatorer.Indicator):
    assert len(i.limits) > 60
    assert i.limits.endswith(".")
    assert i.about in ("brott", "trygghet", "skada", "arbete")
    assert all(indicators.find(key) for key in i.beside)


def test_traffic_stands_beside_accidents_and_speed():
    assert set(indikatorer.indicator("trafik_olyckor").beside) == {"trafik_hastighet", "trafikbrott"}
    assert catalogue.offence("trafikbrott").detection_driven


@pytest.mark.parametrize("key", ["brottsaktiva_process", "extremism"])
def test_work_with_individuals_is_counted_as_process_only(key: str):
    found = indikatorer.indicator(key)
    assert found.kind == "process"
    assert "ldrig" in found.limits
    assert "enskilda" in found.limits


def test_trygghet_is_apart_from_crime():
    about = {c.key: c.about for c in indicators.choices()}
    assert about["otrygg_kvall"] == "trygghet"
    assert about["utsatt_ran"] == "brott"
    assert about["bostadsinbrott"] == "brott"
    with pytest.raises(OptionError):
        indikatorer.indicator("brottsaktiva_namn")


def test_what_is_known_is_about_the_problem_itself():
    """Less bullying is no figure on violence in public places; a measured outcome is one of those aimed at."""
    assert "antibullying" in {e.id for e in evidens.suggestions("vald_offentlig_barn_kvinna")}
    assert "antibullying" not in {e.id for e in evidens.known_about("vald_offentlig_barn_kvinna")}
    assert "lighting_2022" not in {e.id for e in evidens.known_about("vald_offentlig_vuxna")}  # "våldsbrott ej säkerställt"
    assert {e.id for e in evidens.known_about("bostadsinbrott")} == {
        e.id for e in evidens.suggestions("bostadsinbrott") if e.id != "est"
    }
    assert all(set(e.measured) <= set(e.aimed_at) for e in evidens.evidence() if e.measured is not None)
