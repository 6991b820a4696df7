"""Tickets when another version of the matrix comes into force: who moves, who stays, what is said before and after."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts.access import system
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Letter, Party, Priority
from responsibilities import actions as matrix
from responsibilities import queries as responsibilities
from responsibilities.actions import drafting
from tests.cast import Cast
from tests.responsibilities import agreeing
from tests.responsibilities.agreeing import AT, open_one
from tickets import actions
from tickets.actions import rerouting as follow
from tickets.actions import watching
from tickets.domain import lifecycle, rerouting
from tickets.domain.lifecycle import State
from tickets.domain.rerouting import Fate
from tickets.models import Event, Ticket
from tickets.queries import rerouting as queries

LATER = AT + timedelta(days=1)  # a Wednesday, ten in the morning in Chicago
NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DUTY = "backup.jobs"  # at Harbor Dental internal does it by day, at night nobody
NEW = lifecycle.Ticket(state=State.NEW, side="INTERNAL")


@pytest.mark.parametrize(
    ("ticket", "then", "now", "nobody", "expected"),
    [
        (NEW, "PROVIDER", "PROVIDER", False, Fate.MOVES),
        (NEW, "INTERNAL", "INTERNAL", False, Fate.SAME),
        (NEW, "INTERNAL", "PROVIDER", False, Fate.SAME),  # only the clock says otherwise
        (NEW, "PROVIDER", "INTERNAL", False, Fate.SAME),
        (NEW, "PROVIDER", "PROVIDER", True, Fate.NOBODY),
        (replace(NEW, acted=True), "PROVIDER", "PROVIDER", False, Fate.HELD),
        (replace(NEW, assignee=7), "PROVIDER", "PROVIDER", False, Fate.HELD),
        (replace(NEW, state=State.OPEN), "PROVIDER", "PROVIDER", False, Fate.HELD),
        (replace(NEW, state=State.WAITING), "PROVIDER", "PROVIDER", False, Fate.WAITS),
        (replace(NEW, state=State.OPEN, offer="OFFER", offer_to="PROVIDER"), "PROVIDER", "PROVIDER", False, Fate.PENDING),
        (replace(NEW, state=State.RESOLVED), "PROVIDER", "PROVIDER", False, Fate.RESOLVED),
    ],
)
def test_what_becomes_of_a_ticket(ticket: lifecycle.Ticket, then: str, now: str, nobody: bool, expected: Fate) -> None:
    assert rerouting.fate(ticket, then, now, nobody=nobody) is expected


def open_for(cast: Cast, title: str, *, duty: str | None = DUTY, at: datetime = AT) -> Ticket:
    """Open a ticket of an alert, routed by the matrix, inside a scope."""
    return actions.open_ticket(
        title=title,
        duty_key=duty,
        place="",
        route=responsibilities.route(cast.harbor.pk, duty, at, "alert"),
        origin=actions.Origin("alert", title),
        condition=title,
        priority=Priority.P2,
        text="no space left",
        audience=Audience.SHARED,
        by=system(cast.harbor),
        at=at,
    ).ticket


def give_backups_to_the_provider(cast: Cast) -> None:
    """Write the next version: the provider does backups at all hours."""
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=AT)
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        matrix.clear_letter(DUTY, Party.INTERNAL, Letter.R, seen=line.stamp, by=iris, at=AT)
        matrix.set_letter(DUTY, Party.PROVIDER, Letter.R, hours="ALWAYS", seen=line.stamp + 1, by=iris, at=AT)


def again(cast: Cast, ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)


@pytest.mark.django_db
def test_only_what_nobody_acted_on_moves_and_the_rest_stays_or_notes_the_version(cast: Cast) -> None:
    agreeing.in_force(cast)
    with cast.scope():
        new, taken, resolved = (open_for(cast, title) for title in ("Disk full", "Job hangs", "Tape gone"))
        other = open_for(cast, "Printer is out", duty="support.intake")
    with cast.as_("Ivo") as ivo:
        actions.take(taken.pk, by=ivo, at=AT)
        actions.take(resolved.pk, by=ivo, at=AT)
        actions.resolve(resolved.pk, "A new tape.", by=ivo, at=AT)
    give_backups_to_the_provider(cast)
    with cast.scope():
        told = queries.consequence(open_one(cast), LATER)
        assert told.sentence == "2 open tickets would change side, 1 of them when handed over."
        assert [(thing.text, thing.effect) for thing in told.things] == [
            ("HD-1 Disk full", "goes to Northwind MSP at once"),
            ("HD-2 Job hangs", "is offered to Northwind MSP, and stays with Ivo until they accept"),
        ]
        assert again(cast, new).side == "INTERNAL", "a dry run writes nothing"
    agreeing.in_force(cast, LATER)
    with cast.scope():
        new, taken, resolved, other = (again(cast, one) for one in (new, taken, resolved, other))
        assert (new.side, new.route_side, new.matrix_version, new.signed, new.version) == ("PROVIDER", "PROVIDER", 2, True, 2)
        assert new.trace[0] == "Version 2 replaced version 1."
        assert (taken.side, taken.matrix_version) == ("INTERNAL", 1)
        assert (taken.offer_kind, taken.offer_to, taken.offer_side, taken.crossings) == ("VERSION", "PROVIDER", "", 0)
        assert taken.packet["why"].startswith("Version 2 replaced version 1.")
        assert (resolved.side, resolved.matrix_version) == ("INTERNAL", 1)
        assert (other.matrix_version, other.version) == (2, 1)
        event = Event.objects.for_tenant(cast.harbor).of(new.pk).get(kind="REROUTED")
        assert event.text.startswith("Version 2 replaced version 1. Northwind MSP holds it now.")
        assert (event.before["side"], event.after["side"], event.after["matrix_version"]) == ("INTERNAL", "PROVIDER", 2)
        assert Event.objects.for_tenant(cast.harbor).filter(kind="REROUTED").count() == 1
        entry = Entry.objects.for_tenant(cast.harbor).get(action="tickets.rerouted")
        assert (
            entry.after == "Version 2 replaced version 1. Tickets 1 went to the other side; 1 are offered, and stay with who works on them."
        )
        notice = Notice.objects.for_tenant(cast.harbor).filter(subject__contains="came to you").order_by("to_name")
        assert [one.to_name for one in notice] == ["Provider administrator", "Tariq", "Tess"]
        assert "HD-1 Disk full" in notice[0].text
        assert responsibilities.route(cast.harbor.pk, DUTY, AT, "alert").version == 2, "work of an earlier moment goes by what is in force"


@pytest.mark.django_db
def test_the_clock_alone_moves_no_ticket(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        matrix.set_letter(DUTY, Party.PROVIDER, Letter.R, seen=line.stamp, by=tess, at=AT)  # the nights
    agreeing.in_force(cast)
    with cast.scope():
        ticket = open_for(cast, "Disk full", at=NIGHT)
        assert ticket.side == "PROVIDER"
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=NIGHT)
        row = open_one(cast).rows.get(duty__key="support.intake", place=None)
        matrix.set_letter("support.intake", Party.VENDOR, Letter.I, seen=row.stamp, by=iris, at=NIGHT)
        assert queries.consequence(open_one(cast), LATER).sentence == "No open ticket would change side."
    agreeing.in_force(cast, LATER)
    with cast.scope():
        assert (again(cast, ticket).side, again(cast, ticket).matrix_version) == ("PROVIDER", 2)


@pytest.mark.django_db
def test_a_duty_that_nobody_does_any_more_leaves_its_tickets_where_they_are(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        matrix.clear_letter(DUTY, Party.INTERNAL, Letter.R, seen=line.stamp, by=tess, at=AT)
        matrix.set_letter(DUTY, Party.PROVIDER, Letter.R, hours="ALWAYS", seen=line.stamp + 1, by=tess, at=AT)
    agreeing.in_force(cast)
    with cast.scope():
        ticket = open_for(cast, "Disk full")
    with cast.as_("Tess") as tess:
        drafting.begin_draft(by=tess, at=AT)
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        matrix.clear_letter(DUTY, Party.PROVIDER, Letter.R, seen=line.stamp, by=tess, at=AT)
    agreeing.in_force(cast, LATER)
    with cast.scope():
        assert (again(cast, ticket).side, again(cast, ticket).matrix_version) == ("PROVIDER", 1)


@pytest.mark.django_db
def test_many_tickets_cost_no_more_statements_than_a_few(cast: Cast) -> None:
    agreeing.in_force(cast)

    def cost(count: int, at: datetime) -> int:
        with cast.scope():
            for number in range(count):
                open_for(cast, f"{at:%d} {number}", at=at)
            for due in Ticket.objects.for_tenant(cast.harbor).filter(watch_at__lte=at).select_related("terms", "tenant"):
                watching.catch_up(due, at=at)  # as the watcher does, so that only the version is counted
        with cast.scope(side=cast.northwind), CaptureQueriesContext(connection) as counted:
            version = responsibilities.version_at(cast.harbor.pk, at)
            assert version
            follow.reroute(version, None, by=cast.actor("Tess"), at=at)
        return len(counted)

    assert cost(5, AT) >= cost(40, LATER)


@pytest.mark.django_db(transaction=True)
def test_another_clients_tickets_are_untouched(cast: Cast) -> None:
    with tenancy.only([cast.pine.pk]):
        theirs = actions.open_ticket(
            title="Disk full",
            duty_key=DUTY,
            place="",
            route=responsibilities.route(cast.pine.pk, DUTY, AT, "alert"),
            origin=actions.Origin("alert"),
            condition=None,
            priority=Priority.P2,
            text="x",
            audience=Audience.SHARED,
            by=system(cast.pine),
            at=AT,
        ).ticket
    agreeing.in_force(cast)
    with tenancy.only([cast.pine.pk]):
        assert Ticket.objects.for_tenant(cast.pine).get(pk=theirs.pk).signed is False


@pytest.mark.django_db
def test_what_is_offered_with_a_version_is_accepted_on_one_page_by_the_side_that_gets_it(cast: Cast) -> None:
    agreeing.in_force(cast)
    with cast.scope():
        held = [open_for(cast, title) for title in ("Disk full", "Job hangs", "Tape gone")]
    with cast.as_("Ivo") as ivo:
        for ticket in held:
            actions.take(ticket.pk, by=ivo, at=AT)
    give_backups_to_the_provider(cast)
    agreeing.in_force(cast, timezone.now())
    page = cast.browser("Tess").get("/harbor-dental/tickets/moving/").content.decode()
    assert page.count('name="number"') == 3
    assert "Version 2 replaced version 1." in page
    numbers = [ticket.number for ticket in held[:2]]
    iris = cast.browser("Iris")
    assert 'name="number"' not in iris.get("/harbor-dental/tickets/moving/").content.decode()
    iris.post("/harbor-dental/tickets/moving/accept/", {"number": numbers})
    with cast.scope():
        assert {again(cast, ticket).side for ticket in held} == {"INTERNAL"}, "who offers does not accept"
    tess = cast.browser("Tess")
    assert tess.post("/harbor-dental/tickets/moving/accept/", {"number": [*numbers, 99999]}).status_code == 404
    with cast.scope():
        assert {again(cast, ticket).side for ticket in held} == {"INTERNAL"}, "one number that is not here refuses all"
    assert tess.post("/harbor-dental/tickets/moving/accept/", {"number": numbers}).status_code == 302
    with cast.scope():
        assert [again(cast, ticket).side for ticket in held] == ["PROVIDER", "PROVIDER", "INTERNAL"]
        assert [again(cast, ticket).crossings for ticket in held] == [1, 1, 0]


@pytest.mark.django_db
def test_what_waits_for_who_asked_is_offered_when_it_wakes(cast: Cast) -> None:
    agreeing.in_force(cast)
    with cast.as_("Lena") as lena:
        ticket = actions.ask(
            title="Restore a file", duty_key=DUTY, text="The one of Monday.", priority=Priority.P3, kind="person", by=lena, at=AT
        ).ticket
    with cast.as_("Ivo") as ivo:
        actions.take(ticket.pk, by=ivo, at=AT)
        actions.wait(ticket.pk, "requester", "", AT + timedelta(hours=26), "Which Monday?", by=ivo, at=AT)
    give_backups_to_the_provider(cast)
    agreeing.in_force(cast, LATER)
    with cast.scope():
        waits = again(cast, ticket)
        assert (waits.state, waits.offer_kind, waits.offer_when_woken) == ("WAITING", "", "PROVIDER")
    with cast.as_("Lena") as lena:
        actions.reply(ticket.pk, "The last one.", Audience.PUBLIC, by=lena, at=LATER + timedelta(hours=1))
        woken = again(cast, ticket)
        assert (woken.state, woken.offer_kind, woken.offer_to, woken.offer_when_woken) == ("OPEN", "VERSION", "PROVIDER", "")
        assert (woken.side, woken.assignee_id) == ("INTERNAL", cast.people["Ivo"].pk)
