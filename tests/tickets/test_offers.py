"""The handover between sides: packet, offer, answer, its clock, what is counted, and what is refused in words."""

from datetime import timedelta

import pytest

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Priority, Side
from responsibilities import queries as responsibilities
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.test_concurrency import at_once
from tickets import actions
from tickets.actions import blanking, watching
from tickets.models import Event, Kind, Ticket

PACKET = {"known": "The service does not start.", "tried": "Restarted it twice.", "next": "Reinstall the viewer on FD-03."}
WHY = "We have the vendor's key and you do not."


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).get(id=ticket.id)


def kinds(ticket: Ticket) -> list[str]:
    return list(Event.objects.for_tenant(ticket.tenant_id).of(ticket.id).order_by("id").values_list("kind", flat=True))


def told(cast: Cast, words: str) -> set[str]:
    return set(Notice.objects.for_tenant(cast.harbor).filter(text__contains=words).values_list("to_name", flat=True))


def watched(cast: Cast, ticket: Ticket, minutes: int) -> Ticket:
    """Let the watcher come by."""
    with cast.scope():
        row = Ticket.objects.for_tenant(cast.harbor).select_related("terms", "tenant").get(pk=ticket.pk)
        watching.catch_up(row, at=later(minutes))
        return fresh(ticket)


@pytest.fixture
def held(cast: Cast) -> Ticket:
    """Iris asked, Ivo has it: internal IT holds it."""
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
    with cast.as_("Ivo") as ivo:
        actions.take(ticket.pk, by=ivo, at=later(0))
        return fresh(ticket)


def offer(cast: Cast, ticket: Ticket, minutes: int = 10, who: str = "Ivo", **more: object) -> Ticket:
    with cast.as_(who) as by:
        return actions.offer(ticket.pk, PACKET | {"told": "Yes, they know."}, by=by, at=later(minutes), **more)  # type: ignore[arg-type]


