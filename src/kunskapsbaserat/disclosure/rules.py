"""The rules of the gate as data: each threshold with its reason.

Thresholds follow Rådet för den officiella statistikens handbok i statistisk röjandekontroll (2015) and the practice of Brå,
SSB and Kolada.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Policy:
    """The thresholds of the gate, each with its reason in the comment beside it.

    Attributes
    ----------
    sensitive_below : int
        Events of a sensitive offence in a kommun.
    small_area_below, small_area_months : int
        Events of any offence in an area smaller than a kommun, and the shortest period there, in months.
    respondents_below, behind_share_below, all_or_none_below : int
        Respondents to a survey, persons behind a share, and the group in which all or none have answered alike.
    areas_below : int
        Areas behind a median or quartile.
    dominance_p, dominance_n, dominance_k : float, int, float
        The p % rule and the n-k rule for amounts.
    published_sources : frozenset of str
        Publishers whose figures are known at the same level already.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from kunskapsbaserat import disclosure
    >>> usual = disclosure.Policy()
    >>> usual.sensitive_below, usual.respondents_below, "bra_sol" in usual.published_sources
    (5, 10, True)
    >>> replace(usual, respondents_below=20).respondents_below  # a stricter policy of one's own
    20
    """

    # Sensitive offences: 1-4 events in a kommun can point at a person. 0 says that nothing was reported and is kept.
    sensitive_below: int = 5
    # Areas smaller than a kommun: neighbours know each other, so the rule holds for every offence ...
    small_area_below: int = 5
    # ... and a short period narrows it down further.
    small_area_months: int = 3
    # Surveys: fewer than ten respondents, or fewer than five behind a share, tell what individuals answered.
    respondents_below: int = 10
    behind_share_below: int = 5
    # Everybody or nobody in a small group has answered alike: the answer of each is known.
    all_or_none_below: int = 20
    # An aggregate over areas (a median, a quartile) needs some areas to hide each one in.
    areas_below: int = 5
    # Amounts that several have a part in (kronor, hours): whoever has the second largest part takes it from the sum and knows
    # the largest. By the p % rule what is left has to be wrong by at least so much of it ...
    dominance_p: float = 10
    # ... and by the n-k rule the n largest may not have more than k % of all. 85 is what Eurostat's handbook gives as usual.
    dominance_n: int = 2
    dominance_k: float = 85
    # Figures that their publisher already gives out at the same level are known; hiding them protects nobody. That holds for
    # sums of the rows of Brå's database too: anyone can add the rows. Table 120 is on Brå's web for every kommun.
    published_sources: frozenset[str] = frozenset(
        {
            *("bra_indikatorer", "bra_ntu", "bra_2013", "bra_sol", "bra_sol_bearbetad", "bra_oppen_csv", "bra_tabell_120"),
            *("kolada", "scb"),
        }
    )


POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Protection:
    """How little may be known of a number that is not shown.

    `low` and `high`: a hidden cell has to be possible from the one to the other. From 1 to 5 it says neither how many of 1-4
    it is nor that it is one of them. `span`: of a count that no table shows (a part over some weeks, between two sums), the
    largest and the smallest possible above 0 have to differ by so much: five possible values, as for a cell.
    """

    low: int = 1
    high: int = 5
    span: int = 4


PROTECTION = Protection()


def count_columns(df: pd.DataFrame) -> list[str]:
    """The columns of a table that hold counts."""
    return [c for c in df if c == "count" or str(c).startswith("count_")]


_NOT_COUNTED = frozenset(
    [
        "procent",
        "procentenheter",
        "andel",
        "per",
        "kr",
        "kronor",
        "tkr",
        "mkr",
        "dagar",
        "timmar",
        "minuter",
        "index",
        "poäng",
        "grader",
        "meter",
        "km",
        "ton",
        "kwh",
        "snitt",
        "medel",
        "medelvärde",
        "median",
        "skala",
        "kvot",
    ]
)
"""Words in the unit of an indicator of the kommun's own that say that it counts nobody: two per cent are no two persons."""


def dominated(total: ArrayLike, largest: ArrayLike, *, policy: Policy = POLICY) -> NDArray[np.bool_]:
    """Do amounts give one of those away who have a part in them, by the p % rule or by the n-k rule?

    Parameters
    ----------
    total : array, shape (rows,)
        0 or more.
    largest : array, shape (rows, parts)
        The largest parts of each, the largest first: at least two columns and at least `Policy.dominance_n`; 0 where there are
        fewer. An amount of one or two is always given away.
    policy : Policy
        Its `dominance_p`, `dominance_n` and `dominance_k`.

    References
    ----------
    Hundepool A et al. (2024). Handbook on Statistical Disclosure Control, 2nd edition, section 4.2.

    Examples
    --------
    >>> dominated([100_000, 100_000], [[50_000, 49_000], [30_000, 20_000]]).tolist()
    [True, False]
    """
    amounts, parts = np.asarray(total, dtype=float), np.asarray(largest, dtype=float)
    rest = amounts - parts[:, 0] - parts[:, 1]
    by_p = rest < policy.dominance_p / 100 * parts[:, 0]
    by_nk = parts[:, : policy.dominance_n].sum(axis=1) > policy.dominance_k / 100 * amounts
    given_away: NDArray[np.bool_] = by_p | by_nk
    return given_away


def counts_somebody(unit: str) -> bool:
    """May a number in this unit be a number of persons or events? An unknown or empty unit may.

    Examples
    --------
    >>> counts_somebody("antal barn"), counts_somebody("kronor per invånare"), counts_somebody("")
    (True, False, True)
    """
    words = set(re.findall(r"\w+", unit.casefold()))
    return "antal" in words or ("%" not in unit and _NOT_COUNTED.isdisjoint(words))


def few_behind(share: NDArray[np.float64], n: NDArray[np.float64], policy: Policy) -> NDArray[np.bool_]:
    """Are the respondents too few, or those behind the share, or those who answered otherwise? Not known where `n` is not."""
    with np.errstate(invalid="ignore"):
        few = (n < policy.respondents_below) | (n * np.minimum(share, 1 - share) < policy.behind_share_below)
        alike = ((share <= 0) | (share >= 1)) & (n < policy.all_or_none_below)
    return few | alike


_THINGS = re.compile(
    r"\w*(?:vandring|möte|träff|utskick|brev|affisch|broschyr|annons|kampanj|inlägg|lamp|belysning|stolp|kamer|lås|bänk|skylt|träd|"
    r"busk|cykelställ|utbildning|kurs|föreläsning|lektion|rond|städning|sanering|inspektion|mätning|enkät|samråd|rapport|avtal|"
    r"lokal|butik|skol|förskol|park|tunn)(?:a|ar|e|el|en|er|et|ets|lar|n|na|or|orna|arna|erna|eln|larna)?"
)
"""Words in the unit of an activity that say that it counts nobody."""

_NUMBER_OF = frozenset(["antal", "st", "stycken", "och", "nya"])


def counts_people(unit: str) -> bool:
    """May a number of what was done be a number of persons? It may unless the unit names things only: walks, letters, lamps.

    Examples
    --------
    >>> counts_people("familjer"), counts_people("möten med familjer"), counts_people("vandringar"), counts_people("")
    (True, True, False, True)
    """
    named = set(re.findall(r"\w+", unit.casefold())) - _NUMBER_OF
    return counts_somebody(unit) and not (named and all(_THINGS.fullmatch(word) for word in named))
