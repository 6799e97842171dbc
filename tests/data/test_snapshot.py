from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from kunskapsbaserat.data import embedded, snapshot
from kunskapsbaserat.errors import SnapshotError

ABOUT = {
    "publisher": "Brå",
    "title": "Prov",
    "address": "https://bra.se",
    "licence": "fri",
    "retrieved": "2026-11-21",
    "published": None,
    "status": "final",
}


def write(folder: Path, content: bytes = b"a;b\n", **changes: object) -> Path:
    path = folder / "prov å ä ö.csv"
    path.write_bytes(content)
    about = ABOUT | {"sha256": hashlib.sha256(content).hexdigest()} | changes
    snapshot.sidecar_path(path).write_text(json.dumps(about), encoding="utf-8")
    return path


def test_reads_the_file_with_its_provenance(tmp_path: Path):
    found, content = snapshot.read(write(tmp_path))
    assert content == b"a;b\n"
    assert (found.publisher, found.retrieved.isoformat(), found.published) == ("Brå", "2026-11-21", None)


def test_changed_bytes_are_refused(tmp_path: Path):
    path = write(tmp_path)
    path.write_bytes(b"a;c\n")
    with pytest.raises(SnapshotError, match="not the registered one") as caught:
        snapshot.read(path)
    assert "har ändrats" in caught.value.svenska


def test_a_missing_sidecar_is_refused(tmp_path: Path):
    path = write(tmp_path)
    snapshot.sidecar_path(path).unlink()
    with pytest.raises(SnapshotError, match="sidecar"):
        snapshot.read(path)


@pytest.mark.parametrize("changes", [{"retrieved": "i går"}, {"retrieved": None}])
def test_an_incomplete_sidecar_is_refused(tmp_path: Path, changes: dict[str, object]):
    with pytest.raises(SnapshotError, match="not a complete sidecar"):
        snapshot.read(write(tmp_path, **changes))


def test_a_sidecar_that_lacks_a_field_is_refused(tmp_path: Path):
    path = write(tmp_path)
    sidecar = snapshot.sidecar_path(path)
    sidecar.write_text(json.dumps({k: v for k, v in json.loads(sidecar.read_text()).items() if k != "licence"}))
    with pytest.raises(SnapshotError, match="licence"):
        snapshot.read(path)


def test_every_embedded_table_has_a_sidecar_that_matches_its_bytes():
    found = embedded.snapshots()
    assert set(found) == {
        "counts_groups.csv.gz",
        "counts_month.csv.gz",
        "counts_quarter.csv.gz",
        "counts_year.csv.gz",
        "exposure.csv.gz",
        "kommun_outlines.geojson.gz",
        "kommuner.csv",
        "liknande.csv",
        "mean_residents.csv.gz",
        "oppna_jamforelser.csv",
        "survey.csv.gz",
    }
    for one in found.values():
        assert one.publisher
        assert one.address.startswith("https://")
        assert one.licence
