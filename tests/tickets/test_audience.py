"""Who may read a message: the rule that pages, API and database are later held against."""

import itertools

import pytest

from comanaged.vocabulary import Audience, Side
from tickets.domain import audience
from tickets.domain.audience import Reader

HARBOR, NORTHWIND, SUCCESSOR = 1, 2, 3


@pytest.mark.parametrize(
    "reader", [Reader(company, private) for company, private in itertools.product([HARBOR, NORTHWIND, SUCCESSOR, None], [True, False])]
)
@pytest.mark.parametrize("to", [Audience.PUBLIC, Audience.SHARED])
def test_what_goes_to_both_sides_is_read_by_every_member(to: Audience, reader: Reader) -> None:
    assert audience.may_read(to, NORTHWIND, reader)


def test_a_note_is_read_by_its_own_side_alone() -> None:
    readers = [Reader(company, private=True) for company in (HARBOR, NORTHWIND, SUCCESSOR, None)]
    assert [audience.may_read(Audience.PROVIDER, NORTHWIND, reader) for reader in readers] == [False, True, False, False]
    assert [audience.may_read(Audience.INTERNAL, HARBOR, reader) for reader in readers] == [True, False, False, False]


def test_an_auditor_and_a_read_only_key_read_no_note_of_their_own_side_either() -> None:
    assert not audience.may_read(Audience.INTERNAL, HARBOR, Reader(HARBOR, private=False))


def test_a_note_of_nobody_is_for_nobody() -> None:
    assert not audience.may_read(Audience.INTERNAL, None, Reader(None, private=True))


def test_a_note_is_for_the_side_of_its_writer() -> None:
    assert audience.own(Side.PROVIDER) is Audience.PROVIDER
    assert audience.own(Side.INTERNAL) is Audience.INTERNAL
