"""A process that makes no report and only says who it is; in a module of its own, as each new process loads it."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from kunskapsbaserat.engine.job import BEGUN, Completion, Failure, Message


def answering(connection: Connection) -> None:
    """Answer every job with the number of the process; one called "fel" fails."""
    while True:
        job, _limit = connection.recv()
        connection.send(BEGUN)
        if job.template == "fel":
            connection.send(Message(failure=Failure("failed", "Det gick fel."), reusable=False))
        else:
            connection.send(Message(completion=Completion({}, os.getpid(), True, 0.0)))
