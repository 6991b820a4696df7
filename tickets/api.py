"""Tickets for integrations: list, read, open, and one address per move; a key acts for its own side only."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, onward
from comanaged.vocabulary import Audience, Priority, Side, spoken
from tickets import actions, queries
from tickets import api_base as base
from tickets.actions import external
from tickets.api_base import CHANGE, CLIENT, MATCH, ONCE, Spoken, done, read, told
from tickets.domain import external as elsewhere
from tickets.domain import lifecycle, wanted
from tickets.domain.handover import FIELDS
from tickets.domain.handover import LONG as PART
from tickets.domain.outcomes import CANCELLATIONS, DECLINES, RESOLUTIONS
from tickets.domain.priorities import Impact, Urgency, priority_of
from tickets.domain.waiting import REASONS
from tickets.forms import LONG, TITLE
from tickets.models import Ticket
from tickets.queries import wishing

BOTH = [Audience.PUBLIC.lower(), Audience.SHARED.lower()]
PAGE, MOST = 50, 200


@extend_schema_serializer(component_name="TicketOrigin")
class Origin(serializers.Serializer[queries.Row]):
    kind = serializers.CharField(source="origin_kind")
    summary = serializers.CharField(source="origin_summary")
    link = serializers.CharField(source="origin_link")


@extend_schema_serializer(component_name="TicketWaiting")
class WaitOut(serializers.Serializer[Any]):
    """Whom or what the ticket waits for."""

    reason = serializers.CharField()
    whom = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


@extend_schema_serializer(component_name="TicketOffered")
class OfferOut(serializers.Serializer[Any]):
    """The offer that waits for an answer."""

    kind = serializers.CharField(
        help_text="offer, duty or version: a handover; asked: the side in `to` asks for it; merge: to be merged into another ticket"
    )
    to = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    answer_due_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="Ticket")
class Out(serializers.Serializer[queries.Row]):
    """A ticket as every reader of both sides sees it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    reference = serializers.CharField()
    client = serializers.CharField(source="slug")
    title = serializers.CharField()
    duty = serializers.SerializerMethodField()
    place = serializers.CharField()
    asset = serializers.CharField()
    state = Spoken()
    side = Spoken()
    holder = serializers.CharField()
    assignee = serializers.SerializerMethodField()
    requester = serializers.SerializerMethodField()
    priority = Spoken()
    urgency = serializers.CharField()
    origin = Origin(source="*")
    seen = serializers.IntegerField(help_text="How often the trouble was seen, the first time included.")
    repeats = serializers.SerializerMethodField()
    because = serializers.CharField()
    trace = serializers.ListField(child=serializers.CharField())
    accountable = serializers.CharField()
    matrix_version = serializers.IntegerField(allow_null=True)
    signed = serializers.BooleanField()
    unowned = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Send it with a move to be told when the ticket changed meanwhile.")
    answer_due_at = serializers.DateTimeField(source="clocks.answer_due_at", allow_null=True)
    fix_due_at = serializers.DateTimeField(source="clocks.fix_due_at", allow_null=True)
    fix_left = serializers.IntegerField(
        source="clocks.fix_left", allow_null=True, help_text="Working seconds left, while the clock stands still."
    )
    next_at = serializers.DateTimeField(source="clocks.next_at", allow_null=True)
    next_what = serializers.CharField(source="clocks.next_what", help_text="What is due next: answer, fix, wake, or nothing.")
    missed = serializers.ListField(source="clocks.missed", child=serializers.CharField(), help_text="Promises missed already: answer, fix.")
    missed_because = serializers.CharField(source="clocks.missed_because", help_text="In whose time it ran out.")
    wait = WaitOut(source="clocks.wait", allow_null=True)
    offer = OfferOut(source="clocks.offer", allow_null=True)
    crossings = serializers.IntegerField(source="clocks.crossings")
    declines = serializers.IntegerField(source="clocks.declines")
    expiries = serializers.IntegerField(source="clocks.expiries")

    def get_duty(self, row: queries.Row) -> str | None:
        return row.duty or None

    def get_assignee(self, row: queries.Row) -> str | None:
        return row.assignee or None

    def get_requester(self, row: queries.Row) -> str | None:
        return row.requester or None

    def get_repeats(self, row: queries.Row) -> int:
        return row.seen - 1


