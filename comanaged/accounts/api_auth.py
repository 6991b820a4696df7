"""From an API key to who acts where; the base of every API view; errors as problem+json; pages by cursor."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import ApiKey, Kind, Organisation

BIGGEST = 1024 * 1024  # bytes of one JSON body
KEY = re.compile(r"ck_[0-9a-f]{8}_[\w-]{20,100}", re.ASCII)


class Problem(exceptions.APIException):
    """An answer that says what is wrong and what to do, as RFC 9457 has it."""

    def __init__(self, status: int, title: str, detail: str = "", errors: dict[str, list[str]] | None = None) -> None:
        self.status_code, self.title, self.errors = status, title, errors
        super().__init__(detail or title)


class JsonBody(BaseParser):
    """JSON in UTF-8, whatever charset it claims; never more of it in memory than the limit, and every text in it can be stored."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(BIGGEST + 1)
        if len(body) > BIGGEST:
            raise Problem(413, "The body is too large", "A JSON body may have 1 MiB.")
        try:
            found = json.loads(body.decode(), parse_constant=no_number)
            json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is a text that nothing can write
        except (ValueError, RecursionError):
            raise exceptions.ParseError("The body is not JSON in UTF-8, or is nested too deeply.") from None
        return found


def no_number(word: str) -> Any:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(word)


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ck_…`: found by its prefix, compared by hash."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey]:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise exceptions.NotAuthenticated("Send your key as 'Authorization: Bearer <key>'.")
        return None, key_of(secret.strip())

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Comanaged"'


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def hash_of(secret: str) -> str:
    """Return what is stored of a key: its SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def key_of(secret: str) -> ApiKey:
    """Return the live key that `secret` is; raise 401 in the same words for an unknown, ended or revoked one."""
    at = timezone.now()
    rows = ApiKey.objects.select_related("tenant").filter(revoked_at__isnull=True, expires_at__gt=at)
    key = rows.filter(prefix=secret[:11]).first() if KEY.fullmatch(secret) else None
    if key is None or not hmac.compare_digest(key.secret_hash, hash_of(secret)):
        raise exceptions.AuthenticationFailed("This key is not known, has ended or was revoked. Ask for a new one.")
    if key.last_used_at is None or (at - key.last_used_at).total_seconds() > 60:  # noqa: PLR2004 - a minute is exact enough
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key


class ApiView(APIView):
    """One address of the API. `actions` names the one action of each method; the handler gets the actor and runs in its scope."""

    actions: ClassVar[dict[str, str]]
    authentication_classes = [KeyAuthentication]
    parser_classes = [JsonBody]
    by: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        asked = self.initialize_request(request, *args, **kwargs)
        self.request = asked
        try:
            response: Any = self.answer(asked, **kwargs)
        except Exception as trouble:
            response = self.handle_exception(trouble)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        self.response.headers.setdefault("Cache-Control", "no-store")
        return self.response

    def answer(self, request: Request, **kwargs: Any) -> Response:
        """Authenticate, find the client, check the action, run the handler inside the scope: an exception rolls everything back."""
        method = request.method or ""
        if any("\x00" in word for words in request.query_params.lists() for word in (words[0], *words[1])):
            raise Problem(400, "This is no word", "Leave the NUL out of the address.")
        self.initial(request, **kwargs)
        handler: Callable[..., Response] | None = getattr(self, method.lower(), None)
        if method not in self.actions or handler is None:
            raise exceptions.MethodNotAllowed(method)
        self.by = actor_of(request)
        access.require(self.by, self.actions[method])
        try:
            with tenancy.only([self.by.tenant_id], side=self.by.company_id):
                if method not in SAFE_METHODS:
                    access.still_holds(self.by, timezone.now())
                return handler(request, self.by, **kwargs)
        except DatabaseError as trouble:
            if not tenancy.lost_race(trouble):
                raise
            raise Problem(409, "Not possible now", "Somebody else changed the same thing at this moment. Send it again.") from trouble

    def cursor(self, rows: QuerySet[Any], ordering: tuple[str, ...], out: Callable[[Any], dict[str, Any]]) -> Response:
        """Return one page of `rows` as {results, next}; `ordering` ends with a unique column."""
        pages = CursorPages()
        pages.ordering = ordering
        try:
            found = pages.paginate_queryset(rows, self.request, view=self)
        except (exceptions.NotFound, ValueError, ValidationError):  # a cursor that says something else than the column holds
            wrong = CursorPages.invalid_cursor_message
            raise Problem(400, "Unknown cursor", wrong, {"cursor": [wrong]}) from None
        return Response({"results": [out(row) for row in found or []], "next": pages.get_next_link()})


class CursorPages(CursorPagination):
    """Fifty rows a page, two hundred at most."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    invalid_cursor_message = "This cursor is not one of ours. Start again without it."


def onward(request: Request, cursor: str) -> str:
    """Return the address of this request that goes on from a cursor."""
    asked = request.query_params.copy()
    asked["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")


def actor_of(request: Request) -> Actor:
    """Return who acts: at the key's own client, or at the one a provider's key names by ?client=<slug>."""
    key = request.auth
    if not isinstance(key, ApiKey):
        raise exceptions.NotAuthenticated
    named = request.query_params.get("client", "")
    if key.tenant.kind == Kind.CLIENT:
        client = key.tenant
        if named and named != client.slug:
            raise Http404
    elif not named:
        raise Problem(
            400, "Name the client", "A provider's key works at one client at a time: add ?client=<slug>.", {"client": ["Name one."]}
        )
    else:
        client = Organisation.objects.filter(slug=named, kind=Kind.CLIENT).first()  # type: ignore[assignment]
    actor = access.of_key(key, client, timezone.now()) if client else None
    if actor is None:
        raise Http404
    return actor


@dataclass(frozen=True, slots=True)
class Told:
    """What an exception becomes outside."""

    status: int
    title: str
    detail: str
    errors: Any = None
    auth: str = ""


TOLD: tuple[tuple[type[Exception], Callable[[Any], Told]], ...] = (
    (Problem, lambda one: Told(one.status_code, one.title, str(one.detail), one.errors)),
    (access.Refused, lambda one: Told(403, "Not for this key", f"This kind of key cannot do {one.action}.")),
    (Http404, lambda _: Told(404, "Not here", "There is nothing at this address for this key.")),
    (PermissionDenied, lambda _: Told(403, "Not for this key", "This key cannot do this.")),
    (
        exceptions.ValidationError,
        lambda one: Told(400, "Please look at these fields", "Some values cannot be used as they are.", one.detail),
    ),
    (
        exceptions.APIException,
        lambda one: Told(one.status_code, HTTPStatus(one.status_code).phrase, str(one.detail), auth=getattr(one, "auth_header", "") or ""),
    ),
)


def problem(trouble: Exception, context: dict[str, Any]) -> Response | None:
    """Translate an exception into problem+json; None for one that is a fault of ours."""
    told = next((tell(trouble) for kind, tell in TOLD if isinstance(trouble, kind)), None)
    if told is None:
        return None
    body: dict[str, Any] = {"type": "about:blank", "title": told.title, "status": told.status, "detail": told.detail}
    if told.errors:
        body["errors"] = told.errors
    headers = {"WWW-Authenticate": told.auth} if told.auth else {}
    return Response(body, status=told.status, headers=headers, content_type="application/problem+json")
