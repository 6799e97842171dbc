"""The secret of a folder: digests made with it tell nothing to whoever does not have the folder.

A plain digest of "811228-9874" or of a name is undone with a list of words in seconds. The file follows the folder, and no
report has it or anything of it but keyed digests.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kunskapsbaserat.data import locks
from kunskapsbaserat.data.export import replace_file
from kunskapsbaserat.data.folder.layout import EST_SECRET
from kunskapsbaserat.errors import FileError, FileLocked
from kunskapsbaserat.system_errors import os_reason

FILE = EST_SECRET
DIGITS = 64  # hexadecimal: 32 bytes
PATIENCE = 30.0  # seconds; the file is written in milliseconds
_ABOUT = (
    "# Mappens hemlighet. Med den görs märken i est_dubbletter.csv och est_publicerat.json som ingen utanför kan tyda.",
    "# Ändra inte, ta inte bort, lämna inte ut. Den ska följa med mappen och dess säkerhetskopior.",
)


@dataclass(frozen=True, slots=True)
class Secret:
    """The key of a folder's digests."""

    key: bytes = field(repr=False)

    def digest(self, text: str, *, size: int = 10) -> str:
        """A keyed digest of `size` bytes, in hexadecimal."""
        return self.digests([text], size=size)[0]

    def digests(self, texts: Iterable[str], *, size: int = 10) -> list[str]:
        """The digest of each text."""
        begun = hashlib.blake2b(key=self.key, digest_size=size)
        return [continued(begun, text) for text in texts]


def continued(begun: hashlib.blake2b, text: str) -> str:
    """The digest of what `begun` has taken in followed by a text; it can be continued in another way again."""
    whole = begun.copy()
    whole.update(text.encode("utf-8"))
    return whole.hexdigest()


def of(folder: str | Path) -> Secret:
    """The secret of a folder, made at the first call; one for this run only where the folder may not be written.

    Raises
    ------
    FileError
        The file is damaged: with another secret nothing that was noted before would be known again.
    FileLocked
        It cannot be read or made now, though the folder can be written.
    """
    path = Path(folder) / FILE
    if (kept := _read(path)) is not None:
        return kept
    made = Secret(secrets.token_bytes(DIGITS // 2))
    try:
        with locks.held(path.with_name(f".{path.stem}.las"), patience=PATIENCE):
            if (kept := _read(path)) is not None:  # another program was first
                return kept
            replace_file(path, ("\r\n".join((*_ABOUT, made.key.hex())) + "\r\n").encode("utf-8-sig"))
    except TimeoutError as error:
        raise FileLocked(path) from error
    except FileLocked:
        if os.access(folder, os.W_OK):  # a passing trouble: a key of this run alone would mark what is kept
            raise
        return made
    except OSError as error:
        if os.access(folder, os.W_OK):
            text = f"går inte att skriva: {os_reason(error)}."
            raise FileError("secret", path, f"cannot be written: {error.strerror}", text) from error
        return made  # what needs it again is written to the same folder, and cannot be either
    return made


def _read(path: Path) -> Secret | None:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
        digits = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if len(digits) != 1 or len(digits[0]) != DIGITS:
            raise ValueError("not one key")
        return Secret(bytes.fromhex(digits[0]))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise FileLocked(path, reading=True) from error
    except (OSError, ValueError) as error:
        raise FileError(
            "secret",
            path,
            "is damaged or cannot be read",
            "är skadad eller går inte att läsa. Hämta tillbaka den ur en säkerhetskopia av mappen.",
        ) from error
