"""The door for senders: the key in the address says whose it is, the message is stored before anything else, then 202."""

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from comanaged.accounts.http import public_view
from monitoring import actions

BIGGEST = 1024 * 1024
LATER = "5"  # seconds


class NotTaken(Exception):
    """A message that is not read: the status and the words for its sender."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.answer = problem(status, title, detail)
        super().__init__(title)


@csrf_exempt
@public_view("ingest.post_alert")
def post_alert(request: HttpRequest, key: str) -> HttpResponse:
    """Store one message of a sender."""
    if request.method != "POST":
        return problem(405, "Post the message here", "This address takes messages by POST. There is nothing to read at it.", Allow="POST")
    try:
        accepted = actions.accept(key, read_body(request), request.headers)
    except NotTaken as refusal:
        return refusal.answer
    except DatabaseError:
        return problem(503, "Not now", "The message could not be stored. Send it again in a few seconds.", **{"Retry-After": LATER})
    if accepted is None:
        return problem(404, "No source has this key", "The address is not one of a source here, or its key was ended. Ask for a new one.")
    return JsonResponse({"id": str(accepted.public_id), "duplicate": accepted.seen}, status=202)


def read_body(request: HttpRequest) -> bytes:
    """Return the body; of one over the limit no more is read than that."""
    if request.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise NotTaken(415, "Send it plain", "Messages are not unpacked here. Send the body without a Content-Encoding.")
    said = request.headers.get("Content-Length", "")
    fits = not said.isdecimal() or int(said) <= BIGGEST
    body = _received(request, in_chunks=not said) if fits else b""
    if not fits or len(body) > BIGGEST:
        raise NotTaken(413, "The message is too large", "A message may have 1 MiB. Send fewer alerts at a time.")
    return body


def _received(request: HttpRequest, *, in_chunks: bool) -> bytes:
    """Read one byte more than the limit at most; in chunks the server knows the end, and Django would see no body at all."""
    try:
        if in_chunks and request.META.get("wsgi.input_terminated"):
            body: bytes = request.META["wsgi.input"].read(BIGGEST + 1)
            return body
        return request.read(BIGGEST + 1)
    except (OSError, ValueError):
        raise NotTaken(400, "The message did not arrive whole", "The connection ended before the message did. Send it again.") from None


def problem(status: int, title: str, detail: str, **headers: str) -> JsonResponse:
    """Return what is wrong as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, headers=headers, content_type="application/problem+json")
