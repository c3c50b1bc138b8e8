"""Tests of the visit page."""
