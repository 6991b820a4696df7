"""Hang files on a ticket: judged by their own bytes, kept by their hash, read by whoever may read the entry they came with."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db.models import Count, Sum

from comanaged.accounts import access
from tickets import queries
from tickets.actions import steps
from tickets.domain import files as kinds
from tickets.models import Attachment, Event

HOUR = timedelta(hours=1)


class NotTaken(steps.SayMore):
    """A file that is not kept, and why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.field = "files"


class TooMany(NotTaken):
    """Somebody, or a side, brought more within the hour than anybody needs."""


@dataclass(frozen=True)
class Judged:
    """A file that is taken: its clean name, what it is, its hash."""

    name: str
    kind: str
    sha256: str
    offered: kinds.Offered


def judged(files: Sequence[kinds.Offered]) -> tuple[Judged, ...]:
    """Return the files of one message as they will be kept. Raise NotTaken with a sentence for each that is not."""
    wrong = [kinds.too_much([file.size for file in files])]
    named = [(kinds.clean_name(file.name), kinds.kind_of(file.head), file) for file in files]
    wrong += [kinds.why_not(name, kind, file.size) for name, kind, file in named]
    if words := " ".join(filter(None, wrong)):
        raise NotTaken(words)
    return tuple(Judged(name, kind, _hash(file), file) for name, kind, file in named)


def said(files: Sequence[Judged]) -> tuple[str, ...]:
    """Return what tells one submission's files from another's."""
    return tuple(f"{file.sha256} {file.name}" for file in files)


def names(files: Sequence[Judged]) -> str:
    """Return what the files are called, on one line."""
    return ", ".join(file.name for file in files)


def attach(turn: steps.Turn, event: Event, files: Sequence[Judged]) -> None:
    """Keep the files of an entry that is being written; they have its audience and its side. Raise TooMany."""
    if not files:
        return
    access.require(turn.by, "request.reply" if turn.by.role == access.ASKS else "attachment.upload")
    _rate(turn, files)
    for file in files:
        keep(turn.by.tenant_id, file)
    Attachment.objects.bulk_create(
        Attachment(
            tenant=turn.by.tenant,
            ticket=turn.ticket,
            event=event,
            audience=event.audience,
            side_id=event.side_id,
            by_user_id=turn.by.user_id,
            by_name=turn.by.name,
            name=file.name,
            kind=file.kind,
            size=file.offered.size,
            sha256=file.sha256,
            at=turn.at,
        )
        for file in files
    )


def keep(tenant_id: int, file: Judged) -> None:
    """Write the bytes once for each client, whole or not at all; what a crash leaves behind is a nameless part that nobody is led to."""
    place = queries.bytes_of(tenant_id, file.sha256)
    if place.exists():
        return
    for folder in (place.parents[2], place.parents[1], place.parent):  # all clients' files, this client's, those that begin alike
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, part = tempfile.mkstemp(prefix=".part-", dir=place.parent)
    try:
        with os.fdopen(number, "wb") as written:
            for chunk in file.offered.chunks():
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        Path(part).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(part).unlink()
        raise
    _settle(place.parent)


def _settle(folder: Path) -> None:
    """Let the disk know the new name before anybody is told that the file is kept."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _hash(file: kinds.Offered) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _rate(turn: steps.Turn, files: Sequence[Judged]) -> None:
    """Count what this person and this side brought within the hour; the other side's files count for nothing here."""
    lately = Attachment.objects.for_tenant(turn.by.tenant).filter(at__gt=turn.at - HOUR, side=turn.by.company_id)
    own = lately.filter(by_user=turn.by.user_id, by_name=turn.by.name).aggregate(count=Count("id"), size=Sum("size"))
    size = (own["size"] or 0) + sum(file.offered.size for file in files)
    if own["count"] + len(files) > kinds.PER_PERSON or size > kinds.PLENTY or lately.count() + len(files) > kinds.PER_SIDE:
        raise TooMany("Too many files were brought within the hour. Put the rest into one archive, or come back later.")
