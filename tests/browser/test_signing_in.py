"""Signing in as people do it: typed, by passkey, and the frame's own controls."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import SignIn
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
ACCOUNT = "/account/"


def test_a_wrong_password_is_said_once_and_takes_the_focus(cast: Cast, page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Email").fill("iris@example.test")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).press("Enter")
    expect(page).to_have_title("Error: Sign in - Comanaged")
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_label("Email").input_value() == "iris@example.test"
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/harbor-dental/**")


def test_a_late_script_takes_the_focus_from_nobody_who_writes_already(cast: Cast, page: Page) -> None:
    page.goto("/sign-in/")
    late: list[Route] = []

    def hold(script: Route) -> None:
        late.append(script)

    page.route("**/app*.js", hold)
    page.get_by_label("Email").fill("iris@example.test")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).press("Enter")
    page.get_by_role("alert").wait_for()
    page.get_by_label("Password").evaluate("field => field.focus()")
    late.pop().continue_()
    page.wait_for_load_state()
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_passkey_is_added_and_signs_in_by_itself(signed_in: SignIn, context: BrowserContext) -> None:
    page = signed_in("Iris")
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}})
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm with the password").click()
    page.get_by_label("Name").fill("Iris' laptop")
    if (passwordless := page.get_by_label("Passwordless")).count():
        passwordless.check()
    page.get_by_role("button", name="Add this passkey").click()
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    assert len(devices.send("WebAuthn.getCredentials", device)["credentials"]) == 1
    context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/harbor-dental/**")
    assert not page.faults  # type: ignore[attr-defined]


def test_theme_and_density_are_kept_by_the_server(signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto(ACCOUNT)
    page.get_by_role("button", name="Switch light and dark").click()
    chosen = page.locator("html").get_attribute("data-theme")
    page.get_by_role("button", name="Change row density").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == chosen
    assert page.locator("html").get_attribute("data-density") == "compact"


def test_the_switcher_filters_as_one_types_and_keeps_the_section(signed_in: SignIn) -> None:
    page = signed_in("Tess")
    page.goto("/harbor-dental/people/")
    page.get_by_label("Client: Harbor Dental. Switch client").press("Enter")
    expect(page.locator("[data-filter-links]")).to_be_focused()
    page.keyboard.type("pine")
    expect(page.get_by_role("link", name="Pine Clinics")).to_be_visible()
    expect(page.locator(".menu").get_by_role("link", name="All clients")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/pine-clinics/people/")
    page.get_by_label("Client: Pine Clinics. Switch client").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Client: Pine Clinics. Switch client")).to_be_focused()


def test_single_letters_are_keys_and_dead_inside_fields(signed_in: SignIn) -> None:
    page = signed_in("Iris")
    page.goto("/harbor-dental/people/invite/")
    page.get_by_label("Name").fill("")
    page.get_by_label("Name").press_sequentially("gm?")
    assert page.get_by_label("Name").input_value() == "gm?"
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_the_whole_invitation_goes_without_script(browsers: Callable[..., BrowserContext], cast: Cast) -> None:
    page = browsers(java_script_enabled=False).new_page()
    page.goto("/sign-in/")
    page.get_by_label("Email").fill("iris@example.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/harbor-dental/people/invite/")
    page.get_by_label("E-mail address").fill("new@example.test")
    page.get_by_label("Name").fill("New colleague")
    page.get_by_label("Internal technician").check()
    page.get_by_role("button", name="Send the invitation").click()
    link = page.locator("#once").inner_text()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("A password").fill("seven grey herons at low tide")
    page.get_by_role("button", name="Make my account").click()
    page.goto("/harbor-dental/people/")
    assert "New colleague" in page.content()


def test_a_queue_is_walked_opened_and_taken_from_by_keys(world: Cast, signed_in: SignIn) -> None:
    page = signed_in("Tess")
    page.goto("/desk/queue/?side=provider")
    page.keyboard.press("j")
    first = page.locator("[data-queue] tr[aria-selected=true]")
    expect(first.locator(".subj")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    name = first.locator(".subj").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.keyboard.press("n")
    expect(page.locator("#write-text")).to_be_focused()
    page.keyboard.type("t stays a letter here")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Take this ticket")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/matrix/")
