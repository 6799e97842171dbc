"""The wording follows from the verdict, for every verdict, and never claims more."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from pages import report, soup, text_of

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.material import selection
from kunskapsbaserat.report.material.findings import CountFinding
from kunskapsbaserat.report.material.priority import step_for_counts
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.statements import reported, survey
from kunskapsbaserat.swedish import number, rounded_up
from kunskapsbaserat.trends import Change

FORBIDDEN = (
    r"ledde till|tack vare|effekt av|signifikant|brottsligheten (ökar|minskar|har ökat|har minskat)|farligast|tryggast i"
    r"|överdispersion"
)
PLACES = ["Borlänge", "Falun", "Vansbro", "Ludvika", "Avesta", "Ystad", "Gotland"]


def burglary() -> CountFinding:
    f = report("Borlänge").u.count("bostadsinbrott")
    assert f is not None
    return f


def with_verdict(change: Change, position: Position | None) -> CountFinding:
    f = burglary()
    few = change is Change.FOR_FA_BROTT
    step = step_for_counts(f.offence, position, change)
    return replace(f, judgement=replace(f.judgement, change=change), position=position, few=few, step=step)


@pytest.mark.parametrize(("change", "position"), list(itertools.product(Change, [*Position, None])))
def test_headline_paragraph_and_meaning_never_contradict_the_verdict(change: Change, position: Position | None):
    f = with_verdict(change, position)
    headline, paragraph, meaning = reported.headline(f), reported.paragraph(f), reported.meaning(f)
    everything = f"{headline} {paragraph} {meaning} {reported.highlight(f)}"
    certain = change in (Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING)
    assert ("än de fem åren före" in headline) == certain
    assert headline.startswith("Fler anmälda") == (change is Change.SAKERSTALLD_OKNING)
    described = position is Position.OVER and change is Change.INGEN_SAKERSTALLD_SKILLNAD
    assert ("fler per invånare" in headline) == described
    if change is not Change.SAKERSTALLD_OKNING:
        assert "har ökat" not in everything
        assert "Ökningen är säkerställd" not in everything
    if change is Change.INGEN_SAKERSTALLD_SKILLNAD:
        assert "hade troligen synts" in paragraph
    if not certain:
        assert "gånger så många" not in everything
    assert not re.search(FORBIDDEN, everything)
    assert not re.search(r"\bnan\b|None|inf\b", everything)


def test_sizes_are_written_in_the_readers_words():
    f = burglary()
    certain = replace(f.judgement, change=Change.SAKERSTALLD_OKNING)
    assert "Det är 1,7 gånger så många (troligen 1,1" in reported.paragraph(replace(f, judgement=certain))
    rise = replace(certain, ratio=1.2, lower=1.1, upper=1.3, mean_latest=194)
    assert "Det är 20 procent fler (troligen 10–30 procent)." in reported.paragraph(replace(f, judgement=rise)).replace(
        "\u2060", ""
    ).replace("\u00a0", " ")
    fall = replace(f.judgement, change=Change.SAKERSTALLD_MINSKNING, ratio=0.5, lower=0.33, upper=0.78, mean_latest=81)
    assert "Det är 50 procent färre (troligen 22–67 procent)." in reported.paragraph(replace(f, judgement=fall)).replace(
        "\u2060", ""
    ).replace("\u00a0", " ")


def test_small_means_are_written_as_numbers_not_per_cent():
    certain = replace(burglary().judgement, change=Change.SAKERSTALLD_OKNING, others_ratio=float("nan"))
    few = replace(certain, mean_earlier=8.0, mean_latest=45.0, ratio=5.6)
    text = reported.paragraph(replace(burglary(), judgement=few))
    assert "Det är 37 fler per år." in text
    assert "procent" not in text
    assert "gånger" not in text


@pytest.mark.parametrize(
    ("visible", "earlier", "text"),
    [
        (1.18, 100.0, "En ökning på 18 procent eller mer hade troligen synts"),
        (1.181, 100.0, "En ökning på 19 procent eller mer"),  # rounded up: never promised too small
        (2.1, 100.0, "En ökning till 210 per år hade troligen synts"),
        (3.5, 100.0, "En ökning till 350 per år hade troligen synts"),
        (1.5, 15.0, "En ökning till 23 per år hade troligen synts"),
        (float("nan"), 100.0, "Så få brott kan inte visa någon förändring"),
    ],
)
def test_the_smallest_visible_change(visible: float, earlier: float, text: str):
    j = replace(burglary().judgement, visible_increase=visible, mean_earlier=earlier, mean_latest=earlier)
    assert reported.visible(j).replace("\u00a0", " ").startswith(text)


@pytest.mark.parametrize("comparison", Comparison)
def test_survey_words_follow_the_comparison(comparison: Comparison):
    f = report("Borlänge").u.measure("otrygg_kvall")
    assert f is not None
    f = replace(f, comparison=comparison, comparison_riket=comparison)
    text = f"{survey.headline(f)} {survey.paragraph(f, kommuner.get('Borlänge'))}"
    assert ("fler än i länet" in text) == (comparison is Comparison.HOGRE)
    assert ("färre än i länet" in text) == (comparison is Comparison.LAGRE)
    assert ("är säkerställd." in text) == (comparison in (Comparison.HOGRE, Comparison.LAGRE))


def test_grammar_of_one_in():
    f = report("Borlänge").u.measure("otrygg_kvall")
    assert f is not None
    assert survey.headline(f) == "Var tredje är otrygg sent på kvällen – fler än i länet"
    last = f.last_year
    at_29 = replace(f, kommun={**f.kommun, last: (0.29, 0.25, 0.33)})
    assert survey.headline(at_29).replace("\u00a0", " ").startswith("29 procent är otrygga sent på kvällen")


@pytest.mark.parametrize("kommun", PLACES)
def test_nothing_forbidden_on_any_page(kommun: str):
    text = text_of(kommun)
    said = re.sub(r"Kan inte sägas.*?Därför", "", text)  # what may not be said is quoted there
    assert not re.search(FORBIDDEN, said), re.search(FORBIDDEN, said)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b|NaN|<NA>", text)
    for node in soup(kommun).body.find_all(string=True):
        assert not re.search(r"\S [,;:!?](\s|$)|\S  \S", str(node)), node


@pytest.mark.parametrize("kommun", PLACES)
def test_percentages_are_of_something_in_the_data(kommun: str):
    """Every "N procent" of the first page is found again in the underlying verdicts or shares."""
    u = report(kommun).u
    asked = [f for f in selection.highlights(u) if isinstance(f, SurveyFinding)]
    highlighted = [f for f in selection.highlights(u) if not isinstance(f, SurveyFinding)]
    shares = [s for f in asked for s in (*f.kommun[f.last_year], f.kommun[f.first_year][0], f.lan[f.last_year][0])]
    allowed = {number(100 * s, d) for s in shares for d in (0, 1)}
    total = u.count("totalt")
    if total:
        j = total.judgement
        sizes = [j.visible_increase - 1, 1 - j.visible_decrease]
        allowed |= {number(100 * abs(f.judgement.others_ratio - 1)) for f in (total, *highlighted) if f.judgement.certain}
        allowed |= {number(100 * rounded_up(size, 2)) for size in [*sizes, max(sizes)] if size == size}
    assert len(allowed) <= 32  # so few that a wrong percentage is hardly among them
    for found in re.findall(r"([\d,]+) procent", text_of(kommun, "korthet")):
        assert found in allowed, found


def test_genitives_and_names_with_hyphens_and_spaces():
    for name in ("Malung-Sälen", "Upplands Väsby", "Borås"):
        assert kommuner.get(name).name in text_of(name, "kommunen")


UP, DOWN, NONE = Change.SAKERSTALLD_OKNING, Change.SAKERSTALLD_MINSKNING, Change.INGEN_SAKERSTALLD_SKILLNAD


@pytest.mark.parametrize("change", [UP, DOWN, NONE])
@pytest.mark.parametrize("relative", [UP, DOWN, NONE])
@pytest.mark.parametrize("others", [0.5, 0.997, 1.0, 1.003, 1.5])
def test_beside_others_compares_like_with_like(change: Change, relative: Change, others: float):
    """No rise is larger than a fall, nothing changes by 0 per cent, and what is not säkerställd is not called so."""
    said = reported.beside_others(change, relative, others).lower()
    assert "0\N{NO-BREAK SPACE}procent" not in said.replace("50\N{NO-BREAK SPACE}procent", "")
    assert not ("ökningen" in said and "minskade" in said)
    assert not ("minskningen" in said and "ökade" in said)
    assert ("är säkerställ" in said) == (relative is not NONE)
    assert (said == "") == (change is NONE and relative is NONE)
