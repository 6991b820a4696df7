"""The page of stand-ins: who can be covered and who can stand in, what is asked, what holds, what is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Party, Side
from responsibilities.domain.people import Crew, Subject
from responsibilities.models import Cover, Place
from responsibilities.queries import crew, reading, rosters, subjects, words

PAST = 20  # of those that are over
SAID = {Cover.State.ASKED: "asked", Cover.State.AGREED: "agreed", Cover.State.DECLINED: "declined", Cover.State.ENDED: "taken back"}


class UnknownSubject(ValueError):
    """Somebody who cannot be covered or stand in, in words."""


@dataclass(frozen=True)
class Line:
    """One stand-in."""

    id: int
    stand_in: str
    shape: str
    covered: str
    covered_shape: str
    about: str
    from_text: str
    until_text: str
    state: str
    who: str  # asked it, or answered it
    reason: str
    may_answer: bool
    may_end: bool


@dataclass(frozen=True)
class Page:
    """The stand-ins of a client."""

    asked: tuple[Line, ...]
    standing: tuple[Line, ...]
    over: tuple[Line, ...]
    may_cover: bool
    zone: str


def page(by: Actor, at: datetime) -> Page:
    """Return the stand-ins of a client: those that wait for an answer, those that hold or will, and the last that are over."""
    rows = Cover.objects.for_tenant(by.tenant).select_related("duty", "place")
    told = Teller(by, at)
    ahead = list(rows.filter(ends_at__gt=at).order_by("starts_at", "id"))
    over = rows.exclude(pk__in=[row.pk for row in ahead if row.state in (Cover.State.ASKED, Cover.State.AGREED)])
    return Page(
        asked=tuple(told.line(row) for row in ahead if row.state == Cover.State.ASKED),
        standing=tuple(told.line(row) for row in ahead if row.state == Cover.State.AGREED),
        over=tuple(told.line(row) for row in over.order_by("-ends_at", "-id")[:PAST]),
        may_cover=access.may(by, "cover.set_same_side"),
        zone=by.tenant.zone,
    )


class Teller:
    """Puts stand-ins of one client in words for one reader."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at = by, at
        provider = access.provider_of(by.tenant_id, at)
        self.crew = crew.crew_of(by.tenant_id, provider)
        self.names = reading.names_with(provider)

    def line(self, row: Cover) -> Line:
        """Return one stand-in as its page shows it; `row` comes with its duty and place."""
        live = row.ends_at > self.at
        side, other = (subjects.side_of(Party(party)) for party in (row.by_party, row.party))
        manager = access.may(self.by, "cover.set_same_side")
        return Line(
            id=row.pk,
            stand_in=self.called(row.by_party, row.by_team, row.by_person_id),
            shape=words.SHAPES[Party(row.by_party)],
            covered=self.called(row.party, row.team, row.person_id),
            covered_shape=words.SHAPES[Party(row.party)],
            about=about(row),
            from_text=rosters.moment(row.starts_at, self.by.tenant.zone),
            until_text=rosters.moment(row.ends_at, self.by.tenant.zone),
            state=SAID[Cover.State(row.state)],
            who=row.answered_by if row.answered_by else row.asked_by,
            reason=row.reason,
            may_answer=manager and live and row.state == Cover.State.ASKED and self.by.side is side,
            may_end=manager and live and row.state in (Cover.State.ASKED, Cover.State.AGREED) and self.by.side in (side, other),
        )

    def called(self, party: str, team: int | None, person: int | None) -> str:
        """Return who is covered or stands in, with the name of their party."""
        return called(self.crew, self.names, Subject(Party(party), team, person))

    def sentence(self, row: Cover) -> str:
        """Return a stand-in in one sentence."""
        line = self.line(row)
        return f"{line.stand_in} stands in for {line.covered}, {line.about}, from {line.from_text} to {line.until_text}."


def sentence(by: Actor, row: Cover, at: datetime) -> str:
    """Return a stand-in in one sentence; `row` comes with its duty and place."""
    return Teller(by, at).sentence(row)


def cover_of(by: Actor, cover: int) -> Cover | None:
    """Return one stand-in of this client, None for any other."""
    return _known(Cover.objects.for_tenant(by.tenant)).filter(pk=cover).first()


def _known(rows: QuerySet[Cover]) -> QuerySet[Cover]:
    return rows.select_related("duty", "place")


def about(row: Cover) -> str:
    """Return for what a stand-in holds."""
    return f"{row.duty.name if row.duty else 'every duty'}{f' at {row.place.name}' if row.place else ''}"


def called(people: Crew, names: dict[Party, str], subject: Subject) -> str:
    """Return a subject's name with its party's."""
    team = people.teams.get(subject.team or 0)
    name = people.called(subject.person) if subject.person is not None else team.name if team else ""
    return f"{name} ({names[subject.party]})" if name else names[subject.party]


def choices(tenant_id: int, side: Side, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return who of a side can be covered or stand in, by party: the party as a whole, its teams and roles, its people."""
    provider = access.provider_of(tenant_id, at)
    people, names = crew.crew_of(tenant_id, provider), reading.names_with(provider)
    parties = [party for party in Party if subjects.side_of(party) is side]
    return [
        (
            names[party],
            [
                (party.value, f"{names[party]}, whoever is there"),
                *((f"{party.value}:{one.value}", one.word) for one in subjects.choices_in(people, party, at)),
            ],
        )
        for party in parties
    ]


def known(tenant_id: int, subject: Subject, at: datetime) -> bool:
    """Say whether somebody can be covered or stand in now."""
    offered = choices(tenant_id, subjects.side_of(subject.party), at)
    return written(subject) in {value for _, group in offered for value, _ in group}


def written(subject: Subject) -> str:
    """Return a subject as forms send it: "INTERNAL", "INTERNAL:team:12", "PROVIDER:person:7"."""
    inner = subjects.written(subject.team, subject.person)
    return f"{subject.party.value}:{inner}" if inner else subject.party.value


def parse(value: str) -> Subject:
    """Return the subject that a form sent; raise UnknownSubject."""
    party, _, inner = value.partition(":")
    try:
        return Subject(Party(party), *subjects.parse(inner))
    except ValueError:
        raise UnknownSubject("Choose somebody from the list.") from None


def duties(tenant_id: int) -> list[tuple[str, str]]:
    """Return the duties that a stand-in can be for."""
    return [(duty.key, duty.name) for duty in reading.duties_of(tenant_id)]


def places(tenant_id: int) -> Iterable[Place]:
    """Return the places that a stand-in can be for."""
    return Place.objects.for_tenant(tenant_id).filter(retired_at=None).order_by("name", "id")
