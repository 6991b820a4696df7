"""A11, A5, G14: a channel that is down delays its own alone, nothing is lost or out of order, and a receiver can prove that a call is ours."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import access, channelling
from comanaged.accounts.models import Engagement
from comanaged.celery import app
from comanaged.notices import hooks
from comanaged.notices.domain import retrying, rooms, signing
from comanaged.notices.kinds import Kind
from comanaged.notices.models import Channel, Delivery, Notice
from tests.cast import Cast
from tests.notices.channelled import NOON, after, keys, now, states, tell, webhook, work
from tests.notices.sinks import Sink, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as sink:
        yield sink


@pytest.fixture
def made(cast: Cast, sink: Sink, settings: Any) -> channelling.Made:
    """A webhook of the client to a receiver that listens."""
    with cast.as_("Iris") as iris:
        return webhook(iris, sink, settings)


def mails(cast: Cast) -> list[tuple[str, str]]:
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).filter(key__startswith="channel:").order_by("id")
        return [(row.to_address, row.subject) for row in rows]


def test_what_waits_is_sent_once_and_in_order(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "a", "b", "c")
    tell(cast, "a")  # the same thing once more is nothing new
    assert work(made.row, NOON)
    assert keys(sink) == ["a", "b", "c"]
    assert len(set(sink.ids)) == 3
    assert states(made.row) == ["sent"] * 3
    assert now(made.row).last_sent_at is not None
    assert not work(made.row, after(seconds=30))  # nothing waits: it is looked at again later


def test_a11_a_channel_that_is_down_delays_its_own_things_and_no_one_elses(cast: Cast, settings: Any) -> None:
    settings.HOOKS_SECONDS = 0.3
    with ExitStack() as stack:
        sinks = [stack.enter_context(listening(Sink(**how))) for how in ({}, {"hangs": True}, {"answers": [500]}, {})]
        with cast.as_("Iris") as iris:
            dead, hanging, failing, good = (webhook(iris, sink, settings, name=f"number {n}").row for n, sink in enumerate(sinks))
        with listening() as gone:
            sinks[0].port = gone.port  # nobody listens there any more
        settings.HOOKS_INSIDE = settings.HOOKS_INSIDE | {gone.place}
        with cast.as_("Iris") as iris:
            channelling.change(dead.number, channelling.Wanted("", "dead", gone.address), by=iris, at=NOON)
        everyone = [now(row) for row in (dead, hanging, failing, good)]
        for minute in range(0, 120, 2):  # two hours
            tell(cast, f"thing {minute}", at=after(minutes=minute))
            with cast.scope():  # what rings after the commit
                Channel.objects.for_tenant(cast.harbor).filter(failing_since=None).update(due_at=after(minutes=minute))
            knocked = [sink.connects for sink in sinks[:3]]
            assert work(good, after(minutes=minute))
            assert [sink.connects for sink in sinks[:3]] == knocked, "it waits for nobody else's answer"
            if minute < 30 or minute % 30 == 0:
                for row in everyone[:3]:
                    work(row, after(minutes=minute))
        assert len(sinks[3].heard) == 60
        assert states(good) == ["sent"] * 60
        for row in everyone[:3]:
            assert states(row) == ["waits"] * 60
            assert now(row).failures >= retrying.TOLD_AFTER
        sinks[1].hangs, sinks[2].answers = False, [200]
        back = after(hours=2)
        with listening(Sink(port=gone.port)) as again:
            for sink, row in ((again, dead), (sinks[1], hanging), (sinks[2], failing)):
                sink.heard.clear()
                rounds = [back + timedelta(seconds=10 * n) for n in range(31)]  # five minutes
                assert any(work(row, at) for at in rounds)
                work(row, now(row).due_at or back)
                assert keys(sink) == [f"thing {minute}" for minute in range(0, 120, 2)]
                assert states(row) == ["sent"] * 60
                assert now(row).failing_since is None


def test_a11_the_sides_managers_are_told_once_that_it_fails_and_once_that_it_works(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    sink.answers = [500]
    tell(cast, "a")
    at = NOON
    for tries in range(1, 9):
        assert work(made.row, at)
        assert len(mails(cast)) == (tries >= 5)
        at = now(made.row).due_at or at
    assert mails(cast) == [("iris@example.test", "[Harbor Dental] The channel Their system does not answer")]
    sink.answers = [200]
    work(made.row, at)
    assert mails(cast)[1:] == [("iris@example.test", "[Harbor Dental] The channel Their system works again")]
    assert states(made.row) == ["sent"]
    assert (now(made.row).error, now(made.row).failures, now(made.row).told_at) == ("", 0, None)


def test_the_first_failure_stops_the_round_so_that_nothing_overtakes(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    sink.answers = [200, 500, 200]
    tell(cast, "a", "b", "c")
    work(made.row, NOON)
    assert (keys(sink), states(made.row)) == (["a", "b"], ["sent", "waits", "waits"])
    assert not work(made.row, NOON)
    due = now(made.row).due_at
    assert due is not None
    assert NOON < due < after(seconds=7)
    work(made.row, due)
    assert keys(sink) == ["a", "b", "b", "c"]
    assert sink.ids[1] == sink.ids[2]
    assert now(made.row).error == ""


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_while_a_round_lasts_does_not_leave(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "ticket:1:a", "ticket:2:b", "ticket:1:c")

    def take_back() -> None:
        with cast.scope():
            hooks.take_back(tenant=cast.harbor.pk, about="ticket:2:", but=None)
        connection.close()

    sink.then = take_back
    assert work(made.row, NOON)
    assert keys(sink) == ["ticket:1:a", "ticket:1:c"]


def test_a5_what_was_sent_by_a_worker_that_died_is_sent_again_under_the_same_id(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "a")
    with cast.scope():
        (row,) = Delivery.objects.for_tenant(cast.harbor)
        channel = Channel.objects.for_tenant(cast.harbor).get()
    body, headers = hooks.letter(channel, row, NOON)
    hooks.channels.post(sink.address, body, headers)  # and here it dies, before it could mark anything
    work(made.row, after(minutes=2))
    assert keys(sink) == ["a", "a"]
    assert len(set(sink.ids)) == 1
    assert sink.heard[0][0]["webhook-timestamp"] != sink.heard[1][0]["webhook-timestamp"]


def test_a6_a_worker_that_lost_its_lease_marks_nothing(cast: Cast, made: channelling.Made) -> None:
    tell(cast, "a")
    with pytest.raises(background.LostLease):
        hooks.deliver(made.row.pk, tenant=cast.harbor.pk, token=uuid.uuid4(), at=NOON)
    assert states(made.row) == ["waits"]


def test_a7_what_no_worker_survives_is_set_aside_and_the_next_goes_on(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "poison", "b")
    token = uuid.uuid4()
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(lease_token=token)
        hooks.poison(made.row.pk, tenant=cast.harbor.pk, token=token, at=NOON)
    assert states(made.row) == ["failed", "waits"]
    work(made.row, after(minutes=1))
    assert keys(sink) == ["b"]


def test_a7_nothing_is_set_aside_because_workers_died_that_sent_others_before(cast: Cast, made: channelling.Made) -> None:
    tell(cast, "a", "b")
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(attempts=background.TRIES)
    token = uuid.uuid4()
    with cast.scope():
        first = Delivery.objects.for_tenant(cast.harbor).earliest("id")
        Channel.objects.for_tenant(cast.harbor).update(lease_token=token)
        channel = Channel.objects.for_tenant(cast.harbor).get()
    hooks._sent(hooks.Round(channel, token, NOON), first)  # and here it dies
    assert (states(made.row), now(made.row).attempts) == (["sent", "waits"], 0)


@pytest.mark.django_db(databases=["default", "system"], transaction=True)
def test_a_sweep_finds_what_waits_without_any_ring(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    app.loader.import_default_modules()
    tell(cast, "a", at=timezone.now())
    assert background.sweep_table("notices.channel") == 1
    assert keys(sink) == ["a"]
    assert background.sweep_table("notices.channel") == 0
    tell(cast, "b", at=timezone.now())
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(failing_since=NOON, due_at=NOON)
    assert background.sweep_table("notices.channel") == 0
    assert background.sweep_table("notices.failing_channel") == 1
    assert keys(sink) == ["a", "b"]
    tell(cast, "c")
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(paused_at=NOON, due_at=NOON)
    assert [background.sweep_table(name) for name in ("notices.channel", "notices.failing_channel")] == [0, 0]


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_wakes_a_resting_channel(cast: Cast, sink: Sink, settings: Any) -> None:
    with cast.as_("Iris") as iris:
        made = webhook(iris, sink, settings)
    assert work(made.row, NOON)
    assert not work(made.row, after(seconds=1))
    tell(cast, "a", at=after(seconds=2))
    assert work(made.row, after(seconds=2))
    assert keys(sink) == ["a"]


def test_who_says_gone_ends_the_channel_and_its_managers_hear_of_it(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    sink.answers = [410]
    tell(cast, "a", "b")
    work(made.row, NOON)
    row = now(made.row)
    assert row.ended_at is not None
    assert (row.ended_because, row.address_sealed, row.secret_sealed) == ("The receiver answered that it is gone (410).", "", "")
    assert states(made.row) == ["failed", "failed"]
    assert mails(cast) == [("iris@example.test", "[Harbor Dental] The channel Their system has ended")]
    tell(cast, "c")
    assert states(made.row) == ["failed", "failed"]


def test_a_receiver_that_is_busy_says_how_long_it_wants_to_rest(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "a")
    for said, least, most in (("120", 120, 121), ("99999999", 3600, 3601), ("soon", 0, 300)):
        sink.answers, sink.headers = [429], {"Retry-After": said}
        with cast.scope():
            Channel.objects.for_tenant(cast.harbor).update(due_at=NOON)
        work(made.row, NOON)
        rest = (now(made.row).due_at or NOON) - NOON
        assert timedelta(seconds=least) <= rest <= timedelta(seconds=most)


def test_what_waited_for_five_days_is_given_up_and_the_next_goes_on(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "old", at=after(days=-6))
    tell(cast, "new")
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(failing_since=after(days=-6))
    work(made.row, NOON)
    assert (keys(sink), states(made.row)) == (["new"], ["failed", "sent"])


def test_what_waited_for_a_week_while_the_channel_was_paused_is_sent(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "old", at=after(days=-7))
    work(made.row, NOON)
    assert (keys(sink), states(made.row)) == (["old"], ["sent"])


def test_the_pause_grows_with_jitter_to_four_minutes_and_later_to_an_hour() -> None:
    half = [retrying.pause(failures, NOON, after(minutes=1), jitter=1).total_seconds() for failures in range(1, 9)]
    assert half == [5, 10, 20, 40, 80, 160, 240, 240]
    assert retrying.pause(99, NOON, after(days=2), jitter=1) == timedelta(hours=1)
    assert retrying.pause(99, NOON, after(days=2), jitter=0) == timedelta(minutes=45)
    assert retrying.wish(503, "Tue, 24 Nov 2026 18:02:00 GMT", NOON) == timedelta(minutes=2)
    assert retrying.wish(500, "120", NOON) is None


def test_old_deliveries_are_forgotten(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "old", at=after(days=-40))
    tell(cast, "new")
    work(made.row, NOON)
    work(made.row, after(minutes=6))
    assert states(made.row) == ["sent"]


def test_a_provider_that_left_hears_nothing_more(cast: Cast, sink: Sink, settings: Any) -> None:
    with cast.as_("Tess") as tess:
        made = webhook(tess, sink, settings)
    tell(cast, "a")
    Engagement.objects.filter(client=cast.harbor).update(ends_at=after(minutes=1))
    tell(cast, "b", at=after(minutes=2))
    assert states(made.row) == ["waits"]
    work(made.row, after(minutes=3))
    assert sink.connects == 0
    assert states(made.row) == ["failed"]
    assert now(made.row).ended_at is not None
    assert mails(cast) == []


# --- signatures


def verify(secret: str, headers: dict[str, str], body: bytes, at: float) -> bool:
    """Verify as the documentation of Standard Webhooks says, in nobody's words but its own."""
    if abs(at - int(headers["webhook-timestamp"])) > 300:
        return False
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(base64.b64decode(secret[len("whsec_") :]), signed, hashlib.sha256).digest()).decode()
    return any(
        hmac.compare_digest(one.split(",", 1)[1], expected) for one in headers["webhook-signature"].split(" ") if one.startswith("v1,")
    )


