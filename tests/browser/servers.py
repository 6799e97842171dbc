"""A real JupyterLab and a real Voilà for the browser tests, each in a folder of its own and on this machine only."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kunskapsbaserat import jupyter

TOKEN = "prov"
PATIENCE = 240  # seconds: the machine may be busy
PORTS_TRIED = 5


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(frozen=True)
class Starting:
    """A server that was asked to start, and may not answer yet."""

    command: Callable[[int], list[str]]
    asked: str
    cwd: Path
    log: Path
    settings: Mapping[str, str]

    @contextlib.contextmanager
    def running(self) -> Iterator[Callable[[], str]]:
        """Gives what waits for the server and tells its address. The server is ended afterwards.

        Between the choice of a port and its use another program may take it: the server then ends, and another port is tried.
        """
        processes: list[subprocess.Popen[bytes]] = []
        ports: list[int] = []

        def start() -> None:
            ports.append(free_port())
            with self.log.open("w") as out:
                command = [sys.executable, *self.command(ports[-1])]
                env = {**os.environ, **self.settings}
                processes.append(subprocess.Popen(command, cwd=self.cwd, env=env, stdout=out, stderr=subprocess.STDOUT))

        def address() -> str:
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                if _answers(f"http://127.0.0.1:{ports[-1]}/{self.asked}"):
                    return f"http://127.0.0.1:{ports[-1]}"
                if processes[-1].poll() is not None:
                    if "in use" not in self.log.read_text() or len(ports) == PORTS_TRIED:
                        break
                    start()
                time.sleep(0.1)
            raise RuntimeError(f"no answer from port {ports[-1]}:\n{self.log.read_text()[-3000:]}")

        start()
        try:
            yield address
        finally:
            processes[-1].terminate()
            try:
                processes[-1].wait(timeout=30)
            except subprocess.TimeoutExpired:
                processes[-1].kill()
                processes[-1].wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def quiet_room() -> Iterator[dict[str, str]]:
    """Settings of nobody: the user's own must not change a test. Its path is short, for the kernels' sockets lie in it."""
    room = Path(tempfile.mkdtemp(prefix="kb"))
    places = {f"JUPYTER_{name}_DIR": str(room / name[0]) for name in ("CONFIG", "DATA", "RUNTIME")}
    try:
        yield {**places, "IPYTHONDIR": str(room / "i"), "JUPYTER_PREFER_ENV_PATH": "1"}
    finally:
        shutil.rmtree(room, ignore_errors=True)


def sockets() -> list[str]:
    """Kernels that talk by files: ports that are chosen now and used later get lost on a busy machine."""
    return [] if os.name == "nt" else ["--KernelManager.transport=ipc"]


def jupyterlab(folder: Path, log: Path, settings: Mapping[str, str]) -> Starting:
    """What `kunskap lab` starts, with a token that is known."""

    def command(port: int) -> list[str]:
        lab = jupyter.lab_command(folder, browser=False, port=port)[1:]
        return [*lab, f"--IdentityProvider.token={TOKEN}", *sockets()]

    return Starting(command, f"api?token={TOKEN}", folder, log, {**settings, **jupyter.lab_environment()})


def voila(folder: Path, log: Path, settings: Mapping[str, str]) -> Starting:
    """What `kunskap app` starts in a folder that `jupyter.app_folder` has filled."""

    def command(port: int) -> list[str]:
        return [*jupyter.app_command(port=port, browser=False)[1:], *sockets()]

    return Starting(command, "login", folder, log, {**settings, **jupyter.app_environment(folder)})
