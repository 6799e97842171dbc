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
    rows, findings = _without_former(rows, path)
    for row in rows:
        place, key = _place(row), _key(row)
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


def _place(row: Row) -> object:
    return row["area"] or row["region"]


def _key(row: Row) -> tuple[object, ...]:
    return (_place(row), row["label"], row["period"], row["measure"])


def _without_former(rows: list[Row], path: Path) -> tuple[list[Row], dict[object, Finding]]:
    """The rows without the block of a kommun under its former code, known by that it is zero or empty throughout.

    A single zero beside a figure proves nothing, and two blocks with figures are left for `once` to refuse.
    """
    findings: dict[object, Finding] = {}
    for place in _LISTED_TWICE & {_place(row) for row in rows}:
        blocks: tuple[list[Row], list[Row]] = ([], [])
        seen: set[tuple[object, ...]] = set()
        for row in (row for row in rows if _place(row) == place):
            blocks[_key(row) in seen].append(row)
            seen.add(_key(row))
        former = [block for block in blocks if block and not any(row["value"] for row in block)]
        if len(former) == 1 and all(blocks):
            dropped = {id(row) for row in former[0]}
            other = blocks[0] if former[0] is blocks[1] else blocks[1]
            findings[place] = _twice(former[0][0], other[0], path)
            rows = [row for row in rows if id(row) not in dropped]
    return rows, findings


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
