"""Errors a person can act on; everything else is a bug."""

from __future__ import annotations


class UserFacingError(Exception):
    """Something a worker can do something about.

    ``code`` names the case (``vault.wrong-password``) and is worded in ``desktop.ui.messages``;
    ``values`` fill the sentence. ``str()`` shows the code alone: values may be personal and must
    not reach a log.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return self.code
