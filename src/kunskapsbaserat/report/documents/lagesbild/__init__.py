"""The lägesbild of 4 § lag (2023:196)."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="Lägesbild",
    help="Lägesbild enligt 4 §. Egna filer och texter i kommunens mapp används om den anges.",
)
