"""Rows behind the addresses of steps, minutes, links, approvals, standing acceptance and recurring tickets."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from comanaged.accounts.access import Actor
from comanaged.vocabulary import Priority
from tests.cast import Cast
from tickets import actions
from tickets.actions import approving, checklist, linking, minutes, scheduling, standing
from tickets.domain.linking import Tie
from tickets.domain.scheduling import Every
from tickets.domain.standing import Class
from tickets.models import Approval, Link, Minutes, Step, Ticket


def furnish(cast: Cast) -> dict[str, Any]:
    """Let both sides do some work on the ticket there is, and agree on what comes."""
    at = timezone.now()
    with cast.as_("Iris") as iris:
        ticket = Ticket.objects.for_tenant(cast.harbor).earliest("id")
        other = actions.ask(
            title="Slow door", duty_key=None, text="It is slow.", priority=Priority.P4, kind="person", by=iris, at=at
        ).ticket
        checklist.add_step(ticket.pk, "Restore one file", required=True, by=iris, at=at)
        linking.link(ticket.pk, other.number, Tie.RELATED, by=iris, at=at)
        wanted = approving.Wanted("A new disk", "The old one is full.", cast.people["Lena"].pk, None, at + timedelta(days=2), "300 USD")
        approving.ask(ticket.pk, wanted, by=iris, at=at)
        taken = standing.pre_accept(standing.Wanted("backup.jobs", Class.BUSINESS), by=iris, at=at)
        again = scheduling.Wanted("Restore test", "Restore a file.", Every.QUARTERLY, date(2026, 1, 1), time(8), "America/Chicago")
        schedule = scheduling.add_schedule(again, by=iris, at=at)
    with cast.as_("Tess") as tess:
        minutes.spend(ticket.pk, 25, "Looked at the log", by=tess, at=at)
    with cast.scope():
        return {
            "step": Step.objects.for_tenant(cast.harbor).get().pk,
            "spent": Minutes.objects.for_tenant(cast.harbor).get().pk,
            "link": Link.objects.for_tenant(cast.harbor).get().pk,
            "approval": Approval.objects.for_tenant(cast.harbor).get().pk,
            "standing_id": taken.pk,
            "schedule": schedule.pk,
        }


def mark(ticket: Ticket, text: str, by: Actor) -> None:
    """Do every kind of work on a ticket, and agree on what comes, in one person's words."""
    at = timezone.now()
    checklist.add_step(ticket.pk, f"{text} step", required=True, by=by, at=at)
    minutes.spend(ticket.pk, 25, f"{text} minutes", by=by, at=at)
    asked = approving.Wanted(
        f"{text} approval", f"{text} is the reason", by.user_id or 0, None, at + timedelta(days=2), f"{text} cost", f"{text} risk"
    )
    approving.ask(ticket.pk, asked, by=by, at=at)
    standing.pre_accept(standing.Wanted("", Class.AFTER), by=by, at=at)
    again = scheduling.Wanted(f"{text} again", f"{text} how", Every.YEARLY, date(2030, 1, 1), time(8), "UTC", steps=(f"{text} line",))
    scheduling.add_schedule(again, by=by, at=at)
