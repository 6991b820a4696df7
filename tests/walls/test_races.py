"""Two at once, and access that ends while somebody acts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.models import ApiKey, Membership, User
from comanaged.vocabulary import Side
from tests.cast import Cast, add_person
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
LONG = "seven grey herons at low tide"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each over a connection of its own."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_f9_two_managers_who_remove_each_other_leave_one(cast: Cast) -> None:
    for round_ in range(5):
        other = add_person(cast, f"Second {chr(97 + round_)}", "c_mgr", cast.harbor)
        first = Membership.objects.live(timezone.now()).get(user=cast.people["Iris"], tenant=cast.harbor)
        second = Membership.objects.get(user=other, tenant=cast.harbor)
        pairs = ((cast.browser("Iris"), second), (cast.browser(f"Second {chr(97 + round_)}"), first))
        answers = at_once(
            *(lambda one=browser, row=row: one.post(f"/harbor-dental/people/{row.pk}/remove/").status_code for browser, row in pairs)
        )
        left = Membership.objects.live(timezone.now()).filter(tenant=cast.harbor, role="c_mgr")
        assert left.count() == 1
        assert sorted(answers)[0] == 302
        assert sorted(answers)[1] in {403, 404, 409}, answers
        assert access.differences(timezone.now()) == []
        if left.get().user != cast.people["Iris"]:
            left.update(user=cast.people["Iris"])
            other.groups.clear()
            access.admit(cast.people["Iris"], cast.harbor, "c_mgr")


def test_f5_two_links_of_one_new_person_used_at_once_make_one_account(cast: Cast) -> None:
    links = [
        actions.invite("new@example.test", tenant, "c_tech", name="N", by=access.system(tenant), at=timezone.now()).link[17:]
        for tenant in (cast.harbor, cast.harbor, cast.pine)
    ]
    answers = at_once(*(lambda link=link: Client().post(link, {"name": "N", "password": LONG}).status_code for link in links))
    assert User.objects.filter(email="new@example.test").count() == 1
    assert Membership.objects.filter(user__email="new@example.test").count() == 1
    assert set(answers) <= {302, 404}


def test_f8_access_that_ends_between_check_and_act_stops_the_act(cast: Cast) -> None:
    iris = cast.actor("Iris")
    secret = cast.key(cast.harbor, "k_desk", Side.INTERNAL)
    key = access.of_key(ApiKey.objects.select_related("tenant").get(prefix=secret[:11]), cast.harbor, timezone.now())
    assert key
    Membership.objects.filter(user=cast.people["Iris"]).update(ends_at=timezone.now())
    ApiKey.objects.update(revoked_at=timezone.now())
    for actor in (iris, key):
        with tenancy.only([cast.harbor.pk]), pytest.raises(access.Refused):
            access.still_holds(actor, timezone.now())


def test_f8_no_key_acts_after_its_revocation_was_answered(cast: Cast) -> None:
    secret = cast.key(cast.harbor, "k_desk", Side.INTERNAL)
    row = ApiKey.objects.get(prefix=secret[:11])

    def revoke() -> str:
        with cast.as_("Iris") as iris:
            actions.revoke_key(row.pk, by=iris, at=timezone.now())
        return "revoked"

    def send() -> int:
        sent = {"title": "t", "text": "x"}
        return cast.api(secret).post("/api/v1/tickets/", sent, content_type="application/json").status_code

    answers = at_once(send, send, revoke, send, send)
    assert set(answers) <= {201, 401, 403, "revoked"}
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).count() == answers.count(201)
    assert send() == 401


def test_d1_a_transaction_that_the_database_gives_up_is_told_not_broken(cast: Cast) -> None:
    """Two transactions lock two keys crosswise; the one that loses becomes a 409."""
    first, second = (cast.key(cast.harbor, "k_desk", Side.INTERNAL) for _ in range(2))
    barrier = Barrier(2)

    def cross(one: str, other: str) -> bool:
        try:
            with tenancy.only([cast.harbor.pk]):
                ApiKey.objects.select_for_update().get(prefix=one[:11])
                barrier.wait()
                ApiKey.objects.select_for_update().get(prefix=other[:11])
        except DatabaseError as trouble:
            return tenancy.lost_race(trouble)
        return False

    assert sorted(at_once(lambda: cross(first, second), lambda: cross(second, first))) == [False, True]
