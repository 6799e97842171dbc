"""The environment that a new process starts with."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

# One thread a report: many reports at once use the cores better, and linear algebra that is split over threads may differ in
# the last digit between machines.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")


@contextlib.contextmanager
def environment(extra: Mapping[str, str]) -> Iterator[None]:
    """Variables that a process inherits if it is started inside; what the user has set for a name in `ONE_THREAD` stays."""
    before = {name: os.environ.get(name) for name in extra}
    for name, value in extra.items():
        if name not in ONE_THREAD or before[name] is None:
            os.environ[name] = value
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = old
