"""One ticket's page, and the form that opens a new one."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from responsibilities import queries as responsibilities
from tickets import actions, forms, queries
from tickets.domain.outcomes import PRESSING
from tickets.domain.priorities import priority_of
from tickets.models import TO_DO, Ticket
from tickets.queries import charges, disputes, external, hiding, work

TALK = {"reply", "note"}
OPTIONAL = "Anything to add; may stay empty"
# each move of the side panel, in the order shown: what its button says, what its text is for
PANEL = {
    "take": ("Take this ticket", ""),
    "resolve": ("Resolve", "What solved it"),
    "confirm": ("Confirm that it is solved", OPTIONAL),
    "close": ("Close", "How the person who asked agreed"),
    "reopen": ("Reopen", "What is still wrong; may stay empty"),
    "wake": ("Take it up again", OPTIONAL),
    "wait": ("Let it wait", "What you need from the person who asked, or anything to add"),
    "assign": ("Give it to a colleague", ""),
    "set_duty": ("Change what it belongs to", ""),
    "set_priority": ("Change how much it hinders", "Why; may stay empty"),
    "lower_critical": ("Lower how much it hinders", "Why, and who agreed"),
    "cancel": ("Cancel this ticket", "Why it is not to be done"),
    "cancel_own": ("Take my request back", "Why you no longer need it"),
    "hide": ("Keep this ticket on our side", "Why; the other side reads this once you show it to them"),
    "show": ("Show it to both sides", "Why now; both sides read this"),
}
# the moves of the handover, which have a panel of their own
HANDOVER = {
    "accept": ("Accept", ""),
    "decline": ("Decline with a reason", "Say more: what is missing, or whose it is"),
    "withdraw": ("Take the offer back", OPTIONAL),
    "offer": ("Offer", ""),
    "ask_for": ("Ask to take it over", "Why your side should take it"),
    "direct": ("Move it without an answer", "Why it must move now; both leads are told"),
    "emergency_take": ("Take it to your side at once", "Why it cannot wait for their answer; both sides are told"),
}
FORMS: dict[str, type[forms.Act]] = {
    "reply": forms.Reply,
    "resolve": forms.Resolve,
    "cancel": forms.Cancel,
    "wait": forms.Wait,
    "offer": forms.Offer,
    "decline": forms.Decline,
    "assign": forms.Assign,
    "set_duty": forms.SetDuty,
    "set_priority": forms.SetPriority,
    "lower_critical": forms.Lower,
}
MAIN = {"resolve", "confirm", "close", "reopen", "wake"}
UNTIL_THEN = {
    "wake",
    "reopen",
    "close",
    "accept",
    "decline",
    "withdraw",
    "direct",
    "emergency_take",
    "hide",
    "show",
}  # not shown while there is nothing to do them to
INSTEAD = {"close": "confirm", "cancel_own": "cancel"}  # who may do both is shown the second
BIGGEST = 2**63


@dataclass(frozen=True)
class Refusal:
    """A move that was not made: which, in what words, at which field, with what the person had written."""

    move: str
    words: str
    text: str = ""
    mode: str = ""
    stale: bool = False
    field: str = "text"
    data: QueryDict | None = None

    @property
    def talk(self) -> bool:
        return self.move in TALK


@dataclass(frozen=True)
class Panel:
    """One move in a side panel with its form; `why` says why it is not possible now."""

    name: str
    verb: str
    address: str
    why: str
    form: forms.Act
    first: bool
    wrong: bool

    @property
    def main(self) -> bool:
        """Say whether its form is open from the start: what ends the ticket, or takes it up again."""
        return self.first and self.name in MAIN


@dataclass(frozen=True)
class Shown:
    """One ticket as one reader sees it now."""

    sheet: queries.Sheet
    row: Ticket
    member: access.Actor
    at: datetime


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
    known: dict[str, Any] = {"duties": duties, "may_hide": access.may(member, "ticket.hide")}
    if request.method != "POST":
        form = forms.Ask(**known, initial={"once": uuid.uuid4().hex, "duty": request.GET.get("duty", "")})
        return render(request, "tickets/new.html", {"form": form, "section": "tickets"})
    form = forms.Ask(request.POST, **known)
    if form.is_valid():
        try:
            opened = _ask(form.cleaned_data, member)
        except actions.SayMore as refusal:
            form.add_error(refusal.field, refusal.words)
        except actions.Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, f"Sent to {opened.ticket.route_subject}. {opened.ticket.because}")
            return redirect("tickets:ticket", member.tenant.slug, opened.ticket.number)
    return render(request, "tickets/new.html", {"form": form, "section": "tickets"}, status=422)


def found(member: access.Actor, number: int) -> Ticket:
    """Return this client's ticket, or the page that says there is none."""
    try:
        return queries.ticket_of(member, number)
    except Ticket.DoesNotExist:
        raise Http404 from None


def page(
    request: HttpRequest, member: access.Actor, row: Ticket, *, refused: Refusal | None = None, before: int | None = None, status: int = 200
) -> HttpResponse:
    """Return the ticket's page, with a refused move's words and text where they belong."""
    with responsibilities.one_look():
        return render(request, "tickets/ticket.html", _shown(request, member, row, refused, before), status=status)


