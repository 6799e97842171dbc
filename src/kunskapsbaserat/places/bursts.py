"""How unusual is a burst of events, when one has looked at every moving window and not at one chosen beforehand?"""

from __future__ import annotations

import numpy as np
import scipy

from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.rates.checks import option, positive

COMPATIBLE = ("correct", "ptools")


def burst_probability(count: int, *, mean: float, windows: float, compat: str = "correct") -> float:
    """Chance that some moving window holds at least `count` events, by Naus's approximation.

    Six events within some fortnight of eight years is far less remarkable than six in a fortnight named beforehand.

    Parameters
    ----------
    count : int
        Events in the fullest window, 3 or more.
    mean : float
        Events expected in one window.
    windows : float
        Length of the whole time in windows, at least 2 (eight years in fortnights: 208).
    compat : {"correct", "ptools"}
        "ptools" leaves the last term out of the sum A4, as the R package of that name does; the chance is then a little too
        small.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    OptionError

    Notes
    -----
    The chances of no such window in 2 and in 3 windows' time, Q2 and Q3, are exact for Poisson events; for `windows` of them
    Q2 (Q3 / Q2) ** (windows - 2).

    References
    ----------
    Naus JI (1982). Approximations for distributions of scan statistics. Journal of the American Statistical Association 77,
    177-183. Aberdein J, Spiegelhalter D (2013). Have London's roads become more dangerous for cyclists? Significance 10(6).

    Examples
    --------
    >>> from kunskapsbaserat import places
    >>> chance = places.burst_probability(6, mean=0.6, windows=208)  # six within some fortnight of eight years
    >>> round(chance, 2)  # Aberdein and Spiegelhalter (2013), six cyclists killed: 0.04
    0.04
    """
    option("compat", compat, COMPATIBLE)
    if count != int(count) or count < 3:
        raise OptionError("count", count, ("a whole number, 3 or more",), tillatna=("ett heltal, minst 3",))
    if not windows >= 2:
        raise OptionError("windows", windows, ("2 or more",), tillatna=("minst 2",))
    two, three = without_burst(int(count), positive("mean", mean), last_term=compat == "correct")
    return float(np.clip(1 - two * (three / two) ** (windows - 2), 0.0, 1.0))


def without_burst(count: int, mean: float, *, last_term: bool = True) -> tuple[float, float]:
    """Chances that no moving window holds `count` events, in two and in three windows' time (Naus 1982, theorem 1)."""

    def at(k: int) -> float:
        return float(np.exp(scipy.special.xlogy(k, mean) - mean - scipy.special.gammaln(k + 1))) if k >= 0 else 0.0

    def up_to(k: int) -> float:
        return float(scipy.special.pdtr(k, mean)) if k >= 0 else 0.0

    n, below, here = count, up_to(count - 1), at(count)
    two = below**2 - (n - 1) * here * at(n - 2) - (n - 1 - mean) * here * up_to(n - 3)
    a1 = 2 * here * below * ((n - 1) * up_to(n - 2) - mean * up_to(n - 3))
    a2 = here**2 / 2 * ((n - 1) * (n - 2) * up_to(n - 3) - 2 * (n - 2) * mean * up_to(n - 4) + mean**2 * up_to(n - 5))
    a3 = sum(at(2 * n - r) * up_to(r - 1) ** 2 for r in range(1, n))
    a4 = sum(
        at(2 * n - r) * at(r) * ((r - 1) * up_to(r - 2) - mean * up_to(r - 3)) for r in range(2, n if last_term else n - 1)
    )
    return two, below**3 - a1 + a2 + a3 - a4
