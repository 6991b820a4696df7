"""The line of filters: what it understands, what it says of the rest, and that it reads back what it writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.domain import wanted
from tickets.domain.wanted import Wanted, line, parts, read

NAMES = st.text(st.characters(exclude_characters='"\x00', exclude_categories=["Cs"]), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
WORDS = NAMES.filter(bool)
LINES = st.builds(
    Wanted,
    client=NAMES,
    side=st.sampled_from(("", *wanted.SIDES)),
    state=st.sampled_from(("", *wanted.STATES)),
    duty=NAMES,
    person=NAMES,
    asker=NAMES,
    priority=st.sampled_from(("", *wanted.PRIORITIES)),
    due=st.integers(0, wanted.FURTHEST),
    closed=st.sampled_from(("", "today")),
    number=st.integers(0, wanted.BIGGEST),
    late=st.booleans(),
    offered=st.booleans(),
    offering=st.booleans(),
    crossed=st.booleans(),
    nobodys=st.booleans(),
    words=st.lists(WORDS, max_size=4).map(tuple),
)


@given(LINES)
def test_what_is_written_reads_back(wish: Wanted) -> None:
    assert read(line(wish)).wanted == wish


@given(LINES)
def test_each_part_taken_away_leaves_the_rest(wish: Wanted) -> None:
    whole = [word for _, word in parts(wish)]
    for place, (rest, _) in enumerate(parts(wish)):
        assert [word for _, word in parts(rest)] == whole[:place] + whole[place + 1 :]


@given(st.text())
def test_any_text_is_understood_or_looked_for(text: str) -> None:
    found = read(text)
    assert all(words for words in found.missed)
    assert read(line(found.wanted)).wanted == found.wanted


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wanted()),
        ("client:pine duty:backup late with:tess", Wanted(client="pine", duty="backup", late=True, person="tess")),
        ("state:open side:provider due:1h", Wanted(state="open", side="provider", due=60)),
        ("waiting crossed", Wanted(state="waiting", crossed=True)),
        ("mine LATE", Wanted(person="me", late=True)),
        ('with:"tess jones" printer', Wanted(person="tess jones", words=("printer",))),
        ('"exact words" spooler', Wanted(words=("exact words", "spooler"))),
        ('"late"', Wanted(words=("late",))),
        ("#2291", Wanted(number=2291)),
        ("hd-2291", Wanted(words=("hd-2291",))),
        ("priority:Critical", Wanted(priority="p1")),
        ('an "open end', Wanted(words=("an", "open end"))),
    ],
)
def test_the_words_of_a_line(text: str, wish: Wanted) -> None:
    assert read(text) == wanted.Read(wish)


@pytest.mark.parametrize(
    ("text", "said", "wish"),
    [
        ("due:soon", "Write it like due:30m, due:4h or due:2d.", Wanted()),
        ("due:999999d", "says no time", Wanted()),
        ("state:broken", "is none of todo, new, open", Wanted()),
        ("side:left", "is none of ours, theirs", Wanted()),
        ("priority:p9", "is none of critical, high", Wanted()),
        ("client:", "Say which after “client:”.", Wanted()),
        ("error:0x80", "looked for as words", Wanted(words=("error:0x80",))),
    ],
)
def test_what_is_not_understood_is_said(text: str, said: str, wish: Wanted) -> None:
    found = read(text)
    assert said in " ".join(found.missed)
    assert found.wanted == wish


@pytest.mark.parametrize(
    ("word", "named"), [("hd-2291", ("HD", 2291)), ("DC-02", None), ("printer", None), ("HD-99999999999", None), ("a-b", None)]
)
def test_a_word_may_name_a_ticket(word: str, named: tuple[str, int] | None) -> None:
    assert wanted.reference(word) == named
