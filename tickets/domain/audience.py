"""Who may read a message of a ticket: the requester and both sides, both sides, or one side alone."""

from dataclasses import dataclass

from comanaged.vocabulary import Audience, Side

TO_BOTH = frozenset({Audience.PUBLIC, Audience.SHARED})
OF_SIDE = {Side.INTERNAL: Audience.INTERNAL, Side.PROVIDER: Audience.PROVIDER}


@dataclass(frozen=True)
class Reader:
    """Who reads: the organisation he stands for, and whether he reads its working notes (auditors and read-only keys do not)."""

    company: int | None
    private: bool


def may_read(audience: Audience, written_for: int | None, reader: Reader) -> bool:
    """Say whether a message for `audience`, written for organisation `written_for`, is for this reader.

    A side is an organisation: a provider never reads the notes of the one before it.
    """
    if audience in TO_BOTH:
        return True
    return reader.private and reader.company is not None and reader.company == written_for


def own(side: Side) -> Audience:
    """Return the audience of a note that stays on this side."""
    return OF_SIDE[side]
