"""Tickets as the tests need them, opened by the product's own actions."""

from datetime import UTC, datetime, timedelta
from itertools import count

from comanaged.accounts.access import Actor, system
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Audience, Priority, Side
from responsibilities.domain.resolution import Route
from tickets import actions
from tickets.domain.files import HEAD, Offered
from tickets.models import Ticket

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
NUMBERS = count()


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def route_to(side: Side, *, unowned: bool = False) -> Route:
    return Route(
        side=side,
        subject="Northwind MSP" if side is Side.PROVIDER else "Harbor Dental IT",
        because="Version 1 names it at this hour.",
        trace=("Version 1 is in force.", "The whole client.", "R holds it now."),
        accountable="Harbor Dental IT",
        version=1,
        signed=True,
        unowned=unowned,
    )


def from_alert(
    tenant: Organisation,
    *,
    condition: str | None = None,
    side: Side = Side.PROVIDER,
    title: str = "Disk is full",
    at: datetime = NOON,
    unowned: bool = False,
) -> actions.Opened:
    """Open a ticket as monitoring does, inside a scope."""
    return actions.open_ticket(
        title=title,
        duty_key="backup.jobs",
        place="",
        route=route_to(side, unowned=unowned),
        origin=actions.Origin("alert", "Veeam: job failed", "/harbor-dental/alerts/1/"),
        condition=condition,
        priority=Priority.P2,
        text="no space left",
        audience=Audience.SHARED,
        by=system(tenant),
        at=at,
        asset="DC-02",
    )


def from_person(by: Actor, *, side: Side = Side.PROVIDER, title: str = "The viewer will not open", at: datetime = NOON) -> Ticket:
    """Open a ticket as a person does, inside that person's scope."""
    return actions.open_ticket(
        title=title,
        duty_key=None,
        place="",
        route=route_to(side),
        origin=actions.Origin("person", f"Opened by {by.name}"),
        condition=None,
        priority=Priority.P3,
        text="It worked before lunch.",
        audience=Audience.PUBLIC,
        by=by,
        at=at,
    ).ticket


def a_file(name: str = "dc-nightly.log", content: bytes = b"02:14 no space left\n") -> Offered:
    """Return a file as a form hands it in."""
    return Offered(name, len(content), content[:HEAD], lambda: iter([content]))
