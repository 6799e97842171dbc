"""A notebook's cells run in this very process, by an IPython shell that keeps what a kernel would have sent.

No sockets and no second process: the outputs are those of ipykernel. One shell serves many notebooks; each starts with
an empty namespace.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import functools
import gc
import getpass
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir
from traitlets import Any as AnyTrait
from traitlets import Bool, Type
from traitlets.config import Config

from kunskapsbaserat.engine.notebook_format import NotebookNode, nbformat
from kunskapsbaserat.notebook_errors import as_before

INLINE = "module://matplotlib_inline.backend_inline"
LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}
_NO_HISTORY = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}})
_NO_INPUT = "raw_input was called, but this frontend does not support input requests."


@dataclass(frozen=True)
class CellFailure:
    """The cell that stopped a notebook: its place among the code cells (from 1), and the error."""

    number: int
    cell: NotebookNode
    error: BaseException


class Outputs:
    """The outputs of one cell, gathered as nbclient gathers a kernel's messages."""

    def __init__(self) -> None:
        self.list: list[NotebookNode] = []
        self._clear_next = False

    def add(self, output: NotebookNode) -> None:
        if self._clear_next:
            self.list.clear()
            self._clear_next = False
        last = self.list[-1] if self.list else None
        if last is not None and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            self.list.append(output)

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self.list.clear()


class _Stream(io.TextIOBase):
    """What a cell prints."""

    encoding = "utf-8"

    def __init__(self, name: str, shell: ZmqFreeShell) -> None:
        self.name, self._shell = name, shell

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._shell.outputs.add(_output("stream", name=self.name, text=str(text)))
        return len(text)


class _Display(DisplayPublisher):
    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: object = None,  # noqa: ARG002 - IPython's signature
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_kwargs: Any,
    ) -> None:
        key = (transient or {}).get("display_id")
        shell: ZmqFreeShell = self.shell
        if update:
            for shown in shell.displayed.get(key, ()):
                shown.data, shown.metadata = _text(data), nbformat.from_dict(metadata or {})
            return
        output = _output("display_data", data=_text(data), metadata=metadata or {})
        if key:
            shell.displayed.setdefault(key, []).append(output)
        shell.outputs.add(output)

    def clear_output(self, wait: bool = False) -> None:
        shell: ZmqFreeShell = self.shell
        shell.outputs.clear(wait)


class _Result(DisplayHook):
    def write_output_prompt(self) -> None:
        """The execution count stands in the output itself."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        shell = cast(ZmqFreeShell, self.shell)
        shell.outputs.add(
            _output("execute_result", data=_text(format_dict), metadata=md_dict or {}, execution_count=self.prompt_count)
        )

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Transforms(TransformerManager):
    """What `%` and `!` make of a cell; the cells of a template are the same for every kommun, and are gone through once."""

    def __init__(self) -> None:
        super().__init__()
        self._ipythons_own = list(self.token_transformers)
        self._known = functools.lru_cache(maxsize=256)(self._found)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        if self.token_transformers != self._ipythons_own:  # a cell's own may say something else the next time
            transformed: list[str] = super().do_token_transforms(lines)
            return transformed
        return list(self._known(tuple(lines)))

    def _found(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(super().do_token_transforms(list(lines)))


class ZmqFreeShell(InteractiveShell):
    """IPython without a terminal, a history file or a profile of the user's.

    The name holds "zmq": pandas lays its tables out as for a kernel when the shell's type does.
    """

    displayhook_class = Type(_Result)
    display_pub_class = Type(_Display)
    outputs = AnyTrait()
    displayed = AnyTrait()
    used = Bool(False)

    def __init__(self, **kwargs: Any) -> None:
        with tempfile.TemporaryDirectory(prefix="kunskap-ipython-") as room:  # asked for at the start, and never again
            # IPython does not say what it takes, and mypy's list of such libraries does not see through super().
            super().__init__(profile_dir=ProfileDir(location=room), ipython_dir=room, config=_NO_HISTORY, **kwargs)
        self.input_transformer_manager = _Transforms()
        self.outputs, self.displayed = Outputs(), {}
        self.show_rewritten_input = False

    def init_io(self) -> None:
        """Streams are set for each notebook."""

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window to serve."""

    def ask_exit(self) -> None:
        """`exit` in a cell ends the notebook, as an error, and not the process."""
        raise SystemExit

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add(_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)))


def _output(kind: str, **fields: Any) -> NotebookNode:
    """What `nbformat.v4.new_output` makes; whether it keeps to the schema is asked of the whole notebook when it is written."""
    output: NotebookNode = nbformat.from_dict({"output_type": kind, **fields})
    return output


