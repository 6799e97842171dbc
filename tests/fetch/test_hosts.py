"""Several hosts are asked side by side, and each of them one question at a time."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from replica import Asked, Replica, encode, send

from conftest import QUICK, Serving
from kunskapsbaserat import kommun
from kunskapsbaserat.data import fetched, folder
from kunskapsbaserat.data.fetch import run, sources
from kunskapsbaserat.data.fetch.hosts import Stopped, at_once
from kunskapsbaserat.data.fetch.store import Store


def test_hosts_wait_for_themselves_alone():
    met = threading.Barrier(3, timeout=20)  # passed only when three hosts are asked at the same time
    busy: dict[str, threading.Lock] = {host: threading.Lock() for host in "abc"}

    def task(host: str, number: int) -> tuple[str, int]:
        assert busy[host].acquire(blocking=False)  # no two questions to one host
        met.wait()
        busy[host].release()
        return host, number

    tasks = [(host, lambda host=host, number=number: task(host, number)) for number in range(2) for host in "abc"]
    assert at_once(tasks, threading.Event()) == [(host, number) for number in range(2) for host in "abc"]


@pytest.mark.thorough
@pytest.mark.usefixtures("small")
def test_the_same_comes_side_by_side_as_after_one_another(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place, came = kommun.get("Köping"), {}
    for side_by_side in (False, True):
        monkeypatch.setattr(run, "HOSTS_AT_ONCE", side_by_side)
        home, parent = tmp_path / str(side_by_side), tmp_path / str(side_by_side) / "lager"
        folder.create(home, place, {})
        with serving():
            summary = run.fetch({place: home}, parent, limits=dataclasses.replace(QUICK, seconds=30, silence=20))
        assert [one.error for one in summary.services] == [None] * len(sources.SOURCES)
        assert [one.name for one in summary.services] == [source.name for source in sources.SOURCES]
        assert len(Store(parent).entries()) == sum(1 for line in (parent / "logg.jsonl").read_bytes().splitlines() if line)
        came[side_by_side] = {path.name: path.read_bytes() for path in (home / fetched.FOLDER).iterdir()}
    assert came[True] == came[False]


def test_an_error_stops_the_others_and_is_raised():
    stop = threading.Event()

    def asks_until_stopped() -> None:
        assert stop.wait(20)
        raise Stopped

    def fails() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        at_once([("a", asks_until_stopped), ("b", fails), ("a", asks_until_stopped)], stop)


def test_ctrl_c_stops_what_is_asked(monkeypatch: pytest.MonkeyPatch):
    stop, asking = threading.Event(), threading.Event()

    class Interrupted:
        def set_result(self, _: object) -> None: ...
        def set_exception(self, error: BaseException) -> None:
            assert isinstance(error, Stopped)
            asking.set()

        def exception(self) -> None:
            raise KeyboardInterrupt

    def asks_until_stopped() -> None:
        assert stop.wait(20)
        raise Stopped

    monkeypatch.setattr("kunskapsbaserat.data.fetch.hosts.Future", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        at_once([("a", asks_until_stopped)], stop)
    assert asking.wait(20)


@pytest.mark.usefixtures("small")
def test_nothing_is_kept_or_said_after_an_interrupted_call(serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In a notebook the process lives on after Ctrl-C, and so do threads that wait for an answer."""
    monkeypatch.setattr(run, "HOSTS_AT_ONCE", True)
    home, store = tmp_path / "koping", tmp_path / "lager"
    folder.create(home, kommun.get("Köping"), {})
    held, asked, let_go, answered, said = set(), threading.Semaphore(0), threading.Event(), threading.Semaphore(0), []

    def holds(replica: Replica, handler: BaseHTTPRequestHandler, request: Asked, document: object) -> bool:
        """The right answer of each service's second question, but not before the call has returned."""
        if sum(one.service == request.service for one in replica.asked) == 2 and request.service not in held:
            held.add(request.service)
            asked.release()
            assert let_go.wait(60)
            send(handler, encode(document))
            answered.release()
            return True
        return False

    class Pressed:
        """Ctrl-C is felt where the caller's thread waits, which is for a result."""

        def __init__(self) -> None:
            self.done: Future = Future()
            self.set_result, self.set_exception, self.result = self.done.set_result, self.done.set_exception, self.done.result

        def exception(self) -> None:
            for _ in range(3):
                assert asked.acquire(timeout=60)
            raise KeyboardInterrupt

    monkeypatch.setattr("kunskapsbaserat.data.fetch.hosts.Future", Pressed)
    with serving(holds):
        before = set(threading.enumerate())
        with pytest.raises(KeyboardInterrupt):
            run.fetch({kommun.get("Köping"): home}, store, told=said.append, limits=dataclasses.replace(QUICK, seconds=90))
        kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != ".las"}
        known = list(said)
        with Store(store).locked(patience=0):  # the lock is let go at once
            pass
        let_go.set()
        for _ in held:
            assert answered.acquire(timeout=60)
        for thread in set(threading.enumerate()) - before:
            if thread.name.endswith("(work)") or thread.name.endswith("(run)"):
                thread.join(60)
                assert not thread.is_alive()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != ".las"} == kept
    assert said == known
    assert not Store(store).closed_runs("kolada")
