"""SCB's population of parts of a kommun (DeSO and RegSO), and of the kommun by age and sex, out of one table."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.data import embedded, jsonstat
from kunskapsbaserat.data.fetch import scb
from kunskapsbaserat.data.fetch.asking import Asker, WrongShape
from kunskapsbaserat.data.fetch.http import document

TABLE = "TAB6574"
"""Population by region (kommun, DeSO, RegSO), age, sex and year; from 2025 with SCB's noise, so that parts do not sum."""
CELLS = 100_000
"""Most cells of one question; SCB takes 150 000."""
NEAR = 0.05
"""How far the areas together may lie from the kommun: some persons have no area, and the noise of many areas adds up."""
AGE_COLUMNS = ["area", "area_level", "sex", "age", "year", "value"]
_AREA = re.compile(r"(\d{4})(?:[ABC]\d{4}_(DeSO)|R\d{3}_(RegSO))((?:19|20)\d\d)")
_CODE = re.compile(r"\b\d{4}[A-Z]\d{3,4}(?=\b|_)|_?\b(?:DeSO|RegSO) ?(?:19|20)\d\d\b|_(?:DeSO|RegSO)(?:19|20)\d\d\b")
_SEXES = {"män": "man", "kvinnor": "kvinna"}


@dataclass(frozen=True, slots=True)
class Parts:
    """The exposure contract of DeSO and RegSO with a column ``name``, and the kommuner's inhabitants by age and sex.

    SCB names the RegSO, as people who live there know them; a DeSO has its code alone, and an empty name. Ages are of the last
    year.
    """

    areas: pd.DataFrame
    ages: pd.DataFrame


def population(asker: Asker, kommuner: Sequence[str]) -> Parts:
    """Inhabitants on 31 December of every area of the kommuner, by year, and of the kommuner by age and sex.

    Raises
    ------
    FetchError
        The table has changed its shape, lacks a kommun, or the areas together are not near the kommun.
    """
    purpose = f"delområden, tabell {TABLE}"
    variables = asker.ask(f"/tables/{TABLE}/metadata?lang=sv", scb.variables_of, purpose=f"{purpose}: innehåll")
    codes = list(variables["Region"]["category"]["index"])
    mine = _newest(codes, set(kommuner))
    if lacking := sorted(set(kommuner) - {code[:4] for code in mine}):
        raise asker.wrong(f"no areas of {lacking[0]}", f"tabellen saknar delområden för {lacking[0]}")
    totals, _ = scb.selection(asker, variables)
    rows = _asked(asker, {"Region": mine, **totals}, purpose)
    areas = _areas(asker, rows, set(kommuner))
    ages = _asked(asker, {"Region": list(kommuner), **_by_age(asker, variables, totals)}, "folkmängd efter ålder och kön")
    return Parts(areas, _ages(asker, ages, kommuner))


def _newest(codes: Sequence[str], kommuner: set[str]) -> list[str]:
    """The areas of the newest division of each sort: an older one stands beside it."""
    found = [(code, match) for code in codes if (match := _AREA.fullmatch(code)) and match[1] in kommuner]
    last = {sort: max((m[4] for _, m in found if sort in m.groups()), default="") for sort in ("DeSO", "RegSO")}
    return [code for code, match in found if match[4] == last[match[2] or match[3]]]