def run_cells(
    notebook: NotebookNode,
    *,
    started: Callable[[NotebookNode, int], None] | None = None,
    ended: Callable[[NotebookNode, int], None] | None = None,
) -> CellFailure | None:
    """Run the code cells in order, fill their outputs in, and stop at the first that fails.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    started, ended : callable, optional
        Called with each cell and its index, before and after.
    """
    notebook.metadata["language_info"] = nbformat.from_dict(LANGUAGE)
    with _shell() as shell:
        number = 0
        for index, cell in enumerate(notebook.cells):
            if started:
                started(cell, index)
            failure = None
            if cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in cell.metadata.get("tags", ()):
                number += 1
                failure = _run_cell(shell, cell)
            if ended:
                ended(cell, index)
            if failure is not None and "raises-exception" not in cell.metadata.get("tags", ()):
                return CellFailure(number, cell, failure)
    return None


def prepare_shell() -> None:
    """Make the shell ahead, so that a forked process has it."""
    with _shell():
        pass
    _KEPT[0].reset(new_session=True)
    _KEPT[0].used = False


def _run_cell(shell: ZmqFreeShell, cell: NotebookNode) -> BaseException | None:
    shell.outputs = Outputs()
    cell.execution_count = shell.execution_count
    result = shell.run_cell(cell.source, store_history=True, cell_id=cell.get("id"))
    cell.outputs = shell.outputs.list
    error: BaseException | None = result.error_before_exec or result.error_in_exec
    return error


_KEPT: list[ZmqFreeShell] = []


@contextlib.contextmanager
def _shell() -> Iterator[ZmqFreeShell]:
    """The process's shell with an empty namespace, standing where IPython and the cells look for it.

    What was there before is put back: the caller may itself be a notebook, or draw in a window.
    """
    os.environ.setdefault("MPLBACKEND", INLINE)
    other = InteractiveShell._instance
    main, streams, hook = sys.modules.get("__main__"), (sys.stdout, sys.stderr, sys.stdin), sys.displayhook
    asking = builtins.input, getpass.getpass
    if not _KEPT:
        _KEPT.append(ZmqFreeShell())
    shell = _KEPT[0]
    if shell.used:
        shell.reset(new_session=True)
        as_before(shell)  # IPython's reset keeps what the last notebook did about errors
        gc.freeze()  # the reset has collected; what is left is of the package, and need not be gone through the next time
    shell.used = True
    shell.execution_count = 1
    shell.displayed = {}
    here: Any = shell
    InteractiveShell._instance = ZmqFreeShell._instance = here
    try:
        sys.modules["__main__"] = shell.user_module
        sys.stdout, sys.stderr = _Stream("stdout", shell), _Stream("stderr", shell)
        builtins.input = getpass.getpass = _no_input
        with _figures_in(shell):
            yield shell
    finally:
        sys.stdout, sys.stderr, sys.stdin = streams
        sys.displayhook = hook
        builtins.input, getpass.getpass = asking
        if main is not None:
            sys.modules["__main__"] = main
        InteractiveShell._instance, ZmqFreeShell._instance = other, None


@contextlib.contextmanager
def _figures_in(shell: ZmqFreeShell) -> Iterator[None]:
    """Pyplot's figures go to the cells, whatever backend the caller draws with.

    Without this a second or forked notebook shows none, which looks like a gain in speed, nor does the first one of a
    process that has drawn elsewhere.
    """
    before, interactive, open_figures = None, False, {}
    if matplotlib := sys.modules.get("matplotlib"):
        before, interactive = matplotlib.get_backend(auto_select=False), matplotlib.is_interactive()
        matplotlib.use(INLINE)
        matplotlib.interactive(True)
    if helpers := sys.modules.get("matplotlib._pylab_helpers"):
        open_figures = dict(helpers.Gcf.figs)
        helpers.Gcf.figs.clear()
    if backend := sys.modules.get("matplotlib_inline.backend_inline"):
        backend.configure_inline_support(shell, INLINE)
    try:
        yield
    finally:
        if helpers:
            helpers.Gcf.figs.clear()
            helpers.Gcf.figs.update(open_figures)
        if matplotlib and before:
            matplotlib.use(before)
            matplotlib.interactive(interactive)


def _no_input(*_args: object, **_kwargs: object) -> NoReturn:
    raise StdinNotImplementedError(_NO_INPUT)


def _text(data: dict[str, Any]) -> dict[str, Any]:
    """Pictures given as bytes, in the form a notebook keeps them."""
    return {key: base64.b64encode(v).decode("ascii") if isinstance(v, bytes) else v for key, v in data.items()}
