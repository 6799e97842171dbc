"""The kommun's own list of what everybody may read: places, measures, events, functions and themes, each signed by a role.

No pattern finds every name and address in a text, so nothing that is written freely in a register is public by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kunskapsbaserat.data.est import sheets
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.remarks import remark
from kunskapsbaserat.findings import Finding

_USED = {sheets.MEASURES: sheets.MEASURE, sheets.COMING: sheets.EVENT}


@dataclass(frozen=True, slots=True)
class PublicWords:
    """The signed words: for each use, what is written (in any case) and how it is spelt on the list."""

    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def word(self, about: str, text: str | None) -> str | None:
        """The text as the list spells it, when it may be public as a place, measure, event or function; else None."""
        return self.words.get(about, {}).get(_key(text)) if text else None

    def any_use(self, text: str | None) -> str | None:
        """The text as the list spells it for any use; else None."""
        return next((word for about in self.words if (word := self.word(about, text)) is not None), None)

    def of(self, item: Item) -> str | None:
        """What a measure or a coming event may be called in public: its public text, else its own when that is signed."""
        about = _USED[item.sheet]
        return self.word(about, item.offentlig_text) if item.offentlig_text else self.word(about, item.namn)


def read(items: Mapping[str, tuple[Item, ...]]) -> PublicWords:
    """The list, from the rows of the workbook."""
    words: dict[str, dict[str, str]] = {}
    for item in items.get(sheets.PUBLIC_WORDS, ()):
        words.setdefault(item.anvands, {}).setdefault(_key(item.text), item.text)
    return PublicWords(MappingProxyType(words))


def remarks(items: Mapping[str, tuple[Item, ...]], words: PublicWords, *, file: str, listed: bool) -> Iterator[Finding]:
    """What the public version will leave out for want of a signed word; once when there is no list at all."""
    wanted = {name: [i for i in items.get(name, ()) if i.offentlig and words.of(i) is None] for name in _USED}
    places = [i for i in items.get(sheets.PLACES, ()) if words.word(sheets.PLACE, i.plats) is None]
    themes = [i for i in items.get(sheets.DIALOGUES, ()) if words.word(sheets.THEME, i.namn) is None]
    if not listed:
        if places or themes or any(wanted.values()):
            yield remark("no_public_words", file=file)
        return
    for name, without in wanted.items():
        if without:
            yield remark("not_public", [i.row for i in without], sheet=name, file=file)
    if places:
        yield remark("unnamed_place", [i.row for i in places], sheet=sheets.PLACES, column="A", file=file)
    if themes:
        yield remark("unnamed_theme", [i.row for i in themes], sheet=sheets.DIALOGUES, file=file)


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
