"""Versions in a real browser: readable at every width, signed by keyboard, printed as an appendix."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from comanaged.vocabulary import Letter, Party
from responsibilities import actions
from responsibilities.actions import drafting
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast
from tests.responsibilities import agreeing
from tests.responsibilities.agreeing import open_one

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
BASE = "/harbor-dental/matrix/versions/"
PAGES = ("", "1/", "2/", "2/?show=whole", "1..2/", "2..2/", "2/appendix/")


def write(cast: Cast, name: str, duty: str, cell: tuple[Party, Letter], at: datetime) -> None:
    with cast.as_(name) as person:
        party, letter = cell
        line = open_one(cast).rows.get(duty__key=duty, place=None)
        actions.set_letter(duty, party, letter, seen=line.stamp, by=person, at=at)


@pytest.fixture
def drafted(world: Cast) -> Cast:
    """A version in force, and a draft of the next in which both sides changed something."""
    at = timezone.now()
    agreeing.in_force(world, at)
    with world.as_("Tess") as tess:
        drafting.begin_draft(by=tess, at=at)
    write(world, "Tess", "backup.jobs", (Party.PROVIDER, Letter.R), at)
    write(world, "Iris", "support.intake", (Party.LEADERSHIP, Letter.A), at)
    write(world, "Iris", "governance.matrix", (Party.VENDOR, Letter.I), at)
    return world


def test_the_pages_of_versions_are_in_order(drafted: Cast, signed_in: SignIn) -> None:
    page = signed_in("Iris")
    problems = [problem for address in PAGES for problem in problems_of(page, BASE + address)]
    assert not problems + page.faults, "\n".join(problems + page.faults)  # type: ignore[attr-defined]


def test_a_version_is_proposed_and_signed_by_keyboard(drafted: Cast, signed_in: SignIn) -> None:
    with drafted.scope():
        agreeing.accept_all(drafted, timezone.now())
    page = signed_in("Iris")
    page.goto(f"{BASE}2/")
    page.get_by_role("button", name="Propose to the other side").press("Enter")
    page.wait_for_url(f"**{BASE}2/")
    page.get_by_label("Type your name to sign").press_sequentially("Iris")
    page.keyboard.press("Enter")
    page.get_by_text("You signed version 2").wait_for()
    page = signed_in("Tess")
    page.goto(f"{BASE}2/")
    name = page.get_by_label("Type your name to sign")
    name.press_sequentially("Tariq")
    name.press("Enter")
    page.get_by_role("alert").get_by_text("as it stands in your account: Tess").wait_for()
    assert page.get_by_label("Type your name to sign").input_value() == "Tariq"
    assert page.title().startswith("Error: ")
    page.get_by_label("Type your name to sign").fill("Tess")
    page.keyboard.press("Enter")
    page.get_by_text("Version 2 is in force from now on").wait_for()
    assert "every line reads as the text does" in page.locator("main").inner_text()


def test_the_appendix_prints_on_landscape_sheets_with_its_mark_on_each(drafted: Cast, signed_in: SignIn, tmp_path: Any) -> None:
    page = signed_in("Iris")
    page.goto(f"{BASE}1/appendix/")
    printed = page.pdf(path=tmp_path / "appendix.pdf", prefer_css_page_size=True)
    sheets = printed.count(b"/Type /Page\n")
    assert 2 <= sheets <= 6
    page.emulate_media(media="print")
    mark = page.locator(".sheet-mark")
    assert "Content mark" in mark.inner_text()
    assert mark.evaluate("one => getComputedStyle(one).display") == "table-footer-group", "so it stands on every sheet"
    assert page.locator("thead").evaluate("one => getComputedStyle(one).display") == "table-header-group"
    assert not page.locator("nav.side").is_visible()
