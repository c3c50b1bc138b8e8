"""The office's Excel ledger is imported: looked at, confirmed, and imported once more, which changes nothing."""

from __future__ import annotations

from desktop.tour.failure import TourFailure
from desktop.tour.ledger import ledger_bytes
from desktop.tour.stage import Stage
from desktop.ui.import_words import Part
from desktop.ui.pages.households_page import HouseholdsPage
from desktop.ui.pages.import_page import ImportPage
from desktop.ui.pages.import_page import Stage as ImportStage


def import_ledger(stage: Stage) -> None:
    """Preview, confirm, and the same file again."""
    hands, life = stage.hands, stage.life
    with stage.meter.paused():  # the office's work, not the program's
        stage.save("台账.xlsx", ledger_bytes(stage.cast.ledger))
    households = life.section("households", HouseholdsPage)
    hands.picture("households-empty")
    hands.press(households.import_button)
    page = life.page(ImportPage)
    path = str(stage.out / "台账.xlsx")
    page.open_file(path)
    hands.until(lambda: page.stage is ImportStage.PREVIEW, "台账读完")
    hands.picture("import-preview")
    page.preview.show_part(Part.PROBLEMS)
    hands.picture("import-problems")
    life.press_primary()
    hands.until(lambda: page.stage is ImportStage.DONE, "写入完成")
    hands.picture("import-done")
    page.open_file(path)
    hands.until(lambda: page.stage is ImportStage.PREVIEW, "台账再读一遍")
    if life.window.header.primary.text().startswith("确认导入"):
        raise TourFailure("同一份台账再导入一次,还有东西要写入。")
    hands.picture("import-again-nothing-to-write")
    life.section("households", HouseholdsPage)
    hands.until(lambda: hands.reads(f"{len(stage.cast.ledger)} 户"), "家庭名单")
    hands.picture("households")
