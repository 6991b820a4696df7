"""The state machine of one trouble: what each signal changes, and that no order of arrival undoes the newest."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from comanaged.vocabulary import AlertSeverity
from monitoring.domain import episode
from monitoring.domain.episode import Change, Known, Mark, State
from monitoring.sources.signal import Kind

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
WARNING, CRITICAL = AlertSeverity.WARNING, AlertSeverity.CRITICAL


def mark(minute: int) -> Mark:
    return Mark(NOON, NOON + timedelta(minutes=minute))


@dataclass
class Trouble:
    """What the rows remember of one fingerprint, kept as the action keeps it."""

    known: Known = field(default_factory=Known)
    changes: list[Change] = field(default_factory=list)

    def hears(self, kind: Kind, minute: int, severity: AlertSeverity = WARNING) -> Change:
        verdict = episode.judge(self.known, kind, severity, mark(minute))
        self.known = episode.after(self.known, verdict, kind, mark(minute))
        self.changes.append(verdict.change)
        return verdict.change


def test_a_trigger_opens_repeats_are_counted_and_a_resolve_ends_it() -> None:
    trouble = Trouble()
    assert trouble.hears(Kind.TRIGGER, 0) is Change.OPEN
    assert trouble.hears(Kind.TRIGGER, 1) is Change.REPEAT
    assert trouble.hears(Kind.TRIGGER, 0) is Change.REPEAT
    assert trouble.hears(Kind.RESOLVE, 2) is Change.RESOLVE
    assert trouble.known.state is State.RESOLVED


def test_a_higher_severity_is_news_even_when_acknowledged_and_a_lower_one_is_not() -> None:
    trouble = Trouble()
    trouble.hears(Kind.TRIGGER, 0)
    assert trouble.hears(Kind.ACKNOWLEDGE, 1) is Change.ACKNOWLEDGE
    assert trouble.hears(Kind.TRIGGER, 2) is Change.REPEAT
    assert trouble.known.state is State.ACKNOWLEDGED
    assert trouble.hears(Kind.TRIGGER, 3, CRITICAL) is Change.RAISE
    assert trouble.known.state is not State.ACKNOWLEDGED
    assert trouble.hears(Kind.TRIGGER, 4, WARNING) is Change.REPEAT
    assert trouble.known.severity is CRITICAL


def test_a_resolve_without_an_alert_is_kept_as_an_orphan_and_its_older_trigger_changes_nothing() -> None:
    trouble = Trouble()
    assert trouble.hears(Kind.RESOLVE, 5) is Change.ORPHAN
    assert trouble.hears(Kind.TRIGGER, 4) is Change.LATE
    assert not trouble.known.is_open
    assert trouble.hears(Kind.TRIGGER, 6) is Change.OPEN


def test_firing_again_within_a_quarter_of_an_hour_reopens_and_later_opens_anew() -> None:
    trouble = Trouble()
    trouble.hears(Kind.TRIGGER, 0)
    trouble.hears(Kind.RESOLVE, 1)
    assert trouble.hears(Kind.TRIGGER, 16) is Change.REOPEN
    trouble.hears(Kind.RESOLVE, 17)
    assert trouble.hears(Kind.TRIGGER, 33) is Change.OPEN


def test_an_old_resolve_does_not_end_what_fired_after_it() -> None:
    trouble = Trouble()
    trouble.hears(Kind.TRIGGER, 10)
    assert trouble.hears(Kind.RESOLVE, 9) is Change.LATE
    assert trouble.known.is_open


def test_two_clocks_are_never_mixed() -> None:
    by_our_clock = Mark(NOON)
    by_theirs = Mark(NOON + timedelta(minutes=1), NOON - timedelta(days=900))
    assert by_our_clock.is_older_than(by_theirs)
    assert by_theirs.odd
    assert not by_our_clock.odd


SAID = st.lists(
    st.tuples(st.sampled_from([Kind.TRIGGER, Kind.RESOLVE]), st.integers(0, 40), st.sampled_from([WARNING, CRITICAL])),
    min_size=1,
    max_size=6,
)


def right_end(said: list[tuple[Kind, int, AlertSeverity]]) -> bool:
    """Say whether the newest signal fires; a resolve of the same minute wins."""
    return max(said, key=lambda one: (one[1], one[0] is Kind.RESOLVE))[0] is Kind.TRIGGER


@given(said=SAID, order=st.randoms())
def test_a13_an_old_signal_never_undoes_a_newer_one(said: list[tuple[Kind, int, AlertSeverity]], order: object) -> None:
    shuffled = list(said)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    trouble = Trouble()
    for one in shuffled:
        trouble.hears(*one)
    assert trouble.known.is_open is right_end(said)


def test_a13_every_order_of_one_story_ends_the_same() -> None:
    story = [(Kind.TRIGGER, 0, WARNING), (Kind.TRIGGER, 2, CRITICAL), (Kind.RESOLVE, 4, WARNING), (Kind.TRIGGER, 30, WARNING)]
    for order in permutations(story):
        trouble = Trouble()
        for one in order:
            trouble.hears(*one)
        assert trouble.known.is_open
