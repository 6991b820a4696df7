"""An invitation opens one account, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comanaged.accounts import access, actions
from comanaged.accounts.models import Invitation, Membership, User
from tests.cast import PASSWORD, Cast

LONG = "seven grey herons at low tide"


def invited(cast: Cast, email: str = "new@example.test", role: str = "c_tech") -> str:
    """Return the address of a new invitation."""
    made = actions.invite(email, cast.harbor, role, name="New colleague", by=access.system(cast.harbor), at=timezone.now())
    return made.link.removeprefix("http://testserver")


@pytest.mark.django_db
def test_the_invited_person_chooses_a_password_and_is_in(cast: Cast) -> None:
    link, browser = invited(cast), Client()
    page = browser.get(link)
    assert page.status_code == 200
    assert "Harbor Dental invites you" in page.content.decode()
    entered = browser.post(link, {"name": "New colleague", "password": LONG}, follow=True)
    assert entered.redirect_chain[0] == ("/", 302)
    assert browser.get("/harbor-dental/people/").status_code == 200
    user = User.objects.get(email="new@example.test")
    assert user.check_password(LONG)
    assert Membership.objects.get(user=user).role == "c_tech"


@pytest.mark.django_db
def test_used_ended_and_unknown_links_answer_alike(cast: Cast) -> None:
    used, ended = invited(cast), invited(cast, "other@example.test")
    Client().post(used, {"name": "New colleague", "password": LONG})
    Invitation.objects.filter(email="other@example.test").update(expires_at=timezone.now() - timedelta(seconds=1))
    answers = {(page.status_code, strip(page.content.decode())) for page in map(Client().get, [used, ended, "/invite/never-made/"])}
    assert len(answers) == 1
    status, text = answers.pop()
    assert status == 404
    assert "This link has ended" in text
    assert Client().post(ended, {"name": "X", "password": LONG}).status_code == 404


@pytest.mark.django_db
def test_a_weak_password_is_refused_in_words_and_the_link_lives_on(cast: Cast) -> None:
    link = invited(cast)
    page = Client().post(link, {"name": "New colleague", "password": "short"})
    assert page.status_code == 422
    assert "at least 12 characters" in page.content.decode()
    assert 'aria-invalid="true"' in page.content.decode()
    assert Client().post(link, {"name": "New colleague", "password": LONG}).status_code == 302


@pytest.mark.django_db
def test_somebody_with_an_account_joins_and_keeps_their_password(cast: Cast) -> None:
    link = invited(cast, "olga@example.test")
    page = Client().get(link)
    assert "already has an account" in page.content.decode()
    browser = Client()
    asked = browser.post(link, {"password": LONG})
    assert asked["Location"] == f"/sign-in/?next={link}"
    assert browser.get("/harbor-dental/people/").status_code == 302, "the link alone signs nobody in to an account that exists"
    assert browser.post(asked["Location"], {"login": "olga@example.test", "password": PASSWORD})["Location"] == link
    assert browser.post(link)["Location"] == "/"
    cast.people["Olga"].refresh_from_db()
    assert cast.people["Olga"].check_password(PASSWORD)
    assert browser.get("/harbor-dental/people/").status_code == 200


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_twenty_people_at_once_use_a_link_once(cast: Cast) -> None:
    link = invited(cast)

    def enter(number: int) -> int:
        try:
            return Client().post(link, {"name": f"Visitor {number}", "password": LONG}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(enter, range(20)))
    user = User.objects.get(email="new@example.test")
    assert Membership.objects.filter(user=user, tenant=cast.harbor).count() == 1
    assert user.name.startswith("Visitor")
    assert Invitation.objects.filter(used_at__isnull=False).count() == 1
    assert set(answers) <= {302, 404}


def strip(text: str) -> str:
    """Return a page without the token that differs each time."""
    return "\n".join(line for line in text.splitlines() if "csrf" not in line.lower())
