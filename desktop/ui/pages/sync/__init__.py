"""The parts of 同步: the state, what needs a person, what came of it, and the forms for the county's code."""
