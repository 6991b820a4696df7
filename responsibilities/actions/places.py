"""The places of a client: they are added, described anew, and retired; a retired one stays as a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import PlaceKind
from responsibilities.actions import keeping
from responsibilities.actions.keeping import Refusal
from responsibilities.domain.places import Places
from responsibilities.models import Place
from responsibilities.queries import reading

LIES_IN: dict[PlaceKind, frozenset[PlaceKind]] = {  # besides the client itself
    PlaceKind.GROUP: frozenset(),
    PlaceKind.SITE: frozenset({PlaceKind.GROUP}),
    PlaceKind.TAG: frozenset({PlaceKind.SITE}),
    PlaceKind.ASSET: frozenset({PlaceKind.SITE, PlaceKind.TAG}),
}
TAKEN = {"new"}  # in addresses
CARRIES_TAGS = frozenset({PlaceKind.SITE, PlaceKind.ASSET})
WORDS = {PlaceKind.GROUP: "a group of sites", PlaceKind.SITE: "a site", PlaceKind.TAG: "a service or tag", PlaceKind.ASSET: "an asset"}


class CannotPlace(Refusal):
    """A change of places that is not possible."""


@dataclass(frozen=True)
class Described:
    """What is said of a place besides its key and kind: `parent` and `tags` are keys, "" is the client and its zone."""

    name: str
    parent: str = ""
    zone: str = ""
    tags: tuple[str, ...] = ()
    position: int = 0


@transaction.atomic
def add_place(key: str, kind: PlaceKind, said: Described, *, by: Actor, at: datetime) -> Place:
    """Add a place under the client or another place; raise CannotPlace for a key that is taken and a parent that does not fit."""
    access.require(by, "place.edit")
    rows = _standing(by)
    if key in TAKEN:
        raise CannotPlace(f"'{key}' is a word of this page's address. Choose another short name.", "key")
    _check(key, kind, said, rows)
    try:
        with transaction.atomic():
            row = Place.objects.create(
                tenant=by.tenant,
                key=key,
                kind=kind,
                name=said.name,
                parent=rows.get(said.parent),
                tags=list(said.tags),
                position=said.position,
                zone=said.zone,
            )
    except IntegrityError:
        raise CannotPlace(f"There is a place with the short name '{key}' already. Choose another.", "key") from None
    trail.record("place.added", row, by=by, at=at, after=f"{row.name}, {WORDS[kind]} in {_named(rows, said.parent, by)}")
    keeping.settle(by=by, at=at)
    return row


@transaction.atomic
def describe_place(key: str, said: Described, *, by: Actor, at: datetime) -> Place:
    """Rename, move, tag a place or give it its zone; history tells what became different. Raise CannotPlace as add_place does."""
    access.require(by, "place.edit")
    row = _locked(key, by)
    rows = _standing(by)
    _check(key, PlaceKind(row.kind), said, rows)
    before = _written(row, rows, by)
    row.name, row.zone, row.tags, row.position = said.name, said.zone, list(said.tags), said.position
    row.parent = rows.get(said.parent)
    after = _written(row, rows, by)
    if after != before:
        row.save(update_fields=["name", "zone", "tags", "position", "parent"])
        trail.record("place.described", row, by=by, at=at, before=before, after=after)
        keeping.settle(by=by, at=at)
    return row


@transaction.atomic
def retire_place(key: str, *, by: Actor, at: datetime) -> Place:
    """End a place: its rows stay and win nowhere any more, which a finding says. Raise CannotPlace while others lie in it."""
    access.require(by, "place.edit")
    row = _locked(key, by)
    inside = sorted(one.name for one in _standing(by).values() if one.parent_id == row.pk)
    if inside:
        raise CannotPlace(f"{', '.join(inside)} {'lies' if len(inside) == 1 else 'lie'} in {row.name}. Move or retire that first.")
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    trail.record("place.retired", row, by=by, at=at, before=row.name)
    keeping.settle(by=by, at=at)
    return row


def _standing(by: Actor) -> dict[str, Place]:
    return {row.key: row for row in Place.objects.for_tenant(by.tenant).filter(retired_at=None).select_related("parent").order_by("id")}


def _locked(key: str, by: Actor) -> Place:
    row = Place.objects.for_tenant(by.tenant).select_for_update(of=("self",)).filter(key=key, retired_at=None).first()
    if row is None:
        raise CannotPlace("This place was retired. What was agreed for it stays as it is.")
    return row


def _check(key: str, kind: PlaceKind, said: Described, rows: dict[str, Place]) -> None:
    """Refuse what would not be a tree, tags that are none, and zones that do not exist."""
    known = Places({row.key: reading.place_from(row) for row in rows.values()})
    parent = rows.get(said.parent)
    if said.parent and parent is None:
        raise CannotPlace("The place around it is not there any more. Choose another.", "parent")
    if said.parent and (said.parent == key or key in known.chain(said.parent)):
        raise CannotPlace(f"{known.called(said.parent)} lies in this place itself. Choose another one around it.", "parent")
    if parent is not None and PlaceKind(parent.kind) not in LIES_IN[kind]:
        allowed = [WORDS[one] for one in PlaceKind if one in LIES_IN[kind]]
        around = " or ".join(["the client itself", *allowed])
        raise CannotPlace(f"{parent.name} is {WORDS[PlaceKind(parent.kind)]}. Put {WORDS[kind]} in {around}.", "parent")
    _check_tags(kind, said.tags, rows)
    if said.zone:
        keeping.check_zone(said.zone)


def _check_tags(kind: PlaceKind, tags: Iterable[str], rows: dict[str, Place]) -> None:
    chosen = list(tags)
    if chosen and kind not in CARRIES_TAGS:
        raise CannotPlace("Only sites and assets carry tags. Leave them out here.", "tags")
    if any(tag not in rows or rows[tag].kind != PlaceKind.TAG for tag in chosen):
        raise CannotPlace("One of these tags is not there any more. Choose from the list.", "tags")


def _named(rows: dict[str, Place], key: str, by: Actor) -> str:
    return rows[key].name if key in rows else by.tenant.name


def _written(row: Place, rows: dict[str, Place], by: Actor) -> str:
    """Return a place in one line for history."""
    parts = [row.name, f"in {row.parent.name if row.parent else by.tenant.name}"]
    parts += [f"zone {row.zone}"] if row.zone else []
    parts += [f"tags {', '.join(_named(rows, tag, by) for tag in row.tags)}"] if row.tags else []
    parts += [f"order {row.position}"] if row.kind == PlaceKind.TAG else []
    return "; ".join(parts)
