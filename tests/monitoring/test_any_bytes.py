"""Whatever bytes a sender posts, the answer is a reading, soon, and made of text that can be stored."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring import sources
from monitoring.sources import engine, kinds
from tests.effort import within

HOSTILE = [
    b"", b" ", b"null", b"1", b'"text"', b"[]", b"{}", b"[1, 2]", b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900,
    b'{"title": "a\\u0000b", "asset": "\\u0000"}', b'{"title\\u0000": "x", "title": "y"}', b'{"title": "\\ud800"}',
    b'{"title": "x", "occurred_at": 1e999}', b'{"title": "x", "value": 1e999}', b'{"title": "x", "value": NaN}',
    b'{"title": "x", "occurred_at": "9999-12-31T23:59:59-12:00"}', b'{"title": "x", "occurred_at": -1}',
    b'{"title": "x", "occurred_at": ' + b"9" * 5_000 + b"}", b'{"title": "x", "occurred_at": "0001-01-01T00:00:00+14:00"}',
    b"\xff\xfe{\x00}\x00", b"\xff" * 100, b'{"title": "' + b"a" * 900_000 + b'"}', b'{"alerts": [' + b"{}," * 300_000 + b"{}]}",
    b'{"alerts": [1, null, [], {"labels": []}, {"labels": {"a": {"b": {}}}}]}', b'{"Records": {"Sns": 1}, "Message": "{"}',
    b'{"Type": "Notification", "Message": "[[[["}', b'{"event_action": {}, "payload": []}', b'{"labels": [1], "title": [1]}',
]  # fmt: skip

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
NAMES = st.sampled_from(
    ["title", "alerts", "status", "labels", "annotations", "startsAt", "endsAt", "Records", "Sns", "Message", "Type", "payload",
     "event_action", "severity", "link", "hostname", "trigger", "occurred_at", "kind", "truncatedAlerts", "fingerprint"]
)  # fmt: skip
BODIES = st.dictionaries(NAMES, VALUES, max_size=8) | VALUES


def every_text(reading: sources.Reading) -> str:
    parts: list[Any] = [*reading.problems, *reading.notes]
    for signal in reading.signals:
        parts += [signal.title, signal.asset, signal.native_key, signal.text, signal.value, signal.url, signal.severity_raw]
        parts += [*signal.key_fields, *signal.flags, *signal.labels, *signal.labels.values()]
    return "".join(parts)


def read_with_no_net(kind: str, body: bytes) -> sources.Reading:
    """Read without the guard of the outermost function, so that a fault of ours fails the test."""
    return engine.interpret(kinds.MAPPINGS[kind], body, {})


@pytest.mark.parametrize("kind", sorted(kinds.MAPPINGS))
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_a10_hostile_bodies_are_read_or_refused_with_a_reason(kind: str, body: bytes) -> None:
    with within(1):
        reading = read_with_no_net(kind, body)
    assert reading.understood or reading.problems
    every_text(reading).encode()
    assert "\x00" not in every_text(reading)


@given(body=st.binary(max_size=200), kind=st.sampled_from(sorted(kinds.MAPPINGS)))
def test_a10_any_bytes_are_read_or_refused_with_a_reason(body: bytes, kind: str) -> None:
    reading = read_with_no_net(kind, body)
    assert reading.understood or reading.problems


@settings(max_examples=400, deadline=None)
@given(value=BODIES, kind=st.sampled_from(sorted(kinds.MAPPINGS)))
def test_g10_any_json_is_read_or_refused_and_its_text_can_be_stored(value: Any, kind: str) -> None:
    reading = read_with_no_net(kind, json.dumps(value).encode("utf-8", "surrogatepass"))
    assert reading.understood or reading.problems
    every_text(reading).encode()
    assert "\x00" not in every_text(reading)


def test_a_nul_and_a_lone_surrogate_never_reach_a_text() -> None:
    (signal,) = sources.read("generic", b'{"title": "a\\u0000b\\ud800c", "labels": {"k\\u0000": "v\\u0000"}}').signals
    assert signal.title == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert dict(signal.labels) == {"k\N{REPLACEMENT CHARACTER}": "v\N{REPLACEMENT CHARACTER}"}


def test_an_absurd_moment_is_flagged_and_the_alert_is_kept() -> None:
    (signal,) = sources.read("generic", b'{"title": "x", "occurred_at": "9999-12-31T23:59:59Z"}').signals
    assert signal.occurred_at is None
    assert "unreadable time" in signal.flags


def test_g9_hostile_mappings_stop_within_their_budget() -> None:
    wide = {"a": [{"a": [{"a": list(range(50))}] * 50}] * 50}
    greedy = {"fields": {"title": {"join": ["a[*].a[*].a[*]"] * 20}}, "key": ["a[*].a[*].a[*]"] * 20}
    swelling = {"fields": {"title": {"from": "t", "do": [{"replace": ["a", "a" * 200]}] * 24}}}
    with within(2):
        assert sources.read("custom", json.dumps(wide).encode(), {"mapping": greedy}).problems == (engine.TIRED,)
        assert len(sources.read("custom", b'{"t": "aaaa"}', {"mapping": swelling}).signals[0].title) == engine.TITLE
