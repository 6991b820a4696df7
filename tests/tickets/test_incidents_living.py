"""Major incidents led at random by people of both sides, to the last signature: what must hold holds after every single act."""

import pytest

from tests.cast import Cast
from tests.tickets.living import IN_AN_EMERGENCY, Emergency, differing

LIVES = 3


@pytest.mark.parametrize("seed", range(LIVES))
@pytest.mark.django_db
def test_whatever_people_do_one_commands_the_other_side_follows_and_nothing_told_is_lost(cast: Cast, seed: int) -> None:
    life = Emergency(cast, seed)
    life.go(50)
    assert len(set(life.done)) > len(IN_AN_EMERGENCY) // 2, f"the life was no life: {sorted(set(life.done))}"
    assert differing(cast).differ == []
