"""Answers and findings for programs."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.accounts import access
from responsibilities import catalogue
from responsibilities.actions import accepting, findings
from responsibilities.models import Assignment, Duty, Place, Row, Version
from tests.cast import Cast
from tests.responsibilities.lines import clinic, give, named

pytestmark = pytest.mark.django_db
ANSWERS, FINDINGS = "/api/v1/answers/", "/api/v1/findings/"


@pytest.fixture
def reader(cast: Cast) -> Client:
    return cast.api(cast.key(cast.harbor, "k_read"))


def test_one_duty_is_answered_at_a_moment(reader: Client) -> None:
    body = reader.get(ANSWERS, {"duty": "backup.jobs", "at": "2026-11-24T20:00:00Z"}).json()
    (answer,) = body["results"]
    assert body["next"] is None
    assert (answer["duty"], answer["at"], answer["side"], answer["subject"]) == (
        "backup.jobs",
        "2026-11-24T20:00:00Z",
        "internal",
        "Internal IT",
    )
    assert (answer["hours"], answer["until"], answer["signed"], answer["nobody"]) == ("business", "2026-11-24T23:30:00Z", False, False)
    assert answer["letters"]["A"] == ["internal"]
    assert answer["trace"]


def test_nobody_is_said_as_such(reader: Client) -> None:
    (answer,) = reader.get(ANSWERS, {"duty": "backup.jobs", "at": "2026-11-25T04:00:00Z"}).json()["results"]
    assert (answer["nobody"], answer["subject"], answer["letters"]["R"]) == (True, "nobody", [])


def test_an_answer_names_the_place_the_party_the_team_and_the_person(cast: Cast, reader: Client) -> None:
    named(cast, "Tariq", "Tess")
    row = clinic(cast)
    with cast.scope():
        give(cast, row, hours="AFTER", party="INTERNAL", person=cast.people["Ivo"])
    asked = {"duty": "backup.jobs", "at": "2026-11-25T04:00:00Z"}
    (everywhere,) = reader.get(ANSWERS, asked).json()["results"]
    (there,) = reader.get(ANSWERS, asked | {"place": "eastside"}).json()["results"]
    words = ("place", "party", "team", "person", "subject", "side")
    assert [everywhere[word] for word in words] == ["", "provider", "Night desk", "Tess", "Tess", "provider"]
    assert [there[word] for word in words] == ["eastside", "internal", "", "Ivo", "Ivo", "internal"]
    assert there["because"] == "Rule of Eastside clinic: Ivo (Internal IT) does it at night."


def test_nobody_has_no_party_and_a_queue_no_person(reader: Client) -> None:
    day, night = (
        reader.get(ANSWERS, {"duty": "backup.jobs", "at": at}).json()["results"][0]
        for at in ("2026-11-24T20:00:00Z", "2026-11-25T04:00:00Z")
    )
    assert (night["party"], night["team"], night["person"]) == (None, "", "")
    assert (day["party"], day["team"], day["person"]) == ("internal", "", "")


@pytest.mark.parametrize("place", ["nowhere", "x" * 500, "eastside"])
def test_a_place_that_is_not_there_is_a_404_with_words(cast: Cast, reader: Client, place: str) -> None:
    with cast.scope():
        Place.objects.create(tenant=cast.harbor, key="eastside", name="Eastside", kind="SITE", retired_at=timezone.now())
    answer = reader.get(ANSWERS, {"duty": "backup.jobs", "place": place})
    assert (answer.status_code, answer.json()["title"]) == (404, "No such place")
    assert "no place of this key" in answer.json()["detail"]


def test_all_answers_take_as_few_questions_as_one(cast: Cast, reader: Client) -> None:
    clinic(cast)
    for asked in ({}, {"duty": "backup.jobs"}, {"place": "eastside"}):
        reader.get(ANSWERS, asked)
        with CaptureQueriesContext(connection) as caught:
            assert reader.get(ANSWERS, asked).status_code == 200
        own = [query["sql"] for query in caught if any(table in query["sql"] for table in ("responsibilities_", "accounts_engagement"))]
        assert len(own) == 3, "\n".join(own)


def test_without_a_duty_all_are_answered_in_the_order_of_the_matrix(reader: Client) -> None:
    results = reader.get(ANSWERS).json()["results"]
    assert [answer["duty"] for answer in results] == list(catalogue.duties())


@pytest.mark.parametrize(
    "at",
    ["2026-11-24T14:00:00-06:00", "2026-11-24T14:00:00", "2026-11-24T20:00Z", "2026-11-24T20:00:00+00:00", "2026-11-24T20:00:00 00:00"],
)
def test_a_moment_may_be_written_in_any_offset_or_in_the_clients_time(reader: Client, at: str) -> None:
    (answer,) = reader.get(ANSWERS, {"duty": "backup.jobs", "at": at}).json()["results"]
    assert answer["until"] == "2026-11-24T23:30:00Z"


@pytest.mark.parametrize("at", ["soon", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1e999"])
def test_a_moment_that_cannot_be_read_is_a_400_with_words(reader: Client, at: str) -> None:
    answer = reader.get(ANSWERS, {"at": at})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Write a moment like" in answer.json()["detail"]


@pytest.mark.parametrize("duty", ["no.such-duty", "x" * 500])
def test_an_unknown_duty_is_a_404_with_words(reader: Client, duty: str) -> None:
    answer = reader.get(ANSWERS, {"duty": duty})
    assert (answer.status_code, answer.json()["title"]) == (404, "No such duty")


def test_findings_are_filtered_and_paged(reader: Client) -> None:
    everything = reader.get(FINDINGS, {"limit": 200}).json()
    blocking = [row for row in everything["results"] if row["blocks"]]
    assert len(blocking) == 17
    assert {one["code"] for one in blocking} == {"R_GAP", "R_MISSING"}
    one = reader.get(FINDINGS, {"duty": "backup.jobs", "code": "R_GAP", "state": "open"}).json()["results"]
    assert [(row["severity"], row["blocks"], row["state"], row["duty"]) for row in one] == [("critical", True, "open", "backup.jobs")]
    assert (one[0]["minutes_a_week"], one[0]["next_gap_at"] is not None) == (118 * 60, True)
    missing = reader.get(FINDINGS, {"code": "R_MISSING"}).json()["results"]
    assert [(row["duty"], row["minutes_a_week"], row["next_gap_at"]) for row in missing] == [("monitoring.after-hours", None, None)]
    assert reader.get(FINDINGS, {"state": "closed"}).json()["results"] == []
    first = reader.get(FINDINGS, {"limit": 10}).json()
    second = reader.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert len(ids) == len(set(ids)) == 20


def test_a_finding_says_where_it_is_until_when_it_is_accepted_and_whether_it_is_of_a_draft(cast: Cast, reader: Client) -> None:
    asked = {"duty": "cloud.workloads", "code": "R_GAP"}
    (row,) = reader.get(FINDINGS, asked).json()["results"]
    assert (row["place"], row["accepted_until"], row["accepted_by"], row["of_draft"]) == ("", None, None, False)
    with cast.as_("Iris") as by:
        until = timezone.localdate() + timedelta(days=30)
        acceptance = accepting.accept(row["id"], reason="Until the night desk begins.", until=until, by=by, at=timezone.now())
    (row,) = reader.get(FINDINGS, asked).json()["results"]
    assert datetime.fromisoformat(row["accepted_until"]) == acceptance.expires_at
    assert (row["accepted_by"], row["blocks"], row["state"]) == ("Iris", True, "open")


def test_a_gap_of_a_site_is_measured_at_the_site(cast: Cast) -> None:
    with cast.scope():
        harbor = cast.harbor.pk
        site = Place.objects.create(tenant_id=harbor, key="clinic", name="Clinic", kind="SITE", zone="")
        version = Version.objects.for_tenant(harbor).get()
        duty = Duty.objects.for_tenant(harbor).get(key="support.intake")
        row = Row.objects.create(tenant_id=harbor, version=version, duty=duty, place=site)
        Assignment.objects.create(tenant_id=harbor, version=version, row=row, letter="R", party="", hours="BUSINESS")
        findings.recheck(version, by=access.system(cast.harbor), at=timezone.now())
    reader = cast.api(cast.key(cast.harbor, "k_read"))
    (gap,) = reader.get(FINDINGS, {"duty": "support.intake", "code": "R_GAP"}).json()["results"]
    assert (gap["place"], gap["minutes_a_week"], gap["next_gap_at"] is not None) == ("clinic", 50 * 60, True)


@pytest.mark.parametrize("cursor", ["nonsense", "cD1ub25zZW5zZQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "bz0tMQ=="])
def test_a_cursor_that_is_none_of_ours_is_a_400(reader: Client, cursor: str) -> None:
    answer = reader.get(FINDINGS, {"cursor": cursor})
    assert answer.status_code in {200, 400}
    if cursor in {"nonsense", "cD1ub25zZW5zZQ=="}:
        assert (answer.status_code, answer.json()["title"]) == (400, "Unknown cursor")


@pytest.mark.parametrize(("address", "name"), [(ANSWERS, "duty"), (ANSWERS, "place"), (FINDINGS, "duty"), (FINDINGS, "code")])
def test_a_word_that_no_database_can_hold_is_a_400(reader: Client, address: str, name: str) -> None:
    assert reader.get(address, {name: "backup\x00jobs"}).status_code == 400


def test_an_unknown_state_is_a_400(reader: Client) -> None:
    assert reader.get(FINDINGS, {"state": "ajar"}).status_code == 400


def test_a_providers_key_names_its_client(cast: Cast) -> None:
    desk = cast.api(cast.key(cast.northwind, "k_desk"))
    assert desk.get(ANSWERS, {"duty": "backup.jobs"}).status_code == 400
    assert desk.get(ANSWERS, {"duty": "backup.jobs", "client": "pine-clinics"}).json()["results"][0]["subject"] == "Northwind MSP"
    assert desk.get(FINDINGS, {"client": "pine-clinics"}).status_code == 403, "a desk key reads no findings"


def test_no_key_no_answer_and_no_other_clients_answer(cast: Cast, reader: Client) -> None:
    assert Client().get(ANSWERS).status_code == 401
    assert reader.get(ANSWERS, {"client": "pine-clinics"}).status_code == 404
    assert reader.post(ANSWERS).status_code in {403, 405}
    outsider = cast.api(cast.key(cast.elsewhere, "k_desk"))
    assert outsider.get(ANSWERS, {"client": "harbor-dental"}).status_code == 404
