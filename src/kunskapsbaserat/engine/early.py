"""The process that reports are made in begins to load what they need while the command still looks at what is asked for."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence

from kunskapsbaserat import interruption
from kunskapsbaserat.engine import warm
from kunskapsbaserat.engine.environment import ONE_THREAD, environment
from kunskapsbaserat.report.documents import documents


def start(templates: Sequence[str], *, kommuner: int, folder: bool) -> None:
    """Start the forkserver, where there is one, for a few reports of these templates; what `ForkserverExecutor` does too late.

    Not where more is to be loaded ahead: for many kommuner, or from a `folder` that may give many reports of one of the
    templates. It ends with this process, asked for reports or not.
    """
    many = kommuner >= warm.WORTH_REHEARSING or (folder and _divided(templates))
    if many or "forkserver" not in multiprocessing.get_all_start_methods():
        return
    from multiprocessing import forkserver

    multiprocessing.get_context("forkserver").set_forkserver_preload([warm.__name__])
    with environment(ONE_THREAD | warm.Warmth(tuple(templates)).variables()), interruption.unheard_by_children():
        forkserver.ensure_running()


def _divided(templates: Sequence[str]) -> bool:
    """May a folder give several reports of one of them, as one for each school?"""
    known = documents()
    return any(known[name].divided_by for name in templates if name in known)
