"""The road to the county: the planner, the client, and whole syncs with a real county."""
