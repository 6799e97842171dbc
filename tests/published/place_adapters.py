"""Reference topics of places: the burst in a moving window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from kunskapsbaserat.places import burst_probability

Case = Mapping[str, Any]


def moving_window(case: Case) -> None:
    """The anchor leaves out the last term of A4 and raises Q3 / Q2 to L - k, where Naus has L - 2 (the same for its k = 2)."""
    got = [
        burst_probability(given["n"], mean=given["mu"], windows=given["L"] + 2 - given["k"], compat="ptools")
        for given in case["input"]
    ]
    tolerance = case["tolerance"]
    np.testing.assert_allclose(got, case["expected"], rtol=tolerance.get("rtol", 0), atol=tolerance.get("atol", 0))


PLACE_ADAPTERS: dict[str, Callable[[Case], None]] = {"scan": moving_window}
