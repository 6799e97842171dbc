"""Imports point left, lazy and type-only ones too, and the import of the package is light."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import kunskapsbaserat

SRC = Path(kunskapsbaserat.__file__).parent

# What each part may import from the package, from left to right: a part stands to the right of everything it may use.
ALLOWED = {
    "errors": set(),
    "swedish": set(),
    "english": {"swedish"},
    "findings": set(),
    "interruption": set(),
    "orphans": set(),
    "frames": set(),
    "colours": set(),
    "spellings": set(),
    "extras": set(),
    "notebook_html": set(),
    "kommun_outlines": set(),
    "__init__": set(),
    "system_errors": set(),
    "notebook_errors": {"errors"},
    "kommun": {"errors", "spellings"},
    "lan": {"errors", "spellings", "kommun"},
    "tables": {"errors"},
    "catalogue": {"errors", "spellings"},
    "plots": {"errors", "swedish", "english", "colours", "kommun", "kommun_outlines", "catalogue"},
    "simulate": {"errors", "kommun"},
    "cells": {"errors", "kommun", "tables"},
    "forms": {"errors", "findings", "cells"},
    "data": {"errors", "spellings", "system_errors", "findings", "tables", "kommun", "catalogue", "cells", "forms"},
    "disclosure": {"frames", "errors", "catalogue"},
    "rates": {"frames", "errors", "tables", "kommun", "catalogue"},
    "trends": {"frames", "errors", "swedish", "english", "notebook_html", "plots", "tables", "kommun", "catalogue", "rates"},
    "screen_table": {"errors", "swedish", "english", "notebook_html", "kommun", "rates", "trends"},
    "screening": {"frames", "tables", "rates", "trends", "screen_table", "__init__"},
    "effects": {
        "frames",
        "errors",
        "swedish",
        "english",
        "notebook_html",
        "plots",
        "tables",
        "kommun",
        "catalogue",
        "rates",
        "trends",
    },
    "places": {"errors", "tables", "kommun", "catalogue", "rates", "trends", "effects"},
    "plan": {
        "errors",
        "findings",
        "cells",
        "forms",
        "swedish",
        "tables",
        "kommun",
        "catalogue",
        "data",
        "disclosure",
        "rates",
        "trends",
        "effects",
    },
    "preregistration": {"errors", "effects"},
    "report": {
        "extras",
        *(
            "frames",
            "errors",
            "findings",
            "cells",
            "swedish",
            "tables",
            "kommun",
            "catalogue",
            "data",
            "disclosure",
            "rates",
            "trends",
            "effects",
            "plan",
        ),
        *("lan", "places", "simulate", "colours", "kommun_outlines", "plots", "__init__"),
    },
    "analys": {
        *("errors", "swedish", "frames", "kommun", "lan", "tables", "catalogue", "data", "forms", "rates", "trends"),
        *("screening", "plots", "report"),
    },
    "export": {
        "extras",
        *(
            "errors",
            "orphans",
            "kommun",
            "tables",
            "catalogue",
            "data",
            "forms",
            "disclosure",
            "rates",
            "trends",
            "report",
            "analys",
        ),
    },
    "engine": {
        "spellings",
        "extras",
        "errors",
        "system_errors",
        "swedish",
        "notebook_errors",
        "interruption",
        "orphans",
        "kommun",
        "lan",
        "catalogue",
        "data",
        "report",
        "__init__",
    },
    "widgets": {
        "errors",
        "swedish",
        "kommun",
        "lan",
        "catalogue",
        "data",
        "effects",
        "plots",
        "preregistration",
        "report",
        "engine",
        "simulate",
    },
    "jupyter": {"errors", "extras", "engine"},
    "cli_rapport": {"errors", "kommun", "lan", "data", "engine"},
    "cli_verifiera": {"engine", "errors", "cli_rapport"},
    "cli_lage": {"engine"},
    "cli_hamta": {"engine", "errors", "kommun", "lan", "data", "report", "cli_rapport"},
    "cli_export": {"errors", "kommun", "lan", "data", "export", "engine", "cli_rapport", "__init__"},
    "cli_swedish": {"report", "cli_rapport"},
    "cli": {
        *(
            "errors",
            "system_errors",
            "interruption",
            "kommun",
            "data",
            "report",
            "engine",
            "cli_rapport",
            "cli_verifiera",
            "cli_hamta",
        ),
        *("cli_export", "cli_lage", "cli_swedish"),
        *("jupyter", "__init__"),
    },
}


# The same within report: material is what documents stand on, page what they are made of, statements what several of them say.
ROOMS = {
    "material": set(),
    "page": {"material"},
    "statements": {"material", "page"},
    "document": {"page", "statements"},
    "documents": {"material", "page", "statements", "document"},
}
# A document uses no other's sections or words; what is said about a folder uses those of what is read in it.
NEIGHBOURS = {"kontroll": {"est", "uppfoljning", "vandring"}}


def part_or_root(name: str) -> str:
    """`from kunskapsbaserat import rates` names a part, `import __version__` the package itself."""
    return name if (SRC / name).exists() or (SRC / f"{name}.py").exists() else "__init__"


def imports_of(source: str, package: str) -> set[str]:
    """Parts of the package that a module of `package` imports: at its head, inside a function or for types alone."""
    parts: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            module = importlib.util.resolve_name(module, package)
            names = [module] if module != "kunskapsbaserat" else [f"{module}.{part_or_root(a.name)}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name if "." in a.name else f"{a.name}.__init__" for a in node.names]
        else:
            continue
        parts |= {name.split(".")[1] for name in names if name.startswith("kunskapsbaserat.")}
    return parts


def test_every_way_to_import_is_seen():
    source = """
