"""A version as it leaves the product: its content, where it stands, who signed it, which gaps were accepted with it."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.vocabulary import Party, spoken
from responsibilities import catalogue
from responsibilities.domain import content as contents
from responsibilities.domain import ordering
from responsibilities.domain.content import Content
from responsibilities.domain.ordering import Category

UNSIGNED = "Draft, not signed"
ALWAYS_SHOWN = (Party.INTERNAL, Party.PROVIDER, Party.LEADERSHIP)
LETTERS = (
    ("A", "is accountable: answers for it"),
    ("R", "does it, in the hours named"),
    ("S", "supports"),
    ("C", "is consulted before"),
    ("I", "is informed after"),
)
BACKUP = ("backup", "does it when whoever does it cannot")
NIGHT = "Night is all other time than day."


@dataclass(frozen=True)
class Signed:
    """The place of one side's signature: who signed, with which name, when and over which content; `at` is "" where nobody did."""

    side: str
    party: str
    person: str = ""
    typed_name: str = ""
    at: str = ""
    content_hash: str = ""


@dataclass(frozen=True)
class Accepted:
    """A gap that the client lives with: of which duty and place, what it is, why, who accepted it, until when."""

    duty: str
    place: str
    title: str
    what: str
    reason: str
    accepted_by: str
    until: str


@dataclass(frozen=True)
class Document:
    """A whole version. Moments are words as paper says them; `made` is the moment that files carry, the same for the same version."""

    client: str
    number: int
    state: str  # in one or two words: In force, Superseded, Draft, …
    signed: bool  # by both sides: it is in force, or was
    content: Content
    content_hash: str
    made: datetime
    in_force: str = ""
    superseded: str = ""
    signatures: tuple[Signed, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    address: str = ""  # of the client's matrix, with a slash at its end

    @property
    def mark(self) -> str:
        """Return the content mark: the beginning of the hash in groups of four."""
        return contents.mark(self.content_hash)

    @property
    def standing(self) -> str:
        """Return where the version stands; one that both sides have not signed says so, whatever else it is."""
        if self.signed:
            since = f" since {self.in_force}" if self.in_force else ""
            return f"In force{since}" if not self.superseded else f"In force{since}, superseded {self.superseded}"
        return UNSIGNED if self.state == "Draft" else f"{UNSIGNED} ({self.state.lower()})"

    @property
    def title(self) -> str:
        """Return what every file of it is called inside."""
        return f"Who answers for what at {self.client}"

    @property
    def line(self) -> str:
        """Return the one line that tells this version from every other."""
        return f"Version {self.number} of the responsibility matrix. {self.standing}. Content mark {self.mark}"

    @property
    def parties(self) -> tuple[str, ...]:
        """Return the parties that take part, in the order of the matrix."""
        held = {one.party for line in self.content.lines for one in line.held}
        return tuple(spoken(party) for party in Party if party in ALWAYS_SHOWN or spoken(party) in held)

    @property
    def groups(self) -> tuple[Category, ...]:
        """Return the lines by category, in the order of the matrix."""
        return ordering.by_category(self.content, catalogue.duties(), catalogue.category_names())
