"""What each known sender's bodies say, and that unknown senders are onboarded by a mapping alone."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from comanaged.vocabulary import AlertSeverity
from monitoring import sources
from monitoring.domain import fingerprint
from monitoring.sources import Kind, Signal
from tests.monitoring.bodies import LAMBDA, NO_FINGERPRINT, TWO_FIRING, ZABBIX, changed, cloudwatch, sample, written


def one(kind: str, body: bytes, **settings: object) -> Signal:
    reading = sources.read(kind, body, settings, received_at=datetime(2026, 1, 5, tzinfo=UTC))
    assert reading.problems == ()
    (signal,) = reading.signals
    return signal


def key(signal: Signal) -> fingerprint.Fingerprint:
    return fingerprint.of(
        1, 1, native_key=signal.native_key, key_fields=signal.key_fields, asset=signal.asset, condition=signal.check_name or signal.title
    )


def test_equal_labels_with_two_fingerprints_are_two_troubles_of_one_condition() -> None:
    first, second = sources.read("alertmanager", sample(TWO_FIRING)).signals
    assert key(first) != key(second)
    assert (first.asset, first.check_name) == (second.asset, second.check_name) == ("andromeda", "High CPU Temperature")
    assert first.severity is AlertSeverity.CRITICAL
    assert first.occurred_at == datetime(2020, 2, 6, 0, 17, 58, 432911, tzinfo=UTC)


def test_a_resolved_member_of_a_firing_group_is_resolved() -> None:
    body = json.loads(sample(TWO_FIRING))
    body["alerts"][1] |= {"status": "resolved", "endsAt": "2020-02-06T00:20:00Z"}
    first, second = sources.read("alertmanager", written(body)).signals
    assert (first.kind, second.kind) == (Kind.TRIGGER, Kind.RESOLVE)
    assert second.occurred_at == datetime(2020, 2, 6, 0, 20, tzinfo=UTC)
    assert key(second) == key(sources.read("alertmanager", sample(TWO_FIRING)).signals[1])


def test_a_member_without_fingerprint_and_state_is_known_by_its_labels_and_takes_the_groups_state() -> None:
    firing = one("alertmanager", sample(NO_FINGERPRINT))
    over = one("alertmanager", changed(NO_FINGERPRINT, status="resolved"))
    assert (firing.kind, over.kind) == (Kind.TRIGGER, Kind.RESOLVE)
    assert key(firing) == key(over)
    assert not key(firing).weak


def test_a_member_without_state_that_has_ended_is_over_though_its_group_fires() -> None:
    body = json.loads(sample(NO_FINGERPRINT))
    body["alerts"][0]["endsAt"] = "2018-03-07T07:00:00-05:00"
    assert one("alertmanager", written(body)).kind is Kind.RESOLVE
    body["alerts"][0]["endsAt"] = "2030-01-01T00:00:00Z"
    assert one("alertmanager", written(body)).kind is Kind.TRIGGER


def test_the_severity_label_is_no_part_of_the_trouble() -> None:
    body = json.loads(sample(NO_FINGERPRINT))
    before = key(one("alertmanager", written(body)))
    body["alerts"][0]["labels"]["severity"] = "critical"
    assert key(one("alertmanager", written(body))) == before


def test_a_cut_list_says_that_it_is_partial() -> None:
    signal = one("alertmanager", changed(NO_FINGERPRINT, truncatedAlerts=3))
    assert not signal.snapshot_complete
    assert "partial list" in signal.flags


def test_the_trigger_in_the_link_names_a_zabbix_trouble_when_all_else_differs() -> None:
    recovery = changed(
        ZABBIX,
        status="RESOLVED",
        severity="Not classified",
        trigger="Zabbix agent is reachable again",
        link="https://zabbix.example.com/tr_events.php?eventid=10599&triggerid=14032",
    )
    problem, over = one("zabbix", sample(ZABBIX)), one("zabbix", recovery)
    assert (problem.kind, over.kind) == (Kind.TRIGGER, Kind.RESOLVE)
    assert key(problem) == key(over)
    assert problem.severity is AlertSeverity.HIGH


@pytest.mark.parametrize(
    "body",
    [
        {"host": "web1", "trigger_id": "77", "trigger_name": "Disk full", "trigger_status": "PROBLEM", "trigger_severity": "Disaster"},
        {"HOST.NAME": "web1", "TRIGGER.ID": 77, "TRIGGER.NAME": "Disk full", "EVENT.VALUE": 1, "EVENT.NSEVERITY": 5},
        {"host": {"name": "web1"}, "trigger": {"id": "77", "name": "Disk full"}, "event": {"value": "1", "severity": "Disaster"}},
        {"Hostname": "WEB1", "link": "{$ZABBIX.URL}/tr_events.php?triggerid=77&eventid=1", "subject": "Disk full", "value": "PROBLEM",
         "severity": "Disaster", "date": "{EVENT.DATE} {EVENT.TIME}"},
    ],
)  # fmt: skip
def test_zabbix_bodies_that_users_spell_differently_say_the_same(body: dict[str, object]) -> None:
    signal = one("zabbix", written(body))
    assert (signal.kind, signal.severity, signal.title) == (Kind.TRIGGER, AlertSeverity.CRITICAL, "Disk full")
    assert signal.key_fields == ("77", "web1")
    assert signal.occurred_at is None
    assert "{" not in signal.url


def test_zabbix_writes_a_moment_as_a_date_and_a_time_of_day() -> None:
    dated = {"host": "w1", "trigger_id": "7", "event_name": "Ping", "event_date": "2026.01.04", "event_time": "16:10:11"}
    problem = one("zabbix", written(dated | {"status": "PROBLEM", "event_recovery_date": "{EVENT.RECOVERY.DATE}"}))
    assert (problem.occurred_at, problem.flags) == (datetime(2026, 1, 4, 16, 10, 11, tzinfo=UTC), ())
    ended = {"status": "RESOLVED", "event_recovery_date": "2026.01.04", "event_recovery_time": "16:15:00"}
    assert one("zabbix", written(dated | ended)).occurred_at == datetime(2026, 1, 4, 16, 15, tzinfo=UTC)


def test_a_cloudwatch_alarm_reads_the_same_through_lambda_and_from_sns_itself() -> None:
    through_lambda, direct = one("cloudwatch", sample(LAMBDA)), one("cloudwatch", cloudwatch("ALARM"))
    assert key(through_lambda) == key(direct)
    assert through_lambda.asset == "TestInstance"
    assert through_lambda.occurred_at == datetime(2015, 6, 3, 17, 43, 27, 123000, tzinfo=UTC)


@pytest.mark.parametrize(("state", "kind"), [("OK", Kind.RESOLVE), ("ALARM", Kind.TRIGGER), ("INSUFFICIENT_DATA", Kind.TRIGGER)])
def test_missing_data_is_never_taken_for_recovery(state: str, kind: Kind) -> None:
    assert one("cloudwatch", cloudwatch(state)).kind is kind


def test_a_metric_math_alarm_needs_no_metric_name() -> None:
    trigger = {
        "Metrics": [{"Id": "e1", "Expression": "m1/m2"}, {"MetricStat": {"Metric": {"Dimensions": [{"name": "Id", "value": "i-1"}]}}}]
    }
    signal = one("cloudwatch", cloudwatch("ALARM", Trigger=trigger))
    assert signal.native_key.startswith("arn:aws:cloudwatch")
    assert (signal.title, signal.asset) == ("EXAMPLE", "i-1")


def test_a_request_to_confirm_a_subscription_is_told_in_words_and_followed_by_nobody() -> None:
    body = {
        "Type": "SubscriptionConfirmation",
        "TopicArn": "arn:topic",
        "SubscribeURL": "https://sns.example.com/?Token=1",
        "Message": "You",
    }
    reading = sources.read("cloudwatch", written(body))
    assert reading.signals == ()
    assert "asks to confirm" in reading.notes[0]
    assert "https://sns.example.com/?Token=1" in reading.notes[0]


@pytest.mark.parametrize(
    ("verb", "kind"), [("trigger", Kind.TRIGGER), ("acknowledge", Kind.ACKNOWLEDGE), ("resolve", Kind.RESOLVE)]
)  # fmt: skip
def test_the_three_verbs_of_pagerduty(verb: str, kind: Kind) -> None:
    payload = {"summary": "Disk full", "source": "db1", "severity": "error", "timestamp": "2026-01-04T22:00:00.000+0000"}
    signal = one("pagerduty", written({"routing_key": "x", "event_action": verb, "dedup_key": "disk/db1", "payload": payload}))
    assert (signal.kind, signal.native_key, signal.severity) == (kind, "disk/db1", AlertSeverity.HIGH)
    assert one("pagerduty", written({"event_action": verb, "dedup_key": "k"} | ({"payload": {"summary": "t"}}))).kind is kind


def test_our_own_body_needs_a_title_alone() -> None:
    signal = one("generic", b'{"title": "Disk full"}')
    assert (signal.kind, signal.severity) == (Kind.TRIGGER, AlertSeverity.UNKNOWN)
    assert key(signal).weak
    assert sources.read("generic", b'{"severity": "high"}').problems == ("It names no title, so nobody would know what happened.",)


def test_fingerprint_and_duty_of_our_own_body_count_only_where_allowed_and_a_client_in_it_is_ignored() -> None:
    body = b'{"title": "x", "fingerprint": "f", "duty": "backup.jobs", "client": "pine", "source": "s"}'
    refused = one("generic", body)
    assert (refused.native_key, refused.duty) == ("", "")
    assert set(refused.flags) == {
        "not allowed here: fingerprint", "not allowed here: duty", "client in the body was ignored", "source in the body was ignored"
    }  # fmt: skip
    allowed = one("generic", body, allow_fingerprint=True, allow_duty=True)
    assert (allowed.native_key, allowed.duty) == ("f", "backup.jobs")


def test_an_unknown_state_fires_and_is_flagged() -> None:
    signal = one("generic", b'{"title": "x", "kind": "wobbling"}')
    assert signal.kind is Kind.TRIGGER
    assert "unmapped status" in signal.flags


def test_a_severity_the_sender_does_not_give_is_the_sources_own() -> None:
    assert one("generic", b'{"title": "x"}', severity="high").severity is AlertSeverity.HIGH
    assert one("generic", b'{"title": "x", "severity": "purple"}', severity="high").severity is AlertSeverity.UNKNOWN


AZURE = {
    "name": "Azure Monitor",
    "match": [{"path": "schemaId", "equals": "azureMonitorCommonAlertSchema"}],
    "fields": {
        "kind": {"from": "data.essentials.monitorCondition", "map": {"fired": "trigger", "resolved": "resolve"}},
        "title": "data.essentials.alertRule",
        "native_key": "data.essentials.alertId",
        "asset": "data.essentials.configurationItems[0]",
        "severity": {"from": "data.essentials.severity", "map": {"sev0": "critical", "sev1": "high", "sev2": "warning", "sev3": "info"}},
        "occurred_at": "data.essentials.firedDateTime",
        "ended_at": "data.essentials.resolvedDateTime",
    },
}
NINJA = {
    "name": "NinjaOne",
    "fields": {
        "kind": {"from": "statusCode", "map": {"triggered": "trigger", "reset": "resolve"}},
        "title": {"join": ["message"], "do": [{"cut": 20}]},
        "asset": "device.systemName",
        "native_key": "seriesUid",
        "occurred_at": "activityTime",
        "value": "data.message.params.cpu",
    },
}


def test_azure_is_onboarded_by_a_mapping_alone() -> None:
    signal = one("custom", sample("azure-monitor-common-metric-resolved.json"), mapping=AZURE)
    assert (signal.kind, signal.asset, signal.severity) == (Kind.RESOLVE, "wcus-r2-gen2", AlertSeverity.INFO)
    assert signal.occurred_at == datetime(2019, 3, 22, 14, 3, 16, 224631, tzinfo=UTC)


def test_a_sender_of_a_form_with_json_in_a_field_is_onboarded_by_a_mapping_alone() -> None:
    mapping = {"body": "form", "decode": ["$.payload"], "split": ["$.payload.events"], "fields": {"title": "what", "asset": "where"}}
    signal = one(
        "custom", b"token=1&payload=%7B%22events%22%3A%5B%7B%22what%22%3A%22Fire%22%2C%22where%22%3A%22Attic%22%7D%5D%7D", mapping=mapping
    )
    assert (signal.title, signal.asset) == ("Fire", "Attic")


@pytest.mark.parametrize("stamp", [1767571200.5, 1767571200500, "1767571200500", 1767571200500000, 1767571200500000000])
def test_epochs_of_every_unit_are_told_apart_by_their_digits(stamp: float | str) -> None:
    body = {"statusCode": "TRIGGERED", "message": "CPU is hot and getting hotter", "seriesUid": "u", "activityTime": stamp}
    signal = one("custom", written(body), mapping=NINJA)
    assert signal.occurred_at == datetime(2026, 1, 5, tzinfo=UTC) + timedelta(milliseconds=500)
    assert signal.title == "CPU is hot and getti"


@pytest.mark.parametrize(
    "mapping",
    [
        {}, [], "nonsense", {"fields": {}}, {"fields": {"title": "a..b"}}, {"fields": {"title": "a"}, "what": 1},
        {"fields": {"title": {"from": "a", "do": ["eval"]}}}, {"fields": {"title": {"from": "a", "map": "none"}}},
        {"fields": {"title": "a"}, "time": {"zone": "Mars/Base"}}, {"fields": {"title": [["a", ["b", ["c", ["d", ["e", ["f", ["g"]]]]]]]]}},
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_a_reason_not_an_error(mapping: object) -> None:
    reading = sources.read("custom", b'{"a": 1}', {"mapping": mapping})
    assert reading.problems
    assert not reading.understood


def test_sentry_and_azure_are_known_from_the_start() -> None:
    assert one("sentry", sample("sentry-issue-resolved.json")).kind is Kind.RESOLVE
    assert one("azure", sample("azure-monitor-common-metric-resolved.json")).native_key.endswith("b9569717-bc32-442f-add5-83a997729330")


def test_uptime_kuma_is_known_by_its_monitor_and_its_naive_time_is_utc() -> None:
    beat = {"status": 0, "time": "2026-01-04 22:00:00.123", "timezone": "America/Chicago", "localDateTime": "2026-01-04 16:00:00"}
    signal = one(
        "uptime-kuma", written({"heartbeat": beat, "monitor": {"id": 7, "name": "Portal", "url": "https://a"}, "msg": "Portal is down"})
    )
    assert (signal.kind, signal.native_key) == (Kind.TRIGGER, "7")
    assert signal.occurred_at == datetime(2026, 1, 4, 22, 0, 0, 123000, tzinfo=UTC)


def test_a_search_result_with_fewer_hits_than_its_total_is_partial() -> None:
    hit = {"_source": {"rule": {"id": "5710", "level": 12, "description": "sshd: brute force"}, "agent": {"id": "001", "name": "web1"}}}
    signal = one("wazuh", written({"hits": {"total": {"value": 125}, "hits": [hit]}}))
    assert (signal.key_fields, signal.severity, signal.snapshot_complete) == (("5710", "001"), AlertSeverity.CRITICAL, False)
    assert one("wazuh", written({"hits": {"total": {"value": 1}, "hits": [hit]}})).snapshot_complete


def test_an_alarm_that_sns_delivers_without_envelope_is_the_same_alarm() -> None:
    raw = json.loads(cloudwatch("OK"))["Message"].encode()
    assert key(one("cloudwatch", raw)) == key(one("cloudwatch", cloudwatch("ALARM")))
    assert one("cloudwatch", raw).kind is Kind.RESOLVE


def test_zabbix_mails_turned_into_json_tell_their_state_by_their_subject() -> None:
    body = {"host": "web1", "triggerid": "7", "subject": "Resolved in 5m 3s: Disk full", "message": "x"}
    assert one("zabbix", written(body)).kind is Kind.RESOLVE
    problem = {"host": "web1", "subject": "Problem: Disk full", "message": "x"}
    assert one("zabbix", written(problem)).kind is Kind.TRIGGER
    assert key(one("zabbix", written(problem))) == key(one("zabbix", written(problem | {"subject": "Resolved in 5m 3s: Disk full"})))
