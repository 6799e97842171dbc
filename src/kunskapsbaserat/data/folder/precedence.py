"""Which of several figures for the same thing is used: the one place where the kommun's files and the package's tables meet.

1. A missing figure ("..") is no figure: it hides nothing.
2. A final figure goes before a preliminary one; of two alike the one with a count, then the kommun's own.
3. A series is never made of two definitions. The package's years are put beside the file's own when the years that both have
   agree; figures of another of Brå's products (the indicators beside the database) need three such years.
4. Where the same product disagrees with itself the kommun's own figures stand alone, and that is said. Of two products that
   differ the one with most known years is used, as within the folder.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskapsbaserat import catalogue, tables
from kunskapsbaserat.data.bra import Finding
from kunskapsbaserat.data.folder.by_area import ByArea
from kunskapsbaserat.data.folder.figures import best
from kunskapsbaserat.data.folder.years import SERIES, one_source
from kunskapsbaserat.kommun import Kommun

FEWEST_YEARS = 3
"""That two of Brå's products must have in common before they are taken for the same figures."""
ROUNDED_RATES = 1.0
"""Two rates that are each rounded to whole numbers may differ by this and be the same."""
PRELIMINARY_SHARE, PRELIMINARY_EVENTS = 0.05, 5
"""How far a preliminary figure may lie from its final one: 1.8 per cent at most in Dalarna's totals of 2021, a few events in
small series."""
_ALL_OFFENCES = "totalt"  # the same figure in every product of Brå's


class Joined(NamedTuple):
    """The counts with a column ``own``, and what is said about series that could not be put together."""

    table: pd.DataFrame
    findings: tuple[Finding, ...]


def join(own: pd.DataFrame, built_in: pd.DataFrame, *, kommun: Kommun | None = None) -> Joined:
    """The folder's yearly counts with the package's, by the rule above.

    Parameters
    ----------
    own, built_in : DataFrame
        The counts contract per year.
    kommun : Kommun, optional
        Whose series findings are wanted for; default all.

    Returns
    -------
    Joined
        Rows that have a count or a rate, each key once.

    Examples
    --------
    The kommun's own file has a year that the package lacks; the package has those before:

    >>> import pandas as pd
    >>> from kunskapsbaserat.data import embedded, folder
    >>> built_in = embedded.counts_groups().query("area == '2081' and offence == 'totalt'")
    >>> own = built_in.tail(1).assign(period=pd.PeriodIndex(["2026"], freq="Y"), count=pd.array([5700], "Int64"))
    >>> together = folder.join(own.assign(rate_published=pd.array([None], "Float64")), built_in)
    >>> together.table[["period", "count", "own"]].tail(2)
       period  count    own
    15   2025   5846  False
    16   2026   5700   True
    >>> together.findings
    ()
    """
    return Joined(joined(own, built_in), contradictions(own, built_in, kommun=kommun))


