"""The places of a client as a tree, and the chain of places whose rules reach one of them, the nearest last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from comanaged.vocabulary import PlaceKind

CLIENT = ""  # the whole client
RANKS = {PlaceKind.GROUP: 1, PlaceKind.SITE: 2, PlaceKind.ASSET: 5}
TAG = 3  # between site and asset


@dataclass(frozen=True)
class Place:
    """One node. `tags` of a site or an asset name its tags; `position` orders tags: a higher one is nearer."""

    key: str
    name: str
    kind: PlaceKind
    parent: str = CLIENT
    tags: tuple[str, ...] = ()
    position: int = 0
    zone: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Places:
    """Every place of a client by key."""

    known: Mapping[str, Place] = field(default_factory=dict)

    def called(self, key: str) -> str:
        """Return a place's name, its key where it is not known."""
        return self.known[key].name if key in self.known else key

    def chain(self, key: str) -> dict[str, tuple[int, int]]:
        """Return each place whose rules reach `key`, with its rank: client, group, site, tags in their order, asset.

        Two tags of equal order have equal rank. A place that is not known, or gone, is reached by the client's rules alone.
        """
        ranks: dict[str, tuple[int, int]] = {CLIENT: (0, 0)}
        tags: set[str] = set()
        for place in self._up(key):
            if place.kind is PlaceKind.TAG:
                tags.add(place.key)
            else:
                ranks[place.key] = (RANKS[place.kind], 0)
            tags.update(place.tags)
        ranks |= {tag: (TAG, self.known[tag].position) for tag in tags if tag in self.known and not self.known[tag].retired}
        return dict(sorted(ranks.items(), key=lambda item: (item[1], item[0])))

    def _up(self, key: str) -> Iterable[Place]:
        """Yield a place and those around it, as long as they stand and never the same one twice."""
        seen: set[str] = set()
        while key in self.known and key not in seen and not self.known[key].retired:
            seen.add(key)
            yield self.known[key]
            key = self.known[key].parent

    def reaching(self) -> list[str]:
        """Return every place that stands, and the client first."""
        return [CLIENT, *(key for key, place in self.known.items() if not place.retired)]
