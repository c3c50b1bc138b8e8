"""Makes the vault that is kept for a released schema: ``python -m tests.data.vaults.make_vault`` from the root.

Run once when a schema is released, never again for one that was: the point of the files is that an old version
wrote them. Everybody in them is invented; ``README.md`` says the password and the device card.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop.services.figures import record_digests
from desktop.services.households import add_household
from desktop.storage import schema
from tests.casework import new_household
from tests.vaults import closed_vault, enrolment, opened
from tests.worked_vault import work

PASSWORD: Final = "旧版本的库也要打得开"
FILES: Final = ("slots.json", "signing.json", "store.db")
FOLDER: Final = Path(__file__).parent
DAY: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def main() -> int:
    """Make the folder of the newest schema; refuses to write over one."""
    with tempfile.TemporaryDirectory() as home:
        closed = closed_vault(Path(home), worker_name="林晓梅", office="莒口镇民政办", password=PASSWORD)
        with opened(closed, clock=lambda: DAY) as application:
            application.enrol(enrolment(closed.vault))
            add_household(application, new_household())
            work(application, 3)
            revision = application.store.write(schema.revision)
            entries = application.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM entry").scalar_one())
            records = len(record_digests(application))
        target = FOLDER / str(revision)
        target.mkdir()
        for name in FILES:
            shutil.copyfile(closed.folder / name, target / name)
        shutil.copytree(closed.folder / "attachments", target / "attachments")
    readme = FOLDER / "README.md"
    line = f"| {revision} | `{closed.vault}` | `{closed.card}` | {entries} | {records} |\n"
    readme.write_text(readme.read_text(encoding="utf-8") + line, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
