"""Move a finished report into place so that a stop at any moment loses nothing, or say which file stands in the way."""

from __future__ import annotations

import filecmp
import hashlib
import json
import shutil
from pathlib import Path

from kunskapsbaserat.errors import FileLocked, RenderError

PAGE, MANIFEST, SIGNATURE = "report.html", "manifest.json", "manifest.sig"
WORD, FILLED_IN = "report.docx", "ifylld"


def make_folder(path: Path) -> None:
    """Make a folder and those above it.

    Raises
    ------
    RenderError
        It cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RenderError(
            f"cannot make the folder {path}: {error.strerror}",
            svenska=f"Det går inte att skapa mappen {path}. Välj en annan mapp med --ut.",
        ) from error


def move_into_place(fresh: Path, target: Path) -> None:
    """Replace the old report; keep what others have put in its folder, and a Word document they have written in.

    No system replaces a folder in one step. The old one therefore stands beside the new one, hidden, until the new one is in
    place: whenever the machine stops, one of them is whole and holds everybody's own files, and `settle` finds it.

    Parameters
    ----------
    fresh, target : Path
        The finished folder and its place, on the same disk.

    Raises
    ------
    FileLocked
        A file of the old report is open in another program.
    """
    settle(target)
    if not target.exists():
        make_folder(target.parent)
        fresh.rename(target)
        return
    _carry_over(target, fresh)
    old = _beside(target)
    try:
        target.rename(old)
    except PermissionError as error:
        raise FileLocked(_locked_file(target)) from error
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)  # what cannot be removed now is removed by the next `settle`


def settle(target: Path) -> bool:
    """Put right what an interrupted move has left at a report's place; True when the old report came back.

    Safe to call at any time: it does nothing when nothing is left over.
    """
    old = _beside(target)
    if not old.is_dir():
        return False
    if not target.exists():
        old.rename(target)
        return True
    if (old / MANIFEST).is_file():  # without one the removal had begun: what is left there can no longer be told from own files
        _carry_over(old, target)
    shutil.rmtree(old, ignore_errors=True)
    return False


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.forra")


def _carry_over(old: Path, fresh: Path) -> None:
    """Copy what the engine did not make from the old report into the new one."""
    made = _made_by_engine(old)
    for path in sorted(old.rglob("*")):
        relative = path.relative_to(old)
        if path.is_file() and relative.as_posix() not in made and not (fresh / relative).exists():
            (fresh / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, fresh / relative)
    for name in (name for name in made if name.endswith(".docx")):
        _keep_filled_in(old / name, made[name], fresh)


def _made_by_engine(folder: Path) -> dict[str, str]:
    """Files that the old manifest lists with their hashes, it and its signature; nothing when it cannot be read."""
    try:
        return {**json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"], MANIFEST: "", SIGNATURE: ""}
    except (OSError, ValueError, KeyError):
        return {}


def _keep_filled_in(document: Path, made: str, fresh: Path) -> None:
    """A Word document that differs from the one the engine made holds someone's words, and stays under another name."""
    if not document.is_file() or hashlib.sha256(document.read_bytes()).hexdigest() == made:
        return
    number = 1
    while (kept := fresh / f"{document.stem}-{FILLED_IN}{f'-{number}' if number > 1 else ''}.docx").exists():
        if filecmp.cmp(kept, document, shallow=False):
            return  # carried over before a stop
        number += 1
    shutil.copy2(document, kept)


def _locked_file(folder: Path) -> Path:
    """The file that cannot be opened for writing, or the folder when it cannot be told."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            with path.open("r+b"):
                pass
        except PermissionError:
            return path
    return folder
