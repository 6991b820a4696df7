"""What a ticket does by itself, and that it does so whoever comes by and whenever: waits, wakes, warnings, misses, the end of a window."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comanaged import background
from comanaged.accounts import access
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tickets import actions
from tickets.actions import watching
from tickets.models import Event, Kind, Ticket

ASK = "Which room is it in?"


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).select_related("terms", "tenant").get(id=ticket.id)


def story(ticket: Ticket) -> list[tuple[str, datetime]]:
    return list(Event.objects.for_tenant(ticket.tenant_id).of(ticket.id).order_by("id").values_list("kind", "at"))


def kinds(ticket: Ticket) -> list[str]:
    return [kind for kind, _ in story(ticket)]


@pytest.fixture
def held(cast: Cast) -> Ticket:
    """Lena asked, Tariq has it."""
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.PROVIDER)
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
        return fresh(ticket)


def wait(
    cast: Cast, ticket: Ticket, minutes: int, *, reason: str = "requester", until: int = 60, text: str = ASK, who: str = "Tariq"
) -> None:
    with cast.as_(who) as by:
        actions.wait(ticket.pk, reason, "Dexcom Imaging", later(until), text, by=by, at=later(minutes))


def test_a_wait_for_who_asked_pauses_the_promise_and_says_what_is_wanted(cast: Cast, held: Ticket) -> None:
    wait(cast, held, 60, until=200)
    with cast.as_("Tariq"):
        paused = fresh(held)
        assert (paused.state, paused.wait_reason, paused.wait_until, paused.fix_due_at) == ("WAITING", "requester", later(200), None)
        assert paused.fix_left == 24 * 3600 - 3600
        assert paused.first_reply_at == later(60), "the question is the first answer"
        asked = Event.objects.for_tenant(cast.harbor).of(held.pk).get(kind=Kind.WAITS)
        assert (asked.audience, asked.text) == (Audience.PUBLIC, ASK)
    with cast.as_("Lena") as lena:
        actions.reply(held.pk, "Room 3.", Audience.PUBLIC, by=lena, at=later(120))
        back = fresh(held)
        assert (back.state, back.wait_reason, back.wakes) == ("OPEN", "", 0)
        assert held.fix_due_at is not None
        assert back.fix_due_at == held.fix_due_at + timedelta(hours=1), "an hour of working time was paused"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"text": " "}, "text", "Write to the person"),
        ({"until": 0}, "until", "to come"),
        ({"until": 60 * 24 * 30}, "until", "3 working days"),
        ({"reason": "lunch"}, "reason", "Choose what"),
    ],
)
def test_a_wait_says_for_what_whom_and_how_long(cast: Cast, held: Ticket, change: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(actions.SayMore, match=words) as refused:
        wait(cast, held, 5, **change)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_nobody_asked_so_it_waits_for_no_requester_and_a_vendor_has_a_name(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
        with pytest.raises(actions.SayMore, match="No person asked"):
            actions.wait(ticket.pk, "requester", "", later(60), ASK, by=tariq, at=later(2))
        with pytest.raises(actions.SayMore, match="Name who") as refused:
            actions.wait(ticket.pk, "vendor", "", later(60), "", by=tariq, at=later(2))
        assert refused.value.field == "whom"
        actions.wait(ticket.pk, "vendor", "Dexcom Imaging", later(60), "", by=tariq, at=later(2))
        assert fresh(ticket).fix_due_at is not None, "a vendor does not pause the promise unless the client agreed so"


def test_a_critical_ticket_waits_for_nobody_but_who_confirms(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.set_priority(held.pk, Priority.P1, "The whole front desk stands still.", by=tariq, at=later(2))
    with pytest.raises(actions.SayMore, match="critical ticket does not wait"):
        wait(cast, held, 3, reason="vendor")
    wait(cast, held, 4)


def test_it_wakes_at_its_own_instant_however_late_the_watcher_is(cast: Cast, held: Ticket) -> None:
    wait(cast, held, 10, until=60)
    with cast.scope():
        watching.catch_up(fresh(held), at=later(500))
        woken = fresh(held)
        assert (woken.state, woken.wakes) == ("OPEN", 1)
        assert (Kind.WOKE, later(60)) in story(held)
        assert woken.pauses == [[later(10).isoformat(), later(60).isoformat(), "requester", "Dexcom Imaging"]]


def test_three_wakes_without_an_answer_end_it_with_a_notice(cast: Cast, held: Ticket) -> None:
    for turn in range(3):
        wait(cast, held, 100 * turn + 10, until=100 * turn + 60)
        with cast.scope():
            watching.catch_up(fresh(held), at=later(100 * turn + 61))
    with cast.scope():
        ended = fresh(held)
        assert (ended.state, ended.outcome, ended.resolved_at) == ("RESOLVED", "no_answer", later(260))
        assert Notice.objects.for_tenant(cast.harbor).filter(to_name="Lena", text__contains="resolved").exists()
    with cast.as_("Lena") as lena:
        actions.reopen(held.pk, "I was away.", by=lena, at=later(300))
        assert (fresh(held).state, fresh(held).reopenings) == ("OPEN", 1)


def test_a_miss_is_dated_at_the_due_instant_and_told_once(cast: Cast, held: Ticket) -> None:
    assert held.answer_due_at is not None
    due = held.answer_due_at
    with cast.scope():
        watching.catch_up(fresh(held), at=due)
        assert fresh(held).answer_missed_at is None, "at the due instant itself it is still met"
        for hours in (1, 2, 3):
            watching.catch_up(fresh(held), at=due + timedelta(hours=hours))
        missed = fresh(held)
        assert (missed.answer_missed_at, missed.missed_because) == (due, "provider")
        assert kinds(held).count("MISSED") == 1
        assert kinds(held).count("WARNED") == 1
        assert missed.version == held.version, "a warning makes nobody's view stale"


def test_a_raised_priority_that_is_late_at_once_is_charged_to_nobody(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.reply(held.pk, "We look at it.", Audience.PUBLIC, by=tariq, at=later(3))
        actions.set_priority(held.pk, Priority.P1, "The whole front desk stands still.", by=tariq, at=later(300))
    with cast.scope():
        watching.catch_up(fresh(held), at=later(301))
        late = fresh(held)
        assert (late.fix_due_at, late.fix_missed_at, late.missed_because) == (later(240), later(300), "target_changed")
        assert late.targets == [[NOON.isoformat(), "P3"], [later(300).isoformat(), "P1"]]


def test_what_is_critical_is_lowered_by_a_manager_with_a_yes_and_a_reason(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.set_priority(held.pk, Priority.P2, by=tariq, at=later(3))
        with pytest.raises(actions.NotYours, match="Only a manager lowers"):
            actions.set_priority(held.pk, Priority.P4, by=tariq, at=later(4))
    with cast.as_("Ivo") as ivo, pytest.raises(actions.NotYours, match="other side holds"):
        actions.set_priority(held.pk, Priority.P1, by=ivo, at=later(4))
    with cast.as_("Tess") as tess:
        with pytest.raises(actions.SayMore, match="agreed to lower"):
            actions.lower_critical(held.pk, Priority.P4, "Lena says it can wait.", by=tess, at=later(5), agreed=False)
        with pytest.raises(actions.SayMore, match="Say why"):
            actions.lower_critical(held.pk, Priority.P4, "ok", by=tess, at=later(5), agreed=True)
        actions.lower_critical(held.pk, Priority.P4, "Lena says it can wait.", by=tess, at=later(6), agreed=True)
        assert fresh(held).priority == "P4"


def test_a_resolved_ticket_closes_itself_after_its_window_and_never_before(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.resolve(held.pk, "A new cable.", by=tariq, at=later(30))
        resolved = fresh(held)
        assert resolved.watch_at is not None
        end = resolved.watch_at
        assert end > later(30) + timedelta(days=5)
    with cast.scope():
        watching.catch_up(fresh(held), at=end - timedelta(seconds=1))
        assert fresh(held).state == "RESOLVED"
    with cast.as_("Lena") as lena, pytest.raises(actions.NotNow, match="closed"):
        actions.reopen(held.pk, by=lena, at=end + timedelta(minutes=5))
    with cast.scope():
        watching.catch_up(fresh(held), at=end + timedelta(minutes=6))
        closed = fresh(held)
        assert (closed.state, closed.closed_at, closed.watch_at) == ("CLOSED", end, None)


def test_resolved_to_reopened_is_a_pause_and_the_last_resolution_counts(cast: Cast, held: Ticket) -> None:
    assert held.fix_due_at is not None
    with cast.as_("Tariq") as tariq:
        actions.resolve(held.pk, "A new cable.", by=tariq, at=later(30))
    with cast.as_("Lena") as lena:
        actions.reopen(held.pk, "It came back.", by=lena, at=later(90))
        back = fresh(held)
        assert back.fix_due_at == held.fix_due_at + timedelta(hours=1)
        assert back.pauses == [[later(30).isoformat(), later(90).isoformat(), "resolved", ""]]


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_sweeper_finds_what_is_due_without_a_broker_and_once(cast: Cast) -> None:
    now = timezone.now().replace(microsecond=0)
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.PROVIDER, at=now - timedelta(minutes=30))
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=now - timedelta(minutes=29))
        actions.wait(ticket.pk, "requester", "", now - timedelta(minutes=5), ASK, by=tariq, at=now - timedelta(minutes=20))
    assert background.waiting()["tickets.watch"] == 1
    assert background.sweep_table("tickets.watch") == 1
    assert background.sweep_table("tickets.watch") == 0
    with cast.scope():
        woken = fresh(ticket)
        assert (woken.state, woken.lease_until, woken.attempts) == ("OPEN", None, 0)
        assert (Kind.WOKE, now - timedelta(minutes=5)) in story(ticket)


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_watcher_that_lost_its_lease_changes_nothing(cast: Cast) -> None:
    now = timezone.now().replace(microsecond=0)
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.PROVIDER, at=now - timedelta(days=40))
    assert background.waiting()["tickets.watch"] == 1
    known = background.JOBS["tickets.watch"]
    assert background.claim(known, tenant=cast.harbor.pk, row=ticket.pk, token="9" * 32) == 1
    with pytest.raises(background.LostLease), cast.scope():
        watching.watch(ticket.pk, tenant_id=cast.harbor.pk, token=uuid.uuid4(), at=now)
    with cast.scope():
        assert "MISSED" not in kinds(ticket)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM tickets_event WHERE kind = 'WARNED'")
            assert cursor.fetchone() == (0,)


def test_a_colleague_gets_it_by_a_manager_who_is_told_when_that_one_is_away(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tariq") as tariq, pytest.raises(access.Refused):
        actions.assign(held.pk, cast.people["Tess"].pk, by=tariq, at=later(3))
    with cast.as_("Tess") as tess:
        with pytest.raises(actions.SayMore, match="Choose a colleague"):
            actions.assign(held.pk, cast.people["Ivo"].pk, by=tess, at=later(3))
        actions.assign(held.pk, cast.people["Tess"].pk, by=tess, at=later(4))
        assert fresh(held).assignee_id == tess.user_id


def test_what_was_taken_by_mistake_goes_back_to_who_had_it(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(held.pk, by=tess, at=later(5), seen=held.version)
        actions.release(held.pk, by=tess, at=later(6))
        back = fresh(held)
        assert (back.assignee_id, back.state) == (cast.people["Tariq"].pk, "OPEN")
    with cast.scope():
        new = from_alert(cast.harbor).ticket
    with cast.as_("Tess") as tess:
        actions.take(new.pk, by=tess, at=later(5))
        actions.release(new.pk, by=tess, at=later(6))
        assert (fresh(new).assignee_id, fresh(new).state) == (None, "NEW")


def test_what_solved_it_is_an_answer_and_a_vendors_wait_is_none(cast: Cast, held: Ticket) -> None:
    wait(cast, held, 5, reason="vendor", text="Their line is busy.")
    with cast.as_("Tariq") as tariq:
        waits = fresh(held)
        assert (waits.first_reply_at, waits.answer_due_at) == (None, held.answer_due_at), "the clock of the first answer never pauses"
        actions.resolve(held.pk, "A new cable.", by=tariq, at=later(30))
        assert fresh(held).first_reply_at == later(30)


def test_only_questions_to_who_asked_count_towards_the_end_and_an_answer_begins_anew(cast: Cast, held: Ticket) -> None:
    for turn, reason in enumerate(["vendor", "parts", "requester", "requester"]):
        wait(cast, held, 100 * turn + 10, until=100 * turn + 60, reason=reason)
        with cast.scope():
            watching.catch_up(fresh(held), at=later(100 * turn + 61))
    with cast.as_("Lena") as lena:
        assert (fresh(held).state, fresh(held).wakes) == ("OPEN", 2)
        actions.reply(held.pk, "Room 3.", Audience.PUBLIC, by=lena, at=later(400))
        assert fresh(held).wakes == 0


def test_what_becomes_critical_waits_for_nobody(cast: Cast, held: Ticket) -> None:
    wait(cast, held, 5, reason="scheduled")
    with cast.as_("Tariq") as tariq:
        actions.set_priority(held.pk, Priority.P1, "It cannot wait after all.", by=tariq, at=later(10))
        critical = fresh(held)
        assert (critical.state, critical.wait_reason) == ("OPEN", "")
        assert critical.fix_due_at is not None


def test_a_wait_is_not_put_on_a_wait(cast: Cast, held: Ticket) -> None:
    wait(cast, held, 5)
    with pytest.raises(actions.NotNow, match="up again"):
        wait(cast, held, 6)


def test_what_the_watcher_gave_up_on_is_done_by_the_next_person_and_tried_again(cast: Cast, held: Ticket) -> None:
    wait(cast, held, 5, until=60)
    token = uuid.uuid4()
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).filter(pk=held.pk).update(lease_token=token, attempts=6)
        watching.give_up(held.pk, tenant_id=cast.harbor.pk, token=token, at=later(70))
        assert (fresh(held).watch_at, fresh(held).attempts) == (later(60), 0)
    with cast.as_("Tariq") as tariq:
        actions.reply(held.pk, "We look at it.", Audience.PUBLIC, by=tariq, at=later(80))
        assert fresh(held).state == "OPEN"
