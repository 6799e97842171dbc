"""A signature holds for the report that was signed and for nothing else; keys are made once and read with care."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kunskapsbaserat import cli, cli_rapport, engine, kommun
from kunskapsbaserat.engine import manifest, signing
from kunskapsbaserat.engine.job import Job
from kunskapsbaserat.engine.placing import MANIFEST, SIGNATURE, move_into_place
from kunskapsbaserat.errors import FileError, RenderError


def report(folder: Path, page: str = "sidan") -> Path:
    """A report as the engine writes it, without a notebook having run."""
    (folder / "tables").mkdir(parents=True)
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "tables" / "a.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    template = engine.template_path("lagesbild")
    job = Job("lagesbild", template, "2081", {"kommun": "2081"}, None, folder, folder / "logg", "0" * 64, ours=True, formats=())
    manifest.write(folder, {"template": "lagesbild", "parameters": {}, "inputs": []}, job=job, run={})
    return folder


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    path = tmp_path_factory.mktemp("nycklar å") / "nyckel.pem"
    return path, signing.new_key(path)


def kunskap(*words: str) -> Any:
    return CliRunner().invoke(cli.cli, list(words), standalone_mode=False)


def test_what_was_signed_is_valid(tmp_path: Path, keys: tuple[Path, Path]):
    secret, public = keys
    folder = report(tmp_path / "lagesbild")
    signing.sign([folder], secret)
    first = (folder / SIGNATURE).read_bytes()
    (checked,) = signing.check([folder], public)
    assert (checked.result, checked.good, checked.changed, checked.unknown) == ("valid", True, [], [])
    signing.sign([folder], secret)
    assert (folder / SIGNATURE).read_bytes() == first
    assert manifest.outputs_of(folder).keys() == {"report.html", "tables/a.csv"}


def test_every_tampering_is_noticed(tmp_path: Path, keys: tuple[Path, Path]):
    secret, public = keys
    true = report(tmp_path / "sann")
    signing.sign([true], secret)
    other, other_public = tmp_path / "annan.pem", signing.new_key(tmp_path / "annan.pem")
    signature = json.loads((true / SIGNATURE).read_text())

    def after(change: Any) -> signing.Checked:
        folder = tmp_path / "andrad"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(true, folder)
        change(folder)
        return signing.check([folder], public)[0]

    def write(name: str, text: str) -> Any:
        return lambda folder: (folder / name).write_text(text, encoding="utf-8")

    def forge(folder: Path) -> None:
        """Another page, and a manifest that vouches for it, with the old signature."""
        (folder / "report.html").write_text("falsk", encoding="utf-8")
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        record["outputs"] = manifest.outputs_of(folder)
        (folder / MANIFEST).write_text(json.dumps(record), encoding="utf-8")

    assert after(Path.exists).good
    assert after(write("report.html", "falsk")).changed == ["report.html"]
    assert after(lambda folder: (folder / "tables" / "a.csv").unlink()).changed == ["tables/a.csv"]
    assert after(forge).result == "changed"
    assert after(lambda folder: (folder / SIGNATURE).unlink()).result == "unsigned"
    assert after(write(SIGNATURE, "inget")).result == "changed"
    assert after(write(SIGNATURE, "[" * 100_000)).result == "changed"
    assert after(write(SIGNATURE, json.dumps(signature | {"signature": "å"}))).result == "changed"
    assert after(write(SIGNATURE, json.dumps(signature | {"key": "0" * 16}))).result == "other_key"
    assert after(lambda folder: signing.sign([folder], other)).result == "other_key"
    assert signing.check([true], other_public)[0].result == "other_key"
    more = after(write("tables/falsk.csv", "x"))
    assert (more.result, more.good, more.undecided, more.unknown) == ("valid", False, True, ["tables/falsk.csv"])


def test_what_is_no_signature_is_a_file_that_nobody_vouches_for(tmp_path: Path):
    folder = report(tmp_path / "lagesbild")
    (folder / SIGNATURE).write_text("<script>", encoding="utf-8")
    assert SIGNATURE in manifest.outputs_of(folder)


def test_a_changed_report_is_not_signed_and_none_beside_it(tmp_path: Path, keys: tuple[Path, Path]):
    good, bad = report(tmp_path / "god"), report(tmp_path / "ond")
    (bad / "report.html").write_text("falsk", encoding="utf-8")
    with pytest.raises(FileError, match="changed or removed") as caught:
        signing.sign([good, bad], keys[0])
    assert "Skapa rapporten igen" in caught.value.svenska
    assert not (good / SIGNATURE).exists()


def test_a_new_report_has_not_the_old_ones_signature(tmp_path: Path, keys: tuple[Path, Path]):
    target = report(tmp_path / "lagesbild", "gammal")
    signing.sign([target], keys[0])
    (target / "egen.txt").write_text("min", encoding="utf-8")
    move_into_place(report(tmp_path / "ny", "ny"), target)
    assert (target / "egen.txt").is_file()
    assert not (target / SIGNATURE).exists()


def test_keys_are_never_written_over_and_only_the_owner_reads_the_secret_one(tmp_path: Path, keys: tuple[Path, Path]):
    secret, _ = keys
    with pytest.raises(FileError, match="not written over"):
        signing.new_key(secret)
    assert os.name != "posix" or secret.stat().st_mode & 0o077 == 0
    (tmp_path / "b.pem.pub").write_text("x")
    with pytest.raises(FileError, match="not written over"):
        signing.new_key(tmp_path / "b.pem")
    assert not (tmp_path / "b.pem").exists()
    with pytest.raises(RenderError) as caught:
        signing.new_key(tmp_path / "finns inte" / "c.pem")
    assert caught.value.svenska.startswith("Nyckeln kunde inte skrivas. ")


@pytest.mark.parametrize("content", [b"", b"inte en nyckel", None])
def test_a_key_that_is_none(tmp_path: Path, content: bytes | None):
    path = tmp_path / "nyckel å"
    if content is not None:
        path.write_bytes(content)
    folder = report(tmp_path / "lagesbild")
    for use in (lambda: signing.sign([folder], path), lambda: signing.check([folder], path)):
        with pytest.raises(FileError) as caught:
            use()
        assert "nyckel" in caught.value.svenska


def test_the_keys_are_not_taken_for_each_other(tmp_path: Path, keys: tuple[Path, Path]):
    secret, public = keys
    folder = report(tmp_path / "lagesbild")
    with pytest.raises(FileError, match="no Ed25519 key"):
        signing.sign([folder], public)
    with pytest.raises(FileError, match="no Ed25519 key"):
        signing.check([folder], secret)


def test_on_the_command_line(tmp_path: Path):
    folder, key = report(tmp_path / kommun.get("Borlänge").slug / "lagesbild"), tmp_path / "nyckel.pem"
    done = kunskap("signera", str(folder.parent), "--ny-nyckel", str(key))
    assert done.return_value == 0, done.output
    assert f"{folder}: signerad" in done.stdout
    checked = kunskap("verifiera", str(folder), "--nyckel", f"{key}.pub")
    assert (checked.return_value, "signaturen stämmer" in checked.stdout) == (0, True)
    (folder / "extra.txt").write_text("x")
    more = kunskap("verifiera", str(folder), "--nyckel", f"{key}.pub")
    assert (more.return_value, "ingår inte i det som signerades: extra.txt" in more.stdout) == (10, True)
    (folder / "report.html").write_text("falsk")
    told = kunskap("verifiera", str(folder), "--nyckel", f"{key}.pub", "--json")
    assert (told.return_value, json.loads(told.stdout)[0]["changed"]) == (6, ["report.html"])
    for words in (["signera"], ["signera", str(folder)], ["signera", "--nyckel", str(key)]):
        assert isinstance(kunskap(*words).exception, cli_rapport.WrongChoice)
    both = kunskap("verifiera", str(folder), "--nyckel", f"{key}.pub", "--mot-nytt")
    assert isinstance(both.exception, cli_rapport.WrongChoice)
