"""A kommun's own folder of files: what each file is, and the tables that they give together."""

from kunskapsbaserat.data.folder.joining import first
from kunskapsbaserat.data.folder.layout import PARTS, PLAN, SETTINGS, TEXTS, create, kommun_of
from kunskapsbaserat.data.folder.reading import FileReport, Folder, read, start_mappings
from kunskapsbaserat.data.folder.years import one_source

__all__ = [
    "PARTS",
    "PLAN",
    "SETTINGS",
    "TEXTS",
    "FileReport",
    "Folder",
    "create",
    "first",
    "kommun_of",
    "one_source",
    "read",
    "start_mappings",
]
