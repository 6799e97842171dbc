"""Words of the page for the råd."""
