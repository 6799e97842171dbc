"""A kommun's signature on a finished report, so that a reader far away, without its files, can see that nothing was changed.

The signature (Ed25519) is of the manifest, which has the checksum of every file of the report. It says who stands behind the
report and never that the figures are right: that is what `verification` shows. The library is the extra ``signera``.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kunskapsbaserat import extras
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.placing import MANIFEST, SIGNATURE
from kunskapsbaserat.errors import FileError, RenderError
from kunskapsbaserat.system_errors import os_fault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Result = Literal["valid", "changed", "unsigned", "other_key"]
ALGORITHM = "Ed25519"
PUBLIC = ".pub"
_WHAT = b"kunskapsbaserat: manifest of a report\n"  # so that a signature of something else never passes for one of a report
_LONGEST_KEY = 10_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a signature shows.

    Attributes
    ----------
    folder : Path
        The report's.
    result : {"valid", "changed", "unsigned", "other_key"}
        "changed": the manifest is not the one that was signed, or the signature is damaged.
    changed, unknown : sequence of str
        Files that are not as the manifest says, and files that it does not name.

    Examples
    --------
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import Checked
    >>> Checked(Path("1983-koping/lagesbild"), "valid").good
    True
    >>> Checked(Path("1983-koping/lagesbild"), "valid", changed=["report.html"]).good
    False
    >>> Checked(Path("1983-koping/lagesbild"), "valid", unknown=["egna-anteckningar.txt"]).undecided
    True
    """

    folder: Path
    result: Result
    changed: Sequence[str] = ()
    unknown: Sequence[str] = ()

    @property
    def good(self) -> bool:
        """Is every file in the folder as it was signed?"""
        return self.result == "valid" and not self.changed and not self.unknown

    @property
    def undecided(self) -> bool:
        """Is the report as it was signed, with files beside it that nobody has signed?"""
        return self.result == "valid" and not self.changed and bool(self.unknown)


def require() -> None:
    """Say at once when the library is missing.

    Raises
    ------
    RenderError
        The message has the command that installs it.
    """
    if importlib.util.find_spec("cryptography") is None:
        raise RenderError(
            f"signatures need cryptography: {extras.command('signera')}",
            svenska=f"Signering behöver ett tillägg som inte är installerat. Skriv i terminalen: {extras.command('signera')}",
        )


def new_key(path: Path) -> Path:
    """Make a pair of keys: the secret one at `path`, the public one beside it with ``.pub`` added, whose path is returned.

    Parameters
    ----------
    path : Path
        Of the secret key, which nobody else may read.

    Returns
    -------
    Path
        Of the public key, for those who are to check the reports.

    Raises
    ------
    FileError
        One of the files exists: a key is never written over.
    RenderError
        They cannot be written, or the library is missing.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import new_key
    >>> folder = tempfile.TemporaryDirectory()
    >>> new_key(Path(folder.name) / "koping.key").name
    'koping.key.pub'
    >>> folder.cleanup()
    """
    require()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = path.with_name(path.name + PUBLIC)
    for file in (path, public):
        if file.exists():
            raise FileError("exists", file, "exists and is not written over", "finns redan och skrivs inte över.")
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    shown = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secret)
        public.write_bytes(shown)
    except OSError as error:
        raise RenderError(
            f"cannot write the key {path}: {error.strerror}",
            svenska=f"Nyckeln kunde inte skrivas. {os_fault(error, path)}",
        ) from error
    return public


