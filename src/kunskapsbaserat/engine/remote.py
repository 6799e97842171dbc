"""Folders that lie elsewhere (``s3://``, ``sftp://``, ``memory://``): what changes in the copy here is put back."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from kunskapsbaserat import extras
from kunskapsbaserat.data.folder import STORE
from kunskapsbaserat.engine.placing import MANIFEST
from kunskapsbaserat.errors import RenderError

ADDRESS = "://"


class Folder:
    """A folder on this machine: it is where it is.

    Parameters
    ----------
    here : Path
        The folder, or the copy of it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import Folder
    >>> Folder(Path("rapporter")).here.name
    'rapporter'
    """

    def __init__(self, here: Path) -> None:
        self.here = here

    def fetch(self, below: PurePosixPath | str = "") -> None:
        """Bring what lies there, or below a folder of it."""

    def put(self, below: PurePosixPath | str = "") -> None:
        """Put back what has changed here, or below a folder of it."""

    def shown(self, path: Path) -> str:
        """What a path of the copy is called by whoever asked for the folder."""
        return str(path)


class RemoteFolder(Folder):
    """A folder elsewhere, with the copy of it here.

    Parameters
    ----------
    address : str
        As fsspec has it: ``s3://bucket/rapporter``; who may read and write is said where fsspec's file systems look for it.
    here : Path
        The copy.
    """

    def __init__(self, address: str, here: Path) -> None:
        super().__init__(here)
        self.address = address.rstrip("/")
        self._system, root = _opened(address)
        self._root = root.rstrip("/")
        self._same: dict[str, str] = {}  # sha256 of the files that are there as they are here
        self._made: set[str] = set()

    def fetch(self, below: PurePosixPath | str = "") -> None:
        with self._told():
            for path in self._system.find(self._at(below)):
                name = path[len(self._root) :].lstrip("/")
                if STORE in name.split("/"):
                    continue
                content = self._system.cat_file(path)
                (self.here / name).parent.mkdir(parents=True, exist_ok=True)
                (self.here / name).write_bytes(content)
                with contextlib.suppress(NotImplementedError):  # a report may print the day of a file
                    moment = self._system.modified(path).timestamp()
                    os.utime(self.here / name, (moment, moment))
                self._same[name] = hashlib.sha256(content).hexdigest()

    def put(self, below: PurePosixPath | str = "") -> None:
        """The manifest last of a report's files: what has one is whole, wherever a stop comes."""
        start = self.here / below
        paths = [start] if start.is_file() else [path for path in start.rglob("*") if path.is_file()]
        names = {path.relative_to(self.here).as_posix(): path for path in paths}
        with self._told():
            for name in sorted(names, key=lambda name: (name.endswith(MANIFEST), name)):
                content = names[name].read_bytes()
                digest = hashlib.sha256(content).hexdigest()
                if self._same.get(name) != digest:
                    self._make(self._at(name).rpartition("/")[0])
                    self._system.pipe_file(self._at(name), content)
                    self._same[name] = digest
            for name in [n for n in self._same if PurePosixPath(n).is_relative_to(below or ".") and n not in names]:
                self._system.rm_file(self._at(name))
                del self._same[name]

    def shown(self, path: Path) -> str:
        return f"{self.address}/{path.relative_to(self.here).as_posix()}"

    def _at(self, below: PurePosixPath | str) -> str:
        return f"{self._root}/{PurePosixPath(below).as_posix()}" if str(below) else self._root

    def _make(self, folder: str) -> None:
        if folder not in self._made:
            self._system.makedirs(folder, exist_ok=True)
            self._made.add(folder)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RenderError(
                f"{self.address}: {error}", svenska=f"Det går inte att läsa eller skriva i {self.address}: {error}"
            ) from error


def _opened(address: str) -> tuple[Any, str]:
    try:
        import fsspec

        opened: tuple[Any, str] = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise RenderError(
            f"{address} cannot be opened: {error}",
            svenska=f"Det går inte att öppna {address}: {error}. Adresser kräver fsspec ({extras.command('dask')}) "
            "och det paket som talar med platsen, till exempel s3fs för s3://.",
        ) from error
    return opened


@contextlib.contextmanager
def folder(place: Path | str) -> Iterator[Folder]:
    """The folder at a path, or an empty copy of the one at an address, which is gone afterwards.

    Parameters
    ----------
    place : path or str
        "rapporter", or an address such as "s3://hink/rapporter".

    Returns
    -------
    context manager of Folder
        Its `here` is where to read and write; `fetch` brings what lies there, `put` puts back what has changed.

    Raises
    ------
    RenderError
        There is no file system for the address, or it cannot be read or written.

    Examples
    --------
    Reports in an object store, from a länspaket in it (here one in memory):

    >>> from kunskapsbaserat.engine import folder
    >>> with folder("memory://rapporter") as out:
    ...     out.fetch()
    ...     out.here.mkdir(parents=True)
    ...     _ = (out.here / "index.html").write_text("<!doctype html>", encoding="utf-8")
    ...     out.put()
    ...     out.shown(out.here / "index.html")
    'memory://rapporter/index.html'
    """
    if isinstance(place, Path) or ADDRESS not in place:
        yield Folder(Path(place))
        return
    with tempfile.TemporaryDirectory(prefix="kunskap-", ignore_cleanup_errors=True) as here:
        name = PurePosixPath(place).name or "mapp"
        yield RemoteFolder(place, Path(here).resolve() / name)