@extend_schema_serializer(component_name="TicketFileOfEntry")
class EntryFile(serializers.Serializer[queries.File]):
    """A file that came with an entry; its bytes are under the ticket's attachments."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


@extend_schema_serializer(component_name="TicketEntry")
class EntryOut(serializers.Serializer[queries.Entry]):
    """One entry of the story, as far as this key may read it."""

    kind = Spoken()
    by = serializers.CharField(source="who")
    side = Spoken()
    audience = Spoken()
    text = serializers.CharField()
    blanked = serializers.CharField(help_text="Where somebody blanked the text: who, when and why; else empty.")
    attachments = EntryFile(source="files", many=True)
    at = serializers.DateTimeField()


@extend_schema_serializer(component_name="TicketWithStory")
class Full(Out):
    """A ticket with its story."""

    merged_into = serializers.SerializerMethodField(help_text="The number of the ticket that took this one in; what is new belongs there.")
    entries = serializers.SerializerMethodField()

    def get_merged_into(self, row: queries.Row) -> int | None:
        return self.context["merged_into"]  # type: ignore[no-any-return]

    def get_entries(self, row: queries.Row) -> list[dict[str, Any]]:
        return list(EntryOut(self.context["entries"], many=True).data)


@extend_schema_serializer(component_name="TicketPage")
class Page(serializers.Serializer[Any]):
    results = Out(many=True)
    next = serializers.URLField(allow_null=True)


class Wanted(serializers.Serializer[Any]):
    """Filters of the list; without a state, tickets in every state, newest first."""

    state = serializers.ChoiceField(required=False, choices=["to_do", "unfinished", "all", *(state.lower() for state in lifecycle.State)])
    side = serializers.ChoiceField(required=False, choices=[side.lower() for side in Side])
    duty = serializers.CharField(required=False, max_length=100)
    number = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    q = serializers.CharField(
        required=False,
        max_length=wanted.LONGEST,
        help_text="Words and filters as in the queue, such as duty:backup late with:tess; messages count as far as the key may read them.",
    )
    cursor = serializers.CharField(required=False, max_length=300)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST)


@extend_schema_serializer(component_name="TicketExternalIn")
class ExternalIn(serializers.Serializer[Any]):
    """What the ticket is called in a system of the key's side: the same name is the same ticket, however often it is sent."""

    system = serializers.RegexField(r"^[A-Za-z0-9_-]{1,60}$", error_messages={"invalid": "Use letters, digits, - and _."})
    id = serializers.CharField(max_length=elsewhere.NAME)
    url = serializers.CharField(required=False, allow_blank=True, max_length=elsewhere.ADDRESS)
    status = serializers.CharField(required=False, allow_blank=True, max_length=elsewhere.STATUS)

    def validate_url(self, url: str) -> str:
        if not elsewhere.leads(url):
            raise serializers.ValidationError("Begin the address with https://.")
        return url


@extend_schema_serializer(component_name="TicketIn")
class OpenIn(serializers.Serializer[Any]):
    """A new ticket; without a duty the matrix routes it like a call to the desk."""

    title = serializers.CharField(max_length=TITLE)
    duty = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=100)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONG)
    priority = serializers.CharField(required=False, help_text="p1 to p4; p3 when nothing is said. Or say impact and urgency.")
    impact = serializers.ChoiceField(required=False, default="", choices=[str(impact) for impact in Impact])
    urgency = serializers.ChoiceField(required=False, default="", choices=[str(urgency) for urgency in Urgency])
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=TITLE)
    asset = serializers.CharField(required=False, allow_blank=True, default="", max_length=TITLE)
    external = ExternalIn(required=False, allow_null=True, default=None)

    def validate_priority(self, word: str) -> Priority:
        try:
            return Priority(word.upper())
        except ValueError:
            raise serializers.ValidationError("Use p1 (critical), p2 (high), p3 (normal) or p4 (low).") from None

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Find how much it hinders: as said, or from whom it concerns and what they can still do."""
        impact, urgency = said["impact"], said["urgency"]
        if bool(impact) != bool(urgency):
            lacks = "urgency" if impact else "impact"
            raise serializers.ValidationError({lacks: ["Say impact and urgency together, or say priority."]})
        if impact and "priority" in said:
            raise serializers.ValidationError({"priority": ["Say priority, or impact and urgency; not both."]})
        return said | {"priority": priority_of(impact, urgency) if impact else said.get("priority", Priority.P3)}


@extend_schema_serializer(component_name="TicketMove")
class MoveIn(serializers.Serializer[Any]):
    """A move: what is said, and the version that was seen."""

    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONG)
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


@extend_schema_serializer(component_name="TicketReply")
class ReplyIn(MoveIn):
    audience = serializers.ChoiceField(required=False, default=BOTH[0], choices=BOTH)


@extend_schema_serializer(component_name="TicketNote")
class NoteIn(MoveIn):
    """A note stays on the key's own side; what both sides may read is a reply."""

    audience = serializers.CharField(required=False, default="")


