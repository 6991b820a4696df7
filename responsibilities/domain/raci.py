"""What a sound matrix is: the rules of one duty, and the edits of its cells, each refused in words or returning the new rules."""

from collections.abc import Callable, Iterable
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
    qualifier: str = ""

    @property
    def subject(self) -> Subject | None:
        """Return who is named, None for nobody."""
        return Subject(self.party, self.team, self.person) if self.party else None

    def holds(self, at: datetime) -> bool:
        """Say whether the rule's dates contain `at`."""
        return (self.starts_at is None or self.starts_at <= at) and (self.ends_at is None or at < self.ends_at)


def line_key(about: str) -> str:
    """Return how a line is called in addresses: a duty's key as it is, "support.all" for a category, "all.all" for every duty."""
    return "all.all" if about == EVERY_DUTY else about if "." in about else f"{about}.all"


def about(line: str) -> str:
    """Return what a line's rules are about: a duty's key, a category's, or EVERY_DUTY."""
    category, _, rest = line.partition(".")
    return line if rest != "all" else EVERY_DUTY if category == "all" else category


Rules = tuple[Rule, ...]
Called = Callable[[Subject], str]  # the name of a team or person, "" for a party as a whole


def unnamed(subject: Subject) -> str:
    """Call nobody by name."""
    return ""


def set_letter(rules: Rules, party: Party, letter: Letter, hours: str, duty: str, *, place: str = "") -> Rules:
    """Give `party` a letter. A moves accountability: whoever held it loses it in the same act. `hours` are for R alone."""
    holders = {rule.party for rule in rules if rule.letter is letter and rule.rank == 1}
    if party in holders and (letter is not Letter.A or holders == {party}):
        raise CannotEdit(f"This party already {SPELT[letter]} here. Choose another letter, or clear this one.")
    given = Rule(letter, party, hours if letter is Letter.R else None, duty=duty, place=place)
    kept = (rule for rule in rules if rule.letter is not letter or (letter is not Letter.A and rule.party is not None))
    return (*kept, given)


def add_hours(rules: Rules, party: Party, hours: str) -> Rules:
    """Let `party` do the duty in other hours as well, so that somebody else of it can be named for them."""
    held = _held(rules, party, Letter.R)
    if any(rule.hours == hours for rule in held):
        raise CannotEdit(f"It already does this {spoken_hours(hours)}. Choose other hours.")
    return (*rules, replace(held[0], hours=hours, team=None, person=None, split="", qualifier=""))


def clear_letter(rules: Rules, party: Party, letter: Letter) -> Rules:
    """Take a letter from `party`, its backup with it."""
    if not any(rule.letter is letter and rule.party is party for rule in rules):
        _held(rules, party, letter)
    return tuple(rule for rule in rules if rule.letter is not letter or rule.party is not party)


def clear_cell(rules: Rules, party: Party) -> Rules:
    """Take every letter from `party`."""
    if not any(rule.party is party for rule in rules):
        raise CannotEdit("This cell is already empty.")
    return tuple(rule for rule in rules if rule.party is not party)


def set_hours(rules: Rules, party: Party, hours: str, was: str = "") -> Rules:
    """Say when `party` does the duty; whoever answers first stays first, and a backup goes along.

    Of several stretches only the one whose hours `was` names changes; without it they become one.
    """
    held = _of_hours(_held(rules, party, Letter.R), was)
    if [rule.hours for rule in held] == [hours]:
        raise CannotEdit(f"It already does this {spoken_hours(hours)}. Choose other hours.")
    changed = replace(held[0], hours=hours, lead=any(rule.lead for rule in held))
    backups = [rule for rule in rules if _backs_up(rule, party) and rule.hours in {one.hours for one in held}]
    moved = [replace(rule, hours=hours) for rule in backups[:1]]
    return _once((*(rule for rule in rules if rule not in held and rule not in backups), changed, *moved))


def set_lead(rules: Rules, party: Party) -> Rules:
    """Let `party` answer first among those that share the duty."""
    held = _held(rules, party, Letter.R)
    doers = {rule.party for rule in rules if rule.letter is Letter.R and rule.party is not None and rule.rank == 1}
    if len(doers) == 1:
        raise CannotEdit("Only one party does this duty, so it answers first already.")
    if all(rule.lead for rule in held) and not any(rule.lead for rule in rules if rule not in held):
        raise CannotEdit("It already answers first.")
    return tuple(replace(rule, lead=rule.party is party and rule.rank == 1) if rule.letter is Letter.R else rule for rule in rules)


def set_who(rules: Rules, party: Party, letter: Letter, who: Subject, was: str = "") -> Rules:
    """Name the team or person of `party` that a letter is for, or the party as a whole; `was` picks one of several hours."""
    held = _of_hours(_held(rules, party, letter), was)
    if all(rule.subject == who for rule in held):
        raise CannotEdit("That is who it names already. Choose somebody else.")
    return _once(tuple(replace(rule, team=who.team, person=who.person) if rule in held else rule for rule in rules))


def set_backup(rules: Rules, party: Party, who: Subject | None, hours: str, duty: str, *, place: str = "") -> Rules:
    """Name who does the duty when whoever does it cannot, or nobody. A party that does it backs itself up in its own hours."""
    backups = tuple(rule for rule in rules if _backs_up(rule, party))
    if who is None and not backups:
        raise CannotEdit("There is no backup here to take away.")
    if who is not None and backups and all(rule.subject == who for rule in backups):
        raise CannotEdit("That is the backup already. Choose somebody else.")
    kept = tuple(rule for rule in rules if rule not in backups and not (rule.letter is Letter.R and rule.party is None))
    own = [rule for rule in kept if rule.letter is Letter.R and rule.party is party]
    if who is not None and any(rule.subject == who for rule in own):
        raise CannotEdit("Whoever does it cannot be the backup too. Choose somebody else.")
    times = list(dict.fromkeys(rule.hours for rule in own)) or [hours]
    named = [Rule(Letter.R, party, one, duty=duty, place=place, rank=2, team=who.team, person=who.person) for one in times] if who else []
    return (*kept, *named)


