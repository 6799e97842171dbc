"""Any other file of counts, shares or figures, through its mapping: traffic accidents, fires, school, surveys, costs.

The file is screened for personal data before anything is made of it, and only the columns that the mapping names are read.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from kunskapsbaserat import cells, tables
from kunskapsbaserat.cells import Number, Place
from kunskapsbaserat.data import imported, mapping, records, scb, screen, survey
from kunskapsbaserat.data.files import DataFile
from kunskapsbaserat.data.imported import Imported
from kunskapsbaserat.data.mapping import Mapping
from kunskapsbaserat.data.records import Record
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.findings import Finding

INDICATOR_KEY = ["area", "area_level", "indicator", "sex", "period"]
_STATUS = {"slutlig": "final", "preliminär": "preliminary"}
_DASH: dict[str, Literal["zero", "missing"] | None] = {"": None, "noll": "zero", "saknas": "missing"}


def read(path: str | Path | DataFile, mapping_path: str | Path | None = None) -> Imported:
    r"""A file as the table that its mapping says.

    Parameters
    ----------
    path
        The file.
    mapping_path
        Its mapping; ``<file>.mappning.csv`` beside it when not given (`mapping.write_start` writes a first one).

    Returns
    -------
    Imported
        innehåll "antal" gives counts, "andel" survey, "befolkning" and its kin (`mapping.EXPOSURES`) exposure, and
        "indikator" a table with ``area``, ``area_level``, ``indicator``, ``sex``, ``period``, ``value``, ``unit``,
        ``source``. `offence` and `measure` are the mapping's short names; `source` is "lokal:" and the file's name.

    Raises
    ------
    PersonalDataError
        The file seems to hold personal data.
    TableError
        Mapping and file do not fit, or a cell cannot be read: file, sheet, row and column.
    FileError, FileLocked
        The file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import local
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "olyckor.csv"
    >>> _ = path.write_text("Kommun;År;Antal\n2081 Borlänge;2024;1 234\n2081 Borlänge;2025;..\n", encoding="utf-8")
    >>> fields = ["fält;värde", "källa;Transportstyrelsen", "titel;Olyckor", "innehåll;antal", "område;Kommun", "period;År"]
    >>> text = "\n".join([*fields, "mått;fast: strada_olyckor", "värde;Antal"])
    >>> _ = path.with_name("olyckor.csv.mappning.csv").write_text(text, encoding="utf-8")
    >>> imported = local.read(path)
    >>> imported.table[["area", "offence", "period", "count"]]
       area         offence period  count
    0  2081  strada_olyckor   2024   1234
    1  2081  strada_olyckor   2025   <NA>
    >>> imported.remarks[["period", "reason", "row"]]
      period         reason  row
    0   2025  not_available    3
    >>> folder.cleanup()
    """
    file = screen.safe_file(path)
    rules = mapping.read(mapping_path if mapping_path is not None else mapping.path_for(file.path))
    sheet = records.pick_sheet(file, rules)
    left_out: Counter[str] = Counter()
    found = list(records.read_records(file, sheet, rules, left_out))
    if not found:
        raise TableError(
            "rows with figures", forvantat="rader med tal", file=file.path, sheet=sheet.name, row=int(rules["rubrikrad"]) + 1
        )
    records.refuse_doubles(found, rules)
    contract = mapping.CONTENTS[rules["innehåll"]]
    table, marked, key = _TABLES[contract](file, found, rules)
    notes = [
        Finding("info", "left_out", f"{file.path.name}: {n} rader med {what} lästes inte.") for what, n in left_out.items()
    ]
    return Imported(
        contract,
        table,
        imported.remarks(marked, key),
        file,
        rules["källa"],
        rules["titel"],
        rules["adress"],
        rules["licens"],
        _STATUS[rules["status"]],
        (*file.notes, *notes),
        {r.measure: r.label for r in reversed(found)},
        _asked(file, found, rules, table) if contract == "survey" and rules["antal tillfrågade"] else None,
    )


def _numbers(file: DataFile, found: list[Record], rules: Mapping, name: str | None = None) -> list[tuple[Number, Place]]:
    """The figures of the value column, or of another column that the field `name` gives."""
    dialect = cells.PUBLISHER.of(file).with_dash(_DASH[rules["streck"]])
    numbers = []
    for record in found:
        place = record.place if name is None else records.at_column(record.place, rules[name])
        cell = record.cell if name is None else record.row[rules[name]]
        numbers.append((cells.number(cell, place, dialect), place))
    return numbers


def _counts(file: DataFile, found: list[Record], rules: Mapping) -> tuple[pd.DataFrame, list[dict[str, Any]], list[str]]:
    frame = pd.DataFrame(
        {
            "area": [r.area for r in found],
            "area_level": [r.area_level for r in found],
            "offence": [r.measure for r in found],
            "sex": [r.sex for r in found],
            "period": pd.PeriodIndex([r.when for r in found]),
        }
    )
    about = {"status": _STATUS[rules["status"]], "source": f"lokal:{file.path.name}"}
    if rules["värde"].casefold() == mapping.ROW_COUNT:
        return tables.counts(_counted(frame, rules).assign(**about), file=file.path), [], tables.COUNTS_KEY
    numbers = _numbers(file, found, rules)
    for number, place in numbers:
        if number.value is not None and (number.value < 0 or not number.value.is_integer() or number.percent):
            raise place.error("a whole number, 0 or more", "ett heltal, noll eller mer", f"{number.value:g}")
    frame["count"] = pd.array([number.value for number, _ in numbers], dtype="Int64")
    marked = _marks(frame, numbers, tables.COUNTS_KEY, "count")
    return tables.counts(frame.assign(**about), file=file.path), marked, tables.COUNTS_KEY


def _counted(frame: pd.DataFrame, rules: Mapping) -> pd.DataFrame:
    """Rows as counts. Periods without rows become zero only when the mapping says that the register is whole."""
    key = list(frame.columns)
    counted = frame.value_counts(sort=False).rename("count").reset_index()
    if rules["rader som saknas"] == "noll":
        every = pd.period_range(counted["period"].min(), counted["period"].max(), freq=counted["period"].dtype.freq)
        units = counted[key[:-1]].drop_duplicates().merge(pd.DataFrame({"period": every}), how="cross")
        counted = units.merge(counted, on=key, how="left").fillna({"count": 0})
    return counted.astype({"count": "Int64"}).sort_values(key, ignore_index=True)


def _survey(file: DataFile, found: list[Record], rules: Mapping) -> tuple[pd.DataFrame, list[dict[str, Any]], list[str]]:
    if divided := next((r for r in found if r.sex != "alla"), None):
        raise divided.place.error(
            "shares of all, or sex as part of the measure",
            "andelar för alla",
            divided.sex,
            tips="gör kön till en del av måttet, eller lägg till ”urval: RUBRIK” för totalen",
        )
    unit = rules["enhet"].casefold()
    numbers = _numbers(file, found, rules)
    frame = pd.DataFrame(
        {
            "area": [r.area for r in found],
            "area_level": [r.area_level for r in found],
            "measure": [r.measure for r in found],
            "start_year": [r.when[0] for r in found],
            "end_year": [r.when[1] for r in found],
            "share": pd.array(survey.shares(numbers, unit), dtype="Float64"),
        }
    )
    marked = _marks(frame, numbers, tables.SURVEY_KEY, "share")
    for column, name in (("lower", "nedre"), ("upper", "övre")):
        limits = _numbers(file, found, rules, name) if rules[name] else []
        # The limits follow the unit of the share: whether they are all small says nothing.
        scale = "procent, alla under 1" if unit == "procent" else unit
        frame[column] = pd.array(survey.shares(limits, scale) if limits else [None] * len(frame), dtype="Float64")
        stated = limits or [(Number(None, "no_interval"), r.place) for r in found]
        marked += _marks(frame, stated, tables.SURVEY_KEY, column)
    answers = _people(file, found, rules, "antal svar", "svarande") if rules["antal svar"] else []
    frame["n"] = pd.array([a.value for a, _ in answers] or [None] * len(frame), dtype="Int64")
    return tables.survey(frame.assign(source=f"lokal:{file.path.name}"), file=file.path), marked, tables.SURVEY_KEY


def _people(file: DataFile, found: list[Record], rules: Mapping, name: str, who: str) -> list[tuple[Number, Place]]:
    """Whole numbers of people in another column than the shares'."""
    numbers = _numbers(file, found, rules, name)
    for number, place in numbers:
        if number.value is not None and (number.value < 0 or not number.value.is_integer()):
            raise place.error("a whole number of people", f"ett helt antal {who}", f"{number.value:g}")
    return numbers


