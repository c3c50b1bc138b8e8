"""An age that was only stated: it counts for a year, and is stated again on the household's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pytestqt.qtbot import QtBot

from desktop.domain.households import Name, NewResident, StatedCapacity
from desktop.domain.signing import AgeBand
from desktop.services import households, people
from desktop.services.application import Application
from desktop.ui.main_window import MainWindow
from desktop.ui.widgets.resident_form import ResidentForm
from tests.ui.test_household_page import family, press, shown_page


def test_an_age_that_was_stated_over_a_year_ago_is_confirmed_by_stating_it_again(
    qtbot: QtBot, vault: Application, window: MainWindow
) -> None:
    """The same band, with the new day; another correction alone leaves it as it was stated."""
    ids = family(vault)
    band = AgeBand.FOURTEEN_TO_FIFTEEN
    stated = StatedCapacity(band=band, band_stated=vault.today() - timedelta(days=400))
    child = NewResident(Name("陈小海"), relation="41", capacity=stated)
    resident = households.add_member(vault, ids.household, child).value
    assert people.resident_view(vault, resident).signing.band is None, "it counts for a year"
    page = shown_page(qtbot, window, ids.household)
    for is_stated in (False, True):
        press(qtbot, page, "改信息：陈小海")
        form = page.editor.form
        assert isinstance(form, ResidentForm)
        form.illness.setText("哮喘" if is_stated else "近视")
        assert form.signing.band.value() is None
        if is_stated:
            form.signing.band.set_value(band)
            form.signing.band.changed.emit()
        page.save()
        qtbot.waitUntil(lambda: page.editor.editing is None)
        view = people.resident_view(vault, resident)
        assert view.capacity == (replace(stated, band_stated=vault.today()) if is_stated else stated)
        assert view.signing.band is (band if is_stated else None)
        qtbot.waitUntil(page.members.isVisible)
        qtbot.waitUntil(page._overview.updatesEnabled)
