"""Path a, the whole of it: a template, a clinic with its own hands and a night rota, nothing that blocks, two signatures, and a night."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from comanaged.vocabulary import Party
from responsibilities import queries
from responsibilities.models import Finding, Row, Signature, Team, Version
from responsibilities.queries.blocking import blocking
from tests.cast import Cast

ROOT = "/harbor-dental/matrix/"
ONSITE, NIGHTS = "support.onsite", "support.after-hours"


def press(who: Client, address: str, said: dict[str, object]) -> None:
    """Send a form as its page does; whatever is not done is told."""
    answer = who.post(address, said)
    assert answer.status_code == 302, (address, answer.status_code, answer.content.decode()[-1500:])


def stamp(cast: Cast, duty: str, place: str = "") -> int:
    with cast.scope():
        version = queries.open_version(cast.harbor.pk)
        rows = Row.objects.for_tenant(cast.harbor).filter(version=version, duty__key=duty)
        return (rows.filter(place__key=place) if place else rows.filter(place=None)).get().stamp


def night_desk(cast: Cast) -> int:
    """Tess sets up the rota of Northwind's night desk in her own company's room."""
    tess = cast.browser("Tess")
    press(tess, "/northwind/teams/new/", {"kind": "TEAM", "party": "PROVIDER", "name": "Night desk", "key": "", "zone": "America/Chicago"})
    with cast.scope(cast.northwind):
        team = Team.objects.for_tenant(cast.northwind).get().pk
    began = (timezone.now() - timedelta(days=10)).strftime("%Y-%m-%dT09:00")
    for name in ("Tariq", "Tess"):
        press(tess, f"/northwind/teams/{team}/members/", {"person": cast.people[name].pk, "starts_at": began, "ends_at": ""})
    press(tess, f"/northwind/teams/{team}/turns/", {"first": began, "weeks": 1})
    return team


def cure_or_accept(cast: Cast, iris: Client, lena: Client) -> tuple[int, int]:
    """Iris presses what the findings offer, Lena accepts what is left; return how many of each."""
    cured = accepted = 0
    with cast.scope():
        for_nights = [row.pk for row in Finding.objects.for_tenant(cast.harbor).filter(state="OPEN", blocks=True).order_by("id")]
    for number in for_nights[: len(for_nights) // 2]:
        with cast.scope():
            finding = Finding.objects.for_tenant(cast.harbor).select_related("duty").get(pk=number)
        if finding.state != "OPEN" or finding.duty is None:
            continue
        said = {"party": "PROVIDER", "letter": "R", "hours": "AFTER", "seen": stamp(cast, finding.duty.key, finding.place), "place": ""}
        press(iris, f"{ROOT}{finding.duty.key}/letter/", said | {"place": finding.place})
        cured += 1
    with cast.scope():
        left = list(Finding.objects.for_tenant(cast.harbor).filter(state="OPEN", blocks=True))
    until = (timezone.now() + timedelta(days=90)).date().isoformat()
    for row in left:
        address = f"/harbor-dental/findings/{row.pk}/accept{'-critical' if row.severity == 'CRITICAL' else ''}/"
        press(lena, address, {"reason": "We close at night until the spring.", "until": until})
        accepted += 1
    return cured, accepted


@pytest.mark.django_db
def test_from_a_template_to_the_right_person_at_two_in_the_morning(cast: Cast) -> None:  # noqa: PLR0915 - one story
    iris, lena, tess = (cast.browser(name) for name in ("Iris", "Lena", "Tess"))
    team = night_desk(cast)

    # a clinic with its own on-site hands, and the night rota there
    press(iris, "/harbor-dental/sites/new/", {"kind": "SITE", "name": "Eastside clinic", "key": "eastside", "parent": "", "zone": ""})
    for duty in (ONSITE, NIGHTS):
        press(iris, f"{ROOT}{duty}/place/", {"place": "eastside"})
    hands = {"place": "eastside", "party": "END_USER", "letter": "R", "hours": "BUSINESS"}
    press(iris, f"{ROOT}{ONSITE}/letter/", hands | {"seen": stamp(cast, ONSITE, "eastside")})
    nights = {"place": "eastside", "party": "PROVIDER", "letter": "R", "hours": "AFTER"}
    press(tess, f"{ROOT}{NIGHTS}/letter/", nights | {"seen": stamp(cast, NIGHTS, "eastside")})
    named = {"place": "eastside", "party": "PROVIDER", "letter": "R", "who": f"team:{team}", "seen": stamp(cast, NIGHTS, "eastside")}
    assert iris.post(f"{ROOT}{NIGHTS}/who/", named).status_code == 422, "a side names only its own people"
    press(tess, f"{ROOT}{NIGHTS}/who/", named)

    # nothing blocks, or somebody who may lives with it
    cured, accepted = cure_or_accept(cast, iris, lena)
    assert cured > 3
    assert accepted > 3
    with cast.scope():
        draft = queries.open_version(cast.harbor.pk)
        assert draft is not None
        assert all(one.acceptance for one in blocking(draft, timezone.now()))

    # proposed and signed over the hash that was shown
    page = f"{ROOT}versions/1/"
    shown = iris.get(page)
    content = shown.context["page"].now_hash
    press(iris, f"{page}propose/", {"content": content})
    press(iris, f"{page}sign/client/", {"content": content, "typed_name": "Iris"})
    with cast.scope():
        assert not queries.who_answers(cast.harbor.pk, NIGHTS, timezone.now()).signed
    press(tess, f"{page}sign/provider/", {"content": content, "typed_name": "Tess"})
    with cast.scope():
        standing = Version.objects.for_tenant(cast.harbor).get()
        assert (standing.state, standing.content_hash) == ("IN_FORCE", content)
        assert set(Signature.objects.for_tenant(cast.harbor).values_list("side", flat=True)) == {"INTERNAL", "PROVIDER"}

    # a later edit is a new draft, and what is signed stands byte for byte
    press(iris, f"{ROOT}draft/begin/", {})
    changed = {"party": "VENDOR", "letter": "C", "seen": stamp(cast, ONSITE)}
    press(iris, f"{ROOT}{ONSITE}/letter/", changed)
    with cast.scope():
        after = Version.objects.for_tenant(cast.harbor).get(number=1)
        assert (after.content, after.content_hash) == (standing.content, content)
    difference = iris.get(f"{ROOT}versions/1..2/").content.decode()
    assert "On-site" in difference
    assert "Vendors" in difference
    api = cast.api(cast.key(cast.harbor, "k_read"))
    assert api.get("/api/v1/matrix/").json()["hash"] == api.get("/api/v1/matrix/?version=1").json()["hash"] == content

    # two in the morning at the clinic
    at = datetime.combine(timezone.now().date() + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=8)
    asked = urlencode({"duty": NIGHTS, "place": "eastside", "at": at.isoformat()})
    (answer,) = api.get(f"/api/v1/answers/?{asked}").json()["results"]
    assert (answer["person"], answer["team"], answer["signed"], answer["version"]) == ("Tess", "Night desk", True, 1)
    assert answer["because"] == (
        "Rule of Eastside clinic: Night desk does it at night, and Tess (Northwind MSP) has the turn on the rota."
    ), json.dumps(answer["trace"], indent=1)
    assert any("Client rule" in line and "Rule of Eastside clinic overrides it" in line for line in answer["trace"])
    shown_page = iris.get(f"{ROOT}{NIGHTS}/?{urlencode({'at': at.strftime('%Y-%m-%dT%H:%M+00:00'), 'site': 'eastside'})}").content.decode()
    assert "Tess" in shown_page
    with cast.scope():
        by_day = queries.who_answers(cast.harbor.pk, ONSITE, datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "eastside")
        assert (by_day.party, by_day.accountable) == (Party.END_USER, "Internal IT"), "other hands, the same accountable side"
