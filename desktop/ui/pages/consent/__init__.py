"""The parts of the consent page: one file per step of taking consent, and the views of what was taken."""
