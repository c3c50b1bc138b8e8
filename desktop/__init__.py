"""走村: the laptop application and what it shares with the county."""
