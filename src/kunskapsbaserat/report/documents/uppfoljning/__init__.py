"""The follow-up of an åtgärdsplan, 6 § lag (2023:196)."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="Uppföljning",
    help="Uppföljning av åtgärdsplanen. Behöver kommunens mapp; för Borlänge finns ett påhittat exempel.",
)
