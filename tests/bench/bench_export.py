"""Files of a version: 70 duties, 40 of 200 sites with hands of their own, then every duty said otherwise at each of 40 and 200 sites."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

import django

django.setup()

from comanaged.vocabulary import spoken  # noqa: E402 - the settings stand only now
from responsibilities import catalogue  # noqa: E402
from responsibilities.domain import content as contents  # noqa: E402
from responsibilities.domain.content import Calendar, Content, Duty, Held, Line, Place  # noqa: E402
from responsibilities.exporters import CannotExport, files  # noqa: E402
from responsibilities.exporters.document import Document, Signed  # noqa: E402
from responsibilities.importers import own  # noqa: E402
from tests.bench import frame  # noqa: E402

MADE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
SITES, OWN_HANDS, ROUNDS = 200, 40, 5
DAYS = ("mon", "tue", "wed", "thu", "fri")
NAMES = {"internal": "Internal IT", "provider": "Northwind MSP", "leadership": "Leadership", "end_user": "Users", "vendor": "Vendors"}


def client() -> Content:
    """Return a client of 200 sites, forty of them with hands and guards of their own."""
    held: dict[str, list[Held]] = {}
    for rule in catalogue.template("full-co-managed").rules:
        one = Held(rule.letter, spoken(rule.party or ""), hours=spoken(rule.hours or ""), lead=rule.lead, split=catalogue.split_of(rule))
        held.setdefault(rule.duty, []).append(one)
    lines = [Line(key, held=tuple(held.get(key, ()))) for key in catalogue.duties()]
    for number in range(OWN_HANDS):
        lines.append(Line("support.onsite", f"site-{number}", held=(Held("R", "provider", hours="business"),)))
        lines.append(Line("security.physical", f"site-{number}", held=(Held("R", "vendor", hours="after"),)))
    return Content(
        client="bench",
        template="full-co-managed",
        edition=1,
        lines=tuple(lines),
        calendars=(Calendar("business", "", "", "internal", "America/Chicago", dict.fromkeys(DAYS, ("07:30-17:30",))),),
        duties={key: Duty(one.name, one.category, spoken(one.coverage), one.risk) for key, one in catalogue.duties().items()},
        places={f"site-{number}": Place(f"Site {number}", "site", zone="America/Denver") for number in range(SITES)},
        parties=NAMES,
    )


def everywhere(content: Content, sites: int) -> Content:
    """Return the client with every duty said otherwise at so many sites."""
    said = (Held("R", "provider", hours="business"), Held("R", "vendor", hours="after"))
    lines = tuple(Line(key, f"site-{number}", held=said) for number in range(sites) for key in content.duties)
    return replace(content, lines=(*(line for line in content.lines if not line.place), *lines))


def document(content: Content) -> Document:
    """Return a version in force that says this."""
    found = contents.digest(contents.canonical(content))
    signed = tuple(
        Signed(side, NAMES[side], "Somebody", "Somebody", "24 November 2026 10:00, UTC", found) for side in ("internal", "provider")
    )
    return Document("Bench", 3, "In force", signed=True, content=content, content_hash=found, made=MADE, signatures=signed)


def measured(work: Callable[[], bytes]) -> str:
    """Return the median time and the size of a file, or that it is refused."""
    walls, body = [], b""
    try:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            body = work()
            walls.append(time.perf_counter() - began)
    except CannotExport:
        return "refused in words"
    return f"{median(walls) * 1000:8.0f} ms {len(body) / 1024:8.0f} kB"


def main() -> None:
    """Measure and print."""
    print(f"files of a version, median of {ROUNDS}; {frame.machine()}")  # noqa: T201
    small = client()
    serves = {key: duty.nist_800_171_r2 for key, duty in catalogue.duties().items()}
    for content in (small, everywhere(small, OWN_HANDS), everywhere(small, SITES)):
        found = document(content)
        print(f"{len(content.lines)} lines")  # noqa: T201
        for kind, file in files.FILES.items():
            print(f"{kind:>20} {measured(lambda file=file, found=found: file.make(found, serves))}")  # type: ignore[misc] # noqa: T201
        body = files.FILES["xlsx"].make(found, serves)
        began = time.perf_counter()
        assert own.of_xlsx(body) is not None
        print(f"{'read back':>20} {(time.perf_counter() - began) * 1000:8.0f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
