"""Files of tickets: out of a form, and out of the house as a download, never as a page."""

import logging
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from tickets import queries
from tickets.domain import files as kinds
from tickets.models import Attachment, Ticket
from tickets.views import one

log = logging.getLogger(__name__)
BIGGEST = kinds.BIGGEST + kinds.MEGABYTE  # of a request: the files, and the form around them


def offered(request: HttpRequest, name: str = "files") -> tuple[kinds.Offered, ...]:
    """Return the files of a form; what is big lies on the disk already and is read in pieces."""
    return tuple(offer(file) for file in request.FILES.getlist(name))


def offer(file: Any) -> kinds.Offered:
    """Translate one uploaded file; what its sender says of its type is left out."""
    file.seek(0)
    head = file.read(kinds.HEAD)
    return kinds.Offered(file.name or "", file.size or 0, head, file.chunks)


@require_safe
@member_view("attachment.download")
def download(request: HttpRequest, member: access.Actor, number: int, file: UUID) -> HttpResponse:
    """One file, to be saved."""
    return sent(one.found(member, number), file, member)  # type: ignore[return-value]


def sent(ticket: Ticket, public_id: UUID, by: access.Actor) -> HttpResponseBase:
    """Return a file as bytes without a type, which no browser opens inside a page of ours; 404 for whoever may not read its entry."""
    try:
        row = queries.files_of(ticket, queries.reader_of(by)).get(public_id=public_id)
    except Attachment.DoesNotExist:
        raise Http404 from None
    return handed_out(row)


def handed_out(row: Attachment) -> HttpResponseBase:
    """Return the bytes of a file that somebody may read."""
    try:
        content = queries.bytes_of(row.tenant_id, row.sha256).open("rb")
    except OSError:
        log.exception("The bytes of file %s are not there", row.pk)
        raise Http404 from None
    answer = FileResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name) or "attachment"
    answer["Content-Length"] = str(row.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "no-store"
    return answer
