"""The encrypted store: vault, tables, journal, search."""
