"""Words of the page."""
