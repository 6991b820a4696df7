"""Contacts: who asks for help, how they are reached, what ends with a block, and that they are nobody's colleagues."""

import html
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.accounts import access, actions
from comanaged.accounts.models import Membership, User
from comanaged.audit.models import Entry
from responsibilities.queries import crew, rosters
from tests.cast import Cast, add_person
from tickets.actions import contacts, steps
from tickets.models import Contact

JO = "jo@example.test"


def added(cast: Cast, address: str = JO, name: str = "Jo Reyes", *, by: str = "Ivo") -> Contact:
    with cast.as_(by) as actor:
        row = contacts.add_contact(address, name, by=actor, at=timezone.now())
    cast.people[row.name or address] = row.user
    return row


def roles(user: User) -> list[str]:
    return [f"{one.tenant.slug} {one.role}" for one in access.actors_of(user, timezone.now())]


def test_a_contact_has_an_account_without_a_password_and_asks_at_this_client_alone(cast: Cast) -> None:
    row = added(cast, "  Jo@Example.TEST ")
    assert (row.number, row.address, row.name, row.user.email) == (1, JO, "Jo Reyes", JO)
    assert not row.user.has_usable_password()
    assert roles(row.user) == ["harbor-dental c_user"]
    assert access.differences(timezone.now()) == []
    with cast.scope():
        said = Entry.objects.for_tenant(cast.harbor).order_by("number").values_list("action", "who", "after")
        assert ("people.admit", "Ivo", "Jo Reyes as User of the client") in said
        assert ("contact.add", "Ivo", f"contact 1: Jo Reyes <{JO}>") in said


def test_staff_of_either_side_keep_contacts_and_nobody_else(cast: Cast) -> None:
    assert added(cast, by="Tariq").added_by_name == "Tariq"
    with cast.as_("Lena") as lena, pytest.raises(access.Refused):
        contacts.add_contact("x@example.test", "X", by=lena, at=timezone.now())


def test_a_member_of_this_client_is_no_contact_whatever_the_side(cast: Cast) -> None:
    for name in ("Iris", "Tess", "Auditor"):
        with cast.as_("Ivo") as ivo, pytest.raises(contacts.NoAddress, match="belongs to Harbor Dental already"):
            contacts.add_contact(cast.people[name].email, name, by=ivo, at=timezone.now())
    with cast.scope():
        assert not Contact.objects.for_tenant(cast.harbor).exists()


def test_one_contact_for_each_address_and_no_number_twice(cast: Cast) -> None:
    assert [added(cast, f"{name}@example.test", name).number for name in ("a", "b")] == [1, 2]
    with cast.as_("Iris") as iris:
        with pytest.raises(contacts.NoAddress, match="contact already, number 1"):
            contacts.add_contact("A@example.test", "A", by=iris, at=timezone.now())
        for wrong in ("", "nobody", "a@b@c", "a b@example.test", "a@example.test\nBcc: c@example.test"):
            with pytest.raises(contacts.NoAddress, match="such as"):
                contacts.add_contact(wrong, "X", by=iris, at=timezone.now())


def test_somebody_known_elsewhere_becomes_a_contact_and_nothing_tells(cast: Cast) -> None:
    olga = cast.people["Olga"]
    row = added(cast, olga.email, "Somebody")
    assert roles(olga) == ["harbor-dental c_user", "lakeside p_admin"]
    olga.refresh_from_db()
    assert (row.name, olga.name) == ("Somebody", "Olga")


def test_another_address_moves_the_sign_in_and_ends_the_sessions_of_the_old_one(cast: Cast) -> None:
    row = added(cast)
    browser = cast.browser("Jo Reyes")
    assert browser.get("/account/").status_code == 200
    with cast.as_("Ivo") as ivo:
        contacts.change_contact(row.number, "jo.reyes@example.test", "Jo M. Reyes", by=ivo, at=timezone.now(), seen=row.version)
        with pytest.raises(steps.Stale):
            contacts.change_contact(row.number, JO, "Jo", by=ivo, at=timezone.now(), seen=row.version)
    row.user.refresh_from_db()
    assert (row.user.email, row.user.name) == ("jo.reyes@example.test", "Jo M. Reyes")
    assert browser.get("/account/").status_code == 302


