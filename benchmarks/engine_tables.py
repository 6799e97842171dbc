"""Write SIMULERAD tables for all 290 kommuner, so that every report is a full one.

Each kommun gets the series of a kommun in Dalarna, scaled to its own population and drawn anew; shares are moved at random
with their intervals. The sidecars say SIMULERAD; nothing here may be read as a figure about a kommun.

    uv run python benchmarks/engine_tables.py MAPP
    KUNSKAP_TABELLER=MAPP uv run kunskap rapport lagesbild --alla
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.data import embedded
from kunskapsbaserat.data.embedded import storage
from kunskapsbaserat.simulate import SOURCE

SEED = 2023196


def main(folder: Path) -> None:
    """Write the tables and their sidecars."""
    rng = np.random.default_rng(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    people = exposure()
    counts = counts_for_all(rng, people)
    tables = {
        "counts_year.csv.gz": counts,
        "exposure.csv.gz": people,
        "survey.csv.gz": survey_for_all(rng),
    }
    for name, table in tables.items():
        (folder / name).write_bytes(storage.content(table))
    for name, snapshot in embedded.snapshots().items():
        if name not in tables:
            for part in (name, f"{name}.json"):
                shutil.copyfile(Path(embedded.__file__).parent / part, folder / part)
            continue
        about = json.loads((Path(embedded.__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
        about |= {"publisher": SOURCE, "title": f"{SOURCE}: {snapshot.title}", "address": ""}
        about["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        (folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


def exposure() -> pd.DataFrame:
    """Inhabitants of every kommun, län and riket each year 1998-2025; missing years between their neighbours."""
    known = embedded.exposure()
    wide = known[known["kind"] == "residents"].pivot(index=["area", "area_level"], columns="year", values="value").astype(float)
    wide = wide.reindex(columns=range(int(min(wide)), int(max(wide)) + 1)).interpolate(axis=1).round()
    places = wide[wide.index.get_level_values("area_level") == "kommun"]
    above = places.groupby(places.index.get_level_values("area").str[:2]).sum()
    above.index = pd.MultiIndex.from_product([above.index, ["lan"]], names=wide.index.names)
    country = pd.DataFrame([places.sum()], index=pd.MultiIndex.from_tuples([("00", "riket")], names=wide.index.names))
    long = pd.concat([country, above, places]).melt(ignore_index=False).reset_index().assign(kind="residents")
    return long.astype({"year": "Int64", "value": "Float64"})[list(known.columns)]


def counts_for_all(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Counts of every offence that Dalarna has, for every kommun and län."""
    known = embedded.counts_year()
    size = people[people["year"] == 2024].set_index("area")["value"].astype(float)
    pattern = dict(list(known[known["area_level"] == "kommun"].groupby("area")))
    codes = sorted(pattern)
    made = []
    for place in kommuner.all_kommuner():
        like = min(codes, key=lambda c: abs(np.log(size[c] / size[place.code]))) if rng.random() < 0.5 else rng.choice(codes)
        rows = pattern[like]
        mean = rows["count"].astype(float).fillna(0) * size[place.code] / size[like] * rng.gamma(40, 1 / 40)
        new = rows.assign(area=place.code, count=pd.array(rng.poisson(mean + 0.05), dtype="Int64"), rate_published=pd.NA)
        made.append(new.astype({"rate_published": "Float64"}))
    places = pd.concat(made)
    above = places.assign(area=places["area"].str[:2], area_level="lan")
    keys = ["area", "area_level", "offence", "sex", "period", "status", "source"]
    above = above.groupby(keys, as_index=False)["count"].sum().assign(rate_published=pd.NA)
    country = known[known["area_level"] == "riket"]
    table = pd.concat([country, above.astype({"rate_published": "Float64"}), places], ignore_index=True)
    return table[list(known.columns)]


def survey_for_all(rng: np.random.Generator) -> pd.DataFrame:
    """NTU's measures for every kommun and län."""
    known = embedded.survey()
    pattern = dict(list(known[known["area_level"] == "kommun"].groupby("area")))
    made = [known[known["area_level"] == "riket"]]
    lan = known[known["area_level"] == "lan"]
    made += [_moved(lan, rng, 0.01).assign(area=code) for code in sorted({k.lan_code for k in kommuner.all_kommuner()})]
    for place in kommuner.all_kommuner():
        made.append(_moved(pattern[rng.choice(sorted(pattern))], rng, 0.03).assign(area=place.code))
    return pd.concat(made, ignore_index=True)


def _moved(rows: pd.DataFrame, rng: np.random.Generator, by: float) -> pd.DataFrame:
    step = rng.normal(0, by, len(rows))
    new = {c: (rows[c].astype(float) + step).clip(0.001, 0.999).astype("Float64") for c in ("share", "lower", "upper")}
    return rows.assign(**new)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
