"""Standard populations: the age structure that rates are standardised to."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat.rates.checks import option

# Eurostat (2013). Revision of the European Standard Population, Annex F; the bands 0 and 1-4 together.
_ESP2013 = (5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000)
# SCB, table TAB6471, both sexes, 30 April 2026: the sum of the 21 län. Each carries SCB's noise of a few persons, so the
# sum is no official total; as weights it makes no difference.
_SVERIGE_2026 = (1028844, 1259052, 1220397, 1485926, 1321465, 1318577, 1206754, 1006291, 631526, 122773, 4119)

STANDARDS = ("esp2013", "sverige_2026")


def standard_population(name: str = "esp2013") -> pd.DataFrame:
    """A standard population by age.

    Parameters
    ----------
    name : {"esp2013", "sverige_2026"}
        - "esp2013": the European standard population 2013, 19 bands of five years with 90 and older together.
        - "sverige_2026": Sweden's inhabitants on 30 April 2026 in bands of ten years, 100 and older together.

    Returns
    -------
    DataFrame
        ``age`` (first year of the band), ``age_band`` ("0-4", ..., "90+") and ``standard`` (weights; persons for Sweden).

    Raises
    ------
    OptionError
        An unknown name.

    References
    ----------
    Eurostat (2013). Revision of the European Standard Population. SCB, Folkmängden per månad (TAB6471), 2026-06-08.

    Examples
    --------
    >>> from kunskapsbaserat import rates
    >>> rates.standard_population().tail(2)
        age age_band  standard
    17   85    85-89      1500
    18   90      90+      1000
    >>> int(rates.standard_population("sverige_2026")["standard"].sum())
    10605724
    """
    weights, width = {"esp2013": (_ESP2013, 5), "sverige_2026": (_SVERIGE_2026, 10)}[option("name", name, STANDARDS)]
    ages = [width * i for i in range(len(weights))]
    bands = [f"{age}-{age + width - 1}" for age in ages[:-1]] + [f"{ages[-1]}+"]
    return pd.DataFrame({"age": ages, "age_band": bands, "standard": weights})
