"""A client that signed nothing yet is led from an empty matrix to a signed one; afterwards nobody is."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comanaged.accounts import actions as accounts
from comanaged.accounts import engagements
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Side
from responsibilities.domain.first_run import Standing, steps
from responsibilities.models import Acceptance, Finding, Version
from responsibilities.queries import first_run
from tests.cast import PASSWORD, Cast, add_person
from tests.responsibilities.build import newcomer

NAV = re.compile(r'<nav aria-label="First run">(.*?)</nav>', re.DOTALL)


def words(text: str) -> list[str]:
    """Return the steps as a page says them; none where there is no bar."""
    found = NAV.search(text)
    items = re.findall(r"<li[^>]*>(.*?)</li>", found.group(1), re.DOTALL) if found else []
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()).replace(" ,", ",") for item in items]


@pytest.fixture
def vets(cast: Cast) -> Organisation:
    client = newcomer()
    add_person(cast, "Vets' manager", "c_mgr", client, signatory=True)
    return client


def test_an_empty_client_begins_and_the_rest_waits() -> None:
    shown = {step.key: step for step in steps(Standing())}
    assert [key for key, step in shown.items() if step.open] == ["start", "invite"]
    assert "check" not in shown
    assert steps(Standing(sheet=3))[1].words == "Check your sheet"


def test_every_step_says_what_is_known_of_it() -> None:
    shown = {step.key: step for step in steps(Standing(1, proposed=True, blocking=3, asked="Blue Harbour IT"))}
    assert (shown["start"].done, shown["start"].open) == (True, False)
    assert (shown["cure"].done, shown["cure"].note) == (False, "3 to cure or accept")
    assert (shown["invite"].done, shown["invite"].note) == (True, "Blue Harbour IT is invited")
    assert shown["sign"].note == "proposed"
    assert steps(Standing(1, served=True, signed=("Iris",)))[-1].note == "Iris signed"


@pytest.mark.django_db
def test_the_bar_follows_a_client_from_page_to_page(cast: Cast, vets: Organisation) -> None:
    manager = cast.browser("Vets' manager")
    begun = words(manager.get("/seaside-vets/matrix/").content.decode())
    assert begun == ["Choose a start", "Hours and people", "Close what blocks signing", "Invite the other side", "Propose and sign"]
    manager.post("/seaside-vets/matrix/start/", {"template": "full-co-managed"})
    drafted = words(manager.get("/seaside-vets/matrix/draft/").content.decode())
    assert drafted[0] == "Choose a start, done"
    asked = manager.post("/seaside-vets/people/invite-other-side/", {"company": "Blue Harbour IT", "email": "lead@blue.example"})
    assert "Invite the other side Blue Harbour IT is invited, done" in words(asked.content.decode())
    assert words(manager.get("/seaside-vets/hours/").content.decode())[1] == "Hours and people"
    assert 'aria-current="step"' in manager.get("/seaside-vets/matrix/versions/1/").content.decode()


@pytest.mark.django_db
def test_what_is_accepted_blocks_nothing_unless_it_became_worse(cast: Cast) -> None:
    at = timezone.now()
    with cast.scope():
        blocking = list(Finding.objects.for_tenant(cast.harbor).filter(state="OPEN", blocks=True).select_related("duty"))
        before = first_run.standing(cast.harbor.pk, at)
        assert before is not None
        assert before.blocking == len(blocking) > 0
        accept(cast, blocking[0], blocking[0].severity)
        after = first_run.standing(cast.harbor.pk, at)
        assert after is not None
        assert after.blocking == len(blocking) - 1
        Acceptance.objects.for_tenant(cast.harbor).update(severity="LOW")
        Finding.objects.for_tenant(cast.harbor).filter(pk=blocking[0].pk).update(severity="CRITICAL")
        assert first_run.standing(cast.harbor.pk, at) == before


def accept(cast: Cast, finding: Finding, severity: str) -> None:
    Acceptance.objects.create(
        tenant=cast.harbor,
        code=finding.code,
        place=finding.place,
        duty_key=finding.duty.key if finding.duty else "",
        subject=finding.subject,
        severity=severity,
        reason="Until the contract is renewed",
        accepted_by="Lena",
        user=cast.people["Lena"],
        accepted_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=30),
    )


@pytest.mark.django_db
def test_who_cannot_bring_it_further_sees_no_bar_and_nobody_does_once_a_version_is_in_force(cast: Cast) -> None:
    draft = "/harbor-dental/matrix/draft/"
    assert words(cast.browser("Iris").get(draft).content.decode())
    assert words(cast.browser("Tess").get(draft).content.decode())
    assert words(cast.browser("Ivo").get(draft).content.decode()) == []
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", in_force_at=timezone.now(), content="{}", content_hash="0" * 64)
    assert words(cast.browser("Iris").get("/harbor-dental/hours/").content.decode()) == []


@pytest.mark.django_db
def test_before_they_join_the_matrix_is_proposed_and_signed_in_the_name_they_were_asked_by(cast: Cast, vets: Organisation) -> None:
    manager = cast.browser("Vets' manager")
    manager.post("/seaside-vets/matrix/start/", {"template": "full-co-managed"})
    page = manager.get("/seaside-vets/matrix/versions/1/")
    assert "No provider is engaged here yet" in page.content.decode()
    asked = manager.post("/seaside-vets/people/invite-other-side/", {"company": "Blue Harbour IT", "email": "lead@blue.example"})
    page = manager.get("/seaside-vets/matrix/versions/1/")
    assert page.context["page"].why_not_propose == ""
    manager.post("/seaside-vets/matrix/versions/1/propose/", {"content": page.context["page"].now_hash})
    with cast.scope(vets):
        proposed = Version.objects.for_tenant(vets).get()
        assert proposed.state == "PROPOSED"
        assert "Blue Harbour IT" in proposed.content
    link = asked.context["made"].link.removeprefix("http://testserver")
    engagements.accept_newcomer(link.split("/")[2], name="Their lead", password=PASSWORD, company="Blue Harbour IT", at=timezone.now())
    page = manager.get("/seaside-vets/matrix/versions/1/")
    assert page.context["page"].stale == ()
    assert [block.name for block in page.context["page"].blocks if block.side is Side.PROVIDER] == ["Blue Harbour IT"]
    assert accounts.find_invitation(link.split("/")[2], timezone.now()) is None
