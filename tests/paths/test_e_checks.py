"""Path e: checks fall due by themselves, for every client at once; silence is unknown, with a finding, and a list ends it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts.models import Organisation
from monitoring import tasks
from responsibilities.models import Finding
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
SILENCE = ("EVIDENCE_STALE", "EVIDENCE_MISSING")


def silence(client: Organisation) -> list[str]:
    with tenancy.only([client.pk]):
        return list(Finding.objects.for_tenant(client).filter(state="OPEN", code__in=SILENCE).values_list("code", flat=True))


def hand_in(cast: Cast, hours_ago: int) -> None:
    run = timezone.now() - timedelta(hours=hours_ago)
    client = cast.api(cast.key(cast.harbor, "k_evidence"))
    content = f"JobName,Result,Date\nfiles,Success,{run:%m/%d/%Y %H:%M}\n".encode()
    answer = client.post(f"/api/v1/evidence/backup/?zone=UTC&as_of={run:%Y-%m-%dT%H:%M}", content, content_type="text/csv")
    assert answer.status_code == 201
    background.sweep()


def test_silence_is_found_for_every_client_and_ended_by_evidence(cast: Cast) -> None:
    tasks.run_due()
    assert silence(cast.harbor) == silence(cast.pine) == ["EVIDENCE_MISSING"]
    hand_in(cast, hours_ago=30)
    assert silence(cast.harbor) == ["EVIDENCE_STALE"]
    page = cast.browser("Iris").get("/harbor-dental/proof/backups/").content.decode()
    assert "0 break a limit, 1 unknown, 0 in order" in page
    hand_in(cast, hours_ago=1)
    assert silence(cast.harbor) == []
    assert silence(cast.pine) == ["EVIDENCE_MISSING"]
    page = cast.browser("Iris").get("/harbor-dental/proof/backups/").content.decode()
    assert "0 break a limit, 0 unknown, 1 in order" in page
