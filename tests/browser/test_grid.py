"""The grid of a draft by hand: ranges, undo, repeat, paste, rows of places, the slider, two people at once, a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Letter, Party
from responsibilities.actions import drafting, editing, writing
from responsibilities.actions.writing import Spot
from responsibilities.domain import raci
from responsibilities.models import Place, Row, Version
from tests.browser.conftest import SignIn
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
DRAFT = "/harbor-dental/matrix/draft/"
FIRST, SECOND, THIRD = "support.intake", "support.first-line", "support.second-line"  # one under the other


def cell(line: str, party: str = "vendor", place: str = "") -> str:
    word = line.replace(".", "-")
    return f"#s-{word}--{place}-{party}" if place else f"#d-{word}-{party}"


def row_of(cast: Cast, spot: Spot) -> Row | None:
    rows = Row.objects.for_tenant(cast.harbor).filter(version__state__in=Version.OPEN).select_related("duty", "place")
    return next((row for row in rows if writing.spot_of(row) == spot), None)


def said(cast: Cast, line: str, party: Party = Party.VENDOR, place: str = "") -> str:
    with cast.scope():
        return raci.written_cell(writing.rules_of(row_of(cast, Spot(line, place))), party)


@pytest.fixture
def draft(cast: Cast, signed_in: SignIn) -> Page:
    """Iris at the draft of version 2, version 1 in force, one clinic."""
    with cast.as_("Iris") as iris:
        began = timezone.now() - timedelta(days=3)
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", in_force_at=began, content="{}", content_hash="0")
        drafting.begin_draft(by=iris, at=timezone.now())
        Place.objects.create(tenant=cast.harbor, key="clinic", name="Clinic North", kind="SITE")
    page = signed_in("Iris")
    page.goto(DRAFT)
    return page


def spoken(page: Page, words: str) -> None:
    expect(page.locator("#live")).to_contain_text(words)


def faults(page: Page) -> list[str]:
    found: list[str] = page.faults  # type: ignore[attr-defined]
    return [line for line in found if "status of 4" not in line]


def test_a_range_by_keyboard_is_written_in_one_act_and_taken_back_in_one(cast: Cast, draft: Page) -> None:
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("Shift+ArrowDown")
    draft.keyboard.press("Shift+ArrowDown")
    spoken(draft, "3 cells selected.")
    bar = draft.get_by_role("region", name="Selected cells")
    expect(bar).to_contain_text("3 cells of Vendors")
    draft.keyboard.press("c")
    spoken(draft, "3 cells: Vendors, C. Draft saved.")
    expect(draft.locator(cell(THIRD))).to_be_focused()
    assert [said(cast, line) for line in (FIRST, SECOND, THIRD)] == ["C", "C", "C"]
    draft.keyboard.press("Control+z")
    spoken(draft, "Taken back: 3 cells")
    assert [said(cast, line) for line in (FIRST, SECOND, THIRD)] == ["empty", "empty", "empty"]
    draft.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert faults(draft) == []


def test_a_range_by_mouse_is_written_from_the_bar(cast: Cast, draft: Page) -> None:
    draft.locator(cell(FIRST)).hover()
    draft.mouse.down()
    draft.locator(cell(SECOND)).hover()
    draft.mouse.up()
    bar = draft.get_by_role("region", name="Selected cells")
    expect(bar).to_contain_text("2 cells")
    expect(draft.locator("#editor")).to_be_hidden()
    draft.locator(cell(THIRD)).click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 cells")
    bar.get_by_role("button", name="R night").click()
    spoken(draft, "3 cells: Vendors, R at night")
    assert said(cast, THIRD) == "R night"
    draft.locator(".toast").get_by_role("button", name="Undo").click()
    spoken(draft, "Taken back")
    assert said(cast, FIRST) == "empty"
    bar.get_by_role("button", name="Done").click()
    expect(draft.locator(cell(THIRD))).to_be_focused()


def test_steps_are_taken_back_by_key_and_by_button(cast: Cast, draft: Page) -> None:
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("c")
    spoken(draft, "Vendors: C")
    draft.keyboard.press("s")
    spoken(draft, "Vendors: S, C")
    draft.keyboard.press("Control+z")
    spoken(draft, "Taken back")
    expect(draft.locator(cell(FIRST))).to_be_focused()
    assert said(cast, FIRST) == "C"
    draft.locator(".tools").get_by_role("button", name="Undo").click()
    expect(draft.locator(f"{cell(FIRST)} .l")).to_have_count(0)
    draft.locator(".tools").get_by_role("button", name="Undo").click()
    expect(draft.locator("#refused")).to_contain_text("nothing of yours to take back")


def test_the_last_edit_is_repeated_and_the_row_is_commented(cast: Cast, draft: Page) -> None:
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press(".")
    spoken(draft, "Nothing to repeat yet.")
    draft.keyboard.press("c")
    spoken(draft, "Vendors: C")
    draft.keyboard.press("ArrowDown")
    draft.keyboard.press(".")
    spoken(draft, "First-line user support. Vendors: C")
    assert said(cast, SECOND) == "C"
    draft.keyboard.press("m")
    draft.wait_for_url("**/matrix/support.first-line/#comments")
    expect(draft.locator("#comments")).to_be_visible()


def test_a_block_of_a_sheet_is_shown_before_it_is_written(cast: Cast, draft: Page) -> None:
    draft.locator(cell(FIRST, "leadership")).focus()
    draft.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "C\\tI\\nS (only new phones)\\tperhaps");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    expect(draft.get_by_role("heading", name="Not understood")).to_be_visible()
    expect(draft.get_by_text("perhaps", exact=True)).to_be_visible()
    assert said(cast, FIRST, Party.LEADERSHIP) == "empty"
    draft.get_by_role("button", name="Write").click()
    expect(draft.locator(cell(FIRST, "leadership"))).to_contain_text("C")
    assert said(cast, SECOND, Party.LEADERSHIP) == "S, only: only new phones"
    draft.keyboard.press("Control+z")
    spoken(draft, "Taken back: Pasted into 2 rows.")
    assert said(cast, SECOND, Party.LEADERSHIP) == "empty"
    assert faults(draft) == []


def test_a_place_gets_a_row_changes_a_letter_and_inherits_again(cast: Cast, draft: Page) -> None:
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("Enter")
    editor = draft.locator("#editor")
    editor.locator("summary").click()
    editor.get_by_role("button", name="Add row").click()
    row = draft.locator("#s-support-intake--clinic")
    expect(row).to_contain_text("at Clinic North")
    draft.keyboard.press("Escape")
    draft.locator(cell(FIRST, "vendor", "clinic")).focus()
    draft.keyboard.press("r")
    spoken(draft, "Ticket intake and triage at Clinic North. Vendors: R day")
    expect(draft.locator(cell(FIRST, "vendor", "clinic"))).to_be_focused()
    expect(row.get_by_role("img", name="By day Vendors")).to_be_visible()  # who answers now depends on the day of the week
    expect(draft.locator("#n-sites")).to_have_text("1")
    assert said(cast, FIRST, place="clinic").startswith("R")
    draft.keyboard.press("Enter")
    editor.locator("summary").click()
    editor.get_by_role("button", name="inherit again").click()
    expect(row).to_have_count(0)
    expect(draft.locator("#n-sites")).to_have_text("0")
    assert faults(draft) == []


def test_a_category_is_ruled_on_its_heading(cast: Cast, draft: Page) -> None:
    draft.locator("#g-support-all-vendor").focus()
    draft.keyboard.press("c")
    spoken(draft, "All of Day-to-day support. Vendors: C")
    expect(draft.locator("#g-support-all-vendor")).to_be_focused()
    expect(draft.locator(f"{cell(FIRST)} .l.c.same")).to_be_visible()


def test_somebody_is_named_in_the_popover_and_answers(cast: Cast, draft: Page) -> None:
    ivo = cast.people["Ivo"].pk
    draft.locator(cell(THIRD, "internal")).click()
    draft.locator("#editor").get_by_label("Who does it").select_option(f"person:{ivo}")
    spoken(draft, "R day (Ivo)")
    expect(draft.locator(cell(THIRD, "internal"))).to_contain_text("Ivo")


def test_the_slider_asks_for_the_answers_alone(cast: Cast, draft: Page) -> None:
    asked: list[str] = []
    draft.on("request", lambda request: asked.append(request.url) if "/answers/" in request.url else None)
    slider = draft.get_by_role("slider", name="Moment in the week")
    slider.focus()
    slider.evaluate("one => { one.value = 100; }")  # early on a Monday it stands at home already
    with draft.expect_response("**/matrix/draft/answers/?at=*"):  # the answers may be those of now already
        slider.press("Home")
    expect(draft.locator("#a-d-support-after-hours")).to_contain_text("Northwind MSP")
    expect(draft.locator("#a-d-backup-jobs")).to_contain_text("nobody")
    expect(draft.locator("#c-d-backup-jobs .now")).to_have_text("nobody")
    assert len(asked) == 1
    assert "/matrix/draft/answers/?at=" in asked[0]
    assert "at=" in draft.url
    assert faults(draft) == []


def test_many_cells_over_somebody_elses_edit_wait_for_a_decision(cast: Cast, draft: Page) -> None:
    with cast.as_("Tess") as tess:
        row = row_of(cast, Spot(SECOND))
        assert row is not None
        editing.write(editing.letter(Party.VENDOR, Letter.S), Spot(SECOND), seen=row.stamp, by=tess, at=timezone.now())
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("Shift+ArrowDown")
    draft.keyboard.press("c")
    refused = draft.locator("#refused")
    expect(refused).to_contain_text("it now says S; you wanted C")
    assert said(cast, FIRST) == "empty"
    refused.get_by_role("button", name="Keep theirs").click()
    spoken(draft, "1 cell: Vendors, C")
    assert (said(cast, FIRST), said(cast, SECOND)) == ("C", "S")
    expect(refused).to_be_empty()


def test_keeping_theirs_of_one_cell_closes_the_question(cast: Cast, draft: Page) -> None:
    with cast.as_("Tess") as tess:
        row = row_of(cast, Spot(FIRST))
        assert row is not None
        editing.write(editing.letter(Party.VENDOR, Letter.S), Spot(FIRST), seen=row.stamp, by=tess, at=timezone.now())
    draft.locator(cell(FIRST)).focus()
    draft.keyboard.press("c")
    draft.get_by_role("link", name="Keep theirs").click()
    expect(draft.locator("tr.fix").filter(has_text="Somebody changed this row")).to_have_count(0)
    spoken(draft, "Theirs is kept.")
    assert said(cast, FIRST) == "S"


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(draft: Page, width: int) -> None:
    draft.set_viewport_size({"width": width, "height": 900})
    assert draft.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_grid_is_read_as_cards_and_says_why(draft: Page) -> None:
    draft.set_viewport_size({"width": 390, "height": 844})
    expect(draft.get_by_text("Changing many cells at once needs a wider one")).to_be_visible()
    expect(draft.locator(cell(FIRST))).to_be_hidden()
    expect(draft.locator("#a-d-support-intake")).to_be_visible()
    expect(draft.get_by_role("link", name="Paste from a sheet")).to_be_hidden()
