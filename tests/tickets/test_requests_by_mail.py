"""Whoever writes by mail finds the same request on the page, and is told there and by mail the same things."""

import pytest
from django.core import mail as outbox
from django.utils import timezone

from comanaged import background
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.letters import deliver, letter, to, token_for
from tests.tickets.test_requests import HOME, contact, does, holder, now, page
from tickets import actions
from tickets.models import Outcome, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
JO = "jo@example.test"


def asked_by_mail(cast: Cast) -> Ticket:
    contact(cast, "Jo")
    done = deliver(cast, letter(JO, "The speaker is silent.", subject="No sound"), at=timezone.now())
    assert done.outcome == Outcome.OPENED
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).get(pk=done.ticket_id)


def test_a_mail_of_a_contact_is_a_request_on_the_page(cast: Cast) -> None:
    ticket = asked_by_mail(cast)
    jo = cast.browser("Jo")
    assert "No sound" in page(jo)
    assert "The speaker is silent." in page(jo, f"{HOME}{ticket.number}/")
    background.sweep()
    told = [mail for mail in outbox.outbox if JO in mail.to]
    assert len(told) == 1
    assert f"{HOME}{ticket.number}/" in str(told[0].body)
    assert "because" not in str(told[0].body).lower()


def test_an_answer_comes_by_mail_and_on_the_page_and_may_be_answered_either_way(cast: Cast) -> None:
    ticket = asked_by_mail(cast)
    does(cast, holder(ticket), actions.take, ticket)
    does(cast, holder(ticket), actions.reply, ticket, "Is the cable in?", Audience.PUBLIC)
    does(cast, holder(ticket), actions.reply, ticket, "They always forget it.", Audience.SHARED)
    outbox.outbox.clear()
    background.sweep()
    texts = [str(mail.body) for mail in outbox.outbox if JO in mail.to]
    assert any("Is the cable in?" in text for text in texts)
    assert not any("always forget" in text for text in texts)
    jo = cast.browser("Jo")
    assert "Is the cable in?" in page(jo, f"{HOME}{ticket.number}/")
    done = deliver(cast, letter(JO, "It is now."), to(cast.harbor, token_for(cast, ticket, "Jo", at=timezone.now())), at=timezone.now())
    assert done.outcome == Outcome.ANSWER
    shown = page(jo, f"{HOME}{ticket.number}/")
    assert "It is now." in shown
    assert "You wrote" in shown
    assert jo.post(f"{HOME}{ticket.number}/answer/", {"text": "And it plays."}).status_code == 302
    does(cast, holder(ticket), actions.resolve, ticket, "The cable was out.")
    assert jo.post(f"{HOME}{ticket.number}/confirm/").status_code == 302
    assert now(cast, ticket).state == "CLOSED"


def test_what_a_mail_says_in_their_name_without_proof_is_no_answer_of_the_help_desk(cast: Cast) -> None:
    ticket = asked_by_mail(cast)
    deliver(cast, letter(JO, "Hurry, please.", subject=f"[HD-{ticket.number}] No sound"), at=timezone.now())
    jo = cast.browser("Jo")
    assert "By mail from your address" in page(jo, f"{HOME}{ticket.number}/")
    assert "answered" not in page(jo)