def test_g14_a_receiver_can_prove_that_a_call_is_ours_and_recent(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    tell(cast, "Wärme")
    work(made.row, NOON)
    ((headers, body),) = sink.heard
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    sent = NOON.timestamp()
    assert verify(made.secret, headers, body, sent + 1)
    assert not verify(made.secret, headers, body, sent + 301)
    assert not verify(made.secret, headers, body + b" ", sent)
    assert not verify(made.secret, headers | {"webhook-id": "msg_other"}, body, sent)
    assert not verify(made.secret, headers | {"webhook-timestamp": str(int(sent) + 60)}, body, sent)
    assert not verify(signing.secret_of(b"x" * 32), headers, body, sent)


def test_g14_the_example_of_the_standard_is_signed_as_it_says() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = signing.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_f10_both_secrets_sign_for_a_day_after_a_rotation(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    with cast.as_("Iris") as iris:
        fresh = channelling.rotate(made.row.number, by=iris, at=NOON)
    for hours, both in ((1, True), (25, False)):
        tell(cast, f"after {hours}", at=after(hours=hours))
        with cast.scope():
            Channel.objects.for_tenant(cast.harbor).update(due_at=NOON)
        work(made.row, after(hours=hours))
        headers, body = sink.heard[-1]
        assert verify(fresh.secret, headers, body, after(hours=hours).timestamp())
        assert verify(made.secret, headers, body, after(hours=hours).timestamp()) is both


def test_f10_a_former_field_key_still_opens_what_it_sealed(cast: Cast, made: channelling.Made, sink: Sink, settings: Any) -> None:
    tell(cast, "a")
    settings.FIELD_KEY, settings.FORMER_FIELD_KEYS = "another long random text", [settings.FIELD_KEY]
    work(made.row, NOON)
    assert keys(sink) == ["a"]
    settings.FORMER_FIELD_KEYS = []
    tell(cast, "b", at=after(minutes=1))
    with cast.scope():
        Channel.objects.for_tenant(cast.harbor).update(due_at=NOON)
    work(made.row, after(minutes=1))
    assert now(made.row).error == "The key that opens its address is not here."
    assert states(made.row) == ["sent", "waits"]


def test_address_and_secret_are_kept_unreadable(cast: Cast, made: channelling.Made, sink: Sink) -> None:
    row = now(made.row)
    kept = json.dumps({name: str(value) for name, value in vars(row).items()})
    assert "/hook" not in kept
    assert made.secret not in kept
    assert made.secret not in repr(made)


# --- chats


@pytest.mark.parametrize("kind", ["SLACK", "TEAMS"])
def test_a_room_of_a_chat_hears_of_the_kinds_it_asked_for(cast: Cast, sink: Sink, settings: Any, kind: str) -> None:
    settings.HOOKS_INSIDE = {sink.place}
    with cast.as_("Iris") as iris:
        made = channelling.make(channelling.Wanted(kind, "Desk", sink.address, kinds=("HANDOVER",)), by=iris, at=NOON)
    assert made.secret == ""
    with cast.scope():
        for about in (Kind.HANDOVER, Kind.WORK):
            hooks.say(tenant=cast.harbor.pk, side=access.Side.INTERNAL, kind=about, text="<!channel> HD-1 & more", key="1", at=NOON)
        hooks.say(tenant=cast.harbor.pk, side=access.Side.PROVIDER, kind=Kind.HANDOVER, text="theirs", key="2", at=NOON)
    work(made.row, NOON)
    ((headers, body),) = sink.heard
    assert "webhook-signature" not in headers
    assert headers["content-type"].startswith("application/json")
    said = json.loads(body)
    if kind == "SLACK":
        assert said["text"] == "&lt;!channel&gt; HD-1 &amp; more"
    else:
        assert said["attachments"][0]["content"]["body"][0]["inlines"] == [{"type": "TextRun", "text": "<!channel> HD-1 & more"}]


def test_no_text_of_a_ticket_rings_a_room_or_hides_a_link() -> None:
    text = "<https://evil.example|Click> <@U123> [x](https://evil.example)\nnext"
    assert "<" not in rooms.slack(text)["text"]
    blocks = rooms.teams(text)["attachments"][0]["content"]["body"]
    assert {block["type"] for block in blocks} == {"RichTextBlock"}


def test_a_blanked_text_leaves_what_waits_and_what_is_kept(cast: Cast, made: channelling.Made) -> None:
    with cast.scope():
        body = {"data": {"entry": {"text": "hunter2"}, "list": ["hunter2", 1, None]}}
        hooks.announce(
            tenant=cast.harbor.pk, sides=["INTERNAL"], kind="x", subject="1", body=body, key="ticket:1:1", at=NOON, origin_key=None
        )
        hooks.take_out(tenant=cast.harbor.pk, key="ticket:1:1", text="hunter2", instead="[blanked]")
        row = Delivery.objects.for_tenant(cast.harbor).get()
    assert row.body == {"data": {"entry": {"text": "[blanked]"}, "list": ["[blanked]", 1, None]}}


def fails(cast: Cast, done: list[list[int]]) -> None:
    with cast.scope():
        tenancy.at_last(done.append, 4)
        raise ZeroDivisionError


def test_the_scope_does_last_what_was_handed_to_it_and_nothing_when_it_fails(cast: Cast) -> None:
    done: list[list[int]] = []
    with cast.scope():
        tenancy.at_last(done.append, 1)
        with cast.scope():
            tenancy.at_last(done.append, 2)
        tenancy.at_last(done.append, 3)
    with pytest.raises(ZeroDivisionError):
        fails(cast, done)
    assert done == [[2], [1, 3]]
