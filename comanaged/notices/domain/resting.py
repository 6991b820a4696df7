"""When somebody hears of a thing: at once, after quiet hours, together with others at a time of day, or never.

Times are of the wall clock where the person is. A night on which the clocks change is as quiet as its clock says: where the clock jumps
over the end of quiet hours, they end with the jump; where it shows the same hour twice, that hour is quiet both times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

NOW, DIGEST, NEVER = "NOW", "DIGEST", "NEVER"
TOGETHER = time(8, 0)  # when what was collected comes, until a person says otherwise
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Rest:
    """A person's quiet hours, none where both are None, and when what was collected comes."""

    zone: str = "UTC"
    quiet_from: time | None = None
    quiet_until: time | None = None
    collected_at: time = TOGETHER

    def quiet(self, at: datetime) -> bool:
        """Say whether the clock where the person is stands in the quiet hours at `at`."""
        return self.quiet_at(at.astimezone(ZoneInfo(self.zone)).time())

    def quiet_at(self, clock: time) -> bool:
        """Say whether a time of day is quiet; hours that begin after they end go over midnight."""
        begins, ends = self.quiet_from, self.quiet_until
        if begins is None or ends is None or begins == ends:
            return False
        return begins <= clock < ends if begins < ends else clock >= begins or clock < ends

    def awake(self, at: datetime) -> datetime:
        """Return the first moment from `at` on that is not quiet."""
        if self.quiet_until is None or not self.quiet(at):
            return at
        moment = next(moment for moment in shown(self.quiet_until, at, self.zone) if not self.quiet(moment))
        while moment - MINUTE > at and not self.quiet(moment - MINUTE):  # the clock jumped over the end
            moment -= MINUTE
        return moment

    def together(self, at: datetime) -> datetime:
        """Return when what is collected at `at` comes."""
        return self.awake(next(shown(self.collected_at, at, self.zone)))


def shown(clock: time, after: datetime, zone: str) -> Iterator[datetime]:
    """Yield the moments after another one at which the wall clock of a zone shows a time; where it jumps over it, that much later."""
    there = ZoneInfo(zone)
    day = after.astimezone(there).date()
    while True:
        wanted = datetime.combine(day, clock)
        both = {wanted.replace(tzinfo=there, fold=fold).astimezone(after.tzinfo) for fold in (0, 1)}
        yield from sorted(one for one in both if one > after and one.astimezone(there).replace(tzinfo=None) >= wanted)
        day += DAY


def when(via: str, rest: Rest, at: datetime, *, wakes: bool) -> tuple[datetime, bool] | None:
    """Return when a notice leaves and whether it is collected; None for never. `wakes` = quiet hours do not hold for it."""
    if via == NEVER:
        return None
    if via == DIGEST:
        return rest.together(at), True
    return (at if wakes else rest.awake(at)), False
