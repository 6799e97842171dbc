"""An append-only store: the bytes of every answer under their sha256, and one line about each in a log.

The order makes it safe to stop at any moment: bytes are written beside, flushed to the disk and moved into place, and the line
comes after them; a line that was cut off is no line. Answers of one run belong together: only a run that was closed is read
again, so that two moments at the publisher are never mixed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from kunskapsbaserat.data import locks
from kunskapsbaserat.data.fetch.hosts import Stopped
from kunskapsbaserat.errors import FileError, FileLocked
from kunskapsbaserat.system_errors import os_reason

LOG = "logg.jsonl"
_LOCK = ".las"
PATIENCE = 120.0
"""Seconds that a run waits for another one in the same store."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: an answer, or (with `closed`) the end of a whole run of one service.

    `key` is the request without `base`, the service's address then: a store can be read where the address is another now.
    """

    time: str
    run: str
    source: str
    base: str = ""
    key: str = ""
    method: str = ""
    address: str = ""
    body_sha256: str = ""
    status: int = 0
    headers: Mapping[str, str] | None = None
    sha256: str = ""
    bytes: int = 0
    version: str = ""
    licence: str = ""
    purpose: str = ""
    suffix: str = ""
    closed: bool = False


class Store:
    """The store in one folder; made when the first answer is kept."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._writing = threading.RLock()  # several hosts answer at the same time
        self._ended = False

    @contextlib.contextmanager
    def locked(self, patience: float = PATIENCE) -> Iterator[None]:
        """One run at a time: the lock is the operating system's, which lets go of it also when a process is killed.

        When the block has ended, also by Ctrl-C, nothing more is kept: an answer that a thread still waits for comes too late.

        Raises
        ------
        FileError
            Another run did not finish in time, or the folder cannot be written.
        """
        with contextlib.ExitStack() as stack:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(locks.held(self.folder / _LOCK, patience=patience))
                self._sweep()
            except TimeoutError as error:
                raise FileError(
                    "busy",
                    self.folder,
                    "is used by another fetch",
                    "används av en annan hämtning. Vänta tills den är klar och försök igen.",
                ) from error
            except (PermissionError, NotADirectoryError, FileExistsError) as error:
                raise _not_writable(self.folder, error) from error
            try:
                yield
            finally:
                with self._writing:  # an answer that is being written is whole before the lock is let go
                    self._ended = True

    def _sweep(self) -> None:
        """Take away what a killed run had begun to write; nobody else writes while the lock is held."""
        for left in self.folder.glob("*/.*.ny"):
            with contextlib.suppress(OSError):
                left.unlink()

    def new_run(self) -> str:
        """A name for the answers that are fetched together."""
        return f"{_now()}-{secrets.token_hex(3)}"

    def keep(self, content: bytes, *, run: str, source: str, about: Mapping[str, Any]) -> Entry:
        """Keep an answer: the bytes first, then its line.

        Raises
        ------
        FileError
            The folder cannot be written or the disk is full; the store is as it was.
        Stopped
            The run has ended.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(source, digest, about.get("suffix", ""))
        entry = Entry(time=_now(), run=run, source=source, sha256=digest, bytes=len(content), **about)
        try:
            with self._writing:
                self._require_open()
                if not (path.exists() and path.read_bytes() == content):  # a power cut can leave a name without its bytes
                    _write_whole(path, content)
                self._append(entry)
        except OSError as error:
            raise _not_writable(self.folder, error) from error
        return entry

    def _require_open(self) -> None:
        if self._ended:
            raise Stopped

    def close(self, run: str, source: str) -> None:
        """Say that everything of one service has come in this run."""
        try:
            self._append(Entry(time=_now(), run=run, source=source, closed=True))
        except OSError as error:
            raise _not_writable(self.folder, error) from error

    def entries(self) -> list[Entry]:
        """Every whole line of the log, oldest first."""
        try:
            lines = (self.folder / LOG).read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except PermissionError as error:
            raise FileLocked(self.folder / LOG, reading=True) from error
        return [entry for line in lines if (entry := _entry(line)) is not None]

    def closed_runs(self, source: str) -> list[str]:
        """Runs of one service that are whole, newest first."""
        return [entry.run for entry in reversed(self.entries()) if entry.closed and entry.source == source]

    def answers(self, source: str, run: str) -> dict[str, Entry]:
        """The answers of one run by their request."""
        return {e.key: e for e in self.entries() if e.source == source and e.run == run and not e.closed}

    def content(self, entry: Entry) -> bytes:
        """The bytes of an answer.

        Raises
        ------
        FileError
            They are not there, or not the ones that were kept.
        """
        path = self._path(entry.source, entry.sha256, entry.suffix)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise FileError(
                "store", path, f"cannot be read ({error.strerror})", "saknas i lagret. Hämta på nytt utan --offline."
            ) from error
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise FileError(
                "store", path, "is not what was kept", "har ändrats sedan den hämtades. Ta bort den och hämta på nytt."
            )
        return content

    def _path(self, source: str, digest: str, suffix: str) -> Path:
        return self.folder / source / f"{digest}.{suffix or 'json'}"

    def _append(self, entry: Entry) -> None:
        line = json.dumps({k: v for k, v in asdict(entry).items() if v or k == "time"}, ensure_ascii=False, sort_keys=True)
        path = self.folder / LOG
        with self._writing:
            self._require_open()
            self._write_line(path, line)

    def _write_line(self, path: Path, line: str) -> None:
        # A line that a crash cut off is ended first; what stands there already is never changed.
        cut = path.exists() and path.stat().st_size > 0 and not _ends_with_newline(path)
        with path.open("ab") as log:
            log.write((b"\n" if cut else b"") + line.encode() + b"\n")
            log.flush()
            os.fsync(log.fileno())


def day_of(run: str) -> dt.date:
    """The day of a run, by its name."""
    return dt.date.fromisoformat(run[:10])


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _entry(line: bytes) -> Entry | None:
    """The line, or None for one that a crash or a full disk cut off."""
    try:
        known = json.loads(line)
        return Entry(**{f.name: known[f.name] for f in fields(Entry) if f.name in known})
    except (ValueError, TypeError):
        return None


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(3)}.ny")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as log:
        log.seek(-1, os.SEEK_END)
        return log.read(1) == b"\n"


def _not_writable(folder: Path, error: OSError) -> FileError:
    return FileError(
        "not_writable",
        folder,
        f"cannot be written ({error.strerror})",
        f"går inte att skriva i: {os_reason(error)}. Det som redan finns där är orört.",
    )
