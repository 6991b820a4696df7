"""What a version says now, by its rows, as the canonical content that people sign."""

from collections import defaultdict
from datetime import UTC, date, datetime

from comanaged.accounts import access
from comanaged.accounts.models import User
from comanaged.audit.models import Entry
from comanaged.vocabulary import spoken
from responsibilities import catalogue, models
from responsibilities.domain import content as contents
from responsibilities.domain.content import Calendar, Content, Duty, Excluded, Held, Line, Place
from responsibilities.models import Version
from responsibilities.queries import reading

COLUMNS = (
    "row_id",
    "letter",
    "party",
    "team",
    "person_id",
    "hours",
    "lead",
    "rank",
    "append",
    "valid_from",
    "valid_to",
    "qualifier",
    "split",
)


def content_of(version: Version, at: datetime) -> Content:
    """Return what the rows of a version say, with what everybody and everything it names is called now. `version` comes with its tenant."""
    tenant = version.tenant_id
    teams, people = _teams(version, at), _people(version)
    places = {row.pk: row for row in models.Place.objects.for_tenant(tenant).select_related("parent").order_by("id")}
    lines = _lines(version, teams, people)
    calendars = _calendars(version)
    exclusions = _exclusions(version)
    named = {line.about for line in lines} | {one.duty for one in exclusions}
    return Content(
        client=version.tenant.slug,
        template=version.template_key,
        edition=version.template_version,
        policy=version.policy,
        lines=tuple(lines),
        calendars=tuple(calendars),
        exclusions=tuple(exclusions),
        duties=_duties(tenant, named),
        categories={key: name for key, name in catalogue.category_names().items() if key in named},
        places=_places(places, {line.place for line in lines} | {one.place for one in calendars}),
        teams={key: name for key, name in teams.values() if any(held.team == key for line in lines for held in line.held)},
        people=dict(people.values()),
        parties={spoken(party): name for party, name in reading.names_at(tenant, at).items()},
    )


def begun_by_side(version: Version) -> str:
    """Return the side whose person began a draft, "" where the product did."""
    begun = Entry.objects.for_tenant(version.tenant_id).filter(
        action="matrix.drafted", row_type=Version._meta.label_lower, row_id=version.pk
    )
    return begun.order_by("number").values_list("side", flat=True).first() or ""


def _teams(version: Version, at: datetime) -> dict[int, tuple[str, str]]:
    """Return key and name of every team a version may name; the key says whose it is."""
    used = models.Assignment.objects.for_tenant(version.tenant_id).filter(version=version, team__isnull=False)
    ids = {team for team in used.values_list("team", flat=True) if team}
    if not ids:
        return {}
    provider = access.provider_id_of(version.tenant_id, at)
    owners = [version.tenant_id, *([provider] if provider else [])]
    rows = models.Team.objects.for_tenants(owners).filter(pk__in=ids).select_related("tenant").order_by("id")
    known = {row.pk: (f"{row.tenant.slug}/{row.key}", row.name) for row in rows}
    return {pk: known.get(pk, (f"gone/{pk}", "a team that is gone")) for pk in ids}


def _people(version: Version) -> dict[int, tuple[str, str]]:
    """Return address and name of every person a version names."""
    used = models.Assignment.objects.for_tenant(version.tenant_id).filter(version=version, person__isnull=False)
    ids = set(used.values_list("person", flat=True))
    return {user.pk: (user.email, str(user)) for user in User.objects.filter(pk__in=ids).order_by("id")} if ids else {}


def _lines(version: Version, teams: dict[int, tuple[str, str]], people: dict[int, tuple[str, str]]) -> list[Line]:
    held: dict[int, list[Held]] = defaultdict(list)
    rows = models.Assignment.objects.for_tenant(version.tenant_id).filter(version=version)
    for row, letter, party, team, person, hours, lead, rank, append, since, until, qualifier, split in rows.values_list(*COLUMNS):
        held[row].append(
            Held(
                letter=letter,
                party=spoken(party),
                team=teams[team][0] if team else "",
                person=people[person][0] if person else "",
                hours=contents.hours_word(hours),
                lead=lead,
                rank=rank,
                append=append,
                since=_day(since),
                until=_day(until),
                qualifier=qualifier,
                split=split,
            )
        )
    told = models.Row.objects.for_tenant(version.tenant_id).filter(version=version)
    columns = ("id", "duty__key", "covers", "place__key", "note", "authority", "first_steps")
    return [
        Line(duty or covers, place or "", note, authority, first_steps, tuple(sorted(held[row])))
        for row, duty, covers, place, note, authority, first_steps in told.values_list(*columns)
    ]


def _calendars(version: Version) -> list[Calendar]:
    rows = models.Calendar.objects.for_tenant(version.tenant_id).filter(version=version).select_related("place")
    return [
        Calendar(
            key=row.key,
            place=row.place.key if row.place else "",
            name=row.name,
            side=spoken(row.side),
            zone=row.zone,
            week={day: tuple(spans) for day, spans in row.week.items() if spans},
            closed=tuple(row.closed),
        )
        for row in rows.order_by("id")
    ]


def _exclusions(version: Version) -> list[Excluded]:
    rows = models.Exclusion.objects.for_tenant(version.tenant_id).filter(version=version).select_related("duty")
    return [Excluded(row.duty.key, row.reason, row.accepted_by, _instant(row.expires_at)) for row in rows.order_by("id")]


def _duties(tenant: int, named: set[str]) -> dict[str, Duty]:
    rows = models.Duty.objects.for_tenant(tenant).filter(key__in=named)
    return {row.key: Duty(row.name, row.category, spoken(row.coverage), row.risk) for row in rows}


def _places(rows: dict[int, models.Place], named: set[str]) -> dict[str, Place]:
    """Return the places a version names, with those around them and the tags they carry."""
    by_key = {row.key: row for row in rows.values()}
    found: dict[str, Place] = {}
    waiting = sorted(named & by_key.keys())
    while waiting:
        row = by_key[waiting.pop()]
        parent = rows[row.parent_id].key if row.parent_id else ""
        found[row.key] = Place(row.name, spoken(row.kind), parent, tuple(row.tags), row.position, row.zone)
        waiting += [key for key in (parent, *row.tags) if key in by_key and key not in found]
    return found


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
