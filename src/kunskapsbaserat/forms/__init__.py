"""Workbooks that people fill in: a table of columns says what each sheet holds; writing and reading it are done once, here."""
