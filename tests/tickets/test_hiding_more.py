"""What else could tell the other side of a ticket that one side keeps: sums, the shared trail, mail beside the tickets, what was given up."""

from typing import Any

import pytest
from django.db import transaction

from comanaged.audit.models import Entry
from comanaged.notices.models import Delivery
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.notices.sinks import listening
from tests.tickets.build import from_person, later
from tests.tickets.letters import deliver, letter, to, token_for
from tests.tickets.test_hiding import NOW, WHY, made_by
from tests.tickets.test_standing import take
from tickets import actions
from tickets.actions import approving, bulk, holding
from tickets.domain.standing import Class
from tickets.models import InboundMail, Outcome, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Harbor Dental."""
    with cast.as_("Iris") as iris:
        return from_person(iris, side=iris.side, title="The door code leaked")


def hide(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.as_("Iris") as iris:
        return actions.hide(ticket.pk, WHY, by=iris, at=later(10))


def test_a_batch_counts_for_the_trail_only_what_both_sides_see(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        both = from_person(iris, side=iris.side)
    hide(cast, ticket)
    entries = Entry.objects.for_tenant(cast.harbor).filter(action="ticket.bulk_update")
    with cast.as_("Iris") as iris:
        bulk.on_all({ticket.pk: 1}, lambda one, seen: None, "take", by=iris, at=later(20))
        assert not entries.exists()
        bulk.on_all({ticket.pk: 1, both.pk: 1}, lambda one, seen: None, "take", by=iris, at=later(21))
        assert [(one.row_id, one.after) for one in entries] == [(both.pk, "take: 1 tickets")]


def test_what_is_decided_about_its_mail_is_in_no_shared_trail(cast: Cast, ticket: Ticket) -> None:
    hide(cast, ticket)
    subject = f"Re: [HD-{ticket.number}] The door code leaked"
    first = deliver(cast, letter("ivo@example.test", "What is this?", subject=subject), at=later(20))
    second = deliver(cast, letter("ivo@example.test", "And this?", subject=subject), at=later(21))
    with cast.as_("Ivo") as ivo:
        before = Entry.objects.for_tenant(cast.harbor).count()
        holding.read_raw(InboundMail.objects.for_tenant(cast.harbor).get(pk=first.pk), by=ivo, at=later(22))
        assert holding.release_into(first.public_id, by=ivo, at=later(23)) == ticket
        holding.drop(second.public_id, "He said it already.", by=ivo, at=later(24))
        assert Entry.objects.for_tenant(cast.harbor).count() == before


def test_mail_that_waits_and_names_it_is_kept_with_it(cast: Cast, ticket: Ticket) -> None:
    subject = f"Re: [HD-{ticket.number}] The door code leaked"
    waits = deliver(cast, letter("stranger@example.test", "Who knows it?", subject=subject), at=later(1))
    away = deliver(cast, letter("ivo@example.test", "I am away.", subject=subject, Auto_Submitted="auto-replied"), at=later(2))
    other = deliver(cast, letter("stranger@example.test", "Hello.", subject=f"Re: [HD-{ticket.number}1] Lamp"), at=later(3))
    assert (waits.outcome, away.outcome, waits.ticket_id) == (Outcome.HELD, Outcome.AUTOMATIC, None)
    hide(cast, ticket)
    with cast.as_("Tess"):
        assert set(InboundMail.objects.for_tenant(cast.harbor).values_list("pk", flat=True)) == {other.pk}
    with cast.as_("Ivo") as ivo:
        with transaction.atomic(), pytest.raises(actions.NotNow, match="Let it into that ticket"):
            holding.release_as_new(waits.public_id, by=ivo, at=later(20))
        assert holding.release_into(waits.public_id, ticket.number, by=ivo, at=later(21)) == ticket
    with cast.as_("Iris") as iris:
        actions.show(ticket.pk, NOW, by=iris, at=later(30))
    with cast.as_("Tess"):
        assert InboundMail.objects.for_tenant(cast.harbor).filter(pk=away.pk).exists()


def test_what_a_channel_gave_up_before_is_not_sent_once_more(cast: Cast, ticket: Ticket, settings: Any) -> None:
    with listening() as sink:
        theirs = made_by(cast, "Tess", sink, settings)
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "Before it was hidden.", Audience.SHARED, by=iris, at=later(5))
    with cast.scope():
        rows = Delivery.objects.for_tenant(cast.harbor).filter(channel=theirs)
        assert rows.update(failed_at=later(6)) == 1
    hide(cast, ticket)
    with cast.as_("Tess"):
        assert not rows.exists()


@pytest.mark.parametrize("limit", [{"over_count": 0}, {"over_minutes": 30}])
def test_no_sum_that_both_sides_read_counts_it(cast: Cast, ticket: Ticket, limit: dict[str, int]) -> None:
    take(cast, "Tess", "", Class.ALWAYS, **limit)
    hide(cast, ticket)
    with cast.as_("Iris") as iris:
        fresh = from_person(iris, side=Side.INTERNAL, at=later(60))
    assert (fresh.side, [one for one in fresh.trace if "overflow" in one]) == ("INTERNAL", [])


def test_an_answer_to_one_that_is_closed_is_told_what_can_be_done(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Ivo", Audience.SHARED)
    hide(cast, ticket)
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(20))
        actions.resolve(ticket.pk, "Changed the code.", by=iris, at=later(21))
        actions.close(ticket.pk, "Ivo said so himself.", by=iris, at=later(22))
    row = deliver(cast, letter("ivo@example.test", "It leaked again."), to(cast.harbor, token), at=later(30))
    with cast.as_("Ivo") as ivo, transaction.atomic(), pytest.raises(actions.NotNow, match="Show that one first"):
        holding.release_as_new(row.public_id, by=ivo, at=later(31))


def test_the_history_of_before_names_neither_it_nor_what_was_to_be_approved(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        wanted = approving.Wanted("A lock for Anna's office", "She had a stalker there.", cast.people["Lena"].pk, None, later(900))
        approving.ask(ticket.pk, wanted, by=iris, at=later(5))
    hide(cast, ticket)
    page = cast.browser("Tess").get("/harbor-dental/history/").content.decode()
    assert "Anna" not in page
    assert f"ticket {ticket.number}:" not in page
