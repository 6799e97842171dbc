"""The county page of länsstyrelsen: what the kommuner of a län have in common, and what differs."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="Länsbild",
    help="Länsbild för länsstyrelsen: välj länet med --lan. Med ett länspaket också plikter, problem och åtgärder.",
)