def test_an_offer_keeps_holder_assignee_state_and_clock_until_it_is_accepted(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    with cast.as_("Tess") as tess:
        waiting = fresh(held)
        assert (waiting.side, waiting.assignee_id, waiting.state) == ("INTERNAL", cast.people["Ivo"].pk, "OPEN")
        assert (waiting.offer_kind, waiting.offer_to, waiting.offer_name) == ("OFFER", "PROVIDER", "Ivo")
        assert waiting.packet["next"] == "Reinstall the viewer on FD-03."
        assert waiting.packet["why"], "the matrix says whose it is"
        assert waiting.fix_due_at == held.fix_due_at
        actions.accept(held.pk, by=tess, at=later(20))
        taken = fresh(held)
        assert (taken.side, taken.assignee_id, taken.state, taken.offer_kind) == ("PROVIDER", tess.user_id, "OPEN", "")
        assert (taken.crossings, taken.declines, taken.forced) == (1, 0, 0)
        assert (taken.fix_due_at, taken.answer_due_at) == (held.fix_due_at, held.answer_due_at)
        assert kinds(held) == ["OPENED", "TAKEN", "OFFERED", "ACCEPTED"]
        assert told(cast, "Reinstall the viewer") == {"Tariq", "Tess", "Provider administrator"}


@pytest.mark.parametrize(
    ("name", "field", "words"),
    [("known", "known", "what is known"), ("tried", "tried", "what was done"), ("next", "next", "should do first")],
)
def test_a_packet_that_says_too_little_is_refused_at_its_field(cast: Cast, held: Ticket, name: str, field: str, words: str) -> None:
    with cast.as_("Ivo") as ivo, pytest.raises(actions.SayMore, match=words) as refused:
        actions.offer(held.pk, PACKET | {name: "  "}, by=ivo, at=later(5))
    assert refused.value.field == field
    with cast.scope():
        assert fresh(held).offer_kind == ""


def test_what_nobody_touched_may_be_offered_without_saying_what_was_tried(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
        actions.offer(ticket.pk, PACKET | {"tried": ""}, by=iris, at=later(1))
        assert fresh(ticket).offer_kind == "OFFER"


def test_who_offered_never_accepts_and_the_other_side_never_takes_it_back(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    with cast.as_("Ivo") as ivo, pytest.raises(actions.NotYours, match="other side answers"):
        actions.accept(held.pk, by=ivo, at=later(11))
    with cast.as_("Iris") as iris, pytest.raises(actions.NotYours, match="other side answers"):
        actions.decline(held.pk, "missing", WHY, by=iris, at=later(11))
    with cast.as_("Tess") as tess, pytest.raises(actions.NotYours, match="side that offered"):
        actions.withdraw(held.pk, by=tess, at=later(11))


def test_one_with_both_hats_does_not_accept_his_own_offer(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    ivo = cast.people["Ivo"]
    twin = Actor(tenant=cast.harbor, role="p_tech", name="Ivo", side=Side.PROVIDER, company_id=cast.northwind.pk, user_id=ivo.pk)
    with cast.scope(side=cast.northwind), pytest.raises(actions.NotYours):
        actions.accept(held.pk, by=twin, at=later(12))


def test_declining_says_why_goes_back_and_changes_no_holder(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    with cast.as_("Tess") as tess:
        with pytest.raises(actions.SayMore):
            actions.decline(held.pk, "missing", "short", by=tess, at=later(12))
        with pytest.raises(actions.SayMore, match="Choose why"):
            actions.decline(held.pk, "because", "There is no version number.", by=tess, at=later(12))
        actions.decline(held.pk, "missing", "Which version of the viewer is it?", by=tess, at=later(12))
        back = fresh(held)
        assert (back.side, back.offer_kind, back.declines, back.crossings) == ("INTERNAL", "", 1, 0)
        assert back.assignee_id == cast.people["Ivo"].pk
        assert told(cast, "Which version of the viewer") == {"Ivo"}


def test_only_a_lead_says_that_there_is_no_room(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    with cast.as_("Tariq") as tariq, pytest.raises(actions.NotYours, match="Only a manager"):
        actions.decline(held.pk, "no_capacity", "All of us are at Pine.", by=tariq, at=later(12))
    with cast.as_("Tess") as tess:
        actions.decline(held.pk, "no_capacity", "All of us are at Pine.", by=tess, at=later(13))
        assert fresh(held).declines == 1


def test_not_ours_is_no_answer_where_the_matrix_names_this_side(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.PROVIDER).ticket  # backup.jobs, which internal IT does by day at Harbor Dental
    with cast.as_("Tess") as tess:
        actions.offer(ticket.pk, PACKET, by=tess, at=later(5))
    with cast.as_("Iris") as iris, pytest.raises(actions.SayMore, match="The matrix names your side") as refused:
        actions.decline(ticket.pk, "not_ours", "This is for the provider.", by=iris, at=later(6))
    assert refused.value.field == "code"


def test_an_offer_that_nobody_answers_is_called_to_mind_counted_as_theirs_and_comes_back(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
        ticket = actions.set_priority(ticket.pk, Priority.P1, "The whole front desk stands still.", by=iris, at=later(0))
        actions.take(ticket.pk, by=iris, at=later(0))
    offer(cast, ticket, minutes=1, who="Iris")
    with cast.scope():
        placed = fresh(ticket)
        assert placed.offer_at == later(1)
        assert [placed.offer_remind_at, placed.offer_due_at, placed.offer_expires_at] == [later(6), later(11), later(21)]
    reminded = watched(cast, ticket, 6)
    assert (reminded.offer_kind, reminded.told, reminded.version) == ("OFFER", ["offer:remind"], placed.version)
    assert "offer:due" in watched(cast, ticket, 12).told
    gone = watched(cast, ticket, 45)
    assert (gone.side, gone.offer_kind, gone.expiries, gone.crossings) == ("INTERNAL", "", 1, 0)
    with cast.scope():
        expired = Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind=Kind.EXPIRED)
        assert expired.at == later(21), "it ended at its own instant, whenever the watcher came"
        assert told(cast, "ran out without an answer") == {"Iris", "Tess", "Provider administrator"}
        assert gone.answer_missed_at == later(15)
        assert gone.missed_because == "provider", "from the answer's due time on it is the receiver's time"


def test_an_answer_after_the_offer_ran_out_comes_too_late_though_no_watcher_ran(cast: Cast, held: Ticket) -> None:
    offer(cast, held, answer_by=later(20))
    with cast.as_("Tess") as tess:
        placed = fresh(held)
        assert placed.offer_due_at is not None
        assert placed.offer_due_at > later(200), "a wish changes nothing of what is agreed"
        assert placed.packet["by"] == "24 November 12:20"
        assert placed.offer_expires_at is not None
        with pytest.raises(actions.NotNow, match="its time ran out"):
            actions.accept(held.pk, by=tess, at=placed.offer_expires_at)
    with cast.as_("Tess"):
        assert fresh(held).side == "INTERNAL"


def test_the_answer_clock_runs_in_the_hours_of_the_side_that_answers(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.PROVIDER).ticket
    with cast.as_("Tess") as tess:  # internal IT does backups by day
        office = responsibilities.matrix_of(cast.harbor.pk, NOON).hours_at("").business
        (_, closes), (opens, _) = office.spans(NOON, NOON + timedelta(days=1))[-2:]
        actions.offer(ticket.pk, PACKET, by=tess, at=closes - timedelta(minutes=20))
        assert fresh(ticket).offer_due_at == opens + timedelta(minutes=10), "thirty minutes: twenty today, ten tomorrow"


def test_taking_an_offer_back_leaves_everything_as_it_was(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    with cast.as_("Iris") as iris:
        actions.withdraw(held.pk, "We found it ourselves.", by=iris, at=later(11))
        back = fresh(held)
        assert (back.offer_kind, back.packet, back.side, back.crossings) == ("", {}, "INTERNAL", 0)


def test_the_other_side_asks_and_the_holder_answers(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        with pytest.raises(actions.SayMore):
            actions.ask_for(held.pk, "give", by=tariq, at=later(5))
        actions.ask_for(held.pk, WHY, by=tariq, at=later(5))
    with cast.as_("Tess") as tess, pytest.raises(actions.NotYours):
        actions.accept(held.pk, by=tess, at=later(6))
    with cast.as_("Ivo") as ivo:
        assert fresh(held).offer_kind == "ASKED"
        actions.accept(held.pk, by=ivo, at=later(7))
        moved = fresh(held)
        assert (moved.side, moved.assignee_id, moved.crossings) == ("PROVIDER", cast.people["Tariq"].pk, 1)


def test_what_went_to_and_fro_twice_is_shown_to_both_leads_and_offered_by_a_lead(cast: Cast, held: Ticket) -> None:
    for minutes in (10, 20):
        offer(cast, held, minutes)
        with cast.as_("Tariq") as tariq:
            actions.decline(held.pk, "missing", "Which version of the viewer is it?", by=tariq, at=later(minutes + 5))
    with cast.scope():
        assert fresh(held).facts.bounced
        assert {"Iris", "Tess", "Provider administrator"} <= told(cast, "Which version of the viewer")
    with cast.as_("Ivo") as ivo, pytest.raises(actions.NotNow, match="Ask your lead"):
        actions.offer(held.pk, PACKET, by=ivo, at=later(30))
    offer(cast, held, 31, who="Iris")
    with cast.as_("Tess") as tess:
        actions.accept(held.pk, by=tess, at=later(32))
        assert fresh(held).crossings == 1


def test_who_answers_for_the_matrix_moves_it_by_a_written_reason_and_it_is_marked(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tess") as tess, pytest.raises(actions.NotYours, match="answers for the matrix"):
        actions.direct(held.pk, "We do it, whatever they say.", by=tess, at=later(5))
    with cast.as_("Iris") as iris:
        with pytest.raises(actions.SayMore):
            actions.direct(held.pk, "now", by=iris, at=later(5))
        actions.direct(held.pk, "Ivo is in hospital, and it cannot wait.", by=iris, at=later(5))
        moved = fresh(held)
        assert (moved.side, moved.crossings, moved.forced, moved.assignee_id) == ("PROVIDER", 1, 1, None)
        event = Event.objects.for_tenant(cast.harbor).of(held.pk).get(kind=Kind.DIRECTED)
        assert event.hat == "GOVERNOR"
        assert "drift" in event.after


def test_resolving_and_offering_again_wait_for_the_answer(cast: Cast, held: Ticket) -> None:
    offer(cast, held)
    with cast.as_("Ivo") as ivo:
        with pytest.raises(actions.NotNow, match="waits for its answer"):
            actions.resolve(held.pk, "Done.", by=ivo, at=later(11))
        with pytest.raises(actions.NotNow, match="waits for its answer"):
            actions.offer(held.pk, PACKET, by=ivo, at=later(11))


def test_a_changed_duty_offers_it_and_moves_nothing_silently(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tess") as tess:
        with pytest.raises(actions.UnknownDuty):
            actions.set_duty(held.pk, "no.such", by=tess, at=later(5))
        actions.set_duty(held.pk, "monitoring.after-hours", by=tess, at=later(5))
        stays = fresh(held)
        assert stays.duty is not None
        assert stays.duty.key == "monitoring.after-hours"
        assert stays.side == "INTERNAL"


def test_private_notes_of_the_giver_never_travel(cast: Cast, held: Ticket) -> None:
    with cast.as_("Ivo") as ivo:
        actions.note(held.pk, "canary-of-ivo", by=ivo, at=later(1))
    offer(cast, held)
    with cast.as_("Tess") as tess:
        actions.accept(held.pk, by=tess, at=later(12))
        assert not Event.objects.for_tenant(cast.harbor).of(held.pk).filter(text__contains="canary-of-ivo").exists()
        assert not told(cast, "canary-of-ivo")


@pytest.mark.django_db(transaction=True)
def test_h1_a_handover_is_accepted_by_one_person(cast: Cast) -> None:
    """Twenty people of the receiving side press Accept at the same moment, time after time."""
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
        actions.take(ticket.pk, by=iris, at=later(0))
    tess = cast.actor("Tess")
    for turn in range(10):
        giver, taker = ("Iris", "Tess") if turn % 2 == 0 else ("Tess", "Iris")
        offer(cast, ticket, 10 * turn + 1, who=giver)
        by = cast.actor(taker)
        found = at_once(
            20, lambda place, by=by, turn=turn: actions.accept(ticket.pk, by=by, at=later(10 * turn + 2), once=f"{turn}-{place}"), by=by
        )
        assert sum(isinstance(one, Ticket) for one in found) == 1
        assert sum(isinstance(one, actions.NotNow) for one in found) == 19
        with cast.scope():
            assert fresh(ticket).crossings == turn + 1
    assert tess.name == "Tess"


@pytest.mark.django_db(transaction=True)
def test_h1_one_accepts_while_the_giver_takes_it_back_and_only_one_of_both_holds(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
        actions.take(ticket.pk, by=iris, at=later(0))
    people = [cast.actor("Tess"), cast.actor("Iris")]
    for turn in range(8):
        with cast.scope():
            holder = "Iris" if fresh(ticket).side == "INTERNAL" else "Tess"
        offer(cast, ticket, 10 * turn + 1, who=holder)
        accepts, gives = people if holder == "Iris" else people[::-1]

        def act(place: int, accepts: Actor = accepts, gives: Actor = gives, turn: int = turn) -> object:
            by, do = (accepts, actions.accept) if place else (gives, actions.withdraw)
            with tenancy.only([by.tenant_id], side=by.company_id):
                return do(ticket.pk, by=by, at=later(10 * turn + 2))

        found = at_once(2, act, by=people[0])
        assert sum(isinstance(one, actions.Refused) for one in found) == 1
        with cast.scope():
            assert fresh(ticket).offer_kind == ""


def test_a_reply_in_public_by_either_side_is_the_first_answer(cast: Cast, held: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.reply(held.pk, "For both sides.", Audience.SHARED, by=tess, at=later(3))
        assert fresh(held).first_reply_at is None
        actions.reply(held.pk, "We look at it.", Audience.PUBLIC, by=tess, at=later(4))
        answered = fresh(held)
        assert (answered.first_reply_at, answered.answer_due_at) == (later(4), None)
    with cast.as_("Iris") as iris:
        other = from_person(iris, side=Side.INTERNAL)
        actions.reply(other.pk, "I forgot to say: room 3.", Audience.PUBLIC, by=iris, at=later(5))
        assert fresh(other).first_reply_at is None, "who asked does not answer himself"


def test_who_says_that_it_is_his_own_duty_asks_the_holder_and_takes_nothing(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.PROVIDER)
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
    with cast.as_("Ivo") as ivo:
        actions.set_duty(ticket.pk, "backup.jobs", by=ivo, at=later(5))  # which internal IT does by day
        asked = fresh(ticket)
        assert (asked.offer_kind, asked.offer_to, asked.offer_by_id, asked.side) == ("ASKED", "INTERNAL", ivo.user_id, "PROVIDER")
        with pytest.raises(actions.NotYours):
            actions.accept(ticket.pk, by=ivo, at=later(6))
    with cast.as_("Tariq") as tariq:
        actions.accept(ticket.pk, by=tariq, at=later(7))
        assert (fresh(ticket).side, fresh(ticket).assignee_id) == ("INTERNAL", cast.people["Ivo"].pk)


def test_what_a_rule_offers_the_holders_lead_takes_back_and_the_receiver_answers(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.PROVIDER)
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
        actions.set_duty(ticket.pk, "backup.jobs", by=tariq, at=later(5))
        assert (fresh(ticket).offer_kind, fresh(ticket).offer_side) == ("DUTY", "")
        with pytest.raises(actions.NotYours, match="a manager of the side that holds it"):
            actions.withdraw(ticket.pk, by=tariq, at=later(6))
    with cast.as_("Tess") as tess:
        actions.withdraw(ticket.pk, "It is the job of the imaging vendor.", by=tess, at=later(7))
        assert fresh(ticket).offer_kind == ""


@pytest.mark.parametrize("wish", [-1, 60 * 24 * 366 + 1])
def test_a_wish_lies_within_a_year(cast: Cast, held: Ticket, wish: int) -> None:
    with pytest.raises(actions.SayMore, match="within the next year") as refused:
        offer(cast, held, answer_by=later(10 + wish))
    assert refused.value.field == "answer_by"


def test_a_secret_in_a_packet_can_be_blanked_wherever_it_is_kept(cast: Cast, held: Ticket) -> None:
    with cast.as_("Ivo") as ivo:
        actions.offer(held.pk, PACKET | {"access": "password hunter2"}, by=ivo, at=later(10))
    with cast.as_("Iris") as iris:
        event = Event.objects.for_tenant(cast.harbor).of(held.pk).get(kind=Kind.OFFERED)
        assert "hunter2" in event.text
        assert "hunter2" not in str((event.before, event.after))
        blanking.blank(held.pk, event.pk, "A password was pasted here.", by=iris, at=later(11))
        event.refresh_from_db()
        assert "hunter2" not in str((event.text, fresh(held).packet))
