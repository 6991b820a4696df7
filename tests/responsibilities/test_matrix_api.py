"""A version for programs: what it says, its hash, who signed it."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client

from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Side
from responsibilities.actions import drafting
from responsibilities.domain import content as contents
from responsibilities.models import Acceptance
from tests.cast import Cast
from tests.responsibilities import agreeing
from tests.responsibilities.agreeing import AT, hash_of, open_one

pytestmark = pytest.mark.django_db
MATRIX = "/api/v1/matrix/"


@pytest.fixture
def reader(cast: Cast) -> Client:
    return cast.api(cast.key(cast.harbor, "k_read"))


def test_what_is_in_force_is_answered_with_its_hash_and_both_signatures(cast: Cast, reader: Client) -> None:
    version = agreeing.in_force(cast)
    body = reader.get(MATRIX).json()
    assert (body["version"], body["state"], body["hash"]) == (1, "in_force", version.content_hash)
    assert body["mark"] == contents.mark(version.content_hash)
    assert body["signed"] is True
    assert [(one["side"], one["name"], one["at"]) for one in body["signatures"]] == [
        ("internal", "Iris", "2026-11-24T16:00:00Z"),
        ("provider", "Tess", "2026-11-24T16:00:00Z"),
    ]
    line = next(line for line in body["content"]["lines"] if (line["about"], line["place"]) == ("backup.jobs", ""))
    assert {(one["letter"], one["party"], one["hours"]) for one in line["held"]} == {("A", "internal", ""), ("R", "internal", "business")}
    assert body["content"]["duties"]["backup.jobs"]["name"] == "Backup job monitoring"


def test_whoever_reads_it_can_compute_the_hash_without_us(cast: Cast, reader: Client) -> None:
    agreeing.in_force(cast)
    body = reader.get(MATRIX).json()
    text = json.dumps(body["content"], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == body["hash"]


def test_a_draft_is_asked_for_by_its_number(cast: Cast, reader: Client) -> None:
    agreeing.in_force(cast)
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=AT)
        expected = hash_of(open_one(cast))
    body = reader.get(MATRIX, {"version": "2"}).json()
    assert (body["state"], body["hash"], body["signatures"], body["in_force_at"]) == ("draft", expected, [], None)
    assert reader.get(MATRIX).json()["version"] == 1


def test_what_it_was_signed_with_is_told_and_stays_when_it_is_accepted_no_longer(cast: Cast, reader: Client) -> None:
    agreeing.in_force(cast)
    signed_with = reader.get(MATRIX).json()["acceptances"]
    gap = next(one for one in signed_with if (one["code"], one["duty"]) == ("R_GAP", "backup.jobs"))
    assert (gap["place"], gap["reason"], gap["accepted_by"]) == ("", "Until the new desk opens.", "Lena")
    with cast.scope():
        Acceptance.objects.for_tenant(cast.harbor).update(ended_at=AT + timedelta(days=1))
    assert reader.get(MATRIX).json()["acceptances"] == signed_with


def test_while_nothing_is_in_force_the_open_one_says_that_it_is_not_signed(reader: Client) -> None:
    body = reader.get(MATRIX).json()
    assert (body["version"], body["state"], body["signed"], body["signatures"]) == (1, "draft", False, [])
    assert body["hash"] == reader.get(MATRIX, {"version": "1"}).json()["hash"]


def test_a_client_without_a_matrix_is_a_404_that_says_what_to_do(cast: Cast) -> None:
    bare = Organisation.objects.create(kind="CLIENT", name="Bare Clinics", slug="bare-clinics", created_at=AT)
    answer = cast.api(cast.key(bare, "k_read")).get(MATRIX)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "chooses a template first" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("number", "status"), [("7", 404), ("0", 404), ("x", 400), ("-1", 400), ("1e9", 400), ("9" * 20, 400), ("\u0661", 400)]
)
def test_a_number_that_is_none_or_nobodys_is_refused_in_words(reader: Client, number: str, status: int) -> None:
    answer = reader.get(MATRIX, {"version": number})
    assert answer.status_code == status
    assert answer.json()["errors"]["version"]


def test_who_may_read_it(cast: Cast) -> None:
    desk = cast.api(cast.key(cast.northwind, "k_desk"))
    assert desk.get(MATRIX, {"client": "pine-clinics", "version": "1"}).status_code == 200
    assert desk.get(MATRIX, {"version": "1"}).status_code == 400, "a provider's key names its client"
    assert cast.api(cast.key(cast.harbor, "k_evidence", Side.INTERNAL)).get(MATRIX, {"version": "1"}).status_code == 403
    assert cast.api(cast.key(cast.elsewhere, "k_desk")).get(MATRIX, {"client": "harbor-dental"}).status_code == 404
    assert Client().get(MATRIX).status_code == 401


def test_it_costs_a_fixed_number_of_queries(cast: Cast, reader: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    agreeing.in_force(cast)
    reader.get(MATRIX)
    with django_assert_max_num_queries(12):
        reader.get(MATRIX)
