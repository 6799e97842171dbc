"""Where each publisher's service is, and the one way to point at another place: a proxy, a copy, a replica."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kunskapsbaserat.errors import FileError

VARIABLE = "KUNSKAP_KALLOR"
"""Environment variable with the path of a TOML file: ``[kolada]`` and ``bas = "http://127.0.0.1:8901/v3"``."""

NAMED = ("kolada", "scb", "sol", "bra", "scb_geo", "polisen")
"""The tables that such a file may have. Those that are not in `SERVICES` are not fetched yet, and `kunskap hamta` says so."""


@dataclass(frozen=True, slots=True)
class Service:
    """A publisher's service.

    Attributes
    ----------
    key : str
        Its name in the store and in the file of addresses.
    name : str
        As a person calls it.
    base : str
        What every address begins with, without a slash at the end.
    licence : str
        The publisher's terms, kept with every answer.
    pause : float
        Seconds between the beginnings of two requests.
    """

    key: str
    name: str
    base: str
    licence: str
    pause: float


SERVICES = {
    "kolada": Service("kolada", "Kolada", "https://api.kolada.se/v3", "Fri användning. Skriv ”Källa: Kolada”.", 0.3),
    "scb": Service("scb", "SCB", "https://statistikdatabasen.scb.se/api/v2", "CC0", 1.0),
}


def service(key: str) -> Service:
    """The service, at the address that `KUNSKAP_KALLOR` gives or at the publisher's own.

    Raises
    ------
    FileError
        The file of addresses cannot be read, names something unknown, or gives no whole address.
    """
    known = SERVICES[key]
    base = _other_addresses().get(key, known.base)
    return Service(known.key, known.name, base, known.licence, known.pause)


def not_fetched() -> list[str]:
    """Services that the file of addresses names but this version does not fetch from."""
    return [key for key in _other_addresses() if key not in SERVICES]


def _other_addresses() -> dict[str, str]:
    name = os.environ.get(VARIABLE)
    if not name:
        return {}
    path = Path(name)
    try:
        tables: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileError(
            "addresses",
            path,
            f"cannot be read as TOML ({error})",
            f"går inte att läsa som TOML. Rätta filen eller ta bort miljövariabeln {VARIABLE}.",
        ) from error
    return {key: _base(path, key, table) for key, table in tables.items()}


def _base(path: Path, key: str, table: object) -> str:
    if key not in NAMED:
        listed = ", ".join(NAMED)
        raise FileError("addresses", path, f"names [{key}], not one of {listed}", f"har tabellen [{key}]. Välj bland {listed}.")
    if not isinstance(table, dict) or set(table) != {"bas"} or not _is_address(table["bas"]):
        raise FileError(
            "addresses",
            path,
            f"[{key}] needs bas = an address with http and host, and nothing else",
            f'ska under [{key}] ha bas = "https://..." och inget annat.',
        )
    return str(table["bas"]).rstrip("/")


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
