"""What findings rest on besides the matrix itself: signatures, confirmations, acceptances, newer templates, open blind answers. All of it is read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from responsibilities.domain.attesting import Voice
from responsibilities.domain.findings.draft import Key


@dataclass(frozen=True)
class Lapsed:
    """An acceptance that ran out while nothing says that its finding is over."""

    key: Key
    ended_at: datetime
    accepted_by: str


@dataclass(frozen=True)
class News:
    """A newer edition of the template that a version began from, and the duties it states otherwise that nobody here changed since."""

    template: str
    name: str
    pinned: int
    newest: int
    touched: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What is known when a version's findings are asked for; without any of it the rules that need it say nothing."""

    version: int | None = None
    nothing_in_force: bool = False
    proposed_at: datetime | None = None
    in_force_at: datetime | None = None
    confirmed: Mapping[str, datetime] = field(default_factory=dict)  # by duty
    joined: Mapping[int, datetime] = field(default_factory=dict)  # when each person became a member
    lapsed: tuple[Lapsed, ...] = ()
    news: News | None = None
    prerequisites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by duty: what it rests on
    voices: Mapping[str, tuple[Voice, ...]] = field(default_factory=dict)  # by duty: the open blind answers that stand
