"""The koncern's losses: förvaltningar and bolag together, in the money of one month, with and without the largest."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="Koncernens förluster",
    help="Koncernens förluster i fasta priser, med och utan den största. Behöver koncern.xlsx (kunskap ny --koncern).",
)
