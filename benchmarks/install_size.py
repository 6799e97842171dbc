"""What a core install weighs: bytes on the disk, packages, bytes to download, and what the largest parts are.

    uv run python benchmarks/install_size.py > benchmarks/install_size.txt

Beside it the same for the seven packages that the project is built on and the kernel that runs a notebook, with what they
need in turn: the least that any install of this kind can weigh; and what README's first command fetches. Needs uv and pip, and
whatever index they are set up for.
"""

from __future__ import annotations

import datetime as dt
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LEAST = ("pandas", "scipy", "statsmodels", "seaborn", "nbconvert", "papermill", "ipywidgets", "ipykernel")
SHOWN = 14


def main() -> None:
    """Install, count, print."""
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    print(f"{dt.date.today()}, {machine}, {_said('uv', '--version')}")
    print("uv run python benchmarks/install_size.py\n")
    print(f"{'':44} {'MB on disk':>10} {'packages':>9} {'MB to fetch':>12}")
    with tempfile.TemporaryDirectory(prefix="kunskap-vikt-") as room:
        core = _installed(Path(room) / "core", [str(ROOT)])
        _row("a core install", core, Path(room) / "wheels-core")
        least = _installed(Path(room) / "least", list(LEAST))
        _row("the seven packages and ipykernel alone", least, Path(room) / "wheels-least")
        fetched = _fetched(_first_command(), Path(room) / "wheels-first")
        first = "README's first command, with what tests need"
        print(f"{first:44} {'':10} {'':9} {fetched / 1e6:12.0f}")
        print(f"{'':44} {fetched * 8 / 50e6:.0f} s on a line of 50 Mbit/s")
        print(f"\nThe largest parts of the core install (MB; the whole is {_bytes(core) / 1e6:.0f}):")
        parts = sorted(((_bytes(path), path.name) for path in _site(core).iterdir() if path.is_dir()), reverse=True)
        for size, name in parts[:SHOWN]:
            print(f"  {name:20} {size / 1e6:6.1f}")


def _installed(where: Path, what: list[str]) -> Path:
    subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(where)], check=True)
    python = next(path for path in (where / "bin" / "python", where / "Scripts" / "python.exe") if path.exists())
    subprocess.run(["uv", "pip", "install", "-q", "--python", str(python), *what], check=True)
    return where


def _row(what: str, where: Path, wheels: Path) -> None:
    found = sorted(_site(where).glob("*.dist-info"))
    pins = [path.name.removesuffix(".dist-info").replace("-", "==") for path in found if "kunskapsbaserat" not in path.name]
    print(f"{what:44} {_bytes(where) / 1e6:10.0f} {len(found):9} {_fetched(pins, wheels) / 1e6:12.0f}")


def _first_command() -> list[str]:
    words = ["uv", "export", "-q", "--no-hashes", "--no-annotate", "--no-header", "--no-emit-project", "--project", str(ROOT)]
    lines = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    asked = [Requirement(line) for line in lines if line.strip()]
    return [f"{one.name}{one.specifier}" for one in asked if one.marker is None or one.marker.evaluate()]


def _fetched(pins: list[str], wheels: Path) -> int:
    # A pip of its own: the environment that runs this may have none.
    pip = ["uv", "tool", "run", "-q", "pip"] if shutil.which("pip") is None else ["pip"]
    subprocess.run([*pip, "download", "-q", "--no-deps", "-d", str(wheels), *pins], check=True, capture_output=True)
    return _bytes(wheels)


def _site(where: Path) -> Path:
    return next(path for path in where.rglob("site-packages") if path.is_dir())


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _said(*words: str) -> str:
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.split("(")[0].strip()


if __name__ == "__main__":
    main()
