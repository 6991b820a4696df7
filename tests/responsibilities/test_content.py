"""What people sign: one text for one content, whatever the ids and the order; another text for any other content."""

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.models import Kind
from comanaged.vocabulary import Letter, Party, spoken
from responsibilities import actions as matrix
from responsibilities.domain import content as contents
from responsibilities.domain.content import Calendar, Content, Duty, Excluded, Held, Line, Place
from responsibilities.models import Assignment, Exclusion, Row, Team, Version
from responsibilities.models import Calendar as CalendarRow
from responsibilities.models import Place as PlaceRow
from responsibilities.queries import signing
from tests.cast import BEGAN, Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
KEYS = st.sampled_from(["", "a.one", "b.two", "c", "*"])
PARTIES = st.sampled_from(["", *map(spoken, Party)])
HELD = st.builds(
    Held,
    st.sampled_from("RASCI"),
    PARTIES,
    WORDS,
    WORDS,
    WORDS,
    st.booleans(),
    st.integers(1, 2),
    st.booleans(),
    WORDS,
    WORDS,
    WORDS,
    WORDS,
)
SPANS = st.sampled_from(["08:00-12:00", "13:00-17:30", "22:00-06:00"])
LINES = st.builds(Line, KEYS, KEYS, WORDS, WORDS, WORDS, st.lists(HELD, max_size=4, unique=True).map(tuple))
CALENDARS = st.builds(
    Calendar,
    KEYS,
    KEYS,
    WORDS,
    WORDS,
    st.just("UTC"),
    st.dictionaries(st.sampled_from(["mon", "tue", "sun"]), st.lists(SPANS, min_size=1, max_size=2, unique=True).map(tuple)),
    st.lists(WORDS, max_size=3, unique=True).map(tuple),
)
CONTENTS = st.builds(
    Content,
    WORDS,
    WORDS,
    st.none() | st.integers(0, 9),
    st.dictionaries(WORDS, st.booleans() | st.lists(WORDS, max_size=2), max_size=2),
    st.lists(LINES, max_size=4, unique_by=lambda line: line.key).map(tuple),
    st.lists(CALENDARS, max_size=3, unique_by=lambda one: (one.key, one.place)).map(tuple),
    st.lists(st.builds(Excluded, KEYS, WORDS, WORDS, WORDS), max_size=2, unique_by=lambda one: one.duty).map(tuple),
    st.dictionaries(WORDS, st.builds(Duty, WORDS, WORDS, WORDS, st.integers(1, 5)), max_size=3),
    st.dictionaries(WORDS, WORDS, max_size=2),
    st.dictionaries(WORDS, st.builds(Place, WORDS, WORDS, WORDS, st.lists(WORDS, max_size=2, unique=True).map(tuple)), max_size=2),
    st.dictionaries(WORDS, WORDS, max_size=2),
    st.dictionaries(WORDS, WORDS, max_size=2),
    st.dictionaries(WORDS, WORDS, max_size=2),
)


def shuffled(content: Content, chance: random.Random) -> Content:
    """Return the same content with everything in another order."""

    def mixed(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(items, len(items)))

    def turned(said: dict[str, object]) -> dict[str, object]:
        return dict(chance.sample(list(said.items()), len(said)))

    return replace(
        content,
        lines=mixed(tuple(replace(line, held=mixed(line.held)) for line in content.lines)),  # type: ignore[arg-type]
        calendars=mixed(tuple(replace(one, closed=mixed(one.closed), week=turned(dict(one.week))) for one in content.calendars)),  # type: ignore[arg-type]
        exclusions=mixed(content.exclusions),  # type: ignore[arg-type]
        **{
            name: turned(dict(getattr(content, name)))  # type: ignore[arg-type]
            for name in ("duties", "categories", "places", "teams", "people", "parties", "policy")
        },
    )


@given(CONTENTS, st.randoms(use_true_random=False))
def test_the_same_content_in_any_order_is_the_same_text_and_reads_back(content: Content, chance: random.Random) -> None:
    text = contents.canonical(content)
    assert contents.canonical(shuffled(content, chance)) == text
    assert text.isascii()
    assert contents.canonical(contents.parsed(text)) == text
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) == text


@given(CONTENTS, CONTENTS)
def test_two_contents_have_one_hash_only_if_they_say_the_same(one: Content, other: Content) -> None:
    same = contents.plain(one) == contents.plain(other)
    assert (contents.digest(contents.canonical(one)) == contents.digest(contents.canonical(other))) is same


def test_the_mark_is_the_beginning_of_the_hash_in_four_groups() -> None:
    found = contents.digest(contents.canonical(Content("harbor-dental")))
    assert contents.mark(found).replace(" ", "") == found[:16]
    assert [len(group) for group in contents.mark(found).split()] == [4, 4, 4, 4]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format":2}', '{"format":1,"lines":[{}]}', '{"format":1,"lines":3}', "null"])
