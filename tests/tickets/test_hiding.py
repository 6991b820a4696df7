"""A ticket that one side alone sees: who hides it and when, what it can do meanwhile, and that the other side learns nothing of it."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Membership
from comanaged.audit.models import Entry
from comanaged.notices.models import Channel, Delivery, Notice
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.notices.channelled import webhook
from tests.notices.sinks import Sink, listening
from tests.responsibilities import agreeing
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.letters import deliver, letter, to, token_for
from tests.tickets.living import PACKET
from tests.tickets.test_mail_reading import FILES
from tickets import actions
from tickets.actions import (
    approving,
    contacts,
    disputing,
    external,
    holding,
    incidents,
    linking,
    merging,
    minutes,
    rebuilding,
    requests,
    watching,
)
from tickets.domain import hiding as rules
from tickets.domain.external import Said
from tickets.domain.hiding import Ties
from tickets.domain.linking import Tie
from tickets.models import Contact, Event, Held, InboundMail, Kind, Outcome, Ticket
from tickets.queries import exporting, hiding, listing, search

pytestmark = pytest.mark.django_db
NEW = "/harbor-dental/tickets/new/"
WHY = "It is about one of their people."
NOW = "Their lead knows of it by now."
THEIR_MAIL = {"tess@example.test", "tariq@example.test", "provideradministrator@example.test"}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Harbor Dental."""
    with cast.as_("Iris") as iris:
        return from_person(iris, side=iris.side, title="The door code leaked")


