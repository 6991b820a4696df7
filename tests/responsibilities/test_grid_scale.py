"""The grid of a client with very many places: folded, few questions to the database, small enough to send."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.vocabulary import Letter, Party
from responsibilities.actions import drafting
from responsibilities.models import Assignment, Duty, Place, Row, Version
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DRAFT = "/harbor-dental/matrix/draft/"
OWN_TABLES = ("responsibilities_", "audit_entry", "accounts_engagement")
SITES = 200


def everywhere(cast: Cast) -> None:
    """Let every duty be done otherwise at each of two hundred sites, in three ways, in the draft of version 2."""
    with cast.as_("Iris") as iris:
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", in_force_at=timezone.now(), content="{}", content_hash="0")
        draft = drafting.begin_draft(by=iris, at=timezone.now())
        places = Place.objects.bulk_create(
            Place(tenant=cast.harbor, key=f"site-{number}", name=f"Site {number}", kind="SITE") for number in range(SITES)
        )
        duties = list(Duty.objects.for_tenant(cast.harbor))
        rows = Row.objects.bulk_create(
            Row(tenant=cast.harbor, version=draft, duty=duty, place=place) for duty in duties for place in places
        )
        parties = [Party.VENDOR, Party.INTERNAL, Party.PROVIDER]
        Assignment.objects.bulk_create(
            Assignment(tenant=cast.harbor, version=draft, row=row, letter=Letter.R, party=parties[number % 3], hours="ALWAYS")
            for number, row in enumerate(rows)
        )


def test_seventy_duties_at_two_hundred_sites_are_folded(cast: Cast) -> None:
    everywhere(cast)
    browser = cast.browser("Iris")
    assert "at 67 places that do the same" in browser.get(DRAFT).content.decode()
    with CaptureQueriesContext(connection) as caught:
        page = browser.get(DRAFT).content
    own = [query["sql"] for query in caught if any(table in query["sql"] for table in OWN_TABLES)]
    assert len(own) <= 8, "\n".join(own)
    assert len(page) < 1.3 * 2**20
    assert page.count(b'class="site folded"') == 210


def test_one_duty_is_unfolded_and_one_site_is_read_alone(cast: Cast) -> None:
    everywhere(cast)
    browser = cast.browser("Iris")
    each = browser.get(DRAFT, {"open": "backup.jobs"}).content.decode()
    assert each.count('<tr id="s-backup-jobs--site-') == SITES
    alone = browser.get(DRAFT, {"site": "site-7"}).content.decode()
    assert alone.count('<tr id="d-') == 70
    assert 'class="site' not in alone
