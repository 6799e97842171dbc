"""What goes to another machine and comes back: the same files, what a report has noted, and no other version's report."""

from __future__ import annotations

import dataclasses
import os
from datetime import datetime
from pathlib import Path

import pytest
from batch_run import notebook

from fresh import fresh_folder
from kunskapsbaserat import kommun
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.executors.parcels import Delivery, delivered, packed, received, together, unpacked
from kunskapsbaserat.engine.executors.sameness import Installation, installation, require_same
from kunskapsbaserat.engine.job import Completion, Ended, Failure, Job
from kunskapsbaserat.errors import RenderError

DONE = Completion({}, 0, warm=True, seconds=0.0)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """From a kommun's own folder, with a notebook that shows a picture beside it and one above it."""
    home = fresh_folder(tmp_path / "mappar" / "mora å", "Mora")
    (home / "lager").mkdir()
    (home / "lager" / "svar.json").write_text("x" * 1000)
    (home / ".est_publicerat.kopia.json").write_text("en kopia")
    (home / ".est_publicerat.las").touch()
    (tmp_path / "mall").mkdir()
    path = notebook(tmp_path / "mall" / "egen.ipynb", "1")
    text = path.read_text(encoding="utf-8")
    shows = '{"cell_type": "markdown", "id": "b", "metadata": {}, "source": "![a](bild%20a.png) ![b](../utanfor.png)"}, '
    path.write_text(text.replace('"cells": [', f'"cells": [{shows}', 1), encoding="utf-8")
    (path.parent / "bild a.png").write_bytes(b"png")
    (tmp_path / "utanfor.png").write_bytes(b"hemlig")
    room = tmp_path / "rum"
    room.mkdir()
    place = kommun.get("Mora")
    parameters = {"kommun": place.code, "data": str(home)}
    return Job("egen", path, place, parameters, home, room, tmp_path / "logg", "", ours=False)


def test_everything_a_report_is_made_of_travels(job: Job, tmp_path: Path):
    assert job.data is not None
    old = datetime(2024, 3, 9, 0, 30).timestamp()
    os.utime(job.data / "mapp.toml", (old, old))
    (there,) = unpacked(packed((job,)), tmp_path / "annan dator")
    assert there.data is not None
    assert manifest.folder_sha256(there.data) == manifest.folder_sha256(job.data)
    assert there.parameters == {"kommun": "2062", "data": str(there.data)}
    assert (there.data / ".est_publicerat.kopia.json").read_text() == "en kopia"
    assert datetime.fromtimestamp((there.data / "mapp.toml").stat().st_mtime) == datetime(2024, 3, 9, 0, 30)
    assert sorted(p.name for p in there.notebook.parent.iterdir()) == ["bild a.png", "egen.ipynb"]
    names = {p.name for p in (tmp_path / "annan dator").rglob("*")}
    assert not {"utanfor.png", "svar.json", ".est_publicerat.las"} & names


def test_jobs_of_one_folder_go_together(job: Job):
    second = dataclasses.replace(job, template="annan")
    alone = [dataclasses.replace(job, data=None, template=name) for name in ("a", "b")]
    assert together([job, alone[0], second, alone[1]]) == [(job, second), (alone[0],), (alone[1],)]


def made_elsewhere(job: Job, room: Path) -> tuple[Delivery, Path]:
    """A report that notes in its folder what it has told, in one file that was there and in one that was not."""
    parcel = packed((job,))
    (there,) = unpacked(parcel, room)
    assert there.data is not None
    (there.data / "est_publicerat.json").write_text("sagt")
    (there.data / ".est_publicerat.kopia.json").write_text("sagt")
    there.folder.mkdir()
    (there.folder / "report.html").write_text("sidan")
    there.log.write_text(f"läste {there.data}")
    return delivered(parcel, [there], [Ended(there, "done", 1.0, DONE)]), there.data


def test_what_a_report_has_noted_comes_back_before_it(job: Job, tmp_path: Path):
    assert job.data is not None
    parcel = packed((job,))
    delivery, there = made_elsewhere(job, tmp_path / "annan dator")
    assert sorted(delivery.changed) == [".est_publicerat.kopia.json", "est_publicerat.json"]
    (ended,) = received(parcel, delivery, there)
    assert ended.status == "done"
    assert (job.data / "est_publicerat.json").read_text() == "sagt"
    assert (job.folder / "report.html").read_text() == "sidan"
    assert job.log.read_text() == f"läste {job.data.resolve()}"


def test_a_folder_that_changed_meanwhile_is_not_written_over(job: Job, tmp_path: Path):
    """Two reports that do not know of each other could together tell what neither may."""
    assert job.data is not None
    parcel = packed((job,))
    delivery, there = made_elsewhere(job, tmp_path / "annan dator")
    (job.data / "est_publicerat.json").write_text("en annan rapport")
    (ended,) = received(parcel, delivery, there)
    assert ended.status == "failed"
    assert ended.failure is not None
    assert "ändrades medan rapporten gjordes" in ended.failure.svenska
    assert (job.data / "est_publicerat.json").read_text() == "en annan rapport"


def test_a_failure_names_the_folder_of_this_machine(job: Job, tmp_path: Path):
    assert job.data is not None
    parcel = packed((job,))
    (there,) = unpacked(parcel, tmp_path / "annan dator")
    failure = Failure(f"{there.data}/fil.csv: no counts", f"Filen {there.data}/fil.csv har inga antal.")
    delivery = delivered(parcel, [there], [Ended(there, "failed", 1.0, failure=failure)])
    (ended,) = received(parcel, delivery, there.data or Path())
    assert ended.failure is not None
    assert ended.failure.svenska == f"Filen {job.data.resolve()}/fil.csv har inga antal."


def test_another_version_is_named_with_its_machine():
    here = installation()
    require_same(Installation("srv-1", dict(here.versions)), "tcp://10.0.0.1:1")
    other = Installation("srv-2", {**here.versions, "pandas": "2.2.3", "Python": "3.11.0"})
    with pytest.raises(RenderError) as caught:
        require_same(other, "tcp://10.0.0.2:1")
    said = caught.value.svenska
    assert "srv-2 (tcp://10.0.0.2:1)" in said
    assert f"pandas 2.2.3 men {here.versions['pandas']} här" in said
    assert f"Python 3.11.0 men {here.versions['Python']} här" in said


def test_an_installation_has_what_decides_the_bytes(monkeypatch: pytest.MonkeyPatch):
    """Also code and tables, which a version number does not tell during development."""
    before = installation().versions
    monkeypatch.setattr(manifest, "code_digest", lambda: "f" * 64)
    monkeypatch.setattr(manifest, "embedded_sha256", lambda: {"counts.csv.gz": "0"})
    after = installation.__wrapped__().versions
    assert {name for name in before if before[name] != after[name]} == {"kunskapsbaserats kod", "kunskapsbaserats tabeller"}