def test_f1_no_client_carries_away_an_account_that_opens_other_doors(cast: Cast) -> None:
    own, olgas = added(cast), added(cast, cast.people["Olga"].email, "Somebody")
    there = cast.people["Pine's manager"].email
    with cast.as_("Iris") as iris:
        for number, address in ((olgas.number, "taken@example.test"), (own.number, there)):
            with pytest.raises(contacts.NoAddress, match="is used elsewhere too"), transaction.atomic():
                contacts.change_contact(number, address, "X", by=iris, at=timezone.now())
        with pytest.raises(contacts.NoAddress, match="Another contact"):
            contacts.change_contact(own.number, olgas.address, "X", by=iris, at=timezone.now())
    cast.people["Olga"].refresh_from_db()
    assert cast.people["Olga"].email == olgas.address


def test_f1_who_had_a_place_here_keeps_their_address_too(cast: Cast) -> None:
    former = add_person(cast, "Former", "c_tech", cast.harbor)
    Membership.objects.filter(user=former).update(ends_at=timezone.now())
    access.dismiss(former, cast.harbor, "c_tech")
    row = added(cast, former.email, "Former")
    with cast.as_("Iris") as iris, pytest.raises(contacts.NoAddress, match="elsewhere"):
        contacts.change_contact(row.number, "x@example.test", "X", by=iris, at=timezone.now())


def test_a_block_ends_the_access_and_taking_it_back_gives_it_again(cast: Cast) -> None:
    row = added(cast)
    with cast.as_("Ivo") as ivo:
        assert contacts.block_contact(row.number, by=ivo, at=timezone.now()).blocked
        contacts.block_contact(row.number, by=ivo, at=timezone.now())
        assert roles(row.user) == []
        with pytest.raises(contacts.NoAddress, match="contact already"):
            contacts.add_contact(JO, "Jo", by=ivo, at=timezone.now())
        assert not contacts.unblock_contact(row.number, by=ivo, at=timezone.now()).blocked
    assert roles(row.user) == ["harbor-dental c_user"]
    assert access.differences(timezone.now()) == []


def test_a_bounce_is_kept_with_its_reason_until_somebody_tries_again(cast: Cast) -> None:
    row = added(cast)
    with cast.as_("Ivo") as ivo:
        contacts.bounced(JO.upper(), "550 5.1.1 no such mailbox", by=access.system(cast.harbor), at=timezone.now())
        contacts.bounced("nobody@example.test", "550", by=access.system(cast.harbor), at=timezone.now())
        row.refresh_from_db()
        assert (row.bounced_at is not None, row.bounced_because) == (True, "550 5.1.1 no such mailbox")
        contacts.try_again(row.number, by=ivo, at=timezone.now())
        row.refresh_from_db()
    assert (row.bounced_at, row.bounced_because) == (None, "")


def test_whoever_is_invited_later_stops_being_one_who_only_asks(cast: Cast) -> None:
    for role, slug in (("c_tech", "harbor-dental"), ("p_tech", "harbor-dental")):
        row = added(cast, f"{role}@example.test", role)
        actions.admit(row.user, cast.harbor, role, by=access.system(cast.harbor), at=timezone.now())
        assert f"{slug} {role}" in roles(row.user)
        assert f"{slug} c_user" not in roles(row.user)
        with cast.as_("Iris") as iris, pytest.raises(contacts.NoAddress, match="belongs to"):
            contacts.block_contact(row.number, by=iris, at=timezone.now())
    assert access.differences(timezone.now()) == []


def test_who_leaves_and_asks_again_is_taken_up_again(cast: Cast) -> None:
    row = added(cast)
    actions.admit(row.user, cast.harbor, "c_tech", by=access.system(cast.harbor), at=timezone.now())
    with cast.as_("Iris") as iris:
        actions.finish_membership(
            Membership.objects.select_related("user", "tenant").get(user=row.user, role="c_tech"), by=iris, at=timezone.now()
        )
        again = contacts.add_contact(JO, "", by=iris, at=timezone.now())
    assert (again.pk, again.name, roles(row.user)) == (row.pk, "Jo Reyes", ["harbor-dental c_user"])


def test_contacts_are_nobodys_colleagues(cast: Cast) -> None:
    row, at = added(cast), timezone.now()
    with cast.scope():
        assert row.user_id not in crew.crew_of(cast.harbor.pk, None).persons
        assert row.user_id not in dict(rosters.colleagues(cast.harbor.pk, at))
    assert row.user_id not in {one.user_id for one in access.people_of(cast.harbor.pk, None, at)}
    assert access.person_of(cast.harbor.pk, row.user_id, at) is not None
    for path in ("people/", "teams/", "matrix/"):
        assert "Jo Reyes" not in cast.browser("Iris").get(f"/harbor-dental/{path}").content.decode()


