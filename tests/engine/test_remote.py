"""Folders at an address: a länspaket is read, reports stand there whole, and what others have put beside them stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner
from test_verify import write_words

from fresh import fresh_folder
from kunskapsbaserat import cli, engine, extras
from kunskapsbaserat.data.est import secret
from kunskapsbaserat.errors import RenderError


@pytest.fixture
def store() -> Any:
    """An object store in this process's memory, empty."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    return system


def put(store: Any, address: str, folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            store.pipe_file(f"/{address}/{path.relative_to(folder).as_posix()}", path.read_bytes())


def kunskap(*words: str) -> Any:
    return CliRunner().invoke(cli.cli, ["rapport", "lagesbild", *words], standalone_mode=False)


@pytest.mark.thorough
def test_from_a_lanspaket_in_a_store_to_a_store(store: Any, tmp_path: Path):
    """The same bytes as by paths; again only what has changed; own files stay, those of an older report go."""
    secret.of(fresh_folder(tmp_path / "paket" / "mora", "Mora"))  # else the first report makes it, and is of another folder
    put(store, "hink/paket", tmp_path / "paket")
    done = kunskap("--data", "memory://hink/paket", "--ut", "memory://ut/rapporter")
    assert done.return_value == 0, done.stderr
    assert done.stdout.strip() == "memory://ut/rapporter/2062-mora/lagesbild/report.html"
    engine.render("lagesbild", "Mora", out=tmp_path / "ut", data=tmp_path / "paket" / "mora")
    here = tmp_path / "ut" / "2062-mora" / "lagesbild"
    there = "/ut/rapporter/2062-mora/lagesbild"
    made = {path.relative_to(here).as_posix(): path.read_bytes() for path in here.rglob("*") if path.is_file()}
    found = {path[len(there) + 1 :]: store.cat_file(path) for path in store.find(there)}
    assert found.keys() == made.keys()
    assert {name for name in made if found[name] != made[name]} == {"manifest.json"}  # its run block

    store.pipe_file(f"{there}/anteckning.txt", b"egen")
    store.pipe_file(f"{there}/tables/gammal.csv", b"x")
    again = kunskap("--data", "memory://hink/paket", "--ut", "memory://ut/rapporter", "--fortsatt")
    assert "fanns redan" in again.stderr
    write_words(tmp_path / "paket" / "mora", "Nya ord.")
    put(store, "hink/paket", tmp_path / "paket")
    changed = kunskap("--data", "memory://hink/paket", "--ut", "memory://ut/rapporter", "--fortsatt")
    assert "fanns redan" not in changed.stderr
    assert b"Nya ord." in store.cat_file(f"{there}/report.html")
    assert store.cat_file(f"{there}/anteckning.txt") == b"egen"


def test_only_what_changed_is_written_and_the_manifest_last(store: Any, monkeypatch: pytest.MonkeyPatch):
    for name in ("a.csv", "manifest.json", "report.html"):
        store.pipe_file(f"/ut/r/{name}", b"1")
    written: list[str] = []
    pipe = store.pipe_file
    monkeypatch.setattr(type(store), "pipe_file", lambda _, path, value: (written.append(path), pipe(path, value)))
    with engine.folder("memory://ut") as out:
        out.fetch("r")
        for name in ("manifest.json", "report.html"):
            (out.here / "r" / name).write_bytes(b"2")
        (out.here / "r" / "a.csv").unlink()
        out.put("r")
        out.put()
    assert written == ["/ut/r/report.html", "/ut/r/manifest.json"]
    assert store.find("/ut") == ["/ut/r/manifest.json", "/ut/r/report.html"]


def test_the_day_of_a_file_follows_it(store: Any):
    """A report prints it: it is not the day on which the copy was made."""
    store.pipe_file("/d/fil.csv", b"1")
    store.store["/d/fil.csv"].modified = store.store["/d/fil.csv"].modified.replace(year=2024)
    with engine.folder("memory://d") as folder:
        folder.fetch()
        assert (folder.here / "fil.csv").stat().st_mtime == store.store["/d/fil.csv"].modified.timestamp()


@pytest.mark.parametrize("address", ["okand://hink/mapp", "ftp3://x/y"])
def test_an_address_that_nothing_can_open(address: str):
    with pytest.raises(RenderError) as caught, engine.folder(address):
        pass
    assert address in caught.value.svenska
    assert extras.command("dask") in caught.value.svenska


def test_a_store_that_refuses(store: Any, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(type(store), "pipe_file", refuse)
    with engine.folder("memory://ut") as out:
        out.here.mkdir()
        (out.here / "index.html").write_text("x")
        with pytest.raises(RenderError) as caught:
            out.put()
    assert "Det går inte att läsa eller skriva i memory://ut: Access Denied" in caught.value.svenska
