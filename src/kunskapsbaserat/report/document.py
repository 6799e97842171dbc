"""What every document has: its parts, its appendix with manifest and tables, and how it shows itself in a notebook."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Generic, ParamSpec, Self, TypeVar, overload

import pandas as pd

from kunskapsbaserat import __version__
from kunskapsbaserat.disclosure import Released
from kunskapsbaserat.report.page import common_words, html, injected
from kunskapsbaserat.report.page.blocks import Block, Definitions, Masthead, Paragraph, Part, Section
from kunskapsbaserat.report.page.own import watch
from kunskapsbaserat.report.statements import annex, appendix
from kunskapsbaserat.report.statements.appendix import Appendix

D = TypeVar("D", bound="Document")
Asked = ParamSpec("Asked")


def from_notebook(load: Callable[Asked, D]) -> Callable[Asked, D]:
    """A document's `load`: in a notebook, a parameter that papermill has put in and the notebook does not have is refused.

    Papermill itself only logs a misspelt name, and the report would be made with the default.
    """

    @functools.wraps(load)
    def checked(*args: Asked.args, **kwargs: Asked.kwargs) -> D:
        injected.require_known()
        return load(*args, **kwargs)

    return checked


class ListedPart(Generic[D]):
    """One line of a document's list of parts: key, heading in the menu (none: not in the menu), what writes its sections, and
    the file that it stands in (none: the report itself).

    On a document it is a method that gives the finished `Part`, as the cells of the notebook call it.
    """

    def __init__(self, heading: str, sections: Callable[[D], Sequence[Section]], file: str = "") -> None:
        self.key, self.heading, self.sections, self.file = sections.__name__, heading, sections, file
        self.__doc__ = sections.__doc__

    @overload
    def __get__(self, document: None, owner: type[D]) -> ListedPart[D]: ...
    @overload
    def __get__(self, document: D, owner: type[D]) -> Callable[[], Part]: ...
    def __get__(self, document: D | None, owner: type[D]) -> ListedPart[D] | Callable[[], Part]:
        if document is None:
            return self

        def show() -> Part:
            return document.built(self)

        show.__name__, show.__doc__ = self.key, self.__doc__
        return show


def part(heading: str = "", *, file: str = "") -> Callable[[Callable[[D], Sequence[Section]]], ListedPart[D]]:
    """Put a method that writes sections on the document's list of parts; its name is the key, the class's order the page's.

    Parts with the name of a `file` make a page of their own beside the report: a shorter length of it, or its appendices.
    """
    return lambda sections: ListedPart(heading, sections, file)


@dataclass(frozen=True, slots=True)
class FileHead:
    """What a file of a document says of itself; `see_also` are its menu's links to the other files: address and words."""

    title: str
    foot: str
    masthead: Masthead
    see_also: Sequence[tuple[str, str]] = ()


def heads_with_annex(
    own: Masthead, *, title: str, foot: str, report: tuple[str, str], annex: tuple[str, str]
) -> dict[str, FileHead]:
    """The heads of a short page and of the file with all that has no room on it, each with a link to the other.

    Parameters
    ----------
    own : Masthead
        The page's.
    title, foot : str
        The page's.
    report, annex : (str, str)
        Address and words of the two.
    """
    beside = Masthead(own.organisation, own.notice, own.kicker, f"{title}: bilaga", ())
    return {"": FileHead(title, foot, own, [annex]), annex[0]: FileHead(f"{title}: bilaga", foot, beside, [report])}


