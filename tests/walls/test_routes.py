"""Every address x every kind of person and key: each sees exactly what the table of permissions says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from comanaged.accounts import access
from comanaged.accounts.models import ApiKey, Kind, Membership, User
from comanaged.vocabulary import Side
from tests.cast import Cast, add_person, signed_in
from tests.walls import still_to_come
from tests.walls.furniture.requests import ASKER
from tests.walls.rooms import Rooms, furnish
from tests.walls.routes import Address, addresses

MAP = addresses()
PUBLIC = set(access.table()["public_routes"])
RULES = access.rules()
PAGES = [one for one in MAP if one.page and "client" in one.words and Kind.CLIENT in one.rooms]
PROVIDERS = [one for one in MAP if one.page and "client" in one.words and one.rooms == {Kind.PROVIDER}]
DESK = [one for one in MAP if one.page and one.route.startswith("desk/")]
BY_ADDRESS = {"ingest.post_alert", "ingest.post_mail"}  # the key is in the address
API = [one for one in MAP if not one.page and not set(one.actions.values()) & (PUBLIC | BY_ADDRESS)]
PEOPLE = {
    "c_mgr": "Iris",
    "c_tech": "Ivo",
    "c_lead": "Lena",
    "c_audit": "Auditor",
    "c_user": ASKER,
    "p_tech": "Tariq",
    "p_lead": "Tess",
    "p_admin": "Provider administrator",
}
KEYS = ("k_read", "k_desk", "k_evidence")
OPEN = {"<slug:client>/requests/sign-in/", "<slug:client>/requests/sign-in/code/"}  # they answer alike for any client, and for none
REFUSED = 403
HIDDEN = 404


@pytest.fixture
def rooms(cast: Cast) -> Rooms:
    return furnish(cast)


def test_every_address_declares_one_action_of_the_table() -> None:
    for one in MAP:
        assert one.actions, f"{one.route} declares no action"
        for action in one.actions.values():
            assert action in RULES or action in PUBLIC, f"{one.route}: {action}"


def test_every_action_has_an_address_or_is_listed_as_still_to_come() -> None:
    served = {action for one in MAP for action in one.actions.values()}
    waiting = {name for name, rule in RULES.items() if not rule.never} - served
    assert waiting == still_to_come.ACTIONS


def test_what_is_never_done_has_no_address() -> None:
    served = {action for one in MAP for action in one.actions.values()}
    assert served & {name for name, rule in RULES.items() if rule.never} == set()


def ask(client: Client, one: Address, path: str, method: str) -> int:
    """Return the status of one request whose effects are taken back."""
    with transaction.atomic():
        sent = (
            client.get(path)
            if method == "GET"
            else client.generic(method, path, b"{}", content_type="application/json")
            if not one.page
            else client.post(path)
        )
        transaction.set_rollback(True)
    return sent.status_code


def knocks(places: list[Address], rooms: Rooms) -> Iterator[tuple[Address, str, str, str]]:
    """Yield address, path, method and action of everything that can be asked there."""
    for one in places:
        path = rooms.path(one)
        for method, action in one.actions.items():
            for asked in [method] if method else ["GET", "POST"]:
                yield one, path, asked, action


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
def test_e1_a_member_may_do_what_the_table_says(cast: Cast, rooms: Rooms, role: str) -> None:
    client, wrong, asked = cast.browser(PEOPLE[role]), [], 0
    for one, path, method, action in knocks(PAGES, rooms):
        status = ask(client, one, path, method)
        if status == 405:
            continue
        asked += 1
        allowed = role in RULES[action].allow
        if status >= 500 or (status in (REFUSED, HIDDEN, 401)) is allowed or (not allowed and status != REFUSED):
            wrong.append(f"{method} {path}: {status}, {action} {'allows' if allowed else 'denies'} {role}")
    assert wrong == []
    assert asked >= len(PAGES)


def strangers(cast: Cast) -> dict[str, Client]:
    """Return everyone who must find nothing at Harbor Dental."""
    at = timezone.now()
    add_person(cast, "Former", "c_mgr", cast.harbor)
    former = cast.browser("Former")
    Membership.objects.filter(user=cast.people["Former"]).update(ends_at=at)
    add_person(cast, "Late auditor", "c_audit", cast.harbor)
    late = cast.browser("Late auditor")
    Membership.objects.filter(user=cast.people["Late auditor"]).update(ends_at=at)
    add_person(cast, "Unassigned", "p_admin", cast.northwind)
    superuser = User.objects.create_user("root@example.test", "x", name="Root", is_superuser=True)
    return {
        "other_client": cast.browser("Pine's manager"),
        "other_provider": cast.browser("Olga"),
        "unassigned_p_admin": cast.browser("Unassigned"),
        "revoked_member": former,
        "expired_auditor": late,
        "django_superuser": signed_in(superuser),
    }


@pytest.mark.django_db
def test_e1_a_providers_own_rooms_are_its_peoples(cast: Cast, rooms: Rooms) -> None:
    for role, name in PEOPLE.items():
        client = cast.browser(name)
        for one in PROVIDERS:
            for method in ("GET", "POST"):
                status = ask(client, one, one.at(rooms.values | {"client": "northwind"}), method)
                expected = HIDDEN if role.startswith("c_") else REFUSED
                allowed = any(role in RULES[action].allow for action in one.actions.values())
                assert status == 405 or (status < REFUSED or status == 422 if allowed else status == expected), (
                    f"{role} {method} {one.route}: {status}"
                )


@pytest.mark.django_db
def test_every_page_of_a_member_is_knocked_at(rooms: Rooms) -> None:
    open_to_all = {one.route for one in MAP if set(one.actions.values()) <= PUBLIC}
    assert {one.route for one in MAP if "client" in one.words} == {one.route for one in PAGES + PROVIDERS} | OPEN
    assert open_to_all >= OPEN


@pytest.mark.django_db
def test_e1_strangers_find_nothing(cast: Cast, rooms: Rooms) -> None:
    wrong = [
        f"{who}: {method} {path} {status}"
        for who, client in strangers(cast).items()
        for one, path, method, _ in knocks(PAGES, rooms)
        if (status := ask(client, one, path, method)) not in (HIDDEN, 405)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_e1_whoever_is_not_signed_in_is_sent_to_sign_in(cast: Cast, rooms: Rooms) -> None:
    add_person(cast, "Suspended", "c_mgr", cast.harbor)
    suspended = cast.browser("Suspended")
    User.objects.filter(pk=cast.people["Suspended"].pk).update(is_active=False)
    for client in (Client(), suspended):
        for one, path, method, _ in knocks(PAGES + DESK, rooms):
            assert ask(client, one, path, method) in (302, 405), f"{method} {path}"


@pytest.mark.django_db
def test_e1_the_desk_is_the_providers(cast: Cast, rooms: Rooms) -> None:
    for one, path, method, action in knocks(DESK, rooms):
        for role, name in PEOPLE.items():
            status = ask(cast.browser(name), one, path, method)
            if status != 405:
                assert (status == REFUSED) is (role not in RULES[action].allow), f"{role} {method} {path}: {status}"


@pytest.mark.django_db
def test_e1_whoever_serves_no_client_has_no_desk(cast: Cast, rooms: Rooms) -> None:
    add_person(cast, "Unassigned", "p_admin", cast.northwind)
    for name in ("Olga", "Unassigned"):
        assert cast.browser(name).get("/desk/queue/").status_code == HIDDEN


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KEYS)
def test_e1_a_key_may_do_what_the_table_says(cast: Cast, rooms: Rooms, kind: str) -> None:
    client, wrong = cast.api(cast.key(cast.harbor, kind, Side.INTERNAL)), []
    for one, path, method, action in knocks(API, rooms):
        status = ask(client, one, path, method)
        allowed = kind in RULES[action].allow
        if status >= 500 or (not allowed and status != REFUSED) or (allowed and status in (401, REFUSED, HIDDEN)):
            wrong.append(f"{method} {path}: {status}, {action} {'allows' if allowed else 'denies'} {kind}")
    assert wrong == []


@pytest.mark.django_db
def test_e1_foreign_and_ended_keys_get_nothing(cast: Cast, rooms: Rooms) -> None:
    revoked, ended = cast.key(cast.harbor, "k_desk"), cast.key(cast.harbor, "k_desk")
    ApiKey.objects.filter(prefix=revoked[:11]).update(revoked_at=timezone.now())
    ApiKey.objects.filter(prefix=ended[:11]).update(expires_at=timezone.now())
    foreign = cast.api(cast.key(cast.northwind, "k_desk"))
    elsewhere = cast.api(cast.key(cast.elsewhere, "k_desk"))
    for one, path, method, action in knocks(API, rooms):
        for secret in (revoked, ended, "ck_00000000_nonsense"):
            assert ask(cast.api(secret), one, path, method) == 401, f"{method} {path}"
        assert ask(Client(), one, path, method) == 401, f"{method} {path}"
        if "k_desk" in RULES[action].allow:
            assert ask(elsewhere, one, path + "?client=harbor-dental", method) == HIDDEN, f"{method} {path}"
            assert ask(foreign, one, path, method) == 400, f"{method} {path}: a provider's key names its client"


@pytest.mark.django_db
def test_e10_a_foreign_row_looks_like_one_that_never_was(cast: Cast, rooms: Rooms) -> None:
    client = cast.browser("Pine's manager")
    for one in (one for one in PAGES if len(one.words) > 1):
        foreign = client.get(rooms.path(one))
        missing = client.get(one.at(rooms.values | {"client": "never-was"}))
        if foreign.status_code != 405:
            assert (foreign.status_code, strip(foreign)) == (missing.status_code, strip(missing)), one.route


def strip(response: Any) -> bytes:
    """Return a page without what differs in every answer."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"", response.content)
