"""Files of tickets as somebody may read them, and where their bytes lie."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tickets.domain.audience import Reader
from tickets.models import Attachment, AttachmentRows, Ticket


@dataclass(frozen=True)
class File:
    """A file as pages and the API name it."""

    id: UUID
    name: str
    kind: str
    size: int
    sha256: str
    audience: str
    who: str
    at: datetime


def files_of(ticket: Ticket, reader: Reader) -> AttachmentRows:
    """Return the files of a ticket that this reader may read; row-level security says the same a second time."""
    return Attachment.objects.for_tenant(ticket.tenant_id).of(ticket.id).visible_to(reader.company if reader.private else None)


def by_entry(ticket: Ticket, reader: Reader, events: Collection[int]) -> dict[int, tuple[File, ...]]:
    """Return the files of these entries, by entry, in the order in which they were sent."""
    found: dict[int, list[File]] = defaultdict(list)
    for row in files_of(ticket, reader).with_entries(events).order_by("id"):
        found[row.event_id].append(file_of(row))
    return {event: tuple(files) for event, files in found.items()}


def file_of(row: Attachment) -> File:
    """Translate a row."""
    return File(row.public_id, row.name, row.kind, row.size, row.sha256, row.audience, row.by_name, row.at)


def bytes_of(tenant_id: int, sha256: str) -> Path:
    """Return where the bytes with this hash lie: in the client's own folder, under no name that anybody chose."""
    return Path(settings.FILES) / str(tenant_id) / sha256[:2] / sha256
