"""People say how they want to be told: at once, together, or not by mail; and when they rest."""

import html
from datetime import time
from typing import Any

import pytest
from django.test import Client

from comanaged.notices import queries
from comanaged.notices.domain import resting
from comanaged.notices.kinds import KINDS, Kind, chosen
from comanaged.notices.models import Preference
from tests.cast import Cast, add_person

PAGE = "/account/notices/"


def answers(**changed: str) -> dict[str, str]:
    """Return what the form sends when nobody changed anything but this."""
    kept = {kind.value: "NOW" for kind in KINDS if chosen(kind)}
    return kept | {"quiet_from": "", "quiet_until": "", "collected_at": "08:00", "zone": "America/Chicago"} | changed


def test_everything_comes_at_once_until_somebody_chooses(cast: Cast) -> None:
    page = cast.browser("Ivo").get(PAGE)
    assert page.status_code == 200
    words = html.unescape(page.content.decode())
    assert all(told.words in words for told in KINDS.values() if told.choice)
    assert words.count(" checked") == 8
    assert 'value="America/Chicago" selected' in words
    assert "Always at once: a major incident; answers to what you asked for yourself" in words
    assert "Whom the matrix names for a ticket" in words


def test_what_was_chosen_is_kept_and_shown_again(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    sent = answers(MESSAGE="DIGEST", MATRIX="NEVER", quiet_from="22:00", quiet_until="06:30", collected_at="07:15", zone="Europe/Vienna")
    assert ivo.post(PAGE, sent).status_code == 302
    user = cast.people["Ivo"].pk
    assert queries.vias(user)["MESSAGE"] == "DIGEST"
    assert queries.vias(user)["MATRIX"] == "NEVER"
    assert queries.rest_of(user) == resting.Rest("Europe/Vienna", time(22), time(6, 30), time(7, 15))
    words = ivo.get(PAGE).content.decode()
    assert 'value="22:00"' in words
    assert 'value="07:15"' in words
    assert 'value="Europe/Vienna" selected' in words
    assert ivo.post(PAGE, answers()).status_code == 302
    assert set(queries.vias(user).values()) == {"NOW"}
    assert queries.rest_of(user) == resting.Rest("America/Chicago", None, None, time(8))


def test_the_form_works_as_a_browser_without_script_sends_it_back(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    assert "text/javascript" not in ivo.get(PAGE)["Content-Type"]
    assert ivo.post(PAGE, answers(WORK="NEVER"), follow=True).content.decode().count("Kept.") == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"WORK": ""}, "Choose how you want to hear of this"),
        ({"WORK": "LOUDLY"}, "Choose one of these three"),
        ({"quiet_from": "22:00"}, "Say when the quiet hours end"),
        ({"quiet_until": "22:00"}, "Say when the quiet hours begin"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Quiet hours end at another time than they begin"),
        ({"quiet_from": "late", "quiet_until": "06:00"}, "Enter a time such as 22:00"),
        ({"quiet_from": "22:00", "quiet_until": "08:30"}, "Choose a time outside your quiet hours"),
        ({"collected_at": ""}, "Enter a time such as 22:00"),
        ({"zone": "Mars/Olympus"}, "Choose one of these time zones"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_kept(cast: Cast, changed: dict[str, str], words: str) -> None:
    page = cast.browser("Ivo").post(PAGE, answers(**changed))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Preference.objects.exists()


def test_a_form_that_names_what_has_no_choice_changes_nothing_of_it(cast: Cast) -> None:
    cast.browser("Ivo").post(PAGE, answers(INCIDENT="NEVER", PEOPLE="NEVER", REQUEST="NEVER", user=str(cast.people["Iris"].pk)))
    assert not {Kind.INCIDENT, Kind.PEOPLE, Kind.REQUEST} & set(queries.vias(cast.people["Ivo"].pk))
    assert queries.vias(cast.people["Iris"].pk) == {}


def test_a_stranger_signs_in_first_and_who_belongs_nowhere_has_no_choice(cast: Cast) -> None:
    assert Client().get(PAGE)["Location"].startswith("/sign-in/")
    add_person(cast, "Nobody", "c_tech")
    assert "nothing else to choose" in cast.browser("Nobody").get(PAGE).content.decode()


def test_who_only_asks_hears_of_it_and_chooses_nothing(cast: Cast) -> None:
    add_person(cast, "Rosa", "c_user", cast.harbor)
    rosa = cast.browser("Rosa")
    words = rosa.get(PAGE).content.decode()
    assert "every answer to what you asked" in words
    assert 'type="radio"' not in words
    assert rosa.post(PAGE, answers(WORK="NEVER")).status_code == 200
    assert not Preference.objects.exists()


def test_the_page_is_found_from_the_account(cast: Cast) -> None:
    assert PAGE in cast.browser("Tess").get("/account/").content.decode()


def test_the_page_asks_the_database_a_fixed_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    tess = cast.browser("Tess")
    tess.get(PAGE)
    with django_assert_max_num_queries(12):
        tess.get(PAGE)
