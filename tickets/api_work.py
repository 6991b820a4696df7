"""The work on a ticket for integrations: steps, minutes, links and approvals; a key acts for its own side only."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView
from tickets.actions import checklist, linking, minutes
from tickets.api_base import CHANGE, CLIENT, ONCE, Spoken, done, found, once, read, told
from tickets.domain.linking import Tie
from tickets.models import Step, Ticket
from tickets.queries import work

BIGGEST = 2**31 - 1


@extend_schema_serializer(component_name="TicketStep")
class StepOut(serializers.Serializer[Step]):
    """One line of a ticket's checklist."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the word is ours, the base class has another use for it
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(source="done_by_name")
    done_by_side = Spoken()


@extend_schema_serializer(component_name="TicketMinutesSum")
class SpentOut(serializers.Serializer[work.Spent]):
    """Minutes of one organisation."""

    side = Spoken()
    name = serializers.CharField()
    minutes = serializers.IntegerField()


@extend_schema_serializer(component_name="TicketNear")
class NearOut(serializers.Serializer[work.Near]):
    """Another ticket of the client; `link` is the link's id, to take it out."""

    number = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    words = serializers.CharField()
    link = serializers.IntegerField(allow_null=True)


@extend_schema_serializer(component_name="TicketApproval")
class ApprovalOut(serializers.Serializer[work.Asked]):
    """A request for approval; a person answers it, never a key."""

    id = serializers.IntegerField()
    what = serializers.CharField()
    why = serializers.CharField()
    cost = serializers.CharField()
    risk = serializers.CharField()
    approver = serializers.CharField(source="who")
    asked_by = serializers.CharField()
    asked_side = Spoken()
    answer_by = serializers.DateTimeField()
    state = Spoken()
    answered_by = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField()
    own_request = serializers.BooleanField(source="own")


@extend_schema_serializer(component_name="TicketWork")
class WorkOut(serializers.Serializer[work.Work]):
    """What hangs on a ticket besides its story."""

    steps = StepOut(many=True)
    approvals = ApprovalOut(many=True)
    minutes = SpentOut(source="spent", many=True)
    links = NearOut(many=True)
    parent = NearOut(allow_null=True)
    children = NearOut(many=True)
    merged_into = NearOut(source="merged", allow_null=True)
    taken_in = NearOut(many=True)
    same_asset = NearOut(source="same", many=True)


class Nothing(serializers.Serializer[Any]):
    """Nothing is asked."""


class StepIn(serializers.Serializer[Any]):
    """A line of the checklist; a required one is done before the ticket is resolved."""

    text = serializers.CharField(max_length=checklist.LINE)
    required = serializers.BooleanField(required=False, default=False)  # type: ignore[assignment]  # as above


class WhyIn(serializers.Serializer[Any]):
    """Why a step is not needed; a required one goes only with a reason."""

    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class MinutesIn(serializers.Serializer[Any]):
    """Minutes of the key's side; without a day, today's."""

    minutes = serializers.IntegerField(min_value=1, max_value=1440)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    day = serializers.DateField(required=False, allow_null=True, default=None)


class LinkIn(serializers.Serializer[Any]):
    """Another ticket by its number, and what this one is to it."""

    number = serializers.IntegerField(min_value=1, max_value=BIGGEST)
    kind = serializers.ChoiceField(choices=[*(tie.lower() for tie in Tie), "part_of"], required=False, default="related")


class Work(ApiView):
    """What hangs on one ticket."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(parameters=[CLIENT], responses=WorkOut)
    def get(self, request: Request, by: Actor, ticket: str) -> Response:
        return answer(found(by, ticket), by)


class Act(ApiView):
    """What all of these share: find, do, answer with what hangs on the ticket then, or say why not."""

    shape: ClassVar[type[serializers.Serializer[Any]]] = Nothing

    def post(self, request: Request, by: Actor, ticket: str, **thing: int) -> Response:
        row = found(by, ticket)
        asked = read(self.shape, request.data)
        (named,) = thing.values() or (0,)
        with told():
            self.act(row, named, asked, {"by": by, "at": timezone.now(), "once": once(request)})
        return done(answer(found(by, ticket), by))

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        raise NotImplementedError


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=StepIn, responses={200: WorkOut})
class AddStep(Act):
    """Add a line to the checklist."""

    actions: ClassVar = {"POST": "ticket.work"}
    shape = StepIn

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        checklist.add_step(row.pk, asked["text"], required=asked["required"], **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=Nothing, responses={200: WorkOut})
class Tick(Act):
    """Say that a step is done."""

    actions: ClassVar = {"POST": "ticket.work"}

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        checklist.tick(row.pk, named, **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=Nothing, responses={200: WorkOut})
class Untick(Act):
    """Say that a step is not done after all."""

    actions: ClassVar = {"POST": "ticket.work"}

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        checklist.untick(row.pk, named, **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=WhyIn, responses={200: WorkOut})
class RemoveStep(Act):
    """Take a line out."""

    actions: ClassVar = {"POST": "ticket.work"}
    shape = WhyIn

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        checklist.remove_step(row.pk, named, asked["text"], **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=MinutesIn, responses={200: WorkOut})
class Spend(Act):
    """Write down minutes of the key's side."""

    actions: ClassVar = {"POST": "ticket.work"}
    shape = MinutesIn

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        minutes.spend(row.pk, asked["minutes"], asked["text"], day=asked["day"], **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=LinkIn, responses={200: WorkOut})
class AddLink(Act):
    """Say how two tickets hang together."""

    actions: ClassVar = {"POST": "ticket.link"}
    shape = LinkIn

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        if asked["kind"] == "part_of":
            linking.make_part_of(row.pk, asked["number"], **marks)
        else:
            linking.link(row.pk, asked["number"], Tie(asked["kind"].upper()), **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=Nothing, responses={200: WorkOut})
class RemoveLink(Act):
    """Take a link out."""

    actions: ClassVar = {"POST": "ticket.link"}

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        linking.unlink(row.pk, named, **marks)


@extend_schema(methods=["POST"], parameters=[CLIENT, ONCE, CHANGE], request=Nothing, responses={200: WorkOut})
class TakeOut(Act):
    """Let a part stand for itself again."""

    actions: ClassVar = {"POST": "ticket.link"}

    def act(self, row: Ticket, named: int, asked: dict[str, Any], marks: dict[str, Any]) -> None:
        linking.take_out(row.pk, **marks)


def answer(row: Ticket, by: Actor) -> Response:
    """Return what hangs on a ticket now."""
    return Response(WorkOut(work.work(row, by, timezone.now())).data)
