"""What an option may be is said in both languages: an allowed value that is prose has its Swedish beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import kunskapsbaserat

SOURCE = Path(kunskapsbaserat.__file__).parent
REFUSING = {"OptionError", "option"}  # what is called with a name, what was got and what is allowed


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, list[ast.AST]]]:
    """Each call with the nodes of its own function, or of the module outside functions."""
    inside = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            nodes = list(ast.walk(function))
            inside |= dict.fromkeys(nodes, nodes)  # an inner function comes after the outer
    outside = [node for node in ast.walk(tree) if node not in inside]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in REFUSING:
            yield node, inside.get(node, []) + outside


def texts(node: ast.expr, scope: list[ast.AST]) -> set[str]:
    """The texts in an expression, and in what its names were given in the function or the module."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    given = [value for part in scope for name, value in assigned(part) if name in names]
    parts = [part for whole in (node, *given) for part in ast.walk(whole)]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def assigned(node: ast.AST) -> list[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        return [pair for target in node.targets for pair in paired(target, node.value)]
    if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
        return [pair for value in node.iter.elts for pair in paired(node.target, value)]
    return []


def paired(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [pair for one, other in zip(target.elts, value.elts, strict=False) for pair in paired(one, other)]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


def prose_in_english_only(source: str) -> list[int]:
    """Lines where an allowed value has a space and there is no `tillatna`."""
    tree = ast.parse(source)
    return [
        call.lineno
        for call, scope in calls(tree)
        if len(call.args) > 2
        and any(" " in text for text in texts(call.args[2], scope))
        and "tillatna" not in {keyword.arg for keyword in call.keywords}
    ]


def test_the_search_finds_prose():
    assert prose_in_english_only('raise OptionError("a", a, ("0 or more",))') == [1]
    assert prose_in_english_only('raise errors.OptionError("a", a, [f"at most {n}"])') == [1]
    assert prose_in_english_only('words = ("0 or more",)\nraise OptionError("a", a, words)') == [2]
    assert prose_in_english_only('words, ord_ = ("0 or more",), ("minst 0",)\noption("a", a, words)') == [2]
    loop = 'def check(a):\n    for name, allowed in (("a", ("0 or more",)),):\n        raise OptionError(name, a, allowed)'
    assert prose_in_english_only(loop) == [3]
    assert prose_in_english_only('raise OptionError("a", a, ("exact", "byar"))') == []
    elsewhere = 'def one():\n    words = ("0 or more",)\ndef other(words):\n    raise OptionError("a", 1, words)'
    assert prose_in_english_only(elsewhere) == []
    assert prose_in_english_only('raise OptionError("a", a, ("0 or more",), tillatna=("minst 0",))') == []


def test_prose_is_said_in_swedish_too():
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in prose_in_english_only(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_there_is_something_to_search():
    assert len([path for path in SOURCE.rglob("*.py") if "OptionError(" in path.read_text(encoding="utf-8")]) > 40
