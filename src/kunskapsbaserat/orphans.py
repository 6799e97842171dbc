"""A process that ends when the one that started it is gone, also when that was killed and could tell nobody."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Callable


def end_with_parent(before: Callable[[], object] | None = None) -> None:
    """End this process at once when its parent has ended; `before` is called first. For every start method and system.

    A killed program closes no queue and sends no last word: what it has started would go on with work that nobody will read,
    and a pool's processes, which hold both ends of their queue, would wait for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel, before), name="kunskap-parent", daemon=True).start()


def _watch(parent: int, before: Callable[[], object] | None) -> None:
    multiprocessing.connection.wait([parent])
    try:
        if before is not None:
            before()
    finally:
        os._exit(1)
