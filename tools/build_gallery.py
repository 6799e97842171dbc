"""The small tables of docs/effekt-galleri.md from the published studies' own data, one row a unit and one column a year.

    python tools/build_gallery.py --source DIR

DIR holds the studies' files (Proposition 99, Vision Zero, minimum wage), as their authors publish them in rows.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

OUT = Path(__file__).parents[1] / "docs" / "galleri"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    source: Path = parser.parse_args().source
    OUT.mkdir(parents=True, exist_ok=True)

    packs = pd.read_csv(source / "prop99.csv").pivot(index="state", columns="year", values="packs_per_capita")
    packs.rename_axis("delstat").round(1).to_csv(OUT / "cigaretter.csv", lineterminator="\n")

    roads = pd.read_csv(source / "viszero.csv")
    roads = roads[roads["ID"].isin([25, 2, 3, 5, 7, 9, 10, 13, 14, 16])]
    rates = roads.pivot(index="COUNTRYNAME", columns="TIME", values="deathrate_mln")
    rates.rename_axis("land").round(6).to_csv(OUT / "trafikdoda.csv", lineterminator="\n")

    wages = pd.read_csv(source / "mpdta.csv").astype({"countyreal": int, "first.treat": int})
    wages = wages.pivot(index=["countyreal", "first.treat"], columns="year", values="lemp")
    wages.rename_axis(["county", "start"]).round(4).to_csv(OUT / "minimilon.csv", lineterminator="\n")


if __name__ == "__main__":
    main()
