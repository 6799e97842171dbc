"""What the sheets of the workbook are called, for the modules that describe their columns."""

from __future__ import annotations

KOMMUN, PROBLEM, ORSAKER, ATGARDER, MAL, AKTIVITETER, LOFTEN = (
    "Kommun",
    "Problem",
    "Orsaker",
    "Åtgärder",
    "Mål",
    "Aktiviteter",
    "Medborgarlöften",
)
FOKUS, PROCESSTAL, KONTROLLER, GRANNSAMVERKAN, PLATSER = (
    "Fokus",
    "Processtal",
    "Kontroller",
    "Grannsamverkan",
    "Platssamverkan",
)
