"""What a school's report stands on: the schools, what may be shown of their surveys, and how their places have changed."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data import school as schools
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.school import sheets
from kunskapsbaserat.data.school.answers import OWN_FORM, Answers
from kunskapsbaserat.data.school.factors import FACTORS, INDEX_MAX, INDICATORS, SCORES
from kunskapsbaserat.data.school.folder import School, SchoolYear
from kunskapsbaserat.data.school.skolenkat import NAME
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.disclosure.groups import release_groups
from kunskapsbaserat.errors import FileError, KunskapError, OptionError
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.places.inventory import IndexChange, factor_means, index_change, inventory_index
from kunskapsbaserat.rates import false_discovery_rate, finite_proportion, proportion_change
from kunskapsbaserat.report.documents.skola import example

QUESTIONS_OF = {factor.name: [indicator.name for indicator in factor.indicators] for factor in FACTORS}
FDR = 0.05
BY_GRADE, BY_SEX = "årskurs", "kön"


@dataclass(frozen=True)
class One:
    """One school with what is worked out about it, each once."""

    school: School

    @functools.cached_property
    def shares(self) -> Released:
        """The latest year's shares, as they may be shown: see `shares_of`."""
        return shares_of(self.school.now, name=self.table("enkat"))

    @functools.cached_property
    def earlier(self) -> Released | None:
        """Those of the year before, if it may be compared with."""
        before = self.comparable
        return None if before is None else shares_of(before, name=self.table("enkat_forra_aret"))

    @property
    def comparable(self) -> SchoolYear | None:
        """The year before, where it was asked with the same version of the form."""
        before = self.school.before
        return before if before is not None and before.form == self.school.now.form else None

    @property
    def other_form(self) -> bool:
        """Is there a year before, with another version of the form?"""
        return self.school.before is not None and self.comparable is None

    def table(self, name: str) -> str:
        """The name of a table of this school's, when several stand in one document."""
        return f"{name}_{self.school.key}".replace("-", "_")

    @functools.cached_property
    def changes(self) -> pd.DataFrame:
        """Whole groups answered in both years, by `key`: ``difference lower upper p_value verdict``."""
        if self.earlier is None:
            return pd.DataFrame(columns=["key", "difference", "lower", "upper", "p_value", "verdict"])
        return changes_of(whole_rows(self.shares), whole_rows(self.earlier))

    def change(self, key: str) -> pd.Series | None:
        """The change of one statement; None where there is nothing to compare."""
        mine = self.changes[self.changes["key"] == key]
        return None if mine.empty else mine.iloc[0]

    # ---- the places ------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def index(self) -> float:
        return inventory_index(scores_of(self.school.now), QUESTIONS_OF, top=INDEX_MAX)

    @functools.cached_property
    def index_before(self) -> float:
        before = self.comparable
        return np.nan if before is None else inventory_index(scores_of(before), QUESTIONS_OF, top=INDEX_MAX)

    @functools.cached_property
    def factors(self) -> pd.DataFrame:
        """By factor: ``now before``, each from 0 to 20."""
        before = self.comparable
        empty = pd.Series(np.nan, index=list(QUESTIONS_OF))
        earlier = empty if before is None else factor_means(scores_of(before), QUESTIONS_OF)
        return pd.DataFrame({"now": factor_means(scores_of(self.school.now), QUESTIONS_OF), "before": earlier}) * INDEX_MAX

    @functools.cached_property
    def index_change(self) -> IndexChange | None:
        """None where there is no comparable year, or no place that was judged both times."""
        before = self.comparable
        if before is None:
            return None
        found = index_change(scores_of(before), scores_of(self.school.now), QUESTIONS_OF, top=INDEX_MAX)
        return found if found.places else None

    @property
    def other_judges(self) -> bool:
        """Did others judge the places the year before?"""
        before = self.comparable
        return before is not None and _judges(before) != _judges(self.school.now)

    @property
    def places(self) -> Sequence[Item]:
        return self.school.now.of(sheets.INVENTORY)

    # ---- the rest --------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def minutes(self) -> dict[str, int]:
        """Working time by step; 0 where nobody has said."""
        said = dict.fromkeys(sheets.STEPS, 0)
        for item in self.school.now.of(sheets.TIME):
            said[item.steg] += item.minuter or 0
        return said

    @functools.cached_property
    def done(self) -> dict[str, bool]:
        """By step: is there anything of it?"""
        now = self.school.now
        return {
            "arbetsgrupp": bool(now.fact("arbetsgrupp")),
            "statistik och enkät": bool(now.answers) and bool(now.of(sheets.INCIDENTS)),
            "inventering": bool(now.of(sheets.INVENTORY)),
            "samtal": bool(now.of(sheets.DIALOGUE)),
            "orsaker": bool(now.of(sheets.CAUSES)),
            "plan": bool(now.of(sheets.PLAN)),
            "återkoppling": self.minutes["återkoppling"] > 0,
        }


