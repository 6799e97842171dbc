"""The power goes at every line of a move: the report is there, old or new, and nobody's own words are lost."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kunskapsbaserat.data import locks
from kunskapsbaserat.engine import placing, rooms

OWN = {"anteckningar.txt": "min text", "bilder/plats.txt": "en bild"}
FILLED_IN = "kommunens ord"


def report(folder: Path, page: str) -> Path:
    """A report as the engine makes it."""
    folder.mkdir(parents=True)
    files = {"report.html": page, "report.docx": "tomt"}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    outputs = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    return folder


def with_own_files(folder: Path) -> Path:
    """What people have put into it: files of their own, and words in the Word document."""
    for name, text in OWN.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "report.docx").write_text(FILLED_IN, encoding="utf-8")
    return folder


def stopped_at(line: int, fresh: Path, target: Path) -> bool:
    """Move, in a process that ends without a word at a line of the module; True when it came so far."""
    child = os.fork()
    if child == 0:
        lines = 0

        def trace(frame, event, _):
            nonlocal lines
            if Path(frame.f_code.co_filename).name not in ("placing.py", "shutil.py"):
                return None
            lines += event == "line"
            if lines == line:
                os._exit(9)
            return trace

        sys.settrace(trace)
        placing.move_into_place(fresh, target)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def every_line(room: Path) -> int:
    """The program below: how many lines were tried; raises when something is lost."""
    for line in range(1, 10_000):
        here = room / str(line)
        target = with_own_files(report(here / "lagesbild", "gammal"))
        came = stopped_at(line, report(here / "ny", "ny"), target)
        shutil.rmtree(here / "ny", ignore_errors=True)  # rooms are swept
        placing.settle(target)
        assert (target / "report.html").read_text() in ("gammal", "ny"), line
        placing.move_into_place(report(here / "nasta", "nasta"), target)
        assert (target / "report.html").read_text() == "nasta", line
        assert {name: (target / name).read_text() for name in OWN} == OWN, line
        assert (target / "report-ifylld.docx").read_text() == FILLED_IN, line
        assert not (target / "report-ifylld-2.docx").exists(), line
        assert [p.name for p in here.iterdir()] == ["lagesbild"], line
        shutil.rmtree(here)
        if not came:
            return line
    raise AssertionError("it never ends")


@pytest.mark.thorough
@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_stopped_at_every_line(tmp_path: Path):
    program = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import pathlib, test_placing as t; "
    program += f"print(t.every_line(pathlib.Path({str(tmp_path)!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100


def test_an_own_file_waits_in_the_old_report_beside_a_new_one(tmp_path: Path):
    """An older version of the program made a report where a move had been stopped."""
    old = with_own_files(report(tmp_path / ".lagesbild.forra", "gammal"))
    target = report(tmp_path / "lagesbild", "ny")
    assert not placing.settle(target)
    assert not old.exists()
    assert (target / "report.html").read_text() == "ny"
    assert {name: (target / name).read_text() for name in OWN} == OWN
    assert (target / "report-ifylld.docx").read_text() == FILLED_IN


def test_what_is_left_of_a_half_removed_report_is_nobodys_own(tmp_path: Path):
    old = report(tmp_path / ".lagesbild.forra", "gammal")
    (old / "tables.csv").write_text("en tabell som rapporten inte har längre")
    (old / "manifest.json").unlink()
    target = report(tmp_path / "lagesbild", "ny")
    placing.settle(target)
    assert sorted(p.name for p in target.iterdir()) == ["manifest.json", "report.docx", "report.html"]
    assert not old.exists()


def no_locks(*_: object, **__: object) -> None:
    return None


def test_rooms_of_the_killed_are_swept_and_those_in_use_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out, logs = tmp_path / "ut", tmp_path / "ut" / ".loggar"
    logs.mkdir(parents=True)
    enters = "import sys, pathlib, os\nfrom kunskapsbaserat.engine import rooms\nout = pathlib.Path(sys.argv[1])\n"
    enters += "with rooms.rooms(out, out / '.loggar') as room:\n    (room / 'halvt').write_text('x')\n    os._exit(9)"
    subprocess.run([sys.executable, "-c", enters, str(out)], check=False)
    assert len(list(out.glob(".kunskap-*"))) == 1
    (out / ".kunskap-gammal").mkdir()  # without a lock: somebody else's, or just being made
    with rooms.rooms(out, logs) as mine:
        assert {p.name for p in out.iterdir()} == {".loggar", ".kunskap-gammal", mine.name}
        seen: list[bool] = []

        def another() -> None:
            with rooms.rooms(out, logs) as other:
                seen.append(mine.exists() and other.exists())

        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
        assert seen == [True]
        monkeypatch.setattr(locks, "take", no_locks)
        with rooms.rooms(out, logs) as other:  # on a share without locks nothing can be told to be left over
            assert mine.exists()
            assert other.exists()
        monkeypatch.undo()
    assert {p.name for p in out.iterdir()} == {".loggar", ".kunskap-gammal"}
