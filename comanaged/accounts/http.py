"""From a request to the person's standing: the decorators every page wears, each naming the one action it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind
from comanaged.vocabulary import Side

Rest = ParamSpec("Rest")
BY_CODE = "code"  # how a session remembers that a mailed code opened it
SAFE = {"GET", "HEAD", "OPTIONS"}
CLIENTS_ROOMS = frozenset({Kind.CLIENT})
PROVIDERS_ROOMS = frozenset({Kind.PROVIDER})
FASTER = "Somebody else changed the same thing at this very moment, so nothing of yours was done. Look again, then decide."
EVERY_ROOM = frozenset(Kind)  # pages that a provider has for itself too


@dataclass(frozen=True, slots=True)
class Desk:
    """A provider's person over every client they serve."""

    actors: tuple[Actor, ...]

    @property
    def tenant_ids(self) -> list[int]:
        return [actor.tenant_id for actor in self.actors]

    @property
    def company_id(self) -> int | None:
        return self.actors[0].company_id

    @property
    def user_id(self) -> int | None:
        return self.actors[0].user_id

    @property
    def name(self) -> str:
        return self.actors[0].name

    def at(self, tenant_id: int) -> Actor | None:
        """Return the standing at one client, None where there is none."""
        return next((actor for actor in self.actors if actor.tenant_id == tenant_id), None)


def member_view(
    action: str, *, rooms: frozenset[Kind] = CLIENTS_ROOMS, by_code: bool = False
) -> Callable[[Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of a member at the client named in the address: strangers get 404, other roles 403, the scope is that client's.

    `by_code` = whoever is not signed in is sent to where those who only ask are mailed a code.
    """

    def decorate(view: Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def entered(request: HttpRequest, client: str, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                door = reverse("request_code", args=[client]) if by_code else None
                return redirect_to_login(request.get_full_path(), door)
            at = timezone.now()
            here = [one for one in known_actors(request, at) if one.tenant.slug == client and one.tenant.kind in rooms]
            actor = here[0] if here else None
            if actor is None:
                raise Http404
            request.member = actor  # type: ignore[attr-defined]
            return admitted(request, action, actor, [actor.tenant_id], lambda: view(request, actor, *args, **kwargs))

        entered.rooms = rooms  # type: ignore[attr-defined]
        return marked(entered, action)

    return decorate


def desk_view(
    action: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Desk, Rest], HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of a provider's person over all clients they serve; the scope is exactly these."""

    def decorate(view: Callable[Concatenate[HttpRequest, Desk, Rest], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def entered(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            everywhere = known_actors(request, timezone.now())
            serving = [one for one in everywhere if one.side is Side.PROVIDER and one.company_id != one.tenant_id]
            desk = Desk(tuple(one for one in serving if one.company_id == serving[0].company_id))
            if not desk.actors:
                others = [one for one in everywhere if one.side is Side.INTERNAL]
                if not others:  # a provider's person who serves nobody is a stranger to every client
                    raise Http404
                return forbidden(request, access.Refused(action, others[0].role))
            request.desk = desk  # type: ignore[attr-defined]
            return admitted(request, action, desk.actors[0], desk.tenant_ids, lambda: view(request, desk, *args, **kwargs))

        return marked(entered, action)

    return decorate


def own_view(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of whoever is signed in about themselves; no tenant's rows are in scope."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            known_actors(request, timezone.now())
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return marked(entered, action)

    return decorate


def public_view(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Mark a view as open to everyone, by its name in the table's list of public routes."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        return marked(view, name)

    return decorate


def takes(size: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let an address take a request of `size` bytes, more than others; it is refused before anybody reads it."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        view.biggest = size  # type: ignore[attr-defined]
        return view

    return decorate


def marked(view: Callable[..., HttpResponse], action: str) -> Callable[..., HttpResponse]:
    """Write on a view which action it is; a wall test refuses an address without one."""
    view.action = action  # type: ignore[attr-defined]
    return view


def admitted(request: HttpRequest, action: str, actor: Actor, tenants: list[int], work: Callable[[], HttpResponse]) -> HttpResponse:
    """Check role and second factor, then do the work in the scope, in one transaction; a refusal inside becomes the 403 page."""
    try:
        access.require(actor, action)
        if request.method not in SAFE and "mfa_fresh" in access.rules()[action].when and not is_fresh(request):
            return ask_again(request)
        with tenancy.only(tenants, side=_side(request, actor)):
            if request.method not in SAFE:
                access.still_holds(actor, timezone.now())
            response = work()
    except access.Refused as refusal:
        return forbidden(request, refusal)
    except DatabaseError as trouble:
        if not tenancy.lost_race(trouble):
            raise
        response = render(request, "409.html", {"refusal": FASTER}, status=409)
    add_never_cache_headers(response)
    return response


def _side(request: HttpRequest, actor: Actor) -> int | None:
    """Return the company a request acts for. Who only asks reads as nobody of it: the database itself then keeps its notes from them."""
    return None if actor.role == access.ASKS and request.method in SAFE else actor.company_id


def known_actors(request: HttpRequest, at: datetime) -> list[Actor]:
    """Return the signed-in person's standings, read once a request; a mailed code opens the rooms of those who only ask, and no others."""
    if not hasattr(request, "actors"):
        everywhere = access.actors_of(request.user, at)
        request.actors = [one for one in everywhere if one.role == access.ASKS or not came_by_code(request)]  # type: ignore[attr-defined]
    actors: list[Actor] = request.actors  # type: ignore[attr-defined]
    return actors


def came_by_code(request: HttpRequest) -> bool:
    """Say whether nothing but a mailed code was given in this session."""
    methods = {record["method"] for record in get_authentication_records(request, request.user)}
    return methods == {BY_CODE}


class CodesOpenNoMore:
    """Who came in by a mailed code alone sets no password and no second factor: the mailbox is their key, and it may pass to another."""

    LEFT = frozenset({"account_login", "account_logout"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Hide the library's own pages from such a session."""
        library = getattr(view, "__module__", "").startswith("allauth.")
        name = request.resolver_match.url_name if request.resolver_match else ""
        if library and name not in self.LEFT and request.user.is_authenticated and came_by_code(request):
            raise Http404


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the account's second factor, or its password while it has none, was given in the last ten minutes."""
    method = "mfa" if is_mfa_enabled(request.user) else "password"
    since = timezone.now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(record["method"] == method and record["at"] > since for record in get_authentication_records(request, request.user))


def ask_again(request: HttpRequest) -> HttpResponse:
    """Send the person to the page that asks once more; the form they sent is kept and goes on afterwards."""
    page_name = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "account_reauthenticate"
    answer: HttpResponse = suspend_request(request, reverse(page_name))
    return answer


def forbidden(request: HttpRequest, refusal: access.Refused) -> HttpResponse:
    """Return the page that says who may."""
    response = render(request, "403.html", {"refusal": str(refusal)}, status=403)
    add_never_cache_headers(response)
    return response


def page(request: HttpRequest) -> dict[str, Any]:
    """Give every template the person's standing, the client it is about, and the clients to switch to."""
    member: Actor | None = getattr(request, "member", None)
    return {
        "member": member,
        "client": member.tenant if member else None,
        "desk": getattr(request, "desk", None),
        "standings": getattr(request, "actors", []),
        "serves_clients": any(one.side is Side.PROVIDER and one.company_id != one.tenant_id for one in getattr(request, "actors", [])),
    }
