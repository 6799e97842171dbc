"""A part as data: what an executed notebook keeps beside its HTML, so that other documents can be written from it later.

Every object is written with its fields and, as ``_``, the name of its class; a new block needs nothing here. Left out are
fields at their default, and the released tables behind what is shown.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kunskapsbaserat.errors import RenderError
from kunskapsbaserat.report.page import blocks

_CLASS = "_"
_BEHIND = ("released", "tables")  # fields that hold released tables
_KINDS = {kind.__name__: kind for kind in vars(blocks).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)}
_FIELDS = {  # those that are written of each, with their defaults
    kind: [(f.name, f.default) for f in dataclasses.fields(kind) if f.name not in _BEHIND] for kind in _KINDS.values()
}


def bundle(part: blocks.Part) -> dict[str, Any]:
    """The part under `blocks.PART_MIME`; one string, since a notebook is written with a line to every value."""
    where: dict[str, Any] = {"file": part.file} if part.file else {}
    where |= {"figures": number} if (number := len(part.figures())) else {}
    return {"key": part.key, **where, "part": json.dumps(_data(part), ensure_ascii=False, separators=(",", ":"))}


def read(found: Mapping[str, Any]) -> blocks.Part:
    """The part of a bundle, without the released tables.

    Raises
    ------
    RenderError
        The notebook was run with a version that wrote parts otherwise.
    """
    try:
        part = json.loads(found["part"], object_hook=_made)
        if not isinstance(part, blocks.Part):
            raise TypeError(f"{type(part).__name__} is no part")
    except (KeyError, TypeError, ValueError) as error:
        raise RenderError(
            f"a part of the notebook cannot be read: {type(error).__name__}: {error}",
            svenska="Anteckningsboken är körd med en annan version av kunskapsbaserat. Kör alla celler igen.",
        ) from error
    return part


def _data(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return [_data(one) for one in value]
    if (fields := _FIELDS.get(type(value))) is None:
        return value
    data: dict[str, Any] = {_CLASS: type(value).__name__}
    for name, default in fields:
        if (one := getattr(value, name)) != default:
            data[name] = _data(one)
    return data


def _made(data: dict[str, Any]) -> Any:
    kind = _KINDS[data.pop(_CLASS)]
    behind: dict[str, Any] = {f.name: () for f in dataclasses.fields(kind) if f.name in _BEHIND}
    return kind(**data, **behind)
