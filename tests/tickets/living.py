"""Long random lives of a few tickets, led by the product's own actions; what the rules refuse is simply not done."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.responsibilities import agreeing
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.test_rerouting import DUTY, give_backups_to_the_provider, open_for
from tickets import actions
from tickets.actions import approving, linking, merging, rebuilding, talking, watching
from tickets.domain.outcomes import DECLINES
from tickets.domain.waiting import REASONS
from tickets.models import Event, Ticket

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


def differing(cast: Cast, *, write: bool = False) -> rebuilding.Found:
    """Compare every ticket of Harbor Dental with its ledger."""
    return rebuilding.rebuild(cast.harbor, at=later(10**6), write=write)


def kinds(cast: Cast) -> set[str]:
    """Return which kinds of entries there are."""
    with cast.scope():
        return set(Event.objects.for_tenant(cast.harbor).values_list("kind", flat=True))
