"""Every package that a core install brings, with its licence: docs/beroenden.md. Stops at a licence that nobody has looked at.

    python tools/dependencies.py > docs/beroenden.md

The bill of materials is made by uv from the same resolution: ``uv export --format cyclonedx1.5 --no-dev``.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = "kunskapsbaserat"
# Licences that may be used together with MIT in a work that is passed on. MPL and the LGPL bind their own files alone.
FREE = re.compile(
    r"Python Software Foundation|\b(MIT|MIT-0|MIT-CMU|BSD|0BSD|BSD-[123]-Clause|Apache|ISC|PSF|PSF-2\.0|Python-2\.0|HPND|Unlicense|Zlib|MPL|LGPL|CC0-1\.0|OFL)\b",
    re.IGNORECASE,
)
BINDING = re.compile(
    r"\bA?GPL|(?<!Lesser )General Public License|\b(SSPL|BUSL|Commons Clause|proprietary|NonCommercial|CC-BY-NC)\b",
    re.IGNORECASE,
)


def needed(root: str = ROOT) -> dict[str, importlib.metadata.Distribution]:
    """The packages of a core install on this machine, without the package itself, by canonical name."""
    waiting: list[tuple[str, str]] = [(canonicalize_name(root), "")]  # a package, and an extra of it ("" is the package alone)
    seen = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in importlib.metadata.distribution(name).requires or ():
            one = Requirement(line)
            if one.marker is None or one.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(one.name), wanted) for wanted in ("", *one.extras)]
    names = sorted({name for name, _ in seen} - {canonicalize_name(root)})
    return {name: importlib.metadata.distribution(name) for name in names}


def licence_of(dist: importlib.metadata.Distribution) -> str:
    """The licence as the package says it: its expression, else its classifiers, else the first line of its text."""
    about = dist.metadata
    classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier", []) if c.startswith("License ::")]
    text = (about.get("License") or "").strip().partition("\n")[0]
    return about.get("License-Expression") or ", ".join(c for c in classifiers if c != "OSI Approved") or text or "saknas"


def may_be_passed_on(licence: str) -> bool:
    """Is it a licence that binds nobody who passes the package on beyond its own files?"""
    parts = re.split(r"\s+OR\s+", licence)
    return any(FREE.search(part) and not BINDING.search(part) for part in parts)


def main() -> None:
    rows = {name: (dist.version, licence_of(dist)) for name, dist in needed().items()}
    unclear = {name: licence for name, (_, licence) in rows.items() if not may_be_passed_on(licence)}
    if unclear:
        sys.exit(f"look at these licences: {unclear}")
    print("# Beroenden\n")
    print("Paketen som följer med en installation utan tillägg, med version och licens som de själva anger. Skrivs av")
    print("`python tools/dependencies.py > docs/beroenden.md`; ett test stoppar en licens som inte går att förena med MIT.")
    print("Programmet hämtar inget av sig självt; bara `kunskap hamta` använder nätet.\n")
    print("| Paket | Version | Licens |\n| --- | --- | --- |")
    for name, (version, licence) in rows.items():
        print(f"| {name} | {version} | {licence.replace('|', '/')} |")


if __name__ == "__main__":
    main()
