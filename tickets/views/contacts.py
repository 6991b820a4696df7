"""The page of contacts: who asks for help, how they are reached, whom nothing comes from any more."""

from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import member_view
from tickets import forms_requests as forms
from tickets.actions import contacts as actions
from tickets.domain import addressing
from tickets.models import Contact
from tickets.queries import contacts as queries
from tickets.views import asking
from tickets.views.asking import Page

BOTH = ["GET", "HEAD", "POST"]
WORDS, INTEGER = 100, 2**31
WORD = "Contacts"


@require_safe
@member_view("contact.edit")
def contacts(request: HttpRequest, member: Actor) -> HttpResponse:
    """Who asks for help here, by name."""
    words, after = request.GET.get("q", "")[:WORDS].replace("\x00", ""), request.GET.get("after", "")
    listed = queries.contacts(member.tenant_id, words=words, after=int(after) if after.isdecimal() and int(after) < INTEGER else None)
    following = urlencode({"q": words, "after": str(listed.after)}) if listed.after else ""
    shown = {"rows": listed.rows, "words": words, "next": f"?{following}" if following else "", "section": "contacts"}
    shown["address"] = addressing.client_address(member.tenant.slug, settings.MAIL_DOMAIN)
    return render(request, "tickets/contacts.html", shown)


@require_http_methods(BOTH)
@member_view("contact.edit")
def add_contact(request: HttpRequest, member: Actor) -> HttpResponse:
    """Add somebody."""
    page = Page("Add a contact", "Add this contact", _list(member), WORD, "They can ask by mail and on the page of requests at once.")

    def add(said: dict[str, Any]) -> str:
        row = actions.add_contact(said["address"], said["name"], by=member, at=timezone.now())
        return f"{row} can ask for help now."

    return asking.answer(request, page, forms.Contact(asking.sent(request)), add, "contact", section="contacts")


@require_http_methods(BOTH)
@member_view("contact.edit")
def contact(request: HttpRequest, member: Actor, contact: int) -> HttpResponse:
    """One contact, to be corrected."""
    row = _found(member, contact)
    initial = {"name": row.name, "address": row.address, "seen": row.version}
    page = Page(str(row), "Keep the change", _list(member), WORD)

    def change(said: dict[str, Any]) -> str:
        changed = actions.change_contact(contact, said["address"], said["name"], by=member, at=timezone.now(), seen=said["seen"])
        return f"{changed} is reached at {changed.address}."

    works = queries.works_here(row, timezone.now())
    form = forms.Contact(asking.sent(request), initial=initial)
    return asking.answer(request, page, form, change, "contact", contact=row, works=works, section="contacts")


@require_http_methods(BOTH)
@member_view("contact.edit")
def block_contact(request: HttpRequest, member: Actor, contact: int) -> HttpResponse:
    """Take nothing from somebody any more; asked first."""
    row = _found(member, contact)
    consequences = (
        f"Mail from {row.address} is kept, and nothing else happens with it.",
        "They can sign in no more, and are signed out at once. Their tickets stay as they are.",
    )
    page = Page(f"Block {row}", "Block this contact", _one(member, row), str(row), consequences=consequences)

    def block(_: dict[str, Any]) -> str:
        actions.block_contact(contact, by=member, at=timezone.now())
        return f"{row} is blocked."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), block, section="contacts")


@require_http_methods(BOTH)
@member_view("contact.edit")
def unblock_contact(request: HttpRequest, member: Actor, contact: int) -> HttpResponse:
    """Take their mail again."""
    row = _found(member, contact)
    page = Page(f"Unblock {row}", "Unblock this contact", _one(member, row), str(row), "They can ask and sign in again.")

    def unblock(_: dict[str, Any]) -> str:
        actions.unblock_contact(contact, by=member, at=timezone.now())
        return f"{row} can ask again."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), unblock, section="contacts")


@require_http_methods(BOTH)
@member_view("contact.edit")
def try_contact_again(request: HttpRequest, member: Actor, contact: int) -> HttpResponse:
    """Write to an address again that mail came back from."""
    row = _found(member, contact)
    consequences = (f"Mail to {row.address} came back: {row.bounced_because}", "From now on mail goes there again.")
    page = Page("Write to this address again", "Try again", _one(member, row), str(row), consequences=consequences)

    def again(_: dict[str, Any]) -> str:
        actions.try_again(contact, by=member, at=timezone.now())
        return f"Mail goes to {row.address} again."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), again, section="contacts")


def _found(member: Actor, number: int) -> Contact:
    try:
        if number < INTEGER:
            return queries.contact(member.tenant_id, number)
    except Contact.DoesNotExist:
        pass
    raise Http404


def _list(member: Actor) -> str:
    return reverse("tickets:contacts", args=[member.tenant.slug])


def _one(member: Actor, row: Contact) -> str:
    return reverse("tickets:contact", args=[member.tenant.slug, row.number])