def _by_age(asker: Asker, variables: Mapping[str, Any], totals: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Men and women, every age but the total, the last year."""
    if not {"Alder", "Kon"} <= set(variables):
        raise asker.wrong("no age or sex", "tabellen saknar ålder eller kön")
    labels = variables["Kon"]["category"]["label"]
    sexes = [code for code, label in labels.items() if str(label).casefold() in _SEXES]
    ages = [code for code in variables["Alder"]["category"]["index"] if code not in totals.get("Alder", ())]
    if len(sexes) != len(_SEXES) or not ages:
        raise asker.wrong("no men and women, or no ages", "tabellen saknar män och kvinnor eller åldrar")
    return {**{name: list(codes) for name, codes in totals.items()}, "Alder": ages, "Kon": sexes, "Tid": [max(totals["Tid"])]}


def _asked(asker: Asker, selection: Mapping[str, Sequence[str]], purpose: str) -> list[dict[str, Any]]:
    """The figures of all regions, in questions of at most `CELLS`."""
    each = math.prod(len(codes) for name, codes in selection.items() if name != "Region")
    some = max(1, CELLS // each)
    rows: list[dict[str, Any]] = []
    for at in range(0, len(selection["Region"]), some):
        part = {**selection, "Region": selection["Region"][at : at + some]}
        chosen = [{"variableCode": name, "valueCodes": list(codes)} for name, codes in part.items()]
        rows += asker.ask(
            f"/tables/{TABLE}/data?lang=sv&outputFormat=json-stat2",
            functools.partial(_rows, asked=part),
            purpose=purpose,
            body=document({"selection": chosen}),
        )
    return rows


def _rows(data: Any, asked: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """One row for each figure of an answer that has exactly the codes asked for."""
    variables = scb.whole_dataset(data)
    for name, codes in asked.items():
        if name not in variables or set(variables[name]["category"]["index"]) != set(codes):
            raise WrongShape(f"other codes of {name} than asked for", f"svaret har andra koder för {name} än de som söktes")
    labels = {name: about["category"]["label"] for name, about in variables.items()}
    return [
        {**place, "value": value, **{f"{name} label": labels[name][code] for name, code in place.items()}}
        for place, value in zip(jsonstat.places(data), data["value"], strict=True)
        if value is not None
    ]


def _areas(asker: Asker, rows: Sequence[Mapping[str, Any]], kommuner: set[str]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {
                "area": row["Region"].split("_")[0],
                "area_level": "regso" if "_RegSO" in row["Region"] else "deso",
                "kind": "residents",
                "year": int(row["Tid"]),
                "value": float(row["value"]),
            }
            for row in rows
        ],
        columns=[*tables.EXPOSURE_KEY, "value"],
    )
    if lacking := sorted(kommuner - set(table["area"].str[:4])):
        raise asker.wrong(f"no figures of {lacking[0]}", f"svaret saknar tal för delområden i {lacking[0]}")
    _require_whole(asker, table)
    names = {row["Region"].split("_")[0]: _name(row["Region label"]) for row in rows}
    checked = tables.exposure(table.sort_values(tables.EXPOSURE_KEY, ignore_index=True))
    return checked.assign(name=checked["area"].map(names).astype("str"))


def _name(label: str) -> str:
    """The name in the label of an area, without its code and division; nothing where the code is all there is.

    >>> _name("1267R001 (Höör centrum)"), _name("Orup (Höör)"), _name("1267A0010_DeSO2025"), _name("R001_RegSO2025")
    ('Höör centrum', 'Orup (Höör)', '', '')
    """
    rest = " ".join(_CODE.sub(" ", label).strip(" _-:,").split())
    wrapped = re.fullmatch(r"\(([^()]*)\)", rest)
    name = (wrapped[1] if wrapped else rest).strip()
    return name if re.search(r"[^\W\d_]{2}", name) else ""


def _require_whole(asker: Asker, table: pd.DataFrame) -> None:
    """The areas of a sort make up their kommun, as far as the package knows its population."""
    known = embedded.exposure().query("kind == 'residents' and area_level == 'kommun'")[["area", "year", "value"]]
    summed = table.assign(area=table["area"].str[:4]).groupby(["area", "area_level", "year"])["value"].sum().reset_index()
    both = summed.merge(known, on=["area", "year"], suffixes=("", "_known"))
    far = both[(both["value"] / both["value_known"] - 1).abs() > NEAR]
    if len(far):
        row = far.iloc[0]
        said = f"delområdena i {row['area']} {row['year']} har {row['value']:.0f} invånare, kommunen {row['value_known']:.0f}"
        raise asker.wrong(f"areas of {row['area']} sum to {row['value']:.0f}", said)


def _ages(asker: Asker, rows: Sequence[Mapping[str, Any]], kommuner: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame(
        [
            {
                "area": row["Region"],
                "area_level": "kommun",
                "sex": _SEXES[str(row["Kon label"]).casefold()],
                "age": str(row["Alder label"]),
                "year": int(row["Tid"]),
                "value": float(row["value"]),
            }
            for row in rows
        ],
        columns=AGE_COLUMNS,
    )
    cells = table.groupby("area").size()
    if len(cells) != len(kommuner) or len(set(cells)) != 1 or (table["value"] < 0).any():
        raise asker.wrong("ages are missing", "svaret saknar åldrar för någon kommun")
    return table.sort_values(AGE_COLUMNS[:-1], ignore_index=True)
