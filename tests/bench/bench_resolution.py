"""Who answers: looked up in what was compiled, beside the rules read one by one in the same run; 70 duties at 200 sites."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import django

django.setup()

from comanaged.vocabulary import Hours, Letter, Party, PlaceKind, TeamKind  # noqa: E402 - the settings stand only now
from responsibilities import catalogue  # noqa: E402
from responsibilities.domain import coverage, presence  # noqa: E402
from responsibilities.domain import matrix as matrices  # noqa: E402
from responsibilities.domain.compiled import Compiled  # noqa: E402
from responsibilities.domain.matrix import Duty, Matrix  # noqa: E402
from responsibilities.domain.people import Crew, Member, Person, Team  # noqa: E402
from responsibilities.domain.places import Place, Places  # noqa: E402
from responsibilities.domain.raci import Rule  # noqa: E402
from tests.bench import frame  # noqa: E402

START = datetime(2026, 10, 1, tzinfo=UTC)
SITES, OWN_HANDS, ASKED, ROUNDS = 200, 40, 5_000, 9
NIGHT_DESK = 1


def client() -> Matrix:
    """Return a client of 200 sites: four time zones, forty with hands of their own, a night desk on a weekly rota."""
    template = catalogue.template("full-co-managed")
    zones = ("", "America/Denver", "America/Phoenix", "America/New_York")
    sites = [Place(f"site-{number}", f"Site {number}", PlaceKind.SITE, zone=zones[number % 4]) for number in range(SITES)]
    rules: dict[str, list[Rule]] = {}
    for rule in template.rules:
        night = rule.letter is Letter.R and rule.party is Party.PROVIDER
        rules.setdefault(rule.duty, []).append(replace(rule, team=NIGHT_DESK) if night else rule)
    for place in sites[:OWN_HANDS]:
        rules["support.onsite"].append(Rule(Letter.R, Party.PROVIDER, Hours.BUSINESS, duty="support.onsite", place=place.key))
        rules["security.physical"].append(Rule(Letter.R, Party.VENDOR, Hours.AFTER, duty="security.physical", place=place.key))
    desk = Team(
        NIGHT_DESK,
        "Night desk",
        Party.PROVIDER,
        TeamKind.TEAM,
        "America/Chicago",
        tuple(Member(one, START - timedelta(days=90)) for one in (1, 2, 3)),
        rota_from=START - timedelta(days=60),
    )
    return Matrix(
        duties={
            duty.key: Duty(duty.key, duty.name, duty.category, duty.coverage, duty.risk, duty.work) for duty in catalogue.duties().values()
        },
        rules=rules,
        calendar=coverage.calendar_of("America/Chicago", coverage.week_of("Mon-Fri 07:30-17:30")),
        names={party: party.value.title() for party in Party},
        version=1,
        signed=True,
        places=Places({place.key: place for place in sites}),
        crew=Crew({one: Person(one, f"Person {one}", Party.PROVIDER) for one in (1, 2, 3)}, {NIGHT_DESK: desk}),
    )


def timed(ask: Callable[[str, str, datetime], object], questions: list[tuple[str, str, datetime]]) -> float:
    """Return microseconds a question."""
    began = time.perf_counter()
    for duty, place, at in questions:
        ask(duty, place, at)
    return (time.perf_counter() - began) / len(questions) * 1e6


def main() -> None:
    """Measure and print."""
    rulebook = client()
    chance = random.Random(1)  # noqa: S311 - the same questions every time
    keys, places = list(rulebook.duties), ["", *rulebook.places.known]
    questions = [
        (chance.choice(keys), chance.choice(places), START + timedelta(minutes=chance.randrange(89 * 24 * 60))) for _ in range(ASKED)
    ]

    def naive(duty: str, place: str, at: datetime) -> object:
        reading = matrices.read(rulebook, rulebook.duties[duty], at, place)
        return reading, presence.holder(rulebook, reading)

    laid_out: list[float] = []
    whole: list[float] = []
    stretches = 0
    for _ in range(ROUNDS):
        began = time.process_time()
        one_place = Compiled(replace(rulebook, places=Places()), START)
        one_place.everything()
        laid_out.append((time.process_time() - began) * 1000)
    for _ in range(3):
        began = time.process_time()
        compiled = Compiled(rulebook, START)
        stretches = compiled.everything()
        whole.append((time.process_time() - began) * 1000)
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(timed(compiled.find, questions))
        plain.append(timed(naive, questions))
    print(f"resolution, {len(keys)} duties x {SITES} sites, {ASKED} questions by turns; {frame.machine()}")  # noqa: T201
    print(f"{'compiled lookup':>40}  {median(ours):8.2f} us a question")  # noqa: T201
    print(f"{'rules read one by one':>40}  {median(plain):8.2f} us a question")  # noqa: T201
    print(f"{'one by one : compiled':>40}  {median(plain) / median(ours):8.1f} x")  # noqa: T201
    print(f"{'90 days of the client, whole':>40}  {median(laid_out):8.1f} ms CPU")  # noqa: T201
    print(f"{f'90 days at {SITES} sites, whole':>40}  {median(whole):8.1f} ms CPU, {stretches} stretches")  # noqa: T201


if __name__ == "__main__":
    main()
