"""What a Dask worker does with a parcel: has each of its reports made in the warm process beside it, and packs them."""

from __future__ import annotations

import tempfile
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kunskapsbaserat.engine.executors.parcels import Delivery, Parcel, delivered, unpacked
from kunskapsbaserat.engine.executors.sameness import Installation, installation
from kunskapsbaserat.engine.executors.workshop import workshop
from kunskapsbaserat.engine.job import Ended, Job
from kunskapsbaserat.engine.warm import Warmth

_LOOKS = 0.25


@dataclass(frozen=True, slots=True)
class Made:
    """What is sent back, and where the parcel's folder lay here."""

    delivery: Delivery
    home: Path


def make(parcel: Parcel, asked: Installation, warmth: Warmth, limit: float | None) -> Made | Installation:
    """The reports of a parcel; or what this machine has, when that is not what the asking one has.

    Raises
    ------
    WorkshopLost
        The process beside this one was ended: Dask begins the task again.
    """
    import distributed

    if installation().versions != asked.versions:
        return installation()
    worker = distributed.get_worker()
    # Below the worker's own folder: what a killed worker leaves there is swept by the next one.
    with tempfile.TemporaryDirectory(prefix="kunskap-", dir=worker.local_directory, ignore_cleanup_errors=True) as room:
        jobs = unpacked(parcel, Path(room).resolve())
        ended = _made(jobs, worker, warmth, limit)
        return Made(delivered(parcel, jobs, ended), jobs[0].data or Path())


def _made(jobs: list[Job], worker: Any, warmth: Warmth, limit: float | None) -> list[Ended]:
    """At most as many at a time as the worker has threads. When Dask no longer wants the task, nothing of it goes on."""
    import distributed

    key, shop = worker.get_current_task(), workshop(warmth, limit)
    waiting = deque(jobs)
    under_way: dict[Future[Ended], Job] = {}
    found: dict[Path, Ended] = {}
    try:
        while waiting or under_way:
            while waiting and len(under_way) < worker.state.nthreads:
                job = waiting.popleft()
                under_way[shop.make(job)] = job
            for future in wait(under_way, _LOOKS, FIRST_COMPLETED).done:
                found[under_way.pop(future).room] = future.result()
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled":
                raise distributed.Reschedule  # nobody reads it, unless Dask has thought better of it meanwhile
    finally:
        for job in under_way.values():
            shop.take_back(job)
        wait(under_way)  # their rooms go away only when nobody writes there
    return [found[job.room] for job in jobs]
