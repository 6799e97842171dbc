"""What several documents say about a finding: sentences, figures, tables."""
