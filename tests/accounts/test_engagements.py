"""A client asks a provider in by one address; whoever opens the link brings their company, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comanaged.accounts import access, actions, engagements
from comanaged.accounts.models import Engagement, Invitation, Membership, Organisation, User
from comanaged.notices.models import Notice
from comanaged.vocabulary import Party
from responsibilities.queries import reading
from tests.cast import Cast, add_person
from tests.responsibilities.build import newcomer

LONG = "seven grey herons at low tide"
NEW = {"company": "Blue Harbour IT", "name": "Their lead", "password": LONG}
ASK = {"company": "Blue Harbour IT", "email": "lead@blue.example", "message": "Let us agree on nights first."}


@pytest.fixture
def vets(cast: Cast) -> Organisation:
    """A client without a provider."""
    client = newcomer()
    add_person(cast, "Vets' manager", "c_mgr", client, signatory=True)
    return client


def asked(cast: Cast, vets: Organisation, email: str = "lead@blue.example", company: str = "Blue Harbour IT") -> str:
    """Return the address of a link by which the client asks a company in."""
    with cast.as_("Vets' manager", vets) as manager:
        made = engagements.invite_provider(email, company, "", by=manager, at=timezone.now())
    return made.link.removeprefix("http://testserver")


@pytest.mark.django_db
def test_a_new_company_comes_in_by_the_page_and_serves_the_client(cast: Cast, vets: Organisation) -> None:
    page = cast.browser("Vets' manager").post("/seaside-vets/people/invite-other-side/", ASK)
    assert page.status_code == 201
    link = page.context["made"].link.removeprefix("http://testserver")
    with cast.scope(vets):
        mail = Notice.objects.for_tenant(vets).get(to_address="lead@blue.example")
        assert reading.names_at(vets.pk, timezone.now())[Party.PROVIDER] == "Blue Harbour IT"
    assert mail.text.startswith("Let us agree on nights first.")
    browser = Client()
    shown = browser.get(link).content.decode()
    assert "Seaside Vets asks Blue Harbour IT in" in shown
    assert "Let us agree on nights first." in shown
    entered = browser.post(link, NEW)
    assert (entered.status_code, entered.headers["Location"]) == (302, "/seaside-vets/matrix/")
    assert browser.get("/seaside-vets/matrix/").status_code == 200
    company = Organisation.objects.get(slug="blue-harbour-it")
    user = User.objects.get(email="lead@blue.example")
    here = Membership.objects.get(user=user, tenant=vets)
    assert (here.role, here.signatory, here.company) == ("p_admin", True, company)
    assert Membership.objects.filter(user=user, tenant=company, role="p_admin").exists()
    assert access.provider_of(vets.pk, timezone.now()) == company
    assert access.differences(timezone.now()) == []
    with cast.scope(vets):
        assert Notice.objects.for_tenant(vets).filter(subject__contains="serves you from now on").count() == 1
    assert Client().get(link).status_code == 404


@pytest.mark.django_db
def test_a_provider_that_is_here_accepts_by_its_administrator(cast: Cast, vets: Organisation) -> None:
    link = asked(cast, vets, "olga@example.test", "Lakeside")
    olga = cast.browser("Olga")
    page = olga.get(link).content.decode()
    there = f"/lakeside/people/accept/{link.split('/')[2]}/"
    assert there in page
    assert "They called your company Lakeside." in olga.get(there).content.decode()
    assert olga.post(there).headers["Location"] == "/seaside-vets/matrix/"
    assert access.provider_of(vets.pk, timezone.now()) == cast.elsewhere
    assert olga.get(there).status_code == 404


@pytest.mark.django_db
def test_somebody_with_an_account_may_add_another_company(cast: Cast, vets: Organisation) -> None:
    link = asked(cast, vets, cast.people["Tariq"].email)
    assert Client().post(link, {"company": "Second desk"}).status_code == 302  # to sign in
    assert "Northwind" not in cast.browser("Tariq").get(link).content.decode()  # he does not administer it
    assert cast.browser("Tariq").post(link, {"company": "Second desk"}).headers["Location"] == "/seaside-vets/matrix/"
    assert Organisation.objects.get(slug="second-desk").zone == vets.zone


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Provider administrator", "Iris"])
def test_f9_a_link_for_one_address_is_nobody_elses(cast: Cast, vets: Organisation, name: str) -> None:
    link = asked(cast, vets, "olga@example.test")
    answer = cast.browser(name).post(link, {"company": "Theft"})
    assert answer.status_code == 404
    assert cast.browser(name).get(f"/northwind/people/accept/{link.split('/')[2]}/").status_code == 404
    assert access.provider_of(vets.pk, timezone.now()) is None
    assert not Organisation.objects.filter(name="Theft").exists()


@pytest.mark.django_db
def test_what_is_missing_is_asked_for_and_kept(cast: Cast, vets: Organisation) -> None:
    page = cast.browser("Vets' manager").post("/seaside-vets/people/invite-other-side/", {"email": "no address", "message": "Hello"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Enter the name of the company" in text
    assert "Hello" in text
    link = asked(cast, vets)
    page = Client().post(link, NEW | {"password": "short"})
    assert page.status_code == 422
    assert not Organisation.objects.filter(slug="blue-harbour-it").exists()
    assert Client().post(link, NEW).status_code == 302


@pytest.mark.django_db
def test_a_client_with_a_provider_asks_nobody_in(cast: Cast, vets: Organisation) -> None:
    page = cast.browser("Iris").post("/harbor-dental/people/invite-other-side/", ASK)
    assert page.status_code == 422
    assert "Northwind MSP serves Harbor Dental already" in page.content.decode()
    assert "invite-other-side" not in cast.browser("Iris").get("/harbor-dental/people/").content.decode()
    assert "invite-other-side" in cast.browser("Vets' manager").get("/seaside-vets/people/").content.decode()


@pytest.mark.django_db
def test_a_new_link_ends_the_one_before_and_a_link_ends_with_its_sender(cast: Cast, vets: Organisation) -> None:
    first, second = asked(cast, vets), asked(cast, vets, "other@blue.example")
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    Membership.objects.filter(user=cast.people["Vets' manager"]).update(ends_at=timezone.now())
    assert Client().post(second, NEW).status_code == 404


@pytest.mark.django_db
def test_a_link_lasts_a_fortnight_and_not_beyond_an_engagement(cast: Cast, vets: Organisation) -> None:
    link = asked(cast, vets)
    row = Invitation.objects.get(email="lead@blue.example")
    token, end = link.split("/")[2], row.expires_at
    assert actions.find_invitation(token, end - timedelta(seconds=1)) is not None
    assert actions.find_invitation(token, end) is None
    actions.engage(vets, cast.elsewhere, at=timezone.now())
    assert Client().get(link).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_twenty_who_accept_at_once_bring_one_company(cast: Cast, vets: Organisation) -> None:
    link = asked(cast, vets)

    def accept(number: int) -> int:
        try:
            return Client().post(link, NEW | {"company": f"Company {number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(accept, range(20)))
    assert answers == [302, *[404] * 19]
    assert Engagement.objects.filter(client=vets).count() == 1
    assert Organisation.objects.filter(name__startswith="Company").count() == 1


CLIENT = {"company": "Quay Opticians", "zone": "Europe/London", "manager": "Quay's manager", "email": "manager@quay.example"}


@pytest.mark.django_db
def test_a_provider_adds_a_client_and_begins_its_matrix_before_the_manager_comes(cast: Cast) -> None:
    admin = cast.browser("Provider administrator")
    page = admin.post("/northwind/clients/new/", CLIENT)
    assert page.status_code == 201
    client = Organisation.objects.get(slug="quay-opticians")
    assert client.zone == "Europe/London"
    assert access.provider_of(client.pk, timezone.now()) == cast.northwind
    assert admin.get("/quay-opticians/matrix/start/").status_code == 200
    assert cast.browser("Tess").get("/quay-opticians/matrix/").status_code == 404
    link = page.context["made"].link.removeprefix("http://testserver")
    manager = Client()
    assert manager.post(link, {"name": "Quay's manager", "password": LONG}).status_code == 302
    here = Membership.objects.get(tenant=client, role="c_mgr")
    assert here.signatory
    admin_here = Membership.objects.get(tenant=client, role="p_admin")
    assert manager.post(f"/quay-opticians/people/{admin_here.pk}/revoke/").status_code == 302
    assert admin.get("/quay-opticians/matrix/").status_code == 404


@pytest.mark.django_db
def test_a_client_of_a_name_that_is_taken_gets_a_short_name_of_its_own(cast: Cast) -> None:
    admin = cast.browser("Provider administrator")
    assert admin.post("/northwind/clients/new/", CLIENT | {"company": "Lakeside"}).status_code == 201
    assert admin.post("/northwind/clients/new/", CLIENT | {"company": "API", "email": "x@quay.example"}).status_code == 201
    assert set(Organisation.objects.filter(slug__in=["lakeside-2", "api-2"]).values_list("name", flat=True)) == {
        "Lakeside",
        "API",
    }


@pytest.mark.django_db
def test_what_is_missing_of_a_client_is_asked_for(cast: Cast) -> None:
    page = cast.browser("Provider administrator").post("/northwind/clients/new/", CLIENT | {"zone": "Mars/Olympus", "email": ""})
    assert page.status_code == 422
    assert "Choose one of these time zones" in page.content.decode()
    assert "Quay Opticians" in page.content.decode()
    assert not Organisation.objects.filter(slug="quay-opticians").exists()


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_adds_one_client(cast: Cast) -> None:
    browsers = [cast.browser("Provider administrator") for _ in range(4)]

    def add(browser: Client) -> int:
        try:
            return browser.post("/northwind/clients/new/", CLIENT).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, browsers)) == [201, 422, 422, 422]
    assert Organisation.objects.filter(name=CLIENT["company"]).count() == 1
