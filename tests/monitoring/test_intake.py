"""The door for senders: what it takes, what it refuses and in which words, and that it holds at once from many."""

import gzip
import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comanaged import background, tenancy
from monitoring.models import Alert, InboundEvent
from monitoring.views import intake
from tests.cast import Cast
from tests.monitoring.build import Sender, alerts, read_all, sender
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
THREADS = 8


def at_once(work: Any, times: int) -> list[Any]:
    """Run `work(number)` in several threads at once, each with a connection of its own."""

    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            close_old_connections()
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(times)))


def test_a_message_is_stored_exactly_as_it_came_by_one_statement(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    body = b'{"title":  "x"}\r\n\x00\xff'
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = watcher.posts(body, **{"X-Api-Key": "secret", "User-Agent": "probe/1"})
    assert [one["sql"].split("(")[0] for one in asked] == ["SELECT tenant, event, event_public_id, seen FROM accept_event"]
    assert answer.status_code == 202
    with cast.scope():
        event = InboundEvent.objects.for_tenant(cast.harbor).get(public_id=answer.json()["id"])
    assert bytes(event.body) == body
    assert event.headers["user-agent"] == "probe/1"
    assert "secret" not in str(event.headers)
    assert event.done_at is None


@pytest.mark.parametrize("key", ["x", "a" * 43, "%00", "é", "a.b"])
def test_a_key_nobody_knows_is_told_so(cast: Cast, key: str) -> None:
    answer = Client().post(f"/api/v1/in/{key}/", b"{}", content_type="application/json")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "No source has this key"


def test_an_address_without_its_last_stroke_loses_nothing(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    assert Client().post(f"/api/v1/in/{watcher.key}", b"{}", content_type="application/json").status_code == 202


def test_reading_the_address_is_refused_in_words(cast: Cast) -> None:
    answer = Client().get(f"/api/v1/in/{sender(cast.harbor).key}/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "by POST" in answer.json()["detail"]


def test_c4_a_body_over_the_limit_is_refused_before_it_is_read(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    assert watcher.posts(b"x" * intake.BIGGEST).status_code == 202
    assert watcher.posts(b"x" * (intake.BIGGEST + 1)).status_code == 413

    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    answer = Client().generic("POST", f"/api/v1/in/{watcher.key}/", b"", CONTENT_LENGTH=str(10**10), **{"wsgi.input": Unread()})
    assert answer.status_code == 413


def test_c4_a_body_in_chunks_is_read_up_to_the_limit(cast: Cast) -> None:
    watcher = sender(cast.harbor)

    class Endless(io.BytesIO):
        taken = 0

        def read(self, size: int) -> bytes:
            self.taken += size
            return b"x" * size

    stream = Endless()
    chunked = {"wsgi.input": stream, "wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert Client().generic("POST", f"/api/v1/in/{watcher.key}/", b"", **chunked).status_code == 413
    assert stream.taken <= intake.BIGGEST + 1


def test_c4_packed_bodies_are_not_unpacked(cast: Cast) -> None:
    assert sender(cast.harbor).posts(gzip.compress(b"0" * 10**6), **{"Content-Encoding": "gzip"}).status_code == 415


def test_a_cut_connection_is_told(cast: Cast) -> None:
    class Cut(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("reset")

    answer = Client().generic("POST", f"/api/v1/in/{sender(cast.harbor).key}/", b"", CONTENT_LENGTH="10", **{"wsgi.input": Cut()})
    assert answer.status_code == 400


def test_d2_a_database_that_refuses_makes_the_sender_try_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = sender(cast.harbor)
    monkeypatch.setattr("monitoring.actions.intake.ACCEPT", "SELECT refused FROM nowhere WHERE %s = %s OR %s = %s OR %s = ''")
    answer = watcher.posts({"title": "x"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a8_one_trouble_from_many_senders_at_once_is_one_alert_with_an_exact_count_and_one_ticket(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    answers = at_once(lambda _: watcher.posts({"title": "Disk full", "asset": "db1"}).status_code, 40)
    assert set(answers) == {202}
    with tenancy.only([cast.harbor.pk]):
        rows = list(InboundEvent.objects.for_tenant(cast.harbor).values_list("pk", flat=True))
    job = background.JOBS["monitoring.digest"]
    at_once(lambda number: background.perform(job, tenant=cast.harbor.pk, row=rows[number]), len(rows))
    with cast.scope():
        assert InboundEvent.objects.for_tenant(cast.harbor).filter(done_at=None).count() == 0
        assert [alert.count for alert in Alert.objects.for_tenant(cast.harbor)] == [40]
        assert [ticket.repeats for ticket in Ticket.objects.for_tenant(cast.harbor)] == [39]


def test_a9_one_message_sent_by_many_at_once_is_stored_once(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    answers = at_once(lambda _: watcher.posts({"title": "x"}, **{"Idempotency-Key": "k"}).json(), 16)
    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(answer["duplicate"] for answer in answers) == [False] + [True] * 15
    with cast.scope():
        assert InboundEvent.objects.for_tenant(cast.harbor).get().duplicates == 15


def test_the_same_key_of_two_sources_is_two_messages(cast: Cast) -> None:
    for watcher in (sender(cast.harbor), sender(cast.harbor), sender(cast.pine)):
        assert watcher.posts({"title": "x"}, **{"Idempotency-Key": "k"}).json()["duplicate"] is False


def test_other_words_under_a_key_used_before_are_not_lost(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    answers = [watcher.posts({"title": title}, **{"Idempotency-Key": "always"}).json() for title in ("x", "x", "y")]
    assert [answer["duplicate"] for answer in answers] == [False, True, False]
    assert answers[0]["id"] == answers[1]["id"] != answers[2]["id"]


def test_a6_a_reader_that_lost_its_lease_changes_nothing(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.posts({"title": "x"})
    with cast.scope():
        event = InboundEvent.objects.for_tenant(cast.harbor).get()
    background.perform(background.JOBS["monitoring.digest"], tenant=cast.harbor.pk, row=event.pk, token=str(uuid.uuid4()))
    assert alerts(cast.harbor) == []
    read_all(cast.harbor)
    assert len(alerts(cast.harbor)) == 1


def test_a7_a_message_that_fails_in_every_try_is_set_aside_and_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher: Sender = sender(cast.harbor)
    watcher.posts({"title": "poison"})
    job = background.JOBS["monitoring.digest"]
    with cast.scope():
        row = InboundEvent.objects.for_tenant(cast.harbor).get()
        InboundEvent.objects.for_tenant(cast.harbor).update(attempts=job.tries)
    background.perform(job, tenant=cast.harbor.pk, row=row.pk)
    with cast.scope():
        row.refresh_from_db()
    assert (row.outcome, row.done_at is not None) == ("QUARANTINED", True)
    watcher.says({"title": "healthy"})
    assert [alert.title for alert in alerts(cast.harbor)] == ["healthy"]


def test_the_sweep_reads_what_no_bell_was_rung_for(cast: Cast) -> None:
    sender(cast.harbor).posts({"title": "x"})
    sender(cast.pine).posts({"title": "y"})
    assert background.sweep_table("monitoring.digest") == 2
    assert (len(alerts(cast.harbor)), len(alerts(cast.pine))) == (1, 1)


def test_whoever_watches_us_sees_how_much_waits_to_be_read(cast: Cast) -> None:
    sender(cast.harbor).posts({"title": "x"})
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["waiting"]["monitoring.digest"]) == (200, 1)


@pytest.mark.parametrize("word", ["\ud800", "\x00", "é" * 500, "k" * 10_000, "'; --"])
def test_a10_no_header_breaks_the_door(cast: Cast, word: str) -> None:
    watcher = sender(cast.harbor)
    for name in ("Idempotency-Key", "User-Agent"):
        assert watcher.posts({"title": "x"}, **{name: word}).status_code == 202


def test_f7_the_key_is_not_kept_where_a_proxy_repeats_the_address(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    address = f"/api/v1/in/{watcher.key}/"
    event = watcher.says(
        {"title": "x"}, **{"X-Original-Uri": address, "Referer": f"https://a.test{address}", "X-Forwarded-Uri": address.replace("/", "%2F")}
    )
    assert watcher.key not in str(event.headers)