class Document(ABC):
    """A document about one kommun. A subclass lists its parts with `@part` and says what stands on its first page and last.

    `name` is that of its folder in `report.documents` and of its notebook.
    """

    name: ClassVar[str]
    listed: ClassVar[tuple[ListedPart[Any], ...]] = ()
    appendix_style: ClassVar[str] = "bilaga"
    appendix_file: ClassVar[str] = ""  # the page that the tables and the manifest stand on; "" the report itself
    lists_inputs: ClassVar[bool] = True  # False: a folder's own lists, whose names stay in the manifest

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.listed = (*cls.listed, *(line for line in vars(cls).values() if isinstance(line, ListedPart)))

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """In a notebook, cells are from here on told when they show what does not come along."""
        watch.watch(Document)
        return super().__new__(cls)

    @property
    @abstractmethod
    def title(self) -> str:
        """The page's title, also that of the browser's tab."""

    @property
    def material(self) -> Any:
        """What the document stands on: its tables, and what is found in them."""
        names = vars(self)
        return next(names[name] for name in ("u", "m", "w") if name in names)

    @property
    @abstractmethod
    def foot(self) -> str:
        """The line at the foot of every printed page."""

    @abstractmethod
    def masthead(self) -> Masthead:
        """The head of the first part."""

    @functools.cached_property
    def heads(self) -> Mapping[str, FileHead]:
        """Of every file that has parts; "" is the report itself."""
        return {"": FileHead(self.title, self.foot, self.masthead())}

    @abstractmethod
    def made_of(self) -> dict[str, Any]:
        """What the document is made of, beside the version: parameters, inputs and what else has a say in it."""

    def appendix_lead(self, tables: Sequence[str]) -> list[Block]:
        """What stands first in the appendix: which files there are, and the document's own tables."""
        return [Paragraph(annex.lead(tables))]

    def tables(self) -> dict[str, Released]:
        """The tables written beside the page, by file name."""
        return {table.name: table for table in appendix.released_in(self.parts())}

    def pages(self) -> dict[str, str]:
        """Further pages from the same run, by file name."""
        return {}

    def files(self) -> dict[str, bytes]:
        """Further files from the same run that are no pages, by name: a map for other programs."""
        return {}

    def nav(self) -> list[list[str]]:
        """The report's menu: where each part starts, and its heading."""
        return self.nav_of("")

    def nav_of(self, file: str) -> list[list[str]]:
        """The menu of a file, without links to others."""
        return [[p.sections[0].id, p.nav] for p in self.parts() if p.nav and p.sections and p.file == file]

    @property
    def made_with(self) -> str:
        """The last line of the page."""
        return common_words.made_with(__version__)

    @property
    def invented(self) -> str:
        """What of the document is invented, in the words that stand on its pages: said in its tables and manifest too."""
        return ""

    def built(self, line: ListedPart[Any]) -> Part:
        """A part, built at the first call: the appendix lists the tables of all parts already shown."""
        kept: dict[str, Part] = vars(self).setdefault("_parts", {})
        if line.key not in kept:
            first = line is next(one for one in self.listed if one.file == line.file)
            masthead = self.heads[line.file].masthead if first else None
            kept[line.key] = Part(line.key, line.heading, line.sections(self), masthead=masthead, file=line.file)
        return kept[line.key]

    def parts(self) -> list[Part]:
        """All parts but the appendix, in order."""
        return [self.built(line) for line in self.listed]

    def manifest(self) -> dict[str, Any]:
        """What the document is made of, with a digest: everything here is the same at the next rendering."""
        made_of = {"template": self.name, "version": __version__, **self.made_of()}
        digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
        return made_of | {"digest": digest} | ({"invented": self.invented} if self.invented else {})

    def bilagor(self) -> Appendix:
        """The tables, the disclosure log and the manifest; the last cell of the notebook."""
        parts, tables, manifest = self.parts(), self.tables(), self.manifest()
        published = [*appendix.released_in(parts), *tables.values()]
        log = list(dict.fromkeys(entry for table in published for entry in table.log))
        blocks = [*self.appendix_lead(list(tables)), appendix.log_table(log)]
        blocks += [appendix.inputs_table(manifest)] if self.lists_inputs else []
        blocks.append(Definitions(annex.reproduction(manifest)))
        section = Section("bilagor", annex.TOPIC, annex.HEADING, blocks, style=self.appendix_style)
        tables["rojandelogg"] = Released("rojandelogg", pd.DataFrame([asdict(entry) for entry in log]), ())
        pages = self.pages()
        beside = sum(page.count('role="img"') for page in pages.values())
        record = {
            **self._head("", self.nav()),
            "files": {file: self._head(file, self.nav_of(file)) for file in self.heads if file},
            "tables": {name: appendix.csv_of(table, self.invented) for name, table in tables.items()},
            "figures": sum(len(p.figures()) for p in parts) + beside,
            "figures_beside": beside,
            "manifest": manifest,
            "made_with": self.made_with,
            "pages": pages,
            "files_as_base64": {name: base64.b64encode(content).decode() for name, content in self.files().items()},
        }
        return Appendix(Part("bilagor", annex.NAV, [section], file=self.appendix_file), record)

    def _head(self, file: str, nav: list[list[str]]) -> dict[str, Any]:
        """Title, foot and menu of a file, with the tables where they stand on it and links to the other files."""
        last = [["bilagor", annex.NAV]] if file == self.appendix_file else []
        head = self.heads[file]
        return {"title": head.title, "foot": head.foot, "nav": [*nav, *last, *map(list, head.see_also)]}

    def _repr_html_(self) -> str:
        return html.notebook_head(self.title)
