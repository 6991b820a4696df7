"""What was agreed about a duty: every rule that may count for it, since which version, and what the draft would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from comanaged.vocabulary import Letter, Party
from responsibilities import models
from responsibilities.domain import raci, telling
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.people import Subject
from responsibilities.domain.places import CLIENT
from responsibilities.domain.raci import Rule
from responsibilities.queries import reading, words

COLUMNS = ("letter", "party", "team", "person_id", "hours", "lead", "rank", "append", "valid_from", "valid_to", "qualifier", "split")
Line = tuple[object, ...]  # what makes two rules of different versions the same


@dataclass(frozen=True)
class Agreed:
    """One rule that may count for a duty."""

    id: int
    rule: Rule
    where: str
    letter: str
    spelt: str
    side: str
    shape: str
    who: str
    hours: str
    dates: str
    lead: bool
    backup: bool
    half: str
    since: int | None  # the version that set it

    @property
    def sentence(self) -> str:
        """Return it in words: "Northwind MSP does it always at Clinic North"."""
        named = f"{self.who} ({self.side})" if self.who else self.side
        hours = f" {raci.spoken_hours(self.rule.hours)}" if self.rule.hours else ""
        place = f" at {self.where}" if self.rule.place else "" if "." in self.rule.duty else f" for {self.where.lower()}"
        return f"{named} {self.spelt}{hours}{' as backup' if self.backup else ''}{', answers first' if self.lead else ''}{place}"


def agreed(matrix: Matrix, version: models.Version | None, duty: models.Duty) -> list[Agreed]:
    """Return the rules of a version that may count for a duty: its own first, then those of places, then wider ones."""
    if version is None:
        return []
    since = _since(version, duty)
    rows = [
        row for row in reading.assignments_of(version, [duty.pk]) if row.row.duty_id or row.row.covers in (duty.category, raci.EVERY_DUTY)
    ]
    return sorted((_agreed(matrix, row, since.get(_line(row))) for row in rows), key=_order)


def changes(ours: Iterable[Agreed], theirs: Iterable[Agreed]) -> tuple[list[str], list[str]]:
    """Return in words what another version takes away and what it adds."""
    before, after = ([one.sentence for one in lines] for lines in (ours, theirs))
    return [one for one in before if one not in after], [one for one in after if one not in before]


def _agreed(matrix: Matrix, row: models.Assignment, since: int | None) -> Agreed:
    rule = reading.rule_from(row, matrix.calendar.zone)
    party = Party(row.party) if row.party else None
    return Agreed(
        id=row.pk,
        rule=rule,
        where=_where(matrix, rule),
        letter=row.letter,
        spelt=raci.SPELT[Letter(row.letter)],
        side=matrix.called(party),
        shape=words.SHAPES[party] if party else "nobody",
        who=_who(matrix, rule.subject),
        hours=telling.hours_text(matrix.hours_at(rule.place), row.hours) if row.hours else "",
        dates=_dates(row.valid_from, row.valid_to),
        lead=row.lead,
        backup=row.rank > 1,
        half="; ".join(filter(None, (row.split, row.qualifier))),
        since=since,
    )


def _where(matrix: Matrix, rule: Rule) -> str:
    place = matrix.places.called(rule.place) if rule.place else "every place"
    about = "" if "." in rule.duty else ", every duty" if rule.duty == raci.EVERY_DUTY else f", all of {rule.duty}"
    return f"{place[:1].upper()}{place[1:]}{about}"


def _who(matrix: Matrix, subject: Subject | None) -> str:
    """Return the person or team a rule names, "" for a whole party."""
    if subject is None or (subject.person is None and subject.team is None):
        return ""
    if subject.person is not None:
        return matrix.crew.called(subject.person)
    team = matrix.crew.teams.get(subject.team or 0)
    return team.name if team else "a team that is gone"


def _dates(start: date | None, end: date | None) -> str:
    said = (f"from {start:%-d %B %Y}" if start else "", f"until {end:%-d %B %Y}" if end else "")
    return " ".join(filter(None, said))


def _order(one: Agreed) -> tuple[int, bool, str, int, int, int]:
    wide = 0 if "." in one.rule.duty else 2 if one.rule.duty == raci.EVERY_DUTY else 1
    return wide, one.rule.place != CLIENT, one.where, words.ORDER.index(one.letter), one.rule.rank, one.id


def _line(row: models.Assignment) -> Line:
    return (row.row.duty_id, row.row.covers, row.row.place_id, *(getattr(row, name) for name in COLUMNS))


def _since(version: models.Version, duty: models.Duty) -> dict[Line, int]:
    """Return by rule the first of the versions in force that has it without a break up to this one; of a draft none."""
    if version.in_force_at is None:
        return {}
    rows = models.Assignment.objects.for_tenant(version.tenant_id).filter(version__in_force_at__lte=version.in_force_at)
    own = rows.filter(row__duty=duty) | rows.filter(row__duty=None, row__covers__in=[duty.category, raci.EVERY_DUTY])
    found: dict[int, set[Line]] = {version.number: set()}
    columns = ("version__number", "row__duty_id", "row__covers", "row__place_id", *COLUMNS)
    for number, *line in own.order_by("-version__number", "id").values_list(*columns):
        found.setdefault(number, set()).add(tuple(line))
    numbers = sorted(found, reverse=True)
    return {line: min(takewhile(lambda number: line in found[number], numbers)) for line in found[version.number]}  # noqa: B023 - used at once
