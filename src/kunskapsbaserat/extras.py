"""The command that installs an extra part of the package, from where this installation came: a folder, a file or the index."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from urllib.parse import urlsplit
from urllib.request import url2pathname

PACKAGE = "kunskapsbaserat"


def command(extra: str) -> str:
    """What to write in a terminal.

    Parameters
    ----------
    extra : str
        As pyproject.toml names it: "office".

    Returns
    -------
    str
        For pip, or for uv in an environment that uv has made, where there is no pip.

    Examples
    --------
    >>> from kunskapsbaserat import extras
    >>> extras.command("office").endswith('[office]"')
    True
    """
    installer = "pip" if importlib.util.find_spec("pip") is not None else "uv pip"
    return f'python -m {installer} install "{_requirement(extra)}"'


def _requirement(extra: str) -> str:
    """The package with its extra as an installer takes it; where it came from is noted beside it (PEP 610)."""
    noted = importlib.metadata.distribution(PACKAGE).read_text("direct_url.json")
    origin = json.loads(noted) if noted else {}
    url = str(origin.get("url", ""))
    if not url:
        return f"{PACKAGE}[{extra}]"
    if "dir_info" in origin:
        return f"{url2pathname(urlsplit(url).path)}[{extra}]"
    version = origin.get("vcs_info", {})
    address = f"{version['vcs']}+{url}@{version['commit_id']}" if version else url
    return f"{PACKAGE}[{extra}] @ {address}"
