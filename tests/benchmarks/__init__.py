"""Speed, measured beside a plain peer in one run: ``python -m tests.benchmarks``. Never asserted in tests."""
