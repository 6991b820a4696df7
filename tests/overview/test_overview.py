"""The page of leadership: the same answers as everywhere, nothing hidden, each count opens its list."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from comanaged.overview import queries
from comanaged.vocabulary import Hours
from responsibilities import catalogue
from responsibilities import queries as responsibilities
from responsibilities.queries import board as questions
from tests.browser.world import make_world
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OVERVIEW = "/harbor-dental/overview/"
TUESDAY_NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # 12:00 in Chicago
TUESDAY_NIGHT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 02:00 in Chicago
SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def board(cast: Cast, at: datetime) -> queries.Board:
    with cast.as_("Lena"):
        return queries.board(cast.harbor, at, cast.harbor.pk)


@pytest.mark.parametrize("name", ["Lena", "Auditor", "Iris", "Tess"])
def test_it_opens_for_those_who_lead_or_look(cast: Cast, name: str) -> None:
    page = cast.browser(name).get(OVERVIEW)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(question.text.replace("'", "&#x27;") in text for question in catalogue.questions())


def test_technicians_are_told_who_may_and_strangers_find_nothing(cast: Cast) -> None:
    refused = cast.browser("Ivo").get(OVERVIEW)
    assert refused.status_code == 403
    assert "Leadership" in refused.content.decode()
    assert cast.browser("Olga").get(OVERVIEW).status_code == 404
    assert cast.browser("Pine's manager").get(OVERVIEW).status_code == 404
    assert Client().get(OVERVIEW).status_code == 302


@pytest.mark.parametrize("at", [TUESDAY_NOON, TUESDAY_NIGHT, SUNDAY, *(TUESDAY_NOON + timedelta(hours=7 * step) for step in range(1, 25))])
def test_the_answers_are_those_of_the_matrix_for_the_same_moment(cast: Cast, at: datetime) -> None:
    shown = board(cast, at)
    with cast.as_("Lena"):
        for question, one in zip(catalogue.questions(), shown.asks, strict=True):
            duty = questions.answer_of(responsibilities.compiled_of(cast.harbor.pk, at), question.duties[0], at)
            answer = responsibilities.who_answers(cast.harbor.pk, question.duties[0], duty.from_at or at)
            assert (one.subject, one.because) == (answer.subject, answer.because)
            assert bool(one.waits) == (duty.from_at is not None)


def test_nobody_is_tinted_worded_and_counted(cast: Cast) -> None:
    night = board(cast, TUESDAY_NIGHT)
    holes = [one for one in night.asks if one.bad]
    assert holes
    answered = queries.NUMBERS[13 - len(holes)].capitalize()
    assert night.sentence.startswith(f"{answered} of thirteen questions have somebody")
    assert all(one.subject == "nobody" for one in holes if not one.gaps)


def test_a_duty_that_need_not_be_covered_yet_tells_from_when(cast: Cast) -> None:
    by_key = dict(zip((question.key for question in catalogue.questions()), board(cast, TUESDAY_NOON).asks, strict=True))
    alerts = by_key["after-hours-alerts"]
    assert alerts.waits == "from 17:30:"
    assert alerts.bad, "nobody watches tonight, and noon does not hide it"
    sunday = dict(zip((question.key for question in catalogue.questions()), board(cast, SUNDAY).asks, strict=True))
    assert any(one.waits.startswith("from Monday 07:30") for one in sunday.values())


def test_the_glyph_agrees_with_the_answers_of_both_halves(cast: Cast) -> None:
    with cast.as_("Lena"):
        matrix = responsibilities.matrix_of(cast.harbor.pk, TUESDAY_NOON)
    assert matrix.calendar.includes(Hours.BUSINESS, TUESDAY_NOON)
    day, night = board(cast, TUESDAY_NOON), board(cast, TUESDAY_NIGHT)
    for noon, dark in zip(day.asks, night.asks, strict=True):
        assert (noon.day, noon.night) == (dark.day, dark.night)
        if not noon.waits:
            assert noon.party == noon.day
        if not dark.waits:
            assert dark.party == dark.night


def test_every_link_of_the_page_leads_somewhere(cast: Cast) -> None:
    lena = cast.browser("Lena")
    text = lena.get(OVERVIEW).content.decode()
    for address in sorted(set(re.findall(r'href="(/harbor-dental/[^"#]*)"', text))):
        assert lena.get(address.replace("&amp;", "&")).status_code == 200, address


ROWS = {
    "findings": r'class="sev"',
    "tickets": r'<tr id="t-\d+"',
    "alerts": r'<a class="subj" href="/harbor-dental/alerts/',
}


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_every_figure_opens_a_list_of_that_length(cast: Cast) -> None:
    make_world(cast)
    lena = cast.browser("Lena")
    with cast.as_("Lena"):
        shown = queries.board(cast.harbor, datetime.now(UTC), cast.harbor.pk).figures
    assert sum(figure.number > 0 for figure in shown) == 6
    for figure in shown:
        text = lena.get(figure.address).content.decode()
        listed = next((pattern for name, pattern in ROWS.items() if f"/{name}/" in figure.address), None)
        if listed:
            assert len(re.findall(listed, text)) == figure.number, figure.address


def test_the_page_asks_the_database_a_fixed_number_of_times(cast: Cast, django_assert_max_num_queries: object) -> None:
    lena = cast.browser("Lena")
    lena.get(OVERVIEW)  # the matrix is kept in the process from the first time on
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        assert lena.get(OVERVIEW).status_code == 200
