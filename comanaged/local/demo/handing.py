"""What lies between the two sides at this very hour: an offer that was declined and is offered again, a ticket that waits, one that crossed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.local.demo.people import Cast
from comanaged.local.demo.roll import HARBOR, PINE
from comanaged.vocabulary import Audience, Priority, Side
from tickets import actions as tickets
from tickets.actions import watching
from tickets.models import Ticket

Act = Callable[[int, Actor, datetime], object]
AGENTS = {
    (HARBOR, Side.INTERNAL): "Ivo",
    (PINE, Side.INTERNAL): "Pine's manager",
    (HARBOR, Side.PROVIDER): "Tess",
    (PINE, Side.PROVIDER): "Tariq",
}
VIEWER = {
    "known": "The viewer closes by itself since the update of last night, on FD-03 only.",
    "tried": "Restarted the service twice; the image store answers.",
    "next": "Reinstall the viewer service on FD-03.",
    "must_not": "Do not touch the image store.",
    "told": "Yes, they know.",
}
BADGES = {
    "known": "Badges of the new hygienists do not open the back door; the door system is yours.",
    "tried": "Their accounts are right, and other doors open.",
    "next": "Add the two badges to the group of the back door.",
}


def play(cast: Cast, now: datetime) -> None:
    """Let people hand work over in the hours before `now`."""
    Handing(cast, now).play()


class Handing:
    """Steps of agents, minutes before now; who acts follows from who holds the ticket."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now

    def play(self) -> None:
        """Play all of it, and let what was due by itself be done."""
        viewer = self.asks(HARBOR, "Iris", 180, "Panoramic X-ray viewer closes by itself", "support.second-line", priority=Priority.P3)
        self.holder(viewer, 170, lambda row, by, at: tickets.take(row, by=by, at=at))
        self.holder(viewer, 120, lambda row, by, at: tickets.offer(row, VIEWER, by=by, at=at))
        self.other(viewer, 95, lambda row, by, at: tickets.decline(row, "missing", "Which version of the viewer is it?", by=by, at=at))
        again = VIEWER | {"next": "Reinstall the viewer service on FD-03, version 7.2."}
        self.holder(viewer, 25, lambda row, by, at: tickets.offer(row, again, by=by, at=at))

        scanner = self.asks(HARBOR, "Lena", 150, "Scanner at reception sends empty pages", "support.first-line", priority=Priority.P4)
        self.holder(scanner, 140, lambda row, by, at: tickets.take(row, by=by, at=at))
        until = self.now + timedelta(hours=3)
        words = "Does it happen with every form, or only with the insurer's? A photo of one would help."
        self.holder(scanner, 40, lambda row, by, at: tickets.wait(row, "requester", "Lena", until, words, by=by, at=at))

        badges = self.asks(PINE, "Pine's manager", 300, "New badges do not open the back door", "support.first-line", priority=Priority.P3)
        self.holder(badges, 290, lambda row, by, at: tickets.take(row, by=by, at=at))
        self.holder(badges, 230, lambda row, by, at: tickets.offer(row, BADGES, by=by, at=at))
        self.other(badges, 210, lambda row, by, at: tickets.accept(row, by=by, at=at))
        self.holder(
            badges, 90, lambda row, by, at: tickets.reply(row, "Both badges are in the group. Please try.", Audience.PUBLIC, by=by, at=at)
        )
        self.settle()

    def asks(self, place: str, who: str, minutes: int, title: str, duty: str, *, priority: Priority) -> Ticket:
        """Let a person ask."""
        by, at = self.cast.actor(who, place), self.now - timedelta(minutes=minutes)
        with tenancy.only([by.tenant_id], side=by.company_id):
            text = f"{title}. Since this morning."
            return tickets.ask(title=title, duty_key=duty, text=text, kind="person", priority=priority, by=by, at=at).ticket

    def holder(self, ticket: Ticket, minutes: int, act: Act) -> None:
        """Let who holds it act."""
        self._act(ticket, minutes, act, holds=True)

    def other(self, ticket: Ticket, minutes: int, act: Act) -> None:
        """Let the other side act."""
        self._act(ticket, minutes, act, holds=False)

    def settle(self) -> None:
        """Do what came by itself up to now, on every ticket."""
        for client in (HARBOR, PINE):
            tenant = self.cast.organisations[client]
            with tenancy.only([tenant.pk]):
                due = Ticket.objects.for_tenant(tenant).filter(watch_at__lte=self.now).select_related("terms", "tenant").order_by("id")
                for ticket in due:
                    watching.catch_up(ticket, at=self.now)

    def _act(self, ticket: Ticket, minutes: int, act: Act, *, holds: bool) -> None:
        tenant = self.cast.organisations[ticket.tenant.slug]
        with tenancy.only([tenant.pk]):
            side = Side(Ticket.objects.for_tenant(tenant).get(pk=ticket.pk).side)
        if not holds:
            side = next(one for one in Side if one is not side)
        by = self.cast.actor(AGENTS[tenant.slug, side], tenant.slug)
        with tenancy.only([tenant.pk], side=by.company_id):
            act(ticket.pk, by, self.now - timedelta(minutes=minutes))
