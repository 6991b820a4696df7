"""What can be disputed of a ticket, and how it is said."""

from enum import StrEnum

from tickets.domain import saying


class About(StrEnum):
    """What is said to be wrong."""

    HOLDER = "HOLDER"
    CHARGE = "CHARGE"


def in_words(about: str, party: str) -> str:
    """Return what is disputed, as the end of a sentence."""
    if about == About.CHARGE:
        return f"the time that counts as that of {saying.PARTIES.get(party, party)}"
    return "whose this is"
