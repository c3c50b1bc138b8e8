"""``zoucun-county`` and ``python -m county``."""

from __future__ import annotations

import sys

from county import cli


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
