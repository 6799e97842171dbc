"""SCB's PxWebApi, version 2: the population on 31 December of every kommun, out of two tables that follow each other.

Codes are read from the table's own metadata each time. Values of one variable stand in one list: a second list of the same name
is dropped without a word.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from kunskapsbaserat.data import scb as reader
from kunskapsbaserat.data.crosstab import Entry
from kunskapsbaserat.data.fetch.asking import Asker, WrongShape
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.errors import FileError, TableError

TABLES = ("TAB638", "TAB5557")
"""Population by region, civil status, age, sex and year: 1968-2024, and from 2025 with SCB's noise in every figure."""
FIRST_YEAR = 1998
_NEEDED = ("Region", "Tid", "ContentsCode")
_LONGEST = 1900
"""Characters in an address; SCB takes about 2 100."""
_TOTAL = re.compile(r"(totalt?|samtliga)\b.*", re.IGNORECASE)
_PEOPLE = re.compile(r"folkmängd(en)?\b", re.IGNORECASE)


def population(asker: Asker, kommuner: Sequence[str]) -> pd.DataFrame:
    """The exposure contract: inhabitants of the kommuner on 31 December of every year since 1998 that SCB has.

    Raises
    ------
    FetchError
        A table has changed its shape, lacks a kommun, or says something impossible.
    """
    parts = [_table(asker, table, kommuner) for table in TABLES]
    both = pd.concat(parts, ignore_index=True)
    return both.sort_values(["area", "year"], ignore_index=True)


def _table(asker: Asker, table: str, kommuner: Sequence[str]) -> pd.DataFrame:
    purpose = f"folkmängd, tabell {table}"
    variables = asker.ask(f"/tables/{table}/metadata?lang=sv", variables_of, purpose=f"{purpose}: innehåll")
    chosen, years = selection(asker, variables)
    wanted = [code for code in kommuner if code in variables["Region"]["category"]["index"]]
    entries: list[Entry] = []
    for some in _parts(table, chosen, wanted):
        path = _path(table, {"Region": some, **chosen})
        entries += asker.ask(path, lambda data: _entries(data, table), purpose=purpose)
    return _exposure(asker, table, entries, wanted, years)


def variables_of(data: Any) -> dict[str, Any]:
    """The table's variables by code, each with its codes and their labels.

    Raises
    ------
    WrongShape
        There is no region, year or contents, or a variable has no codes.
    """
    names = data.get("id") if isinstance(data, dict) else None
    variables = data.get("dimension") if isinstance(data, dict) else None
    if not isinstance(names, list) or not isinstance(variables, dict) or any(n not in names for n in _NEEDED):
        raise WrongShape("no table with Region, Tid and ContentsCode", "tabellen saknar region, tid eller innehåll")
    for name in names:
        if not isinstance(name, str) or not _has_codes(variables.get(name)):
            raise WrongShape(f"{name} has no codes", f"variabeln {name} saknar koder")
    return {name: variables[name] for name in names}


def _has_codes(about: Any) -> bool:
    """Each code has a place of its own and a label."""
    category = about.get("category") if isinstance(about, dict) else None
    index, label = (category.get(part) for part in ("index", "label")) if isinstance(category, dict) else (None, None)
    if not isinstance(index, dict) or not isinstance(label, dict) or not isinstance(about.get("extension", {}), dict):
        return False
    places = list(index.values())
    placed = all(type(place) is int for place in places) and len(set(places)) == len(places)
    return placed and set(index) <= set(label) and all(isinstance(word, str) for word in label.values())