def set_half(rules: Rules, party: Party, text: str, was: str = "") -> Rules:
    """Say which half of a shared duty is `party`'s."""
    held = _of_hours(_held(rules, party, Letter.R), was)
    return tuple(replace(rule, split=text) if rule in held else rule for rule in rules)


def set_qualifier(rules: Rules, party: Party, letter: Letter, text: str) -> Rules:
    """Say in words how far a letter goes: "severity 1 and 2 only"."""
    held = _held(rules, party, letter)
    return tuple(replace(rule, qualifier=text) if rule in held else rule for rule in rules)


def set_besides(rules: Rules, party: Party, letter: Letter) -> Rules:
    """Let a C or I of a place stand besides those of the wider one, or instead of them again."""
    if letter not in (Letter.C, Letter.I):
        raise CannotEdit("Only who is consulted or informed can stand besides those of the whole client.")
    held = _held(rules, party, letter)
    return tuple(replace(rule, append=not held[0].append) if rule in held else rule for rule in rules)


def set_nobody(rules: Rules, letter: Letter, duty: str, *, place: str = "") -> Rules:
    """Say that nobody holds a letter here, on purpose; it beats what a wider rule says."""
    if any(rule.letter is letter and rule.party is None for rule in rules):
        raise CannotEdit("This already says nobody, on purpose.")
    given = Rule(letter, None, Hours.ALWAYS if letter is Letter.R else None, duty=duty, place=place)
    return (*(rule for rule in rules if rule.letter is not letter), given)


def clear_nobody(rules: Rules, letter: Letter) -> Rules:
    """Let the wider rule hold again where this one said nobody."""
    kept = tuple(rule for rule in rules if rule.letter is not letter or rule.party is not None)
    if kept == rules:
        raise CannotEdit("This does not say nobody, so there is nothing to take back.")
    return kept


def hours_left(rules: Rules, required: Hours) -> Hours:
    """Return the hours a new R takes unless told otherwise: the half that nobody does yet, else all that the duty requires."""
    left = coverage.gap(required, [rule.hours for rule in rules if rule.hours and rule.party and rule.rank == 1])
    return next(iter(left)) if len(left) == 1 else required


def spoken_hours(hours: str | None) -> str:
    """Return the hours of an R as they are said on screen."""
    spoken: dict[str | None, str] = {Hours.BUSINESS: "by day", Hours.AFTER: "at night", Hours.ALWAYS: "day and night", None: ""}
    return spoken.get(hours, f"in the hours {hours}")


def written_cell(rules: Iterable[Rule], party: Party | None, called: Called = unnamed) -> str:
    """Return a cell as history quotes it: "A, R night (Night desk), answers first"; "empty" for no part.

    Of no party: the letters that nobody holds, on purpose.
    """
    own = sorted((rule for rule in rules if rule.party is party), key=_order)
    words = [rule.letter.value if party is None else _word(rule, called) for rule in own]
    return ", ".join(words) or "empty"


def _word(rule: Rule, called: Called) -> str:
    who = called(rule.subject) if rule.subject else ""
    letter = "backup" if rule.rank > 1 else rule.letter.value
    more = [
        "answers first" if rule.lead else "",
        f"which half: {rule.split}" if rule.split else "",
        f"only: {rule.qualifier}" if rule.qualifier else "",
        "besides those of the client" if rule.append else "",
    ]
    return ", ".join([f"{letter}{_short(rule.hours)}{f' ({who})' if who else ''}", *filter(None, more)])


def _short(hours: str | None) -> str:
    short: dict[str | None, str] = {Hours.BUSINESS: " day", Hours.AFTER: " night", Hours.ALWAYS: " always", None: ""}
    return short.get(hours, f" {hours}")


def _order(rule: Rule) -> tuple[int, int, str]:
    return "ARSCI".index(rule.letter), rule.rank, rule.hours or ""


def _backs_up(rule: Rule, party: Party) -> bool:
    return rule.letter is Letter.R and rule.party is party and rule.rank > 1


def _of_hours(held: list[Rule], was: str) -> list[Rule]:
    """Return the stretch that is meant, all of them where none is named."""
    meant = [rule for rule in held if not was or rule.hours == was]
    if not meant:
        raise CannotEdit(f"It does nothing {spoken_hours(was)} here any more. Look at the cell again.")
    return meant


def _once(rules: Rules) -> Rules:
    """Return the rules without those that say what another one says."""

    def same(rule: Rule) -> tuple[object, ...]:
        return rule.letter, rule.subject, rule.hours, rule.rank, rule.place, rule.starts_at, rule.ends_at

    found: dict[object, Rule] = {}
    for rule in rules:
        known = found.get(same(rule))
        found[same(rule)] = replace(known, lead=known.lead or rule.lead) if known else rule
    return tuple(found.values())


def _held(rules: Rules, party: Party, letter: Letter) -> list[Rule]:
    held = [rule for rule in rules if rule.letter is letter and rule.party is party and rule.rank == 1]
    if not held and letter is Letter.R:
        raise CannotEdit("This party does not do this duty, so it has no hours and cannot answer first. Give it the R first.")
    if not held:
        raise CannotEdit(f"Nothing to clear: nobody of this party {SPELT[letter]} here.")
    return held
