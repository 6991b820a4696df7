"""Blind answers: who people say does a duty by day and by night, what a side says as one, when answers open. Sides are absolute here."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from comanaged.vocabulary import Hours, Party, Side
from responsibilities.domain import coverage

LIMIT = timedelta(days=14)  # after which answers open, whoever is silent
REMINDERS = (timedelta(days=3), timedelta(days=7), timedelta(days=12))
HALVES = (Hours.BUSINESS, Hours.AFTER)


class Says(StrEnum):
    """Who somebody says does a duty; a side's word is the side, whoever says it."""

    INTERNAL = "INTERNAL"
    PROVIDER = "PROVIDER"
    BOTH = "BOTH"
    NOBODY = "NOBODY"
    UNSURE = "UNSURE"


WORDS = ("us", "them", "both", "nobody", "unsure")  # as a person says it
OF_SIDE = {Side.INTERNAL: Says.INTERNAL, Side.PROVIDER: Says.PROVIDER}
OF_PARTY = {Party.INTERNAL: Says.INTERNAL, Party.PROVIDER: Says.PROVIDER}


@dataclass(frozen=True)
class Voice:
    """One person's answer about one duty, by half of the day; a half that was not answered is missing."""

    side: Side
    said: Mapping[Hours, Says]


@dataclass(frozen=True)
class Position:
    """What a side says of one half of the day: one word, or several where its people disagree; none where nobody answered."""

    words: frozenset[Says] = frozenset()

    @property
    def one(self) -> Says | None:
        """Return the word of a side that speaks as one and knows."""
        return next(iter(self.words)) if self.sure else None

    @property
    def silent(self) -> bool:
        return not self.words

    @property
    def sure(self) -> bool:
        return len(self.words) == 1 and Says.UNSURE not in self.words


class Verdict(StrEnum):
    """What comes of both sides' words and the paper, the worst first."""

    ORPHAN = "ORPHAN"  # each names the other
    PAPER = "PAPER"  # they agree, and the paper says something else
    DOUBLE = "DOUBLE"  # each names itself
    DIFFER = "DIFFER"  # they say different things in another way
    UNSURE = "UNSURE"  # somebody does not know, or people of one side disagree
    SILENT = "SILENT"  # of a side nobody answered
    SAME = "SAME"


def parts(hours: Hours) -> tuple[Hours, ...]:
    """Return the halves of the day that are asked about for a duty covered in these hours."""
    return tuple(half for half in HALVES if half in coverage.PARTS[hours])


def absolute(word: str, side: Side) -> Says:
    """Return what somebody of `side` means by us, them, both, nobody, unsure; raise KeyError for another word."""
    other = Side.PROVIDER if side is Side.INTERNAL else Side.INTERNAL
    return {
        "us": OF_SIDE[side],
        "them": OF_SIDE[other],
        "both": Says.BOTH,
        "nobody": Says.NOBODY,
        "unsure": Says.UNSURE,
    }[word]


def relative(said: Says, side: Side) -> str:
    """Return the word that somebody of `side` said."""
    return next(word for word in WORDS if absolute(word, side) is said)


def position(voices: Iterable[Voice], side: Side, half: Hours) -> Position:
    """Return what a side's people say of one half of the day."""
    return Position(frozenset(voice.said[half] for voice in voices if voice.side is side and half in voice.said))


def on_paper(parties: Collection[Party]) -> Says | None:
    """Return what the paper says when these parties do a duty; None where only somebody outside the two sides does."""
    words = {OF_PARTY[party] for party in parties if party in OF_PARTY}
    if len(words) == len(OF_PARTY):
        return Says.BOTH
    return next(iter(words), None) if words or parties else Says.NOBODY


def verdict(internal: Position, provider: Position, paper: Says | None) -> Verdict:
    """Return what comes of both sides' words and the paper for one half of the day."""
    both = (internal, provider)
    if any(one.words and not one.sure for one in both):
        return Verdict.UNSURE
    if any(one.silent for one in both):
        return Verdict.SILENT
    if internal.one is provider.one:
        outside = paper is None and internal.one is Says.NOBODY  # neither side: a vendor, leadership, users
        return Verdict.SAME if internal.one is paper or outside else Verdict.PAPER
    return {
        (Says.PROVIDER, Says.INTERNAL): Verdict.ORPHAN,
        (Says.INTERNAL, Says.PROVIDER): Verdict.DOUBLE,
    }.get((internal.one or Says.UNSURE, provider.one or Says.UNSURE), Verdict.DIFFER)


# --- time


def is_due(at: datetime, opens_at: datetime, asked: Collection[int], answered: Collection[int]) -> bool:
    """Say whether answers about a duty open: everybody asked who is still there has answered, or time is up."""
    return at >= opens_at or not set(asked) - set(answered)


def reminder(asked_at: datetime, at: datetime) -> int | None:
    """Return the days of the newest reminder that is due, None before the first; a missed one is not caught up."""
    return next((after.days for after in reversed(REMINDERS) if at >= asked_at + after), None)


def next_look(asked_at: datetime, at: datetime) -> datetime:
    """Return when time next asks for something: a reminder, or the opening. Once that is past, it is the opening."""
    moments = [asked_at + after for after in (*REMINDERS, LIMIT)]
    return next((moment for moment in moments if moment > at), moments[-1])


# --- rounds


@dataclass(frozen=True)
class Heard:
    """The opened answers about one duty in one round; `opened_at` and `round` put rounds in order."""

    duty: str
    round: int
    opened_at: datetime
    voices: tuple[Voice, ...]

    @property
    def by_both(self) -> bool:
        return {voice.side for voice in self.voices} == set(Side)


def standing(heard: Iterable[Heard]) -> dict[str, Heard]:
    """Return what stands of each duty: the newest round in which both sides answered, else the newest. Silence replaces no answer."""
    found: dict[str, Heard] = {}
    for one in sorted(heard, key=lambda one: (one.by_both, one.round)):
        found[one.duty] = one
    return found


# --- agreement


@dataclass(frozen=True)
class Agreement:
    """On how many of the duties that both were asked about the two sides and the paper say the same."""

    same: int
    asked: int

    @property
    def share(self) -> float | None:
        """Return it as a share, None where nobody was asked yet."""
        return self.same / self.asked if self.asked else None


def agreement(verdicts: Iterable[Sequence[Verdict]]) -> Agreement:
    """Return the measure of duties, each with the verdicts of its halves."""
    found = [list(one) for one in verdicts]
    return Agreement(sum(bool(one) and all(half is Verdict.SAME for half in one) for one in found), len(found))


def complete(said: Mapping[Hours, Says], hours: Hours) -> bool:
    """Say whether every half that is asked about is answered."""
    return all(half in said for half in parts(hours))


def halves_of(day: str, night: str) -> Iterator[tuple[Hours, Says]]:
    """Yield the halves that were answered, as a row keeps them."""
    for half, word in zip(HALVES, (day, night), strict=True):
        if word:
            yield half, Says(word)
