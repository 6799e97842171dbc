"""Write code into the notebook below the widget, where there is a notebook."""

from __future__ import annotations

import functools
import os
import warnings
from typing import Any

_INSERT, _WRITE = "notebook:insert-cell-below", "notebook:replace-selection"


def in_voila() -> bool:
    """Whether the kernel serves a page without cells."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


@functools.cache
def front_end() -> Any:
    """The JupyterLab that shows the widgets. Made before it is needed: it tells its commands by and by."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # ipylab 1.1 declares its traits in an old way
        from ipylab import JupyterFrontEnd

    return JupyterFrontEnd()


def write_below(code: str) -> bool:
    """A new cell under the one in use, holding the code; False where no JupyterLab listens."""
    commands = front_end().commands
    if _INSERT not in commands.list_commands():
        return False
    commands.execute(_INSERT)
    commands.execute(_WRITE, {"text": code})
    return True
