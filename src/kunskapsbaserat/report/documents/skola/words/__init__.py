"""Words of the school's report."""
