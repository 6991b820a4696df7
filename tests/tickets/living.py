"""Long random lives of a few tickets, led by the product's own actions; what the rules refuse is simply not done."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.responsibilities import agreeing
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.test_rerouting import DUTY, give_backups_to_the_provider, open_for
from tickets import actions
from tickets.actions import approving, incidents, linking, merging, rebuilding, talking, watching
from tickets.actions.incidents import due
from tickets.domain.incidents import SECTIONS, Fact, Role
from tickets.domain.outcomes import DECLINES
from tickets.domain.waiting import REASONS
from tickets.models import Event, Incident, IncidentAsk, IncidentEntry, IncidentRedaction, IncidentReview, ReviewSignature, Ticket

PACKET = {
    "known": "The service does not start.",
    "tried": "Restarted it twice.",
    "next": "Reinstall the viewer.",
    "told": "Yes, they know.",
}
WHY = "It was agreed so on the phone just now."
PEOPLE = ("Iris", "Ivo", "Lena", "Tariq", "Tess")


class Life:
    """A few tickets of Harbor Dental, the moment it is, and what may happen next."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance, self.minutes = cast, random.Random(seed), 0  # noqa: S311 - a life, no secret
        self.done: list[str] = []
        agreeing.in_force(cast, NOON - timedelta(hours=3))
        with cast.as_("Lena") as lena:
            self.tickets = [from_person(lena, side=side).pk for side in Side]
        with cast.as_("Iris") as iris:
            self.tickets.append(from_person(iris, title="The lamp is dark").pk)
        with cast.scope():
            self.tickets += [from_alert(cast.harbor, condition="dc-02/disk").ticket.pk, open_for(cast, "Job hangs", at=NOON).pk]

    def go(self, steps: int) -> None:
        """Let so many things happen, or be tried, with a new version half of the way."""
        for step in range(steps):
            if step == steps // 2:
                give_backups_to_the_provider(self.cast)
                agreeing.in_force(self.cast, later(self.minutes))
            self.minutes += self.chance.choice((0, 1, 7, 20, 60, 400))
            self.one()
        with self.cast.scope():
            for row in Ticket.objects.for_tenant(self.cast.harbor).select_related("terms", "tenant").order_by("id"):
                watching.catch_up(row, at=later(self.minutes))

    def one(self) -> None:
        """Do one thing: the first of a shuffled list of people and tickets that the rules let it be done by and to."""
        name = self.chance.choice(list(MOVES))
        pairs = [(who, ticket) for who in PEOPLE for ticket in self.tickets]
        for who, ticket in self.chance.sample(pairs, TRIES):
            try:
                with self.cast.as_(who) as by:
                    MOVES[name](self, ticket, by, later(self.minutes))
            except (actions.Refused, access.Refused):
                continue
            self.done.append(name)
            return

    def repeat(self, *_: object) -> None:
        """The same alert comes again."""
        with self.cast.scope():
            again = from_alert(self.cast.harbor, condition="dc-02/disk", at=later(self.minutes)).ticket.pk
        self.tickets = list(dict.fromkeys([*self.tickets, again]))

    def settle(self, ticket: int, *_: object) -> None:
        """The source says that it is over."""
        with self.cast.scope():
            actions.source_resolved(ticket, because="It is over.", by=access.system(self.cast.harbor), at=later(self.minutes))

    def merge(self, ticket: int, by: access.Actor, at: datetime) -> None:
        """Merge into another one."""
        with self.cast.scope():
            into = Ticket.objects.for_tenant(self.cast.harbor).get(pk=self.chance.choice(self.tickets)).number
        merging.merge(ticket, into, by=by, at=at)

    def approve(self, ticket: int, by: access.Actor, at: datetime) -> None:
        """Ask Lena, and wait for her."""
        wanted = approving.Wanted("A new lamp", WHY, self.cast.people["Lena"].pk, None, later(self.minutes + 600), wait=True)
        approving.ask(ticket, wanted, by=by, at=at)

    def part(self, ticket: int, by: access.Actor, at: datetime) -> None:
        """Make it a part of a larger one."""
        with self.cast.scope():
            of = Ticket.objects.for_tenant(self.cast.harbor).get(pk=self.chance.choice(self.tickets)).number
        linking.make_part_of(ticket, of, by=by, at=at)


def wait(life: Life, ticket: int, by: access.Actor, at: datetime) -> None:
    """Wait for somebody for a while."""
    reason = life.chance.choice(list(REASONS))
    actions.wait(ticket, reason, "Dentsply", later(life.minutes + life.chance.choice((5, 90, 300))), "Please look.", by=by, at=at)


