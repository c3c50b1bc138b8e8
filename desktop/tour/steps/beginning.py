"""The county is set up; a worker makes a vault on a new laptop, enrols it, and fetches the directory."""

from __future__ import annotations

import secrets
from dataclasses import replace

from desktop.tour.cast import CHARITY_CONTACT, COLLEAGUE, DUTY_OFFICER, OFFICE, STATION_WORKER, TOWNSHIP, WORKER
from desktop.tour.directory import CHARITY, issued
from desktop.tour.life import Life
from desktop.tour.stage import Key, Stage
from desktop.ui.device_card_form import DeviceCardForm
from desktop.ui.enrolment_form import EnrolmentForm
from desktop.ui.first_run import FirstRun
from desktop.ui.login_form import LoginForm
from desktop.ui.new_vault_form import NewVaultForm
from desktop.ui.pages.sync_page import SyncPage


def found_county(stage: Stage) -> None:
    """Divisions, directory, standard and office are issued; five people are put on the roster."""
    county = stage.county
    county.found()
    county.issue(issued())
    two: list[dict[str, object]] = [
        {"name": name, "role": "caseworker", "office": OFFICE, "townships": [TOWNSHIP]} for name in (WORKER, COLLEAGUE)
    ]
    others: list[dict[str, object]] = [
        {"name": DUTY_OFFICER, "role": "duty-officer", "office": "南平市建阳区民政局"},
        {"name": STATION_WORKER, "role": "social-worker", "office": OFFICE, "townships": [TOWNSHIP]},
        {"name": CHARITY_CONTACT, "role": "charity-contact", "office": CHARITY},
    ]
    added = county.add_workers([*two, *others])
    for one, answer in zip(two, added, strict=False):
        name = str(one["name"])
        stage.keys[name] = Key(name, f"zoucun {secrets.token_hex(8)}", str(answer["code"]))
    for other, answer in zip(others, added[2:], strict=True):
        stage.officers[str(other["name"])] = str(answer["worker"])
    county.approve_minors(stage.officers[DUTY_OFFICER], TOWNSHIP)


def first_vault(stage: Stage) -> None:
    """The first worker of a new laptop."""
    _begin(stage, WORKER, stage.open_door(), pictures=True)


def second_vault(stage: Stage) -> None:
    """A colleague begins on the same laptop."""
    life = stage.open_door()
    stage.hands.press_words(life.form(LoginForm), "别人在这台电脑上开通")
    _begin(stage, COLLEAGUE, life, pictures=False)


def sync(stage: Stage) -> SyncPage:
    """Go to 同步 and sync; answers the page with its report."""
    page = stage.life.section("sync", SyncPage)
    begun: list[str] = []
    page.busy_changed.connect(begun.append)  # where there is little to send it may be over at the first look
    stage.life.press_primary()
    stage.hands.until(lambda: begun, "同步开始")
    stage.hands.until(lambda: not page.is_syncing, "同步完成", 180)
    stage.hands.until(lambda: stage.hands.reads("全部已上报县里"), "都报完了")
    return page


def _begin(stage: Stage, name: str, life: Life, *, pictures: bool) -> None:
    hands, key = stage.hands, stage.keys[name]

    def picture(what: str) -> None:
        if pictures:
            hands.picture(what)

    picture("first-run")
    hands.press_words(life.form(FirstRun), "")
    form = life.form(NewVaultForm)
    for field, text in (
        (form.name, name),
        (form.office, OFFICE),
        (form.password, key.password),
        (form.again, key.password),
    ):
        hands.type_in(field, text)
    picture("new-vault")
    hands.press(form.go)
    card = life.form(DeviceCardForm)
    stage.keys[name] = replace(key, card=card.accessibleDescription())
    picture("device-card")
    with hands.printing():
        hands.press(card.print)
    hands.tick(card.noted, [True])
    hands.press(card.go)
    enrolment = life.form(EnrolmentForm)
    hands.type_in(enrolment.address, stage.county.url)
    hands.type_in(enrolment.code, key.code)
    picture("enrolment")
    hands.press(enrolment.go)
    life.await_window()
    picture("today-before-the-first-sync")
