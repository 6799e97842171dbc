"""What comes first: which findings stand on the first page, which stick out, and which are proposed as problems.

All by fixed rules, so that nobody chooses the findings after having seen them.
"""

from __future__ import annotations

from collections.abc import Sequence

from kunskapsbaserat.rates import Comparison, Position
from kunskapsbaserat.report.material.computed_once import rows_of
from kunskapsbaserat.report.material.findings import CountFinding, jumps
from kunskapsbaserat.report.material.judgements import CERTAIN
from kunskapsbaserat.report.material.priority import Step
from kunskapsbaserat.report.material.survey_findings import SurveyFinding
from kunskapsbaserat.report.material.underlag import Underlag
from kunskapsbaserat.trends import Change

# The areas of the first page; a säkerställd change outside the list is added to it.
FIRST_PAGE = (
    "bostadsinbrott",
    "vald_nara_relation_kvinna",
    "vald_offentlig_vuxna",
    "skadegorelse",
    "bilbrott",
    "narkotika",
    "ran_unga",
)
FIRST_PAGE_ROWS = 9
HEADLINE_MEASURE = "otrygg_kvall"
MAX_HIGHLIGHTS = 3
MANY_FEW = 5  # offences too few to judge that are worth a word on the first page
# Sums of other rows: they lead the page or stand in the tables, but are no problem of their own.
SUMS = ("totalt", "stold_totalt")
TOTAL = "totalt"
ALWAYS = ("totalt", "brott_mot_person", "stold_ran_kap8")  # broad groups of the first page also where their types are there
CHILDREN = "barn"
SECTION_CHAPTERS = (TOTAL, "grupp", "vald", "nara", "egendom", "ingripande")
MOST_SECTIONS = 4  # beside the total: so much is read, and the page stays under 200 kB with any number of types
DIFFERS = (Comparison.HOGRE, Comparison.LAGRE)


def first_page(u: Underlag) -> tuple[list[CountFinding], list[SurveyFinding]]:
    """At most nine areas: every säkerställd change, the broad groups, what the kommun's own files add, then the fixed list."""
    surveys = [f for f in [u.measure(HEADLINE_MEASURE)] if f]
    groups = [f for f in broad(u) if not divided(f, u.count_findings) or f.offence.id in ALWAYS]
    fixed = [f for key in FIRST_PAGE if (f := u.count(key))]
    certain = [f for f in u.count_findings if f.judgement.certain]
    own = sorted((f for f in count_problems(u) if f.own), key=lambda f: -f.count)
    chosen = list({f.key: f for f in [*certain, *groups, *own, *fixed]}.values())
    chosen = chosen[: max(FIRST_PAGE_ROWS - len(surveys), len(certain))]
    return [f for f in u.count_findings if f in chosen], surveys


def highlights(u: Underlag) -> list[CountFinding | SurveyFinding]:
    """At most three findings: evening insecurity when it differs from the län or has changed; what is säkerställt worse
    (offences that rise, then one survey measure a chapter that rises or is higher than the län); what is säkerställt
    better; then the offences furthest over the comparison, and last those under it where fewer is what is wanted."""
    differs = [f for f in u.survey_findings if f.comparison in DIFFERS or f.change in CERTAIN]
    differs.sort(key=lambda f: -abs(above_lan(f)))
    worse = [f for f in survey_problems(u) if f in differs and f.step is not Step.AVVAKTA]
    changed = [f for f in u.count_findings if f.judgement.change in CERTAIN and f.offence.id != TOTAL]
    changed.sort(key=lambda f: (f.judgement.change is not Change.SAKERSTALLD_OKNING, f.judgement.q_value, f.key))
    changed += [f for f in u.count_findings if f.judgement.certain and f not in changed and f.offence.id != TOTAL]
    over = [f for f in over_the_band(u) if f not in changed]
    first = [f for f in differs if f.key == HEADLINE_MEASURE]
    rising = [f for f in changed if f.judgement.change is Change.SAKERSTALLD_OKNING]
    found: list[CountFinding | SurveyFinding] = [*first, *rising, *worse, *changed, *differs, *over, *under_the_band(u)]
    return list({f.key: f for f in found}.values())[:MAX_HIGHLIGHTS]


def over_the_band(u: Underlag) -> list[CountFinding]:
    """Offences over the middle half of the comparison, the furthest first; not those that follow police controls."""
    over = [f for f in count_problems(u) if f.position is Position.OVER and not f.offence.detection_driven]
    return sorted(over, key=lambda f: (-_times_the_band(f), f.key))


def policed(u: Underlag) -> list[CountFinding]:
    """Offences on a säkerställt higher level that are not told as problems, because they follow police controls."""
    driven = [f for f in count_problems(u) if f.offence.detection_driven and f.position is Position.OVER]
    return [f for f in driven if f.level is not None and f.level.certain and f not in highlights(u)]


