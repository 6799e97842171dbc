"""The follow-up of an åtgärdsplan, 6 § lag (2023:196)."""
