"""A kommun's folder: making a new one, and what `kunskap kontroll` says about it."""