def _shown(request: HttpRequest, member: access.Actor, row: Ticket, refused: Refusal | None, before: int | None) -> dict[str, Any]:
    """Return what the page's template needs."""
    at = timezone.now()
    sheet = queries.sheet(row, member, at, before=before)
    moves, handover = (_panels(which, Shown(sheet, row, member, at), refused) for which in (PANEL, HANDOVER))
    reply = sheet.buttons.get("reply")
    talk = queries.talk(row, member, at, sheet.entries, wanted=request.GET.get("mode", ""), may_reply=reply is not None and not reply.why)
    hanging = work.work(row, member, at)
    for panel in moves:
        if panel.name == "resolve" and not hanging.children:
            panel.form.fields.pop("parts", None)  # asked only where there are parts
    both = row.hidden_for_id is None  # what one side alone sees is no matter between the two
    clock, disputed = charges.clock(row, at), disputes.disputes_of(row, member, at)
    return {
        "sheet": sheet,
        "work": hanging,
        "elsewhere": external.shown_of(row, member),
        "talk": talk,
        "promise": clock,
        "disputes": disputed,
        "shares": disputes.shares(clock, disputed),
        "may_dispute": both and access.may(member, "ticket.dispute"),
        "may_declare": both and access.may(member, "incident.declare") and row.state in TO_DO and sheet.incident is None,
        "live": before is None,
        "refused": refused,
        "anchor": _anchor([*moves, *handover], refused),
        "moves": moves,
        "handover": handover,
        "offered": queries.offered(row, at),
        "kept": hiding.kept(row, member),
        "mode": refused.mode if refused is not None and refused.talk else talk.mode,
        "once": uuid.uuid4().hex,
        "section": "tickets",
    }


def _ask(said: dict[str, Any], member: access.Actor) -> actions.Opened:
    reason = said.get("hidden")
    return (partial(actions.ask_hidden, reason) if reason else actions.ask)(
        title=said["title"],
        duty_key=said["duty"],
        text=said["text"],
        priority=priority_of(said["impact"], said["urgency"]),
        impact=said["impact"],
        urgency=said["urgency"],
        asset=said["asset"],
        kind="person",
        once=said["once"],
        by=member,
        at=timezone.now(),
    )


def form_of(name: str, row: Ticket, member: access.Actor, at: datetime, *, data: QueryDict | None = None) -> forms.Act:
    """Return the form of a move, filled in by a person or with what is known."""
    more: dict[str, Any] = {"auto_id": f"{name}-%s"}
    if name == "assign":
        more["people"] = queries.colleagues(row, at)
    elif name == "set_duty":
        more["duties"] = [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]
        more["places"] = responsibilities.sites_of(member.tenant_id, at)
        more["initial"] = {"duty": row.duty.key if row.duty else "", "place": row.place, "asset": row.asset}
    elif name in {"set_priority", "lower_critical"}:
        more["initial"] = {"priority": row.priority}
    elif name == "wait":
        tomorrow = (at + timedelta(days=1)).astimezone(ZoneInfo(member.zone)).replace(hour=9, minute=0)
        more["initial"] = {"until": tomorrow.strftime(forms.LOCAL), "whom": row.requester.name if row.requester else ""}
    return FORMS.get(name, forms.Act)(data, **more)


def _anchor(panels: list[Panel], refused: Refusal | None) -> str:
    """Return the field that a refusal is about; empty where the page has none, because the move is not this person's."""
    if refused is None:
        return ""
    if refused.talk:
        return "write-text"
    return next((f"{one.name}-{refused.field}" for one in panels if one.wrong and not one.why and refused.field in one.form.fields), "")


def _panels(which: dict[str, tuple[str, str]], shown_to: Shown, refused: Refusal | None) -> list[Panel]:
    """Return the panels of some moves, those possible now and those that are not."""
    sheet, row, member, at = shown_to.sheet, shown_to.row, shown_to.member, shown_to.at
    buttons = dict(sheet.buttons)
    if row.priority in PRESSING and "set_priority" in buttons and access.may(member, "ticket.lower_critical"):
        buttons["lower_critical"] = buttons["set_priority"]
    possible = [name for name in which if name in buttons and (name != "take" or buttons[name].why)]
    if not hiding.seems_free(row):
        possible = [name for name in possible if name != "hide"]
    shown = [name for name in possible if INSTEAD.get(name) not in possible and not (name in UNTIL_THEN and buttons[name].why)]
    now = [name for name in shown if not buttons[name].why]
    panels = []
    for name in shown:
        verb, asks = which[name]
        mine = refused if refused is not None and refused.move == name else None
        form = form_of(name, row, member, at, data=mine.data if mine else None)
        if "text" in form.fields:
            form.fields["text"].label = asks if name != "close" or sheet.asked else OPTIONAL
            form.fields["text"].widget = forms.SHORT_TEXT
        if name == "resolve" and not (mine and mine.field == "override"):
            del form.fields["override"]  # asked for only where something is not done
        if mine and mine.field in form.fields and mine.field not in form.errors:
            form.add_error(mine.field, mine.words)
        address = reverse(f"tickets:{name}", args=[member.tenant.slug, sheet.row.number])
        panels.append(Panel(name, verb, address, buttons[name].why, form, name == now[0] if now else False, mine is not None))
    return panels
