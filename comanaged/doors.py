"""The addresses that belong to nobody's room: health, the API's own description, and the pages for what went wrong."""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

from comanaged import background
from comanaged.accounts.http import marked, public_view

log = logging.getLogger(__name__)
BIGGEST = 16 * 1024 * 1024  # bytes of a request, unless its address says that it takes more; most doors have a lower limit of their own
LAST = 56 * 1024 * 1024  # bytes of any request: a mail of 36 MB in a form


@require_safe
@public_view("healthz")
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@public_view("readyz")
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers, and how many rows of each kind wait for work."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = background.waiting()
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok", "waiting": waiting})


class Readable:
    """Refuses what cannot be read before anyone tries: a body beyond every limit, a form in another charset, or nested without end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if announced(request) > LAST:
            return not_read(request, 413)
        if request.content_type == "multipart/form-data" and (request.encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            return not_read(request, 400)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Before anybody reads the body: what an address takes is written on its view."""
        limit: int = getattr(getattr(view, "cls", view), "biggest", BIGGEST)
        return not_read(request, 413) if announced(request) > limit else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """JSON inside a form that nests deeper than Python reads is the sender's fault, not ours."""
        if not isinstance(exception, RecursionError):
            return None
        log.warning("Nested too deeply: %s %s", request.method, request.path, exc_info=exception)
        return not_read(request, 400)


def announced(request: HttpRequest) -> int:
    """Return how many bytes a request says it brings."""
    said = request.headers.get("Content-Length", "")
    return int(said) if said.isdecimal() else 0


def not_read(request: HttpRequest, status: int) -> HttpResponse:
    """Say that a request was not read."""
    if request.path.startswith("/api/"):
        detail = "A body may have 16 MiB at most, files of a ticket 25 MiB together, and a form is in UTF-8."
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "400.html", status=status)


schema = marked(SpectacularAPIView.as_view(), "api_schema")


@require_safe
@public_view("api_docs")
def docs(request: HttpRequest) -> HttpResponse:
    """Show the schema as a page to read."""
    return render(request, "api_docs.html", {"operations": operations(), "title": "API, version 1"})


def operations() -> list[dict[str, Any]]:
    """Return the schema's operations, ready for the page."""
    found = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary") or operation.get("description", "").split("\n")[0],
            "text": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "fields": fields_of(operation, found),
            "answers": [(code, answer.get("description") or phrase(code)) for code, answer in operation.get("responses", {}).items()],
        }
        for path, methods in found["paths"].items()
        for method, operation in methods.items()
    ]


def fields_of(operation: dict[str, Any], found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of an operation's JSON body: name, type, whether it must be there, words about it."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    shape = found["components"]["schemas"].get(body.get("$ref", "").rsplit("/", 1)[-1], body)
    return [
        {
            "name": name,
            "type": field.get("type", "one of the listed words"),
            "must": name in shape.get("required", ()),
            "text": field.get("description", ""),
        }
        for name, field in shape.get("properties", {}).items()
    ]


def phrase(code: str) -> str:
    """Return the words of a status code."""
    return HTTPStatus(int(code)).phrase if code.isdigit() else code


def not_for_you(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that was refused before any page, such as a form without its token."""
    return render(
        request, "403.html", {"refusal": "This form has expired. Go back, load the page again and send it once more."}, status=403
    )


def not_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same for a stranger, a foreign row and an address that never was."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Not here", "status": 404, "detail": "There is nothing at this address for this key."}
        return JsonResponse(body, status=404, content_type="application/problem+json")
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, with a number that the log holds too."""
    number = secrets.token_hex(4)
    log.error("Fault %s at %s %s", number, request.method, request.path)
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": "A fault of ours", "status": 500, "detail": f"Name this number to us: {number}."}
        return JsonResponse(body, status=500, content_type="application/problem+json")
    return render(request, "500.html", {"number": number}, status=500)
