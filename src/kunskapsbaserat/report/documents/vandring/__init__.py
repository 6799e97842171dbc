"""Trygghetsvandringar: the protocol to print, and the report on what was seen and what has become of it."""

from kunskapsbaserat.report.documents import About

ABOUT = About(
    title="Trygghetsvandringar",
    help="Protokoll att skriva ut, och rapport ur kommunens ifyllda vandring.xlsx: åtgärder, ålder, karta, bilder.",
    dated_by="datum",
)
