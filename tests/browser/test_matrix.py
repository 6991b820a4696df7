"""The matrix by keyboard alone, and by the mouse's twin of it."""

import pytest
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Letter, Party
from responsibilities.models import Assignment
from tests.browser.conftest import SignIn
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
MATRIX = "/harbor-dental/matrix/"
DUTY = "backup.jobs"


def letters(cast: Cast, party: Party) -> set[str]:
    """Return what a party holds of the duty, in the database."""
    with cast.scope():
        rows = Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=DUTY, party=party)
        return set(rows.values_list("letter", flat=True))


def at_the_cell(page: Page, party: str) -> str:
    """Put the focus on a party's cell of the duty; return the cell's id."""
    cell = page.locator(f'tr[data-href$="/{DUTY}/"] .cell[data-party="{party}"]')
    cell.focus()
    return str(cell.get_attribute("id"))


def test_the_grid_has_one_tab_stop_and_arrows_move(signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(MATRIX)
    assert page.locator("[role=grid] .cell[tabindex='0']").count() == 1
    assert page.locator("[role=grid] .cell a:not([tabindex='-1'])").count() == 0
    first = page.locator("[role=grid] .cell").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    second_row = page.locator("[role=grid] tr:has(.cell)").nth(1)
    expect(second_row.locator(".cell").nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(second_row.locator(".cell").first).to_be_focused()
    assert page.locator("[role=grid] .cell[tabindex='0']").count() == 1


def test_letters_write_and_accountability_moves_in_one_act(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(MATRIX)
    cell = at_the_cell(page, "PROVIDER")
    held = letters(cast, Party.PROVIDER)
    page.keyboard.press("c")
    expect(page.locator("#live")).to_contain_text("Draft saved")
    expect(page.locator(f"#{cell}")).to_be_focused()
    assert letters(cast, Party.PROVIDER) == held | {Letter.C}
    page.keyboard.press("a")
    expect(page.locator(f"#{cell} .l.a")).to_be_visible()
    with cast.scope():
        accountable = Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=DUTY, letter=Letter.A)
        assert [row.party for row in accountable] == [Party.PROVIDER]
    expect(page.locator(f"#{cell}")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator(f"#{cell} .l.c")).to_have_count(0)
    assert Letter.C not in letters(cast, Party.PROVIDER)
    assert not page.faults  # type: ignore[attr-defined]


def test_hours_need_an_r_and_are_written_by_one_key(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(MATRIX)
    cell = at_the_cell(page, "VENDOR")
    page.keyboard.press("2")
    expect(page.locator("#live")).to_contain_text("No R in this cell")
    page.keyboard.press("r")
    expect(page.locator(f"#{cell} .l.r")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(f"#{cell}")).to_contain_text("night")
    with cast.scope():
        row = Assignment.objects.for_tenant(cast.harbor).get(row__duty__key=DUTY, party=Party.VENDOR, letter=Letter.R)
    assert row.hours == "AFTER"


def test_enter_opens_the_cell_and_escape_gives_the_focus_back(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(MATRIX)
    cell = at_the_cell(page, "LEADERSHIP")
    page.keyboard.press("Enter")
    editor = page.locator("#editor")
    expect(editor).to_be_visible()
    editor.get_by_role("button", name="is informed").press("Enter")
    expect(page.locator(f"#{cell} .l.i")).to_be_visible()
    expect(editor).to_be_visible()
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    expect(page.locator(f"#{cell}")).to_be_focused()
    assert letters(cast, Party.LEADERSHIP) == {Letter.I}


def test_brackets_walk_the_findings_and_a_decision_closes_one(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(MATRIX)
    page.locator("[role=grid] .cell").first.focus()
    page.keyboard.press("]")
    row = page.locator("[role=grid] tr:has(.cell:focus)")
    name = row.locator("th").inner_text()
    before = page.locator("tr.fix").count()
    page.locator(f'tr.fix[data-of="{row.get_attribute("id")}"] button').first.click()
    expect(page.locator("tr.fix")).to_have_count(before - 1)
    expect(page.locator("#live")).to_contain_text(name)


def test_a_write_over_a_changed_cell_is_refused_with_both_values(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(MATRIX)
    other = page.context.new_page()
    other.goto(MATRIX)
    at_the_cell(other, "PROVIDER")
    other.keyboard.press("s")
    expect(other.locator("#live")).to_contain_text("Draft saved")
    at_the_cell(page, "PROVIDER")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Put mine")).to_be_visible()
    assert Letter.C not in letters(cast, Party.PROVIDER)
    page.get_by_role("button", name="Put mine").click()
    expect(page.locator("#live")).to_contain_text("Draft saved")
    assert Letter.C in letters(cast, Party.PROVIDER)


def test_who_only_reads_gets_no_grid_to_write_in(signed_in: SignIn) -> None:
    page = signed_in("Lena")
    page.goto(MATRIX)
    assert page.locator("[role=grid]").count() == 0
    expect(page.get_by_text("You read this matrix")).to_be_visible()
