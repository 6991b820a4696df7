"""All tickets of a client as one side may read them, a batch at a time; and the files a side has asked for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from comanaged.accounts.access import Actor
from tickets.domain import exporting, talk
from tickets.models import Approval, Attachment, Event, Export, Link, Minutes, Redaction, Step, Ticket
from tickets.queries import rows

BATCH = 200
LATELY = 20  # exports a page lists


@dataclass(frozen=True)
class Batch:
    """Some tickets with everything that hangs on them, where to go on, and which files they name by hash."""

    tickets: tuple[dict[str, Any], ...]
    last: int
    files: tuple[str, ...]


def exports_of(by: Actor) -> QuerySet[Export]:
    """Return what this person's side asked for lately; the other side's exports are not there."""
    return Export.objects.for_tenant(by.tenant).filter(side=by.company_id).order_by("-asked_at", "-id")


def count(tenant_id: int, company: int) -> int:
    """Return how many tickets of a client an organisation sees."""
    return Ticket.objects.for_tenant(tenant_id).seen_by(company).count()


def batch(tenant_id: int, company: int, after: int, at: datetime) -> Batch:
    """Return the next tickets behind the id `after`, with what this organisation may read; nothing is asked per ticket."""
    found = list(rows.loaded(Ticket.objects.for_tenant(tenant_id).seen_by(company)).filter(id__gt=after).order_by("id")[:BATCH])
    ids = [ticket.pk for ticket in found]
    names = rows.names_of([tenant_id], at)
    attached = _attached(tenant_id, company, ids)
    story = _story(tenant_id, company, ids, attached)
    hung = {
        "steps": _by_ticket(Step.objects.for_tenant(tenant_id).filter(ticket__in=ids).order_by("position", "id"), STEP),
        "approvals": _by_ticket(Approval.objects.for_tenant(tenant_id).filter(ticket__in=ids).order_by("id"), APPROVAL),
        "minutes": _by_ticket(Minutes.objects.for_tenant(tenant_id).filter(ticket__in=ids).order_by("id"), MINUTES),
    }
    linked = _linked(tenant_id, ids)
    return Batch(
        tuple(
            _facts(ticket, names)
            | {"entries": story[ticket.pk], "links": linked[ticket.pk]}
            | {word: kept[ticket.pk] for word, kept in hung.items()}
            for ticket in found
        ),
        ids[-1] if ids else after,
        tuple(dict.fromkeys(file["sha256"] for files in attached.values() for file in files)),
    )


STEP = ("text", "required", "done_at", "done_by_name", "done_by_side")
APPROVAL = ("what", "why", "cost", "risk", "asked_by_name", "asked_at", "answer_by", "state", "answered_by_name", "answered_at", "text")
MINUTES = ("side", "by_name", "minutes", "day", "text")
ENTRY = ("kind", "audience", "by_name", "by_side", "hat", "via", "text", "before", "after", "version", "at")
FILE = ("public_id", "name", "kind", "size", "sha256")
LOWER = frozenset({"state", "side", "priority", "kind", "audience", "by_side", "done_by_side", "hat"})


def _facts(ticket: Ticket, names: rows.Names) -> dict[str, Any]:
    facts = asdict(rows.row_of(ticket, names))
    facts.pop("bars"), facts.pop("assignee_id")
    return _lower(facts | {"id": facts.pop("public_id"), "merged_into": ticket.merged_into_id, "parent": ticket.parent_id})


def _story(
    tenant_id: int, company: int, ids: Collection[int], files: Mapping[int, Sequence[dict[str, Any]]]
) -> dict[int, list[dict[str, Any]]]:
    blanked = {
        row.event_id: talk.blanked(row.by_name, row.at, row.reason, "UTC")
        for row in Redaction.objects.for_tenant(tenant_id).filter(ticket__in=ids).visible_to(company)
    }
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    events = Event.objects.for_tenant(tenant_id).filter(ticket__in=ids).visible_to(company).order_by("id")
    for event in events.values("id", "ticket_id", *ENTRY).iterator(chunk_size=2000):
        number, ticket = event.pop("id"), event.pop("ticket_id")
        told[ticket].append(_lower(event) | {"attachments": files.get(number, []), "blanked": blanked.get(number, "")})
    return told


def _attached(tenant_id: int, company: int, ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the files of these tickets by entry."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    kept = Attachment.objects.for_tenant(tenant_id).filter(ticket__in=ids).visible_to(company).order_by("id")
    for row in kept.values("event_id", *FILE):
        event = row.pop("event_id")
        found[event].append(row | {"file": f"{exporting.FILES}/{row['sha256']}"})
    return found


def _by_ticket(found: QuerySet[Any], columns: Sequence[str]) -> dict[int, list[dict[str, Any]]]:
    kept: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in found.values("ticket_id", *columns):
        kept[row.pop("ticket_id")].append(_lower(row))
    return kept


def _linked(tenant_id: int, ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what each ticket is linked to, told from its own end."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    links = Link.objects.for_tenant(tenant_id).order_by("id").select_related("one", "other")
    for here, there in (("one", "other"), ("other", "one")):
        for link in links.filter(**{f"{here}__in": ids}):
            found[getattr(link, f"{here}_id")].append(
                {"kind": link.kind.lower(), "from": here == "one", "number": getattr(link, there).number}
            )
    return found


def _lower(row: dict[str, Any]) -> dict[str, Any]:
    """Write the words of the vocabulary as the API does."""
    return {name: value.lower() if name in LOWER and isinstance(value, str) else value for name, value in row.items()}
