"""Rows against their ledger: replaying every entry changes nothing, and brings back what was damaged."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged.audit.models import Entry
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, later
from tests.tickets.living import Life, differing, kinds
from tickets.domain import ledger
from tickets.models import Event, Ticket

BROAD = 20  # kinds of entries
DAMAGE = {
    "state": "CLOSED",
    "closed_at": NOON,
    "side": "INTERNAL",
    "priority": "P4",
    "crossings": 9,
    "targets": [],
    "pauses": [["2026-11-24T18:00:00+00:00", None, "requester", "Lena"]],
    "fix_due_at": None,
    "next_at": NOON,
    "watch_at": None,
    "last_at": NOON,
    "version": 99,
    "merged_into_id": None,
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.django_db
def test_a_long_random_life_replayed_from_its_ledger_says_what_the_rows_say(cast: Cast, seed: int) -> None:
    life = Life(cast, seed)
    life.go(100)
    found = differing(cast)
    assert len(kinds(cast)) > BROAD, "the life was no life"
    assert (found.tickets, found.differ, dict(found.columns)) == (len(set(life.tickets)), [], {})


@pytest.mark.django_db
def test_what_is_damaged_comes_back_and_only_that_is_written(cast: Cast) -> None:
    life = Life(cast, 3)
    life.go(60)
    with cast.scope():
        rows = Ticket.objects.for_tenant(cast.harbor).order_by("id")
        before = list(rows.values())
        rows.filter(pk__in=life.tickets[:2]).update(**DAMAGE)
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("rebuild_tickets", "--check", stdout=out)
    assert left.value.code == 1
    assert "harbor-dental: 5 tickets, 2 differ (1, 2): " in out.getvalue()
    assert "version in 2" in out.getvalue()
    with cast.scope():
        assert rows.filter(version=99).count() == 2, "a check changes nothing"
    call_command("rebuild_tickets", "--client", "harbor-dental", stdout=out)
    assert "2 were set right (1, 2)" in out.getvalue()
    with cast.scope():
        assert list(rows.values()) == before
        assert Entry.objects.for_tenant(cast.harbor).filter(action="ticket.rebuild").count() == 2
    call_command("rebuild_tickets", "--check", stdout=out)
    assert out.getvalue().endswith("pine-clinics: 0 tickets, 0 differ.\n")


@pytest.mark.django_db
def test_many_tickets_cost_a_fixed_number_of_statements_each_chunk(cast: Cast) -> None:
    def cost(count: int) -> int:
        with cast.scope():
            for place in range(count):
                from_alert(cast.harbor, condition=f"{count}-{place}")
        with CaptureQueriesContext(connection) as asked:
            differing(cast)
        return len(asked)

    assert cost(2) == cost(20)


@pytest.mark.django_db
def test_a_ticket_from_before_entries_told_what_they_set_keeps_what_its_ledger_does_not_mention(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
        row = Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)
        known = {name: getattr(row, name) for name in (*ledger.KEPT, *ledger.DERIVED)}
        opened = list(Event.objects.for_tenant(cast.harbor).of(row.pk))
        terms = {row.terms_id: ledger.terms_of(row.terms.content) if row.terms else None}
    old = [ledger.Entry(opened[0].at, {}, 1), ledger.Entry(later(5), {"state": "OPEN", "assignee_id": 7}, 2)]
    told = ledger.replay(row.opened_at, old, terms, known | {"fix_due_at": None, "state": "CLOSED", "title": "Disk"})
    assert (told["state"], told["assignee_id"], told["title"], told["side"], told["version"]) == ("OPEN", 7, "Disk", "PROVIDER", 2)
    assert (told["targets"], told["fix_due_at"]) == (row.targets, row.fix_due_at)


def test_an_unknown_client_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="There is no client 'nobody'"):
        call_command("rebuild_tickets", "--client", "nobody")
