"""Call the people who can decide about mail that waits: at once for the first one, together for what comes soon after it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.notices import gathering, hooks
from comanaged.notices.kinds import Kind
from comanaged.vocabulary import Side
from responsibilities import queries as responsibilities
from tickets.actions.letters import Became
from tickets.models import Outcome, Ticket
from tickets.queries import held as queries

ACTION = "mail.release_held"
APART = timedelta(minutes=15)  # for which nobody hears of it again


def mail_waits(tenant: Organisation, became: Became, *, at: datetime) -> None:
    """Tell the side that a mail is for, as far as anybody can say whose it is; both where nobody can."""
    gathering.take_turn(_heap(tenant))
    for side in _sides(tenant, became, at):
        _tell(tenant, side, at)


def decided(tenant: Organisation, *, at: datetime) -> None:
    """Let what was not sent yet say how much waits now, and nothing where nothing does."""
    gathering.take_turn(_heap(tenant))
    for side in Side:
        subject, text = _words(tenant, _waiting(tenant, side, at))
        gathering.retell(_heap(tenant), [person.email for person in _who(tenant, [side], at)], subject=subject, text=text)


def _tell(tenant: Organisation, side: Side, at: datetime) -> None:
    """Tell people by mail, and chats once within a while, but again where all that they heard of was decided meanwhile."""
    waits = _waiting(tenant, side, at)
    subject, text = _words(tenant, waits)
    if not text:
        return
    gathering.tell(_heap(tenant), _who(tenant, [side], at), subject=subject, text=text, at=at)
    key = f"held:{int(at.timestamp() // APART.total_seconds())}:{waits.oldest}"
    hooks.say(tenant=tenant.pk, side=side, kind=Kind.MAIL, text=f"{subject}\n{_page(tenant)}", key=key, at=at)


def _sides(tenant: Organisation, became: Became, at: datetime) -> list[Side]:
    if became.side_id is not None:
        return [Side.INTERNAL if became.side_id == tenant.pk else Side.PROVIDER]
    if became.ticket_id is not None:
        ticket = Ticket.objects.for_tenant(tenant).get(pk=became.ticket_id)
        return list(Side) if ticket.unowned else [Side(ticket.side)]
    if became.outcome == Outcome.FAILED:
        return list(Side)
    route = responsibilities.route(tenant.pk, None, at, "ticket")  # where it would go as a ticket
    return list(Side) if route.unowned else [Side(route.side)]


def _who(tenant: Organisation, sides: Iterable[Side], at: datetime) -> list[access.Person]:
    may = access.rules()[ACTION].allow
    return [person for side in sides for person in access.people_of(tenant.pk, side, at) if person.role in may]


def _waiting(tenant: Organisation, side: Side, at: datetime) -> queries.Beginning:
    """Return what waits, as far as this side may read it."""
    company = tenant.pk if side is Side.INTERNAL else access.provider_id_of(tenant.pk, at)
    with tenancy.only([tenant.pk], side=company):
        return queries.beginning(tenant.pk, company)


def _words(tenant: Organisation, waits: queries.Beginning) -> tuple[str, str]:
    """Say how much waits and why; of what a mail says or who wrote it, nothing. Empty where none waits."""
    count = sum(waits.reasons.values())
    if not count:
        return "", ""
    said = f"More than {count} mails wait" if waits.more else "1 mail waits" if count == 1 else f"{count} mails wait"
    why = "\n".join(f"{number}: {reason}" for reason, number in waits.reasons.items())
    why = f"Of the oldest {count}:\n{why}" if waits.more else why
    lines = [f"{said} for a person of {tenant.name}'s help desk. Nothing happens with mail that waits until somebody decides.", why]
    return f"[{tenant.name}] {said} for a person", "\n\n".join([*lines, _page(tenant)])


def _page(tenant: Organisation) -> str:
    return settings.ADDRESS + reverse("tickets:held", args=[tenant.slug])


def _heap(tenant: Organisation) -> gathering.Heap:
    return gathering.Heap(tenant.pk, Kind.MAIL, "held", APART)
