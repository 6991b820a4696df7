"""The queue over all clients and one client's tickets: the same list, and what it shows is one line of words in the address."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comanaged.accounts import access
from comanaged.accounts.http import Desk, desk_view, known_actors, member_view
from comanaged.accounts.models import Organisation
from comanaged.templatetags import portal
from responsibilities import queries as responsibilities
from tickets import forms, queries
from tickets.domain import lifecycle, ticking, wanted
from tickets.domain.wanted import Wanted
from tickets.queries import held, lines, listing, rows, viewing, wishing

HOUR = timedelta(hours=1)
OURS, BOTH = Wanted(side="ours"), Wanted(side="both")
# the ready views: their word, what they ask for, and the count that belongs to them
VIEWS = [
    ("My side", OURS, "ours"),
    ("Mine", Wanted(person=wanted.ME), "mine"),
    ("Nobody yet", Wanted(side="ours", person=wanted.NOBODY), "nobody"),
    ("Due in an hour", Wanted(due=60), "soon"),
    ("Waiting", Wanted(state="waiting"), "waiting"),
    ("Offered to us", Wanted(offered=True), "offered"),
    ("We offered", Wanted(offering=True), "offering"),
    ("Nobody's", Wanted(nobodys=True), "nobodys"),
    ("Crossed twice", Wanted(crossed=True), "crossed"),
    ("Closed today", Wanted(closed=wanted.TODAY), ""),
]
EMPTY = {"mine": "Nothing waits for you.", "ours": "Nothing waits for your side.", "nobody": "Somebody has every ticket that is to do."}
TAKEN = {"mine": wanted.ME, "nobody": wanted.NOBODY}
LOOKS = {ticking.Look.LATE: "late", ticking.Look.HELD: "held", ticking.Look.NONE: "held"}
WHAT = 48  # characters of what a clock is for
ROWS = "X-Rows"  # of a request that wants the rows alone


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with every word ready: the template language is what a page costs."""

    line: lines.Line
    row: rows.Row
    id: str
    href: str
    seen: str
    can: str
    look: str
    time: str
    what: str
    bars: str
    urgency: str
    title: str
    reference: str
    client: str
    client_href: str
    doubt: str
    offered: str
    here: tuple[str, ...]
    alert: str
    check: bool
    state: str
    duty: str
    duty_href: str
    words: str
    side: str
    holder: str
    person: str
    person_href: str
    initials: str
    touched: bool
    takes: bool
    hidden: bool


@dataclass(frozen=True)
class Place:
    """Where a list stands: whose clients it shows, what an empty line means there, the view of everything."""

    readers: Sequence[access.Actor]
    template: str
    section: str
    default: Wanted
    everything: tuple[str, Wanted]

    @property
    def many(self) -> bool:
        return self.section == "queue"

    @property
    def company(self) -> int | None:
        """For whom somebody looks: at every client of one's desk one stands for the same company."""
        return self.readers[0].company_id


@require_safe
@desk_view("queue.cross_tenant")
def desk_queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every client's tickets that this technician may see; an empty line means his side's own work."""
    return _shown(request, Place(desk.actors, "tickets/queue.html", "queue", OURS, ("Both sides", BOTH)))


@require_safe
@member_view("ticket.view")
def tickets(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """One client's tickets; an empty line means all that is to do, whoever holds it."""
    return _shown(request, Place([member], "tickets/tickets.html", "tickets", Wanted(), ("Both sides", Wanted())))


