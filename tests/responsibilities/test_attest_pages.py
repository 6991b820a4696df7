"""The pages of blind answers: asking, answering fast and without leading, what came of it, where it is linked."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from responsibilities.models import Attestation, BlindAnswer, BlindQuestion
from tests.cast import Cast
from tests.responsibilities.attesting import AFTER, JOBS, OFFICE, ask, opened, say
from tests.walls.test_hostile import WORDS

pytestmark = pytest.mark.django_db
BASE = "/harbor-dental/blind/"
ANSWER = f"{BASE}answer/"


def text(answer: Any) -> str:
    """Return what a page shows, without its tags."""
    page = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def now_asked(cast: Cast, *duties: str, people: tuple[str, ...] = ("Iris", "Tess")) -> Attestation:
    return ask(cast, *duties, people=people, at=timezone.now())


def both(cast: Cast, iris: str, tess: str, duty: str = JOBS) -> None:
    say(cast, "Iris", iris, duty=duty, at=timezone.now())
    say(cast, "Tess", tess, duty=duty, at=timezone.now())


# --- asking


def test_a_manager_asks_and_those_the_matrix_names_are_chosen(cast: Cast) -> None:
    iris = cast.browser("Iris")
    page = iris.get(f"{BASE}ask/?duty={JOBS}")
    assert page.context["form"].initial["what"] == "duty"
    assert page.context["form"].initial["internal"] == [str(cast.people["Iris"].pk)]
    sent = iris.post(f"{BASE}ask/", {"what": "duty", "duty": JOBS, "internal": cast.people["Iris"].pk, "provider": cast.people["Tess"].pk})
    assert sent["Location"] == BASE
    assert "asked about 1 duty" in text(iris.get(BASE))
    with cast.scope():
        assert BlindQuestion.objects.for_tenant(cast.harbor).shut().count() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"what": "category"}, "Choose the category to ask about"),
        ({"what": "duty"}, "Choose the duty to ask about"),
        ({}, "Choose which duties to ask about"),
        ({"what": "all", "provider": ""}, "Choose at least one person of Northwind MSP"),
        ({"what": "all", "internal": "999999"}, "It is not there any more. Choose from the list."),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_is_kept(cast: Cast, said: dict[str, str], why: str) -> None:
    sent = {"internal": cast.people["Iris"].pk, "provider": cast.people["Tess"].pk} | said
    answer = cast.browser("Iris").post(f"{BASE}ask/", {name: value for name, value in sent.items() if value})
    assert answer.status_code == 422
    assert why in text(answer)
    assert "<title>Error: Ask both sides blind" in answer.content.decode()


def test_every_duty_and_those_of_high_risk_can_be_asked_about(cast: Cast) -> None:
    people = {"internal": cast.people["Iris"].pk, "provider": cast.people["Tess"].pk}
    cast.browser("Lena").post(f"{BASE}ask/", {"what": "risk"} | people)
    with cast.scope():
        risky = set(BlindQuestion.objects.for_tenant(cast.harbor).values_list("duty__risk", flat=True))
    assert risky == {4, 5}
    cast.browser("Tess").post(f"{BASE}ask/", {"what": "all"} | people)
    with cast.scope():
        assert BlindQuestion.objects.for_tenant(cast.harbor).shut().count() == 70


def test_only_who_asked_is_led_to_take_it_back(cast: Cast) -> None:
    row = now_asked(cast)
    address = f"{BASE}{row.pk}/withdraw/"
    assert address in cast.browser("Iris").get(BASE).content.decode()
    tess = cast.browser("Tess")
    assert address not in tess.get(BASE).content.decode()
    refused = tess.post(address)
    assert (refused.status_code, "only Iris can take it back" in text(refused)) == (422, True)
    assert cast.browser("Iris").post(address)["Location"] == BASE
    assert "Taken back" in text(tess.get(BASE))
    assert cast.browser("Iris").get(f"{BASE}999999/withdraw/").status_code == 404


# --- answering


def test_one_page_asks_all_and_keeps_what_was_chosen_for_later(cast: Cast) -> None:
    now_asked(cast, JOBS, AFTER, OFFICE, people=("Iris", "Ivo", "Tess"))
    ivo = cast.browser("Ivo")
    page = ivo.get(ANSWER)
    assert "0 of 3 answered" in text(page)
    assert page.content.decode().count('type="radio"') == 5 * 4, "a duty of day and night twice, one of the night once"
    sent = ivo.post(ANSWER, {f"business:{JOBS}": "us", f"after:{JOBS}": "them", f"business:{OFFICE}": "unsure"}, follow=True)
    assert "Kept: your answers about 2 duties. You can change them until they open." in sent.content.decode()
    assert "2 of 3 answered" in text(sent)
    assert len(re.findall(r'<input[^>]*name="after:backup.jobs"[^>]*value="them"[^>]*checked', sent.content.decode())) == 1
    again = ivo.post(ANSWER, {f"after:{JOBS}": "both"}, follow=True)
    assert "2 of 3 answered" in text(again), "what is left out stays as it was"


def test_us_and_them_are_named_from_where_one_stands(cast: Cast) -> None:
    now_asked(cast)
    assert "Us Northwind MSP Both Nobody Not sure" in text(cast.browser("Iris").get(ANSWER))
    assert "Us Internal IT Both Nobody Not sure" in text(cast.browser("Tess").get(ANSWER))


def test_who_is_not_asked_has_an_empty_page(cast: Cast) -> None:
    now_asked(cast)
    for name in ("Ivo", "Tariq"):
        answer = cast.browser(name).get(ANSWER)
        assert (answer.status_code, "Nobody waits for an answer of yours." in text(answer)) == (200, True)


def test_a_word_that_is_none_is_told_at_its_question(cast: Cast) -> None:
    now_asked(cast)
    answer = cast.browser("Iris").post(ANSWER, {f"business:{JOBS}": "somebody"})
    assert answer.status_code == 422
    assert "Choose one of the five answers" in text(answer)
    assert f'href="#q-business:{JOBS}' in answer.content.decode()


def test_what_opened_meanwhile_is_told_and_the_rest_is_kept(cast: Cast) -> None:
    row = now_asked(cast, JOBS, AFTER)
    both(cast, "us", "them")
    iris = cast.browser("Iris")
    late = iris.post(ANSWER, {f"business:{JOBS}": "them"})
    assert late.status_code == 409
    assert "Nobody waits for your answer about" in text(late)
    sent = iris.post(ANSWER, {f"business:{JOBS}": "them", f"after:{AFTER}": "us"}, follow=True)
    assert "open by now, so your change was not taken" in sent.content.decode()
    assert "1 of 1 answered" in text(sent)
    assert row.pk


def test_an_answer_about_what_one_is_not_asked_or_another_client_is_not_taken(cast: Cast) -> None:
    now_asked(cast, people=("Ivo", "Tess"))
    for name, address in (("Iris", ANSWER), ("Tariq", ANSWER), ("Tess", "/pine-clinics/blind/answer/")):
        assert cast.browser(name).post(address, {f"business:{JOBS}": "us", f"after:{JOBS}": "us"}).status_code == 409, name
    with cast.scope(cast.harbor, cast.pine):
        assert BlindAnswer.unscoped.count() == 0
    assert not opened(cast)


@pytest.mark.parametrize("name", ["\x00:backup.jobs", "business:\x00", "business:" + "x" * 900, "always:backup.jobs", "business:", ":"])
def test_whatever_a_field_is_called_is_no_fault(cast: Cast, name: str) -> None:
    now_asked(cast)
    assert cast.browser("Iris").post(ANSWER, {name: "us"}).status_code in (302, 409)


@pytest.mark.parametrize("word", WORDS)
def test_whatever_is_asked_for_is_no_fault(cast: Cast, word: str) -> None:
    iris = cast.browser("Iris")
    for name in ("what", "category", "duty", "internal", "provider"):
        people = {"internal": cast.people["Iris"].pk, "provider": cast.people["Tess"].pk}
        sent = iris.post(f"{BASE}ask/", {"what": "category" if name == "category" else "duty"} | people | {name: word})
        assert sent.status_code == 422, name
    for address in (f"{BASE}?show=", f"{BASE}ask/?duty="):
        assert iris.get(address + quote(word[:300])).status_code == 200


# --- what came of it


def test_the_page_says_it_in_words_the_worst_first_and_links_on(cast: Cast) -> None:
    now_asked(cast, JOBS, AFTER)
    both(cast, "them", "them")
    both(cast, "us", "us", AFTER)
    page = cast.browser("Lena").get(BASE)
    said = text(page)
    assert "0 of 2 duties: both sides and the paper say the same" in said
    assert said.index("Each names the other, so nobody may do it") < said.index("Each says that they do it")
    markup = page.content.decode()
    assert f'href="/harbor-dental/matrix/{JOBS}/#blind"' in markup
    assert re.search(r'href="/harbor-dental/findings/\d+/"', markup)
    box = cast.browser("Lena").get(f"{BASE}?show=provider-internal")
    assert [one.duty.key for one in box.context["page"].results] == [JOBS]


def test_an_unknown_box_shows_everything(cast: Cast) -> None:
    now_asked(cast)
    both(cast, "us", "them")
    assert len(cast.browser("Iris").get(f"{BASE}?show=%00").context["page"].results) == 1


def test_the_duty_shows_them_to_who_may_read_them(cast: Cast) -> None:
    now_asked(cast)
    address = f"/harbor-dental/matrix/{JOBS}/"
    iris, ivo = cast.browser("Iris"), cast.browser("Ivo")
    assert "None are open for this duty." in text(iris.get(address))
    both(cast, "us", "them")
    assert "Internal IT says Internal IT Northwind MSP says Internal IT" in text(iris.get(address))
    assert "Blind answers" not in text(ivo.get(address))


def test_the_grid_and_the_page_to_sign_show_what_blocks(cast: Cast) -> None:
    now_asked(cast)
    both(cast, "them", "them")
    tess = cast.browser("Tess")
    for address in ("/harbor-dental/matrix/draft/", "/harbor-dental/matrix/versions/1/", "/harbor-dental/findings/?view=blocks"):
        assert "Asked apart, Internal IT says Northwind MSP does Backup job monitoring by day" in text(tess.get(address)), address


def test_a_technician_sees_what_they_said_themselves_and_no_more(cast: Cast) -> None:
    now_asked(cast, people=("Ivo", "Tess"))
    say(cast, "Ivo", "us", "them", at=timezone.now())
    say(cast, "Tess", "nobody", at=timezone.now())
    said = text(cast.browser("Ivo").get(ANSWER))
    assert "by day Us, at night Northwind MSP" in said
    assert "Nobody waits" in said
    assert cast.browser("Ivo").get(BASE).status_code == 403


def test_findings_lead_there_and_say_what_waits_for_oneself(cast: Cast) -> None:
    now_asked(cast, people=("Ivo", "Tess"))

    def led(client: Client) -> str:
        return text(client.get("/harbor-dental/findings/"))

    assert "You are asked blind who does 1 duty." in led(cast.browser("Ivo"))
    assert "You are asked blind" not in led(cast.browser("Iris"))
    say(cast, "Ivo", "us", at=timezone.now())
    assert "You are asked blind" not in led(cast.browser("Ivo"))
    assert "Your blind answers" in led(cast.browser("Ivo"))


@pytest.mark.parametrize(
    ("name", "address", "budget"),
    [("Iris", BASE, 24), ("Iris", ANSWER, 19), ("Iris", f"{BASE}ask/", 26), ("Iris", f"/harbor-dental/matrix/{JOBS}/", 60)],
)
def test_pages_ask_the_database_a_fixed_number_of_times(
    cast: Cast, name: str, address: str, budget: int, django_assert_max_num_queries: Any
) -> None:
    client = cast.browser(name)
    people = {"internal": cast.people["Iris"].pk, "provider": cast.people["Tess"].pk}
    client.post(f"{BASE}ask/", {"what": "all"} | people)
    both(cast, "us", "them")
    client.get(address)
    with django_assert_max_num_queries(budget):
        assert client.get(address).status_code == 200
