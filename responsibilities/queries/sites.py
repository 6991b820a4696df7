"""The page of a client's places: the tree in order, and what the matrix says of each."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import PlaceKind
from responsibilities.models import Place, Row
from responsibilities.queries import reading

WORDS = {PlaceKind.GROUP: "group of sites", PlaceKind.SITE: "site", PlaceKind.TAG: "service or tag", PlaceKind.ASSET: "asset"}


@dataclass(frozen=True)
class Node:
    """One place in the tree: how deep it lies, and how many lines of the matrix are about it."""

    key: str
    name: str
    word: str
    depth: int
    zone: str
    tags: tuple[str, ...]
    position: int | None  # of a tag
    rows: int


@dataclass(frozen=True)
class Sites:
    """The places of a client, those that stand as a tree, those that are gone as a list."""

    nodes: tuple[Node, ...]
    gone: tuple[Node, ...]
    zone: str
    may_edit: bool


def sites(by: Actor, at: datetime) -> Sites:
    """Return the page of a client's places."""
    rows = list(Place.objects.for_tenant(by.tenant).order_by("kind", "position", "name", "id"))
    lines = lines_at(by.tenant_id, at)
    names = {row.key: row.name for row in rows}
    inside: dict[int | None, list[Place]] = defaultdict(list)
    for row in sorted(rows, key=_order):
        if row.retired_at is None:
            inside[row.parent_id].append(row)
    nodes = tuple(_node(row, depth, names, lines) for row, depth in _walk(inside, None, 0))
    gone = tuple(_node(row, 0, names, lines) for row in rows if row.retired_at is not None)
    return Sites(nodes, gone, by.tenant.zone, access.may(by, "place.edit"))


def site(by: Actor, key: str) -> Place | None:
    """Return one place that stands, None for any other."""
    return Place.objects.for_tenant(by.tenant).filter(key=key, retired_at=None).select_related("parent").first()


def standing(by: Actor) -> list[Place]:
    """Return every place of a client that stands, by kind and name."""
    return sorted(Place.objects.for_tenant(by.tenant).filter(retired_at=None), key=_order)


def lines_at(tenant_id: int, at: datetime) -> Counter[int]:
    """Return how many lines each place's id has, in the version that answers and in the open one."""
    versions = {version.pk for version in (reading.version_at(tenant_id, at), reading.open_version(tenant_id)) if version}
    rows = Row.objects.for_tenant(tenant_id).filter(version__in=versions, place__isnull=False)
    return Counter(place for place, *_ in rows.values_list("place_id", "duty_id", "covers").distinct() if place is not None)


def _order(row: Place) -> tuple[int, int, str, int]:
    return list(PlaceKind).index(PlaceKind(row.kind)), row.position, row.name.lower(), row.pk


def _walk(inside: dict[int | None, list[Place]], parent: int | None, depth: int) -> Iterator[tuple[Place, int]]:
    """Yield the places below one, each followed by what lies in it."""
    for row in inside.get(parent, ()):
        yield row, depth
        yield from _walk(inside, row.pk, depth + 1)


def _node(row: Place, depth: int, names: dict[str, str], lines: Counter[int]) -> Node:
    tags = tuple(names.get(tag, tag) for tag in row.tags)
    position = row.position if row.kind == PlaceKind.TAG else None
    return Node(row.key, row.name, WORDS[PlaceKind(row.kind)], depth, row.zone, tags, position, lines[row.pk])
