"""The words about a kommun's folder."""