def _chain(own: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    for built_in in others:
        own = _joined(own.drop(columns="own", errors="ignore"), built_in)
    return own


joined = ByArea(_chain)
"""The table of `join` alone, with one table after another; series are joined one by one, so that each area stands by itself."""


def _joined(own: pd.DataFrame, built_in: pd.DataFrame) -> pd.DataFrame:
    if own.empty:  # a folder without files of its own: nothing meets
        return _with_figures(built_in).assign(own=False).sort_values(tables.COUNTS_KEY, ignore_index=True)
    own, beside, untouched = _met(own, built_in)
    agreement = _agreement(own, beside)
    kept = beside.merge(agreement, on=[*SERIES, "source"], how="left", validate="many_to_one")
    joins = kept["joins"].eq(True).to_numpy()
    refused = kept["refused"].eq(True).to_numpy()
    chain = pd.concat([own, kept.loc[joins, own.columns]], ignore_index=True)
    others = kept.loc[~joins & ~refused, own.columns]
    table = pd.concat([_one_product(best(chain), others), untouched], ignore_index=True)
    return table.sort_values(tables.COUNTS_KEY, ignore_index=True)


def contradictions(own: pd.DataFrame, built_in: pd.DataFrame, *, kommun: Kommun | None = None) -> tuple[Finding, ...]:
    """The findings of `join` alone."""
    if kommun is not None:
        own, built_in = (rows[rows["area"] == kommun.code] for rows in (own, built_in))
    alike, comparable = _alike(_both(_with_figures(own), _with_figures(built_in)))
    if alike[comparable].all():  # as nearly always; the products need not be told apart
        return ()
    own, beside, _ = _met(own, built_in)
    agreement = _agreement(own, beside)
    return _told(agreement[agreement["refused"]])


def _met(own: pd.DataFrame, built_in: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The folder's rows with figures, the package's of the same series, and those of series that the folder does not have."""
    own, built_in = (_with_figures(table).assign(own=flag) for table, flag in ((own, True), (built_in, False)))
    series = pd.MultiIndex.from_frame(own[SERIES].drop_duplicates())
    met = pd.MultiIndex.from_frame(built_in[SERIES]).isin(series)
    return own, built_in[met], built_in[~met]


def _with_figures(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["count"].notna() | table["rate_published"].notna()]


def _agreement(own: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Per series and source of the package: may it be put beside the folder's (`joins`), or does it contradict (`refused`)?"""
    both = _both(own, beside)
    alike, comparable = _alike(both)
    years = both.assign(alike=alike & comparable, comparable=comparable).groupby([*SERIES, "source_in"], sort=False)
    shared = years.agg(alike=("alike", "sum"), comparable=("comparable", "sum")).reset_index()
    pairs = beside[[*SERIES, "source"]].drop_duplicates().rename(columns={"source": "source_in"})
    found = pairs.merge(shared, on=[*SERIES, "source_in"], how="left").fillna({"alike": 0, "comparable": 0})
    products = own[[*SERIES, "source"]].drop_duplicates().rename(columns={"source": "source_in"}).assign(same=True)
    found = found.merge(products, on=[*SERIES, "source_in"], how="left")
    same = found["same"].eq(True) | (found["offence"] == _ALL_OFFENCES)
    needed = np.where(same, 0, FEWEST_YEARS)
    joins = (found["alike"] == found["comparable"]) & (found["comparable"] >= needed)
    return found.rename(columns={"source_in": "source"}).assign(joins=joins, refused=same & ~joins)[
        [*SERIES, "source", "alike", "comparable", "joins", "refused"]
    ]


def _both(own: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    return own.merge(beside, on=tables.COUNTS_KEY, suffixes=("", "_in"))


def _alike(both: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs of figures are the same, and which can be compared: count with count, or else rate with rate."""
    final = ((both["status"] == "final") & (both["status_in"] == "final")).to_numpy()
    count, count_in, rate, rate_in = (
        both[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("count", "count_in", "rate_published", "rate_published_in")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        an_event = np.where(count_in > 0, rate_in / count_in, np.nan)  # in units of the rate
        revised = PRELIMINARY_SHARE * rate_in
        late_rate = np.fmax(ROUNDED_RATES + revised, ROUNDED_RATES + PRELIMINARY_EVENTS * an_event)
    late_count = np.maximum(PRELIMINARY_SHARE * count_in, PRELIMINARY_EVENTS)
    counted = ~np.isnan(count) & ~np.isnan(count_in)
    rated = ~np.isnan(rate) & ~np.isnan(rate_in)
    same_count = np.abs(count - count_in) <= np.where(final, 0, late_count)
    same_rate = np.abs(rate - rate_in) <= np.where(final, ROUNDED_RATES, late_rate)
    return np.where(counted, same_count, same_rate), counted | rated


def _one_product(chain: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The folder's series, with what was joined to it, against another product's: one of them by `one_source`."""
    if others.empty:
        return chain
    met = pd.MultiIndex.from_frame(chain[SERIES]).isin(pd.MultiIndex.from_frame(others[SERIES].drop_duplicates()))
    chain, rest = chain[met], chain[~met]
    # The joined years stand under the folder's own product while the choice is made.
    product = chain[chain["own"]].drop_duplicates(SERIES)[[*SERIES, "source"]].rename(columns={"source": "product"})
    under = chain.merge(product, on=SERIES, how="left", validate="many_to_one")
    both = pd.concat([under.assign(kept=under["source"], source=under["product"]), others.assign(kept=others["source"])])
    chosen = one_source(both.reset_index(drop=True))
    return pd.concat([best(chosen.assign(source=chosen["kept"])[chain.columns]), rest], ignore_index=True)


def _told(refused: pd.DataFrame) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "warning",
            "own_stands_alone",
            f"{catalogue.offence(row['offence']).facets[row['sex']].name}: mappens tal skiljer sig från de inbyggda för "
            f"{int(row['comparable'] - row['alike'])} av {int(row['comparable'])} år som båda har. De används ensamma, "
            "utan de inbyggda åren.",
            "mappen",
        )
        for row in refused.to_dict("records")
    )
