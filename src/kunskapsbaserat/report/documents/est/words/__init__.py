"""The words of an EST report."""
