"""The EST report of one period, its public version and its deepening."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="EST-rapport",
    help="Händelserna under en period. Behöver kommunens mapp med est.xlsx eller uttag i mappen est.",
)
