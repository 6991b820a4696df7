"""What each verb does to a ticket, its ledger, the trail and the outbox."""

import pytest
from django.db import IntegrityError, transaction

from comanaged.accounts import access
from comanaged.accounts.access import system
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tickets import actions, queries
from tickets.models import Event, Kind, Ticket

LONG = "They said by phone that it works."


@pytest.fixture
def asked(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def kinds(ticket: Ticket) -> list[str]:
    return list(Event.objects.for_tenant(ticket.tenant_id).of(ticket.id).order_by("id").values_list("kind", flat=True))


def addresses(ticket: Ticket) -> set[str]:
    return set(Notice.objects.for_tenant(ticket.tenant_id).values_list("to_address", flat=True))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).get(id=ticket.id)


def test_opening_freezes_the_route_and_tells_the_side_that_holds_it(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
        stored = queries.ticket_of(system(cast.harbor), ticket.number)
        assert (stored.side, stored.because, stored.matrix_version, stored.signed) == (
            "PROVIDER",
            "Version 1 names it at this hour.",
            1,
            True,
        )
        assert stored.trace == ["Version 1 is in force.", "The whole client.", "R holds it now."]
        assert stored.requester is None
        assert stored.duty is not None
        assert stored.duty.key == "backup.jobs"
        assert addresses(ticket) == {"tariq@example.test", "tess@example.test", "provideradministrator@example.test"}
        assert Entry.objects.for_tenant(cast.harbor).filter(action="ticket.open", row_id=ticket.id).count() == 1


def test_a_ticket_that_nobody_owns_is_told_to_both_sides(cast: Cast) -> None:
    with cast.scope():
        told = addresses(from_alert(cast.harbor, unowned=True).ticket)
        assert {"iris@example.test", "ivo@example.test", "tess@example.test"} <= told
        assert "lena@example.test" not in told


def test_numbers_count_up_per_client_without_a_gap(cast: Cast) -> None:
    with cast.scope():
        assert [from_alert(cast.harbor).ticket.number for _ in range(3)] == [1, 2, 3]
    with cast.scope(cast.pine):
        assert from_alert(cast.pine).ticket.number == 1


def test_a_refused_opening_uses_up_no_number(cast: Cast) -> None:
    with cast.scope():
        with transaction.atomic():
            from_alert(cast.harbor)
            transaction.set_rollback(True)
        assert from_alert(cast.harbor).ticket.number == 1


def test_the_same_condition_has_one_unfinished_ticket_that_counts(cast: Cast) -> None:
    with cast.scope():
        first = from_alert(cast.harbor, condition="dc-02/disk")
        again = from_alert(cast.harbor, condition="dc-02/disk", at=later(5))
        assert (first.created, again.created) == (True, False)
        assert again.ticket.id == first.ticket.id
        assert fresh(first.ticket).repeats == 1
        assert kinds(first.ticket) == ["OPENED", "REPEATED"]


def test_a_repeat_sends_nobody_a_second_notice(cast: Cast) -> None:
    with cast.scope():
        from_alert(cast.harbor, condition="dc-02/disk")
        before = Notice.objects.for_tenant(cast.harbor).count()
        from_alert(cast.harbor, condition="dc-02/disk", at=later(5))
        assert Notice.objects.for_tenant(cast.harbor).count() == before


def test_the_database_itself_refuses_a_second_unfinished_ticket_of_a_condition(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, condition="dc-02/disk").ticket
        other = from_alert(cast.harbor, condition="dc-02/cpu").ticket
        other.condition = ticket.condition
        with pytest.raises(IntegrityError, match="one_unfinished_ticket_per_condition"), transaction.atomic():
            other.save(update_fields=["condition"])


def test_the_same_condition_at_another_client_is_another_ticket(cast: Cast) -> None:
    with cast.scope():
        from_alert(cast.harbor, condition="dc-02/disk")
    with cast.scope(cast.pine):
        assert from_alert(cast.pine, condition="dc-02/disk").created


def test_trouble_that_returns_reopens_a_resolved_ticket_with_the_one_who_had_it(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, condition="dc-02/disk").ticket
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.id, by=tariq, at=later(1))
        actions.resolve(ticket.id, "Cleaned up.", by=tariq, at=later(2))
    with cast.scope():
        again = from_alert(cast.harbor, condition="dc-02/disk", at=later(9))
        stored = fresh(ticket)
        assert not again.created
        assert (stored.state, stored.assignee_id, stored.resolved_at) == ("OPEN", cast.people["Tariq"].id, None)


