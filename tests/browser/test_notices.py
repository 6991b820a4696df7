"""Choosing what one is told, in a browser."""

from tests.browser.conftest import SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast

PAGE = "/account/notices/"


def test_somebody_chooses_what_to_be_told_and_sees_it_again(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Ivo")
    problems = problems_of(page, PAGE)
    page.get_by_role("group", name="Somebody writes on a ticket").get_by_label("With others, once a day").check()
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_role("button", name="Keep this").click()
    page.get_by_role("link", name="Say when the quiet hours end").click()
    assert page.evaluate("document.activeElement.name") == "quiet_until"
    page.get_by_label("Quiet until").fill("06:30")
    page.get_by_role("button", name="Keep this").click()
    page.get_by_text("Kept.").wait_for()
    assert page.get_by_role("group", name="Somebody writes on a ticket").get_by_label("With others, once a day").is_checked()
    assert page.get_by_label("Quiet until").input_value() == "06:30"
    assert not problems, "\n".join(problems)
