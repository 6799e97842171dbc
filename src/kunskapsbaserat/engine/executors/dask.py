"""Many machines by Dask: each gets chunks of the jobs, renders them with its own executor and sends the reports back.

Nothing is shared but the network: templates and reports travel as bytes. Only a kommun's own folder has to be readable on
every machine, by the same path. Needs the extra ``kunskapsbaserat[dask]``.
"""

from __future__ import annotations

import dataclasses
import io
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from kunskapsbaserat.engine.executors.protocol import Executor
from kunskapsbaserat.engine.job import Ended, Failure, Job
from kunskapsbaserat.errors import RenderError

_CHUNKS_A_WORKER = 2  # the second evens out what the first took longer
_SMALLEST = 4


class DaskExecutor:
    """Jobs in chunks on a Dask cluster.

    Parameters
    ----------
    address : str or distributed.Client
        The scheduler ("tcp://..."), or a client that is connected already.
    """

    name = "dask"

    def __init__(self, address: Any) -> None:
        self.address = address

    def run(self, jobs: Sequence[Job], *, workers: int, limit: float | None) -> Generator[Ended]:
        """See `Executor.run`; `workers` is how many reports each machine makes at the same time, at most its own threads."""
        try:
            import distributed
        except ImportError as error:
            raise RenderError(
                "distributed is not installed: pip install 'kunskapsbaserat[dask]'",
                svenska="Dask är inte installerat. Kör: pip install 'kunskapsbaserat[dask]'.",
            ) from error
        client = self.address if isinstance(self.address, distributed.Client) else distributed.Client(self.address, timeout=30)
        try:
            threads = client.nthreads()
            by_room = {str(job.room): job for job in jobs}
            futures = [
                client.submit(render_chunk, chunk, min(workers, max(threads.values(), default=1)), limit, pure=False)
                for chunk in _chunks(jobs, max(1, len(threads)))
            ]
            try:
                for future in distributed.as_completed(futures):
                    yield from self._ended(future, by_room)
            finally:
                client.cancel(futures)
        finally:
            if client is not self.address:
                client.close()
        for job in by_room.values():  # of a chunk that was lost
            failure = Failure("the chunk was lost", "Dask-arbetaren dog innan rapporten var klar.")
            yield Ended(job, "died", 0.0, failure=failure)

    def _ended(self, future: Any, by_room: dict[str, Job]) -> Generator[Ended]:
        if future.status != "finished":
            return
        for packed in future.result():
            job = by_room.pop(packed["room"])
            _unpack(packed["files"], job.room)
            job.log.write_bytes(packed["log"])
            yield dataclasses.replace(packed["ended"], job=job)


def _chunks(jobs: Sequence[Job], machines: int) -> list[list[tuple[Job, bytes]]]:
    """Pieces of the jobs, each with its template's bytes, enough of them for every machine."""
    size = max(_SMALLEST, -(-len(jobs) // (machines * _CHUNKS_A_WORKER)))
    templates = {job.notebook: job.notebook.read_bytes() for job in jobs}
    return [[(job, templates[job.notebook]) for job in jobs[i : i + size]] for i in range(0, len(jobs), size)]


def render_chunk(chunk: Sequence[tuple[Job, bytes]], workers: int, limit: float | None) -> list[dict[str, Any]]:
    """On a Dask worker: render the chunk in a process beside it, where crashes end and a forkserver may be started."""
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=pickle.dumps((list(chunk), workers, limit)),
        stdout=subprocess.PIPE,
        check=True,
    )
    results: list[dict[str, Any]] = pickle.loads(done.stdout)
    return results


def run_chunk(
    chunk: Sequence[tuple[Job, bytes]], workers: int, limit: float | None, executor: Executor
) -> list[dict[str, Any]]:
    """Render the jobs in a folder of this machine, and pack each with its log."""
    packed = []
    with tempfile.TemporaryDirectory(prefix="kunskap-dask-", ignore_cleanup_errors=True) as room:
        jobs, asked_room = [], {}
        for number, (job, template) in enumerate(chunk):
            own = Path(room).resolve() / str(number)
            here = dataclasses.replace(job, notebook=own / job.notebook.name, room=own / "rum", log=own / "logg")
            here.room.mkdir(parents=True)
            here.notebook.write_bytes(template)
            jobs.append(here)
            asked_room[here.room] = str(job.room)
        for ended in executor.run(jobs, workers=workers, limit=limit):
            log = ended.job.log.read_bytes() if ended.job.log.exists() else b""
            packed.append({"room": asked_room[ended.job.room], "files": _pack(ended.job.folder), "log": log, "ended": ended})
    return packed


def _pack(folder: Path) -> bytes:
    """The report's folder as bytes; empty when there is none."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return content.getvalue()


def _unpack(content: bytes, room: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(room)


def _main() -> None:
    from kunskapsbaserat.engine.executors import default_executor

    chunk, workers, limit = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(run_chunk(chunk, workers, limit, default_executor())))


if __name__ == "__main__":
    _main()
