"""RENDER: a template and a kommun become a folder with page, notebook, tables and manifest."""

from kunskapsbaserat.engine.render import Rendered, render
from kunskapsbaserat.engine.templates import template_names, template_path

__all__ = ["Rendered", "render", "template_names", "template_path"]
