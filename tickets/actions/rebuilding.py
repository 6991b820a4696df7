"""Every ticket told again from its ledger: what its row says otherwise is set right, or only reported."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from tickets.actions import entries
from tickets.domain import ledger
from tickets.domain.audience import TO_BOTH
from tickets.models import Event, Terms, Ticket

AT_ONCE = 200  # tickets whose rows are held together


@dataclass
class Found:
    """How many tickets were read, which differed from their ledger, and in how many of them each column did."""

    tickets: int = 0
    differ: list[int] = field(default_factory=list)
    columns: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Found") -> None:
        """Take in what was found elsewhere."""
        self.tickets += other.tickets
        self.differ += other.differ
        self.columns.update(other.columns)


def rebuild(tenant: Organisation, *, at: datetime, write: bool) -> Found:
    """Read every ticket of a client through its ledger, and with `write` set right what differs; each chunk is one transaction."""
    found, after = Found(), 0
    while True:
        with tenancy.only([tenant.pk]):
            rows = Ticket.objects.for_tenant(tenant).filter(id__gt=after).order_by("id").select_for_update(of=("self",))
            chunk = list(rows[:AT_ONCE])
            if not chunk:
                return found
            differing = list(_differing(tenant, chunk))
            if write:
                _set_right(tenant, differing, at)
        after = chunk[-1].pk
        changed = Counter(name for _, columns in differing for name in columns)
        found.add(Found(len(chunk), [ticket.number for ticket, _ in differing], changed))


def _differing(tenant: Organisation, chunk: Sequence[Ticket]) -> Iterator[tuple[Ticket, ledger.Columns]]:
    """Yield the tickets that their ledger tells otherwise, with the columns it tells and what it says of them."""
    told: Mapping[int, list[ledger.Entry]] = defaultdict(list)
    rows = Event.objects.for_tenant(tenant).filter(ticket__in=[ticket.pk for ticket in chunk], audience__in=TO_BOTH)
    for ticket_id, at, after, version in rows.order_by("ticket", "id").values_list("ticket", "at", "after", "version").iterator():
        told[ticket_id].append(ledger.Entry(at, after, version))
    named = {value for some in told.values() for entry in some if (value := entry.after.get("terms_id"))}
    named |= {ticket.terms_id for ticket in chunk if ticket.terms_id}
    wordings = Terms.objects.for_tenant(tenant).filter(pk__in=named).values_list("pk", "content")
    terms: dict[int | None, ledger.Terms | None] = {pk: ledger.terms_of(content) for pk, content in wordings}
    for ticket in chunk:
        known = entries.columns_of(ticket)
        right = ledger.replay(ticket.opened_at, told[ticket.pk], terms, known)
        wrong = {name: right[name] for name in (*ledger.KEPT, *ledger.DERIVED) if right[name] != known[name]}
        if wrong:
            yield ticket, wrong


def _set_right(tenant: Organisation, differing: Sequence[tuple[Ticket, ledger.Columns]], at: datetime) -> None:
    """Write what the ledger tells, and keep in the trail which columns said otherwise."""
    by = access.system(tenant)
    for ticket, columns in differing:
        for name, value in columns.items():
            setattr(ticket, name, value)
        entries.keep(ticket, "ticket.rebuild", ticket, by=by, at=at, after=f"ticket {ticket.number}: {', '.join(sorted(columns))}")
    Ticket.objects.for_tenant(tenant).bulk_update([ticket for ticket, _ in differing], entries.SAVED, batch_size=AT_ONCE)
