"""The county's schema, step by step; nothing here imports project code."""
