"""A ticket that one side alone sees: who hides it and when, what it can do meanwhile, and that the other side learns nothing of it."""

import pytest

from tests.cast import Cast
from tests.tickets.build import from_person, later
from tickets import actions
from tickets.models import Event, Kind, Ticket
from tickets.queries import hiding

pytestmark = pytest.mark.django_db
WHY = "It is about one of their people."
NOW = "Their lead knows of it by now."


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Harbor Dental."""
    with cast.as_("Iris") as iris:
        return from_person(iris, side=iris.side, title="The door code leaked")


@pytest.fixture
def hidden(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.as_("Iris") as iris:
        return actions.hide(ticket.pk, WHY, by=iris, at=later(10))


def test_a_manager_of_the_holding_side_keeps_it_and_shows_it_again(cast: Cast, hidden: Ticket) -> None:
    with cast.as_("Tess"):
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert not Event.objects.for_tenant(cast.harbor).exists()
    with cast.as_("Ivo") as ivo:
        row = Ticket.objects.for_tenant(cast.harbor).get()
        kept = hiding.kept(row, ivo)
        assert kept is not None
        assert (kept.company, kept.by, kept.since, kept.reason) == ("Harbor Dental", "Iris", later(10), WHY)
    with cast.as_("Iris") as iris:
        actions.show(hidden.pk, NOW, by=iris, at=later(20))
    with cast.as_("Tess"):
        row = Ticket.objects.for_tenant(cast.harbor).get()
        told = Event.objects.for_tenant(cast.harbor).of(row.pk).order_by("id")
        assert [one.kind for one in told] == [Kind.OPENED, Kind.HIDDEN, Kind.SHOWN]
        assert told[1].text == WHY


# --- the page


def address(ticket: Ticket, move: str = "") -> str:
    return f"/harbor-dental/tickets/{ticket.number}/{move}{'/' if move else ''}"


def test_the_page_hides_it_with_a_reason_says_so_and_shows_it_again(cast: Cast, ticket: Ticket) -> None:
    iris, tess = cast.browser("Iris"), cast.browser("Tess")
    assert "Keep this ticket on our side" in iris.get(address(ticket)).content.decode()
    refused = iris.post(address(ticket, "hide"), {"text": "short", "seen": 1, "once": "a"})
    assert refused.status_code == 422
    assert "Say why in ten characters or more" in refused.content.decode()
    assert iris.post(address(ticket, "hide"), {"text": WHY, "seen": 1, "once": "b"}).status_code == 302
    page = iris.get(address(ticket)).content.decode()
    assert "Only Harbor Dental sees this ticket." in page
    assert WHY in page
    assert "Show it to both sides" in page
    assert "Keep this ticket on our side" not in page
    assert "only we see this" in iris.get("/harbor-dental/tickets/").content.decode()
    assert "Only Harbor Dental sees this ticket." in cast.browser("Ivo").get(address(ticket)).content.decode()
    assert tess.get(address(ticket)).status_code == 404
    assert iris.post(address(ticket, "show"), {"text": NOW, "seen": 2, "once": "c"}).status_code == 302
    assert tess.get(address(ticket)).status_code == 200


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
@pytest.mark.parametrize("move", ["hide", "show"])
def test_who_manages_nothing_is_told_who_may(cast: Cast, ticket: Ticket, name: str, move: str) -> None:
    browser = cast.browser(name)
    assert browser.post(address(ticket, move), {"text": WHY}).status_code == 403
    assert "Keep this ticket on our side" not in browser.get(address(ticket)).content.decode()


@pytest.mark.parametrize("name", ["Pine's manager", "Olga"])
def test_a_stranger_finds_nothing_to_hide(cast: Cast, ticket: Ticket, name: str) -> None:
    assert cast.browser(name).post(address(ticket, "hide"), {"text": WHY}).status_code == 404


def test_the_other_sides_manager_is_refused_in_words(cast: Cast, ticket: Ticket) -> None:
    refused = cast.browser("Tess").post(address(ticket, "hide"), {"text": WHY})
    assert refused.status_code == 422
    assert "Only a manager of the side that holds this ticket can do this." in refused.content.decode()
