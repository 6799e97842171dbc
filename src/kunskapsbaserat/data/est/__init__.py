"""EST: incident reports of a kommun and its partners, with places, times and no persons.

`read` gives everything in a kommun's folder; `reader.read` one export. What a person has written freely never leaves the
reader.
"""

from kunskapsbaserat.data.est.book import Book
from kunskapsbaserat.data.est.folder import EstFolder, read
from kunskapsbaserat.data.est.item import Item
from kunskapsbaserat.data.est.periods import Rhythm, Span
from kunskapsbaserat.data.est.reader import COLUMNS, Events
from kunskapsbaserat.data.est.template import path_in, write_new
from kunskapsbaserat.findings import Finding

__all__ = ["COLUMNS", "Book", "EstFolder", "Events", "Finding", "Item", "Rhythm", "Span", "path_in", "read", "write_new"]
