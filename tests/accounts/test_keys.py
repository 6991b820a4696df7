"""The pages of keys and history."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comanaged.accounts import actions
from comanaged.accounts.models import ApiKey
from comanaged.audit import trail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
KEYS = "/harbor-dental/keys/"


def test_a_key_is_shown_once_and_then_only_its_beginning(cast: Cast) -> None:
    iris = cast.browser("Iris")
    made = iris.post(KEYS + "read/", {"name": "Report server", "days": "30"})
    assert made.status_code == 201
    secret = re.search(r"ck_[0-9a-f]{8}_[\w-]+", made.content.decode())
    assert secret
    listed = iris.get(KEYS).content.decode()
    assert secret[0] not in listed
    assert secret[0][:11] in listed
    assert "Report server" in listed
    row = ApiKey.objects.get()
    assert row.kind == "k_read"
    assert row.expires_at - row.created_at == timedelta(days=30)
    assert secret[0] not in iris.get("/harbor-dental/history/").content.decode()


def test_a_key_without_a_purpose_or_an_end_is_refused_in_words(cast: Cast) -> None:
    page = cast.browser("Iris").post(KEYS + "read/", {"name": "", "days": "4000"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Say what the key is for" in text
    assert "Enter a number of days between 1 and 366" in text
    assert "4000" in text
    assert not ApiKey.objects.exists()


def test_a_desk_key_acts_for_the_side_of_who_made_it(cast: Cast) -> None:
    cast.browser("Tess").post(KEYS + "desk/", {"name": "Provider's bot", "days": "30"})
    assert ApiKey.objects.get().side == "PROVIDER"


def test_either_side_ends_a_key_after_being_asked(cast: Cast) -> None:
    secret = cast.key(cast.harbor, "k_read")
    row = ApiKey.objects.get()
    tess = cast.browser("Tess")
    assert "from the next call on" in tess.get(f"{KEYS}{row.pk}/revoke/").content.decode()
    assert ApiKey.objects.get().revoked_at is None
    assert tess.post(f"{KEYS}{row.pk}/revoke/").status_code == 302
    assert ApiKey.objects.get().revoked_at is not None
    assert "revoked" in tess.get(KEYS).content.decode()
    assert cast.api(secret).get("/api/v1/tickets/").status_code == 401


def test_another_clients_key_is_not_here(cast: Cast) -> None:
    cast.key(cast.pine, "k_read")
    assert cast.browser("Iris").post(f"{KEYS}{ApiKey.objects.get().pk}/revoke/").status_code == 404


def test_history_shows_both_sides_newest_first_in_pages(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        for number in range(60):
            trail.record("test.act", cast.harbor, by=iris, at=timezone.now(), after=f"act {number}")
    lena = cast.browser("Lena")
    first = lena.get("/harbor-dental/history/").content.decode()
    assert first.index("act 59") < first.index("act 58")
    assert "act 9<" not in first
    following = re.search(r'href="(\?before=\d+)"', first)
    assert following
    second = lena.get("/harbor-dental/history/" + following[1]).content.decode()
    assert "act 9<" in second
    assert "act 59" not in second


def test_history_says_nothing_of_another_client(cast: Cast) -> None:
    actions.invite("secret@example.test", cast.pine, "c_tech", name="X", by=cast.actor("Pine's manager", cast.pine), at=timezone.now())
    assert "secret@example.test" not in cast.browser("Tess").get("/harbor-dental/history/").content.decode()
    assert "secret@example.test" in cast.browser("Tess").get("/pine-clinics/history/").content.decode()


@pytest.mark.parametrize("before", ["0", "-1", "nonsense", "9" * 30, "١٢"])
def test_history_bears_any_place_to_begin(cast: Cast, before: str) -> None:
    assert cast.browser("Iris").get("/harbor-dental/history/", {"before": before}).status_code == 200


@pytest.mark.parametrize(("address", "budget"), [(KEYS, 12), ("/harbor-dental/history/", 12), ("/harbor-dental/people/", 13)])
def test_pages_ask_the_database_a_fixed_number_of_times(
    cast: Cast, django_assert_max_num_queries: object, address: str, budget: int
) -> None:
    for _ in range(5):
        cast.key(cast.harbor, "k_read")
    iris = cast.browser("Iris")
    with django_assert_max_num_queries(budget):  # type: ignore[operator]
        assert iris.get(address).status_code == 200


def test_nobody_signed_in_is_asked_to_sign_in(cast: Cast) -> None:
    for address in (KEYS, "/harbor-dental/history/", "/harbor-dental/people/", "/nowhere/keys/"):
        assert Client().get(address)["Location"] == f"/sign-in/?next={address}"
