"""A folder to unpack on a Windows computer where nothing may be installed: Python, the packages and files to start with.

    python tools/build_portable.py WHEEL PYTHON_ZIP [--out FILE] [--sha256 HASH]

It is built on any system, from the wheel and from python.org's "Windows embeddable package (64-bit)", whose checksum is asked for
so that nobody ships another one. The packages are those for Windows that the wheel asks for, unpacked by `uv`; what a user never
runs (the packages' own tests, command files for other systems) is left out. Everything that can be seen from here is checked
before the file is written, and again in the file: `check`. It has not been started on Windows here; `.github/workflows/windows.yml`
does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

EXTRAS = ("app", "office", "oppna", "signera")
PYTHON = "3.12"
ROOM = "kunskapsbaserat"
LIBRARIES = "python/Lib/site-packages"
LARGEST = 250_000_000  # bytes, as it is downloaded
LONGEST = 200  # characters of a path: Windows takes 260, and somebody unpacks it in a deep folder
EARLIEST = (1980, 1, 1, 0, 0, 0)

_TESTS = re.compile(r"(^|/)(tests|test)(/|$)")
_KEPT_TESTS = ("numpy/testing/",)  # not the tests themselves, and imported
_OTHER_SYSTEMS = (".so", ".dylib", ".a", ".lib", ".pdb", ".pyx", ".pxd", ".h", ".hpp", ".c", ".cpp", ".pyi")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
_PE, _X64 = b"PE\0\0", 0x8664

STARTS: Mapping[str, str] = {
    "Kunskap.cmd": """@echo off
chcp 65001 >nul
setlocal
set "PATH=%~dp0kommandon;%PATH%"
if not "%~1"=="" (
  call "%~dp0kommandon\\kunskap.cmd" %*
  exit /b
)
echo Skriv till exempel:  kunskap rapport lagesbild Köping
echo Hjälp:               kunskap --hjalp
cmd /k
""",
    "Utforska.cmd": """@echo off
chcp 65001 >nul
echo Startar. En webbläsare öppnas om en stund. Stäng det här fönstret när du är klar.
"%~dp0python\\python.exe" -X utf8 -m kunskapsbaserat.cli app
pause
""",
    "Anteckningsbocker.cmd": """@echo off
chcp 65001 >nul
cd /d "%USERPROFILE%\\Documents"
echo Startar JupyterLab i %CD%. Stäng det här fönstret när du är klar.
"%~dp0python\\python.exe" -X utf8 -m kunskapsbaserat.cli lab
pause
""",
    "kommandon/kunskap.cmd": """@echo off
"%~dp0..\\python\\python.exe" -X utf8 -m kunskapsbaserat.cli %*
""",
    "LÄSMIG.txt": """kunskapsbaserat {version}, för Windows utan installation

1. Packa upp hela mappen, till exempel i Dokument. Kör inget inifrån zip-filen.
2. Dubbelklicka på Kunskap.cmd och skriv:  kunskap rapport lagesbild Köping
   Rapporten hamnar i den mapp som fönstret står i, i mappen reports.
3. Utforska.cmd visar siffrorna i en webbläsare, utan att du skriver något. Anteckningsbocker.cmd öppnar JupyterLab.

