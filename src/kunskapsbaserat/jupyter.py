"""Start JupyterLab with the notebooks of the package, or Voilà with Utforska; both on this machine only."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kunskapsbaserat import extras
from kunskapsbaserat.engine.templates import template_names, template_path
from kunskapsbaserat.errors import KunskapError, OptionError

HOST = "127.0.0.1"
FIRST, TEMPLATE = "utforska.ipynb", "kunskap"
IDLE = 3600  # seconds: a page that nobody has used for so long gives its memory back
_WALLS = (
    "--ServerApp.allow_remote_access=False",  # a request by another Host than this machine's is refused (DNS rebinding)
    "--ServerApp.allow_origin=",
    "--ServerApp.disable_check_xsrf=False",
    "--ContentsManager.allow_hidden=False",  # the ledger's copy, locks and what else the folder hides
)
"""Set on the command line, where no settings of the user's own can undo them by mistake."""

_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "notebooks", _PACKAGE.parents[1] / "notebooks")


class NotInstalled(KunskapError):
    """An optional part is missing; the message says how to get it."""

    exit_code = 2

    def __init__(self, name: str) -> None:
        install = extras.command("app")
        super().__init__(
            f"{name} is not installed: {install}", svenska=f"{name} är inte installerat. Skriv i terminalen:\n  {install}"
        )


def require(module: str, name: str) -> None:
    """Raise `NotInstalled` unless the module can be imported."""
    if importlib.util.find_spec(module) is None:
        raise NotInstalled(name)


def notebooks() -> list[Path]:
    """The notebooks that come with the package, and the templates of its reports."""
    own = {path.name: path for folder in reversed(_FOLDERS) for path in folder.glob("*.ipynb")}
    return [*(own[name] for name in sorted(own)), *(template_path(name) for name in template_names())]


def put_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks into a folder, made if needed; what is there already is never overwritten.

    Returns
    -------
    list of Path
        Those that were written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = [path for path in notebooks() if not (folder / path.name).exists()]
        return [Path(shutil.copyfile(path, folder / path.name)) for path in missing]
    except OSError as error:
        raise OptionError(
            "mapp", folder, ("a folder that can be written to",), tillatna=("en mapp som går att skriva i",)
        ) from error


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def require_free(port: int | None) -> None:
    """Raise `OptionError` when another program has the port that was asked for."""
    with socket.socket() as asked:
        if os.name != "nt":
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one's own that has just ended is no other program
        try:
            asked.bind((HOST, port or 0))
        except (OSError, OverflowError) as error:
            raise OptionError(
                "port", port, ("another port, that is free",), tillatna=("en annan port, som är ledig",)
            ) from error


def lab_command(folder: Path, *, browser: bool = True, port: int | None = None) -> list[str]:
    """The command that opens JupyterLab in a folder. JupyterLab makes its own token."""
    require("jupyterlab", "JupyterLab")
    require_free(port)
    command = [sys.executable, "-m", "jupyterlab", f"--ip={HOST}", f"--ServerApp.root_dir={folder.resolve()}"]
    command += [f"--port={port}", "--ServerApp.port_retries=0"] if port else []
    command += ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # a container: nobody else can reach HOST
    command += _WALLS
    command += ["--Application.log_level=ERROR"]  # the address is written all the same
    return [*command, *([] if browser else ["--no-browser"]), str(folder.resolve() / FIRST)]


def lab_environment() -> dict[str, str]:
    """What has to be set in the environment for JupyterLab to leave the analyst alone; a user's own choice counts.

    It asks for no news and fetches none, and what is done in the widgets reaches the kernel in the order in which it was done:
    by default JupyterLab sends it to two threads, and a click may be taken before the choice that came first.
    """
    return {"JUPYTER_CONFIG_PATH": _before(os.environ.get("JUPYTER_CONFIG_PATH"), _PACKAGE / "widgets" / "lab")}


def app_command(*, port: int, browser: bool = True) -> list[str]:
    """The command that serves Utforska by Voilà, to be run in the folder that `app_folder` has filled."""
    require("voila", "Voilà")
    require_free(port)
    command = [sys.executable, "-m", "voila", FIRST, f"--Voila.ip={HOST}", f"--port={port}"]
    return command if browser else [*command, "--no-browser"]


def app_folder(folder: Path, parameters: Mapping[str, Any], *, token: str) -> None:
    """Write what Voilà serves, and the token that it asks for: in a file, since a command can be seen by others.

    Parameters
    ----------
    folder : Path
        Of one's own, empty.
    parameters : mapping
        Of the notebook; what it says about cells is left out.
    token : str
        Asked for before anything is shown.
    """
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    from kunskapsbaserat.engine.notebook_format import nbformat  # before papermill, which imports it whole

    source = next(p for p in notebooks() if p.name == FIRST)
    notebook = parameterize_notebook(load_notebook_node(str(source)), dict(parameters))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.split("\n", 1)[0]
    nbformat.write(notebook, folder / FIRST)
    settings = {
        # Voilà answers to any Host by itself: a page elsewhere could have its name point here and read along (DNS rebinding).
        "Voila": {"token": token, "tornado_settings": {"allow_remote_access": False, "allow_origin": ""}},
        # A page left open counts too: it says that it has rested, and is there again when it is loaded.
        "MappingKernelManager": {"cull_idle_timeout": IDLE, "cull_interval": 60, "cull_connected": True},
        "VoilaConfiguration": {
            "template": TEMPLATE,
            "extension_denylist": ["ipylab"],
            "multi_kernel_manager_class": "kunskapsbaserat.widgets.few_kernels.FewKernels",
        },
        "VoilaExporter": {"language_code": "sv"},
    }
    (folder / "voila.json").write_text(json.dumps(settings), encoding="utf-8")
    shutil.copytree(_PACKAGE / "widgets" / "voila", folder / "voila" / "templates" / TEMPLATE)


def app_environment(folder: Path) -> dict[str, str]:
    """What has to be set in the environment for Voilà to find the template in `folder`."""
    return {"JUPYTER_PATH": _before(os.environ.get("JUPYTER_PATH"), folder)}


def _before(known: str | None, folder: Path) -> str:
    return os.pathsep.join([str(folder), *([known] if known else [])])
