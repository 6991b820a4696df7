"""A real Chromium on the live server, signed in as a person of the cast."""

import os
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Keyboard, Locator, Page, expect, sync_playwright

from comanaged.management.commands.test import chromium as find_chromium
from tests.browser.world import make_world
from tests.cast import Cast

SignIn = Callable[[str], Page]
Beside = Callable[..., Page]
WIDE = {"width": 1440, "height": 900}
PATIENCE = 30_000  # ms, because a slow machine is no fault: nothing here waits longer than it has to

expect.set_options(timeout=PATIENCE)


def once_read(kind: type[Any], *names: str) -> None:
    """Let acts and looks wait until the page has been read to its end: what is there before knows no key and no script yet, and not all of it is there."""

    def late(act: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(act)
        def do(self: Any, *args: Any, **options: Any) -> Any:
            getattr(self, "page", self).wait_for_load_state()
            return act(self, *args, **options)

        return do

    for name in names:
        setattr(kind, name, late(getattr(kind, name)))


once_read(Locator, "click", "check", "fill", "focus", "press", "select_option", "all", "count", "is_visible")
once_read(Keyboard, "press", "type")
once_read(Page, "content", "evaluate")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium; without one the tests are skipped, in CI they fail."""
    path = find_chromium()
    if not path:
        why = "No Chromium on this machine: install the package chromium-headless-shell or chromium, or name one in COMANAGED_CHROMIUM."
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browsers(chromium: Browser, live_server: Any) -> Iterator[Callable[..., BrowserContext]]:
    """Return how to open a browser of its own, without cookies; all are closed at the end."""
    opened: list[BrowserContext] = []

    def another(**options: Any) -> BrowserContext:
        opened.append(chromium.new_context(**{"base_url": live_server.url, "viewport": WIDE, "reduced_motion": "reduce", **options}))
        opened[-1].set_default_timeout(PATIENCE)
        opened[-1].on("page", lambda tab: setattr(tab.keyboard, "page", tab))
        return opened[-1]

    yield another
    for one in opened:
        one.close()


@pytest.fixture
def context(browsers: Callable[..., BrowserContext]) -> BrowserContext:
    """Give each test a browser of its own."""
    return browsers()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return one tab that remembers what went wrong in `page.faults`."""
    tab = context.new_page()
    faults: list[str] = []
    tab.on("console", lambda line: faults.append(f"{tab.url}: {line.text}") if line.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(f"{tab.url}: {error}"))
    tab.faults = faults  # type: ignore[attr-defined]
    return tab


@pytest.fixture
def world(cast: Cast) -> Cast:
    """The cast with a day's work behind it."""
    make_world(cast)
    return cast


def be(cast: Cast, name: str, context: BrowserContext, address: str) -> None:
    session = cast.browser(name).cookies[settings.SESSION_COOKIE_NAME].value
    context.clear_cookies()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


@pytest.fixture
def signed_in(cast: Cast, page: Page, context: BrowserContext, live_server: Any) -> SignIn:
    """Return how to become somebody of the cast in this browser."""

    def become(name: str) -> Page:
        be(cast, name, context, live_server.url)
        return page

    return become


@pytest.fixture
def beside(cast: Cast, browsers: Callable[..., BrowserContext], live_server: Any) -> Beside:
    """Return how somebody of the cast opens a browser beside the others: `beside("Tess", java_script_enabled=False)`."""

    def become(name: str, **options: Any) -> Page:
        opened = browsers(**options)
        be(cast, name, opened, live_server.url)
        return opened.new_page()

    return become


@pytest.fixture(autouse=True)
def _address(settings: Any, live_server: Any) -> None:
    """Let links in mails lead to the live server."""
    settings.ADDRESS = live_server.url
