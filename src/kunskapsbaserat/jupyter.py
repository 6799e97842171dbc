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

from kunskapsbaserat.engine.templates import template_names, template_path
from kunskapsbaserat.errors import KunskapError, OptionError

HOST = "127.0.0.1"
INSTALL = 'python -m pip install "kunskapsbaserat[app]"'
FIRST, TEMPLATE = "utforska.ipynb", "kunskap"
_PACKAGE = Path(__file__).parent
_FOLDERS = (_PACKAGE / "notebooks", _PACKAGE.parents[1] / "notebooks")


class NotInstalled(KunskapError):
    """An optional part is missing; the message says how to get it."""

    exit_code = 2

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is not installed: {INSTALL}", svenska=f"{name} är inte installerat. Skriv i terminalen:\n  {INSTALL}"
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
        raise OptionError("mapp", folder, ("en mapp som går att skriva i",)) from error


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def lab_command(folder: Path, *, browser: bool = True, port: int | None = None) -> list[str]:
    """The command that opens JupyterLab in a folder. JupyterLab makes its own token."""
    require("jupyterlab", "JupyterLab")
    command = [sys.executable, "-m", "jupyterlab", f"--ip={HOST}", f"--ServerApp.root_dir={folder.resolve()}"]
    command += [f"--port={port}", "--ServerApp.port_retries=0"] if port else []
    return [*command, *([] if browser else ["--no-browser"]), str(folder.resolve() / FIRST)]


def app_command(*, port: int, browser: bool = True) -> list[str]:
    """The command that serves Utforska by Voilà, to be run in the folder that `app_folder` has filled."""
    require("voila", "Voilà")
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
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    source = next(p for p in notebooks() if p.name == FIRST)
    notebook = parameterize_notebook(load_notebook_node(str(source)), dict(parameters))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.split("\n", 1)[0]
    nbformat.write(notebook, folder / FIRST)
    settings = {
        "Voila": {"token": token},
        "VoilaConfiguration": {"template": TEMPLATE, "extension_denylist": ["ipylab"]},
        "VoilaExporter": {"language_code": "sv"},
    }
    (folder / "voila.json").write_text(json.dumps(settings), encoding="utf-8")
    shutil.copytree(_PACKAGE / "widgets" / "voila", folder / "voila" / "templates" / TEMPLATE)


def app_environment(folder: Path) -> dict[str, str]:
    """What has to be set in the environment for Voilà to find the template in `folder`."""
    known = os.environ.get("JUPYTER_PATH")
    return {"JUPYTER_PATH": os.pathsep.join([str(folder), *([known] if known else [])])}
