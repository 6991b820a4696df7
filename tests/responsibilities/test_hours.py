"""Hours: the side that keeps them changes them in the open version; holidays, places of their own, and what is never edited."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.vocabulary import Hours, PlaceKind
from responsibilities import queries
from responsibilities.actions import calendars, places
from responsibilities.actions.calendars import CannotKeepHours, Kept
from responsibilities.models import Assignment, Calendar, Version
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HOURS = "/harbor-dental/hours/"
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
WEEKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")
THEATRE = {"name": "Theatre hours", "zone": "America/Chicago", "mon": "07:00-12:00, 13:00-19:00", "sat": "22:00-02:00"}


def business(cast: Cast) -> Calendar:
    with cast.scope():
        return Calendar.objects.for_tenant(cast.harbor).get(key="business", place=None)


def change(cast: Cast, **more: Any) -> dict[str, Any]:
    return {**WEEKDAYS, "zone": "America/Chicago", "seen": str(business(cast).stamp), **more}


def in_force(cast: Cast) -> None:
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).get()
        version.state, version.content, version.content_hash, version.in_force_at = "IN_FORCE", "{}", "0" * 64, AT
        version.save()


def test_business_hours_are_changed_by_form_and_day_and_night_follow(cast: Cast) -> None:
    iris, address = cast.browser("Iris"), f"{HOURS}internal/{business(cast).pk}/"
    assert 'value="07:30-17:30"' in iris.get(address).content.decode()
    sent = change(cast, closed="2026-12-24\n2026-12-31", holidays_of="US")
    answer = iris.post(address, sent)
    assert (answer.status_code, answer["Location"]) == (302, HOURS + "?of=draft")
    with cast.scope():
        calendar = queries.matrix_of(cast.harbor.pk, AT).calendar
    assert not calendar.includes(Hours.BUSINESS, datetime(2026, 11, 24, 13, 45, tzinfo=UTC)), "07:45 is night now"
    assert calendar.includes(Hours.BUSINESS, datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    assert {date(2026, 12, 24), date(timezone.now().year, 12, 25)} <= calendar.closed
    page = iris.get(HOURS).content.decode()
    assert "Mon-Fri 08:00-17:00" in page
    assert "08:00-17:00</span></td>" in page


def test_a_site_has_its_own_business_hours_in_its_own_zone(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        places.add_place("west", PlaceKind.SITE, places.Described("West clinic", zone="America/Denver"), by=iris, at=AT)
    sent = {"zone": "America/Denver", "place": "west", "mon": "10:00-14:00"}
    assert cast.browser("Iris").post(HOURS + "internal/new/", sent).status_code == 302
    with cast.scope():
        matrix = queries.matrix_of(cast.harbor.pk, AT)
        assert matrix.hours_at("west").zone == "America/Denver"
        monday = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
        assert matrix.hours_at("west").business.includes(Hours.BUSINESS, monday)
        assert not matrix.hours_at("west").business.includes(Hours.BUSINESS, datetime(2026, 11, 24, 17, 30, tzinfo=UTC))
        assert matrix.hours_at("").business.includes(Hours.BUSINESS, datetime(2026, 11, 24, 17, 30, tzinfo=UTC))
    assert "Business hours at West clinic" in cast.browser("Iris").get(HOURS).content.decode()


def test_hours_of_another_name_hold_beside_day_and_night(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert iris.post(HOURS + "internal/new/", THEATRE).status_code == 302
    with cast.scope():
        table = queries.matrix_of(cast.harbor.pk, AT).hours_at("")
    assert "theatre-hours" in table.standing(datetime(2026, 11, 22, 7, 0, tzinfo=UTC)), "Sunday at one, begun on Saturday"
    page = iris.get(HOURS).content.decode()
    assert "Mon 07:00-12:00, 13:00-19:00, Sat 22:00-02:00" in page
    assert "outside 02:00-24:00" in page


def test_what_is_not_right_comes_back_at_its_field(cast: Cast) -> None:
    iris, address = cast.browser("Iris"), f"{HOURS}internal/{business(cast).pk}/"
    for place, sent, words in (
        (address, change(cast, tue="8-17"), "&#x27;8&#x27; is no time. Write it like 08:00."),
        (address, change(cast, zone="Mars/Olympus"), "is no time zone"),
        (address, change(cast, closed="tomorrow"), "&#x27;tomorrow&#x27; is no date"),
        (address, change(cast, holidays_of="XX"), "is no country or part of one"),
        (HOURS + "internal/new/", {"zone": "UTC"}, "Choose the place that has other business hours"),
        (HOURS + "internal/new/", {"zone": "UTC", "name": "Always"}, "is a word for hours already"),
        (HOURS + "internal/new/", {"zone": "UTC", "name": "X", "place": "gone"}, "There is no such place any more"),
        (HOURS + "provider/new/", {"zone": "UTC"}, ""),
    ):
        answer = iris.post(place, sent)
        assert answer.status_code == (422 if words else 403), sent
        assert words in answer.content.decode(), sent
    assert business(cast).week["tue"] == ["07:30-17:30"]


def test_a_form_that_is_stale_is_refused_with_both_values_and_can_insist(cast: Cast) -> None:
    iris, address = cast.browser("Iris"), f"{HOURS}internal/{business(cast).pk}/"
    shown = change(cast)
    assert iris.post(address, change(cast, fri="08:00-12:00")).status_code == 302
    answer = iris.post(address, shown)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Mon-Thu 08:00-17:00, Fri 08:00-12:00" in page
    assert "You wanted: Business hours: Mon-Fri 08:00-17:00" in page
    assert f'name="seen" value="{business(cast).stamp}"' in page
    assert iris.post(address, change(cast)).status_code == 302


def test_each_side_changes_only_the_hours_it_keeps(cast: Cast) -> None:
    tess = cast.browser("Tess")
    assert tess.post(HOURS + "provider/new/", {"zone": "UTC", "name": "Night watch", "sun": "00:00-24:00"}).status_code == 302
    with cast.scope():
        watch = Calendar.objects.for_tenant(cast.harbor).get(key="night-watch")
        assert watch.side == "PROVIDER"
    assert "kept by" in cast.browser("Iris").get(HOURS).content.decode()
    kept = Kept("UTC", {"mon": ["08:00-09:00"]})
    with cast.as_("Iris") as iris:
        with pytest.raises(CannotKeepHours, match="kept by the provider"):
            calendars.change_hours(watch.pk, kept, seen=1, by=iris, at=AT)
        with pytest.raises(CannotKeepHours, match="kept by the other side"):
            calendars.add_hours("night-watch", "", "", kept, by=iris, at=AT)
    with cast.as_("Tess") as by:
        with pytest.raises(CannotKeepHours, match="kept by internal IT"):
            calendars.change_hours(business(cast).pk, kept, seen=1, by=by, at=AT)
        with pytest.raises(CannotKeepHours, match="Give yours a name"):
            calendars.add_hours("business", "", "", kept, by=by, at=AT)
    assert cast.browser("Tess").get(f"{HOURS}internal/{business(cast).pk}/").status_code == 403
    assert cast.browser("Iris").get(f"{HOURS}provider/{watch.pk}/").status_code == 403


def test_hours_that_lines_use_and_those_of_day_and_night_stay(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        row = calendars.add_hours("theatre", "Theatre", "", Kept("UTC", {"mon": ["08:00-09:00"]}), by=iris, at=AT)
        one = Assignment.objects.for_tenant(cast.harbor).filter(letter="R").order_by("id")[0]
        Assignment.objects.for_tenant(cast.harbor).filter(pk=one.pk).update(hours="theatre")
        with pytest.raises(CannotKeepHours, match="1 line of the draft use"):
            calendars.remove_hours(row.pk, by=iris, at=AT)
        with pytest.raises(CannotKeepHours, match="Day and night hang on"):
            calendars.remove_hours(business(cast).pk, by=iris, at=AT)
        Assignment.objects.for_tenant(cast.harbor).filter(pk=one.pk).update(hours="ALWAYS")
    assert cast.browser("Iris").post(f"{HOURS}internal/{row.pk}/remove/").status_code == 302
    assert "Theatre" not in cast.browser("Iris").get(HOURS).content.decode()


def test_an_edit_takes_signatures_and_a_proposal_back(cast: Cast) -> None:
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(state="PROPOSED", content="{}", content_hash="0" * 64, proposed_at=AT)
    assert cast.browser("Iris").post(f"{HOURS}internal/{business(cast).pk}/", change(cast)).status_code == 302
    with cast.scope():
        assert Version.objects.for_tenant(cast.harbor).get().state == "DRAFT"


def test_what_is_in_force_is_read_only_and_says_that_a_draft_begins_a_change(cast: Cast) -> None:
    in_force(cast)
    iris = cast.browser("Iris")
    page = iris.get(HOURS).content.decode()
    assert "A draft begins a change." in page
    assert "Add hours" not in page
    answer = iris.post(f"{HOURS}internal/{business(cast).pk}/", change(cast))
    assert answer.status_code == 422
    assert "never edited" in answer.content.decode()
    assert iris.post(HOURS + "internal/new/", THEATRE).status_code == 422


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
def test_others_than_managers_read_the_hours(cast: Cast, name: str) -> None:
    reader = cast.browser(name)
    assert "Mon-Fri 07:30-17:30" in reader.get(HOURS).content.decode()
    answer = reader.post(f"{HOURS}internal/{business(cast).pk}/", change(cast))
    assert answer.status_code == 403
    assert "Internal IT manager" in answer.content.decode()


def test_a_stranger_finds_no_hours(cast: Cast) -> None:
    number = business(cast).pk
    assert cast.browser("Pine's manager").get(f"{HOURS}internal/{number}/").status_code == 404
    assert cast.browser("Pine's manager").get(f"/pine-clinics/hours/internal/{number}/").status_code == 404


def test_more_hours_cost_no_more_questions(cast: Cast) -> None:
    iris = cast.browser("Iris")

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            iris.get(HOURS)
        return len([query for query in found if "responsibilities_" in query["sql"]])

    few = asked()
    with cast.as_("Iris") as by:
        for number in range(5):
            calendars.add_hours(f"more-{number}", "", "", Kept("UTC", {"mon": ["08:00-09:00"]}), by=by, at=AT)
    assert asked() == few <= 4
