"""Talking on a ticket in a real browser: modes, drafts, marks, what is new, names, keys."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from comanaged.vocabulary import Audience, Priority
from tests.browser.conftest import Beside, SignIn
from tests.browser.test_every_page import ALL, OVERFLOW, axe
from tests.browser.world import ask, say
from tests.cast import Cast
from tickets import actions as tickets
from tickets.models import Event, Kind, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket of Iris's with a reply and a note of each side."""
    made = ask(cast, "Iris", "The viewer will not open", duty="support.first-line", priority=Priority.P3)
    say(cast, "Tess", tickets.reply, made, "Does it show a message?", Audience.PUBLIC)
    say(cast, "Tess", tickets.note, made, "Storage quote is with the office.")
    say(cast, "Iris", tickets.note, made, "Lena wants this before Friday.")
    return made


def address(ticket: Ticket, more: str = "") -> str:
    return f"/harbor-dental/tickets/{ticket.number}/{more}"


def told(cast: Cast, ticket: Ticket, side: Any, kind: str) -> list[str]:
    with cast.scope(side=side):
        return list(Event.objects.for_tenant(cast.harbor).of(ticket.pk).filter(kind=kind).order_by("id").values_list("text", flat=True))


def saved(page: Page) -> Any:
    """Wait for a draft to be kept."""
    return page.expect_response(lambda answer: answer.url.endswith("/draft/"))


def text(page: Page) -> Any:
    return page.get_by_label("Text", exact=True)


def test_what_one_began_survives_a_reload_and_another_browser_until_it_is_sent(
    cast: Cast, ticket: Ticket, signed_in: SignIn, beside: Beside
) -> None:
    page = signed_in("Tess")
    page.goto(address(ticket))
    page.get_by_label("Private note").check()
    with saved(page):
        text(page).fill("Do not promise a date yet")
    page.reload()
    expect(page.get_by_label("Private note")).to_be_checked()
    expect(text(page)).to_have_value("Do not promise a date yet")
    other = beside("Tess")
    other.goto(address(ticket))
    expect(text(other)).to_have_value("Do not promise a date yet")
    expect(other.get_by_label("Private note")).to_be_checked()
    for name in ("Tariq", "Iris"):
        foreign = beside(name)
        foreign.goto(address(ticket))
        expect(text(foreign)).to_have_value("")
        assert "Do not promise" not in foreign.content()
    text(page).press("End")
    text(page).press("Enter")
    assert told(cast, ticket, cast.northwind, Kind.NOTE) == ["Storage quote is with the office."]
    text(page).press("Control+Enter")
    expect(page.locator(".secret").last).to_contain_text("Do not promise a date yet")
    expect(text(page)).to_have_value("")
    expect(page.get_by_label("Reply")).to_be_checked()
    assert told(cast, ticket, cast.northwind, Kind.NOTE)[1:] == ["Do not promise a date yet"]
    other.reload()
    expect(text(other)).to_have_value("")
    assert not page.faults  # type: ignore[attr-defined]


