"""The front door, and the pages of people, keys and history."""

from dataclasses import replace
from datetime import datetime

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import login as allauth_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from comanaged.accounts import access, actions, engagements, forms, navigation, queries
from comanaged.accounts.access import Actor
from comanaged.accounts.http import EVERY_ROOM, PROVIDERS_ROOMS, came_by_code, known_actors, member_view, own_view, public_view
from comanaged.accounts.models import Invitation, Kind, Organisation, User
from comanaged.notices import queries as told
from comanaged.vocabulary import Side

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
YEAR = 365 * 24 * 3600

sign_in = public_view("login")(allauth_login)


@require_GET
@own_view("account.manage_own")
def home(request: HttpRequest) -> HttpResponse:
    """Lead a person to the page their work begins on."""
    actors = known_actors(request, timezone.now())
    first = navigation.first_page(actors)
    if first:
        return redirect(first)
    inside = next((actor for actor in actors if actor.tenant.kind == Kind.PROVIDER), None)
    shown = {"company": inside and inside.tenant, "may_add": inside and access.may(inside, "tenant.create")}
    return render(request, "accounts/nobody.html", shown)


@require_http_methods(["GET", "POST"])
@own_view("account.manage_own")
def own_account(request: HttpRequest) -> HttpResponse:
    """Show a person their own account, and keep whether single letters are keys."""
    if request.method == "POST":
        answer = redirect("own_account")
        answer.set_cookie("keys", "on" if request.POST.get("keys") else "off", max_age=YEAR, samesite="Lax", secure=request.is_secure())
        messages.success(request, "Kept in this browser.")
        return answer
    standings = known_actors(request, timezone.now())
    shown = {"standings": standings, "protected": is_mfa_enabled(request.user), "by_code": came_by_code(request)}
    return render(request, "accounts/account.html", shown | {"keys": request.COOKIES.get("keys") != "off"})


@require_http_methods(["GET", "POST"])
@own_view("account.manage_own")
def own_address(request: HttpRequest) -> HttpResponse:
    """Nobody changes their address alone: by it they were invited, and by it others invite them."""
    raise Http404


# --- invitation


