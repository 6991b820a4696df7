"""The month as it is written in story.yaml, played through the product's own actions."""

import contextlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import F

from comanaged import tenancy, vocabulary
from comanaged.accounts.access import Actor
from comanaged.local.demo import agreement, asking, backups, handing, reaching
from comanaged.local.demo.clock import Clock, Step, local, opening
from comanaged.local.demo.people import Cast
from comanaged.local.demo.roll import HARBOR, PINE
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Hours, Letter, Party, Priority, Side
from monitoring import actions as monitoring
from monitoring.models import InboundEvent, Source
from responsibilities import actions as responsibilities
from responsibilities.models import Row
from tickets import actions as tickets
from tickets.models import Ticket

Entry = Mapping[str, Any]
SCRIPT = Path(__file__).with_name("story.yaml")
TECHNICIANS = {(HARBOR, Side.INTERNAL): "Ivo", (PINE, Side.INTERNAL): "Pine's manager"}
ALWAYS_THERE = "Tariq"


class Story:
    """One playing of the month."""

    def __init__(self, cast: Cast, clock: Clock) -> None:
        self.cast = cast
        self.clock = clock
        self.script: dict[str, Any] = yaml.safe_load(SCRIPT.read_text())
        self.sources: dict[tuple[str, str], Source] = {}

    def tell(self, *, began: datetime) -> None:
        """Play everything up to now."""
        for source in self.script["sources"]:
            self.add_source(source, at=began)
        for edit in self.script["matrix"]:
            self.clock.at(self.working(edit, HARBOR), self.edits(edit))
        for alert in self.script["alerts"]:
            self.clock.at(self.moment(alert, alert["client"]), self.alarms(alert))
        for request in self.script["requests"]:
            self.clock.at(self.working(request, request["client"]), self.asks(request))
        agreement.Agreement(self.cast, self.clock).schedule()
        asking.Asking(self.cast, self.clock).schedule()
        backups.Nights(self.script["backups"], self.cast, self.work).schedule(self.clock)
        self.clock.play()
        handing.play(self.cast, self.clock.now)
        reaching.play(self.cast, self.clock.now)
        self.count_mail_as_sent()

    def moment(self, entry: Entry, client: str) -> datetime:
        """Return when an entry happens."""
        return local(self.clock.now, entry["day"], entry["at"], self.zone(client))

    def working(self, entry: Entry, client: str) -> datetime:
        """Return when a person does it: then, or on the next working day."""
        return opening(self.moment(entry, client), self.zone(client))

    def zone(self, client: str) -> str:
        """Return the time zone in which a client's clock is read."""
        return self.cast.organisations[client].zone

    # the matrix

    def edits(self, edit: Entry) -> Step:
        """Return the step that changes one cell of Harbor's draft."""

        def step(at: datetime) -> None:
            by = self.cast.actor(edit["who"], HARBOR)
            with tenancy.only([by.tenant_id], side=by.company_id):
                seen = Row.objects.for_tenant(by.tenant_id).get(duty__key=edit["duty"], place=None).stamp
                hours = vocabulary.written(edit["hours"], Hours) if "hours" in edit else None
                letter, party = Letter(edit["letter"]), vocabulary.written(edit["party"], Party)
                responsibilities.set_letter(edit["duty"], party, letter, seen=seen, hours=hours, by=by, at=at)

        return step

    # alerts

    def add_source(self, entry: Entry, *, at: datetime) -> None:
        """Connect a monitoring system."""
        by = self.cast.system(entry["client"])
        with tenancy.only([by.tenant_id]):
            made = monitoring.create_source(by.tenant, entry["name"], kind="generic", duty_key=entry["duty"], by=by, at=at)
        self.sources[entry["client"], entry["name"]] = made.source

    def alarms(self, entry: Entry) -> Step:
        """Return the step in which a monitoring system reports a trouble, and later that it is over."""
        said = {name: entry[name] for name in ("title", "severity", "asset")} | {"native_key": f"{entry['asset']} {entry['title']}"}

        def step(at: datetime) -> None:
            number = self.hear(entry, said, at=at)
            if number is not None:
                self.work(number, entry, at)
            if "over" in entry:
                over = said | {"kind": "resolve"}
                self.clock.at(at + timedelta(minutes=entry["over"]), lambda moment: self.forget(self.hear(entry, over, at=moment)))

        return step

    def hear(self, entry: Entry, said: Mapping[str, str], *, at: datetime) -> int | None:
        """Let a message of the past be read; return the number of its ticket. The intake's own door stores none that is not new."""
        source = self.sources[entry["client"], entry["source"]]
        tenant, token = source.tenant_id, uuid.uuid4()
        with tenancy.only([tenant]):
            event = InboundEvent.objects.create(
                tenant_id=tenant, source=source, received_at=at, body=json.dumps(said).encode(), body_hash="", lease_token=token
            )
            monitoring.digest(event.pk, tenant_id=tenant, token=token, at=at)
            event.refresh_from_db()
            found: int | None = event.digest[0]["ticket"]
            return found

    def forget(self, _number: int | None) -> None:
        """A trouble that is over asks for nothing more."""

    # tickets

    def asks(self, entry: Entry) -> Step:
        """Return the step in which a person asks for something."""

        def step(at: datetime) -> None:
            by = self.cast.actor(entry["who"], entry["client"])
            with tenancy.only([by.tenant_id], side=by.company_id):
                words = {"title": entry["title"], "duty_key": entry["duty"], "text": entry["text"], "kind": "person"}
                opened = tickets.ask(**words, priority=vocabulary.written(entry["priority"], Priority), by=by, at=at)
                number = opened.ticket.number
            self.work(number, entry, at)

        return step

    def work(self, number: int, entry: Entry, after: datetime) -> None:
        """Put on the clock what is done about a ticket once people are at work."""
        start = opening(after, self.zone(entry["client"]))
        for minutes, verb, *text in entry.get("work", ()):
            self.clock.at(start + timedelta(minutes=minutes), self.does(number, entry, verb, text))

    def does(self, number: int, entry: Entry, verb: str, text: Sequence[str]) -> Step:
        """Return the step in which somebody moves a ticket on."""

        def step(at: datetime) -> None:
            client = self.cast.organisations[entry["client"]]
            with tenancy.only([client.pk]):
                ticket = Ticket.objects.for_tenant(client).get(number=number)
            who = entry["who"] if verb == "confirm" else TECHNICIANS.get((client.slug, Side(ticket.side)), ALWAYS_THERE)
            by = self.cast.actor(who, client.slug)
            with tenancy.only([client.pk], side=by.company_id):
                act(verb, ticket.pk, "".join(text), by=by, at=at)

        return step

    def count_mail_as_sent(self) -> None:
        """What people were told in the past month is not mailed again today."""
        for client in self.cast.organisations.values():
            with tenancy.only([client.pk]):
                Notice.objects.for_tenant(client).filter(sent_at__isnull=True).update(sent_at=F("queued_at"))


def act(verb: str, ticket: int, text: str, *, by: Actor, at: datetime) -> None:
    """Do what the script calls by one word; a move that the ticket's state no longer allows is left out."""
    moves = {
        "take": lambda: tickets.take(ticket, by=by, at=at),
        "reply": lambda: tickets.reply(ticket, text, Audience.PUBLIC, by=by, at=at),
        "note": lambda: tickets.note(ticket, text, by=by, at=at),
        "resolve": lambda: tickets.resolve(ticket, text, by=by, at=at),
        "close": lambda: tickets.close(ticket, text, by=by, at=at),
        "confirm": lambda: tickets.confirm(ticket, text, by=by, at=at),
    }
    with contextlib.suppress(tickets.NotNow), transaction.atomic():
        moves[verb]()
