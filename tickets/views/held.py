"""Mail that waits for a person, or that a machine wrote: the list, one mail as plain text, and what to do with it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets.actions import holding, steps
from tickets.models import InboundMail
from tickets.queries import held as queries
from tickets.views import asking
from tickets.views.asking import Page

ACTION = "mail.release_held"
BOTH = ["GET", "HEAD", "POST"]
WORD, SECTION = "Mail that waits", "mail"
AUTOMATIC = "automatic"
BIGINT = 19  # digits


class Reason(forms.Form):
    """Why nothing happens with a mail."""

    reason = forms.CharField(
        max_length=200, label="Why nothing shall happen with it", error_messages={"required": "Say why, in ten characters or more."}
    )


class Which(forms.Form):
    """The ticket that a mail belongs to."""

    number = forms.IntegerField(
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        error_messages={
            "invalid": "Say a ticket's number, such as 1234.",
            "min_value": "Say a ticket's number.",
            "max_value": "Say a ticket's number.",
        },
    )


@require_safe
@member_view(ACTION)
def held(request: HttpRequest, member: Actor) -> HttpResponse:
    """All mail that somebody has to decide about; or, when asked for, the last that was kept since a machine wrote it."""
    after = request.GET.get("after", "")
    place = int(after) if after.isdecimal() and len(after) < BIGINT else None
    automatic = request.GET.get("which", "") == AUTOMATIC
    listed = queries.automatic(member, place) if automatic else queries.waiting(member, place)
    onward = {"which": AUTOMATIC} if automatic else {}
    following = f"?{urlencode(onward | {'after': str(listed.after)})}" if listed.after else ""
    shown = {"rows": listed.rows, "next": following, "automatic": automatic, "section": SECTION}
    return render(request, "tickets/held.html", shown)


@require_safe
@member_view(ACTION)
def held_one(request: HttpRequest, member: Actor, letter: UUID) -> HttpResponse:
    """One mail, as plain text."""
    return render(request, "tickets/held_one.html", {"one": _shown(member, letter), "section": SECTION})


@require_safe
@member_view(ACTION)
def held_raw(request: HttpRequest, member: Actor, letter: UUID) -> HttpResponse:
    """The mail as it came, to be saved; the tokens in its addresses are another person's to use."""
    row = _row(member, letter)
    answer = HttpResponse(holding.read_raw(row, by=member, at=timezone.now()), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="mail-{row.pk}.eml"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@member_view(ACTION)
def release_as_new(request: HttpRequest, member: Actor, letter: UUID) -> HttpResponse:
    """Open a ticket for its sender."""
    _row(member, letter)

    def release(_: str) -> str:
        ticket = holding.release_as_new(letter, by=member, at=timezone.now())
        return f"It is ticket {ticket.number} now." if ticket else ""

    return asking.press(request, Page("Open a ticket", "", _list(member), WORD), release)


@require_POST
@member_view(ACTION)
def release_into(request: HttpRequest, member: Actor, letter: UUID) -> HttpResponse:
    """Add it to the ticket it names, or to the one that a person names."""
    _row(member, letter)

    def release(_: str) -> str:
        named = Which(request.POST)
        if not named.is_valid():
            raise steps.SayMore(" ".join(map(str, named.errors["number"])), "number")
        ticket = holding.release_into(letter, named.cleaned_data["number"], by=member, at=timezone.now())
        return f"It stands on ticket {ticket.number} now." if ticket else ""

    return asking.press(request, Page("Add it to its ticket", "", _list(member), WORD), release)


@require_http_methods(BOTH)
@member_view(ACTION)
def drop_held(request: HttpRequest, member: Actor, letter: UUID) -> HttpResponse:
    """Let nothing happen with it; asked first."""
    row = _row(member, letter)
    consequences = ("The mail is kept as it came.", "Nobody is told, and its sender gets no answer.")
    page = Page("Drop this mail", "Drop this mail", _list(member), WORD, consequences=consequences)

    def drop(said: dict[str, Any]) -> str:
        holding.drop(row.public_id, said["reason"], by=member, at=timezone.now())
        return "The mail is dropped."

    return asking.answer(request, page, Reason(asking.sent(request)), drop, section=SECTION)


def _shown(member: Actor, letter: UUID) -> queries.Shown:
    try:
        return queries.shown(member, letter)
    except InboundMail.DoesNotExist:
        raise Http404 from None


def _row(member: Actor, letter: UUID) -> InboundMail:
    row = queries.mails(member).filter(public_id=letter).first()
    if row is None:
        raise Http404
    return row


def _list(member: Actor) -> str:
    return reverse("tickets:held", args=[member.tenant.slug])
