"""Words of the page for the koncern."""
