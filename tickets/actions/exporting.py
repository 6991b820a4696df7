"""A side takes all of a client's tickets out as one file: asked for by a manager, written by a worker, fetched by that side, gone after a week."""

import contextlib
import csv
import hashlib
import io
import logging
import uuid
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from responsibilities.exporters.table import MARK_OF_UTF8, safe
from tickets.actions import steps
from tickets.domain import exporting
from tickets.models import Export
from tickets.queries import exporting as reading
from tickets.queries import files

log = logging.getLogger(__name__)
READ = 1024 * 1024  # bytes of a file at once


@transaction.atomic
def ask(*, by: access.Actor, at: datetime) -> Export:
    """Ask for the file; one that is being written is the one that is meant. Raise Refused when the side asked often enough today."""
    access.require(by, "export.tickets")
    if by.user_id is None or by.company_id is None:
        raise steps.NotYours("A person asks for this.")
    Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)  # two at once are asked for one after the other
    asked = reading.exports_of(by)
    begun = asked.filter(ready_at=None, failed_at=None).first()
    if begun is not None:
        return begun
    if asked.filter(asked_at__gt=at - timedelta(days=1)).count() >= exporting.A_DAY:
        raise steps.NotNow(f"Your side took the tickets out {exporting.A_DAY} times today. The latest file below is still there.")
    row = Export.objects.create(
        tenant=by.tenant,
        side_id=by.company_id,
        number=asked.count() + 1,
        by_user_id=by.user_id,
        by_name=by.name,
        asked_at=at,
        tickets=reading.count(by.tenant_id, by.company_id),
    )
    trail.record("export.tickets", row, by=by, at=at, after="all tickets, with the notes of this side")
    background.after_commit("tickets.export", tenant=by.tenant_id, id=row.pk)
    return row


@transaction.atomic
def fetched(row: Export, *, by: access.Actor, at: datetime) -> Path:
    """Say in the trail that somebody takes a file out, and return where it lies. Raise NotNow once it is gone."""
    access.require(by, "export.tickets")
    place = place_of(row)
    if row.ready_at is None or row.gone_at is not None or not place.exists():
        raise steps.NotNow("This file is not there any more. Ask for a new one.")
    trail.record("export.tickets", row, by=by, at=at, after=f"fetched the file of {row.asked_at:%Y-%m-%d %H:%M} UTC")
    return place


def write(export_id: int, *, tenant: int, token: uuid.UUID, at: datetime) -> None:
    """Write the file batch by batch, each in a transaction of its own, and say when it is ready; what a crash leaves is begun anew.

    A file whose week is over is taken away instead.
    """
    with tenancy.only([tenant]):
        row = Export.objects.for_tenant(tenant).select_related("tenant", "side").get(pk=export_id)
    place = place_of(row)
    if row.ready_at is not None:
        place.unlink(missing_ok=True)
        with tenancy.only([tenant]):
            background.finish(Export, export_id, token, gone_at=at)
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    with part.open("wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        done = _pack(packed, row, token, at)
    digest = _hash(part)
    size = part.stat().st_size
    part.replace(place)
    with tenancy.only([tenant]):
        background.finish(Export, export_id, token, ready_at=at, done=done, size=size, sha256=digest)


def give_up(export_id: int, *, tenant: int, token: uuid.UUID, at: datetime) -> None:
    """End what no try could write; the page says so."""
    with contextlib.suppress(Export.DoesNotExist):
        place_of(Export.objects.for_tenant(tenant).get(pk=export_id)).with_suffix(".part").unlink(missing_ok=True)
    background.finish(Export, export_id, token, failed_at=at)


def place_of(row: Export) -> Path:
    """Return where a file lies: in the client's own folder, under no name that anybody chose."""
    return Path(settings.FILES) / str(row.tenant_id) / "exports" / f"{row.public_id}.zip"


def _pack(packed: zipfile.ZipFile, row: Export, token: uuid.UUID, at: datetime) -> int:
    """Write stories, table and files; return how many tickets there are."""
    table = io.StringIO(newline="")
    cells = csv.writer(table, lineterminator="\r\n")
    cells.writerow(exporting.COLUMNS)
    named: dict[str, None] = {}
    after = done = 0
    with packed.open(exporting.STORIES, "w", force_zip64=True) as stories:
        while True:
            with tenancy.only([row.tenant_id], side=row.side_id):
                found = reading.batch(row.tenant_id, row.side_id, after, at)
                background.renew(Export, row.pk, token, done=done)
            for ticket in found.tickets:
                stories.write(exporting.line(ticket).encode(errors="replace"))
                cells.writerow([safe(cell) for cell in exporting.cells(ticket)])
            named |= dict.fromkeys(found.files)
            done += len(found.tickets)
            if len(found.tickets) < reading.BATCH:
                break
            after = found.last
    packed.writestr(exporting.TABLE, (MARK_OF_UTF8 + table.getvalue()).encode(errors="replace"))
    packed.writestr(exporting.ABOUT, exporting.about(row.tenant.name, row.side.name, at))
    for digest in named:
        _pack_file(packed, row.tenant_id, digest)
        with tenancy.only([row.tenant_id]):
            background.renew(Export, row.pk, token, done=done)
    return done


def _pack_file(packed: zipfile.ZipFile, tenant_id: int, digest: str) -> None:
    """Add one file's bytes; one that is missing on the disk is logged, and its entry still names it."""
    try:
        with (
            files.bytes_of(tenant_id, digest).open("rb") as content,
            packed.open(f"{exporting.FILES}/{digest}", "w", force_zip64=True) as to,
        ):
            while chunk := content.read(READ):
                to.write(chunk)
    except FileNotFoundError:
        log.error("The bytes of file %s are not there", digest)


def _hash(place: Path) -> str:
    with place.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
