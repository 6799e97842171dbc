"""One page for the kommun's ledningsgrupp (KLG): decisions, what is late, and cost."""

from kunskapsbaserat.report.documents import About

ABOUT = About(title="Till ledningsgruppen", help="En sida till kommunens ledningsgrupp (KLG): beslut, förseningar och kostnad.")
