"""The words of a lägesbild."""
