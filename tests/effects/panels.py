"""Simulated panels for the tests of effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kunskapsbaserat.effects import Design
from kunskapsbaserat.simulate import effect_panels

START = "2024-01"


def panel(seed: int = 1, **options: object) -> tuple[pd.DataFrame, list[str]]:
    """One panel of the calibration's design, 2019-2024, and its treated areas."""
    table = effect_panels(np.random.default_rng(seed), 1, **options).table()
    return table, table.loc[table["treated"], "area"].unique().tolist()


def design(seed: int = 1, **options: object) -> Design:
    table, treated = panel(seed, **options)
    return Design(table, outcome="count", treated=treated, start=START)
