"""A real JupyterLab and a real Voilà for the browser tests, each in a folder of its own and on this machine only."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

TOKEN = "prov"
PATIENCE = 240  # seconds: the machine may be busy


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(room: Path) -> dict[str, str]:
    """Settings of nobody: the user's own must not change a test."""
    places = {f"JUPYTER_{name}_DIR": str(room / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    return {**os.environ, **places, "IPYTHONDIR": str(room / "ipython"), "JUPYTER_PREFER_ENV_PATH": "1"}


@contextlib.contextmanager
def served(command: list[str], address: str, *, cwd: Path, room: Path, more: Mapping[str, str] | None = None) -> Iterator[None]:
    """A server that answers at the address; ended afterwards. Its log is shown when it never answers."""
    room.mkdir(parents=True, exist_ok=True)
    log = room / "log.txt"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=cwd, env={**environment(room), **(more or {})}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            _await(address, process, log)
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"no answer from {address}:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def jupyterlab(folder: Path, room: Path) -> Iterator[str]:
    """JupyterLab in a folder; gives the address of its workspaces, each with its own open files."""
    quiet = room / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = ["-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}", "--allow-root"]
    with served(command, f"{address}/api?token={TOKEN}", cwd=folder, room=room):
        yield f"{address}/lab/workspaces"
