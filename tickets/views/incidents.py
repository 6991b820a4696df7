"""Major incidents: declared with one press, one page for everybody at three in the morning, each act an address of its own, the review."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from responsibilities import queries as responsibilities
from responsibilities.exporters import table
from tickets import actions as tickets
from tickets import forms_incident as forms
from tickets.actions import incidents as actions
from tickets.domain.incidents import Role
from tickets.forms_talk import Blank
from tickets.models import Incident
from tickets.queries import incidents as queries
from tickets.queries import timeline as timelines
from tickets.views import asking, one
from tickets.views.asking import Page

BOTH = ["GET", "HEAD", "POST"]
IN = timedelta(days=30)  # until what a review asks for is to be done, unless somebody says otherwise
COLUMNS = ("Happened", "Written down", "Who", "Side", "Source", "What", "Words", "Ticket")
Said = dict[str, Any]


@require_safe
@member_view("ticket.view")
def incidents(request: HttpRequest, member: Actor) -> HttpResponse:
    """Every major incident there is or was."""
    shown = {"lines": queries.listed(member), "may_declare": access.may(member, "incident.declare"), "section": "tickets"}
    return render(request, "tickets/incidents.html", shown)


@require_http_methods(BOTH)
@member_view("incident.declare")
def declare(request: HttpRequest, member: Actor) -> HttpResponse:
    """Declare one, of a ticket or alone; whoever comes second is led to the one that is open."""
    back = reverse("tickets:incidents", args=[member.tenant.slug])
    page = Page(
        "Declare a major incident",
        "Declare it now",
        back,
        "Incidents",
        f"{_open_already(member)}For trouble that both sides must work on under one person. When in doubt, declare: it can be ended at once.",
        (
            "The managers of both sides and whoever is on call are called at once.",
            "Somebody takes command within ten minutes; else the other side may.",
            "Its ticket is critical, and its clock does not stop.",
        ),
    )
    form = forms.Declare(asking.sent(request), initial={"once": asking.once(), "ticket": request.GET.get("ticket", "")})
    if request.GET.get("ticket", "").isdecimal():
        del form.fields["title"]
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, timezone.now()
        try:
            if said["ticket"]:
                row = one.found(member, said["ticket"])
                done = actions.declare(row.pk, said["text"], by=member, at=at, once=said["once"])
            else:
                done = actions.declare_alone(said["title"].strip(), said["text"], by=member, at=at, once=said["once"])
        except tickets.Refused as refusal:
            form.add_error(None, refusal.words)
        else:
            said_so = "Declared. Both sides are called." if done.created else "This belongs to an incident that is open already: this one."
            messages.success(request, said_so)
            return redirect("tickets:incident", member.tenant.slug, done.incident.number)
    shown = {"page": page, "form": form, "section": "tickets"}
    return render(request, "tickets/ask.html", shown, status=asking.UNFIT if form.errors else 200)


@require_safe
@member_view("ticket.view")
def incident(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """One incident: who commands, what may be done without asking, what is due, what happened. Opening it does nothing."""
    return _shown(request, member, found(member, incident))


@require_POST
@member_view("incident.command")
def accept(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Take command."""
    row = found(member, incident)
    form = forms.Seen(request.POST)
    said: Said = form.cleaned_data if form.is_valid() else {"seen": None, "once": ""}
    try:
        actions.accept(row.number, by=member, at=timezone.now(), seen=said["seen"], once=said["once"])
    except tickets.Refused as refusal:
        stale = isinstance(refusal, tickets.Stale)
        return _shown(request, member, found(member, incident), refused=refusal.words, status=asking.STALE if stale else asking.UNFIT)
    messages.success(request, "You command. Log what you know, and tell the users.")
    return redirect("tickets:incident", member.tenant.slug, row.number)