def selection(asker: Asker, variables: Mapping[str, Any]) -> tuple[dict[str, list[str]], list[int]]:
    """Every variable but the region: the total, the population and the years wanted; and the years as numbers.

    Raises
    ------
    FetchError
        A variable that must be chosen has no total.
    """
    found: dict[str, list[str]] = {}
    for name, about in variables.items():
        labels: dict[str, str] = about["category"]["label"]
        if name == "Tid":
            found[name] = [code for code in labels if re.fullmatch(r"\d{4}", code) and int(code) >= FIRST_YEAR]
        elif name == "ContentsCode":
            found[name] = [code for code, label in labels.items() if _PEOPLE.match(label)][:1]
        elif name != "Region":
            totals = [code for code, label in labels.items() if _TOTAL.fullmatch(label)][:1]
            # A variable without a total may be left out where the table allows it; the answer is then for all of them.
            if totals or not about.get("extension", {}).get("elimination"):
                found[name] = totals
    if lacking := [name for name, codes in found.items() if not codes]:
        listed = ", ".join(lacking)
        raise asker.wrong(f"no total or population in {listed}", f"{listed} saknar totalen")
    return found, [int(year) for year in found["Tid"]]


def _parts(table: str, selection: Mapping[str, list[str]], kommuner: Sequence[str]) -> Iterator[list[str]]:
    """The kommuner in as few lists as the length of an address allows."""
    rest = list(kommuner)
    room = _LONGEST - len(_path(table, {"Region": [], **selection}))
    each = max(1, room // len("0000%2C"))
    yield from (rest[at : at + each] for at in range(0, len(rest), each))


def _path(table: str, selection: Mapping[str, Sequence[str]]) -> str:
    chosen = "&".join(f"valueCodes[{name}]={quote(','.join(codes), safe='')}" for name, codes in selection.items())
    return f"/tables/{table}/data?lang=sv&outputFormat=json-stat2&{chosen}"


def whole_dataset(data: Any) -> dict[str, Any]:
    """The variables of a json-stat2 answer that has as many values as they need, every one a number or missing.

    Raises
    ------
    WrongShape
        It is something else, or cut.
    """
    variables = variables_of(data)
    size, values = data.get("size"), data.get("value")
    if data.get("class") != "dataset" or not isinstance(size, list) or not isinstance(values, list):
        raise WrongShape("no json-stat2 dataset", "svaret är ingen tabell i json-stat2")
    if size != [len(about["category"]["index"]) for about in variables.values()] or not all(
        isinstance(about.get("label"), str) for about in variables.values()
    ):
        raise WrongShape("sizes that do not fit the codes", "svarets storlek stämmer inte med dess koder")
    if len(values) != math.prod(size):
        raise WrongShape(f"{len(values)} values, not {math.prod(size)}", "svaret har inte alla tal som det ska ha")
    if not all(value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) for value in values):
        raise WrongShape("a value that is no number", "ett värde är inget tal")
    return variables


def _entries(data: Any, table: str) -> list[Entry]:
    """The figures of an answer that is whole: as many values as its variables need."""
    whole_dataset(data)
    try:
        # A kommun that was not there yet has 0: Knivsta before 2003.
        return [entry for entry in reader.jsonstat_entries(data, Path(table)) if entry.cell != 0]
    except (FileError, TableError) as error:
        raise WrongShape(str(error), error.svenska) from error


def _exposure(asker: Asker, table: str, entries: list[Entry], kommuner: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    digest = hashlib.sha256("".join(answer.sha256 for answer in asker.answers).encode()).hexdigest()
    file = DataFile(Path(table), "json-stat2", digest, 0, ())
    try:
        found = reader.exposure(
            file, entries, publisher=reader.PUBLISHER, title=table, address=reader.ADDRESS, licence=reader.LICENCE
        ).table
    except TableError as error:
        raise asker.wrong(str(error), " ".join(error.svenska.split()).rstrip(".")) from error
    people = found[found["year"].isin(years) & found["area"].isin(kommuner)]
    if absent := sorted(set(kommuner) - set(people["area"])):
        english = f"no figures for {', '.join(absent[:5])}"
        raise asker.wrong(english, f"svaret saknar tal för {', '.join(absent[:5])}")
    if short := sorted(set(years) - set(people["year"])):
        raise asker.wrong(f"no figures of {short[0]}", f"svaret saknar tal för {short[0]}")
    return people.reset_index(drop=True)