@require_safe
@member_view("ticket.find_by_number")
def find(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Go to the ticket that a number or a reference names; anything else is looked for in the list."""
    asked = " ".join(request.GET.get("q", "").split())
    found = wishing.wish(wanted.read(asked).wanted, [member], timezone.now())
    if found.filters.number and found.filters.ids is None:
        page = listing.pick(found.tenant_ids, found.filters, company=member.company_id, size=1)
        if page.tickets:
            return redirect("tickets:ticket", member.tenant.slug, page.tickets[0].number)
    return redirect(f"../{words_address(asked)}")


def words_address(line: str) -> str:
    """Return the address of a list that shows what a line asks for, seen from the list itself."""
    return f"?q={quote(line)}"


@lru_cache(maxsize=4096)
def address(wish: Wanted) -> str:
    """Return the address of a list that shows a wish, seen from the list itself."""
    return words_address(wanted.line(wish))


def shown(line: lines.Line) -> Shown:
    """Return a row with its words and addresses."""
    row, face = line.row, line.face
    return Shown(
        line=line,
        row=row,
        id=str(row.id),  # a number would be localised, which costs
        href=f"/{row.slug}/tickets/{row.number}/",
        seen=str(row.version),
        can=" ".join(line.can),
        look=f"{portal.side_class(row.side)} {LOOKS.get(face.look) or portal.parts(face.part)}",
        time=face.time,
        what=face.what if len(face.what) <= WHAT else f"{face.what[: WHAT - 1]}…",
        bars=str(row.bars),
        urgency=row.urgency,
        title=row.title,
        reference=row.reference,
        client=row.client,
        client_href=address(Wanted(client=row.slug)),
        doubt=line.doubt,
        offered=line.offered,
        here=line.here,
        alert=("alert" if row.seen == 1 else f"alert, seen {row.seen} times") if row.origin_kind == "alert" else "",
        check=row.origin_kind == "check",
        state="major incident" if row.major else "" if row.state == lifecycle.State.NEW else row.state.lower(),
        duty=row.duty_name,
        duty_href=address(Wanted(duty=row.duty)) if row.duty else "",
        words=" ".join(part for part in (row.asset, f"{line.who}: “{line.words}”" if line.words else "") if part),
        side=portal.side_class(row.side),
        holder=row.holder,
        person=row.assignee,
        person_href=address(Wanted(person=row.assignee.replace('"', ""))) if row.assignee else "",
        initials=portal.initials(row.assignee),
        touched=line.touched,
        takes="take" in line.can,
        hidden=row.hidden,
    )


def _shown(request: HttpRequest, place: Place) -> HttpResponse:
    """Return the list, or its rows alone for a page that looks again."""
    at = timezone.now()
    asked, missed = _asked(request.GET, place)
    wish = wishing.wish(asked, place.readers, at)
    readers = {actor.tenant_id: actor for actor in place.readers}
    try:
        page = listing.pick(wish.tenant_ids, wish.filters, company=place.company, after=request.GET.get("after", ""))
    except queries.BadCursor:
        raise Http404 from None
    names = rows.names_of(readers.keys(), at)
    found = [shown(line) for line in lines.lines(page.tickets, readers, names, at)]
    context: dict[str, Any] = {"rows": found, "many": place.many, "at": at, "section": place.section}
    if request.headers.get(ROWS):
        return _rows(request, context)
    reader = place.readers[0]
    counted = listing.tally(wish.tenant_ids, reader.side or "", reader.user_id, at + HOUR, company=place.company)
    context |= {
        "line": wanted.line(asked) if asked != place.default else "",
        "parts": [(word, address(rest)) for rest, word in wanted.parts(asked)] if asked != place.default else [],
        "missed": [*missed, *wish.missed],
        "next": _onward(request.GET, page.next) if page.next else "",
        "title_words": wanted.line(asked) or "to do",
        "views": _views(place, asked, counted),
        "kept": [
            (view, words_address(view.line), view.line == wanted.line(asked))
            for view in viewing.views_of(reader, known_actors(request, at))
        ],
        "wish": asked,
        "clients": [actor.tenant for actor in place.readers] if place.many else [],
        "duties": responsibilities.duties_over(readers.keys()) if place.many else responsibilities.duties_of(reader.tenant_id),
        "sides": forms.SIDES,
        "states": forms.STATES,
        "offers": _offers(place, asked, names, at) if counted["offered"] and not request.GET.get("after") else [],
        "empty": "" if found else _empty(place, asked, wish, at),
        "may_open": not place.many and access.may(reader, "ticket.open"),
        "may_agree": {
            name.rpartition(".")[2]: not place.many and access.may(reader, name)
            for name in ("ticket.pre_accept", "ticket.schedule", "export.tickets")
        },
        "may_bulk": access.may(reader, "ticket.bulk_update"),
        "may_take": access.may(reader, "ticket.take"),
        "may_share": access.may(reader, "ticket.schedule"),
        "may_keep": access.may(reader, "ticket.work"),
        "reader": reader,
    }
    context["mail"] = [] if context["offers"] else _mail(place)  # offers run out and mail does not; a page has twelve statements for all
    return render(request, place.template, context)


def _rows(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Return the rows, or 304 while they are as the page has them."""
    response = render(request, "tickets/_rows.html", context)
    mark = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        response = HttpResponse(status=304)
    response["ETag"] = mark
    return response


def _asked(address: QueryDict, place: Place) -> tuple[Wanted, tuple[str, ...]]:
    """Read the line, and add to it what was chosen from the lists beside it; nothing at all is what the place means by it."""
    read = wanted.read(address.get("q", ""))
    asked, choice = read.wanted, forms.Look(address).words()
    if choice["client"]:
        if choice["client"] not in {actor.tenant.slug for actor in place.readers}:
            raise Http404
        asked = asked.but(client=choice["client"])
    for name, value in (("side", choice["side"]), ("state", choice["state"]), ("duty", choice["duty"].replace('"', ""))):
        asked = asked.but(**{name: value}) if value else asked
    if choice["taken"]:
        asked = asked.but(person=TAKEN[choice["taken"]])
    return asked or place.default, read.missed


def _views(place: Place, asked: Wanted, counted: dict[str, int]) -> list[dict[str, Any]]:
    """The ready views as links, with how much is in each; the client that is chosen stays chosen."""
    more = counted["both"] > listing.COUNTED
    word, everything = place.everything
    ready = [*VIEWS, (word, everything, "both")] if place.many else [(word, everything, "both"), *VIEWS]
    return [
        {
            "word": word,
            "address": address(view.but(client=asked.client)) if view.but(client=asked.client) else "?",
            "current": view == asked.but(client="") or (view == place.default and not asked.but(client="")),
            "count": f"{min(counted[count], listing.COUNTED):,}{'+' if more else ''}" if count else "",
        }
        for word, view, count in ready
    ]


def _offers(place: Place, asked: Wanted, names: rows.Names, at: datetime) -> list[tuple[lines.Offer, str]]:
    """The cards of what waits for this side's answer, above the list that people begin with."""
    reader = place.readers[0]
    if asked != place.default or reader.side is None or not access.may(reader, "ticket.accept_handover"):
        return []
    readers = {actor.tenant_id: actor for actor in place.readers}
    found = lines.offers(listing.offers(list(readers), reader.side, company=place.company), readers, names, at)
    return [(one, f"/{one.line.row.slug}/tickets/{one.line.row.number}/") for one in found]


def _mail(place: Place) -> list[tuple[Organisation, int]]:
    """Return where mail waits that this reader may decide about, and how much."""
    heaps = held.heap(place.readers)
    return [(reader.tenant, heaps[reader.tenant_id]) for reader in place.readers if reader.tenant_id in heaps]


def _empty(place: Place, asked: Wanted, wish: wishing.Wish, at: datetime) -> str:
    """Say what is not there, and which clock runs out next."""
    word = next((count for _, view, count in VIEWS if view == asked), "")
    said = EMPTY.get(word, "Nothing waits here for anybody." if asked == place.default else "No ticket is like this.")
    if asked.words or asked.number or not wish.filters.states <= lifecycle.TO_DO:
        return said
    following = listing.pick([actor.tenant_id for actor in place.readers], listing.Filters(), company=place.company, size=1).tickets
    if not following:
        return said
    row, face = rows.row_of(following[0], {}), lines.face_of(following[0], at)
    when = (
        ""
        if face.look in {ticking.Look.NONE, ticking.Look.HELD}
        else f" {face.time}"
        if face.look is ticking.Look.LATE
        else f" in {face.time}"
    )
    return f"{said} Next clock: {row.reference}{when}, with {row.assignee or 'nobody yet'}."


def _onward(address: QueryDict, after: str) -> str:
    """Return the address of the next page of this list."""
    onward = address.copy()
    onward["after"] = after
    return f"?{onward.urlencode()}"
