"""Reports on a Dask cluster: the bytes of the engine's own, whoever comes, leaves, is another version or presses Ctrl-C."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dask
import distributed
import numpy as np
import psutil
import pytest
import trustme
from batch_run import MARK, left_running, notebook
from folders import LAST, made_folder
from pandas.testing import assert_frame_equal

from kunskapsbaserat import engine, kommun, simulate
from kunskapsbaserat.engine import manifest
from kunskapsbaserat.engine.executors import dask as many_machines
from kunskapsbaserat.engine.executors import dask_task
from kunskapsbaserat.engine.executors.parcels import Parcel
from kunskapsbaserat.engine.executors.sameness import Installation, installation
from kunskapsbaserat.engine.warm import Warmth
from kunskapsbaserat.errors import OptionError, RenderError

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("dask")]
PLACES = ("Lund", "Mora", "Orsa", "Malung-Sälen", "Falun", "Ystad")
Wanted = list[engine.Wanted]


def cluster(workers: int, *, processes: bool = True, **options: Any) -> Any:
    """On this machine."""
    given = {"threads_per_worker": 2, "dashboard_address": None, "host": None if not processes else "127.0.0.1"} | options
    return distributed.LocalCluster(n_workers=workers, processes=processes, **given)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Wanted:
    """Kommuner without a folder of their own, one with, and one that cannot be made."""
    home = made_folder(tmp_path_factory.mktemp("mappar å") / "borlänge")
    own = engine.Wanted("lagesbild", kommun.get("Borlänge"), home)
    bad = engine.Wanted("lagesbild", kommun.get("Köping"), parameters={"year": 1999})
    return [*(engine.Wanted("lagesbild", kommun.get(name)) for name in PLACES), own, bad]


@pytest.fixture(scope="module")
def here(wanted: Wanted, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The bytes of the same reports made by the engine alone."""
    return outputs(engine.render_many(wanted, out=tmp_path_factory.mktemp("själv")))


def outputs(made: list[engine.Outcome]) -> dict[str, dict[str, str]]:
    assert [o.wanted.subject.name for o in made if o.failure] == ["Köping"]
    return {o.wanted.subject.name: manifest.outputs_of(o.folder) for o in made if o.failure is None}


# ---- what needs no cluster -----------------------------------------------------------------------------------------------


def test_no_cluster_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
    lund = [engine.Wanted("lagesbild", kommun.get("Lund"))]
    with pytest.raises(RenderError) as caught:
        engine.render_many(lund, out=tmp_path, executor=engine.DaskExecutor("auto"))
    assert "DASK_SCHEDULER_ADDRESS" in caught.value.svenska
    with dask.config.set({"distributed.comm.timeouts.connect": "0.5s"}), pytest.raises(RenderError) as caught:
        engine.render_many(lund, out=tmp_path, executor=engine.DaskExecutor("tcp://127.0.0.1:9"))
    assert "Det går inte att nå Dask-klustrets schemaläggare tcp://127.0.0.1:9" in caught.value.svenska
    assert [p.name for p in tmp_path.iterdir()] == [".loggar"]


def test_a_task_makes_nothing_for_another_version():
    asked = Installation("annan", {**installation().versions, "pandas": "0.1"})
    assert dask_task.make(Parcel((), {}), asked, Warmth(), None) == installation()


# ---- with one in this process --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def near() -> Iterator[Any]:
    with cluster(1, processes=False, resources={"kunskap": 2}) as found:
        yield found


@pytest.mark.thorough
def test_the_same_bytes_and_the_same_reasons(near: Any, wanted: Wanted, here: dict[str, dict[str, str]], tmp_path: Path):
    made = engine.render_many(wanted, out=tmp_path, executor=engine.DaskExecutor(near, resources={"kunskap": 1}))
    assert outputs(made) == here
    bad = made[-1]
    assert bad.failure is not None
    assert (bad.failure.cell, bad.failure.cell_id, bad.failure.exit_code) == (4, "kb-las", OptionError.exit_code)
    assert "OptionError" in bad.log.read_text(encoding="utf-8")
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(".kunskap")]


