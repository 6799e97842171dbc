"""Many exports into one table: overlaps agree, a preliminary figure gives way to the final one, and gaps are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data.bra.export import Export
from kunskapsbaserat.errors import OptionError, TableError
from kunskapsbaserat.findings import Finding
from kunskapsbaserat.tables import COUNTS_KEY

SOURCES = {
    "sol": "bra_sol",
    "indikatorer": "bra_indikatorer",
    "oppen_csv": "bra_oppen_csv",
    "manad_2013": "bra_2013",
    "lang_tabell": "bra_sol",
    "tabell_120": "bra_tabell_120",
}
_RANK = {"final": 0, "unknown": 1, "preliminary": 2}


@dataclass(frozen=True)
class Merged:
    r"""The counts table of many exports.

    Attributes
    ----------
    table : DataFrame
        `tables.counts`, one frequency. A rate without its count has a missing `count`.
    revisions : DataFrame
        One row per value that exists both as preliminary and as final: the key, `measure`, `preliminary`, `final`, `files`.
    findings : tuple of Finding
        Gaps, revisions and unknown statuses, in Swedish.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "uttag.csv"
    >>> _ = path.write_text(";;2023;2025\n;;Antal;Antal\nBorlänge kommun;Totalt antal brott;6196;5846\n", encoding="utf-8")
    >>> merged = bra.merge([bra.read(path)])
    >>> len(merged.table), len(merged.revisions), [found.code for found in merged.findings]
    (2, 0, ['gap'])
    >>> folder.cleanup()
    """

    table: pd.DataFrame
    revisions: pd.DataFrame
    findings: tuple[Finding, ...]


def counts(exports: Sequence[Export], *, frequency: str | None = None) -> pd.DataFrame:
    r"""The contract table (`tables.counts`) of some exports; see `merge`, which also tells of revisions and gaps.

    Parameters
    ----------
    exports : sequence of Export
        From `read`; overlapping as they like.
    frequency : {"Y", "Q", "M"}, optional
        Needed when the files have more than one.

    Returns
    -------
    DataFrame
        The counts contract.

    Raises
    ------
    TableError, OptionError
        As `merge`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> for year, number in ((2024, 6424), (2025, 5846)):
    ...     text = f";;{year}\n;;Antal\nBorlänge kommun;Totalt antal brott;{number}\n"
    ...     _ = (Path(folder.name) / f"{year}.csv").write_text(text, encoding="utf-8")
    >>> exports = [bra.read(path) for path in sorted(Path(folder.name).glob("*.csv"))]
    >>> bra.counts(exports)[["area", "offence", "period", "count"]]
       area offence period  count
    0  2081  totalt   2024   6424
    1  2081  totalt   2025   5846
    >>> folder.cleanup()
    """
    return merge(exports, frequency=frequency).table


def merge(exports: Sequence[Export], *, frequency: str | None = None) -> Merged:
    r"""One table of one frequency.

    Regions and offences that the library does not know, and police regions, are left out (each export's findings name them).
    A figure whose status the file does not tell counts as preliminary; of two preliminary figures the one in the file that
    reaches further in time is used. Both are said.

    Parameters
    ----------
    exports : sequence of Export
        Overlapping as they like.
    frequency : {"Y", "Q", "M"}, optional
        Needed when the files have more than one.

    Returns
    -------
    Merged

    Raises
    ------
    TableError
        A file has an error among its findings, or two files disagree about a figure of the same status.
    OptionError
        `frequency` is not among those that the files have.

    Examples
    --------
    The same year as preliminary and as final: the final one is used, and the revision is told.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.data import bra
    >>> folder = tempfile.TemporaryDirectory()
    >>> for name, number in (("2025 prel", 5790), ("2025", 5846)):
    ...     head = "2025 prel" if "prel" in name else "2025"
    ...     text = f";;{head}\n;;Antal\nBorlänge kommun;Totalt antal brott;{number}\n"
    ...     _ = (Path(folder.name) / f"{name}.csv").write_text(text, encoding="utf-8")
    >>> merged = bra.merge([bra.read(path) for path in sorted(Path(folder.name).glob("*.csv"))])
    >>> merged.table[["period", "count", "status"]]
      period  count status
    0   2025   5846  final
    >>> merged.revisions[["preliminary", "final"]]
       preliminary   final
    0       5790.0  5846.0
    >>> folder.cleanup()
    """
    for export in exports:
        for finding in export.findings:
            if finding.level == "error":
                raise TableError(
                    finding.code,
                    forvantat=finding.expected or finding.svenska,
                    file=finding.file,
                    row=finding.row,
                    tips=finding.svenska,
                )
    rows = _rows(exports)
    found = sorted(rows["frequency"].unique())
    if frequency is None and len(found) == 1:
        frequency = found[0]
    if frequency not in found:
        raise OptionError("frequency", frequency, found)
    rows = rows[rows["frequency"] == frequency]
    rows = rows.assign(period=pd.PeriodIndex(rows["period"]))
    rows, superseded = _latest_preliminary(rows)
    _agree(rows)
    rows = rows.sort_values("rank", kind="stable")
    revisions = _revisions(rows)
    table = _table(rows)
    findings = [*superseded, *_revised(revisions), *_gaps(table), *_unknown_status(rows)]
    return Merged(table, revisions, tuple(findings))


def _rows(exports: Iterable[Export]) -> pd.DataFrame:
    parts = [
        e.frame.assign(file=e.path.name, source=SOURCES[e.kind], reach=max(p.end_time for p in set(e.frame["period"])))
        for e in exports
        if len(e.frame)
    ]
    rows = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COUNTS_KEY, "frequency", "status", "measure"])
    )
    known = rows["area"].notna() & rows["offence"].notna() & rows["area_level"].isin(tables.AREA_LEVELS)
    rows = rows[known]
    return rows.assign(rank=rows["status"].map(_RANK))


def _latest_preliminary(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Of two preliminary figures for the same thing, the one in the file that reaches further in time: it was made later.

    Brå revises preliminary months every month: Bromma's assaults of January 2026 are 46 in the extract to February and 45 in
    the one to March.
    """
    preliminary = rows[(rows["status"] == "preliminary") & rows["value"].notna()]
    latest = preliminary.groupby([*COUNTS_KEY, "measure"], sort=False)["reach"].transform("max")
    older = preliminary[preliminary["reach"] < latest]
    if older.empty:
        return rows, []
    kept = preliminary[preliminary["reach"] == latest].drop_duplicates([*COUNTS_KEY, "measure"])
    pairs = older.merge(kept, on=[*COUNTS_KEY, "measure"], suffixes=("", "_later"))
    findings = [
        Finding(
            "info",
            "preliminary_revised",
            f"{len(part)} preliminära tal finns också i {later}, som når längre fram; "
            f"{int((part['value'] != part['value_later']).sum())} har ändrats. De senare används.",
            str(file),
        )
        for (file, later), part in pairs.groupby(["file", "file_later"])
    ]
    return rows.drop(index=older.index), findings


def _agree(rows: pd.DataFrame) -> None:
    valued = rows[rows["value"].notna()]
    first = valued.groupby([*COUNTS_KEY, "status", "measure"], sort=False)["value"].transform("first")
    wrong = valued[valued["value"] != first]
    if wrong.empty:
        return
    there = wrong.iloc[0]
    same = (valued[[*COUNTS_KEY, "status", "measure"]] == there[[*COUNTS_KEY, "status", "measure"]]).all(axis=1)
    here = valued[same].iloc[0]
    what = f"{here['region']}, {here['label']}, {here['period']}"
    places = (
        f"{here['file']} rad {here['row']} kolumn {here['column']}: {here['value']:g}; {there['file']} "
        f"rad {there['row']} kolumn {there['column']}: {there['value']:g}"
    )
    raise TableError(
        f"the same value for {what} in both files ({places})",
        forvantat=f"samma tal för {what} i båda filerna",
        file=there["file"],
        row=there["row"],
        column=there["column"],
        got=float(there["value"]),
        tips=f"{places}. Ta bort den fil som är inaktuell, eller hämta båda på nytt.",
    )


def _revisions(rows: pd.DataFrame) -> pd.DataFrame:
    valued = rows[rows["value"].notna() & (rows["status"] != "unknown")].drop_duplicates([*COUNTS_KEY, "measure", "status"])
    wide = valued[valued["status"] == "preliminary"].merge(
        valued[valued["status"] == "final"], on=[*COUNTS_KEY, "measure"], suffixes=("_p", "_f")
    )
    return pd.DataFrame(
        {
            **{key: wide[key] for key in [*COUNTS_KEY, "measure"]},
            "preliminary": wide["value_p"],
            "final": wide["value_f"],
            "files": wide["file_p"].astype(str) + " → " + wide["file_f"].astype(str),
        }
    )


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per key, of the best status that has it: count and rate of the same status, never one of each."""
    valued = rows[rows["value"].notna()]
    best = valued.groupby(COUNTS_KEY, sort=False)["rank"].min().rename("best")
    chosen = rows.merge(best, on=COUNTS_KEY, how="left")
    chosen = chosen[chosen["best"].isna() | (chosen["rank"] == chosen["best"])]
    chosen = (
        chosen.assign(missing=chosen["value"].isna())
        .sort_values("missing", kind="stable")
        .drop_duplicates([*COUNTS_KEY, "measure"])
    )
    about = chosen.drop_duplicates(COUNTS_KEY).set_index(COUNTS_KEY)[["status", "source"]]
    wide = chosen.set_index([*COUNTS_KEY, "measure"])["value"].unstack("measure")
    table = about.join(wide).reset_index()
    for measure in ("count", "rate"):
        if measure not in table:
            table[measure] = pd.NA
    table = table.assign(
        count=table["count"].astype("Float64").astype("Int64"),
        rate_published=table["rate"].astype("Float64"),
        status=table["status"].replace("unknown", "preliminary"),
    ).drop(columns="rate")
    for column in ("area", "area_level", "offence", "sex", "status", "source"):
        table[column] = table[column].astype(str)
    return tables.counts(table.sort_values([*COUNTS_KEY]).reset_index(drop=True))


def _revised(revisions: pd.DataFrame) -> list[Finding]:
    return [
        Finding(
            "info",
            "revised",
            f"{len(part)} tal finns både preliminärt och slutligt; "
            f"{int((part['preliminary'] != part['final']).sum())} har ändrats. De slutliga används.",
            str(files),
        )
        for files, part in revisions.groupby("files")
    ]


def _gaps(table: pd.DataFrame) -> list[Finding]:
    findings = []
    have = table[table["count"].notna() | table["rate_published"].notna()]
    for (area, offence, sex), part in have.groupby(["area", "offence", "sex"]):
        periods = pd.PeriodIndex(part["period"])
        absent = pd.period_range(periods.min(), periods.max(), freq=periods.freq).difference(periods)
        if len(absent):
            listed = ", ".join(str(p) for p in absent[:6]) + (" …" if len(absent) > 6 else "")
            who = catalogue.offence(str(offence)).facets[str(sex)].name
            findings.append(Finding("warning", "gap", f"{who} saknar {listed}.", str(area), expected="en obruten serie"))
    return findings


def _unknown_status(rows: pd.DataFrame) -> list[Finding]:
    files = rows.loc[rows["status"] == "unknown", "file"].unique()
    text = "Det framgår inte om talen är preliminära eller slutliga. De behandlas som preliminära."
    return [Finding("warning", "status_unknown", text, str(file)) for file in files]