@require_http_methods(["GET", "POST"])
@never_cache
@public_view("invitation_use")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited person in, once."""
    at = timezone.now()
    row = actions.find_invitation(token, at)
    if row is None:
        return render(request, "accounts/invitation_ended.html", status=404)
    if row.company is None:
        return asked_in(request, token, row, at)
    if queries.has_account(row.email):
        return join(request, token, row, at)
    form = forms.Accept(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_invitation(token, name=form.cleaned_data["name"], password=form.cleaned_data["password"], at=at)
        except actions.CannotChange:
            return render(request, "accounts/invitation_ended.html", status=404)
        except ValidationError as weak:
            form.add_error("password", list(weak.messages))
        else:
            enter(request, user)
            messages.success(request, f"Welcome to {row.tenant}.")
            return redirect("home")
    return render(
        request,
        "accounts/invitation.html",
        {"form": form, "invitation": row, "role": access.titles()[row.role]},
        status=422 if form.errors else 200,
    )


def join(request: HttpRequest, token: str, row: Invitation, at: datetime) -> HttpResponse:
    """Add an organisation to an account that exists, for who is signed in to it: a link alone proves no address, a mailed code opens no room."""
    by_code = request.user.is_authenticated and came_by_code(request)
    if request.method == "POST" and not by_code:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            actions.join(token, request.user, at=at)
        except actions.CannotChange as refusal:
            return render(request, "accounts/invitation_ended.html", {"refusal": refusal}, status=404)
        messages.success(request, f"You now belong to {row.tenant}.")
        return redirect("home")
    signed_in = request.user.is_authenticated and request.user.email == row.email and not by_code
    shown = {"invitation": row, "role": access.titles()[row.role], "signed_in": signed_in, "by_code": by_code}
    return render(request, "accounts/invitation.html", shown, status=422 if request.method == "POST" else 200)


def enter(request: HttpRequest, user: User) -> None:
    """Sign in whoever just chose their password."""
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", email=user.email)


# --- a company is asked in


def asked_in(request: HttpRequest, token: str, row: Invitation, at: datetime) -> HttpResponse:
    """Let who was asked bring their company: a new account and company, a new company for an account, or one they administer."""
    new = not queries.has_account(row.email)
    person = request.user if request.user.is_authenticated else None
    signed_in = person is not None and person.email == row.email
    first = {"company": row.company_name}
    form = forms.AcceptForCompany(request.POST or None, initial=first) if new else forms.Found(request.POST or None, initial=first)
    if request.method == "POST" and not new and person is None:
        return redirect_to_login(request.path)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if person is None or new:
                enter(request, engagements.accept_newcomer(token, **said, at=at))
            else:
                engagements.accept_with_new_company(token, person, **said, at=at)
        except actions.CannotChange as refusal:
            return render(request, "accounts/invitation_ended.html", {"refusal": refusal}, status=404)
        except ValidationError as weak:
            form.add_error("password", list(weak.messages))
        else:
            return arrived(request, row.tenant)
    companies = [
        one.tenant for one in known_actors(request, at) if access.may(one, "engagement.accept") and one.tenant.kind == Kind.PROVIDER
    ]
    shown = {
        "form": form,
        "invitation": row,
        "new": new,
        "signed_in": signed_in,
        "token": token,
        "companies": companies if signed_in else [],
    }
    return render(request, "accounts/asked_in.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@member_view("engagement.accept", rooms=PROVIDERS_ROOMS)
def accept_engagement(request: HttpRequest, member: Actor, token: str) -> HttpResponse:
    """Let a provider that is known here serve the client that asked one of its administrators."""
    at = timezone.now()
    row = actions.find_invitation(token, at)
    if row is None or row.company is not None or not request.user.is_authenticated or row.email != request.user.email:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            client = engagements.accept_for(token, by=member, at=at)
        except actions.CannotChange as why:
            refusal = str(why)
        else:
            return arrived(request, client)
    shown = {"section": "people", "invitation": row, "refusal": refusal}
    return render(request, "accounts/accept_engagement.html", shown, status=422 if refusal else 200)


def arrived(request: HttpRequest, client: Organisation) -> HttpResponse:
    """Lead whoever accepted for a provider to what they were asked about."""
    messages.success(request, f"You now serve {client}. Read their matrix, comment on its rows, then sign it or change it.")
    return redirect(f"/{client.slug}/{navigation.MATRIX.path}")


@require_http_methods(["GET", "POST"])
@member_view("engagement.invite")
def invite_other_side(request: HttpRequest, member: Actor) -> HttpResponse:
    """Ask a provider in, by the person who signs for it."""
    form = forms.InviteOtherSide(request.POST or None)
    shown = {"section": "people", "form": form, "verb": "Invite the other side", "other_side": True}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = engagements.invite_provider(said["email"], said["company"], said["message"], by=member, at=timezone.now())
        except actions.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/invited.html", shown | {"made": made}, status=201)
    return render(request, "accounts/invite.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view("tenant.create", rooms=PROVIDERS_ROOMS)
def add_client(request: HttpRequest, member: Actor) -> HttpResponse:
    """Add a client that the provider serves; its manager comes by an invitation whose link is shown this once."""
    form = forms.AddClient(request.POST or None, initial={"zone": member.tenant.zone})
    shown = {"section": "clients", "form": form}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            client, made = engagements.add_client(
                said["company"], said["zone"], manager=said["manager"], email=said["email"], by=member, at=timezone.now()
            )
        except actions.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/added_client.html", shown | {"made": made, "added": client}, status=201)
    return render(request, "accounts/add_client.html", shown, status=422 if form.errors else 200)


# --- people


@require_GET
@member_view("people.view", rooms=EVERY_ROOM)
def people(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show who belongs to a client, side by side."""
    at = timezone.now()
    everyone = queries.members_of(member.tenant_id, at)
    invites = inviting(member)
    ends = access.may(member, "people.remove_client") or access.may(member, "provider_access.revoke")
    if ends:  # who can act on it sees whom mail does not reach
        unreached = told.unreached([member.tenant_id], [one.email for one in everyone], at)
        everyone = [replace(one, unreached=unreached.get(one.email.lower())) for one in everyone]
    shown = {
        "section": "people",
        "sides": [
            (Side.INTERNAL, "", [one for one in everyone if one.side is Side.INTERNAL], access.may(member, "people.remove_client")),
            (
                Side.PROVIDER,
                company_name(member, at),
                [one for one in everyone if one.side is Side.PROVIDER],
                access.may(member, "provider_access.revoke"),
            ),
        ],
        "invites": invites,
        "pending": queries.open_invitations(member.tenant_id, at) if invites else [],
        "may_ask_in": access.may(member, "engagement.invite") and member.tenant.kind == Kind.CLIENT and not company_name(member, at),
    }
    if member.tenant.kind == Kind.PROVIDER:
        shown["sides"] = [(Side.PROVIDER, member.tenant.name, everyone, False)]
    return render(request, "accounts/people.html", shown)


