"""Edits of the draft, one cell at a time or many cells in one act. Each leaves the findings right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Letter, Party
from responsibilities.actions import writing
from responsibilities.actions.writing import Edited, Pen, Spot, Stale, Wanted, Where, Wish
from responsibilities.domain import raci
from responsibilities.domain.people import Subject
from responsibilities.domain.raci import CannotEdit, Rules
from responsibilities.models import Row

MOST = 400  # cells in one act; a form holds 500 fields
PLACED, LEFT = "assignment.place_added", "assignment.place_removed"


@dataclass(frozen=True)
class Written:
    """What an act over many cells did: where it wrote, and where it left things as they were and why."""

    said: str
    spots: tuple[Spot, ...]
    left: tuple[str, ...]


# --- what can be wished for


def letter(party: Party, letter: Letter, hours: str | None = None) -> Wish:
    """Give a letter; an A moves from whoever holds it. Without `hours` an R takes those that are still open."""

    def given(rules: Rules, where: Where) -> str:
        return hours or raci.hours_left(rules, where.required)

    def wanted(rules: Rules, where: Where) -> str:
        return f"{letter} {raci.spoken_hours(given(rules, where))}" if letter is Letter.R else letter.value

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.set_letter(rules, party, letter, _known(given(rules, where), where), where.duty, place=where.place)

    return Wish("assignment.letter", party, wanted, decide)


def cleared(party: Party, letter: Letter | None) -> Wish:
    """Take a letter away, or with None the whole cell."""

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.clear_letter(rules, party, letter) if letter else raci.clear_cell(rules, party)

    return Wish("assignment.cleared", party, _say(f"no {letter}" if letter else "empty"), decide)


def hours(party: Party, hours: str, was: str = "") -> Wish:
    """Say when a party does the duty; `was` picks one of several stretches."""

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.set_hours(rules, party, _known(hours, where), was)

    return Wish("assignment.hours", party, _say(f"R {raci.spoken_hours(hours)}"), decide)


def more_hours(party: Party, hours: str) -> Wish:
    """Let a party do the duty in other hours as well."""

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.add_hours(rules, party, _known(hours, where))

    return Wish("assignment.hours", party, _say(f"R {raci.spoken_hours(hours)} as well"), decide)


def work(party: Party, hours: str) -> Wish:
    """Let a party do the duty in these hours, whether it did it before or not."""

    def decide(rules: Rules, where: Where) -> Rules:
        chosen = _known(hours, where)
        if any(rule.letter is Letter.R and rule.party is party and rule.rank == 1 for rule in rules):
            return raci.set_hours(rules, party, chosen)
        return raci.set_letter(rules, party, Letter.R, chosen, where.duty, place=where.place)

    return Wish("assignment.letter", party, _say(f"R {raci.spoken_hours(hours)}"), decide)


def lead(party: Party) -> Wish:
    """Let a party answer first among those that share the duty."""
    return Wish("assignment.lead", party, _say("answers first"), lambda rules, where: raci.set_lead(rules, party))


def who(party: Party, letter: Letter, team: int | None, person: int | None, was: str = "") -> Wish:
    """Name the team or person a letter is for; neither is the party as a whole."""

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.set_who(rules, party, letter, _nameable(party, team, person, where), was)

    return Wish("assignment.who", party, _named(team, person, f"{letter}: "), decide, names_somebody=True)


def backup(party: Party, team: int | None, person: int | None) -> Wish:
    """Name who does the duty when whoever does it cannot; neither is the party as a whole."""

    def decide(rules: Rules, where: Where) -> Rules:
        chosen = _nameable(party, team, person, where)
        return raci.set_backup(rules, party, chosen, where.required, where.duty, place=where.place)

    return Wish("assignment.backup", party, _named(team, person, "backup "), decide, names_somebody=True)


def no_backup(party: Party) -> Wish:
    """Take the backup away."""

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.set_backup(rules, party, None, where.required, where.duty, place=where.place)

    return Wish("assignment.backup", party, _say("no backup"), decide)


def half(party: Party, text: str, was: str = "") -> Wish:
    """Say which half of a shared duty is a party's."""
    return Wish("assignment.half", party, _say(f"which half: {text}"), lambda rules, where: raci.set_half(rules, party, text, was))


