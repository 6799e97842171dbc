"""What is said of an evaluation, over all combinations of verdict, design, inference, checks and registration."""

from __future__ import annotations

import ast
import html
import itertools
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from panels import START, design, panel

from kunskapsbaserat import effects, plots
from kunskapsbaserat.effects import Design, EffectResult, Inference, Scale, evaluate, power, sensitivity, words_en, words_sv
from kunskapsbaserat.effects import words as text
from kunskapsbaserat.effects.checks import Severity, check
from kunskapsbaserat.errors import OptionError

CAUSAL = re.compile(r"effekt av|ledde till|tack vare|berodde på|gjorde att", re.IGNORECASE)
BASE = evaluate(design(5, effect=-0.5, n_treated=3, choice="large"))


def variants() -> list[EffectResult]:
    sure = (BASE.estimate, BASE.lower, BASE.upper, 0.001)
    unsure = (-0.1, -0.4, 0.2, 0.6)
    rise = (0.5, 0.2, 0.8, 0.002)
    found = []
    for numbers, step, inference, failed, registered, reason, scale in itertools.product(
        (sure, unsure, rise),
        (1, 2, 3, 4, 5),
        tuple(Inference),
        ((), ("pre_trend",)),
        (None, "followed", "departed"),
        (None, "p_floor", "few_events_before"),
        tuple(Scale),
    ):
        values = dict(zip(("estimate", "lower", "upper", "p_value"), numbers, strict=True))
        found.append(
            replace(
                BASE,
                **values,
                design_step=step,
                inference=inference,
                failed_checks=failed,
                registered=registered,
                departures=("start",) if registered == "departed" else (),
                reason=reason,
                few=reason == "few_events_before",
                scale=scale,
            )
        )
    return found


def test_effect_is_said_only_where_it_may_be():
    said = 0
    for result in variants():
        words = text.summary(result)
        assert bool(CAUSAL.search(words)) == result.may_claim, words
        said += result.may_claim
        expected = (
            result.design_step >= 4
            and result.inference is Inference.PLACEBO
            and not result.failed_checks
            and result.registered != "departed"
            and result.reason is None
            and result.p_value < 0.05
        )
        assert result.may_claim == expected
        assert "signifikant" not in words.lower()
        assert not re.search(r"\b(nan|inf|None)\b|\.\.", words)
    assert said > 0


CAUSAL_EN = re.compile(r"effect of|led to|thanks to|because of|due to|caused", re.IGNORECASE)


def test_english_claims_neither_more_nor_less():
    """For every verdict, design, inference, check and registration: the same figures, certainty and cause as in Swedish."""
    for result in variants():
        swedish, english = text.summary(result), text.summary(result, language="en")
        assert bool(CAUSAL_EN.search(english)) == bool(CAUSAL.search(swedish)) == result.may_claim, english
        assert bool(re.search(r"a statistically certain (fall|rise)", english)) == bool(
            re.search(r"en säkerställd (minskning|ökning)", swedish)
        )
        assert ("not statistically certain" in english) == ("inte säkerställd" in swedish)
        plain = [re.sub(r"(?<=\d)[,\u00a0](?=\d{3}\b)", "", s).replace(",", ".") for s in (swedish, english)]
        assert re.findall(r"\d+(?:\.\d+)?", plain[0]) == re.findall(r"\d+(?:\.\d+)?", plain[1]), (swedish, english)
        assert "significant" not in english.lower()
        assert not re.search(r"\b(nan|inf|None)\b|\.\.|[{}]|[åäö]", english), english
    with pytest.raises(OptionError, match="language"):
        BASE.summary(language="de")


@pytest.mark.parametrize("name", ["STEPS", "REASONS", "CAUTIONS", "FAILED", "MEASURED", "CHOICES", "PHRASES"])
def test_every_sentence_is_there_in_both_languages_with_the_same_places(name: str):
    swedish, english = getattr(words_sv, name), getattr(words_en, name)
    assert list(swedish) == list(english)
    for key, sentence in swedish.items():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"{(\w+)}", english[key])), key


def test_where_nothing_can_be_judged_it_is_said_what_would_help():
    swedish = r"behövs|Räkna ihop|Ta med|Välj|Vänta|vänta|Pröva|gör den prövningen"
    english = r"needed|Include|Add up|Choose|Use|Wait|wait|does"
    for reasons, words in ((words_sv.REASONS, swedish), (words_en.REASONS, english)):
        assert [code for code, sentence in reasons.items() if not re.search(words, sentence)] == []


def test_an_answer_on_fewer_months_than_the_table_has_says_so():
    made = design(5, effect=-0.5, n_treated=3, choice="large")
    shorter = made.within(6)
    words = evaluate(shorter).summary()
    assert "Bara de 6 första månaderna efter starten är med, fast tabellen har 12." in words
    assert "6 (tabellen har 12)" in shorter._repr_html_()
    assert "Bara de" not in evaluate(made).summary()
    assert "only the first 6 months" in evaluate(shorter).summary(language="en").lower()


