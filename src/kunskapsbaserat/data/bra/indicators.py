"""Brå's workbook "Indikatorer för kommuners lägesbild": one per kommun, made for the act.

Built from descriptions of the file (cell A1 of each sheet is the indicator's name; sheets of reported offences have columns
"Antal 2024", "Antal per 100 000 inv 2024" and one row for the kommun, its län and riket; NTU sheets have Andel, KI undre and
KI övre; ".." is missing). No original has been at hand, so every export says that it is unverified. The same figures as one
long CSV (columns kalla, variabel, enhet, geografi, ar, varde) are read too.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.cells import has_begun, when
from kunskapsbaserat.cells import period_of as period
from kunskapsbaserat.data import embedded, unread
from kunskapsbaserat.data.bra import grid as grids
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.bra.export import Export, figure, frame, letter, refuse
from kunskapsbaserat.data.bra.once import once, unknown
from kunskapsbaserat.data.files import DataFile, Sheet
from kunskapsbaserat.errors import TableError
from kunskapsbaserat.findings import Finding

_RESPONDENTS = "antal svarande i ntu"
_STATISTICS = ("share", "lower", "upper", "n")
_TITLE_WITHIN = 2

Answers = list[dict[str, Any]]


def read(file: DataFile) -> Export | None:
    """The export in a workbook of indicators, or None when no sheet has an indicator's name at the top.

    Raises
    ------
    TableError
        A value has no region, year or measure, or is no number.
    """
    if file.kind in ("csv", "html") or not any(_is_indicator(_title(sheet)) for sheet in file.sheets):
        return None
    rows: list[dict[str, object]] = []
    answers: Answers = []
    findings = [
        Finding(
            "info", "unverified", "Formatet är byggt efter beskrivningar; inget original från Brå har prövats.", file.path.name
        )
    ]
    read: set[str] = set()
    for sheet in file.sheets:
        title = _title(sheet)
        grid = grids.read(sheet, file.path, title, "n" if _counts_answers(title) else None) if title else None
        if grid is None:
            continue
        read.add(sheet.name)
        findings += grids.left_out(grid, file.path)
        for cell, value, reason in grids.values(grid, file.path):
            if cell.place.measure in _STATISTICS:
                answers.append(_answer(cell, value, title, sheet.name, file.path))
            else:
                rows.append(_row(cell, value, reason, title, sheet.name))
    if not read:  # the long table saved as a workbook names an indicator in its second row
        return None
    findings += unread.sheets(file, read, expected="område, år och mått i rubrikerna")
    rows, twice = once(rows, file.path)
    findings += twice + unknown(rows, file.path)
    survey, left = _survey(answers, file.path)
    findings += left + [Finding("info", note.code, note.svenska, file.path.name) for note in file.notes]
    return Export(file.path, "indikatorer", file.sha256, frame(rows), survey, (), tuple(findings), verified=False)


def with_survey(export: Export, file: DataFile) -> Export:
    """The export of the long CSV with its NTU rows as a survey table."""
    sheet = file.sheets[0]
    head = [str(labels.squeeze(cell)).casefold() for cell in sheet.rows[0]]
    source, title, unit, region, year, value = (
        head.index(name) for name in ("kalla", "variabel", "enhet", "geografi", "ar", "varde")
    )
    answers: Answers = []
    for n, row in enumerate(sheet.rows[1:], start=2):
        if not str(row[source]).casefold().startswith("nationella trygghet"):
            continue
        where, time = labels.region(str(row[region])), when(row[year])
        kind = labels.measure(row[unit]) if row[unit] is not None else "n"
        if where is None or time is None or kind not in _STATISTICS:
            raise refuse(
                export.path,
                "a region, a year and Andel or KI",
                "område, år och Andel eller KI",
                sheet=sheet.name,
                row=n,
                got=row[unit],
            )
        amount, _ = figure(row[value], export.path, sheet=sheet.name, row=n, column=value)
        answers.append(
            {
                "title": str(row[title]),
                "area": where.area,
                "area_level": where.level,
                "year": time.year,
                "kind": kind,
                "value": amount,
                "sheet": sheet.name,
                "row": n,
                "column": value,
            }
        )
    survey, left = _survey(answers, export.path)
    return replace(export, survey=survey, findings=(*export.findings, *left))


# Brå's own titles go on after the name: "Skadegörelsebrott (anmälda brott) i kommunen, länet och riket 2022–2024".
_GOES_ON = re.compile(r"\s*(?:\(anmälda brott\)|,?\s+i kommunen\b).*", re.IGNORECASE)


def _title(sheet: Sheet) -> str:
    """The name of the indicator in the first text of the sheet that has one, else the first text at all."""
    texts = [
        str(text)
        for row in sheet.rows[:_TITLE_WITHIN]
        for cell in row
        if isinstance(cell, str) and (text := labels.squeeze(cell))
    ]
    names = [name for text in texts for name in (text, _GOES_ON.sub("", text)) if _is_indicator(name)]
    return names[0] if names else texts[0] if texts else ""


def _is_indicator(title: str) -> bool:
    plain = title.casefold().rstrip(".")
    names = {label.casefold() for o in catalogue.offences() for label in o.labels("bra_indikatorer").values()}
    return plain in names or _measure(title) is not None or _counts_answers(title)


def _counts_answers(title: str) -> bool:
    return title.casefold().startswith(_RESPONDENTS)


def _measure(title: str) -> str | None:
    plain = title.casefold().rstrip(".")
    return next((m.id for m in catalogue.measures() if m.label.casefold().rstrip(".") == plain), None)


def _row(cell: grids.Cell, value: float | None, reason: str | None, title: str, sheet: str) -> dict[str, object]:
    place = cell.place
    assert place.region is not None
    assert place.year is not None
    assert place.part is not None
    where, what = labels.region(place.region), labels.offence((title,), "bra_indikatorer")
    return {
        "region": place.region,
        "area": where.area if where else None,
        "area_level": where.level if where else None,
        "label": title,
        "offence": what.offence if what else None,
        "sex": what.sex if what else "alla",
        "period": period(place.year, *place.part),
        "frequency": place.part[0],
        "measure": place.measure,
        "value": value,
        "reason": reason,
        "status": "preliminary" if place.preliminary else "final",
        "sheet": sheet,
        "row": cell.row,
        "column": letter(cell.column),
    }


def _answer(cell: grids.Cell, value: float | None, title: str, sheet: str, path: Path) -> dict[str, object]:
    place = cell.place
    where = labels.region(str(place.region))
    if where is None or where.area is None:
        raise refuse(
            path,
            "a kommun, a län or riket",
            "en kommun, ett län eller riket",
            sheet=sheet,
            row=cell.row,
            column=0,
            got=place.region,
        )
    return {
        "title": title,
        "area": where.area,
        "area_level": where.level,
        "year": place.year,
        "kind": place.measure,
        "value": value,
        "sheet": sheet,
        "row": cell.row,
        "column": cell.column,
    }


def _sound(answers: Answers, path: Path) -> Answers:
    """The answers, each once. What no survey can say is refused where it stands."""

    def wrong(answer: dict[str, Any], expected: str, forvantat: str, tips: str | None = None) -> TableError:
        place = {name: answer[name] for name in ("sheet", "row", "column")}
        return refuse(path, expected, forvantat, got=answer["value"], tips=tips, **place)

    first: dict[tuple[object, ...], dict[str, Any]] = {}
    for answer in answers:
        kind, value = answer["kind"], answer["value"]
        if kind != "n" and value is not None and value > 100:
            raise wrong(answer, "a share of 0 to 100 per cent", "en andel mellan 0 och 100 procent")
        if not has_begun(period(answer["year"], "Y")):
            raise wrong(answer, "an answer of a year that has begun", f"svar från ett år som har börjat, inte {answer['year']}")
        key = (answer["title"] if kind != "n" else kind, answer["area"], answer["year"], kind)
        before = first.setdefault(key, answer)
        if before["value"] != value:
            told = f"samma tal som på blad ”{before['sheet']}”, rad {before['row']}: {answer['title']}, {answer['year']}"
            raise wrong(answer, f"the same figure as on row {before['row']}", told)
    for (title, area, year, kind), answer in first.items():
        lower, upper = (first.get((title, area, year, limit), answer)["value"] for limit in ("lower", "upper"))
        if kind == "share" and None not in (lower, answer["value"], upper) and not lower <= answer["value"] <= upper:
            raise wrong(answer, "a share within its limits", "en andel mellan sin undre och övre gräns")
    passed_over = {None, *_seldom_over_one()}  # an unknown measure is told of, and not used
    shares = [a for a in first.values() if a["kind"] == "share" and a["value"] and _measure(a["title"]) not in passed_over]
    if shares and all(answer["value"] <= 1 for answer in shares):
        tips = "Andelarna är högst 1: cellerna kan vara visade som procent i Excel. Skriv 12,5, inte 0,125."
        raise wrong(shares[0], "per cent, 0 to 100", "procent, 0 till 100", tips)
    return list(first.values())


@functools.cache
def _seldom_over_one() -> frozenset[str]:
    """Measures that so few answer yes to, somewhere in the package's own figures, that one per cent is no slip: robbery."""
    known = embedded.survey()
    return frozenset(known.loc[known["share"] <= 0.01, "measure"])


