"""The visit page's parts: one module per group of the paper form, and what holds them together."""
