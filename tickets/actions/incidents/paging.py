"""Who is called at a major incident; a page waits for nothing."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind
from comanaged.vocabulary import Side
from tickets.actions.telling import LEADS
from tickets.models import Incident
from tickets.queries import command

LEADERSHIP = "c_lead"


def page(incident: Incident, people: Iterable[access.Person], lead: str, *, key: str, by: access.Actor, at: datetime) -> None:
    """Tell these people, once for a key, with the address of the page that opens and does nothing by itself."""
    tenant = incident.tenant
    address = settings.ADDRESS + reverse("tickets:incident", args=[tenant.slug, incident.number])
    notices.queue(
        tenant=incident.tenant_id,
        to=[one for one in people if one.user_id != by.user_id],
        subject=f"[{tenant.name}] Major incident {incident.number}: {incident.title}",
        text="\n\n".join((lead, address)),
        key=f"incident:{incident.pk}:{key}",
        at=at,
        kind=Kind.INCIDENT,
        urgent=True,
    )


def everybody(incident: Incident, at: datetime) -> list[access.Person]:
    """Return both sides' managers, both sides' people on call, and whoever is to command."""
    called = command.on_call(incident.tenant_id, incident.ticket.place, at)
    leads = {one.user_id for one in managers(incident, at)}
    return [
        one
        for one in access.people_of(incident.tenant_id, None, at)
        if one.user_id in leads or one.user_id in called or _sits(one, incident.expected_side, incident.named_id)
    ]


def managers(incident: Incident, at: datetime, side: str = "") -> list[access.Person]:
    """Return the managers of one side, or of both; for a side without one whoever works there, else leadership."""
    people = access.people_of(incident.tenant_id, None, at)
    found = []
    for each in [side] if side else Side:
        leads = [one for one in people if one.role in LEADS and one.side == each]
        found += leads or [one for one in people if _sits(one, each, None)] or [one for one in people if one.role == LEADERSHIP]
    return found


def leadership(incident: Incident, at: datetime) -> list[access.Person]:
    """Return the client's leadership."""
    return [one for one in access.people_of(incident.tenant_id, None, at) if one.role == LEADERSHIP]


def deputies(incident: Incident, at: datetime) -> list[access.Person]:
    """Return the deputy, or whoever works on the deputy's side, and its managers."""
    return [
        one
        for one in access.people_of(incident.tenant_id, None, at)
        if _sits(one, incident.deputy_side, incident.deputy_id) or (one.role in LEADS and one.side == incident.deputy_side)
    ]


def persons(incident: Incident, ids: Collection[int | None], at: datetime) -> list[access.Person]:
    """Return certain people, as far as they are members of this client."""
    return [one for one in access.people_of(incident.tenant_id, None, at) if one.user_id in ids]


def _sits(one: access.Person, side: str, person: int | None) -> bool:
    works = one.role in access.rules()["incident.command"].allow
    return works and one.side == side and person in (None, one.user_id)
