"""One cell of the matrix: keys pressed in a hurry, the popover, the decisions under a duty, and all of it without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Party
from responsibilities import queries
from responsibilities.domain import raci
from tests.browser.conftest import Beside, SignIn
from tests.cast import BEGAN, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
ADDRESS = "/harbor-dental/matrix/"
CELL, FIX = "#d-backup-jobs-provider", "tr.fix[data-of=d-backup-jobs]"


def stored(cast: Cast) -> str:
    with cast.scope():
        return raci.written_cell(queries.matrix_of(cast.harbor.pk, BEGAN).rules["backup.jobs"], Party.PROVIDER)


def opened(signed_in: SignIn) -> Page:
    page = signed_in("Iris")
    page.goto(ADDRESS)
    return page


def faults(page: Page) -> list[str]:
    found: list[str] = page.faults  # type: ignore[attr-defined]
    return [line for line in found if "status of 4" not in line]


def test_keys_pressed_faster_than_the_server_answers_are_all_kept(cast: Cast, signed_in: SignIn) -> None:
    page = opened(signed_in)
    page.locator(CELL).focus()
    page.keyboard.type("r3l")
    expect(page.locator("#live")).to_contain_text("R always, answers first")
    expect(page.locator(CELL)).to_be_focused()
    assert stored(cast) == "R always, answers first"
    page.keyboard.press("Delete")
    expect(page.locator("#live")).to_contain_text("Northwind MSP: empty")
    page.keyboard.press("Delete")
    expect(page.locator("#live")).to_have_text("This cell is already empty.")
    assert faults(page) == []


def test_a_row_comes_back_with_the_findings_it_now_has(cast: Cast, signed_in: SignIn) -> None:
    page = opened(signed_in)
    page.locator(CELL).focus()
    page.keyboard.press("r")
    expect(page.locator(FIX)).to_have_count(0)
    expect(page.locator("#n-blocks")).to_have_text("16")
    page.keyboard.press("3")
    expect(page.locator(FIX)).to_contain_text("nothing says who answers first")
    expect(page.locator("#n-blocks")).to_have_text("17")


def test_two_clicks_change_a_cell_and_escape_returns_to_it(cast: Cast, signed_in: SignIn) -> None:
    page = opened(signed_in)
    page.locator(CELL).click()
    editor = page.locator("#editor")
    editor.get_by_role("button", name="does it").click()
    expect(editor.get_by_role("button", name="always")).to_be_visible()
    editor.get_by_role("button", name="always").click()
    expect(page.locator("#live")).to_contain_text("R always")
    expect(editor.get_by_role("button", name="always")).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    expect(page.locator(CELL)).to_be_focused()
    assert stored(cast) == "R always"
    assert faults(page) == []


def test_a_finding_is_repaired_where_it_is_seen(cast: Cast, signed_in: SignIn) -> None:
    page = opened(signed_in)
    page.locator(FIX).get_by_role("button", name="Give nights to Northwind MSP").click()
    expect(page.locator(FIX)).to_have_count(0)
    expect(page.locator("#n-blocks")).to_have_text("16")
    assert stored(cast) == "R night"


def test_without_a_script_the_same_is_done_by_links_and_forms(cast: Cast, beside: Beside) -> None:
    page = beside("Iris", java_script_enabled=False)
    page.goto(ADDRESS)
    page.locator(f"{CELL} a").click()
    page.get_by_role("button", name="does it").click()
    expect(page.locator(CELL)).to_contain_text("R")
    assert stored(cast) == "R night"


def test_the_duty_page_leads_to_each_cell_and_back(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(ADDRESS + "backup.jobs/")
    page.locator("main").get_by_role("link", name="Northwind MSP", exact=True).click()
    page.get_by_role("button", name="does it").click()
    expect(page).to_have_url(re.compile(r"/matrix/backup\.jobs/$"))
    expect(page.get_by_text("Northwind MSP: R night").first).to_be_visible()
    assert stored(cast) == "R night"
    assert faults(page) == []
