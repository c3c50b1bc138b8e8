"""The cards of 设置; each owns what it shows and does."""
