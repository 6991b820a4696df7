"""More ways through the grid of a draft: to the reasons and back, nobody on purpose, a backup, narrow screens and dark ones."""

import pytest
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Letter, Party
from responsibilities.models import Assignment, Version
from tests.browser.test_every_page import ALL, axe, problems_of
from tests.browser.test_grid import DRAFT, FIRST, THIRD, cell, draft, faults, said, spoken
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
__all__ = ["draft"]


def focused_row(page: Page) -> str:
    return page.locator("[role=grid] tr:has(.cell:focus)").get_attribute("id") or ""


def site_row(page: Page, line: str) -> None:
    """Give a duty a row of its own for the clinic, and leave the popover."""
    page.locator(cell(line)).click()
    page.locator("#editor summary").click()
    page.locator("#editor").get_by_role("button", name="Add row").click()
    expect(page.locator(f"#s-{line.replace('.', '-')}--clinic")).to_be_visible()
    page.keyboard.press("Escape")


def test_letters_end_and_home_and_findings_there_and_back(draft: Page) -> None:
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("End")
    cells = draft.locator("#d-support-intake .cell")
    expect(cells.last).to_be_focused()
    draft.keyboard.press("Home")
    expect(cells.first).to_be_focused()
    draft.keyboard.press("]")
    first = focused_row(draft)
    draft.keyboard.press("]")
    second = focused_row(draft)
    assert second != first
    draft.keyboard.press("[")
    assert focused_row(draft) == first
    assert draft.locator("[role=grid] .cell[tabindex='0']").count() == 1


def test_why_leads_to_the_duty_and_a_heading_says_it_has_none(draft: Page) -> None:
    draft.locator("#g-support-all-vendor").focus()
    draft.keyboard.press("t")
    spoken(draft, "This row has no page of its own.")
    assert draft.url.endswith(DRAFT)
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("t")
    draft.wait_for_url("**/matrix/support.intake/")
    expect(draft.get_by_role("heading", name="Why", exact=False).first).to_be_visible()


def test_accountability_moves_to_a_cell_and_leaves_exactly_one(cast: Cast, draft: Page) -> None:
    for party in ("vendor", "internal", "provider"):
        draft.locator(cell(FIRST, party)).focus()
        draft.keyboard.press("a")
        expect(draft.locator(f"{cell(FIRST, party)} .l.a")).to_be_visible()
    with cast.scope():
        open_rows = Assignment.objects.for_tenant(cast.harbor).filter(version__state__in=Version.OPEN)
        holders = open_rows.filter(row__duty__key=FIRST, letter=Letter.A)
        assert [one.party for one in holders] == [Party.PROVIDER]


def test_nobody_on_purpose_at_a_place_is_said_and_taken_back(cast: Cast, draft: Page) -> None:
    site_row(draft, FIRST)
    draft.locator(cell(FIRST, "vendor", "clinic")).focus()
    draft.keyboard.press("Enter")
    editor = draft.locator("#editor")
    editor.locator("summary").click()
    nobody = editor.get_by_role("group", name="Nobody, on purpose")
    nobody.get_by_role("button", name="is consulted").click()
    expect(nobody.get_by_role("button", name="is consulted")).to_have_attribute("aria-pressed", "true")
    draft.keyboard.press("Escape")
    draft.keyboard.press("Control+z")
    spoken(draft, "Taken back")
    assert said(cast, FIRST, Party.VENDOR, "clinic") == "empty"
    assert faults(draft) == []


def test_a_backup_is_named_in_the_popover(cast: Cast, draft: Page) -> None:
    draft.locator(cell(THIRD, "internal")).click()
    editor = draft.locator("#editor")
    editor.locator("summary").click()
    editor.get_by_label("Backup, when").select_option(f"person:{cast.people['Ivo'].pk}")
    spoken(draft, "backup")
    assert "backup" in said(cast, THIRD, Party.INTERNAL)
    expect(draft.locator(cell(THIRD, "internal"))).to_contain_text("Ivo")


def test_a_draft_with_rows_of_places_is_in_order_at_every_width_and_theme(draft: Page) -> None:
    site_row(draft, FIRST)
    assert problems_of(draft, DRAFT) == []
    assert problems_of(draft, f"{DRAFT}?site=clinic") == []


def test_the_popover_and_the_bar_are_in_order_in_the_dark(draft: Page) -> None:
    draft.evaluate("document.documentElement.dataset.theme = 'dark'")
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("Shift+ArrowDown")
    expect(draft.get_by_role("region", name="Selected cells")).to_be_visible()
    assert axe(draft, ALL) == []
    draft.keyboard.press("Escape")
    draft.keyboard.press("r")
    spoken(draft, "Draft saved")
    draft.keyboard.press("Enter")
    draft.locator("#editor summary").click()
    assert axe(draft, ALL) == []


def test_an_open_popover_stays_within_the_window_while_it_grows(draft: Page) -> None:
    draft.set_viewport_size({"width": 1440, "height": 700})
    draft.locator(cell("backup.jobs")).scroll_into_view_if_needed()
    draft.locator(cell("backup.jobs")).click()
    editor = draft.locator("#editor")
    editor.get_by_role("button", name="does it").click()
    spoken(draft, "Draft saved")
    editor.locator("summary").click()
    inside = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
        const box = document.querySelector("#editor").getBoundingClientRect();
        done(box.top >= 0 && box.bottom <= innerHeight);
    })))"""
    assert draft.evaluate(inside)
