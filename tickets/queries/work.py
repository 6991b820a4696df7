"""What hangs on a ticket besides its story, and why it cannot be resolved yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast

from comanaged.accounts import access
from tickets.domain import approving, lifecycle, linking, merging, saying
from tickets.domain.linking import Tie
from tickets.models import Approval, Link, Merge, Minutes, Step, Ticket

NAMED = 3  # of what is open, as many are named in a sentence
SAME = 5  # other tickets of the same machine
OWN = 10  # rows of minutes that one may still take back


# --- the gate


@dataclass(frozen=True)
class Gate:
    """What holds a ticket back from being resolved, in sentences; `children` are its open parts, which may be resolved with it."""

    steps: tuple[str, ...] = ()
    approval: str = ""
    children: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return every reason."""
        found = []
        if self.steps:
            several = f"{len(self.steps)} required steps are" if len(self.steps) > 1 else "A required step is"
            found.append(f"{several} open: {_named(self.steps)}.")
        if self.approval:
            found.append(f"An approval waits for an answer: {self.approval}.")
        if self.children:
            several = f"{len(self.children)} parts of this ticket are" if len(self.children) > 1 else "A part of this ticket is"
            found.append(f"{several} open: {_named(self.children)}. Resolve them first, or together with it.")
        return tuple(found)

    def without_children(self) -> "Gate":
        """Return what is left when its parts are resolved together with it."""
        return Gate(self.steps, self.approval)


def gate(ticket: Ticket, at: datetime) -> Gate:
    """Return what holds a ticket back from being resolved at `at`: a request whose time is over holds it no more, whoever notices that first."""
    tenant, text = ticket.tenant_id, CharField()
    open_steps = Step.objects.for_tenant(tenant).of(ticket.pk).blocking().values_list(Value("step"), Value(0), "text", "position")
    asked = Approval.objects.for_tenant(tenant).filter(ticket=ticket, state=approving.State.PENDING, answer_by__gt=at)
    parts = Ticket.objects.for_tenant(tenant).to_do().filter(parent=ticket)
    found = open_steps.order_by().union(
        asked.values_list(Value("approval"), Value(0), Cast("what", text), Value(0)),
        parts.values_list(Value("part"), "number", Cast("title", text), "number"),
        all=True,
    )
    rows = sorted(found, key=lambda row: row[3])
    name = ticket.tenant.name
    return Gate(
        tuple(said for kind, _, said, _ in rows if kind == "step"),
        next((said for kind, _, said, _ in rows if kind == "approval"), ""),
        tuple(saying.reference(name, number) for kind, number, _, _ in rows if kind == "part"),
    )


def unfinished(ticket: Ticket, at: datetime) -> tuple[str, ...]:
    """Return in sentences why a ticket cannot be resolved at `at`."""
    return gate(ticket, at).sentences


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return "; ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


# --- the page


@dataclass(frozen=True)
class Near:
    """Another ticket as it is named beside this one; `words` say what it is to it, `link` is the row to take out."""

    number: int
    reference: str
    title: str
    state: str
    words: str = ""
    link: int | None = None


@dataclass(frozen=True)
class Spent:
    """Minutes of one organisation."""

    side: str
    name: str
    minutes: int


@dataclass(frozen=True)
class Asked:
    """A request for approval; `may` = the reader answers it, `waits` = it has no answer yet."""

    id: int
    what: str
    why: str
    cost: str
    risk: str
    who: str
    asked_by: str
    asked_side: str
    answer_by: datetime
    state: str
    words: str
    answered_by: str
    answered_at: datetime | None
    text: str
    own: bool
    waits: bool
    may: bool
    mine: bool


