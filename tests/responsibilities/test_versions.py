"""A version's way to its signatures: what is refused, in which words, and what stands afterwards."""

import re
from datetime import timedelta

import pytest

from comanaged.accounts import access
from comanaged.accounts.models import Engagement, Membership
from comanaged.audit import trail
from comanaged.notices.models import Notice
from comanaged.vocabulary import Letter, Party
from responsibilities import actions, queries
from responsibilities.actions import drafting, versions
from responsibilities.domain import content as contents
from responsibilities.models import Finding, Signature, Version
from responsibilities.queries import signing
from tests.cast import Cast, add_person
from tests.responsibilities.agreeing import AT, accept_all, hash_of, in_force, open_one, propose, sign

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
DUTY = "backup.jobs"


def addressed(cast: Cast, words: str) -> set[str]:
    """Return to whom a notice with these words in its subject went."""
    with cast.scope():
        return set(Notice.objects.for_tenant(cast.harbor).filter(subject__contains=words).values_list("to_name", flat=True))


def edit(cast: Cast, name: str = "Iris", *, party: Party = Party.VENDOR, at=LATER) -> None:  # type: ignore[no-untyped-def]
    with cast.as_(name) as person:
        line = open_one(cast).rows.filter(duty__key=DUTY, place=None).get()
        actions.set_letter(DUTY, party, Letter.S, seen=line.stamp, by=person, at=at)


def test_from_a_draft_to_a_version_in_force_with_two_signatures(cast: Cast) -> None:
    with cast.scope():
        assert accept_all(cast) > 0
    proposed = propose(cast)
    assert (proposed.state, contents.digest(proposed.content)) == ("PROPOSED", proposed.content_hash)
    assert addressed(cast, "Iris proposes version 1") == {"Tess", "Provider administrator"}
    first = sign(cast, "Iris")
    assert not first.in_force
    assert addressed(cast, "Iris signed version 1") == {"Tess", "Provider administrator"}
    second = sign(cast, "Tess")
    assert second.in_force
    assert addressed(cast, "is in force") == {"Iris", "Lena", "Tess", "Provider administrator"}
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).select_related("tenant").get()
        assert (version.state, version.in_force_at) == ("IN_FORCE", AT)
        assert {one.content_hash for one in Signature.objects.for_tenant(cast.harbor)} == {version.content_hash}
        assert contents.canonical(signing.content_of(version, LATER)) == version.content
        assert queries.who_answers(cast.harbor.pk, DUTY, LATER).signed
        assert [entry.action for entry in trail.history_of(version)][:2] == ["matrix.in_force", "matrix.signed"]


def test_the_next_version_replaces_it_at_the_same_instant_and_the_signed_one_stands_byte_for_byte(cast: Cast) -> None:
    old = in_force(cast)
    with cast.as_("Tess") as tess:
        draft = drafting.begin_draft(by=tess, at=LATER)
        assert draft.number == 2
        assert hash_of(draft) == old.content_hash, "a copy says the same"
    edit(cast)
    with cast.scope():
        assert Version.objects.for_tenant(cast.harbor).get(number=1).content == old.content
    new = in_force(cast, LATER)
    with cast.scope():
        old = Version.objects.for_tenant(cast.harbor).select_related("tenant").get(number=1)
        assert (old.state, old.superseded_at, new.in_force_at) == ("SUPERSEDED", LATER, LATER)
        assert contents.canonical(signing.content_of(old, LATER)) == old.content
        assert queries.version_at(cast.harbor.pk, LATER - timedelta(seconds=1)) == old
        assert queries.version_at(cast.harbor.pk, LATER) == new
        assert not Finding.objects.for_tenant(cast.harbor).filter(of_draft=True, state="OPEN").exists()


def test_any_edit_clears_signatures_and_tells_whose_they_were(cast: Cast) -> None:
    with cast.scope():
        accept_all(cast)
    propose(cast)
    sign(cast, "Iris")
    edit(cast, "Tess")
    with cast.scope():
        version = open_one(cast)
        assert (version.state, version.content, version.content_hash) == ("DRAFT", "", "")
        cleared = Signature.objects.for_tenant(cast.harbor).get()
        assert (cleared.cleared_at, cleared.cleared_because) == (LATER, "edited by Tess")
    assert addressed(cast, "was cleared") == {"Iris"}


