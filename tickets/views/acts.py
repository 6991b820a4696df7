"""Acts from the list: one ticket, one POST, and its row comes back as it is now, whoever changed it meanwhile."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from tickets import actions, forms
from tickets.models import Ticket
from tickets.queries import lines, rows
from tickets.views import lists, one

Do = Callable[[Ticket, dict[str, Any], access.Actor, datetime], object]


def act(action: str, do: Do, said: str, undo: str = "") -> Callable[..., HttpResponse]:
    """Make the view of one act: its action in the table, what it does, what is said of it, and the act that takes it back."""

    @require_POST
    @member_view(action)
    def view(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
        ticket, at = one.found(member, number), timezone.now()
        form = forms.Act(request.POST)
        if not form.is_valid():
            return row(request, member, number, wrong=" ".join(str(text) for texts in form.errors.values() for text in texts), status=422)
        try:
            do(ticket, form.cleaned_data, member, at)
        except actions.Refused as refusal:
            return row(request, member, number, wrong=refusal.words, status=409 if isinstance(refusal, actions.Stale) else 422)
        return row(request, member, number, said=said, undo=undo)

    return view


def row(
    request: HttpRequest, member: access.Actor, number: int, *, said: str = "", undo: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    """Return a ticket's row as it is now, with what is to be said of the act."""
    ticket, at = one.found(member, number), timezone.now()
    (line,) = lines.lines([ticket], {member.tenant_id: member}, rows.names_of([member.tenant_id], at), at)
    shown = {
        "one": lists.shown(line),
        "many": bool(request.POST.get("many")),
        "may_take": access.may(member, "ticket.take"),
        "said": f"{line.row.reference} {said}" if said else "",
        "undo": undo,
        "wrong": wrong,
    }
    return render(request, "tickets/_row.html", shown, status=status)


@require_safe
@member_view("ticket.view")
def peek(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """One ticket beside the list."""
    found = lines.peek(one.found(member, number), member, timezone.now())
    return render(request, "tickets/_peek.html", {"peek": found, "one": lists.shown(found.line)})


def _take(ticket: Ticket, said: dict[str, Any], by: access.Actor, at: datetime) -> object:
    return actions.take(ticket.pk, by=by, at=at, seen=said["seen"], once=said["once"])


def _release(ticket: Ticket, said: dict[str, Any], by: access.Actor, at: datetime) -> object:
    return actions.release(ticket.pk, by=by, at=at, seen=said["seen"], once=said["once"])


def _accept(ticket: Ticket, said: dict[str, Any], by: access.Actor, at: datetime) -> object:
    return actions.accept(ticket.pk, by=by, at=at, seen=said["seen"], once=said["once"])


def _resolve(ticket: Ticket, said: dict[str, Any], by: access.Actor, at: datetime) -> object:
    return actions.resolve(ticket.pk, said["text"], by=by, at=at, seen=said["seen"], once=said["once"])


def _reopen(ticket: Ticket, said: dict[str, Any], by: access.Actor, at: datetime) -> object:
    return actions.reopen(ticket.pk, "", by=by, at=at, seen=said["seen"], once=said["once"])


take = act("ticket.take", _take, "is yours now.", "release")
release = act("ticket.take", _release, "is back where it was before.")
accept = act("ticket.accept_handover", _accept, "is with your side now.")
resolve = act("ticket.resolve", _resolve, "is resolved.", "reopen")
reopen = act("ticket.reopen", _reopen, "is open again.")
