"""One act on many tickets: a page that names them and asks what the act needs; nothing is done before all of them may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.http import Desk, desk_view, member_view
from tickets import actions, forms, queries
from tickets.actions.bulk import MOST, Act, on_all
from tickets.models import Ticket
from tickets.queries import lines, listing, rows
from tickets.views.one import BIGGEST

# each act: what its button says, the move that must be possible, what is said when it is done
ACTS = {
    "take": ("Take them", "take", "yours now"),
    "assign": ("Assign them", "assign", "assigned"),
    "wait": ("Let them wait", "wait", "waiting"),
    "priority": ("Change how much they hinder", "set_priority", "changed"),
}
EVERYWHERE = ("take", "wait")  # what may be done at several clients at once
NOTHING = "Choose the tickets first: with x in the list, or by their boxes."


@dataclass(frozen=True)
class Choice:
    """One act for the tickets chosen; `why` says why it is not possible for all of them."""

    name: str
    verb: str
    why: str
    current: bool


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.bulk_update")
def client_bulk(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Tickets of one client."""
    return _bulk(request, [member], f"/{member.tenant.slug}/tickets/", "tickets")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view("queue.cross_tenant")
def desk_bulk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tickets of several clients; each client's are done in one piece."""
    return _bulk(request, desk.actors, "/desk/queue/", "queue")


def _bulk(request: HttpRequest, readers: Sequence[access.Actor], home: str, section: str) -> HttpResponse:
    """Name the tickets and ask what the act needs; on POST do it, client by client."""
    given = request.POST if request.method == "POST" else request.GET
    seen = _seen(given.getlist("ticket"))
    at, name = timezone.now(), given.get("act", "take")
    page: dict[str, Any] = {"home": f"{home}?q={quote(given.get('q', ''))}", "line": given.get("q", ""), "section": section}
    if not seen or name not in ACTS:
        return render(request, "tickets/bulk.html", page | {"wrong": NOTHING}, status=422)
    by = {actor.tenant_id: actor for actor in readers}
    tickets = listing.chosen(list(by), list(seen), company=readers[0].company_id)
    if len(tickets) != len(seen):
        raise Http404
    for tenant in {ticket.tenant_id for ticket in tickets}:
        access.require(by[tenant], "ticket.bulk_update")
    form = _form(name, tickets, request.POST if request.method == "POST" else None, at)
    page |= {
        "tickets": [(rows.row_of(ticket, {}), f"{ticket.pk}:{seen[ticket.pk]}") for ticket in tickets],
        "choices": _choices(name, tickets, by),
        "name": name,
        "verb": ACTS[name][0],
        "form": form,
    }
    why = next(choice.why for choice in page["choices"] if choice.current)
    if request.method != "POST" or why or not form.is_valid():
        return render(request, "tickets/bulk.html", page | {"wrong": why}, status=422 if request.method == "POST" else 200)
    batches = [(actor, {ticket.pk: seen[ticket.pk] for ticket in tickets if ticket.tenant_id == tenant}) for tenant, actor in by.items()]
    return _done(request, page, [batch for batch in batches if batch[1]], at)


def _done(request: HttpRequest, page: dict[str, Any], batches: list[tuple[access.Actor, dict[int, int]]], at: datetime) -> HttpResponse:
    """Do the act at each client in a transaction of its own; what one client refuses leaves the others' done."""
    name, said, done = page["name"], page["form"].cleaned_data, 0
    for member, here in batches:
        try:
            with tenancy.only([member.tenant_id], side=member.company_id):
                done += on_all(here, _act(name, said, member, at), name, by=member, at=at)
        except actions.Refused as refusal:
            before = f"{done} tickets of other clients are {ACTS[name][2]}. " if done else ""
            status = 409 if isinstance(refusal, actions.Stale) else 422
            return render(
                request, "tickets/bulk.html", page | {"wrong": f"{before}{refusal.words} Nothing else was changed."}, status=status
            )
    messages.success(request, f"{done} ticket{'s are' if done > 1 else ' is'} {ACTS[name][2]}.")
    return redirect(page["home"])


def _act(name: str, said: dict[str, Any], by: access.Actor, at: datetime) -> Act:
    """Return what is done with each ticket."""
    if name == "assign":
        return lambda ticket, seen: actions.assign(ticket, said["person"], by=by, at=at, seen=seen, outside_hours=said["outside_hours"])
    if name == "wait":
        until = said["until"].replace(tzinfo=ZoneInfo(by.zone))
        return lambda ticket, seen: actions.wait(ticket, said["reason"], said["whom"], until, said["text"], by=by, at=at, seen=seen)
    if name == "priority":
        return lambda ticket, seen: actions.set_priority(ticket, said["priority"], said["text"], by=by, at=at, seen=seen)
    return lambda ticket, seen: actions.take(ticket, by=by, at=at, seen=seen)


def _form(name: str, tickets: Sequence[Ticket], data: Any, at: datetime) -> Any:
    """Return the form of an act."""
    if name == "assign":
        return forms.Assign(data, people=queries.colleagues(tickets[0], at))
    return {"take": forms.Act, "wait": forms.Wait, "priority": forms.SetPriority}[name](data)


def _choices(name: str, tickets: Sequence[Ticket], by: dict[int, access.Actor]) -> list[Choice]:
    """Return the acts, and why one is not possible for all of these tickets."""
    possible = [(ticket, lines.possible(ticket, by[ticket.tenant_id])) for ticket in tickets]
    mixed = len({ticket.tenant_id for ticket in tickets}) > 1
    found = []
    for act, (verb, move, _) in ACTS.items():
        hindered = [rows.row_of(ticket, {}).reference for ticket, can in possible if move not in can]
        why = "Not for tickets of several clients at once." if mixed and act not in EVERYWHERE else ""
        why = why or (f"Not possible for {', '.join(hindered[:5])} now." if hindered else "")
        found.append(Choice(act, verb, why, act == name))
    return found


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < len(str(BIGGEST))


def _seen(chosen: Sequence[str]) -> dict[int, int]:
    """Read ids with the versions shown; what is no id names nothing here."""
    found = {}
    for one in chosen[: MOST + 1]:
        number, _, version = one.partition(":")
        if not (_is_number(number) and _is_number(version)):
            raise Http404
        found[int(number)] = int(version)
    return found