import kunskapsbaserat.tables
from kunskapsbaserat import rates, __version__
from ..errors import OptionError
if TYPE_CHECKING:
    from kunskapsbaserat.plan import model
def lazy():
    from kunskapsbaserat.report.text import words
    from . import scb
"""
    expected = {"tables", "rates", "__init__", "errors", "plan", "report", "data"}
    assert imports_of(source, "kunskapsbaserat.data") == expected
    assert imports_of("import kunskapsbaserat as kb", "kunskapsbaserat.rates") == {"__init__"}


def test_no_part_may_use_one_to_its_right():
    parts = list(ALLOWED)
    for place, part in enumerate(parts):
        assert ALLOWED[part] <= set(parts[:place]), part


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: p.relative_to(SRC).as_posix())
def test_imports_point_left(path: Path):
    name = path.relative_to(SRC)
    part = name.parts[0].removesuffix(".py")
    package = ".".join(["kunskapsbaserat", *name.parts[:-1]])
    assert imports_of(path.read_text(encoding="utf-8"), package) <= ALLOWED[part] | {part}


def rooms_used_by(path: Path, *below: str) -> set[str]:
    """What a module uses of the package `below`; `from kunskapsbaserat.report import page` names a room too."""
    start = ".".join(["kunskapsbaserat", *below, ""])
    nodes = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.ImportFrom)]
    names = {f"{n.module}.{a.name}" for n in nodes for a in n.names}
    return {name.removeprefix(start).split(".")[0] for name in names if name.startswith(start)}


def test_report_is_a_few_rooms_and_nothing_in_it_runs_up():
    report = SRC / "report"
    assert {p.name.removesuffix(".py") for p in report.iterdir()} - {"__init__", "__pycache__"} == set(ROOMS)
    rooms = list(ROOMS)
    for place, room in enumerate(rooms):
        assert ROOMS[room] <= set(rooms[:place]), room
        for path in (report / room).rglob("*.py") if (report / room).is_dir() else [report / f"{room}.py"]:
            assert rooms_used_by(path, "report") <= ROOMS[room] | {room}, path


def test_documents_are_neighbours_that_do_not_lean_on_each_other():
    folder = SRC / "report" / "documents"
    for path in folder.glob("*/**/*.py"):
        name = path.relative_to(folder).parts[0]
        used = rooms_used_by(path, "report", "documents") & {p.name for p in folder.iterdir() if p.is_dir()}
        assert used <= NEIGHBOURS.get(name, set()) | {name}, path


@pytest.mark.parametrize("part", ["rates", "trends", "effects", "places"])
def test_numerics_never_touch_files(part: str):
    for path in (SRC / part).rglob("*.py"):
        names = {n.id for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Name)}
        assert not names & {"open", "Path"}, path


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(out.stdout.split())


def test_import_is_light():
    modules = loaded_by("import kunskapsbaserat")
    assert not modules & {
        *(
            "statsmodels",
            "scipy.stats",
            "matplotlib",
            "papermill",
            "seaborn",
            "pandera",
            "pandas",
            "ipywidgets",
            "anywidget",
            "ipylab",
        )
    }


def test_a_report_without_a_folder_does_not_load_what_reads_folders():
    modules = loaded_by("from kunskapsbaserat import lagesbild; lagesbild.load(kommun='Falun').u.knowledge")
    assert "kunskapsbaserat.report.material.underlag" in modules
    assert not modules & {f"kunskapsbaserat.data.{name}" for name in ("folder", "est", "walks", "bra", "workbook")}


def test_numerics_are_light():
    modules = loaded_by("import kunskapsbaserat as kb; kb.crude_rate; kb.change; kb.plots.rate; kb.kommun.get('Falun')")
    assert not modules & {"statsmodels", "scipy.stats", "matplotlib", "papermill", "seaborn", "pandera"}


def test_a_document_comes_with_little_more_than_pandas():
    """Modules and not seconds: what is only for maps, effects, models or drawing is loaded by whoever asks for it."""
    modules = loaded_by("from kunskapsbaserat import lagesbild")
    others = modules - loaded_by("import pandas")
    ours = {name for name in others if name.partition(".")[0] == "kunskapsbaserat"}
    top = {name.partition(".")[0] for name in others - ours}
    assert not top & {
        "statsmodels",
        "seaborn",
        "matplotlib",
        "shapely",
        "jinja2",
        "papermill",
        "ipywidgets",
        "openpyxl",
        "requests",
    }
    assert not modules & {"scipy.special", "scipy.stats", "scipy.spatial", "scipy.sparse", "kunskapsbaserat.effects"}
    # When this was written: 50 (mistune, Babel, the beginning of scipy) and 306 of the package's 653.
    assert len(others - ours) < 80
    assert len(ours) < len(list(SRC.rglob("*.py"))) / 2


def test_a_mistake_on_the_command_line_is_told_without_loading_a_library():
    mistake = """
