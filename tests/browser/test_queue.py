"""The queue worked by keyboard alone: walk, take, undo, resolve, select, filter; and what others do meanwhile."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Side
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast
from tests.tickets.build import from_alert
from tickets import actions
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
QUEUE = "/desk/queue/"


@pytest.fixture
def five(cast: Cast) -> list[Ticket]:
    """Five tickets of Northwind, the first due first, the last at Pine."""
    now, made = timezone.now(), []
    for number in range(5):
        tenant = cast.pine if number == 4 else cast.harbor
        with cast.scope(tenant):
            one = from_alert(tenant, title=f"Trouble {number}").ticket
            Ticket.objects.for_tenant(tenant).filter(id=one.pk).update(next_at=now + timedelta(minutes=30 * number - 12), next_what="fix")
        made.append(one)
    return made


def fresh(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope(cast.harbor, cast.pine):
        return Ticket.objects.for_tenants([cast.harbor.pk, cast.pine.pk]).select_related("assignee").get(id=ticket.pk)


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def standing(page: Page) -> str:
    """Return the subject of the row that one stands on."""
    return page.locator("#rows tr[aria-selected=true] .subj").inner_text()


def test_a_technician_takes_undoes_and_resolves_by_keys_alone(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    page = signed_in("Tariq")
    page.goto(QUEUE)
    keys(page, "j", "j")
    assert standing(page) == "Trouble 1"
    keys(page, "t")
    expect(page.locator(".toast")).to_contain_text("HD-2 is yours now.")
    assert standing(page) == "Trouble 2"
    assert fresh(cast, five[1]).assignee == cast.people["Tariq"]
    keys(page, "z")
    expect(page.locator(".toast")).to_contain_text("HD-2 is back where it was before.")
    back = fresh(cast, five[1])
    assert (back.assignee, back.state) == (None, "NEW")
    assert standing(page) == "Trouble 1"
    keys(page, "t")
    expect(page.locator(".toast")).to_contain_text("HD-2 is yours now.")
    keys(page, "k", "e")
    expect(page.locator("#solved-text")).to_be_focused()
    page.keyboard.type("New disk.")
    keys(page, "Enter")
    expect(page.locator(".toast")).to_contain_text("HD-2 is resolved.")
    assert fresh(cast, five[1]).state == "RESOLVED"
    assert standing(page) == "Trouble 2"
    keys(page, "Enter")
    expect(page).to_have_url(re.compile(r"/harbor-dental/tickets/3/$"))
    assert page.faults == []  # type: ignore[attr-defined]


def test_what_somebody_else_changed_is_said_and_nothing_is_overwritten(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    page = signed_in("Tariq")
    page.goto(QUEUE)
    keys(page, "j")
    with cast.as_("Tess") as tess:
        actions.take(five[0].pk, by=tess, at=timezone.now())
    keys(page, "t")
    expect(page.locator("#rows tr").first).to_contain_text("Tess took this")
    expect(page.locator("#rows tr").first).to_contain_text("Tess")
    assert fresh(cast, five[0]).assignee == cast.people["Tess"]


def test_several_are_taken_one_after_the_other_and_a_manager_has_one_batch(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    page = signed_in("Tariq")
    page.goto(QUEUE)
    keys(page, "j", "x", "j", "x")
    expect(page.locator("#chosen")).to_have_text("2")
    page.locator("[data-each=take]").click()
    expect(page.locator("#bulk")).to_be_hidden()
    assert {fresh(cast, one).assignee for one in five[:2]} == {cast.people["Tariq"]}
    page = signed_in("Tess")
    page.goto(QUEUE)
    keys(page, *"jjj", "x", "j", "j", "x")
    expect(page.locator("[data-move=assign]")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#why-not")).to_contain_text("several clients")
    page.locator("#bulk [data-move=take]").click()
    page.get_by_role("button", name="Take them").click()
    expect(page.locator(".toast")).to_contain_text("2 tickets are yours now.")
    assert {fresh(cast, one).assignee for one in (five[2], five[4])} == {cast.people["Tess"]}


def test_new_rows_wait_while_somebody_stands_in_the_list(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    page = signed_in("Tariq")
    page.clock.install()
    page.goto(QUEUE)
    keys(page, "j")
    with cast.scope():
        made = from_alert(cast.harbor, title="Brand new").ticket
        Ticket.objects.for_tenant(cast.harbor).filter(id=made.pk).update(next_at=timezone.now() - timedelta(hours=1), next_what="fix")
    page.clock.run_for(10_500)
    expect(page.locator("#newer")).to_have_text("1 new, show")
    assert page.locator("#rows tr").first.inner_text().count("Trouble 0") == 1
    page.locator("#newer").click()
    expect(page.locator("#rows tr").first).to_contain_text("Brand new")
    assert standing(page) == "Trouble 0"


def test_beside_the_list_stands_the_ticket_one_is_on_and_is_read_once(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    page, asked = signed_in("Tariq"), []
    page.on("request", lambda request: asked.append(request.url) if "/peek/" in request.url else None)
    page.goto(QUEUE)
    keys(page, "j")
    expect(page.locator("#peek")).to_contain_text("HD-1, Harbor Dental")
    keys(page, "j")
    expect(page.locator("#peek")).to_contain_text("HD-2, Harbor Dental")
    keys(page, "k")
    expect(page.locator("#peek")).to_contain_text("HD-1, Harbor Dental")
    assert len(asked) == 2


def test_letters_are_dead_in_fields_and_can_be_switched_off(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    page = signed_in("Tariq")
    page.goto(QUEUE)
    keys(page, "j", "/")
    page.keyboard.type("txj")
    assert page.locator("main [type=search]").input_value() == "txj"
    assert fresh(cast, five[0]).assignee is None
    page.locator("[data-open=keys]").click()
    page.get_by_role("button", name="Switch on or off").click()
    keys(page, "Escape")
    page.goto(QUEUE)
    keys(page, "j", "t")
    assert page.locator("#rows tr[aria-selected=true]").count() == 0


def test_the_queue_and_its_pages_are_in_order_at_every_width(cast: Cast, five: list[Ticket], signed_in: SignIn) -> None:
    with cast.scope():
        theirs = from_alert(cast.harbor, title="Offered", side=Side.INTERNAL).ticket
        Ticket.objects.for_tenant(cast.harbor).filter(id=theirs.pk).update(
            offer_kind="OFFER",
            offer_to="PROVIDER",
            offer_side="INTERNAL",
            offer_name="Ivo",
            offer_at=timezone.now(),
            offer_expires_at=timezone.now() + timedelta(minutes=40),
            packet={"next": "Reinstall the viewer service.", "must_not": "Touch the image store."},
        )
    page = signed_in("Tess")
    marks = "&".join(f"ticket={one.pk}:1" for one in five[:2])
    places = [
        QUEUE,
        QUEUE + "?q=mine",
        QUEUE + "?q=client:pine disk foo:bar",
        "/harbor-dental/tickets/?q=late",
        "/harbor-dental/tickets/views/",
    ]
    places += [f"/harbor-dental/tickets/bulk/?act={act}&{marks}" for act in ("take", "assign", "wait", "priority")]
    problems = [problem for place in places for problem in problems_of(page, place)]
    assert not problems, "\n".join(problems)
