"""What is said of a kommun's folder whose files hold nothing, or which has lost what says whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskapsbaserat import kommun
from kunskapsbaserat.data import bra, folder
from kunskapsbaserat.data.folder import ownership
from kunskapsbaserat.errors import FileError


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["Köping;2024;..", "Köping;2025;-"], "inga tal alls"),
        (["Köping;2024;..", "Falun;2024;6000"], "inga tal för Köping, bara ”..”"),
        (["Köping;2024;..", "Köping;2025;2500"], None),
        (["Köpin;2024;2500"], None),  # an unknown area is told on its own
    ],
)
def test_a_file_without_a_figure_is_told(tmp_path: Path, rows: list[str], said: str | None):
    path = tmp_path / "uttag.csv"
    path.write_text("\n".join(["Kommun;År;Antal", *rows]) + "\n", encoding="utf-8")
    found = ownership.about(bra.read(path), kommun.get("Köping"), path.name)
    assert [f.code for f in found] == (["no_own_figures"] if said else [])
    assert all(said in f.svenska for f in found if said)


@pytest.mark.parametrize(
    "content", [b"", b"kommun = K\xf6ping\n", 'kommun = "Köping"'.encode("cp1252"), b'kommun = "Atlantis"']
)
def test_the_advice_on_a_spoilt_file_of_settings_works(tmp_path: Path, content: bytes):
    (tmp_path / folder.SETTINGS).write_bytes(content)
    with pytest.raises(FileError) as caught:
        folder.create(tmp_path, "Köping", {})
    assert f"Ta bort {folder.SETTINGS}" in caught.value.svenska
    (tmp_path / folder.SETTINGS).unlink()
    folder.create(tmp_path, "Köping", {})
    assert folder.kommun_of(tmp_path).name == "Köping"


def test_a_file_is_no_folder(tmp_path: Path):
    path = tmp_path / "uttag.csv"
    path.write_text("Kommun;År;Antal\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        folder.kommun_of(path)
    assert "är en fil, ingen mapp" in caught.value.svenska
