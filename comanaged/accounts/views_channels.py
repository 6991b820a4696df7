"""The pages of channels; each act has an address for either side, since an address is one action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comanaged.accounts import access, channelling, forms_channels
from comanaged.accounts import queries_channels as queries
from comanaged.accounts.access import Actor
from comanaged.accounts.actions import CannotChange
from comanaged.accounts.http import member_view
from comanaged.notices.models import Channel, Delivery
from comanaged.vocabulary import Side

View = Callable[..., HttpResponse]
THEIRS = channelling.THEIRS
WORDS = {Side.INTERNAL: "client", Side.PROVIDER: "provider"}


@require_GET
@member_view("channel.view")
def channels(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show where both sides are told."""
    return render(request, "accounts/channels.html", {"channels": queries.channels_of(member, timezone.now())} | _side(member))


@require_GET
@member_view("channel.view")
def channel(request: HttpRequest, member: Actor, channel: int) -> HttpResponse:
    """Show one channel."""
    return _one(request, member, channel)


@require_POST
@member_view("channel.test")
def test(request: HttpRequest, member: Actor, channel: int) -> HttpResponse:
    """Send a test through a channel of one's own side."""
    return _done(request, member, channel, channelling.test, "A test is on its way. Load this page again to see what became of it.")


def making(side: Side) -> View:
    """Return the page on which a manager of this side makes a channel."""

    @require_http_methods(["GET", "POST"])
    @member_view(channelling.MANAGE[side])
    def make(request: HttpRequest, member: Actor) -> HttpResponse:
        """Make a channel, and show a webhook's secret this once."""
        at = timezone.now()
        form = forms_channels.Channel(request.POST or None, keys=_keys(member, at))
        if request.method == "POST" and form.is_valid():
            try:
                made = channelling.make(_wanted(form), by=member, at=at)
            except CannotChange as refusal:
                form.add_error("address", str(refusal))
            else:
                return _secret(request, made, 201) if made.secret else redirect("channel", member.tenant.slug, made.row.number)
        shown = {"section": "channels", "form": form, "verb": "Make a channel"}
        return render(request, "accounts/channel_form.html", shown, status=422 if form.errors else 200)

    return make


def changing(side: Side) -> View:
    """Return the page on which a manager of this side changes a channel."""

    @require_http_methods(["GET", "POST"])
    @member_view(channelling.MANAGE[side])
    def change(request: HttpRequest, member: Actor, channel: int) -> HttpResponse:
        """Change what it is called, where it leads, what it hears of."""
        at = timezone.now()
        row = _row(member, channel)
        if not _shown(member, channel).own:
            return _one(request, member, channel, THEIRS)
        known = {"name": row.name, "kinds": row.kinds, "own_key": row.own_key_id or ""}
        form = forms_channels.Channel(request.POST or None, keys=_keys(member, at), known=True, initial=known)
        if request.method == "POST" and form.is_valid():
            try:
                channelling.change(channel, _wanted(form), by=member, at=at)
            except CannotChange as refusal:
                form.add_error("address", str(refusal))
            else:
                messages.success(request, "Changed. What waits is tried at once.")
                return redirect("channel", member.tenant.slug, channel)
        shown = {"section": "channels", "form": form, "verb": "Change the channel", "number": channel}
        return render(request, "accounts/channel_form.html", shown, status=422 if form.errors else 200)

    return change


def acting(side: Side, act: Callable[..., Any], words: str) -> View:
    """Return the address of one act of a manager of this side."""

    @require_POST
    @member_view(channelling.MANAGE[side])
    def do(request: HttpRequest, member: Actor, channel: int) -> HttpResponse:
        """Do it, and lead back."""
        return _done(request, member, channel, act, words)

    return do


def rotating(side: Side) -> View:
    """Return the address that gives a webhook of this side a new secret."""

    @require_POST
    @member_view(channelling.MANAGE[side])
    def rotate(request: HttpRequest, member: Actor, channel: int) -> HttpResponse:
        """Show the new secret, this once."""
        try:
            made = channelling.rotate(channel, by=member, at=timezone.now())
        except Channel.DoesNotExist:
            raise Http404 from None
        except CannotChange as refusal:
            return _one(request, member, channel, str(refusal))
        return _secret(request, made, 200)

    return rotate


def ending(side: Side) -> View:
    """Return the page that asks once, then ends a channel of this side."""

    @require_http_methods(["GET", "POST"])
    @member_view(channelling.MANAGE[side])
    def end(request: HttpRequest, member: Actor, channel: int) -> HttpResponse:
        """Ask once, then end it."""
        if request.method == "POST":
            return _done(request, member, channel, channelling.end, "The channel has ended. Its address and its secret are forgotten.")
        shown = _shown(member, channel)
        if not shown.own:
            return _one(request, member, channel, THEIRS)
        return render(request, "accounts/channel_end.html", {"section": "channels", "channel": shown} | _side(member))

    return end


def replaying(side: Side) -> View:
    """Return the address that sends one thing once more through a channel of this side."""

    @require_POST
    @member_view(channelling.MANAGE[side])
    def replay(request: HttpRequest, member: Actor, channel: int, delivery: UUID) -> HttpResponse:
        """Let it wait once more."""

        def act(number: int, *, by: Actor, at: datetime) -> None:
            channelling.replay(number, delivery, by=by, at=at)

        return _done(request, member, channel, act, "It waits to be sent once more.")

    return replay


def _done(request: HttpRequest, member: Actor, number: int, act: Callable[..., Any], words: str) -> HttpResponse:
    try:
        act(number, by=member, at=timezone.now())
    except (Channel.DoesNotExist, Delivery.DoesNotExist):
        raise Http404 from None
    except CannotChange as refusal:
        return _one(request, member, number, str(refusal))
    messages.success(request, words)
    return redirect("channel", member.tenant.slug, number)


def _one(request: HttpRequest, member: Actor, number: int, refusal: str = "") -> HttpResponse:
    shown = {"channel": _shown(member, number), "sent": queries.sent_lately(number, member), "refusal": refusal} | _side(member)
    return render(request, "accounts/channel.html", shown, status=422 if refusal else 200)


def _secret(request: HttpRequest, made: channelling.Made, status: int) -> HttpResponse:
    return render(request, "accounts/channel_secret.html", {"section": "channels", "made": made}, status=status)


def _shown(member: Actor, number: int) -> queries.Shown:
    found = queries.channel_of(number, member, timezone.now())
    if found is None:
        raise Http404
    return found


def _row(member: Actor, number: int) -> Channel:
    row = Channel.objects.for_tenant(member.tenant).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _side(member: Actor) -> dict[str, Any]:
    """Return what every page needs to lead a manager to the addresses of their side."""
    side = member.side or Side.INTERNAL
    return {"section": "channels", "whose": WORDS[side], "manages": access.may(member, channelling.MANAGE[side])}


def _keys(member: Actor, at: datetime) -> list[tuple[int, str]]:
    return [(key.pk, f"{key.name or 'Key'} {key.prefix}…") for key in channelling.desk_keys(member, at)]


def _wanted(form: forms_channels.Channel) -> channelling.Wanted:
    said = form.cleaned_data
    return channelling.Wanted(said.get("kind", ""), said["name"], said["address"], tuple(said["kinds"]), said["own_key"])
