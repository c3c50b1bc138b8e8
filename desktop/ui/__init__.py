"""The window: pages, widgets and theme. No SQL, no HTTP, no threads outside ``tasks.py``."""
