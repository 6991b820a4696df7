"""Path d: a backup list handed in by key becomes verdicts, findings and tickets; better evidence closes the findings, never the tickets."""

from pathlib import Path
from typing import Any

import pytest

from comanaged import background
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
LIST = (Path(__file__).parent.parent / "samples/payloads/veeam-br-sessions.csv").read_bytes()
STALE = ["VMware - File Server", "VMware - SQL Server", "VMware - Veeam Explorers", "VMware - Win/Linux -> Azure Blob"]
BACK = b'"JobName","Result","Date"\n' + b"".join(b'"%s","Success","7/30/2020 2:30:00 AM"\n' % job.encode() for job in STALE)


def hand_in(cast: Cast, content: bytes, as_of: str) -> Any:
    client = cast.api(cast.key(cast.harbor, "k_evidence"))
    answer = client.post(f"/api/v1/evidence/backup/?as_of={as_of}", content, content_type="text/csv")
    background.sweep()
    return answer


def found(cast: Cast, state: str) -> list[tuple[str, str]]:
    client = cast.api(cast.key(cast.harbor, "k_read"))
    rows = client.get(f"/api/v1/findings/?state={state}&limit=200").json()["results"]
    return sorted((row["code"], row["subject"]) for row in rows if row["code"].startswith("BACKUP_") and row["subject"])


def tickets(cast: Cast) -> list[tuple[str, str]]:
    rows = cast.api(cast.key(cast.harbor, "k_read")).get("/api/v1/tickets/").json()["results"]
    return sorted((row["asset"], row["state"]) for row in rows)


def test_a_list_opens_what_is_wrong_and_the_next_closes_what_is_proven(cast: Cast) -> None:
    answer = hand_in(cast, LIST, "2020-07-30T02:00:00")
    assert (answer.status_code, answer.json()["jobs"], answer.json()["runs"]) == (201, 7, 2343)
    assert found(cast, "open") == [("BACKUP_FAILED_STREAK", STALE[2]), *(("BACKUP_NOT_FRESH", job) for job in STALE)]
    assert tickets(cast) == [(job, "new") for job in STALE]

    hand_in(cast, BACK, "2020-07-30T03:00:00")
    assert found(cast, "open") == []
    assert len(found(cast, "closed")) == 5
    assert tickets(cast) == [(job, "new") for job in STALE]

    assert "4 break a limit" not in cast.browser("Lena").get("/harbor-dental/proof/backups/").content.decode()


def test_the_same_list_by_several_keys_is_one(cast: Cast) -> None:
    first, second = (hand_in(cast, LIST, "2020-07-30T02:00:00") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert len(tickets(cast)) == 4


@pytest.mark.parametrize(("as_of", "zone"), [("2020-07-30T02:00:00Z", "UTC"), ("2020-07-30T02:00:00-05:00", "America/Chicago")])
def test_a_moment_with_its_zone_finds_the_same(cast: Cast, as_of: str, zone: str) -> None:
    answer = hand_in(cast, LIST, as_of)
    assert answer.json()["zone"] == zone
    assert found(cast, "open") == [("BACKUP_FAILED_STREAK", STALE[2]), *(("BACKUP_NOT_FRESH", job) for job in STALE)]


def test_a_clock_in_utc_alone_does_not_move_a_list_of_local_times(cast: Cast) -> None:
    good = b'"JobName","Result","Date"\n"nightly","Success","7/30/2020 1:00:00 AM"\n'
    answer = hand_in(cast, good, "2020-07-30T07:00:00Z")
    assert (answer.json()["zone"], answer.json()["problems"]) == ("America/Chicago", [])
