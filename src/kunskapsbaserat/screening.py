"""Every kommun and offence at once: how high, how unusual, and where it is going."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from kunskapsbaserat import rates, tables, trends
from kunskapsbaserat.frames import in_pandas
from kunskapsbaserat.rates.checks import columns
from kunskapsbaserat.rates.keys import is_table
from kunskapsbaserat.rates.times import in_periods_of_time
from kunskapsbaserat.screen_table import ScreenTable

_SERIES = ["area", "area_level", "offence", "sex"]


def screen(
    counts: pd.DataFrame,
    exposure: pd.DataFrame,
    *,
    confidence: float = 0.95,
    joinpoints: str = "bic3",
    progress: Callable[[str, int, int], None] | bool | None = None,
    **options: Any,
) -> ScreenTable:
    """Rates, funnel classes and comparisons of every year, with the trend, verdict and warning of every series.

    Parameters
    ----------
    counts : DataFrame
        The counts contract: years, quarters or months. The rates of quarters and months are those of the calendar years of
        which every part is there; the trends use them as they are. Rows of län and riket are left out: a kommun is never
        compared with them. An offence that fewer kommuner have, or to another last year, is screened among those and to
        that year.
    exposure : DataFrame
        The exposure contract, kind "residents".
    confidence : float
        One minus the false discovery rate over the whole table, separately for the comparisons, the verdicts on change, the
        trends and the warnings.
    joinpoints : {"bic3", "wbic", "permutation"}
        How the number of joinpoints is chosen, see `trends.trend_panel`.
    progress : callable or True
        Called with the name of a step, how many of it are done and how many there are; True draws a bar.
    **options
        For `rates.screen`: `groups`, `per`, `min_expected`, `variation`.

    Returns
    -------
    ScreenTable
        A DataFrame that says in words what it found. One row per kommun, offence, sex and year: every column of
        `rates.screen`, and after them those of `trends.trend_panel`, which are the series' own and the same in all of its
        years. A column of the second that is also named in the first (``confidence p_value q_value reason ...``) has
        ``change_`` before its name.

    Raises
    ------
    TableError
        A table breaks its contract, or months and quarters hold no whole calendar year.
    OptionError
        An unknown option.

    Notes
    -----
    Error rates: benchmarks/screen_calibration.txt (comparisons) and benchmarks/panel_calibration.txt (change, trend, warning).

    Examples
    --------
    >>> import kunskapsbaserat as kb
    >>> from kunskapsbaserat.data import embedded
    >>> groups = embedded.counts_groups()
    >>> theft = groups.query("offence == 'stold_ran_kap8' and area.str.startswith('20') and period.dt.year > 2014")
    >>> table = kb.screen(theft, embedded.exposure())
    >>> falun = table[(table["area"] == "2080") & (table["period"].dt.year == 2025)]
    >>> falun[["rate", "funnel_class", "comparison", "change_ratio", "change", "alarm"]].round(2).T
                                         109
    rate                             1902.95
    funnel_class                        inom
    comparison    ingen_sakerstalld_skillnad
    change_ratio                         0.8
    change        ingen_sakerstalld_skillnad
    alarm                              False
    """
    counts, exposure = (is_table(in_pandas(table)) for table in (counts, exposure))
    columns(counts, ["area_level"])
    counts = in_periods_of_time(counts[counts["area_level"] == "kommun"], "period")
    level = rates.screen(tables.whole_years(counts), exposure, confidence=confidence, **options)
    people = rates.mean_population(exposure).rename(columns={"exposure": "value"})
    with _progress(progress) as told:
        moved = trends.trend_panel(
            counts, people[["area", "year", "value"]], confidence=confidence, joinpoints=joinpoints, progress=told
        )
    both = set(level.columns) & set(moved.columns) - set(_SERIES)
    moved = moved.rename(columns={name: f"change_{name}" for name in both})
    return ScreenTable(level.merge(moved, on=_SERIES, how="left", validate="many_to_one"))


@contextlib.contextmanager
def _progress(wanted: Callable[[str, int, int], None] | bool | None) -> Iterator[Callable[[str, int, int], None] | None]:
    if wanted is not True:
        yield wanted or None
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=of)
            bar.update(tasks[step], completed=done)

        yield tell
