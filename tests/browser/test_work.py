"""The work on a ticket in a real browser: in order at every width and theme, and done by keyboard alone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast
from tests.tickets.build import from_person
from tests.walls.furniture import work
from tickets.actions import linking, merging
from tickets.models import Step, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
HERE = "/harbor-dental/tickets/1/"


@pytest.fixture
def worked(cast: Cast) -> dict[str, int]:
    """One ticket with some of everything, and two that were merged."""
    at = timezone.now()
    with cast.as_("Ivo") as ivo:
        from_person(ivo, title="The X-ray viewer will not open since the update of last night", at=at)
    values = work.furnish(cast)
    with cast.as_("Iris") as iris:
        part, source = (from_person(iris, title=title, at=at) for title in ("Room three", "Still no pictures"))
        linking.make_part_of(part.pk, 1, by=iris, at=at)
    with cast.as_("Tess") as tess:
        merging.merge(source.pk, part.number, "The same", by=tess, at=at)
    return {**values, "source": source.number}


def test_the_pages_of_work_are_in_order(worked: dict[str, int], signed_in: SignIn) -> None:
    places = {
        "Tess": [HERE, f"{HERE}merge/", f"{HERE}approvals/ask/", f"/harbor-dental/tickets/{worked['source']}/"],
        "Iris": [f"{HERE}steps/{worked['step']}/remove/", "/harbor-dental/tickets/standing/", "/harbor-dental/tickets/recurring/add/"],
        "Lena": [f"{HERE}approvals/{worked['approval']}/"],
    }
    problems = []
    for name, addresses in places.items():
        page = signed_in(name)
        problems += [f"{name} {problem}" for address in addresses for problem in problems_of(page, address)]
        problems += page.faults  # type: ignore[attr-defined]
    assert not problems, "\n".join(problems)


def press(page: Page, name: str) -> None:
    """Walk to a button by Tab alone, as whoever has no mouse does, and press it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {name!r} by keyboard")


def test_a_step_is_added_and_done_by_keyboard(cast: Cast, worked: dict[str, int], signed_in: SignIn) -> None:
    page = signed_in("Tess")
    page.goto(HERE)
    press(page, "Add a step")
    page.keyboard.press("Tab")
    page.keyboard.type("Tell the desk")
    press(page, "Add this step")
    expect(page.get_by_text("0 of 2 done")).to_be_visible()
    press(page, "Done: Tell the desk")
    expect(page.get_by_text("1 of 2 done")).to_be_visible()
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get(number=1)
        assert list(Step.objects.for_tenant(cast.harbor).of(ticket.pk).values_list("done_by_name", flat=True)) == ["", "Tess"]


def test_an_approval_is_answered_by_keyboard_and_by_nothing_less(worked: dict[str, int], signed_in: SignIn) -> None:
    page = signed_in("Lena")
    page.goto(f"{HERE}approvals/{worked['approval']}/")
    page.reload()
    expect(page.get_by_text("waits for an answer").first).to_be_visible()
    press(page, "Do not approve it")
    expect(page.get_by_role("alert")).to_contain_text("Say why in ten characters or more")
    page.get_by_label("Your words").fill("Not before the new year.")
    press(page, "Do not approve it")
    expect(page.get_by_text("not approved").first).to_be_visible()
