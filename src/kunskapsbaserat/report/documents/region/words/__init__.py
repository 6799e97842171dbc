"""Words of the county page."""
