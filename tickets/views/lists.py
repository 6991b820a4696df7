"""The queue over all clients and one client's tickets: the same list, filtered by what the address says."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comanaged.accounts import access
from comanaged.accounts.http import Desk, desk_view, member_view
from responsibilities import queries as responsibilities
from tickets import forms, queries
from tickets.domain import lifecycle

# the ready views: their word, and what of the address they set
VIEWS = [
    ("To do", {}),
    ("Mine", {"taken": "mine"}),
    ("Nobody yet", {"taken": "nobody"}),
    ("Resolved", {"state": "resolved"}),
    ("Closed", {"state": "closed"}),
    ("All", {"state": "all"}),
]
EMPTY = {
    "": "Nothing waits here for anybody.",
    "mine": "Nothing waits for you.",
    "nobody": "Somebody has every ticket that is to do.",
}


@require_safe
@desk_view("queue.cross_tenant")
def desk_queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every client's tickets that this technician may see."""
    look = forms.Look(request.GET)
    wished = look.words()
    actors = [actor for actor in desk.actors if wished["client"] in {"", actor.tenant.slug}]
    if not actors:
        raise Http404
    shown = _listing(request.GET, wished, actors)
    shown["clients"] = [actor.tenant for actor in desk.actors]
    shown["duties"] = responsibilities.duties_over(actor.tenant_id for actor in actors)
    return render(request, "tickets/queue.html", shown | {"section": "queue"})


@require_safe
@member_view("ticket.view")
def tickets(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """One client's tickets."""
    look = forms.Look(request.GET)
    shown = _listing(request.GET, look.words(), [member])
    shown["duties"] = responsibilities.duties_of(member.tenant_id)
    shown["may_open"] = access.may(member, "ticket.open")
    return render(request, "tickets/tickets.html", shown | {"section": "tickets"})


def _listing(address: QueryDict, wished: dict[str, str], actors: Sequence[access.Actor]) -> dict[str, Any]:
    """What the list's template needs; `actors` are the reader's standings at the clients shown."""
    reader = actors[0]
    page = _page(wished, [actor.tenant_id for actor in actors], reader)
    works = access.may(reader, "ticket.take")
    return {
        "rows": [(row, works and row.takeable(reader.side, reader.user_id)) for row in page.rows],
        "next": _with(address, after=page.next) if page.next else "",
        "wished": wished,
        "wanted_words": dict(forms.STATES)[wished["state"]].lower(),
        "views": [_view(address, wished, word, setting) for word, setting in VIEWS],
        "kept": [("taken", wished["taken"])] if wished["taken"] else [],
        "sides": forms.SIDES,
        "states": forms.STATES,
        "empty": EMPTY[wished["taken"]] if not wished["state"] else "No ticket is like this.",
    }


def _page(wished: dict[str, str], tenants: Sequence[int], reader: access.Actor) -> queries.Page:
    wanted = queries.Filters(
        states=lifecycle.states_of(wished["state"]),
        side=wished["side"].upper(),
        duty=wished["duty"],
        person=reader.user_id if wished["taken"] == "mine" else None,
        nobody=wished["taken"] == "nobody",
    )
    try:
        return queries.queue(tenants, wanted, at=timezone.now(), after=wished["after"])
    except queries.BadCursor:
        raise Http404 from None


def _view(address: QueryDict, wished: dict[str, str], word: str, setting: dict[str, str]) -> dict[str, Any]:
    """One ready view as a link that keeps client, side and duty."""
    full = {"taken": "", "state": ""} | setting
    return {"word": word, "address": _with(address, after="", **full), "current": all(wished[name] == full[name] for name in full)}


def _with(address: QueryDict, **changes: str) -> str:
    """Return the address of this list with some words changed; empty ones are left out."""
    onward = address.copy()
    for name, value in changes.items():
        onward.pop(name, None)
        if value:
            onward[name] = value
    return f"?{onward.urlencode()}"
