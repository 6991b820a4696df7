"""Major incidents: declared, commanded by exactly one person, updated, contained, ended; both sides called, nothing forgotten."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from comanaged import background
from comanaged.accounts import access
from comanaged.accounts.models import Membership
from comanaged.celery import app
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast, add_person
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.living import differing
from tests.tickets.test_concurrency import at_once
from tickets import actions
from tickets.actions import incidents, linking, steps
from tickets.actions.incidents import due
from tickets.domain.incidents import Fact, Role, Seat
from tickets.models import Event, Incident, IncidentAsk, IncidentEntry, Ticket
from tickets.queries import command, majors, sheets
from tickets.queries import incidents as queries

WHY = "It spreads over the network, and nobody works there."


def declared(cast: Cast, who: str = "Ivo", *, at: datetime = NOON, side: Side = Side.PROVIDER) -> Incident:
    """An incident of a ticket that an alert opened at the provider."""
    with cast.scope():
        ticket = from_alert(cast.harbor, side=side, at=at - timedelta(minutes=1)).ticket
    with cast.as_(who) as by:
        return incidents.declare(ticket.pk, "Two servers by now.", by=by, at=at).incident


def commanded(cast: Cast, who: str = "Iris") -> Incident:
    incident = declared(cast)
    with cast.as_(who) as by:
        return incidents.accept(incident.number, by=by, at=later(2))


def fresh(cast: Cast, incident: Incident) -> Incident:
    with cast.scope():
        return Incident.objects.for_tenant(cast.harbor).loaded().get(pk=incident.pk)


def ticket_of(cast: Cast, incident: Incident) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).select_related("tenant", "terms", "duty").get(pk=incident.ticket_id)


def told(cast: Cast, incident: Incident, *kinds: Fact) -> list[str]:
    with cast.scope():
        rows = IncidentEntry.objects.for_tenant(cast.harbor).filter(incident=incident)
        rows = rows.filter(kind__in=kinds) if kinds else rows
        return list(rows.order_by("id").values_list("kind" if not kinds else "text", flat=True))


def called(cast: Cast, key: str) -> set[str]:
    """Whom the notices under a key went to, by first name."""
    with cast.scope():
        found = Notice.objects.for_tenant(cast.harbor).filter(key__contains=key).values_list("to_address", flat=True)
        return {address.partition("@")[0] for address in found}


def leaves(cast: Cast, name: str, *, at: datetime) -> None:
    """Let somebody be no member any more."""
    with cast.scope():
        Membership.objects.filter(user=cast.people[name], tenant=cast.harbor).update(ends_at=at)


def matrix_side(cast: Cast, at: datetime) -> str:
    with cast.scope():
        return command.expected(cast.harbor.pk, "", at).side


# --- declaring


@pytest.mark.django_db
def test_it_says_who_is_asked_where_nobody_does_the_duty(cast: Cast) -> None:
    """That nobody commands at night is half of why a side was asked."""
    with cast.scope():
        by_day, at_night = (command.expected(cast.harbor.pk, "", NOON + timedelta(hours=hours)) for hours in (0, 12))
    assert (by_day.side, by_day.because) == (Side.INTERNAL, "Client rule: Internal IT does it by day.")
    assert at_night.side == Side.PROVIDER
    assert at_night.because == (
        "Nobody does Joint incident command now: no rule's hours hold at this moment. So the provider is asked, where its work goes."
    )


@pytest.mark.django_db
def test_one_press_makes_a_ticket_critical_ends_its_wait_and_calls_both_sides(cast: Cast) -> None:
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.INTERNAL)
    with cast.as_("Ivo") as ivo:
        actions.take(ticket.pk, by=ivo, at=later(1))
        actions.wait(ticket.pk, "vendor", "Dentsply", later(120), "They look.", by=ivo, at=later(2))
    with cast.as_("Lena") as lena:
        done = incidents.declare(ticket.pk, "Nothing opens any more.", by=lena, at=later(3))
    assert done.created
    row = ticket_of(cast, done.incident)
    assert (row.priority, row.major, row.state, row.wait_reason) == ("P1", True, "OPEN", "")
    assert {"iris", "tess", "provideradministrator"} <= called(cast, f"incident:{done.incident.pk}:declared")
    assert "lena" not in called(cast, f"incident:{done.incident.pk}:declared"), "she knows"
    assert told(cast, done.incident) == [Fact.DECLARED]
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind="MAJOR")
        assert (event.after["major"], event.after["priority"], event.text) == (True, "P1", "Nothing opens any more.")
    assert differing(cast).differ == []


@pytest.mark.django_db
def test_what_an_alert_opened_is_told_first_with_its_source(cast: Cast) -> None:
    incident = declared(cast)
    with cast.scope():
        first = IncidentEntry.objects.for_tenant(cast.harbor).filter(incident=incident).order_by("id")[0]
    assert (first.kind, first.source, first.text, first.by_user_id) == ("ORIGIN", "ALERT", "Veeam: job failed", None)


@pytest.mark.django_db
def test_alone_it_opens_a_critical_ticket_where_the_matrix_sends_first_response(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        first = incidents.declare_alone("Files are being encrypted", "Two machines.", by=ivo, at=NOON, once="a")
        again = incidents.declare_alone("Files are being encrypted", "Two machines.", by=ivo, at=later(1), once="a")
    assert (first.created, again.created, first.incident.pk) == (True, False, again.incident.pk)
    row = ticket_of(cast, first.incident)
    assert (row.priority, row.major, row.duty.key if row.duty else "") == ("P1", True, "incident.first-response")
    assert differing(cast).differ == []


@pytest.mark.django_db
def test_whoever_declares_second_is_led_to_the_one_that_is_open(cast: Cast) -> None:
    incident = declared(cast)
    with cast.as_("Tess") as tess:
        again = incidents.declare(incident.ticket_id, by=tess, at=later(1))
    assert (again.created, again.incident.pk) == (False, incident.pk)


@pytest.mark.django_db
def test_the_auditor_declares_nothing(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        ticket = from_person(ivo)
    with cast.as_("Auditor") as auditor, pytest.raises(access.Refused):
        incidents.declare(ticket.pk, by=auditor, at=NOON)


@pytest.mark.django_db
def test_a_major_neither_waits_nor_is_resolved_nor_lowered(cast: Cast) -> None:
    incident = declared(cast, side=Side.INTERNAL)
    with cast.as_("Iris") as iris:
        actions.take(incident.ticket_id, by=iris, at=later(1))
        tries: list[Any] = [
            lambda: actions.wait(incident.ticket_id, "vendor", "Dentsply", later(60), "They look.", by=iris, at=later(2)),
            lambda: actions.resolve(incident.ticket_id, "Restarted it.", by=iris, at=later(2)),
            lambda: actions.cancel(incident.ticket_id, "It is nothing at all.", by=iris, at=later(2)),
            lambda: actions.lower_critical(incident.ticket_id, Priority.P3, WHY, by=iris, at=later(2), agreed=True),
        ]
        for move in tries:
            with pytest.raises(steps.NotNow):
                move()


@pytest.mark.django_db
def test_a_source_that_falls_silent_does_not_close_a_major(cast: Cast) -> None:
    incident = declared(cast)
    with cast.scope():
        row = actions.source_resolved(incident.ticket_id, because="It is over.", by=access.system(cast.harbor), at=later(5))
    assert row.state in {"NEW", "OPEN"}


@pytest.mark.django_db
def test_whoever_declares_a_part_of_it_is_led_to_the_whole(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tess") as tess:
        part = from_person(tess, title="Reinstall FD-03")
        linking.make_part_of(part.pk, incident.ticket.number, by=tess, at=later(3))
        again = incidents.declare(part.pk, by=tess, at=later(4))
    assert (again.created, again.incident.pk) == (False, incident.pk)


@pytest.mark.django_db
def test_an_incident_that_nobody_answers_is_not_forgotten(cast: Cast) -> None:
    incident = declared(cast)
    with cast.scope():
        due.catch_up(Incident.objects.for_tenant(cast.harbor).loaded().get(), at=later(45))
    assert told(cast, incident).count(Fact.NOBODY) == 1
    assert {"iris", "tess", "lena"} <= called(cast, ":command:again:3")
    assert fresh(cast, incident).watch_at == later(50)


@pytest.mark.django_db
def test_a_side_without_a_manager_is_called_all_the_same(cast: Cast) -> None:
    leaves(cast, "Iris", at=later(-5))
    incident = declared(cast, "Tess")
    assert "ivo" in called(cast, f"incident:{incident.pk}:declared")
    with cast.scope():
        Incident.objects.for_tenant(cast.harbor).update(voice_users=cast.people["Iris"])
        due.catch_up(Incident.objects.for_tenant(cast.harbor).loaded().get(), at=later(31))
    assert "ivo" in called(cast, f"incident:{incident.pk}:update:"), "the voice to users has left"


# --- command


@pytest.mark.django_db
def test_whom_the_matrix_names_takes_command_and_both_managers_hear_of_it(cast: Cast) -> None:
    assert matrix_side(cast, NOON) == "INTERNAL"
    incident = commanded(cast)
    assert (incident.state, incident.commander_id, incident.commander_side) == ("COMMANDED", cast.people["Iris"].pk, "INTERNAL")
    assert (incident.deputy_side, incident.deputy_id) == ("PROVIDER", None)
    assert "tess" in called(cast, f"incident:{incident.pk}:v")


@pytest.mark.django_db
def test_the_other_side_waits_ten_minutes_then_is_called_and_may(cast: Cast) -> None:
    incident = declared(cast)
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.NotNow, match="other side is asked"):
            incidents.accept(incident.number, by=tess, at=later(9))
        taken = incidents.accept(incident.number, by=tess, at=later(10))
    assert (taken.commander_side, taken.deputy_side) == ("PROVIDER", "INTERNAL")
    assert told(cast, incident)[-2:] == [Fact.NOBODY, Fact.COMMANDED]
    assert {"tess", "tariq", "iris"} <= called(cast, "nobody")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_command_at_once_one_has_it_and_the_other_is_told(cast: Cast) -> None:
    incident = declared(cast)
    takers = [cast.actor("Iris"), cast.actor("Ivo")]
    results = at_once(
        2, lambda place: incidents.accept(incident.number, by=takers[place], at=later(1), seen=incident.version), by=takers[0]
    )
    assert sorted(type(result).__name__ for result in results) == ["Incident", "Stale"]
    assert told(cast, incident).count(Fact.COMMANDED) == 1


@pytest.mark.django_db
def test_pressing_twice_is_pressing_once(cast: Cast) -> None:
    incident = declared(cast)
    with cast.as_("Iris") as iris:
        incidents.accept(incident.number, by=iris, at=later(1), seen=incident.version, once="x")
        incidents.accept(incident.number, by=iris, at=later(1), seen=incident.version, once="x")
        incidents.log(incident.number, "The server is off.", by=iris, at=later(2), once="y")
        incidents.log(incident.number, "The server is off.", by=iris, at=later(2), once="y")
        with pytest.raises(steps.OtherContent):
            incidents.log(incident.number, "Something else.", by=iris, at=later(2), once="y")
    assert told(cast, incident).count(Fact.COMMANDED) == 1
    assert told(cast, incident).count(Fact.LOG) == 1


@pytest.mark.django_db
def test_the_deputy_takes_command_from_silence_and_the_one_before_is_the_deputy(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.NotNow, match="not silent"):
            incidents.accept(incident.number, by=tess, at=later(11))
        taken = incidents.accept(incident.number, by=tess, at=later(12))
    assert (taken.commander_id, taken.deputy_id, taken.deputy_side) == (cast.people["Tess"].pk, cast.people["Iris"].pk, "INTERNAL")
    assert told(cast, incident, Fact.TAKEN_OVER) == ["Iris was silent."]


@pytest.mark.django_db
def test_users_who_are_told_do_not_hide_that_the_commander_is_silent(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Lena") as lena:
        incidents.update(incident.number, "Phones work, files do not.", by=lena, at=later(25))
        incidents.log(incident.number, "Nobody answers.", by=lena, at=later(33))
    assert told(cast, incident, Fact.SILENT) != [], "half an hour without a word"
    assert {"tess", "tariq"} <= called(cast, "silent:")
    with cast.as_("Tess") as tess:
        incidents.accept(incident.number, by=tess, at=later(34))


@pytest.mark.django_db
def test_whoever_is_no_member_any_more_is_followed_at_once(cast: Cast) -> None:
    incident = commanded(cast)
    leaves(cast, "Iris", at=later(3))
    with cast.as_("Tess") as tess:
        incidents.accept(incident.number, by=tess, at=later(4))
    assert told(cast, incident, Fact.TAKEN_OVER) == ["Iris is no longer there."]


@pytest.mark.django_db
def test_a_manager_of_the_same_side_follows_whoever_is_silent_and_can_end_it(cast: Cast) -> None:
    add_person(cast, "Olaf", "c_mgr", cast.harbor)
    incident = commanded(cast)
    with cast.as_("Ivo") as ivo, pytest.raises(steps.NotNow, match="Somebody commands already"):
        incidents.accept(incident.number, by=ivo, at=later(60))
    with cast.as_("Olaf") as olaf:
        with pytest.raises(steps.NotNow, match="not silent"):
            incidents.accept(incident.number, by=olaf, at=later(11))
        taken = incidents.accept(incident.number, by=olaf, at=later(60))
        assert (taken.commander_side, taken.deputy_side, taken.deputy_id) == ("INTERNAL", "PROVIDER", None)
        incidents.end(incident.number, "KNOWN", WHY, by=olaf, at=later(61))


@pytest.mark.django_db
def test_with_nobody_on_the_other_side_the_own_one_still_goes_on(cast: Cast) -> None:
    incident = commanded(cast)
    for name in ("Tess", "Tariq", "Provider administrator", "Iris"):
        leaves(cast, name, at=later(3))
    with cast.as_("Ivo") as ivo:
        incidents.accept(incident.number, by=ivo, at=later(4))
        incidents.end(incident.number, "KNOWN", WHY, by=ivo, at=later(5))
    assert not ticket_of(cast, incident).major


@pytest.mark.django_db
def test_a_line_in_the_timeline_makes_nobody_look_again(cast: Cast) -> None:
    incident = declared(cast)
    with cast.as_("Tariq") as tariq:
        incidents.log(incident.number, "It spreads.", by=tariq, at=later(1))
    with cast.as_("Iris") as iris:
        incidents.accept(incident.number, by=iris, at=later(2), seen=incident.version)
        seen = fresh(cast, incident).version
        incidents.log(incident.number, "Still there.", by=iris, at=later(3))
        incidents.set_rhythm(incident.number, 15, by=iris, at=later(4), seen=seen)
        with pytest.raises(steps.Stale, match="set how often"):
            incidents.end(incident.number, "KNOWN", WHY, by=iris, at=later(5), seen=seen)


@pytest.mark.django_db
def test_who_works_on_a_part_after_a_word_on_the_ticket_is_heard(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tess") as tess:
        part = from_person(tess, title="Reinstall FD-03")
        linking.make_part_of(part.pk, incident.ticket.number, by=tess, at=later(3))
    with cast.as_("Iris") as iris:
        actions.reply(incident.ticket_id, "We are on it.", Audience.SHARED, by=iris, at=later(4))
        actions.reply(part.pk, "Start with this one.", Audience.SHARED, by=iris, at=later(29))
    with cast.as_("Tess") as tess:
        assert not queries.page(fresh(cast, incident), tess, later(31)).may_accept
        with pytest.raises(steps.NotNow, match="not silent"):
            incidents.accept(incident.number, by=tess, at=later(31))
        assert queries.page(fresh(cast, incident), tess, later(39)).may_accept


@pytest.mark.django_db
def test_what_is_done_elsewhere_as_the_commander_is_heard(cast: Cast) -> None:
    incident = commanded(cast, "Ivo")
    with cast.scope():
        other = from_alert(cast.harbor, condition="fs-01", side=Side.INTERNAL, at=later(2)).ticket
    with cast.as_("Ivo") as ivo:
        actions.direct(other.pk, WHY, by=ivo, at=later(20))
    with cast.scope():
        assert command.heard(fresh(cast, incident), later(25)) == later(20)


@pytest.mark.django_db
def test_whoever_moves_the_ticket_is_not_silent(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        actions.reply(incident.ticket_id, "We are on it.", "SHARED", by=iris, at=later(28))  # type: ignore[arg-type]
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.NotNow, match="not silent"):
            incidents.accept(incident.number, by=tess, at=later(37))
        incidents.accept(incident.number, by=tess, at=later(38))


@pytest.mark.django_db
def test_only_who_commands_leads(cast: Cast) -> None:
    incident = commanded(cast)
    iris = cast.people["Iris"].pk
    for name in ("Ivo", "Tess"):
        with cast.as_(name) as by:
            leads: list[Any] = [
                lambda by=by: incidents.set_rhythm(incident.number, 15, by=by, at=later(3)),
                lambda by=by: incidents.hand_on(incident.number, iris, by=by, at=later(3)),
                lambda by=by: incidents.give_role(incident.number, Role.SCRIBE, iris, by=by, at=later(3)),
                lambda by=by: incidents.end(incident.number, "KNOWN", WHY, by=by, at=later(3)),
                lambda by=by: incidents.assign(incident.number, 1, iris, WHY, by=by, at=later(3)),
            ]
            for act in leads:
                with pytest.raises(steps.NotYours):
                    act()
    with cast.as_("Lena") as lena, pytest.raises(access.Refused):
        incidents.end(incident.number, "KNOWN", WHY, by=lena, at=later(3))


@pytest.mark.django_db
def test_command_handed_to_the_other_side_leaves_a_deputy_of_this_one(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        with pytest.raises(steps.SayMore):
            incidents.hand_on(incident.number, cast.people["Lena"].pk, by=iris, at=later(3))
        with pytest.raises(steps.Stale):
            incidents.hand_on(incident.number, cast.people["Tess"].pk, by=iris, at=later(3), seen=1)
        handed = incidents.hand_on(incident.number, cast.people["Tess"].pk, "I drive there.", by=iris, at=later(3), seen=incident.version)
    assert (handed.commander_id, handed.deputy_id, handed.deputy_side) == (cast.people["Tess"].pk, cast.people["Iris"].pk, "INTERNAL")
    with cast.as_("Iris") as iris, pytest.raises(steps.NotYours):
        incidents.set_rhythm(incident.number, 15, by=iris, at=later(4))


@pytest.mark.django_db
def test_a_deputy_of_the_commanders_own_side_is_refused_and_so_by_the_database(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        with pytest.raises(steps.SayMore, match="other side"):
            incidents.give_role(incident.number, Role.DEPUTY, cast.people["Ivo"].pk, by=iris, at=later(3))
        incidents.give_role(incident.number, Role.DEPUTY, cast.people["Tariq"].pk, by=iris, at=later(3))
        incidents.give_role(incident.number, Role.USERS, cast.people["Lena"].pk, by=iris, at=later(3))
    assert "tariq" in called(cast, "role:deputy")
    with cast.scope(), pytest.raises(Exception, match="the_deputy_is_of_the_other_side"), transaction.atomic():
        Incident.objects.for_tenant(cast.harbor).update(deputy_side="INTERNAL")


# --- work under command


@pytest.mark.django_db
def test_the_commander_moves_and_assigns_work_on_both_sides_without_asking(cast: Cast) -> None:
    incident = commanded(cast, "Ivo")
    with cast.scope():
        other = from_alert(cast.harbor, condition="fs-01", side=Side.INTERNAL, at=later(2)).ticket
    with cast.as_("Ivo") as ivo:
        mine = incidents.assign(incident.number, incident.ticket.number, cast.people["Tariq"].pk, "", by=ivo, at=later(3))
        assert (mine.side, mine.assignee_id, mine.state, mine.forced) == ("PROVIDER", cast.people["Tariq"].pk, "OPEN", 0)
        with pytest.raises(steps.SayMore, match="Say why"):
            incidents.assign(incident.number, other.number, cast.people["Tess"].pk, "", by=ivo, at=later(4))
        crossed = incidents.assign(incident.number, other.number, cast.people["Tess"].pk, WHY, by=ivo, at=later(4))
        assert (crossed.side, crossed.assignee_id, crossed.crossings, crossed.forced) == ("PROVIDER", cast.people["Tess"].pk, 1, 1)
        back = actions.direct(other.pk, WHY, by=ivo, at=later(5))
        assert (back.side, back.forced) == ("INTERNAL", 2)
        hats = Event.objects.for_tenant(cast.harbor).filter(kind__in=["DIRECTED", "ASSIGNED"]).values_list("hat", flat=True)
        assert set(hats) == {"COMMANDER"}
    with cast.as_("Tariq") as tariq, pytest.raises(steps.NotYours):
        actions.direct(other.pk, WHY, by=tariq, at=later(6))
    assert differing(cast).differ == []


@pytest.mark.django_db
def test_who_commands_one_incident_moves_nothing_of_anothers(cast: Cast) -> None:
    first = commanded(cast, "Ivo")
    with cast.scope():
        other = from_alert(cast.harbor, condition="fs-01", side=Side.PROVIDER, at=later(3)).ticket
    with cast.as_("Iris") as iris:
        second = incidents.declare(other.pk, by=iris, at=later(4)).incident
        incidents.accept(second.number, by=iris, at=later(5))
    with cast.as_("Ivo") as ivo:
        with pytest.raises(steps.NotYours):
            actions.direct(other.pk, WHY, by=ivo, at=later(6))
        with pytest.raises(steps.NotYours):
            incidents.assign(first.number, other.number, cast.people["Tariq"].pk, "", by=ivo, at=later(6))


@pytest.mark.django_db
def test_no_button_assigns_what_only_the_incidents_page_can(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        shown = sheets.buttons(ticket_of(cast, incident), iris, standing=majors(iris))
        assert "assign" not in shown
        assert "direct" in shown


@pytest.mark.django_db
def test_a_manager_takes_at_once_while_a_major_is_open_and_both_sides_are_told(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, condition="fs-01", side=Side.INTERNAL).ticket
    with cast.as_("Tess") as tess, pytest.raises(steps.NotYours, match="while a major incident is open"):
        actions.emergency_take(ticket.pk, WHY, by=tess, at=later(1))
    declared(cast, at=later(2))
    with cast.as_("Tariq") as tariq, pytest.raises(access.Refused):
        actions.emergency_take(ticket.pk, WHY, by=tariq, at=later(3))
    with cast.as_("Iris") as iris, pytest.raises(steps.NotYours):
        actions.emergency_take(ticket.pk, WHY, by=iris, at=later(3))
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.SayMore):
            actions.emergency_take(ticket.pk, "now", by=tess, at=later(3))
        taken = actions.emergency_take(ticket.pk, WHY, by=tess, at=later(3), once="q")
        again = actions.emergency_take(ticket.pk, WHY, by=tess, at=later(3), once="q")
    assert (taken.side, taken.assignee_id, taken.crossings, taken.forced) == ("PROVIDER", cast.people["Tess"].pk, 1, 1)
    assert again.crossings == 1
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind="EMERGENCY")
        assert event.hat == "RESCUER"
    assert {"iris", "ivo", "provideradministrator"} <= called(cast, f"ticket:{ticket.pk}:{event.pk}")
    assert differing(cast).differ == []


# --- updates and what comes by itself


@pytest.mark.django_db
def test_an_update_is_a_public_reply_and_the_next_is_due_in_the_rhythm(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.set_rhythm(incident.number, 20, by=iris, at=later(3))
        assert fresh(cast, incident).update_due_at == later(20)
    with cast.as_("Lena") as lena:
        after = incidents.update(incident.number, "Do not switch anything on.", by=lena, at=later(5))
    assert after.update_due_at == later(25)
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).of(incident.ticket_id).get(kind="REPLY")
        assert (event.audience, event.text) == ("PUBLIC", "Do not switch anything on.")
    with cast.scope():
        line = next(one for one in queries.timeline(fresh(cast, incident)) if "told the users" in one.words)
    assert line.text == "Do not switch anything on."


@pytest.mark.django_db
def test_whoever_speaks_to_users_is_the_one_who_does(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.give_role(incident.number, Role.USERS, cast.people["Lena"].pk, by=iris, at=later(3))
    with cast.as_("Tariq") as tariq, pytest.raises(steps.NotYours, match="Lena speaks"):
        incidents.update(incident.number, "All is well.", by=tariq, at=later(4))
    with cast.as_("Lena") as lena:
        incidents.update(incident.number, "Phones work, files do not.", by=lena, at=later(5))


@pytest.mark.django_db
def test_a_worker_that_was_away_tells_everything_at_its_own_instant(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.scope():
        row = Incident.objects.for_tenant(cast.harbor).loaded().get()
        assert row.watch_at == later(30)
        due.catch_up(row, at=later(300))
        due.catch_up(row, at=later(301))
    with cast.scope():
        rows = IncidentEntry.objects.for_tenant(cast.harbor).filter(incident=incident, kind__in=["OVERDUE", "SILENT", "NOBODY"])
        assert sorted(rows.values_list("kind", "at")) == [("OVERDUE", later(30)), ("SILENT", later(30))]
    assert {"iris"} <= called(cast, "update:")
    assert {"tess", "tariq"} <= called(cast, "silent:")
    assert fresh(cast, incident).watch_at is not None, "nobody follows, so the managers are called again and again"
    assert {"tess", "iris", "lena"} <= called(cast, ":again:1")
    with cast.as_("Iris") as iris:
        incidents.update(incident.number, "We are back.", by=iris, at=later(302))
    assert fresh(cast, incident).watch_at == later(332)


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_sweep_finds_what_is_due_and_does_it_once(cast: Cast) -> None:
    from django.utils import timezone  # noqa: PLC0415 - the sweep looks at the real clock

    app.loader.import_default_modules()
    now = timezone.now()
    incident = declared(cast, at=now - timedelta(minutes=11))
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tariq, at=now - timedelta(minutes=16))
    background.sweep_table("tickets.incident")
    background.sweep_table("tickets.containment")
    background.sweep_table("tickets.incident")
    assert told(cast, incident).count(Fact.NOBODY) == 1
    kinds = told(cast, incident)
    assert kinds.count(Fact.PASSED) + kinds.count(Fact.UNANSWERED) == 1, "who stands in depends on the hour"
    with cast.scope():
        row = IncidentAsk.objects.for_tenant(cast.harbor).get(pk=asked.pk)
        assert (row.lease_token, row.answer_by > now or row.state == "UNANSWERED") == (None, True)


# --- containment


@pytest.mark.django_db
def test_who_holds_the_authority_is_called_and_answers(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        with pytest.raises(steps.SayMore):
            incidents.ask(incident.number, "Cut the clinic off", "now", by=tariq, at=later(3))
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tariq, at=later(3))
    assert asked.answer_by == later(18)
    with cast.scope():
        seats = command.seats(cast.harbor.pk, "", later(3))
    assert (asked.holder_party, asked.next_party) == (seats[0].party, seats[1].party)
    holders = called(cast, f"ask:{asked.pk}")
    assert holders
    outsider = next(name for name in ("Lena", "Tess", "Iris") if name.lower() not in holders)
    with cast.as_(outsider) as by, pytest.raises(steps.NotYours):
        incidents.answer(incident.number, asked.pk, yes=True, by=by, at=later(4))
    name = next(one for one in cast.people if one.lower() in holders)
    with cast.as_(name) as by:
        with pytest.raises(steps.SayMore):
            incidents.answer(incident.number, asked.pk, yes=False, text="no", by=by, at=later(4))
        incidents.answer(incident.number, asked.pk, yes=True, text="All of it.", by=by, at=later(4))
        with pytest.raises(steps.NotNow):
            incidents.answer(incident.number, asked.pk, yes=True, by=by, at=later(5))
    assert told(cast, incident, Fact.ANSWERED) == ["What Tariq asked for on 24 November 12:03 is allowed: All of it."]
    assert {"tariq"} <= called(cast, f"answered:{asked.pk}")


@pytest.mark.django_db
def test_silence_passes_a_request_on_once_and_then_says_that_nobody_answered(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tariq, at=later(3))
        assert queries.page(fresh(cast, incident), tariq, later(4)).asks[0].then == asked.next_name != ""
    with cast.as_("Ivo") as ivo:
        incidents.log(incident.number, "Still running.", by=ivo, at=later(20))
    with cast.scope():
        row = IncidentAsk.objects.for_tenant(cast.harbor).get()
        assert (row.state, row.passed_at, row.answer_by) == ("PENDING", later(18), later(33))
    assert len(told(cast, incident, Fact.PASSED)) == 1
    with cast.as_("Ivo") as ivo:
        incidents.log(incident.number, "It spreads.", by=ivo, at=later(40))
    with cast.scope():
        row = IncidentAsk.objects.for_tenant(cast.harbor).get()
        assert (row.state, row.answered_at) == ("UNANSWERED", later(33))
    assert {"iris", "tess", "tariq"} <= called(cast, f"unanswered:{asked.pk}")


@pytest.mark.django_db
def test_who_only_reads_is_not_asked_to_allow_anything(cast: Cast) -> None:
    add_person(cast, "Audra", "c_audit", cast.harbor)
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tariq, at=later(3))
        due.call(incident, asked, Seat("INTERNAL", None, "Internal IT"), by=tariq, at=later(4))
    assert "iris" in called(cast, f"ask:{asked.pk}")
    assert "audra" not in called(cast, f"ask:{asked.pk}")


@pytest.mark.django_db
def test_a_seat_in_which_nobody_sits_is_passed_over(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.scope():
        Membership.objects.filter(role="c_lead", tenant=cast.harbor).update(ends_at=later(3))
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tariq, at=later(4))
    assert "LEADERSHIP" not in {asked.holder_party, asked.next_party}
    assert called(cast, f"ask:{asked.pk}")


@pytest.mark.django_db
def test_a_request_that_no_try_could_pass_on_still_reaches_the_stand_in(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tariq, at=later(3))
    token = uuid.uuid4()
    for minute, state in ((20, "PENDING"), (40, "UNANSWERED")):
        with cast.scope():
            IncidentAsk.objects.for_tenant(cast.harbor).update(lease_token=token)
            due.give_up_ask(asked.pk, tenant_id=cast.harbor.pk, token=token, at=later(minute))
            assert IncidentAsk.objects.for_tenant(cast.harbor).get().state == state
    assert {"iris", "tess", "tariq"} <= called(cast, f"left:{asked.pk}")


@pytest.mark.django_db
def test_nobody_allows_what_he_asks_for_himself(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.scope():
        first = command.seats(cast.harbor.pk, "", later(3))[0]
    name = "Ivo" if first.party == "INTERNAL" else "Tess" if first.party == "PROVIDER" else "Lena"
    with cast.as_(name) as by:
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=by, at=later(3))
        assert asked.holder_id != by.user_id
        assert name.lower() not in called(cast, f"ask:{asked.pk}")
        with pytest.raises(steps.NotYours):
            incidents.answer(incident.number, asked.pk, yes=True, by=by, at=later(4))


# --- the timeline


@pytest.mark.django_db
def test_the_timeline_is_sealed_in_the_database(cast: Cast) -> None:
    incident = commanded(cast)
    for statement in ("UPDATE tickets_incidententry SET text = 'x'", "DELETE FROM tickets_incidententry"):
        with cast.scope(), pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert told(cast, incident)[0] == Fact.ORIGIN


@pytest.mark.django_db
def test_a_fact_of_before_stands_where_it_happened_and_none_is_to_come(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        incidents.log(incident.number, "The first file was renamed.", by=tariq, at=later(9), fact_at=later(-20))
        with pytest.raises(steps.SayMore):
            incidents.log(incident.number, "It will be over.", by=tariq, at=later(9), fact_at=later(10))
        for long_ago in (NOON - timedelta(days=31), datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))):
            with pytest.raises(steps.SayMore, match="30 days"):
                incidents.log(incident.number, "It began.", by=tariq, at=later(9), fact_at=long_ago)
        with pytest.raises(steps.SayMore):
            incidents.log(incident.number, " ", by=tariq, at=later(9))
    with cast.scope():
        line = queries.timeline(fresh(cast, incident))[0]
    assert (line.text, line.at, line.late, line.source, line.side) == (
        "The first file was renamed.",
        later(-20),
        later(9),
        "written by a person",
        "PROVIDER",
    )


@pytest.mark.django_db
def test_private_notes_of_a_ticket_are_in_no_timeline(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tess") as tess:
        actions.note(incident.ticket_id, "They forgot the backup.", by=tess, at=later(4))
    for name in ("Iris", "Tess"):
        with cast.as_(name):
            assert not any("forgot" in one.text for one in queries.timeline(fresh(cast, incident)))


# --- the end


@pytest.mark.django_db
def test_the_end_says_the_cause_and_why_parts_stay_open(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tess") as tess:
        part = from_person(tess, title="Reinstall FD-03")
        linking.make_part_of(part.pk, incident.ticket.number, by=tess, at=later(3))
        asked = incidents.ask(incident.number, "Cut the clinic off", WHY, by=tess, at=later(50))
    with cast.as_("Iris") as iris:
        for wrong, field in (
            (("", "It was a mail.", ""), "cause"),
            (("KNOWN", "mail", ""), "text"),
            (("KNOWN", "It came with a mail.", ""), "kept"),
        ):
            with pytest.raises(steps.SayMore) as refusal:
                incidents.end(incident.number, *wrong, by=iris, at=later(60))
            assert refusal.value.field == field
        ended = incidents.end(incident.number, "KNOWN", "It came with a mail.", "One machine is left.", by=iris, at=later(60))
        with pytest.raises(steps.NotNow):
            incidents.log(incident.number, "One more thing.", by=iris, at=later(61))
        assert ended.review_due_at is not None
        assert ended.review_due_at - later(60) >= timedelta(days=5)
        assert IncidentAsk.objects.for_tenant(cast.harbor).get(pk=asked.pk).state == "WITHDRAWN"
    row = ticket_of(cast, incident)
    assert (row.major, row.state) == (False, "NEW")
    assert fresh(cast, incident).kept == "One machine is left."
    assert {"tess", "provideradministrator"} <= called(cast, f"incident:{incident.pk}:v{ended.version}")
    assert differing(cast).differ == []
    with cast.as_("Ivo") as ivo:
        second = incidents.declare(incident.ticket_id, by=ivo, at=later(90))
    assert (second.created, second.incident.number) == (True, incident.number + 1)


@pytest.mark.django_db
def test_a_former_member_is_nobodys_commander(cast: Cast) -> None:
    add_person(cast, "Olaf", "c_tech", cast.harbor)
    incident = declared(cast)
    with cast.as_("Iris") as iris:
        incidents.accept(incident.number, by=iris, at=later(1))
        with pytest.raises(steps.SayMore):
            incidents.hand_on(incident.number, cast.people["Olga"].pk, by=iris, at=later(2))
