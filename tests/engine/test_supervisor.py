"""Which process is given the next report, with processes that only say who they are."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest
from answering import answering

from kunskapsbaserat import kommun
from kunskapsbaserat.engine.executors import supervisor
from kunskapsbaserat.engine.executors.orders import Orders
from kunskapsbaserat.engine.executors.supervisor import Worker, supervise
from kunskapsbaserat.engine.job import Job


def started(job: Job, limit: float | None) -> Worker:
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=answering, args=(theirs,))
    process.start()
    theirs.close()
    worker = Worker(process, mine)
    worker.give(job, limit)
    return worker


def processes(jobs: list[Job]) -> list[int | None]:
    """The process of each job in the order in which they were given; None where it failed."""
    ended = {one.job.room: one for one in supervise(Orders(jobs), started, workers=1, limit=None)}
    return [(done := ended[job.room].completion) and done.figures for job in jobs]


def job(number: int, template: str = "lagesbild", *, ours: bool = True) -> Job:
    room = Path(f"rum-{number}")
    return replace(Job(template, Path("x.ipynb"), kommun.get("2081"), {}, None, room, room / "logg", ""), ours=ours)


def test_one_process_makes_several_reports_but_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_REPORTS_A_PROCESS", 3)
    first, second, third, fourth, fifth = processes([job(i) for i in range(5)])
    assert first == second == third
    assert fourth == fifth != first


def test_no_report_sees_what_somebody_elses_notebook_or_a_failed_one_left() -> None:
    before, foreign, after, failed, last = processes([job(0), job(1, ours=False), job(2), job(3, "fel"), job(4)])
    assert before == foreign != after
    assert failed is None
    assert last not in (before, after)