def test_a_result_is_shown_with_its_sentences_and_ten_weights():
    shown = BASE._repr_html_()
    assert BASE.summary() in html.unescape(shown)
    assert shown.count("<tr>") < 30
    assert re.search(r"\d+ andra tillsammans", shown)
    assert "color" not in shown  # the theme's own
    assert len(repr(BASE)) < 1_500
    assert BASE.conf_int().loc["effect"].tolist() == [BASE.lower, BASE.upper]


def test_a_design_is_shown_with_what_is_compared():
    made = design(5, n_treated=3, choice="large")
    shown = made._repr_html_()
    assert "Områden att jämföra med" in shown
    assert "effects.evaluate(design)" in shown
    assert "<script" not in replace(made, name="<script>")._repr_html_()


def test_no_verdict_without_its_reason_and_no_doubt_without_what_could_be_seen():
    for result in variants():
        words = text.summary(result)
        if result.reason:
            assert text.reason(result) in words
        elif result.p_value >= 0.05:
            assert "inte säkerställd" in words
            assert "hade troligen synts" in words


@pytest.mark.parametrize(("observed", "expected"), [(12.0, 30.0), (25.0, 14.0), (3.0, 5.5)])
def test_no_percentage_of_fewer_than_twenty(observed: float, expected: float):
    details = MappingProxyType(dict(BASE.diagnostics.details) | {"observed": observed, "expected": expected})
    few = replace(BASE, diagnostics=replace(BASE.diagnostics, details=details), events=(18.0, 4.0, 40.0))
    answer = text._answer(few, "anmälda rån")
    assert "procent" not in answer
    assert "mellan 4 och 40" in answer


def test_every_code_has_a_sentence():
    made = design(5)
    assert set(check(made)["check"]) <= set(text.CHECKS)
    shown = text.checks(check(made))
    assert shown.shape[1] == 4
    assert set(Severity) == {"stops", "forbids", "caution", "informs"}


def test_other_sentences():
    assert "inte längre säkerställd" in text.sensitivity(sensitivity(BASE))
    assert text.sensitivity(sensitivity(evaluate(design(1)))) == ""
    rows = power(design(1), months_after=[12], areas=[1])
    assert re.search(r"Med ett område och tolv månader efter starten syns troligen en minskning med \d+", text.power(rows))
    assert "går det inte att säga" in text.power(rows.assign(reason="p_floor"))


def test_plots_show_the_result():
    ax = plots.series(BASE)
    lines = {line.get_label(): line for line in ax.get_lines()}
    np.testing.assert_array_equal(lines["Utfall"].get_ydata(), BASE.diagnostics.series["observed"])
    np.testing.assert_array_equal(
        lines["Om det hade gått som för de andra"].get_ydata(), BASE.diagnostics.series["counterfactual"]
    )
    ax = plots.placebos(BASE)
    assert sum(p.get_height() for p in ax.patches) == len(BASE.diagnostics.placebo_distribution)
    assert {line.get_label(): line.get_xdata()[0] for line in ax.get_lines()}["Med åtgärden"] == BASE.diagnostics.statistic
    rows = power(design(1), months_after=[6, 12], areas=[1, 5])
    ax = plots.power(rows)
    np.testing.assert_allclose(
        ax.get_lines()[0].get_ydata(), 100 * (1 - rows.loc[rows["areas"] == 1, "smallest_decrease"]), rtol=1e-12
    )
    import matplotlib.pyplot as plt

    plt.close("all")


def test_every_code_that_the_methods_give_has_a_sentence():
    """Cautions and reasons are found in the source, so that a new one without words fails here."""
    modules = sorted(p for p in Path(effects.__file__).parent.glob("*.py") if not p.name.startswith("words"))
    source = "\n".join(p.read_text(encoding="utf-8") for p in modules)
    said = set(text.CAUTIONS) | set(text.REASONS) | set(text.FAILED) | set(text.CHECKS)
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    conditions = [call.keywords for call in calls if getattr(call.func, "id", "") == "codes_that_hold"]
    given = (
        {keyword.arg for keywords in conditions for keyword in keywords}
        | set(re.findall(r"(?:cautions|failed_checks)=\(?\(?\"(\w+)\"", source))
        | set(re.findall(r"reason\b[^\n]{0,30}(?<!to_dict)[=,(] ?\"(\w+)\"", source))
        | set(re.findall(r"cautions\.append\(\"(\w+)\"", source))
    )
    assert {"no_limits", "single_series", "few_areas", "zero_count", "p_floor", "figures_revised"} <= given
    assert given - said - {"too_short", "no_claim", "no_fall", "nothing_judged", "no_change", "few"} == set()


def test_one_series_says_what_it_cannot():
    table = panel(5, choice="large")[0]
    alone = table[table["treated"]]
    found = evaluate(Design(alone, outcome="count", treated=alone["area"].unique().tolist(), start=START))
    assert found.design_step == 3
    words = found.summary()
    assert "fortsatt som före starten" in words
    assert "Inget område att jämföra med" in words
    assert "i upp till 8\N{NO-BREAK SPACE}procent av fallen" in words
    assert not found.may_claim
