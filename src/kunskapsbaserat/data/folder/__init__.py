"""A kommun's own folder of files: what each file is, and the tables that they give together."""

from kunskapsbaserat.data.folder.figures import first
from kunskapsbaserat.data.folder.layout import PARTS, PLAN, REVISIONS, SETTINGS, STORE, TEXTS, create, kommun_of
from kunskapsbaserat.data.folder.package import Package, read_package
from kunskapsbaserat.data.folder.precedence import join, joined
from kunskapsbaserat.data.folder.reading import FileReport, Folder, read, start_mappings
from kunskapsbaserat.data.folder.years import one_source

__all__ = [
    "PARTS",
    "PLAN",
    "REVISIONS",
    "SETTINGS",
    "STORE",
    "TEXTS",
    "FileReport",
    "Folder",
    "Package",
    "create",
    "first",
    "join",
    "joined",
    "kommun_of",
    "one_source",
    "read",
    "read_package",
    "start_mappings",
]
