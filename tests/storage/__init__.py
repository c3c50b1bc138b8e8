"""The encrypted store: vaults, keys, the journal."""
