"""A working day at Harbor Dental and Pine Clinics, made by the product's own actions, for pages that have something to show."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from comanaged.accounts import actions as accounts
from comanaged.vocabulary import Audience, Priority
from monitoring import actions as monitoring
from tests.cast import Cast
from tests.monitoring.bodies import TWO_FIRING, sample
from tests.monitoring.build import alerts, hands_in, sender
from tests.tickets.build import a_file
from tickets import actions as tickets
from tickets.actions import contacts, requests
from tickets.models import Ticket

LONG = "Panoramic X-ray viewer will not open since the update of last night, on every machine of the front desk and in room three"


def make_world(cast: Cast) -> None:
    """Fill both clients with tickets in every state, words of every audience, alerts, backup lists, a key and an invitation."""
    talk(cast)
    watch(cast)
    prove(cast)
    help_users(cast)
    accounts.invite("new@example.test", cast.harbor, "c_tech", name="New colleague", by=cast.actor("Iris"), at=timezone.now())
    cast.key(cast.harbor, "k_read")


def talk(cast: Cast) -> None:
    """Let people ask, answer and note."""
    ask(cast, "Ivo", "Printer at reception jams", duty="support.first-line", priority=Priority.P3)
    viewer = ask(cast, "Iris", LONG, duty="support.first-line", priority=Priority.P2)
    backup = ask(cast, "Ivo", "Backup of DC-02 failed three nights running", duty="backup.jobs", priority=Priority.P1)
    ask(cast, "Pine's manager", "Switch in closet B reboots at random", duty="support.second-line", priority=Priority.P2)
    for title in ("The practice server hums at night", "Remote sign-in fails from home"):
        ask(cast, "Ivo", title, duty="support.after-hours", priority=Priority.P2, hour=22)
    say(cast, "Tess", tickets.reply, viewer, "Does it show a message before it closes?", Audience.PUBLIC)
    say(cast, "Tess", tickets.note, viewer, "Storage quote is with the office. Do not promise a date.")
    say(cast, "Iris", tickets.note, viewer, "Lena wants this before Friday.")
    say(cast, "Iris", tickets.reply, viewer, 'Yes: "licence not found".', Audience.SHARED)
    holder = "Tess" if backup.side == "PROVIDER" else "Ivo"
    say(cast, holder, tickets.take, backup)
    say(cast, holder, tickets.resolve, backup, "Chain was rebuilt, the job ran.")


def latest(hour: int, zone: str) -> datetime:
    """Return this local hour of a working day before today, so that whose it is never depends on when a test runs."""
    day = timezone.now().astimezone(ZoneInfo(zone)).replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day


def ask(cast: Cast, name: str, title: str, *, duty: str, priority: Priority, hour: int = 10) -> Ticket:
    """Let a person open a ticket at their own client, at an hour of a working day."""
    tenant = cast.pine if name == "Pine's manager" else cast.harbor
    at = latest(hour, tenant.zone)
    with cast.as_(name, tenant) as by:
        return tickets.ask(
            title=title, duty_key=duty, text=f"{title}. Since this morning.", priority=priority, kind="person", by=by, at=at
        ).ticket


def say(cast: Cast, name: str, act: Any, ticket: Ticket, *words: Any) -> None:
    """Let a person act on a ticket of Harbor Dental, some minutes ago."""
    with cast.as_(name) as by:
        partial(act, ticket.pk, *words)(by=by, at=timezone.now() - timedelta(minutes=20))


def watch(cast: Cast) -> None:
    """Let sources speak: two alerts of one sender, one understood only in part, one already seen by somebody."""
    sender(cast.harbor, "alertmanager").says(sample(TWO_FIRING))
    sender(cast.harbor, "generic", duty="backup.jobs").says(
        {"title": "Repository of the backup is 97% full", "severity": "critical", "asset": "NAS-1"}
    )
    with cast.as_("Ivo") as ivo:
        monitoring.acknowledge(alerts(cast.harbor)[0].public_id, by=ivo, at=timezone.now())


def prove(cast: Cast) -> None:
    """Hand in a backup list with good, failed and old jobs."""
    now = timezone.now()
    nights = [(now - timedelta(days=days)).strftime("%Y-%m-%d 01:00:00") for days in range(6)]
    lines = ["JobName,Result,Date", *(f"DC-01,Success,{night}" for night in nights), *(f"DC-02,Failed,{night}" for night in nights[:3])]
    lines += [f"DC-02,Success,{nights[4]}", f"File server,Success,{nights[5]}"]
    hands_in(cast.harbor, "\n".join(lines).encode(), now, by=cast.actor("Iris"))


def help_users(cast: Cast) -> None:
    """Let Jo ask for three things, of which one is answered and one is solved; mail to somebody else comes back, a third is blocked."""
    at = timezone.now()
    with cast.as_("Ivo") as ivo:
        jo = contacts.add_contact("jo@example.test", "Jo", by=ivo, at=at)
        away = contacts.add_contact("a.person.with.quite.a.long.address@practice.of.harbor.example.test", "Sam", by=ivo, at=at)
        contacts.bounced(away.address, "550 5.1.1 The mailbox is not there any more", by=ivo, at=at)
        contacts.block_contact(contacts.add_contact("noise@example.test", "Noise", by=ivo, at=at).number, by=ivo, at=at)
    cast.people["Jo"] = jo.user
    mine = []
    for title in ("No sound in room three", LONG, "A second screen, please"):
        with cast.as_("Jo") as by:
            asked = requests.Asked(title, f"{title}. Since this morning.", "person", "slowed")
            mine.append(requests.ask(asked, by=by, at=at - timedelta(minutes=30), files=[a_file("picture.log")]))
    for ticket, act, words in (
        (mine[0], tickets.reply, ("Is the cable in?", Audience.PUBLIC)),
        (mine[2], tickets.resolve, ("It stands on the desk.",)),
    ):
        holder = "Tess" if ticket.side == "PROVIDER" else "Ivo"
        say(cast, holder, tickets.take, ticket)
        say(cast, holder, act, ticket, *words)
