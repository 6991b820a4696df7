"""What must not be signed, by whom, and in whose name: tried over the pages, as whoever would try it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comanaged.accounts.models import Engagement, Membership
from comanaged.audit import trail
from comanaged.vocabulary import Letter, Party
from responsibilities import actions
from responsibilities.actions import drafting, versions
from responsibilities.models import Acceptance, Assignment, Signature, Version
from tests.cast import Cast, add_person
from tests.responsibilities import agreeing
from tests.responsibilities.agreeing import AT, open_one

pytestmark = pytest.mark.django_db
DUTY = "backup.jobs"
LATER = AT + timedelta(days=1)
PAGE = "/harbor-dental/matrix/versions/1/"


@pytest.fixture
def shown(cast: Cast) -> str:
    """Let Iris propose what Lena accepted the gaps of, and return the hash that is shown."""
    at = timezone.now()
    with cast.scope():
        agreeing.accept_all(cast, at)
    return agreeing.propose(cast, at=at).content_hash


def press(cast: Cast, name: str, side: str, shown: str) -> int:
    return cast.browser(name).post(f"{PAGE}sign/{side}/", {"content": shown, "typed_name": name}).status_code


def signers(cast: Cast) -> list[tuple[str, str]]:
    with cast.scope():
        rows = Signature.objects.for_tenant(cast.harbor).filter(cleared_at=None).order_by("id")
        return list(rows.values_list("side", "name"))


def edit(cast: Cast, name: str) -> None:
    with cast.as_(name) as person:
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        actions.set_letter(DUTY, Party.VENDOR, Letter.S, seen=line.stamp, by=person, at=LATER)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        *(("Iris", "provider"), ("Lena", "provider"), ("Tess", "client"), ("Provider administrator", "client")),
        *((name, side) for name in ("Ivo", "Auditor", "Tariq") for side in ("client", "provider")),
    ],
)
def test_nobody_signs_for_the_other_side_and_no_other_role_signs(cast: Cast, shown: str, name: str, side: str) -> None:
    assert press(cast, name, side, shown) == 403
    assert signers(cast) == []


def test_who_is_no_signatory_any_more_is_told_so(cast: Cast, shown: str) -> None:
    browser = cast.browser("Iris")
    browser.get(PAGE)
    Membership.objects.filter(user=cast.people["Iris"]).update(signatory=False)
    answer = browser.post(f"{PAGE}sign/client/", {"content": shown, "typed_name": "Iris"})
    assert (answer.status_code, signers(cast)) == (422, [])
    assert "no signatory of your side" in answer.content.decode()


def test_one_human_on_both_sides_signs_once_whatever_they_press(cast: Cast, shown: str) -> None:
    add_person(cast, "Tess", "c_mgr", cast.harbor, signatory=True)
    add_person(cast, "Iris", "p_lead", cast.northwind, cast.harbor, signatory=True)
    for name in ("Tess", "Iris"):
        for side in ("client", "provider", "client", "provider"):
            press(cast, name, side, shown)
    found = signers(cast)
    assert len({name for _, name in found}) == len(found)
    assert len({side for side, _ in found}) == len(found)


def test_a_provider_that_serves_no_longer_neither_signs_nor_writes(cast: Cast, shown: str) -> None:
    Engagement.objects.filter(client=cast.harbor).update(ends_at=timezone.now() - timedelta(minutes=1))
    Engagement.objects.create(client=cast.harbor, provider=cast.elsewhere, starts_at=timezone.now() - timedelta(minutes=1))
    browser = cast.browser("Tess")
    tried = {
        f"{PAGE}sign/provider/": {"content": shown, "typed_name": "Tess"},
        f"{PAGE}propose/": {"content": shown},
        f"{PAGE}withdraw/": {},
        f"/harbor-dental/matrix/{DUTY}/letter/": {"party": "VENDOR", "letter": "C", "seen": 1, "place": ""},
    }
    answers = {address: browser.post(address, said).status_code for address, said in tried.items()}
    assert answers.pop(f"{PAGE}sign/provider/") == 409
    assert set(answers.values()) == {403}, answers
    assert signers(cast) == []
    with cast.scope():
        assert open_one(cast).state == "PROPOSED"
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        assert not line.assignments.filter(party="VENDOR", letter="C").exists()


def test_what_the_former_provider_signed_does_not_bind_the_next_one(cast: Cast, shown: str) -> None:
    assert press(cast, "Tess", "provider", shown) == 302
    Engagement.objects.filter(client=cast.harbor).update(ends_at=timezone.now())
    Engagement.objects.create(client=cast.harbor, provider=cast.elsewhere, starts_at=timezone.now())
    assert press(cast, "Iris", "client", shown) == 409
    with cast.scope():
        assert open_one(cast).state == "PROPOSED"


def test_what_is_accepted_no_longer_blocks_the_last_signature(cast: Cast, shown: str) -> None:
    assert press(cast, "Tess", "provider", shown) == 302
    with cast.scope():
        Acceptance.objects.for_tenant(cast.harbor).filter(duty_key=DUTY).update(expires_at=timezone.now())
    assert press(cast, "Iris", "client", shown) == 422
    assert signers(cast) == [("PROVIDER", "Tess")]


def test_rows_that_were_changed_beside_the_product_are_not_signed(cast: Cast, shown: str) -> None:
    with cast.scope():
        Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=DUTY, letter="R").update(hours="ALWAYS")
    assert press(cast, "Iris", "client", shown) == 409
    assert signers(cast) == []


def test_history_tells_whose_signature_an_edit_cleared(cast: Cast, shown: str) -> None:
    press(cast, "Iris", "client", shown)
    edit(cast, "Tess")
    with cast.scope():
        told = trail.history_of(open_one(cast))
    assert [one.after for one in told if one.action == "matrix.reopened"] == ["An edit made it a draft again. No longer signed by Iris."]
    page = cast.browser("Lena").get(PAGE).content.decode()
    assert "edited by Tess" in page


def test_who_began_a_draft_withdraws_it_though_the_other_side_proposed_it_once(cast: Cast) -> None:
    agreeing.in_force(cast)
    with cast.as_("Tess") as tess:
        drafting.begin_draft(by=tess, at=LATER)
    with cast.scope():
        agreeing.accept_all(cast, LATER)
    agreeing.propose(cast, "Iris", LATER)
    edit(cast, "Tess")
    with cast.as_("Iris") as iris, pytest.raises(versions.NotPossible, match="The other side wrote this version"):
        versions.withdraw(2, by=iris, at=LATER)
    with cast.as_("Tess") as tess:
        assert versions.withdraw(2, by=tess, at=LATER).state == Version.State.WITHDRAWN
