"""Write code into the notebook below the widget, where there is a notebook."""

from __future__ import annotations

import functools
import importlib.util
import os
import warnings
from typing import Any

_INSERT, _WRITE = "notebook:insert-cell-below", "notebook:replace-selection"


def in_voila() -> bool:
    """Whether the kernel serves a page without cells."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


@functools.cache
def front_end() -> Any | None:
    """The JupyterLab that shows the widgets; None without the extra ``app``. Made before it is needed: it tells its commands
    by and by.
    """
    if importlib.util.find_spec("ipylab") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # ipylab 1.1 declares its traits in an old way
        from ipylab import JupyterFrontEnd

    return JupyterFrontEnd()


def write_below(code: str) -> bool:
    """A new cell under the one in use, holding the code; False where no JupyterLab listens."""
    lab = front_end()
    if lab is None or _INSERT not in lab.commands.list_commands():
        return False
    lab.commands.execute(_INSERT)
    lab.commands.execute(_WRITE, {"text": code})
    return True
