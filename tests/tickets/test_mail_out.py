"""Mail about a ticket: in one thread, to whom it is for, with an address for each one's answers, and nothing for other eyes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged import background
from comanaged.accounts import access
from comanaged.celery import app
from comanaged.notices import actions as notices
from comanaged.notices import mailing
from comanaged.notices.domain import wording
from comanaged.notices.kinds import Kind as About
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience
from tests.cast import Cast, add_person
from tests.notices.mailboxes import parsed
from tests.responsibilities.lines import named
from tests.tickets.build import NOON, from_alert, from_person, later
from tickets import actions
from tickets.actions import answering, merging, telling, watching
from tickets.domain import addressing
from tickets.models import Event, InboundMail, Kind, ReplyAddress, Ticket
from tickets.queries.present import on_duty

app.loader.import_default_modules()

DOMAIN = "mail.example.test"
PUBLIC, SHARED, OURS, THEIRS = "public-canary-11", "shared-canary-22", "internal-canary-33", "provider-canary-44"
THEIR_MAIL = "<20261124.abc@rosas.example.test>"


@pytest.fixture(autouse=True)
def of_our_own(settings: Any) -> None:
    settings.MAIL_DOMAIN, settings.MAIL_FROM_CLIENTS = DOMAIN, True
    mailing.shut_until = 0.0


@pytest.fixture
def rosa(cast: Cast) -> access.Person:
    """Somebody at the client who only asks."""
    add_person(cast, "Rosa", "c_user", cast.harbor)
    found = access.person_of(cast.harbor.pk, cast.people["Rosa"].pk, NOON)
    assert found is not None
    return found


@pytest.fixture
def ticket(cast: Cast, rosa: access.Person) -> Ticket:
    """What Rosa asked for; the provider holds it."""
    with cast.as_("Ivo") as ivo:
        made = from_person(ivo)
        Ticket.objects.for_tenant(cast.harbor).filter(pk=made.pk).update(requester=rosa.user_id)
    return again(cast, made)


def again(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).select_related("tenant", "duty").get(pk=ticket.pk)


def write(cast: Cast, ticket: Ticket, who: str, said: tuple[str, Audience], minute: int = 1) -> Event:
    text, audience = said
    with cast.as_(who) as actor:
        if audience in {Audience.PUBLIC, Audience.SHARED}:
            actions.reply(ticket.pk, text, audience, by=actor, at=later(minute))
        else:
            actions.note(ticket.pk, text, by=actor, at=later(minute))
        found = Event.objects.for_tenant(cast.harbor).of(ticket.pk).order_by("-id").first()
    assert found is not None
    return found


def queued(cast: Cast, event: Event | None = None) -> dict[str, Notice]:
    """Return what waits about an entry, by whom it is for."""
    with cast.scope():
        rows = Notice.objects.for_tenant(cast.harbor).order_by("id")
        return {row.to_name: row for row in rows if event is None or row.key == telling.key_of(event)}


def deliver(cast: Cast) -> dict[str, list[EmailMessage]]:
    """Send everything that waits; return it by address as a mail program reads it."""
    mail.outbox.clear()
    known = background.JOBS["notices.deliver"]
    with cast.scope():
        rows = list(Notice.objects.for_tenant(cast.harbor).filter(sent_at=None).order_by("id").values_list("pk", flat=True))
    for row in rows:
        background.perform(known, tenant=cast.harbor.pk, row=row)
    found: dict[str, list[EmailMessage]] = {}
    for message in mail.outbox:
        (address,) = message.recipients()
        found.setdefault(address, []).append(parsed(message.message().as_bytes()))
    return found


def everything(message: EmailMessage) -> str:
    """Return all that a mail says, its headers too."""
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), message.get_content()])


# --- one thread


def test_three_mails_in_a_row_are_one_thread(cast: Cast, ticket: Ticket) -> None:
    opening = Event.unscoped
    first, second, third = (write(cast, ticket, "Tess", (f"word {number}", Audience.PUBLIC), number) for number in (1, 2, 3))
    to_rosa = deliver(cast)["rosa@example.test"]
    root, ids = (
        addressing.root_id(ticket.public_id, DOMAIN),
        [addressing.message_id(ticket.public_id, one.pk, DOMAIN) for one in (first, second, third)],
    )
    with cast.scope():
        opened = opening.filter(ticket=ticket.pk, kind=Kind.OPENED).values_list("pk", flat=True).get()
    begun = addressing.message_id(ticket.public_id, opened, DOMAIN)
    assert [message["Message-ID"] for message in to_rosa] == ids
    assert [message["In-Reply-To"] for message in to_rosa] == [begun, ids[0], ids[1]]
    assert [message["References"].split() for message in to_rosa] == [[root, begun], [root, begun, ids[0]], [root, begun, ids[0], ids[1]]]
    assert {message["Subject"] for message in to_rosa} == {f"[HD-{ticket.number}] The viewer will not open"}
    assert len({message["Reply-To"] for message in to_rosa}) == 3


def test_a_long_thread_names_its_root_and_the_last_twenty(cast: Cast, ticket: Ticket) -> None:
    events = [write(cast, ticket, "Tess", (f"word {number}", Audience.SHARED), number) for number in range(1, 26)]
    with cast.scope():
        found = answering.thread(ticket, events[-1])["References"].split()
    assert found[0] == addressing.root_id(ticket.public_id, DOMAIN)
    assert found[1:] == [addressing.message_id(ticket.public_id, one.pk, DOMAIN) for one in events[-21:-1]]


def came_by_mail(cast: Cast, ticket: Ticket, event: Event, message_id: str, outcome: str) -> None:
    with cast.scope():
        InboundMail.objects.create(
            tenant=cast.harbor,
            recipient=f"harbor-dental@{DOMAIN}",
            key=message_id,
            raw=b"",
            size=0,
            sha256="",
            received_at=NOON,
            read_at=NOON,
            message_id=message_id,
            outcome=outcome,
            audience=Audience.PUBLIC,
            ticket=ticket,
            event=event,
        )


def opening_of(cast: Cast, ticket: Ticket) -> Event:
    with cast.scope():
        return Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind=Kind.OPENED)


def test_what_a_mail_opened_is_threaded_under_that_mail(cast: Cast, ticket: Ticket) -> None:
    came_by_mail(cast, ticket, opening_of(cast, ticket), THEIR_MAIL, "OPENED")
    with cast.scope():
        telling.acknowledge(ticket, opening_of(cast, ticket), by=access.system(cast.harbor), at=later(0))
    answered = write(cast, ticket, "Tess", ("Try again now.", Audience.PUBLIC))
    came_by_mail(cast, ticket, answered, "their.answer@rosas.example.test", "ANSWER")
    write(cast, ticket, "Tess", ("And now?", Audience.PUBLIC), 2)
    acknowledgement, first, second = deliver(cast)["rosa@example.test"]
    assert acknowledgement["In-Reply-To"] == THEIR_MAIL
    assert first["In-Reply-To"] == THEIR_MAIL
    assert second["In-Reply-To"] == "<their.answer@rosas.example.test>"
    assert {message["References"].split()[0] for message in (acknowledgement, first, second)} == {THEIR_MAIL}
    assert addressing.root_id(ticket.public_id, DOMAIN) in first["References"].split()


@pytest.mark.parametrize("mailed", ["", "<a b@c>", "x\r\nBcc: <evil@example.test>", "<no>"])
def test_g12_what_a_mail_calls_itself_adds_no_line(cast: Cast, ticket: Ticket, mailed: str) -> None:
    came_by_mail(cast, ticket, opening_of(cast, ticket), mailed, "OPENED")
    write(cast, ticket, "Tess", ("Try again now.", Audience.PUBLIC))
    (message,) = deliver(cast)["rosa@example.test"]
    assert "evil" not in everything(message)
    assert len(message["References"].split()) <= 3


def test_an_acknowledgement_says_that_it_is_one(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        telling.acknowledge(ticket, opening_of(cast, ticket), by=access.system(cast.harbor), at=later(0))
    (message,) = deliver(cast)["rosa@example.test"]
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"], message["Precedence"]) == ("auto-replied", "All", None)
    words = message.get_content()
    assert f"We have it, as HD-{ticket.number}." in words
    assert f"/harbor-dental/requests/{ticket.number}/" in words
    assert "Northwind" not in everything(message)


# --- headers


def test_what_a_person_writes_to_who_asked_is_no_automatic_mail_and_a_notice_is(cast: Cast, ticket: Ticket) -> None:
    event = write(cast, ticket, "Tess", (PUBLIC, Audience.PUBLIC))
    found = queued(cast, event)
    assert not {"Auto-Submitted", "Precedence"} & set(found["Rosa"].headers)
    assert found["Iris"].headers["Auto-Submitted"] == "auto-generated"
    assert found["Iris"].headers["Precedence"] == "bulk"
    assert (found["Rosa"].kind, found["Iris"].kind) == (About.REQUEST, About.MESSAGE)
    messages = deliver(cast)
    assert {message["X-Auto-Response-Suppress"] for several in messages.values() for message in several} == {"All"}


def test_mail_comes_from_the_client_and_says_where_to_answer(cast: Cast, ticket: Ticket, settings: Any) -> None:
    write(cast, ticket, "Tess", (PUBLIC, Audience.PUBLIC))
    (message,) = deliver(cast)["rosa@example.test"]
    assert str(message["From"]) == f"Harbor Dental help desk <harbor-dental@{DOMAIN}>"
    assert message.get_content().startswith(wording.ANSWER_ABOVE)
    settings.MAIL_FROM_CLIENTS = False
    write(cast, ticket, "Tess", (PUBLIC, Audience.PUBLIC), 2)
    (message,) = deliver(cast)["rosa@example.test"]
    assert str(message["From"]) == f"Harbor Dental help desk <{settings.DEFAULT_FROM_EMAIL}>"
    assert addressing.recipient_of(message["Reply-To"].addresses[0].addr_spec, DOMAIN) is not None


# --- whom it is for


def audience_of(message: EmailMessage, cast: Cast) -> tuple[str, str, int | None]:
    """Return whose answers an address takes, to whom they go, and for which organisation."""
    recipient = addressing.recipient_of(message["Reply-To"].addresses[0].addr_spec, DOMAIN)
    assert recipient is not None
    assert recipient.slug == "harbor-dental"
    with cast.scope():
        row = ReplyAddress.objects.for_tenant(cast.harbor).select_related("user").get(token_hash=addressing.hash_of(recipient.token))
    assert row.address == row.user.email
    return row.user.name, row.audience, row.company_id


@pytest.mark.parametrize(
    ("who", "audience", "told"),
    [
        ("Tess", Audience.PUBLIC, {"Iris", "Ivo", "Rosa"}),
        ("Tess", Audience.SHARED, {"Iris", "Ivo"}),
        ("Iris", Audience.INTERNAL, {"Ivo"}),
        ("Tess", Audience.PROVIDER, {"Tariq", "Provider administrator"}),
        ("Iris", Audience.PUBLIC, {"Tess", "Tariq", "Provider administrator", "Rosa"}),
        ("Iris", Audience.SHARED, {"Tess", "Tariq", "Provider administrator"}),
    ],
)
def test_e7_each_audience_is_told_and_its_answers_keep_it(cast: Cast, ticket: Ticket, who: str, audience: Audience, told: set[str]) -> None:
    deliver(cast)
    event = write(cast, ticket, who, ("said", audience))
    assert set(queued(cast, event)) == told
    for several in deliver(cast).values():
        for message in several:
            name, kept, company = audience_of(message, cast)
            assert name in told
            assert kept == audience
            at_client = name in {"Iris", "Ivo", "Rosa"}
            assert company == (cast.harbor.pk if at_client else cast.northwind.pk)


def all_that_happens(cast: Cast, ticket: Ticket) -> dict[str, Event]:
    """Let each audience be written to, and the ticket go its way; return the one-sided entries."""
    kept = {}
    for number in (0, 10):
        write(cast, ticket, "Tess", (PUBLIC, Audience.PUBLIC), number + 1)
        write(cast, ticket, "Ivo", (SHARED, Audience.SHARED), number + 2)
        kept[f"ours {number}"] = write(cast, ticket, "Iris", (f"{OURS} @Ivo", Audience.INTERNAL), number + 3)
        kept[f"theirs {number}"] = write(cast, ticket, "Tess", (f"{THEIRS} @Tariq", Audience.PROVIDER), number + 4)
        write(cast, ticket, "Iris", (PUBLIC, Audience.PUBLIC), number + 5)
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(30))
        actions.wait(ticket.pk, "requester", "", later(600), f"{PUBLIC} which room?", by=tariq, at=later(31))
        actions.wake(ticket.pk, SHARED, by=tariq, at=later(32))
        actions.resolve(ticket.pk, PUBLIC, by=tariq, at=later(33))
    return kept


SIDES = {"ivo@example.test": "c", "iris@example.test": "c", "lena@example.test": "c", "rosa@example.test": "u"}


def test_e7_no_mail_tells_one_side_or_who_asked_what_is_not_for_them(cast: Cast, ticket: Ticket) -> None:
    kept = all_that_happens(cast, ticket)
    ids = {name: addressing.message_id(ticket.public_id, event.pk, DOMAIN) for name, event in kept.items()}
    with cast.scope():
        shared = Event.objects.for_tenant(cast.harbor).of(ticket.pk).filter(audience=Audience.SHARED).values_list("pk", flat=True)
        not_public = [addressing.message_id(ticket.public_id, pk, DOMAIN) for pk in shared]
    told = deliver(cast)
    assert {"rosa@example.test", "ivo@example.test", "tariq@example.test"} <= set(told)
    for address, several in told.items():
        side = SIDES.get(address, "p")
        for message in several:
            said = everything(message)
            assert OURS not in said  # a private text leaves by no mail at all, to its own side neither
            assert THEIRS not in said
            others = [one for name, one in ids.items() if side == "u" or name.startswith("theirs" if side == "c" else "ours")]
            assert not [one for one in others if one in said]
            if side == "u":
                assert SHARED not in said
                assert ticket.because not in said
                assert "/tickets/" not in said
                assert f"/harbor-dental/requests/{ticket.number}/" in said
                assert not [one for one in not_public if one in said]


def test_who_asked_hears_of_what_is_public_and_of_nothing_else(cast: Cast, ticket: Ticket) -> None:
    all_that_happens(cast, ticket)
    words = [message.get_content().split("\n\n")[1] for message in deliver(cast)["rosa@example.test"]]
    assert words == [
        *["Tess wrote to you.", "Iris wrote to you."] * 2,
        "Tariq needs to know something from you.",
        "Tariq says that this is solved. If it is not, say so and it goes on.",
    ]


def test_who_asked_hears_that_it_was_closed_because_nobody_said_anything(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
        actions.resolve(ticket.pk, "Done.", by=tariq, at=later(2))
    deliver(cast)
    with cast.scope():
        locked = Ticket.objects.for_tenant(cast.harbor).select_for_update(of=("self",)).select_related("terms", "tenant").get(pk=ticket.pk)
        watching.catch_up(locked, at=NOON + timedelta(days=30))
        closed = Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind=Kind.CLOSED)
    assert {name: row.text.split("\n\n")[0] for name, row in queued(cast, closed).items()} == {"Rosa": "This is closed."}


def test_what_who_asked_writes_is_told_to_who_holds_it(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
    with cast.as_("Rosa") as rosa:
        event = Event(
            tenant=cast.harbor,
            ticket=ticket,
            audience=Audience.PUBLIC,
            kind=Kind.REPLY,
            text="Still broken.",
            by_name="Rosa",
            by_side="INTERNAL",
        )
        event.side_id, event.by_user_id, event.version, event.at = rosa.company_id, rosa.user_id, 9, later(2)
        event.save(force_insert=True)
        telling.both_sides(again_in(ticket), event, by=rosa, at=later(2))
    assert set(queued(cast, event)) == {"Tariq"}


def again_in(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).select_related("tenant", "duty").get(pk=ticket.pk)


def test_whose_request_was_merged_hears_how_it_goes_as_news_of_their_own(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        other = from_alert(cast.harbor, title="Somebody else's affair").ticket
    with cast.as_("Tess") as tess:
        merging.merge(ticket.pk, other.number, "the same", by=tess, at=later(1))
    first = deliver(cast)["rosa@example.test"]
    assert "it goes on there" in first[0].get_content()
    write(cast, other, "Tess", (PUBLIC, Audience.PUBLIC), 2)
    with cast.as_("Tariq") as tariq:
        actions.take(other.pk, by=tariq, at=later(3))
        actions.resolve(other.pk, PUBLIC, by=tariq, at=later(4))
    (message,) = deliver(cast)["rosa@example.test"]
    said = everything(message)
    assert "says that this is solved" in said
    assert f"[HD-{ticket.number}]" in said
    assert f"/requests/{ticket.number}/" in said
    assert not [word for word in (PUBLIC, "affair", f"HD-{other.number}") if word in "".join(everything(one) for one in (*first, message))]


# --- addresses for answers


def test_an_address_for_answers_is_a_secret_of_which_only_the_hash_is_kept(cast: Cast, ticket: Ticket, rosa: access.Person) -> None:
    with cast.scope():
        made = answering.address_for(ticket, rosa, Audience.PUBLIC, cast.harbor.pk, at=NOON)
        recipient = addressing.recipient_of(made, DOMAIN)
        assert recipient is not None
        assert re.fullmatch(addressing.TOKEN, recipient.token)
        row = ReplyAddress.objects.for_tenant(cast.harbor).get(token_hash=addressing.hash_of(recipient.token))
        assert (row.ticket_id, row.user_id, row.audience, row.revoked_at) == (ticket.pk, rosa.user_id, Audience.PUBLIC, None)
        assert row.expires_at == NOON + timedelta(days=90)
        assert recipient.token not in str(row.__dict__)


def test_addresses_end_by_person_and_by_ticket(cast: Cast, ticket: Ticket, rosa: access.Person) -> None:
    with cast.as_("Ivo") as ivo:
        other = from_person(ivo)
    with cast.scope():
        for one in (ticket, other):
            answering.address_for(one, rosa, Audience.PUBLIC, cast.harbor.pk, at=NOON)
        mine = ReplyAddress.objects.for_tenant(cast.harbor).filter(user=rosa.user_id)
        assert answering.revoke(cast.harbor.pk, ticket_id=ticket.pk, user_id=rosa.user_id, at=later(1)) == 1
        assert mine.filter(revoked_at=None).count() == 1
        assert answering.revoke(cast.harbor.pk, user_id=rosa.user_id, at=later(2)) == 1
        with pytest.raises(ValueError, match="Say whose"):
            answering.revoke(cast.harbor.pk, at=later(3))


def test_who_may_not_write_gets_no_address_for_answers(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        auditor = next(one for one in access.people_of(cast.harbor.pk, None, NOON) if one.name == "Auditor")
        event = opening_of(cast, ticket)
        telling.send(again_in(ticket), event, [auditor], ["said"], by=tess, at=NOON, kind=About.MESSAGE, key="k")
    with cast.scope():
        assert "Reply-To" not in Notice.objects.for_tenant(cast.harbor).get(key="k").headers


# --- on duty


def test_whom_the_matrix_names_at_night_is_on_duty_and_others_are_not(cast: Cast) -> None:
    named(cast, "Tariq", "Tess")
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    with cast.scope():
        made = from_alert(cast.harbor, at=at).ticket
        assert on_duty(made, at) == {cast.people["Tess"].pk}
        assert on_duty(made, at + timedelta(days=7)) == {cast.people["Tariq"].pk}


def test_everybody_of_a_team_without_turns_is_on_duty_and_nobody_of_a_whole_side(cast: Cast) -> None:
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    with cast.scope():
        assert on_duty(from_alert(cast.harbor, at=at).ticket, at) == frozenset()
    named(cast, "Tariq", "Tess", rota=False)
    with cast.scope():
        assert on_duty(from_alert(cast.harbor, at=at).ticket, at) == {cast.people["Tess"].pk, cast.people["Tariq"].pk}


def test_a_ticket_at_night_wakes_whom_the_matrix_names(cast: Cast) -> None:
    named(cast, "Tariq", "Tess")
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    for name in ("Tess", "Tariq"):
        user, night = cast.people[name].pk, (at.time().replace(hour=22), at.time().replace(hour=6))
        notices.prefer(user, {About.WORK: "NOW"}, zone="America/Chicago", quiet=night, collected_at=NOON.time())
    with cast.scope():
        from_alert(cast.harbor, at=at)
    due = {name: row.due_at for name, row in queued(cast).items()}
    assert due["Tess"] == at
    assert due["Tariq"] == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


# --- cost


@pytest.fixture
def counted(cast: Cast, ticket: Ticket) -> Iterator[int]:
    with cast.as_("Tess") as tess:
        event = opening_of(cast, ticket)
        people = [one for one in access.people_of(cast.harbor.pk, None, NOON) if one.role in telling.STAFF]
        with CaptureQueriesContext(connection) as asked:
            telling.send(again_in(ticket), event, people, ["said"], by=tess, at=NOON, kind=About.WORK, key="k")
        yield len(asked)


def test_telling_many_costs_a_fixed_number_of_statements(counted: int) -> None:
    assert counted <= 10
