"""The lägesbild of 4 § lag (2023:196)."""
