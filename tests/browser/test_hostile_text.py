"""Text that people and machines send us is text in everyone's browser, on every page that shows it."""

import pytest
from django.utils import timezone

from comanaged.accounts import access, actions
from comanaged.accounts.models import User
from comanaged.vocabulary import Audience, Priority
from tests.browser.conftest import SignIn
from tests.browser.world import ask, say
from tests.cast import Cast
from tests.monitoring.build import alerts, sender
from tests.tickets.build import a_file
from tests.tickets.letters import deliver, letter
from tickets import actions as tickets
from tickets.models import Event, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]

HOSTILE = (
    "\"'--></title></textarea></script><script>window.hit=1</script><img src=x onerror=window.hit=1>"
    "<svg/onload=window.hit=1><a href=javascript:window.hit=1>{{7*7}}${7*7}"
)
SILENT = ("/harbor-dental/sources/", "/harbor-dental/overview/")  # pages that show none of it
MARKS = "script:not([src]):not([type='application/json']), img[src='x'], [onerror], [onload], a[href^='javascript']"


def talk(cast: Cast, ticket: Ticket) -> None:
    """Put the text into names of files, drafts, canned replies, names of people, and the reason why something was blanked."""
    at = timezone.now()
    with cast.as_("Ivo") as ivo:
        tickets.mark_here(ticket, by=ivo, at=at)
        tickets.watch(ticket, by=ivo, at=at)
        tickets.reply(ticket.pk, "Blank me.", Audience.SHARED, by=ivo, at=at, files=[a_file(f"{HOSTILE[:140]}.log")])
        blanked = Event.objects.for_tenant(cast.harbor).of(ticket.pk).latest("id")
    with cast.as_("Tess") as tess:
        tickets.keep_draft(ticket, "shared", HOSTILE, by=tess, at=at)
        tickets.add_canned(HOSTILE[:110], HOSTILE, by=tess, at=at)
        tickets.blank(ticket.pk, blanked.pk, HOSTILE, by=tess, at=at)


def test_no_text_anyone_sends_runs_or_becomes_markup(cast: Cast, signed_in: SignIn) -> None:
    User.objects.filter(pk=cast.people["Ivo"].pk).update(name=HOSTILE[:110])
    ticket = ask(cast, "Iris", HOSTILE, duty="support.first-line", priority=Priority.P2)
    say(cast, "Tess", tickets.note, ticket, HOSTILE)
    say(cast, "Ivo", tickets.reply, ticket, HOSTILE, "PUBLIC")
    talk(cast, ticket)
    sender(cast.harbor, "generic").says(
        {"title": HOSTILE, "severity": "critical", "asset": HOSTILE, "text": HOSTILE, "url": "javascript:window.hit=1"}
    )
    by = access.system(cast.harbor)
    actions.make_key(cast.harbor, "k_read", side=None, days=9, name=HOSTILE[:110], by=by, at=timezone.now())
    root = "/harbor-dental"
    addresses = [
        f"{root}/people/",
        f"{root}/keys/",
        f"{root}/history/",
        f"{root}/tickets/",
        f"{root}/alerts/",
        f"{root}/sources/",
        "/desk/queue/?state=all",
    ]
    addresses.append(f"{root}/replies/")
    addresses += [f"{root}/tickets/{ticket.number}/", f"{root}/alerts/{alerts(cast.harbor)[0].public_id}/", f"{root}/overview/"]
    page = signed_in("Tess")
    for address in addresses:
        page.goto(address)
        assert page.evaluate("window.hit") is None, address
        assert page.locator(MARKS).count() == 0, address
        if address not in SILENT:
            assert "window.hit" in page.locator("main").inner_text(), f"{address} shows the text"
    page.goto(f"{root}/tickets/{ticket.number}/")
    page.evaluate("() => htmx.ajax('GET', location.pathname + 'live/?since=0&seen=0', '#live-poll')")
    assert page.locator("#thread .said").count() > 2
    assert page.evaluate("window.hit") is None
    assert page.locator(MARKS).count() == 0
    assert not page.faults  # type: ignore[attr-defined]


def test_a_subject_without_a_gap_hides_nothing_beside_it(cast: Cast, signed_in: SignIn) -> None:
    deliver(cast, letter("nobody@elsewhere.example", "Hello.", subject=f"L{'o' * 150}ng"))
    page = signed_in("Ivo")
    page.goto("/harbor-dental/mail/held/")
    box = page.get_by_role("link", name="Read the mail from nobody").bounding_box()
    width = page.evaluate("innerWidth")
    assert box is not None
    assert box["x"] + box["width"] <= width