from contextlib import suppress
from kunskapsbaserat import cli_rapport
from kunskapsbaserat.errors import UnknownKommun
with suppress(UnknownKommun):
    cli_rapport.choose(["lagesbild"], ["Borlnge"])
"""
    assert not loaded_by(mistake) & {"pandas", "numpy", "nbformat", "papermill", "scipy"}


def test_the_notebook_format_comes_without_the_grammar_of_links():
    modules = loaded_by("import kunskapsbaserat.engine.produce, papermill.iorw, nbconvert.exporters")
    assert {"nbformat", "jsonschema"} <= modules
    assert "rfc3987_syntax" not in modules


def test_every_public_name_is_there():
    for name in kunskapsbaserat.__all__:
        assert getattr(kunskapsbaserat, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'brotten'"):
        kunskapsbaserat.brotten  # noqa: B018 - the access is the test


def test_modules_are_one_thing():
    """A module that has outgrown one sitting wants a split; texts and styles are data."""
    lengths = {p.relative_to(SRC).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in SRC.rglob("*.py")}
    assert {name: n for name, n in lengths.items() if n > 520} == {}


def test_no_sentence_takes_the_name_of_another():
    """A module that sets a public name twice shows the second text at both places; no linter says so."""
    twice = []
    for path in sorted(SRC.rglob("*.py")):
        names: Counter[str] = Counter()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                names.update(n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name))
        twice += [f"{path.name}: {name}" for name, times in names.items() if times > 1 and not name.startswith("_")]
    assert twice == []
