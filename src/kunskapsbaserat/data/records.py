"""The rows of a local file as records: which figure stands for what, by the headings that the mapping names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kunskapsbaserat import cells, spellings
from kunskapsbaserat.cells import Place, Tally
from kunskapsbaserat.data import crosstab, mapping
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.data.mapping import Mapping


@dataclass(frozen=True)
class Record:
    """One figure: its key, where it stands, the cells of its row by heading, and what the file calls its measure."""

    area: str
    area_level: str
    measure: str
    sex: str
    when: Any
    place: Place
    cell: object
    row: dict[str, object]
    label: str


def pick_sheet(file: DataFile, rules: Mapping) -> Sheet:
    filled = [sheet for sheet in file.sheets if any(cell is not None for row in sheet.rows for cell in row)]
    if rules["blad"]:
        named = [sheet for sheet in filled if sheet.name.strip() == rules["blad"]]
        if not named:
            listed = ", ".join(f"”{sheet.name}”" for sheet in filled)
            raise rules.error("blad", f"one of {listed}", f"något av bladen {listed}")
        return named[0]
    if len(filled) > 1:
        listed = ", ".join(f"”{sheet.name}”" for sheet in filled)
        raise rules.error("blad", f"which of {listed}", f"vilket av bladen {listed} som ska läsas")
    return filled[0]


def read_records(file: DataFile, sheet: Sheet, rules: Mapping, left_out: Counter[str]) -> Iterator[Record]:
    head_row = int(rules["rubrikrad"])
    heads = _heads(sheet, head_row, rules)
    frequency = mapping.FREQUENCIES[rules["tidssteg"]]
    skipped = {part.strip().casefold() for part in rules["hoppa över"].split(";")} - {""}
    wide = rules["period"].casefold() == mapping.IN_HEADINGS
    periods = [h for h in heads if cells.is_period(_number_or_text(h), frequency)] if wide else []
    if wide and not periods:
        raise rules.error(
            "period", "headings that are periods", "rubriker som är perioder", tips=f"rubrikerna är {', '.join(heads)}"
        )
    counted = rules["värde"].casefold() == mapping.ROW_COUNT
    figures = periods or ([] if counted else [rules["värde"]])
    tally = Tally(file.path, sheet.name, sheet.rows)
    tally.take("heading", *range(1, head_row + 1))
    for at, cells_ in enumerate(sheet.rows[head_row:], start=head_row + 1):
        row = {head: cells_[column] if column < len(cells_) else None for head, column in heads.items()}
        if all(cell is None for cell in cells_):
            continue
        if at == len(sheet.rows) and len(cells_) < len(heads) and any(note.code == "no_last_newline" for note in file.notes):
            raise Place(file.path, sheet.name, at, list(heads)[-1]).error(
                "a whole last row", "en hel sista rad", tips="filen slutar mitt i raden. Hämta den på nytt"
            )
        if figures and all(row[name] is None for name in figures) and _is_note(row, rules):
            left_out["text men inget tal"] += 1
            tally.take("left_out", at)
            continue
        place = Place(file.path, sheet.name, at, "")
        if any(_tidy(row[name]) not in {_tidy(v) for v in wanted} for name, wanted in rules.selections.items()):
            left_out["annat urval"] += 1
            tally.take("left_out", at)
            continue
        named = [_tidy(row[rules[name]]) for name in ("område", "mått") if rules[name] in row]
        if skipped & set(named):
            left_out["områden eller mått som ska hoppas över"] += 1
            tally.take("left_out", at)
            continue
        area, level = _area(row, rules, place)
        measure, label = _measure(row, rules, place)
        sex = cells.sex(row[rules["kön"]], at_column(place, rules["kön"])) if rules["kön"] else "alla"
        tally.take("values", at)
        if wide:
            for name in periods:
                when = _when(name, rules, at_column(place, name))
                yield Record(area, level, measure, sex, when, at_column(place, name), row[name], row, label)
        else:
            fixed = rules.fixed("period")
            when = _when(fixed if fixed is not None else row[rules["period"]], rules, at_column(place, rules["period"]))
            column = rules["period"] if counted else rules["värde"]
            cell = 1 if counted else row[column]
            yield Record(area, level, measure, sex, when, at_column(place, column), cell, row, label)
    tally.settle()


def _heads(sheet: Sheet, head_row: int, rules: Mapping) -> dict[str, int]:
    """Heading to column. A field may only name a heading that is there, once."""
    if head_row > len(sheet.rows):
        raise rules.error("rubrikrad", f"at most {len(sheet.rows)}", f"högst {len(sheet.rows)}, som är antalet rader")
    names = [" ".join(str(cell).split()) if cell is not None else "" for cell in sheet.rows[head_row - 1]]
    listed = ", ".join(name for name in names if name)
    for name in ("område", "period", "mått", "kön", "värde", "nedre", "övre", "antal svar", "antal tillfrågade"):
        said = rules[name]
        special = rules.fixed(name) is not None or said.casefold() in (mapping.IN_HEADINGS, mapping.ROW_COUNT)
        if said and not special and names.count(said) != 1:
            raise rules.error(
                name, f"one of the headings {listed}", f"en av rubrikerna på rad {head_row}", tips=f"rubriker: {listed}"
            )
    for said in rules.selections:
        if names.count(said) != 1:
            raise rules.error(f"urval: {said}", f"one of the headings {listed}", f"en av rubrikerna: {listed}")
    return {name: at for at, name in enumerate(names) if name}


def _is_note(row: dict[str, object], rules: Mapping) -> bool:
    """A row without figures is a missing figure when its key is whole, and else a line of text about the table."""
    keys = [row[rules[name]] for name in ("område", "period", "mått") if rules[name] in row]
    area = row.get(rules["område"])
    known = rules["områdesnivå"] == "stadsdel" or crosstab.is_area(area)
    return any(cell is None for cell in keys) or (rules["område"] in row and not known)


def _area(row: dict[str, object], rules: Mapping, place: Place) -> tuple[str, str]:
    fixed = rules.fixed("område")
    cell = fixed if fixed is not None else row[rules["område"]]
    place = at_column(place, rules["område"])
    if cell is None:
        raise place.error("an area", "ett område")
    if rules["områdesnivå"] == "stadsdel":
        return " ".join(str(cell).split()), "stadsdel"
    area, level = cells.area(cell, place)
    if rules["områdesnivå"] and level != rules["områdesnivå"]:
        raise place.error(f"the code of a {rules['områdesnivå']}", f"en kod för {rules['områdesnivå']}", area)
    return area, level


def _measure(row: dict[str, object], rules: Mapping, place: Place) -> tuple[str, str]:
    """The short name of what is counted, and the words for it as a person wrote them."""
    if rules["innehåll"] in mapping.EXPOSURES:
        return mapping.EXPOSURES[rules["innehåll"]], rules["innehåll"]
    fixed = rules.fixed("mått")
    cell = fixed if fixed is not None else row[rules["mått"]]
    if cell is None or not str(cell).strip():
        raise at_column(place, rules["mått"]).error("what is counted", "vad som räknas")
    text = " ".join(str(cell).split())
    if text in rules.translations:
        return rules.translations[text], rules.translations[text].replace("_", " ")
    return slug(text), text.replace("_", " ")


def slug(text: str) -> str:
    """A short name in plain letters: "Anlagd brand (skola)" is "anlagd_brand_skola"."""
    plain = spellings.in_ascii(text.casefold())
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "matt"


def _when(cell: object, rules: Mapping, place: Place) -> Any:
    if cell is None:
        raise place.error("a period", "en period")
    if rules["innehåll"] == "andel":
        first, last = cells.years(_number_or_text(cell), place)
        _refuse_coming(cells.period_of(last, "Y"), place)
        return first, last
    frequency = mapping.FREQUENCIES[rules["tidssteg"]]
    if rules["värde"].casefold() == mapping.ROW_COUNT and frequency != "M":
        dated = re.fullmatch(r"((?:19|20)\d\d-\d\d-\d\d).*", str(cell))
        if dated:
            return cells.period(dated[1], place, "M").asfreq(frequency)
    when = cells.period(_number_or_text(cell), place, frequency)
    if rules["innehåll"] == "antal":  # a cost or a population may be a forecast
        _refuse_coming(when, place)
    return when - 1 if rules["gäller året före"] == "ja" else when


def _refuse_coming(period: pd.Period, place: Place) -> None:
    if not cells.has_begun(period):
        raise place.error("a period that has begun", "en period som har börjat", str(period))


def _number_or_text(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def refuse_doubles(records: list[Record], rules: Mapping) -> None:
    if rules["värde"].casefold() == mapping.ROW_COUNT:
        return
    seen: dict[tuple[Any, ...], int] = {}
    for record in records:
        key = (record.area, record.measure, record.sex, record.when)
        if key in seen:
            raise record.place.error(
                f"each area, measure and period once (first on row {seen[key]})",
                f"varje område, mått och period en gång (står först på rad {seen[key]})",
                tips="finns fler uppdelningar i filen, lägg till ”urval: RUBRIK” i mappningen och skriv vilken rad som gäller",
            )
        seen[key] = record.place.row


def at_column(place: Place, column: str) -> Place:
    """The same row, another column."""
    return Place(place.file, place.sheet, place.row, column)


def _tidy(cell: object) -> str:
    return " ".join(str(_number_or_text(cell) if cell is not None else "").split()).casefold()
