"""What came out of the printer, as the journal keeps it (打印记录)."""

from __future__ import annotations

from desktop.services.households import new_id
from desktop.storage import queries
from desktop.storage.journal import Action


def note_print(
    action: Action,
    *,
    household: str,
    of: str,
    print_id: str,
    form: str,
    version: str,
    digest: str,
    copies: int,
    wording: str = "",
    **more: object,
) -> int:
    """Note that a form was printed; answers how often it has been by now, under the id that its pages bear.

    ``of`` is the record that the form is about, ``wording`` the SHA-256 of the text it was set in; ``more`` what a form
    says of its printing beyond this.
    """
    rows = queries.of_kind(action.connection, "print", household=household)
    before = len([row for row in rows if row.state["fact"].get("print") == print_id])
    fact = {
        "household": household,
        "of": of,
        "print": print_id,
        "form": form,
        "version": version,
        "hash": digest,
        **({"wording": wording} if wording else {}),
        "copies": copies,
        **more,
    }
    action.add("print.recorded", new_id(), fact)
    return before + 1
