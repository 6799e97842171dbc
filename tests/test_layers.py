"""Imports point left, and the import of the package is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import kunskapsbaserat

SRC = Path(kunskapsbaserat.__file__).parent

# What each part may import from the package. A part stands to the right of everything it may use.
ALLOWED = {
    "errors": set(),
    "findings": set(),
    "kommun": {"errors"},
    "tables": {"errors"},
    "catalogue": {"errors"},
    # The workbooks to fill in stand beside the data: they are read by its cells, and EST is data that comes in one of them.
    "forms": {"errors", "findings", "data", "forms"},
    "data": {"errors", "findings", "forms", "tables", "kommun", "catalogue", "data"},
    "disclosure": {"errors", "catalogue", "disclosure"},
    "simulate": {"errors", "kommun", "simulate"},
    "rates": {"errors", "tables", "kommun", "catalogue", "rates"},
    "trends": {"errors", "tables", "kommun", "catalogue", "rates", "trends"},
    "screening": {"tables", "rates", "trends", "__init__"},
    "effects": {"errors", "tables", "kommun", "catalogue", "rates", "trends", "effects"},
    "plan": {"errors", "findings", "forms", "tables", "kommun", "catalogue", "data", "rates", "trends", "effects", "plan"},
    "places": {"errors", "tables", "kommun", "catalogue", "rates", "trends", "effects", "places"},
    "preregistration": {"errors", "effects"},
    "report": {
        *(
            "errors",
            "findings",
            "tables",
            "kommun",
            "catalogue",
            "data",
            "disclosure",
            "rates",
            "trends",
            "effects",
            "plan",
            "places",
        ),
        *("report", "__init__"),
    },
    "engine": {"errors", "kommun", "data", "report", "engine", "__init__"},
    "widgets": {"errors", "kommun", "data", "effects", "preregistration", "report", "engine", "simulate", "widgets"},
    "jupyter": {"errors", "engine"},
    "cli_rapport": {"errors", "kommun", "engine"},
    "cli": {"errors", "kommun", "data", "report", "engine", "cli_rapport", "jupyter", "__init__"},
    "__init__": set(),
}


# The one import to the right: `EffectResult.summary` asks for its words where all words are chosen.
WORDS = {"effects/result.py": {"report"}}


def part_or_root(name: str) -> str:
    """`from kunskapsbaserat import rates` names a part, `import __version__` the package itself."""
    return name if (SRC / name).exists() or (SRC / f"{name}.py").exists() else "__init__"


def imports_of(path: Path) -> set[str]:
    """Parts of the package that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kunskapsbaserat":
            rest = node.module.split(".")[1:]
            found |= {rest[0]} if rest else {part_or_root(a.name) for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("kunskapsbaserat.")}
    return found


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: p.relative_to(SRC).as_posix())
def test_imports_point_left(path: Path):
    name = path.relative_to(SRC)
    part = name.parts[0].removesuffix(".py")
    assert imports_of(path) - WORDS.get(name.as_posix(), set()) <= ALLOWED[part]


@pytest.mark.parametrize("part", ["rates", "trends", "effects", "places"])
def test_numerics_never_touch_files(part: str):
    for path in (SRC / part).rglob("*.py"):
        names = {n.id for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Name)}
        assert not names & {"open", "Path"}, path


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
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


def test_numerics_are_light():
    modules = loaded_by("import kunskapsbaserat as kb; kb.crude_rate; kb.change; kb.kommun.get('Falun')")
    assert not modules & {"statsmodels", "scipy.stats", "matplotlib", "papermill", "seaborn", "pandera"}


def test_every_public_name_is_there():
    for name in kunskapsbaserat.__all__:
        assert getattr(kunskapsbaserat, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'brott'"):
        kunskapsbaserat.brott  # noqa: B018 - the access is the test


def test_modules_are_one_thing():
    """A module that has outgrown one sitting wants a split; texts and styles are data."""
    lengths = {p.relative_to(SRC).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in SRC.rglob("*.py")}
    assert {name: n for name, n in lengths.items() if n > 520} == {}
