"""Asking for help in a real browser, on a phone and without a script: a code by mail, a request, an answer, the end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from comanaged import background
from comanaged.vocabulary import Audience
from tests.browser.test_every_page import ALL, OVERFLOW, axe, problems_of
from tests.cast import Cast
from tickets import actions as tickets
from tickets.actions import contacts
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]


@pytest.fixture
def phone(browsers: Callable[..., BrowserContext]) -> Page:
    """A phone that runs no script."""
    return browsers(viewport={"width": 360, "height": 740}, java_script_enabled=False).new_page()


def answers(cast: Cast, act: Any, *words: Any) -> None:
    """Let Tess act on the one ticket there is, whoever holds it."""
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get()
    with cast.as_("Tess" if ticket.side == "PROVIDER" else "Ivo") as by:
        act(ticket.pk, *words, by=by, at=timezone.now())


def fits(page: Page) -> None:
    assert page.evaluate(OVERFLOW) <= 0, page.url


def test_somebody_asks_is_answered_and_says_that_it_is_solved(cast: Cast, phone: Page) -> None:
    with cast.as_("Ivo") as ivo:
        contacts.add_contact("jo@example.test", "Jo Reyes", by=ivo, at=timezone.now())
    phone.goto("/harbor-dental/requests/")
    phone.get_by_label("Your e-mail address").fill("Jo@example.test")
    phone.get_by_role("button", name="Send the code").click()
    background.sweep()
    code = re.findall(r"\d{4} \d{4}", str(mail.outbox[-1].body))[0]
    phone.get_by_label("The code").fill(code)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_role("heading", name="Your requests")).to_be_visible()
    fits(phone)

    phone.get_by_role("link", name="Ask for help").click()
    phone.get_by_label("What is the matter").fill("No sound in room three")
    phone.get_by_label("What you saw, and since when").fill("The speaker is silent since this morning.")
    phone.get_by_label("Work is stopped").check()
    phone.get_by_label("Attach a picture or a file").set_input_files({"name": "sound.log", "mimeType": "text/plain", "buffer": b"silent\n"})
    fits(phone)
    phone.get_by_role("button", name="Send it").click()
    expect(phone.get_by_text("received", exact=True)).to_be_visible()
    expect(phone.get_by_role("link", name="sound.log")).to_be_visible()
    fits(phone)

    answers(cast, tickets.take)
    answers(cast, tickets.reply, "Is the cable in?", Audience.PUBLIC)
    answers(cast, tickets.note, "They always forget the cable.")
    phone.reload()
    expect(phone.get_by_text("Is the cable in?")).to_be_visible()
    assert "always forget" not in phone.content()
    phone.get_by_label("Your message").fill("It is now, and it plays.")
    phone.get_by_role("button", name="Send", exact=True).click()
    expect(phone.get_by_text("It is now, and it plays.")).to_be_visible()

    answers(cast, tickets.resolve, "The cable was out.")
    phone.reload()
    phone.get_by_role("button", name="It is solved").click()
    expect(phone.get_by_text("closed", exact=True)).to_be_visible()
    fits(phone)
    phone.goto("/harbor-dental/requests/")
    expect(phone.get_by_role("link", name="No sound in room three")).to_be_visible()


def test_the_pages_of_requests_are_in_order_on_a_phone(world: Cast, signed_in: Any) -> None:
    page = signed_in("Jo")
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("", "new/"):
        page.goto(f"/harbor-dental/requests/{path}")
        fits(page)
        assert axe(page, ALL) == []
    page.goto("/harbor-dental/requests/")
    for link in page.locator("main a.strong").all():
        assert link.bounding_box()["height"] > 0
    page.locator("main a.strong").first.click()
    expect(page.get_by_label("Your message")).to_be_visible()
    fits(page)
    assert axe(page, ALL) == []


def test_the_pages_of_contacts_and_of_the_code_are_in_order(world: Cast, signed_in: Any) -> None:
    page = signed_in("Ivo")
    contacts_ = [f"/harbor-dental/contacts/{path}" for path in ("", "add/", "2/", "2/block/", "2/try-again/", "3/unblock/")]
    codes = [f"/harbor-dental/requests/sign-in/{path}" for path in ("", "code/")]
    assert [problem for address in (*contacts_, *codes) for problem in problems_of(page, address)] == []
    assert page.faults == []
