"""Where each publisher's service is, and the one way to point at another place: a proxy, a copy, a replica."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kunskapsbaserat.errors import FileError

VARIABLE = "KUNSKAP_KALLOR"
"""Environment variable with the path of a TOML file: ``[kolada]`` and ``bas = "http://127.0.0.1:8901/v3"``.

A service whose certificate cannot be followed to a known root may have ``certifikat``, a PEM file with what its
server leaves out.
"""


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
    certificate : Path, optional
        PEM file with an intermediate certificate that the server does not send. It takes part in the check of the certificate;
        it replaces nothing of it.
    """

    key: str
    name: str
    base: str
    licence: str
    pause: float
    certificate: Path | None = None


SOL_INTERMEDIATE = Path(__file__).with_name("digicert_ev_rsa_ca_g2.pem")
"""DigiCert EV RSA CA G2, which public programs say issued the certificate of statistik.bra.se; the server sends another one.

Valid to 2030-07-02. A test follows its signature to DigiCert Global Root G2, a root that certifi carries; the server's own
certificate has not been seen.
"""

_BRA = "Får vidareutnyttjas fritt. Ange Brå som källa."
SERVICES = {
    "kolada": Service("kolada", "Kolada", "https://api.kolada.se/v3", "Fri användning. Skriv ”Källa: Kolada”.", 0.3),
    "scb": Service("scb", "SCB", "https://statistikdatabasen.scb.se/api/v2", "CC0", 1.0),
    "sol": Service("sol", "Brås databas", "https://statistik.bra.se/solwebb", _BRA, 0.5, SOL_INTERMEDIATE),
    "bra": Service("bra", "Brås webbplats", "https://bra.se", _BRA, 0.5),
    "scb_geo": Service("scb_geo", "SCB:s kartor", "https://geodata.scb.se/geoserver/stat", "CC0", 0.5),
    "polisen": Service("polisen", "Polisen", "https://polisen.se", "Ange Polismyndigheten som källa.", 0.5),
}


def service(key: str) -> Service:
    """The service, at the address that `KUNSKAP_KALLOR` gives or at the publisher's own.

    Raises
    ------
    FileError
        The file of addresses cannot be read, names something unknown, or gives no whole address.
    """
    known = SERVICES[key]
    base, certificate = _other_addresses().get(key, (known.base, None))
    return replace(known, base=base, certificate=certificate or known.certificate)


def _other_addresses() -> dict[str, tuple[str, Path | None]]:
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
    return {key: (_base(path, key, table), _certificate(path, key, table)) for key, table in tables.items()}


def _base(path: Path, key: str, table: object) -> str:
    if key not in SERVICES:
        listed = ", ".join(SERVICES)
        raise FileError("addresses", path, f"names [{key}], not one of {listed}", f"har tabellen [{key}]. Välj bland {listed}.")
    if not isinstance(table, dict) or set(table) - {"certifikat"} != {"bas"} or not _is_address(table["bas"]):
        raise FileError(
            "addresses",
            path,
            f"[{key}] needs bas = an address with http and host, perhaps certifikat, and nothing else",
            f'ska under [{key}] ha bas = "https://...", kanske certifikat = "fil.pem", och inget annat.',
        )
    return str(table["bas"]).rstrip("/")


def _certificate(path: Path, key: str, table: Mapping[str, Any]) -> Path | None:
    """The file of an intermediate certificate, beside the file of addresses or at a whole path."""
    if "certifikat" not in table:
        return None
    file = path.parent / str(table["certifikat"])
    if not file.is_file():
        raise FileError("addresses", path, f"[{key}]: no file {file}", f"pekar under [{key}] på {file}, som inte finns.")
    return file


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