MOVES: dict[str, Callable[..., object]] = {
    "take": lambda life, ticket, by, at: actions.take(ticket, by=by, at=at),
    "release": lambda life, ticket, by, at: actions.release(ticket, by=by, at=at),
    "assign": lambda life, ticket, by, at: actions.assign(
        ticket, life.cast.people[life.chance.choice(PEOPLE)].pk, by=by, at=at, outside_hours=True
    ),
    "reply": lambda life, ticket, by, at: actions.reply(ticket, "We look at it.", life.chance.choice([*BOTH]), by=by, at=at),
    "note": lambda life, ticket, by, at: talking.note(ticket, "Between us.", by=by, at=at),
    "wait": wait,
    "wake": lambda life, ticket, by, at: actions.wake(ticket, by=by, at=at),
    "offer": lambda life, ticket, by, at: actions.offer(ticket, PACKET, by=by, at=at),
    "accept": lambda life, ticket, by, at: actions.accept(ticket, by=by, at=at),
    "decline": lambda life, ticket, by, at: actions.decline(ticket, life.chance.choice(list(DECLINES)), WHY, by=by, at=at),
    "withdraw": lambda life, ticket, by, at: actions.withdraw(ticket, by=by, at=at),
    "ask_for": lambda life, ticket, by, at: actions.ask_for(ticket, WHY, by=by, at=at),
    "direct": lambda life, ticket, by, at: actions.direct(ticket, WHY, by=by, at=at),
    "set_duty": lambda life, ticket, by, at: actions.set_duty(ticket, DUTY, place=life.chance.choice(["", "Pine"]), by=by, at=at),
    "set_priority": lambda life, ticket, by, at: actions.set_priority(ticket, life.chance.choice(list(Priority)), by=by, at=at),
    "lower": lambda life, ticket, by, at: actions.lower_critical(ticket, Priority.P3, WHY, by=by, at=at, agreed=True),
    "resolve": lambda life, ticket, by, at: actions.resolve(ticket, "Changed the lamp.", by=by, at=at, override=WHY),
    "reopen": lambda life, ticket, by, at: actions.reopen(ticket, by=by, at=at),
    "confirm": lambda life, ticket, by, at: actions.confirm(ticket, by=by, at=at),
    "close": lambda life, ticket, by, at: actions.close(ticket, WHY, by=by, at=at) if life.chance.random() < RARELY else None,
    "cancel": lambda life, ticket, by, at: actions.cancel(ticket, WHY, by=by, at=at) if life.chance.random() < RARELY else None,
    "merge": Life.merge,
    "unmerge": lambda life, ticket, by, at: merging.unmerge(ticket, by=by, at=at),
    "part": Life.part,
    "approve": Life.approve,
    "repeat": Life.repeat,
    "settle": Life.settle,
}
BOTH = (Audience.PUBLIC, Audience.SHARED)
RARELY = 0.2
TRIES = 12


class Emergency:
    """A major incident of Harbor Dental from its declaration to both signatures, led at random; what the rules refuse is simply not done.

    After every step what must always hold is looked at, and what was in the timeline before is there still, word for word.
    """

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance, self.minutes = cast, random.Random(seed), 0  # noqa: S311 - a life, no secret
        self.done: list[str] = []
        self.texts: dict[int, tuple[object, ...]] = {}
        agreeing.in_force(cast, NOON - timedelta(hours=3))
        with cast.scope():
            ticket = from_alert(cast.harbor, condition="dc-02/disk", at=NOON).ticket
        self.sides = {cast.people[name].pk: str(cast.actor(name).side) for name in PEOPLE}
        with cast.as_(self.chance.choice(PEOPLE)) as by:
            self.number = incidents.declare(ticket.pk, WHY, by=by, at=NOON).incident.number

    def go(self, steps: int) -> None:
        """Let so many things happen, and end it if nothing did."""
        for _ in range(steps):
            self.minutes += self.chance.choice((0, 0, 1, 4, 9, 12, 31))
            self.one()
            self.holds()

    def one(self) -> None:
        """Do one thing, by the first of a shuffled list of people whom the rules let do it."""
        name = self.chance.choice(list(IN_AN_EMERGENCY))
        for who in self.chance.sample(PEOPLE, len(PEOPLE)):
            try:
                with self.cast.as_(who) as by:
                    IN_AN_EMERGENCY[name](self, by, later(self.minutes))
            except (actions.Refused, access.Refused, IncidentEntry.DoesNotExist):
                continue
            self.done.append(name)
            return

    def sweep(self, *_: object) -> None:
        """Nobody does anything, and what is due by itself comes."""
        with self.cast.scope():
            Ticket.objects.for_tenant(self.cast.harbor).select_for_update().get(pk=self.row.ticket_id)
            due.catch_up(self.row, at=later(self.minutes))

    @property
    def row(self) -> Incident:
        """The incident as it stands."""
        return Incident.objects.for_tenant(self.cast.harbor).loaded().get(number=self.number)

    def anybody(self) -> int:
        """Somebody, whether or not he can have what he is given."""
        return self.cast.people[self.chance.choice(PEOPLE)].pk

    def latest(self, tenant: access.Actor, *kinds: Fact) -> int:
        """The newest fact, of these kinds."""
        found = IncidentEntry.objects.for_tenant(tenant.tenant).filter(incident__number=self.number)
        return (found.filter(kind__in=kinds) if kinds else found).latest("id").pk

    def answer(self, by: access.Actor, at: datetime) -> None:
        """Answer the newest request."""
        asked = IncidentAsk.objects.for_tenant(by.tenant).order_by("-id").first()
        incidents.answer(self.number, asked.pk if asked else 0, yes=self.chance.random() < HALF, text=WHY, by=by, at=at)

    def sign(self, by: access.Actor, at: datetime) -> None:
        """Sign the review as it stands."""
        row = IncidentReview.objects.for_tenant(by.tenant).first()
        incidents.sign(self.number, seen=row.content_hash if row else "", typed_name=by.name, by=by, at=at)

    def holds(self) -> None:
        """Look at what must always hold."""
        with self.cast.scope():
            row, at = self.row, later(self.minutes)
            ticket = Ticket.objects.for_tenant(self.cast.harbor).get(pk=row.ticket_id)
            facts = list(IncidentEntry.objects.for_tenant(self.cast.harbor).filter(incident=row).order_by("id"))
            gone = set(IncidentRedaction.objects.for_tenant(self.cast.harbor).values_list("entry", flat=True))
            signed = ReviewSignature.objects.for_tenant(self.cast.harbor).filter(cleared_at=None)
            places = [(one.side, one.content_hash) for one in signed]
            whole = trail.first_break(self.cast.harbor.pk)
        sides = self.sides
        assert (row.commander_id is None) == (row.state == "DECLARED"), "one commander, from the moment somebody took command"
        if row.commander_id is not None:
            assert sides[row.commander_id] == row.commander_side != row.deputy_side
        assert row.deputy_id is None or sides[row.deputy_id] == row.deputy_side, "the deputy is of the other side"
        assert all(one.at <= at and one.fact_at <= one.at for one in facts), "nothing is told before it happened"
        assert [one.at for one in facts] == sorted(one.at for one in facts), "time goes forward only"
        known = {one.pk: (one.kind, one.by_name, one.fact_at, one.at, None if one.pk in gone else one.text) for one in facts}
        before = {pk: (*told[:-1], None if pk in gone else told[-1]) for pk, told in self.texts.items()}
        assert before == {pk: known.get(pk) for pk in before}, "nothing of the timeline is changed or taken away, but what was blanked"
        self.texts = known
        assert whole is None, "the trail is whole"
        if row.ended_at is None:
            assert (ticket.major, ticket.state, ticket.priority) != (True, "WAITING", "P1"), "a major waits for nobody"
            assert ticket.major
            assert ticket.priority == "P1"
            assert all(pause[1] is not None for pause in ticket.pauses), "its clock never stands still"
        assert len({side for side, _ in places}) == len(places)
        assert len({content for _, content in places}) <= 1, "both signed the same words"
        assert (row.reviewed_at is not None) == (len(places) == len(Side))


