"""Findings: the list, the story of one, and what people decide about them. Nobody closes one by hand."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import FindingSeverity
from responsibilities import queries
from responsibilities.actions import accepting, excluding
from responsibilities.forms import deciding
from responsibilities.models import Duty, Finding
from responsibilities.queries import attesting, reading
from responsibilities.views import asking
from responsibilities.views.asking import Page

Act = Callable[[dict[str, Any]], str]


@require_safe
@member_view("finding.view")
def findings(request: HttpRequest, member: Actor) -> HttpResponse:
    """What is broken, and the decisions that repair it."""
    page = queries.findings(member, timezone.now(), request.GET.get("view", "open"))
    return render(request, "responsibilities/findings.html", {"page": page, "blind": attesting.door(member), "section": "findings"})


@require_safe
@member_view("finding.view")
def finding(request: HttpRequest, member: Actor, finding: int) -> HttpResponse:
    """One finding and all that was done about it."""
    try:
        story = queries.story(member, finding, timezone.now())
    except Finding.DoesNotExist:
        raise Http404 from None
    return render(request, "responsibilities/finding.html", {"story": story, "section": "findings"})


@require_http_methods(["GET", "POST"])
@member_view("finding.accept")
def accept(request: HttpRequest, member: Actor, finding: int) -> HttpResponse:
    """Live with a gap until a date; a critical one is leadership's."""
    row, at = _finding(member, finding), timezone.now()
    if row.severity == FindingSeverity.CRITICAL and not access.may(member, "finding.accept_critical"):
        raise accepting.OnlyLeadership(member, accepting.leaders(member.tenant_id, at))
    return _accept(request, member, row, at, accepting.accept)


@require_http_methods(["GET", "POST"])
@member_view("finding.accept_critical")
def accept_critical(request: HttpRequest, member: Actor, finding: int) -> HttpResponse:
    """Live with a critical gap until a date."""
    return _accept(request, member, _finding(member, finding), timezone.now(), accepting.accept_critical)


@require_http_methods(["GET", "POST"])
@member_view("finding.dispute")
def dispute(request: HttpRequest, member: Actor, finding: int) -> HttpResponse:
    """Say that a finding is not so, and why."""
    row = _finding(member, finding)
    page = Page(
        "findings",
        f"Say that it is not so: {_about(row)}",
        "Keep what I say",
        _back(member),
        "Findings",
        row.sentence,
        ("Both sides read what you say, under your name.", "The finding stays open until its rule holds again."),
    )

    def act(said: dict[str, Any]) -> str:
        accepting.dispute(row.pk, reason=said["reason"], by=member, at=timezone.now())
        return "What you say stands beside the finding now."

    return _answer(request, page, deciding.Dispute(asking.sent(request)), act)


@require_http_methods(["GET", "POST"])
@member_view("exclusion.create")
def exclude(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Decide to do without a duty until a date."""
    row = _duty(member, duty)
    page = Page(
        "matrix", f"Do without {row.name}", "Do without it", _duty_page(member, duty), row.name,
        consequences=(
            "Nobody is asked to do it or to answer for it until that day.",
            "Its work goes to internal IT, who see your reason.",
            "It is part of the draft, so both sides sign it; signatures under the draft are cleared.",
        ),
    )  # fmt: skip
    if reading.open_version(member.tenant_id) is None:
        who = access.who_may("matrix.edit_draft")
        return asking.refused(request, page, f"What is signed stays as it is. {who} begins a draft first, then this can be decided in it.")

    def act(said: dict[str, Any]) -> str:
        excluding.exclude(duty, reason=said["reason"], until=said["until"], by=member, at=timezone.now())
        return f"{row.name} is left out until {_spoken(said['until'])}."

    return _answer(request, page, _until(deciding.Exclude(asking.sent(request)), member), act)


@require_POST
@member_view("matrix.edit_draft")
def include(request: HttpRequest, member: Actor, duty: str) -> HttpResponse:
    """Take a duty into the draft again."""
    row = _duty(member, duty)
    page = Page("matrix", f"Take {row.name} in again", "Take it in again", _duty_page(member, duty), row.name)

    def act(said: dict[str, Any]) -> str:
        return f"{excluding.include(duty, by=member, at=timezone.now()).name} is part of the matrix again."

    return asking.answer(request, page, django_forms.Form(request.POST), act)


def _accept(request: HttpRequest, member: Actor, row: Finding, at: datetime, do: Callable[..., object]) -> HttpResponse:
    page = Page(
        "findings", f"Accept until a date: {_about(row)}", "Accept it until then", _back(member), "Findings", row.sentence,
        ("It stays in the list with your name and its last day.", "It no longer stands in the way of a signature.", "After that day it stands here again."),
    )  # fmt: skip

    def act(said: dict[str, Any]) -> str:
        do(row.pk, reason=said["reason"], until=said["until"], by=member, at=at)
        return f"Accepted until {_spoken(said['until'])}."

    return _answer(request, page, _until(deciding.Accept(asking.sent(request)), member), act)


def _answer(request: HttpRequest, page: Page, form: django_forms.Form, act: Act) -> HttpResponse:
    """Answer a form: inside the list where a script asked for it, else as a page of its own."""
    if request.method == "GET" and request.headers.get("HX-Request"):
        form.auto_id = f"{request.path.strip('/').replace('/', '-')}-%s"
        return render(request, "responsibilities/_decide.html", {"page": page, "form": form, "address": request.path})
    return asking.answer(request, page, form, act)


def _until(form: django_forms.Form, member: Actor) -> django_forms.Form:
    """Let the field offer only the days that may be chosen."""
    today = timezone.localdate(timezone.now(), ZoneInfo(member.zone))
    form.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": accepting.latest(today).isoformat()}
    return form


def _finding(member: Actor, finding: int) -> Finding:
    try:
        return queries.findings_of(member.tenant_id).get(pk=finding)
    except Finding.DoesNotExist:
        raise Http404 from None


def _duty(member: Actor, duty: str) -> Duty:
    row = Duty.objects.for_tenant(member.tenant_id).filter(key=duty).first()
    if row is None:
        raise Http404
    return row


def _about(row: Finding) -> str:
    return row.duty.name if row.duty else row.subject or "the whole client"


def _spoken(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _back(member: Actor) -> str:
    return reverse("responsibilities:findings", args=[member.tenant.slug])


def _duty_page(member: Actor, duty: str) -> str:
    return reverse("responsibilities:duty", args=[member.tenant.slug, duty])