@dataclass(frozen=True)
class Work:
    """What a ticket's page shows beside its story, for one reader; what is over shows and changes nothing."""

    steps: tuple[Step, ...]
    approvals: tuple[Asked, ...]
    spent: tuple[Spent, ...]
    own: tuple[Minutes, ...]
    links: tuple[Near, ...]
    parent: Near | None
    children: tuple[Near, ...]
    same: tuple[Near, ...]
    taken_in: tuple[Near, ...]
    merged: Near | None
    unmerge_until: datetime | None
    offered: Near | None  # the ticket into which a merge was offered
    may_work: bool
    may_link: bool
    may_ask: bool
    may_merge: bool
    may_unmerge: bool

    @property
    def done(self) -> int:
        return sum(step.done_at is not None for step in self.steps)

    @property
    def pending(self) -> Asked | None:
        return next((one for one in self.approvals if one.waits), None)

    @property
    def near(self) -> bool:
        return bool(self.links or self.parent or self.children or self.same or self.taken_in)


def work(ticket: Ticket, by: access.Actor, at: datetime) -> Work:
    """Return what hangs on a ticket, as this reader may act on it; a fixed number of statements."""
    family = _family(ticket)
    unfinished_now = ticket.state in lifecycle.UNFINISHED
    alone = ticket.hidden_for_id is not None  # then it hangs together with no other
    sums, own = spent(ticket, by)
    return Work(
        steps=tuple(Step.objects.for_tenant(ticket.tenant_id).of(ticket.pk)),
        approvals=approvals(ticket, by, at),
        spent=sums,
        own=own if unfinished_now else (),
        links=family.links,
        parent=family.parent,
        children=family.children,
        same=same_machine(ticket, by),
        taken_in=family.taken_in,
        merged=family.merged,
        unmerge_until=family.back_until,
        offered=family.offered,
        may_work=unfinished_now and access.may(by, "ticket.work"),
        may_link=unfinished_now and not alone and access.may(by, "ticket.link"),
        may_ask=ticket.state in lifecycle.TO_DO and access.may(by, "ticket.ask_approval"),
        may_merge=ticket.state in lifecycle.TO_DO and not (alone or ticket.offer_kind) and access.may(by, "ticket.merge"),
        may_unmerge=family.back_until is not None and at < family.back_until and access.may(by, "ticket.merge") and by.side == ticket.side,
    )


def approvals(ticket: Ticket, by: access.Actor, at: datetime) -> tuple[Asked, ...]:
    """Return a ticket's requests for approval, the newest first."""
    rows = Approval.objects.for_tenant(ticket.tenant_id).filter(ticket=ticket).select_related("approver", "stand_in")
    return tuple(asked_of(row, by, at) for row in rows.order_by("-id"))


def asked_of(row: Approval, by: access.Actor, at: datetime) -> Asked:
    """Return one request as a reader sees it; past its time it waits for nobody, whoever notices that first."""
    state = approving.State(row.state)
    if state is approving.State.PENDING and row.answer_by <= at:
        state = approving.State.EXPIRED
    waits = state is approving.State.PENDING
    listed = approving.Listed(row.approver_id, row.stand_in_id, row.asked_by_id)
    return Asked(
        id=row.pk,
        what=row.what,
        why=row.why,
        cost=row.cost,
        risk=row.risk,
        who=f"{row.approver} or {row.stand_in}" if row.stand_in else str(row.approver),
        asked_by=row.asked_by_name,
        asked_side=row.asked_side,
        answer_by=row.answer_by,
        state=state,
        words=approving.WORDS[state],
        answered_by=row.answered_by_name,
        answered_at=row.answered_at,
        text=row.text,
        own=row.own,
        waits=waits,
        may=waits and access.may(by, "ticket.approve") and not approving.why_not(listed, by.user_id),
        mine=waits and access.may(by, "ticket.ask_approval") and by.user_id == row.asked_by_id,
    )


