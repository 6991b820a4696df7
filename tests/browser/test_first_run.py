"""From an empty client to a matrix both sides signed, in a real browser: the client's own sheet, an invitation, two names."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from comanaged import background
from comanaged.celery import app
from responsibilities.models import Version
from tests.browser.conftest import SignIn
from tests.cast import Cast, add_person
from tests.responsibilities.build import newcomer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
SAMPLE = Path(__file__).parent.parent / "samples" / "matrices" / "manufacturer-msp-mssp.md"
MANAGER, LEAD = "Vets manager", "Their lead"
LONG = "seven grey herons at low tide"


class Hand:
    """Somebody's mouse, which counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def press(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name))

    def link(self, name: str) -> None:
        self.press(self.page.get_by_role("link", name=name))

    def choose(self, label: str, value: str) -> None:
        with self.page.expect_response(lambda answer: answer.url.endswith("/rest/")):
            self.page.get_by_label(label).select_option(value)
        self.clicks += 2


def test_a_sheet_becomes_a_matrix_that_both_sides_signed(cast: Cast, signed_in: SignIn, context: BrowserContext) -> None:
    app.loader.import_default_modules()
    vets = newcomer()
    add_person(cast, MANAGER, "c_mgr", vets, signatory=True)
    page = signed_in(MANAGER)
    hand = Hand(page)
    page.goto("/seaside-vets/matrix/import/")
    page.set_input_files("input[name=file]", SAMPLE)
    hand.clicks += 2  # the file is opened and chosen
    hand.button("Read this sheet")
    assert background.sweep_table("responsibilities.read_upload") == 1
    expect(page.locator("#review")).to_be_visible()
    hand.press(page.get_by_label("Yes, add R beside A"))
    expect(page.locator("#write")).not_to_have_attribute("aria-disabled", "true")
    hand.choose("Who answers first?", "INTERNAL")
    hand.choose("not in the file. Who does them?", "full-co-managed")
    hand.button("All guesses are right")
    expect(page.locator("#n-guessed")).to_contain_text("all looked at")
    hand.button("Write 47 rows into a first draft")
    hand.link("See what blocks signing")
    fix = page.locator("tr.fix")
    expect(fix).to_have_count(1)  # two are accountable in the sheet
    hand.press(fix.get_by_role("button").first)
    expect(fix).to_have_count(0)
    hand.link("Invite the other side")
    page.get_by_label("Name of the company").fill("Blue Harbour IT")
    page.get_by_label("E-mail address of who signs for them").fill("lead@blue.example")
    hand.clicks += 2
    hand.button("Send the invitation")
    link = page.locator("#once").inner_text()
    hand.link("Propose and sign")
    hand.button("Propose to the other side")
    sign(hand, MANAGER)
    expect(page.get_by_text("Seaside Vets").first).to_be_visible()
    context.clear_cookies()
    other_side_signs(page, link)
    with cast.scope(vets):
        assert Version.objects.for_tenant(vets).get().state == "IN_FORCE"
    assert not page.faults  # type: ignore[attr-defined]


def sign(hand: Hand, name: str) -> None:
    """Type the name and sign."""
    hand.page.locator("input[name=typed_name]").fill(name)
    hand.clicks += 1
    hand.press(hand.page.locator("form[action*='/sign/'] button[type=submit]"))
    expect(hand.page.locator(".tag", has_text="signed").first).to_be_visible()


def other_side_signs(page: Page, link: str) -> None:
    """Open the link that came by mail, make an account and a company, read the matrix and sign it."""
    page.goto(link)
    expect(page.get_by_role("heading", name="Seaside Vets asks Blue Harbour IT in")).to_be_visible()
    page.get_by_label("Your name").fill(LEAD)
    page.get_by_label("A password").fill(LONG)
    page.get_by_role("button", name="Make my account and read the matrix").click()
    expect(page.get_by_role("heading", name="Responsibility matrix")).to_be_visible()
    page.get_by_role("link", name="Compare and sign").click()
    sign(Hand(page), LEAD)
