"""The papermill engine ``kunskap``: `papermill --engine kunskap lagesbild.ipynb ut.ipynb -r kommun 2081`."""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine, NotebookExecutionManager

from kunskapsbaserat.engine.notebook_format import NotebookNode
from kunskapsbaserat.engine.produce import require_known
from kunskapsbaserat.engine.shell import run_cells


class KunskapEngine(Engine):
    """Runs the cells in this process, without a kernel; the outputs are a kernel's."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003 - papermill's signature; there is no kernel
        **_kwargs: Any,
    ) -> None:
        """Run the parameterised notebook in place.

        Raises
        ------
        OptionError
            A parameter that the notebook does not have: papermill itself only logs it.
        """
        require_known(nb_man.nb, nb_man.nb.metadata.papermill.parameters)

        def ended(cell: NotebookNode, index: int) -> None:
            if any(output.output_type == "error" for output in cell.get("outputs", ())):
                nb_man.cell_exception(cell, cell_index=index)
            nb_man.cell_complete(cell, cell_index=index)

        run_cells(nb_man.nb, started=lambda cell, index: nb_man.cell_start(cell, cell_index=index), ended=ended)