@dataclass(frozen=True)
class Material:
    """One school, or all of a kommun's, in alphabetical order; `wanted` is the folder of the one asked for.

    `unread` are the folders of schools whose files have faults: the page over all of them says so, their own reports say which.
    """

    kommun: Kommun
    schools: tuple[One, ...]
    wanted: str | None
    example: bool
    unread: tuple[str, ...] = ()

    @property
    def one(self) -> One | None:
        """The school, where the document is about one."""
        return self.schools[0] if len(self.schools) == 1 and not self.unread else None

    @property
    def notice(self) -> str:
        """What has to stand on every page: that it is an exercise."""
        return next((one.school.exercise for one in self.schools if one.school.exercise), "")

    @property
    def inputs(self) -> dict[str, str]:
        return {f"{schools.FOLDER}/{name}": sha for one in self.schools for name, sha in one.school.sha256.items()}


def load(kommun: object = None, *, data: str | Path | None = None, skola: str | None = None) -> Material:
    """The schools of a kommun's folder, or one of them; without a folder the invented ones, for their own kommun only.

    Raises
    ------
    FileError, OptionError, SchoolError, PersonalDataError, FileLocked
        As `data.school.read`; or another kommun's folder, or no folder and no invented schools.
    """
    if data is None:
        return _invented(kommuner.get(kommun), skola)
    place = folders.kommun_of(data, kommun)
    there = schools.names(data)
    if skola is not None or len(there) < 2:
        found = schools.read(data, skola)
        return Material(place, tuple(One(school) for school in found), skola, example=False)
    return _all(place, data, there)


def _all(place: Kommun, data: str | Path, there: Sequence[str]) -> Material:
    """Every school that can be read; where none can, the error of the first."""
    found: list[School] = []
    errors: dict[str, KunskapError] = {}
    for name in there:
        try:
            found += schools.read(data, name)
        except KunskapError as error:
            errors[name] = error
    if not found:
        raise next(iter(errors.values()))
    found.sort(key=lambda school: kommuner.sort_key(school.name))
    return Material(place, tuple(One(school) for school in found), None, example=False, unread=tuple(errors))


def _invented(place: Kommun, skola: str | None) -> Material:
    if place.code != example.KOMMUN:
        name = kommuner.get(example.KOMMUN).name
        raise FileError(
            "no_school",
            schools.FOLDER,
            f"is needed: give the kommun's folder (the invented schools are for {name})",
            f'behövs för skolrapporten. Kör ”kunskap ny --skola NAMN "{place.name}" MAPP”, fyll i arbetsboken och kör sedan '
            f"”kunskap rapport skola --data MAPP”. (Påhittade skolor finns för {name}.)",
        )
    if skola is not None and schools.safe_name(skola) not in example.SCHOOLS:
        raise OptionError("--skola", skola, list(example.SCHOOLS))
    found = [s for s in example.example() if skola is None or s.key == schools.safe_name(skola)]
    return Material(place, tuple(One(school) for school in found), skola, example=True)


