"""One address for each move of a ticket: translate in, one action, back to the ticket."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Audience
from tickets import actions, forms
from tickets.models import Ticket
from tickets.views import one

Do = Callable[[Ticket, dict[str, Any]], object]


@require_POST
@member_view("ticket.take")
def take(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    def do(row: Ticket, said: dict[str, Any]) -> object:
        return actions.take(row.id, by=member, at=timezone.now(), **_marks(said))

    return _move(request, member, number, "take", do)


@require_POST
@member_view("ticket.reply")
def reply(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    def do(row: Ticket, said: dict[str, Any]) -> object:
        audience = Audience(said["mode"].upper())
        return actions.reply(row.id, said["text"], audience, by=member, at=timezone.now(), **_marks(said))

    return _move(request, member, number, "reply", do, shape=forms.Reply)


@require_POST
@member_view("note.write_private")
def note(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    def do(row: Ticket, said: dict[str, Any]) -> object:
        return actions.note(row.id, said["text"], by=member, at=timezone.now(), once=said["once"])

    return _move(request, member, number, "note", do)


@require_POST
@member_view("ticket.resolve")
def resolve(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    return _move(request, member, number, "resolve", _with_text(actions.resolve, member))


@require_POST
@member_view("ticket.close")
def close(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    return _move(request, member, number, "close", _with_text(actions.close, member))


@require_POST
@member_view("ticket.reopen")
def reopen(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    return _move(request, member, number, "reopen", _with_text(actions.reopen, member))


@require_POST
@member_view("ticket.confirm")
def confirm(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    return _move(request, member, number, "confirm", _with_text(actions.confirm, member))


@require_POST
@member_view("ticket.cancel")
def cancel(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    return _move(request, member, number, "cancel", _with_text(actions.cancel, member))


@require_POST
@member_view("ticket.cancel_own")
def cancel_own(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    return _move(request, member, number, "cancel_own", _with_text(actions.cancel_own, member))


def _with_text(act: Callable[..., object], member: access.Actor) -> Do:
    return lambda row, said: act(row.id, said["text"], by=member, at=timezone.now(), **_marks(said))


def _marks(said: dict[str, Any]) -> dict[str, Any]:
    return {"seen": said["seen"], "once": said["once"]}


def _move(
    request: HttpRequest, member: access.Actor, number: int, move: str, do: Do, *, shape: type[forms.Act] = forms.Act
) -> HttpResponse:
    """Make one move and return to the ticket; refused, show it as it is now, with the words and the text kept."""
    row = one.found(member, number)
    form = shape(request.POST)
    if not form.is_valid():
        words = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return one.page(request, member, row, refused=_refusal(request, move, words), status=422)
    try:
        do(row, form.cleaned_data)
    except actions.Stale as refusal:
        words = refusal.words
        return one.page(request, member, one.found(member, number), refused=_refusal(request, move, words, stale=True), status=409)
    except actions.Refused as refusal:
        return one.page(request, member, one.found(member, number), refused=_refusal(request, move, refusal.words), status=422)
    return redirect("tickets:ticket", member.tenant.slug, number)


def _refusal(request: HttpRequest, move: str, words: str, *, stale: bool = False) -> one.Refusal:
    """Keep what was written, in the mode it was written for."""
    mode = "private" if move == "note" else request.POST.get("mode", "public")
    return one.Refusal(move, words, request.POST.get("text", ""), mode, stale)