def test_words_of_a_private_note_are_shown_to_both_sides_only_when_somebody_says_so(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    page = signed_in("Tess")
    page.goto(address(ticket))
    page.get_by_label("Private note").check()
    text(page).fill("The repository is full")
    page.locator("[value=shared]").click()
    dialog = page.get_by_role("dialog", name="Show this text to both sides?")
    expect(dialog).to_be_visible()
    expect(page.get_by_label("Private note")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Private note")).to_be_checked()
    expect(text(page)).to_be_focused()
    page.locator("[value=shared]").click()
    dialog.get_by_role("button", name="Let both sides read it").click()
    expect(page.get_by_label("Note to both sides")).to_be_checked()
    expect(text(page)).to_have_value("The repository is full")
    page.get_by_role("button", name="Send to both sides").click()
    expect(page.locator(".said").last).to_contain_text("The repository is full")
    assert told(cast, ticket, cast.harbor, Kind.REPLY)[1:] == ["The repository is full"]


def test_a_page_tells_what_came_without_touching_what_one_writes(cast: Cast, ticket: Ticket, signed_in: SignIn, beside: Beside) -> None:
    page, iris = signed_in("Tess"), beside("Iris")
    page.goto(address(ticket))
    text(page).fill("My own words")
    text(page).press("ArrowLeft")
    iris.goto(address(ticket))
    with saved(iris):
        text(iris).fill("Yes: licence not found")
    expect(page.locator("#here")).to_contain_text("Iris is writing.")
    expect(iris.locator("#here")).to_contain_text("Tess is writing.")
    iris.get_by_role("button", name="Send reply").click()
    expect(page.locator("#thread .said").last).to_contain_text("Yes: licence not found")
    expect(page.locator("#changed")).to_be_empty()
    expect(text(page)).to_be_focused()
    assert text(page).evaluate("one => [one.value, one.selectionStart]") == ["My own words", 11]
    say(cast, "Ivo", tickets.take, ticket)
    expect(page.locator("#changed")).to_contain_text("Ivo took this")
    assert text(page).evaluate("one => [one.value, one.selectionStart]") == ["My own words", 11]
    expect(text(page)).to_be_focused()
    assert page.locator("#live").text_content() == ""
    assert not page.faults  # type: ignore[attr-defined]


def test_e7_that_a_private_note_is_being_written_shows_to_its_own_side_alone(
    cast: Cast, ticket: Ticket, signed_in: SignIn, beside: Beside
) -> None:
    page, tariq, iris = signed_in("Tess"), beside("Tariq"), beside("Iris")
    page.goto(address(ticket))
    page.get_by_label("Private note").check()
    with saved(page):
        text(page).fill("Between us")
    for one in (tariq, iris):
        one.goto(address(ticket))
    expect(tariq.locator("#here")).to_contain_text("Tess writes a private note.")
    expect(iris.locator("#here")).to_contain_text("Tess is here.")


def test_people_are_named_by_keys_alone_and_a_private_note_names_ones_own_side(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    page = signed_in("Tess")
    page.goto(address(ticket))
    text(page).press_sequentially("Ask @I")
    names = page.get_by_role("listbox", name="People you may name").get_by_role("option")
    expect(names).to_have_text(["Iris", "Ivo"])
    text(page).press("ArrowDown")
    expect(names.nth(1)).to_have_attribute("aria-selected", "true")
    text(page).press("Enter")
    expect(text(page)).to_have_value("Ask @Ivo ")
    expect(names.first).to_be_hidden()
    text(page).fill("")
    page.get_by_label("Private note").check()
    text(page).press_sequentially("@")
    expect(names).to_have_text(["Provider administrator", "Tariq"])
    text(page).press("Escape")
    expect(names.first).to_be_hidden()
    expect(text(page)).to_have_value("@")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_for_everyone_in_every_mode(cast: Cast, ticket: Ticket, signed_in: SignIn, beside: Beside, theme: str) -> None:
    say(cast, "Iris", tickets.reply, ticket, "Log attached.", Audience.SHARED)
    with cast.as_("Tess") as tess:
        tickets.add_canned("Thanks", "Thank you, {requester}.", by=tess, at=timezone.now())
    iris = beside("Iris")
    iris.goto(address(ticket))
    with saved(iris):
        text(iris).fill("Look")
    page = signed_in("Tess")
    problems = []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for mode in ("public", "shared", "private"):
            page.goto(address(ticket))
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            text(page).fill("")
            page.locator(f"[name=mode][value={mode}]").click()
            text(page).press_sequentially("@")
            problems += [f"{width} {mode}: {one}" for one in axe(page, ALL)]
            if over := page.evaluate(OVERFLOW):
                problems.append(f"{width} {mode}: {over} px too wide")
            with saved(page):
                text(page).fill(f"{mode} at {width}")
    for more in ("", f"share/{note_of(cast, ticket)}/", f"blank/{note_of(cast, ticket)}/"):
        page.goto(address(ticket, more))
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        problems += [f"{more}: {one}" for one in axe(page, ALL)]
    assert not problems


def note_of(cast: Cast, ticket: Ticket) -> int:
    """Return Tess's own note."""
    with cast.scope(side=cast.northwind):
        return Event.objects.for_tenant(cast.harbor).of(ticket.pk).own_notes(cast.people["Tess"].pk).earliest("id").pk


def test_everything_works_without_script(cast: Cast, ticket: Ticket, beside: Beside) -> None:
    with cast.as_("Tess") as tess:
        tickets.add_canned("Thanks", "Thank you, {requester}.", by=tess, at=timezone.now())
    page = beside("Tess", java_script_enabled=False)
    page.goto(address(ticket))
    text(page).fill("It is solved.")
    page.get_by_label("A reply that is ready").select_option("Thanks")
    page.get_by_role("button", name="Put it in").click()
    expect(text(page)).to_have_value("It is solved.\n\nThank you, Iris.")
    page.get_by_label("Attach").set_input_files({"name": "a.log", "mimeType": "text/html", "buffer": b"02:14 done"})
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".said").last).to_contain_text("Thank you, Iris.")
    expect(page.get_by_role("link", name="a.log")).to_be_visible()
    page.get_by_role("button", name="Follow this ticket").click()
    expect(page.locator("#follow")).to_contain_text("Tess follows this ticket.")
    page.locator("[value=private]").focus()
    page.keyboard.press("Enter")
    assert told(cast, ticket, cast.northwind, Kind.NOTE) == ["Storage quote is with the office."]
    page.get_by_role("link", name="Show to both sides").click()
    page.get_by_role("button", name="Send this text to both sides").click()
    expect(page.locator(".said").last).to_contain_text("Storage quote is with the office.")
