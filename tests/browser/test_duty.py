"""The duty page by keyboard: the slider says its moment and asks for the answer alone; comments and texts are written."""

import re

import pytest
from playwright.sync_api import Page, expect

from responsibilities.models import Comment, Row
from tests.browser.conftest import SignIn
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
DUTY = "/harbor-dental/matrix/backup.jobs/"


def at_the_slider(signed_in: SignIn, name: str, at: str) -> Page:
    """Open the duty at a moment and put the focus on the slider."""
    page = signed_in(name)
    page.goto(f"{DUTY}?at={at}")
    page.locator("#moment").focus()
    return page


def test_arrows_move_an_hour_and_page_keys_a_day_and_words_say_so(signed_in: SignIn) -> None:
    page = at_the_slider(signed_in, "Lena", "2026-11-24T14:00")
    slider = page.locator("#moment")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "Tue 24 November 15:00, business hours")
    page.keyboard.press("PageUp")
    expect(slider).to_have_attribute("aria-valuetext", "Wed 25 November 15:00, business hours")
    expect(page.locator("#moment-text")).to_have_text("Wed 25 November 15:00, business hours")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "Tue 24 November 14:00, business hours")
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "Sun 29 November 23:00, after hours")


def test_a_moved_moment_asks_once_for_the_answer_and_stands_in_the_address(signed_in: SignIn) -> None:
    page = at_the_slider(signed_in, "Lena", "2026-11-24T14:00")
    expect(page.locator("#answer-name")).to_have_text("The queue of Internal IT answers")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "at=" in request.url else None)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#answer-name")).to_have_text("Nobody answers")
    expect(page.locator("#live")).to_have_text("Nobody answers.")
    expect(page.locator("#moment")).to_be_focused()
    assert page.url.endswith("?at=2026-11-24T18%3A00-06%3A00")
    assert len(asked) == 1, asked
    page.reload()
    expect(page.locator("#moment-text")).to_have_text("Tue 24 November 18:00, after hours")
    expect(page.locator("#answer-name")).to_have_text("Nobody answers")
    assert not page.faults  # type: ignore[attr-defined]


def test_the_hour_that_comes_twice_is_two_hours_of_the_slider(signed_in: SignIn) -> None:
    page = at_the_slider(signed_in, "Lena", "2026-11-01T00:00")
    for hour in ("01:00-05:00", "01:00-06:00", "02:00-06:00"):
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(re.compile(re.escape("at=2026-11-01T" + hour.replace(":", "%3A")) + "$"))


def test_a_date_is_picked_without_the_slider(signed_in: SignIn) -> None:
    page = signed_in("Lena")
    page.goto(DUTY)
    page.get_by_text("Pick date").click()
    page.get_by_label("Moment, in the time of America/Chicago").fill("2026-12-24T03:00")
    page.get_by_role("button", name="Show this moment").click()
    expect(page.locator("#moment-text")).to_have_text("Thu 24 December 03:00, after hours")
    page.get_by_role("link", name="Now").click()
    expect(page).not_to_have_url(re.compile("at="))


def test_a_comment_is_written_and_settled_by_the_other_side(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Ivo")
    page.goto(DUTY)
    page.get_by_role("textbox", name="Comment").fill("Who looks at it on Sunday?")
    page.get_by_role("button", name="Add comment").press("Enter")
    expect(page.locator(".thread .said")).to_contain_text("Who looks at it on Sunday?")
    page = signed_in("Tariq")
    page.goto(DUTY)
    page.get_by_role("button", name="Settle the comment of Ivo").press("Enter")
    expect(page.locator(".thread .said")).to_contain_text("settled by Tariq")
    with cast.scope():
        assert Comment.objects.for_tenant(cast.harbor).get().settled_by == "Tariq"


def test_texts_are_written_by_keyboard_and_stand_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Tess")
    page.goto(DUTY)
    page.get_by_role("link", name="Change the texts").press("Enter")
    page.get_by_label("What whoever does it may do without asking").fill("Restart the service.")
    page.get_by_role("button", name="Save the texts in the draft").press("Enter")
    expect(page.locator("main")).to_contain_text("Restart the service.")
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).get(duty__key="backup.jobs", place=None)
    assert row.authority == "Restart the service."
