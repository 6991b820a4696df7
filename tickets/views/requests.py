"""The pages of those who only ask: what they asked, one request with what is public of it, and what they can do with it."""

from collections.abc import Callable
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view, takes
from tickets import actions as refusals
from tickets import forms_requests as forms
from tickets.actions import requests as actions
from tickets.models import Attachment, Ticket
from tickets.queries import requests as queries
from tickets.views import asking, files

UNFIT, INTEGER = 422, 2**31
Act = Callable[[Ticket, dict[str, str]], object]


@require_safe
@member_view("request.view", by_code=True)
def requests(request: HttpRequest, member: Actor) -> HttpResponse:
    """What this person asked, the newest first."""
    before = request.GET.get("before", "")
    number = int(before) if before.isdecimal() and len(before) <= len(str(INTEGER)) and int(before) < INTEGER else None
    lines = queries.requests_of(member, timezone.now(), before=number)
    return render(request, "tickets/requests.html", {"lines": lines.rows, "next": f"?before={lines.before}" if lines.before else ""})


@takes(files.BIGGEST)
@require_http_methods(["GET", "HEAD", "POST"])
@member_view("request.open", by_code=True)
def new_request(request: HttpRequest, member: Actor) -> HttpResponse:
    """Ask."""
    form = forms.Ask(asking.sent(request), initial={"once": asking.once()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = actions.Asked(said["title"], said["text"], said["impact"], said["urgency"])
        try:
            ticket = actions.ask(asked, by=member, at=timezone.now(), files=files.offered(request), once=said["once"])
        except refusals.Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, "We have it. Somebody looks at it and writes to you.")
            return redirect("tickets:request", member.tenant.slug, ticket.number)
    return render(request, "tickets/request_new.html", {"form": form}, status=UNFIT if form.errors else 200)


@require_safe
@member_view("request.view", by_code=True)
def request(request: HttpRequest, member: Actor, asked: int) -> HttpResponse:
    """One request."""
    return _page(request, member, _found(member, asked))


@takes(files.BIGGEST)
@require_POST
@member_view("request.reply", by_code=True)
def answer(request: HttpRequest, member: Actor, asked: int) -> HttpResponse:
    """Write to whoever works on it."""

    def act(ticket: Ticket, said: dict[str, str]) -> None:
        actions.answer(ticket.pk, said["text"], by=member, at=timezone.now(), files=files.offered(request), once=said["once"])

    return _done(request, member, asked, ("say", act), "Your message is sent.")


@takes(files.BIGGEST)
@require_POST
@member_view("request.reply", by_code=True)
def reopen_request(request: HttpRequest, member: Actor, asked: int) -> HttpResponse:
    """Say that it is not solved."""

    def act(ticket: Ticket, said: dict[str, str]) -> None:
        actions.reopen(ticket.pk, said["text"], by=member, at=timezone.now(), files=files.offered(request), once=said["once"])

    return _done(request, member, asked, ("say", act), "It goes on.")


@require_POST
@member_view("request.reply", by_code=True)
def confirm_request(request: HttpRequest, member: Actor, asked: int) -> HttpResponse:
    """Say that it is solved."""
    once = request.POST.get("once", "")[:100]

    def act(ticket: Ticket, _: dict[str, str]) -> None:
        actions.confirm(ticket.pk, by=member, at=timezone.now(), once=once)

    return _done(request, member, asked, ("confirm", act), "Thank you. It is closed.")


@require_POST
@member_view("request.reply", by_code=True)
def take_back(request: HttpRequest, member: Actor, asked: int) -> HttpResponse:
    """Take it back."""

    def act(ticket: Ticket, said: dict[str, str]) -> None:
        actions.take_back(ticket.pk, said["text"], by=member, at=timezone.now(), once=said["once"])

    return _done(request, member, asked, ("back", act), "You took it back.")


@require_safe
@member_view("request.view", by_code=True)
def request_file(request: HttpRequest, member: Actor, asked: int, asked_file: UUID) -> HttpResponse:
    """One file of a public entry, to be saved."""
    try:
        row = queries.file(_found(member, asked), asked_file)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return files.handed_out(row)  # type: ignore[return-value]


def _done(request: HttpRequest, member: Actor, number: int, which: tuple[str, Act], said: str) -> HttpResponse:
    """Do what one of the page's forms says and lead back to it; refused, show the page with why and with what was written."""
    ticket, (name, act) = _found(member, number), which
    form = _forms(request.POST)[name]
    if form.is_valid():
        try:
            act(ticket, form.cleaned_data)
        except refusals.Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, said)
            return redirect("tickets:request", member.tenant.slug, number)
    return _page(request, member, _found(member, number), **{name: form})


def _page(request: HttpRequest, member: Actor, ticket: Ticket, **sent: django_forms.Form) -> HttpResponse:
    wrong = next(iter(sent.values()), None)
    shown = {"one": queries.request(ticket, member, timezone.now()), "form": wrong, **_forms(None), **sent}
    return render(request, "tickets/request.html", shown, status=UNFIT if wrong is not None else 200)


def _forms(sent: object) -> dict[str, django_forms.Form]:
    """Return the forms of a request's page, by name; each submission bears a name of its own."""
    kinds = {"say": forms.Say, "back": forms.TakeBack, "confirm": django_forms.Form}
    return {name: kind(sent, auto_id=f"{name}_%s", initial={"once": asking.once()}) for name, kind in kinds.items()}


def _refuse(form: django_forms.Form, refusal: refusals.Refused) -> None:
    named = getattr(refusal, "field", "text")
    form.add_error(named if named in form.fields else None, refusal.words)


def _found(member: Actor, number: int) -> Ticket:
    """Return one's own request; what is another's and what never was are one and the same."""
    try:
        if number < INTEGER:
            return queries.numbered(member, number)
    except Ticket.DoesNotExist:
        pass
    raise Http404
