"""The queue of a provider over ten clients while its tickets grow a hundredfold and a thousandfold, by turns with a page that reads nothing."""

import os
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - the settings stand only now
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from comanaged import tenancy, walls  # noqa: E402
from comanaged.accounts import access, actions  # noqa: E402
from comanaged.accounts.models import Kind, Organisation, User  # noqa: E402
from comanaged.vocabulary import Audience, Priority, Side  # noqa: E402
from responsibilities import actions as responsibilities  # noqa: E402
from tests.bench import frame  # noqa: E402
from tests.cast import BEGAN, signed_in  # noqa: E402
from tests.tickets.many import copies  # noqa: E402
from tickets import actions as tickets  # noqa: E402
from tickets.queries import listing  # noqa: E402

CLIENTS = 10
SIZES = [1_000, 100_000, 1_000_000]
MOST = int(os.environ.get("BENCH_MOST", "100000"))  # a million tickets take some minutes to make
ROUNDS, EACH = 5, 10
PLAIN, QUEUE = "/healthz", "/desk/queue/"
STATE = "CASE WHEN n % 10 < 2 THEN 'OPEN' WHEN n % 10 = 2 THEN 'NEW' ELSE 'CLOSED' END"
CHANGES = {
    "number": "n",
    "public_id": "gen_random_uuid()",
    "condition": "''",
    "title": "'Backup of server ' || n || ' failed: ' || (ARRAY['disk', 'network', 'licence', 'timeout', 'quota'])[1 + n % 5]"
    " || CASE WHEN n % 5000 = 7 THEN ' zebra' ELSE '' END",
    "state": STATE,
    "closed_at": f"CASE WHEN {STATE} = 'CLOSED' THEN now() - n * interval '1 minute' END",
    "side": "CASE WHEN n % 3 = 0 THEN 'INTERNAL' ELSE 'PROVIDER' END",
    "next_at": f"CASE WHEN {STATE} = 'CLOSED' THEN '9999-01-01'::timestamptz ELSE now() + n * interval '1 second' END",
    "next_what": "'fix'",
    "watch_at": "NULL",
    "opened_at": "now() - n * interval '1 minute'",
    "last_at": "now() - n * interval '1 minute'",
}


def main() -> None:
    """Measure and print."""
    settings.ALLOWED_HOSTS = ["*"]
    frame.WARM_UP = EACH  # a page is slower than what the others measure
    clients, tess, once = world()
    browser = signed_in(tess)
    stages: dict[int, dict[str, frame.Timings]] = {}
    print(f"queue of a provider over {CLIENTS} clients, by turns; {frame.machine()}")  # noqa: T201
    for size in [size for size in SIZES if size <= MOST]:
        began = time.perf_counter()
        fill(clients, once, size)
        print(f"\n{size:,} tickets, {2 * size:,} messages, made in {time.perf_counter() - began:.0f} s")  # noqa: T201
        asked = questions(browser, clients)
        for name, ask in asked.items():
            ask()
            with CaptureQueriesContext(connection) as caught:
                ask()
            asked_count = len([one for one in caught if "SAVEPOINT" not in one["sql"]])
            print(f"{name:>28}  {asked_count} statements")  # noqa: T201
        reset_queries()
        stages[size] = frame.by_turns(asked, rounds=ROUNDS, each=EACH)
        for name, timings in stages[size].items():
            print(timings.line(name))  # noqa: T201
    compare(stages)


def compare(stages: dict[int, dict[str, frame.Timings]]) -> None:
    """Print how each page grew against the smallest stage, the page that reads nothing taken as the measure of the machine."""
    first = stages[min(stages)]
    for size, taken in stages.items():
        pace = taken["reads nothing"].at(50) / first["reads nothing"].at(50)
        grown = {name: taken[name].at(50) / first[name].at(50) / pace for name in taken if name != "reads nothing"}
        print(f"\n{size:,} : {min(stages):,} at p50, the machine's own pace taken out")  # noqa: T201
        for name, ratio in grown.items():
            print(f"{name:>28}  {ratio:.2f}")  # noqa: T201
        print(f"{'page 1,000 : page 1':>28}  {taken['page 1,000'].at(50) / taken['queue'].at(50):.2f}")  # noqa: T201


