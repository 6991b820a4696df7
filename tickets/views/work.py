"""What is done on a ticket besides talking and moving it: steps, minutes, links, merges, approvals."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets import forms_work as forms
from tickets.actions import approving, checklist, linking, merging, minutes
from tickets.domain import saying
from tickets.domain.linking import Tie
from tickets.models import Approval, Ticket
from tickets.queries import work as queries
from tickets.views import asking, one
from tickets.views.asking import Page

BOTH = ["GET", "HEAD", "POST"]
WANTED_IN = timedelta(days=2)  # the answer to an approval, unless somebody says otherwise
Press = Callable[[Actor, Ticket, int, str], str]


@require_http_methods(BOTH)
@member_view("ticket.work")
def add_step(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Add a line to the checklist."""
    row = one.found(member, number)
    form = forms.AddStep(asking.sent(request), initial={"once": asking.once()})

    def add(said: dict[str, Any]) -> str:
        checklist.add_step(row.pk, said["text"], required=said["required"], by=member, at=timezone.now(), once=said["once"])
        return ""

    return asking.answer(request, _page(member, row, "Add a step", "Add this step"), form, add)


@require_http_methods(BOTH)
@member_view("ticket.work")
def remove_step(request: HttpRequest, member: Actor, number: int, step: int) -> HttpResponse:
    """Take a line out; of a required one the reason is asked."""
    row = one.found(member, number)
    form = forms.Reason(
        asking.sent(request), initial={"once": asking.once()}, label="Why it is not needed; a required step only with a reason"
    )

    def remove(said: dict[str, Any]) -> str:
        checklist.remove_step(row.pk, step, said["text"], by=member, at=timezone.now(), once=said["once"])
        return "The step is taken out."

    return asking.answer(request, _page(member, row, "Take a step out", "Take this step out"), form, remove)


def _press(action: str, heading: str, act: Press) -> Callable[..., HttpResponse]:
    """Make the view of a button on a ticket that is about one thing hanging on it."""

    @require_POST
    @member_view(action)
    def view(request: HttpRequest, member: Actor, /, number: int, **thing: int) -> HttpResponse:
        row = one.found(member, number)
        (named,) = thing.values() or (0,)
        return asking.press(request, _page(member, row, heading, heading), lambda once: act(member, row, named, once))

    return view


def _tick(by: Actor, row: Ticket, step: int, once: str) -> str:
    checklist.tick(row.pk, step, by=by, at=timezone.now(), once=once)
    return ""


def _untick(by: Actor, row: Ticket, step: int, once: str) -> str:
    checklist.untick(row.pk, step, by=by, at=timezone.now(), once=once)
    return ""


def _take_back(by: Actor, row: Ticket, spent: int, once: str) -> str:
    minutes.take_back(row.pk, spent, by=by, at=timezone.now(), once=once)
    return "Your minutes are taken back."


def _unlink(by: Actor, row: Ticket, link: int, once: str) -> str:
    linking.unlink(row.pk, link, by=by, at=timezone.now(), once=once)
    return "The link is taken out."


def _take_out(by: Actor, row: Ticket, _: int, once: str) -> str:
    linking.take_out(row.pk, by=by, at=timezone.now(), once=once)
    return "This ticket stands for itself now."


def _withdraw(by: Actor, row: Ticket, approval: int, once: str) -> str:
    approving.withdraw(row.pk, approval, by=by, at=timezone.now(), once=once)
    return "The request is taken back."


tick = _press("ticket.work", "Tick a step", _tick)
untick = _press("ticket.work", "Open a step again", _untick)
take_back = _press("ticket.work", "Take minutes back", _take_back)
unlink = _press("ticket.link", "Take a link out", _unlink)
take_out = _press("ticket.link", "Let it stand for itself", _take_out)
withdraw_approval = _press("ticket.ask_approval", "Take the request back", _withdraw)