def test_blocking_findings_refuse_a_signature_and_are_listed(cast: Cast) -> None:
    propose(cast)
    with pytest.raises(versions.NotPossible, match="cannot be signed yet") as refused:
        sign(cast, "Iris")
    with cast.scope():
        assert len(refused.value.blocked) == accept_all(cast)
    sign(cast, "Iris")


def test_an_acceptance_that_ran_out_counts_no_longer(cast: Cast) -> None:
    with cast.scope():
        accept_all(cast)
    propose(cast)
    with pytest.raises(versions.NotPossible, match="cannot be signed yet"):
        sign(cast, "Iris", AT + timedelta(days=91))


def test_what_is_not_proposed_or_changed_since_it_was_shown_is_not_signed(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        with pytest.raises(versions.Moved, match="changed since you saw it"):
            versions.sign(1, seen=hash_of(open_one(cast)), typed_name="Iris", by=iris, at=AT)
        accept_all(cast)
    shown = propose(cast).content_hash
    edit(cast)
    propose(cast)
    with cast.as_("Iris") as iris:
        with pytest.raises(versions.Moved, match="changed since you saw it"):
            versions.sign(1, seen=shown, typed_name="Iris", by=iris, at=AT)
        with pytest.raises(versions.Moved, match="not open any more"):
            versions.sign(7, seen=shown, typed_name="Iris", by=iris, at=AT)


def test_a_name_that_changed_since_it_was_proposed_is_told_and_it_is_proposed_again(cast: Cast) -> None:
    with cast.scope():
        accept_all(cast)
    propose(cast)
    sign(cast, "Iris")
    type(cast.northwind).objects.filter(pk=cast.northwind.pk).update(name="Northwind Group")
    with pytest.raises(versions.Moved, match="Northwind Group"):
        sign(cast, "Tess")
    propose(cast, "Tess")
    with cast.scope():
        assert Signature.objects.for_tenant(cast.harbor).get().cleared_because.startswith("proposed again")
    sign(cast, "Iris")
    assert sign(cast, "Tess").in_force


@pytest.mark.parametrize("typed", ["", "Lena", "I r i s", "Tess"])
def test_another_name_than_ones_own_is_no_signature(cast: Cast, typed: str) -> None:
    with cast.scope():
        accept_all(cast)
    propose(cast)
    with cast.as_("Iris") as iris, pytest.raises(versions.NotPossible, match="as it stands in your account: Iris"):
        versions.sign(1, seen=open_one(cast).content_hash, typed_name=typed, by=iris, at=AT)


def test_case_and_spaces_of_a_typed_name_do_not_matter(cast: Cast) -> None:
    with cast.scope():
        accept_all(cast)
    propose(cast)
    with cast.as_("Iris") as iris:
        done = versions.sign(1, seen=open_one(cast).content_hash, typed_name="  IRIS ", by=iris, at=AT)
    assert (done.signature.name, done.signature.typed_name) == ("Iris", "IRIS")


def test_one_side_signs_once_and_one_person_signs_once(cast: Cast) -> None:
    add_person(cast, "Tess", "c_mgr", cast.harbor, signatory=True)  # she is on both sides now
    with cast.scope():
        accept_all(cast)
    propose(cast)
    shown = open_hash(cast)
    provider, client = both(cast, "Tess")
    with cast.scope(side=cast.northwind):
        versions.sign(1, seen=shown, typed_name="Tess", by=provider, at=AT)
    with cast.scope(side=cast.harbor), pytest.raises(versions.NotPossible, match="One person signs once"):
        versions.sign(1, seen=shown, typed_name="Tess", by=client, at=AT)
    with cast.scope(side=cast.northwind), pytest.raises(versions.Moved, match="Tess signed for your side already"):
        versions.sign(1, seen=shown, typed_name="Tess", by=provider, at=AT)
    assert sign(cast, "Lena").in_force


def both(cast: Cast, name: str) -> tuple[access.Actor, access.Actor]:
    """Return the provider's and the client's standing of somebody who is on both sides."""
    found = {one.side: one for one in access.actors_of(cast.people[name], AT) if one.tenant == cast.harbor}
    return found["PROVIDER"], found["INTERNAL"]  # type: ignore[index]


def open_hash(cast: Cast) -> str:
    with cast.scope():
        return open_one(cast).content_hash


def test_only_signatories_sign(cast: Cast) -> None:
    Membership.objects.filter(user=cast.people["Iris"]).update(signatory=False)
    with cast.scope():
        accept_all(cast)
    propose(cast)
    with pytest.raises(versions.NotPossible, match="no signatory of your side"):
        sign(cast, "Iris")


def test_a_provider_signs_only_while_it_serves_the_client(cast: Cast) -> None:
    with cast.scope():
        accept_all(cast)
    propose(cast)
    Engagement.objects.filter(client=cast.harbor).update(ends_at=AT)
    with pytest.raises((versions.NotPossible, versions.Moved), match=r"does not serve|changed since it was proposed"):
        sign(cast, "Tess")


def test_nothing_is_proposed_while_no_provider_is_engaged(cast: Cast) -> None:
    Engagement.objects.filter(client=cast.harbor).update(ends_at=AT)
    with pytest.raises(versions.NotPossible, match="No provider is engaged"):
        propose(cast)


@pytest.mark.parametrize("name", ["Ivo", "Auditor", "Tariq"])
def test_other_roles_neither_sign_nor_propose_nor_withdraw(cast: Cast, name: str) -> None:
    with cast.as_(name) as person:
        for act in (
            lambda: versions.sign(1, seen="", typed_name=name, by=person, at=AT),
            lambda: versions.propose(1, seen="", by=person, at=AT),
            lambda: versions.withdraw(1, by=person, at=AT),
            lambda: drafting.begin_draft(by=person, at=AT),
        ):
            with pytest.raises(access.Refused):
                act()


def test_neither_the_product_nor_a_key_signs(cast: Cast) -> None:
    with cast.scope(), pytest.raises(access.Refused):
        versions.sign(1, seen="", typed_name="Comanaged", by=access.system(cast.harbor), at=AT)


def test_what_changed_since_it_was_shown_is_not_proposed_and_nothing_is_proposed_twice(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        shown = hash_of(open_one(cast))
    edit(cast)
    with cast.as_("Iris") as iris, pytest.raises(versions.Moved, match="nothing was proposed"):
        versions.propose(1, seen=shown, by=iris, at=LATER)
    propose(cast)
    with pytest.raises(versions.NotPossible, match="proposed already"):
        propose(cast)


def test_a_version_is_withdrawn_by_the_side_that_wrote_it_while_nobody_signed(cast: Cast) -> None:
    with cast.as_("Iris") as iris, pytest.raises(versions.NotPossible, match="all there is"):
        versions.withdraw(1, by=iris, at=AT)
    in_force(cast)
    with cast.as_("Tess") as tess:
        drafting.begin_draft(by=tess, at=LATER)
    with cast.as_("Iris") as iris, pytest.raises(versions.NotPossible, match="The other side wrote this version"):
        versions.withdraw(2, by=iris, at=LATER)
    edit(cast)
    with cast.scope():
        accept_all(cast, LATER)
    propose(cast, "Tess", LATER)
    sign(cast, "Tess", LATER)
    with cast.as_("Tess") as tess, pytest.raises(versions.NotPossible, match="Tess signed it already"):
        versions.withdraw(2, by=tess, at=LATER)
    edit(cast, "Tess", party=Party.END_USER)
    with cast.as_("Tess") as tess:
        withdrawn = versions.withdraw(2, by=tess, at=LATER)
        assert (withdrawn.state, withdrawn.withdrawn_at) == ("WITHDRAWN", LATER)
        assert not Finding.objects.for_tenant(cast.harbor).filter(of_draft=True, state="OPEN").exists()
        assert queries.version_at(cast.harbor.pk, LATER).number == 1  # type: ignore[union-attr]
        assert drafting.begin_draft(by=tess, at=LATER).number == 3


# --- the pages

BASE = "/harbor-dental/matrix/versions/"


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_the_whole_way_over_the_pages(cast: Cast) -> None:
    iris, tess = cast.browser("Iris"), cast.browser("Tess")
    with cast.scope():
        accept_all(cast)
    page = iris.get(f"{BASE}1/").content.decode()
    assert "Propose it first" in page
    assert "Sign version 1" in page
    sent = iris.post(f"{BASE}1/propose/", {"content": field(page, "content")}, follow=True)
    assert "is proposed" in sent.content.decode()
    page = tess.get(f"{BASE}1/").content.decode()
    assert "waits for the other side" in page
    unnamed = tess.post(f"{BASE}1/sign/provider/", {"content": field(page, "content"), "typed_name": "Tes"})
    assert (unnamed.status_code, 'value="Tes"' in unnamed.content.decode()) == (422, True)
    assert "as it stands in your account: Tess" in unnamed.content.decode()
    assert tess.post(f"{BASE}1/sign/provider/", {"content": field(page, "content"), "typed_name": "tess"}).status_code == 302
    again = tess.post(f"{BASE}1/sign/provider/", {"content": field(page, "content"), "typed_name": "tess"})
    assert again.status_code == 409
    assert "signed for your side already" in again.content.decode()
    done = iris.post(f"{BASE}1/sign/client/", {"content": field(page, "content"), "typed_name": "Iris"}, follow=True)
    assert "in force from now on" in done.content.decode()
    assert "every line reads as the text does" in done.content.decode()
    begun = iris.post("/harbor-dental/matrix/draft/begin/")
    assert begun["Location"] == "/harbor-dental/matrix/draft/"
    listed = iris.get(BASE).content.decode()
    assert ("Version 2" in listed, "In force" in listed) == (True, True)


def test_a_version_that_changed_meanwhile_is_409_and_blocked_is_422_with_the_list(cast: Cast) -> None:
    iris = cast.browser("Iris")
    shown = field(iris.get(f"{BASE}1/").content.decode(), "content")
    edit(cast)
    assert iris.post(f"{BASE}1/propose/", {"content": shown}).status_code == 409
    propose(cast)
    shown = field(iris.get(f"{BASE}1/").content.decode(), "content")
    blocked = iris.post(f"{BASE}1/sign/client/", {"content": shown, "typed_name": "Iris"})
    assert blocked.status_code == 422
    assert "This version cannot be signed yet" in blocked.content.decode()
    assert "Error: " in blocked.content.decode()


def test_a_changed_row_is_shown_with_what_it_does_and_who_did_it(cast: Cast) -> None:
    in_force(cast)
    with cast.as_("Tess") as tess:
        drafting.begin_draft(by=tess, at=LATER)
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        actions.set_letter(DUTY, Party.PROVIDER, Letter.R, seen=line.stamp, by=tess, at=LATER)
    page = cast.browser("Lena").get(f"{BASE}2/").content.decode()
    assert "From now on Northwind MSP does it at night; before, nobody did." in page
    assert '<del class="was">no part</del>' in page
    assert '<ins class="is">R night</ins>' in page
    assert re.search(r"face provider[^>]*>Te</span><span>Tess<", page)
    compared = cast.browser("Ivo").get(f"{BASE}1..2/").content.decode()
    assert "From now on Northwind MSP does it at night; before, nobody did." in compared
    backwards = cast.browser("Ivo").get(f"{BASE}2..1/").content.decode()
    assert "Northwind MSP no longer does it at night; nobody does." in backwards
    assert cast.browser("Ivo").get(f"{BASE}1..9/").status_code == 404
    assert cast.browser("Ivo").get(f"{BASE}9/").status_code == 404
    whole = cast.browser("Ivo").get(f"{BASE}2/?show=whole").content.decode()
    assert "Backup job monitoring" in whole


def test_a_stale_second_factor_is_asked_for_before_a_signature(cast: Cast) -> None:
    iris = cast.browser("Iris")
    session = iris.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    asked = iris.post(f"{BASE}1/sign/client/", {"content": "x", "typed_name": "Iris"})
    assert asked["Location"].startswith("/account/reauthenticate/")


def test_the_appendix_prints_what_was_signed_and_says_of_a_draft_that_it_is_one(cast: Cast) -> None:
    iris = cast.browser("Iris")
    draft = iris.get(f"{BASE}1/appendix/").content.decode()
    assert "Draft, not signed" in draft
    version = in_force(cast)
    signed = iris.get(f"{BASE}1/appendix/").content.decode()
    assert "Draft, not signed" not in signed
    assert contents.mark(version.content_hash) in signed
    assert "Until the new desk opens." in signed
    assert ("Iris" in signed, "Tess" in signed) == (True, True)


@pytest.mark.parametrize("address", ["", "1/", "1/appendix/", "1..1/"])
def test_the_pages_cost_a_fixed_number_of_queries(cast: Cast, address: str, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    in_force(cast)
    iris = cast.browser("Iris")
    iris.get(BASE + address)
    with django_assert_max_num_queries(48):
        assert iris.get(BASE + address).status_code == 200
