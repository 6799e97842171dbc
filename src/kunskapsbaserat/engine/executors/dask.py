"""Many machines by Dask: each report is made in a warm process beside a Dask worker, and comes back as bytes.

Nothing is shared but the network. A task is the jobs about one folder: workers that come late get theirs, those of a worker
that is lost are done elsewhere, and the report is the same wherever it was made. Needs the extra ``kunskapsbaserat[dask]``.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat import extras
from kunskapsbaserat.engine.executors import dask_task
from kunskapsbaserat.engine.executors.dask_task import Made
from kunskapsbaserat.engine.executors.parcels import Parcel, packed, received, together
from kunskapsbaserat.engine.executors.sameness import Installation, installation, refuse_without, require_same
from kunskapsbaserat.engine.job import Ended, Failure, Job
from kunskapsbaserat.engine.warm import Warmth
from kunskapsbaserat.errors import RenderError

# What waits with the scheduler at a time: enough to keep hundreds of threads busy and for a cluster to see that it has to grow,
# so little that the folders of all kommuner never lie in its memory at once.
_TASKS, _BYTES = 400, 256_000_000
_LOOKS = 0.5
AUTO = "auto"
_LATE = "kom till under körningen"


class DaskExecutor:
    """Reports, and simulations, on a Dask cluster.

    What is not said here is taken from Dask's own configuration, as a Dask user expects: ``scheduler-address``
    (``DASK_SCHEDULER_ADDRESS``), ``distributed.comm`` with its certificates and times, and ``kunskap.resources`` and
    ``kunskap.retries`` beside them.

    Parameters
    ----------
    address : str, distributed.Client or cluster, optional
        The scheduler ("tcp://...", "tls://..."), a scheduler file (a name ending in ".json"), a client that is connected
        already, or a cluster. Default the client in use, else what Dask's configuration says.
    security : distributed.security.Security, optional
        Certificates; default those of Dask's configuration.
    resources : mapping of str to float, optional
        What a worker must have for a report, such as ``{"kunskap": 1}``.
    retries : int, optional
        How often a report is begun again whose process was lost; default 2. A worker that is lost does not count.
    patience : float
        Seconds to wait for the first worker that may be used.

    Examples
    --------
    Nothing is asked of the network before there is something to do:

    >>> from kunskapsbaserat.engine import DaskExecutor
    >>> executor = DaskExecutor("tcp://scheduler:8786", resources={"kunskap": 1})
    >>> executor.name, executor.resources
    ('dask', {'kunskap': 1})
    """

    name = "dask"

    def __init__(
        self,
        address: Any = None,
        *,
        security: Any = None,
        resources: Mapping[str, float] | None = None,
        retries: int | None = None,
        patience: float = 300.0,
    ) -> None:
        self.address, self.security = None if address == AUTO else address, security
        self.resources, self.retries, self.patience = resources, retries, patience

    def run(self, jobs: Sequence[Job], *, workers: int | None, limit: float | None) -> Generator[Ended]:
        """See `Executor.run`; `workers` is how many tasks are under way at a time in the whole cluster."""
        if not jobs:
            return
        distributed = _distributed()
        with self._connected() as client:
            _require_all_same(client)
            waiting, warmth = deque(together(jobs)), Warmth.of(jobs)
            under_way: dict[Any, Parcel] = {}
            held, have_workers = 0, False
            done = distributed.as_completed(loop=client.loop, raise_errors=False)
            try:
                while waiting or under_way:
                    while waiting and len(under_way) < (workers or _TASKS) and held < _BYTES:
                        parcel = packed(waiting.popleft())
                        held += parcel.size
                        under_way[future := self._submitted(client, parcel, warmth, limit)] = parcel
                        done.add(future)
                    if not have_workers:
                        self._require_workers(client)
                        have_workers = True
                    future = next(done)
                    parcel = under_way.pop(future)
                    held -= parcel.size
                    yield from _ended(future, parcel)
            finally:
                client.cancel(list(under_way), force=True)

    def map(self, function: Callable[..., Any], *iterables: Iterable[Any]) -> Iterator[Any]:
        """What the function gives for each, in their order, as the executors of `concurrent.futures` do.

        Parameters
        ----------
        function : callable
            Of a module that the workers have too.
        *iterables : iterable
            Its arguments.

        Returns
        -------
        iterator
            Closing it before its end cancels the rest.

        Raises
        ------
        RenderError
            The cluster cannot be reached, or a worker has other versions.
        """
        with self._connected() as client:
            _require_all_same(client)
            futures = client.map(function, *iterables, pure=False, **self._options())
            try:
                self._require_workers(client)
                for future in futures:
                    yield future.result()
            finally:
                client.cancel(futures, force=True)

    def _submitted(self, client: Any, parcel: Parcel, warmth: Warmth, limit: float | None) -> Any:
        first = parcel.jobs[0]
        key = f"kunskap-{first.template}-{first.subject.code}-{uuid.uuid4().hex}"
        return client.submit(dask_task.make, parcel, installation(), warmth, limit, key=key, pure=False, **self._options())

    def _options(self) -> dict[str, Any]:
        import dask

        resources = self.resources if self.resources is not None else dask.config.get("kunskap.resources", None)
        retries = self.retries if self.retries is not None else dask.config.get("kunskap.retries", 2)
        return {"resources": dict(resources) if resources else None, "retries": retries}

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        """A client: the one that was given or is in use, or one of our own which is closed afterwards."""
        import dask

        distributed = _distributed()
        if isinstance(self.address, distributed.Client):
            yield self.address
            return
        where: Any = self.address
        if where is None and (in_use := _client_in_use(distributed)) is not None:
            yield in_use
            return
        if where is None:
            where = dask.config.get("scheduler-address", None) or dask.config.get("scheduler-file", None)
        if where is None:
            raise RenderError(
                "no Dask scheduler: give an address, or set DASK_SCHEDULER_ADDRESS",
                svenska="Det sägs inte vilket Dask-kluster som ska användas. Ange adressen (tcp://...) eller en "
                "schemaläggarfil (.json), eller sätt DASK_SCHEDULER_ADDRESS.",
            )
        from_file = isinstance(where, str | Path) and str(where).endswith(".json")
        named = {"scheduler_file": str(where)} if from_file else {"address": where}
        try:
            client = distributed.Client(**named, security=self.security, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # no answer, an unknown kind of address, no certificates for it
            raise RenderError(
                f"the Dask scheduler {where} cannot be reached: {error}",
                svenska=f"Det går inte att nå Dask-klustrets schemaläggare {where}: {error}",
            ) from error
        with client:
            yield client

    def _require_workers(self, client: Any) -> None:
        """Wait until there is a worker that may be used: the tasks that wait for it are what makes a cluster grow."""
        until = time.monotonic() + self.patience
        needed = self._options()["resources"] or {}
        while not any(
            all(worker["resources"].get(name, 0) >= amount for name, amount in needed.items())
            for worker in client.scheduler_info()["workers"].values()
        ):
            if time.monotonic() > until:
                having = f" med {' och '.join(needed)}" if needed else ""
                raise RenderError(
                    f"no worker{' with ' + ', '.join(needed) if needed else ''} within {self.patience:g} seconds",
                    svenska=f"Dask-klustret fick ingen arbetare{having} på {self.patience:g} sekunder.",
                )
            time.sleep(_LOOKS)


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise RenderError(
            f"distributed is not installed: {extras.command('dask')}",
            svenska=f"Dask är inte installerat. Skriv i terminalen: {extras.command('dask')}",
        ) from error
    return distributed


def _client_in_use(distributed: Any) -> Any:
    try:
        return distributed.default_client()
    except ValueError:
        return None


def _require_all_same(client: Any) -> None:
    """Refuse a cluster with a worker of other versions before anything is made; one that comes later says so itself."""
    found: dict[str, Any] = client.run(installation, on_error="return")
    for address, there in found.items():
        if not isinstance(there, Installation):
            raise refuse_without(address, there)
        require_same(there, address)


def _ended(future: Any, parcel: Parcel) -> Iterator[Ended]:
    """How the jobs of a task ended, whatever became of the task."""
    if future.status == "finished":
        made: Made | Installation = future.result()
        future.release()
        if isinstance(made, Installation):
            require_same(made, _LATE)
        else:
            yield from received(parcel, made.delivery, made.home)
        return
    error = future.exception() if future.status == "error" else None
    if isinstance(error, ImportError):
        raise refuse_without(_LATE, error)
    text = f"{type(error).__name__}: {error}" if error is not None else future.status
    for job in parcel.jobs:
        failure = Failure(
            f"the Dask task was lost ({text})",
            f"Rapporten blev inte gjord: Dask-arbetarna som hade den gick förlorade ({text}).",
        )
        yield Ended(job, "died", 0.0, failure=failure)
