"""One ticket's page, and the form that opens a new one."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Priority
from responsibilities import queries as responsibilities
from tickets import actions, forms, queries
from tickets.models import Ticket

TALK = {"reply", "note"}
OPTIONAL = "Anything to add; may stay empty"
# each move of the side panel, in the order shown: what its button says, what its text is for
PANEL = {
    "take": ("Take this ticket", ""),
    "resolve": ("Resolve", "What solved it"),
    "confirm": ("Confirm that it is solved", OPTIONAL),
    "close": ("Close", "How the person who asked agreed"),
    "reopen": ("Reopen", "What is still wrong; may stay empty"),
    "cancel": ("Cancel this ticket", "Why it is not to be done"),
    "cancel_own": ("Take my request back", "Why you no longer need it"),
}
INSTEAD = {"close": "confirm", "cancel_own": "cancel"}  # who may do both is shown the second
BIGGEST = 2**63


@dataclass(frozen=True)
class Refusal:
    """A move that was not made: which, in what words, with what the person had written."""

    move: str
    words: str
    text: str = ""
    mode: str = ""
    stale: bool = False

    @property
    def talk(self) -> bool:
        return self.move in TALK


@dataclass(frozen=True)
class Panel:
    """One move in the side panel; `why` says why it is not possible now, `wrong` what was refused."""

    name: str
    verb: str
    asks: str
    address: str
    why: str
    wrong: str
    text: str
    first: bool


@require_safe
@member_view("ticket.view")
def ticket(request: HttpRequest, member: access.Actor, number: int) -> HttpResponse:
    """Whose it is and why, its story, and what this person may do with it."""
    before = request.GET.get("before", "0")
    place = int(before) if before.isdecimal() and len(before) < len(str(BIGGEST)) else 0
    return page(request, member, found(member, number), before=place or None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.open")
def new(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Ask, and see on the ticket's page whose it is and why."""
    duties = [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]
    if request.method != "POST":
        form = forms.Ask(duties=duties, initial={"once": uuid.uuid4().hex, "duty": request.GET.get("duty", "")})
        return render(request, "tickets/new.html", {"form": form, "section": "tickets"})
    form = forms.Ask(request.POST, duties=duties)
    if form.is_valid():
        try:
            opened = _ask(form.cleaned_data, member)
        except actions.Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, f"Sent to {opened.ticket.route_subject}. {opened.ticket.because}")
            return redirect("tickets:ticket", member.tenant.slug, opened.ticket.number)
    return render(request, "tickets/new.html", {"form": form, "section": "tickets"}, status=422)


def found(member: access.Actor, number: int) -> Ticket:
    """Return this client's ticket, or the page that says there is none."""
    try:
        return queries.ticket_of(member.tenant_id, number)
    except Ticket.DoesNotExist:
        raise Http404 from None


def page(
    request: HttpRequest, member: access.Actor, row: Ticket, *, refused: Refusal | None = None, before: int | None = None, status: int = 200
) -> HttpResponse:
    """Return the ticket's page, with a refused move's words and text where they belong."""
    sheet = queries.sheet(row, member, timezone.now(), before=before)
    moves = _panel(sheet, member, refused)
    shown = {
        "sheet": sheet,
        "refused": refused,
        "anchor": _anchor(moves, refused),
        "moves": moves,
        "mode": _mode(sheet, refused),
        "once": uuid.uuid4().hex,
        "section": "tickets",
    }
    return render(request, "tickets/ticket.html", shown, status=status)


def _ask(said: dict[str, Any], member: access.Actor) -> actions.Opened:
    return actions.ask(
        title=said["title"],
        duty_key=said["duty"],
        text=said["text"],
        priority=Priority(said["priority"]),
        asset=said["asset"],
        kind="person",
        once=said["once"],
        by=member,
        at=timezone.now(),
    )


def _mode(sheet: queries.Sheet, refused: Refusal | None) -> str:
    """Return who reads what is written next: what the refused text was meant for, never what was used last."""
    if refused is not None and refused.talk:
        return refused.mode
    reply = sheet.buttons.get("reply")
    return "private" if reply is None or reply.why else "public"


def _anchor(moves: list[Panel], refused: Refusal | None) -> str:
    """Return the field that a refusal is about; empty where the page has none, because the move is not this person's."""
    if refused is not None and refused.talk:
        return "write-text"
    return next((f"{move.name}-text" for move in moves if move.wrong and not move.why), "")


def _panel(sheet: queries.Sheet, member: access.Actor, refused: Refusal | None) -> list[Panel]:
    possible = [name for name in PANEL if name in sheet.buttons and (name != "take" or sheet.buttons[name].why)]
    shown = [name for name in possible if INSTEAD.get(name) not in possible]
    now = [name for name in shown if not sheet.buttons[name].why]
    panels = []
    for name in shown:
        verb, asks = PANEL[name]
        mine = refused if refused is not None and refused.move == name else None
        panels.append(
            Panel(
                name=name,
                verb=verb,
                asks=asks if name != "close" or sheet.asked else OPTIONAL,
                address=reverse(f"tickets:{name}", args=[member.tenant.slug, sheet.row.number]),
                why=sheet.buttons[name].why,
                wrong=mine.words if mine else "",
                text=mine.text if mine else "",
                first=name == now[0] if now else False,
            )
        )
    return panels
