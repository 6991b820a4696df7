"""Rows behind the addresses of places, people, hours and templates."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from comanaged.accounts import engagements
from comanaged.vocabulary import Party, PlaceKind, TeamKind
from responsibilities.actions import absences, calendars, covering, places, teams
from responsibilities.domain.people import Subject
from tests.cast import Cast, add_person
from tests.responsibilities.build import newcomer


def furnish(cast: Cast) -> dict[str, Any]:
    """Make the rows at Harbor Dental and return what to fill into addresses, by the word between the angle brackets."""
    at = timezone.now()
    with cast.as_("Iris") as iris:
        place = places.add_place("north-clinic", PlaceKind.SITE, places.Described("North clinic"), by=iris, at=at)
        team = teams.make_team(teams.Named("desk", "Desk", TeamKind.TEAM, Party.INTERNAL, "America/Chicago"), by=iris, at=at)
        person = cast.people["Ivo"].pk
        seat = teams.join(team.pk, person, at, None, by=iris, at=at)
        override = teams.take(team.pk, person, at, at + timedelta(hours=9), by=iris, at=at)
        absence = absences.set_for(person, at + timedelta(days=9), at + timedelta(days=10), by=iris, at=at)
        wanted = covering.Wanted(Subject(Party.INTERNAL), Subject(Party.PROVIDER), at, at + timedelta(hours=9))
        cover = covering.ask_cover(wanted, by=iris, at=at)
        kept = calendars.Kept("America/Chicago", {"mon": ["08:00-12:00"]})
        calendar = calendars.add_hours("theatre", "Theatre", "", kept, by=iris, at=at)
    with cast.as_("Tess") as tess:
        provided = calendars.add_hours("watch", "Watch", "", kept, by=tess, at=at)
    return {
        "place": place.key,
        "team": team.pk,
        "seat": seat.pk,
        "override": override.pk,
        "absence": absence.pk,
        "cover": cover.pk,
        "calendar": calendar.pk,
        "provided": provided.pk,
        "token": asked_in(cast),
    }


def asked_in(cast: Cast) -> str:
    """Return the secret of a link by which a client without a provider asks Northwind's administrator in."""
    client = newcomer()
    add_person(cast, "Seaside's manager", "c_mgr", client)
    with cast.as_("Seaside's manager", client) as manager:
        email = cast.people["Provider administrator"].email
        made = engagements.invite_provider(email, "Northwind MSP", "", by=manager, at=timezone.now())
    return made.link.rstrip("/").rsplit("/", 1)[1]