Säger Windows att filen är okänd: välj Mer information, Kör ändå. Bara kunskap hamta använder nätet.
Mappen kan flyttas och tas bort som den är; inget läggs någon annanstans. innehall.json säger vilka paket som finns, med version.
""",
}


class NotPortable(Exception):
    """What is wrong with the contents, all of it."""


def build(wheel: Path, python_zip: Path, out: Path, *, sha256: str | None) -> None:
    """Unpack, check and write.

    Parameters
    ----------
    wheel : Path
        This package's.
    python_zip : Path
        python.org's embeddable package for Windows, 64 bits, of the version in `PYTHON`.
    out : Path
        The file to write.
    sha256 : str, optional
        What python.org says of `python_zip`.

    Raises
    ------
    NotPortable
        The checksum is another, or something in it could not run on a Windows computer.
    """
    found = hashlib.sha256(python_zip.read_bytes()).hexdigest()
    if sha256 is not None and found != sha256.lower():
        raise NotPortable(f"{python_zip.name} has sha256 {found}, not {sha256}")
    with tempfile.TemporaryDirectory() as room:
        site = Path(room) / "paket"
        _unpack(wheel, site)
        contents = {**_python_of(python_zip), **_libraries_of(site)}
    version = wheel.name.split("-")[1]
    contents |= {name: text.replace("{version}", version).replace("\n", "\r\n").encode() for name, text in STARTS.items()}
    listed = {"version": version, "python": {"file": python_zip.name, "sha256": found}, "packages": packages_of(contents)}
    contents["innehall.json"] = json.dumps(listed, ensure_ascii=False, indent=2).encode()
    problems = list(problems_of(contents))
    if problems:
        raise NotPortable("\n".join(problems))
    _write(contents, out)
    if out.stat().st_size > LARGEST:
        raise NotPortable(f"{out.name} is {out.stat().st_size / 1e6:.0f} MB, more than {LARGEST / 1e6:.0f}")


def check(path: Path) -> list[str]:
    """What is wrong with a file that `build` has written; nothing when all is well."""
    with zipfile.ZipFile(path) as archive:
        contents = {name.removeprefix(f"{ROOM}/"): archive.read(name) for name in archive.namelist()}
    large = [f"{path.stat().st_size} bytes"] if path.stat().st_size > LARGEST else []
    return [*problems_of(contents), *large]


def problems_of(contents: Mapping[str, bytes]) -> Iterator[str]:
    """Everything that would keep the contents from being unpacked or run on 64-bit Windows, as far as it can be seen."""
    for needed in (*STARTS, "python/python.exe", f"{LIBRARIES}/kunskapsbaserat/cli.py"):
        if needed not in contents:
            yield f"{needed} is missing"
    yield from _names(contents)
    for name, content in contents.items():
        if name.endswith((".so", ".dylib")):
            yield f"{name} is for another system"
        if name.endswith((".pyd", ".dll", ".exe")) and not _is_64_bit(content) and LIBRARIES not in name:
            yield f"{name} is no 64-bit program"
        if name.endswith(".pyd") and not _is_64_bit(content):
            yield f"{name} is no 64-bit library"
    yield from _wheels(contents)


def _names(contents: Mapping[str, bytes]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in contents:
        if len(f"{ROOM}/{name}") >= LONGEST:
            yield f"{name} is a path of {len(name)} characters"
        if (other := seen.setdefault(name.lower(), name)) != name:
            yield f"{name} and {other} are one file on Windows"
        for part in PurePosixPath(name).parts:
            if part.split(".")[0].lower() in _RESERVED or part[-1] in " ." or re.search(r'[<>:"|?*\\]', part):
                yield f"{name} cannot be a name on Windows"


def _wheels(contents: Mapping[str, bytes]) -> Iterator[str]:
    """Each package is one for Windows or for any system, and every file that it lists is there."""
    for name in _installed(contents):
        package = name.split("/")[-2].removesuffix(".dist-info")
        tags = HeaderParser().parsestr(contents[name].decode()).get_all("Tag") or []
        if not any(tag.endswith(("-any", "-win_amd64")) for tag in tags):
            yield f"{package} is built for {', '.join(tags)}"
        record = contents.get(name.removesuffix("WHEEL") + "RECORD", b"").decode()
        for line in record.splitlines():
            file = line.split(",")[0].strip('"')
            if not _left_out(file) and f"{LIBRARIES}/{file}" not in contents:
                yield f"{package} lacks {file}"


def packages_of(contents: Mapping[str, bytes]) -> dict[str, str]:
    """The packages and their versions, by name."""
    pairs = (name.split("/")[-2].removesuffix(".dist-info").rsplit("-", 1) for name in _installed(contents))
    return dict(sorted((name.lower().replace("_", "-"), version) for name, version in pairs))


def _installed(contents: Mapping[str, bytes]) -> list[str]:
    """What each package says of its wheel; not those that packages carry within themselves."""
    return [name for name in contents if re.fullmatch(rf"{LIBRARIES}/[^/]+\.dist-info/WHEEL", name)]


def _is_64_bit(content: bytes) -> bool:
    """Is it a Windows program or library for 64-bit Intel and AMD? Its header says so."""
    if content[:2] != b"MZ" or len(content) < 64:
        return False
    at: int = struct.unpack_from("<I", content, 0x3C)[0]
    return content[at : at + 4] == _PE and struct.unpack_from("<H", content, at + 4)[0] == _X64


def _left_out(file: str) -> bool:
    """Is it a file that nobody runs here? Paths are those of a wheel's list, from the folder of all packages."""
    if file.startswith(("../", "bin/", "Scripts/")) or "__pycache__" in file or file.startswith(("share/", "etc/")):
        return True
    if file.startswith(_KEPT_TESTS):
        return False
    return bool(_TESTS.search(file)) or (file.endswith(_OTHER_SYSTEMS) and ".dist-info/" not in file)


