"""Path c: a person asks, the other side takes, answers, resolves and closes; a private word stays on its side."""

import pytest
from django.core import mail

from comanaged import background
from tests.cast import Cast
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
CANARY = "the firewall password is on the yellow note"


def test_from_the_question_to_the_closed_ticket(cast: Cast) -> None:
    ivo, tariq = cast.browser("Ivo"), cast.browser("Tariq")
    asked = ivo.post(
        "/pine-clinics/tickets/new/", {"title": "Printer", "duty": "", "text": "It prints nothing.", "impact": "team", "urgency": "slowed"}
    )
    assert asked.status_code == 404  # not his client
    pine = cast.browser("Pine's manager")
    form = {"title": "Printer", "duty": "support.intake", "text": "It prints nothing.", "impact": "team", "urgency": "slowed"}
    opened = pine.post("/pine-clinics/tickets/new/", form)
    assert opened.status_code == 302
    with cast.scope(cast.pine):
        ticket = Ticket.objects.for_tenant(cast.pine).get()
        assert ticket.side == "PROVIDER"
        assert ticket.because
    here = f"/pine-clinics/tickets/{ticket.number}/"
    assert "Printer" in tariq.get("/desk/queue/").content.decode()

    def move(verb: str, **said: str) -> None:
        with cast.scope(cast.pine):
            version = Ticket.objects.for_tenant(cast.pine).get().version
        answer = tariq.post(f"{here}{verb}/", {"seen": version, **said})
        assert answer.status_code == 302, answer.content.decode()

    move("take")
    move("note", text=CANARY, mode="private")
    move("reply", text="Please switch it off and on.", mode="public")
    assert "switch it off" in pine.get(here).content.decode()
    assert CANARY not in pine.get(here).content.decode()
    assert CANARY in cast.browser("Tess").get(here).content.decode()
    move("resolve", text="It was off.")
    with cast.scope(cast.pine):
        assert Ticket.objects.for_tenant(cast.pine).get().state == "RESOLVED"

    background.sweep()
    assert any("pinesmanager@example.test" in message.to[0] for message in mail.outbox)
    assert not any(CANARY in message.body and "pine" in message.to[0] for message in mail.outbox)
    assert pine.post(f"{here}confirm/", {"seen": 99}).status_code in (302, 409)
