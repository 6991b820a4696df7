"""One address for each move of a ticket: translate in, one action, back to the ticket."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from comanaged.accounts import access
from comanaged.accounts.http import member_view, takes
from comanaged.vocabulary import Audience
from tickets import actions
from tickets.domain.handover import FIELDS
from tickets.models import Ticket
from tickets.views import files, one

Said = dict[str, Any]
Do = Callable[[Ticket, Said, access.Actor, datetime], object]


@require_POST
@takes(files.BIGGEST)
@member_view("ticket.reply")
def reply(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    def do(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
        audience = Audience(said["mode"].upper())
        return actions.reply(row.id, said["text"], audience, by=by, at=at, files=files.offered(request), **marks(said))

    return make(request, member, number, "reply", do)


@require_POST
@takes(files.BIGGEST)
@member_view("note.write_private")
def note(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    def do(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
        return actions.note(row.id, said["text"], by=by, at=at, files=files.offered(request), once=said["once"])

    return make(request, member, number, "note", do)


def move(name: str, action: str, do: Do) -> Callable[..., HttpResponse]:
    """Make the view of one move: its name in the address, its action in the table, what it does with what was said."""

    @require_POST
    @member_view(action)
    def view(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
        return make(request, member, number, name, do)

    return view


def _with_text(act: Callable[..., object]) -> Do:
    return lambda row, said, by, at: act(row.id, said["text"], by=by, at=at, **marks(said))


def _plain(act: Callable[..., object]) -> Do:
    return lambda row, said, by, at: act(row.id, by=by, at=at, **marks(said))


def _resolve(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    more = {"code": said["code"] or "fixed", "override": said["override"], "parts": said["parts"]}
    return actions.resolve(row.id, said["text"], by=by, at=at, **more, **marks(said))


def _cancel(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    return actions.cancel(row.id, said["text"], by=by, at=at, code=said["code"] or "not_ours", **marks(said))


def _wait(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    until = _there(said["until"], by)
    return actions.wait(row.id, said["reason"], said["whom"], until, said["text"], by=by, at=at, **marks(said))


def _offer(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    packet = {name: said[name] for name in FIELDS}
    wanted = _there(said["answer_by"], by) if said["answer_by"] else None
    return actions.offer(row.id, packet, by=by, at=at, answer_by=wanted, **marks(said))


def _decline(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    return actions.decline(row.id, said["code"], said["text"], by=by, at=at, **marks(said))


def _assign(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    return actions.assign(row.id, said["person"], by=by, at=at, outside_hours=said["outside_hours"], **marks(said))


def _set_duty(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    return actions.set_duty(row.id, said["duty"], by=by, at=at, place=said["place"], asset=said["asset"], **marks(said))


def _set_priority(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    return actions.set_priority(row.id, said["priority"], said["text"], by=by, at=at, **marks(said))


def _lower_critical(row: Ticket, said: Said, by: access.Actor, at: datetime) -> object:
    return actions.lower_critical(row.id, said["priority"], said["text"], by=by, at=at, agreed=said["agreed"], **marks(said))


take = move("take", "ticket.take", _plain(actions.take))
release = move("release", "ticket.take", _plain(actions.release))
assign = move("assign", "ticket.assign_colleague", _assign)
wait = move("wait", "ticket.pause_clock", _wait)
wake = move("wake", "ticket.wake", _with_text(actions.wake))
offer = move("offer", "ticket.hand_over", _offer)
accept = move("accept", "ticket.accept_handover", _plain(actions.accept))
decline = move("decline", "ticket.refuse_handover", _decline)
withdraw = move("withdraw", "ticket.withdraw", _with_text(actions.withdraw))
ask_for = move("ask_for", "ticket.ask_for", _with_text(actions.ask_for))
direct = move("direct", "ticket.direct", _with_text(actions.direct))
emergency_take = move("emergency_take", "ticket.emergency_take", _with_text(actions.emergency_take))
set_duty = move("set_duty", "ticket.set_duty", _set_duty)
set_priority = move("set_priority", "ticket.set_priority", _set_priority)
lower_critical = move("lower_critical", "ticket.lower_critical", _lower_critical)
resolve = move("resolve", "ticket.resolve", _resolve)
close = move("close", "ticket.close", _with_text(actions.close))
reopen = move("reopen", "ticket.reopen", _with_text(actions.reopen))
confirm = move("confirm", "ticket.confirm", _with_text(actions.confirm))
cancel = move("cancel", "ticket.cancel", _cancel)
hide = move("hide", "ticket.hide", _with_text(actions.hide))
show = move("show", "ticket.hide", _with_text(actions.show))
cancel_own = move("cancel_own", "ticket.cancel_own", _with_text(actions.cancel_own))


def marks(said: Said) -> Said:
    """Return the version that was shown and the name of the submission."""
    return {"seen": said["seen"], "once": said["once"]}


def make(request: HttpRequest, member: access.Actor, number: int, name: str, do: Do) -> HttpResponse:
    """Make one move and return to the ticket; refused, show it as it is now, with the words and the text kept."""
    at = timezone.now()
    row = one.found(member, number)
    form = one.form_of(name, row, member, at, data=request.POST)
    if not form.is_valid():
        field, words = next((field, str(texts[0])) for field, texts in form.errors.items())
        return one.page(request, member, row, refused=_refusal(request, name, words, field), status=422)
    try:
        do(row, form.cleaned_data, member, at)
    except actions.Stale as refusal:
        words = refusal.words
        return one.page(request, member, one.found(member, number), refused=_refusal(request, name, words, stale=True), status=409)
    except actions.Refused as refusal:
        field = getattr(refusal, "field", "text")
        return one.page(request, member, one.found(member, number), refused=_refusal(request, name, refusal.words, field), status=422)
    return redirect("tickets:ticket", member.tenant.slug, number)


def _there(naive: datetime, by: access.Actor) -> datetime:
    """Read a moment that a person wrote as the client's clock shows it."""
    return naive.replace(tzinfo=ZoneInfo(by.zone))


def _refusal(request: HttpRequest, name: str, words: str, field: str = "text", *, stale: bool = False) -> one.Refusal:
    """Keep what was written, in the mode it was written for."""
    mode = "private" if name == "note" else request.POST.get("mode", "public")
    return one.Refusal(name, words, request.POST.get("text", ""), mode, stale, field, request.POST)
