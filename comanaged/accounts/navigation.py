"""Which pages a person is led to: the first one, the links beside it, the clients to switch to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind
from comanaged.vocabulary import Side

QUEUE = "/desk/queue/"


@dataclass(frozen=True, slots=True)
class Link:
    """One way on: `tab` stands in the bottom bar of a phone, `go` is the letter that follows it after g."""

    word: str
    address: str
    icon: str = ""
    current: bool = False
    tab: bool = False
    go: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one client: the section that marks it, its word, its place, the action that opens it."""

    section: str
    word: str
    path: str
    action: str
    tab: bool = False
    go: str = ""
    icon: str = ""  # else the section's


MATRIX = Page("matrix", "Matrix", "matrix/", "matrix.view", tab=True, go="m")
OVERVIEW = Page("overview", "Overview", "overview/", "dashboard.leadership", tab=True, go="o")
STAFF = (
    ("Agree", (MATRIX, Page("findings", "Findings", "findings/", "finding.view", tab=True, go="f"))),
    (
        "Work",
        (
            Page("tickets", "Tickets", "tickets/", "ticket.view", tab=True, go="t"),
            Page("alerts", "Alerts", "alerts/", "alert.view", tab=True, go="a"),
        ),
    ),
    ("Prove", (Page("backups", "Backups", "proof/backups/", "evidence.view"),)),
    ("Report", (OVERVIEW,)),
)
LEADERSHIP = (("", (OVERVIEW, MATRIX, *STAFF[0][1][1:], STAFF[1][1][0])),)
FOOT = (
    Page("people", "People", "people/", "people.view", icon="user"),
    Page("contacts", "Contacts", "contacts/", "contact.edit", icon="mail"),
    Page("mail", "Mail that waits", "mail/held/", "mail.release_held"),
    Page("teams", "Teams", "teams/", "people.view", icon="people"),
    Page("covers", "Covers", "covers/", "matrix.view", icon="repeat"),
    Page("hours", "Hours", "hours/", "matrix.view", icon="clock"),
    Page("promises", "Promises", "promises/", "ticket.view", icon="check"),
    Page("sites", "Sites", "sites/", "matrix.view"),
    Page("sources", "Sources", "sources/", "source.view"),
    Page("keys", "Keys", "keys/", "key.list"),
    Page("channels", "Channels", "channels/", "channel.view", icon="msg"),
    Page("history", "History", "history/", "audit.view"),
)
COMPANY = (
    *(page for page in FOOT if page.section not in {"channels", "contacts", "covers", "hours", "mail", "promises", "sites", "sources"}),
    Page("templates", "Templates", "templates/", "template.edit", icon="matrix"),
    Page("clients", "Add a client", "clients/new/", "tenant.create", icon="plus"),
)
ASKING = "requests/"
FIRST = {access.ASKS: ASKING, "c_mgr": MATRIX.path, "c_tech": "tickets/", "c_lead": OVERVIEW.path, "c_audit": OVERVIEW.path}


def first_page(actors: Sequence[Actor]) -> str | None:
    """Return the address a person starts at: the desk of who serves clients, else a page of their first client; None for nobody's member."""
    if any(serves(actor) for actor in actors):
        return QUEUE
    inside = [actor for actor in actors if actor.tenant.kind == Kind.CLIENT]
    inside.sort(key=lambda actor: actor.role == access.ASKS)  # where one works before where one only asks
    return first_of(inside[0]) if inside else None


def first_of(actor: Actor) -> str:
    """Return the page of one client that a person's work begins on."""
    return f"/{actor.tenant.slug}/{FIRST.get(actor.role, 'tickets/')}"


def serves(actor: Actor) -> bool:
    """Say whether this standing is a provider's person at a client."""
    return actor.side is Side.PROVIDER and actor.company_id != actor.tenant_id


def inside(actor: Actor, section: str) -> tuple[Group, ...]:
    """Return the links inside one client that this person may follow."""
    if actor.tenant.kind == Kind.PROVIDER:
        return (Group("Your company", links(actor, COMPANY, section)),)
    if actor.role == access.ASKS:
        return ()
    chosen = LEADERSHIP if actor.role in {"c_lead", "c_audit"} else STAFF
    groups = (Group(title, links(actor, pages, section)) for title, pages in chosen)
    return tuple(group for group in groups if group.links)


def foot(actor: Actor, section: str) -> tuple[Link, ...]:
    """Return the links for setting a client up."""
    return () if actor.tenant.kind == Kind.PROVIDER else links(actor, FOOT, section)


def links(actor: Actor, pages: Iterable[Page], section: str) -> tuple[Link, ...]:
    """Return those pages of one client that this person may open, as links."""
    return tuple(
        Link(page.word, f"/{actor.tenant.slug}/{page.path}", page.icon or page.section, page.section == section, page.tab, page.go)
        for page in pages
        if access.may(actor, page.action)
    )


def desk(actors: Iterable[Actor], section: str) -> tuple[Group, ...]:
    """Return the links of a provider's desk: the queue, then each client served."""
    queue = Link("Queue", QUEUE, "tickets", section == "queue", tab=True, go="q")
    clients = tuple(Link(actor.tenant.name, f"/{actor.tenant.slug}/tickets/", "matrix") for actor in actors if serves(actor))
    handovers = Link("Handovers", f"{QUEUE}?q=offered", "hand", tab=True, go="h")
    return Group("Your desk", (queue, handovers)), Group("Clients", clients)


def switcher(actors: Sequence[Actor], current: Actor | None, path: str) -> tuple[Link, ...]:
    """Return where else this person may go, the same section kept; empty for who knows one client only."""
    clients = [actor for actor in actors if actor.tenant.kind == Kind.CLIENT]
    everywhere = (Link("All clients", QUEUE, current=current is None),) if any(serves(actor) for actor in clients) else ()
    if len(clients) + len(everywhere) < 2:  # noqa: PLR2004 - one place is no choice
        return ()
    return everywhere + tuple(
        Link(
            actor.tenant.name,
            first_of(actor) if actor.role == access.ASKS else f"/{actor.tenant.slug}/{path or 'tickets/'}",
            current=actor == current,
        )
        for actor in clients
    )


def path_of(section: str) -> str:
    """Return the path of a section inside any client, empty for none."""
    pages = [page for _, group in (*STAFF, ("", FOOT)) for page in group]
    return next((page.path for page in pages if page.section == section), "")


def clock(zone: str, at: datetime) -> str:
    """Return the local time of a place with the place's name: "14:02 Chicago"."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M} {zone.rsplit('/', 1)[-1].replace('_', ' ')}"