def qualifier(party: Party, letter: Letter, text: str) -> Wish:
    """Say in words how far a letter goes."""
    said = f"{letter}, only: {text}"
    return Wish("assignment.qualifier", party, _say(said), lambda rules, where: raci.set_qualifier(rules, party, letter, text))


def besides(party: Party, letter: Letter) -> Wish:
    """Let a C or I of a place stand besides those of the wider one, or instead of them again."""
    said = f"{letter} besides or instead of the client's"
    return Wish("assignment.besides", party, _say(said), lambda rules, where: raci.set_besides(rules, party, letter))


def nobody(letter: Letter) -> Wish:
    """Say that nobody holds a letter of a line, on purpose."""

    def decide(rules: Rules, where: Where) -> Rules:
        return raci.set_nobody(rules, letter, where.duty, place=where.place)

    return Wish("assignment.nobody", None, _say(f"{letter}: nobody, on purpose"), decide)


def somebody(letter: Letter) -> Wish:
    """Let the wider rule hold again where a line said nobody."""
    return Wish("assignment.nobody", None, _say(f"{letter} as the wider rule says"), lambda rules, where: raci.clear_nobody(rules, letter))


# --- writing it


def write(wish: Wish, spot: Spot, *, seen: int, by: Actor, at: datetime) -> Edited:
    """Write one wish into one line.

    `seen` is the row's stamp as it was shown, 0 for a line that had no row. Raise Stale when the row changed since, CannotEdit for an
    edit that is not sound.
    """
    writing.allowed(wish, by)
    with transaction.atomic():
        pen = writing.taken(by, at)
        row = writing.locked(pen, [spot])[spot]
        if writing.stamp_of(row) != seen:
            raise Stale([writing.clash(pen, spot, row, wish)])
        done = writing.put(pen, spot, row, wish)
        writing.finished(pen, done.said)
        return done


def write_all(wish: Wish, seen: Mapping[Spot, int], *, by: Actor, at: datetime) -> Written:
    """Write one wish into many lines as one act.

    A line where it is not sound stays as it was and is told. Raise Stale, with nothing written, when any of them changed since it was
    shown, and CannotEdit when it is sound nowhere.
    """
    writing.allowed(wish, by)
    if not 1 <= len(seen) <= MOST:
        raise CannotEdit(f"Choose between 1 and {MOST} cells.")
    with transaction.atomic():
        pen = writing.taken(by, at)
        rows = writing.locked(pen, seen)
        stale = [spot for spot, row in rows.items() if writing.stamp_of(row) != seen[spot]]
        if stale:
            raise Stale([writing.clash(pen, spot, rows[spot], wish) for spot in stale])
        written, left = _put_all(pen, rows, wish)
        if not written:
            raise CannotEdit(left[0] if len(set(left)) == 1 else f"Nothing was changed. {' '.join(left[:3])}")
        said = f"{len(written)} cell{'s' if len(written) != 1 else ''}: {_shown(wish, pen)}."
        writing.finished(pen, said)
        return Written(said, tuple(written), tuple(left))


def add_place(spot: Spot, *, by: Actor, at: datetime) -> Edited:
    """Add a row for a place to a line; it inherits every letter until one is changed."""
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen = writing.taken(by, at)
        if not spot.place:
            raise CannotEdit("Choose the place that does it otherwise.")
        if writing.locked(pen, [spot])[spot] is not None:
            raise CannotEdit("This place has a row here already. Change that one.")
        row = writing.new_row(pen, spot)
        trail.record(PLACED, row, by=by, at=at, after=f"{pen.title(spot)}: a row of its own")
        pen.wrote(spot, stamp=row.stamp, seen=0, before=None)
        said = f"{pen.title(spot)}. A row of its own, which inherits every letter until you change one."
        writing.finished(pen, said)
        return Edited(row, said)


def remove_place(spot: Spot, *, seen: int, by: Actor, at: datetime) -> Edited:
    """Take a place's row away, so that it inherits again. Raise as write does."""
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen = writing.taken(by, at)
        row = writing.locked(pen, [spot])[spot]
        if row is None or not spot.place:
            raise CannotEdit("This place has no row of its own here; it inherits already.")
        if row.stamp != seen:
            wish = Wish(LEFT, None, _say("no row of its own"), lambda rules, where: (), whole=True)
            raise Stale([writing.clash(pen, spot, row, wish)])
        done = writing.remove_row(pen, spot, row, name=LEFT)
        writing.finished(pen, done.said)
        return done


