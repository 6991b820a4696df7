"""Work is done once, tried again when it fails, given up visibly, and never finished by whoever lost its lease."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from comanaged import background, tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.models import Kind, Organisation
from comanaged.celery import app
from comanaged.notices import actions as notices
from comanaged.notices.models import Notice
from comanaged.vocabulary import Side

app.loader.import_default_modules()

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SOMEBODY = access.Person(1, "Somebody", "somebody@example.test", "c_mgr", Side.INTERNAL)
UNDONE = "sent_at IS NULL AND failed_at IS NULL"


class Trouble(Exception):
    """What goes wrong in the middle of the work."""


class Killed(BaseException):
    """The end of the process, as far as a test can bear it."""


def half_done(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Write something, then fail."""
    Notice.objects.for_tenant(tenant).filter(pk=id).update(subject="half written")
    raise Trouble


def give_up(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """End it visibly."""
    background.finish(Notice, id, token, failed_at=AT)


@pytest.fixture
def failing() -> Iterator[background.Job]:
    """A kind of work that always fails, for as long as the test runs."""
    known = background.Job("tests.failing", "notices_notice", UNDONE, half_done, give_up, True, background.TRIES)
    background.JOBS[known.name] = known
    yield known
    del background.JOBS[known.name]


def waiting_notice() -> tuple[Organisation, int]:
    one = actions.create_organisation(Kind.CLIENT, "One", slug="one", zone="UTC", at=AT)
    with tenancy.only([one.pk]):
        notices.queue(tenant=one.pk, to=[SOMEBODY], subject="whole", text="here", key="k", at=AT)
        return one, Notice.objects.for_tenant(one).get().pk


def let_leases_run_out(tenant: int) -> None:
    with tenancy.only([tenant]), connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET lease_until = clock_timestamp() - interval '1 second'")


def test_a2_failing_work_leaves_nothing_half_written_and_is_given_up_after_its_tries(failing: background.Job) -> None:
    one, row = waiting_notice()
    for _ in range(background.TRIES):
        assert background.sweep_table(failing.name) == 1
        with tenancy.only([one.pk]):
            notice = Notice.objects.for_tenant(one).get()
            assert (notice.subject, notice.failed_at) == ("whole", None)
        assert background.sweep_table(failing.name) == 0  # it waits a while before the next try
        let_leases_run_out(one.pk)
    assert background.sweep_table(failing.name) == 1
    with tenancy.only([one.pk]):
        assert Notice.objects.for_tenant(one).get(pk=row).failed_at is not None
    assert background.sweep_table(failing.name) == 0


def test_a7_what_kills_its_worker_takes_nothing_along_that_was_claimed_with_it(failing: background.Job) -> None:
    one, worst = waiting_notice()
    with tenancy.only([one.pk]):
        for number in range(5):
            notices.queue(tenant=one.pk, to=[SOMEBODY], subject="whole", text="here", key=f"after {number}", at=AT)

    def deadly(*, tenant: int, id: int, token: uuid.UUID) -> None:
        if id == worst:
            raise Killed
        background.finish(Notice, id, token, sent_at=AT)

    job = replace(failing, body=deadly)
    background.JOBS[job.name] = job
    for _ in range(background.TRIES):
        with pytest.raises(Killed):
            background.sweep_table(job.name)
        let_leases_run_out(one.pk)
    background.sweep_table(job.name)
    with tenancy.only([one.pk]):
        rows = Notice.objects.for_tenant(one)
        assert [row.pk for row in rows.filter(failed_at__isnull=False)] == [worst]
        assert rows.filter(sent_at__isnull=False).count() == 5


def test_a6_whoever_slept_past_the_lease_cannot_finish() -> None:
    one, row = waiting_notice()
    known = background.JOBS["notices.deliver"]
    slow, quick = str(uuid.uuid4()), str(uuid.uuid4())
    assert background.claim(known, tenant=one.pk, row=row, token=slow) == 1
    let_leases_run_out(one.pk)
    assert background.claim(known, tenant=one.pk, row=row, token=quick) == 2
    with pytest.raises(background.LostLease), tenancy.only([one.pk]):
        background.finish(Notice, row, uuid.UUID(slow), sent_at=AT)
    with tenancy.only([one.pk]):
        background.finish(Notice, row, uuid.UUID(quick), sent_at=AT)


def test_b1_four_sweepers_at_once_claim_every_row_once() -> None:
    one, _ = waiting_notice()
    with tenancy.only([one.pk]):
        for number in range(60):
            notices.queue(tenant=one.pk, to=[SOMEBODY], subject="whole", text="here", key=f"k{number}", at=AT)
    claimed: list[int] = []
    start = threading.Barrier(4)

    def sweep() -> None:
        start.wait()
        with connections["system"].cursor() as cursor:
            cursor.execute(background.CLAIM_MANY.format(table="notices_notice", undone=UNDONE), {"each": 100, "seconds": 60})
            claimed.extend(row for _, row, _ in cursor.fetchall())
        connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 61
