"""What is asked for a kommun at a time: one whose file cannot be read leaves the others theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kunskapsbaserat.errors import FetchError
from kunskapsbaserat.kommun import Kommun

_T = TypeVar("_T")
_OF_ONE = ("shape", "html", "not_json", "not_data", "gone", "not_in_store")


@dataclass(frozen=True)
class Each(Generic[_T]):
    """What came of each kommun, and why nothing came of some."""

    came: dict[Kommun, _T] = field(default_factory=dict)
    lacking: dict[Kommun, FetchError] = field(default_factory=dict)

    def required(self) -> Each[_T]:
        """The same, if anything came.

        Raises
        ------
        FetchError
            Nothing did: the first reason.
        """
        if not self.came and self.lacking:
            raise next(iter(self.lacking.values()))
        return self


def each(places: Sequence[Kommun], ask: Callable[[Kommun], _T]) -> Each[_T]:
    """What `ask` gives of each kommun.

    Raises
    ------
    FetchError
        Nothing came of any, or the service cannot be reached, which would be the same for the next.
    """
    found: Each[_T] = Each()
    for place in places:
        try:
            found.came[place] = ask(place)
        except FetchError as error:
            if not is_of_one(error):
                raise
            found.lacking[place] = error
    return found.required()


def is_of_one(error: FetchError) -> bool:
    """Whether the error is about one answer and not about the service: the next question may well be answered."""
    return error.reason in _OF_ONE
