"""Blind answers in a browser: by keyboard, on a phone, without script, and readable whoever looks."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Beside, SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast
from tests.responsibilities.attesting import AFTER, JOBS, OFFICE, ask, opened, say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
BASE = "/harbor-dental/blind/"
ANSWER = f"{BASE}answer/"
KEPT = ("patching.servers", "cloud.licences", "people.leavers", "backup.restore-tests")


@pytest.fixture
def asked(cast: Cast) -> Cast:
    """Rounds of every kind: open with every outcome, half open, taken back or not."""
    at = timezone.now()
    ask(cast, JOBS, AFTER, OFFICE, *KEPT, people=("Iris", "Tess"), by="Tess", at=at)
    for duty, iris, tess in (
        (JOBS, "them", "them"),
        (AFTER, "us", "us"),
        (OFFICE, "unsure", "us"),
        (KEPT[0], "them", "us"),
        (KEPT[1], "both", "nobody"),
    ):
        say(cast, "Iris", iris, duty=duty, at=at)
        say(cast, "Tess", tess, duty=duty, at=at)
    ask(cast, "security.training", "incident.first-response", people=("Iris", "Ivo", "Tess"), at=at)
    return cast


def look(page: Page, name: str) -> None:
    """Keep what a page looks like, where somebody wants to see it."""
    folder = os.environ.get("COMANAGED_LOOKS")
    if folder:
        for width, theme in ((1440, "light"), (390, "light"), (1440, "dark"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=True)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Iris", BASE),
        ("Tess", f"{BASE}?show=provider-internal"),
        ("Lena", f"{BASE}ask/?duty={JOBS}"),
        ("Iris", ANSWER),
        ("Ivo", ANSWER),
        ("Iris", "/harbor-dental/findings/"),
        ("Iris", f"/harbor-dental/matrix/{JOBS}/"),
    ],
)
def test_the_pages_are_in_order_at_every_width_and_in_the_dark(asked: Cast, signed_in: SignIn, name: str, address: str) -> None:
    page = signed_in(name)
    problems = problems_of(page, address)
    look(page, f"{name}-{address.strip('/').replace('/', '-').split('?')[0]}")
    assert not problems, "\n".join(problems)
    assert not page.faults  # type: ignore[attr-defined]


def test_a_wrong_page_is_in_order_too_and_leads_to_the_question(asked: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(f"{BASE}ask/")
    page.get_by_label("One category").check()
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Choose the category to ask about").click()
    expect(page.get_by_label("The category")).to_be_focused()


def test_every_question_is_answered_by_keyboard_alone(asked: Cast, signed_in: SignIn) -> None:
    page = signed_in("Ivo")
    page.goto(ANSWER)
    groups = page.get_by_role("radiogroup")
    number = groups.count()
    assert number == 3, "security.training by day, first response by day and by night"
    groups.nth(0).get_by_role("radio").first.focus()
    for _ in range(number):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Keep my answers")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 of 2 answered")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(3)
    assert [one.get_attribute("value") for one in page.get_by_role("radio", checked=True).all()] == ["them"] * 3
    assert not page.faults  # type: ignore[attr-defined]


def test_on_a_phone_the_button_stays_in_reach_and_covers_no_question(asked: Cast, signed_in: SignIn) -> None:
    page = signed_in("Ivo")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(ANSWER)
    box, bar = page.get_by_role("button", name="Keep my answers").bounding_box(), page.locator(".side").bounding_box()
    assert box
    assert bar
    assert box["y"] + box["height"] <= bar["y"], "the bar of the phone does not lie over it"
    assert all((one.bounding_box() or {"height": 0})["height"] >= 48 for one in page.locator(".part label").all())
    page.locator(".part label").last.scroll_into_view_if_needed()
    page.locator(".part label").last.click()
    expect(page.get_by_role("radio").last).to_be_checked()


def test_it_works_without_script_and_the_last_answer_opens_the_duty(asked: Cast, beside: Beside) -> None:
    at = timezone.now()
    for name in ("Iris", "Tess"):
        say(asked, name, "us", duty="incident.first-response", at=at)
    page = beside("Ivo", java_script_enabled=False)
    page.goto(ANSWER)
    for group in page.get_by_role("radiogroup").all()[-2:]:
        group.get_by_label("Nobody").check()
    page.get_by_role("button", name="Keep my answers").click()
    assert opened(asked, "incident.first-response")
    assert "What you said, open by now" in page.locator("main").inner_text()