def company_name(member: Actor, at: datetime) -> str:
    """Return the name of the provider that serves this client."""
    provider = access.provider_of(member.tenant_id, at)
    return provider.name if provider else ""


def inviting(member: Actor) -> tuple[str, str] | None:
    """Return the address and the verb by which this person adds people of their side here, None for who may not."""
    if member.tenant.kind == Kind.PROVIDER:
        return ("invite_colleague", "Invite a colleague") if access.may(member, "people.invite_provider") else None
    if access.may(member, "people.invite_client"):
        return "invite_client", "Invite somebody to internal IT"
    return ("invite_provider", "Give a colleague access") if access.may(member, "provider_access.grant") else None


@require_http_methods(["GET", "POST"])
@member_view("people.invite_client")
def invite_client(request: HttpRequest, member: Actor) -> HttpResponse:
    """Invite a person of the client's own side."""
    return invite(request, member, forms.InviteClient(request.POST or None), "Invite somebody to internal IT")


@require_http_methods(["GET", "POST"])
@member_view("provider_access.grant")
def invite_provider(request: HttpRequest, member: Actor) -> HttpResponse:
    """Give a person of the provider access to this client."""
    return invite(request, member, forms.InviteProvider(request.POST or None), "Give a colleague access")


@require_http_methods(["GET", "POST"])
@member_view("people.invite_provider", rooms=PROVIDERS_ROOMS)
def invite_colleague(request: HttpRequest, member: Actor) -> HttpResponse:
    """Invite a person to the provider's own company."""
    return invite(request, member, forms.InviteProvider(request.POST or None), "Invite a colleague")


