"""The page of one duty: who answers and why, what both sides say about it, its texts, that it is still true."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.accounts.models import Engagement
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from responsibilities import actions, queries
from responsibilities.models import Assignment, Comment, Confirmation, Row, Team
from responsibilities.queries import comments, texts
from tests.cast import Cast
from tests.responsibilities.lines import clinic, give, in_force, named

pytestmark = pytest.mark.django_db
DUTY = "/harbor-dental/matrix/backup.jobs/"
DAY, NIGHT = {"at": "2026-11-24T14:00"}, {"at": "2026-11-24T22:00"}
WRITES = ["comment", "settle", "texts", "confirm"]
OWN_TABLES = ("responsibilities_", "audit_entry", "accounts_engagement")
SAID = {"authority": "Restart the service.", "first_steps": "Look at the console.", "seen": "1"}


def answer_of(page: str) -> str:
    """Return the panel of the answer, without its tags' attributes."""
    return page[page.index('<div class="answer ') : page.index("Accountable")]


def body(client: Client, query: dict[str, str] | None = None, address: str = DUTY) -> str:
    return client.get(address, query or {}).content.decode()


# --- who answers


def test_a_party_without_names_answers_by_its_queue(cast: Cast) -> None:
    page = body(cast.browser("Lena"), DAY)
    assert "The queue of Internal IT answers" in page
    assert "Until 17:30. Then nobody." in page
    assert page.count('<li class="won">') == 1


def test_nobody_is_said_with_the_reason_and_where_its_work_goes(cast: Cast) -> None:
    page = body(cast.browser("Lena"), NIGHT)
    assert "Nobody answers" in page
    assert "Because no rule&#x27;s hours hold then." in page
    assert "Work goes to" in page
    assert page.count('<li class="won">') == 1


def test_a_person_answers_until_the_rota_hands_over_and_the_next_is_named(cast: Cast) -> None:
    named(cast, "Tariq", "Tess")
    page = body(cast.browser("Lena"), NIGHT)
    assert "Tess answers" in page
    assert "Night desk, Northwind MSP" in page
    assert "Until Mon 09:00. Then Tariq." in page
    assert "Asked next: <b>the queue of Night desk</b>" in page


def test_who_is_asked_next_are_the_backups_first(cast: Cast) -> None:
    team = named(cast, "Tariq")
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).get(duty__key="backup.jobs", place=None)
        give(cast, row, person=cast.people["Tess"], rank=2)
    assert "Asked next: <b>Tess</b>, then <b>the queue of Northwind MSP</b>." in answer_of(body(cast.browser("Lena"), NIGHT))
    with cast.scope(cast.northwind):
        Team.objects.for_tenant(cast.northwind).filter(pk=team.pk).update(rota_from=None)
    page = body(cast.browser("Lena"), NIGHT)
    assert "The queue of Night desk answers" in page
    assert "Asked next: <b>Tess</b>." in page


def test_the_provider_never_answers_where_there_is_none(cast: Cast) -> None:
    named(cast)
    Engagement.objects.filter(client=cast.harbor).update(ends_at=timezone.now())
    page = body(cast.browser("Lena"))
    assert "Nobody answers" in page
    assert "no provider serves this client now" in page
    assert "the provider answers" not in page.lower()


def test_a_duty_that_need_not_be_covered_now_is_answered_for_its_next_moment(cast: Cast) -> None:
    browser = cast.browser("Lena")
    hole = body(browser, DAY, "/harbor-dental/matrix/monitoring.after-hours/")
    assert "From 17:30: nobody answers" in hole
    held = body(browser, DAY, "/harbor-dental/matrix/support.after-hours/")
    assert "From 17:30: the queue of Northwind MSP answers" in held
    assert "its work goes to" in held


