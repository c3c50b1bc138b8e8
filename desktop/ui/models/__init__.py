"""Item models: ids first, rows fetched in blocks while the screen is already there."""
