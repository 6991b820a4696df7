"""Mail becomes an answer, a new ticket, or something that a person decides; and never anybody's word without proof."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.test import override_settings

from comanaged import background
from comanaged.notices.kinds import Kind as About
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import NOON, from_person, later
from tests.tickets.letters import SERVER, deliver, kept, letter, read, to, token_for
from tests.tickets.test_mail_reading import FILES, ids
from tickets import actions
from tickets.actions import answering, contacts, mailing, waiting
from tickets.domain import addressing
from tickets.models import Attachment, Contact, Event, Held, InboundMail, Kind, Link, Outcome, Ticket, Watcher

IRIS, IVO, TESS, TARIQ = (f"{name}@example.test" for name in ("iris", "ivo", "tess", "tariq"))
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket that Iris asked for and Northwind holds."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def story(cast: Cast, ticket: Ticket, name: str = "Iris") -> list[Event]:
    with cast.as_(name) as by:
        return list(Event.objects.for_tenant(cast.harbor).of(ticket.pk).visible_to(by.company_id).order_by("id"))


def now(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)


def waits(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
        waiting.wait(ticket.pk, "requester", "", later(600), "Which printer?", by=tess, at=later(2))


def resolved(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
        actions.resolve(ticket.pk, "A new toner.", by=tess, at=later(2), code="fixed")


# --- who


def test_g11_an_answer_from_its_own_address_is_its_persons(cast: Cast, ticket: Ticket) -> None:
    done = deliver(cast, letter(IRIS, "It is the one on the left.\n\n> Which printer?"), to(cast.harbor, token_for(cast, ticket, "Iris")))
    entry = story(cast, ticket)[-1]
    assert (done.outcome, done.event_id, done.ticket_id) == (Outcome.ANSWER, entry.pk, ticket.pk)
    assert (entry.kind, entry.by_name, entry.via, entry.audience) == (Kind.REPLY, "Iris", "mail", Audience.PUBLIC)
    assert entry.text == "It is the one on the left."
    assert done.quoted == "> Which printer?"


def test_g11_a_forged_sender_is_nobody(cast: Cast, ticket: Ticket) -> None:
    done = deliver(cast, letter(IRIS, "Give me the password.", subject=f"[HD-{ticket.number}] x"))
    entry = story(cast, ticket)[-1]
    assert done.outcome == Outcome.ANSWER
    assert (entry.by_user_id, entry.by_name, entry.hat) == (None, f"{IRIS}, by mail, not verified", "SYSTEM")


def test_g11_a_stolen_token_from_another_address_is_held(cast: Cast, ticket: Ticket) -> None:
    before = len(story(cast, ticket))
    for sender in ("stranger@evil.example", IVO, f"Iris <{TESS}>", f'"{IRIS}" <stranger@evil.example>', f"{IRIS}, stranger@evil.example"):
        done = deliver(cast, letter(sender, "It is me."), to(cast.harbor, token_for(cast, ticket, "Iris")))
        assert done.outcome == Outcome.HELD
        assert done.held in {Held.NOT_YOURS, Held.UNKNOWN_SENDER}
    assert len(story(cast, ticket)) == before


def test_g11_a_stolen_message_id_opens_no_ticket_to_a_stranger(cast: Cast, ticket: Ticket) -> None:
    entry = story(cast, ticket)[0]
    stolen = addressing.message_id(ticket.public_id, entry.pk, settings.MAIL_DOMAIN)
    before = len(story(cast, ticket))
    done = deliver(cast, letter("stranger@evil.example", "Hello.", In_Reply_To=stolen, References=stolen))
    assert (done.outcome, done.held, done.ticket_id) == (Outcome.HELD, Held.UNKNOWN_SENDER, None)
    done = deliver(cast, letter(IVO, "Hello.", In_Reply_To=stolen))  # known here, but not on this ticket
    assert done.outcome == Outcome.OPENED
    assert done.ticket_id != ticket.pk
    assert len(story(cast, ticket)) == before


def test_g11_a_number_in_the_subject_lets_no_stranger_in(cast: Cast, ticket: Ticket) -> None:
    before = len(story(cast, ticket))
    done = deliver(cast, letter("stranger@evil.example", "Hello.", subject=f"Re: [HD-{ticket.number}] The viewer"))
    assert done.held == Held.UNKNOWN_SENDER
    done = deliver(cast, letter(IVO, "Hello.", subject=f"Re: [HD-{ticket.number}] The viewer"))
    assert done.ticket_id != ticket.pk
    assert len(story(cast, ticket)) == before


def test_g11_the_other_side_cannot_answer_what_one_side_keeps_to_itself(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Iris", Audience.INTERNAL)
    done = deliver(cast, letter(TESS, "I read it."), to(cast.harbor, token))
    assert (done.outcome, done.held, done.audience, done.side_id) == (Outcome.HELD, Held.OTHER_SIDE, Audience.INTERNAL, cast.harbor.pk)
    with cast.as_("Tess"):
        assert not InboundMail.objects.for_tenant(cast.harbor).filter(public_id=done.public_id).exists()
    stranger = deliver(cast, letter("stranger@evil.example", "I read it."), to(cast.harbor, token))
    assert (stranger.held, stranger.audience) == (Held.NOT_YOURS, Audience.INTERNAL)


def test_an_answer_to_a_private_note_stays_on_its_side(cast: Cast, ticket: Ticket) -> None:
    raw = letter(IVO, "They will notice.", files=(("plan.txt", b"step one\n"),))
    done = deliver(cast, raw, to(cast.harbor, token_for(cast, ticket, "Ivo", Audience.INTERNAL)))
    assert (done.outcome, done.audience, done.side_id) == (Outcome.ANSWER, Audience.INTERNAL, cast.harbor.pk)
    assert story(cast, ticket)[-1].text == "They will notice."
    assert story(cast, ticket)[-1].kind == Kind.NOTE
    assert "They will notice." not in [entry.text for entry in story(cast, ticket, "Tess")]
    with cast.as_("Tess"):
        assert not Attachment.objects.for_tenant(cast.harbor).filter(ticket=ticket).exists()
        assert not InboundMail.objects.for_tenant(cast.harbor).exists()


def test_an_address_that_ended_is_nobodys(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Iris")
    assert deliver(cast, letter(IRIS, "Late."), to(cast.harbor, token), at=NOON + timedelta(days=91)).held == Held.NOT_YOURS
    with cast.scope():
        answering.revoke(cast.harbor.pk, at=NOON, ticket_id=ticket.pk)
    assert deliver(cast, letter(IRIS, "Ended."), to(cast.harbor, token)).held == Held.NOT_YOURS
    assert deliver(cast, letter(IRIS, "Made up."), to(cast.harbor, "a" * 26)).held == Held.NOT_YOURS


def test_a_token_of_one_client_opens_nothing_at_another(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Tess")
    assert deliver(cast, letter(TESS, "Hello."), to(cast.pine, token), tenant=cast.pine).held == Held.NOT_YOURS


def test_only_the_own_mail_servers_topmost_line_vouches(cast: Cast) -> None:
    said = f"{SERVER}; dmarc=pass header.from=example.test"
    cases = (
        ([said], True),
        (["mx.evil.example; dmarc=pass header.from=example.test"], False),
        ([f"{SERVER}; dmarc=fail header.from=example.test", said], False),
        ([f"{SERVER}; dmarc=pass header.from=evil.example"], False),
        ([f"{SERVER}; dmarc=fail (dmarc=pass header.from=example.test) header.from=example.test"], False),
        ([f'{SERVER}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.test"'], False),
        ([], False),
    )
    for lines, vouched in cases:
        raw = "".join(f"Authentication-Results: {line}\n" for line in lines).encode() + letter(IRIS, f"Case {lines}")
        with override_settings(MAIL_AUTHSERV=SERVER):
            assert deliver(cast, raw).verified is vouched
        assert not deliver(cast, raw.replace(b"@elsewhere", b"@other"), at=NOON + timedelta(days=2)).verified


# --- what it moves


def test_a_mail_wakes_a_ticket_only_with_the_own_token_and_a_mail_server_that_vouches(cast: Cast, ticket: Ticket) -> None:
    waits(cast, ticket)
    token = to(cast.harbor, token_for(cast, ticket, "Iris"))
    with override_settings(MAIL_AUTHSERV=SERVER):
        deliver(cast, letter(IRIS, "The left one.", vouched=True), at=later(3))
        deliver(cast, letter(IRIS, "The left one!"), token, at=later(4))
        assert now(cast, ticket).state == "WAITING"
        assert "still waits" in story(cast, ticket)[-1].text
        with cast.scope():
            assert Notice.objects.for_tenant(cast.harbor).filter(to_address=TESS, text__contains="still waits").exists()
        deliver(cast, letter(IRIS, "The left one, I said.", vouched=True), token, at=later(5))
    assert now(cast, ticket).state == "OPEN"
    assert story(cast, ticket)[-1].text == "The left one, I said."


def test_a_mail_reopens_only_so_and_a_thank_you_never(cast: Cast, ticket: Ticket) -> None:
    resolved(cast, ticket)
    token = to(cast.harbor, token_for(cast, ticket, "Iris"))
    with override_settings(MAIL_AUTHSERV=SERVER):
        deliver(cast, letter(IRIS, "Thank you!", vouched=True), token, at=later(3))
        deliver(cast, letter(IRIS, "It burns again."), token, at=later(4))
        deliver(cast, letter(IRIS, "It burns again!", subject=f"[HD-{ticket.number}]", vouched=True), at=later(5))
        assert now(cast, ticket).state == "RESOLVED"
        assert "stays resolved" in story(cast, ticket)[-1].text
        deliver(cast, letter(IRIS, "It still burns.", vouched=True), token, at=later(6))
    assert now(cast, ticket).state == "OPEN"


def test_an_answer_to_what_is_over_is_a_new_ticket_linked_to_it(cast: Cast, ticket: Ticket) -> None:
    resolved(cast, ticket)
    with cast.as_("Iris") as iris:
        actions.confirm(ticket.pk, by=iris, at=later(3))
    done = deliver(
        cast,
        letter(IRIS, "It burns again.", subject="Re: [HD-1] The viewer"),
        to(cast.harbor, token_for(cast, ticket, "Iris")),
        at=later(4),
    )
    assert done.outcome == Outcome.OPENED
    assert done.ticket is not None
    assert (done.ticket.title, done.ticket.requester_id) == ("The viewer", ticket.requester_id)
    with cast.scope():
        assert Link.objects.for_tenant(cast.harbor).filter(one=ticket, other=done.ticket).exists()
    assert now(cast, ticket).state == "CLOSED"


def test_mail_to_a_merged_ticket_lands_in_the_other(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        other = from_person(iris, title="The other one")
    token = to(cast.harbor, token_for(cast, ticket, "Iris"))
    with cast.as_("Tess") as tess:
        actions.merging.merge(ticket.pk, other.number, by=tess, at=later(1))
    done = deliver(cast, letter(IRIS, "More of it."), token, at=later(2))
    assert done.ticket_id == other.pk
    again = deliver(cast, letter(IRIS, "And more.", In_Reply_To=addressing.root_id(ticket.public_id, settings.MAIL_DOMAIN)), at=later(3))
    assert again.ticket_id == other.pk


# --- who is new


def test_a_known_sender_opens_a_ticket_and_is_told_once_an_hour(cast: Cast) -> None:
    first = deliver(cast, letter(f"Ivo <{IVO}>", "Smoke comes out.", subject="Fwd: Printer"))
    assert first.outcome == Outcome.OPENED
    assert first.ticket is not None
    assert (first.ticket.title, first.ticket.origin_kind, first.ticket.requester_id) == ("Printer", "mail", cast.people["Ivo"].pk)
    entry = story(cast, first.ticket)[0]
    assert (entry.text, entry.via, entry.by_user_id, entry.audience) == ("Smoke comes out.", "mail", None, Audience.PUBLIC)
    deliver(cast, letter(IVO, "Now fire comes out."), at=later(10))
    deliver(cast, letter(IVO, "Now water comes out."), at=later(71))
    with cast.scope():
        told = Notice.objects.for_tenant(cast.harbor).filter(to_address=IVO, text__contains="We have it")
        assert [one.queued_at for one in told.order_by("id")] == [NOON, later(71)]
        assert {one.headers["Auto-Submitted"] for one in told} == {"auto-replied"}


def test_a_contact_opens_a_ticket_and_a_blocked_one_nothing(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        row = contacts.add_contact("ann@harbor.example", "Ann", by=ivo, at=NOON)
    assert deliver(cast, letter("Ann@Harbor.example", "Help.")).outcome == Outcome.OPENED
    with cast.as_("Ivo") as ivo:
        contacts.block_contact(row.number, by=ivo, at=NOON)
    done = deliver(cast, letter("ann@harbor.example", "Help again."))
    assert (done.outcome, done.ticket_id) == (Outcome.DROPPED, None)


def test_an_unknown_sender_waits_for_a_person(cast: Cast) -> None:
    done = deliver(cast, letter("stranger@elsewhere.example", "Hello."))
    assert (done.outcome, done.held) == (Outcome.HELD, Held.UNKNOWN_SENDER)
    with cast.scope():
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert not Notice.objects.for_tenant(cast.harbor).exclude(kind=About.MAIL).exists()  # whoever may decide is called, nobody else


def test_the_auditor_opens_nothing(cast: Cast) -> None:
    assert deliver(cast, letter("auditor@example.test", "Hello.")).held == Held.UNKNOWN_SENDER


def test_a_watcher_adds_to_a_ticket_as_nobody(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Ivo") as ivo:
        Watcher.objects.create(
            tenant=cast.harbor, ticket=ticket, user=cast.people["Ivo"], audience=Audience.SHARED, side_id=ivo.company_id, at=NOON
        )
    done = deliver(cast, letter(IVO, "I see it too.", subject=f"[HD-{ticket.number}]"))
    entry = story(cast, ticket)[-1]
    assert done.event_id == entry.pk
    assert (entry.by_user_id, entry.audience) == (None, Audience.SHARED)


def test_an_answer_of_the_staff_by_its_token_is_the_first_answer(cast: Cast, ticket: Ticket) -> None:
    deliver(cast, letter(TESS, "We look at it."), to(cast.harbor, token_for(cast, ticket, "Tess")), at=later(5))
    assert now(cast, ticket).first_reply_at == later(5)
    assert now(cast, ticket).state == "NEW"


# --- files


def test_files_are_judged_one_by_one_and_what_is_left_out_is_named(cast: Cast, ticket: Ticket) -> None:
    files = (("log.txt", b"no space left\n"), ("setup.exe", b"MZ\x00\x01"), ("empty.txt", b""), ("page.html", b"<script>alert(1)</script>"))
    done = deliver(cast, letter(IRIS, "See the files.", files=files), to(cast.harbor, token_for(cast, ticket, "Iris")))
    entry = story(cast, ticket)[-1]
    with cast.scope():
        assert [one.name for one in Attachment.objects.for_tenant(cast.harbor).filter(event=entry)] == ["log.txt"]
    for name in ("setup.exe", "empty.txt", "page.html"):
        assert name in entry.text
    assert b"setup.exe" in bytes(done.raw)


# --- machines


def test_g11_a_mail_that_is_passed_on_gives_nobody_its_address_for_answers(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Tess")
    news = letter("desk@elsewhere.example", "News.", Reply_To=to(cast.harbor, token))
    done = deliver(cast, letter(IRIS, "See there.", files=(("news.eml", news),)), to(cast.harbor, token_for(cast, ticket, "Iris")))
    page = cast.browser("Ivo")
    with cast.scope():
        file = Attachment.objects.for_tenant(cast.harbor).get(event=done.event_id)
    sent = b"".join(page.get(f"/harbor-dental/tickets/{ticket.number}/files/{file.public_id}/"))
    assert b"Reply-To" in sent
    assert token.encode() not in sent
    assert file.size == len(sent)


@pytest.mark.parametrize("path", FILES["automatic"][::4], ids=ids)
def test_what_a_machine_wrote_moves_nothing_and_is_not_answered(cast: Cast, path: object) -> None:
    done = deliver(cast, path.read_bytes())  # type: ignore[attr-defined]
    assert done.outcome == Outcome.AUTOMATIC
    with cast.scope():
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert not Notice.objects.for_tenant(cast.harbor).exists()


def test_an_automatic_answer_neither_wakes_nor_reopens(cast: Cast, ticket: Ticket) -> None:
    waits(cast, ticket)
    token = to(cast.harbor, token_for(cast, ticket, "Iris"))
    before = len(story(cast, ticket))
    with override_settings(MAIL_AUTHSERV=SERVER):
        done = deliver(cast, letter(IRIS, "I am away.", vouched=True, Auto_Submitted="auto-replied"), token, at=later(3))
    assert done.outcome == Outcome.AUTOMATIC
    assert (now(cast, ticket).state, len(story(cast, ticket))) == ("WAITING", before)


def test_a_bounce_marks_the_address(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        contacts.add_contact("kijitora@example.co.jp", "Ann", by=ivo, at=NOON)
    deliver(cast, next(path for path in FILES["automatic"] if path.stem == "lhost-courier-01").read_bytes(), at=later(1))
    with cast.scope():
        assert Contact.objects.for_tenant(cast.harbor).get().bounced_at == later(1)


def test_two_machines_that_answer_each_other_without_a_mark_are_stopped(cast: Cast, ticket: Ticket) -> None:
    token_iris, token_tess = (to(cast.harbor, token_for(cast, ticket, name)) for name in ("Iris", "Tess"))
    before = len(story(cast, ticket))
    for minute in range(60):
        deliver(cast, letter(IRIS, "Your mail has arrived and will be looked at."), token_iris, at=later(minute))
        deliver(cast, letter(TESS, f"We have your mail as number {minute}."), token_tess, at=later(minute))
        deliver(cast, letter(IVO, f"Received: {minute}."), at=later(minute))
    with cast.scope():
        rows = InboundMail.objects.for_tenant(cast.harbor)
        assert rows.filter(from_address=IRIS, outcome=Outcome.ANSWER).count() == 1
        assert rows.filter(from_address=TESS, outcome=Outcome.ANSWER).count() <= 30
        assert rows.filter(from_address=IVO, outcome=Outcome.OPENED).count() == 10
        assert rows.filter(outcome=Outcome.HELD).count() == 180 - rows.exclude(outcome=Outcome.HELD).count()
        assert Notice.objects.for_tenant(cast.harbor).filter(text__contains="We have it").count() == 1
    assert len(story(cast, ticket)) <= before + 31


# --- never lost, never twice


def test_the_same_mail_is_one_row_for_each_address(cast: Cast, ticket: Ticket) -> None:
    raw = letter(IRIS, "Once.", message_id="<same@x.example>")
    first = mailing.receive(cast.harbor, raw, to(cast.harbor), "iris@example.test", at=NOON)
    again = b"Received: from elsewhere\r\n" + raw.replace(b"\n", b"\r\n")  # the same by another way
    second = mailing.receive(cast.harbor, again, to(cast.harbor).upper(), None, at=later(1))
    stolen = mailing.receive(cast.harbor, raw.replace(b"Once", b"Something else"), to(cast.harbor), None, at=NOON)
    other = mailing.receive(cast.pine, raw, to(cast.pine), None, at=NOON)
    assert (first.seen, second.seen, stolen.seen, other.seen) == (False, True, False, False)
    assert first.public_id == second.public_id
    bare = raw.replace(b"Message-ID: <same@x.example>\n", b"")
    assert [mailing.receive(cast.harbor, bare, to(cast.harbor), None, at=NOON).seen for _ in range(2)] == [False, True]
    read(cast.harbor, first.id)
    read(cast.harbor, first.id)
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).count() == 2


def test_a_worker_that_dies_between_storing_and_reading_loses_nothing(cast: Cast) -> None:
    stored = mailing.receive(cast.harbor, letter(IVO, "Smoke."), to(cast.harbor), None, at=NOON)
    assert kept(cast, stored.public_id).outcome == ""
    assert background.sweep_table(mailing.JOB) == 1
    assert kept(cast, stored.public_id).outcome == Outcome.OPENED
    assert background.sweep_table(mailing.JOB) == 0


def test_what_no_try_can_read_is_kept_and_said(cast: Cast) -> None:
    stored = mailing.receive(cast.harbor, letter(IVO, "Smoke."), to(cast.harbor), None, at=NOON)
    with cast.scope():
        InboundMail.objects.for_tenant(cast.harbor).update(attempts=background.TRIES + 1)
    background.sweep_table(mailing.JOB)
    row = kept(cast, stored.public_id)
    assert row.outcome == Outcome.FAILED
    assert b"Smoke." in bytes(row.raw)


@pytest.mark.parametrize("path", FILES["human"] + FILES["odd"], ids=ids)
def test_what_people_write_comes_through_whole(cast: Cast, path: object) -> None:
    with cast.as_("Ivo") as ivo:
        sender = mailing.mail.read(path.read_bytes()).sender  # type: ignore[attr-defined]
        contacts.add_contact(sender.address, sender.name, by=ivo, at=NOON)
    done = deliver(cast, path.read_bytes())  # type: ignore[attr-defined]
    assert done.outcome == Outcome.OPENED
    assert not getattr(outbox, "outbox", [])


def test_a_person_answers_one_ticket_from_every_mail_program_there_is(cast: Cast, ticket: Ticket) -> None:
    """Their new text is often the same "Hello"; what each quotes tells one answer from another."""
    before = len(story(cast, ticket))
    for place, path in enumerate(FILES["human"]):
        message = message_from_bytes(path.read_bytes())
        for name, value in (("From", f"Iris <{IRIS}>"), ("Message-ID", f"<{place}@programs.example>")):
            del message[name]
            message[name] = value
        done = deliver(cast, message.as_bytes(), to(cast.harbor, token_for(cast, ticket, "Iris")), at=later(1 + 3 * place))
        assert (path.name, done.outcome, done.ticket_id) == (path.name, Outcome.ANSWER, ticket.pk)
    assert len([one for one in story(cast, ticket)[before:] if one.via == "mail"]) == len(FILES["human"])


def test_the_same_whole_mail_again_is_held_and_a_second_yes_is_not(cast: Cast, ticket: Ticket) -> None:
    def answered(text: str, minutes: int) -> InboundMail:
        return deliver(cast, letter(IRIS, text), to(cast.harbor, token_for(cast, ticket, "Iris")), at=later(minutes))

    assert answered("Yes.\n\nOn Monday Tess wrote:\n> Is it on?", 1).outcome == Outcome.ANSWER
    assert answered("Yes.\n\nOn Monday Tess wrote:\n> Is it the left one?", 2).outcome == Outcome.ANSWER
    again = answered("Yes.\n\nOn Monday Tess wrote:\n> Is it the left one?", 3)
    assert (again.outcome, again.held) == (Outcome.HELD, Held.SAME_AGAIN)