def invite(request: HttpRequest, member: Actor, form: forms.Invite, verb: str) -> HttpResponse:
    """Make the invitation and show its link, this once."""
    shown = {"section": "people", "form": form, "verb": verb}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.invite(
                said["email"],
                member.tenant,
                said["role"],
                name=said["name"],
                signatory=said.get("signatory", False),
                by=member,
                at=timezone.now(),
            )
        except actions.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/invited.html", shown | {"made": made}, status=201)
    return render(request, "accounts/invite.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view("people.remove_client")
def remove(request: HttpRequest, member: Actor, membership: int) -> HttpResponse:
    """End the access of a person of internal IT."""
    return end_access(request, member, membership, Side.INTERNAL)


@require_http_methods(["GET", "POST"])
@member_view("provider_access.revoke")
def revoke_access(request: HttpRequest, member: Actor, membership: int) -> HttpResponse:
    """End the access of a person of the provider to this client."""
    return end_access(request, member, membership, Side.PROVIDER)


def end_access(request: HttpRequest, member: Actor, membership: int, side: Side) -> HttpResponse:
    """Ask once with the consequences, then end it."""
    at = timezone.now()
    person = queries.member_of(member.tenant_id, membership, at)
    if person is None or person.side is not side:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            actions.end_membership(membership, by=member, at=at)
        except actions.CannotChange as why:
            refusal = str(why)
        else:
            messages.success(request, f"{person.name} no longer has access to {member.tenant.name}.")
            return redirect("people", member.tenant.slug)
    return render(
        request, "accounts/end_access.html", {"section": "people", "person": person, "refusal": refusal}, status=422 if refusal else 200
    )


# --- keys


@require_GET
@member_view("key.list", rooms=EVERY_ROOM)
def keys(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show the keys of a client, ended ones too."""
    verbs = [(address, verb) for address, (action, _, verb) in KEYS.items() if access.may(member, action) and fits(member, address)]
    shown = {"section": "keys", "keys": queries.keys_of(member.tenant_id, timezone.now()), "verbs": verbs}
    return render(request, "accounts/keys.html", shown | {"may_revoke": access.may(member, "key.revoke")})


KEYS = {
    "make_read_key": ("key.create_read", "k_read", "Make a key that reads"),
    "make_desk_key": ("key.create_desk", "k_desk", "Make a key that works tickets"),
    "make_evidence_key": ("key.create_evidence", "k_evidence", "Make a key that sends evidence"),
    "make_mail_key": ("key.create_ingest", "k_ingest", "Make a key that sends mail"),
}


def fits(member: Actor, address: str) -> bool:
    """Say whether a kind of key can belong to this tenant: a provider's own works tickets only."""
    return member.tenant.kind == Kind.CLIENT or address == "make_desk_key"


@require_http_methods(["GET", "POST"])
@member_view("key.create_read")
def make_read_key(request: HttpRequest, member: Actor) -> HttpResponse:
    """Make a key that reads for the client."""
    return make_key(request, member, "make_read_key")


@require_http_methods(["GET", "POST"])
@member_view("key.create_desk", rooms=EVERY_ROOM)
def make_desk_key(request: HttpRequest, member: Actor) -> HttpResponse:
    """Make a key that works tickets for the side of who makes it."""
    return make_key(request, member, "make_desk_key")


@require_http_methods(["GET", "POST"])
@member_view("key.create_evidence")
def make_evidence_key(request: HttpRequest, member: Actor) -> HttpResponse:
    """Make a key that sends evidence."""
    return make_key(request, member, "make_evidence_key")


@require_http_methods(["GET", "POST"])
@member_view("key.create_ingest")
def make_mail_key(request: HttpRequest, member: Actor) -> HttpResponse:
    """Make a key by which a mail provider's hook sends mail."""
    return make_key(request, member, "make_mail_key")


def make_key(request: HttpRequest, member: Actor, address: str) -> HttpResponse:
    """Make the key and show its secret, this once."""
    _, kind, verb = KEYS[address]
    form = forms.Key(request.POST or None)
    shown = {"section": "keys", "form": form, "verb": verb}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.make_key(
                member.tenant, kind, side=member.side, days=said["days"], name=said["name"], by=member, at=timezone.now()
            )
        except actions.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "accounts/made_key.html", shown | {"made": made}, status=201)
    return render(request, "accounts/make_key.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_view("key.revoke", rooms=EVERY_ROOM)
def revoke_key(request: HttpRequest, member: Actor, key: int) -> HttpResponse:
    """Ask once, then end a key."""
    at = timezone.now()
    row = queries.key_of(member.tenant_id, key, at)
    if row is None:
        raise Http404
    if request.method == "POST":
        actions.revoke_key(key, by=member, at=at)
        messages.success(request, f"The key {row.name or row.prefix} no longer works.")
        return redirect("keys", member.tenant.slug)
    return render(request, "accounts/revoke_key.html", {"section": "keys", "key": row})


# --- history


@require_GET
@member_view("audit.view", rooms=EVERY_ROOM)
def history(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show what was done at a client and by whom, newest first."""
    before = request.GET.get("before", "")
    page = queries.history_page(member.tenant_id, int(before) if before.isdecimal() and len(before) < 19 else None)  # noqa: PLR2004 - a bigint
    return render(request, "accounts/history.html", {"section": "history", "page": page})
