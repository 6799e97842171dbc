"""Ctrl-C at a hundred lines of what moves reports and writes the page over them: old or new, never neither, nothing beside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kunskapsbaserat import engine, interruption, kommun
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.job import Completion, Ended, Job

POSIX = os.name == "posix"
TRACED = ("batch.py", "placing.py", "rooms.py", "index.py")


class Quick:
    """Reports of one line, made at once."""

    name = "quick"

    def run(self, jobs: Sequence[Job], *, workers: int, limit: float | None) -> Generator[Ended]:  # noqa: ARG002
        for job in jobs:
            job.folder.mkdir()
            (job.folder / "report.html").write_text("ny")
            outputs = manifest.outputs_of(job.folder)
            (job.folder / "manifest.json").write_text(json.dumps({"outputs": outputs}))
            files = outputs | {"manifest.json": manifest.file_sha256(job.folder / "manifest.json")}
            yield Ended(job, "done", 0.0, completion=Completion(files, 0, warm=False, seconds=0.0))


class Interrupter:
    """Sends the signal when line number `at` of the traced modules is reached."""

    def __init__(self, at: int | None) -> None:
        self.at, self.lines = at, 0

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        if Path(frame.f_code.co_filename).name not in TRACED or "engine" not in frame.f_code.co_filename:
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                signal.raise_signal(signal.SIGINT)
        return self


@pytest.fixture(autouse=True)
def _default_interrupt():
    """The tests themselves may have been started in the background, where interruptions are ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def batch(out: Path, at: int | None) -> tuple[bool, int]:
    """Was a batch of two over older reports interrupted, and how many lines did it run?"""
    for place in (kommun.get("2080"), kommun.get("2081")):
        folder = out / place.slug / "lagesbild"
        folder.mkdir(parents=True)
        (folder / "report.html").write_text("gammal")
    wanted = [engine.Wanted("lagesbild", kommun.get("2080")), engine.Wanted("lagesbild", kommun.get("2081"))]
    interrupter, traced = Interrupter(at), sys.gettrace()
    try:
        sys.settrace(interrupter)
        engine.write_index(out, engine.render_many(wanted, out=out, executor=Quick()))
    except KeyboardInterrupt:
        return True, interrupter.lines
    finally:
        sys.settrace(traced)
    return False, interrupter.lines


@pytest.mark.thorough
def test_at_every_third_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(manifest, "inputs_digest", lambda *_: "")  # reads every file of the package
    monkeypatch.setattr("kunskapsbaserat.engine.batch.require_makeable", lambda _: None)  # reads the templates
    batch(tmp_path / "first", None)  # what is loaded at the first time only
    _, lines = batch(tmp_path / "whole", None)
    assert lines > 100
    for at in range(1, lines + 1, 3):
        out = tmp_path / str(at)
        interrupted, _ = batch(out, at)
        assert interrupted, at
        assert {p.name for p in out.iterdir()} <= {".loggar", "2080-falun", "2081-borlange", "index.html"}, at
        assert [p.read_text() in ("gammal", "ny") for p in sorted(out.glob("*/lagesbild/report.html"))] == [True, True], at


def test_held_back_until_the_block_has_ended():
    done = []

    def interrupted() -> None:
        with interruption.held():
            signal.raise_signal(signal.SIGINT)
            done.append("whole")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["whole"]


def test_an_interruption_is_not_lost_when_the_block_fails():
    def interrupted() -> None:
        with interruption.held():
            signal.raise_signal(signal.SIGINT)
            raise OSError("a child that died of it")

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_an_interruption_whose_exception_is_lost_is_noted():
    class Last:
        def __del__(self) -> None:
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                return

    with interruption.noted() as came:
        Last()
    assert came == [signal.SIGINT]


@pytest.mark.skipif(not POSIX, reason="signal masks and process groups")
def test_a_program_that_ignores_it_goes_on_ignoring():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruption.held(), interruption.noted():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not POSIX, reason="signal masks and process groups")
def test_a_process_that_is_being_started_does_not_hear_it():
    """Started in the background, the parent ignores it and the children alone would die: the batch then ended in 6."""
    asks = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    with interruption.unheard_by_children():
        inside = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    outside = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert (inside.stdout.strip(), outside.stdout.strip()) == ("True", "False")


STARTS = """
import signal, sys
from kunskapsbaserat import cli
signal.signal(signal.SIGINT, signal.default_int_handler)
install = signal.signal
def told(number, handler):
    before = install(number, handler)
    print("hears", flush=True)
    signal.signal = install
    return before
signal.signal = told
cli.main()
"""


@pytest.mark.thorough
@pytest.mark.skipif(not POSIX, reason="process groups")
def test_one_exit_code_at_any_moment(tmp_path: Path):
    """To the whole group, as a terminal does, all at once: importing, starting, warming up."""
    running = []
    for number, seconds in enumerate((0.0, 0.1, 0.3, 0.7, 1.5)):
        out = tmp_path / str(number)
        words = [sys.executable, "-c", STARTS, "rapport", "lagesbild", "Borlänge", "Falun", "--ut", str(out)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        running.append((process, seconds, out))
    for process, _, _ in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"hears\n"
    began = time.monotonic()
    for process, seconds, _ in running:  # each at its own time: none has to wait for how another one ends
        time.sleep(max(0.0, began + seconds - time.monotonic()))
        os.killpg(process.pid, signal.SIGINT)
    for process, seconds, out in running:
        _, errors = process.communicate()
        assert process.returncode == interruption.EXIT_CODE, (seconds, errors.decode())
        assert "Avbrutet" in errors.decode()
        assert not out.exists() or {p.name for p in out.iterdir()} <= {".loggar"}
