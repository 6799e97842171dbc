"""The package's tables renewed from a store: new years come, revised cells are named, and every check is made again."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from world import next_year

from conftest import QUICK, SOME, Serving
from kunskapsbaserat import kommun
from kunskapsbaserat.data import embedded, folder
from kunskapsbaserat.data.embedded import storage
from kunskapsbaserat.data.fetch import run, sources

ROOT = Path(__file__).parents[2]
NEEDED = ("kolada", "sol", "kolada_liknande")


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import build_embedded

    yield build_embedded
    for name in ("build_embedded", "embedded_from_store", "embedded_checks"):
        sys.modules.pop(name, None)


@pytest.mark.thorough
@pytest.mark.usefixtures("small", "tools")
def test_a_new_year_comes_and_known_cells_are_only_compared(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    places = [kommun.get(code) for code in SOME]
    found = next_year()  # before the country shrinks: the world is made once for all tests of the process
    monkeypatch.setattr(kommun, "all_kommuner", lambda: tuple(places))
    monkeypatch.setattr(run, "SOURCES", tuple(s for s in sources.SOURCES if s.key in NEEDED))
    for name in ("brott_mot_person", "stold_ran_kap8", "skadegorelse_kap12"):
        found.database[name] = {area: {**years, 2026: years[2025]} for area, years in found.database[name].items()}
    found.database["totalt"]["1983"][2024] += 5
    homes = {place: tmp_path / "alla" / place.slug for place in places}
    for place, home in homes.items():
        folder.create(home, place, {})
    with serving(found=found):
        summary = run.fetch(homes, tmp_path / "alla" / "lager", limits=QUICK)
    assert [came.error for came in summary.services] == [None] * 3
    small = tmp_path / "har"  # the package's tables of the 17 kommuner
    import embedded_from_store as from_store

    for name in ("counts_groups.csv.gz", "exposure.csv.gz", "mean_residents.csv.gz", "liknande.csv"):
        path = Path(embedded.__file__).parent / name
        small.mkdir(exist_ok=True)
        (small / f"{name}.json").write_bytes(path.with_name(f"{name}.json").read_bytes())
        if name.endswith(".csv"):
            rows = pd.read_csv(path, dtype=str)
            rows[rows["kommun"].isin(SOME)].to_csv(small / name, index=False)
        else:
            rows = storage.table(path.read_bytes())
            (small / name).write_bytes(storage.content(rows[rows["area"].isin(SOME)]))
    said = "\n".join(from_store.build(tmp_path / "alla", small, tmp_path / "nya"))
    assert "revised, and not taken: 1983 kommun totalt alla 2024" in said
    assert "counts_groups.csv.gz: 68 cells are new" in said  # 17 kommuner x 4 groups
    new = storage.table((tmp_path / "nya" / "counts_groups.csv.gz").read_bytes())
    assert new["period"].dt.year.max() == 2026
    old = storage.table((small / "counts_groups.csv.gz").read_bytes())
    kept = new.merge(old, on=["area", "offence", "period"], suffixes=("", "_old"))
    assert len(kept) == len(old)
    assert (kept["count"] == kept["count_old"]).all()
    people = storage.table((tmp_path / "nya" / "exposure.csv.gz").read_bytes())
    assert len(people[people["year"] == 2026]) == 17
    assert '"built_from"' in (tmp_path / "nya" / "counts_groups.csv.gz.json").read_text(encoding="utf-8")


def test_a_folder_without_a_store_is_said(tmp_path: Path, tools):
    with pytest.raises(SystemExit, match="has no whole run of Brås databas"):
        tools.from_store(tmp_path, tmp_path / "nya")