def test_a_moved_moment_brings_the_answer_alone(cast: Cast) -> None:
    answer = cast.browser("Iris").get(DUTY, NIGHT, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert '<p class="sr" id="live" role="status" hx-swap-oob="true">Nobody answers.</p>' in answer
    assert 'id="which-version" hx-swap-oob="true"' in answer


def test_the_week_is_a_table_of_who_answers_with_its_holes_in_words(cast: Cast) -> None:
    page = body(cast.browser("Iris"), DAY)
    strip = page[page.index('<table class="strip">') : page.index("</table>", page.index('<table class="strip">'))]
    assert strip.count('scope="row"') == 7
    assert '<td class="internal" colspan="20"><span>Internal IT</span><span class="sr">, 07:30 to 17:30</span></td>' in strip
    assert '<td class="nobody" colspan="13"><span>nobody</span><span class="sr">, 17:30 to 24:00</span></td>' in strip
    assert re.findall(r"Nobody answers for [^.]*", page) == ["Nobody answers for 118 hours of this week that must be covered"]


def test_a_week_long_past_or_far_ahead_is_still_told_hour_by_hour(cast: Cast) -> None:
    for at in ("2026-03-04T14:00", "2027-09-01T14:00"):
        assert page_strip(cast, at).count('class="internal" colspan="20"') >= 4


def page_strip(cast: Cast, at: str) -> str:
    page = body(cast.browser("Iris"), {"at": at})
    return page[page.index('<table class="strip">') :]


# --- at a place


def test_a_place_is_told_in_its_own_time_and_others_that_differ_are_listed(cast: Cast) -> None:
    row = clinic(cast)
    with cast.scope():
        give(cast, row, hours="AFTER")
    browser = cast.browser("Iris")
    here = body(browser, {"at": "2026-11-25T02:00", "site": "eastside"})
    assert "Wed 25 November 02:00, after hours" in here
    assert "Eastside clinic, America/Denver" in here
    assert "The queue of Northwind MSP answers" in here
    assert "Rules of Eastside clinic come before those of the whole client." in here
    everywhere = body(browser, NIGHT)
    assert "Nobody answers" in everywhere
    assert '?site=eastside&amp;at=2026-11-24T22%3A00">Eastside clinic</a>' in everywhere


def test_a_place_the_client_never_had_is_not_here(cast: Cast) -> None:
    browser = cast.browser("Iris")
    assert [browser.get(DUTY, {"site": site}).status_code for site in ("nowhere", "\x00", "x" * 5000)] == [404, 404, 404]


# --- what was agreed


def test_each_rule_of_the_trace_leads_to_its_line(cast: Cast) -> None:
    page = body(cast.browser("Iris"), DAY)
    with cast.scope():
        row = Assignment.objects.for_tenant(cast.harbor).get(row__duty__key="backup.jobs", letter="R")
    assert f'<a href="#rule-{row.pk}">This line</a>' in page
    assert f'id="rule-{row.pk}"' in page


def test_a_line_says_which_version_set_it_and_what_the_draft_would_change(cast: Cast) -> None:
    in_force(cast)
    with cast.as_("Iris") as iris:
        actions.begin_draft(by=iris, at=timezone.now())
    browser = cast.browser("Iris")
    assert "would change this duty" not in body(browser)
    with cast.scope():
        draft = queries.open_version(cast.harbor.pk)
        give(cast, Row.objects.for_tenant(cast.harbor).get(version=draft, duty__key="backup.jobs", place=None), hours="AFTER")
    page = body(browser)
    assert "<title>Backup job monitoring, version 1 - Harbor Dental</title>" in page
    assert "Set in version 1" in page
    assert "The draft of version 2 would change this duty: “Northwind MSP does it at night”." in page
    assert "Change in draft 2" in page
    assert "/cell/" not in page, "what is in force is not edited"


def test_what_is_in_force_leads_to_the_draft_or_to_a_new_one(cast: Cast) -> None:
    in_force(cast)
    assert "Edit in a new draft</button>" in body(cast.browser("Tess"))
    assert "Edit in a new draft" not in body(cast.browser("Ivo"))
    cast.browser("Tess").post("/harbor-dental/matrix/draft/begin/")
    assert '/harbor-dental/matrix/draft/#d-backup-jobs"' in body(cast.browser("Iris"))
    assert "Edit in draft 2" in body(cast.browser("Iris"))


def test_a_finding_is_cured_in_the_line_of_its_place(cast: Cast) -> None:
    row = clinic(cast, stamp=7)
    with cast.as_("Iris") as iris:
        give(cast, row, letter="R", party="", hours="ALWAYS")
        actions.findings.recheck(row.version, by=iris, at=timezone.now())
    page = body(cast.browser("Iris"), {"site": "eastside"})
    cures = page[page.index("<h2>Findings</h2>") : page.index("<h2>Still true?</h2>")]
    assert '<input type="hidden" name="seen" value="7">' in cures
    assert '<input type="hidden" name="place" value="eastside">' in cures
    assert '<input type="hidden" name="seen" value="1">' in cures


# --- comments


def test_a_comment_is_read_by_both_sides_and_told_once_to_the_other_sides_managers(cast: Cast) -> None:
    answer = cast.browser("Ivo").post(DUTY + "comment/", {"text": "Who looks at it on Sunday?"})
    assert (answer.status_code, answer.headers["Location"]) == (302, DUTY + "#comments")
    page = body(cast.browser("Tariq"))
    assert "Who looks at it on Sunday?" in page
    assert '<span class="side-of internal">Ivo</span>' in page
    assert '<span class="tag">1 open</span>' in page
    with cast.scope():
        told = Notice.objects.for_tenant(cast.harbor).filter(key__startswith="comment:")
        assert sorted(notice.to_name for notice in told) == ["Provider administrator", "Tess"]
        assert "Who looks at it on Sunday?" in told[0].text
        assert comments.open_by_duty(cast.harbor.pk) == {"backup.jobs": 1}
    with cast.scope(cast.pine):
        assert comments.open_by_duty(cast.pine.pk) == {}


def test_either_side_settles_a_comment_and_the_first_stays_named(cast: Cast) -> None:
    cast.browser("Lena").post(DUTY + "comment/", {"text": "Is it worth the cost?"})
    with cast.scope():
        said = Comment.objects.for_tenant(cast.harbor).get()
    for name in ("Tariq", "Iris"):
        assert cast.browser(name).post(DUTY + "settle/", {"comment": said.pk}).status_code == 302
    with cast.scope():
        said.refresh_from_db()
        assert (said.settled_by, comments.open_by_duty(cast.harbor.pk)) == ("Tariq", {})
        assert Entry.objects.for_tenant(cast.harbor).filter(action="comment.settled").count() == 1
    assert "settled by Tariq" in body(cast.browser("Iris"))


def test_a_comment_may_be_about_one_place(cast: Cast) -> None:
    clinic(cast)
    answer = cast.browser("Tess").post(DUTY + "comment/?site=eastside", {"text": "The clinic has no console.", "place": "eastside"})
    assert answer.headers["Location"] == DUTY + "?site=eastside#comments"
    assert "about Eastside clinic" in body(cast.browser("Iris"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": "  "}, "Write what you want both sides to read."),
        ({"text": "x" * 2001}, "Say it in 2,000 characters or fewer."),
        ({"text": "Kept words", "place": "nowhere"}, "There is no such place any more."),
    ],
)
def test_a_comment_that_cannot_be_said_keeps_what_was_typed(cast: Cast, said: dict[str, str], words: str) -> None:
    answer = cast.browser("Iris").post(DUTY + "comment/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(words) == 2, "in the summary and at the field"
    assert said["text"].strip() in page
    assert "<title>Error: " in page


@pytest.mark.parametrize("comment", ["", "x", "0", "999999999", str(2**70)])
def test_a_comment_that_is_not_there_cannot_be_settled(cast: Cast, comment: str) -> None:
    answer = cast.browser("Iris").post(DUTY + "settle/", {"comment": comment})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()


# --- texts


def test_texts_are_written_in_the_draft_and_read_by_whoever_answers(cast: Cast) -> None:
    browser = cast.browser("Iris")
    form = body(browser, address=DUTY + "texts/")
    assert "Draft of version 1" in form
    assert 'name="seen" value="1"' in form
    assert browser.post(DUTY + "texts/", SAID).headers["Location"] == DUTY + "#texts"
    page = body(cast.browser("Tariq"))
    assert "<p>Restart the service.</p>" in page
    assert "<p>Look at the console.</p>" in page
    assert "changed the first steps" in page
    assert "version 1</span>" in page
    assert "Change" not in page[page.index('id="texts"') : page.index("May be done without asking")], "Tariq writes no draft"


def test_a_place_inherits_a_text_it_leaves_blank(cast: Cast) -> None:
    clinic(cast, first_steps="Call the front desk.", stamp=4)
    browser = cast.browser("Iris")
    browser.post(DUTY + "texts/", SAID)
    with cast.scope():
        version = queries.version_at(cast.harbor.pk, timezone.now())
        there, everywhere = (texts.texts_of(version, "backup.jobs", place) for place in ("eastside", ""))
    assert (there.authority, there.first_steps) == ("Restart the service.", "Call the front desk.")
    assert (there.authority_from, there.first_steps_from, there.source) == (
        "every place",
        "Eastside clinic",
        "every place, Eastside clinic",
    )
    assert (everywhere.first_steps, everywhere.source) == ("Look at the console.", "every place")
    assert "Call the front desk." in body(browser, {"site": "eastside"})


def test_a_place_without_a_line_gets_one_for_its_texts(cast: Cast) -> None:
    clinic(cast, duty="backup.restore-tests")
    answer = cast.browser("Tess").post(DUTY + "texts/", SAID | {"place": "eastside", "seen": "0"})
    assert answer.status_code == 302
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).get(duty__key="backup.jobs", place__key="eastside")
    assert row.authority == "Restart the service."


def test_a_stale_text_shows_both_and_can_be_insisted_on(cast: Cast) -> None:
    browser = cast.browser("Iris")
    cast.browser("Tess").post(DUTY + "texts/", SAID | {"authority": "Call first."})
    answer = browser.post(DUTY + "texts/", SAID)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Call first." in page
    assert "Restart the service." in page
    assert 'name="seen" value="2"' in page
    assert browser.post(DUTY + "texts/", SAID | {"seen": "2"}).status_code == 302
    assert "Restart the service." in body(browser)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"authority": "", "first_steps": ""}, "These are the texts already."),
        ({"authority": "x" * 4001}, "Say it in 4,000 characters or fewer."),
        ({"seen": "soon"}, "whole number"),
    ],
)
def test_a_text_that_cannot_be_saved_keeps_what_was_typed(cast: Cast, said: dict[str, str], words: str) -> None:
    answer = cast.browser("Iris").post(DUTY + "texts/", SAID | said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert (SAID | said)["authority"] in page


def test_what_is_signed_has_no_texts_to_write(cast: Cast) -> None:
    in_force(cast)
    browser = cast.browser("Iris")
    assert "There is no draft to write in." in body(browser, address=DUTY + "texts/")
    assert browser.post(DUTY + "texts/", SAID).status_code == 422
    assert "texts/" not in body(browser)


@pytest.mark.parametrize("address", [DUTY + "texts/?place=nowhere", "/harbor-dental/matrix/no.such-duty/texts/"])
def test_texts_of_what_the_client_does_not_have_are_not_here(cast: Cast, address: str) -> None:
    assert cast.browser("Iris").get(address).status_code == 404


# --- still true


def test_a_manager_confirms_that_it_is_still_true(cast: Cast) -> None:
    assert "Nobody confirmed it yet." in body(cast.browser("Lena"))
    assert cast.browser("Tess").post(DUTY + "confirm/").status_code == 302
    page = body(cast.browser("Lena"))
    assert '<span class="side-of provider">Tess</span>' in page
    assert "confirmed it on" in page
    assert "Still true</button>" not in page
    with cast.scope():
        assert [one.name for one in Confirmation.objects.for_tenant(cast.harbor)] == ["Tess"]
        assert Entry.objects.for_tenant(cast.harbor).filter(action="duty.confirmed").count() == 1


# --- who may


@pytest.mark.parametrize(
    ("verb", "name", "status"),
    [
        ("comment", "Auditor", 403),
        ("settle", "Auditor", 403),
        *(("texts", name, 403) for name in ("Ivo", "Lena", "Auditor", "Tariq")),
        *(("confirm", name, 403) for name in ("Ivo", "Lena", "Auditor", "Tariq")),
        *((verb, name, 404) for verb in WRITES for name in ("Olga", "Pine's manager")),
    ],
)
def test_others_write_nothing_here(cast: Cast, verb: str, name: str, status: int) -> None:
    answer = cast.browser(name).post(f"{DUTY}{verb}/", {"text": "x", "comment": "1"} | SAID)
    assert answer.status_code == status
    if status == 403:
        assert "Internal IT manager" in answer.content.decode()


@pytest.mark.parametrize("verb", ["comment", "settle", "confirm"])
def test_what_is_written_is_never_a_get(cast: Cast, verb: str) -> None:
    assert cast.browser("Iris").get(f"{DUTY}{verb}/").status_code == 405


@pytest.mark.parametrize("verb", ["comment", "confirm"])
def test_a_duty_that_is_not_there_is_not_written_about(cast: Cast, verb: str) -> None:
    assert cast.browser("Iris").post(f"/harbor-dental/matrix/no.such-duty/{verb}/", {"text": "x"}).status_code == 404


def test_the_number_of_questions_to_the_database_is_fixed(cast: Cast) -> None:
    browser = cast.browser("Iris")
    browser.get(DUTY)
    cast.browser("Iris").post(DUTY + "comment/", {"text": "One."})
    cast.browser("Iris").post(DUTY + "comment/", {"text": "Two."})
    browser.get(DUTY)
    with CaptureQueriesContext(connection) as caught:
        browser.get(DUTY)
    own = [query["sql"] for query in caught if any(table in query["sql"] for table in OWN_TABLES)]
    assert len(own) == 17, "\n".join(own)
