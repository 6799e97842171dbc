"""The folder for Windows: everything that would keep it from being unpacked or run is seen before it is written."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest

import build_portable
from build_portable import LIBRARIES, ROOM, NotPortable, build, check, packages_of, problems_of


def program(machine: int = 0x8664) -> bytes:
    """The header of a Windows program, all that is looked at."""
    content = bytearray(b"MZ" + bytes(200))
    struct.pack_into("<I", content, 0x3C, 0x80)
    content[0x80:0x84] = b"PE\0\0"
    struct.pack_into("<H", content, 0x84, machine)
    return bytes(content)


@pytest.fixture
def python_zip(tmp_path: Path) -> Path:
    """A stand-in for python.org's package: the same names, no program."""
    path = tmp_path / "python-3.12.0-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("python.exe", "python312.dll"):
            archive.writestr(name, program())
        archive.writestr("python312.zip", b"standard library")
        archive.writestr("python312._pth", "python312.zip\n.\n#import site\n")
    return path


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What `uv` would unpack, to be changed by a test: one package with a compiled part, and Jupyter's files beside."""
    files = {
        "kunskapsbaserat/cli.py": b"",
        "snabb/__init__.py": b"",
        "snabb/kärna.pyd": program(),
        "snabb/tests/test_snabb.py": b"",
        "snabb/kärna.pyx": b"",
        "snabb-2.1.dist-info/WHEEL": b"Wheel-Version: 1.0\nTag: cp312-cp312-win_amd64\n",
        "snabb-2.1.dist-info/RECORD": (
            "snabb/__init__.py,,\nsnabb/kärna.pyd,,\nsnabb/tests/test_snabb.py,,\nsnabb/kärna.pyx,,\n../../bin/snabb,,\n"
        ).encode(),
        "share/jupyter/kernels/python3/kernel.json": b"{}",
        "bin/snabb": b"#!/bin/sh",
    }

    def unpack(wheel: Path, site: Path) -> None:  # noqa: ARG001
        for name, content in files.items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_bytes(content)

    monkeypatch.setattr(build_portable, "_unpack", unpack)
    return files


def built(tmp_path: Path, python_zip: Path, **options: str | None) -> Path:
    out = tmp_path / "ut.zip"
    build(Path("kunskapsbaserat-0.1.0-py3-none-any.whl"), python_zip, out, **{"sha256": None, **options})
    return out


def test_what_is_in_the_file(tmp_path: Path, python_zip: Path, unpacked: dict[str, bytes]):
    assert unpacked
    out = built(tmp_path, python_zip)
    assert check(out) == []
    with zipfile.ZipFile(out) as archive:
        names = {name.removeprefix(f"{ROOM}/") for name in archive.namelist()}
        path_file = archive.read(f"{ROOM}/python/python312._pth").decode().split()
        listed = json.loads(archive.read(f"{ROOM}/innehall.json"))
        start = archive.read(f"{ROOM}/Kunskap.cmd").decode()
    assert {"Kunskap.cmd", "Utforska.cmd", "LÄSMIG.txt", "python/python.exe"} <= names
    assert "python/share/jupyter/kernels/python3/kernel.json" in names
    assert not [name for name in names if "tests" in name or name.endswith(".pyx") or "/bin/" in name]
    assert path_file == ["python312.zip", ".", "Lib\\site-packages", "import", "site"]
    assert listed["packages"] == {"snabb": "2.1"}
    assert listed["version"] == "0.1.0"
    assert "\r\n" in start
    again = out.read_bytes()
    assert built(tmp_path, python_zip).read_bytes() == again


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("snabb/kärna.so", b"", None),  # left out: nobody runs it
        ("snabb/kärna.pyd", program(0x14C), "no 64-bit library"),
        ("snabb/kärna.pyd", b"\x7fELF", "no 64-bit library"),
        ("snabb/kärna.pyd", b"MZ", "no 64-bit library"),
        ("snabb-2.1.dist-info/WHEEL", b"Tag: cp312-cp312-manylinux_2_28_x86_64\n", "is built for"),
        ("snabb-2.1.dist-info/WHEEL", b"", "is built for"),
        ("snabb-2.1.dist-info/RECORD", b"snabb/borta.py,,\n", "lacks snabb/borta.py"),
        ("snabb/aux.py", b"", "cannot be a name"),
        ("snabb/a:b.py", b"", "cannot be a name"),
        ("snabb/slut. ", b"", "cannot be a name"),
        ("Snabb/__init__.py", b"", "are one file on Windows"),
        ("snabb/" + "djupt/" * 30 + "ned.py", b"", "characters"),
    ],
)
def test_what_cannot_run_is_told(
    tmp_path: Path, python_zip: Path, unpacked: dict[str, bytes], name: str, content: bytes, told: str | None
):
    unpacked[name] = content
    if told is None:
        assert check(built(tmp_path, python_zip)) == []
        return
    with pytest.raises(NotPortable, match=told):
        built(tmp_path, python_zip)
    assert not (tmp_path / "ut.zip").exists()


@pytest.mark.parametrize("missing", ["python/python.exe", f"{LIBRARIES}/kunskapsbaserat/cli.py", "Kunskap.cmd"])
def test_what_is_missing_is_told(tmp_path: Path, python_zip: Path, unpacked: dict[str, bytes], missing: str):
    assert unpacked
    with zipfile.ZipFile(built(tmp_path, python_zip)) as archive:
        contents = {n.removeprefix(f"{ROOM}/"): archive.read(n) for n in archive.namelist()}
    assert list(problems_of(contents)) == []
    del contents[missing]
    assert list(problems_of(contents)) == [f"{missing} is missing"]


def test_another_python_is_refused(tmp_path: Path, python_zip: Path, unpacked: dict[str, bytes]):
    assert unpacked
    with pytest.raises(NotPortable, match="has sha256"):
        built(tmp_path, python_zip, sha256="0" * 64)
    other = tmp_path / "python-3.13.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("python313._pth", "")
    with pytest.raises(NotPortable, match=r"python313; the packages are for Python 3\.12"):
        built(tmp_path, other)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("python.exe", program())
    with pytest.raises(NotPortable, match=r"has no \._pth file"):
        built(tmp_path, other)


def test_a_file_that_is_too_large(
    tmp_path: Path, python_zip: Path, unpacked: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
):
    assert unpacked
    out = built(tmp_path, python_zip)
    monkeypatch.setattr(build_portable, "LARGEST", 10)
    assert check(out)
    with pytest.raises(NotPortable, match="MB, more than"):
        built(tmp_path, python_zip)


def test_packages_within_packages_are_not_counted():
    contents = {
        f"{LIBRARIES}/bleach/_vendor/html5lib-1.1.dist-info/WHEEL": b"",
        f"{LIBRARIES}/a_b-1.0.dist-info/WHEEL": b"",
    }
    assert packages_of(contents) == {"a-b": "1.0"}
