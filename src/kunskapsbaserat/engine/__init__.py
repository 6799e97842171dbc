"""RENDER: a template and a kommun become a folder with page, notebook, tables and manifest; one or all 290.

Each name is loaded when it is first used: a misspelt template is told at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kunskapsbaserat.engine.batch import Outcome, Wanted, dated, divided, render_many
    from kunskapsbaserat.engine.executors import (
        DaskExecutor,
        Executor,
        ForkserverExecutor,
        KernelExecutor,
        SpawnExecutor,
        default_executor,
    )
    from kunskapsbaserat.engine.formats import FILES
    from kunskapsbaserat.engine.health import Health, health_of
    from kunskapsbaserat.engine.index import write_index
    from kunskapsbaserat.engine.job import Failure
    from kunskapsbaserat.engine.last_run import LAST_RUN, write_run
    from kunskapsbaserat.engine.packages import folders_in, home_of, sound
    from kunskapsbaserat.engine.remote import Folder, folder
    from kunskapsbaserat.engine.rendering import Rendered, render
    from kunskapsbaserat.engine.revised import Revised, against_newest
    from kunskapsbaserat.engine.shares import Share, join, wanted_of, write_record
    from kunskapsbaserat.engine.signing import Checked, check, new_key, sign
    from kunskapsbaserat.engine.templates import asks_for, takes, template_names, template_path
    from kunskapsbaserat.engine.verification import Verified, reports_in, verify

_MODULES = {
    "batch": ("Outcome", "Wanted", "dated", "divided", "render_many"),
    "executors": ("DaskExecutor", "Executor", "ForkserverExecutor", "KernelExecutor", "SpawnExecutor", "default_executor"),
    "formats": ("FILES",),
    "health": ("Health", "health_of"),
    "index": ("write_index",),
    "job": ("Failure",),
    "last_run": ("LAST_RUN", "write_run"),
    "packages": ("folders_in", "home_of", "sound"),
    "remote": ("Folder", "folder"),
    "rendering": ("Rendered", "render"),
    "revised": ("Revised", "against_newest"),
    "shares": ("Share", "join", "wanted_of", "write_record"),
    "signing": ("Checked", "check", "new_key", "sign"),
    "templates": ("asks_for", "takes", "template_names", "template_path"),
    "verification": ("Verified", "reports_in", "verify"),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "FILES",
    "LAST_RUN",
    "Checked",
    "DaskExecutor",
    "Executor",
    "Failure",
    "Folder",
    "ForkserverExecutor",
    "Health",
    "KernelExecutor",
    "Outcome",
    "Rendered",
    "Revised",
    "Share",
    "SpawnExecutor",
    "Verified",
    "Wanted",
    "against_newest",
    "asks_for",
    "check",
    "dated",
    "default_executor",
    "divided",
    "folder",
    "folders_in",
    "health_of",
    "home_of",
    "join",
    "new_key",
    "render",
    "render_many",
    "reports_in",
    "sign",
    "sound",
    "takes",
    "template_names",
    "template_path",
    "verify",
    "wanted_of",
    "write_index",
    "write_record",
    "write_run",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
