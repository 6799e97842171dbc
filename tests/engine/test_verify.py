"""Verify: the same bytes, a changed file, another input, another version; and a batch by Dask."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kunskapsbaserat import engine, kommun
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.verification import compare, differences
from kunskapsbaserat.errors import FileError
from kunskapsbaserat.report.documents.kontroll.new_folder import new_folder

pytestmark = pytest.mark.xdist_group("verify")


def write_words(data: Path, words: str) -> None:
    """The kommun's text under the first heading of the file."""
    path = data / "texter.md"
    before, heading, after = path.read_text(encoding="utf-8-sig").partition("\n## ")
    name, _, rest = after.partition("\n")
    path.write_text(f"{before}{heading}{name}\n\n{words}\n{rest}", encoding="utf-8")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report from a kommun's own folder, and one without."""
    room = tmp_path_factory.mktemp("rapporter")
    new_folder(room / "data", kommun.get("Ystad"))
    write_words(room / "data", "Våra ord.")
    wanted = [
        engine.Wanted("lagesbild", kommun.get("Ystad"), room / "data"),
        engine.Wanted("lagesbild", kommun.get("Lund"), parameters={"year": 2023}),
    ]
    made = engine.render_many(wanted, out=room / "ut")
    assert [o.failure for o in made] == [None, None]
    return room / "ut"


def test_the_same_bytes(out: Path):
    found = engine.verify(engine.reports_in(out), data=out.parent / "data")
    assert [(v.folder.parent.name, v.result, v.good) for v in found] == [
        ("1281-lund", "same_bytes", True),
        ("1286-ystad", "same_bytes", True),
    ]
    assert not any(v.because for v in found)


def test_a_path_to_the_page_is_enough(out: Path):
    page = out / "1281-lund" / "lagesbild" / "report.html"
    assert engine.reports_in(page) == [page.parent]
    with pytest.raises(FileError, match="holds no report") as caught:
        engine.reports_in(out.parent / "data")
    assert "Peka ut rapportens mapp" in caught.value.svenska


def test_what_has_changed_is_named(out: Path, tmp_path: Path):
    """A page edited by hand, and a folder whose texts are others now."""
    copy = tmp_path / "kopia"
    shutil.copytree(out, copy)
    page = copy / "1281-lund" / "lagesbild" / "report.html"
    page.write_bytes(page.read_bytes().replace(b"Lund", b"Lurd"))
    data = tmp_path / "data"
    shutil.copytree(out.parent / "data", data)
    write_words(data, "Andra ord.")
    lund, ystad = engine.verify(engine.reports_in(copy), data=data)
    assert (lund.result, lund.good, list(lund.changed)) == ("same_bytes", False, ["report.html"])
    assert (ystad.result, ystad.good) == ("differs", False)
    assert "report.html" in ystad.differs
    assert "kommunens texter är andra" in ystad.because


def test_a_report_from_a_folder_needs_the_folder(out: Path):
    (ystad,) = engine.verify([out / "1286-ystad" / "lagesbild"])
    assert ystad.result == "failed"
    assert "--data" in ystad.reason


def test_other_versions_are_compared_by_tables(out: Path, tmp_path: Path):
    new = out / "1281-lund" / "lagesbild"
    old = tmp_path / "lagesbild"
    shutil.copytree(new, old)
    said = json.loads((old / manifest.MANIFEST).read_text(encoding="utf-8"))
    said["libraries"]["pandas"] = "2.9"
    said["outputs"]["report.html"] = "0" * 64
    (old / manifest.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    found = compare(old, new)
    assert found.result == "same_tables"
    assert any(line.startswith("bibliotek pandas: 2.9 i rapporten") for line in found.because)
    table = next(name for name in said["outputs"] if name.startswith("tables/maskin/"))
    said["outputs"][table] = "0" * 64
    (old / manifest.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    assert compare(old, new).result == "differs"


def test_inputs_and_parameters_are_named():
    was = {"version": "0.1", "inputs": [{"file": "a.csv", "sha256": "1" * 64}], "parameters": {"year": 2023}}
    now = {
        "version": "0.2",
        "inputs": [{"file": "a.csv", "sha256": "2" * 64}, {"file": "b", "sha256": "3" * 64}],
        "parameters": {},
    }
    assert differences(was, now) == [
        "kunskapsbaserat: 0.1 i rapporten, 0.2 nu",
        "parameter year: 2023 i rapporten, saknas nu",
        f"indata a.csv: {'1' * 12} i rapporten, {'2' * 12} nu",
        f"indata b: saknas i rapporten, {'3' * 12} nu",
    ]
    assert differences(was, was) == []


@pytest.mark.filterwarnings("ignore")
def test_a_batch_by_dask(out: Path, tmp_path: Path):
    """A cluster on this machine: the reports come back as bytes, the same as those made here; a failure comes back too."""
    distributed = pytest.importorskip("distributed")
    from kunskapsbaserat.engine.executors.dask import DaskExecutor

    wanted = [
        engine.Wanted("lagesbild", kommun.get("Lund"), parameters={"year": 2023}),
        engine.Wanted("lagesbild", kommun.get("Ystad"), parameters={"year": 1999}),
    ]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        lund, ystad = engine.render_many(wanted, out=tmp_path, executor=DaskExecutor(cluster.scheduler_address))
    assert lund.status == "done", lund.failure
    assert ystad.failure is not None
    assert ystad.failure.cell_id == "kb-las"
    assert "OptionError" in ystad.log.read_text(encoding="utf-8")
    assert manifest.outputs_of(lund.folder) == manifest.outputs_of(out / "1281-lund" / "lagesbild")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".loggar", "1281-lund"]
