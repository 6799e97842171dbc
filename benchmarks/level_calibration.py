"""Does `trends.level.level_verdicts` hold its error rate? Real kommuner 2010-2025, and simulated years around real levels.

    uv run python benchmarks/level_calibration.py [draws] > benchmarks/level_calibration.txt

A kommun whose level lies at the very edge of the middle half of its seven liknande kommuner is called outside by chance alone
in 5 % of the cases, if the rule is right; one further in more seldom. Every sixth kommun is therefore moved to an edge: its own
years, as they vary around its level, are multiplied by the edge over that. The level is the mean of the 16 years, each over
the national course ("real"), or a known one around which the years follow each other with the pool's correlation ("simulated").
"at edge" is the share of single tests below 5 %, over and under together; "called" the share of levels as they are that are
called at 5 %, and "reports" the kommuner with any level called after the false discovery control. The last rows leave out the
comparators' noise, as the first proposal did, or count half of it.
"""

from __future__ import annotations

import platform
import sys
from datetime import date

import numpy as np
import pandas as pd
import scipy

from kunskapsbaserat import __version__
from kunskapsbaserat.data import embedded
from kunskapsbaserat.rates import comparison_group
from kunskapsbaserat.trends import level, variation_of
from kunskapsbaserat.trends.correlation import shape

SEED = 20261129
ENDS = (2016, 2021, 2025)
EVERY = 6  # kommuner


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    print(f"{date.today()}, kunskapsbaserat {__version__}, {draws} draws, seed {SEED}")
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, pandas {pd.__version__}"
    print(f"{versions}, {platform.system()} {platform.machine()}, one core")
    print(f"command: uv run python benchmarks/level_calibration.py {draws}\n")
    print(f"{'':34} {'at edge':>9} {'over':>8} {'under':>8} {'called':>8} {'reports':>8}")
    rng = np.random.default_rng(SEED)
    for years in (1, 3):
        print_row(f"real, {years} year{'s' * (years > 1)}", [World(end).real(years) for end in ENDS])
    for years in (1, 3):
        print_row(f"simulated, {years} year{'s' * (years > 1)}", [World(2025).simulated(years, rng) for _ in range(draws)])
    for name, share in (("without", 0.0), ("with half of", 0.5)):
        level.EDGE = share
        print_row(f"real, 1 year, {name} their noise", [World(end).real(1) for end in ENDS])


class World:
    """Rates, counts and levels of all kommuner in the seven years up to `end`."""

    def __init__(self, end: int) -> None:
        counts = embedded.counts_groups()
        self.counts = counts[counts["area_level"] == "kommun"].assign(year=lambda t: t["period"].dt.year)
        self.end = end
        self.typical = variation_of(self.counts[self.counts["year"].between(end - 6, end)].drop(columns="year"), breaks={})
        assert self.typical is not None
        wide = self.counts.pivot(index=["offence", "area"], columns="year", values=["count", "rate_published"]).astype(float)
        self.count, rate = wide["count"], wide["rate_published"]
        course = rate.div(rate.mean(axis=1), axis=0).groupby("offence").transform("mean")
        self.relative = rate / course  # the country's movement is in none of them
        self.level = self.relative.mean(axis=1)

    def real(self, years: int) -> list[pd.DataFrame]:
        late = list(range(self.end - years + 1, self.end + 1))
        return self.judged(self.relative[late].mean(axis=1), self.count[late].sum(axis=1), years)

    def simulated(self, years: int, rng: np.random.Generator) -> list[pd.DataFrame]:
        around = self.typical.beside
        mean = self.count[list(range(self.end - 6, self.end + 1))].mean(axis=1)
        keys = mean.index.get_level_values("offence").to_series().reset_index(drop=True)
        seen = around.dispersion(keys, pd.Series("alla", index=keys.index), mean.reset_index(drop=True)).to_numpy()
        dispersion = 1 + (seen - 1) / shape(2, 5, around.correlation).within * 20 / rng.chisquare(20, len(mean))
        sigma = np.sqrt(np.log1p((dispersion - 1) / mean.to_numpy()))[:, None]
        noise = rng.standard_normal((len(mean), years))
        for year in range(1, years):
            noise[:, year] = around.correlation * noise[:, year - 1] + np.sqrt(1 - around.correlation**2) * noise[:, year]
        counts = rng.poisson(mean.to_numpy()[:, None] * np.exp(sigma * noise - sigma**2 / 2)).sum(axis=1)
        return self.judged(self.level * counts / (years * mean), pd.Series(counts, index=mean.index), years)

    def judged(self, rate: pd.Series, count: pd.Series, years: int) -> list[pd.DataFrame]:
        """As they are, and every judged kommun at the upper and at the lower edge of its seven's levels."""
        table = pd.DataFrame({"rate": rate, "count": count, "level": self.level}).reset_index().assign(sex="alla", years=years)
        areas = sorted(table["area"].unique())
        found = []
        for area in areas[::EVERY]:
            members = comparison_group(area, frozenset(areas)).members
            seven = table[table["area"].isin(members)]
            own = table[(table["area"] == area) & (table["count"] >= 20 * years)]
            edges = seven.groupby("offence")["level"].quantile([0.25, 0.75]).unstack()
            for name, edge in (("as is", None), ("under", 0.25), ("over", 0.75)):
                moved = own if edge is None else own.assign(rate=own["rate"] / own["level"] * own["offence"].map(edges[edge]))
                rows = level.level_verdicts(pd.concat([moved, seven]), area=area, typical=self.typical)
                outside = rows["rate"] > rows["upper_quartile"] if name == "over" else rows["rate"] < rows["lower_quartile"]
                found.append(rows.assign(world=name, kommun=area, outside=outside | (name == "as is")))
        return found


def print_row(name: str, parts: list[list[pd.DataFrame]]) -> None:
    rows = pd.concat([pd.concat(part).assign(part=i) for i, part in enumerate(parts)])
    below = (rows["p_value"] < 0.05) & rows["outside"]
    over, under, called = (float(below[rows["world"] == w].mean()) for w in ("over", "under", "as is"))
    as_is = rows[rows["world"] == "as is"]
    reports = float(as_is.groupby(["part", "kommun"])["certain"].any().mean())
    figures = ((over + under) / 2, over, under, called, reports)
    print(f"{name:34} " + " ".join(f"{100 * f:7.1f} %" for f in figures), flush=True)


if __name__ == "__main__":
    main()