@pytest.mark.thorough
def test_what_est_has_told_is_noted_in_the_folder(near: Any, tmp_path: Path):
    """Two documents from one folder: one secret, and a ledger with its copy, as when they are made here."""
    home = made_folder(tmp_path / "borlänge")
    days = [LAST - datetime.timedelta(days=number) for number in range(100)]
    events = "".join(f"klotter;{day} 12:00;{day};Stationen\n" for day in days)
    (home / "est" / "uttag.csv").write_text(f"Händelsetyp;Tidpunkt;Registrerad;Plats\n{events}", encoding="utf-8")
    wanted = [engine.Wanted(name, kommun.get("Borlänge"), home) for name in ("est", "lagesbild")]
    with distributed.Client(near, set_as_default=False) as client:
        made = engine.render_many(wanted, out=tmp_path / "ut", executor=engine.DaskExecutor(client))
        assert client.status == "running"  # it is whoever gave it that closes it
    assert [o.failure for o in made] == [None, None]
    noted = {p.name for p in home.iterdir()}
    assert {"est_hemlighet.txt", "est_publicerat.json", ".est_publicerat.kopia.json"} <= noted
    again = engine.render("est", "Borlänge", out=tmp_path / "igen", data=home)
    assert manifest.outputs_of(again.folder) == manifest.outputs_of(made[0].folder)


def test_no_worker_has_what_is_asked_for(near: Any, tmp_path: Path):
    lund = [engine.Wanted("lagesbild", kommun.get("Lund"))]
    executor = engine.DaskExecutor(near, resources={"gpu": 1}, patience=0.1)
    with pytest.raises(RenderError) as caught:
        engine.render_many(lund, out=tmp_path, executor=executor)
    assert "ingen arbetare med gpu på 0.1 sekunder" in caught.value.svenska
    with dask.config.set({"kunskap.resources": {"disk": 2}}), pytest.raises(RenderError, match="no worker with disk"):
        engine.render_many(lund, out=tmp_path, executor=engine.DaskExecutor(near, patience=0.1))


def draws(rng: np.random.Generator, scale: float) -> dict[str, float]:
    return {"x": rng.normal(scale=scale), "n": int(rng.poisson(5))}


def test_simulations_take_the_same_executor(near: Any):
    """And a client's own, and a pool's: the same table, one run at a time or shared between many."""
    alone = simulate.repeated(draws, 500, seed=3, options={"scale": 2.0})
    assert_frame_equal(alone.head(7), simulate.repeated(draws, 7, seed=3, options={"scale": 2.0}))
    assert alone["x"].nunique() == 500
    with distributed.Client(near, set_as_default=False) as client, ThreadPoolExecutor(3) as pool:
        for executor in (engine.DaskExecutor(near), client.get_executor(), pool):
            assert_frame_equal(simulate.repeated(draws, 500, seed=3, executor=executor, options={"scale": 2.0}), alone)
    with pytest.raises(OptionError):
        simulate.repeated(draws, 0, seed=3)


@pytest.mark.thorough
@pytest.mark.skipif(os.name != "posix", reason="a signal of its own")
def test_ctrl_c_leaves_nothing_running(near: Any, tmp_path: Path):
    """The batch's iterator is closed while a cell sleeps with a child of its own: both are gone, the worker stays."""
    told = tmp_path / "pid"
    sleeps = "import os, pathlib, subprocess, sys, time\nchild = subprocess.Popen([sys.executable, '-c', 'import time; "
    sleeps += (
        f"time.sleep(600)'], start_new_session=True)\npathlib.Path({str(told)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')"
    )
    path = notebook(tmp_path / "sover.ipynb", f"{sleeps}\ntime.sleep(600)")
    wanted = [engine.Wanted(f"sover{i}", kommun.get("Lund"), notebook=path) for i in range(4)]

    class Stopped(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGUSR1, stop)
    threading.Thread(target=lambda: (wait_for(told.exists), os.kill(os.getpid(), signal.SIGUSR1))).start()
    try:
        with pytest.raises(Stopped):
            engine.render_many(wanted, out=tmp_path / "ut", executor=engine.DaskExecutor(near))
    finally:
        signal.signal(signal.SIGUSR1, before)
    pids = [int(pid) for pid in told.read_text().split()]
    wait_for(lambda: not any(alive(pid) for pid in pids), patience=10)
    assert [p.name for p in (tmp_path / "ut").iterdir()] == [".loggar"]


def wait_for(so: Callable[[], Any], patience: float = 120.0) -> None:
    until = time.monotonic() + patience
    while not so():
        assert time.monotonic() < until
        time.sleep(0.05)


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


# ---- with machines of their own ------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_none_at_first_then_some_and_one_is_lost(wanted: Wanted, here: dict[str, dict[str, str]], tmp_path: Path):
    """A cluster that grows as it is needed: the first worker comes for what waits, and is killed with what it has begun."""
    told: list[engine.Outcome] = []
    with cluster(0, threads_per_worker=1) as many:
        many.adapt(minimum=0, maximum=2, interval="200ms")
        killed = threading.Event()

        def kill_one(outcome: engine.Outcome) -> None:
            told.append(outcome)
            if outcome.status == "done" and not killed.is_set():
                killed.set()
                with distributed.Client(many, set_as_default=False) as client:
                    pids = client.run(os.getpid)
                psutil.Process(next(iter(pids.values()))).kill()

        made = engine.render_many(wanted, out=tmp_path, executor=engine.DaskExecutor(many), told=kill_one)
    assert killed.is_set()
    assert outputs(made) == here
    assert len(told) == len(wanted)


