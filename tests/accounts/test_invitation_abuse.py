"""What an invitation must never do: open somebody's account, outlive its sender, or raise anyone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from comanaged.accounts import access, actions
from comanaged.accounts.models import Engagement, Membership, User
from comanaged.vocabulary import Side
from tests.cast import Cast, add_person

pytestmark = pytest.mark.django_db
LONG = "seven grey herons at low tide"


def invited(cast: Cast, email: str, role: str = "c_tech", by: str = "Iris") -> str:
    """Return the address of a new invitation that a person sent."""
    made = actions.invite(email, cast.harbor, role, name="X", by=cast.actor(by), at=timezone.now())
    return made.link.removeprefix("http://testserver")


def token_of(link: str) -> str:
    return link.split("/")[2]


def test_f5_a_link_alone_joins_nobodys_existing_account(cast: Cast) -> None:
    link = invited(cast, "olga@example.test")
    for browser in (Client(), cast.browser("Pine's manager")):
        browser.post(link)
        assert not Membership.objects.filter(user=cast.people["Olga"], tenant=cast.harbor).exists()
    olga = cast.browser("Olga")
    assert "Join Harbor Dental" in olga.get(link).content.decode()
    assert olga.post(link).status_code == 302
    assert olga.get("/harbor-dental/people/").status_code == 200


def test_f5_an_account_that_appears_meanwhile_is_not_entered_by_the_link(cast: Cast) -> None:
    link = invited(cast, "new@example.test")
    victim = User.objects.create_user("new@example.test", "their own long password", name="New")
    with pytest.raises(actions.CannotChange, match="has an account by now"):
        actions.accept_invitation(token_of(link), name="Thief", password=LONG, at=timezone.now())
    victim.refresh_from_db()
    assert victim.check_password("their own long password")


def test_f5_a_weak_password_makes_no_account(cast: Cast) -> None:
    link = invited(cast, "new@example.test")
    with pytest.raises(ValidationError):
        actions.accept_invitation(token_of(link), name="X", password="short", at=timezone.now())  # noqa: S106
    assert not User.objects.filter(email="new@example.test").exists()


def test_f5_an_invitation_ends_with_the_access_of_who_sent_it(cast: Cast) -> None:
    add_person(cast, "Second manager", "c_mgr", cast.harbor)
    link = invited(cast, "alias@example.test", "c_mgr", by="Second manager")
    row = Membership.objects.get(user=cast.people["Second manager"])
    with cast.as_("Iris") as iris:
        actions.end_membership(row.pk, by=iris, at=timezone.now())
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"name": "Back again", "password": LONG}).status_code == 404
    assert not User.objects.filter(email="alias@example.test").exists()


def test_f5_an_old_providers_invitation_opens_nothing_at_the_next_one(cast: Cast) -> None:
    link = invited(cast, "left@example.test", "p_admin", by="Provider administrator")
    now = timezone.now()
    Engagement.objects.filter(client=cast.harbor).update(ends_at=now)
    actions.engage(cast.harbor, cast.elsewhere, at=now)
    assert Client().post(link, {"name": "X", "password": LONG}).status_code == 404
    assert not Membership.objects.filter(tenant=cast.elsewhere, user__email="left@example.test").exists()


def test_f9_a_manager_makes_nobody_a_signatory(cast: Cast) -> None:
    page = cast.browser("Iris").post(
        "/harbor-dental/people/invite/", {"email": "s@example.test", "name": "S", "role": "c_lead", "signatory": "on"}
    )
    assert page.status_code == 201
    assert "signatory" not in cast.browser("Iris").get("/harbor-dental/people/invite/").content.decode()
    with pytest.raises(access.Refused):
        actions.invite("t@example.test", cast.harbor, "c_lead", name="T", by=cast.actor("Iris"), at=timezone.now(), signatory=True)


@pytest.mark.parametrize(
    ("name", "role"), [("Iris", "p_admin"), ("Provider administrator", "c_tech"), ("Tess", "p_tech"), ("Lena", "c_tech")]
)
def test_f9_nobody_invites_beyond_the_table(cast: Cast, name: str, role: str) -> None:
    with pytest.raises(access.Refused):
        actions.invite("t@example.test", cast.harbor, role, name="T", by=cast.actor(name), at=timezone.now())
    for path in ("invite", "give-access"):
        status = (
            cast.browser(name).post(f"/harbor-dental/people/{path}/", {"email": "t@example.test", "name": "T", "role": role}).status_code
        )
        assert status in {403, 422}


def test_f9_an_administrator_gives_himself_nothing(cast: Cast) -> None:
    link = invited(cast, "provideradministrator@example.test", "p_lead", by="Provider administrator")
    assert cast.browser("Provider administrator").post(link).status_code == 404
    add_person(cast, "Unassigned", "p_admin", cast.northwind)
    assert cast.browser("Unassigned").post("/harbor-dental/people/give-access/", {}).status_code == 404


def test_f9_nobody_takes_another_address(cast: Cast) -> None:
    iris = cast.browser("Iris")
    for sent in ({"action_add": "", "email": "victim@example.test"}, {"action_primary": "", "email": "victim@example.test"}):
        assert iris.post("/account/email/", sent).status_code == 404
    cast.people["Iris"].refresh_from_db()
    assert cast.people["Iris"].email == "iris@example.test"


def test_e7_a_providers_key_at_its_client_does_not_pass_to_the_next_provider(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        secret = actions.make_key(cast.harbor, "k_desk", side=tess.side, days=30, name="bot", by=tess, at=timezone.now()).secret
    own = cast.key(cast.harbor, "k_desk", Side.INTERNAL)
    assert cast.api(secret).get("/api/v1/tickets/").status_code == 200
    now = timezone.now()
    Engagement.objects.filter(client=cast.harbor).update(ends_at=now)
    assert cast.api(secret).get("/api/v1/tickets/").status_code == 404
    actions.engage(cast.harbor, cast.elsewhere, at=now)
    assert cast.api(secret).get("/api/v1/tickets/").status_code == 404
    assert cast.api(own).get("/api/v1/tickets/").status_code == 200


def test_f9_who_cannot_sign_in_is_no_reason_to_keep_the_last_manager(cast: Cast) -> None:
    gone = add_person(cast, "Gone", "c_mgr", cast.harbor)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    row = Membership.objects.get(user=gone)
    with cast.as_("Iris") as iris:
        actions.end_membership(row.pk, by=iris, at=timezone.now())
    last = Membership.objects.get(user=cast.people["Iris"])
    with cast.scope(), pytest.raises(actions.CannotChange, match="last"):
        actions.end_membership(last.pk, by=access.system(cast.harbor), at=timezone.now())
    assert access.differences(timezone.now() + timedelta(seconds=1)) == []