def under_the_band(u: Underlag) -> list[CountFinding]:
    """Offences under the middle half of the comparison, of those that everybody wants fewer of."""
    return [f for f in count_problems(u) if f.position is Position.UNDER and f.offence.wanted_direction == "down" and not f.few]


def count_problems(u: Underlag) -> list[CountFinding]:
    """Offences that are no sum of others on the page."""
    return problems_among(u.count_findings)


def problems_among(findings: Sequence[CountFinding]) -> list[CountFinding]:
    """Those of a report's offences that are no sum of others of them."""
    sums = {*SUMS, *(f.offence.parent for f in findings)}
    return [f for f in findings if f.offence.id not in sums and not divided(f, findings)]


def broad(u: Underlag) -> list[CountFinding]:
    """The total and the broad groups: what every kommun has."""
    return [f for f in u.count_findings if f.offence.broad]


def divided(f: CountFinding, findings: Sequence[CountFinding]) -> bool:
    """Is the broad group there by its types as well? Then the types are the problems, and the group is their sum."""
    if f.offence.id == TOTAL or not f.offence.broad:
        return False
    types = {t.offence.id for t in findings if not t.offence.broad}
    return not types.isdisjoint(f.offence.overlaps_with)


def with_section(u: Underlag) -> list[CountFinding]:
    """Who gets a section of its own, in catalogue order; the others are a row each in one table.

    The total always, what the kommun has written about (a text is never lost) and what is chosen. Of the others that there is
    something to say about (see `calm`) at most four: säkerställda first, then those seldom reported, then the furthest over the
    comparison.
    """
    asked_for = u.choices.offences
    candidates = [f for f in u.count_findings if f.offence.chapter in SECTION_CHAPTERS or f.offence.id in asked_for]
    written = [f for f in candidates if f.key in u.texts or f.offence.id in asked_for]
    lively = [f for f in candidates if f not in written and f.offence.id != TOTAL and not calm(f, u)]
    lively.sort(key=lambda f: (not f.judgement.certain, not f.offence.sensitive, -_times_the_band(f)))
    chosen = [*written, *lively[:MOST_SECTIONS]]
    return [f for f in candidates if f.offence.id == TOTAL or f in chosen]


def calm(f: CountFinding, u: Underlag) -> bool:
    """Nothing to say that a row does not: neither over its comparison nor changed for certain, no leap, or a sum of what is
    shown."""
    if f.judgement.certain:
        return False
    if f.offence.id in SUMS or divided(f, u.count_findings):
        return True
    return f.position is not Position.OVER and not jumps(f)


def survey_problems(u: Underlag) -> list[SurveyFinding]:
    """One problem a chapter: the headline measure always, else the one furthest above the län, if any is proposed."""
    found = []
    for chapter in dict.fromkeys(f.measure.chapter for f in u.survey_findings):
        inside = [f for f in u.survey_findings if f.measure.chapter == chapter]
        proposed = [f for f in inside if f.key == HEADLINE_MEASURE or f.step is not Step.AVVAKTA]
        if proposed:
            found.append(max(proposed, key=lambda f: (f.key == HEADLINE_MEASURE, above_lan(f))))
    return found


def problems(u: Underlag) -> list[tuple[str, Step]]:
    """Name and step of the problems proposed for priority or watching: priority first, then in catalogue order."""
    items = [(f.measure.short, f.step) for f in survey_problems(u)]
    items += [(f.facet.short, f.step) for f in count_problems(u) if f.any_reported]
    wanted = [item for item in items if item[1] is not Step.AVVAKTA]
    return sorted(wanted, key=lambda item: item[1] is not Step.PRIORITERA)


def to_decide(u: Underlag) -> list[CountFinding | SurveyFinding]:
    """The highlights that are problems of their own (of a chapter's survey measures only one is), then what lies over the
    comparison: those proposed for priority first."""
    own = survey_problems(u)
    told: list[CountFinding | SurveyFinding] = [f for f in highlights(u) if isinstance(f, CountFinding) or f in own]
    told += [f for f in over_the_band(u) if f not in told and not f.few]
    return sorted(told or highlights(u), key=lambda f: list(Step).index(f.step))


def above_lan(f: SurveyFinding) -> float:
    """How far the share lies above the län's, in shares."""
    return f.share - f.lan[f.last_year][0] if f.last_year in f.lan else 0.0


def _times_the_band(f: CountFinding) -> float:
    """How many times the upper quartile the rate is."""
    rate = f.pooled.rate if f.small and f.pooled else f.rate
    return rate / max(f.band.upper, 1.0) if f.band else 0.0


def has_rates(u: Underlag) -> bool:
    """Are there offences with rates only?"""
    return len(rows_of(u.rates_only, u.kommun.code)) > 0
