"""Renew the package's tables with what `kunskap hamta --alla` has fetched: newer years are added, known ones are only held against.

    uv run python tools/build_embedded.py --store FOLDER

`FOLDER` is the one that `hamta --alla --mapp FOLDER` filled. Nothing is asked for: the newest whole run of each source in its store
is read again. A figure that the publisher has revised since is listed and not taken; the year that is new is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from kunskapsbaserat import kommun, tables
from kunskapsbaserat.data import snapshot
from kunskapsbaserat.data.embedded import storage
from kunskapsbaserat.data.fetch import addresses, sources, wanted
from kunskapsbaserat.data.fetch.asking import Offline
from kunskapsbaserat.data.fetch.store import Entry, Store
from kunskapsbaserat.data.folder import STORE

GROUPS = ("totalt", "brott_mot_person", "stold_ran_kap8", "skadegorelse_kap12")
WAY = "Hämtad med kunskap hamta --alla; nya år lagda till, kända år bara jämförda"
SHOWN = 12


@dataclasses.dataclass(frozen=True)
class Read:
    """What one source gave, and the answers that it was made of."""

    result: Any
    answers: tuple[Entry, ...]

    @property
    def day(self) -> str:
        return max(entry.time[:10] for entry in self.answers)


def read(folder: Path, key: str) -> Read:
    """The newest whole run of a source for all kommuner."""
    source = next(one for one in sources.SOURCES if one.key == key)
    kept = Store(folder / STORE)
    runs = kept.closed_runs(key)
    if not runs:
        raise SystemExit(f"{folder}: the store has no whole run of {source.name}; run kunskap hamta --alla --mapp {folder}")
    asker = Offline(addresses.service(source.service), kept, runs[0], key)
    return Read(source.ask(asker, wanted.of(kommun.all_kommuner())), tuple(asker.answers))


def build(folder: Path, here: Path, target: Path) -> list[str]:
    """Write the renewed tables to `target`, out of those in `here`; what was added and what differs, a line each."""
    database, kolada, alike = (read(folder, key) for key in ("sol", "kolada", "kolada_liknande"))
    said: list[str] = []
    counts = database.result.years
    counts = counts[counts["offence"].isin(GROUPS) & (counts["area_level"] == "kommun") & (counts["status"] == "final")]
    said += renewed(here / "counts_groups.csv.gz", target, counts, tables.COUNTS_KEY, "count", database, tables.counts)
    people = kolada.result.exposure.query("area_level == 'kommun'")
    said += renewed(here / "exposure.csv.gz", target, people, tables.EXPOSURE_KEY, "value", kolada, tables.exposure)
    total = counts[(counts["offence"] == "totalt") & counts["rate_published"].gt(0)]
    implied = pd.DataFrame(
        {
            "area": total["area"],
            "area_level": "kommun",
            "kind": "mean_residents",
            "year": total["period"].dt.year.astype("Int64"),
            "value": (total["count"] / total["rate_published"] * 100_000).astype("Float64").round(1),
        }
    )
    said += renewed(
        here / "mean_residents.csv.gz", target, implied, tables.EXPOSURE_KEY, "value", database, tables.exposure, compare=False
    )
    return [*said, *new_alike(here / "liknande.csv", target, alike)]


def renewed(
    path: Path,
    target: Path,
    fetched: pd.DataFrame,
    key: list[str],
    value: str,
    came: Read,
    contract: Any,
    *,
    compare: bool = True,
) -> Iterator[str]:
    """The table with the cells that it lacks; of those that both have, how many are the same."""
    old = storage.table(path.read_bytes())
    both = old.merge(fetched, on=key, how="outer", suffixes=("", "_new"), indicator=True)
    known = both[both["_merge"] == "both"]
    if compare:
        same = known[value].astype("Float64").eq(known[f"{value}_new"].astype("Float64")).fillna(False)
        yield f"{path.name}: {int(same.sum())} of {len(known)} known cells are the same in what was fetched"
        wrong = known[~same]
        names = [" ".join(str(row[name]) for name in key) for row in wrong.head(SHOWN).to_dict("records")]
        if names:
            yield f"    revised, and not taken: {'; '.join(names)}" + (
                f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
            )
    have = pd.MultiIndex.from_frame(old[key].astype(str))
    new = fetched[~pd.MultiIndex.from_frame(fetched[key].astype(str)).isin(have) & fetched[value].notna()]
    yield f"{path.name}: {len(new)} cells are new"
    table = contract(pd.concat([old, new[old.columns]], ignore_index=True)).sort_values(key, ignore_index=True)
    target.mkdir(parents=True, exist_ok=True)
    (target / path.name).write_bytes(storage.content(table))
    sidecar(path, target / path.name, came)


def new_alike(path: Path, target: Path, came: Read) -> Iterator[str]:
    """Kolada's groups as they are now: they are of one year, and the newest replaces the older."""
    old = pd.read_csv(path, dtype=str)
    table = came.result.astype(str).sort_values(["kommun", "kind"], ignore_index=True)[list(old.columns)]
    if len(table) != len(old):
        raise SystemExit(f"{path.name}: {len(table)} groups came, not {len(old)}")
    ours = old.sort_values(["kommun", "kind"], ignore_index=True)
    changed = [set(a.split()) != set(b.split()) for a, b in zip(ours["members"], table["members"], strict=True)]
    yield f"{path.name}: {sum(changed)} of {len(table)} groups have other members"
    table.to_csv(target / path.name, index=False, encoding="utf-8", lineterminator="\n")
    sidecar(path, target / path.name, came)


def sidecar(old: Path, path: Path, came: Read) -> None:
    """What the table was made of: the older one, and the answers of the store by their sha256."""
    about = json.loads(snapshot.sidecar_path(old).read_text(encoding="utf-8"))
    before = about["sha256"]
    built = [{"file": old.name, "sha256": before}, *({"file": e.key[:120], "sha256": e.sha256} for e in came.answers)]
    about |= {"retrieved": came.day, "way": WAY, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "built_from": built}
    snapshot.sidecar_path(path).write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
