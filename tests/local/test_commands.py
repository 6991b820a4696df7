"""The commands that make one thing: one JSON object, or one sentence and exit code 2."""

import io
import json
import sys
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation, User
from responsibilities import queries as responsibilities
from tests.cast import Cast


def made(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    """Run a command and return the one object it printed."""
    call_command(*words)
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    return found


def refused(*words: str) -> str:
    """Run a command that must be refused; return its sentence."""
    with pytest.raises(CommandError) as refusal:
        call_command(*words)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def test_a_provider_and_a_client_it_serves_are_made_with_a_matrix(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(capsys, "create_provider", "Northwind MSP", "--slug", "northwind") == {"provider": "northwind"}
    words = ["create_client", "Harbor Dental", "--slug", "harbor-dental", "--template", "overflow-helpdesk"]
    client = made(capsys, *words, "--zone", "America/Chicago", "--provider", "northwind")
    assert client == {"client": "harbor-dental", "address": "/harbor-dental/"}
    harbor = Organisation.objects.get(slug="harbor-dental")
    assert access.provider_of(harbor.pk, timezone.now()) == Organisation.objects.get(slug="northwind")
    with tenancy.only([harbor.pk]):
        assert responsibilities.duties_of(harbor.pk)


def test_a_client_is_closed_on_the_public_holidays_it_names(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["create_client", "Harbor", "--slug", "harbor", "--template", "overflow-helpdesk", "--zone", "America/Chicago"]
    made(capsys, *words, "--holidays", "us-il")
    harbor = Organisation.objects.get(slug="harbor")
    with tenancy.only([harbor.pk]):
        for day, hours in ((24, "business"), (25, "after")):  # the 25th of December 2026 is a Friday
            noon = datetime(2026, 12, day, 18, tzinfo=UTC)
            assert responsibilities.who_answers(harbor.pk, "support.intake", noon).hours == hours
    assert "no country or part of one" in refused("create_client", "Other", "--slug", "other", "--holidays", "Atlantis")
    assert not Organisation.objects.filter(slug="other").exists()


def test_a_client_whose_matrix_cannot_begin_is_not_half_made(db: None) -> None:
    assert "There is no template 'nonsense'" in refused("create_client", "Harbor", "--slug", "harbor", "--template", "nonsense")
    assert not Organisation.objects.filter(slug="harbor").exists()


def test_what_does_not_exist_is_named_with_what_does(cast: Cast) -> None:
    assert refused("create_source", "harbour", "Checks") == "There is no client 'harbour'. Known: harbor-dental, pine-clinics."
    assert "There is no provider 'harbor-dental'" in refused("create_client", "New", "--slug", "new", "--provider", "harbor-dental")


def test_a_source_prints_the_address_that_takes_alerts(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    address = made(capsys, "create_source", "harbor-dental", "Checks", "--duty", "monitoring.triage")["address"]
    answer = cast.api("").post(address, {"title": "Disk is full"}, content_type="application/json")
    assert answer.status_code == 202
    assert "no duty 'no.such'" in refused("create_source", "harbor-dental", "Checks", "--duty", "no.such")


def test_a_key_opens_what_its_kind_opens(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    key = made(capsys, "create_key", "harbor-dental", "--kind", "k_read", "--days", "30")["key"]
    assert cast.api(key).get("/api/v1/tickets/").status_code == 200
    assert "between 1 and 366 days" in refused("create_key", "harbor-dental", "--days", "900")


def test_a_person_is_invited_by_a_link_that_works(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    link = made(capsys, "create_person", "nora@example.org", "--name", "Nora", "--role", "c_tech", "--client", "harbor-dental")["link"]
    assert cast.api("").get(link.removeprefix("http://testserver")).status_code == 200
    assert not User.objects.filter(email="nora@example.org").exists()


def test_a_password_from_standard_input_opens_the_account_at_once(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a harbour full of boats\n"))
    words = ["create_person", "Nora@example.org", "--name", "Nora", "--role", "p_tech", "--client", "harbor-dental", "--password-stdin"]
    assert made(capsys, *words) == {"person": "nora@example.org"}
    nora = User.objects.get(email="nora@example.org")
    assert nora.check_password("a harbour full of boats")
    assert {actor.tenant.slug for actor in access.actors_of(nora, timezone.now())} == {"harbor-dental", "northwind"}


def test_a_weak_password_or_a_wrong_address_makes_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    where = ["--role", "c_tech", "--client", "harbor-dental", "--password-stdin"]
    assert "too short" in refused("create_person", "nora@example.org", *where)
    assert "valid email address" in refused("create_person", "nora", *where)
    assert not User.objects.filter(email__startswith="nora").exists()
