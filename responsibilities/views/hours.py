"""Hours: what holds, what the draft says, and one page for each thing done to it, for each side that keeps some."""

from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Side
from responsibilities import models
from responsibilities.actions import calendars as actions
from responsibilities.domain.coverage import DAYS
from responsibilities.domain.matrix import BUSINESS
from responsibilities.forms import hours as forms
from responsibilities.queries import hours as queries
from responsibilities.views import asking
from responsibilities.views.asking import Page


@require_safe
@member_view("matrix.view")
def hours(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show the hours of what is in force, or of the draft."""
    page = queries.page(member, timezone.now(), of_draft=request.GET.get("of") == "draft")
    return render(request, "responsibilities/hours.html", {"page": page, "section": "hours"})


@require_http_methods(["GET", "POST"])
@member_view("calendar.edit_client")
def add_own(request: HttpRequest, member: Actor) -> HttpResponse:
    """Add hours that internal IT keeps."""
    return _add(request, member, named=False)


@require_http_methods(["GET", "POST"])
@member_view("calendar.edit_provider")
def add_provided(request: HttpRequest, member: Actor) -> HttpResponse:
    """Add hours that the provider keeps."""
    return _add(request, member, named=True)


@require_http_methods(["GET", "POST"])
@member_view("calendar.edit_client")
def change_own(request: HttpRequest, member: Actor, calendar: int) -> HttpResponse:
    """Change hours that internal IT keeps."""
    return _change(request, member, _row(member, calendar, Side.INTERNAL))


@require_http_methods(["GET", "POST"])
@member_view("calendar.edit_provider")
def change_provided(request: HttpRequest, member: Actor, provided: int) -> HttpResponse:
    """Change hours that the provider keeps."""
    return _change(request, member, _row(member, provided, Side.PROVIDER))


@require_http_methods(["GET", "POST"])
@member_view("calendar.edit_client")
def remove_own(request: HttpRequest, member: Actor, calendar: int) -> HttpResponse:
    """Take out hours that internal IT keeps."""
    return _remove(request, member, _row(member, calendar, Side.INTERNAL))


@require_http_methods(["GET", "POST"])
@member_view("calendar.edit_provider")
def remove_provided(request: HttpRequest, member: Actor, provided: int) -> HttpResponse:
    """Take out hours that the provider keeps."""
    return _remove(request, member, _row(member, provided, Side.PROVIDER))


def _add(request: HttpRequest, member: Actor, *, named: bool) -> HttpResponse:
    form = forms.AddHours(asking.sent(request), places=queries.place_choices(member), named=named, initial={"zone": member.zone})
    lede = "Lines of the matrix can then say these hours instead of day, night or always."
    page = Page("hours", "Add hours", "Add these hours", _back(member), "Hours", lede)

    def add(said: dict[str, Any]) -> str:
        row = actions.add_hours(
            said["key"] or BUSINESS, said["name"].strip(), said["place"], _kept(form, said), by=member, at=timezone.now()
        )
        return f"{actions.written(row)}. Draft saved."

    return asking.answer(request, page, form, add)


def _change(request: HttpRequest, member: Actor, row: models.Calendar) -> HttpResponse:
    where = f" at {row.place.name}" if row.place else ""
    page = Page("hours", f"Change {queries.called(row).lower()}{where}", "Keep these hours", _back(member), "Hours")
    if not row.version.open:
        return asking.refused(request, page, "What is in force is never edited. Begin a draft, then change its hours.")
    shown = {day: ", ".join(row.week.get(day, ())) for day in DAYS}
    form = forms.ChangeHours(asking.sent(request), initial=shown | {"zone": row.zone, "closed": "\n".join(row.closed), "seen": row.stamp})

    def change(said: dict[str, Any]) -> str:
        changed = actions.change_hours(row.pk, _kept(form, said), seen=said["seen"], by=member, at=timezone.now())
        return f"{actions.written(changed)}. Draft saved."

    return asking.answer(request, page, form, change)


def _remove(request: HttpRequest, member: Actor, row: models.Calendar) -> HttpResponse:
    page = Page(
        "hours",
        f"Take out {queries.called(row).lower()}",
        "Take them out",
        _back(member),
        "Hours",
        consequences=("A place without hours of its own keeps those of the place around it.",),
    )

    def remove(_: dict[str, Any]) -> str:
        return f"{queries.called(actions.remove_hours(row.pk, by=member, at=timezone.now()))}: taken out. Draft saved."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), remove)


def _row(member: Actor, number: int, side: Side) -> models.Calendar:
    row = queries.calendar(member, number, side)
    if row is None:
        raise Http404
    return row


def _kept(form: forms.KeepHours, said: dict[str, Any]) -> actions.Kept:
    return actions.Kept(said["zone"].strip(), form.week(), said["closed"], said["holidays_of"].strip())


def _back(member: Actor) -> str:
    return reverse("responsibilities:hours_page", args=[member.tenant.slug]) + "?of=draft"
