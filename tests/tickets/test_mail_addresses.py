"""Addresses for answers end: after a while, when their person leaves, and long after that they are gone; what they kept apart stays apart."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comanaged.accounts import access
from comanaged.accounts import actions as accounts
from comanaged.accounts.models import Membership
from comanaged.vocabulary import Audience
from tests.cast import Cast, add_person
from tests.tickets.build import NOON, from_person
from tests.tickets.letters import deliver, letter, to, token_for
from tickets.actions import answering
from tickets.models import Held, Outcome, ReplyAddress, Ticket
from tickets.tasks_mail import forget_addresses

pytestmark = pytest.mark.django_db(transaction=True)
IRIS, TARIQ = "iris@example.test", "tariq@example.test"
LONG_PAST = NOON + timedelta(days=181)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with cast.as_("Iris") as iris:
        return from_person(iris)


def count(cast: Cast) -> int:
    total = 0
    for side in (cast.harbor, cast.northwind):
        with cast.scope(side=side):
            total = max(total, ReplyAddress.objects.for_tenant(cast.harbor).count())
    return total


def forget(cast: Cast, days: int) -> int:
    with cast.scope():
        return answering.forget(cast.harbor.pk, at=NOON + timedelta(days=days))


def test_an_address_is_deleted_long_after_it_ended_and_not_before(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        ReplyAddress.objects.for_tenant(cast.harbor).delete()
    token_for(cast, ticket, "Iris")
    assert forget(cast, 91) == 0  # it ended yesterday
    assert forget(cast, 180) == 0
    assert forget(cast, 181) == 1
    assert count(cast) == 0


def test_the_timetable_deletes_those_of_every_client(cast: Cast, ticket: Ticket) -> None:
    token_for(cast, ticket, "Iris")
    with cast.scope():
        ReplyAddress.objects.for_tenant(cast.harbor).update(expires_at=timezone.now() - timedelta(days=91))
    token_for(cast, ticket, "Iris", at=timezone.now())
    assert count(cast) > 1
    forget_addresses()
    assert count(cast) == 1


def test_an_answer_to_an_address_that_is_gone_waits_for_a_person(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Iris")
    forget(cast, 181)
    row = deliver(cast, letter(IRIS, "Very late."), to(cast.harbor, token), at=LONG_PAST)
    assert (row.outcome, row.held) == (Outcome.HELD, Held.NOT_YOURS)


def test_g11_a_late_answer_to_one_sides_note_stays_that_sides_alone(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Iris", Audience.INTERNAL)
    forget(cast, 1000)
    row = deliver(cast, letter(IRIS, "They will notice."), to(cast.harbor, token), at=NOON + timedelta(days=1000))
    assert (row.outcome, row.audience, row.side_id) == (Outcome.HELD, Audience.INTERNAL, cast.harbor.pk)
    assert "They will notice" not in cast.browser("Tess").get("/harbor-dental/mail/held/").content.decode()


def test_who_leaves_and_comes_back_answers_no_mail_of_before(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Tariq", at=timezone.now())
    row = Membership.objects.get(user=cast.people["Tariq"], tenant=cast.harbor)
    with cast.as_("Iris") as iris:
        accounts.end_membership(row.pk, by=iris, at=timezone.now())
    accounts.admit(cast.people["Tariq"], cast.harbor, "p_tech", by=access.system(cast.harbor), at=timezone.now())
    said = deliver(cast, letter(TARIQ, "I am back."), to(cast.harbor, token), at=timezone.now())
    assert said.held == Held.NOT_YOURS
    new = token_for(cast, ticket, "Tariq", at=timezone.now())
    assert deliver(cast, letter(TARIQ, "Here."), to(cast.harbor, new), at=timezone.now()).outcome == Outcome.ANSWER


def test_who_leaves_one_of_two_standings_answers_on(cast: Cast, ticket: Ticket) -> None:
    add_person(cast, "Tariq", "c_tech", cast.harbor)
    token = token_for(cast, ticket, "Tariq")
    row = Membership.objects.get(user=cast.people["Tariq"], tenant=cast.harbor, role="c_tech")
    with cast.as_("Iris") as iris:
        accounts.end_membership(row.pk, by=iris, at=timezone.now())
    with cast.scope():
        assert ReplyAddress.objects.for_tenant(cast.harbor).filter(revoked_at=None, user=cast.people["Tariq"]).exists()
    assert token
