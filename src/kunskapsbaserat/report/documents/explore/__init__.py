"""What the widgets show of reported crime while somebody explores it."""
