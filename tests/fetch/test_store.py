"""The store: nothing is rewritten, and nothing is lost when a run stops at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kunskapsbaserat.data.fetch import store as stores
from kunskapsbaserat.data.fetch.store import Store
from kunskapsbaserat.errors import FileError

ABOUT = {"key": "/a", "method": "GET", "address": "http://127.0.0.1/a", "status": 200, "licence": "CC0"}


def test_an_answer_comes_back_as_it_was(tmp_path: Path):
    store = Store(tmp_path / "lager")
    entry = store.keep(b'{"values": []}', run="1", source="kolada", about=ABOUT)
    assert store.content(entry) == b'{"values": []}'
    assert store.answers("kolada", "1") == {"/a": entry}
    assert entry.bytes == 14
    assert Store(tmp_path / "lager").entries() == [entry]


def test_the_same_bytes_are_kept_once_and_the_log_only_grows(tmp_path: Path):
    store = Store(tmp_path)
    store.keep(b"x", run="1", source="kolada", about=ABOUT)
    before = (tmp_path / stores.LOG).read_bytes()
    store.keep(b"x", run="2", source="kolada", about=ABOUT)
    assert (tmp_path / stores.LOG).read_bytes().startswith(before)
    assert len(list((tmp_path / "kolada").iterdir())) == 1
    assert len(store.entries()) == 2


def test_only_a_closed_run_is_read_again(tmp_path: Path):
    store = Store(tmp_path)
    for run in ("1", "2"):
        store.keep(run.encode(), run=run, source="kolada", about=ABOUT)
    store.close("1", "kolada")
    assert store.closed_runs("kolada") == ["1"]
    assert store.closed_runs("scb") == []


@pytest.mark.parametrize("left", [1, 20, -1])
def test_a_line_that_was_cut_off_is_no_line_and_the_next_one_is_whole(tmp_path: Path, left: int):
    store = Store(tmp_path)
    first = store.keep(b"1", run="1", source="kolada", about=ABOUT)
    store.keep(b"2", run="1", source="kolada", about=ABOUT | {"key": "/b"})
    log = tmp_path / stores.LOG
    one, two = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(one + two[:left])
    third = store.keep(b"3", run="1", source="kolada", about=ABOUT | {"key": "/c"})
    entries = store.entries()
    assert entries[0] == first
    assert entries[-1] == third
    assert len(entries) == (3 if left == -1 else 2)  # all but its line end is a whole line


def test_bytes_that_somebody_changed_are_refused(tmp_path: Path):
    store = Store(tmp_path)
    entry = store.keep(b"{}", run="1", source="kolada", about=ABOUT)
    next((tmp_path / "kolada").iterdir()).write_bytes(b"[]")
    with pytest.raises(FileError, match="not what was kept") as caught:
        store.content(entry)
    assert "hämta på nytt" in caught.value.svenska
    store.keep(b"{}", run="2", source="kolada", about=ABOUT)  # and the right bytes mend it
    assert store.content(entry) == b"{}"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str):
    store = Store(tmp_path)
    store.keep(b"1", run="1", source="kolada", about=ABOUT)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full) if call == "fsync" else patch.setattr(Path, "replace", full)
        with pytest.raises(FileError, match="No space left") as caught:
            store.keep(b"2", run="1", source="kolada", about=ABOUT | {"key": "/b"})
    assert "orört" in caught.value.svenska
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_folder_that_is_a_file_is_said(tmp_path: Path):
    (tmp_path / "lager").write_text("")
    with pytest.raises(FileError, match="lager") as caught, Store(tmp_path / "lager").locked():
        pass
    assert "går inte att skriva" in caught.value.svenska


def test_one_run_at_a_time(tmp_path: Path):
    store, order = Store(tmp_path), []

    def hold() -> None:
        with store.locked():
            order.append("first in")
            time.sleep(0.3)
            order.append("first out")

    thread = threading.Thread(target=hold)
    thread.start()
    time.sleep(0.1)
    with Store(tmp_path).locked():
        order.append("second in")
    thread.join()
    assert order == ["first in", "first out", "second in"]


def test_a_run_that_does_not_end_is_not_waited_for_for_ever(tmp_path: Path):
    with Store(tmp_path).locked(), pytest.raises(FileError, match="another fetch"), Store(tmp_path).locked(patience=0.05):
        pass


WRITER = """
import sys
from kunskapsbaserat.data.fetch.store import Store
store = Store(sys.argv[1])
with store.locked():
    print("ready", flush=True)
    for at in range(100_000):
        run = store.new_run()
        for part in range(3):
            about = {"key": f"/{part}", "method": "GET", "address": "http://127.0.0.1", "status": 200}
            store.keep(f"{run} {part} ".encode() * 500, run=run, source="kolada", about=about)
        store.close(run, "kolada")
"""


def test_a_killed_run_loses_nothing_that_was_whole(tmp_path: Path):
    """benchmarks/fetch_kill.py does it 200 times."""
    drawn = random.Random(1)
    whole = 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(drawn.uniform(0.02, 0.15))
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        process.wait()
        process.stdout.close()
        store = Store(tmp_path)
        runs = store.closed_runs("kolada")
        assert len(runs) >= whole
        whole = len(runs)
        for run in runs:
            answers = store.answers("kolada", run)
            assert {key: store.content(entry) for key, entry in answers.items()} == {
                f"/{part}": f"{run} {part} ".encode() * 500 for part in range(3)
            }
    assert whole > 3
    with store.locked():
        assert list((tmp_path / "kolada").glob(".*.ny")) == []


def test_every_line_says_what_was_asked_and_what_came(tmp_path: Path):
    store = Store(tmp_path)
    store.keep(b"{}", run="1", source="kolada", about=ABOUT | {"headers": {"ETag": "x"}, "version": "0.1", "purpose": "prov"})
    line = json.loads((tmp_path / stores.LOG).read_text())
    assert set(line) >= {"time", "address", "method", "sha256", "status", "headers", "bytes", "version", "licence", "purpose"}
