"""The order of the values of a json-stat2 dataset, for whoever reads one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any


def codes(dimension: Mapping[str, Any]) -> list[str]:
    """The codes of a dimension in the order of its values: an index gives each code its place, or lists them.

    >>> codes({"category": {"index": {"b": 1, "a": 0}}}), codes({"category": {"index": ["b", "a"]}})
    (['a', 'b'], ['b', 'a'])
    """
    index = dimension["category"]["index"]
    return list(index) if isinstance(index, list) else sorted(index, key=index.__getitem__)


def places(dataset: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The code of every dimension for each value, in the order of the values: the last dimension changes first."""
    names: list[str] = dataset["id"]
    for combination in itertools.product(*(codes(dataset["dimension"][name]) for name in names)):
        yield dict(zip(names, combination, strict=True))