class Tickets(ApiView):
    """One client's tickets."""

    actions: ClassVar = {"GET": "ticket.view", "POST": "ticket.open"}

    @extend_schema(operation_id="tickets_list", parameters=[Wanted, CLIENT], responses=Page)
    def get(self, request: Request, by: Actor) -> Response:
        asked = read(Wanted, request.query_params)
        filters, tenants = _filters(asked, by)
        try:
            page = queries.queue(
                tenants, filters, company=by.company_id, at=timezone.now(), after=asked.get("cursor", ""), size=asked.get("limit", PAGE)
            )
        except queries.BadCursor as bad:
            raise serializers.ValidationError({"cursor": [str(bad)]}) from bad
        return Response({"results": [Out(row).data for row in page.rows], "next": onward(request, page.next) if page.next else None})

    @extend_schema(parameters=[CLIENT, ONCE, CHANGE], request=OpenIn, responses={201: Full, 200: Full})
    def post(self, request: Request, by: Actor) -> Response:
        asked = read(OpenIn, request.data)
        with told():
            opened = _open(asked, base.once(request), by)
        answer = done(_answer(base.found(by, str(opened.ticket.public_id)), by))
        answer.status_code = 201 if opened.created else 200
        return answer


class OneTicket(ApiView):
    """One ticket and its story, by number or id."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(parameters=[CLIENT], responses=Full)
    def get(self, request: Request, by: Actor, ticket: str) -> Response:
        return _answer(base.found(by, ticket), by)


class Move(ApiView):
    """What all moves share: find, act, answer with the ticket, or say why not."""

    shape: ClassVar[type[MoveIn]] = MoveIn

    def post(self, request: Request, by: Actor, ticket: str) -> Response:
        found = base.found(by, ticket)
        asked = read(self.shape, request.data)
        matched = base.matched(request)
        asked["version"] = asked["version"] if matched is None else matched
        with told(matched=matched is not None):
            self.act(found, asked, base.once(request), by)
        return done(_answer(base.found(by, ticket), by))

    def act(self, found: Ticket, asked: dict[str, Any], once: str, by: Actor) -> None:
        raise NotImplementedError


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=MoveIn, responses={200: Full})
class Take(Move):
    """Mark the ticket as worked on by the key's side; a key is no person, so nobody is named."""

    actions: ClassVar = {"POST": "ticket.take"}

    def act(self, found: Ticket, asked: dict[str, Any], once: str, by: Actor) -> None:
        actions.take(found.id, by=by, at=timezone.now(), seen=asked["version"], once=once)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=ReplyIn, responses={200: Full})
class Reply(Move):
    """Write to both sides: `public` reaches the requester too, `shared` both sides only."""

    actions: ClassVar = {"POST": "ticket.reply"}
    shape = ReplyIn

    def act(self, found: Ticket, asked: dict[str, Any], once: str, by: Actor) -> None:
        audience = Audience(asked["audience"].upper())
        actions.reply(found.id, asked["text"], audience, by=by, at=timezone.now(), seen=asked["version"], once=once)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=NoteIn, responses={200: Full})
class Note(Move):
    """Keep a note on the key's own side, or read those that are there."""

    actions: ClassVar = {"GET": "note.read_private_own", "POST": "note.write_private"}
    shape = NoteIn

    @extend_schema(parameters=[CLIENT], responses=EntryOut(many=True))
    def get(self, request: Request, by: Actor, ticket: str) -> Response:
        entries, _ = queries.story(base.found(by, ticket), by)
        return Response({"results": [EntryOut(one).data for one in entries if one.form == "secret"], "next": None})

    def act(self, found: Ticket, asked: dict[str, Any], once: str, by: Actor) -> None:
        own = spoken(by.side or "")
        if asked["audience"] not in {"", "private", own}:
            raise serializers.ValidationError(
                {"audience": [f"A note of this key stays with '{own}'. To write to both sides, send a reply."]}
            )
        actions.note(found.id, asked["text"], by=by, at=timezone.now(), once=once)


