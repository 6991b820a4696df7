"""What fifty kills do to what is on its way to people and systems: nothing stays behind, and who hears of a thing twice can tell.

The worker is a process of its own that is killed outright, again and again, in the middle of its work; what it held is free at once, as though the two minutes
of its leases had passed. A mail server and a webhook's receiver count what reaches them by its name: Message-ID and webhook-id.
"""

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import django

django.setup()

from django.conf import settings  # noqa: E402 - the settings stand only now
from django.utils import timezone  # noqa: E402

from comanaged import bootstrap, tenancy  # noqa: E402
from comanaged.accounts import access, actions, channelling  # noqa: E402
from comanaged.accounts.models import Kind, User  # noqa: E402
from comanaged.notices import actions as notices  # noqa: E402
from comanaged.notices import hooks  # noqa: E402
from comanaged.notices.models import Channel, Delivery, Notice  # noqa: E402
from tests.bench import frame  # noqa: E402
from tests.notices.mailboxes import Box, mailbox  # noqa: E402
from tests.notices.sinks import Sink, listening  # noqa: E402

KILLS, MAILS, POSTS = 50, 2000, 4000  # kills of each kind
LIVES = (1, 30)  # things that a worker sends before its end
MOMENT = 0.2  # seconds after the last of them, at the most
PATIENCE = 600.0  # seconds
ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Person:
    """Who is told."""

    user_id: int
    name: str
    email: str


def a_client(sink: Sink) -> int:
    """Make a client whose manager has a webhook; return its id."""
    at = timezone.now()
    client = actions.create_organisation(Kind.CLIENT, "Measured", slug="measured", zone="UTC", at=at)
    person = User.objects.create_user("manager@example.test", "not asked for here", name="Manager")
    actions.admit(person, client, "c_mgr", by=access.system(client), at=at)
    manager = next(one for one in access.actors_of(person, timezone.now()) if one.tenant == client)
    with tenancy.only([client.pk], side=client.pk):
        channelling.make(channelling.Wanted("WEBHOOK", "Their system", sink.address), by=manager, at=at)
    return client.pk


def queue_mails(client: int) -> None:
    """Let mails wait, each for another person."""
    with tenancy.only([client]):
        for number in range(MAILS):
            to = [Person(0, "Somebody", f"somebody-{number}@example.test")]
            notices.queue(tenant=client, to=to, subject=f"Number {number}", text="It happened.", key=f"kill:{number}", at=timezone.now())


def queue_posts(client: int) -> None:
    """Let things wait for the webhook."""
    with tenancy.only([client]):
        for number in range(POSTS):
            hooks.announce(
                tenant=client,
                sides=["INTERNAL"],
                kind="comanaged.ticket.updated",
                subject=str(number),
                body={"number": number},
                key=f"kill:{number}",
                at=timezone.now(),
            )


def worker(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start what sends."""
    command = [sys.executable, "manage.py", "sweep", "--every", "0.2"]
    return subprocess.Popen(command, cwd=bootstrap.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait for something; say whether it came."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def kill(environment: dict[str, str], heard: Callable[[], int], luck: random.Random, client: int) -> None:
    """Start a worker, let it send something, kill it, and let its leases run out."""
    enough, process = heard() + luck.randint(*LIVES), worker(environment)
    if not until(lambda: heard() >= enough, PATIENCE):
        raise SystemExit("A worker sent nothing.")
    time.sleep(luck.uniform(0, MOMENT))
    process.kill()
    process.wait()
    with tenancy.only([client]):
        for model in (Notice, Channel):
            model.objects.for_tenant(client).exclude(lease_until=None).update(lease_until=timezone.now())


def waiting(client: int) -> int:
    """Return how much was not sent yet."""
    with tenancy.only([client]):
        return sum(kind.objects.for_tenant(client).filter(sent_at=None, failed_at=None).count() for kind in (Notice, Delivery))


def storm(name: str, ids: Callable[[], Sequence[str]], sent: int, environment: dict[str, str], client: int) -> bool:
    """Kill workers while they send, let a last one send the rest, and print what arrived; say whether the promise holds."""
    luck = random.Random(5)  # noqa: S311 - the same lives at every run
    for _ in range(KILLS):
        kill(environment, lambda: len(ids()), luck, client)
    left, last = waiting(client), worker(environment)
    ended = until(lambda: waiting(client) == 0, PATIENCE)
    last.kill()
    last.wait()
    times = Counter(ids())
    twice, lost = sum(count - 1 for count in times.values()), sent - len(times)
    print(f"{name:>8}  {KILLS} kills, {left} of {sent} waited after them, {lost} lost, {twice} twice ({100 * twice / sent:.2f} %)")  # noqa: T201
    return ended and lost == 0 and twice <= sent * 0.005


def main() -> None:
    """Kill and count."""
    with mailbox(settings) as box, listening() as sink:
        settings.HOOKS_INSIDE = frozenset({sink.place})
        environment = {name: value for name, value in os.environ.items() if name != "COMANAGED_MAIL_FOLDER"}
        environment |= {"COMANAGED_SMTP_HOST": "127.0.0.1", "COMANAGED_SMTP_PORT": str(box.port), "COMANAGED_HOOKS_INSIDE": sink.place}
        client = a_client(sink)
        print(frame.machine())  # noqa: T201
        queue_mails(client)
        kept = [storm("mails", lambda: names(box), MAILS, environment, client)]
        queue_posts(client)
        kept.append(storm("posts", lambda: sink.ids, POSTS, environment, client))
    if not all(kept):
        raise SystemExit("The promise is at least once, and at most one in two hundred twice.")


def names(box: Box) -> list[str]:
    """Return the Message-ID of every mail that arrived."""
    return [found[1].decode() for _, _, raw in list(box.arrived) if (found := ID.search(raw))]


if __name__ == "__main__":
    main()
