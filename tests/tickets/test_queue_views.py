"""Kept lists: one's own at every client, a company's by its managers, and never the other side's."""

import pytest

from comanaged import tenancy
from comanaged.accounts.models import Organisation
from tests.cast import Cast, add_person
from tests.tickets.build import later
from tickets import actions
from tickets.actions import viewing
from tickets.models import View
from tickets.queries.viewing import views_of

VIEWS, DESK = "/harbor-dental/tickets/views/", "/desk/queue/"


def seen(cast: Cast, name: str, tenant: Organisation | None = None) -> list[str]:
    with cast.as_(name, tenant) as by:
        return [view.name for view in views_of(by)]


def kept(cast: Cast, company: Organisation) -> list[View]:
    with tenancy.only([company.pk], side=company.pk):
        return list(View.objects.for_tenant(company))


def test_a_list_is_kept_from_the_page_and_leads_to_it(cast: Cast) -> None:
    tariq = cast.browser("Tariq")
    answer = tariq.post(VIEWS, {"name": " Late  backups ", "line": "late duty:backup", "desk": "1"})
    assert answer["Location"] == "/desk/queue/?q=duty%3Abackup%20late"
    for where in (DESK, "/pine-clinics/tickets/", "/harbor-dental/tickets/", VIEWS):
        assert "Late backups" in tariq.get(where).content.decode()
    assert "Keep this list" in tariq.get(DESK, {"q": "late"}).content.decode()
    tariq.post(VIEWS, {"name": "Late backups", "line": "late"})
    assert [(view.name, view.line, view.shared) for view in kept(cast, cast.northwind)] == [("Late backups", "late", False)]


def test_own_ones_are_ones_own_and_shared_ones_the_companys(cast: Cast) -> None:
    with cast.as_("Tariq") as tariq:
        viewing.keep("Mine", "mine", by=tariq, at=later(1))
    with cast.as_("Tess") as tess:
        viewing.keep("Ours", "side:ours", shared=True, by=tess, at=later(1))
    assert seen(cast, "Tariq", cast.pine) == ["Mine", "Ours"]
    assert seen(cast, "Tess") == ["Ours"]
    for name in ("Iris", "Ivo", "Lena", "Auditor"):
        assert seen(cast, name) == []


def test_only_managers_share(cast: Cast) -> None:
    with cast.as_("Tariq") as tariq:
        view = viewing.keep("Mine", "mine", by=tariq, at=later(1))
    assert cast.browser("Tariq").post(f"{VIEWS}{view.pk}/share/", {"shared": "1"}).status_code == 403
    cast.browser("Tariq").post(VIEWS, {"name": "Second", "line": "late", "shared": "1"})
    assert [one.shared for one in kept(cast, cast.northwind)] == [False, False]
    with cast.as_("Tess") as tess:
        own = viewing.keep("Ours", "late", by=tess, at=later(1))
    tess_page = cast.browser("Tess")
    assert tess_page.post(f"{VIEWS}{own.pk}/share/", {"shared": "1"}).status_code == 302
    assert "Ours" in seen(cast, "Tariq")
    assert tess_page.post(f"{VIEWS}{own.pk}/share/").status_code == 302
    assert "Ours" not in seen(cast, "Tariq")


def test_renaming_and_removing(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        view = viewing.keep("Mine", "mine", by=ivo, at=later(1))
        viewing.keep("Other", "late", by=ivo, at=later(1))
    ivos = cast.browser("Ivo")
    assert ivos.post(f"{VIEWS}{view.pk}/rename/", {"name": "All mine"}).status_code == 302
    assert "Another list has this name" in ivos.post(f"{VIEWS}{view.pk}/rename/", {"name": "Other"}).content.decode()
    assert "Give the list a name" in ivos.post(f"{VIEWS}{view.pk}/rename/", {"name": "x" * 61}).content.decode()
    assert seen(cast, "Ivo") == ["All mine", "Other"]
    assert ivos.post(f"{VIEWS}{view.pk}/drop/").status_code == 302
    assert ivos.post(f"{VIEWS}{view.pk}/drop/").status_code == 422
    assert seen(cast, "Ivo") == ["Other"]


@pytest.mark.parametrize("verb", ["rename", "drop", "share"])
def test_anothers_list_looks_like_none(cast: Cast, verb: str) -> None:
    with cast.as_("Tess") as tess:
        view = viewing.keep("Ours", "late", by=tess, at=later(1))
    for name in ("Iris", "Provider administrator"):
        client = cast.browser(name)
        foreign = client.post(f"{VIEWS}{view.pk}/{verb}/", {"name": "x", "shared": "1"})
        missing = client.post(f"{VIEWS}999999/{verb}/", {"name": "x", "shared": "1"})
        assert (foreign.status_code, missing.status_code) == (422, 422)
        assert "This list is not there any more." in foreign.content.decode()
    assert [one.name for one in kept(cast, cast.northwind)] == ["Ours"]
    assert cast.browser("Olga").post(f"{VIEWS}{view.pk}/{verb}/").status_code == 404


def test_a_person_keeps_so_many_and_no_more(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        for number in range(viewing.MOST):
            viewing.keep(f"List {number}", "late", by=ivo, at=later(1))
        with pytest.raises(actions.SayMore, match="Remove one first"):
            viewing.keep("One more", "late", by=ivo, at=later(1))
        viewing.keep("List 1", "mine", by=ivo, at=later(1))


def test_who_works_no_ticket_keeps_no_list(cast: Cast) -> None:
    for name in ("Lena", "Auditor"):
        assert cast.browser(name).post(VIEWS, {"name": "x", "line": ""}).status_code == 403
        assert "Keep this list" not in cast.browser(name).get("/harbor-dental/tickets/?q=late").content.decode()


def test_a_shared_list_names_no_client_to_who_does_not_serve_it(cast: Cast) -> None:
    add_person(cast, "Nora", "p_tech", cast.harbor)
    with cast.as_("Tess") as tess:
        viewing.keep("Pine, overdue", "client:pine-clinics late", shared=True, by=tess, at=later(1))
        viewing.keep("Late", "late", shared=True, by=tess, at=later(1))
    page = cast.browser("Nora").get("/harbor-dental/tickets/").content.decode()
    assert "Late" in page
    assert "Pine" not in page
    assert "Pine, overdue" in cast.browser("Tariq").get("/harbor-dental/tickets/").content.decode()
