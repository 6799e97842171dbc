"""TYPE: the analyst's layer, from a question to a table, a figure and an Excel file in a few lines.

The names are Swedish, since Swedish analysts type them. Every function gives a `Tabell`: a pandas DataFrame with one thing a
row, that also knows where its figures come from. Nothing here computes: rates, verdicts and comparisons are those of `rates`
and `trends`, with the package's figures and the folder's by the same rule as in a report.
"""

from kunskapsbaserat.analys.changes import trend
from kunskapsbaserat.analys.counts import brott
from kunskapsbaserat.analys.funnels import funnel
from kunskapsbaserat.analys.map import karta
from kunskapsbaserat.analys.peers import liknande
from kunskapsbaserat.analys.stands_out import sticker_ut
from kunskapsbaserat.analys.table import Tabell
from kunskapsbaserat.analys.workbook import till_excel

__all__ = ["Tabell", "brott", "funnel", "karta", "liknande", "sticker_ut", "till_excel", "trend"]
