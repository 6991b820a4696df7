"""Choosing a start, and a provider's own templates: editions that never change a client by themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.accounts import access
from comanaged.vocabulary import Letter, Party
from responsibilities import actions, queries
from responsibilities.actions import findings, starting
from responsibilities.domain import findings as rules
from responsibilities.models import Assignment, Duty, Finding, Template, Version
from responsibilities.queries import beginning
from tests.cast import BEGAN, Cast, add_person
from tests.responsibilities.build import newcomer, of_template

pytestmark = pytest.mark.django_db
START, OWN, NEW = "/seaside-vets/matrix/start/", "/northwind/templates/", "/northwind/templates/new/"
ADMIN = "Provider administrator"


def newcomers_manager(cast: Cast) -> str:
    client = newcomer()
    actions_of_accounts_engage(cast, client)
    add_person(cast, "Seaside's manager", "c_mgr", client)
    return "Seaside's manager"


def actions_of_accounts_engage(cast: Cast, client: object) -> None:
    from comanaged.accounts import actions as accounts  # noqa: PLC0415 - the name is taken by the matrix's own actions

    accounts.engage(client, cast.northwind, at=BEGAN)  # type: ignore[arg-type]


def make(cast: Cast, name: str = "House standard", client: str = "harbor-dental", expected: int = 302) -> str:
    add_person_once(cast)
    answer = cast.browser(ADMIN).post(NEW, {"client": client, "name": name, "story": "As we like it."})
    assert answer.status_code == expected, answer.content.decode()
    return answer.content.decode()


def add_person_once(cast: Cast) -> None:
    if not any(one.tenant == cast.northwind for one in access.actors_of(cast.people[ADMIN], timezone.now())):
        add_person(cast, ADMIN, "p_admin", cast.northwind)


def test_a_manager_chooses_what_the_first_draft_begins_from(cast: Cast) -> None:
    browser = cast.browser(newcomers_manager(cast))
    assert "Choose a start" in browser.get("/seaside-vets/matrix/").content.decode()
    page = browser.get(START).content.decode()
    assert page.count("Begin from this") == 5
    assert "17 duties with hours in which nobody does it." in page
    answer = browser.post(START, {"template": "overflow-helpdesk"}, follow=True)
    assert "The draft begins from Overflow helpdesk." in answer.content.decode()
    again = browser.post(START, {"template": "full-co-managed"})
    assert (again.status_code, "has a matrix already" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("word", ["", "no-such", "own:no-such"])
def test_a_template_that_is_not_there_is_refused_in_words(cast: Cast, word: str) -> None:
    browser = cast.browser(newcomers_manager(cast))
    answer = browser.post(START, {"template": word})
    assert answer.status_code == 422
    assert "Choose a" in answer.content.decode()


def test_what_a_template_leaves_open_is_what_its_draft_then_shows(cast: Cast) -> None:
    at = timezone.now()
    for key, start in ((one.edition.word, one) for one in beginning.starts(cast.actor("Iris"), at)):
        told = [draft for draft in rules.found(of_template(key, at), at) if draft.blocks]
        assert start.blocking == len(told), key


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Tariq", "Auditor"])
def test_only_managers_choose(cast: Cast, name: str) -> None:
    assert cast.browser(name).get("/harbor-dental/matrix/start/").status_code == 403


def test_an_administrator_makes_an_edition_of_what_a_client_agreed(cast: Cast) -> None:
    make(cast)
    make(cast)
    page = cast.browser(ADMIN).get(OWN).content.decode()
    assert "House standard" in page
    with cast.scope(cast.northwind):
        editions = list(Template.objects.for_tenant(cast.northwind).order_by("number"))
    assert [one.number for one in editions] == [1, 2]
    assert len(editions[0].content["assignments"]) == 70
    assert "Iris" not in str(editions[0].content)


def test_an_edition_says_what_the_matrix_said(cast: Cast) -> None:
    make(cast)
    with cast.scope():
        (own, *_) = beginning.starts(cast.actor("Iris"), timezone.now())
        wanted = {
            (row.row.rule_key, row.letter, row.party, row.hours, row.lead)
            for row in Assignment.objects.for_tenant(cast.harbor).filter(row__place=None).select_related("row__duty")
        }
    given = {(rule.duty, rule.letter, rule.party, rule.hours or "", rule.lead) for rule in own.edition.template.rules}
    assert given == wanted


def test_a_client_begins_from_its_providers_own_and_keeps_the_edition(cast: Cast) -> None:
    make(cast)
    name = newcomers_manager(cast)
    browser = cast.browser(name)
    assert "Northwind MSP's own, edition 1" in browser.get(START).content.decode()
    assert browser.post(START, {"template": "own:house-standard"}).status_code == 302
    client = access.actors_of(cast.people[name], timezone.now())[0].tenant
    with cast.scope(client):
        version = Version.objects.for_tenant(client).get()
        assert (version.template_key, version.template_version, version.template_owner_id) == ("house-standard", 1, cast.northwind.pk)
        before = set(Assignment.objects.for_tenant(client).values_list("row_id", "letter", "party", "hours"))
    with cast.as_("Iris") as iris:
        actions.set_letter("backup.jobs", Party.PROVIDER, Letter.R, hours="AFTER", seen=1, by=iris, at=timezone.now())
    make(cast)
    with cast.scope(client):
        findings.recheck(version, by=access.system(client), at=timezone.now())
        assert Finding.objects.for_tenant(client).filter(code="TEMPLATE_BEHIND", state="OPEN").exists()
        after = set(Assignment.objects.for_tenant(client).values_list("row_id", "letter", "party", "hours"))
        assert after == before, "a new edition changes no client"


def test_a_client_where_the_administrator_is_no_member_cannot_be_copied(cast: Cast) -> None:
    assert "You are no member there any more." in make(cast, client="seaside-vets", expected=422)


def test_only_the_administrator_makes_templates_and_in_the_own_room_alone(cast: Cast) -> None:
    assert cast.browser("Tess").get(OWN).status_code == 403
    assert cast.browser("Iris").get("/harbor-dental/templates/").status_code == 404
    assert cast.browser("Olga").get(OWN).status_code == 404


def test_a_template_of_another_provider_begins_nothing_here(cast: Cast) -> None:
    make(cast)
    client = newcomer()
    with cast.scope(client):
        assert beginning.chosen(access.system(client), "own:house-standard", timezone.now()) is None
        edition = beginning.chosen(access.system(client), "overflow-helpdesk", timezone.now())
        assert edition is not None
        starting.start_from(client, edition, by=access.system(client), at=timezone.now())
        with pytest.raises(starting.CannotStart):
            starting.start_from(client, edition, by=access.system(client), at=timezone.now())
        assert Duty.objects.for_tenant(client).count() == 70
        assert queries.open_version(client.pk) is not None


def test_choosing_asks_the_database_a_fixed_number_of_times(cast: Cast) -> None:
    browser = cast.browser(newcomers_manager(cast))
    browser.get(START)
    with CaptureQueriesContext(connection) as caught:
        browser.get(START)
    assert len([one for one in caught if "responsibilities_" in one["sql"]]) == 3  # one of them how far the client is
