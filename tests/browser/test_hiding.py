"""A ticket that one side keeps to itself, in a real browser: hidden with a reason, worked on, shown again from its banner."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Side
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import ALL, OVERFLOW, axe
from tests.cast import Cast
from tests.tickets.build import from_person
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with cast.as_("Iris") as iris:
        return from_person(iris, side=Side.INTERNAL, title="The door code leaked", at=timezone.now())


def says_why(page: Page, move: str, why: str) -> None:
    form = page.locator(f"form[action$='/{move}/']")
    expect(form.get_by_role("textbox")).to_be_visible()
    form.get_by_role("textbox").fill(why)
    form.get_by_role("button").click()


def test_iris_keeps_a_ticket_on_her_side_and_shows_it_again(ticket: Ticket, signed_in: SignIn) -> None:
    address = f"/harbor-dental/tickets/{ticket.number}/"
    page = signed_in("Iris")
    page.goto(address)
    page.locator("#move-hide summary").click()
    says_why(page, "hide", "It is about one of their people.")
    expect(page.get_by_text("Only Harbor Dental sees this ticket.")).to_be_visible()
    for scheme, width in (("light", 1440), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page, ALL) == []
        assert page.evaluate(OVERFLOW) == 0
    signed_in("Tess")
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    page.goto("/harbor-dental/tickets/")
    expect(page.get_by_text("The door code leaked")).to_have_count(0)
    signed_in("Iris")
    page.goto(address)
    page.get_by_role("link", name="Show it to both sides").click()
    says_why(page, "show", "Their lead knows of it by now.")
    expect(page.get_by_text("Only Harbor Dental sees this ticket.")).to_have_count(0)
    signed_in("Tess")
    page.goto(address)
    expect(page.get_by_role("heading", name="The door code leaked")).to_be_visible()


def test_a_reason_at_the_beginning_keeps_the_ticket_or_loses_nothing(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto("/harbor-dental/tickets/new/")
    page.get_by_label("What is the matter").fill("A laptop to search")
    page.get_by_label("What it belongs to").select_option("governance.service-review")  # the provider's at every hour
    page.get_by_label("What you saw, and since when").fill("For a hearing.")
    page.get_by_label("Why only your company sees it").fill("It is about one of their people.")
    page.get_by_role("button", name="Open the ticket").click()
    page.get_by_role("link", name="At this hour this goes to the provider").click()
    expect(page.get_by_label("Why only your company sees it")).to_be_focused()
    expect(page.get_by_label("What you saw, and since when")).to_have_value("For a hearing.")
    assert axe(page, ALL) == []
    with cast.scope():
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
