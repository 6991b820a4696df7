"""Versions as the tests need them: proposed, signed, in force, by the people of both sides and the product's own actions."""

from datetime import UTC, datetime, timedelta

from comanaged.accounts.models import Organisation
from responsibilities.actions import versions
from responsibilities.domain import content as contents
from responsibilities.models import Acceptance, Version
from responsibilities.queries import blocking, signing
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def open_one(cast: Cast, tenant: Organisation | None = None) -> Version:
    """Return the open version."""
    rows = Version.objects.for_tenant(tenant or cast.harbor).filter(state__in=Version.OPEN)
    return rows.select_related("tenant").get()


def hash_of(version: Version, at: datetime = AT) -> str:
    """Return the hash of what the rows of a version say."""
    return contents.digest(contents.canonical(signing.content_of(version, at)))


def accept_all(cast: Cast, at: datetime = AT) -> int:
    """Let Lena accept everything that blocks the open version; return how much that was."""
    found = [one for one in blocking.blocking(open_one(cast), at) if one.acceptance is None]
    for one in found:
        code, place, duty, subject = one.finding.key
        Acceptance.objects.create(
            tenant=cast.harbor,
            code=code,
            place=place,
            duty_key=duty,
            subject=subject,
            severity=one.finding.severity,
            reason="Until the new desk opens.",
            user=cast.people["Lena"],
            accepted_by="Lena",
            accepted_at=at,
            expires_at=at + timedelta(days=90),
        )
    return len(found)


def propose(cast: Cast, name: str = "Iris", at: datetime = AT) -> Version:
    """Let somebody propose the open version as it stands."""
    with cast.as_(name) as person:
        version = open_one(cast)
        return versions.propose(version.number, seen=hash_of(version, at), by=person, at=at)


def sign(cast: Cast, name: str, at: datetime = AT) -> versions.Signed:
    """Let somebody sign what is proposed."""
    with cast.as_(name) as person:
        version = open_one(cast)
        return versions.sign(version.number, seen=version.content_hash, typed_name=name, by=person, at=at)


def in_force(cast: Cast, at: datetime = AT) -> Version:
    """Bring the open version into force: everything accepted, both sides signed."""
    with cast.scope():
        accept_all(cast, at)
    propose(cast, at=at)
    sign(cast, "Iris", at)
    return sign(cast, "Tess", at).version
