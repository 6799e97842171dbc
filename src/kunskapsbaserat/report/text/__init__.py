"""All wording of the reports, and nothing but wording: what a resident reads is decided here and in the catalogue."""
