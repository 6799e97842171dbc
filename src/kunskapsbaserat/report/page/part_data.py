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
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_data(one) for one in value]
    if not dataclasses.is_dataclass(value):
        return value
    fields = {f.name: (getattr(value, f.name), f.default) for f in dataclasses.fields(value) if f.name not in _BEHIND}
    return {_CLASS: type(value).__name__} | {name: _data(one) for name, (one, default) in fields.items() if one != default}


def _made(data: dict[str, Any]) -> Any:
    kind = _KINDS[data.pop(_CLASS)]
    behind: dict[str, Any] = {f.name: () for f in dataclasses.fields(kind) if f.name in _BEHIND}
    return kind(**data, **behind)