def _asked(file: DataFile, found: list[Record], rules: Mapping, table: pd.DataFrame) -> pd.Series:
    """How many could have answered, row by row; never fewer than those who did."""
    numbers = _people(file, found, rules, "antal tillfrågade", "tillfrågade")
    for (number, place), n in zip(numbers, table["n"], strict=True):
        if number.value is not None and not pd.isna(n) and number.value < n:
            raise place.error(
                "at least as many asked as answered", "minst lika många tillfrågade som svarande", f"{number.value:g}"
            )
    return pd.Series(pd.array([number.value for number, _ in numbers], dtype="Int64"))


def _exposure(file: DataFile, found: list[Record], rules: Mapping) -> tuple[pd.DataFrame, list[dict[str, Any]], list[str]]:
    numbers = _numbers(file, found, rules)
    frame = pd.DataFrame(
        {
            "area": [r.area for r in found],
            "area_level": [r.area_level for r in found],
            "kind": [r.measure for r in found],
            "year": [r.when.year for r in found],
            "value": pd.array([number.value for number, _ in numbers], dtype="Float64"),
        }
    )
    for record, (number, place) in zip(found, numbers, strict=True):
        if record.measure == "residents" and number.value is not None:
            scb.refuse_implausible(record.area, record.when.year, number.value, place)
    noisy = [
        (Number(None, "noise"), place)
        if number.value is not None and record.when.year >= scb.NOISE_FROM and record.measure == "residents"
        else (number, place)
        for record, (number, place) in zip(found, numbers, strict=True)
    ]
    marked = _marks(frame, noisy, tables.EXPOSURE_KEY, "value")
    return tables.exposure(frame.dropna(subset="value"), file=file.path), marked, tables.EXPOSURE_KEY


def _indicator(file: DataFile, found: list[Record], rules: Mapping) -> tuple[pd.DataFrame, list[dict[str, Any]], list[str]]:
    numbers = _numbers(file, found, rules)
    frame = pd.DataFrame(
        {
            "area": [r.area for r in found],
            "area_level": [r.area_level for r in found],
            "indicator": [r.measure for r in found],
            "sex": [r.sex for r in found],
            "period": pd.PeriodIndex([r.when for r in found]),
            "value": pd.array([number.value for number, _ in numbers], dtype="Float64"),
            "unit": rules["enhet"],
            "source": f"lokal:{file.path.name}",
        }
    )
    return frame, _marks(frame, numbers, INDICATOR_KEY, "value"), INDICATOR_KEY


def _marks(frame: pd.DataFrame, numbers: list[tuple[Number, Place]], key: list[str], column: str) -> list[dict[str, Any]]:
    return [
        {**frame.loc[at, key].to_dict(), "column": column, "reason": number.reason, "sheet": place.sheet, "row": place.row}
        for at, (number, place) in enumerate(numbers)
        if number.reason
    ]


_TABLES = {"counts": _counts, "survey": _survey, "exposure": _exposure, "indicator": _indicator}
