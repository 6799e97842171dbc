"""The network is closed: a test may talk to its own machine (a kernel, a browser) and to nobody else. None has a deadline."""

from __future__ import annotations

import os
import socket
import sys
import zlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

import kept

# The same examples on every machine and every day: a commit is green or it is not, and the hundredth of them finds what the
# fortieth did. New ones are sought on purpose, by `pytest --hypothesis-profile=explore`. Speed is measured in benchmarks.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("project")


# A core install has no pyarrow, and pandas keeps texts as Python's own. TEXTS=pyarrow runs the tests as where it is installed.
pd.set_option("mode.string_storage", os.environ.get("TEXTS", "python"))


def _keep_bytecode() -> None:
    """Compiled modules are kept in a cache of the tests' own where the machine is told to write none (as in containers).

    The tests start a hundred fresh interpreters; without bytecode each of them compiles pandas and SciPy anew.
    """
    if not sys.dont_write_bytecode:
        return
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


_keep_bytecode()


def pytest_sessionfinish() -> None:
    """What the tests of a worker have shared is not left behind."""
    kept.remove()


class _ByFile(LoadGroupScheduling):
    """The tests of a file go to one worker: they share pages and tables that take seconds to make."""

    def _split_scope(self, nodeid: str) -> str:
        group = super()._split_scope(nodeid)
        return group if group != nodeid else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling:
    return _ByFile(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than the cores: a test that waits for a browser, a kernel or a server leaves its core to another."""
    return (os.cpu_count() or 1) + 1


# Whole directories of dear files, handed out before the many cheap ones: the last to end should be small.
_DEAR = ("report", "widgets", "fetch", "published", "est", "engine", "plan")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What waits comes first, then what is dear; within each in the order of the files.

    With PART=2/3 a third of the files is run, the same everywhere: `.ci/thorough` is run in parts side by side.
    """
    if part := os.environ.get("PART"):
        number, parts = map(int, part.split("/"))
        mine = {item for item in items if zlib.crc32(item.path.name.encode()) % parts == number % parts}
        config.hook.pytest_deselected(items=[item for item in items if item not in mine])
        items[:] = [item for item in items if item in mine]

    def place(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("xdist_group") is None, item.path.parent.name not in _DEAR

    items.sort(key=place)


_LOCAL = {"127.0.0.1", "::1", "localhost", ""}


class NetworkClosed(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOCAL:
            raise NetworkClosed(f"a test reached for {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
