"""``zoucun`` opens the window; ``zoucun COMMAND …`` does the same work without one."""

from __future__ import annotations

import sys

from desktop.cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())
