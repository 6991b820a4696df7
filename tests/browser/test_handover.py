"""One ticket between two people of two organisations, in two browsers: offered, declined, offered again, accepted; one clock."""

import pytest
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Side
from tests.browser.conftest import Beside
from tests.cast import Cast
from tests.tickets.build import from_person
from tickets import actions
from tickets.models import Event, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]


@pytest.fixture
def desks(beside: Beside) -> dict[str, Page]:
    """Ivo, Tess and Lena, each in a browser of their own."""
    return {name: beside(name) for name in ("Ivo", "Tess", "Lena")}


def fresh(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)


def offer(page: Page, next_step: str) -> None:
    page.locator("#move-offer summary").click()
    page.get_by_label("What is known").fill("The viewer does not open since the update of last night.")
    page.get_by_label("What was done").fill("Restarted the service twice on FD-03.")
    page.get_by_label("Next step for them").fill(next_step)
    page.get_by_role("button", name="Offer it").click()
    expect(page.get_by_role("heading", name="Offered to")).to_be_visible()


def test_ivo_offers_tess_declines_he_adds_what_is_missing_and_she_accepts(cast: Cast, desks: dict[str, Page]) -> None:
    from django.utils import timezone  # noqa: PLC0415 - the moment of this very test

    now = timezone.now().replace(microsecond=0)
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.INTERNAL, at=now)
    with cast.as_("Ivo") as ivo:
        actions.take(ticket.pk, by=ivo, at=now)
    due = fresh(cast, ticket).fix_due_at
    address = f"/harbor-dental/tickets/{ticket.number}/"
    ivos, tesss, lenas = desks["Ivo"], desks["Tess"], desks["Lena"]

    ivos.goto(address)
    ivos.locator("#move-offer summary").click()
    ivos.get_by_role("button", name="Offer it").click()
    expect(ivos.locator(".wrongs")).to_contain_text("Say what is known")
    ivos.goto(address)
    offer(ivos, "Reinstall the viewer service.")

    tesss.goto("/desk/queue/")
    expect(tesss.locator(".offers")).to_contain_text("Reinstall the viewer service.")
    tesss.goto(address)
    expect(tesss.get_by_role("heading", name="Offered to")).to_be_visible()
    tesss.locator("#move-decline summary").click()
    tesss.locator("#decline-code").select_option("missing")
    tesss.locator("#decline-text").fill("Which version of the viewer is it?")
    tesss.locator("#move-decline").get_by_role("button", name="Decline with a reason").click()
    expect(tesss.locator(".thread")).to_contain_text("Something is missing: Which version of the viewer is it?")

    ivos.goto(address)
    expect(ivos.locator(".thread")).to_contain_text("Which version of the viewer is it?")
    offer(ivos, "Reinstall the viewer service, version 7.2.")

    tesss.goto(address)
    tesss.locator("body").press("y")
    expect(tesss.locator(".thread")).to_contain_text("Tess accepted this")

    moved = fresh(cast, ticket)
    assert (moved.side, moved.assignee_id, moved.crossings, moved.declines) == ("PROVIDER", cast.people["Tess"].pk, 1, 1)
    assert moved.fix_due_at == due, "the clock never resets"
    lenas.goto(address)
    expect(lenas.locator("aside")).to_contain_text("Crossed 1 time, declined 1 time.")
    with cast.scope():
        hats = dict(Event.objects.for_tenant(cast.harbor).of(ticket.pk).values_list("kind", "hat"))
    assert (hats["OFFERED"], hats["ACCEPTED"]) == ("HOLDER", "ANSWERER")
