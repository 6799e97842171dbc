"""Words that only the Word document has."""

from __future__ import annotations

WRITE_HERE = "Klicka här och skriv."
FACTS = "Om rapporten"
PAGE_OF = "Sida ", " av "
