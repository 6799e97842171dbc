"""RENDER: a template and a kommun become a folder with page, notebook, tables and manifest; one or all 290."""

from kunskapsbaserat.engine.batch import Outcome, Wanted, render_many
from kunskapsbaserat.engine.executors import (
    Executor,
    ForkserverExecutor,
    KernelExecutor,
    SpawnExecutor,
    default_executor,
)
from kunskapsbaserat.engine.render import Rendered, render
from kunskapsbaserat.engine.templates import template_names, template_path

__all__ = [
    "Executor",
    "ForkserverExecutor",
    "KernelExecutor",
    "Outcome",
    "Rendered",
    "SpawnExecutor",
    "Wanted",
    "default_executor",
    "render",
    "render_many",
    "template_names",
    "template_path",
]