@require_http_methods(BOTH)
@member_view("ticket.work")
def spend(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Write down minutes of one's own side."""
    row = one.found(member, number)
    form = forms.Spend(asking.sent(request), initial={"once": asking.once()})

    def write(said: dict[str, Any]) -> str:
        minutes.spend(row.pk, said["minutes"], said["text"], day=said["day"], by=member, at=timezone.now(), once=said["once"])
        return f"{said['minutes']} minutes are written down."

    return asking.answer(request, _page(member, row, "Write down minutes", "Write them down"), form, write)


@require_http_methods(BOTH)
@member_view("ticket.link")
def link(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Say how this ticket hangs together with another one."""
    row = one.found(member, number)
    form = forms.LinkTo(asking.sent(request), initial={"once": asking.once()})

    def tie(said: dict[str, Any]) -> str:
        if said["tie"] == forms.PART:
            linking.make_part_of(row.pk, said["other"], by=member, at=timezone.now(), once=said["once"])
            return "It is a part of that ticket now."
        linking.link(row.pk, said["other"], Tie(said["tie"]), by=member, at=timezone.now(), once=said["once"])
        return "The two are linked."

    return asking.answer(request, _page(member, row, "Link another ticket", "Link the two"), form, tie)


@require_http_methods(BOTH)
@member_view("ticket.merge")
def merge(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Say what a merge does, then do it or ask the other side to."""
    row = one.found(member, number)
    form = forms.MergeInto(asking.sent(request), initial={"once": asking.once(), "seen": row.version})
    consequences = (
        "Everything written stays where it is and keeps its readers; private notes stay with their side.",
        "Who asked for this ticket, and who follows it, follow the other one from now on, as far as it is public.",
        "The other ticket is to be solved by the earlier of the two promised times.",
        "Where two sides hold them, the other side is asked first.",
        "For 24 hours it can be taken back.",
    )

    def do(said: dict[str, Any]) -> str:
        done = merging.merge(row.pk, said["other"], said["text"], by=member, at=timezone.now(), seen=said["seen"], once=said["once"])
        return "The other side is asked to merge the two." if done.offer_kind else "The two are one ticket now."

    page = _page(member, row, f"Merge {_name(member, row)} into another ticket", "Merge the two", consequences=consequences)
    return asking.answer(request, page, form, do)


@require_http_methods(BOTH)
@member_view("ticket.merge")
def unmerge(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Take a merge back."""
    row = one.found(member, number)
    form = forms.Reason(asking.sent(request), initial={"once": asking.once()}, label="Why; may stay empty")

    def do(said: dict[str, Any]) -> str:
        merging.unmerge(row.pk, said["text"], by=member, at=timezone.now(), once=said["once"])
        return "This ticket stands for itself again."

    consequences = ("This ticket is open again, with its own promise.", "The other ticket goes on without it.")
    return asking.answer(request, _page(member, row, "Take the merge back", "Take the merge back", consequences=consequences), form, do)


@require_http_methods(BOTH)
@member_view("ticket.ask_approval")
def ask_approval(request: HttpRequest, member: Actor, number: int) -> HttpResponse:
    """Ask a named person for a yes."""
    row, at = one.found(member, number), timezone.now()
    here = ZoneInfo(member.zone)
    people = [(person.user_id, f"{person.name}, {saying.SIDES[person.side]}") for person in approving.able(member, at, row)]
    wanted_by = (at + WANTED_IN).astimezone(here).replace(minute=0)
    form = forms.AskApproval(
        asking.sent(request), people=people, initial={"once": asking.once(), "answer_by": wanted_by.replace(tzinfo=None)}
    )

    def ask(said: dict[str, Any]) -> str:
        wanted = approving.Wanted(
            what=said["what"],
            why=said["why"],
            approver=said["approver"],
            stand_in=said["stand_in"],
            answer_by=said["answer_by"].replace(tzinfo=here),
            cost=said["cost"],
            risk=said["risk"],
            wait=said["wait"],
        )
        approving.ask(row.pk, wanted, by=member, at=at, once=said["once"])
        return "They are asked, by e-mail too."

    lede = "Both sides see the request and its answer."
    return asking.answer(request, _page(member, row, "Ask for an approval", "Ask for this approval", lede=lede), form, ask)


@require_http_methods(BOTH)
@member_view("ticket.approve")
def approval(request: HttpRequest, member: Actor, number: int, approval: int) -> HttpResponse:
    """Show one request; only pressing a button answers it."""
    row = one.found(member, number)
    asked = Approval.objects.for_tenant(member.tenant).filter(pk=approval, ticket=row).select_related("approver", "stand_in").first()
    if asked is None:
        raise Http404
    form = forms.Answer(asking.sent(request), initial={"once": asking.once()})

    def say(said: dict[str, Any]) -> str:
        yes = said["answer"] == "yes"
        approving.answer(row.pk, approval, yes=yes, text=said["text"], by=member, at=timezone.now(), once=said["once"])
        return "You approved it." if yes else "You did not approve it."

    shown = queries.asked_of(asked, member, timezone.now())
    return asking.answer(request, _page(member, row, shown.what, "Answer"), form, say, template="approval", asked=shown, row=row)


def _page(member: Actor, row: Ticket, heading: str, verb: str, *, lede: str = "", consequences: tuple[str, ...] = ()) -> Page:
    back = reverse("tickets:ticket", args=[member.tenant.slug, row.number])
    return Page(heading, verb, back, _name(member, row), lede, consequences)


def _name(member: Actor, row: Ticket) -> str:
    return saying.reference(member.tenant.name, row.number)