@extend_schema_serializer(component_name="TicketResolve")
class ResolveIn(MoveIn):
    code = serializers.ChoiceField(required=False, default="fixed", choices=list(RESOLUTIONS))
    override = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONG)
    parts = serializers.BooleanField(required=False, default=False, help_text="Resolve its open parts too, in the same words.")


@extend_schema_serializer(component_name="TicketCancel")
class CancelIn(MoveIn):
    code = serializers.ChoiceField(required=False, default="not_ours", choices=list(CANCELLATIONS))


@extend_schema_serializer(component_name="TicketWait")
class WaitIn(MoveIn):
    """What it waits for, whom by name, and when it wakes by itself."""

    reason = serializers.ChoiceField(choices=list(REASONS))
    whom = serializers.CharField(required=False, default="", allow_blank=True, max_length=TITLE)
    until = serializers.DateTimeField()


@extend_schema_serializer(component_name="TicketOffer")
class OfferIn(MoveIn):
    """The packet of a handover: what is known, what was done, what the other side should do first."""

    known = serializers.CharField(required=False, default="", allow_blank=True, max_length=PART)
    tried = serializers.CharField(required=False, default="", allow_blank=True, max_length=PART)
    next = serializers.CharField(required=False, default="", allow_blank=True, max_length=PART)
    must_not = serializers.CharField(required=False, default="", allow_blank=True, max_length=PART)
    access = serializers.CharField(required=False, default="", allow_blank=True, max_length=PART)
    told = serializers.CharField(required=False, default="", allow_blank=True, max_length=PART)
    answer_by = serializers.DateTimeField(required=False, allow_null=True, default=None)


@extend_schema_serializer(component_name="TicketDecline")
class DeclineIn(MoveIn):
    code = serializers.ChoiceField(choices=list(DECLINES))


@extend_schema_serializer(component_name="TicketDuty")
class DutyIn(MoveIn):
    duty = serializers.CharField(max_length=100)
    place = serializers.CharField(required=False, allow_null=True, default=None, allow_blank=True, max_length=TITLE)
    asset = serializers.CharField(required=False, allow_null=True, default=None, allow_blank=True, max_length=TITLE)


@extend_schema_serializer(component_name="TicketPriority")
class PriorityIn(MoveIn):
    priority = serializers.ChoiceField(choices=[one.lower() for one in Priority])


Act = Callable[[Ticket, dict[str, Any], Actor, dict[str, Any]], object]


def move(name: str, action: str, shape: type[MoveIn], words: str, do: Act) -> type[Move]:
    """Make the address of one move: its action in the table, what it is sent, what it does."""

    def act(self: Move, found: Ticket, asked: dict[str, Any], once: str, by: Actor) -> None:
        do(found, asked, by, {"at": timezone.now(), "seen": asked["version"], "once": once})

    made = type(name, (Move,), {"actions": {"POST": action}, "shape": shape, "act": act, "__doc__": words, "__module__": __name__})
    described = extend_schema(
        methods=["POST"], parameters=[CLIENT, ONCE, MATCH, CHANGE], request=shape, responses={200: Full}, description=words
    )
    found: type[Move] = described(made)
    return found


def _packet(asked: dict[str, Any]) -> dict[str, str]:
    return {name: asked[name] for name in FIELDS}


def _until(asked: dict[str, Any]) -> tuple[str, str, datetime, str]:
    return asked["reason"], asked["whom"], asked["until"], asked["text"]


