"""Tests of the laptop application and the county server."""
