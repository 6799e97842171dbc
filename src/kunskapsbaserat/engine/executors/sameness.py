"""Is another machine's installation the same as this one's? Else its reports would be others, which only a manifest tells."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass

from kunskapsbaserat.engine import manifest
from kunskapsbaserat.errors import RenderError

_CODE, _TABLES = "kunskapsbaserats kod", "kunskapsbaserats tabeller"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Installation:
    """A machine by name, and the versions there of what has a say in a report, by what they are called."""

    machine: str
    versions: Mapping[str, str]


@functools.cache
def installation() -> Installation:
    """That of this process."""
    versions = manifest.versions()
    tables = json.dumps(manifest.embedded_sha256(), sort_keys=True).encode()
    said = {"kunskapsbaserat": versions["version"], "Python": versions["python"], **versions["libraries"]}
    said |= {_CODE: versions["code_sha256"][:12], _TABLES: hashlib.sha256(tables).hexdigest()[:12]}
    return Installation(platform.node(), said)


def require_same(there: Installation, where: str) -> None:
    """Refuse a machine with another version of anything that has a say.

    Raises
    ------
    RenderError
        It names the machine and both versions of each.
    """
    here = installation().versions
    other = [name for name in here if here[name] != there.versions.get(name)]
    if not other:
        return
    name = f"{there.machine} ({where})"
    pairs = [(one, there.versions.get(one, "saknas"), here[one]) for one in other]
    swedish = ", ".join(f"{one} {theirs} men {ours} här" for one, theirs, ours in pairs[:_SHOWN])
    rest = f" och {len(pairs) - _SHOWN} till" if len(pairs) > _SHOWN else ""
    raise RenderError(
        f"{name} has other versions than this machine: " + ", ".join(f"{o} {t}, here {u}" for o, t, u in pairs),
        svenska=f"Dask-arbetaren på {name} har {swedish}{rest}. Inget görs där: installera samma versioner på alla datorer.",
    )


def refuse_without(where: str, error: BaseException) -> RenderError:
    """The error about a machine that could not even say what it has."""
    return RenderError(
        f"{where} cannot say which versions it has: {type(error).__name__}: {error}",
        svenska=f"Dask-arbetaren på {where} kan inte köra kunskapsbaserat ({error}). "
        f"Installera kunskapsbaserat {installation().versions['kunskapsbaserat']} där.",
    )
