"""Each value once, and what the library does not know said: the same for every format."""

from __future__ import annotations

from pathlib import Path

from kunskapsbaserat import kommun
from kunskapsbaserat.data.bra import labels
from kunskapsbaserat.data.bra.export import refuse
from kunskapsbaserat.findings import Finding, Level

Row = dict[str, object]

# Kommuner that Brå lists twice, before and after a change of code (Heby, 2007): one of the two is empty or a copy.
_LISTED_TWICE = {s.successor for s in kommun.SUCCESSIONS if s.kind == "code"}


def once(rows: list[Row], path: Path) -> tuple[list[Row], list[Finding]]:
    """Each region, offence, period and measure once.

    The same value again is dropped and said; a kommun that Brå lists under two codes has its values put together.

    Raises
    ------
    TableError
        Another value for the same thing.
    """
    seen: dict[tuple[object, ...], Row] = {}
    findings: dict[object, Finding] = {}
    for row in rows:
        place = row["area"] or row["region"]
        key = (place, row["label"], row["period"], row["measure"])
        before = seen.get(key)
        if before is None:
            seen[key] = row
            continue
        if (before["value"], before["reason"]) != (row["value"], row["reason"]):
            if place not in _LISTED_TWICE or (before["value"] is not None and row["value"] is not None):
                raise _two_values(before, row, path)
            if before["value"] is None:
                seen[key] = row
        findings.setdefault(place, _twice(before, row, path))
    return list(seen.values()), list(findings.values())


def unknown(rows: list[Row], path: Path) -> list[Finding]:
    """One finding for every region and offence label that the library does not know."""
    findings = []
    for column, name, what in (("area", "region", "Området"), ("offence", "label", "Brottstypen")):
        first: dict[object, Row] = {}
        for row in rows:
            if row[column] is None or (column == "area" and row["area_level"] == labels.POLICE):
                first.setdefault(row[name], row)
        for text, row in first.items():
            police = column == "area" and row["area_level"] == labels.POLICE
            why = "är en polisregion och hör inte till kommunens tabeller" if police else "finns inte i bibliotekets lista"
            findings.append(
                _finding(
                    "info" if police else "warning",
                    f"unknown_{column}",
                    f"{what} ”{text}” {why}. Raderna läses men används inte.",
                    row,
                    path,
                )
            )
    return findings


def _finding(level: Level, code: str, svenska: str, row: Row, path: Path, expected: str | None = None) -> Finding:
    return Finding(level, code, svenska, path.name, str(row["sheet"]), int(str(row["row"])), None, expected)


def _twice(before: Row, row: Row, path: Path) -> Finding:
    if row["area"] in _LISTED_TWICE:
        text = (
            f"{row['region']} står två gånger (också rad {before['row']}): Brå har området både före och "
            "efter bytet av län. Räknas en gång."
        )
    else:
        text = f"{row['region']} står två gånger med samma tal (också rad {before['row']}). Räknas en gång."
    return _finding("warning", "region_twice", text, row, path, "att varje område står en gång")


def _two_values(before: Row, row: Row, path: Path) -> Exception:
    what = f"{row['region']}, {row['label']}, {row['period']}"
    return refuse(
        path,
        f"{what} once (row {before['row']} says {_shown(before['value'])})",
        f"{what} en gång (rad {before['row']} säger {_shown(before['value'])})",
        sheet=str(row["sheet"]),
        row=int(str(row["row"])),
        got=_shown(row["value"]),
    )


def _shown(value: object) -> str:
    return ".." if value is None else f"{value:g}"
