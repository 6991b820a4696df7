"""Signing in: limits that hold in parallel, answers that tell nothing, second factors."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.cast import PASSWORD, Cast, add_person

SIGN_IN = "/sign-in/"
INVITE = "/harbor-dental/people/invite/"


def plain(text: str) -> str:
    """Return a page without tokens and what was typed."""
    return re.sub(r"[\w.]+@example\.test", "", re.sub(r"[A-Za-z0-9]{64}", "", text))


def attempt(address: str, password: str) -> str:
    """Return the page that a sign-in answers with, or where it leads."""
    page = Client().post(SIGN_IN, {"login": address, "password": password})
    return page.headers.get("Location") or page.content.decode()


def code_of(secret: str) -> str:
    """Return what the authenticator app shows now."""
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


@pytest.mark.django_db
def test_the_right_password_leads_in_and_a_new_session_begins(cast: Cast) -> None:
    browser = Client()
    browser.get(SIGN_IN)
    page = browser.post(SIGN_IN, {"login": "iris@example.test", "password": PASSWORD})
    assert page["Location"] == "/"
    assert browser.get("/harbor-dental/people/").status_code == 200


@pytest.mark.django_db
def test_signing_in_leads_back_to_the_page_asked_for_and_never_elsewhere(cast: Cast) -> None:
    asked = Client().get("/harbor-dental/people/")
    assert asked["Location"] == "/sign-in/?next=/harbor-dental/people/"
    for foreign in ("//evil.example", "https:evil.example", r"\\evil.example", "https://evil.example/"):
        page = Client().post(SIGN_IN, {"login": "iris@example.test", "password": PASSWORD, "next": foreign})
        assert page["Location"] == "/"


@pytest.mark.django_db
def test_a_wrong_password_and_an_unknown_address_answer_alike(cast: Cast) -> None:
    assert plain(attempt("iris@example.test", "wrong")) == plain(attempt("nobody@example.test", "wrong"))


@pytest.mark.django_db
def test_asking_for_a_new_password_answers_alike(cast: Cast) -> None:
    pages = [Client().post("/account/password/reset/", {"email": f"{name}@example.test"}, follow=True) for name in ("iris", "nobody")]
    assert len({(page.status_code, plain(page.content.decode())) for page in pages}) == 1
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_reset_link_works_once(cast: Cast) -> None:
    Client().post("/account/password/reset/", {"email": "iris@example.test"})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    done = browser.post(address, {"password1": "nine copper kettles in a row", "password2": "nine copper kettles in a row"}, follow=True)
    assert "Password saved" in done.content.decode()
    assert "This link has ended" in Client().get(link[1], follow=True).content.decode()


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_sixth_try_is_refused_even_when_all_come_at_once(cast: Cast) -> None:
    cache.clear()

    def guess(number: int) -> str:
        try:
            return attempt("iris@example.test", f"guess {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(12)))
    refused = [answer for answer in answers if "Too many failed login attempts" in answer]
    assert len(refused) == 7, "five tries are heard, whatever their order"
    assert "Too many failed login attempts" in attempt("iris@example.test", PASSWORD)
    assert attempt("ivo@example.test", PASSWORD) == "/"


@pytest.mark.django_db
def test_a_second_factor_is_set_up_asked_for_and_makes_an_act_fresh(cast: Cast) -> None:
    iris = cast.browser("Iris")
    asked = iris.get("/account/2fa/totp/activate/", follow=True)
    assert "Confirm it is you" in asked.content.decode()
    form = iris.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = form.context["form"].secret
    assert secret in form.content.decode()
    iris.post("/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert secret not in str(Authenticator.objects.get(user=cast.people["Iris"], type="totp").data), "stored encrypted"
    codes = Authenticator.objects.get(user=cast.people["Iris"], type="recovery_codes").wrap().get_unused_codes()

    browser = Client()
    stage = browser.post(SIGN_IN, {"login": "iris@example.test", "password": PASSWORD}, follow=True)
    assert "Second step" in stage.content.decode()
    assert browser.get("/harbor-dental/people/").status_code == 302
    assert browser.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert browser.post("/account/2fa/authenticate/", {"code": codes[0]})["Location"] == "/"
    assert browser.post(INVITE, {"email": "a@example.test", "name": "A", "role": "c_tech"}).status_code == 201

    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    asked = browser.post(INVITE, {"email": "b@example.test", "name": "B", "role": "c_tech"})
    assert asked["Location"].startswith("/account/2fa/reauthenticate/"), "a fresh password is no fresh second factor"
    assert browser.post(asked["Location"], {"code": codes[0]}).status_code == 200, "a used code is refused"
    assert browser.post(asked["Location"], {"code": codes[1], "next": INVITE}).status_code == 201


@pytest.mark.django_db
def test_signing_out_ends_the_session(cast: Cast) -> None:
    browser = cast.browser("Iris")
    assert "Sign out" in browser.get("/account/logout/").content.decode()
    browser.post("/account/logout/")
    assert browser.get("/harbor-dental/people/").status_code == 302


@pytest.mark.django_db
def test_a_closed_account_is_signed_out_at_the_next_click(cast: Cast) -> None:
    user = add_person(cast, "Leaver", "c_tech", cast.harbor)
    browser = cast.browser("Leaver")
    assert browser.get("/harbor-dental/people/").status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert browser.get("/harbor-dental/people/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/account/", "/account/2fa/", "/account/sessions/", "/account/password/change/", "/account/logout/"])
def test_the_pages_of_ones_own_account_work(cast: Cast, address: str) -> None:
    page = cast.browser("Lena").get(address)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1
    assert Client().get(address).status_code == 302


@pytest.mark.django_db
def test_nobody_signs_up(cast: Cast) -> None:
    page = Client().get("/account/signup/")
    assert "People come by invitation" in page.content.decode()
