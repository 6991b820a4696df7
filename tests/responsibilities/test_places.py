"""Places: the tree that a client's managers draw, what it refuses, and what a retired place leaves behind."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import PlaceKind
from responsibilities.actions import places
from responsibilities.actions.places import CannotPlace, Described
from responsibilities.models import Place
from responsibilities.queries import reading
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SITES = "/harbor-dental/sites/"
SITE, GROUP, TAG, ASSET = PlaceKind.SITE, PlaceKind.GROUP, PlaceKind.TAG, PlaceKind.ASSET


def add(cast: Cast, key: str, kind: PlaceKind = SITE, name: str = "", **said: Any) -> Place:
    with cast.as_("Iris") as iris:
        described = Described(name or key.replace("-", " ").capitalize(), **said)
        return places.add_place(key, kind, described, by=iris, at=timezone.now())


def test_a_site_is_added_by_form_and_stands_in_the_tree(cast: Cast) -> None:
    add(cast, "clinics", GROUP)
    iris = cast.browser("Iris")
    answer = iris.post(SITES + "new/", {"kind": "SITE", "name": "North clinic", "parent": "clinics", "zone": "America/Denver"})
    assert (answer.status_code, answer["Location"]) == (302, SITES)
    page = iris.get(SITES).content.decode()
    assert page.index("Clinics") < page.index("North clinic")
    assert "America/Denver" in page
    with cast.scope():
        assert list(reading.places_of(cast.harbor.pk).chain("north-clinic")) == ["", "clinics", "north-clinic"]
        row = Place.objects.for_tenant(cast.harbor).get(key="north-clinic")
        assert trail.history_of(row)[0].after == "North clinic, a site in Clinics"


def test_what_is_not_right_comes_back_with_what_was_typed(cast: Cast) -> None:
    add(cast, "north-clinic")
    iris = cast.browser("Iris")
    for sent, words in (
        ({"kind": "SITE", "name": ""}, "Enter what the place is called"),
        ({"kind": "SITE", "name": "North clinic"}, "a place with the short name &#x27;north-clinic&#x27; already"),
        ({"kind": "SITE", "name": "West", "zone": "Mars/Olympus"}, "is no time zone"),
        ({"kind": "SITE", "name": "New"}, "Choose another short name"),
        ({"kind": "SITE", "name": "…"}, "Enter a short name"),
        ({"kind": "GROUP", "name": "All", "parent": "north-clinic"}, "Put a group of sites in the client itself"),
        ({"kind": "SITE", "name": "West", "parent": "gone"}, "is not there any more"),
        ({"kind": "TAG", "name": "West", "position": "-1"}, "Enter a number from 0 to 999"),
    ):
        answer = iris.post(SITES + "new/", sent)
        assert answer.status_code == 422, sent
        page = answer.content.decode()
        assert words in page, sent
        assert "Error: Add a place" in page
        assert f'value="{sent["name"]}"' in page or not sent["name"]


@pytest.mark.parametrize(
    ("kind", "around", "words"),
    [
        (SITE, "north", "Put a site in the client itself or a group of sites"),
        (TAG, "clinics", "Put a service or tag in the client itself or a site"),
        (ASSET, "clinics", "Put an asset in the client itself or a site or a service or tag"),
    ],
)
def test_each_kind_lies_where_the_tree_has_room_for_it(cast: Cast, kind: PlaceKind, around: str, words: str) -> None:
    add(cast, "clinics", GROUP)
    add(cast, "north", parent="clinics")
    with pytest.raises(CannotPlace, match=words):
        add(cast, "misplaced", kind, parent=around)


def test_a_place_never_lies_in_itself(cast: Cast) -> None:
    add(cast, "north")
    with cast.as_("Iris") as iris, pytest.raises(CannotPlace, match="lies in this place itself"):
        places.describe_place("north", Described("North", parent="north"), by=iris, at=timezone.now())


def test_tags_are_carried_by_sites_and_assets_only(cast: Cast) -> None:
    add(cast, "imaging", TAG, position=2)
    add(cast, "north", tags=("imaging",))
    with pytest.raises(CannotPlace, match="not there any more"):
        add(cast, "south", tags=("north",))
    with pytest.raises(CannotPlace, match="Only sites and assets"):
        add(cast, "clinics", GROUP, tags=("imaging",))
    with cast.scope():
        assert list(reading.places_of(cast.harbor.pk).chain("north")) == ["", "north", "imaging"]


def test_a_change_is_told_before_and_after_and_no_change_is_not_told(cast: Cast) -> None:
    add(cast, "clinics", GROUP)
    add(cast, "north")
    iris = cast.browser("Iris")
    page = iris.get(SITES + "north/").content.decode()
    assert 'value="North"' in page
    said = {"name": "North clinic", "parent": "clinics", "zone": ""}
    assert iris.post(SITES + "north/", said).status_code == 302
    assert iris.post(SITES + "north/", said).status_code == 302
    with cast.scope():
        row = Place.objects.for_tenant(cast.harbor).get(key="north")
        told = [(entry.before, entry.after) for entry in trail.history_of(row) if entry.action == "place.described"]
    assert told == [("North; in Harbor Dental", "North clinic; in Clinics")]


def test_a_retired_place_says_before_what_stays_and_is_gone_afterwards(cast: Cast) -> None:
    add(cast, "clinics", GROUP)
    add(cast, "north", parent="clinics")
    iris = cast.browser("Iris")
    answer = iris.post(SITES + "clinics/retire/")
    assert answer.status_code == 422
    assert "North lies in Clinics. Move or retire that first." in answer.content.decode()
    assert "win nowhere any more" in iris.get(SITES + "north/retire/").content.decode()
    assert iris.post(SITES + "north/retire/").status_code == 302
    assert iris.get(SITES + "north/").status_code == 404
    assert "Retired" in iris.get(SITES).content.decode()
    with cast.scope():
        assert list(reading.places_of(cast.harbor.pk).chain("north")) == [""]


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
def test_readers_see_the_tree_and_no_way_to_change_it(cast: Cast, name: str) -> None:
    add(cast, "north")
    reader = cast.browser(name)
    page = reader.get(SITES).content.decode()
    assert "North" in page
    assert "Add a place" not in page
    for address in ("new/", "north/", "north/retire/"):
        answer = reader.post(SITES + address, {"name": "Mine", "kind": "SITE"})
        assert answer.status_code == 403
        assert "Internal IT manager" in answer.content.decode()


def test_a_stranger_finds_no_places(cast: Cast) -> None:
    add(cast, "north")
    for name in ("Olga", "Pine's manager"):
        assert cast.browser(name).get(SITES + "north/").status_code == 404


def test_only_managers_draw_places(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo, pytest.raises(access.Refused):
        places.add_place("north", SITE, Described("North"), by=ivo, at=timezone.now())


def test_twenty_places_cost_no_more_questions_than_two(cast: Cast) -> None:
    iris = cast.browser("Iris")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            iris.get(SITES)
        return len([query for query in queries if "responsibilities_" in query["sql"]])

    add(cast, "north")
    few = asked()
    for number in range(12):
        add(cast, f"site-{number}")
    assert asked() == few <= 4
