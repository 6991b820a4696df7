"""What is agreed for tickets to come: what a side takes without being asked, and what comes again."""

from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from comanaged.vocabulary import Priority
from responsibilities import queries as responsibilities
from responsibilities.queries import hours
from tickets import forms_work as forms
from tickets.actions import scheduling, standing
from tickets.domain.scheduling import Every
from tickets.domain.standing import Class
from tickets.models import Schedule, Standing
from tickets.queries import schedules as schedule_queries
from tickets.queries import standing as standing_queries
from tickets.views import asking
from tickets.views.asking import Page

BOTH = ["GET", "HEAD", "POST"]


@require_safe
@member_view("ticket.pre_accept")
def taken(request: HttpRequest, member: Actor) -> HttpResponse:
    """What both sides take without being asked."""
    lines = standing_queries.page(member, timezone.now())
    return render(request, "tickets/standing.html", {"lines": lines, "section": "tickets"})


@require_http_methods(BOTH)
@member_view("ticket.pre_accept")
def take_standing(request: HttpRequest, member: Actor) -> HttpResponse:
    """Say what one's own side takes from now on."""
    form = forms.TakeStanding(asking.sent(request), duties=_duties(member), initial={"once": asking.once()})

    def take(said: dict[str, Any]) -> str:
        wanted = standing.Wanted(said["duty"], Class(said["hours"]), said["over_count"], said["over_minutes"])
        standing.pre_accept(wanted, by=member, at=timezone.now())
        return "Your side takes it from now on."

    lede = "It holds for your own side. Each time the ticket says that it was taken because of this, and who agreed to it."
    page = Page("Take without being asked", "Take it from now on", _at("tickets:standing", member), "Taken without being asked", lede)
    return asking.answer(request, page, form, take)


@require_http_methods(BOTH)
@member_view("ticket.pre_accept")
def end_standing(request: HttpRequest, member: Actor, standing_id: int) -> HttpResponse:
    """Stop taking it."""
    row = Standing.objects.for_tenant(member.tenant).filter(pk=standing_id).select_related("duty").first()
    if row is None:
        raise Http404
    consequences = (
        standing.in_words(row, row.duty) + ".",
        "What was taken stays where it is. From now on each handover is offered and answered.",
    )
    page = Page("Stop taking it", "Stop taking it", _at("tickets:standing", member), "Taken without being asked", consequences=consequences)

    def end(_: dict[str, Any]) -> str:
        standing.end(standing_id, by=member, at=timezone.now())
        return "From now on each handover is offered and answered."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), end)


@require_safe
@member_view("ticket.schedule")
def schedules(request: HttpRequest, member: Actor) -> HttpResponse:
    """What comes again, the next first."""
    return render(request, "tickets/schedules.html", {"lines": schedule_queries.page(member), "section": "tickets"})


@require_http_methods(BOTH)
@member_view("ticket.schedule")
def add_schedule(request: HttpRequest, member: Actor) -> HttpResponse:
    """Let a ticket come again."""
    initial = {"once": asking.once(), "zone": member.zone, "clock": "08:00"}
    form = forms.ComeAgain(asking.sent(request), duties=_duties(member), places=hours.place_choices(member), initial=initial)

    def add(said: dict[str, Any]) -> str:
        row = scheduling.add_schedule(_wanted(said), by=member, at=timezone.now())
        return f"“{row.title}” comes again from now on."

    page = Page("Let a ticket come again", "Let it come again", _at("tickets:schedules", member), "Recurring tickets")
    return asking.answer(request, page, form, add)


@require_http_methods(BOTH)
@member_view("ticket.schedule")
def change_schedule(request: HttpRequest, member: Actor, schedule: int) -> HttpResponse:
    """Change what comes again from the next time on."""
    row = _schedule(member, schedule)
    names = ("title", "text", "every", "first_on", "clock", "zone", "place", "asset", "priority")
    initial = {name: getattr(row, name) for name in names}
    initial |= {"once": asking.once(), "seen": row.version, "steps": "\n".join(row.steps), "duty": row.duty.key if row.duty else ""}
    form = forms.ComeAgain(asking.sent(request), duties=_duties(member), places=hours.place_choices(member), initial=initial)

    def change(said: dict[str, Any]) -> str:
        scheduling.change_schedule(schedule, _wanted(said), by=member, at=timezone.now(), seen=said["seen"])
        return "It comes like this from the next time on."

    page = Page(f"Change “{row.title}”", "Keep it like this", _at("tickets:schedules", member), "Recurring tickets")
    return asking.answer(request, page, form, change)


@require_http_methods(BOTH)
@member_view("ticket.schedule")
def end_schedule(request: HttpRequest, member: Actor, schedule: int) -> HttpResponse:
    """Let it come no more."""
    row = _schedule(member, schedule)
    consequences = (f"{scheduling.in_words(row)}.", "Tickets that came stay. No other one comes.")
    page = Page(
        f"End “{row.title}”", "Let it come no more", _at("tickets:schedules", member), "Recurring tickets", consequences=consequences
    )

    def end(_: dict[str, Any]) -> str:
        scheduling.end_schedule(schedule, by=member, at=timezone.now())
        return f"“{row.title}” comes no more."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), end)


def _wanted(said: dict[str, Any]) -> scheduling.Wanted:
    return scheduling.Wanted(
        title=said["title"],
        text=said["text"],
        every=Every(said["every"]),
        first_on=said["first_on"],
        clock=said["clock"],
        zone=said["zone"].strip(),
        duty=said["duty"],
        place=said["place"],
        asset=said["asset"],
        priority=Priority(said["priority"]),
        steps=tuple(said["steps"].splitlines()),
    )


def _schedule(member: Actor, schedule: int) -> Schedule:
    try:
        return schedule_queries.one(member, schedule)
    except Schedule.DoesNotExist:
        raise Http404 from None


def _duties(member: Actor) -> list[tuple[str, str]]:
    return [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]


def _at(name: str, member: Actor) -> str:
    return reverse(name, args=[member.tenant.slug])
