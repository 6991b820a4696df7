"""Every page that a person can reach by links: readable by everyone, at every width, without a fault in the console."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.browser.conftest import SignIn
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]

TITLE = re.compile(r"^(Error: )?.+ - .+$")
WIDTHS = (320, 390, 1024, 1440)
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ((390, "light", ALL), (390, "dark", ["color-contrast"]), (1440, "dark", ALL), (1440, "light", ["color-contrast"]))
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)"
AXE = Axe().axe_script
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def kind_of(address: str) -> str | None:
    """Return which page an address is, whatever row it shows; None for what is no page of ours."""
    path = urlsplit(address).path
    if path.startswith(("/static/", "/api/v1/schema")):
        return None
    try:
        return resolve(path).route
    except Resolver404:
        return path


def reachable(page: Page, start: str) -> list[str]:
    """Return one address for every kind of page reachable from `start`; a link that leads nowhere is a failure."""
    found: dict[str, str] = {}
    waiting = [start]
    broken = []
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if kind is None or kind in found:
            continue
        answer = page.goto(address)
        if answer is None or answer.status >= 400:
            broken.append(f"{address}: {answer.status if answer else 'no answer'}")
        found[kind_of(page.url) or kind] = found[kind] = urlsplit(page.url)._replace(scheme="", netloc="", fragment="").geturl()
        own = urlsplit(page.url).netloc
        waiting += [link for link in page.evaluate(LINKS) if urlsplit(link).netloc == own]
    assert not broken, "\n".join(broken)
    return sorted(set(found.values()))


def problems_of(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page, in words."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    problems = []
    if not TITLE.match(page.title()):
        problems.append(f"title {page.title()!r}")
    if (count := page.locator("h1").count()) != 1:
        problems.append(f"{count} h1")
    if inline := page.locator("[style], style, script:not([src]):not([type='application/json'])").count():
        problems.append(f"{inline} inline styles or scripts")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (over := page.evaluate(OVERFLOW)) > 0:
            problems.append(f"{over} px too wide at {width}")
    for width, theme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        problems += [f"{theme} {width}: {text}" for text in axe(page, rules)]
    return [f"{address}: {problem}" for problem in problems]


def axe(page: Page, rules: list[str]) -> list[str]:
    """Return axe-core's violations in short."""
    page.wait_for_load_state()
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    options = {"runOnly": rules, "resultTypes": ["violations"], "iframes": False}
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
    return [f"{one['id']} at {' '.join(one['nodes'][0]['target'])} ({len(one['nodes'])})" for one in found]


def test_every_page_that_somebody_reaches_is_in_order(world: Cast, signed_in: SignIn) -> None:
    seen: set[str | None] = set()
    problems = []
    for name in ("Iris", "Tess", "Lena", "Jo"):
        page = signed_in(name)
        fresh = {kind_of(address): address for address in reachable(page, "/") if kind_of(address) not in seen}
        seen.update(fresh)
        problems += [f"{name} {problem}" for address in fresh.values() for problem in problems_of(page, address)]
        problems += page.faults  # type: ignore[attr-defined]
    assert not problems, "\n".join(problems)


def test_the_pages_before_signing_in_are_in_order(page: Page) -> None:
    asking = "/harbor-dental/requests/sign-in/"
    addresses = ("/sign-in/", "/account/password/reset/", "/not/here/at/all/", asking, f"{asking}code/")
    problems = [problem for address in addresses for problem in problems_of(page, address)]
    assert not problems, "\n".join(problems)


def test_the_page_of_a_refusal_is_in_order(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("Ivo")
    problems = problems_of(page, "/harbor-dental/overview/")
    assert not problems, "\n".join(problems)
    assert "Leadership" in page.locator("main").inner_text()
