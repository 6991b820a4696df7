"""Whom mail does not reach sees it in the portal, and so does who can act on it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.celery import app
from comanaged.notices import actions as notices
from comanaged.notices import mailing
from comanaged.notices.kinds import Kind
from comanaged.notices.models import Notice
from tests.cast import Cast
from tests.notices.mailboxes import mailbox
from tests.tickets.letters import deliver, letter
from tickets.actions import contacts
from tickets.models import Contact

app.loader.import_default_modules()
pytestmark = pytest.mark.django_db(transaction=True)
OWN, PEOPLE = "/account/notices/", "/harbor-dental/people/"
TARIQ, ROSA = "tariq@example.test", "rosa@client.example"
REFUSED = "Mail to you does not arrive since"
NOT_THERE = "Mail to this address does not arrive since"


@pytest.fixture(autouse=True)
def open_door() -> None:
    mailing.shut_until = 0.0


def send(cast: Cast, address: str, settings: Any, *, refuses: bool) -> None:
    """Queue one notice to an address, and let a worker send it to a mail server that takes it or does not."""
    at = timezone.now()
    person = access.Person(cast.people["Tariq"].pk if address == TARIQ else 0, "Somebody", address, "p_tech", access.Side.PROVIDER)
    with cast.scope():
        key, token = f"k{uuid.uuid4()}", uuid.uuid4()
        notices.queue(tenant=cast.harbor.pk, to=[person], subject="s", text="t", key=key, at=at, kind=Kind.INCIDENT)
        row = Notice.objects.for_tenant(cast.harbor).get(key=key)
        Notice.objects.for_tenant(cast.harbor).filter(pk=row.pk).update(lease_token=token)
    with mailbox(settings) as box:
        if refuses:
            box.refuses.add(address)
        notices.deliver(row.pk, tenant=cast.harbor.pk, token=token, at=at)


def page(cast: Cast, name: str, path: str) -> str:
    return cast.browser(name).get(path).content.decode()


def test_a_refused_mail_shows_to_its_person_and_to_managers_and_to_nobody_else(cast: Cast, settings: Any) -> None:
    send(cast, TARIQ, settings, refuses=False)
    assert REFUSED not in page(cast, "Tariq", OWN)
    send(cast, TARIQ, settings, refuses=True)
    assert REFUSED in page(cast, "Tariq", OWN)
    assert "1 mail was refused or came back" in page(cast, "Tariq", OWN)
    assert REFUSED not in page(cast, "Tess", OWN)
    assert page(cast, "Iris", PEOPLE).count(NOT_THERE) == 1
    assert page(cast, "Provider administrator", PEOPLE).count(NOT_THERE) == 1
    assert NOT_THERE not in page(cast, "Ivo", PEOPLE)
    assert NOT_THERE not in page(cast, "Pine's manager", "/pine-clinics/people/")


def test_what_was_taken_back_or_is_long_ago_is_no_trouble(cast: Cast, settings: Any) -> None:
    send(cast, TARIQ, settings, refuses=True)
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).filter(failed_at__isnull=False)
        rows.update(failed_at=timezone.now() - timedelta(days=31))
        assert rows.exists()
    assert REFUSED not in page(cast, "Tariq", OWN)
    with cast.scope():
        rows.update(failed_at=timezone.now(), text="")
    assert REFUSED not in page(cast, "Tariq", OWN)


def test_a_bounce_of_what_somebody_of_staff_was_sent_shows_there_once_a_day(cast: Cast) -> None:
    bounce = letter(
        "mailer-daemon@mx.example",
        f"This is the mail system at host mx.example.\n\n<{TARIQ}>: host mx said: 550 5.1.1 User unknown\n",
        subject="Undelivered Mail Returned to Sender",
        X_Failed_Recipients=TARIQ,
    )
    for _ in range(3):
        row = deliver(cast, bounce.replace(b"Message-ID: <", f"Message-ID: <{uuid.uuid4()}".encode()), at=timezone.now())
        assert row.outcome == "AUTOMATIC"
    assert "1 mail was refused or came back" in page(cast, "Tariq", OWN)
    assert page(cast, "Iris", PEOPLE).count(NOT_THERE) == 1


def test_what_was_refused_is_forgotten_once_mail_to_the_address_is_taken(cast: Cast, settings: Any) -> None:
    send(cast, TARIQ, settings, refuses=True)
    send(cast, TARIQ, settings, refuses=False)
    assert REFUSED not in page(cast, "Tariq", OWN)
    assert NOT_THERE not in page(cast, "Iris", PEOPLE)
    send(cast, TARIQ, settings, refuses=True)
    assert REFUSED in page(cast, "Tariq", OWN)


def test_what_came_back_is_forgotten_once_a_later_mail_had_a_day_to_come_back_and_did_not(cast: Cast, settings: Any) -> None:
    person = access.Person(cast.people["Tariq"].pk, "Tariq", TARIQ, "p_tech", access.Side.PROVIDER)
    with cast.scope():
        notices.came_back(tenant=cast.harbor.pk, to=person, because="Mail came back", at=timezone.now() - timedelta(days=3))
    send(cast, TARIQ, settings, refuses=False)
    assert REFUSED in page(cast, "Tariq", OWN)
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).filter(sent_at__isnull=False)
        rows.update(sent_at=timezone.now() - timedelta(days=2))
        assert rows.exists()
    assert REFUSED not in page(cast, "Tariq", OWN)


def test_a_mail_server_that_takes_nothing_for_a_contact_marks_the_contact(cast: Cast, settings: Any) -> None:
    with cast.as_("Ivo") as ivo:
        contacts.add_contact(ROSA, "Rosa", by=ivo, at=timezone.now())
    send(cast, ROSA, settings, refuses=True)
    with cast.scope():
        row = Contact.objects.for_tenant(cast.harbor).get()
    assert row.bounced_at is not None
    assert "takes nothing for this address" in page(cast, "Ivo", "/harbor-dental/contacts/")


def test_the_page_of_people_asks_no_more_often_however_many_there_are(cast: Cast, settings: Any) -> None:
    send(cast, TARIQ, settings, refuses=True)
    browser = cast.browser("Iris")
    browser.get(PEOPLE)
    with CaptureQueriesContext(connection) as caught:
        browser.get(PEOPLE)
    assert len([one for one in caught if "notices_notice" in one["sql"]]) == 2  # once where all mail arrives


def test_who_is_a_member_of_nothing_sees_nothing_of_it(cast: Cast) -> None:
    with tenancy.only([cast.harbor.pk]):
        notices.came_back(
            tenant=cast.harbor.pk,
            to=access.Person(0, "Olga", "olga@example.test", "p_admin", access.Side.PROVIDER),
            because="Mail came back",
            at=timezone.now(),
        )
    assert REFUSED not in page(cast, "Olga", OWN)  # what happened at a client where she is not