# --- the edits as programs and stories make them


def set_letter(
    duty: str, party: Party, letter_: Letter, *, seen: int, by: Actor, at: datetime, hours: str | None = None, place: str = ""
) -> Edited:
    """Give a party a letter. Raise as write does."""
    return write(letter(party, letter_, hours), Spot(duty, place), seen=seen, by=by, at=at)


def clear_letter(duty: str, party: Party, letter: Letter | None, *, seen: int, by: Actor, at: datetime, place: str = "") -> Edited:
    """Take a letter from a party, or with None all it has in this row. Raise as write does."""
    return write(cleared(party, letter), Spot(duty, place), seen=seen, by=by, at=at)


def set_hours(duty: str, party: Party, hours_: str, *, seen: int, by: Actor, at: datetime, place: str = "") -> Edited:
    """Say when a party does the duty. Raise as write does."""
    return write(hours(party, hours_), Spot(duty, place), seen=seen, by=by, at=at)


def set_lead(duty: str, party: Party, *, seen: int, by: Actor, at: datetime, place: str = "") -> Edited:
    """Let a party answer first among those that share the duty. Raise as write does."""
    return write(lead(party), Spot(duty, place), seen=seen, by=by, at=at)


def set_who(
    duty: str,
    party: Party,
    letter: Letter,
    *,
    team: int | None = None,
    person: int | None = None,
    seen: int,
    by: Actor,
    at: datetime,
    place: str = "",
) -> Edited:
    """Name the team or person a letter is for. Raise as write does."""
    return write(who(party, letter, team, person), Spot(duty, place), seen=seen, by=by, at=at)


def set_backup(
    duty: str, party: Party, *, team: int | None = None, person: int | None = None, seen: int, by: Actor, at: datetime, place: str = ""
) -> Edited:
    """Name who does the duty when whoever does it cannot. Raise as write does."""
    return write(backup(party, team, person), Spot(duty, place), seen=seen, by=by, at=at)


def _say(text: str) -> Wanted:
    """Return what is wanted where it is the same for every line."""
    return lambda rules, where: text


def _known(hours: str, where: Where) -> str:
    if hours not in where.hours:
        raise CannotEdit("This version has no hours of that name. Choose day, night, always or one of its named hours.")
    return hours


def _nameable(party: Party, team: int | None, person: int | None, where: Where) -> Subject:
    """Return the subject, if it is of the party and there."""
    found_team, found_person = where.crew.teams.get(team or 0), where.crew.persons.get(person or 0)
    if team is not None and (found_team is None or found_team.party is not party or found_team.retired):
        raise CannotEdit("This party has no such team. Choose one of the list.")
    gone = found_person is None or found_person.party is not party or where.crew.missing(found_person.id, where.at) not in ("", "is away")
    if person is not None and gone:
        raise CannotEdit("Nobody of this party goes by that name here. Choose somebody of the list.")
    return Subject(party, team, person)


def _named(team: int | None, person: int | None, before: str) -> Wanted:
    """Return what is wanted where it is a name."""

    def wanted(rules: Rules, where: Where) -> str:
        known = where.crew.teams.get(team or 0)
        name = where.crew.called(person) if person is not None else known.name if known else ""
        return f"{before}{name or 'the party as a whole'}"

    return wanted


def _put_all(pen: Pen, rows: Mapping[Spot, Row | None], wish: Wish) -> tuple[list[Spot], list[str]]:
    """Write a wish wherever it is sound; return where, and why not elsewhere."""
    written, left = [], []
    for spot, row in rows.items():
        try:
            writing.put(pen, spot, row, wish)
        except CannotEdit as refusal:
            left.append(f"{pen.title(spot)}: {refusal}")
        else:
            written.append(spot)
    return written, left


def _shown(wish: Wish, pen: Pen) -> str:
    spot = Spot(pen.done[0]["line"], pen.done[0]["place"])
    who = pen.matrix.called(wish.party)
    return f"{who}, {wish.wanted((), pen.where(spot))}"
