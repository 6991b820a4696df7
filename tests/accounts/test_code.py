"""A mailed code lets in those who only ask, once, in the browser that asked for it; it lets in nobody else."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import access, actions, codes
from comanaged.accounts.models import Membership, Organisation, SignInCode, User
from comanaged.notices.models import Notice
from tests.cast import PASSWORD, Cast, add_person, signed_in
from tickets.actions import contacts

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
JO = "jo@example.test"
ASK = "/harbor-dental/requests/sign-in/"
USE = f"{ASK}code/"
NEXT = "/harbor-dental/requests/"


@pytest.fixture
def jo(cast: Cast) -> User:
    return contact(cast, JO)


def contact(cast: Cast, address: str, tenant: Organisation | None = None) -> User:
    with tenancy.only([(tenant or cast.harbor).pk]):
        return contacts.add_contact(address, "Jo Reyes", by=access.system(tenant or cast.harbor), at=timezone.now()).user


def asks(browser: Client, address: str = JO, at: str = ASK) -> str:
    """Ask for a code and return the one that was mailed, "" for none."""
    mail.outbox.clear()
    answer = browser.post(at, {"address": address})
    assert (answer.status_code, answer["Location"]) == (302, f"{at}code/")
    background.sweep()
    texts = [str(one.body) for one in mail.outbox if "Your code is" in one.body]
    assert len(texts) < 2
    return "".join(re.findall(r"Your code is (\d{4} \d{4})", texts[0])) if texts else ""


def enters(browser: Client, code: str, at: str = USE) -> bool:
    answer = browser.post(at, {"code": code})
    assert answer.status_code in (302, 422)
    return answer.status_code == 302


def wrong(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"


def inside(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_a_code_lets_in_whoever_only_asks_and_leads_to_their_requests(jo: User) -> None:
    browser = Client()
    code = asks(browser)
    answer = browser.post(USE, {"code": code.replace(" ", "")})
    assert (answer.status_code, answer["Location"]) == (302, NEXT)
    assert inside(browser)
    assert browser.get("/")["Location"] == NEXT


def test_f1_signing_in_gives_a_new_session_that_carries_nothing_over(jo: User) -> None:
    browser = Client()
    code = asks(browser)
    before = browser.session.session_key
    assert enters(browser, code)
    assert browser.session.session_key != before
    assert "code_browser" not in browser.session
    old = Client()
    old.cookies[next(iter(browser.cookies))] = before or ""
    assert not inside(old)


def test_f3_a_code_works_once(jo: User) -> None:
    browser = Client()
    code = asks(browser)
    assert enters(browser, code)
    browser.logout()
    assert not enters(browser, code)


def test_f3_a_code_works_for_ten_minutes_and_only_where_it_was_asked_for(jo: User) -> None:
    browser, other = Client(), Client()
    code = asks(browser)
    assert not enters(other, code)
    asks(other, "x@example.test")
    assert not enters(other, code)
    SignInCode.objects.update(expires_at=timezone.now())
    assert not enters(browser, code)


def test_f3_the_sixth_try_fails_though_it_is_right(jo: User) -> None:
    browser = Client()
    code = asks(browser)
    assert not any(enters(browser, wrong(code)) for _ in range(5))
    assert not enters(browser, code)
    again = asks(browser)
    assert enters(browser, again)


def test_f3_twenty_tries_at_once_are_five_and_one_of_them_enters(jo: User) -> None:
    code = asks(browser := Client())
    key = browser.session["code_browser"]

    def tried(text: str) -> bool:
        try:
            return codes.use(text, key, at=timezone.now()) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(tried, [wrong(code)] * 20))
    assert SignInCode.objects.get().tries == codes.TRIES
    code = asks(browser)
    key = browser.session["code_browser"]
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(tried, [code] * 20)) == 1


def test_f3_more_codes_than_anybody_needs_are_refused_for_known_and_unknown_alike(jo: User) -> None:
    for address in (JO, "nobody@example.test"):
        for _ in range(codes.PER_ADDRESS):
            asks(Client(), address)
        refused = Client().post(ASK, {"address": address.upper()})
        assert refused.status_code == 422
        assert "Wait a quarter of an hour" in refused.content.decode()
    SignInCode.objects.update(asked_at=timezone.now() - codes.WITHIN)
    assert asks(Client()) != ""


def test_f3_one_place_cannot_ask_for_everybody(jo: User) -> None:
    asks(Client(), "first@example.test")
    row = SignInCode.objects.get()
    many = [
        SignInCode(address=f"{n}@x.test", code_hash="", browser_hash="", ip=row.ip, asked_at=row.asked_at, expires_at=row.expires_at)
        for n in range(codes.PER_IP)
    ]
    SignInCode.objects.bulk_create(many)
    assert Client().post(ASK, {"address": JO}).status_code == 422
    SignInCode.objects.filter(address__endswith="@x.test").update(asked_at=timezone.now() - codes.KEPT - timedelta(seconds=1))
    assert asks(Client()) != ""
    assert SignInCode.objects.count() == 2


def test_f2_no_code_lets_in_staff_leadership_auditors_or_provider_people(cast: Cast) -> None:
    for name in ("Iris", "Ivo", "Lena", "Auditor", "Tess", "Tariq", "Olga"):
        assert asks(Client(), cast.people[name].email) == ""
    both = contact(cast, cast.people["Pine's manager"].email)  # who asks here and manages there
    assert asks(Client(), both.email) == ""


def test_f2_a_second_factor_a_closed_account_and_a_superuser_are_never_passed_by(cast: Cast, jo: User) -> None:
    for change in ({"is_active": False}, {"is_superuser": True}):
        User.objects.filter(pk=jo.pk).update(**change)
        assert asks(Client()) == ""
        User.objects.filter(pk=jo.pk).update(is_active=True, is_superuser=False)
    code = asks(browser := Client())
    actions.admit(jo, cast.pine, "c_tech", by=access.system(cast.pine), at=timezone.now())
    assert not enters(browser, code)


def test_f2_whoever_becomes_staff_has_no_rooms_in_a_session_that_a_code_opened(cast: Cast, jo: User) -> None:
    code = asks(browser := Client())
    assert enters(browser, code)
    actions.admit(jo, cast.pine, "p_tech", by=access.system(cast.pine), at=timezone.now())
    actions.admit(jo, cast.harbor, "c_mgr", by=access.system(cast.harbor), at=timezone.now())
    for path in ("/pine-clinics/tickets/", "/harbor-dental/tickets/", "/harbor-dental/people/", "/desk/queue/"):
        assert browser.get(path).status_code == 404
        assert signed_in(jo).get(path).status_code == 200


def test_a_code_of_one_client_is_asked_for_at_that_client(cast: Cast, jo: User) -> None:
    assert asks(Client(), JO, "/pine-clinics/requests/sign-in/") == ""
    contact(cast, JO, cast.pine)
    assert asks(Client(), JO, "/pine-clinics/requests/sign-in/") != ""


def test_access_that_ended_before_the_code_was_typed_is_no_access(cast: Cast, jo: User) -> None:
    code = asks(browser := Client())
    with cast.as_("Ivo") as ivo:
        contacts.block_contact(1, by=ivo, at=timezone.now())
    assert not enters(browser, code)
    assert asks(Client()) == ""


def strip(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer.headers.get("Location", ""), re.sub(r"[A-Za-z0-9]{64}|[A-Za-z0-9_-]{43}", "", answer.content.decode())


def test_f4_known_and_unknown_addresses_and_clients_answer_alike(cast: Cast, jo: User) -> None:
    pages = []
    for address, slug in (
        (JO, "harbor-dental"),
        ("nobody@example.test", "harbor-dental"),
        (cast.people["Tess"].email, "harbor-dental"),
        (JO, "never-was"),
    ):
        browser, ask = Client(), f"/{slug}/requests/sign-in/"
        steps = [
            browser.get(ask),
            browser.post(ask, {"address": address}),
            browser.get(f"{ask}code/"),
            browser.post(f"{ask}code/", {"code": "1"}),
        ]
        pages.append([tuple(str(part).replace(slug, "") for part in strip(step)) for step in steps])
    assert all(page == pages[0] for page in pages[1:])
    assert "Harbor" not in str(pages)


def test_f4_as_much_is_done_for_an_address_that_is_nobodys(cast: Cast, jo: User) -> None:
    """Time follows from the work: all that writes is the same; who is known is looked up besides, and the mail to nobody is taken back."""
    asked: list[list[str]] = []
    for address in (JO, "nobody@example.test"):
        with CaptureQueriesContext(connection) as done:
            codes.ask(codes.Asked(address, "harbor-dental", "b", "10.0.0.1"), at=timezone.now())
        asked.append([one["sql"].partition("(")[0][:60] for one in done.captured_queries if "SAVEPOINT" not in one["sql"]])
    known, unknown = (Counter(statements) for statements in asked)
    assert sum(unknown.values()) > 8
    assert unknown - known == Counter()
    assert all(one.startswith("SELECT") for one in known - unknown)
    assert sum((known - unknown).values()) <= 3


def test_the_code_is_kept_readable_nowhere_once_it_was_sent(cast: Cast, jo: User) -> None:
    code = asks(Client()).replace(" ", "")
    with cast.scope():
        notice = Notice.objects.for_tenant(cast.harbor).get(key__startswith="code:")
    assert (notice.text, notice.sent_at is not None) == ("", True)
    assert code not in notice.subject
    row = SignInCode.objects.get()
    assert code not in row.code_hash


def test_f6_the_way_on_is_a_page_of_requests_of_this_client(jo: User) -> None:
    for wanted in (
        "https://example.com/harbor-dental/requests/",
        "//example.com/",
        "/\\example.com",
        "/harbor-dental/people/",
        "/pine-clinics/requests/1/",
    ):
        browser = Client()
        SignInCode.objects.all().delete()
        code = asks(browser)
        assert browser.post(USE, {"code": code}, query_params={"next": wanted})["Location"] == NEXT
    SignInCode.objects.all().delete()
    asked = Client().get(f"{NEXT}7/")
    assert asked["Location"] == f"{ASK}?next={NEXT}7/"
    browser = Client()
    on = browser.post(asked["Location"], {"address": JO})["Location"]
    background.sweep()
    code = re.findall(r"\d{4} \d{4}", str(mail.outbox[-1].body))[0]
    assert browser.post(on, {"code": code})["Location"] == f"{NEXT}7/"


def test_a_contact_has_no_password_to_be_guessed(jo: User) -> None:
    for password in ("", PASSWORD, jo.password):
        Client().post("/sign-in/", {"login": JO, "password": password})
    assert not jo.check_password("")


def test_whoever_has_a_password_as_well_and_only_asks_may_use_either(cast: Cast) -> None:
    former = add_person(cast, "Former", "c_tech", cast.harbor)
    Membership.objects.filter(user=former).update(ends_at=timezone.now())
    access.dismiss(former, cast.harbor, "c_tech")
    contact(cast, former.email)
    assert asks(Client(), former.email) != ""
    browser = Client()
    browser.post("/sign-in/", {"login": former.email, "password": PASSWORD})
    assert browser.get("/")["Location"] == NEXT


def test_f2_a_contact_who_is_invited_to_work_here_sets_a_password_first(cast: Cast, jo: User) -> None:
    code = asks(browser := Client())
    assert enters(browser, code)
    made = actions.invite(JO, cast.harbor, "c_tech", name="Jo", by=access.system(cast.harbor), at=timezone.now())
    link = urlsplit(made.link).path
    assert "To join you need a password" in browser.get(link).content.decode()
    assert browser.post(link).status_code == 422
    mail.outbox.clear()
    Client().post("/account/password/reset/", {"email": JO})
    reset = re.search(r"(/account/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert reset is not None
    fresh = Client()
    form = fresh.get(reset[1], follow=True).redirect_chain[-1][0]
    fresh.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert not inside(browser) or browser.get("/").status_code == 302
    worker = Client()
    worker.post("/sign-in/", {"login": JO, "password": PASSWORD})
    assert worker.post(link).status_code == 302
    assert [one.role for one in access.actors_of(jo, timezone.now())] == ["c_tech"]
    assert worker.get("/harbor-dental/tickets/").status_code == 200
    assert browser.get("/harbor-dental/tickets/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "page", ["account/password/set/", "account/password/change/", "account/2fa/totp/activate/", "account/2fa/", "account/email/"]
)
def test_who_came_by_a_code_sets_no_password_and_no_second_factor(cast: Cast, jo: User, page: str) -> None:
    browser = Client()
    assert enters(browser, asks(browser))
    for answer in (browser.get(f"/{page}"), browser.post(f"/{page}", {"password1": PASSWORD, "password2": PASSWORD})):
        assert answer.status_code in {404, 405}
    jo.refresh_from_db()
    assert not jo.has_usable_password()
    assert browser.post("/account/logout/").status_code == 302