def sign(folders: Sequence[Path], key: Path) -> None:
    """Sign reports; all or none. Signing again with the same key gives the same bytes.

    Parameters
    ----------
    folders : sequence of Path
        From `reports_in`.
    key : Path
        The secret key, as `new_key` made it.

    Raises
    ------
    FileError
        The key cannot be read, or a report is not as it was made.
    RenderError
        A signature cannot be written, or the library is missing.

    Examples
    --------
    A stand-in for a report, signed and then changed:

    >>> import hashlib
    >>> import json
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import check, new_key, sign
    >>> report, keys = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
    >>> page = Path(report.name) / "report.html"
    >>> _ = page.write_bytes(b"Bilden av brotten")
    >>> made = {"outputs": {"report.html": hashlib.sha256(page.read_bytes()).hexdigest()}, "template": "lagesbild"}
    >>> made |= {"chosen": {}, "libraries": {}, "parameters": {}, "formats": [], "inputs": [], "notebook": "lagesbild.ipynb"}
    >>> made |= {"own_folder": False, "own_notebook": False}
    >>> _ = (Path(report.name) / "manifest.json").write_text(json.dumps(made))
    >>> secret = Path(keys.name) / "koping.key"
    >>> public = new_key(secret)
    >>> sign([Path(report.name)], secret)
    >>> check([Path(report.name)], public)[0].good
    True
    >>> _ = page.write_bytes(b"En annan bild")
    >>> check([Path(report.name)], public)[0].changed
    ['report.html']
    >>> report.cleanup()
    >>> keys.cleanup()
    """
    require()
    secret = _secret(key)
    for folder in folders:
        _require_as_made(folder)
    name = _name_of(secret.public_key())
    for folder in folders:
        signature = secret.sign(_WHAT + (folder / MANIFEST).read_bytes())
        record = {"algorithm": ALGORITHM, "key": name, "signature": base64.b64encode(signature).decode()}
        try:
            (folder / SIGNATURE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8", newline="\n")
        except OSError as error:
            text = f"{folder / SIGNATURE}: {error.strerror}"
            raise RenderError(
                f"cannot write {text}", svenska=f"Underskriften kunde inte skrivas. {os_fault(error, folder / SIGNATURE)}"
            ) from error


def check(folders: Sequence[Path], key: Path) -> list[Checked]:
    """Are the reports as the owner of a key signed them? Nothing is rendered, and no file of the kommun is needed.

    Parameters
    ----------
    folders : sequence of Path
        From `reports_in`.
    key : Path
        The public key, from the kommun itself and not from where the report was found.

    Returns
    -------
    list of Checked
        One for each folder, in the same order.

    Raises
    ------
    FileError
        The key cannot be read.
    RenderError
        The library is missing.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kunskapsbaserat.engine import check, new_key
    >>> out = tempfile.TemporaryDirectory()
    >>> _ = (Path(out.name) / "manifest.json").write_text('{"outputs": {}}')
    >>> public = new_key(Path(out.name) / "koping.key")
    >>> check([Path(out.name)], public)[0].result
    'unsigned'
    >>> out.cleanup()
    """
    require()
    public = _public(key)
    return [_check(folder, public) for folder in folders]


def _check(folder: Path, public: Ed25519PublicKey) -> Checked:
    from cryptography.exceptions import InvalidSignature

    record = manifest.signature_in(folder)
    if record is None:
        return Checked(folder, "changed" if (folder / SIGNATURE).exists() else "unsigned")
    if record["key"] != _name_of(public):
        return Checked(folder, "other_key")
    try:
        public.verify(base64.b64decode(record["signature"], validate=True), _WHAT + (folder / MANIFEST).read_bytes())
    except (InvalidSignature, ValueError):
        return Checked(folder, "changed")
    made = manifest.read(folder)
    if made is None:
        return Checked(folder, "changed")
    there = manifest.outputs_of(folder)
    changed = [name for name, sha in made["outputs"].items() if there.get(name) != sha]
    return Checked(folder, "valid", changed, sorted(there.keys() - made["outputs"].keys()))


def _require_as_made(folder: Path) -> None:
    """Nobody signs a report that differs from what the program made: it would be taken for the program's."""
    made = manifest.read(folder)
    if made is None or not manifest.is_whole(made):
        text = "saknar uppgifter eller är ändrad. Skapa rapporten igen innan den signeras."
        raise FileError("manifest", folder / MANIFEST, "lacks entries of this version", text)
    there = manifest.outputs_of(folder)
    changed = [name for name, sha in made["outputs"].items() if there.get(name) != sha]
    if changed:
        raise FileError(
            "changed",
            folder / changed[0],
            "has been changed or removed since the report was made",
            "är ändrad eller borttagen sedan rapporten skapades. Skapa rapporten igen innan den signeras.",
        )


def _name_of(public: Ed25519PublicKey) -> str:
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def _secret(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = _loaded(path, lambda content: load_pem_private_key(content, None), "den hemliga nyckeln")
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, "den hemliga nyckeln")
    return key


def _public(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = _loaded(path, load_pem_public_key, "den öppna nyckeln (.pub)")
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path, "den öppna nyckeln (.pub)")
    return key


def _loaded(path: Path, load: Any, wanted: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(
            "missing", path, f"cannot be read: {error.strerror}", f"går inte att läsa. Ange {wanted} med --nyckel FIL."
        ) from error
    try:
        return load(content[:_LONGEST_KEY])
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(path, wanted) from error


def _no_key(path: Path, wanted: str) -> FileError:
    return FileError("no_key", path, f"is no {ALGORITHM} key of the wanted kind", f"är inte {wanted}.")
