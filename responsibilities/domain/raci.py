"""What a sound matrix is: the rules of one duty, and the edits of its cells, each refused in words or returning the new rules."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import coverage
from responsibilities.domain.people import Subject

EVERY_DUTY = "*"
SPELT = {
    Letter.A: "is accountable",
    Letter.R: "does it",
    Letter.S: "supports",
    Letter.C: "is consulted",
    Letter.I: "is informed",
}


class CannotEdit(Exception):
    """An edit that would say nothing or something unsound, in words for the person who tried it."""


@dataclass(frozen=True)
class Rule:
    """One letter of one subject; `party` None means nobody, on purpose. Only R carries hours and may answer first.

    `hours` are a word of Hours or the key of named hours; `duty` is a duty's key, a category's, or EVERY_DUTY; `place` is "" for the
    whole client; dates bound when the rule holds; an appended C or I is named besides those of a wider place.
    """

    letter: Letter
    party: Party | None
    hours: str | None = None
    lead: bool = False
    duty: str = EVERY_DUTY
    place: str = ""
    rank: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    team: int | None = None
    person: int | None = None
    append: bool = False
    split: str = ""

    @property
    def subject(self) -> Subject | None:
        """Return who is named, None for nobody."""
        return Subject(self.party, self.team, self.person) if self.party else None

    def holds(self, at: datetime) -> bool:
        """Say whether the rule's dates contain `at`."""
        return (self.starts_at is None or self.starts_at <= at) and (self.ends_at is None or at < self.ends_at)


Rules = tuple[Rule, ...]


def set_letter(rules: Rules, party: Party, letter: Letter, hours: Hours, duty: str) -> Rules:
    """Give `party` a letter. A moves accountability: whoever held it loses it in the same act. `hours` are for R alone."""
    holders = {rule.party for rule in rules if rule.letter is letter}
    if party in holders and (letter is not Letter.A or holders == {party}):
        raise CannotEdit(f"This party already {SPELT[letter]} here. Choose another letter, or clear this one.")
    given = Rule(letter, party, hours if letter is Letter.R else None, duty=duty)
    kept = (rule for rule in rules if rule.letter is not letter or (letter is not Letter.A and rule.party is not None))
    return (*kept, given)


def clear_letter(rules: Rules, party: Party, letter: Letter) -> Rules:
    """Take a letter from `party`."""
    _held(rules, party, letter)
    return tuple(rule for rule in rules if rule.letter is not letter or rule.party is not party)


def clear_cell(rules: Rules, party: Party) -> Rules:
    """Take every letter from `party`."""
    if not any(rule.party is party for rule in rules):
        raise CannotEdit("This cell is already empty.")
    return tuple(rule for rule in rules if rule.party is not party)


def set_hours(rules: Rules, party: Party, hours: Hours) -> Rules:
    """Say when `party` does the duty; whoever answers first stays first."""
    held = _held(rules, party, Letter.R)
    if [rule.hours for rule in held] == [hours]:
        raise CannotEdit(f"It already does this {spoken_hours(hours)}. Choose other hours.")
    lead = any(rule.lead for rule in held)
    return (*(rule for rule in rules if rule not in held), replace(held[0], hours=hours, lead=lead))


def set_lead(rules: Rules, party: Party) -> Rules:
    """Let `party` answer first among those that share the duty."""
    held = _held(rules, party, Letter.R)
    doers = {rule.party for rule in rules if rule.letter is Letter.R and rule.party is not None}
    if len(doers) == 1:
        raise CannotEdit("Only one party does this duty, so it answers first already.")
    if all(rule.lead for rule in held) and not any(rule.lead for rule in rules if rule not in held):
        raise CannotEdit("It already answers first.")
    return tuple(replace(rule, lead=rule.party is party) if rule.letter is Letter.R else rule for rule in rules)


def hours_left(rules: Rules, required: Hours) -> Hours:
    """Return the hours a new R takes unless told otherwise: the half that nobody does yet, else all that the duty requires."""
    left = coverage.gap(required, [rule.hours for rule in rules if rule.hours and rule.party])
    return next(iter(left)) if len(left) == 1 else required


def spoken_hours(hours: str | None) -> str:
    """Return the hours of an R as they are said on screen."""
    spoken: dict[str | None, str] = {Hours.BUSINESS: "by day", Hours.AFTER: "at night", Hours.ALWAYS: "day and night", None: ""}
    return spoken.get(hours, f"in the hours {hours}")


def written_cell(rules: Iterable[Rule], party: Party) -> str:
    """Return a cell as history quotes it: "A, R night, answers first"; "empty" for no part."""
    order = "ARSCI"
    words = [_word(rule) for rule in sorted(rules, key=lambda rule: order.index(rule.letter)) if rule.party is party]
    return ", ".join(words) or "empty"


def _word(rule: Rule) -> str:
    short: dict[str | None, str] = {Hours.BUSINESS: " day", Hours.AFTER: " night", Hours.ALWAYS: " always", None: ""}
    hours = short.get(rule.hours, f" {rule.hours}")
    return f"{rule.letter}{hours}{', answers first' if rule.lead else ''}"


def _held(rules: Rules, party: Party, letter: Letter) -> list[Rule]:
    held = [rule for rule in rules if rule.letter is letter and rule.party is party]
    if not held and letter is Letter.R:
        raise CannotEdit("This party does not do this duty, so it has no hours and cannot answer first. Give it the R first.")
    if not held:
        raise CannotEdit(f"Nothing to clear: nobody of this party {SPELT[letter]} here.")
    return held
