"""A notice is a row first: it leaves when its reader wants it, alone or with others, at least once and under one name."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.celery import app
from comanaged.notices import actions as notices
from comanaged.notices import mailing
from comanaged.notices.domain import wording
from comanaged.notices.kinds import KINDS, Kind, chosen
from comanaged.notices.models import Notice
from tests.cast import Cast
from tests.notices.mailboxes import mailbox

app.loader.import_default_modules()

NIGHT = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)  # half past ten in Chicago
MORNING = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
EIGHT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def open_door() -> None:
    """No test finds a door that another one shut."""
    mailing.shut_until = 0.0


def person(cast: Cast, name: str) -> access.Person:
    found = access.person_of(cast.harbor.pk, cast.people[name].pk, NIGHT)
    assert found is not None
    return found


def wish(cast: Cast, name: str, *, quiet: bool = True, **vias: str) -> None:
    """Let somebody sleep from ten to half past six, and choose."""
    hours = (time(22), time(6, 30)) if quiet else None
    kinds = {Kind[word]: via for word, via in vias.items()}
    notices.prefer(cast.people[name].pk, kinds, zone="America/Chicago", quiet=hours, collected_at=time(8))


def tell(cast: Cast, *names: str, kind: Kind | None = Kind.WORK, key: str = "k", at: datetime = NIGHT, **more: Any) -> list[Notice]:
    with cast.scope():
        people = [person(cast, name) for name in names]
        return notices.queue(
            tenant=cast.harbor.pk, to=people, subject=f"about {key}", text=f"It is {key}.", key=key, at=at, kind=kind, **more
        )


def due(cast: Cast) -> dict[str, tuple[datetime, bool]]:
    with cast.scope():
        return {row.to_name: (row.due_at, row.collected) for row in Notice.objects.for_tenant(cast.harbor)}


def test_quiet_hours_put_off_what_can_wait(cast: Cast) -> None:
    wish(cast, "Ivo")
    tell(cast, "Ivo", "Iris")
    assert due(cast) == {"Ivo": (MORNING, False), "Iris": (NIGHT, False)}


@pytest.mark.parametrize("kind", [None, *(kind for kind in Kind if not chosen(kind))])
def test_what_has_no_choice_comes_at_once_whatever_was_kept(cast: Cast, kind: Kind | None) -> None:
    wish(cast, "Ivo")
    tell(cast, "Ivo", kind=kind)
    assert due(cast) == {"Ivo": (NIGHT, False)}


def test_what_is_urgent_comes_at_once_to_who_wants_none_of_it_too(cast: Cast) -> None:
    wish(cast, "Ivo", WORK="NEVER")
    wish(cast, "Iris", WORK="DIGEST")
    tell(cast, "Ivo", "Iris", urgent=True)
    assert due(cast) == {"Ivo": (NIGHT, False), "Iris": (NIGHT, False)}


def test_whom_the_matrix_names_is_told_in_quiet_hours_too(cast: Cast) -> None:
    wish(cast, "Ivo")
    wish(cast, "Iris")
    tell(cast, "Ivo", "Iris", on_duty=[cast.people["Ivo"].pk])
    assert due(cast) == {"Ivo": (NIGHT, False), "Iris": (MORNING, False)}


@pytest.mark.parametrize("kind", [kind for kind in Kind if chosen(kind)])
def test_being_on_duty_counts_for_work_handovers_promises_and_alerts_alone(cast: Cast, kind: Kind) -> None:
    wish(cast, "Ivo")
    tell(cast, "Ivo", kind=kind, on_duty=[cast.people["Ivo"].pk])
    at_once = kind in {Kind.WORK, Kind.HANDOVER, Kind.CLOCK, Kind.ALERT}
    assert due(cast) == {"Ivo": (NIGHT if at_once else MORNING, False)}


def test_the_matrix_is_asked_only_when_somebody_rests(cast: Cast) -> None:
    asked: list[int] = []

    def on_duty() -> list[int]:
        asked.append(1)
        return []

    tell(cast, "Ivo", "Iris", on_duty=on_duty)
    wish(cast, "Ivo")
    tell(cast, "Ivo", key="by day", at=EIGHT, on_duty=on_duty)
    assert not asked
    tell(cast, "Ivo", "Iris", key="by night", on_duty=on_duty)
    assert asked == [1]


def test_who_wants_none_of_it_gets_none_and_others_do(cast: Cast) -> None:
    wish(cast, "Ivo", WORK="NEVER")
    assert [row.to_name for row in tell(cast, "Ivo", "Iris")] == ["Iris"]
    assert [row.to_name for row in tell(cast, "Ivo", "Iris", kind=Kind.CLOCK, key="another")] == ["Ivo", "Iris"]


def test_wishes_cost_one_statement_however_many_are_told(cast: Cast) -> None:
    with cast.scope():
        people = [person(cast, name) for name in ("Ivo", "Iris", "Lena", "Tess", "Tariq")]
        counts = []
        for number, (to, kind) in enumerate([(people, None), (people[:1], Kind.WORK), (people, Kind.WORK)]):
            with CaptureQueriesContext(connection) as asked:
                notices.queue(tenant=cast.harbor.pk, to=to, subject="s", text="t", key=f"k{number}", at=NIGHT, kind=kind)
            counts.append(len(asked))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


def test_queueing_twice_is_queueing_once(cast: Cast) -> None:
    wish(cast, "Ivo", WORK="DIGEST")
    assert len(tell(cast, "Ivo", "Iris")) == 2
    assert tell(cast, "Ivo", "Iris") == []
    assert len(due(cast)) == 2


# --- delivery


def later(cast: Cast, seconds: int = 1) -> None:
    """Let every lease run out."""
    with cast.scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET lease_until = clock_timestamp() - make_interval(secs => %s)", [seconds])


def collected(cast: Cast, name: str, keys: Iterable[str], at: datetime = NIGHT) -> None:
    for number, key in enumerate(keys):
        tell(cast, name, kind=Kind.MESSAGE, key=key, at=at + timedelta(minutes=number))


def sent(cast: Cast) -> dict[str, bool]:
    with cast.scope():
        return {row.key: row.sent_at is not None for row in Notice.objects.for_tenant(cast.harbor)}


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_what_was_collected_comes_as_one_mail_in_order(cast: Cast, settings: Any) -> None:
    wish(cast, "Ivo", MESSAGE="DIGEST")
    yesterday = NIGHT - timedelta(days=300)  # so that its time has come
    collected(cast, "Ivo", ["one", "two", "three"], at=yesterday)
    tell(cast, "Iris", kind=Kind.MESSAGE, key="three", at=yesterday)
    background.sweep_table("notices.deliver")
    assert all(sent(cast).values())
    to_ivo = [message for message in mail.outbox if message.to == ["ivo@example.test"]]
    assert len(to_ivo) == 1
    (digest,) = to_ivo
    assert digest.subject == "[Harbor Dental] 3 things you asked to hear of together"
    assert [line for line in digest.body.split("\n") if line.startswith("It is")] == ["It is one.", "It is two.", "It is three."]
    assert f"Choose what you are told: {settings.ADDRESS}/account/notices/" in str(digest.body)
    assert wording.ANSWER_ABOVE not in digest.body
    assert [message.to for message in mail.outbox if message not in to_ivo] == [["iris@example.test"]]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_what_was_collected_waits_for_its_time(cast: Cast) -> None:
    wish(cast, "Ivo", MESSAGE="DIGEST")
    ahead = datetime.now(UTC) + timedelta(days=1)
    collected(cast, "Ivo", ["one"], at=ahead)
    background.sweep_table("notices.deliver")
    assert sent(cast) == {"one": False}
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_whoever_has_a_later_row_leaves_the_mail_to_who_has_the_first(cast: Cast) -> None:
    wish(cast, "Ivo", MESSAGE="DIGEST")
    collected(cast, "Ivo", ["one", "two"], at=NIGHT - timedelta(days=300))
    with cast.scope():
        first, second = Notice.objects.for_tenant(cast.harbor).order_by("id").values_list("pk", flat=True)
    known = background.JOBS["notices.deliver"]
    background.perform(known, tenant=cast.harbor.pk, row=second)
    assert mail.outbox == []
    background.perform(known, tenant=cast.harbor.pk, row=first)
    assert len(mail.outbox) == 1
    assert sent(cast) == {"one": True, "two": True}
    with cast.scope():
        assert set(Notice.objects.for_tenant(cast.harbor).values_list("attempts", flat=True)) == {0}


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_g9_an_address_for_answers_is_kept_no_longer_than_until_its_mail_is_gone(cast: Cast) -> None:
    secret = "harbor-dental+abcdefghijklmnopqrstuvwxyz@mail.example.test"  # noqa: S105 - of nobody
    tell(cast, "Ivo", at=NIGHT - timedelta(days=300), each={"ivo@example.test": {"Reply-To": secret, "Precedence": ""}})
    background.sweep_table("notices.deliver")
    (message,) = mail.outbox
    assert message.extra_headers["Reply-To"] == secret
    assert str(message.body).startswith(wording.ANSWER_ABOVE)
    assert "Precedence" not in message.extra_headers
    with cast.scope():
        assert "Reply-To" not in Notice.objects.for_tenant(cast.harbor).get().headers


def test_every_kind_is_marked_as_what_it_is(cast: Cast) -> None:
    for kind in (None, *KINDS):
        tell(cast, "Ivo", kind=kind, key=str(kind))
    with cast.scope():
        for row in Notice.objects.for_tenant(cast.harbor):
            assert row.headers["Auto-Submitted"] == "auto-generated"
            assert ("Precedence" in row.headers) == chosen(row.kind)
            assert row.user_id == (cast.people["Ivo"].pk if row.kind else None)


# --- a crash between sending and marking


def die_after_one(cast: Cast, settings: Any) -> None:
    """Sweep in a process of its own that is gone as soon as the mail server took one mail."""
    settings.EMAIL_BACKEND = "tests.notices.mailboxes.Deadly"
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            background.sweep_table("notices.deliver")
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a5_a_crash_between_sending_and_marking_sends_again_under_the_same_name(cast: Cast, settings: Any) -> None:
    kills, long_ago = 5, NIGHT - timedelta(days=300)
    for number in range(12):
        tell(cast, "Ivo", key=f"n{number}", at=long_ago)
    with mailbox(settings) as box:
        for _ in range(kills):
            die_after_one(cast, settings)
            later(cast)
        background.sweep_table("notices.deliver")
    names = [message["Message-ID"] for message in box.messages]
    assert all(sent(cast).values())
    assert len(set(names)) == 12
    assert len(names) <= 12 + kills
    assert len({(message["Message-ID"], message["Subject"], message.get_content()) for message in box.messages}) == 12


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a5_a_mail_of_several_that_is_sent_again_holds_the_same_and_what_came_since_comes_apart(cast: Cast, settings: Any) -> None:
    long_ago = NIGHT - timedelta(days=300)
    wish(cast, "Ivo", MESSAGE="DIGEST")
    collected(cast, "Ivo", ["one", "two"], at=long_ago)
    with mailbox(settings) as box:
        die_after_one(cast, settings)
        collected(cast, "Ivo", ["three"], at=long_ago + timedelta(hours=1))
        later(cast)
        for _ in range(3):
            background.sweep_table("notices.deliver")
            later(cast)
    first, again, other = box.messages
    assert (first["Message-ID"], first.get_content()) == (again["Message-ID"], again.get_content())
    assert other["Message-ID"] != first["Message-ID"]
    assert "It is three." in other.get_content()
    assert "It is one." not in other.get_content()
    assert all(sent(cast).values())


def test_a_text_that_was_blanked_is_blanked_in_what_was_not_sent(cast: Cast) -> None:
    wish(cast, "Ivo", MESSAGE="DIGEST")
    tell(cast, "Ivo", kind=Kind.MESSAGE, key="k")
    with tenancy.only([cast.harbor.pk]):
        notices.take_out(tenant=cast.harbor.pk, key="k", text="It is k.", instead="[taken out]")
        assert Notice.objects.for_tenant(cast.harbor).get().text == "[taken out]"
