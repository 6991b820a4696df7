"""A version as the appendix of a contract, printed to PDF: who answers for what, what is left out, who signed it, its mark on every sheet."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from comanaged.vocabulary import Letter, spoken
from responsibilities.domain import difference
from responsibilities.domain.content import Calendar, Content, Held, Line
from responsibilities.exporters import CannotExport, document, layout
from responsibilities.exporters.document import Document
from responsibilities.exporters.grid import head

log = logging.getLogger(__name__)
PRINTER = Path(__file__).with_name("printing.py")
MOST, SECONDS = 5_000, 20  # lines that are printed, and how long that may take
INSTEAD = "Download the spreadsheet, which has the same content mark."
SIDES = {"internal": "the client, with its own IT, its leadership and its users", "provider": "the provider"}
SUBJECT = "responsibility matrix"
FIRST = "Where several do it, one of them answers first."
UNBROKEN, LONG = 24, 700  # characters of a word that does not fit a column, and of a line that may go over to the next sheet
BOXES = "A letter that this printer does not have stands as an empty box; the spreadsheet of this version has it."
RARE = re.compile(r"[^\x00-\u052f\u1e00-\u22ff\u2500-\u25ff]")  # what Latin, Greek, Cyrillic and their signs do not hold
WORD = re.compile(rf"\S{{{UNBROKEN},}}")


def pdf(found: Document) -> bytes:
    """Return the appendix. The same version gives the same bytes. Raise CannotExport."""
    if len(found.content.lines) > MOST:
        raise CannotExport(f"This version has {len(found.content.lines):,} lines, more than the PDF holds. {INSTEAD}")
    asked = json.dumps({"said": said_by(found), "made": int(found.made.timestamp())})
    try:
        done = subprocess.run(  # noqa: S603 - our own printer, given nothing on its command line
            [sys.executable, "-I", str(PRINTER)], input=asked.encode(), capture_output=True, timeout=SECONDS, check=True, env={}, cwd="/"
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as trouble:
        log.warning("an appendix of %s lines was not printed: %s", len(found.content.lines), type(trouble).__name__)
        raise CannotExport(f"This version takes too long to print, or has a text that does not fit on a sheet. {INSTEAD}") from None
    return done.stdout


def said_by(found: Document) -> str:
    """Return all that the appendix says as JSON, every text of it plain."""
    content = found.content
    said = {
        "title": found.title,
        "subject": SUBJECT,
        "client": found.client,
        "number": str(found.number),
        "standing": found.standing,
        "unsigned": "" if found.signed else document.UNSIGNED,
        "mark": found.mark,
        "hash": found.content_hash,
        "sides": [{"name": one.party, "what": SIDES.get(one.side, "")} for one in found.signatures],
        "letters": [{"letter": letter, "words": words} for letter, words in (*document.LETTERS, document.BACKUP)],
        "first": FIRST,
        "night": document.NIGHT,
        "hours": [_hours(content, one) for one in _ordered(content.calendars)],
        "places": "; ".join(_places(content)),
        "also": " ".join(_also(content)),
        "parties": [content.party(party) for party in found.parties],
        "groups": [{"name": group.name, "lines": [_line(found, line) for line in group.lines]} for group in found.groups],
        "left_out": [
            (content.title(one.duty), one.reason, one.accepted_by, difference.day(one.until))
            for one in sorted(content.exclusions, key=lambda one: one.duty)
        ],
        "accepted": [(one.title, one.what, one.reason, one.accepted_by, one.until) for one in found.accepted],
        "signatures": [
            {"party": one.party, "person": one.person, "typed_name": one.typed_name, "at": one.at, "mark": found.mark}
            for one in found.signatures
        ],
    }
    text = json.dumps(_fitting(said), ensure_ascii=False)
    return json.dumps(_fitting(said) | {"boxes": BOXES if RARE.search(text) else ""}, ensure_ascii=False)


def _line(found: Document, line: Line) -> dict[str, Any]:
    content = found.content
    left = {one.duty: one for one in content.exclusions}
    nobody = [_letter(one) for one in layout.held_by(line, "")]
    texts = [("May be done without asking", line.authority), ("First steps", line.first_steps)]
    return {
        "title": content.place(line.place) if line.place else head(found, line)[2],
        "duty": head(found, line)[2],
        "place": bool(line.place),
        "cells": [[_part(content, one) for one in layout.held_by(line, party)] for party in found.parties],
        "nobody": ", ".join(nobody),
        "note": line.note,
        "excluded": difference.excluded_in_words(left[line.about]) if line.about in left and not line.place else "",
        "texts": [{"name": name, "words": words} for name, words in texts if words],
        "long": len(line.note) + sum(len(one.qualifier) + len(one.split) for one in line.held) > LONG,
    }


def _part(content: Content, held: Held) -> dict[str, Any]:
    dates = [
        f"from {difference.day(held.since)}" if held.since else "",
        f"until {difference.day(held.until)}" if held.until else "",
    ]
    more = [
        f"which half: {held.split}" if held.split else "",
        f"only: {held.qualifier}" if held.qualifier else "",
        " ".join(filter(None, dates)),
        layout.BESIDES if held.append else "",
    ]
    words = " ".join(filter(None, (_when(content, held.hours), content.who(held))))
    return {"letter": _letter(held), "words": words, "lead": held.lead, "more": "; ".join(filter(None, more))}


def _letter(held: Held) -> str:
    if held.rank == 1:
        return held.letter
    return layout.BACKUP if held.letter == Letter.R else f"{layout.BACKUP} of {held.letter}"


def _when(content: Content, hours: str) -> str:
    return layout.SPOKEN.get(hours) or next(
        (one.name for one in content.calendars if one.key == hours and one.name), hours.replace("-", " ")
    )


def _hours(content: Content, one: Calendar) -> dict[str, str]:
    name = one.name or ("Day" if one.key == "business" else one.key)
    closed = ", ".join(difference.day(day) for day in sorted(set(one.closed)))
    return {
        "name": name,
        "place": content.place(one.place) if one.place else "",
        "words": difference.hours_in_words(one),
        "closed": f"Closed on {closed}." if closed else "",
    }


def _places(content: Content) -> list[str]:
    """Return the places that the version names, each with what it is, where it lies and in which zone."""
    found = []
    for place in sorted(content.places.values(), key=lambda one: (one.name, one.kind)):
        inside = [f"in {content.place(place.parent)}"] if place.parent else []
        tags = [f"with {' and '.join(content.place(tag) for tag in sorted(place.tags))}"] if place.tags else []
        found.append(f"{place.name} ({', '.join([place.kind, *inside, *tags, *filter(None, [place.zone])])})")
    return found


def _also(content: Content) -> list[str]:
    """Return in sentences what is agreed besides the lines: what the template asks, and which template it was."""
    policy, said = content.policy, []
    if accountable := policy.get("accountable"):
        names = " or ".join(content.party(spoken(str(party))) for party in accountable)
        said.append(f"Only {names} may be accountable for a duty that an outside requirement hangs on.")
    if policy.get("named_people"):
        said.append("A duty that an outside requirement hangs on names a person.")
    if (factor := policy.get("evidence_age_factor", 1)) != 1:
        said.append(f"Proof may be {factor} times as old as is usual.")
    if content.template:
        said.append(f"It began from the template {content.template}{f', edition {content.edition}' if content.edition else ''}.")
    return said


def _ordered(calendars: Iterable[Calendar]) -> list[Calendar]:
    return sorted(calendars, key=lambda one: (one.key != "business", one.key, one.place))


def _fitting(said: Any) -> Any:
    """Return the same texts, each very long word with places where it may go over to the next line."""
    if isinstance(said, str):
        return WORD.sub(
            lambda found: "\u200b".join(found[0][at : at + UNBROKEN // 2] for at in range(0, len(found[0]), UNBROKEN // 2)), said
        )
    if isinstance(said, dict):
        return {name: value if name in {"mark", "hash"} else _fitting(value) for name, value in said.items()}
    return [_fitting(one) for one in said] if isinstance(said, list | tuple) else said
