"""When what comes again comes next: a time of day in a zone, the same after clocks change as before."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Every(StrEnum):
    """How often."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"


WORDS = {
    Every.DAILY: "every day",
    Every.WEEKLY: "every week",
    Every.MONTHLY: "every month",
    Every.QUARTERLY: "every quarter",
    Every.YEARLY: "every year",
}
DAYS = {Every.DAILY: 1, Every.WEEKLY: 7}
MONTHS = {Every.MONTHLY: 1, Every.QUARTERLY: 3, Every.YEARLY: 12}


@dataclass(frozen=True)
class Rhythm:
    """A rhythm: how often, its first day, and at which time of that zone's clocks."""

    every: Every
    first: date
    clock: time
    zone: str

    def slot(self, number: int) -> datetime:
        """Return the instant of the slot of this number; the first one is 0.

        A day that a month lacks is its last one. A time that clocks skip is as much later as they jump, one they show twice is the first.
        """
        if self.every in DAYS:
            day = self.first + timedelta(days=DAYS[self.every] * number)
        else:
            months = self.first.month - 1 + MONTHS[self.every] * number
            year, month = self.first.year + months // 12, months % 12 + 1
            day = date(year, month, min(self.first.day, monthrange(year, month)[1]))
        return datetime.combine(day, self.clock, ZoneInfo(self.zone)).astimezone(UTC)

    def after(self, moment: datetime) -> datetime:
        """Return the first slot after a moment; of missed ones there is no other trace."""
        number = max(0, self._near(moment) - 1)
        while self.slot(number) <= moment:
            number += 1
        return self.slot(number)

    def latest(self, moment: datetime) -> datetime | None:
        """Return the last slot up to a moment, None before the first."""
        number = max(0, self._near(moment) - 1)
        if self.slot(number) > moment:
            return None
        while self.slot(number + 1) <= moment:
            number += 1
        return self.slot(number)

    def _near(self, moment: datetime) -> int:
        """Return a slot's number that is not after a moment and near it."""
        here = moment.astimezone(ZoneInfo(self.zone)).date()
        if self.every in DAYS:
            return (here - self.first).days // DAYS[self.every]
        return ((here.year - self.first.year) * 12 + here.month - self.first.month) // MONTHS[self.every]
