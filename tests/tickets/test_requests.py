"""The pages of those who only ask: their own requests, what is public of them, and no byte of anything else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.tickets.build import a_file, from_alert
from tickets import actions
from tickets.actions import approving, checklist, contacts, disputing, linking, minutes, offering, requests, waiting
from tickets.actions.steps import NotNow, OtherContent, Refused, SayMore
from tickets.domain.linking import Tie
from tickets.domain.requesting import PER_HOUR, TALKS
from tickets.models import Attachment, Event, Ticket

HOME = "/harbor-dental/requests/"


def contact(cast: Cast, name: str, tenant: Organisation | None = None) -> None:
    with tenancy.only([(tenant or cast.harbor).pk]):
        row = contacts.add_contact(f"{name.lower()}@example.test", name, by=access.system(tenant or cast.harbor), at=timezone.now())
    cast.people[name] = row.user


@pytest.fixture
def jo(cast: Cast) -> Client:
    """Jo, who only asks at Harbor Dental, and Kim, who does too."""
    contact(cast, "Jo")
    contact(cast, "Kim")
    return cast.browser("Jo")


def asks(cast: Cast, name: str = "Jo", title: str = "No sound", *, urgency: str = "slowed", at: Any = None, files: Any = ()) -> Ticket:
    with cast.as_(name) as by:
        return requests.ask(requests.Asked(title, "Since this morning.", "person", urgency), by=by, at=at or timezone.now(), files=files)


def does(cast: Cast, name: str, act: Any, ticket: Ticket, *words: Any, **more: Any) -> Any:
    with cast.as_(name) as by:
        return act(ticket.pk, *words, by=by, at=timezone.now(), **more)


def holder(ticket: Ticket) -> str:
    return "Tess" if ticket.side == Side.PROVIDER else "Iris"


def page(client: Client, path: str = HOME) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


def now(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)


# --- asking


def test_who_asks_gets_a_number_a_state_and_what_comes_next(cast: Cast, jo: Client) -> None:
    said = {"title": "No sound", "text": "Since this morning.", "urgency": "stopped", "impact": "person", "once": "a"}
    sent = jo.post(f"{HOME}new/", said)
    assert sent.status_code == 302
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get()
        assert (ticket.requester, ticket.origin_kind, ticket.priority, ticket.title) == (
            cast.people["Jo"],
            "person",
            Priority.P3,
            "No sound",
        )
        opened = Event.objects.for_tenant(cast.harbor).get()
        assert (opened.audience, opened.text, opened.by_name) == (Audience.PUBLIC, "Since this morning.", "Jo")
        told = set(Notice.objects.for_tenant(cast.harbor).filter(key__startswith="ticket:").values_list("to_name", flat=True))
    assert "Jo" not in told
    assert told
    assert sent["Location"] == f"{HOME}{ticket.number}/"
    shown = page(jo, sent["Location"])
    assert "received" in shown
    assert "We answer by" in shown
    assert "You asked" in shown
    assert f"HD-{ticket.number}" in page(jo)
    assert jo.post(f"{HOME}new/", said)["Location"] == sent["Location"]


def test_the_form_says_in_words_what_is_missing_and_keeps_what_was_typed(jo: Client) -> None:
    refused = jo.post(f"{HOME}new/", {"text": "It hums."})
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "Say in a line what is the matter." in shown
    assert "Choose how much it hinders." in shown
    assert "It hums." in shown


def test_a_file_comes_with_the_request_and_goes_out_as_a_download(cast: Cast, jo: Client) -> None:
    log = a_file("sound.log")
    ticket = asks(cast, files=[log])
    with cast.scope():
        row = Attachment.objects.for_tenant(cast.harbor).get()
    assert (row.audience, row.by_name) == (Audience.PUBLIC, "Jo")
    address = f"{HOME}{ticket.number}/files/{row.public_id}/"
    assert address in page(jo, f"{HOME}{ticket.number}/")
    sent = jo.get(address)
    assert b"".join(sent.streaming_content) == b"02:14 no space left\n"
    assert sent["Content-Disposition"].startswith("attachment")
    assert cast.browser("Kim").get(address).status_code == 404
    with cast.as_("Jo") as jo_, pytest.raises(SayMore):
        requests.ask(requests.Asked("X", "Y", "person", "waits"), by=jo_, at=timezone.now(), files=[a_file("x.exe", b"MZ")])
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).count() == 1


def test_more_than_ten_requests_an_hour_are_refused_in_words(cast: Cast, jo: Client) -> None:
    began = timezone.now() - timedelta(minutes=50)
    for number in range(PER_HOUR):
        asks(cast, title=f"Again {number}", at=began)
    refused = jo.post(f"{HOME}new/", {"title": "Once more", "text": "x", "urgency": "waits", "impact": "person"})
    assert refused.status_code == 422
    assert "many times within the hour" in refused.content.decode()
    asks(cast, "Kim")
    asks(cast, at=began + timedelta(minutes=61))
    with cast.scope():
        assert not Ticket.objects.for_tenant(cast.harbor).filter(title="Once more").exists()


# --- talking


def test_an_answer_is_read_answered_and_confirmed(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    who = holder(ticket)
    does(cast, who, actions.take, ticket)
    does(cast, who, actions.reply, ticket, "Is the cable in?", Audience.PUBLIC)
    shown = page(jo, f"{HOME}{ticket.number}/")
    assert "Is the cable in?" in shown
    assert f"{who} wrote" in shown
    assert f"{who} looks after it" in shown
    assert f"{who} answered" in page(jo)
    assert jo.post(f"{HOME}{ticket.number}/answer/", {"text": "It was not."}).status_code == 302
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).latest("id")
        assert (event.kind, event.audience, event.text, event.hat) == ("REPLY", "PUBLIC", "It was not.", "REQUESTER")
        heard = Notice.objects.for_tenant(cast.harbor).filter(key=f"ticket:{ticket.pk}:{event.pk}").values_list("to_name", flat=True)
        assert set(heard) == {who}
    does(cast, who, actions.resolve, ticket, "The cable is in.")
    shown = page(jo, f"{HOME}{ticket.number}/")
    assert "It is solved" in shown
    assert "solved, as far as we know" in shown
    assert jo.post(f"{HOME}{ticket.number}/confirm/", {"once": "c"}).status_code == 302
    assert now(cast, ticket).state == "CLOSED"
    assert "<textarea" not in page(jo, f"{HOME}{ticket.number}/")
    assert jo.post(f"{HOME}{ticket.number}/answer/", {"text": "One more."}).status_code == 422


def test_an_answer_wakes_what_waited_for_it(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    who = holder(ticket)
    does(cast, who, actions.take, ticket)
    does(cast, who, waiting.wait, ticket, "requester", text="Which room is it?", whom="Jo", until=timezone.now() + timedelta(days=1))
    shown = page(jo, f"{HOME}{ticket.number}/")
    assert "waits for your answer" in shown
    assert "Answer below, then it goes on." in shown
    assert "Which room is it?" in shown
    jo.post(f"{HOME}{ticket.number}/answer/", {"text": "Room 3."})
    assert (now(cast, ticket).state, now(cast, ticket).wait_reason) == ("OPEN", "")


def test_what_is_not_solved_goes_on_with_what_is_still_wrong(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    does(cast, holder(ticket), actions.take, ticket)
    does(cast, holder(ticket), actions.resolve, ticket, "Done.")
    with open(__file__, "rb") as file:
        sent = jo.post(f"{HOME}{ticket.number}/reopen/", {"text": "Still silent.", "once": "r", "files": file})
    assert sent.status_code == 422  # what is no kind of file that is taken is refused with the whole
    assert now(cast, ticket).state == "RESOLVED"
    assert jo.post(f"{HOME}{ticket.number}/reopen/", {"text": "Still silent.", "once": "r"}).status_code == 302
    assert (now(cast, ticket).state, now(cast, ticket).reopenings) == ("OPEN", 1)
    does(cast, "Jo", requests.answer, ticket, "", files=[a_file("still.log")])
    assert "still.log" in page(jo, f"{HOME}{ticket.number}/")


def test_what_is_not_needed_is_taken_back_with_a_reason(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    refused = jo.post(f"{HOME}{ticket.number}/take-back/", {"text": "No."})
    assert refused.status_code == 422
    assert "ten characters" in refused.content.decode()
    assert jo.post(f"{HOME}{ticket.number}/take-back/", {"text": "It plays again by itself."}).status_code == 302
    assert (now(cast, ticket).state, now(cast, ticket).outcome) == ("CANCELLED", "withdrawn")


def test_h5_pressing_twice_is_pressing_once(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    for _ in range(2):
        assert jo.post(f"{HOME}{ticket.number}/answer/", {"text": "Twice.", "once": "t"}).status_code == 302
    with cast.as_("Jo") as by, pytest.raises(OtherContent):
        requests.answer(ticket.pk, "Other words.", by=by, at=timezone.now(), once="t")
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).filter(text="Twice.").count() == 1


def test_ten_messages_in_ten_minutes_are_enough(cast: Cast, jo: Client) -> None:
    ticket = asks(cast, at=timezone.now() - timedelta(hours=1))
    for number in range(TALKS):
        does(cast, "Jo", requests.answer, ticket, f"Line {number}")
    with pytest.raises(requests.TooMany):
        does(cast, "Jo", requests.answer, ticket, "Too much")


def test_what_is_not_possible_now_is_said_in_words(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    refused = jo.post(f"{HOME}{ticket.number}/confirm/")
    assert refused.status_code == 422
    assert "not resolved yet" in refused.content.decode()
    empty = jo.post(f"{HOME}{ticket.number}/answer/", {"text": "  "})
    assert empty.status_code == 422
    assert "Write what you want to say." in empty.content.decode()
    with pytest.raises(NotNow):
        does(cast, "Jo", requests.reopen, ticket, "x")


# --- whose it is


def strip(answer: Any) -> bytes:
    """Return a page without its token and the clock of its head."""
    return re.sub(rb"[A-Za-z0-9]{64}|\d\d:\d\d ", b"", answer.content)


def test_e10_a_foreign_request_looks_like_one_that_never_was(cast: Cast, jo: Client) -> None:
    contact(cast, "Lou", cast.pine)
    own, kims = asks(cast), asks(cast, "Kim")
    with cast.scope():
        alert = from_alert(cast.harbor).ticket
    with cast.as_("Iris") as iris:
        staff = actions.ask(title="Mine", duty_key=None, text="x", priority=Priority.P4, kind="person", by=iris, at=timezone.now()).ticket
    ways = [("get", ""), *(("post", f"{way}/") for way in ("answer", "confirm", "reopen", "take-back"))]
    said = {"text": "Ten characters and more."}
    for number in (kims.number, alert.number, staff.number, 2**31, 10**18):
        for method, way in ways:
            foreign = getattr(jo, method)(f"{HOME}{number}/{way}", said if method == "post" else {})
            missing = getattr(jo, method)(f"{HOME}9999/{way}", said if method == "post" else {})
            assert (foreign.status_code, strip(foreign)) == (404, strip(missing)), f"{number} {way}"
    assert cast.browser("Lou").get(f"{HOME}{own.number}/").status_code == 404
    assert cast.browser("Lou").get("/pine-clinics/requests/").status_code == 200
    for act, words in ((requests.answer, ["x"]), (requests.confirm, []), (requests.reopen, ["x"]), (requests.take_back, ["x" * 10])):
        with pytest.raises(Ticket.DoesNotExist):
            does(cast, "Jo", act, kims, *words)


def test_e1_staff_have_no_requests_here_and_who_asks_has_no_tickets(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    for name in ("Iris", "Tess", "Lena"):
        assert cast.browser(name).get(HOME).status_code == 403
        with cast.as_(name) as by, pytest.raises(access.Refused):
            requests.answer(ticket.pk, "x", by=by, at=timezone.now())
    for path in ("tickets/", f"tickets/{ticket.number}/", f"tickets/{ticket.number}/live/", "people/", "contacts/", "matrix/", "alerts/"):
        assert jo.get(f"/harbor-dental/{path}").status_code == 403
    for act, words in ((actions.reply, ["x", Audience.PUBLIC]), (actions.note, ["x"]), (actions.take, []), (actions.confirm, [])):
        with pytest.raises(access.Refused):
            does(cast, "Jo", act, ticket, *words)
    assert jo.get("/")["Location"] == HOME


def test_f8_a_block_ends_the_session_with_the_next_request(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    with cast.as_("Ivo") as ivo:
        contacts.block_contact(1, by=ivo, at=timezone.now())
    assert jo.get(HOME).status_code == 404
    assert jo.post(f"{HOME}{ticket.number}/answer/", {"text": "x"}).status_code == 404


def test_who_asks_calls_nobody_by_name_and_is_called_by_nobody(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    does(cast, "Jo", requests.answer, ticket, "@Lena @Tariq please")
    with cast.scope():
        names = set(Notice.objects.for_tenant(cast.harbor).filter(text__contains="named you").values_list("to_name", flat=True))
    assert names == set()
    people = re.search(
        r'<script id="people"[^>]*>(.*?)</script>', cast.browser("Ivo").get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()
    )
    assert people is not None
    assert "Jo" not in people[1]


# --- canaries

CANARY = "kanarek"


def fill(cast: Cast, ticket: Ticket) -> list[str]:
    """Put words into everything of a ticket that is not public, and return the pieces that must never be read."""
    at = timezone.now()
    for name, own in (("Iris", "internal"), ("Tess", "provider")):
        with cast.as_(name) as by:
            actions.note(ticket.pk, f"{CANARY} {own} note", by=by, at=at, files=[a_file(f"{CANARY}-{own}.log", f"{CANARY} {own}".encode())])
            actions.reply(
                ticket.pk,
                f"{CANARY} shared {own}",
                Audience.SHARED,
                by=by,
                at=at,
                files=[a_file(f"{CANARY}-shared-{own}.log", f"{CANARY} s {own}".encode())],
            )
            actions.reply(
                ticket.pk, "", Audience.SHARED, by=by, at=at, files=[a_file(f"{CANARY}-alone-{own}.log", f"{CANARY} a {own}".encode())]
            )
            checklist.add_step(ticket.pk, f"{CANARY} step {own}", required=True, by=by, at=at)
            minutes.spend(ticket.pk, 5, f"{CANARY} minutes {own}", by=by, at=at)
    with cast.as_("Iris") as iris:
        wanted = approving.Wanted(
            f"{CANARY} approval",
            f"{CANARY} reason",
            cast.people["Lena"].pk,
            None,
            at + timedelta(days=1),
            f"{CANARY} cost",
            f"{CANARY} risk",
        )
        approving.ask(ticket.pk, wanted, by=iris, at=at)
        other = actions.ask(
            title=f"{CANARY} linked", duty_key=None, text=f"{CANARY} linked", priority=Priority.P4, kind="person", by=iris, at=at
        ).ticket
        linking.link(ticket.pk, other.number, Tie.RELATED, by=iris, at=at)
        disputing.dispute(ticket.pk, disputing.About.HOLDER, "", f"{CANARY} dispute reason", by=iris, at=at)
    who = holder(ticket)
    with cast.as_(who) as by:
        actions.take(ticket.pk, by=by, at=at)
        packet = {"known": f"{CANARY} known", "tried": f"{CANARY} tried", "next": f"{CANARY} next"}
        offering.offer(ticket.pk, packet, by=by, at=at)
    return [CANARY, "Northwind", "because", "Version 1", "matrix", "provider", "Provider"]


def test_e3_no_byte_of_what_is_not_public_reaches_who_asks(cast: Cast, jo: Client) -> None:
    ticket = asks(cast, files=[a_file("own.log")])
    never = fill(cast, ticket)
    number = ticket.number
    with cast.scope():
        files = list(Attachment.objects.for_tenant(cast.harbor).exclude(audience=Audience.PUBLIC).values_list("public_id", flat=True))
    assert CANARY in cast.browser("Iris").get(f"/harbor-dental/tickets/{number}/").content.decode()
    paths = [
        HOME,
        f"{HOME}new/",
        f"{HOME}{number}/",
        f"{HOME}?before={number}",
        f"{HOME}?before=abc",
        f"{HOME}{number + 1}/",
        "/",
        "/account/",
    ]
    paths += [f"{HOME}{number}/files/{one}/" for one in files]
    paths += [
        f"/harbor-dental/tickets/{one}"
        for one in (
            "",
            f"{number}/",
            f"{number}/live/?since=0&seen=0",
            f"{number}/peek/",
            f"find/?q={CANARY}",
            f"?q={CANARY}",
            "views/",
            "handovers/",
        )
    ]
    paths += [f"/harbor-dental/tickets/{number}/files/{one}/" for one in files]
    paths += [
        "/harbor-dental/people/",
        "/harbor-dental/history/",
        "/harbor-dental/overview/",
        "/harbor-dental/findings/",
        "/desk/queue/",
        "/api/v1/tickets/",
        f"/api/v1/tickets/{ticket.public_id}/",
    ]
    answers = [(path, jo.get(path, follow=True)) for path in paths]
    for way in ("answer", "confirm", "reopen", "take-back"):
        answers.append((way, jo.post(f"{HOME}{number}/{way}/", {"text": ""})))
    for path, answer in answers:
        body = answer.content.decode() if not answer.streaming else b"".join(answer.streaming_content).decode()
        main = body.split("<main", 1)[-1].split("</main>")[0]
        assert CANARY not in body, path
        if path.startswith(HOME) or path in {"/", "answer", "confirm", "reopen", "take-back"}:
            assert not [word for word in never if word in main], path
    assert any("Since this morning." in answer.content.decode() for path, answer in answers if path == f"{HOME}{number}/")


def test_e3_no_mail_to_who_asks_holds_what_is_not_public(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    fill(cast, ticket)
    does(cast, holder(ticket), actions.reply, ticket, "Here you are.", Audience.PUBLIC)
    with cast.scope():
        mails = list(Notice.objects.for_tenant(cast.harbor).filter(to_address="jo@example.test"))
    assert any("Here you are." in mail.text for mail in mails)
    assert not [mail for mail in mails if CANARY in mail.text + mail.subject + str(mail.headers)]


def test_e7_the_database_itself_keeps_notes_from_a_reader_who_only_asks(cast: Cast, jo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = asks(cast)
    fill(cast, ticket)
    everything = lambda row: Event.objects.for_tenant(row.tenant_id).of(row.pk)  # noqa: E731
    monkeypatch.setattr("tickets.queries.requests.public", everything)
    monkeypatch.setattr("tickets.domain.requesting.did", lambda kind, who, own: f"{who} {kind}")
    shown = page(jo, f"{HOME}{ticket.number}/")
    assert f"{CANARY} shared internal" in shown
    assert f"{CANARY} internal note" not in shown
    assert f"{CANARY} provider note" not in shown


def test_a_blanked_text_is_gone_here_too_and_why_is_for_others(cast: Cast, jo: Client) -> None:
    ticket = asks(cast)
    does(cast, "Jo", requests.answer, ticket, "My password is hunter2")
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).latest("id")
    with cast.as_("Iris") as iris:
        actions.blank(ticket.pk, event.pk, f"{CANARY} a pasted password", by=iris, at=timezone.now())
    shown = page(jo, f"{HOME}{ticket.number}/")
    assert "hunter2" not in shown
    assert CANARY not in shown
    assert "This text was taken out." in shown


# --- budgets


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_pages_ask_no_more_for_many_than_for_few(cast: Cast, jo: Client) -> None:
    ticket = asks(cast, files=[a_file("a.log")])
    does(cast, holder(ticket), actions.reply, ticket, "Hello.", Audience.PUBLIC, files=[a_file("b.log", b"b")])
    few = queries(jo, HOME), queries(jo, f"{HOME}{ticket.number}/")
    for number in range(8):
        asks(cast, title=f"Request {number}")
        does(
            cast,
            holder(ticket),
            actions.reply,
            ticket,
            f"Line {number}",
            Audience.PUBLIC,
            files=[a_file(f"{number}.log", str(number).encode())],
        )
    assert (queries(jo, HOME), queries(jo, f"{HOME}{ticket.number}/")) == few
    assert max(few) <= 16, few


def test_many_requests_come_in_pages(cast: Cast, jo: Client) -> None:
    for number in range(23):
        asks(cast, title=f"Request {number:02}", at=timezone.now() - timedelta(hours=3 * (23 - number)))
    first = page(jo)
    assert first.count('<li class="card') == 20
    following = re.search(r'href="(\?before=\d+)"', first)
    assert following is not None
    assert page(jo, HOME + following[1]).count('<li class="card') == 3


def test_what_is_refused_by_a_rule_is_a_refusal_of_ours() -> None:
    assert issubclass(requests.TooMany, Refused)