def spent(ticket: Ticket, by: access.Actor) -> tuple[tuple[Spent, ...], tuple[Minutes, ...]]:
    """Return the minutes of each organisation, and the reader's own that still count, the newest first; one statement."""
    rows = list(Minutes.objects.for_tenant(ticket.tenant_id).filter(ticket=ticket).select_related("company").order_by("side", "-id"))
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        sums[row.side, row.company.name] = sums.get((row.side, row.company.name), 0) + row.minutes
    gone = {row.takes_back_id for row in rows}
    mine = (row for row in rows if by.user_id is not None and (row.by_user_id, row.company_id) == (by.user_id, by.company_id))
    own = [row for row in mine if row.takes_back_id is None and row.pk not in gone]
    return tuple(Spent(side, name, total) for (side, name), total in sums.items() if total), tuple(own[:OWN])


@dataclass(frozen=True)
class Family:
    """The tickets that have to do with one."""

    links: tuple[Near, ...]
    parent: Near | None
    children: tuple[Near, ...]
    taken_in: tuple[Near, ...]
    merged: Near | None
    offered: Near | None
    back_until: datetime | None


@dataclass(frozen=True)
class Tied:
    """A link or a merge: which row, of which two tickets, how (empty = merged), when."""

    id: int
    one: int
    other: int
    kind: str
    at: datetime


def _family(ticket: Ticket) -> Family:
    """Return them in two statements: the links and merges, the tickets these name."""
    tenant, here = ticket.tenant_id, ticket.pk
    links = Link.objects.for_tenant(tenant).filter(Q(one=here) | Q(other=here))
    merges = Merge.objects.for_tenant(tenant).filter(Q(source=here) | Q(target=here), undone_at=None)
    rows = links.values_list("id", "one", "other", "kind", "at").union(
        merges.values_list("id", "source", "target", Value("", output_field=CharField()), "at"), all=True
    )
    tied = sorted((Tied(*row) for row in rows), key=lambda row: (row.at, row.id))
    others = {row.other if row.one == here else row.one for row in tied}
    others |= {one for one in (ticket.parent_id, ticket.packet.get("into")) if one}
    found = Ticket.objects.for_tenant(tenant).filter(Q(pk__in=others) | Q(parent=here)).select_related("tenant").order_by("number")
    by_id = {row.pk: row for row in found}
    merged = [row for row in tied if not row.kind]
    into = next((row for row in merged if row.one == here), None)
    return Family(
        links=tuple(_linked(row, here, by_id) for row in tied if row.kind),
        parent=near(by_id[ticket.parent_id]) if ticket.parent_id in by_id else None,
        children=tuple(near(row) for row in by_id.values() if row.parent_id == here),
        taken_in=tuple(near(by_id[row.one]) for row in merged if row.other == here),
        merged=near(by_id[into.other]) if into else None,
        offered=near(by_id[ticket.packet["into"]]) if ticket.offer_kind == merging.OFFER else None,
        back_until=into.at + merging.WINDOW if into else None,
    )


def _linked(row: Tied, here: int, by_id: dict[int, Ticket]) -> Near:
    first = row.one == here
    words = (linking.FROM_ONE if first else linking.FROM_OTHER)[Tie(row.kind)]
    return near(by_id[row.other if first else row.one], words, row.id)


def same_machine(ticket: Ticket, by: access.Actor) -> tuple[Near, ...]:
    """Return the newest other tickets of the same machine or account that this reader sees."""
    if not ticket.asset:
        return ()
    rows = (
        Ticket.objects.for_tenant(ticket.tenant_id)
        .seen_by(by.company_id)
        .filter(asset=ticket.asset)
        .exclude(pk=ticket.pk)
        .select_related("tenant")
    )
    return tuple(near(row) for row in rows.newest_first(None)[:SAME])


def near(ticket: Ticket, words: str = "", link: int | None = None) -> Near:
    """Return a ticket as it is named beside another one."""
    reference = saying.reference(ticket.tenant.name, ticket.number)
    return Near(ticket.number, reference, ticket.title, ticket.state.lower(), words, link)
