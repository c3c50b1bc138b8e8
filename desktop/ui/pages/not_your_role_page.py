"""In the place of a page that this worker's role is not for: whose work it is, in words."""

from __future__ import annotations

from desktop.services.application import Application
from desktop.services.permission import Capability, refusal
from desktop.ui.icons import Icon
from desktop.ui.messages import word
from desktop.ui.pages.page import Page
from desktop.ui.tasks import Tasks
from desktop.ui.widgets.cards import EmptyState


class NotYourRolePage(Page):
    """Says who does this; leads back to the list of households."""

    def __init__(self, tasks: Tasks, application: Application, title: str, capability: Capability) -> None:
        super().__init__(tasks)
        self.set_title(title)
        message = word(refusal(application, capability))
        is_enrolled = application.enrolment is not None
        self.set_help(message.sentence())
        self.body.addWidget(
            EmptyState(
                Icon.PERSON,
                message.what,
                message.action,
                self.tr("看全部家庭") if is_enrolled else self.tr("去开通"),
                lambda: self.go("households" if is_enrolled else "sync"),
            ),
            1,
        )
