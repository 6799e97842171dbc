"""RENDER: a template and a kommun become a folder with page, notebook, tables and manifest; one or all 290."""

from kunskapsbaserat.engine.batch import Outcome, Wanted, render_many
from kunskapsbaserat.engine.executors import (
    Executor,
    ForkserverExecutor,
    KernelExecutor,
    SpawnExecutor,
    default_executor,
)
from kunskapsbaserat.engine.formats import FILES
from kunskapsbaserat.engine.index import write_index
from kunskapsbaserat.engine.job import Failure
from kunskapsbaserat.engine.packages import folders_in
from kunskapsbaserat.engine.render import Rendered, render
from kunskapsbaserat.engine.templates import template_names, template_path
from kunskapsbaserat.engine.verify import Verified, reports_in, verify

__all__ = [
    "FILES",
    "Executor",
    "Failure",
    "ForkserverExecutor",
    "KernelExecutor",
    "Outcome",
    "Rendered",
    "SpawnExecutor",
    "Verified",
    "Wanted",
    "default_executor",
    "folders_in",
    "render",
    "render_many",
    "reports_in",
    "template_names",
    "template_path",
    "verify",
    "write_index",
]
