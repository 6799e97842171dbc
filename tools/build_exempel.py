"""Write the invented files of notebooks/exempel: a series by month, one by year and a panel of areas, all drawn by chance.

    python tools/build_exempel.py

Nothing in them is about a real place. The panel has a fall of a third in Centrum from January 2025.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parents[1] / "notebooks" / "exempel"
_AREAS = (
    *("Centrum", "Norrmalm", "Söderby", "Västerängen", "Östra staden", "Hamnen", "Stationen", "Torget", "Lillåudden", "Bruket"),
    *("Kvarnbacken", "Solgården", "Åkerby", "Björkhagen", "Tallkrogen", "Ängen", "Rosenlund", "Sjövik", "Bergslund", "Fridhem"),
    *("Lugnet", "Nyhem", "Skogsbo", "Slottet", "Viken", "Hagalund"),
)
_EFFECT, _START = 2 / 3, "2025-01"


def months() -> pd.DataFrame:
    """Reported damage in a swimming hall's area: a new level from the summer of 2025."""
    rng = np.random.default_rng(11)
    period = pd.period_range("2023-01", "2025-12", freq="M")
    mean = np.where(period < "2025-06", 14.0, 24.0)
    return pd.DataFrame({"manad": period.astype(str), "antal": rng.poisson(mean)})


def yearly() -> pd.DataFrame:
    """Reported bicycle thefts in an invented kommun: up to 2016, then down."""
    rng = np.random.default_rng(5)
    years = np.arange(2005, 2026)
    mean = 300 * np.exp(np.where(years <= 2016, 0.04 * (years - 2005), 0.04 * 11 - 0.08 * (years - 2016)))
    people = 24_000 + 80 * (years - 2005)
    return pd.DataFrame({"ar": years, "cykelstolder": rng.poisson(mean), "folkmangd": people})


def panel() -> pd.DataFrame:
    """Events by area and month, one of the areas with a measure."""
    rng = np.random.default_rng(3)
    period = pd.period_range("2022-01", "2025-12", freq="M")
    level = rng.uniform(8, 30, len(_AREAS))
    season = 1 + 0.2 * np.sin(2 * np.pi * (period.month.to_numpy() - 4) / 12)
    mean = level[:, None] * season[None, :]
    mean[0, period >= _START] *= _EFFECT
    counts = rng.poisson(mean)
    rows = [(a, str(p), int(counts[i, t])) for i, a in enumerate(_AREAS) for t, p in enumerate(period)]
    return pd.DataFrame(rows, columns=["omrade", "manad", "antal"])


FILES = {"skadegorelse_per_manad.csv": months, "cykelstolder_per_ar.csv": yearly, "omraden_per_manad.csv": panel}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        make().to_csv(FOLDER / name, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
