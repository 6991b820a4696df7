"""What integrations read and hand in: events, alerts with filters, backup lists; and what each refusal says."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comanaged import background
from comanaged.vocabulary import Side
from monitoring.models import Evidence
from tests.cast import Cast
from tests.monitoring.bodies import TWO_FIRING, VEEAM, sample
from tests.monitoring.build import alerts, read_all, sender

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
API = "/api/v1"


def reader(cast: Cast) -> Any:
    return cast.api(cast.key(cast.harbor, "k_read"))


def test_what_became_of_a_message_is_told_without_its_bytes(cast: Cast) -> None:
    watcher, client = sender(cast.harbor, "alertmanager"), reader(cast)
    event = watcher.posts(sample(TWO_FIRING)).json()["id"]
    assert client.get(f"{API}/events/{event}/").json()["outcome"] == "waiting"
    read_all(cast.harbor)
    told = client.get(f"{API}/events/{event}/").json()
    assert (told["outcome"], [one["change"] for one in told["alerts"]]) == ("read", ["open", "open"])
    assert len({one["ticket"] for one in told["alerts"]}) == 1
    assert "andromeda" not in str(told)
    assert cast.api(cast.key(cast.pine, "k_read")).get(f"{API}/events/{event}/").status_code == 404


def test_alerts_are_listed_by_state_severity_duty_and_ticket(cast: Cast) -> None:
    sender(cast.harbor, "alertmanager").says(sample(TWO_FIRING))
    sender(cast.harbor, duty="backup.jobs").says({"title": "Tape stuck", "asset": "t1", "severity": "warning"})
    client = reader(cast)

    def titles(question: str) -> list[str]:
        return sorted(row["title"] for row in client.get(f"{API}/alerts/?{question}").json()["results"])

    cpu = ["High CPU core temperature"] * 2
    assert titles("") == [*cpu, "Tape stuck"]
    assert titles("state=open&severity=critical") == cpu
    assert titles("duty=backup.jobs") == ["Tape stuck"]
    assert titles(f"ticket={alerts(cast.harbor)[0].ticket.number}") == cpu  # type: ignore[union-attr]
    assert titles("state=resolved") == []
    row = client.get(f"{API}/alerts/?severity=warning").json()["results"][0]
    assert (row["state"], row["severity"], row["client"], row["duty"]) == ("firing", "warning", "harbor-dental", "backup.jobs")
    assert row["side"] in ("internal", "provider")
    assert client.get(f"{API}/alerts/{row['id']}/").json() == row


@pytest.mark.parametrize("question", ["state=strange", "severity=purple", "ticket=0", "ticket=x", "cursor=x", "cursor=2026-01-01~1"])
def test_a_filter_nobody_knows_is_refused(cast: Cast, question: str) -> None:
    assert reader(cast).get(f"{API}/alerts/?{question}").status_code == 400


def test_the_list_goes_on_by_cursor_without_losing_any(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    for number in range(60):
        watcher.posts({"title": f"Trouble {number}", "asset": str(number)})
    read_all(cast.harbor)
    client, seen, address = reader(cast), [], f"{API}/alerts/?state=open"
    while address:
        page = client.get(address).json()
        seen += [row["title"] for row in page["results"]]
        address = page["next"] and "?".join(urlsplit(page["next"])[2:4])
    assert sorted(seen) == sorted(f"Trouble {number}" for number in range(60))


def test_an_integration_acknowledges_for_its_side(cast: Cast) -> None:
    sender(cast.harbor).says({"title": "Disk full"})
    (alert,) = alerts(cast.harbor)
    desk = cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))
    assert desk.post(f"{API}/alerts/{alert.public_id}/acknowledge/").json()["state"] == "acknowledged"
    assert reader(cast).post(f"{API}/alerts/{alert.public_id}/acknowledge/").status_code == 403


def test_a_backup_list_is_handed_in_as_a_body_or_as_a_file(cast: Cast) -> None:
    client = cast.api(cast.key(cast.harbor, "k_evidence"))
    asked = f"{API}/evidence/backup/?as_of=2020-07-30T02:00:00Z&zone=UTC"
    answer = client.post(asked, sample(VEEAM), content_type="text/csv")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["jobs"], told["runs"], told["as_of"]) == (7, 2343, "2020-07-30T02:00:00Z")
    again = client.post(asked, {"file": SimpleUploadedFile("x.csv", sample(VEEAM))})
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    assert background.sweep_table("monitoring.judge") == 1
    with cast.scope():
        assert Evidence.objects.for_tenant(cast.harbor).get().outcome == "7 jobs, 4 not fresh, 1 failing again and again"


def test_the_same_request_under_one_idempotency_key_has_one_effect(cast: Cast) -> None:
    client, once = cast.api(cast.key(cast.harbor, "k_evidence")), {"Idempotency-Key": "nightly-1"}
    asked, body = f"{API}/evidence/backup/?as_of=2020-07-30T02:00:00Z&zone=UTC", b"JobName,Result,Date\na,Success,7/29/2020\n"
    first, again = (client.post(asked, body, content_type="text/csv", headers=once) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])
    unclear = client.post(f"{API}/evidence/backup/", body, content_type="text/csv", headers=once)
    assert (unclear.status_code, list(unclear.json()["errors"])) == (400, ["as_of"])
    sender(cast.harbor).says({"title": "Disk full"})
    (alert,) = alerts(cast.harbor)
    desk = cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))
    one, two = (desk.post(f"{API}/alerts/{alert.public_id}/acknowledge/", headers=once) for _ in range(2))
    assert (one.status_code, two.status_code) == (200, 200)
    assert one.json() == two.json()


def test_a_moment_without_offset_is_in_the_lists_zone(cast: Cast) -> None:
    client = cast.api(cast.key(cast.harbor, "k_evidence"))
    body = b"JobName,Result,Date\na,Success,7/29/2020\n"
    told = client.post(f"{API}/evidence/backup/?as_of=2020-07-30T02:00:00", body, content_type="text/csv").json()
    assert (told["as_of"], told["zone"]) == ("2020-07-30T07:00:00Z", "America/Chicago")


@pytest.mark.parametrize(
    ("question", "body", "status"),
    [
        ("", b"", 422), ("", b"a,b\n", 422), ("", b"\xff\x00" * 50, 422), ("as_of=soon", b"JobName,Result,Date\na,Success,7/29/2020\n", 400),
        ("zone=Nowhere", b"x", 400), ("date_order=xyz", b"x", 400), ("as_of=2999-01-01T00:00:00Z", b"JobName,Result,Date\na,Success,7/29/2020\n", 422),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_taken_is_refused_with_the_reason(cast: Cast, question: str, body: bytes, status: int) -> None:
    client = cast.api(cast.key(cast.harbor, "k_evidence"))
    answer = client.post(f"{API}/evidence/backup/?{question}", body, content_type="text/csv")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_for_evidence_reads_nothing_and_a_reader_hands_in_nothing(cast: Cast) -> None:
    assert cast.api(cast.key(cast.harbor, "k_evidence")).get(f"{API}/alerts/").status_code == 403
    assert reader(cast).post(f"{API}/evidence/backup/", b"x", content_type="text/csv").status_code == 403


def test_as_of_is_now_when_not_said(cast: Cast) -> None:
    client = cast.api(cast.key(cast.harbor, "k_evidence"))
    told = client.post(f"{API}/evidence/backup/", b"JobName,Result,Date\na,Success,7/29/2020\n", content_type="text/csv").json()
    assert datetime.fromisoformat(told["as_of"]).date() == datetime.now(UTC).date()
