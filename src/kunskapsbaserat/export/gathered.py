"""What is handed over: the figures of some kommuner as the gate let them pass, and the verdicts of their lägesbilder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from kunskapsbaserat import tables
from kunskapsbaserat.analys.material import Material, material
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data import folder as folders
from kunskapsbaserat.data.folder import Folder
from kunskapsbaserat.data.snapshot import Snapshot
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.errors import KunskapError
from kunskapsbaserat.export import verdicts
from kunskapsbaserat.kommun import Kommun
from kunskapsbaserat.rates import person_years_of
from kunskapsbaserat.report.material import underlag
from kunskapsbaserat.report.material.own_gate import OwnFile, own_files
from kunskapsbaserat.report.material.underlag import Underlag

_SERIES_YEAR = ["area", "offence", "sex", "year"]


class NothingToExport(KunskapError, LookupError):
    """None of the kommuner has a single figure.

    Examples
    --------
    >>> from kunskapsbaserat.export import NothingToExport
    >>> NothingToExport("no figures", svenska="Det finns inga siffror.").svenska
    'Det finns inga siffror.'
    """

    exit_code = 2


@dataclass(frozen=True, eq=False)
class Gathered:
    """Rows that may leave, in the columns of the contracts; ``suppressed`` says what stands for a hidden number.

    Attributes
    ----------
    years, quarters, months : DataFrame
        The counts contract; `years` also has ``exposure`` (person-years), ``approximate`` and figures that are missing.
    survey, comparisons : DataFrame
        NTU's shares, and Öppna jämförelser.
    changes, survey_changes : DataFrame
        One row a finding of the lägesbild, see `verdicts`.
    own : mapping
        The tables of the kommuner's own files, by kommun.
    folders : mapping
        The folders that were read, by kommun; the figures of the others are the package's.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.export import gather
    >>> sorted(gather([kommun.get("Köping")]).years["offence"].unique())[:2]
    ['brott_mot_person', 'narkotika_och_vapen']
    """

    kommuner: tuple[Kommun, ...]
    years: pd.DataFrame
    quarters: pd.DataFrame
    months: pd.DataFrame
    survey: pd.DataFrame
    comparisons: pd.DataFrame
    changes: pd.DataFrame
    survey_changes: pd.DataFrame
    snapshots: Mapping[str, Snapshot]
    own: Mapping[Kommun, tuple[OwnFile, ...]] = field(default_factory=dict)
    folders: Mapping[Kommun, Folder] = field(default_factory=dict)


def gather(
    kommuner: Sequence[Kommun], *, homes: Mapping[Kommun, Path] = MappingProxyType({}), processes: int | None = 1
) -> Gathered:
    """The figures of the kommuner, each from its own folder where it has one, as its report has them.

    Parameters
    ----------
    kommuner : sequence of Kommun
        In the order that rows are written.
    homes : mapping of Kommun to path
        Their folders; the others have the package's figures.
    processes : int or None
        That judge at a time; None for one a core when the kommuner are many.

    Raises
    ------
    FileError, TableError, PersonalDataError
        A folder cannot be used.
    NothingToExport
        There are no figures at all.

    Examples
    --------
    >>> from kunskapsbaserat import kommun
    >>> from kunskapsbaserat.export.gathered import gather
    >>> gathered = gather([kommun.get("Köping")])
    >>> len(gathered.years), str(gathered.changes["change"].iat[0])
    (80, 'ingen_sakerstalld_skillnad')
    """
    own = {k: folders.read(homes[k]) for k in kommuner if k in homes}
    built_in = [k for k in kommuner if k not in own]
    parts = [(underlag.load(built_in[0].code), material(), built_in)] if built_in else []
    parts += [(underlag.load(k.code, data=folder), material(folder), [k]) for k, folder in own.items()]
    found = verdicts.of_kommuner(built_in, processes=processes)
    found += [verdicts.of(u) for u, _, of in parts if of[0] in own]
    years = _joined([_years(u, stuff, [k.code for k in of]) for u, stuff, of in parts])
    if years.empty:
        names = ", ".join(k.name for k in kommuner)
        raise NothingToExport(f"no figures for {names}", svenska=f"Det finns inga tal att lämna över för {names}.")
    codes = {k.code for k in kommuner}
    periods = [_periods(stuff, [k.code for k in of]) for _, stuff, of in parts]
    comparisons = parts[0][0].comparisons
    return Gathered(
        kommuner=tuple(kommuner),
        years=years,
        quarters=_joined([quarters for quarters, _ in periods]),
        months=_joined([months for _, months in periods]),
        survey=_joined([_survey(u, [k.code for k in of]) for u, _, of in parts]),
        comparisons=comparisons[comparisons["area"].isin(codes)].reset_index(drop=True),
        changes=_joined([changes for changes, _ in found]),
        survey_changes=_joined([changes for _, changes in found]),
        snapshots=embedded.snapshots(),
        own={k: own_files(folder) for k, folder in own.items() if folder.local},
        folders=own,
    )


def _joined(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table; the empty ones have no say in what the columns hold."""
    filled = [table for table in found if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else found[0].reset_index(drop=True) if found else pd.DataFrame()


def _years(u: Underlag, stuff: Material, codes: Sequence[str]) -> pd.DataFrame:
    """What the report has by year, and what its sources name without a figure: a missing value has a row that says so."""
    shown = u.shown_counts(codes)
    rated = u.rates_only[u.rates_only["area"].isin(codes)].assign(approximate=False, suppressed=None)
    if len(rated):
        rated = release(rated, name="export_tal", contents="counts", sources=rated["source"]).frame
    known = _joined([shown, rated])
    named = stuff.counts("Y")
    named = named[named["area"].isin(codes) & named["count"].isna() & named["rate_published"].isna()]
    key = ["area", "offence", "sex", "period"]
    absent = ~pd.MultiIndex.from_frame(named[key]).isin(pd.MultiIndex.from_frame(known[key]))
    rows = _joined([known, named[absent].assign(approximate=False, suppressed=None)])
    if rows.empty:
        return rows.assign(exposure=pd.Series(dtype=float))
    near = u.exposure[u.exposure["area"].isin(codes)]
    return rows.assign(exposure=person_years_of(rows, near).to_numpy(dtype=float))


def _survey(u: Underlag, codes: Sequence[str]) -> pd.DataFrame:
    """NTU's shares, with the folder's told from the package's."""
    shown = u.shown_survey(codes)
    if u.own is None or u.own.survey.empty:
        return shown.assign(own=False)
    own = pd.MultiIndex.from_frame(u.own.survey[tables.SURVEY_KEY])
    return shown.assign(own=pd.MultiIndex.from_frame(shown[tables.SURVEY_KEY]).isin(own))


def _periods(stuff: Material, codes: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Quarters, and the months of the kommun's own folder: those of 2013-2016 are of other groups, and of no report."""
    quarters, months = (_passed(stuff.counts(freq), codes) for freq in "QM")
    months = months[months["own"].astype(bool)].reset_index(drop=True)
    return _without_rest(quarters, months)


def _passed(rows: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    mine = rows[rows["area"].isin(codes)].reset_index(drop=True)
    if mine.empty:
        return mine.assign(suppressed=None)
    return release(mine, name="export_perioder", contents="counts", sources=mine["source"]).frame


def _without_rest(quarters: pd.DataFrame, months: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All parts of a year in which any is hidden, are hidden: the year minus the others would be the hidden one."""
    both = [_with_year(table) for table in (quarters, months)]
    away = pd.concat([t.loc[t["suppressed"].notna(), _SERIES_YEAR] for t in both]).drop_duplicates()
    if away.empty:
        return quarters, months
    hidden = pd.MultiIndex.from_frame(away)
    out = []
    for table, keyed in zip((quarters, months), both, strict=True):
        hit = pd.MultiIndex.from_frame(keyed[_SERIES_YEAR]).isin(hidden) & table["suppressed"].isna()
        marks = table["suppressed"].astype(object).mask(hit, "..")
        out.append(table.assign(count=table["count"].mask(marks.notna()), suppressed=marks))
    return out[0], out[1]


def _with_year(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(year=rows["period"].dt.year if len(rows) else pd.Series(dtype="int64"))
