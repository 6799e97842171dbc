"""An answer with one node of another sort than it should have is an error of ours or does not matter: never a traceback."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import one_source
import pytest

from conftest import QUICK, Serving
from kunskapsbaserat.data.fetch import kinds
from kunskapsbaserat.data.fetch.store import Entry, Store
from kunskapsbaserat.errors import FetchError

ODD = (None, True, -1, 2.5, 10**17, "", "x", [], [[]], [None], {}, {"x": {}})


def changed(document: Any, chance: random.Random) -> Any:
    """The document with one of its nodes, however deep, as something else; a key may be misspelt instead."""
    whole = node = copy.deepcopy(document)
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        inner = node[key]
        if not isinstance(inner, (dict, list)) or not inner or chance.random() < 0.25:
            if isinstance(node, dict) and chance.random() < 0.2:
                node[f"{key}x"] = node.pop(key)
            else:
                node[key] = chance.choice(ODD)
            return whole
        node = inner


@pytest.mark.parametrize(
    ("key", "times"), [("kolada", 6), ("scb", 40), ("scb_delar", 60), ("kolada_liknande", 60), ("scb_geo", 60)]
)
@pytest.mark.usefixtures("small")
def test_a_changed_node_ends_in_an_error_of_ours(
    key: str, times: int, serving: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with serving():
        one_source.ask(key, tmp_path, QUICK)
    whole = Store.content
    answers = Store(tmp_path).answers(key, Store(tmp_path).closed_runs(key)[0])
    errors = 0
    for seed in range(times):
        chance = random.Random(seed)
        target = chance.choice(sorted(answers))

        def content(store: Store, entry: Entry, target: str = target, chance: random.Random = chance) -> bytes:
            body = whole(store, entry)
            return json.dumps(changed(json.loads(body), chance)).encode() if entry.key == target else body

        monkeypatch.setattr(Store, "content", content)
        try:
            one_source.ask(key, tmp_path, QUICK, offline=True)
        except FetchError:
            errors += 1
    assert errors > times / 4


@pytest.mark.parametrize("number", ["1" * 19, "9" * 400, "-" + "9" * 5000, "1e400", "-1e999", "NaN", "Infinity"])
def test_a_number_beyond_every_count_is_no_json(number: str):
    with pytest.raises(ValueError, match=r"digits|too large|no number"):
        kinds.whole_json(f'{{"value": {number}}}'.encode())
