"""Disputes: who raises one, who answers it, what it moves (nothing), and where it shows."""

from html import unescape

import pytest
from django.utils import timezone

from comanaged.accounts import access
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Side
from responsibilities import queries as matrix
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person, later
from tests.tickets.living import PACKET
from tickets import actions
from tickets.actions import disputing, steps
from tickets.domain.disputing import About
from tickets.domain.lifecycle import OTHER_SIDE
from tickets.models import Dispute, Event, Kind, Ticket

WHY = "The viewer belongs to the vendor's contract."


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by internal IT."""
    with cast.as_("Iris") as iris:
        return from_person(iris, side=Side.INTERNAL)


def address(ticket: Ticket, rest: str = "") -> str:
    return f"/harbor-dental/tickets/{ticket.number}/{rest}"


def raised(cast: Cast, ticket: Ticket, who: str = "Tess", about: About = About.HOLDER, party: str = "") -> Dispute:
    with cast.as_(who) as by:
        disputing.dispute(ticket.pk, about, party, WHY, by=by, at=later(5))
        return Dispute.objects.for_tenant(cast.harbor).latest("id")


@pytest.mark.django_db
def test_a_dispute_moves_nothing_and_is_kept_with_its_answer(cast: Cast, ticket: Ticket) -> None:
    row = raised(cast, ticket)
    with cast.scope():
        stands = Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)
        assert (stands.version, stands.side, stands.fix_due_at) == (ticket.version, ticket.side, ticket.fix_due_at)
        event = Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind=Kind.DISPUTE)
        assert (event.audience, event.text) == (Audience.SHARED, f"Tess disputes whose this is: {WHY}")
        assert {"Iris"} <= set(Notice.objects.for_tenant(cast.harbor).filter(text__contains=WHY).values_list("to_name", flat=True))
    with cast.as_("Iris") as iris:
        disputing.settle(ticket.pk, row.pk, "The contract ended in May.", upheld=False, by=iris, at=later(9))
        row.refresh_from_db()
        assert (row.settled_name, row.upheld, row.answer) == ("Iris", False, "The contract ended in May.")
        assert Entry.objects.for_tenant(cast.harbor).filter(action__in=["ticket.dispute", "ticket.settle_dispute"]).count() == 2
        with pytest.raises(steps.NotNow, match="answered already"):
            disputing.settle(ticket.pk, row.pk, "The contract ended in May.", upheld=True, by=iris, at=later(10))


@pytest.mark.django_db
def test_only_who_answers_for_the_matrix_settles_and_nobody_says_yes_to_himself(cast: Cast, ticket: Ticket) -> None:
    row = raised(cast, ticket)
    with cast.as_("Tess") as tess, pytest.raises(steps.NotYours, match="answers for the matrix"):
        disputing.settle(ticket.pk, row.pk, "It is as we say.", upheld=True, by=tess, at=later(9))
    for name in ("Ivo", "Tariq", "Lena"):
        with cast.as_(name) as by, pytest.raises(access.Refused):
            disputing.settle(ticket.pk, row.pk, "It is as we say.", upheld=True, by=by, at=later(9))
    with cast.as_("Lena") as lena, pytest.raises(access.Refused):
        disputing.dispute(ticket.pk, About.HOLDER, "", WHY, by=lena, at=later(9))
    own = raised(cast, ticket, "Iris", About.CHARGE, "internal")
    with cast.as_("Iris") as iris:
        with pytest.raises(steps.NotYours, match="You raised this"):
            disputing.settle(ticket.pk, own.pk, "We are right in this.", upheld=True, by=iris, at=later(9))
        disputing.settle(ticket.pk, own.pk, "It was a mistake of mine.", upheld=False, by=iris, at=later(9))


@pytest.mark.django_db
def test_one_thing_is_disputed_once_at_a_time_and_says_why(cast: Cast, ticket: Ticket) -> None:
    raised(cast, ticket)
    with cast.as_("Tariq") as tariq:
        with pytest.raises(steps.NotNow, match="disputed already"):
            disputing.dispute(ticket.pk, About.HOLDER, "", WHY, by=tariq, at=later(6))
        with pytest.raises(steps.SayMore):
            disputing.dispute(ticket.pk, About.CHARGE, "internal", "no", by=tariq, at=later(6))
        with pytest.raises(steps.SayMore, match="whose time"):
            disputing.dispute(ticket.pk, About.CHARGE, "", WHY, by=tariq, at=later(6))


@pytest.mark.django_db
def test_a_closed_ticket_is_disputed_too(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(1))
        actions.resolve(ticket.pk, "A new viewer.", by=iris, at=later(2))
        actions.confirm(ticket.pk, by=iris, at=later(3))
    assert raised(cast, ticket, about=About.CHARGE, party="internal").party == "internal"


@pytest.mark.django_db
def test_the_page_shows_both_names_the_age_and_how_much_is_disputed(cast: Cast, ticket: Ticket) -> None:
    raised(cast, ticket, about=About.CHARGE, party="internal")
    page = cast.browser("Iris").get(address(ticket)).content.decode()
    assert "Disputed" in page
    assert WHY in unescape(page)
    assert "of which disputed 5 min" in page
    assert "Answer the dispute" in page
    assert "Answer the dispute" not in cast.browser("Ivo").get(address(ticket)).content.decode()
    with cast.scope():
        pk = Dispute.objects.for_tenant(cast.harbor).get().pk
    sent = {"upheld": "yes", "text": "The provider waited for us.", "once": "1"}
    browser = cast.browser("Iris")
    assert browser.post(address(ticket, f"disputes/{pk}/settle/"), sent | {"text": ""}).status_code == 422
    assert browser.post(address(ticket, f"disputes/{pk}/settle/"), sent).status_code == 302
    after = browser.get(address(ticket)).content.decode()
    assert "that is right" in after
    assert "of which disputed" not in after


@pytest.mark.django_db
def test_a_no_against_the_matrix_leads_to_the_dispute(cast: Cast) -> None:
    now = timezone.now()
    with cast.scope():
        answers = [(duty, matrix.who_answers(cast.harbor.pk, duty.key, now).party) for duty in matrix.duties_of(cast.harbor.pk)]
        duty, named = next((duty, party) for duty, party in answers if party in ("INTERNAL", "PROVIDER"))  # at this very moment
        giver, taker = ("Tess", "Iris") if named == "INTERNAL" else ("Iris", "Tess")
        ticket = from_alert(cast.harbor, side=Side(OTHER_SIDE[named])).ticket
        Ticket.objects.for_tenant(cast.harbor).update(duty=duty)
    with cast.as_(giver) as by:
        actions.offer(ticket.pk, PACKET, by=by, at=later(5), answer_by=later(60 * 24 * 365))
    browser = cast.browser(taker)
    refused = browser.post(address(ticket, "decline/"), {"code": "not_ours", "text": "This is for the provider."})
    assert refused.status_code == 422
    assert address(ticket, "dispute/") in refused.content.decode()
    form = browser.get(address(ticket, "dispute/?about=HOLDER"))
    assert "Whose this is" in form.content.decode()
    sent = {"about": "HOLDER", "text": WHY, "once": "7"}
    for _ in range(2):
        assert browser.post(address(ticket, "dispute/"), sent).status_code == 302
    with cast.scope():
        assert Dispute.objects.for_tenant(cast.harbor).count() == 1
    assert browser.post(address(ticket, "dispute/"), {"about": "HOLDER", "text": ""}).status_code == 422
