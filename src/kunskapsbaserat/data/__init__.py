"""READ: one module a publisher, each returns a contract table (see `kunskapsbaserat.tables`)."""
