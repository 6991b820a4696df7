"""The words every part of the product shares; rows and code hold them in upper case, API and data files in lower case."""

from enum import StrEnum
from typing import TypeVar


class Letter(StrEnum):
    """What a party is to a duty: does the work, answers for it, helps, is asked before, is told after."""

    R = "R"
    A = "A"
    S = "S"
    C = "C"
    I = "I"  # noqa: E741 - the letter is the word of the field


class Side(StrEnum):
    """The two sides that sign, hold tickets and have desks."""

    INTERNAL = "INTERNAL"
    PROVIDER = "PROVIDER"


class Party(StrEnum):
    """Everyone who can hold a letter."""

    INTERNAL = "INTERNAL"
    PROVIDER = "PROVIDER"
    LEADERSHIP = "LEADERSHIP"
    END_USER = "END_USER"
    VENDOR = "VENDOR"


class Hours(StrEnum):
    """When an R counts: inside business hours, outside them, at every hour."""

    BUSINESS = "BUSINESS"
    AFTER = "AFTER"
    ALWAYS = "ALWAYS"


class PlaceKind(StrEnum):
    """What a place of a client is: a group of sites, a site, a service or tag, an asset."""

    GROUP = "GROUP"
    SITE = "SITE"
    TAG = "TAG"
    ASSET = "ASSET"


class TeamKind(StrEnum):
    """What people of one party are together: a team that shares work, or a role that one of them holds at a time."""

    TEAM = "TEAM"
    ROLE = "ROLE"


class Audience(StrEnum):
    """Who may read a message: the requester and both sides, both sides, or one side only."""

    PUBLIC = "PUBLIC"
    SHARED = "SHARED"
    INTERNAL = "INTERNAL"
    PROVIDER = "PROVIDER"


class AlertSeverity(StrEnum):
    """How bad a sender says it is."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    WARNING = "WARNING"
    INFO = "INFO"
    UNKNOWN = "UNKNOWN"


class FindingSeverity(StrEnum):
    """How bad a broken rule is."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Priority(StrEnum):
    """How soon a ticket wants a person."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


Word = TypeVar("Word", bound=StrEnum)


def spoken(word: str) -> str:
    """Return the word as API, data files and commands write it."""
    return word.lower()


def written(text: str, words: type[Word]) -> Word:
    """Return the word that `text` spells in any case; raise ValueError naming the words there are."""
    try:
        return words(text.strip().upper())
    except ValueError:
        raise ValueError(f"'{text}' is none of {', '.join(word.lower() for word in words)}.") from None