def _unpack(wheel: Path, site: Path) -> None:
    """The wheel and everything it asks for, as it is for Windows."""
    asked = f"{wheel.resolve()}[{','.join(EXTRAS)}]"
    command = [sys.executable, "-m", "uv", "pip", "install", "-q", "--target", str(site), "--only-binary", ":all:"]
    subprocess.run([*command, "--python-platform", "x86_64-pc-windows-msvc", "--python-version", PYTHON, asked], check=True)


def _libraries_of(site: Path) -> dict[str, bytes]:
    """The packages where Python looks for them, and what Jupyter looks for beside Python."""
    contents = {}
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        file = path.relative_to(site).as_posix()
        if file.startswith(("share/jupyter/", "etc/jupyter/")):
            contents[f"python/{file}"] = path.read_bytes()
        elif not _left_out(file):
            contents[f"{LIBRARIES}/{file}"] = path.read_bytes()
    return contents


def _python_of(python_zip: Path) -> dict[str, bytes]:
    """Python itself, told where its packages are."""
    with zipfile.ZipFile(python_zip) as archive:
        contents = {f"python/{name}": archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    path_file = next((name for name in contents if name.endswith("._pth")), None)
    if path_file is None:
        raise NotPortable(f"{python_zip.name} is not python.org's embeddable package: it has no ._pth file")
    standard = PurePosixPath(path_file).name.removesuffix("._pth")
    if standard != f"python{PYTHON.replace('.', '')}":
        raise NotPortable(f"{python_zip.name} is {standard}; the packages are for Python {PYTHON}")
    contents[path_file] = f"{standard}.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n".encode()
    return contents


def _write(contents: Mapping[str, bytes], out: Path) -> None:
    """The same contents give the same bytes."""
    beside = out.with_name(f".{out.name}.ny")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(f"{ROOM}/{name}", EARLIEST), contents[name], zipfile.ZIP_DEFLATED, 9)
    beside.replace(out)


def main() -> None:
    """Build and say what it became."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("python_zip", type=Path)
    parser.add_argument("--out", type=Path, default=Path("kunskapsbaserat-windows.zip"))
    parser.add_argument("--sha256", help="what python.org says of the Python file")
    given = parser.parse_args()
    build(given.wheel, given.python_zip, given.out, sha256=given.sha256)
    with zipfile.ZipFile(given.out) as archive:
        names = archive.infolist()
    whole, packed = sum(one.file_size for one in names), given.out.stat().st_size
    print(f"{given.out}: {packed / 1e6:.0f} MB, {whole / 1e6:.0f} MB unpacked, {len(names)} files, nothing wrong")


if __name__ == "__main__":
    main()
