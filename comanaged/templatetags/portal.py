"""Words, moments and shapes that every page shares, as template tags and filters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.safestring import SafeString

from comanaged.accounts import navigation
from comanaged.accounts.access import Actor

register = template.Library()

SHAPES = {
    "INTERNAL": "internal",
    "PROVIDER": "provider",
    "LEADERSHIP": "leader",
    "END_USER": "users",
    "VENDOR": "vendor",
    "NOBODY": "nobody",
}
WORDS = {
    "INTERNAL": "Internal IT",
    "PROVIDER": "Provider",
    "LEADERSHIP": "Leadership",
    "END_USER": "Users",
    "VENDOR": "Vendors",
    "NOBODY": "nobody",
}
BARS = {"CRITICAL": 4, "HIGH": 3, "WARNING": 2, "MEDIUM": 2, "INFO": 1, "LOW": 1, "P1": 4, "P2": 3, "P3": 2, "P4": 1}
CALM = timedelta(hours=2), timedelta(days=2)  # minutes under the first, hours under the second, then days


@register.filter
def side_class(side: str | None) -> str:
    """Return the CSS class whose shape stands for a side."""
    return SHAPES.get(str(side or "NOBODY").upper(), "leader")


@register.filter
def side_word(side: str | None) -> str:
    """Return what a side is called where no name is known."""
    return WORDS.get(str(side or "NOBODY").upper(), str(side))


@register.filter
def bars(severity: str | None) -> int:
    """Return how many of four bars a severity or priority fills."""
    return BARS.get(str(severity or "").upper(), 0)


@register.filter
def initials(name: str | None) -> str:
    """Return the two letters on a person's face; a one-word name gives its first two."""
    words = str(name or "").split()
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]).title()


@register.filter
def spaced(name: str) -> str:
    """Return the name of an act as words: "people.invite" is "people invite"."""
    return name.replace(".", " ").replace("_", " ")


@register.filter
def cover_class(side: str | None) -> str:
    """Return the class of one half of the day-and-night glyph; nothing required is free."""
    return SHAPES.get(str(side).upper(), "free") if side else "free"


@register.filter
def cover_word(side: str | None, provider: str = "") -> str:
    """Return who holds one half of the glyph, in words."""
    if not side:
        return "not required"
    return provider if str(side).upper() == "PROVIDER" and provider else side_word(side)


@register.filter
def cover_short(side: str | None, provider: str = "") -> str:
    """Return the few letters that fit in one half of the glyph."""
    word = str(side or "").upper()
    if word == "PROVIDER" and provider:
        return initials(provider).upper()
    return {"INTERNAL": "IT", "PROVIDER": "MSP", "NOBODY": "nobody"}.get(word, "\u2013" if not word else side_word(word)[:5])


@register.filter
def parts(share: float | None) -> str:
    """Return the class that fills a clock's ring by `share` percent, in steps of five."""
    return f"part-{max(0, min(100, round(float(share or 0) / 5) * 5))}"


@register.simple_tag(takes_context=True)
def local(context: template.Context, moment: datetime | None) -> str:
    """Return a moment as "24 November 14:02" in the client's zone, with the year where it is not this one."""
    if moment is None:
        return ""
    here = moment.astimezone(zone_of(context))
    year = "" if here.year == timezone.now().astimezone(here.tzinfo).year else f" {here.year}"
    return f"{here.day} {here:%B}{year} {here:%H:%M}"


@register.filter
def age(moment: datetime | None) -> str:
    """Return how long ago a moment was: minutes under two hours, hours under two days, then days."""
    return span(timezone.now() - moment) if moment else ""


@register.filter
def span(length: timedelta) -> str:
    """Return a length of time in one figure."""
    if length < CALM[0]:
        return f"{max(0, int(length.total_seconds() // 60))} min"
    if length < CALM[1]:
        return f"{int(length.total_seconds() // 3600)} hours"
    return f"{length.days} days"


def zone_of(context: template.Context) -> ZoneInfo:
    """Return the zone a page tells its times in: the client's, or the server's where no client is shown."""
    client = context.get("client")
    return ZoneInfo(str(client.zone)) if client else ZoneInfo(timezone.get_current_timezone_name())


@dataclass(frozen=True, slots=True)
class Here:
    """Where the reader stands: what the frame around every page shows."""

    place: str = ""
    groups: tuple[navigation.Group, ...] = ()
    foot: tuple[navigation.Link, ...] = ()
    clients: tuple[navigation.Link, ...] = ()
    first: str = "/"
    person: str = ""
    side: str = ""
    role: str = ""
    clock: str = ""
    open: bool = True
    desk: bool = False

    @property
    def more(self) -> tuple[navigation.Link, ...]:
        """Return the links that a phone's bottom bar leaves out."""
        return tuple(link for group in self.groups for link in group.links if not link.tab) + self.foot


@register.simple_tag(takes_context=True)
def standing(context: template.Context) -> Here:
    """Return the frame of this page: inside a client, at a desk, or neither."""
    member: Actor | None = context.get("member")
    desk = context.get("desk")
    section = str(context.get("section") or "")
    user = getattr(context.get("request"), "user", None)
    person = str(user) if user is not None and user.is_authenticated else ""
    actors: list[Actor] = context.get("standings") or []
    serving = any(navigation.serves(actor) for actor in actors)
    if member is not None:
        hours = context.get("clock")
        return Here(
            place=member.tenant.name,
            groups=navigation.inside(member, section),
            foot=navigation.foot(member, section),
            clients=navigation.switcher(actors, member, navigation.path_of(section)),
            first=navigation.first_of(member),
            person=person,
            side=member.side or "",
            role=member.title,
            clock=navigation.clock(member.zone, timezone.now()) + (f", {hours}" if hours else ""),
            open=hours != "after hours",
            desk=serving,
        )
    if desk is not None:
        return Here(
            place="All clients",
            groups=navigation.desk(desk.actors, section or "queue"),
            clients=navigation.switcher(actors, None, ""),
            person=person,
            side="PROVIDER",
            role=desk.actors[0].title,
            desk=True,
        )
    return Here(person=person, side=(actors[0].side or "") if actors else "LEADERSHIP")


@register.filter
def widget_kind(field: BoundField) -> str:
    """Return how a form field is laid out: "checkbox", "choices" or "line"."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, CheckboxInput) else "line"


@register.filter
def dressed(field: BoundField) -> SafeString:
    """Return a form field's control with the class of our inputs."""
    attributes: dict[str, Any] = {} if isinstance(field.field.widget, CheckboxInput) else {"class": "in"}
    return field.as_widget(attrs=attributes)
