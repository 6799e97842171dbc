from __future__ import annotations

import itertools

from kunskapsbaserat import catalogue
from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.material.priority import Step, step_for_counts, step_for_survey
from kunskapsbaserat.report.page.common_words import STEP_RULE
from kunskapsbaserat.trends import Change

CASES = list(itertools.product(catalogue.offences("bra_indikatorer"), [*Position, None], Change))


def test_priority_needs_both_a_high_level_and_a_certain_rise():
    for offence, position, change in CASES:
        if step_for_counts(offence, position, change) is Step.PRIORITERA:
            assert position is Position.OVER
            assert change is Change.SAKERSTALLD_OKNING


def test_offences_that_follow_controls_are_never_prioritised_on_their_number():
    for offence, position, change in CASES:
        if offence.detection_driven:
            assert step_for_counts(offence, position, change) is not Step.PRIORITERA
    assert "föreslås aldrig för prioritering bara på talen" in STEP_RULE


def test_a_low_number_of_seldom_reported_violence_is_no_comfort():
    for offence, position, change in CASES:
        if offence.id in ("vald_nara_relation", "vald_inomhus_barn", "vald_offentlig_barn"):
            assert step_for_counts(offence, position, change) is not Step.AVVAKTA


def test_a_certain_rise_is_always_watched_at_least():
    for offence, position, _ in CASES:
        assert step_for_counts(offence, position, Change.SAKERSTALLD_OKNING) is not Step.AVVAKTA


def test_examples_of_the_printed_rule():
    burglary = catalogue.offence("bostadsinbrott")
    ingen = Change.INGEN_SAKERSTALLD_SKILLNAD
    assert step_for_counts(burglary, Position.OVER, Change.SAKERSTALLD_OKNING) is Step.PRIORITERA
    assert step_for_counts(burglary, Position.OVER, ingen) is Step.BEVAKA
    assert step_for_counts(burglary, Position.OVER, Change.SAKERSTALLD_MINSKNING) is Step.AVVAKTA
    assert step_for_counts(burglary, Position.INOM, ingen) is Step.AVVAKTA
    assert step_for_counts(burglary, None, Change.FOR_FA_BROTT) is Step.AVVAKTA


def test_survey():
    ingen = Change.INGEN_SAKERSTALLD_SKILLNAD
    assert step_for_survey(Comparison.HOGRE, ingen) is Step.PRIORITERA
    assert step_for_survey(Comparison.LAGRE, Change.SAKERSTALLD_OKNING) is Step.BEVAKA
    assert step_for_survey(Comparison.INGEN_SAKERSTALLD_SKILLNAD, ingen) is Step.AVVAKTA
