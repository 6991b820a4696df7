"""From a posted body to an alert and the ticket on the right side, with real rows and the task's own body."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.notices.models import Notice
from comanaged.vocabulary import Side
from monitoring import actions
from monitoring.models import Alert, Outcome, Source, Transition
from tests.cast import Cast
from tests.monitoring.bodies import NO_FINGERPRINT, TWO_FIRING, ZABBIX, changed, cloudwatch, sample
from tests.monitoring.build import alerts, read_all, sender
from tickets import actions as tickets
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


def tickets_of(cast: Cast) -> list[Ticket]:
    with cast.scope():
        return list(Ticket.objects.for_tenant(cast.harbor).order_by("number"))


def test_an_alert_opens_a_ticket_on_the_side_that_answers_at_its_moment(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    day, night = datetime(2026, 2, 3, 16, tzinfo=UTC), datetime(2026, 2, 4, 8, tzinfo=UTC)  # 10:00 and 02:00 in Chicago
    watcher.says({"title": "By day", "asset": "a", "severity": "critical", "occurred_at": day.isoformat()})
    watcher.says({"title": "By night", "asset": "b", "severity": "high", "occurred_at": night.isoformat()})
    by_day, by_night = alerts(cast.harbor)
    for alert, priority in ((by_day, "P1"), (by_night, "P2")):
        assert alert.ticket is not None
        assert (alert.ticket.side, alert.ticket.because, alert.ticket.priority) == (alert.side, alert.because, priority)
        assert alert.ticket.origin_link == f"/harbor-dental/alerts/{alert.public_id}/"
        assert "odd clock" in alert.flags
    assert (by_day.occurred_at, by_night.occurred_at) == (day, night)


def test_two_alerts_of_one_condition_share_a_ticket_that_ends_with_the_last(cast: Cast) -> None:
    watcher = sender(cast.harbor, "alertmanager")
    watcher.says(sample(TWO_FIRING))
    first, second = alerts(cast.harbor)
    assert first.ticket_id == second.ticket_id
    assert [ticket.repeats for ticket in tickets_of(cast)] == [1]

    body = json.loads(sample(TWO_FIRING))
    body["alerts"][0] |= {"status": "resolved", "endsAt": "2020-02-06T01:00:00Z"}
    watcher.says(body)
    assert [alert.state for alert in alerts(cast.harbor)] == ["RESOLVED", "FIRING"]
    assert [ticket.state for ticket in tickets_of(cast)] == ["NEW"]
    body["alerts"][1] |= {"status": "resolved", "endsAt": "2020-02-06T01:00:00Z"}
    watcher.says(body)
    assert [ticket.state for ticket in tickets_of(cast)] == ["CLOSED"]


def test_a_partial_list_ends_nothing_that_it_does_not_name(cast: Cast) -> None:
    watcher = sender(cast.harbor, "alertmanager")
    watcher.says(sample(TWO_FIRING))
    watcher.says(changed(NO_FINGERPRINT, truncatedAlerts=2))
    assert [alert.state for alert in alerts(cast.harbor)] == ["FIRING"] * 3
    assert "partial list" in alerts(cast.harbor)[-1].flags


def test_a_source_never_ends_a_ticket_that_a_person_took(cast: Cast) -> None:
    watcher = sender(cast.harbor, "zabbix")
    watcher.says(sample(ZABBIX))
    (ticket,) = tickets_of(cast)
    taker = "Tariq" if ticket.side == "PROVIDER" else "Ivo"
    with cast.as_(taker) as by:
        tickets.take(ticket.pk, by=by, at=timezone.now())
    watcher.says(changed(ZABBIX, status="OK", severity="Information", trigger="It is back"))
    (alert,) = alerts(cast.harbor)
    (ticket,) = tickets_of(cast)
    assert (alert.state, ticket.state) == ("RESOLVED", "OPEN")
    with cast.scope():
        assert "says that it is over" in Event.objects.for_tenant(cast.harbor).order_by("-id").first().text


def test_repeats_are_counted_and_open_nothing(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    for _ in range(3):
        watcher.says({"title": "Disk full", "asset": "db1"})
    (alert,) = alerts(cast.harbor)
    assert alert.count == 3
    assert [(ticket.repeats, ticket.priority) for ticket in tickets_of(cast)] == [(2, "P3")]


def test_a9_a_message_sent_again_under_its_key_is_answered_the_same_and_read_once(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    first, again, other = (
        watcher.posts({"title": "Disk full"}, **{"Idempotency-Key": key}) for key in ("one", "one", "two")
    )  # fmt: skip
    assert [answer.json()["duplicate"] for answer in (first, again, other)] == [False, True, False]
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    read_all(cast.harbor)
    assert alerts(cast.harbor)[0].count == 2


def test_the_same_sns_message_is_read_once(cast: Cast) -> None:
    watcher = sender(cast.harbor, "cloudwatch")
    for _ in range(3):
        watcher.says(cloudwatch("ALARM"), **{"x-amz-sns-message-id": "95df01b4"})
    assert [alert.count for alert in alerts(cast.harbor)] == [1]
    watcher.says(cloudwatch("OK", StateChangeTime="2015-06-03T18:43:27.123+0000"), **{"x-amz-sns-message-id": "other"})
    assert [alert.state for alert in alerts(cast.harbor)] == ["RESOLVED"]


def test_information_opens_no_ticket_until_it_is_more(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.says({"title": "Fan slow", "asset": "sw1", "severity": "info"})
    assert tickets_of(cast) == []
    watcher.says({"title": "Fan slow", "asset": "sw1", "severity": "critical"})
    (alert,) = alerts(cast.harbor)
    assert (alert.severity, [ticket.priority for ticket in tickets_of(cast)]) == ("CRITICAL", ["P1"])


def test_an_orphan_and_a_late_signal_are_kept_and_change_nothing(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    event = watcher.says({"title": "x", "kind": "resolve", "native_key": "k", "occurred_at": "2026-01-05T12:00:00Z"})
    assert (event.outcome, event.digest[0]["change"]) == (Outcome.READ, "orphan")
    late = watcher.says({"title": "x", "native_key": "k", "occurred_at": "2026-01-05T11:00:00Z"})
    assert late.digest[0]["change"] == "late"
    assert alerts(cast.harbor) == []
    watcher.says({"title": "x", "native_key": "k", "occurred_at": "2026-01-05T12:10:00Z"})
    assert [alert.state for alert in alerts(cast.harbor)] == ["FIRING"]


def test_what_fires_again_soon_is_the_same_alert(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    for minute, kind in enumerate(["trigger", "resolve", "trigger", "resolve", "trigger"]):
        watcher.says({"title": "Link", "asset": "sw1", "kind": kind, "occurred_at": f"2026-01-05T12:0{minute}:00Z"})
    (alert,) = alerts(cast.harbor)
    assert (alert.state, alert.flaps, alert.count) == ("FIRING", 2, 3)
    assert "flapping" in alert.flags
    watcher.says({"title": "Link", "asset": "sw1", "kind": "resolve", "occurred_at": "2026-01-05T12:05:00Z"})
    watcher.says({"title": "Link", "asset": "sw1", "occurred_at": "2026-01-05T12:30:00Z"})
    assert [alert.state for alert in alerts(cast.harbor)] == ["RESOLVED", "FIRING"]


def test_a_message_nobody_understands_is_kept_shown_and_told(cast: Cast) -> None:
    watcher = sender(cast.harbor, "alertmanager")
    for _ in range(2):
        event = watcher.says(b'{"nothing": "of ours"}')
    assert event.outcome == Outcome.QUARANTINED
    assert "does not look like a message of Alertmanager" in event.because
    (alert,) = alerts(cast.harbor)
    assert (alert.severity, alert.count, alert.title) == ("WARNING", 2, "Watcher sent a message that was not understood")
    assert alert.ticket is not None


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"[" * 100_000, b'{"title": "\\u0000"}', b'{"title\\u0000": 1}', b'{"title": "\\ud800"}', b'{"title": 1e999}']
)
def test_a10_bodies_that_break_others_are_stored_and_read(cast: Cast, body: bytes) -> None:
    event = sender(cast.harbor).says(body)
    assert bytes(event.body) == body
    assert event.outcome in (Outcome.READ, Outcome.QUARANTINED)


def test_a_request_to_subscribe_is_noted_and_opens_nothing(cast: Cast) -> None:
    event = sender(cast.harbor, "cloudwatch").says({"Type": "SubscriptionConfirmation", "TopicArn": "arn", "SubscribeURL": "https://x"})
    assert event.outcome == Outcome.NOTED
    assert alerts(cast.harbor) == []


def test_a_ticket_closed_while_it_fires_is_left_in_peace_for_an_hour(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.says({"title": "Disk full", "asset": "db1"})
    (ticket,) = tickets_of(cast)
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).update(state="CLOSED", closed_at=timezone.now() - timedelta(minutes=30))
    watcher.says({"title": "Disk full", "asset": "db1"})
    assert len(tickets_of(cast)) == 1
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).update(closed_at=timezone.now() - timedelta(minutes=90))
    watcher.says({"title": "Disk full", "asset": "db1"})
    assert [one.number for one in tickets_of(cast)] == [ticket.number, ticket.number + 1]


def test_acknowledging_names_the_person_and_worse_news_wakes_it_again(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.says({"title": "Disk full", "asset": "db1", "severity": "warning"})
    (alert,) = alerts(cast.harbor)
    for _ in range(2):
        with cast.as_("Tariq") as by:
            actions.acknowledge(alert.public_id, by=by, at=timezone.now())
    (alert,) = alerts(cast.harbor)
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_side) == ("ACKNOWLEDGED", "Tariq", "PROVIDER")
    with cast.as_("Ivo") as by, pytest.raises(actions.CannotAct, match="Tariq has seen it"):
        actions.acknowledge(alert.public_id, by=by, at=timezone.now())
    watcher.says({"title": "Disk full", "asset": "db1", "severity": "critical"})
    assert alerts(cast.harbor)[0].state == "FIRING"
    with cast.scope():
        told = [one.change for one in Transition.objects.for_tenant(cast.harbor).of(alert.pk)]
    assert told == ["RAISE", "ACKNOWLEDGE", "OPEN"]


def test_a_source_of_one_client_never_reaches_another(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.says({"title": "x", "client": "pine-clinics", "tenant": cast.pine.pk})
    assert "client in the body was ignored" in alerts(cast.harbor)[0].flags
    assert alerts(cast.pine) == []
    with tenancy.only([cast.pine.pk]):
        assert list(Source.unscoped.all()) == []


def test_the_key_is_kept_as_a_hash_alone(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    with cast.scope():
        row = Source.objects.for_tenant(cast.harbor).get()
    assert watcher.key not in str(row.__dict__)
    assert len(watcher.key) >= 43


def test_a_source_that_was_ended_takes_nothing(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    with cast.scope():
        Source.objects.for_tenant(cast.harbor).update(revoked_at=timezone.now())
    assert watcher.posts({"title": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "duty", "said", "words"),
    [
        ("smoke signals", "monitoring.triage", {}, "is none of"),
        ("generic", "no.duty", {}, "no duty"),
        ("custom", "monitoring.triage", {"mapping": {"fields": {}}}, "no title"),
    ],
)
def test_a_source_that_could_not_work_is_refused(cast: Cast, kind: str, duty: str, said: dict[str, object], words: str) -> None:
    with pytest.raises(actions.CannotCreate, match=words):
        sender(cast.harbor, kind, duty=duty, **said)


def notices_of(cast: Cast, word: str) -> list[str]:
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).filter(subject__contains=word).order_by("to_name")
        return [row.to_name for row in rows]


def test_an_acknowledgement_runs_out_and_calls_the_side_again(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.says({"title": "Disk full", "asset": "db1"})
    (alert,) = alerts(cast.harbor)
    with cast.as_("Tariq") as by:
        actions.acknowledge(alert.public_id, by=by, at=timezone.now())
    assert background.sweep_table("monitoring.wake") == 0
    with cast.scope():
        Alert.objects.for_tenant(cast.harbor).update(acknowledged_until=timezone.now() - timedelta(seconds=1))
    assert background.sweep_table("monitoring.wake") == 1
    assert background.sweep_table("monitoring.wake") == 0
    (alert,) = alerts(cast.harbor)
    assert (alert.state, alert.acknowledged_by) == ("FIRING", "")
    called = notices_of(cast, "Still firing: Disk full")
    assert called
    assert set(called) == {person.name for person in access.people_of(cast.harbor.pk, Side(alert.side), timezone.now())} - {
        "Lena",
        "Auditor",
    }
    with cast.scope():
        assert (
            Transition.objects.for_tenant(cast.harbor).of(alert.pk)[0].because.startswith("Tariq had seen it, and it still fires 4 hours")
        )


def test_worse_news_of_a_known_trouble_calls_the_side_once(cast: Cast) -> None:
    watcher = sender(cast.harbor)
    watcher.says({"title": "Disk full", "asset": "db1", "severity": "warning"})
    assert notices_of(cast, "It is critical now") == []
    watcher.says({"title": "Disk full", "asset": "db1", "severity": "critical"})
    called = notices_of(cast, "It is critical now: Disk full")
    assert called
    assert len(called) == len(set(called))
    watcher.says({"title": "Disk full", "asset": "db1", "severity": "critical"})
    assert notices_of(cast, "It is critical now") == called
