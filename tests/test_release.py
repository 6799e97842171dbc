"""What a release says of itself agrees with the package: one version, one list of needs, workflows that name files that are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import own_pages
import pytest
import yaml

import kunskapsbaserat

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IN_CONDA = {"matplotlib": "matplotlib-base", "pandera[pandas]": "pandera"}  # there it has no extras, and pandas is its own


def test_the_version_stands_in_one_place():
    assert "version" in PROJECT["project"]["dynamic"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "src/kunskapsbaserat/__init__.py"
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == kunskapsbaserat.__version__
    recipe = yaml.safe_load((ROOT / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
    assert recipe["context"]["version"] == kunskapsbaserat.__version__


def test_the_recipe_needs_what_the_package_needs():
    recipe = yaml.safe_load((ROOT / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
    asked = [f"python {PROJECT['project']['requires-python']}"]
    for line in PROJECT["project"]["dependencies"]:
        name, version = re.fullmatch(r"([\w.\-]+(?:\[\w+\])?)(.*)", line).groups()
        asked.append(f"{IN_CONDA.get(name, name)} {version}".strip())
    assert recipe["requirements"]["run"] == asked


def test_the_changelog_begins_with_what_is_not_released():
    heads = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    kinds = re.findall(r"^### (.+)$", CHANGELOG.split("\n## ")[1], re.MULTILINE)
    assert kinds == [k for k in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security") if k in kinds]
    assert len(set(kinds)) == len(kinds) > 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_a_workflow_names_files_that_are(path: Path):
    text = path.read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert all(job["runs-on"] for job in jobs.values())
    assert all(job.get("needs", name) in jobs for name, job in jobs.items())
    for name in re.findall(r"(?:tools|benchmarks)/\w+\.py|\.ci/\w+", text):
        assert (ROOT / name).exists(), name


def test_no_address_is_invented():
    """The project has no public address yet: none is better than one that leads nowhere, or to somebody else."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    recipe = yaml.safe_load((ROOT / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
    has = {"pyproject": "urls" in PROJECT["project"], "recipe": "homepage" in recipe.get("about", {})}
    has["citation"] = bool({"url", "repository-code", "repository", "doi"} & citation.keys())
    assert set(has.values()) == {_is_released()}, f"give the same address in all of them, once there is one: {has}"


def test_nobody_is_told_to_install_by_name_what_is_not_published():
    """Somebody else may have the name in a registry."""
    by_name = re.compile(r"install \"?kunskapsbaserat\b")
    copies = {ROOT / "docs" / own_pages.PAGES[name] for name in own_pages.COPIED}  # there when the site has been built
    pages = [ROOT / "README.md", *({*(ROOT / "docs").rglob("*.md")} - copies)]
    told = [p.relative_to(ROOT).as_posix() for p in pages if by_name.search(p.read_text(encoding="utf-8"))]
    assert _is_released() or told == []


def _is_released() -> bool:
    return bool(re.search(r"^## \[\d", CHANGELOG, re.MULTILINE))
