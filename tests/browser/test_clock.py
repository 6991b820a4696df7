"""The clock, what is promised, disputes and handovers in a real browser: in order at every width and in both themes."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comanaged.vocabulary import Audience, Side
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast
from tests.tickets.build import from_person
from tests.tickets.living import PACKET
from tickets import actions
from tickets.actions import disputing
from tickets.domain.disputing import About
from tickets.models import Dispute

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
HERE = "/harbor-dental/tickets/1/"
DISPUTED = "It lay with the provider all night, and nobody looked at it."


@pytest.fixture
def old(cast: Cast) -> int:
    """A ticket of nine days ago: late, handed over twice, it waited, and one charge is disputed; the dispute's id."""
    began = timezone.now() - timedelta(days=9)

    def at(hours: float) -> object:
        return began + timedelta(hours=hours)

    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.INTERNAL, title="The X-ray viewer will not open since the update of last night", at=began)
    with cast.as_("Ivo") as ivo:
        actions.take(ticket.pk, by=ivo, at=at(1))
        actions.reply(ticket.pk, "We look at it.", Audience.PUBLIC, by=ivo, at=at(1.2))
        actions.offer(ticket.pk, PACKET, by=ivo, at=at(20))
    with cast.as_("Tess") as tess:
        actions.accept(ticket.pk, by=tess, at=at(22))
        actions.wait(ticket.pk, "parts", "A new board from Dentsply Sirona", at(30), "", by=tess, at=at(24))
    with cast.as_("Tess") as tess:
        actions.offer(ticket.pk, PACKET, by=tess, at=at(100), answer_by=timezone.now() + timedelta(hours=3))
    with cast.as_("Iris") as iris:
        disputing.dispute(ticket.pk, About.CHARGE, "internal", DISPUTED, by=iris, at=at(150))
    with cast.scope():
        return Dispute.objects.for_tenant(cast.harbor).get().pk


def test_the_pages_of_clocks_are_in_order(old: int, signed_in: SignIn) -> None:
    places = {
        "Iris": [HERE, f"{HERE}dispute/", f"{HERE}disputes/{old}/settle/", "/harbor-dental/promises/", "/harbor-dental/promises/change/"],
        "Tess": [HERE, "/harbor-dental/promises/", "/harbor-dental/tickets/handovers/"],
        "Lena": ["/harbor-dental/overview/", "/harbor-dental/tickets/new/", HERE],
    }
    problems, shots = [], os.environ.get("COMANAGED_SHOTS")
    for name, addresses in places.items():
        page = signed_in(name)
        for address in addresses:
            problems += [f"{name} {problem}" for problem in problems_of(page, address)]
            for width, theme in ((1440, "light"), (390, "dark")) if shots else ():
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
                page.evaluate(
                    "document.querySelectorAll('aside details').forEach(one => { one.open = one.closest('section').ariaLabelledby !== ''; })"
                )
                page.screenshot(path=f"{shots}/{name}{address.replace('/', '_')}{width}{theme}.png", full_page=True)
        problems += page.faults  # type: ignore[attr-defined]
    assert not problems, "\n".join(problems)


def test_a_manager_changes_what_is_promised_and_a_wrong_length_keeps_what_was_written(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto("/harbor-dental/promises/")
    page.get_by_role("link", name="Change what is promised").click()
    page.get_by_label("High: first answer within").fill("soon")
    page.get_by_role("button", name="Promise this from now on").click()
    expect(page.get_by_role("alert")).to_contain_text("Write a length like 30 min or 4 h.")
    expect(page.get_by_label("High: first answer within")).to_have_value("soon")
    page.get_by_label("High: first answer within").fill("20 min")
    page.get_by_role("button", name="Promise this from now on").click()
    expect(page.get_by_text("20 min", exact=True)).to_be_visible()
