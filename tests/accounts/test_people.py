"""The pages of people: who is shown, who may invite, who may end access."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comanaged.accounts import actions
from comanaged.accounts.models import Invitation, Membership
from comanaged.notices.models import Notice
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PEOPLE = "/harbor-dental/people/"


def membership(cast: Cast, name: str) -> int:
    return Membership.objects.live(timezone.now()).get(user=cast.people[name], tenant=cast.harbor).pk


def test_both_sides_are_shown_with_their_roles(cast: Cast) -> None:
    page = cast.browser("Ivo").get(PEOPLE)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(name in text for name in ("Iris", "Ivo", "Lena", "Tess", "Tariq", "Northwind MSP", "Internal IT manager"))
    assert "Pine&#x27;s manager" not in text
    assert "End access" not in text
    assert "invite" not in text.lower()


@pytest.mark.parametrize(
    "address", [PEOPLE, PEOPLE + "invite/", "/harbor-dental/keys/", "/harbor-dental/history/", "/harbor-dental/keys/read/"]
)
def test_a_stranger_finds_nothing(cast: Cast, address: str) -> None:
    for name in ("Olga", "Pine's manager"):
        assert cast.browser(name).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "address", "who"),
    [
        ("Ivo", PEOPLE + "invite/", "Internal IT manager"),
        ("Provider administrator", PEOPLE + "invite/", "Internal IT manager"),
        ("Iris", PEOPLE + "give-access/", "Provider administrator"),
        ("Ivo", "/harbor-dental/keys/", "Internal IT manager"),
        ("Tess", "/harbor-dental/keys/read/", "Internal IT manager"),
        ("Tariq", "/harbor-dental/history/", "Internal IT manager"),
    ],
)
def test_another_role_is_told_who_may(cast: Cast, name: str, address: str, who: str) -> None:
    page = cast.browser(name).get(address)
    assert page.status_code == 403
    assert who in page.content.decode()


def test_iris_invites_and_the_link_is_shown_once_and_mailed(cast: Cast) -> None:
    iris = cast.browser("Iris")
    page = iris.post(PEOPLE + "invite/", {"email": "New@Example.test", "name": "New colleague", "role": "c_tech"})
    assert page.status_code == 201
    link = re.search(r"http://testserver(/invite/[^<\s]+)", page.content.decode())
    assert link
    assert link[1] not in iris.get(PEOPLE).content.decode()
    with cast.scope():
        notice = Notice.objects.for_tenant(cast.harbor).get(to_address="new@example.test")
    assert link[1] in notice.text
    assert "new@example.test" in iris.get(PEOPLE).content.decode()
    assert Client().get(link[1]).status_code == 200


def test_a_refused_invitation_keeps_what_was_typed(cast: Cast) -> None:
    page = cast.browser("Iris").post(PEOPLE + "invite/", {"email": "nonsense", "name": "New colleague", "role": "p_admin"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "<title>Error: " in text
    assert "New colleague" in text
    assert "Choose one of these roles" in text
    assert not Invitation.objects.exists()


def test_inviting_asks_once_more_who_it_is_and_then_goes_on(cast: Cast) -> None:
    iris = cast.browser("Iris")
    session = iris.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp() - 3600}]
    session.save()
    asked = iris.post(PEOPLE + "invite/", {"email": "new@example.test", "name": "New colleague", "role": "c_tech"})
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not Invitation.objects.exists()
    done = iris.post(asked["Location"], {"password": "a harbour full of boats", "next": PEOPLE + "invite/"})
    assert done.status_code == 201
    assert Invitation.objects.get().email == "new@example.test"


def test_the_provider_gives_a_colleague_access_and_either_side_ends_it(cast: Cast) -> None:
    made = cast.browser("Provider administrator").post(
        PEOPLE + "give-access/", {"email": "tech@example.test", "name": "Night technician", "role": "p_tech"}
    )
    assert made.status_code == 201
    iris = cast.browser("Iris")
    address = f"{PEOPLE}{membership(cast, 'Tariq')}/revoke/"
    assert "Tariq" in iris.get(address).content.decode()
    tariq = cast.browser("Tariq")
    assert tariq.get(PEOPLE).status_code == 200
    assert iris.post(address).status_code == 302
    assert tariq.get(PEOPLE).status_code == 404
    assert iris.post(address).status_code == 404


def test_nobody_ends_their_own_access_and_a_manager_always_stays(cast: Cast) -> None:
    page = cast.browser("Iris").post(f"{PEOPLE}{membership(cast, 'Iris')}/remove/")
    assert page.status_code == 422
    assert "Ask a colleague" in page.content.decode()


def test_one_side_does_not_remove_the_other_sides_people_by_the_wrong_address(cast: Cast) -> None:
    assert cast.browser("Iris").post(f"{PEOPLE}{membership(cast, 'Tess')}/remove/").status_code == 404
    assert cast.browser("Provider administrator").post(f"{PEOPLE}{membership(cast, 'Ivo')}/revoke/").status_code == 404


def test_a_provider_without_clients_is_led_to_a_page_that_says_so(cast: Cast) -> None:
    page = cast.browser("Olga").get("/")
    assert page.status_code == 200
    assert "You belong to no client yet" in page.content.decode()
    assert cast.browser("Olga").get("/lakeside/people/").status_code == 200


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Iris", "/harbor-dental/matrix/"),
        ("Ivo", "/harbor-dental/tickets/"),
        ("Lena", "/harbor-dental/overview/"),
        ("Auditor", "/harbor-dental/overview/"),
        ("Tess", "/desk/queue/"),
        ("Tariq", "/desk/queue/"),
    ],
)
def test_everyone_starts_where_their_work_begins(cast: Cast, name: str, first: str) -> None:
    assert cast.browser(name).get("/")["Location"] == first


def test_the_people_page_asks_the_same_number_of_questions_for_more_people(cast: Cast, django_assert_max_num_queries: object) -> None:
    iris = cast.browser("Iris")
    iris.get(PEOPLE)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        iris.get(PEOPLE)


def test_mail_is_only_sent_by_the_outbox(cast: Cast) -> None:
    actions.invite("new@example.test", cast.harbor, "c_tech", name="New", by=cast.actor("Iris"), at=timezone.now())
    assert not mail.outbox
