"""The road to the county: the wire contract, sealing, the planner and the client."""
