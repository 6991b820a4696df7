"""The queue reads what it shows: its index is used, alone and over many clients, at the first page and far into the list."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Priority, Side
from tests import cluster
from tests.cast import Cast
from tests.tickets.build import NOON
from tickets import queries
from tickets.domain import lifecycle
from tickets.domain.lifecycle import State
from tickets.models import Ticket

MANY = 8000  # at half of it reading the whole table costs about the same as the index


@pytest.fixture
def full(transactional_db: None, cast: Cast) -> Cast:
    """Both clients with thousands of tickets, a tenth of them still to do."""
    for tenant in (cast.harbor, cast.pine):
        with cast.scope(tenant):
            Ticket.objects.bulk_create([row(tenant, number) for number in range(1, MANY + 1)], batch_size=1000)
    with cluster.superuser() as superuser, superuser.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket")
    return cast


def row(tenant: Organisation, number: int) -> Ticket:
    to_do = number % 10 == 0
    at = NOON - timedelta(minutes=number)
    return Ticket(
        tenant=tenant,
        number=number,
        title=f"T{number}",
        state=State.NEW if to_do else State.CLOSED,
        closed_at=None if to_do else at,
        side=Side.PROVIDER,
        route_side=Side.PROVIDER,
        priority=Priority.P3,
        origin_kind="alert",
        because="so",
        opened_at=at,
        next_at=NOON + timedelta(minutes=number),
        last_at=at,
    )


def plan_of(tenants: list[int], company: int, wanted: queries.Filters, after: str = "") -> tuple[str, queries.Page]:
    """Return how PostgreSQL reads one page of the queue, and that page."""
    with CaptureQueriesContext(connection) as caught:
        page = queries.queue(tenants, wanted, company=company, at=NOON, after=after)
    statement = next(one["sql"] for one in caught if "tickets_ticket" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, BUFFERS OFF) {statement}")
        return "\n".join(line for (line,) in cursor.fetchall()), page


def read_rows(plan: str) -> int:
    """Return how many tickets the scans of the plan gave, at the most."""
    scans = [line for line in plan.splitlines() if "Scan" in line and "tickets_ticket" in line and "rows=" in line]
    return max(int(float(line.split("rows=")[1].split()[0])) for line in scans)


WANTED = (
    (queries.Filters(), "tickets_next_clock"),
    (queries.Filters(ours=Side.PROVIDER), "tickets_next_clock"),
    (queries.Filters(states=frozenset(State)), "tickets_newest_first"),
    (queries.Filters(states=lifecycle.FINISHED, closed_since=NOON - timedelta(days=1000)), "tickets_closed"),
)


def test_p5_a_page_reads_its_own_rows_by_the_index_wherever_it_lies(full: Cast, subtests: pytest.Subtests) -> None:
    with full.scope(full.harbor, full.pine, side=full.northwind):
        for tenants, (wanted, index) in product(([full.harbor.pk], [full.harbor.pk, full.pine.pk]), WANTED):
            with subtests.test(clients=len(tenants), index=index, wanted=wanted):
                reads_by(index, tenants, full.northwind.pk, wanted)


def reads_by(index: str, tenants: list[int], company: int, wanted: queries.Filters) -> None:
    """Walk five pages; each reads its rows and one more of each client."""
    after = ""
    for _ in range(5):
        plan, page = plan_of(tenants, company, wanted, after)
        assert index in plan, plan
        assert "Seq Scan on tickets_ticket" not in plan, plan
        assert read_rows(plan) <= len(tenants) * 51, plan
        assert len(page.rows) == 50
        after = page.next