def test_another_text_is_no_content(text: str) -> None:
    with pytest.raises(ValueError, match=r"content|Expecting|format"):
        contents.parsed(text)


def open_one(cast: Cast) -> Version:
    return Version.objects.for_tenant(cast.harbor).select_related("tenant").get()


def hash_of(version: Version) -> str:
    return contents.digest(contents.canonical(signing.content_of(version, AT)))


@pytest.mark.django_db
def test_a_copy_with_other_ids_says_the_same_and_every_column_that_counts_changes_the_hash(cast: Cast) -> None:
    with cast.scope():
        site = PlaceRow.objects.create(tenant=cast.harbor, key="eastside", name="Eastside", kind="SITE", zone="America/Denver")
        team = Team.objects.create(tenant=cast.harbor, key="desk", name="Desk", zone="UTC")
        version = open_one(cast)
        row = Row.objects.create(tenant=cast.harbor, version=version, covers="*", place=site, note="n", authority="a", first_steps="f")
        one = Assignment.objects.create(
            tenant=cast.harbor, version=version, row=row, letter="R", party="INTERNAL", team=team.pk, hours="BUSINESS"
        )
        duty = Row.objects.for_tenant(cast.harbor).select_related("duty").filter(duty__isnull=False).order_by("id")[0].duty
        Exclusion.objects.create(tenant=cast.harbor, version=version, duty=duty, reason="Not here", accepted_by="Lena", expires_at=AT)
        before = hash_of(version)
        assert hash_of(version) == before
        changes: list[tuple[object, dict[str, object]]] = [
            (row, {"note": "other"}),
            (row, {"authority": "other"}),
            (row, {"first_steps": "other"}),
            (one, {"hours": "AFTER"}),
            (one, {"lead": True}),
            (one, {"rank": 2}),
            (one, {"qualifier": "severity 1 only"}),
            (one, {"split": "this half"}),
            (one, {"valid_from": date(2027, 1, 1)}),
            (one, {"valid_to": date(2027, 1, 1)}),
            (one, {"team": None}),
            (one, {"team": None, "person_id": cast.people["Iris"].pk}),
            (CalendarRow.objects.for_tenant(cast.harbor).get(), {"closed": ["2027-01-01"]}),
            (CalendarRow.objects.for_tenant(cast.harbor).get(), {"zone": "UTC"}),
            (Exclusion.objects.for_tenant(cast.harbor).get(), {"expires_at": AT + timedelta(days=1)}),
            (site, {"zone": "America/Chicago"}),
            (site, {"name": "West"}),
            (team, {"name": "Night desk"}),
            (version, {"template_version": 99}),
            (version, {"policy": {"named_people": True}}),
        ]
        seen = {before}
        for target, said in changes:
            old = {name: getattr(target, name) for name in said}
            type(target).objects.for_tenant(cast.harbor).filter(pk=target.pk).update(**said)  # type: ignore[attr-defined]
            seen.add(hash_of(open_one(cast)))
            type(target).objects.for_tenant(cast.harbor).filter(pk=target.pk).update(**old)  # type: ignore[attr-defined]
        assert len(seen) == len(changes) + 1
        assert hash_of(open_one(cast)) == before


@pytest.mark.django_db
def test_the_same_edits_at_another_client_give_the_same_lines(cast: Cast) -> None:
    """Two clients from one template differ in nothing but whose they are and what their parties are called."""
    other = actions.create_organisation(Kind.CLIENT, "Harbor Two", slug="harbor-two", zone="America/Chicago", at=BEGAN)
    actions.engage(other, cast.northwind, at=BEGAN)
    with cast.scope():
        mine = signing.content_of(open_one(cast), AT)
    with tenancy.only([other.pk]):
        matrix.start_matrix(other, "overflow-helpdesk", by=access.system(other), at=BEGAN)
        theirs = signing.content_of(Version.objects.for_tenant(other).select_related("tenant").get(), AT)
    assert contents.canonical(replace(theirs, client=mine.client)) == contents.canonical(mine)


@pytest.mark.django_db
def test_both_sides_read_the_same_content(cast: Cast) -> None:
    with tenancy.only([cast.northwind.pk]):
        desk = Team.objects.create(tenant=cast.northwind, key="night", name="Night desk", party="PROVIDER", zone="UTC")
    with cast.as_("Tess") as tess:
        matrix.set_letter("backup.jobs", Party.PROVIDER, Letter.R, seen=1, by=tess, at=AT)
        matrix.set_who("backup.jobs", Party.PROVIDER, Letter.R, team=desk.pk, seen=2, by=tess, at=AT)
        hers = signing.content_of(open_one(cast), AT)
    with cast.as_("Iris"):
        assert signing.content_of(open_one(cast), AT) == hers
    assert hers.teams == {"northwind/night": "Night desk"}
    held = next(held for held in hers.line("backup.jobs", "").held if held.party == "provider")
    assert (held.team, hers.who(held), held.hours) == ("northwind/night", "Night desk", "after")
