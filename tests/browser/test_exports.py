"""The files of a version in a real browser: found where a version is, kept by a click, at every width."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from responsibilities.actions import drafting
from responsibilities.exporters import appendix
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import problems_of
from tests.cast import Cast
from tests.responsibilities import agreeing, pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
VERSIONS = "/harbor-dental/matrix/versions/"
KEPT = os.environ.get("COMANAGED_PICTURES", "")  # a folder for pictures, to look at


def pictured(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody wants one."""
    if KEPT:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(KEPT) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})


@pytest.fixture
def agreed(world: Cast) -> Cast:
    """A version in force, and the next one begun."""
    at = timezone.now()
    agreeing.in_force(world, at)
    with world.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=at)
    return world


def test_every_file_of_a_version_is_kept_by_a_click(agreed: Cast, signed_in: SignIn) -> None:
    page = signed_in("Lena")
    page.goto(f"{VERSIONS}1/")
    pictured(page, "version")
    names = []
    for link in page.locator("a[download]").all():
        with page.expect_download() as waiting:
            link.click()
        names.append(waiting.value.suggested_filename)
        if waiting.value.suggested_filename.endswith(".pdf"):
            assert "Signed by Tess" in pdf.whole(Path(waiting.value.path()).read_bytes())
    assert names == [
        "Harbor Dental, appendix, version 1.pdf",
        "Harbor Dental, responsibility matrix, version 1.xlsx",
        "Harbor Dental, responsibility matrix, version 1.csv",
        "Harbor Dental, NIST SP 800-171 responsibilities, version 1.xlsx",
        "Harbor Dental, NIST SP 800-171 responsibilities, version 1.csv",
        "Harbor Dental, customer responsibility matrix, version 1.xlsx",
    ]
    assert page.url.endswith(f"{VERSIONS}1/"), "nothing was opened"
    assert page.faults == []  # type: ignore[attr-defined]


def test_the_pages_that_lead_to_files_are_in_order(agreed: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    page = signed_in("Iris")
    page.goto(VERSIONS)
    pictured(page, "versions")
    page.goto(f"{VERSIONS}2/")
    pictured(page, "draft")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Appendix to print, PDF").click()
    assert waiting.value.suggested_filename == "Harbor Dental, appendix, version 2, draft, not signed.pdf"
    monkeypatch.setattr(appendix, "MOST", 3)
    problems = [problem for address in ("", "1/", "2/", "1/appendix/") for problem in problems_of(page, VERSIONS + address)]
    assert page.goto(f"{VERSIONS}1/appendix.pdf").status == 422  # type: ignore[union-attr]
    pictured(page, "not-exported")
    problems += [one for one in problems_of(page, f"{VERSIONS}1/appendix.pdf") if "title" not in one]
    faults = [one for one in page.faults if "422" not in one]  # type: ignore[attr-defined]
    assert not problems + faults, "\n".join(problems + faults)
