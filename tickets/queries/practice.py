"""The last thirty days of a client's tickets, as practice saw them: four statements."""

from datetime import datetime

from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Audience, Side
from responsibilities import queries as responsibilities
from tickets.domain import practice, saying
from tickets.domain.practice import Disputed, Item
from tickets.models import Dispute, Event, Kind, Ticket
from tickets.queries.colleagues import GOVERNANCE

MOST = 20_000  # the newest tickets; what they do not show, older ones do not show better


def practice_of(tenant: Organisation, at: datetime) -> list[Item]:
    """Return what happened to the tickets that opened in the last thirty days, the newest first; findings name them to both sides."""
    since = at - practice.DAYS
    rows = (
        Ticket.objects.for_tenant(tenant)
        .filter(hidden_for=None, opened_at__gt=since, opened_at__lte=at, unowned=False)
        .order_by("-opened_at", "-id")
    )
    tickets = rows.values_list("id", "number", "duty__key", "route_side", "first_reply_at", "answer_missed_at", "resolved_at", "crossings")[
        :MOST
    ]
    events = Event.objects.for_tenant(tenant).filter(at__gt=since, audience__in=[Audience.PUBLIC, Audience.SHARED])
    acts = events.filter(by_user__isnull=False, by_side__in=list(Side)).exclude(kind=Kind.OPENED)
    first = dict(acts.order_by("ticket", "id").distinct("ticket").values_list("ticket", "by_side"))
    against = set(events.filter(kind__in=[Kind.DIRECTED, Kind.EMERGENCY], after__drift=True).values_list("ticket", flat=True))
    return [
        Item(
            reference=saying.reference(tenant.name, number),
            duty=duty or "",
            due=side,
            first=first.get(row, ""),
            answered=False if missed else True if replied or resolved else None,
            crossings=crossings,
            against=row in against,
        )
        for row, number, duty, side, replied, missed, resolved, crossings in tickets
    ]


def disputed_of(tenant: Organisation, at: datetime) -> list[Disputed]:
    """Return the open disputes of a client, the oldest first."""
    rows = Dispute.objects.for_tenant(tenant).unsettled().select_related("ticket__duty").order_by("at", "id")
    answers = _who_answers(tenant, at)
    return [
        Disputed(
            reference=saying.reference(tenant.name, row.ticket.number),
            duty=row.ticket.duty.key if row.ticket.duty else "",
            who=row.by_name,
            answers=answers,
            reason=row.reason,
            days=(at - row.at).days,
        )
        for row in rows
    ]


def _who_answers(tenant: Organisation, at: datetime) -> str:
    """Return who answers for the matrix itself, by name."""
    try:
        answer = responsibilities.who_answers(tenant.pk, GOVERNANCE, at)
    except KeyError:
        return saying.SIDES[Side.INTERNAL]
    return answer.person or answer.subject
