"""`kunskap lab` and `kunskap app`: what is started, what is put where, and what is said when a part is missing."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from jupyterlab_server.translation_utils import get_language_pack
from tornado.web import HTTPError

import build_lab_language
from kunskapsbaserat import engine, extras, jupyter
from kunskapsbaserat.errors import OptionError
from kunskapsbaserat.widgets import few_kernels
from test_cli import kunskap


def test_notebooks_are_put_once(tmp_path: Path):
    folder = tmp_path / "Brå år"
    names = {path.name for path in jupyter.put_notebooks(folder)}
    assert names == {"utforska.ipynb", "verktyg.ipynb", "effekt.ipynb", *(f"{n}.ipynb" for n in engine.template_names())}
    (folder / "utforska.ipynb").write_text("mitt eget")
    (folder / "effekt.ipynb").unlink()
    assert [path.name for path in jupyter.put_notebooks(folder)] == ["effekt.ipynb"]
    assert (folder / "utforska.ipynb").read_text() == "mitt eget"


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "fil").write_text("")
    with pytest.raises(OptionError) as caught:
        jupyter.put_notebooks(tmp_path / "fil")
    assert "en mapp som går att skriva i" in caught.value.svenska


def test_both_listen_on_this_machine_only(tmp_path: Path):
    lab = jupyter.lab_command(tmp_path, browser=False, port=8899)
    assert "--ip=127.0.0.1" in lab
    assert "--no-browser" in lab
    app = jupyter.app_command(port=8866)
    assert "--Voila.ip=127.0.0.1" in app


def test_lab_refuses_other_hosts_and_origins_and_stays_in_its_folder(tmp_path: Path):
    command = jupyter.lab_command(tmp_path / "mapp", port=8899)
    assert f"--ServerApp.root_dir={(tmp_path / 'mapp').resolve()}" in command
    for wall in ("allow_remote_access=False", "allow_origin=", "disable_check_xsrf=False"):
        assert f"--ServerApp.{wall}" in command
    assert "--ContentsManager.allow_hidden=False" in command
    assert not any("token" in part.casefold() or "password" in part.casefold() for part in command)  # its own, unseen by others


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of `kunskap app` as it is started, with the token "hemligt"."""
    room, port = tmp_path_factory.mktemp("app"), jupyter.free_port()
    jupyter.app_folder(room, {}, token="hemligt")
    (room / "bild.txt").write_text("hemlig fil", encoding="utf-8")
    with subprocess.Popen(
        jupyter.app_command(port=port, browser=False),
        cwd=room,
        env=os.environ | jupyter.app_environment(room),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    answer(port, "/voila/static/ingen.js")
                    break
                assert server.poll() is None
                time.sleep(0.2)
            yield port
        finally:
            server.terminate()


def answer(port: int, path: str, **headers: str) -> tuple[int, str]:
    """Status and text of a request; no redirection is followed."""
    asked = http.client.HTTPConnection(jupyter.HOST, port, timeout=30)
    try:
        asked.request("GET", path, headers=headers)
        response = asked.getresponse()
        return response.status, response.read().decode("utf-8", errors="replace")
    finally:
        asked.close()


def test_the_app_lets_in_nobody_without_its_token_or_under_another_name(app: int):
    assert answer(app, "/")[0] in (302, 401, 403)
    assert answer(app, "/?token=fel")[0] in (302, 401, 403)
    assert answer(app, "/?token=hemligt", Host="angripare.example")[0] == 403
    assert answer(app, "/?token=hemligt", Host=f"angripare.example:{app}")[0] == 403
    for path in ("/voila/files/bild.txt", "/voila/files/utforska.ipynb", "/voila/files/../../../etc/passwd", "/voila.json"):
        status, text = answer(app, f"{path}?token=hemligt")
        assert status in (302, 401, 403, 404), path
        assert "hemlig fil" not in text
        assert "root:" not in text


def test_no_more_kernels_than_the_machine_can_carry(monkeypatch: pytest.MonkeyPatch):
    started: list[str] = []

    async def start(*_: object, **__: object) -> str:
        started.append(str(len(started)))
        return started[-1]

    monkeypatch.setattr(few_kernels.AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr(few_kernels.FewKernels, "list_kernel_ids", lambda _: list(started))
    manager = few_kernels.FewKernels()
    for number in range(few_kernels.MOST):
        assert asyncio.run(manager.start_kernel()) == str(number)
    with pytest.raises(HTTPError) as caught:
        asyncio.run(manager.start_kernel())
    assert caught.value.status_code == 503
    assert "För många sidor är öppna" in (caught.value.log_message or "")
    assert len(started) == few_kernels.MOST
    started.pop()  # somebody has left
    assert asyncio.run(manager.start_kernel())


def test_a_kernel_that_nobody_sees_is_ended(monkeypatch: pytest.MonkeyPatch):
    """Fifty visits that never come to their kernel keep a few for as long as a page may take, and then none."""
    running: dict[str, object] = {}
    clock = [0.0]
    most = 0

    async def start(manager: few_kernels.FewKernels, **_: object) -> str:
        name = f"k{clock[0]:.0f}"
        running[name] = manager._kernels[name] = object()
        manager._kernel_connections[name] = 0
        return name

    async def shut(manager: few_kernels.FewKernels, name: str, **_: object) -> None:
        del running[name], manager._kernels[name]

    monkeypatch.setattr(few_kernels.AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr(few_kernels.FewKernels, "shutdown_kernel", shut)
    monkeypatch.setattr(few_kernels.time, "monotonic", lambda: clock[0])
    manager = few_kernels.FewKernels()
    seen = asyncio.run(manager.start_kernel())
    manager.notify_connect(seen)
    for _ in range(50):
        clock[0] += 5
        asyncio.run(manager.start_kernel())
        most = max(most, len(running))
    assert most <= few_kernels.MOST
    clock[0] += few_kernels.TO_CONNECT + 1
    asyncio.run(manager._end_unseen(few_kernels.TO_CONNECT))
    assert list(running) == [seen]  # the page that is open keeps its own
    manager.notify_disconnect(seen)
    asyncio.run(manager.start_kernel())
    assert seen not in running  # its page has gone


def test_swedish_for_jupyterlab_is_what_its_source_says():
    """The file that JupyterLab reads is made of the list, and its server finds it."""
    words = build_lab_language.strings(build_lab_language.SOURCE.read_text(encoding="utf-8"))
    assert json.loads(build_lab_language.TARGET.read_text(encoding="utf-8")) == build_lab_language.pack(words)
    assert len(words) == len(set(words)) > 250
    assert not [english for english, swedish in words.items() if english.count("%") != swedish.count("%")]
    pack, message = get_language_pack("sv_SE")
    assert set(pack) == {"jupyterlab"}
    assert message == ""
    assert pack["jupyterlab"]["menu\x04File"] == ["Arkiv"]
    settings = json.loads((build_lab_language.FOLDER.parent / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "sv_SE"}


@pytest.mark.parametrize(
    "start", [lambda port: jupyter.lab_command(Path(), port=port), lambda port: jupyter.app_command(port=port)]
)
def test_a_port_that_is_taken_is_told(start: Callable[[int], object]):
    with socket.socket() as other:
        other.bind((jupyter.HOST, 0))
        other.listen()
        for port in (other.getsockname()[1], 99999):
            with pytest.raises(OptionError) as caught:
                start(port)
            assert f"port: ”{port}” går inte att välja" in caught.value.svenska


def test_lab_asks_nothing_about_news_and_keeps_own_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/eget")
    first, own = jupyter.lab_environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert own == "/eget"
    settings = json.loads((Path(first) / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert settings["@jupyterlab/apputils-extension:kernels-settings"] == {"commsOverSubshells": "disabled"}


def test_lab_starts_where_only_root_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """In a container; JupyterLab refuses that in English and ends."""
    for user, wanted in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user, raising=False)
        assert ("--allow-root" in jupyter.lab_command(tmp_path)) is wanted
    monkeypatch.delattr(os, "geteuid")  # Windows
    assert "--allow-root" not in jupyter.lab_command(tmp_path)


def test_a_missing_part_is_told_with_its_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(jupyter.importlib.util, "find_spec", lambda _: None)
    for start in (lambda: jupyter.lab_command(tmp_path), lambda: jupyter.app_command(port=1)):
        with pytest.raises(jupyter.NotInstalled) as caught:
            start()
        assert extras.command("app") in caught.value.svenska
        assert "är inte installerat" in caught.value.svenska


def test_the_app_is_utforska_with_its_parameters(tmp_path: Path):
    jupyter.app_folder(tmp_path, {"data": str(tmp_path), "spara_i": "ut"}, token="hemligt")
    settings = json.loads((tmp_path / "voila.json").read_text())
    assert settings["Voila"]["token"] == "hemligt"
    assert settings["Voila"]["tornado_settings"]["allow_remote_access"] is False
    assert settings["MappingKernelManager"]["cull_idle_timeout"] == jupyter.IDLE
    notebook = nbformat.read(tmp_path / "utforska.ipynb", as_version=4)
    assert [c.source for c in notebook.cells if c.cell_type == "markdown"] == ["# Utforska anmälda brott"]
    injected = next(c for c in notebook.cells if "injected-parameters" in c.metadata.get("tags", []))
    assert f"data = {str(tmp_path)!r}".replace("'", '"') in injected.source


def test_a_folder_that_is_none_is_told_before_anything_starts(tmp_path: Path):
    done = kunskap("app", "--data", str(tmp_path / "finns-inte"), "--ingen-webblasare", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.startswith("Fel: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["utforska", "verktyg"])
def test_notebooks_are_a_page_that_calls_the_library(name: str):
    path = next(p for p in jupyter.notebooks() if p.stem == name)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert not {"def", "for", "if"} & set(cell.source.split())
