"""A sheet of ours that comes back with other words in it, written into the draft line by line as one act."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from responsibilities.actions import importing, starting, writing
from responsibilities.actions.importing import CannotImport, Imported, Seen
from responsibilities.actions.writing import Clash, Pen, Spot, Stale, Where, Wish
from responsibilities.domain import raci
from responsibilities.domain.raci import EVERY_DUTY, Rules
from responsibilities.models import Duty, Row, Upload, Version
from responsibilities.queries import reading
from responsibilities.queries import returned as queries
from responsibilities.queries.returned import Key, Returned, Wanted


def write(number: int, seen: Seen, *, by: Actor, at: datetime) -> Imported:
    """Write the lines that a file of ours says otherwise. Raise as importing.write does."""
    access.require(by, "matrix.import")
    with transaction.atomic():
        row = importing.opened(number, by)
        page = queries.returned(row, by, at)
        if not page.wanted:
            raise CannotImport("The draft says all of this already, so there is nothing to write.")
        first = not Version.objects.for_tenant(by.tenant).exists()
        if first:
            starting.start_bare(by.tenant, f"From the sheet {row.filename}", by=by, at=at)
        pen = writing.taken(by, at)
        importing.unsigned(pen)
        _add_duties(pen, page)
        wanted = {Spot(raci.line_key(about), place): want for (about, place), want in page.wanted.items()}
        rows = writing.locked(pen, wanted)
        kept = set() if first else _keep(pen, rows, wanted, seen)
        written = [spot for spot, line in rows.items() if spot not in kept and _put(pen, spot, line, wanted[spot])]
        if first:
            pen.abouts |= {EVERY_DUTY, *pen.matrix.duties}
        return _ended(pen, row, written)


def _add_duties(pen: Pen, page: Returned) -> None:
    """Make the duties of the client's own that the file has and the client has not."""
    known = reading.duties_of(pen.by.tenant_id)
    have, position = {duty.key: duty for duty in known}, count(max((duty.position for duty in known), default=0) + 1)
    made = [duty for key, duty in page.fresh.items() if key not in have]
    for duty in made:
        duty.position = next(position)
    Duty.objects.bulk_create(made)
    importing.hold(pen, {key: have.get(key) or duty for key, duty in page.fresh.items()})


def _wish(want: Wanted) -> Wish:
    def decide(rules: Rules, where: Where) -> Rules:
        return want.rules

    return Wish(importing.NAME, None, lambda rules, where: "", decide, whole=True)


def _keep(pen: Pen, rows: Mapping[Spot, Row | None], wanted: Mapping[Spot, Wanted], seen: Seen) -> set[Spot]:
    """Return the lines to leave as they are; raise Stale for those that changed since they were seen."""
    clashes: list[Clash] = []
    kept: set[Spot] = set()
    for spot, row in rows.items():
        if row is None:
            continue
        known = seen.lines.get(queries.word((raci.about(spot.line), spot.place))) if seen.version == pen.version.number else -1
        if known is None:
            kept.add(spot)
        elif known != row.stamp:
            _, yours = writing.difference(pen, (), wanted[spot].rules)
            _, theirs = writing.difference(pen, (), writing.rules_of(row))
            clashes.append(Clash(spot, pen.title(spot), theirs or "empty", yours or "empty", row.stamp))
    if clashes:
        raise Stale(clashes)
    return kept


def _put(pen: Pen, spot: Spot, row: Row | None, want: Wanted) -> bool:
    """Write a line's letters and texts; say whether that changed anything."""
    texts = {name: text for name, text in want.texts.items() if text != (getattr(row, name) if row else "")}
    if row is not None and not texts and set(writing.rules_of(row)) == set(want.rules):
        return False
    line = writing.changed(pen, spot, row, want.rules, name=importing.NAME).row
    if line is None:  # a line that is written is there
        return True
    for name, text in texts.items():
        trail.record(f"text.{name}", line, by=pen.by, at=pen.at, before=getattr(line, name) or "nothing", after=text or "nothing")
        setattr(line, name, text)
    line.save(update_fields=list(texts))
    return True


def _ended(pen: Pen, row: Upload, spots: list[Spot]) -> Imported:
    said = f"{len(spots)} line{'s' if len(spots) != 1 else ''} of {row.filename} written."
    if spots:
        writing.finished(pen, said)
    keys: list[Key] = [(raci.about(spot.line), spot.place) for spot in spots]
    row.result = {
        "version": pen.version.number,
        "own": [[about, pen.title(Spot(raci.line_key(about), place))] for about, place in keys],
        "said": said,
        "who": pen.by.name,
    }
    importing.close(row, pen, said)
    return Imported(pen.version, said)