ASKS = """
import pathlib, sys
from kunskapsbaserat import engine, kommun
one = engine.Wanted("sover", kommun.get("Lund"), notebook=pathlib.Path(sys.argv[1]))
engine.render_many([one], out=pathlib.Path(sys.argv[2]), executor=engine.DaskExecutor(sys.argv[3]))
"""


@pytest.mark.thorough
def test_what_a_killed_program_asked_for_ends(tmp_path: Path):
    """It cannot take anything back itself."""
    told = tmp_path / "pid"
    source = f"import os, pathlib, time\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    path = notebook(tmp_path / "sover.ipynb", source)
    with cluster(1) as one:
        asking = subprocess.Popen([sys.executable, "-c", ASKS, str(path), str(tmp_path / "ut"), one.scheduler_address])
        wait_for(lambda: told.exists() and told.read_text())
        asking.kill()
        asking.wait()
        wait_for(lambda: not alive(int(told.read_text())), patience=30)


@pytest.mark.thorough
def test_a_worker_of_another_version_is_refused(tmp_path: Path):
    lund = [engine.Wanted("lagesbild", kommun.get("Lund"))]

    def older() -> None:
        from kunskapsbaserat.engine import manifest
        from kunskapsbaserat.engine.executors import sameness

        now = manifest.versions()
        manifest.versions = lambda: now | {"libraries": now["libraries"] | {"pandas": "2.2.3"}}
        sameness.installation.cache_clear()

    with cluster(1) as one:
        with distributed.Client(one, set_as_default=False) as client:
            client.run(older)
            (address,) = client.nthreads()
        for checked in (True, False):  # at the start, and by the task on a worker that has come since
            with pytest.MonkeyPatch.context() as patch:
                if not checked:
                    patch.setattr(many_machines, "_require_all_same", lambda _: None)
                with pytest.raises(RenderError) as caught:
                    engine.render_many(lund, out=tmp_path, executor=engine.DaskExecutor(one))
            assert f"pandas 2.2.3 men {installation().versions['pandas']} här" in caught.value.svenska
            assert (address if checked else "kom till under körningen") in caught.value.svenska
    assert [p.name for p in tmp_path.iterdir()] == [".loggar"]


@pytest.mark.thorough
def test_with_certificates_by_file_and_environment(tmp_path: Path):
    """As an administrator sets it up: TLS in Dask's own settings, the scheduler's file, and no word of it in the command."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    (tmp_path / "ca.pem").write_bytes(authority.cert_pem.bytes())
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "own.pem")
    names = {
        "ca_file": "ca.pem",
        **{f"{who}__{what}": "own.pem" for who in ("client", "worker", "scheduler") for what in ("cert", "key")},
    }
    told = {f"DASK_DISTRIBUTED__COMM__TLS__{name.upper()}": str(tmp_path / file) for name, file in names.items()}
    told |= {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}
    mark, file = f"tls-{os.getpid()}-{time.time()}", tmp_path / "schemalaggare.json"
    environment = {**os.environ, **told, MARK: mark}
    tool = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--no-jupyter", "--protocol", "tls"]
    quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*tool, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)], **quiet)
    wait_for(file.exists)
    tool = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1"]
    worker = subprocess.Popen([*tool, "--protocol", "tls", "--scheduler-file", str(file)], **quiet)
    try:
        address = json.loads(file.read_text())["address"]
        assert address.startswith("tls://")
        command = [
            sys.executable,
            "-m",
            "kunskapsbaserat.cli",
            "rapport",
            "lagesbild",
            "Lund",
            "--ut",
            str(tmp_path / "ut"),
            "--dask",
        ]
        for named, more in ((str(file), {}), ("auto", {"DASK_SCHEDULER_ADDRESS": address})):
            done = subprocess.run([*command, named], env=environment | more, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert Path(done.stdout.strip()).is_file()
        plain = {name: value for name, value in environment.items() if name not in told}
        plain |= {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
        refused = subprocess.run([*command, address], env=plain, capture_output=True, text=True, check=False)
        assert (refused.returncode, "Det går inte att nå Dask-klustrets schemaläggare tls://" in refused.stderr) == (6, True)
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait()
    assert left_running(mark, patience=20) == []
