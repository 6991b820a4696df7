"""Lists that people keep: a name and the line of filters behind it, for oneself or for one's company."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.audit import trail
from tickets.actions.steps import NotYours, SayMore
from tickets.models import View

MOST = 30  # lists that one person keeps
NAME = 60
LINE = 400


@transaction.atomic
def keep(name: str, line: str, *, shared: bool = False, by: access.Actor, at: datetime) -> View:
    """Keep a list under a name; the same name of the same person is the same list, with the line it is given last."""
    access.require(by, "ticket.work")
    if shared:
        access.require(by, "ticket.schedule")
    name = _named(name)
    with _at_home(by) as (company, user):
        own = View.objects.for_tenant(company).own(user)
        if own.count() >= MOST and not own.filter(name=name).exists():
            raise SayMore(f"You keep {MOST} lists already. Remove one first.")
        view, _ = own.update_or_create(
            tenant_id=company, user_id=user, name=name, defaults={"line": line.strip()[:LINE], "shared": shared, "at": at}
        )
        if shared:
            _told(view, "ticket.share_view", by, at)
    return view


@transaction.atomic
def rename(view_id: int, name: str, *, by: access.Actor, at: datetime) -> View:
    """Give a list another name."""
    access.require(by, "ticket.work")
    name = _named(name)
    with _at_home(by) as (company, _):
        view = _mine(company, view_id, by)
        if View.objects.for_tenant(company).own(view.user_id).filter(name=name).exclude(pk=view.pk).exists():
            raise SayMore("Another list has this name. Choose another one.")
        view.name = name
        view.save(update_fields=["name"])
    return view


@transaction.atomic
def drop(view_id: int, *, by: access.Actor, at: datetime) -> None:
    """Keep a list no longer."""
    access.require(by, "ticket.work")
    with _at_home(by) as (company, _):
        view = _mine(company, view_id, by)
        if view.shared:
            _told(view, "ticket.drop_view", by, at)
        view.delete()


@transaction.atomic
def share(view_id: int, *, shared: bool, by: access.Actor, at: datetime) -> View:
    """Let everybody of one's company use a list, or nobody but who made it."""
    access.require(by, "ticket.schedule")
    with _at_home(by) as (company, _):
        view = _mine(company, view_id, by)
        view.shared = shared
        view.save(update_fields=["shared"])
        _told(view, "ticket.share_view", by, at)
    return view


@contextmanager
def _at_home(by: access.Actor) -> Iterator[tuple[int, int]]:
    """Open the rows of one's own company, over all its clients."""
    if by.company_id is None or by.user_id is None:
        raise NotYours("A list is kept by a person.")
    with tenancy.only([by.company_id], side=by.company_id):
        yield by.company_id, by.user_id


def _mine(company: int, view_id: int, by: access.Actor) -> View:
    """Return a list that this person may change: his own, or for a manager a shared one; raises View.DoesNotExist."""
    found = View.objects.for_tenant(company).select_for_update().get(pk=view_id)
    if found.user_id == by.user_id or (found.shared and access.may(by, "ticket.schedule")):
        return found
    if found.shared:
        raise NotYours("Who made this list, or a manager, can change it.")
    raise View.DoesNotExist


def _named(name: str) -> str:
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    if not name or len(name) > NAME:
        raise SayMore(f"Give the list a name of {NAME} characters at most.")
    return name


def _told(view: View, what: str, by: access.Actor, at: datetime) -> None:
    trail.record(what, view, by=by, at=at, after=f"list “{view.name}”{', shared' if view.shared else ''}")
