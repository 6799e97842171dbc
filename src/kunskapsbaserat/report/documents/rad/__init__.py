"""Two pages for the meeting of the (brottsförebyggande) råd: what has changed, what is late, what to decide."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="Till rådet",
    help="Två sidor inför rådets möte: vad som har ändrats (--sedan), vad som är försenat, vad rådet ska ta ställning till.",
)
