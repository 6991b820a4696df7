"""A working day at Harbor Dental and Pine Clinics, made by the product's own actions, for pages that have something to show."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from comanaged.accounts import actions as accounts
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Audience, Priority
from tests.cast import Cast
from tickets import actions as tickets
from tickets.models import Ticket

LONG = "Panoramic X-ray viewer will not open since the update of last night, on every machine of the front desk and in room three"


def make_world(cast: Cast) -> None:
    """Fill both clients with tickets in every state, words of every audience, keys and an open invitation."""
    now = timezone.now()
    ask(cast, "Ivo", cast.harbor, "Printer at reception jams", "support.first-line", Priority.P3, now - timedelta(hours=5))
    viewer = ask(cast, "Iris", cast.harbor, LONG, "support.first-line", Priority.P2, now - timedelta(hours=3))
    backup = ask(
        cast, "Ivo", cast.harbor, "Backup of DC-02 failed three nights running", "backup.jobs", Priority.P1, now - timedelta(hours=1)
    )
    ask(
        cast,
        "Pine's manager",
        cast.pine,
        "Switch in closet B reboots at random",
        "support.second-line",
        Priority.P2,
        now - timedelta(days=3),
    )
    say(
        cast,
        "Tess",
        viewer,
        lambda by, at: tickets.reply(viewer.pk, "Does it show a message before it closes?", Audience.PUBLIC, by=by, at=at),
    )
    say(
        cast,
        "Tess",
        viewer,
        lambda by, at: tickets.note(viewer.pk, "Storage quote is with the office. Do not promise a date.", by=by, at=at),
    )
    say(cast, "Iris", viewer, lambda by, at: tickets.note(viewer.pk, "Lena wants this before Friday.", by=by, at=at))
    say(cast, "Iris", viewer, lambda by, at: tickets.reply(viewer.pk, 'Yes: "licence not found".', Audience.SHARED, by=by, at=at))
    holder = "Tess" if backup.side == "PROVIDER" else "Ivo"
    say(cast, holder, backup, lambda by, at: tickets.take(backup.pk, by=by, at=at))
    say(cast, holder, backup, lambda by, at: tickets.resolve(backup.pk, "Chain was rebuilt, the job ran.", by=by, at=at))
    accounts.invite("new@example.test", cast.harbor, "c_tech", name="New colleague", by=cast.actor("Iris"), at=now)
    cast.key(cast.harbor, "k_read")


def ask(cast: Cast, name: str, tenant: Organisation, title: str, duty: str, priority: Priority, at: datetime) -> Ticket:
    """Let a person open a ticket."""
    with cast.as_(name, tenant) as by:
        return tickets.ask(
            title=title, duty_key=duty, text=f"{title}. It began this morning.", priority=priority, kind="person", by=by, at=at
        ).ticket


def say(cast: Cast, name: str, ticket: Ticket, act: Callable[..., object]) -> None:
    """Let a person act on a ticket, some minutes ago."""
    with cast.as_(name, ticket.tenant) as by:
        act(by, timezone.now() - timedelta(minutes=20))
