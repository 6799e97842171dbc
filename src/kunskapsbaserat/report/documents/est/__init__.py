"""The EST report of one period, its public version and its deepening."""
