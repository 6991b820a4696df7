"""A major incident between people of two organisations, on phones: declared, commanded, silence, an update, containment, the end, the review."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Side
from tests.browser.conftest import Beside
from tests.cast import Cast
from tests.tickets.build import from_person
from tickets.actions.incidents import due
from tickets.models import Incident, IncidentAsk, IncidentReview, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
NAMES = ("Ivo", "Iris", "Lena", "Tess", "Tariq")


@pytest.fixture
def phones(beside: Beside) -> dict[str, Page]:
    """Each of them with a phone of their own."""
    return {name: beside(name, viewport={"width": 390, "height": 844}) for name in NAMES}


def incident(cast: Cast) -> Incident:
    with cast.scope():
        return Incident.objects.for_tenant(cast.harbor).loaded().get()


def let_time_pass(cast: Cast, minutes: int) -> None:
    """Let everything that was done be that much longer ago, and do what is due by itself."""
    back = timedelta(minutes=minutes)
    row = incident(cast)
    with cast.scope():
        changed = {
            name: getattr(row, name) - back for name in ("command_due_at", "commanded_at", "heard_at", "updated_at", "update_due_at")
            if getattr(row, name) is not None
        }  # fmt: skip
        Incident.objects.for_tenant(cast.harbor).update(**changed)
        due.catch_up(incident(cast), at=timezone.now())


BASE = "/harbor-dental/incidents/1/"


def declares(cast: Cast, ivo: Page) -> Ticket:
    """Ivo declares with one press on a ticket."""
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.INTERNAL, at=timezone.now(), title="Files are being encrypted on FS-01")
    ivo.goto(f"/harbor-dental/tickets/{ticket.number}/")
    ivo.get_by_role("button", name="Declare a major incident").click()
    expect(ivo.get_by_text("commands yet.")).to_be_visible()
    return ticket


def takes_command(first: Page) -> None:
    first.goto(BASE)
    button = first.get_by_role("button", name="I have it, I command")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 52
    button.click()
    expect(first.get_by_text("You command. You lead")).to_be_visible()


def takes_over(cast: Cast, second: Page) -> None:
    """The deputy cannot take command, until the commander is silent while an update is overdue."""
    second.goto(BASE)
    expect(second.get_by_role("button", name="I take command")).to_have_count(0)
    let_time_pass(cast, 31)
    second.goto(BASE)
    expect(second.locator(".clock.late")).to_be_visible()
    second.get_by_role("button", name="I take command").click()
    expect(second.get_by_text("You command. You lead")).to_be_visible()


def tells_the_users(leader: Page) -> None:
    leader.get_by_label("What users should know").fill("Do not switch on any machine. More at half past.")
    leader.get_by_role("button", name="Tell the users").click()
    expect(leader.locator(".thread")).to_contain_text("Do not switch on any machine.")
    expect(leader.locator(".clock.late")).to_have_count(0)


def contain(cast: Cast, phones: dict[str, Page]) -> None:
    """Tariq asks, whoever holds the authority answers, Ivo writes down what was done."""
    tariq, ivo = phones["Tariq"], phones["Ivo"]
    tariq.goto(BASE)
    tariq.get_by_role("link", name="Ask to contain more").click()
    tariq.get_by_label("What is to be cut off").fill("Cut the clinic off the internet")
    tariq.get_by_label("Why, and what happens if not").fill("It spreads over the network.")
    tariq.get_by_role("button", name="Ask now").click()
    expect(tariq.get_by_text("Cut the clinic off the internet").first).to_be_visible()
    with cast.scope():
        asked = IncidentAsk.objects.for_tenant(cast.harbor).select_related("holder").get()
    holder = asked.holder.name if asked.holder else {"INTERNAL": "Ivo", "PROVIDER": "Tess", "LEADERSHIP": "Lena"}[asked.holder_party]
    phones[holder].goto(BASE)
    phones[holder].locator(".note-bar a.btn.go").click()
    phones[holder].get_by_role("button", name="Allow it", exact=True).click()
    expect(phones[holder].locator(".thread")).to_contain_text("allowed")
    ivo.goto(BASE)
    ivo.get_by_label("What happened, or what was found").fill("The clinic is cut off.")
    ivo.get_by_role("button", name="Write it down").click()
    expect(ivo.locator(".thread")).to_contain_text("The clinic is cut off.")


def ends(leader: Page) -> None:
    leader.goto(BASE)
    leader.get_by_role("link", name="End the major incident").click()
    leader.get_by_label("The cause is known").check()
    leader.get_by_label("What the cause was").fill("It came with a mail to the front desk.")
    leader.get_by_role("button", name="End it").click()
    expect(leader.get_by_text("Ended").first).to_be_visible()


def review(phones: dict[str, Page]) -> None:
    """Tess writes, and one of each side signs."""
    tess = phones["Tess"]
    tess.goto(f"{BASE}review/")
    tess.get_by_role("link", name="Write", exact=True).click()
    for label in ("What happened", "What helped", "What hindered"):
        tess.get_by_label(label).fill("It is said here in a few words.")
    tess.get_by_role("button", name="Keep it").click()
    expect(tess.get_by_role("heading", name="Signatures")).to_be_visible()
    for name in ("Tess", "Lena"):
        phones[name].goto(f"{BASE}review/")
        phones[name].get_by_label("Type your name to sign").fill(name)
        phones[name].get_by_role("button", name="Sign the review").click()
        expect(phones[name].locator(".scrawl", has_text=name)).to_be_visible()


def test_ivo_declares_command_is_taken_and_taken_over_and_both_sign(cast: Cast, phones: dict[str, Page]) -> None:
    ticket = declares(cast, phones["Ivo"])
    first, second = ("Iris", "Tess") if incident(cast).expected_side == "INTERNAL" else ("Tess", "Iris")
    takes_command(phones[first])
    takes_over(cast, phones[second])
    assert incident(cast).commander_id == cast.people[second].pk
    assert incident(cast).deputy_id == cast.people[first].pk
    tells_the_users(phones[second])
    contain(cast, phones)
    ends(phones[second])
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk).major is False
    review(phones)
    with cast.scope():
        assert IncidentReview.objects.for_tenant(cast.harbor).get().signed_at is not None


def test_the_page_is_readable_on_a_phone_and_wide_in_light_and_dark(cast: Cast, beside: Beside) -> None:
    """Nothing runs out of the page, at three in the morning neither."""
    from tickets.actions import incidents  # noqa: PLC0415 - beside its use

    with cast.as_("Ivo") as ivo:
        incidents.declare_alone("Files are being encrypted on FS-01 and on every other machine", "Two machines.", by=ivo, at=timezone.now())
        incidents.log(1, "A very_long_name_without_any_blank_" + "x" * 120, by=ivo, at=timezone.now())
    for scheme in ("light", "dark"):
        for width in (320, 390, 1440):
            page = beside("Iris", viewport={"width": width, "height": 844}, color_scheme=scheme)
            for path in ("", "1/", "declare/", "1/log/"):
                page.goto(f"/harbor-dental/incidents/{path}")
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} at {width}"
