"""A client's own sheet, brought and checked in a real browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from comanaged import background
from comanaged.celery import app
from comanaged.vocabulary import Letter, Party
from responsibilities.actions import editing
from responsibilities.importers import CannotRead
from responsibilities.importers.reading import Reading
from responsibilities.models import Upload
from responsibilities.queries import reading
from tests.browser.conftest import Beside, SignIn
from tests.browser.test_every_page import problems_of
from tests.browser.test_hostile_text import HOSTILE, MARKS
from tests.cast import Cast, add_person
from tests.responsibilities import agreeing
from tests.responsibilities.build import newcomer
from tests.responsibilities.importing import AT, FIVE, bring, line, table
from tests.responsibilities.test_import_own import brought, taken_out

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "system"])]
SAMPLE = Path(__file__).parent.parent / "samples" / "matrices" / "manufacturer-msp-mssp.md"
SHOTS = os.environ.get("COMANAGED_SHOTS", "")


def look(page: Page, name: str) -> None:
    """Keep pictures for whoever wants to look."""
    for width in (1440, 390) if SHOTS else ():
        for theme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 1000})
            page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            page.screenshot(path=f"{SHOTS}/{name}-{theme}-{width}.png")


def test_a_sheet_becomes_a_first_draft_by_mouse_in_a_few_clicks(cast: Cast, signed_in: SignIn) -> None:
    app.loader.import_default_modules()
    vets = newcomer()
    add_person(cast, "Iris", "c_mgr", vets)
    page = signed_in("Iris")
    page.goto("/seaside-vets/matrix/start/")
    page.get_by_role("link", name="Bring your own sheet").click()
    page.set_input_files("input[name=file]", SAMPLE)
    page.get_by_role("button", name="Read this sheet").click()
    expect(page.get_by_text("Reading manufacturer-msp-mssp.md")).to_be_visible()
    look(page, "reading")
    assert background.sweep_table("responsibilities.read_upload") == 1
    expect(page.locator("#review")).to_be_visible()  # it loads itself
    look(page, "review")
    expect(page.locator(".read")).to_have_count(47)
    expect(page.locator("#write")).to_have_attribute("aria-disabled", "true")
    page.get_by_label("Yes, add R beside A").check()
    expect(page.locator("#write")).not_to_have_attribute("aria-disabled", "true")
    assert page.evaluate("document.activeElement.id") == "also-yes"
    page.get_by_role("button", name="All guesses are right").click()
    expect(page.locator("#n-guessed")).to_contain_text("all looked at")
    page.get_by_role("button", name="Write 47 rows into a first draft").click()
    expect(page.get_by_role("heading", name="Written into the draft")).to_be_visible()
    look(page, "written")
    page.get_by_role("link", name="See what blocks signing").click()
    expect(page.get_by_role("heading", name="Responsibility matrix")).to_be_visible()
    look(page, "draft")
    assert SHOTS or not page.faults  # type: ignore[attr-defined]  # a picture needs a style of its own


def test_rows_are_decided_by_keyboard_and_saved_as_one_goes(cast: Cast, signed_in: SignIn) -> None:
    bring(cast)
    page = signed_in("Iris")
    page.goto("/harbor-dental/matrix/import/1/")
    choice = page.locator("#c-0-4")
    choice.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/row/")):
        choice.select_option("vendor.assets")
    expect(page.locator("#n-unknown")).to_have_text("1 row, all looked at")
    expect(page.locator("#row-0-4")).to_contain_text("Iris")
    assert page.evaluate("document.activeElement.id") == "c-0-4"
    page.locator("#row-0-3").get_by_role("link", name="Change").press("Enter")
    page.locator("#c-0-3").wait_for()
    page.wait_for_function("() => !document.querySelector('.htmx-added, .htmx-settling, .htmx-request')")  # what came is listened to by now
    with page.expect_response(lambda answer: answer.url.endswith("/row/")):
        page.locator("#c-0-3").select_option("out")
    expect(page.locator("#foot")).to_contain_text("1 left out")
    page.reload()
    expect(page.locator("#c-0-4")).to_have_value("vendor.assets")
    assert not page.faults  # type: ignore[attr-defined]


def test_a_row_decided_by_somebody_else_is_told_beside_it(cast: Cast, signed_in: SignIn) -> None:
    bring(cast)
    page = signed_in("Iris")
    page.goto("/harbor-dental/matrix/import/1/")
    cast.browser("Tess").post("/harbor-dental/matrix/import/1/row/", {"line": "0-4", "choice": "out", "was": "own:own"})
    page.locator("#c-0-4").select_option("vendor.assets")
    expect(page.locator("#row-0-4")).to_contain_text("Tess decided on this row since you saw it")
    look(page, "clash")
    page.locator("#row-0-4").get_by_role("button", name="Put mine").click()
    expect(page.locator("#c-0-4")).to_have_value("vendor.assets")


def test_without_a_script_every_decision_has_a_button(cast: Cast, beside: Beside) -> None:
    bring(cast)
    plain = beside("Iris", java_script_enabled=False)
    plain.goto("/harbor-dental/matrix/import/1/")
    plain.get_by_label("Yes, add R beside A").check()
    plain.get_by_role("button", name="Save this answer").click()
    expect(plain.get_by_label("Yes, add R beside A")).to_be_checked()
    plain.locator("#c-0-4").select_option("later")
    plain.locator("#row-0-4").get_by_role("button", name="Save").click()
    expect(plain.locator("#foot")).to_contain_text("1 decided later")
    plain.get_by_role("button", name="Write 4 rows into the draft").click()
    expect(plain.get_by_role("button", name="Decide the 1 open row")).to_be_visible()


def test_every_state_of_a_sheet_is_in_order(cast: Cast, signed_in: SignIn) -> None:
    odd = table(*(line(number, f"{'Zebra ' * 12}{number}", "A (oversight of everything)", "R", "x", "C") for number in range(1, 4)))
    odd = table(*odd.lines, parties=("CIO", "Zebra", "MSP", "Northwind MSP"), sheet="Sheet with a rather long name")
    bring(cast, Reading("xlsx", (odd, *FIVE.tables), ((1, "A title"), (9, "Footnote"))), content=b"two")
    bring(cast, FIVE, content=b"one")
    bring(cast, CannotRead("This is no spreadsheet that can be read. Save it as XLSX again."), content=b"three")
    page = signed_in("Iris")
    with cast.scope():
        Upload.objects.for_tenant(cast.harbor).filter(number=2).update(
            filename="with_a_name_of_one_word_that_is_rather_long_" * 3 + ".xlsx"
        )
    problems = [problem for number in (1, 2, 3) for problem in problems_of(page, f"/harbor-dental/matrix/import/{number}/")]
    problems += problems_of(page, "/harbor-dental/matrix/import/")
    problems += problems_of(page, "/harbor-dental/matrix/import/2/?row=0-1")
    page.goto("/harbor-dental/matrix/import/1/")
    look(page, "odd")
    cast.browser("Iris").post("/harbor-dental/matrix/import/2/answer/", {"also": "yes"})
    page.goto("/harbor-dental/matrix/import/2/")
    page.locator("#write").click()
    problems += problems_of(page, "/harbor-dental/matrix/import/2/")
    assert not problems, "\n".join(problems)
    assert not page.faults  # type: ignore[attr-defined]


def test_a_sheet_of_ours_and_what_was_written_are_in_order(cast: Cast, signed_in: SignIn) -> None:
    with cast.scope():
        content = taken_out(cast)
        with cast.as_("Tess") as tess:
            for key in ("security.email", "backup.jobs"):
                stamp = agreeing.open_one(cast).rows.get(duty__key=key, place=None).stamp
                editing.set_letter(key, Party.VENDOR, Letter.C, seen=stamp, by=tess, at=AT)
    row = brought(cast, content)
    page = signed_in("Iris")
    address = f"/harbor-dental/matrix/import/{row.number}/"
    problems = problems_of(page, address)
    page.goto(address)
    look(page, "own")
    page.get_by_role("button", name="Write 2 lines into the draft").click()
    expect(page.get_by_role("heading", name="Written into the draft")).to_be_visible()
    problems += problems_of(page, address)
    assert not problems, "\n".join(problems)


def test_no_text_of_a_sheet_runs_or_becomes_markup(cast: Cast, signed_in: SignIn) -> None:
    parties = (HOSTILE, "MSP", "CIO")
    hostile = line(1, HOSTILE, f"A ({HOSTILE})", f"R ({HOSTILE})", section=HOSTILE, parties=parties, more=((HOSTILE, HOSTILE),))
    other = line(2, "Antivirus", "A", "R", parties=parties, unread=((HOSTILE, HOSTILE),), asks="section or unassigned")
    bring(cast, Reading("xlsx", (table(hostile, other, parties=parties, sheet=HOSTILE), table(other, sheet=HOSTILE)), ((1, HOSTILE),)))
    page = signed_in("Iris")
    with cast.scope():
        Upload.objects.for_tenant(cast.harbor).update(filename=HOSTILE[:200])
    address = "/harbor-dental/matrix/import/1/"
    page.goto(address)
    page.locator("select[name=column-0]").select_option("INTERNAL")
    expect(page.locator("#write")).not_to_have_attribute("aria-disabled", "true")
    seen = [address, "/harbor-dental/matrix/import/", f"{address}?row=0-2"]
    page.locator("#write").click()
    expect(page.get_by_role("heading", name="Written into the draft")).to_be_visible()
    with cast.scope():
        (key,) = [duty.key for duty in reading.duties_of(cast.harbor.pk) if reading.is_own(duty.key)]
    for path in (*seen, "/harbor-dental/matrix/", f"/harbor-dental/matrix/{key}/", "/harbor-dental/findings/", "/harbor-dental/history/"):
        page.goto(path)
        assert page.evaluate("window.hit") is None, path
        assert page.locator(MARKS).count() == 0, path
    assert not page.faults  # type: ignore[attr-defined]
