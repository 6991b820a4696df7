"""What is signed stands, by the database itself: no statement of the product changes a version that is not open, nor a signature."""

# ruff: noqa: S608 - our own tables and numbers

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from responsibilities.models import Assignment, Calendar, Exclusion, Row, Signature, Version
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


@pytest.fixture
def standing(cast: Cast) -> Version:
    """Harbor Dental's version, in force with both signatures."""
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).get()
        duty = Row.objects.for_tenant(cast.harbor).filter(duty__isnull=False).select_related("duty").first()
        assert duty is not None
        Exclusion.objects.create(
            tenant=cast.harbor, version=version, duty=duty.duty, reason="not bought", accepted_by="Lena", expires_at=AT + timedelta(days=9)
        )
        for side, name in (("INTERNAL", "Iris"), ("PROVIDER", "Tess")):
            Signature.objects.create(
                tenant=cast.harbor,
                version=version,
                side=side,
                user=cast.people[name],
                name=name,
                typed_name=name,
                content_hash="0" * 64,
                signed_at=AT,
            )
        version.state, version.content, version.content_hash, version.in_force_at = "IN_FORCE", "{}", "0" * 64, AT
        version.save()
    return version


def refused(statement: str) -> bool:
    """Whether the database refuses a statement in our words, and does not merely find nothing."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            count = cursor.rowcount
    except DatabaseError as trouble:
        return "stands" in str(trouble) or "stays" in str(trouble)
    if not count:
        raise LookupError(f"nothing was there: {statement}")
    return False


LINES = [model._meta.db_table for model in (Row, Assignment, Calendar, Exclusion)]


@pytest.mark.parametrize("table", LINES)
def test_no_line_of_a_version_in_force_is_changed_or_removed(cast: Cast, standing: Version, table: str) -> None:
    with cast.scope():
        assert refused(f"UPDATE {table} SET tenant_id = tenant_id WHERE version_id = {standing.pk}")
        assert refused(f"DELETE FROM {table} WHERE version_id = {standing.pk}")


@pytest.mark.parametrize("table", LINES)
def test_no_line_moves_into_or_out_of_a_version_in_force(cast: Cast, standing: Version, table: str) -> None:
    with cast.scope():
        draft = Version.objects.create(tenant=cast.harbor, number=2, begun_at=AT)
        assert refused(f"UPDATE {table} SET version_id = {draft.pk} WHERE version_id = {standing.pk}")
        row = Row.objects.create(tenant=cast.harbor, version=draft, covers="*")
        assert refused(f"UPDATE responsibilities_row SET version_id = {standing.pk} WHERE id = {row.pk}")
        assert refused(
            f"INSERT INTO responsibilities_row (tenant_id, version_id, covers, note, authority, first_steps, stamp) "
            f"VALUES ({cast.harbor.pk}, {standing.pk}, '*', '', '', '', 1)"
        )


@pytest.mark.parametrize(
    "change",
    ["content = 'other'", "content_hash = repeat('1', 64)", "number = 9", "state = 'DRAFT'", "state = 'WITHDRAWN'", "policy = '[]'"],
)
def test_a_version_in_force_keeps_its_content_and_only_a_newer_one_ends_it(cast: Cast, standing: Version, change: str) -> None:
    with cast.scope():
        assert refused(f"UPDATE responsibilities_version SET {change} WHERE id = {standing.pk}")
        assert refused(f"DELETE FROM responsibilities_version WHERE id = {standing.pk}")
        assert not refused(f"UPDATE responsibilities_version SET state = 'SUPERSEDED' WHERE id = {standing.pk}")
        assert refused(f"UPDATE responsibilities_version SET state = 'IN_FORCE' WHERE id = {standing.pk}")


@pytest.mark.parametrize("change", ["typed_name = 'Somebody'", "content_hash = repeat('1', 64)", "cleared_at = now()", "signed_at = now()"])
def test_a_signature_under_a_version_in_force_never_changes(cast: Cast, standing: Version, change: str) -> None:
    with cast.scope():
        assert refused(f"UPDATE responsibilities_signature SET {change} WHERE version_id = {standing.pk}")
        assert refused(f"DELETE FROM responsibilities_signature WHERE version_id = {standing.pk}")


def test_one_client_has_one_version_in_force_and_one_that_is_open(cast: Cast, standing: Version) -> None:
    with cast.scope():
        Version.objects.create(tenant=cast.harbor, number=2, begun_at=AT)
        for state in ("DRAFT", "PROPOSED", "IN_FORCE"):
            with pytest.raises(DatabaseError, match="per_client"), transaction.atomic():
                Version.objects.create(
                    tenant=cast.harbor, number=3, begun_at=AT, state=state, content="{}", content_hash="0" * 64, in_force_at=AT
                )


def test_two_of_the_same_never_overlap_in_time(cast: Cast) -> None:
    with cast.scope():
        one = Assignment.objects.for_tenant(cast.harbor).filter(letter="R").order_by("id").first()
        assert one is not None
        one.pk, one.valid_from = None, AT.date()
        with pytest.raises(DatabaseError, match="no_two_alike_at_once"), transaction.atomic():
            one.save(force_insert=True)
        one.rank = 2
        one.save(force_insert=True)
