"""Whether fetched figures may stand for one of Brå's: they are held against the figures that the package carries.

Two publishers call many things by nearly the same name. A measure that gives back the figures already known is the same
measure; one that does not keeps its publisher's name and is never mixed in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST = 30
"""Figures that must be there to compare with."""
REVISED = 0.01
"""Share that may differ: what Brå has revised since the package's tables were made."""
ROUNDED_RATE = 0.5 + 1e-6
"""The package's rates are whole numbers."""
ROUNDED_SHARE = 0.005 + 1e-6
"""The package's shares of kommuner are whole percentages."""
KEY = ["area", "area_level", "year"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How fetched figures stand against the known ones.

    Attributes
    ----------
    compared, missing, differing : int
        Known figures of the places that were asked for; those that did not come; those that came with another value.
    first_year : int, optional
        The first year compared: of the years before, nothing is proved.
    """

    compared: int
    missing: int
    differing: int
    first_year: int | None

    @property
    def same(self) -> bool:
        """Whether it is the same measure."""
        return self.compared >= FEWEST and self.missing + self.differing <= REVISED * self.compared


def of_counts(fetched: pd.DataFrame, known: pd.DataFrame) -> Agreement:
    """Fetched counts and rates against the known ones.

    Parameters
    ----------
    fetched, known : DataFrame
        ``area``, ``area_level``, ``year``, ``count`` and ``rate_published`` of one measure; `known` of the places that were
        asked for. Where one of the two has no count, rates are compared.
    """
    both = known.merge(fetched, on=KEY, how="left", suffixes=("", "_new"), indicator=True)
    count, new_count, rate, new_rate = (
        both[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("count", "count_new", "rate_published", "rate_published_new")
    )
    counted = ~np.isnan(count) & ~np.isnan(new_count)
    with np.errstate(invalid="ignore"):
        alike = np.where(counted, count == new_count, np.abs(rate - new_rate) <= ROUNDED_RATE)
    return _agreement(both, alike)


def of_shares(fetched: pd.DataFrame, known: pd.DataFrame) -> Agreement:
    """Fetched shares (``share``, 0 to 1) against the known ones, of places and years."""
    both = known.merge(fetched, on=KEY, how="left", suffixes=("", "_new"), indicator=True)
    share, new = (both[name].to_numpy(dtype=float, na_value=np.nan) for name in ("share", "share_new"))
    with np.errstate(invalid="ignore"):
        return _agreement(both, np.abs(share - new) <= ROUNDED_SHARE)


def of_people(fetched: pd.DataFrame, known: pd.DataFrame) -> Agreement:
    """Fetched inhabitants (``value``) against the known ones."""
    both = known.merge(fetched, on=KEY, how="left", suffixes=("", "_new"), indicator=True)
    value, new = (both[name].to_numpy(dtype=float, na_value=np.nan) for name in ("value", "value_new"))
    return _agreement(both, value == new)


def _agreement(both: pd.DataFrame, alike: np.ndarray) -> Agreement:
    missing = (both["_merge"] == "left_only").to_numpy()
    differing = ~alike.astype(bool) & ~missing
    first = int(both["year"].min()) if len(both) else None
    return Agreement(len(both), int(missing.sum()), int(differing.sum()), first)
