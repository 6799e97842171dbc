"""HAND OVER: the figures of some kommuner to Power BI, Excel, a statistical database and a page of open data.

Everything here has passed the gate of the reports, and the verdicts are theirs: nothing is computed anew. What is written is
the same to the last byte when it is written again from the same figures.
"""

from kunskapsbaserat.export.exporting import Wanted, export
from kunskapsbaserat.export.gathered import Gathered, NothingToExport, gather
from kunskapsbaserat.export.star_schema import Star, star

__all__ = ["Gathered", "NothingToExport", "Star", "Wanted", "export", "gather", "star"]