def _survey(answers: Answers, path: Path) -> tuple[pd.DataFrame | None, list[Finding]]:
    """`tables.survey`: shares 0 to 1 with the publisher's own limits; rows whose share is missing are left out."""
    if not answers:
        return None, []
    table = pd.DataFrame(_sound(answers, path))
    place = ["area", "area_level", "year"]
    respondents = table[table["kind"] == "n"].set_index(place)["value"]
    rest = table[table["kind"] != "n"]
    wide = rest.set_index(["title", *place, "kind"])["value"].unstack("kind")
    wide = wide.reindex(columns=["share", "lower", "upper"]).reset_index()  # a file may have shares without their limits
    wide["measure"] = [_measure(title) for title in wide["title"]]
    strange = sorted(set(wide.loc[wide["measure"].isna(), "title"]))
    findings = [
        Finding("warning", "unknown_measure", f"NTU-måttet ”{t}” finns inte i bibliotekets lista.", path.name) for t in strange
    ]
    missing = int((wide["measure"].notna() & wide["share"].isna()).sum())
    if missing:
        text = f"{missing} andelar ur NTU saknas i filen (..). De räknas som saknade, inte som noll."
        findings.append(Finding("info", "share_missing", text, path.name, count=missing))
    wide = wide[wide["measure"].notna() & wide["share"].notna()]
    # Victimisation is asked about the year before and labelled by that year: its respondents are those of the next survey.
    lag = [1 if catalogue.measure(m).refers_to == "year_before" else 0 for m in wide["measure"]]
    n = [
        respondents.get((a, level, y + k))
        for (a, level, y), k in zip(wide[place].itertuples(index=False, name=None), lag, strict=True)
    ]
    survey = pd.DataFrame(
        {
            "area": wide["area"].astype(str),
            "area_level": wide["area_level"].astype(str),
            "measure": wide["measure"].astype(str),
            "start_year": wide["year"],
            "end_year": wide["year"],
            **{name: wide[name] / 100 for name in ("share", "lower", "upper")},
            "n": n,
            "source": "bra_ntu",
        }
    )
    return tables.survey(survey, file=path), findings
