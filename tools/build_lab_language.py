"""Write JupyterLab's Swedish: from ``English=svenska``, a line each, to the file that JupyterLab reads.

    python tools/build_lab_language.py

There is no Swedish language pack for JupyterLab on PyPI, nor among the project's own translations. This one holds the menus, buttons
and questions that an analyst meets; what is not here stays English. A line in `strings.txt` is written for each of the
contexts in which JupyterLab asks for a word.
"""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "src" / "kunskapsbaserat" / "widgets" / "lab" / "svenska"
SOURCE, TARGET = FOLDER / "strings.txt", FOLDER / "locale" / "sv_SE" / "LC_MESSAGES" / "jupyterlab.json"
CONTEXTS = ("menu", "toolbar", "schema", "settings")
_BETWEEN = "\x04"  # what gettext puts between a context and its text


def strings(text: str) -> dict[str, str]:
    """English to Swedish."""
    return dict(tuple(line.split("=", 1)) for line in text.splitlines() if line.strip())


def pack(words: dict[str, str]) -> dict[str, object]:
    head = {"domain": "jupyterlab", "language": "sv-SE", "plural_forms": "nplurals=2; plural=(n != 1);", "version": "0"}
    plain = {english: [swedish] for english, swedish in words.items()}
    of_contexts = {f"{context}{_BETWEEN}{english}": [swedish] for context in CONTEXTS for english, swedish in words.items()}
    return {"": head, **plain, **of_contexts}


def main() -> None:
    words = strings(SOURCE.read_text(encoding="utf-8"))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(pack(words), ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(words)} strings in {TARGET.name}")


if __name__ == "__main__":
    main()
