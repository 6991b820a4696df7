"""The ground holds: scopes, the audit chain, the outbox, leases."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from comanaged import background, tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.models import Kind, Organisation
from comanaged.audit import trail
from comanaged.audit.models import Entry
from comanaged.notices import actions as notices
from comanaged.notices import tasks as notice_tasks  # noqa: F401 - registers the job
from comanaged.notices.models import Notice
from comanaged.vocabulary import Side
from tests import cluster

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SOMEBODY = access.Person(1, "Somebody", "somebody@example.test", "c_mgr", Side.INTERNAL)


def organisation(slug: str) -> Organisation:
    return actions.create_organisation(Kind.CLIENT, slug.title(), slug=slug, zone="UTC", at=AT)


@pytest.mark.django_db
def test_rows_refuse_to_be_read_without_saying_whose() -> None:
    with pytest.raises(tenancy.Unscoped):
        Entry.objects.all()


@pytest.mark.django_db(transaction=True)
def test_raw_sql_without_a_scope_fails_and_within_one_sees_only_its_own() -> None:
    one, other = organisation("one"), organisation("other")
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="no tenant in scope"):
            cursor.execute("SELECT count(*) FROM audit_entry")
        for tenant in (one, other, one):  # over one reused connection
            with tenancy.only([tenant.pk]):
                cursor.execute("SELECT array_agg(DISTINCT tenant_id) FROM audit_entry")
                assert cursor.fetchone()[0] == [tenant.pk]
        with pytest.raises(DatabaseError, match="no tenant in scope"):
            cursor.execute("SELECT count(*) FROM audit_entry")


@pytest.mark.django_db
def test_a_scope_inside_a_scope_gives_the_outer_one_back() -> None:
    one, other = organisation("one"), organisation("other")
    with tenancy.only([one.pk]):
        with tenancy.only([other.pk]):
            assert Entry.objects.for_tenants([one.pk, other.pk]).values_list("tenant", flat=True).distinct().get() == other.pk
        assert Entry.objects.for_tenants([one.pk, other.pk]).values_list("tenant", flat=True).distinct().get() == one.pk


@pytest.mark.django_db
def test_a_row_of_a_foreign_tenant_cannot_be_written() -> None:
    one, other = organisation("one"), organisation("other")
    with tenancy.only([one.pk]), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Entry.objects.create(tenant=other, at=AT, action="x", row_type="x", who="x")


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET who = 'nobody'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"])
def test_the_product_cannot_change_what_was_recorded(statement: str) -> None:
    one = organisation("one")
    with pytest.raises(DatabaseError, match="permission denied"), tenancy.only([one.pk]), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_forged_moved_or_removed_entry_is_found_at_its_place() -> None:
    one = organisation("one")
    with tenancy.only([one.pk]):
        for number in range(4):
            trail.record("tenant.note", one, by=access.system(one), at=AT, after=str(number))
        assert trail.first_break(one.pk) is None
        assert trail.head(one.pk)[0] == 5
    forger = cluster.superuser().cursor()
    forger.execute("SET session_replication_role = replica; UPDATE audit_entry SET after = 'forged' WHERE number = 3")
    with tenancy.only([one.pk]):
        assert trail.first_break(one.pk) == 3
    forger.execute("DELETE FROM audit_entry WHERE number = 2")
    with tenancy.only([one.pk]):
        assert trail.first_break(one.pk) == 3
    forger.connection.close()


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_notice_leaves_by_the_sweeper_without_any_broker() -> None:
    one = organisation("one")
    with tenancy.only([one.pk]):
        for _ in range(2):
            notices.queue(tenant=one.pk, to=[SOMEBODY], subject="Look\r\nBcc: all@example.test", text="here", key="k", at=AT)
    assert background.sweep() == 1
    assert background.sweep() == 0
    assert [message.subject for message in mail.outbox] == ["Look Bcc: all@example.test"]
    with tenancy.only([one.pk]):
        assert Notice.objects.for_tenant(one).get().sent_at is not None


@pytest.mark.django_db
def test_whoever_lost_the_lease_changes_nothing() -> None:
    one = organisation("one")
    with tenancy.only([one.pk]):
        notices.queue(tenant=one.pk, to=[SOMEBODY], subject="Look", text="here", key="k", at=AT)
        notice = Notice.objects.for_tenant(one).get()
        known = background.JOBS["notices.deliver"]
        assert background.claim(known, tenant=one.pk, row=notice.pk, token=str(uuid.uuid4())) == 1
        assert background.claim(known, tenant=one.pk, row=notice.pk, token=str(uuid.uuid4())) is None
        with pytest.raises(background.LostLease):
            background.finish(Notice, notice.pk, uuid.uuid4(), sent_at=AT)