def world() -> tuple[list[Organisation], User, dict[int, tuple[int, list[int]]]]:
    """Make a provider with its clients and one manager, and at each client one ticket with two messages to copy."""
    at = timezone.now()
    provider = actions.create_organisation(Kind.PROVIDER, "Measured MSP", slug="measured-msp", zone="UTC", at=BEGAN)
    clients = [
        actions.create_organisation(Kind.CLIENT, f"Client {chr(65 + place)}", slug=f"client-{place}", zone="UTC", at=BEGAN)
        for place in range(CLIENTS)
    ]
    tess = User.objects.create_user("tess@example.test", "a harbour full of boats", name="Tess")
    once = {}
    for client in clients:
        actions.engage(client, provider, at=BEGAN)
        actions.admit(tess, client, "p_lead", by=access.system(client), at=BEGAN)
        by = access.system(client)
        with tenancy.only([client.pk]):
            responsibilities.start_matrix(client, "full-co-managed", by=by, at=at)
        actor = next(one for one in access.actors_of(tess, at) if one.tenant == client)
        with tenancy.only([client.pk], side=provider.pk):
            ticket = tickets.ask(
                title="T", duty_key=None, text="It worked before lunch.", priority=Priority.P3, kind="person", by=actor, at=at
            ).ticket
            tickets.reply(ticket.pk, "Looked at it, the log is full.", Audience.PUBLIC, by=actor, at=at)
            tickets.note(ticket.pk, "The storage quote is with the office.", by=actor, at=at)
        once[client.pk] = (ticket.pk, [1])
    return clients, tess, once


def fill(clients: list[Organisation], once: dict[int, tuple[int, list[int]]], size: int) -> None:
    """Bring every client to its share of the tickets, each with a message to both sides and a note of the provider's."""
    each = size // len(clients)
    with walls.as_owner(), connection.cursor() as cursor:
        for client in clients:
            ticket, filled = once[client.pk]
            copies(cursor, "tickets_ticket", ticket, CHANGES, f"SELECT generate_series({filled[0] + 1}, {each})")
            for audience in ("PUBLIC", "PROVIDER"):
                cursor.execute(
                    "SELECT id FROM tickets_event WHERE ticket_id = %s AND audience = %s ORDER BY id DESC LIMIT 1", [ticket, audience]
                )
                text = f"'{audience.lower()} words of ticket ' || n || CASE WHEN n % 5000 = 9 THEN ' quagga' ELSE '' END"
                made = f"SELECT t.number, t.id FROM tickets_ticket t WHERE t.tenant_id = {client.pk} AND t.number > {filled[0]} AND t.number <= {each}"  # noqa: S608
                changes = {"ticket_id": "many.id", "text": text, "once": "''"}
                copies(cursor, "tickets_event", cursor.fetchone()[0], changes, made)
            filled[0] = each
            cursor.execute("UPDATE tickets_counter SET last = %s WHERE tenant_id = %s", [each + 1_000_000, client.pk])
        cursor.execute("ANALYZE tickets_ticket, tickets_event")


def questions(browser: Client, clients: list[Organisation]) -> dict[str, Callable[[], None]]:
    """Return what is asked, by name."""
    slug, deep = clients[0].slug, far(clients)
    number = iter(range(time.time_ns(), 2**63))  # a new name for each submission, in every stage

    def page(where: str, **said: str) -> Callable[[], None]:
        def ask() -> None:
            answer: Any = browser.get(where, said)
            if answer.status_code != 200:
                raise SystemExit(f"{where} {said} answered {answer.status_code}")

        return ask

    def create() -> None:
        said = {
            "title": "No picture",
            "text": "Dark since nine.",
            "impact": "team",
            "urgency": "slowed",
            "duty": "",
            "once": f"o{next(number)}",
        }
        if browser.post(f"/{slug}/tickets/new/", said).status_code != 302:
            raise SystemExit("a ticket was not opened")

    return {
        "reads nothing": page(PLAIN),
        "queue": page(QUEUE),
        "page 1,000": page(QUEUE, after=deep),
        "nobody's": page(QUEUE, q="nobodys"),
        "closed today": page(QUEUE, q="closed:today"),
        "one ticket": page(f"/{slug}/tickets/50/"),
        "search, a rare word": page(QUEUE, q="zebra"),
        "search, in messages": page(QUEUE, q="quagga"),
        "search, a word of all": page(QUEUE, q="backup disk"),
        "create": create,
    }


def far(clients: list[Organisation]) -> str:
    """Return the place of the thousandth page, or of the last but one where there are fewer."""
    with tenancy.only([client.pk for client in clients]):
        ids = [client.pk for client in clients]
        wanted = listing.Filters(ours=Side.PROVIDER)
        total = listing.pick(ids, wanted, company=None, size=50_000).tickets
        place = total[-1 - min(100, len(total) // 2)]
        return listing._cursor(place, wanted)


if __name__ == "__main__":
    main()
