"""Files kept for tests."""