Wait = move(
    "Wait", "ticket.pause_clock", WaitIn, "Let the ticket wait for somebody named, until a moment.",
    lambda row, asked, by, marks: actions.wait(row.id, *_until(asked), by=by, **marks),
)  # fmt: skip
Wake = move(
    "Wake", "ticket.wake", MoveIn, "Take it up again before its time.",
    lambda row, asked, by, marks: actions.wake(row.id, asked["text"], by=by, **marks),
)  # fmt: skip
Offer = move(
    "Offer", "ticket.hand_over", OfferIn, "Offer the ticket to the other side; who offers keeps it until they accept.",
    lambda row, asked, by, marks: actions.offer(row.id, _packet(asked), by=by, answer_by=asked["answer_by"], **marks),
)  # fmt: skip
Accept = move(
    "Accept", "ticket.accept_handover", MoveIn, "Accept what the other side offered or asked.",
    lambda row, asked, by, marks: actions.accept(row.id, by=by, **marks),
)  # fmt: skip
Decline = move(
    "Decline", "ticket.refuse_handover", DeclineIn, "Decline it, with a code and words.",
    lambda row, asked, by, marks: actions.decline(row.id, asked["code"], asked["text"], by=by, **marks),
)  # fmt: skip
Withdraw = move(
    "Withdraw", "ticket.withdraw", MoveIn, "Take one's own side's offer back.",
    lambda row, asked, by, marks: actions.withdraw(row.id, asked["text"], by=by, **marks),
)  # fmt: skip
AskFor = move(
    "AskFor", "ticket.ask_for", MoveIn, "Ask the holding side to let one's own side take it.",
    lambda row, asked, by, marks: actions.ask_for(row.id, asked["text"], by=by, **marks),
)  # fmt: skip
SetDuty = move(
    "SetDuty", "ticket.set_duty", DutyIn, "Say what it belongs to; where that is the other side's, it is offered to them.",
    lambda row, asked, by, marks: actions.set_duty(row.id, asked["duty"], by=by, place=asked["place"], asset=asked["asset"], **marks),
)  # fmt: skip
SetPriority = move(
    "SetPriority", "ticket.set_priority", PriorityIn, "Say how much it hinders; no clock restarts.",
    lambda row, asked, by, marks: actions.set_priority(row.id, Priority(asked["priority"].upper()), asked["text"], by=by, **marks),
)  # fmt: skip
Resolve = move(
    "Resolve", "ticket.resolve", ResolveIn, "Say what solved it.",
    lambda row, asked, by, marks: actions.resolve(
        row.id, asked["text"], by=by, code=asked["code"], override=asked["override"], parts=asked["parts"], **marks
    ),
)  # fmt: skip
Close = move(
    "Close", "ticket.close", MoveIn, "End a resolved ticket; where a person asked, say how that person agreed.",
    lambda row, asked, by, marks: actions.close(row.id, asked["text"], by=by, **marks),
)  # fmt: skip
Reopen = move(
    "Reopen", "ticket.reopen", MoveIn, "Bring a resolved ticket back to its holder.",
    lambda row, asked, by, marks: actions.reopen(row.id, asked["text"], by=by, **marks),
)  # fmt: skip
Cancel = move(
    "Cancel", "ticket.cancel", CancelIn, "End what is not to be done, and say why.",
    lambda row, asked, by, marks: actions.cancel(row.id, asked["text"], by=by, code=asked["code"], **marks),
)  # fmt: skip


def _open(asked: dict[str, Any], once: str, by: Actor) -> actions.Opened:
    """Open it, or find the one that is there."""
    at, named = timezone.now(), asked["external"]

    def ask() -> actions.Opened:
        words = {name: asked[name] for name in ("title", "text", "priority", "impact", "urgency", "place", "asset")}
        return actions.ask(duty_key=asked.get("duty"), kind="api", once=once, by=by, at=at, **words)

    if named is None:
        return ask()
    said = elsewhere.Said(named["id"], url=named.get("url"), status=named.get("status"))
    return external.open_once(named["system"].lower(), said, ask, by=by, at=at)


def _answer(found: Ticket, by: Actor) -> Response:
    """Return a ticket with its story; its version is its tag, to be sent back as If-Match."""
    return Response(_full(found, by), headers={"ETag": f'"{found.version}"'})


def _filters(asked: dict[str, Any], by: Actor) -> tuple[queries.Filters, Sequence[int]]:
    """Return what a list is asked for; the line of words says what no parameter says."""
    states = lifecycle.states_of({"to_do": ""}.get(word := asked.get("state", "all"), word))
    read = wanted.read(asked.get("q", ""))
    if read.missed:
        raise serializers.ValidationError({"q": list(read.missed)})
    if read.wanted.number:
        access.require(by, "ticket.find_by_number")
    wish = wishing.wish(read.wanted, [by], timezone.now()) if read.wanted else None
    found = wish.filters if wish else queries.Filters(states=states)
    if "state" in asked or not (read.wanted.state or read.wanted.closed):
        found = replace(found, states=states)
    more = {"side": asked.get("side", "").upper(), "duty": asked.get("duty", ""), "number": asked.get("number")}
    return replace(found, **{name: value for name, value in more.items() if value}), wish.tenant_ids if wish else [by.tenant_id]


def _full(ticket: Ticket, by: Actor) -> dict[str, Any]:
    sheet = queries.sheet(ticket, by, timezone.now())
    into = ticket.merged_into.number if ticket.merged_into else None
    return dict(Full(sheet.row, context={"entries": sheet.entries, "merged_into": into}).data)