@pytest.fixture
def hidden(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.as_("Iris") as iris:
        return actions.hide(ticket.pk, WHY, by=iris, at=later(10))


def test_a_manager_of_the_holding_side_keeps_it_and_shows_it_again(cast: Cast, hidden: Ticket) -> None:
    with cast.as_("Tess"):
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert not Event.objects.for_tenant(cast.harbor).exists()
    with cast.as_("Ivo") as ivo:
        row = Ticket.objects.for_tenant(cast.harbor).get()
        kept = hiding.kept(row, ivo)
        assert kept is not None
        assert (kept.company, kept.by, kept.since, kept.reason) == ("Harbor Dental", "Iris", later(10), WHY)
    with cast.as_("Iris") as iris:
        actions.show(hidden.pk, NOW, by=iris, at=later(20))
    with cast.as_("Tess"):
        row = Ticket.objects.for_tenant(cast.harbor).get()
        told = Event.objects.for_tenant(cast.harbor).of(row.pk).order_by("id")
        assert [one.kind for one in told] == [Kind.OPENED, Kind.HIDDEN, Kind.SHOWN]
        assert told[1].text == WHY


# --- kept from its beginning

ASKED: dict[str, Any] = {
    "title": "A laptop to search",
    "duty_key": None,
    "text": "For a hearing.",
    "priority": Priority.P3,
    "kind": "person",
}


def test_a_ticket_kept_from_its_beginning_was_never_seen_by_the_other_side(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = actions.ask_hidden(WHY, by=iris, at=NOON, once="a", **ASKED).ticket
        again = actions.ask_hidden(WHY, by=iris, at=NOON, once="a", **ASKED)
        assert (again.created, again.ticket.pk) == (False, ticket.pk)
        assert [one.kind for one in Event.objects.for_tenant(cast.harbor)] == [Kind.OPENED, Kind.HIDDEN]
        kept = hiding.kept(Ticket.objects.for_tenant(cast.harbor).get(), iris)
        assert kept is not None
        assert (kept.company, kept.reason) == ("Harbor Dental", WHY)
        assert not Notice.objects.for_tenant(cast.harbor).filter(failed_at=None, to_address__in=THEIR_MAIL).exists()
    with cast.as_("Tess"):
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert not Event.objects.for_tenant(cast.harbor).exists()


@pytest.mark.parametrize(
    ("minutes", "reason", "words"),
    [
        (0, "short", "Say why in ten characters or more"),
        (12 * 60, WHY, "At this hour this goes to the provider, so it cannot be kept from them."),
    ],
)
def test_what_cannot_be_kept_is_not_opened(cast: Cast, minutes: int, reason: str, words: str) -> None:
    with cast.as_("Iris") as iris, pytest.raises(actions.SayMore, match=words) as refused, transaction.atomic():
        actions.ask_hidden(reason, by=iris, at=later(minutes), **ASKED)
    assert refused.value.field == "hidden"
    with cast.as_("Iris") as iris:
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert actions.ask(by=iris, at=NOON, **ASKED).ticket.number == 1


def test_who_manages_nothing_keeps_nothing_from_its_beginning(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo, pytest.raises(access.Refused):
        actions.ask_hidden(WHY, by=ivo, at=NOON, **ASKED)


def test_the_page_of_a_new_ticket_keeps_it_for_who_may(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)  # internal IT has the desk at this hour
    iris, ivo, tess = cast.browser("Iris"), cast.browser("Ivo"), cast.browser("Tess")
    assert 'name="hidden"' in iris.get(NEW).content.decode()
    assert 'name="hidden"' not in ivo.get(NEW).content.decode()
    said = {"title": "A laptop to search", "duty": "", "text": "For a hearing.", "impact": "person", "urgency": "waits"}
    refused = iris.post(NEW, said | {"hidden": "short", "once": "a"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["hidden"] == ["Say why in ten characters or more; the reason is kept with the ticket."]
    assert "For a hearing." in refused.content.decode()
    opened = iris.post(NEW, said | {"hidden": WHY, "once": "b"})
    assert opened.status_code == 302
    assert "Only Harbor Dental sees this ticket." in iris.get(opened.url).content.decode()
    assert tess.get(opened.url).status_code == 404
    meant = ivo.post(NEW, said | {"hidden": WHY, "once": "c"})
    assert meant.status_code == 422, "what he meant to keep is opened to nobody"
    assert "can keep a ticket on your side" in meant.context["form"].errors["hidden"][0]
    assert WHY in meant.content.decode()
    assert ivo.post(NEW, said | {"once": "c"}).status_code == 302
    assert tess.get("/harbor-dental/tickets/2/").status_code == 200
    history = tess.get("/harbor-dental/history/").content.decode()
    assert "ticket 2: sent to" in history
    assert "ticket 1: sent to" not in history


def made_by(cast: Cast, name: str, sink: Sink, settings: Any) -> Channel:
    """Let somebody make a webhook of their side."""
    with cast.as_(name) as by:
        channel: Channel = webhook(by, sink, settings, at=NOON).row
    return channel


# --- the page


def address(ticket: Ticket, move: str = "") -> str:
    return f"/harbor-dental/tickets/{ticket.number}/{move}{'/' if move else ''}"


def test_the_page_hides_it_with_a_reason_says_so_and_shows_it_again(cast: Cast, ticket: Ticket) -> None:
    iris, tess = cast.browser("Iris"), cast.browser("Tess")
    assert "Keep this ticket on our side" in iris.get(address(ticket)).content.decode()
    refused = iris.post(address(ticket, "hide"), {"text": "short", "seen": 1, "once": "a"})
    assert refused.status_code == 422
    assert "Say why in ten characters or more" in refused.content.decode()
    assert iris.post(address(ticket, "hide"), {"text": WHY, "seen": 1, "once": "b"}).status_code == 302
    page = iris.get(address(ticket)).content.decode()
    assert "Only Harbor Dental sees this ticket." in page
    assert WHY in page
    assert "Show it to both sides" in page
    assert "Keep this ticket on our side" not in page
    assert "and both sides once it is shown" in page
    assert "Dispute whose it is" not in page
    assert "Declare a major incident" not in page
    assert "only we see this" in iris.get("/harbor-dental/tickets/").content.decode()
    assert "Only Harbor Dental sees this ticket." in cast.browser("Ivo").get(address(ticket)).content.decode()
    assert tess.get(address(ticket)).status_code == 404
    assert iris.post(address(ticket, "show"), {"text": NOW, "seen": 2, "once": "c"}).status_code == 302
    assert tess.get(address(ticket)).status_code == 200


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
@pytest.mark.parametrize("move", ["hide", "show"])
def test_who_manages_nothing_is_told_who_may(cast: Cast, ticket: Ticket, name: str, move: str) -> None:
    browser = cast.browser(name)
    assert browser.post(address(ticket, move), {"text": WHY}).status_code == 403
    assert "Keep this ticket on our side" not in browser.get(address(ticket)).content.decode()


@pytest.mark.parametrize("name", ["Pine's manager", "Olga"])
def test_a_stranger_finds_nothing_to_hide(cast: Cast, ticket: Ticket, name: str) -> None:
    assert cast.browser(name).post(address(ticket, "hide"), {"text": WHY}).status_code == 404


def test_the_other_sides_manager_is_refused_in_words(cast: Cast, ticket: Ticket) -> None:
    refused = cast.browser("Tess").post(address(ticket, "hide"), {"text": WHY})
    assert refused.status_code == 422
    assert "Only a manager of the side that holds this ticket can do this." in refused.content.decode()


# --- the rule


def test_only_what_is_nothing_between_the_sides_yet_can_be_kept() -> None:
    assert rules.why_not(Ties(), "INTERNAL") == ""
    for tie in fields(Ties):
        words = rules.why_not(replace(Ties(), **{tie.name: True}), "INTERNAL")
        assert words.endswith("."), f"{tie.name} is refused in words"
        assert len(words) > 30, words
        assert "{" not in words


OTHERS: dict[str, Callable[[Ticket, Actor], object]] = {
    "wrote on this ticket": lambda row, by: actions.reply(row.pk, "We look.", Audience.SHARED, by=by, at=later(1)),
    "was offered to": lambda row, by: actions.ask_for(row.pk, "It is ours, we think.", by=by, at=later(1)),
    "follows this ticket": lambda row, by: actions.watch(row, by=by, at=later(1)),
    "provider wrote": lambda row, by: minutes.spend(row.pk, 5, "Looked", by=by, at=later(1)),
}


@pytest.mark.parametrize("words", OTHERS)
def test_what_the_other_side_has_a_part_in_is_not_hidden(cast: Cast, ticket: Ticket, words: str) -> None:
    with cast.as_("Tess") as tess:
        OTHERS[words](ticket, tess)
    if words == "was offered to":
        with cast.as_("Tess") as tess:
            actions.withdraw(ticket.pk, by=tess, at=later(2))
    with cast.as_("Iris") as iris, pytest.raises(actions.NotNow, match=words):
        actions.hide(ticket.pk, WHY, by=iris, at=later(3))


def test_what_a_machine_reports_what_nobody_owns_and_what_hangs_on_others_is_not_hidden(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        alert = from_alert(cast.harbor, condition="dc-02/disk", side=Side.INTERNAL).ticket
        nobodys = from_alert(cast.harbor, side=Side.INTERNAL, unowned=True).ticket
    with cast.as_("Iris") as iris:
        linking.link(ticket.pk, alert.number, Tie.RELATED, by=iris, at=later(1))
        for row, words in ((alert, "machine"), (nobodys, "Nobody owns"), (ticket, "linked")):
            with pytest.raises(actions.NotNow, match=words):
                actions.hide(row.pk, WHY, by=iris, at=later(2))


def test_a_note_of_the_other_side_refuses_nothing_and_so_tells_nothing(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "Between us.", by=tess, at=later(1))
    with cast.as_("Iris") as iris:
        actions.hide(ticket.pk, WHY, by=iris, at=later(2))
        actions.show(ticket.pk, NOW, by=iris, at=later(3))
    with cast.as_("Tess"):
        assert Event.objects.for_tenant(cast.harbor).filter(text="Between us.").exists()


def test_the_provider_hides_its_own_work_but_nothing_that_the_client_asked_for(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        asked = from_person(iris, side=Side.PROVIDER)
    with cast.as_("Tess") as tess:
        own = from_person(tess, side=Side.PROVIDER)
        with pytest.raises(actions.NotNow, match="asked for this"):
            actions.hide(asked.pk, WHY, by=tess, at=later(1))
        actions.hide(own.pk, WHY, by=tess, at=later(1))
    with cast.as_("Iris"):
        assert list(Ticket.objects.for_tenant(cast.harbor).values_list("pk", flat=True)) == [asked.pk]


# --- while it is hidden


def test_nothing_brings_it_to_the_other_side_before_it_is_shown(cast: Cast, ticket: Ticket, hidden: Ticket) -> None:
    with cast.as_("Iris") as iris:
        both = from_person(iris, side=Side.INTERNAL, title="Seen by both")
        at = later(20)
        for refused in (
            lambda: actions.offer(hidden.pk, PACKET, by=iris, at=at),
            lambda: actions.direct(hidden.pk, WHY, by=iris, at=at),
            lambda: incidents.declare(hidden.pk, WHY, by=iris, at=at),
            lambda: disputing.dispute(hidden.pk, "HOLDER", "", WHY, by=iris, at=at),
            lambda: linking.link(hidden.pk, both.number, Tie.RELATED, by=iris, at=at),
            lambda: linking.make_part_of(both.pk, hidden.number, by=iris, at=at),
            lambda: merging.merge(hidden.pk, both.number, by=iris, at=at),
            lambda: merging.merge(both.pk, hidden.number, by=iris, at=at),
            lambda: actions.reply(hidden.pk, "@Tess please look", Audience.SHARED, by=iris, at=at),
            lambda: approving.ask(hidden.pk, approving.Wanted("A lock", WHY, cast.people["Tess"].pk, None, later(900)), by=iris, at=at),
        ):
            with transaction.atomic(), pytest.raises((actions.Refused, access.Refused)):
                refused()
        actions.set_duty(hidden.pk, "backup.jobs", by=iris, at=at)
        row = Ticket.objects.for_tenant(cast.harbor).get(pk=hidden.pk)
        assert (row.offer_kind, row.hidden_for_id, row.side) == ("", cast.harbor.pk, Side.INTERNAL)


def test_the_other_side_can_do_nothing_with_it(cast: Cast, hidden: Ticket) -> None:
    with cast.as_("Tess") as tess:
        for act in (
            lambda: actions.ask_for(hidden.pk, WHY, by=tess, at=later(20)),
            lambda: actions.reply(hidden.pk, "Hello", Audience.SHARED, by=tess, at=later(20)),
            lambda: actions.note(hidden.pk, "Hello", by=tess, at=later(20)),
            lambda: actions.show(hidden.pk, WHY, by=tess, at=later(20)),
        ):
            with pytest.raises(Ticket.DoesNotExist):
                act()
        mine = from_person(tess)
        with pytest.raises(linking.NoSuchTicket):
            linking.link(mine.pk, hidden.number, Tie.RELATED, by=tess, at=later(20))


def test_who_asked_still_sees_their_own_request(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        asker = contacts.add_contact("asker@example.test", "Asker", by=ivo, at=NOON).user
    cast.people["Asker"] = asker
    with cast.as_("Asker") as by:
        asked = requests.ask(requests.Asked("My chair hurts", "Since May.", "person", "slowed"), by=by, at=NOON)
    with cast.as_("Iris") as iris:
        if asked.side != Side.INTERNAL:
            Ticket.objects.for_tenant(cast.harbor).filter(pk=asked.pk).update(side=Side.INTERNAL)
        actions.hide(asked.pk, WHY, by=iris, at=later(10))
        actions.reply(asked.pk, "We bring a new one.", Audience.PUBLIC, by=iris, at=later(20))
    page = cast.browser("Asker").get(f"/harbor-dental/requests/{asked.number}/").content.decode()
    assert "We bring a new one." in page
    assert WHY not in page
    assert "sees this ticket" not in page


# --- what the other side could learn it by


def test_its_columns_are_told_again_from_its_ledger(cast: Cast, hidden: Ticket) -> None:
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).filter(pk=hidden.pk).update(hidden_for=None)
    found = rebuilding.rebuild(cast.harbor, at=later(30), write=True)
    assert dict(found.columns) == {"hidden_for_id": 1}
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).get(pk=hidden.pk).hidden_for_id == cast.harbor.pk
        assert not Entry.objects.for_tenant(cast.harbor).filter(action__in=["ticket.hide", "ticket.rebuild"]).exists()
    with cast.as_("Iris") as iris:
        actions.show(hidden.pk, NOW, by=iris, at=later(40))
    assert rebuilding.rebuild(cast.harbor, at=later(50), write=False).differ == []
    with cast.scope():
        shown = Entry.objects.for_tenant(cast.harbor).get(action="ticket.show")
        assert "kept on one side" in shown.before


def test_no_trail_no_notice_no_hook_and_no_clock_tells_of_it(cast: Cast, ticket: Ticket, settings: Any) -> None:
    with listening() as one, listening() as other:
        ours, theirs = made_by(cast, "Iris", one, settings), made_by(cast, "Tess", other, settings)
    entries, sent = Entry.objects.for_tenant(cast.harbor), Delivery.objects.for_tenant(cast.harbor)
    mails = Notice.objects.for_tenant(cast.harbor).filter(failed_at=None, key__startswith=f"ticket:{ticket.pk}:")
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "Before it was hidden.", Audience.SHARED, by=iris, at=later(5))
    with cast.as_("Iris") as iris:
        assert sent.filter(channel=theirs).exists()
        assert mails.filter(to_address="tess@example.test").exists()
        before = entries.count()
        actions.hide(ticket.pk, WHY, by=iris, at=later(10))
        assert not sent.filter(channel=theirs).exists(), "what was queued before does not leave any more"
        assert not mails.filter(to_address="tess@example.test").exists()
        actions.take(ticket.pk, by=iris, at=later(15))
        actions.reply(ticket.pk, "Only we read this.", Audience.SHARED, by=iris, at=later(20))
        actions.resolve(ticket.pk, "Changed the code.", by=iris, at=later(30))
        actions.reopen(ticket.pk, by=iris, at=later(40))
        assert entries.count() == before
    with cast.scope():
        assert sent.filter(channel=ours).count() >= len(("reply", "hidden", "taken", "reply", "resolved", "reopened"))
        assert not sent.filter(channel=theirs).exists()
        row = Ticket.objects.for_tenant(cast.harbor).select_related("terms", "tenant").get(pk=ticket.pk)
        watching.catch_up(row, at=later(60 * 24 * 30))
        assert Event.objects.for_tenant(cast.harbor).of(ticket.pk).filter(kind=Kind.MISSED).exists()
        assert not set(mails.values_list("to_address", flat=True)) & THEIR_MAIL
        assert mails.filter(to_address="ivo@example.test").exists(), "its own side is told"
    with cast.as_("Iris") as iris:
        assert not sent.filter(channel=theirs).exists()
        actions.show(ticket.pk, NOW, by=iris, at=later(60 * 24 * 31))
    with cast.as_("Iris"):
        assert sent.filter(channel=theirs).count() == 1
        assert THEIR_MAIL & set(mails.values_list("to_address", flat=True))


def test_a_mail_about_it_says_who_reads_an_answer(cast: Cast, hidden: Ticket) -> None:
    with cast.as_("Ivo") as ivo:
        actions.watch(hidden, by=ivo, at=later(11))
    with cast.as_("Iris") as iris:
        actions.reply(hidden.pk, "Only we read this.", Audience.SHARED, by=iris, at=later(20))
        mail = Notice.objects.for_tenant(cast.harbor).get(text__contains="Only we read this.")
    assert mail.to_address == "ivo@example.test"
    assert "the other one reads it once it is shown to both" in mail.text


def test_no_list_no_search_no_file_and_no_count_holds_it(cast: Cast, hidden: Ticket) -> None:
    theirs = cast.api(cast.key(cast.harbor, "k_read", Side.PROVIDER))
    ours = cast.api(cast.key(cast.harbor, "k_read", Side.INTERNAL))
    browser = cast.browser("Tess")
    for place in ("/harbor-dental/tickets/", "/desk/queue/?q=both", "/harbor-dental/tickets/?q=leaked", "/harbor-dental/tickets/?q=all"):
        assert "The door code" not in browser.get(place).content.decode(), place
    assert "The door code" in cast.browser("Ivo").get("/harbor-dental/tickets/").content.decode()
    assert "leaked" in ours.get("/api/v1/tickets/").content.decode()
    assert "leaked" not in theirs.get("/api/v1/tickets/").content.decode()
    with cast.as_("Tess") as tess:
        assert search.found([cast.harbor.pk], ["leaked"], notes=True) == []
        assert exporting.batch(cast.harbor.pk, tess.company_id or 0, 0, later(20)).tickets == ()
        assert listing.counts(cast.harbor.pk, tess.company_id) == listing.Counts(0, 0, 0, 0, 0)
    with cast.as_("Iris"):
        assert search.found([cast.harbor.pk], ["leaked"], notes=True) == [hidden.pk]
    with cast.scope():  # the queries alone, where the database shows everything
        northwind = cast.northwind.pk
        assert listing.pick([cast.harbor.pk], listing.Filters(), company=northwind).tickets == ()
        assert listing.chosen([cast.harbor.pk], [hidden.pk], company=northwind) == []
        assert exporting.batch(cast.harbor.pk, northwind, 0, later(20)).tickets == ()
        assert listing.counts(cast.harbor.pk, northwind).internal == 0


@pytest.mark.parametrize("name", ["Lena", "Tess"])
def test_leadership_of_both_sides_reads_how_many_there_are_and_no_more(cast: Cast, hidden: Ticket, name: str) -> None:
    page = cast.browser(name).get("/harbor-dental/overview/").content.decode()
    assert "Harbor Dental <b>1</b>, Northwind MSP <b>0</b>" in page
    assert "leaked" not in page


def test_mail_of_the_other_side_waits_with_the_side_that_keeps_it(cast: Cast, ticket: Ticket) -> None:
    token = token_for(cast, ticket, "Tess", Audience.SHARED)
    own = token_for(cast, ticket, "Ivo", Audience.SHARED)
    with cast.as_("Iris") as iris:
        actions.hide(ticket.pk, WHY, by=iris, at=later(10))
    row = deliver(cast, letter("tess@example.test", "Hello there."), to(cast.harbor, token), at=later(20))
    assert (row.outcome, row.held, row.ticket_id) == (Outcome.HELD, Held.OTHER_SIDE, ticket.pk)
    by_number = letter("tariq@example.test", "And I.", subject=f"Re: [HD-{ticket.number}] The door code leaked")
    assert deliver(cast, by_number, at=later(21)).held == Held.OTHER_SIDE
    with cast.as_("Tess"):
        assert not InboundMail.objects.for_tenant(cast.harbor).exists()
    with cast.scope():
        assert not Event.objects.for_tenant(cast.harbor).of(ticket.pk).filter(kind=Kind.REPLY).exists()
    assert deliver(cast, letter("ivo@example.test", "I changed it."), to(cast.harbor, own), at=later(22)).outcome == Outcome.ANSWER
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(29))
        actions.resolve(ticket.pk, "Changed the code.", by=iris, at=later(30))
        actions.close(ticket.pk, "Ivo said so himself.", by=iris, at=later(31))
    again = deliver(cast, letter("ivo@example.test", "It is open again."), to(cast.harbor, own), at=later(40))
    assert (again.outcome, again.held) == (Outcome.HELD, Held.NOT_TAKEN)


def test_a_new_version_moves_nothing_that_one_side_keeps(cast: Cast, hidden: Ticket) -> None:
    before = Event.objects
    agreeing.in_force(cast, later(60))
    with cast.scope():
        assert [one.kind for one in before.for_tenant(cast.harbor).of(hidden.pk).order_by("id")] == [Kind.OPENED, Kind.HIDDEN]


# --- what names it elsewhere, for good


def test_what_was_ever_linked_is_not_hidden_for_the_other_ticket_names_it(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        other = from_person(iris, side=iris.side, title="Seen by both")
        linking.make_part_of(other.pk, ticket.number, by=iris, at=later(1))
        linking.take_out(other.pk, by=iris, at=later(2))
        for row in (ticket, other):
            with pytest.raises(actions.NotNow, match="is or was linked"):
                actions.hide(row.pk, WHY, by=iris, at=later(3))


def test_two_hidden_tickets_are_not_linked_for_each_is_shown_alone(cast: Cast, hidden: Ticket) -> None:
    with cast.as_("Iris") as iris:
        other = from_person(iris, side=iris.side)
        actions.hide(other.pk, WHY, by=iris, at=later(11))
        for act in (
            lambda: linking.link(hidden.pk, other.number, Tie.RELATED, by=iris, at=later(12)),
            lambda: linking.make_part_of(other.pk, hidden.number, by=iris, at=later(12)),
            lambda: merging.merge(other.pk, hidden.number, by=iris, at=later(12)),
        ):
            with transaction.atomic(), pytest.raises(actions.SayMore, match="alone sees one"):
                act()
    page = cast.browser("Iris").get(address(hidden)).content.decode()
    assert "Link another ticket" not in page
    assert "Merge" not in page


def test_its_own_sides_system_is_no_tie(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        external.connect(ticket.pk, "ours", Said(external_id="A-1"), by=iris, at=later(1))
        actions.hide(ticket.pk, WHY, by=iris, at=later(2))


# --- mail about it


def test_mail_of_the_other_side_that_nobody_vouches_for_is_a_tie_too(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.watch(ticket, by=tess, at=later(1))
    row = deliver(cast, letter("Tess@example.test", "We look.", subject=f"Re: [HD-{ticket.number}] Code"), at=later(2))
    assert (row.outcome, row.ticket_id) == (Outcome.ANSWER, ticket.pk)
    with cast.as_("Tess") as tess:
        actions.unwatch(ticket, by=tess)
    with cast.as_("Iris") as iris, pytest.raises(actions.NotNow, match="provider wrote"):
        actions.hide(ticket.pk, WHY, by=iris, at=later(3))


def test_who_asked_for_it_and_left_the_other_side_still_is_a_tie(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        asked = from_person(tess, side=Side.INTERNAL)
    Membership.objects.filter(tenant=cast.harbor, user=cast.people["Tess"]).update(ends_at=later(1))
    with cast.as_("Iris") as iris, pytest.raises(actions.NotNow, match="asked for this"):
        actions.hide(asked.pk, WHY, by=iris, at=later(2))


def test_a_colleagues_mail_about_it_opens_nothing_that_names_it(cast: Cast, hidden: Ticket) -> None:
    row = deliver(cast, letter("ivo@example.test", "What is this?", subject=f"Re: [HD-{hidden.number}] The door code leaked"), at=later(20))
    assert (row.outcome, row.held, row.ticket_id) == (Outcome.HELD, Held.NOT_TAKEN, hidden.pk)
    with cast.as_("Tess"):
        assert not Ticket.objects.for_tenant(cast.harbor).exists()
        assert not InboundMail.objects.for_tenant(cast.harbor).exists()
    with cast.as_("Ivo") as ivo:
        with transaction.atomic(), pytest.raises(actions.NotNow, match="Let it into that ticket"):
            holding.release_as_new(row.public_id, by=ivo, at=later(21))
        into = holding.release_into(row.public_id, by=ivo, at=later(22))
        assert into is not None
        assert into.pk == hidden.pk
    with cast.as_("Tess"):
        assert not Event.objects.for_tenant(cast.harbor).exists()


def test_a_late_answer_to_the_other_sides_own_note_waits_with_the_other_side(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "Between us.", by=tess, at=later(1))
    token = token_for(cast, ticket, "Tess", Audience.PROVIDER)
    with cast.as_("Iris") as iris:
        actions.hide(ticket.pk, WHY, by=iris, at=later(2))
    late = letter("tariq@example.test", "I say so too.", subject=f"Re: [HD-{ticket.number}] The door code leaked")
    row = deliver(cast, late, to(cast.harbor, token), at=later(3))
    assert row.outcome == Outcome.HELD
    with cast.as_("Tess"):
        assert InboundMail.objects.for_tenant(cast.harbor).filter(pk=row.pk).exists()
    with cast.as_("Iris"):
        assert not InboundMail.objects.for_tenant(cast.harbor).exists()


def test_a_bounce_says_nothing_of_it_where_both_sides_read(cast: Cast, hidden: Ticket) -> None:
    with cast.as_("Ivo") as ivo:
        contacts.add_contact("kijitora@example.co.jp", "Ann", by=ivo, at=NOON)
    came = next(path for path in FILES["automatic"] if path.stem == "lhost-courier-01")
    subject = came.read_bytes().replace(b"Subject: ", b"Subject: The door code leaked ")
    deliver(cast, subject, at=later(20))
    with cast.as_("Tess"):
        row = Contact.objects.for_tenant(cast.harbor).get()
        assert row.bounced_at == later(20)
        assert "leaked" not in row.bounced_because