# ---- surveys -------------------------------------------------------------------------------------------------------------


def shares_of(year: SchoolYear, *, name: str) -> Released:
    """Every statement of the year with its share and interval, through the gate.

    Returns
    -------
    Released
        ``survey question kind group key text who source wanted n asked share lower upper suppressed``. Classes are no rows:
        their answers are in the whole only.
    """
    rows = [_row(answers) for answers in year.answers if not answers.of_class]
    frame = pd.DataFrame(rows, columns=[*_COLUMNS])
    frame["asked"] = pd.to_numeric(frame["asked"])
    counted = frame.rename(columns={"n": "total", "agree": "count", "asked": "population"})[["count", "total", "population"]]
    limits = finite_proportion(counted.astype(float))
    shares = frame.assign(**{c: limits[c] for c in ("share", "lower", "upper")})
    return release_groups(shares, name=name, together=(sheets.GIRLS, sheets.BOYS))


_COLUMNS = ("survey", "question", "kind", "group", "key", "text", "who", "source", "wanted", "n", "agree", "asked")


def _row(a: Answers) -> tuple[Any, ...]:
    survey, key = f"{a.source}, {a.who}", "|".join(a.key)
    kind = BY_GRADE if a.group else BY_SEX if a.sex else ""
    if a.source == NAME and not a.sex:  # asks one year of pupils: that year is its whole
        survey, key, kind = f"{survey} {a.group}".strip(), f"{key}|{a.group}", ""
    return (survey, a.key[2], kind, a.group or a.sex, key, a.question, a.who, a.source, a.wanted, a.n, a.agree, a.asked)


def whole_rows(shares: Released) -> pd.DataFrame:
    """The rows of whole groups (all pupils, the staff, the parents), in order."""
    return shares.frame[shares.frame["kind"] == ""].reset_index(drop=True)


def own_pupils(shares: Released) -> pd.DataFrame:
    """All pupils in the form's own survey: schools are shown beside each other by nothing else, since surveys differ."""
    rows = whole_rows(shares)
    return rows[(rows["who"] == sheets.PUPILS) & (rows["source"] == OWN_FORM)]


def changes_of(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """What is shown of both years, with the verdict under the false discovery rate of the school's own statements.

    The pupils of two years are not the same: the difference is judged as between two samples, also where everybody answered.
    """
    both = now.merge(before, on="key", suffixes=("", "_before"))
    both = both[both["suppressed"].isna() & both["suppressed_before"].isna()].reset_index(drop=True)
    counted = pd.DataFrame(
        {
            "count": (both["share"] * both["n"]).round(),
            "total": both["n"],
            "other_count": (both["share_before"] * both["n_before"]).round(),
            "other_total": both["n_before"],
        },
        dtype=float,
    )
    moved = proportion_change(counted)
    certain = false_discovery_rate(moved["p_value"]) <= FDR
    verdict = np.where(certain & (moved["difference"] > 0), "fler", np.where(certain, "farre", "oklart"))
    limits = {c: moved[c] for c in ("difference", "lower", "upper", "p_value")}
    return pd.DataFrame({"key": both["key"], **limits, "verdict": verdict})


# ---- places --------------------------------------------------------------------------------------------------------------


def scores_of(year: SchoolYear) -> pd.DataFrame:
    """One row a place, by its name, and one column a question; missing where it was not judged."""
    rows = {
        item.plats.casefold(): {i.name: SCORES.get(str(item.cells.get(i.name, ""))) for i in INDICATORS}
        for item in year.of(sheets.INVENTORY)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=[i.name for i in INDICATORS], dtype=float)


def _judges(year: SchoolYear) -> frozenset[str]:
    return frozenset(str(item.bedomare).casefold() for item in year.of(sheets.INVENTORY) if item.bedomare)
