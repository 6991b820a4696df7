"""The nightly backups of Harbor Dental: one list a day, handed in each morning and judged."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from comanaged import tenancy
from comanaged.local.demo.clock import Clock, Step, local
from comanaged.local.demo.people import Cast
from monitoring import actions as monitoring
from monitoring.domain.backup import DateOrder, Profile
from monitoring.models import Evidence, Verdict

HANDED_IN, DAYS, SHOWN = "07:00", 30, 3
HANDS_IN = "Ivo"

Job = Mapping[str, Any]
Work = Callable[[int, Mapping[str, Any], datetime], None]


@dataclass
class Nights:
    """The lists of one client; `work` puts on the clock what is done about a ticket."""

    entry: Mapping[str, Any]
    cast: Cast
    work: Work
    seen: set[int] = field(default_factory=set)

    @property
    def zone(self) -> str:
        """The time zone in which the backup server writes."""
        return self.cast.organisations[self.entry["client"]].zone

    def schedule(self, clock: Clock) -> None:
        """Put each morning's list on the clock."""
        for days_ago in range(DAYS, -1, -1):
            clock.at(local(clock.now, days_ago, HANDED_IN, self.zone), self.hands_in(days_ago))

    def hands_in(self, days_ago: int) -> Step:
        """Return the step in which one day's list is handed in and judged, and new tickets are worked on."""

        def step(at: datetime) -> None:
            by, token = self.cast.actor(HANDS_IN, self.entry["client"]), uuid.uuid4()
            content = written(self.entry["jobs"], at.astimezone(ZoneInfo(self.zone)), days_ago)
            with tenancy.only([by.tenant_id], side=by.company_id):
                how = Profile(DateOrder.YMD, self.zone)
                made = monitoring.hand_in(content, as_of=at, how=how, by=by, at=at, filename=f"backups-{at:%Y-%m-%d}.csv")
            with tenancy.only([by.tenant_id]):  # a worker would claim the row; its day is past, so it is judged here
                Evidence.objects.for_tenant(by.tenant_id).filter(pk=made.evidence.pk).update(lease_token=token)
                monitoring.judge(made.evidence.pk, tenant_id=by.tenant_id, token=token, at=at)
                rows = Verdict.objects.for_tenant(by.tenant_id).current().filter(ticket__isnull=False).select_related("ticket")
                numbers = {row.job: row.ticket.number for row in rows if row.ticket}
            for job in self.entry["jobs"]:
                self.see_to(numbers.get(job["name"]), job, at)

        return step

    def see_to(self, number: int | None, job: Job, at: datetime) -> None:
        """Have a new ticket worked on."""
        if number is not None and number not in self.seen:
            self.seen.add(number)
            self.work(number, {"client": self.entry["client"], "work": job.get("work", ())}, at)


def written(jobs: Sequence[Job], morning: datetime, days_ago: int) -> bytes:
    """Return the list as the backup server exports it: the runs of the last few nights."""
    lines = ["Job Name,Result,Start Time"]
    for back in range(SHOWN):
        lines += runs(jobs, morning - timedelta(days=back), days_ago + back)
    return ("\n".join(lines) + "\n").encode()


def runs(jobs: Sequence[Job], morning: datetime, days_ago: int) -> Iterator[str]:
    """Yield one night's runs."""
    for job in jobs:
        if days_ago >= job.get("last", 0):
            result = "Failed" if days_ago in job.get("failed", ()) else "Warning" if days_ago in job.get("warned", ()) else "Success"
            yield f"{job['name']},{result},{morning:%Y-%m-%d} {job['at']}"
