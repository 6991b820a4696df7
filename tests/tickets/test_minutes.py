"""Minutes per side: written once, taken back by a second row."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from comanaged.accounts.access import system
from tests.cast import Cast
from tests.tickets.build import NOON, from_person, later
from tickets.actions import minutes, steps
from tickets.models import Event, Minutes, Ticket
from tickets.queries import work


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def sums(ticket: Ticket) -> list[tuple[str, str, int]]:
    return [(one.side, one.name, one.minutes) for one in work.spent(ticket, system(ticket.tenant))[0]]


def test_both_sides_see_the_sum_of_each(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        minutes.spend(ticket.pk, 25, "Looked at the log", by=tess, at=later(1))
        minutes.spend(ticket.pk, 20, by=tess, at=later(2))
    with cast.as_("Iris") as iris:
        minutes.spend(ticket.pk, 5, by=iris, at=later(3))
        assert sums(ticket) == [("INTERNAL", "Harbor Dental", 5), ("PROVIDER", "Northwind MSP", 45)]
        told = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(kind="WORKED").order_by("id")
        assert list(told.values_list("text", flat=True)) == [
            "wrote down 25 min: Looked at the log",
            "wrote down 20 min",
            "wrote down 5 min",
        ]
        assert not told.exclude(audience="SHARED").exists()


def test_ones_own_are_taken_back_once_by_a_second_row(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        minutes.spend(ticket.pk, 250, by=tess, at=later(1))
        row = Minutes.objects.for_tenant(ticket.tenant_id).get()
    with cast.as_("Tariq") as tariq, pytest.raises(steps.NotYours):
        minutes.take_back(ticket.pk, row.pk, by=tariq, at=later(2))
    with cast.as_("Tess") as tess:
        assert [one.pk for one in work.spent(ticket, tess)[1]] == [row.pk]
        minutes.take_back(ticket.pk, row.pk, by=tess, at=later(3))
        with pytest.raises(steps.NotNow):
            minutes.take_back(ticket.pk, row.pk, by=tess, at=later(4))
        assert sums(ticket) == []
        assert work.spent(ticket, tess)[1] == ()
        assert list(Minutes.objects.for_tenant(ticket.tenant_id).order_by("id").values_list("minutes", flat=True)) == [250, -250]


@pytest.mark.parametrize(("amount", "days"), [(0, 0), (-5, 0), (1441, 0), (10**12, 0), (5, 1), (5, -40)])
def test_an_absurd_amount_or_day_is_refused(cast: Cast, ticket: Ticket, amount: int, days: int) -> None:
    with cast.as_("Tess") as tess, pytest.raises(steps.SayMore):
        minutes.spend(ticket.pk, amount, day=(NOON + timedelta(days=days)).date(), by=tess, at=NOON)


def test_the_database_lets_nobody_change_them(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        minutes.spend(ticket.pk, 25, by=tess, at=later(1))
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Minutes.objects.for_tenant(ticket.tenant_id).update(minutes=1)
