from __future__ import annotations

import pytest

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data import embedded
from kunskapsbaserat.errors import OptionError

OFFENCES = catalogue.offences()


def test_ids_parents_and_overlaps_exist():
    ids = {o.id for o in OFFENCES}
    assert len(ids) == len(OFFENCES)
    for o in OFFENCES:
        assert o.parent in ids or o.id == "totalt"
        assert set(o.overlaps_with) <= ids
        assert o.wanted_direction in ("down", "up", "unclear")
        assert o.exposure in tables.EXPOSURE_KINDS
        assert set(o.facets) <= set(tables.SEXES)


def test_a_parent_holds_its_children():
    for o in OFFENCES:
        if o.parent:
            assert o.parent in o.overlaps_with, f"{o.id} must never be added to {o.parent}"


def test_bras_fifteen_indicators():
    labels = [label for o in OFFENCES for label in o.labels("bra_indikatorer").values()]
    assert len(labels) == len(set(labels)) == 15


def test_every_embedded_row_is_in_the_catalogue():
    known = {(o.id, sex) for o in OFFENCES for sex in o.facets}
    for table in (embedded.counts_year(), embedded.counts_groups(), embedded.counts_quarter(), embedded.counts_month()):
        assert set(zip(table["offence"], table["sex"], strict=True)) <= known
    assert set(embedded.survey()["measure"]) == {m.id for m in catalogue.measures()}


def test_detection_driven_offences_want_no_direction():
    assert {o.id for o in catalogue.offences("bra_indikatorer") if o.detection_driven} == {"narkotika", "trafikbrott"}
    assert all(o.wanted_direction == "unclear" for o in catalogue.offences("bra_indikatorer") if o.detection_driven)
    assert not any(o.place_based and o.detection_driven for o in OFFENCES)


def test_breaks_are_where_the_national_figures_jump():
    """Partner violence and car crime jump with the new codes; after the break riket moves by less than a third a year."""
    riket = embedded.counts_year().query("area == '00'")
    for offence_id in ("bilbrott", "vald_nara_relation"):
        offence = catalogue.offence(offence_id)
        for sex in offence.facets:
            rows = riket[(riket["offence"] == offence_id) & (riket["sex"] == sex)].sort_values("period")
            step = (rows["count"] / rows["count"].shift()).set_axis(rows["period"].dt.year).astype(float)
            assert step.loc[: offence.first_comparable_year].max() > 1.3
            assert step.loc[offence.first_comparable_year + 1 :].between(0.7, 1.3).all()


def test_no_other_indicator_jumps():
    riket = embedded.counts_year().query("area == '00' and offence not in ('bilbrott', 'vald_nara_relation')")
    wide = riket.pivot(index=["offence", "sex"], columns="period", values="count").astype(float)
    step = (wide.T / wide.T.shift()).iloc[1:].to_numpy()
    assert ((step > 0.6) & (step < 1.4)).all()


def test_measures_twins_are_offences():
    for m in catalogue.measures():
        if m.twin:
            catalogue.offence(m.twin)
        assert m.refers_to in ("survey_year", "year_before")


def test_unknown_ids_list_the_known():
    with pytest.raises(OptionError, match="bostadsinbrott"):
        catalogue.offence("inbrott")
    with pytest.raises(OptionError, match="otrygg_kvall"):
        catalogue.measure("otrygghet")


def test_the_catalogue_says_when_it_was_reviewed():
    assert catalogue.version() == "2026-11-21"