@require_http_methods(BOTH)
@member_view("incident.command")
def hand_on(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Hand command on."""
    row, at = found(member, incident), timezone.now()
    form = forms.HandOn(asking.sent(request), people=queries.people(member, at), initial=_initial(row))

    def do(said: Said) -> str:
        actions.hand_on(row.number, said["person"], said["text"], by=member, at=at, **_marks(said))
        return "Command is handed on."

    lede = "They are called, and command from now on. Say it to them as well."
    return _answer(request, member, _page(member, row, "Hand command on", "Hand it on", lede), form, do, row=row)


@require_http_methods(BOTH)
@member_view("incident.command")
def rhythm(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Say how often users hear of it."""
    row = found(member, incident)
    form = forms.Rhythm(asking.sent(request), initial=_initial(row) | {"minutes": row.rhythm})

    def do(said: Said) -> str:
        actions.set_rhythm(row.number, said["minutes"], by=member, at=timezone.now(), **_marks(said))
        return f"Users hear of it every {said['minutes']} minutes."

    return _answer(request, member, _page(member, row, "How often users hear of it", "Set it so"), form, do, row=row)


@require_http_methods(BOTH)
@member_view("incident.command")
def role(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Give a part to somebody."""
    row, at = found(member, incident), timezone.now()
    form = forms.GiveRole(
        asking.sent(request), people=queries.everyone(member, at), initial=_initial(row) | {"role": request.GET.get("role", "")}
    )

    def do(said: Said) -> str:
        actions.give_role(row.number, Role(said["role"]), said["person"], by=member, at=at, **_marks(said))
        return "They are told."

    lede = "The deputy is of the other side than who commands, and takes command when the commander is silent."
    return _answer(request, member, _page(member, row, "Give a part to somebody", "Give it", lede), form, do, row=row)


@require_http_methods(BOTH)
@member_view("incident.command")
def assign(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Give work to anybody of either side."""
    row, at = found(member, incident), timezone.now()
    form = forms.Assign(
        asking.sent(request), people=queries.people(member, at), initial={"once": asking.once(), "other": row.ticket.number}
    )

    def do(said: Said) -> str:
        actions.assign(row.number, said["other"], said["person"], said["text"], by=member, at=at, once=said["once"])
        return "They have it, and are told."

    lede = (
        "Any ticket of this client, to anybody of either side, without asking. From one side to the other it counts as a forced crossing."
    )
    return asking.answer(request, _page(member, row, "Give work to somebody", "Give it to them", lede), form, do)


@require_http_methods(BOTH)
@member_view("incident.command")
def end(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """End it."""
    row = found(member, incident)
    form = forms.End(asking.sent(request), initial=_initial(row))

    def do(said: Said) -> str:
        actions.end(row.number, said["cause"], said["text"], said["kept"], by=member, at=timezone.now(), **_marks(said))
        return "It is ended. Its review waits for both sides."

    consequences = (
        "Both sides' managers are told.",
        "Its ticket goes on as an ordinary critical one; it can be resolved from now on.",
        "Requests to contain that wait for an answer end with it.",
        "Both sides write and sign a review within five working days.",
    )
    return _answer(request, member, _page(member, row, "End the major incident", "End it", consequences=consequences), form, do, row=row)


@require_http_methods(BOTH)
@member_view("incident.log")
def log(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Write one fact down."""
    row = found(member, incident)
    form = forms.Log(asking.sent(request), initial={"once": asking.once()})

    def do(said: Said) -> str:
        when = said["fact_at"].replace(tzinfo=ZoneInfo(member.zone)) if said["fact_at"] else None
        actions.log(row.number, said["text"], by=member, at=timezone.now(), fact_at=when, once=said["once"])
        return ""

    lede = "Both sides read it, and nobody changes it later. Write no passwords; a manager can blank one that slipped in."
    return asking.answer(request, _page(member, row, "Write a fact down", "Write it down", lede), form, do)


@require_http_methods(BOTH)
@member_view("incident.log")
def update(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Tell the users."""
    row = found(member, incident)
    form = forms.Update(asking.sent(request), initial={"once": asking.once()})

    def do(said: Said) -> str:
        actions.update(row.number, said["text"], by=member, at=timezone.now(), once=said["once"])
        return "Users are told."

    lede = "It is a public reply on the ticket: the person who asked, and both sides, read it."
    return asking.answer(request, _page(member, row, "Tell the users", "Tell them", lede), form, do)


@require_http_methods(BOTH)
@member_view("incident.log")
def contain(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Ask for leave to cut something off."""
    row = found(member, incident)
    form = forms.Contain(asking.sent(request), initial={"once": asking.once()})

    def do(said: Said) -> str:
        done = actions.ask(row.number, said["what"], said["why"], by=member, at=timezone.now(), once=said["once"])
        return f"{done.holder_name} is asked."

    lede = "Who holds this authority by the matrix is called. After 15 minutes without an answer the next one is."
    return asking.answer(request, _page(member, row, "Ask to contain", "Ask now", lede), form, do)


@require_http_methods(BOTH)
@member_view("incident.log")
def containment(request: HttpRequest, member: Actor, incident: int, containment: int) -> HttpResponse:
    """Show one request; only pressing a button answers it."""
    row = found(member, incident)
    asked = queries.ask_of(row, containment, member)
    if asked is None:
        raise Http404
    form = forms.Answer(asking.sent(request), initial={"once": asking.once()})

    def do(said: Said) -> str:
        yes = said["answer"] == "yes"
        actions.answer(row.number, containment, yes=yes, text=said["text"], by=member, at=timezone.now(), once=said["once"])
        return "You allowed it." if yes else "You did not allow it."

    return asking.answer(request, _page(member, row, asked.what, "Answer"), form, do, template="containment", asked=asked, row=row)


@require_http_methods(BOTH)
@member_view("ticket.redact_secret")
def blank(request: HttpRequest, member: Actor, incident: int, fact: int) -> HttpResponse:
    """Blank what a person wrote into the timeline, for everybody and for ever; asked first."""
    row = found(member, incident)
    told = next((one for one in timelines.timeline(row) if one.spot[1:] == (timelines.FACT, fact)), None)
    if told is None:
        raise Http404
    form = Blank(asking.sent(request))

    def do(said: Said) -> str:
        actions.blank(row.number, fact, said["reason"], by=member, at=timezone.now())
        return "The words are gone. Change the secret itself as well."

    return asking.answer(
        request,
        _page(member, row, f"Blank what {told.who} wrote", "Blank these words"),
        form,
        do,
        template="incident_blank",
        told=told,
        row=row,
    )


@require_safe
@member_view("ticket.view")
def timeline(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """The timeline as a table, every cell a text."""
    row = found(member, incident)
    here = ZoneInfo(member.zone)

    def written(moment: Any) -> str:
        return f"{moment.astimezone(here):%Y-%m-%d %H:%M:%S %z}" if moment else ""

    lines = (
        (
            written(told.at),
            written(told.late),
            told.who,
            told.side.lower(),
            told.source,
            told.words,
            told.blanked or told.text,
            told.reference,
        )
        for told in timelines.timeline(row)
    )
    response = HttpResponse(table.table(COLUMNS, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="incident-{row.number}.csv"'
    return response


@require_safe
@member_view("ticket.view")
def review(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """What both sides say of it, and who signed that."""
    return _review(request, member, incident)


@require_http_methods(BOTH)
@member_view("incident.log")
def write_review(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Write the review."""
    row, at = found(member, incident), timezone.now()
    shown = queries.review(row, member, at)
    known = {name: text for name, _, text in shown.sections} | {"seen": shown.review.version} if shown else {}
    form = forms.Review(asking.sent(request), initial={"once": asking.once()} | known)

    def do(said: Said) -> str:
        actions.write_review(row.number, said, seen=said["seen"] or 0, by=member, at=at, once=said["once"])
        given = shown is not None and any(block.signature for block in shown.blocks)
        return "The review is kept. The signature given before no longer counts." if given else "The review is kept."

    lede = "Both sides write in the same text. Say what happened, not who was at fault."
    return asking.answer(request, _page(member, row, "Write the review", "Keep it", lede, review=True), form, do)


@require_http_methods(BOTH)
@member_view("incident.log")
def follow_up(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Make a ticket of what the review asks for."""
    row, at = found(member, incident), timezone.now()
    duties = [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]
    wanted = (at + IN).astimezone(ZoneInfo(member.zone)).date()
    form = forms.FollowUp(asking.sent(request), duties=duties, initial={"once": asking.once(), "due_on": wanted})

    def do(said: Said) -> str:
        done = actions.add_follow_up(row.number, said["text"], said["duty"], said["due_on"], by=member, at=at, once=said["once"])
        return f"Ticket {done.ticket.number} is opened for it."

    page = _page(
        member, row, "What is to be done", "Open a ticket for it", "It is a ticket like any other, with this day in it.", review=True
    )
    return asking.answer(request, page, form, do)


@require_POST
@member_view("incident.sign_review")
def sign_review(request: HttpRequest, member: Actor, incident: int) -> HttpResponse:
    """Sign the review for one's side."""
    row = found(member, incident)
    form = forms.Sign(request.POST)
    status = asking.UNFIT
    if form.is_valid():
        said = form.cleaned_data
        try:
            done = actions.sign(row.number, seen=said["content"], typed_name=said["typed_name"], by=member, at=timezone.now())
        except tickets.Refused as refusal:
            field = getattr(refusal, "field", None)
            form.add_error(field if field in form.fields else None, refusal.words)
            status = asking.STALE if isinstance(refusal, tickets.Stale) else asking.UNFIT
        else:
            both = "You signed. Both sides have, so it stays as it is." if done.signed_at else "You signed. It waits for the other side."
            messages.success(request, both)
            return redirect("tickets:incident_review", member.tenant.slug, row.number)
    return _review(request, member, incident, form=form, status=status)


def found(member: Actor, number: int) -> Incident:
    """Return this client's incident, or the page that says there is none."""
    try:
        return queries.incident_of(member.tenant_id, number)
    except Incident.DoesNotExist:
        raise Http404 from None


def _shown(request: HttpRequest, member: Actor, row: Incident, *, refused: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    with responsibilities.one_look():
        page = queries.page(row, member, at)
        shown = {
            "page": page,
            "one": row,
            "log": forms.Log(auto_id="log-%s", initial={"once": asking.once()}),
            "update": forms.Update(auto_id="update-%s", initial={"once": asking.once()}),
            "once": asking.once(),
            "refused": refused,
            "at": at,
            "section": "tickets",
        }
        return render(request, "tickets/incident.html", shown, status=status)


def _review(request: HttpRequest, member: Actor, number: int, *, form: forms.Sign | None = None, status: int = 200) -> HttpResponse:
    shown = queries.review(found(member, number), member, timezone.now())
    if shown is None and request.method == "POST":
        return _shown(request, member, found(member, number), refused="It is reviewed once it is ended.", status=asking.UNFIT)
    if shown is None:
        messages.info(request, "It is reviewed once it is ended.")
        return redirect("tickets:incident", member.tenant.slug, number)
    around = {"page": shown, "one": shown.incident, "form": form, "typed": form["typed_name"].value() if form else "", "section": "tickets"}
    return render(request, "tickets/incident_review.html", around, status=status)


def _open_already(member: Actor) -> str:
    """Say what is open already, so that nobody declares the same trouble twice."""
    standing = [f"{line.number}. {line.title}" for line in queries.listed(member) if line.ended_at is None]
    return f"Open already: {'; '.join(standing)}. If it is the same trouble, write there. " if standing else ""


def _answer(
    request: HttpRequest, member: Actor, page: Page, form: forms.Seen, act: Callable[[Said], str], *, row: Incident
) -> HttpResponse:
    """Show or do what rests on a version of the incident; refused as stale, the form says the version that stands now."""

    def do(said: Said) -> str:
        try:
            return act(said)
        except tickets.Stale:
            again = request.POST.copy()
            again["seen"] = str(found(member, row.number).version)
            form.data = again
            raise

    return asking.answer(request, page, form, do)


def _page(
    member: Actor, row: Incident, heading: str, verb: str, lede: str = "", *, consequences: tuple[str, ...] = (), review: bool = False
) -> Page:
    back = reverse("tickets:incident_review" if review else "tickets:incident", args=[member.tenant.slug, row.number])
    return Page(heading, verb, back, f"{'the review of incident' if review else 'incident'} {row.number}", lede, consequences)


def _initial(row: Incident) -> Said:
    return {"once": asking.once(), "seen": row.version}


def _marks(said: Said) -> Said:
    return {"seen": said["seen"], "once": said["once"]}