IN_AN_EMERGENCY: dict[str, Callable[[Emergency, access.Actor, datetime], object]] = {
    "accept": lambda life, by, at: incidents.accept(life.number, by=by, at=at),
    "take over": lambda life, by, at: incidents.accept(life.number, by=by, at=at),
    "hand on": lambda life, by, at: incidents.hand_on(life.number, life.anybody(), "Take it.", by=by, at=at),
    "role": lambda life, by, at: incidents.give_role(life.number, life.chance.choice(list(Role)), life.anybody(), by=by, at=at),
    "rhythm": lambda life, by, at: incidents.set_rhythm(life.number, life.chance.choice((5, 30, 240)), by=by, at=at),
    "log": lambda life, by, at: incidents.log(life.number, "It spreads.", by=by, at=at, fact_at=at - timedelta(minutes=3)),
    "update": lambda life, by, at: incidents.update(life.number, "We work on it.", by=by, at=at),
    "wait": lambda life, by, at: actions.wait(life.row.ticket_id, "vendor", "Dentsply", at + timedelta(hours=1), "Look.", by=by, at=at),
    "ask": lambda life, by, at: incidents.ask(life.number, "Cut the clinic off", WHY, by=by, at=at),
    "answer": Emergency.answer,
    "silence": Emergency.sweep,
    "blank": lambda life, by, at: incidents.blank(life.number, life.latest(by), WHY, by=by, at=at),
    "end": lambda life, by, at: incidents.end(life.number, "KNOWN", WHY, WHY, by=by, at=at) if life.chance.random() < RARELY else None,
    "review": lambda life, by, at: incidents.write_review(
        life.number, dict.fromkeys(SECTIONS, life.chance.choice(("We know now.", "We know better."))), by=by, at=at
    ),
    "follow up": lambda life, by, at: (
        incidents.add_follow_up(life.number, "Train", "", (at + timedelta(days=9)).date(), by=by, at=at)
        if life.chance.random() < RARELY
        else None
    ),
    "sign": Emergency.sign,
    "sign too": Emergency.sign,
}
HALF = 0.5


def differing(cast: Cast, *, write: bool = False) -> rebuilding.Found:
    """Compare every ticket of Harbor Dental with its ledger."""
    return rebuilding.rebuild(cast.harbor, at=later(10**6), write=write)


def kinds(cast: Cast) -> set[str]:
    """Return which kinds of entries there are."""
    with cast.scope():
        return set(Event.objects.for_tenant(cast.harbor).values_list("kind", flat=True))