def test_a_condition_opens_anew_once_its_ticket_is_closed(cast: Cast) -> None:
    with cast.scope():
        first = from_alert(cast.harbor, condition="dc-02/disk").ticket
        actions.source_resolved(first.id, because="Veeam says the job succeeded.", by=system(cast.harbor), at=later(1))
        assert fresh(first).state == "CLOSED"
        assert from_alert(cast.harbor, condition="dc-02/disk", at=later(2)).created


def test_a_source_closes_only_what_no_person_touched(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
    with cast.as_("Iris") as iris:
        actions.reply(ticket.id, "Is anybody looking?", Audience.SHARED, by=iris, at=later(1))
    with cast.scope():
        actions.source_resolved(ticket.id, because="It is over.", by=system(cast.harbor), at=later(2))
        assert fresh(ticket).state == "NEW"
        assert kinds(ticket) == ["OPENED", "REPLY", "SOURCE"]


def test_taking_makes_it_ones_own_and_open(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
        stored = fresh(asked)
        assert (stored.state, stored.assignee_id, stored.version) == ("OPEN", tariq.user_id, 2)
        event = Event.objects.for_tenant(cast.harbor).of(asked.id).get(kind=Kind.TAKEN)
        assert event.before == {"state": "NEW", "assignee_id": None, "acted_at": None, "last_at": NOON.isoformat()}
        then = later(1).isoformat()
        assert event.after == {"state": "OPEN", "assignee_id": tariq.user_id, "acted_at": then, "last_at": then}


def test_taking_ones_own_ticket_again_changes_nothing(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
        actions.take(asked.id, by=tariq, at=later(2))
        assert kinds(asked) == ["OPENED", "TAKEN"]


def test_the_second_of_two_takers_is_told_who_was_first(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1), seen=1)
    with cast.as_("Tess") as tess, pytest.raises(actions.Stale, match="Tariq took this 2 min ago"):
        actions.take(asked.id, by=tess, at=later(3), seen=1)


def test_a_taker_who_saw_nothing_takes_from_nobody(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
    with cast.as_("Tess") as tess, pytest.raises(actions.Stale, match="Tariq has this ticket"):
        actions.take(asked.id, by=tess, at=later(3))


def test_a_colleague_who_saw_whose_it_is_may_take_over(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
    with cast.as_("Tess") as tess:
        actions.take(asked.id, by=tess, at=later(3), seen=2)
        assert fresh(asked).assignee_id == tess.user_id


def test_nobody_takes_from_the_other_side(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Iris") as iris, pytest.raises(actions.NotYours, match="The other side holds this ticket"):
        actions.take(asked.id, by=iris, at=later(1))


def test_a_reply_is_told_to_the_other_side_and_not_to_its_writer(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.id, by=tariq, at=later(1))
        before = Notice.objects.for_tenant(cast.harbor).count()
        actions.reply(ticket.id, "Two orphaned points removed.", Audience.SHARED, by=tariq, at=later(2))
        told = list(Notice.objects.for_tenant(cast.harbor).order_by("id")[before:])
        assert {notice.to_address for notice in told} == {"iris@example.test", "ivo@example.test"}
        assert "Two orphaned points removed." in told[0].text


def test_a_reply_to_a_taken_ticket_is_told_to_the_one_who_has_it(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
    with cast.as_("Iris") as iris:
        before = Notice.objects.for_tenant(cast.harbor).count()
        actions.reply(asked.id, "Any news?", Audience.PUBLIC, by=iris, at=later(2))
        told = Notice.objects.for_tenant(cast.harbor).order_by("id")[before:]
        assert {notice.to_address for notice in told} == {"tariq@example.test"}


def test_a_public_reply_reaches_the_requester_who_works_no_ticket(cast: Cast) -> None:
    with cast.as_("Lena") as lena:
        ticket = from_person(lena)
    with cast.as_("Tariq") as tariq:
        actions.reply(ticket.id, "Please restart it.", Audience.PUBLIC, by=tariq, at=later(1))
        assert Notice.objects.for_tenant(cast.harbor).filter(to_address="lena@example.test").count() == 1
        actions.reply(ticket.id, "Iris, may I?", Audience.SHARED, by=tariq, at=later(2))
        assert Notice.objects.for_tenant(cast.harbor).filter(to_address="lena@example.test").count() == 1


def test_a_reply_for_one_side_alone_is_no_reply(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq, pytest.raises(actions.SayMore):
        actions.reply(asked.id, "Secret", Audience.PROVIDER, by=tariq, at=later(1))


def test_a_private_note_touches_nothing_the_other_side_can_see(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tess") as tess:
        before, trail = fresh(asked), Entry.objects.for_tenant(cast.harbor).count()
        actions.note(asked.id, "The quote is with the office.", by=tess, at=later(5))
        after = fresh(asked)
        assert (after.version, after.last_at, after.acted_at, after.state) == (
            before.version,
            before.last_at,
            before.acted_at,
            before.state,
        )
        assert Entry.objects.for_tenant(cast.harbor).count() == trail
        assert kinds(asked) == ["OPENED", "NOTE"]


def test_a_note_makes_nobody_elses_page_stale(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.note(asked.id, "The quote is with the office.", by=tess, at=later(5))
    with cast.as_("Iris") as iris:
        actions.reply(asked.id, "Still broken.", Audience.PUBLIC, by=iris, at=later(6), seen=1)


def test_a_reply_to_a_page_that_changed_is_not_sent(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
        actions.resolve(asked.id, "Reinstalled it.", by=tariq, at=later(2))
    with cast.as_("Iris") as iris, pytest.raises(actions.Stale, match="Tariq resolved this 3 min ago"):
        actions.reply(asked.id, "Any news?", Audience.PUBLIC, by=iris, at=later(5), seen=1)


def test_the_life_of_a_request_from_taken_to_confirmed(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(asked.id, by=tariq, at=later(1))
        actions.resolve(asked.id, "Reinstalled it.", by=tariq, at=later(2))
    with cast.as_("Iris") as iris:
        actions.reopen(asked.id, "Room 3 still fails.", by=iris, at=later(3))
        assert fresh(asked).resolved_at is None
    with cast.as_("Tariq") as tariq:
        actions.resolve(asked.id, "Room 3 too.", by=tariq, at=later(4))
    with cast.as_("Iris") as iris:
        actions.confirm(asked.id, by=iris, at=later(5))
        stored = fresh(asked)
        assert (stored.state, stored.closed_at) == ("CLOSED", later(5))
        assert kinds(asked) == ["OPENED", "TAKEN", "RESOLVED", "REOPENED", "RESOLVED", "CONFIRMED"]
        acts = list(
            Entry.objects.for_tenant(cast.harbor)
            .filter(row_id=asked.id, row_type="tickets.ticket")
            .order_by("id")
            .values_list("action", flat=True)
        )
        assert acts == ["ticket.open", "ticket.take", "ticket.resolve", "ticket.reopen", "ticket.resolve", "ticket.confirm"]


def test_a_holder_closes_a_request_only_with_how_the_person_agreed(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(asked.id, by=tess, at=later(1))
        actions.resolve(asked.id, "Reinstalled it.", by=tess, at=later(2))
        with pytest.raises(actions.SayMore):
            actions.close(asked.id, by=tess, at=later(3))
        actions.close(asked.id, LONG, by=tess, at=later(3))
        assert fresh(asked).state == "CLOSED"


def test_the_requester_takes_his_request_back_and_the_holder_cancels(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.cancel_own(asked.id, "We found it ourselves.", by=iris, at=later(1))
        assert fresh(asked).state == "CANCELLED"
        other = from_person(iris)
        with pytest.raises(actions.NotYours):
            actions.cancel(other.id, "Not to be done at all.", by=iris, at=later(1))
    with cast.as_("Tess") as tess:
        actions.cancel(other.id, "Not to be done at all.", by=tess, at=later(2))
        assert fresh(other).state == "CANCELLED"


def test_pressing_twice_is_pressing_once_for_every_move(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Tess") as tess:
        for _ in range(2):
            actions.take(asked.id, by=tess, at=later(1), seen=1, once="a")
        for _ in range(2):
            actions.reply(asked.id, "On it.", Audience.PUBLIC, by=tess, at=later(2), seen=2, once="b")
        for _ in range(2):
            actions.note(asked.id, "Old disk again.", by=tess, at=later(3), once="c")
        for _ in range(2):
            actions.resolve(asked.id, "New disk.", by=tess, at=later(4), seen=3, once="d")
        for _ in range(2):
            actions.reopen(asked.id, by=tess, at=later(5), seen=4, once="e")
        assert kinds(asked) == ["OPENED", "TAKEN", "REPLY", "NOTE", "RESOLVED", "REOPENED"]


def test_opening_twice_with_one_submission_opens_one_ticket(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        said = {"duty_key": None, "text": "Dark screen.", "priority": Priority.P3, "kind": "person", "once": "x", "by": iris, "at": NOON}
        first = actions.ask(title="No picture", **said)
        again = actions.ask(title="No picture", **said)
        assert (first.created, again.created, again.ticket.id) == (True, False, first.ticket.id)
        with pytest.raises(actions.OtherContent, match="ticket 1"):
            actions.ask(title="No sound", **said)


def test_one_persons_submission_is_not_anothers(cast: Cast) -> None:
    said = {"title": "No picture", "duty_key": None, "text": "Dark.", "priority": Priority.P3, "kind": "person", "once": "x", "at": NOON}
    with cast.as_("Iris") as iris:
        assert actions.ask(by=iris, **said).created
    with cast.as_("Ivo") as ivo:
        assert actions.ask(by=ivo, **said).created


def test_an_unknown_duty_is_refused_and_not_sure_is_not(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        said = {"title": "No picture", "text": "Dark.", "priority": Priority.P3, "kind": "person", "by": iris, "at": NOON}
        with pytest.raises(actions.UnknownDuty):
            actions.ask(duty_key="no.such", **said)
        ticket = actions.ask(duty_key=None, **said).ticket
        assert ticket.duty_id is None
        assert ticket.because


def test_an_auditor_and_a_reader_make_no_move(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Auditor") as auditor:
        for act in (actions.take, actions.confirm, actions.reopen):
            with pytest.raises(access.Refused):
                act(asked.id, by=auditor, at=later(1))
        for act in (actions.note, actions.resolve, actions.cancel, actions.cancel_own):
            with pytest.raises(access.Refused):
                act(asked.id, LONG, by=auditor, at=later(1))


def test_side_of_the_holder_never_changes_by_any_move_of_the_other(cast: Cast, asked: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.reply(asked.id, "Please.", Audience.PUBLIC, by=iris, at=later(1))
        assert fresh(asked).side == Side.PROVIDER


def test_what_a_sender_writes_too_long_is_cut_and_a_long_condition_still_finds_its_ticket(cast: Cast) -> None:
    with cast.scope():
        first = from_alert(cast.harbor, condition="c" * 900, title="t" * 900)
        assert first.ticket.title == "t" * 200
        assert not from_alert(cast.harbor, condition="c" * 900).created
        assert from_alert(cast.harbor, condition="c" * 901).created
