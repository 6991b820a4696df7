"""The door for mail providers' hooks: the key in the address says which client's it is, the mail is stored as it came, then 202."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from comanaged.accounts.api_auth import key_of
from comanaged.accounts.http import public_view, takes
from comanaged.accounts.models import Kind, Organisation
from tickets.actions import mailing
from tickets.domain import addressing

BIGGEST = 52 * 1024 * 1024  # bytes of a request: a mail of 36 MB as forms and JSON spell it
MOST_FIELDS = 200
RAW = ("body-mime", "email", "RawEmail", "raw", "message")
TO = ("recipient", "OriginalRecipient", "to_envelope")
LATER = "5"  # seconds


class NotTaken(Exception):
    """A request that is not stored: the status and the words for its sender."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status, self.title, self.detail = status, title, detail
        super().__init__(title)


@dataclass(frozen=True)
class Brought:
    """A mail as a hook brings it: its bytes, the addresses it went to, and whom the envelope names as the sender."""

    raw: bytes
    to: tuple[str, ...] = ()
    sender: str | None = None


@csrf_exempt
@takes(BIGGEST)
@public_view("ingest.post_mail")
def post_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Store one mail, once for each address of the client that it went to."""
    if request.method != "POST":
        return _problem(405, "Post the mail here", "This address takes mail by POST. There is nothing to read at it.", Allow="POST")
    try:
        client = _client(key)
        brought = _brought(request)
        kept = [
            mailing.receive(client, brought.raw, address, brought.sender, at=timezone.now()) for address in _addresses(client, brought.to)
        ]
    except NotTaken as refusal:
        return _problem(refusal.status, refusal.title, refusal.detail)
    except mailing.TooLarge:
        return _problem(413, "The mail is too large", "A mail may have 36 MB.")
    except DatabaseError:
        return _problem(503, "Not now", "The mail could not be stored. Send it again in a few seconds.", **{"Retry-After": LATER})
    return JsonResponse({"id": str(kept[0].public_id), "duplicate": all(one.seen for one in kept)}, status=202)


def _client(secret: str) -> Organisation:
    """Return the client whose key this is; in the same words for every key that opens nothing here."""
    try:
        key = key_of(secret)
    except exceptions.APIException:
        key = None
    if key is None or key.kind != "k_ingest" or key.tenant.kind != Kind.CLIENT:
        raise NotTaken(404, "Nothing is taken here", "The address holds no key for mail, or its key was ended. Ask for a new one.")
    return key.tenant


def _addresses(client: Organisation, named: tuple[str, ...]) -> list[str]:
    """Return the addresses of this client that a mail went to; its own one where the hook names none."""
    found = [(one, addressing.recipient_of(one, settings.MAIL_DOMAIN)) for one in named]
    ours = [one.strip().lower() for one, to in found if to is not None and to.slug == client.slug]
    return list(dict.fromkeys(ours)) or [addressing.client_address(client.slug, settings.MAIL_DOMAIN)]


def _brought(request: HttpRequest) -> Brought:
    kind = (request.content_type or "").lower()
    if kind in {"message/rfc822", "text/plain", "application/octet-stream", ""}:
        brought = Brought(_body(request), tuple(request.GET.getlist("to")), request.GET.get("from"))
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        brought = _of_form(_form(request, kind))
    elif kind == "application/json":
        brought = _of_form(_json(_body(request)))
    else:
        raise NotTaken(
            415, "Send the mail itself", "Send it as message/rfc822, as a form with the field body-mime or email, or as JSON with RawEmail."
        )
    if not brought.raw.strip():
        raise NotTaken(422, "There is no mail", "Send the whole mail as it came, with its header lines.")
    return brought


def _body(request: HttpRequest) -> bytes:
    """Return the body; of one over the limit no more is read than that."""
    if request.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}:
        raise NotTaken(415, "Send it plain", "Mail is not unpacked here. Send the body without a Content-Encoding.")
    said = request.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > BIGGEST:
        raise mailing.TooLarge
    try:
        chunked = not said and request.META.get("wsgi.input_terminated")
        body: bytes = request.META["wsgi.input"].read(BIGGEST + 1) if chunked else request.read(BIGGEST + 1)
    except (OSError, ValueError):
        raise NotTaken(400, "The mail did not arrive whole", "The connection ended before the mail did. Send it again.") from None
    if len(body) > BIGGEST:
        raise mailing.TooLarge
    return body


def _form(request: HttpRequest, kind: str) -> dict[str, bytes]:
    """Return the fields of a form, as bytes: a mail in it is in any character set."""
    body = _body(request)
    try:
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS)
            return {name: value.encode("latin-1") for name, value in pairs}
        head = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n".encode("latin-1", "replace")
        parts: Any = message_from_bytes(head + body, policy=compat32).get_payload()
        named = (
            [(part.get_param("name", "", "content-disposition"), part) for part in parts[:MOST_FIELDS]] if isinstance(parts, list) else []
        )
        return {str(name): part.get_payload(decode=True) or _nested(part) for name, part in named if name}
    except (ValueError, AttributeError, RecursionError):
        raise NotTaken(400, "The form cannot be read", "Send it as browsers do.") from None


def _nested(part: Any) -> bytes:
    """Return a mail that its own type made a message in the form."""
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and inner else b""


def _json(body: bytes) -> dict[str, bytes]:
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise NotTaken(400, "The body is no JSON", "Send an object with the field RawEmail.") from None
    said = found if isinstance(found, dict) else {}
    return {str(name): value.encode("utf-8", "replace") for name, value in said.items() if isinstance(value, str)}


def _of_form(fields: Mapping[str, bytes]) -> Brought:
    raw = next((fields[name] for name in RAW if fields.get(name)), b"")
    to = [one.strip() for name in TO for one in fields.get(name, b"").decode("utf-8", "replace").split(",") if one.strip()]
    sender = fields["sender"].decode("utf-8", "replace") if "sender" in fields else None
    try:
        envelope = json.loads(fields.get("envelope", b"{}"))
    except (ValueError, RecursionError):
        envelope = {}
    if isinstance(envelope, dict):
        named = envelope.get("to")
        to += [one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)]
        sender = envelope["from"] if isinstance(envelope.get("from"), str) else sender
    return Brought(raw, tuple(to[:100]), sender)


def _problem(status: int, title: str, detail: str, **headers: str) -> JsonResponse:
    """Return what is wrong as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, headers=headers, content_type="application/problem+json")
