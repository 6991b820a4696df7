"""Figures of handovers: what is counted, how it was answered, and that each number opens a list of that length."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import from_person
from tests.tickets.living import PACKET, WHY
from tickets import actions
from tickets.queries import handovers

OVERVIEW = "/harbor-dental/"


@pytest.fixture
def handed(cast: Cast) -> Cast:
    """Four offers: accepted, declined, taken back, waiting; one question of the other side; and an old one."""
    now = timezone.now()
    with cast.as_("Iris") as iris:
        tickets = [from_person(iris, side=Side.INTERNAL, title=f"Screen {place}", at=now - timedelta(hours=9)) for place in range(5)]
        for ticket in tickets:
            actions.take(ticket.pk, by=iris, at=now - timedelta(hours=8))
        for ticket in tickets[:4]:
            actions.offer(ticket.pk, PACKET, by=iris, at=now - timedelta(hours=2), answer_by=now + timedelta(hours=2))
    with cast.as_("Tess") as tess:
        actions.accept(tickets[0].pk, by=tess, at=now - timedelta(hours=1))
        actions.decline(tickets[1].pk, "missing", WHY, by=tess, at=now - timedelta(minutes=30))
        actions.ask_for(tickets[4].pk, WHY, by=tess, at=now - timedelta(hours=1))
    with cast.as_("Iris") as iris:
        actions.withdraw(tickets[2].pk, by=iris, at=now - timedelta(hours=1))
        actions.decline(tickets[4].pk, "missing", WHY, by=iris, at=now - timedelta(minutes=50))
    return cast


@pytest.mark.django_db
def test_every_offer_is_counted_once_with_its_answer_and_a_question_is_none(handed: Cast) -> None:
    with handed.scope():
        found = handovers.handovers(handed.harbor.pk, timezone.now())
        assert [(one.title, one.answer, one.code) for one in sorted(found, key=lambda one: one.title)] == [
            ("Screen 0", "accepted", ""),
            ("Screen 1", "declined", "missing"),
            ("Screen 2", "withdrawn", ""),
            ("Screen 3", "waiting", ""),
        ]
        assert {(one.side, one.to) for one in found} == {("INTERNAL", "PROVIDER")}
        told = handovers.figures(handed.harbor.pk, timezone.now())
        assert told.median == "1 h 15 min"
        assert not handovers.handovers(handed.harbor.pk, timezone.now() + timedelta(days=31))


@pytest.mark.django_db
def test_each_number_of_the_overview_opens_a_list_of_that_length(handed: Cast) -> None:
    lena = handed.browser("Lena")
    text = unescape(lena.get(f"{OVERVIEW}overview/").content.decode())
    links = re.findall(r'href="(/harbor-dental/tickets/handovers/[^"]*)"><b[^>]*>(\d+)</b>', text)
    assert len(links) == 7
    for address, number in links:
        assert len(re.findall('class="handed"', lena.get(address).content.decode())) == int(number), address
    assert "4</b> <span>hand-overs offered" in text
    assert "1</b> <span>declined: something is missing" in text
    assert "/harbor-dental/tickets/?q=crossed" in text
