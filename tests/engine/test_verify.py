"""Verify: the same bytes, a changed file, another input, another version."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    (old / "report.html").write_text("som den andra versionen gjorde den")
    said["outputs"]["report.html"] = manifest.file_sha256(old / "report.html")
    (old / manifest.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    found = compare(old, new)
    assert (found.result, found.good, found.undecided) == ("same_tables", False, True)
    assert any(line.startswith("bibliotek pandas: 2.9 i rapporten") for line in found.because)
    table = next(name for name in said["outputs"] if name.startswith("tables/maskin/"))
    said["outputs"][table] = "0" * 64
    (old / manifest.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    assert compare(old, new).result == "differs"


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from _leaves(inner, (*path, key))


def test_no_claim_of_a_manifest_is_taken_on_trust(out: Path, tmp_path: Path):
    """Every entry removed and every text changed, one at a time, with a forged page that the manifest vouches for."""
    true = out / "1281-lund" / "lagesbild"
    forged = tmp_path / "lagesbild"
    shutil.copytree(true, forged)
    page = forged / "report.html"
    page.write_bytes(page.read_bytes().replace(b"Lund", b"Lurd"))
    said = json.loads((forged / manifest.MANIFEST).read_text(encoding="utf-8"))
    said["outputs"]["report.html"] = manifest.file_sha256(page)
    tried = 0
    for *path, last in [("run",), *(leaf for leaf in _leaves(said) if leaf != ("outputs",))]:
        changed = copy.deepcopy(said)
        inner = changed
        for key in path:
            inner = inner[key]
        for value in (None, "en lögn"):
            if value is None and isinstance(inner, dict):
                inner.pop(last)
            else:
                inner[last] = value
            (forged / manifest.MANIFEST).write_text(json.dumps(changed), encoding="utf-8")
            assert not compare(forged, true).good, (*path, last, value)
            tried += 1
    assert tried > 100


def test_a_lie_about_the_inputs_is_found_beside_a_true_page(out: Path, tmp_path: Path):
    true = out / "1281-lund" / "lagesbild"
    said = json.loads((true / manifest.MANIFEST).read_text(encoding="utf-8"))
    other = tmp_path / "lagesbild"
    shutil.copytree(true, other)
    for leaf in [path for path in _leaves(said) if path[0] not in ("run", "outputs", "made_of_sha256", "formats")]:
        changed = copy.deepcopy(said)
        inner = changed
        for key in leaf[:-1]:
            inner = inner[key]
        inner[leaf[-1]] = "en lögn"
        (other / manifest.MANIFEST).write_text(json.dumps(changed), encoding="utf-8")
        assert not compare(other, true).good, leaf


def test_files_that_nobody_vouches_for(out: Path, tmp_path: Path):
    true = out / "1281-lund" / "lagesbild"
    other = tmp_path / "lagesbild"
    shutil.copytree(true, other)
    (other / "tables" / "falsk.csv").write_text("x")
    found = compare(other, true)
    assert (found.result, found.good, found.undecided, found.unknown) == ("same_bytes", False, True, ["tables/falsk.csv"])


def test_a_manifest_chooses_no_template_and_no_folder(out: Path, tmp_path: Path):
    true = out / "1281-lund" / "lagesbild"
    other = tmp_path / "lagesbild"
    shutil.copytree(true, other)
    said = json.loads((true / manifest.MANIFEST).read_text(encoding="utf-8"))
    (other / manifest.MANIFEST).write_text(json.dumps(said | {"template": "../../ond"}), encoding="utf-8")
    (found,) = engine.verify([other])
    assert found.result == "failed"
    assert "nämner mallen" in found.reason
    said["chosen"]["data"] = str(out.parent / "data")
    (other / manifest.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    (found,) = engine.verify([other])
    assert found.result == "differs", "the folder that the manifest names was not read"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"formats": ["exe"]}, "exe"),
        ({"formats": [["word"]]}, "är ändrad"),
        ({"chosen": {"kommun": "Lund", "aar": 2023}}, "aar"),
        ({"chosen": {"kommun": ["Lund"]}}, "kommun"),
        ({"chosen": {}}, "Ingen kommun"),
        ({"inputs": [{"file": ["a"], "sha256": "b"}]}, "är ändrad"),
        ({"notebook": None, "own_notebook": True}, "är ändrad"),
    ],
)
def test_a_strange_manifest_stops_no_other_report(out: Path, tmp_path: Path, changes: dict[str, Any], reason: str):
    folders = [tmp_path / "sann", tmp_path / "underlig"]
    for folder in folders:
        shutil.copytree(out / "1286-ystad" / "lagesbild", folder)
    record = json.loads((folders[1] / manifest.MANIFEST).read_text(encoding="utf-8"))
    (folders[1] / manifest.MANIFEST).write_text(json.dumps(record | {"own_folder": False} | changes), encoding="utf-8")
    true, strange = engine.verify(folders)  # without --data: the true one stops there, so that nothing is rendered here
    assert "--data" in true.reason
    assert strange.result == "failed"
    assert reason in strange.reason


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