# --- the page

PAGE = "/harbor-dental/contacts/"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_staff_add_find_and_correct_a_contact_on_the_page(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    assert "No contact yet" in text(ivo.get(PAGE))
    assert ivo.post(f"{PAGE}add/", {"name": "Jo Reyes", "address": JO})["Location"] == PAGE
    added(cast, "kim@example.test", "Kim")
    assert "Jo Reyes can ask for help now." in text(ivo.get(PAGE))
    found = text(ivo.get(PAGE, {"q": "REYES jo@"}))
    assert "Jo Reyes" in found
    assert "kim@example.test" not in found
    assert "No contact has such" in text(ivo.get(PAGE, {"q": "nobody"}))
    changed = ivo.post(f"{PAGE}1/", {"name": "Jo M. Reyes", "address": "jo.m@example.test", "seen": 1})
    assert changed["Location"] == PAGE
    assert "jo.m@example.test" in text(ivo.get(PAGE))
    assert "after you opened it" in text(ivo.post(f"{PAGE}1/", {"name": "Jo", "address": JO, "seen": 1}), 409)


def test_what_cannot_be_is_said_at_the_field_and_what_was_typed_is_kept(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    refused = text(ivo.post(f"{PAGE}add/", {"name": "Iris herself", "address": cast.people["Iris"].email}), 422)
    assert "belongs to Harbor Dental already" in refused
    assert "Iris herself" in refused
    assert "Enter an address such as" in text(ivo.post(f"{PAGE}add/", {"name": "X", "address": "x"}), 422)


def test_a_bounce_is_shown_with_its_reason_and_a_way_to_try_again_and_a_block_is_asked_first(cast: Cast) -> None:
    row, ivo = added(cast), cast.browser("Ivo")
    with cast.scope():
        contacts.bounced(JO, "550 no such mailbox", by=access.system(cast.harbor), at=timezone.now())
    shown = text(ivo.get(PAGE))
    assert "550 no such mailbox" in shown
    assert f"{PAGE}1/try-again/" in shown
    assert ivo.post(f"{PAGE}1/try-again/").status_code == 302
    assert "550 no such mailbox" not in text(ivo.get(PAGE))
    assert "signed out at once" in text(ivo.get(f"{PAGE}1/block/"))
    assert roles(row.user) == ["harbor-dental c_user"]
    assert ivo.post(f"{PAGE}1/block/").status_code == 302
    assert "blocked" in text(ivo.get(PAGE))
    assert ivo.post(f"{PAGE}1/unblock/").status_code == 302
    assert roles(row.user) == ["harbor-dental c_user"]


def test_e1_the_contacts_are_for_staff_of_this_client(cast: Cast) -> None:
    added(cast)
    assert text(cast.browser("Tess").get(f"{PAGE}1/"))
    for name, status in (("Lena", 403), ("Auditor", 403), ("Jo Reyes", 403), ("Olga", 404), ("Pine's manager", 404)):
        for path in (PAGE, f"{PAGE}add/", f"{PAGE}1/", f"{PAGE}1/block/"):
            assert cast.browser(name).get(path).status_code == status, name
    for number in (2, 2**31, 10**18):
        assert cast.browser("Ivo").get(f"{PAGE}{number}/").status_code == 404


def test_many_contacts_come_in_pages_and_cost_no_more_than_few(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    added(cast)
    counts = []
    for more in (1, 60):
        with cast.scope():
            start = Contact.objects.for_tenant(cast.harbor).count()
            users = [User(email=f"c{start + one}@example.test", name=f"C {start + one:03}") for one in range(more)]
            User.objects.bulk_create(users)
            Contact.objects.bulk_create(
                Contact(tenant=cast.harbor, number=start + one + 1, name=user.name, address=user.email, user=user, added_at=timezone.now())
                for one, user in enumerate(users)
            )
        ivo.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            shown = text(ivo.get(PAGE))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
    assert shown.count('<th scope="row">') == 50
    following = re.search(r'href="(\?[^"]*after=\d+)" rel="next"', shown)
    assert following is not None
    assert text(ivo.get(PAGE + html.unescape(following[1]))).count('<th scope="row">') == 12
    assert ivo.get(f"{PAGE}?after=abc&q=%00").status_code == 200
