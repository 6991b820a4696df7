"""The demonstration: a believable month, the same each time, with the hole that everyone comes to see."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation, User
from comanaged.audit.models import Entry
from comanaged.local.demo import load
from comanaged.notices.models import Notice
from monitoring.models import Alert, Verdict
from responsibilities import queries as responsibilities
from responsibilities.models import Attestation, Finding
from responsibilities.queries import attested
from tickets.models import InboundMail, Incident, Outcome, ReviewSignature, Ticket

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # a Tuesday at noon in Chicago
NIGHT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # three in the morning there
PASSWORD = "a harbour full of boats"  # noqa: S105 - of people who do not exist


@pytest.fixture(scope="module")
def month(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The loaded month, once for all tests of this file; taken back afterwards."""
    from django.db import transaction  # noqa: PLC0415

    with django_db_blocker.unblock(), transaction.atomic():
        assert load.load(PASSWORD, now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def harbor(month: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        found = Organisation.objects.get(slug="harbor-dental")
        with tenancy.only([found.pk]):
            yield found


def test_nobody_answers_for_monitoring_at_night(harbor: Organisation) -> None:
    answer = responsibilities.who_answers(harbor.pk, "monitoring.after-hours", NIGHT)
    assert answer.nobody


def test_pine_has_signed_and_its_night_desk_answers_by_name(month: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        pine = Organisation.objects.get(slug="pine-clinics")
        with tenancy.only([pine.pk]):
            answer = responsibilities.who_answers(pine.pk, "monitoring.after-hours", NIGHT)
            assert (answer.signed, answer.version, answer.team) == (True, 1, "Night desk")
            assert answer.person in {"Tariq", "Tess"}
            hands = responsibilities.who_answers(pine.pk, "support.onsite", NOW, "eastside")
            assert (hands.subject, hands.accountable) == ("Users", "Internal IT")
            draft = responsibilities.open_version(pine.pk)
            assert draft is not None
            assert draft.number == 2


def test_pine_and_northwind_were_asked_apart_and_do_not_agree_on_all(month: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        pine = Organisation.objects.get(slug="pine-clinics")
        with tenancy.only([pine.pk]):
            measure = attested.agreement(pine.pk, NOW)
            assert (measure.asked, measure.same) == (10, 6)
            rows = Finding.objects.for_tenant(pine).filter(code__startswith="BLIND_", state="OPEN", of_draft=False)
            assert {row.code for row in rows} == {"BLIND_ORPHAN", "BLIND_DOUBLE", "BLIND_PAPER", "BLIND_UNSURE"}


def test_a_round_at_harbor_waits_for_those_who_are_asked(harbor: Organisation) -> None:
    (asked,) = Attestation.objects.for_tenant(harbor)
    assert asked.closed_at is None
    assert attested.agreement(harbor.pk, NOW).asked == 0


def test_there_is_work_open_and_work_done_on_both_sides(harbor: Organisation) -> None:
    rows = Ticket.objects.for_tenant(harbor)
    assert {(row.side, row.state) for row in rows} >= {("INTERNAL", "NEW"), ("INTERNAL", "CLOSED"), ("PROVIDER", "CLOSED")}
    assert Alert.objects.for_tenant(harbor).open().exists()


def test_nothing_happened_in_the_future(harbor: Organisation) -> None:
    assert not Ticket.objects.for_tenant(harbor).filter(last_at__gt=NOW).exists()
    assert not Entry.objects.for_tenant(harbor).filter(at__gt=NOW).exists()


def test_the_backups_show_one_job_that_stopped_in_silence(harbor: Organisation) -> None:
    failing = Verdict.objects.for_tenant(harbor).current().failing()
    assert {row.job for row in failing} == {"Mail and cloud files"}
    assert Finding.objects.for_tenant(harbor).filter(closed_at__isnull=True, subject__icontains="Mail and cloud files").exists()


def test_mail_of_the_past_month_is_not_sent_today(harbor: Organisation) -> None:
    assert Notice.objects.for_tenant(harbor).exists()
    assert not Notice.objects.for_tenant(harbor).filter(sent_at__isnull=True).exists()


def test_everyone_stands_where_the_printed_list_says(harbor: Organisation) -> None:
    standings = {user.name: {actor.tenant.slug for actor in access.actors_of(user, NOW)} for user in User.objects.all()}
    assert standings["Tariq"] == {"northwind", "harbor-dental", "pine-clinics"}
    assert standings["Olga"] == {"lakeside"}
    assert [user.name for user in User.objects.all() if not user.has_usable_password()] == ["Jo Reyes"]  # who only asks, by a mailed code


def test_a_mail_became_a_request_one_waits_for_a_person_and_a_machines_changed_nothing(harbor: Organisation) -> None:
    mails = InboundMail.objects.for_tenant(harbor).order_by("id")
    assert [one.outcome for one in mails] == [Outcome.OPENED, Outcome.HELD, Outcome.AUTOMATIC]
    ticket = Ticket.objects.for_tenant(harbor).get(origin_kind="mail")
    assert ticket.requester is not None
    assert (ticket.title, ticket.requester.name) == ("Labels are blank", "Jo Reyes")


def test_an_incident_waits_for_the_clients_signature(month: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        pine = Organisation.objects.get(slug="pine-clinics")
        with tenancy.only([pine.pk]):
            found = Incident.objects.for_tenant(pine).get()
            assert (found.state, found.reviewed_at) == ("ENDED", None)
            assert [one.side for one in ReviewSignature.objects.for_tenant(pine)] == ["PROVIDER"]


def test_a_second_loading_changes_nothing(harbor: Organisation) -> None:
    before = Ticket.objects.for_tenant(harbor).count()
    assert not load.load(PASSWORD, now=NOW)
    assert Ticket.objects.for_tenant(harbor).count() == before


def test_an_offer_waits_a_ticket_waits_and_one_crossed(harbor: Organisation) -> None:
    rows = Ticket.objects.for_tenant(harbor)
    offered = rows.get(offer_kind="OFFER")
    assert (offered.declines, offered.crossings) == (1, 0)
    assert offered.packet["next"].endswith("version 7.2.")
    waits = rows.get(wait_reason="requester")
    assert (waits.state, waits.wait_for) == ("WAITING", "Lena")
    with tenancy.only([Organisation.objects.get(slug="pine-clinics").pk]):
        crossed = Ticket.objects.for_tenant(Organisation.objects.get(slug="pine-clinics")).filter(crossings=1)
        assert [one.title for one in crossed] == ["New badges do not open the back door"]
    assert not rows.filter(watch_at__lte=NOW).exists(), "what was due by itself was done"
