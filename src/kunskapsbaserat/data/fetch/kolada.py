"""Kolada's API, version 3: which nyckeltal there are, and their values for many kommuner at once, page by page."""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from kunskapsbaserat.data.fetch.asking import Asker, WrongShape

POPULATION = "N01951"
LIST_LIMIT = 25
"""Most nyckeltal, and most kommuner, in one request."""
_MOST_PAGES = 100
_TITLES = ("Anmälda", "NTU", "Osäkerhetstal", "Invånare totalt")
_UNIT = re.compile(r"antal\s*(?:/|per)\s*(100\s?000|1\s?000)\s*inv", re.IGNORECASE)
COLUMNS = ["kpi", "unit", "year", "value"]


@dataclass(frozen=True, slots=True)
class OffenceKpi:
    """A nyckeltal of reported offences; `may_be` are the offences of the catalogue that its figures are held against."""

    kpi: str
    title: str
    may_be: tuple[str, ...]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class SurveyKpi:
    """A share of NTU, its uncertainty, and the measure that its figures are held against."""

    kpi: str
    uncertainty: str
    title: str
    measure: str


@functools.cache
def offence_kpis() -> tuple[OffenceKpi, ...]:
    """The nyckeltal of reported offences, those that every kommun is asked for first."""
    return tuple(OffenceKpi(**{**entry, "may_be": tuple(entry["may_be"])}) for entry in _toml()["offence"])


@functools.cache
def survey_kpis() -> tuple[SurveyKpi, ...]:
    """The nyckeltal of NTU."""
    return tuple(SurveyKpi(**entry) for entry in _toml()["survey"])


@functools.cache
def _toml() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("kolada.toml").read_text(encoding="utf-8"))


def inhabitants_per(title: str) -> int | None:
    """100 000 or 1 000, as the title says; None when it says neither."""
    unit = _UNIT.search(title)
    return int(re.sub(r"\s", "", unit[1])) if unit else None


def titles(asker: Asker) -> dict[str, str]:
    """The title of every nyckeltal that may be wanted, as Kolada has it now."""
    found: dict[str, str] = {}
    for word in _TITLES:
        for item in pages(asker, f"/kpi?title={quote(word)}&per_page=5000", f"nyckeltal med ”{word}” i namnet"):
            identity, title = item.get("id"), item.get("title")
            if not isinstance(identity, str) or not isinstance(title, str):
                raise asker.wrong("a nyckeltal without id or title", "ett nyckeltal saknar id eller namn")
            found[identity] = title
    return found


def values(asker: Asker, kpis: Sequence[str], units: Sequence[str], *, purpose: str) -> pd.DataFrame:
    """All years of some nyckeltal for some units (kommuner, riket "0000", regioner "00LL").

    Returns
    -------
    DataFrame
        ``kpi``, ``unit``, ``year``, ``value``: one row for each figure of both sexes together that Kolada has. A null value is
        missing and gives no row, as does one that Kolada has withdrawn; men and women are never summed.

    Raises
    ------
    FetchError
        A page is not what was asked for, the pages go in a circle, or two pages contradict each other.
    """
    rows: dict[tuple[str, str, int], float | None] = {}
    for some_kpis in _lists(kpis):
        for some_units in _lists(units):
            path = f"/data/kpi/{','.join(some_kpis)}/municipality/{','.join(some_units)}?per_page=5000"
            for item in pages(asker, path, purpose):
                key, value = _figure(asker, item, set(some_kpis), set(some_units))
                if rows.setdefault(key, value) != value:
                    english = f"two values for {' '.join(map(str, key))}"
                    raise asker.wrong(
                        english, f"två olika tal för {' '.join(map(str, key))}: siffrorna ändrades under hämtningen"
                    )
    table = pd.DataFrame([(*key, value) for key, value in sorted(rows.items()) if value is not None], columns=COLUMNS)
    return table.astype({"year": "int64", "value": "float64"})


def _lists(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[at : at + LIST_LIMIT] for at in range(0, len(items), LIST_LIMIT))


def pages(asker: Asker, path: str, purpose: str) -> Iterator[dict[str, Any]]:
    """The items of every page: `next_url` is followed until there is none.

    Raises
    ------
    FetchError
        A page has another shape, or the pages go in a circle.
    """
    asked = {path}
    while True:
        items, following = asker.ask(path, _page, purpose=purpose)
        yield from items
        if following is None:
            return
        if following in asked or len(asked) >= _MOST_PAGES:
            raise asker.wrong("the pages go in a circle", "sidorna går i en cirkel")
        asked.add(following)
        path = following


def _page(data: Any) -> tuple[list[dict[str, Any]], str | None]:
    """The items of a page and the link to the next one."""
    items = data.get("values") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise WrongShape("no list of values", "svaret har ingen lista med värden")
    if data.get("count", len(items)) != len(items):
        raise WrongShape(
            f"{len(items)} values where count says {data['count']}", f"svaret har {len(items)} poster men säger {data['count']}"
        )
    following = data.get("next_url")
    if following is not None and not isinstance(following, str):
        raise WrongShape("a next_url that is no address", "länken till nästa sida är ingen adress")
    return items, following or None


def _figure(
    asker: Asker, item: dict[str, Any], kpis: Collection[str], units: Collection[str]
) -> tuple[tuple[str, str, int], float | None]:
    kpi, unit, year, parts = (item.get(name) for name in ("kpi", "municipality", "period", "values"))
    if kpi not in kpis or unit not in units:
        raise asker.wrong(
            f"an answer about {kpi} {unit}, which was not asked for",
            f"svaret gäller {kpi} {unit}, som ingen frågade efter",
        )
    if type(year) is not int or not 1900 <= year <= 2100 or not isinstance(parts, list):
        raise asker.wrong(f"{kpi} {unit}: no year or no values", f"{kpi} {unit}: år eller värden saknas")
    whole = [p for p in parts if isinstance(p, dict) and p.get("gender") == "T" and not p.get("isdeleted")]
    given = [p.get("value") for p in whole]
    if not all(_is_number(value) and value == given[0] for value in given):
        raise asker.wrong(f"{kpi} {unit} {year}: no single number", f"{kpi} {unit} {year}: värdet är inget tal, eller flera")
    value = given[0] if given else None
    return (str(kpi), str(unit), year), None if value is None else float(value)


def _is_number(value: object) -> bool:
    """A count, a share or a rate, or null; true and false are ints in Python and no numbers here."""
    if value is None:
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
